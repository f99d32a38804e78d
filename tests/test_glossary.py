from __future__ import annotations

from importlib.resources import files

import pytest

from rag.glossary import (
    belong_together,
    expand_abbreviations,
    find_synonyms,
    is_abbreviation,
    is_syllable,
    translate_terms,
)
from rag.text import to_nfc


def entries(kind: str) -> list[tuple[str, str]]:
    lines = files("rag").joinpath("glossary.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(row[1], row[2]) for row in rows if row[0] == kind]


def test_the_glossary_is_nfc_has_its_columns_and_no_entry_twice() -> None:
    text = files("rag").joinpath("glossary.tsv").read_text(encoding="utf-8")
    assert text == to_nfc(text)
    for line in text.splitlines():
        if line and not line.startswith("#"):
            assert line.count("\t") == (1 if line.startswith("same\t") else 2), line
    assert len(entries("abbr")) >= 80
    assert len(entries("term")) >= 250
    abbreviations = [left for left, _ in entries("abbr")]
    assert len(abbreviations) == len(set(abbreviations))


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Chủ tịch UBND huyện", ["ủy ban nhân dân"]),
        ("phát triển KT-XH", ["kinh tế - xã hội"]),
        ("giữ vững QP – AN", ["quốc phòng - an ninh"]),
        ("ngành NN&PTNT", ["nông nghiệp và phát triển nông thôn"]),
        ("ubnd xa ho tro", ["ủy ban nhân dân"]),
        ("các hợp tác xã kiểu mới", ["HTX"]),
        ("thanh lap hop tac xa", ["HTX"]),
        ("Uỷ ban nhân dân xã", ["UBND"]),
        ("con bot va oc ban", []),
        ("một câu bình thường", []),
    ],
)
def test_abbreviations_are_expanded_both_ways(text: str, added: list[str]) -> None:
    assert expand_abbreviations(text) == added


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("What was the per capita income in 2023?", "thu nhập bình quân đầu người"),
        ("What is the poverty rate?", "tỷ lệ hộ nghèo"),
        ("How many poor households are left?", "hộ nghèo"),
        ("What is the forest cover of the district?", "tỷ lệ che phủ rừng"),
        ("How many new-style rural communes are there?", "xã nông thôn mới"),
        ("What was total social investment?", "tổng vốn đầu tư toàn xã hội"),
        ("What was the profit before tax?", "lợi nhuận trước thuế"),
        ("Export turnover in the first half?", "kim ngạch xuất khẩu"),
        ("How fast was credit growth?", "tăng trưởng tín dụng"),
        ("Who chairs the district party committee?", "huyện ủy"),
        ("Who leads the People's Committee?", "ủy ban nhân dân"),
    ],
)
def test_an_english_question_gives_vietnamese_terms(question: str, phrase: str) -> None:
    assert phrase in translate_terms(question)


def test_the_longest_term_wins_over_those_inside_it() -> None:
    assert translate_terms("the bad debt ratio", language="en") == ["tỷ lệ nợ xấu"]


def test_a_vietnamese_question_gives_english_terms_with_and_without_accents() -> None:
    assert "poverty rate" in translate_terms("Tỷ lệ hộ nghèo của huyện là bao nhiêu?")
    assert "poverty rate" in translate_terms("ty le ho ngheo cua huyen la bao nhieu")


def test_question_words_are_no_terms() -> None:
    assert translate_terms("How many and what is the, when?", language="en") == []
    assert translate_terms("là bao nhiêu, ở đâu, khi nào?", language="vi") == []


def test_an_abbreviation_of_a_name_is_no_common_abbreviation() -> None:
    assert is_abbreviation("UBND") and is_abbreviation("HDQT") and is_abbreviation("GD-ĐT")
    assert not is_abbreviation("HCM") and not is_abbreviation("VIB")


def test_syllables_are_told_from_foreign_names() -> None:
    assert is_syllable("Huế") and is_syllable("nghiêng")
    assert not is_syllable("BIDV") and not is_syllable("Masan")


def test_syllables_of_a_term_belong_together() -> None:
    assert belong_together("xã", "hội") and belong_together("xa", "hoi", accented=False)
    assert not belong_together("xã", "là")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("lãi trước thuế", ["lợi nhuận"]),
        ("LỢI NHUẬN", ["lãi"]),
        ("loi nhuan truoc thue", ["lãi"]),
        ("quay lai", []),
        ("số người thiệt mạng", ["tử vong", "chết"]),
        ("không có gì", []),
    ],
)
def test_phrases_that_reports_use_for_the_same_are_known_both_ways(text: str, same: list[str]) -> None:
    assert find_synonyms(text) == same
