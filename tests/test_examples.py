"""Example questions made from a library, each answered by the report that it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import build_library
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import answer_question
from rag.examples import find_examples
from rag.examples.templates import Report
from rag.library import Library
from rag.retrieve import Retriever
from rag.types import Answer, Context

SEEDS = Path(__file__).parents[1] / "seeds"
REPORTS = {
    "que_phong.txt": "Huyện Quế Phong tổng kết năm 2023\n\n"
    "Năm 2023, kinh tế của huyện phát triển; thu nhập bình quân đầu người đạt 35,7 triệu đồng/năm, tăng 8,76% so với "
    "năm 2022; tỷ lệ hộ nghèo giảm 5,1% xuống còn 35,6%.",
    "quan_son.txt": "Huyện Quan Sơn sơ kết 6 tháng đầu năm 2023\n\n"
    "Sáng 19-7, Ban Chấp hành Đảng bộ huyện Quan Sơn tổ chức hội nghị đánh giá tình hình.\n\n"
    "Tổng vốn đầu tư toàn xã hội đạt 400 tỷ đồng, tăng trên 32% so với cùng kỳ.",
    "sao_mai.txt": "Công ty Saomaco công bố kết quả kinh doanh năm 2022\n\n"
    "Theo bà Lê Thị Hoa, Tổng giám đốc Saomaco, công ty có nhiều đơn hàng mới trong năm.\n\n"
    "Doanh thu thuần đạt 1.082 tỷ đồng, lợi nhuận sau thuế đạt 96 tỷ đồng.",
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], Library]]:
    libraries: list[Library] = []

    def build(reports: dict[str, str]) -> Library:
        build_library(tmp_path / "library", reports)
        libraries.append(Library.open(tmp_path / "library"))
        return libraries[-1]

    yield build
    for library in libraries:
        library.close()


def asking(library: Library) -> Callable[[str], Answer]:
    retriever = Retriever(library, None)
    return lambda question: answer_question(question, retriever.retrieve(question), library=library)


def examples(library: Library, language: str = "vi", n: int = 6) -> list[str]:
    return find_examples(library, language=language, n=n, ask=asking(library), budget_s=30)


def test_examples_come_from_different_reports_and_kinds(opened: Callable[[dict[str, str]], Library]) -> None:
    assert sorted(examples(opened(REPORTS))) == [
        "Ban Chấp hành Đảng bộ huyện Quan Sơn tổ chức hội nghị đánh giá tình hình vào ngày nào?",
        "Doanh thu thuần của Saomaco năm 2022 là bao nhiêu?",
        "Thu nhập bình quân đầu người của huyện Quế Phong năm 2023 là bao nhiêu?",
        "Tổng giám đốc Saomaco là ai?",
        "Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn 6 tháng đầu năm 2023 là bao nhiêu?",
        "Tỷ lệ hộ nghèo của huyện Quế Phong năm 2023 là bao nhiêu?",
    ]


def test_english_examples_leave_names_as_they_are(opened: Callable[[dict[str, str]], Library]) -> None:
    assert sorted(examples(opened(REPORTS), "en")) == [
        "What was the net revenue of Saomaco in 2022?",
        "What was the per capita income of Quế Phong district in 2023?",
        "What was the poverty rate of Quế Phong district in 2023?",
        "What was the profit after tax of Saomaco in 2022?",
        "What was the total social investment of Quan Sơn district in the first half of 2023?",
    ]


def test_the_first_examples_are_of_as_many_reports(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened(REPORTS)
    cited = {asking(library)(question).citations[0].doc_id for question in examples(library, n=3)}
    assert len(cited) == 3


def test_examples_are_the_same_each_time(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened(REPORTS)
    assert examples(library) == examples(library)


def test_the_seeds_give_at_least_three_examples(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened({path.name: path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))})
    found = examples(library)
    assert "Thu nhập bình quân đầu người của huyện Quế Phong năm 2023 là bao nhiêu?" in found
    assert len(found) >= 3
    assert len(examples(library, "en")) >= 3


def test_a_question_that_is_not_answered_is_not_shown(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened(REPORTS)
    ask = asking(library)
    changes: tuple[Callable[[Answer], Answer], ...] = (
        lambda answer: replace(answer, abstained=True),
        lambda answer: replace(answer, short=None),
        lambda answer: replace(answer, short="một số khác"),
        lambda answer: replace(answer, citations=()),
        lambda answer: replace(answer, citations=tuple(replace(c, doc_id="s/other") for c in answer.citations)),
    )
    for change in changes:
        found = find_examples(library, language="vi", ask=lambda question, c=change: c(ask(question)), budget_s=30)
        assert found == []


def test_a_bounded_number_of_questions_is_asked(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened({f"r{i:02}.txt": REPORTS["que_phong.txt"].replace("Quế Phong", f"Xuân {i}") for i in range(60)})
    asked: list[str] = []
    ask = asking(library)

    def count(question: str) -> Answer:
        asked.append(question)
        return replace(ask(question), abstained=True)

    assert find_examples(library, language="vi", n=2, ask=count, budget_s=30) == []
    assert len(asked) <= 8


def test_without_time_nothing_is_asked(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened(REPORTS)
    assert find_examples(library, language="vi", ask=asking(library), budget_s=0) == []


@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_more_are_given_than_wanted(opened: Callable[[dict[str, str]], Library], n: int) -> None:
    assert len(examples(opened(REPORTS), n=n)) == n


def test_a_library_without_clear_figures_gives_none(opened: Callable[[dict[str, str]], Library]) -> None:
    library = opened({"a.txt": "Hội nghị\n\nCác đại biểu trao đổi nhiều vấn đề."})
    assert examples(library) == []
    assert examples(library, "en") == []


# -- templates ------------------------------------------------------------------------------------------

QUAN_SON = Context("Huyện Quan Sơn tổng kết năm 2023", period="2023")


def asked(sentence: str, context: Context = QUAN_SON, language: str = "vi") -> list[str]:
    return [candidate.question for candidate in Report(context).questions(sentence, language)]


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("Thu ngân sách đạt 45,2 tỷ đồng.", ["Thu ngân sách của huyện Quan Sơn năm 2023 là bao nhiêu?"]),
        (
            "Năm 2022, tổng thu ngân sách huyện Quan Sơn đạt 45,2 tỷ đồng.",
            ["Tổng thu ngân sách huyện Quan Sơn năm 2022 là bao nhiêu?"],
        ),
        ("Toàn huyện có 12 xã.", ["Huyện Quan Sơn có bao nhiêu xã?"]),
        ("Ông Lò Văn A, Chủ tịch UBND huyện Quan Sơn, chủ trì.", []),
        ("Ông Lò Văn Minh, Chủ tịch UBND huyện Quan Sơn, chủ trì.", ["Chủ tịch UBND huyện Quan Sơn là ai?"]),
        ("Ông Lò Văn Minh, Phó Chủ tịch UBND huyện Quan Sơn, chủ trì.", []),
        ("Ông Lò Văn Minh, Chủ tịch UBND huyện Quan Sơn chủ trì hội nghị, nói.", []),
        ("Thu ngân sách tăng 12%.", []),
        ("Tỷ lệ hộ nghèo giảm 5%.", []),
        ("Sản lượng lúa đạt 86% kế hoạch.", []),
        ("Phấn đấu thu ngân sách đạt 50 tỷ đồng.", []),
        ("Thu ngân sách của các xã này đạt 5 tỷ đồng.", []),
        ("Tỷ lệ lấp đầy đạt 100%.", []),
        ("Thu ngân sách năm 2021 và năm 2022 đạt 5 tỷ đồng.", []),
        ("Xã có 12 thôn đạt chuẩn.", []),
    ],
)
def test_only_clear_sentences_are_turned_into_questions(sentence: str, questions: list[str]) -> None:
    assert asked(sentence) == questions


@pytest.mark.parametrize(
    ("context", "subject"),
    [
        (Context("VPBank báo lãi lớn năm 2018"), "VPBank"),
        (Context("Tỉnh Bình Phước thu hút vốn"), "tỉnh Bình Phước"),
        (Context("Huyện ủy Quế Phong họp"), "huyện Quế Phong"),
        (Context("Báo cáo", place="Mường Xa", organisation="UBND huyện Mường Xa"), "huyện Mường Xa"),
        (Context("Quan Hóa"), ""),
        (Context("Ông Vũ Văn Tiền báo lãi"), ""),
        (Context("VPBank và Techcombank báo lãi"), ""),
        (Context("Huyện Quan Sơn và huyện Quan Hóa họp"), ""),
        (Context(""), ""),
    ],
)
def test_what_a_report_is_about_must_be_clear(context: Context, subject: str) -> None:
    assert Report(context).subject == subject


@pytest.mark.parametrize(
    "bad", ["<b>", "[x](http://e.vn)", "`x`", "**x**", "_x_", "x\u202ey", "{x}", "a|b", "x\x00y", "“x”"]
)
def test_an_example_never_holds_markup(opened: Callable[[dict[str, str]], Library], bad: str) -> None:
    library = opened(
        {
            "a.txt": f"Huyện Quan Sơn {bad} tổng kết năm 2023\n\nThu ngân sách {bad} đạt 45,2 tỷ đồng.\n\n"
            f"Ông Lò Văn Minh, Chủ tịch UBND huyện {bad} Quan Sơn, chủ trì hội nghị.\n\n"
            f"Sáng 19-7, Ban Chấp hành {bad} Đảng bộ huyện Quan Sơn tổ chức hội nghị đánh giá tình hình."
        }
    )
    for question in examples(library):
        assert not set(question) & set('<>[]{}()*_`|\\#~^&$@"“”')
        assert question.isprintable()


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=120), st.text(max_size=60), st.sampled_from(["vi", "en"]))
def test_any_sentence_and_title_are_survived(sentence: str, title: str, language: str) -> None:
    for text in (sentence, f"Thu ngân sách {sentence} đạt 5 tỷ đồng", f"Toàn huyện có 5 {sentence}."):
        asked(text, Context(title, period="2023"), language)
        asked(text, QUAN_SON, language)


def test_a_question_has_at_most_150_characters(opened: Callable[[dict[str, str]], Library]) -> None:
    long = "Ban Chấp hành Đảng bộ huyện Quan Sơn tổ chức hội nghị đánh giá " + "tình hình " * 12
    assert examples(opened({"a.txt": f"Huyện Quan Sơn họp\n\nSáng 19-7, {long.strip()}."})) == []
