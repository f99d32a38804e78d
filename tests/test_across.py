"""Answers over several reports, from made-up ones whose figures are few and known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from rag import Engine
from rag.answer.across.aims import Aim, Limit, read_sweep
from rag.answer.across.amounts import can_compare, share_scale, value_in, write_operand
from rag.answer.across.splitting import split_sides
from rag.figures import Quantity, find_quantities
from rag.places import PlaceLevel
from rag.question import understand
from rag.types import Answer, Cell, Coverage, Reason

HEAD = """ỦY BAN NHÂN DÂN
HUYỆN {upper}

Số: {number}/BC-UBND

{name}, ngày 15 tháng 12 năm {year}

BÁO CÁO

Tình hình kinh tế - xã hội năm {year} huyện {name}

Năm {year}, tình hình trên địa bàn huyện {name} ổn định.

"""
#: District and year, and what its report says.
SAID = {
    ("Kỳ Thượng", 2023): (
        "Thu nhập bình quân đầu người năm 2023 đạt 35,7 triệu đồng/năm.",
        "Tỷ lệ hộ nghèo năm 2023 còn 21,5%, giảm 2,3 điểm % so với năm 2022.",
        "Sản lượng lương thực năm 2023 đạt 12.400 tấn.",
        "Thu ngân sách năm 2023 đạt 120 tỷ đồng, bằng 104% kế hoạch.",
    ),
    ("Kỳ Thượng", 2022): (
        "Thu nhập bình quân đầu người năm 2022 đạt 33,1 triệu đồng/năm.",
        "Tỷ lệ hộ nghèo năm 2022 còn 23,8%.",
    ),
    ("Mai Lương", 2023): (
        "Thu nhập bình quân đầu người năm 2023 đạt 31,2 triệu đồng/năm.",
        "Tỷ lệ hộ nghèo năm 2023 còn 28,4%.",
        "Sản lượng lương thực năm 2023 đạt khoảng 9.600 tấn.",
        "Thu ngân sách năm 2023 đạt 86 tỷ đồng, bằng 95% kế hoạch.",
    ),
    ("Tuy Lộc", 2023): (
        "Thu nhập bình quân đầu người năm 2023 đạt 42 triệu đồng/năm.",
        "Tỷ lệ hộ nghèo năm 2023 còn 12,1%.",
        "Sản lượng lương thực năm 2023 đạt 15.000 tấn.",
        "Thu ngân sách năm 2023 đạt 210 tỷ đồng, bằng 107% kế hoạch.",
    ),
    ("Phong Khê", 2023): (
        "Công tác tiêm phòng gia súc được triển khai đúng thời vụ.",
        "Phấn đấu sản lượng lương thực năm 2023 đạt 8.000 tấn.",
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("across")
    reports = folder / "reports"
    write_reports(reports)
    with Engine(folder / "library", embedder="builtin") as engine:
        engine.index(reports)
        yield engine


def write_reports(folder: Path) -> None:
    folder.mkdir()
    for i, ((name, year), said) in enumerate(SAID.items()):
        head = HEAD.format(upper=name.upper(), name=name, year=year, number=100 + i)
        (folder / f"{name} {year}.txt").write_text(head + "\n\n".join(said) + "\n", encoding="utf-8")


def check_citations(engine: Engine, answer: Answer) -> None:
    for citation in answer.citations:
        assert engine.document(citation.doc_id).text[citation.start : citation.end] == citation.quote
    numbers = {citation.n for citation in answer.citations}
    for row in answer.table.rows if answer.table else ():
        assert all(cell.citation in numbers for cell in row if cell.citation is not None)


# -- two sides ------------------------------------------------------------------------------------------


def test_which_of_two_is_higher_is_told_with_both_figures_and_their_difference(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người năm 2023 của Kỳ Thượng hay Mai Lương cao hơn?")
    assert answer.short == "Kỳ Thượng"
    assert answer.table is not None
    assert answer.table.arithmetic == "35,7 - 31,2 = 4,5 triệu đồng/năm"
    assert answer.table.columns == ("Đối tượng", "Số liệu", "Kỳ", "Nguồn")
    assert [row[:3] for row in answer.table.rows] == [
        (Cell("Kỳ Thượng"), Cell("35,7 triệu đồng/năm", 1), Cell("năm 2023")),
        (Cell("Mai Lương"), Cell("31,2 triệu đồng/năm", 2), Cell("năm 2023")),
    ]
    assert answer.text.splitlines() == [
        "Kỳ Thượng cao hơn Mai Lương; chênh lệch 4,5 triệu đồng/năm.",
        "Kỳ Thượng, năm 2023: 35,7 triệu đồng/năm [1]; Mai Lương, năm 2023: 31,2 triệu đồng/năm [2]. "
        "35,7 - 31,2 = 4,5 triệu đồng/năm [1] [2].",
    ]
    check_citations(engine, answer)


@pytest.mark.parametrize(
    ("question", "short", "arithmetic"),
    [
        pytest.param(
            "Thu nhập bình quân đầu người năm 2023 của Kỳ Thượng cao hơn Mai Lương bao nhiêu?",
            "4,5 triệu đồng/năm",
            "35,7 - 31,2 = 4,5 triệu đồng/năm",
            id="by how much",
        ),
        pytest.param(
            "So sánh tỷ lệ hộ nghèo năm 2023 của Kỳ Thượng và Mai Lương, nơi nào thấp hơn?",
            "Kỳ Thượng",
            "28,4 - 21,5 = 6,9 điểm %",
            id="the lower one, in percentage points",
        ),
        pytest.param(
            "Huyện Kỳ Thượng hay huyện Tuy Lộc có thu nhập bình quân đầu người năm 2023 cao hơn, chênh lệch bao nhiêu?",
            "Tuy Lộc, chênh lệch 6,3 triệu đồng/năm",
            "42 - 35,7 = 6,3 triệu đồng/năm",
            id="which and by how much",
        ),
        pytest.param(
            "Sản lượng lương thực năm 2023 của Kỳ Thượng cao hơn Mai Lương bao nhiêu?",
            "khoảng 2.800 tấn",
            "12.400 - 9.600 = 2.800 tấn",
            id="an approximate figure makes the difference approximate",
        ),
        pytest.param(
            "Sản lượng lương thực năm 2023 của Tuy Lộc gấp mấy lần Kỳ Thượng?",
            "1,21 lần",
            "15.000 / 12.400 = 1,21 lần",
            id="how many times",
        ),
        pytest.param(
            "thu nhap binh quan dau nguoi nam 2023 cua ky thuong hay mai luong cao hon?",
            "Kỳ Thượng",
            "35,7 - 31,2 = 4,5 triệu đồng/năm",
            id="without accents and capitals",
        ),
    ],
)
def test_a_comparison_answers_what_it_is_asked_for(engine: Engine, question: str, short: str, arithmetic: str):
    answer = engine.ask(question)
    assert answer.short == short
    assert answer.table is not None
    assert answer.table.arithmetic == arithmetic
    check_citations(engine, answer)


def test_an_english_comparison_is_answered_in_english_with_the_reports_own_figures(engine: Engine):
    answer = engine.ask("Which district had a lower poverty rate in 2023, Kỳ Thượng or Tuy Lộc?")
    assert answer.short == "Tuy Lộc"
    assert answer.text.splitlines()[0] == "Tuy Lộc is lower than Kỳ Thượng; the difference is 9,4 điểm %."
    assert answer.table is not None
    assert answer.table.columns == ("Item", "Figure", "Period", "Source")
    assert answer.table.arithmetic == "21,5 - 12,1 = 9,4 điểm %"


def test_of_three_districts_the_one_with_most_answers(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người năm 2023 của Kỳ Thượng, Mai Lương và Tuy Lộc, nơi nào cao nhất?")
    assert answer.short == "Tuy Lộc"
    assert answer.table is not None
    assert [row[0].text for row in answer.table.rows] == ["Tuy Lộc", "Kỳ Thượng", "Mai Lương"]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        pytest.param(
            "Thu nhập bình quân đầu người của Kỳ Thượng năm 2023 tăng bao nhiêu so với năm 2022?",
            "2,6 triệu đồng/năm",
            id="amount",
        ),
        pytest.param(
            "Thu nhập bình quân đầu người của Kỳ Thượng năm 2023 tăng hay giảm so với năm 2022?",
            "tăng 2,6 triệu đồng/năm",
            id="direction",
        ),
        pytest.param(
            "Chênh lệch thu nhập bình quân đầu người của Kỳ Thượng giữa năm 2023 và năm 2022 là bao nhiêu?",
            "2,6 triệu đồng/năm",
            id="difference",
        ),
    ],
)
def test_two_years_of_one_district_are_compared(engine: Engine, question: str, short: str):
    answer = engine.ask(question)
    assert answer.short == short
    assert answer.table is not None
    assert answer.table.arithmetic == "35,7 - 33,1 = 2,6 triệu đồng/năm"
    assert [row[1].text for row in answer.table.rows] == ["35,7 triệu đồng/năm", "33,1 triệu đồng/năm"]


def test_a_change_that_a_report_states_answers_beside_the_computed_one(engine: Engine):
    answer = engine.ask("Tỷ lệ hộ nghèo của Kỳ Thượng năm 2023 giảm bao nhiêu so với năm 2022?")
    assert answer.short == "2,3 điểm %"
    assert answer.table is not None
    assert answer.table.arithmetic == "23,8 - 21,5 = 2,3 điểm %"
    assert [row[0].text for row in answer.table.rows] == ["năm 2023", "năm 2022", "Mức thay đổi báo cáo nêu"]


def test_a_question_that_takes_a_rise_for_a_fall_is_told_so(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người của Kỳ Thượng năm 2023 giảm bao nhiêu so với năm 2022?")
    assert answer.short == "tăng 2,6 triệu đồng/năm"
    assert answer.note == "Số liệu cho thấy khác với câu hỏi: tăng."


def test_a_side_that_no_report_states_is_named_and_the_other_is_quoted(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người năm 2023 của Kỳ Thượng hay Phong Khê cao hơn?")
    assert answer.abstained
    assert answer.reason in (Reason.NOT_REPORTED, Reason.OTHER_ENTITY)
    assert answer.short is None
    first, second = answer.text.splitlines()
    assert first.startswith("Các báo cáo không nêu số liệu này của Phong Khê")
    assert second == "Kỳ Thượng, năm 2023: 35,7 triệu đồng/năm [1]."


def test_a_side_of_which_only_the_plan_is_stated_is_not_compared(engine: Engine):
    answer = engine.ask("Sản lượng lương thực năm 2023 của Tuy Lộc hay Phong Khê cao hơn?")
    assert answer.abstained
    assert answer.reason is Reason.TARGET_ONLY
    assert "chỉ nêu kế hoạch" in answer.text


# -- all units ------------------------------------------------------------------------------------------


def test_the_highest_of_all_districts_comes_with_how_many_reports_say_so(engine: Engine):
    answer = engine.ask("Huyện nào có thu nhập bình quân đầu người năm 2023 cao nhất?")
    assert answer.short == "Tuy Lộc"
    assert answer.coverage == Coverage(4, 3, ("Phong Khê",), 0, "3 trong 4 báo cáo có số liệu; 1 không nêu: Phong Khê.")
    assert answer.table is not None
    assert [(row[0].text, row[1].text) for row in answer.table.rows] == [
        ("Tuy Lộc", "42 triệu đồng/năm"),
        ("Kỳ Thượng", "35,7 triệu đồng/năm"),
        ("Mai Lương", "31,2 triệu đồng/năm"),
    ]
    check_citations(engine, answer)


def test_coverage_is_told_in_the_language_of_the_question(engine: Engine):
    answer = engine.ask("Which district had the lowest poverty rate in 2023?")
    assert answer.short == "Tuy Lộc"
    assert answer.coverage is not None
    assert answer.coverage.text == "3 of 4 reports give the figure; 1 does not: Phong Khê."


@pytest.mark.parametrize(
    ("question", "short", "answers"),
    [
        pytest.param(
            "Những huyện nào có thu nhập bình quân đầu người năm 2023 trên 35 triệu đồng?",
            "Tuy Lộc, Kỳ Thượng",
            ("Tuy Lộc", "Kỳ Thượng"),
            id="above a limit",
        ),
        pytest.param(
            "Những huyện nào có tỷ lệ hộ nghèo năm 2023 dưới 15%?", "Tuy Lộc", ("Tuy Lộc",), id="below a limit"
        ),
        pytest.param(
            "Có bao nhiêu huyện có tỷ lệ hộ nghèo năm 2023 trên 20%?", "2 huyện", ("Mai Lương", "Kỳ Thượng"), id="count"
        ),
        pytest.param(
            "Những huyện nào vượt kế hoạch thu ngân sách năm 2023?",
            "Tuy Lộc, Kỳ Thượng",
            ("Tuy Lộc", "Kỳ Thượng"),
            id="beyond the plan",
        ),
        pytest.param(
            "Những huyện nào có thu nhập bình quân đầu người năm 2023 trên 90 triệu đồng?",
            "không có đơn vị nào",
            (),
            id="none",
        ),
        pytest.param(
            "Xếp hạng các huyện theo tỷ lệ hộ nghèo năm 2023 từ cao đến thấp",
            "Mai Lương, Kỳ Thượng, Tuy Lộc",
            ("Mai Lương", "Kỳ Thượng", "Tuy Lộc"),
            id="ranking",
        ),
        pytest.param(
            "Rank the districts by poverty rate in 2023",
            "Mai Lương, Kỳ Thượng, Tuy Lộc",
            ("Mai Lương", "Kỳ Thượng", "Tuy Lộc"),
            id="English ranking",
        ),
    ],
)
def test_districts_are_listed_by_a_condition(engine: Engine, question: str, short: str, answers: tuple[str, ...]):
    answer = engine.ask(question)
    assert answer.short == short
    assert answer.answers == answers
    check_citations(engine, answer)


def test_a_total_is_worked_out_with_every_summand(engine: Engine):
    answer = engine.ask("Tổng cộng sản lượng lương thực năm 2023 của các huyện là bao nhiêu?")
    assert answer.short == "khoảng 37.000 tấn"
    assert answer.table is not None
    assert answer.table.arithmetic == "15.000 + 12.400 + 9.600 = 37.000 tấn"


def test_a_mean_over_the_districts_is_rounded_to_two_digits(engine: Engine):
    answer = engine.ask("Tính bình quân tỷ lệ hộ nghèo năm 2023 của các huyện là bao nhiêu?")
    # (28,4 + 21,5 + 12,1) / 3 = 62 / 3
    assert answer.short == "20,67%"
    assert answer.table is not None
    assert answer.table.arithmetic == "(28,4 + 21,5 + 12,1) / 3 = 20,67%"


def test_where_no_period_is_asked_the_one_most_districts_state_is_taken_and_named(engine: Engine):
    answer = engine.ask("Huyện nào có tỷ lệ hộ nghèo cao nhất?")
    assert answer.short == "Mai Lương"
    assert answer.note == "Câu hỏi không nêu thời gian; số liệu của năm 2023."


# -- questions that leave something open ----------------------------------------------------------------


def test_a_question_without_a_period_offers_every_period_the_reports_state(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người của huyện Kỳ Thượng là bao nhiêu?")
    assert answer.short is None
    assert [(choice.label, choice.short) for choice in answer.choices] == [
        ("Kỳ Thượng, năm 2023", "35,7 triệu đồng/năm"),
        ("Kỳ Thượng, năm 2022", "33,1 triệu đồng/năm"),
    ]
    assert answer.text.startswith("Câu hỏi chưa nói rõ thời gian nào; các báo cáo nêu:\n")
    assert answer.answers == ("35,7 triệu đồng/năm", "33,1 triệu đồng/năm")


def test_a_question_without_a_place_offers_every_district_in_the_order_of_its_name(engine: Engine):
    answer = engine.ask("Thu nhập bình quân đầu người năm 2023 là bao nhiêu?")
    assert answer.short is None
    assert [choice.label for choice in answer.choices] == [
        "Kỳ Thượng, năm 2023",
        "Mai Lương, năm 2023",
        "Tuy Lộc, năm 2023",
    ]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Thu nhập bình quân đầu người là bao nhiêu?", id="place and time open"),
        pytest.param("thu nhap binh quan dau nguoi nam 2023 la bao nhieu?", id="without accents"),
        pytest.param("What was the per capita income in 2023?", id="English"),
    ],
)
def test_a_choice_asked_as_it_stands_gives_its_own_figure(engine: Engine, question: str):
    choices = engine.ask(question).choices
    assert len(choices) >= 3
    for choice in choices:
        answer = engine.ask(choice.question)
        assert (choice.question, answer.short) == (choice.question, choice.short)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Thu nhập bình quân đầu người của Kỳ Thượng năm 2023 là bao nhiêu?", id="all is said"),
        pytest.param("Thu ngân sách của huyện Mai Lương là bao nhiêu?", id="one report states it"),
        pytest.param("Sản lượng lương thực của Tuy Lộc là bao nhiêu?", id="one year is reported"),
    ],
)
def test_no_choice_is_offered_where_one_figure_answers(engine: Engine, question: str):
    answer = engine.ask(question)
    assert answer.choices == ()
    assert answer.short is not None


# -- figures to calculate with --------------------------------------------------------------------------


def figure(text: str) -> Quantity:
    (found,) = find_quantities(text)
    return found


@pytest.mark.parametrize(
    ("one", "other", "written", "difference"),
    [
        pytest.param("35,7 triệu đồng/năm", "31,2 triệu đồng/năm", "31,2", "4,5 triệu đồng/năm", id="one scale"),
        pytest.param("1.268 ngàn tỷ đồng", "1.100.433 tỷ", "1.100.433", "167.567 tỷ đồng", id="finer scale"),
        pytest.param("2,49 tỷ USD", "868,04 triệu USD", "868,04", "1.621,96 triệu USD", id="money of two scales"),
        pytest.param("140 nghìn doanh nghiệp", "135.000 doanh nghiệp", "135.000", "5.000 doanh nghiệp", id="thousands"),
        pytest.param("42 triệu đồng/người/năm", "35,7 triệu đồng/năm", "35,7", "6,3 triệu đồng/người/năm", id="per"),
    ],
)
def test_two_figures_are_brought_to_one_scale(one: str, other: str, written: str, difference: str):
    figures = [figure(one), figure(other)]
    scale = share_scale(figures)
    assert scale is not None
    assert write_operand(figures[1], scale) == written
    assert scale.write(value_in(figures[0], scale) - value_in(figures[1], scale)) == difference


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("12 tấn", "12%", id="weight and share"),
        pytest.param("5 tỷ đồng", "5 tỷ USD", id="two currencies"),
        pytest.param("14/22 xã", "14 xã", id="a part of a whole and a count"),
        pytest.param("300 hộ", "12 dự án", id="two nouns"),
    ],
)
def test_figures_that_measure_different_things_are_not_compared(one: str, other: str):
    assert not can_compare(figure(one), figure(other))


def test_a_ratio_in_percent_differs_by_percentage_points():
    scale = share_scale([figure("28,4%"), figure("21,5%")])
    assert scale is not None
    assert scale.write(Decimal("6.9"), words=scale.difference) == "6,9 điểm %"


# -- questions read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "aim", "core", "level", "limit"),
    [
        pytest.param(
            "Huyện, thị xã nào có tỷ lệ hộ nghèo năm 2023 cao nhất?",
            Aim.MOST,
            "Tỷ lệ hộ nghèo năm 2023 là bao nhiêu?",
            PlaceLevel.DISTRICT,
            None,
            id="most",
        ),
        pytest.param(
            "Những địa phương nào có đàn lợn trên 50.000 con năm 2022?",
            Aim.THOSE,
            "Đàn lợn năm 2022 là bao nhiêu?",
            None,
            Limit.ABOVE,
            id="places above a limit",
        ),
        pytest.param(
            "Có bao nhiêu xã có thu nhập từ 50 triệu đồng trở lên năm 2023?",
            Aim.COUNT,
            "Thu nhập năm 2023 là bao nhiêu?",
            PlaceLevel.COMMUNE,
            Limit.AT_LEAST,
            id="count",
        ),
        pytest.param(
            "Những huyện nào chưa đạt kế hoạch thu ngân sách năm 2023?",
            Aim.THOSE,
            "Thu ngân sách năm 2023 đạt bao nhiêu phần trăm kế hoạch?",
            PlaceLevel.DISTRICT,
            Limit.BELOW,
            id="plan missed",
        ),
        pytest.param(
            "What was the total grain output of all districts in 2023?",
            Aim.TOTAL,
            "What was the grain output in 2023?",
            PlaceLevel.DISTRICT,
            None,
            id="English total",
        ),
    ],
)
def test_a_question_about_all_units_is_read(
    question: str, aim: Aim, core: str, level: PlaceLevel | None, limit: Limit | None
):
    sweep = read_sweep(question, understand(question))
    assert sweep is not None
    assert (sweep.aim, sweep.core, sweep.level, sweep.limit) == (aim, core, level, limit)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Thu nhập bình quân đầu người của Kỳ Thượng năm 2023 là bao nhiêu?", id="one district"),
        pytest.param("Kỳ Thượng có bao nhiêu xã đạt chuẩn nông thôn mới?", id="communes of one district"),
        pytest.param("Vì sao tỷ lệ hộ nghèo cao nhất ở miền núi?", id="a reason"),
    ],
)
def test_other_questions_are_not_about_all_units(question: str):
    assert read_sweep(question, understand(question)) is None


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        pytest.param("Đàn lợn của Tuy Lộc năm 2022 giảm bao nhiêu so với cả năm 2021?", ["2022", "2021"], id="years"),
        pytest.param(
            "So với cùng kỳ năm 2021, đàn lợn 6 tháng đầu năm 2022 của Tuy Lộc tăng bao nhiêu?",
            ["2022-H1", "2021-H1"],
            id="the same half of the year before",
        ),
        pytest.param(
            "Từ 30/6/2017 đến 30/6/2018, tổng tài sản của BIDV tăng thêm bao nhiêu?", ["2018-06", "2017-06"], id="days"
        ),
    ],
)
def test_a_change_between_two_times_is_asked_for_each_the_later_first(question: str, periods: list[str]):
    parts = split_sides(question, understand(question))
    assert [part.period for part in parts] == periods
    assert all("tăng" not in part.question and "giảm" not in part.question for part in parts)
