from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import (
    fold,
    guess_language,
    is_accented,
    normalise_number_word,
    number_pieces,
    sentences,
    syllable_key,
    terms,
    to_nfc,
    words,
)


def test_folding_takes_accents_and_case_and_turns_d_with_a_stroke_into_d():
    assert fold("Đảng bộ huyện Quế Phong") == "dang bo huyen que phong"


@given(st.text())
def test_folding_keeps_every_offset(text: str):
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("hoà", "hòa", id="tone on either vowel"),
        pytest.param("thuỷ", "thủy", id="uy"),
        pytest.param("HÒA", "hoà", id="case"),
        pytest.param(unicodedata.normalize("NFD", "tiếng"), "tiếng", id="NFD"),
    ],
)
def test_spellings_of_one_syllable_have_one_key(one: str, other: str):
    assert syllable_key(one) == syllable_key(other)


@pytest.mark.parametrize(("one", "other"), [("ma", "má"), ("mà", "mả"), ("tan", "tân"), ("do", "đo")])
def test_other_syllables_have_other_keys(one: str, other: str):
    assert syllable_key(one) != syllable_key(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("tăng 9,5% so", ["tăng", "9,5", "%", "so"], id="9,5 stays whole"),
        pytest.param("30-06-2018", ["30/6/2018"], id="a date in one form"),
        pytest.param("30/6/2018", ["30/6/2018"], id="the same date with slashes"),
        pytest.param("8.200 tấn", ["8.200", "tấn"], id="thousands"),
        pytest.param("14-17 tiêu chí/xã", ["14/17", "tiêu", "chí", "xã"], id="a range"),
        pytest.param("15,5 triệu m3", ["15,5", "triệu", "m3"], id="a unit with a digit"),
    ],
)
def test_terms_keep_numbers_and_dates_whole(text: str, expected: list[str]):
    assert terms(text) == expected


def test_a_date_is_also_found_by_its_year():
    assert number_pieces(normalise_number_word("30-6-2018")) == ["30", "6", "2018"]
    assert number_pieces("8.200") == []


def test_word_spans_cut_the_text_exactly():
    text = "đạt 35,7 triệu"
    assert [text[a:b] for a, b in words(text)] == ["đạt", "35,7", "triệu"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Đạt 8,65%. Thu 400 tỷ.", ["Đạt 8,65%.", "Thu 400 tỷ."], id="after a percent sign"),
        pytest.param("Chiều 19-7, họp. Xong.", ["Chiều 19-7, họp.", "Xong."], id="a date with a comma"),
        pytest.param("Đạt 8.200 tấn ở TP. Vinh.", ["Đạt 8.200 tấn ở TP. Vinh."], id="thousands and TP."),
        pytest.param("1. Về kinh tế. Tốt.", ["1. Về kinh tế.", "Tốt."], id="a number at the head"),
        pytest.param("Ông T. 970 triệu. Hết.", ["Ông T. 970 triệu.", "Hết."], id="an initial"),
        pytest.param("Hỏi? Đáp! Rồi…", ["Hỏi?", "Đáp!", "Rồi…"], id="other marks"),
        pytest.param("“Đúng.” Ông nói.", ["“Đúng.”", "Ông nói."], id="a closing quote"),
        pytest.param("  Một câu  ", ["Một câu"], id="trimmed"),
        pytest.param("", [], id="nothing"),
        pytest.param("Một.\n\nHai", ["Một.", "Hai"], id="a blank line"),
    ],
)
def test_sentences_are_cut_where_they_end(text: str, expected: list[str]):
    assert [text[a:b] for a, b in sentences(text)] == expected


@given(st.text(alphabet="aB1.?! \n,;“”%đ-/", max_size=200))
def test_sentences_are_in_order_and_hold_every_character_but_space(text: str):
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thu nhập bình quân đầu người là bao nhiêu?", "vi"),
        ("ty le ho ngheo cua huyen con bao nhieu", "vi"),
        ("What was the per capita income of Que Phong district in 2023?", "en"),
        ("How much did revenue grow?", "en"),
        ("", "vi"),
    ],
)
def test_the_language_is_guessed_with_and_without_accents(text: str, language: str):
    assert guess_language(text) == language


def test_accents_are_noticed():
    assert is_accented("huyện") and is_accented("đo") and not is_accented("huyen") and not is_accented("naïve"[:2])


def test_nfc_composes():
    assert to_nfc(unicodedata.normalize("NFD", "Quế")) == "Quế"
