"""What a question asks about, as concepts with the ways reports put them, and where a text names them."""

from __future__ import annotations

import pytest

from rag.answer.concepts import Concepts, read_concepts
from rag.question import understand


def concepts(question: str) -> Concepts:
    understood = understand(question)
    return read_concepts(question, understood, without=understood.entities, idf=lambda word: 1.0)


def named(question: str, text: str) -> set[str]:
    return {text[each.start : each.end] for each in concepts(question).find(text)}


def weight(question: str, text: str) -> float:
    read = concepts(question)
    return read.weigh(read.find(text))


def focus(question: str, text: str) -> float:
    read = concepts(question)
    return read.weigh_focus(read.find(text))


# -- what is found --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "phrase"),
    [
        pytest.param("Sản lượng lúa là bao nhiêu?", "Năm nay sản lượng lúa tăng.", "lúa", id="a word"),
        pytest.param("Thu ngân sách nhà nước?", "Tổng thu NSNN đạt 5 tỷ.", "NSNN", id="an abbreviation for a phrase"),
        pytest.param("Thu NSNN?", "Thu ngân sách nhà nước đạt 5 tỷ.", "Thu ngân sách nhà nước", id="a phrase for it"),
        pytest.param("What was the poverty rate?", "Tỷ lệ hộ nghèo còn 9%.", "hộ nghèo", id="a translation"),
        pytest.param("ty le ho ngheo", "Tỷ lệ hộ nghèo còn 9%.", "nghèo", id="typed without accents"),
        pytest.param("Tỷ lệ hộ nghèo?", "Ty le ho ngheo con 9%.", "ngheo", id="a text without accents"),
        pytest.param("Mức hòa vốn?", "Mức hoà vốn là 5 tỷ.", "hoà", id="the other place of an accent"),
    ],
)
def test_a_concept_is_found_the_way_a_report_puts_it(question: str, text: str, phrase: str):
    assert phrase in named(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("Số con dê là bao nhiêu?", "Số con để lại là 5.", id="told by accents"),
        pytest.param("Sản lượng lúa?", "Diện tích ngô đạt 5 ha.", id="other words"),
        pytest.param("Sản lượng lúa?", "", id="an empty text"),
    ],
)
def test_what_a_text_does_not_say_is_not_found(question: str, text: str):
    assert not {"để", "de", "lúa"} & named(question, text)


def test_names_and_words_that_only_ask_are_no_concepts():
    text = "Huyện Tân Lang bao nhiêu là có."
    assert not {"Tân", "Lang", "bao", "nhiêu", "là"} & named("Sản lượng lúa của huyện Tân Lang là bao nhiêu?", text)


def test_a_question_of_names_alone_has_nothing_to_find():
    read = concepts("Tân Lang?")
    assert read.find("Huyện Tân Lang có 5 xã.") == []
    assert read.weigh([]) == 0.0


def test_positions_are_those_of_the_text_and_rise():
    text = "Toàn huyện: sản lượng lúa, rồi lại lúa."
    found = concepts("Sản lượng lúa?").find(text)
    starts = [each.start for each in found]
    assert starts == sorted(starts)
    assert [each.start for each in found if text[each.start : each.end] == "lúa"] == [22, 35]


# -- what it weighs -------------------------------------------------------------------------------------


def test_nothing_named_weighs_nothing_and_more_named_weighs_more():
    question = "Sản lượng thủy sản nuôi trồng là bao nhiêu?"
    none, some, all_of_it = (
        weight(question, text) for text in ("Họp chợ.", "Thủy sản.", "Sản lượng thủy sản nuôi trồng")
    )
    assert none == 0.0 < some < all_of_it <= 1.0


def test_words_weigh_more_side_by_side_than_apart():
    question = "Lao động nông thôn là bao nhiêu?"
    assert weight(question, "Lao động nông thôn đông.") > weight(question, "Nông trại và thôn xóm, động viên lao công.")


def test_what_any_measure_begins_with_weighs_less_than_what_is_measured():
    question = "Tỷ lệ che phủ rừng là bao nhiêu?"
    assert weight(question, "Tỷ lệ hộ nghèo") < weight(question, "Độ che phủ rừng")


def test_a_rare_word_weighs_more_than_a_common_one():
    question = "Đàn trâu cày"
    understood = understand(question)
    read = read_concepts(question, understood, without=(), idf=lambda word: 5.0 if word == "trau" else 1.0)
    assert read.weigh(read.find("trâu")) > read.weigh(read.find("cày"))


def test_what_stands_near_the_words_that_ask_has_more_focus():
    question = "Trong chương trình xây dựng nông thôn mới, đợt ủng hộ có bao nhiêu chiếc xe đạp?"
    near, far = "xe đạp", "chương trình"
    assert focus(question, near) > focus(question, far)


@pytest.mark.parametrize("question", ["Thu ngân sách nhà nước năm 2023?", "ty le ho ngheo", "poverty rate", ""])
def test_a_share_stays_between_0_and_1_whatever_the_text(question: str):
    read = concepts(question)
    for text in ("", question, "Thu ngân sách nhà nước NSNN. Tỷ lệ hộ nghèo. " * 5, "poverty rate poverty rate"):
        assert 0.0 <= read.weigh(read.find(text)) <= 1.0
        assert 0.0 <= read.weigh_focus(read.find(text)) <= 1.0
