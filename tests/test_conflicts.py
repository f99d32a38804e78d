"""Several figures for the same thing: all are shown, dated and cited; estimates and two readings are said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.engine import Engine
from rag.types import Answer
from tests.district_reports import open_engine, report

REPORTS = {
    "uoc.txt": report(
        "Phú Khê",
        year=2023,
        number=310,
        day="10 tháng 12 năm 2023",
        results="Thu ngân sách trên địa bàn ước đạt 48 tỷ đồng. Sản lượng lương thực có hạt ước đạt 21.300 tấn. "
        "Số lượt khách du lịch sơ bộ đạt 12.700 lượt.",
    ),
    "chinh_thuc.txt": report(
        "Phú Khê",
        year=2023,
        number=18,
        day="22 tháng 01 năm 2024",
        results="Thu ngân sách trên địa bàn đạt 51,2 tỷ đồng.",
    ),
    "rung.txt": report(
        "Mai Thượng",
        year=2023,
        number=402,
        day="12 tháng 12 năm 2023",
        results="Diện tích rừng trồng mới đạt 1.240 ha. Tỷ lệ hộ nghèo giảm 40,71% xuống còn 35,6%.\n\n"
        "Về lâm nghiệp, diện tích rừng trồng mới đạt 1.420 ha, bảo đảm tiến độ.",
    ),
    "gia_tri.txt": report(
        "Mai Thượng",
        year=2023,
        number=9,
        day="10 tháng 01 năm 2024",
        results="Tổng giá trị sản xuất đạt 1.500 tỷ đồng.",
    ),
    "gia_tri_tin.txt": report(
        "Mai Thượng",
        year=2023,
        number=3,
        day="05 tháng 01 năm 2024",
        results="Tổng giá trị sản xuất đạt 1,5 nghìn tỷ đồng.",
    ),
    "khe_bon_1.txt": report(
        "Khe Bốn", year=2023, number=95, day="20 tháng 12 năm 2023", results="Số hộ thoát nghèo là 538 hộ."
    ),
    "khe_bon_2.txt": report(
        "Khe Bốn", year=2023, number=90, day="08 tháng 12 năm 2023", results="Số hộ thoát nghèo là 512 hộ."
    ),
    "khe_bon_2022.txt": report(
        "Khe Bốn", year=2022, number=81, day="09 tháng 12 năm 2022", results="Số hộ thoát nghèo là 466 hộ."
    ),
}
TWO_FIGURES = "Các báo cáo nêu 2 số khác nhau; số mới nhất và chính thức nhất đứng trước."
TWO_FIGURES_EN = "The reports give 2 different figures; the latest and most final one comes first."


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with open_engine(tmp_path_factory.mktemp("conflicts"), REPORTS) as engine:
        yield engine


def cited(answer: Answer) -> list[tuple[str, str]]:
    return [(citation.label, citation.quote) for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "note"),
    [
        pytest.param("Số hộ thoát nghèo của huyện Khe Bốn năm 2023 là bao nhiêu?", TWO_FIGURES, id="Vietnamese"),
        pytest.param("so ho thoat ngheo cua huyen khe bon nam 2023", TWO_FIGURES, id="without accents"),
        pytest.param("How many households escaped poverty in Khe Bon district in 2023?", TWO_FIGURES_EN, id="English"),
    ],
)
def test_figures_of_two_reports_are_both_shown_dated_and_cited_the_latest_first(
    engine: Engine, question: str, note: str
):
    answer = engine.ask(question)

    assert (answer.short, answer.answers, answer.note) == ("538 hộ", ("538 hộ", "512 hộ"), note)
    assert answer.text == "Số hộ thoát nghèo là 538 hộ. [1] Số hộ thoát nghèo là 512 hộ. [2]"
    assert cited(answer) == [
        ("Báo cáo số 95/BC-UBND, ngày 20/12/2023", "Số hộ thoát nghèo là 538 hộ."),
        ("Báo cáo số 90/BC-UBND, ngày 8/12/2023", "Số hộ thoát nghèo là 512 hộ."),
    ]
    assert all(check.passed for check in answer.checks)


def test_the_figure_of_another_year_is_no_other_figure_for_the_same(engine: Engine):
    answer = engine.ask("Số hộ thoát nghèo của huyện Khe Bốn năm 2022 là bao nhiêu?")
    assert (answer.short, answer.answers, answer.note) == ("466 hộ", (), "")


@pytest.mark.parametrize(
    ("question", "note"),
    [
        pytest.param(
            "Thu ngân sách của huyện Phú Khê năm 2023 là bao nhiêu?",
            f"{TWO_FIGURES} 48 tỷ đồng: số ước tính.",
            id="Vietnamese",
        ),
        pytest.param(
            "What was the budget revenue of Phu Khe district in 2023?",
            f"{TWO_FIGURES_EN} 48 tỷ đồng: an estimate.",
            id="English",
        ),
    ],
)
def test_the_final_figure_stands_before_the_estimate_which_is_marked(engine: Engine, question: str, note: str):
    answer = engine.ask(question)

    assert (answer.answers, answer.note) == (("51,2 tỷ đồng", "48 tỷ đồng"), note)
    assert cited(answer) == [
        ("Báo cáo số 18/BC-UBND, ngày 22/1/2024", "Thu ngân sách trên địa bàn đạt 51,2 tỷ đồng."),
        ("Báo cáo số 310/BC-UBND, ngày 10/12/2023", "Thu ngân sách trên địa bàn ước đạt 48 tỷ đồng."),
    ]


def test_two_figures_of_one_report_are_both_shown(engine: Engine):
    answer = engine.ask("Diện tích rừng trồng mới của huyện Mai Thượng năm 2023 là bao nhiêu?")

    assert (sorted(answer.answers), answer.note) == (["1.240 ha", "1.420 ha"], TWO_FIGURES)
    assert answer.short == answer.answers[0]
    assert [citation.doc_id for citation in answer.citations] == ["reports/rung.txt"] * 2
    assert all(short in citation.quote for short, citation in zip(answer.answers, answer.citations, strict=True))


def test_the_same_amount_in_other_units_is_no_conflict(engine: Engine):
    answer = engine.ask("Tổng giá trị sản xuất của huyện Mai Thượng năm 2023 là bao nhiêu?")

    assert answer.short in ("1,5 nghìn tỷ đồng", "1.500 tỷ đồng")
    assert (answer.answers, answer.note, len(answer.citations)) == ((), "", 1)


@pytest.mark.parametrize(
    ("question", "short", "note"),
    [
        pytest.param(
            "Sản lượng lương thực có hạt của huyện Phú Khê năm 2023 là bao nhiêu?",
            "21.300 tấn",
            "Số ước tính.",
            id="estimate",
        ),
        pytest.param(
            "How many tonnes of grain did Phu Khe district produce in 2023?", "21.300 tấn", "An estimate.", id="English"
        ),
        pytest.param(
            "Huyện Phú Khê năm 2023 đón bao nhiêu lượt khách du lịch?",
            "12.700 lượt",
            "Số liệu sơ bộ.",
            id="provisional",
        ),
    ],
)
def test_a_figure_that_is_not_final_says_so(engine: Engine, question: str, short: str, note: str):
    answer = engine.ask(question)
    assert (answer.short, answer.note, answer.answers) == (short, note, ())


@pytest.mark.parametrize(
    ("question", "note"),
    [
        pytest.param(
            "Tỷ lệ hộ nghèo của huyện Mai Thượng năm 2023 giảm bao nhiêu?",
            "Câu này có thể hiểu hai cách: mức thay đổi, hoặc mức trước đó (có thể thiếu chữ “từ”).",
            id="Vietnamese",
        ),
        pytest.param(
            "By how much did the poverty rate of Mai Thuong district fall in 2023?",
            "This sentence can be read in two ways: a change, or the level before (a “from” may be missing).",
            id="English",
        ),
    ],
)
def test_a_fall_larger_than_what_is_left_says_its_two_readings(engine: Engine, question: str, note: str):
    answer = engine.ask(question)
    assert (answer.short, answer.note) == ("40,71%", note)
    assert cited(answer) == [("Báo cáo số 402/BC-UBND, ngày 12/12/2023", "Tỷ lệ hộ nghèo giảm 40,71% xuống còn 35,6%.")]


def test_the_level_behind_a_figure_of_two_readings_says_so_too(engine: Engine):
    answer = engine.ask("Tỷ lệ hộ nghèo của huyện Mai Thượng năm 2023 là bao nhiêu?")
    assert answer.short == "35,6%"
    assert answer.note == "Câu này có thể hiểu hai cách: mức thay đổi, hoặc mức trước đó (có thể thiếu chữ “từ”)."
