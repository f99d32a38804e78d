"""Follow-ups: the whole question each stands for, worked out by hand, and questions that stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer.conversation import complete_question
from rag.types import Turn

NAMES = ("Quan Sơn", "Quế Phong", "Mường Lát", "Thái Hòa")
INCOME = "Thu nhập bình quân đầu người của huyện Quế Phong năm 2023 là bao nhiêu?"
BARE = "thu nhap binh quan dau nguoi cua huyen Que Phong nam 2023 la bao nhieu"
ENGLISH = "What was the income per capita of Que Phong district in 2023?"
INVESTMENT = "Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn trong 6 tháng đầu năm 2023 là bao nhiêu?"


def complete(last: str, question: str) -> str | None:
    return complete_question(question, [Turn(last)], names=NAMES)


def income(entity: str = "huyện Quế Phong", period: str = "năm 2023") -> str:
    return f"Thu nhập bình quân đầu người của {entity} {period} là bao nhiêu?"


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Còn Quan Sơn thì sao?", income("huyện Quan Sơn")),
        ("Thế còn Quan Sơn?", income("huyện Quan Sơn")),
        ("Quan Sơn thì sao", income("huyện Quan Sơn")),
        ("Quan Sơn?", income("huyện Quan Sơn")),
        ("quan sơn", income("huyện Quan Sơn")),
        ("Huyện Quan Sơn ạ", income("huyện Quan Sơn")),
        ("Ở Mường Lát thì bao nhiêu?", income("huyện Mường Lát")),
        ("Quan Sơn còn bao nhiêu?", income("huyện Quan Sơn")),
        ("còn như Quan Sơn thì sao?", income("huyện Quan Sơn")),
        ("con quan son thi sao", income("huyện Quan Sơn")),
        ("CÒN QUAN SƠN THÌ SAO?", income("huyện Quan Sơn")),
        ("“Còn Quan Sơn thì sao?”", income("huyện Quan Sơn")),
        ("  còn   Quan\u00a0Sơn … ?", income("huyện Quan Sơn")),
        ("Co\u0300n Quan So\u031bn thi\u0300 sao?", income("huyện Quan Sơn")),
        ("What about Quan Son?", income("huyện Quan Sơn")),
        ("Thế còn Quế Phong?", income()),
        ("Còn Như Xuân thì sao?", income("huyện Như Xuân")),
        ("con huyen nhu xuan thi sao", income("huyện Nhu Xuan")),
        ("còn tỉnh Nghệ An", income("tỉnh Nghệ An")),
        ("Còn Nghệ An?", income("tỉnh Nghệ An")),
        ("thị xã Thái Hòa thì sao", income("thị xã Thái Hòa")),
        ("Còn thành phố Hồ Chí Minh?", income("thành phố Hồ Chí Minh")),
        ("Còn BIDV?", income("BIDV")),
        ("Còn Quan Sơn và Mường Lát?", income("huyện Quan Sơn và Mường Lát")),
        ("xã Lưu Kiền, huyện Tương Dương thì sao?", income("xã Lưu Kiền, huyện Tương Dương")),
        ("còn năm 2022?", income(period="năm 2022")),
        ("con nam 2022 thi sao", income(period="năm 2022")),
        ("2022?", income(period="năm 2022")),
        ("And in 2022?", income(period="năm 2022")),
        ("Năm trước đó?", income(period="năm 2022")),
        ("năm trước thì sao", income(period="năm 2022")),
        ("năm ngoái?", income(period="năm 2022")),
        ("cùng kỳ thì sao", income(period="năm 2022")),
        ("the year before?", income(period="năm 2022")),
        ("năm sau thì sao", income(period="năm 2024")),
        ("6 tháng đầu năm?", income(period="6 tháng đầu năm 2023")),
        ("quý III thì sao", income(period="quý III/2023")),
        ("tháng 6?", income(period="tháng 6/2023")),
        ("Còn Quan Sơn năm 2022?", income("huyện Quan Sơn", "năm 2022")),
        ("Quan Sơn năm trước đó thì sao", income("huyện Quan Sơn", "năm 2022")),
        ("vậy còn Quan Sơn, năm 2021 thì thế nào ạ?", income("huyện Quan Sơn", "năm 2021")),
        ("How about Nghe An province in 2022?", income("tỉnh Nghệ An", "năm 2022")),
    ],
)
def test_another_entity_or_time_takes_its_place_in_the_last_question(question: str, whole: str) -> None:
    assert complete(INCOME, question) == whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Còn tỷ lệ hộ nghèo?", "Tỷ lệ hộ nghèo của huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("thế thu ngân sách?", "Thu ngân sách của huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("Thu ngân sách?", "Thu ngân sách của huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("Còn số hộ nghèo thì sao?", "Số hộ nghèo của huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("Còn tỷ lệ hộ nghèo năm 2022 thì sao?", "Tỷ lệ hộ nghèo của huyện Quế Phong năm 2022 là bao nhiêu?"),
        ("Còn GRDP?", "GRDP của huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("con ty le ho ngheo?", "Ty le ho ngheo cua huyen Que Phong nam 2023 la bao nhieu?"),
        ("And the poverty rate?", "What was the poverty rate of Quế Phong district in 2023?"),
        ("poverty rate?", "What was the poverty rate of Quế Phong district in 2023?"),
        ("thế còn bí thư?", "Bí thư của huyện Quế Phong năm 2023 là ai?"),
    ],
)
def test_a_metric_alone_keeps_entity_and_time(question: str, whole: str) -> None:
    assert complete(INCOME, question) == whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Huyện đó có bao nhiêu xã?", "Huyện Quế Phong có bao nhiêu xã?"),
        ("Thế huyện này có bao nhiêu xã?", "Huyện Quế Phong có bao nhiêu xã?"),
        ("Tỷ lệ hộ nghèo ở đó là bao nhiêu?", "Tỷ lệ hộ nghèo ở huyện Quế Phong là bao nhiêu?"),
        ("Bao nhiêu hộ thoát nghèo ở huyện ấy?", "Bao nhiêu hộ thoát nghèo ở huyện Quế Phong?"),
        ("huyen do co bao nhieu xa?", "Huyen Que Phong co bao nhieu xa?"),
        ("What is the poverty rate there?", "What is the poverty rate in Quế Phong district?"),
        ("How many communes does that district have?", "How many communes does Quế Phong district have?"),
        ("Tỷ lệ hộ nghèo năm đó là bao nhiêu?", "Tỷ lệ hộ nghèo ở huyện Quế Phong năm 2023 là bao nhiêu?"),
        ("Thu ngân sách của Quan Sơn năm đó là bao nhiêu?", "Thu ngân sách của Quan Sơn năm 2023 là bao nhiêu?"),
    ],
)
def test_what_is_pointed_at_is_written_out(question: str, whole: str) -> None:
    assert complete(INCOME, question) == whole


@pytest.mark.parametrize(
    "question",
    [
        "Còn bao nhiêu hộ nghèo ở Quan Sơn?",
        "Quan Sơn còn bao nhiêu xã?",
        "Tỷ lệ hộ nghèo của Quan Sơn là bao nhiêu?",
        "Tỷ lệ hộ nghèo của Quan Sơn năm 2022?",
        "Tỷ lệ hộ nghèo là bao nhiêu?",
        "What is the poverty rate of Quan Son district?",
        "Ai là Chủ tịch huyện Quan Sơn?",
        "Con người Quan Sơn thế nào?",
        "Con người có bao nhiêu?",
        "Thế mạnh của huyện là gì?",
        "xã ấy có bao nhiêu hộ?",
        "Huyện đó thế nào?",
        "Còn huyện đó?",
        "Còn gì nữa không?",
        "con nhu xuan thi sao",
        "Cảm ơn",
        "thì sao?",
        "Tại sao?",
        "Why?",
        "?",
        "",
        "   ",
        "x" * 2001,
    ],
)
def test_a_question_that_stands_alone_or_says_nothing_is_left_alone(question: str) -> None:
    assert complete(INCOME, question) is None


@pytest.mark.parametrize(
    ("last", "question", "whole"),
    [
        (INVESTMENT, "Còn Quế Phong?", INVESTMENT.replace("Quan Sơn", "Quế Phong")),
        (INVESTMENT, "năm trước thì sao", INVESTMENT.replace("2023", "2022")),
        (INVESTMENT, "cùng kỳ năm trước thì sao?", INVESTMENT.replace("2023", "2022")),
        (INVESTMENT, "cùng kỳ 2021?", INVESTMENT.replace("2023", "2021")),
        (INVESTMENT, "cả năm thì sao?", INVESTMENT.replace("6 tháng đầu năm", "năm")),
        (INVESTMENT, "6 tháng cuối năm?", INVESTMENT.replace("đầu", "cuối", 2).replace("cuối tư", "đầu tư")),
        (ENGLISH, "What about Quan Son?", ENGLISH.replace("Que Phong", "Quan Sơn")),
        (ENGLISH, "Quan Son district?", ENGLISH.replace("Que Phong", "Quan Sơn")),
        (ENGLISH, "Còn Quan Sơn?", ENGLISH.replace("Que Phong", "Quan Sơn")),
        (ENGLISH, "what about Nghe An?", ENGLISH.replace("Que Phong district", "Nghệ An province")),
        (ENGLISH, "And in 2022?", ENGLISH.replace("2023", "2022")),
        (ENGLISH, "last year?", ENGLISH.replace("2023", "2022")),
        (ENGLISH, "in the first half of 2022?", ENGLISH.replace("2023", "the first half of 2022")),
        (ENGLISH, "còn tỷ lệ hộ nghèo?", "Tỷ lệ hộ nghèo của huyện Quế Phong năm 2023 là bao nhiêu?"),
        (BARE, "con quan son thi sao", "T" + BARE[1:].replace("Que Phong", "Quan Son")),
        (BARE, "nam truoc do?", "T" + BARE[1:].replace("2023", "2022")),
        (BARE, "con tinh nghe an", "T" + BARE[1:].replace("huyen Que Phong", "tinh Nghe An")),
        ("Tỷ lệ hộ nghèo năm 2023?", "Ở Quan Sơn?", "Tỷ lệ hộ nghèo năm 2023 ở Quan Sơn?"),
        ("Tỷ lệ hộ nghèo là bao nhiêu?", "Quan Sơn năm 2022", "Tỷ lệ hộ nghèo ở Quan Sơn năm 2022 là bao nhiêu?"),
        ("Thu ngân sách của Quế Phong?", "năm 2022", "Thu ngân sách của Quế Phong năm 2022?"),
        ("Thu ngân sách của Quế Phong?", "6 tháng đầu năm", "Thu ngân sách của Quế Phong 6 tháng đầu năm?"),
        ("What is the poverty rate?", "in Quan Son?", "What is the poverty rate in Quan Sơn?"),
        ("What is the poverty rate?", "in 2022?", "What is the poverty rate in 2022?"),
        ("Lợi nhuận 2018 của BIDV?", "Còn Vietcombank?", "Lợi nhuận 2018 của Vietcombank?"),
        ("Lợi nhuận 2018 của BIDV?", "2019?", "Lợi nhuận 2019 của BIDV?"),
        ("Lãi quý I/2018 của BIDV?", "quý trước thì sao?", "Lãi quý IV/2017 của BIDV?"),
        ("Lãi của BIDV?", "Ngân hàng này có bao nhiêu chi nhánh?", "BIDV có bao nhiêu chi nhánh?"),
        ("Ai là Bí thư Huyện ủy Quan Sơn?", "Còn Quế Phong?", "Ai là Bí thư Huyện ủy Quế Phong?"),
        ("Ai là Bí thư Huyện ủy Quan Sơn?", "Còn tỉnh Nghệ An?", "Ai là Bí thư Tỉnh ủy Nghệ An?"),
        ("Quan Sơn có bao nhiêu xã?", "Còn huyện Quế Phong?", "Huyện Quế Phong có bao nhiêu xã?"),
        ("Thu nhập của tỉnh Nghệ An?", "Còn Quế Phong?", "Thu nhập của Quế Phong?"),
    ],
)
def test_other_questions_are_completed_too(last: str, question: str, whole: str) -> None:
    assert complete(last, question) == whole


def test_without_a_question_before_there_is_nothing_to_complete() -> None:
    assert complete_question("Còn Quan Sơn thì sao?", [], names=NAMES) is None
    assert complete_question("Còn Quan Sơn thì sao?", [Turn("")], names=NAMES) is None


def test_the_last_whole_question_is_what_was_completed() -> None:
    history = [Turn(INCOME), Turn("Còn Quan Sơn?", rewritten=income("huyện Quan Sơn"))]
    assert complete_question("Năm trước?", history, names=NAMES) == income("huyện Quan Sơn", "năm 2022")


def test_what_an_earlier_follow_up_stood_for_is_found_again() -> None:
    history = [Turn(INCOME), Turn("Còn Quan Sơn?"), Turn("Còn tỷ lệ hộ nghèo?"), Turn("Cảm ơn!"), Turn("")]
    whole = "Tỷ lệ hộ nghèo của huyện Quan Sơn năm 2022 là bao nhiêu?"
    assert complete_question("Năm trước?", history, names=NAMES) == whole


def test_a_name_unknown_to_the_library_is_taken_as_typed() -> None:
    assert complete_question("Còn Quan Son?", [Turn(INCOME)]) == income("huyện Quan Son")


def test_a_result_over_2000_characters_is_none() -> None:
    long = f"Thu nhập {'rất ' * 494}cao năm 2023?"
    assert complete(long, "năm 2022?") == long.replace("2023", "2022")
    assert len(long) > 1990
    assert complete(long, "Còn huyện Quan Sơn năm 2022?") is None


_WORDS = st.sampled_from(
    "còn con thế the huyện huyen đó do ở o năm nam 2022 2023 trước Quan Sơn quan son xã xa tỉnh Nghệ An thì sao thi là "
    "bao nhiêu ? , . “ ” tỷ lệ hộ nghèo and what about there in the year before district quý III 6 tháng đầu cùng kỳ "
    "đó? \u0130 \ud800 \u202e \x00 ( [ TP. Q. 1 của BIDV".split(" ")
)
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=14).map(" ".join))


@settings(deadline=None, max_examples=150)
@given(_TEXTS, st.lists(st.builds(Turn, _TEXTS, st.none() | _TEXTS), max_size=4), st.lists(_TEXTS, max_size=3))
def test_nothing_that_is_typed_raises(question: str, history: list[Turn], names: list[str]) -> None:
    whole = complete_question(question, history, names=names)
    assert whole is None or 0 < len(whole) <= 2000


@pytest.mark.parametrize("unit", ["Còn huyện đó ", "Quan Sơn năm 2022 ", "((((", "năm 2022, ", "of the ", "aA"])
def test_long_hostile_histories_are_survived(unit: str) -> None:
    text = (unit * 2000)[:2000]
    complete_question(text, [Turn(text, None, text)] * 50, names=NAMES)
    complete_question("Còn Quan Sơn?", [Turn(text, text)] * 50, names=NAMES)


@pytest.mark.parametrize(
    ("last", "question", "whole"),
    [
        ("Thu nhập bình quân là bao nhiêu?", "Quế Phong", "Thu nhập bình quân ở Quế Phong là bao nhiêu?"),
        ("Thu nhập bình quân là bao nhiêu?", "que phong", "Thu nhập bình quân ở Quế Phong là bao nhiêu?"),
        ("Thu nhập bình quân là bao nhiêu?", "2023", "Thu nhập bình quân năm 2023 là bao nhiêu?"),
        (
            "Thu nhập bình quân là bao nhiêu?",
            "Quế Phong, 2023",
            "Thu nhập bình quân ở Quế Phong năm 2023 là bao nhiêu?",
        ),
        ("What was the income?", "2023", "What was the income in 2023?"),
        ("What was the income?", "Que Phong", "What was the income in Quế Phong?"),
    ],
)
def test_a_bare_name_or_year_narrows_a_question_that_can_be_read_in_several_ways(last, question, whole):
    assert complete(last, question) == whole


def test_a_name_and_then_a_year_narrow_a_question_step_by_step():
    vague = "Thu nhập bình quân là bao nhiêu?"
    history = [Turn(vague), Turn("Quế Phong", "Thu nhập bình quân ở Quế Phong là bao nhiêu?")]

    assert complete_question("2023", history, names=NAMES) == "Thu nhập bình quân ở Quế Phong năm 2023 là bao nhiêu?"


@pytest.mark.parametrize(
    ("last", "question", "whole"),
    [
        ("Thu ngân sách huyện đạt bao nhiêu?", "Quế Phong", "Thu ngân sách huyện Quế Phong đạt bao nhiêu?"),
        ("Thu ngân sách của huyện?", "huyện Quan Sơn", "Thu ngân sách của huyện Quan Sơn?"),
        ("Thu ngân sách của huyện?", "thị xã Thái Hòa", "Thu ngân sách của thị xã Thái Hòa?"),
        ("Thu ngan sach cua huyen la bao nhieu?", "Quế Phong", "Thu ngan sach cua huyen Que Phong la bao nhieu?"),
        ("Toàn huyện có bao nhiêu hộ?", "Quế Phong", "Toàn huyện Quế Phong có bao nhiêu hộ?"),
        ("Thu ngân sách của tỉnh năm 2023?", "Quế Phong", "Thu ngân sách của Quế Phong năm 2023?"),
        ("Thu ngân sách của tỉnh năm 2023?", "Nghệ An", "Thu ngân sách của tỉnh Nghệ An năm 2023?"),
        ("What was the income of the district?", "Que Phong", "What was the income of Quế Phong district?"),
        ("Có bao nhiêu xã?", "Quế Phong", "Có bao nhiêu xã ở Quế Phong?"),
        ("Các huyện có bao nhiêu hộ?", "Quế Phong", "Các huyện có bao nhiêu hộ ở Quế Phong?"),
    ],
)
def test_a_unit_without_a_name_is_given_the_one_that_is_typed(last, question, whole):
    assert complete(last, question) == whole


def test_a_unit_word_within_a_question_is_written_small():
    assert complete("Thu nhập của Quế Phong?", "huyện Quan Sơn") == "Thu nhập của huyện Quan Sơn?"
