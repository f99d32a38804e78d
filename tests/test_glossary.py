from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from rag.glossary import (
    belong_together,
    expand_abbreviations,
    find_synonyms,
    is_abbreviation,
    numeric_forms,
    translate_groups,
    translate_terms,
)
from rag.glossary.counting import read_spelt, write_roman, write_vietnamese
from rag.glossary.inflection import read_word
from rag.glossary.lines import english_keys, spell, vietnamese_keys
from rag.glossary.translation import _ENGLISH_STOPS, _VIETNAMESE_STOPS, TermGroup
from rag.text import fold, is_syllable, to_nfc, words

FILES = ("glossary.tsv", "vocabulary.tsv")
KINDS = {"glossary.tsv": {"abbr", "same", "term", "form"}, "vocabulary.tsv": {"term"}}


def rows(name: str) -> list[list[str]]:
    lines = files("rag").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def entries(kind: str, name: str = "glossary.tsv") -> list[tuple[str, str]]:
    return [(row[1], row[2]) for row in rows(name) if row[0] == kind]


def words_of(phrase: str) -> tuple[str, ...]:
    spans = [(a, b) for a, b in words(phrase) if not (phrase[a:b] == "s" and phrase[max(a - 1, 0) : a] == "'")]
    return tuple(phrase[a:b] for a, b in spans)


@pytest.mark.parametrize("name", FILES)
def test_every_line_has_its_kind_and_columns_in_nfc(name: str) -> None:
    text = files("rag").joinpath(name).read_text(encoding="utf-8")
    assert text == to_nfc(text)
    assert [row for row in rows(name) if row[0] not in KINDS[name]] == []
    assert [row for row in rows(name) if len(row) != (2 if row[0] == "same" else 3)] == []


@pytest.mark.parametrize("name", FILES)
def test_no_alternative_is_empty_or_spaced_wrongly(name: str) -> None:
    columns = [column for row in rows(name) for column in row[1:]]
    wrong = [c for c in columns if any(not a or a != " ".join(a.split()) for a in c.split("; ")) or ";" in c[-1:]]
    assert wrong == []
    assert [c for c in columns if c.count(";") != c.count("; ")] == []


@pytest.mark.parametrize("name", FILES)
def test_no_pair_of_a_word_and_its_translation_stands_twice(name: str) -> None:
    pairs = Counter(
        (vi, en) for left, right in entries("term", name) for vi in left.split("; ") for en in right.split("; ")
    )
    assert [pair for pair, n in pairs.items() if n > 1] == []


def test_an_abbreviation_stands_for_the_same_with_and_without_accents() -> None:
    written = [left for left, _ in entries("abbr")]
    assert len(written) == len(set(written))
    # GD&ĐT and GD-ĐT are one.
    folded = {(words_of(fold(left)), right) for left, right in entries("abbr")}
    assert [key for key, n in Counter(key for key, _ in folded).items() if n > 1] == []


def test_english_terms_are_lower_case_and_abbreviations_are_not() -> None:
    assert [right for _, right in entries("term") if right != right.lower()] == []
    assert [left for left, _ in entries("abbr") if left.islower()] == []


def test_vietnamese_terms_are_lower_case_but_for_names_and_abbreviations() -> None:
    capitals = [p for left, _ in entries("term") for p in left.split("; ") if p[0].isupper() and p[1:].islower()]
    assert capitals == []


@pytest.mark.parametrize("name", FILES)
def test_no_english_alternative_is_a_stop_word_alone(name: str) -> None:
    assert {english for _, right in entries("term", name) for english in right.split("; ")} & _ENGLISH_STOPS == set()


def test_no_vietnamese_term_is_a_stop_word_alone() -> None:
    # Common words may be: "sao" is a star too.
    assert {phrase for left, _ in entries("term") for phrase in left.split("; ")} & _VIETNAMESE_STOPS == set()


@pytest.mark.parametrize("name", FILES)
def test_every_phrase_is_found_under_the_words_a_question_has(name: str) -> None:
    lefts = [left for left, _ in entries("term", name)]
    rights = [right for _, right in entries("term", name)]
    assert english_keys(rights) == [[words_of(p.lower()) for p in right.split("; ")] for right in rights]
    assert vietnamese_keys(lefts, accented=True) == [[words_of(spell(p)) for p in left.split("; ")] for left in lefts]
    assert vietnamese_keys(lefts, accented=False) == [[words_of(fold(p)) for p in left.split("; ")] for left in lefts]


def test_the_glossary_covers_its_fields() -> None:
    assert len(entries("abbr")) >= 240
    assert len(entries("term")) >= 1500
    assert len(entries("form")) >= 150


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


# -- inflections ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("households", "household"),
        ("cities", "city"),
        ("knives", "knife"),
        ("classes", "class"),
        ("children", "child"),
        ("criteria", "criterion"),
        ("exported", "export"),
        ("planned", "plan"),
        ("studied", "study"),
        ("invested", "invest"),
        ("produced", "produce"),
        ("building", "build"),
        ("losing", "lose"),
        ("died", "die"),
        ("used", "use"),
        ("running", "run"),
        ("grew", "grow"),
        ("grown", "grow"),
        ("sold", "sell"),
        ("higher", "high"),
        ("largest", "large"),
        ("biggest", "big"),
        ("poorest", "poor"),
        ("easier", "easy"),
        ("rapidly", "rapid"),
        ("easily", "easy"),
        ("organization", "organisation"),
        ("organised", "organize"),
        ("labor", "labour"),
        ("neighbourhoods", "neighborhood"),
        ("center", "centre"),
        ("programs", "programme"),
        ("defense", "defence"),
        ("analyzed", "analyse"),
        ("catalogue", "catalog"),
    ],
)
def test_inflections_and_spellings_are_read_back_to_their_word(written: str, base: str) -> None:
    assert base in read_word(written).all


@pytest.mark.parametrize(
    ("written", "no_base"), [("forest", "for"), ("corner", "corn"), ("news", "new"), ("for", "four")]
)
def test_what_only_looks_inflected_is_left_as_it_is(written: str, no_base: str) -> None:
    assert no_base not in read_word(written).sure
    assert written == read_word(written).sure[0]
    assert written == "news" or no_base not in read_word(written).all


@pytest.mark.parametrize(
    "question",
    [
        "the near-poor households",
        "the near poor household",
        "a near-poor household's",
        "NEAR-POOR HOUSEHOLDS",
    ],
)
def test_hyphens_capitals_plurals_and_possessives_make_no_difference(question: str) -> None:
    assert translate_terms(question, language="en") == ["hộ cận nghèo"]


def test_british_and_american_spellings_find_the_same_term() -> None:
    assert translate_terms("labour productivity", language="en") == translate_terms("labor productivity", language="en")
    assert translate_terms("urbanisation rate", language="en") == translate_terms("urbanization rate", language="en")


# -- groups ---------------------------------------------------------------------------------------------


def test_each_place_of_a_question_gives_one_group_in_its_order() -> None:
    groups = translate_groups("What was the bad debt ratio of the poultry flock in this decade?", language="en")
    assert groups[:2] == [
        TermGroup("bad debt ratio", ("tỷ lệ nợ xấu",), general=False),
        TermGroup("poultry flock", ("đàn gia cầm",), general=False),
    ]
    assert [(group.source, group.alternatives[0], group.general) for group in groups[2:]] == [
        ("decade", "thập kỷ", True)
    ]


def test_the_meaning_a_word_is_named_first_for_comes_first() -> None:
    assert translate_terms("company", language="en")[0] == "công ty"
    assert translate_terms("planted", language="en")[0] == "trồng"


def test_the_source_of_a_group_is_as_the_question_writes_it() -> None:
    sources = [group.source for group in translate_groups("How many Near-Poor Households escaped?", language="en")]
    assert "Near-Poor Households" in sources


def test_groups_go_both_ways_with_and_without_accents() -> None:
    accented = translate_groups("Tỷ lệ hộ cận nghèo của xã", language="vi")[0]
    plain = translate_groups("ty le ho can ngheo cua xa", language="vi")[0]
    assert accented.source == "Tỷ lệ hộ cận nghèo" and plain.source == "ty le ho can ngheo"
    assert accented.alternatives == plain.alternatives
    assert "near-poor rate" in plain.alternatives


def test_old_and_new_tone_places_find_the_same_term() -> None:
    assert translate_groups("Uỷ ban nhân dân", language="vi")[0].alternatives == ("people's committee",)
    assert translate_terms("thuỷ sản", language="vi") == translate_terms("thủy sản", language="vi")


def test_common_words_are_translated_in_groups_only() -> None:
    assert [group.general for group in translate_groups("this decade", language="en")] == [True]
    assert translate_terms("this decade", language="en") == []
    assert not belong_together("thập", "kỷ")
    assert not find_synonyms("thập kỷ") and not expand_abbreviations("héc-ta")


def test_stop_words_are_never_translated_alone() -> None:
    assert translate_groups("Who is it and what of them?", language="en") == []
    assert translate_groups("là của và những được ai", language="vi") == []


# -- numbers, dates, periods ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("fifteen communes", ["15", "mười lăm"]),
        ("twenty-three people", ["23", "hai mươi ba"]),
        ("two hundred and five", ["205", "hai trăm linh năm"]),
        ("between five and ten", ["5", "năm", "10", "mười"]),
        ("1,500 households", ["1.500"]),
        ("1.5 million", ["1,5 triệu", "1.500.000"]),
        ("two billion dong", ["2 tỷ", "hai tỷ"]),
        ("3 trillion", ["3 nghìn tỷ", "ba nghìn tỷ", "3.000 tỷ"]),
        ("15 thousand", ["15 nghìn", "15 ngàn", "15.000"]),
        ("8.65%", ["8,65%"]),
        ("fifteen percent", ["15%"]),
        ("In March 2019", ["tháng 3 năm 2019", "tháng 3/2019", "3/2019"]),
        ("Sept. 2019", ["tháng 9 năm 2019", "tháng 9/2019", "9/2019"]),
        ("in May", ["tháng 5", "tháng năm"]),
        ("on 30 June 2018", ["30/6/2018", "ngày 30 tháng 6 năm 2018"]),
        ("June 30th, 2018", ["30/6/2018", "ngày 30 tháng 6 năm 2018"]),
        ("on the 2nd of September", ["2/9", "ngày 2 tháng 9"]),
        ("2018-06-30", ["30/6/2018"]),
        ("the third quarter of 2019", ["quý III/2019", "quý 3/2019", "quý III năm 2019"]),
        ("Q1", ["quý I", "quý 1"]),
        ("the first nine months of 2021", ["9 tháng đầu năm 2021", "chín tháng đầu năm 2021"]),
        ("the first half of 2021", ["6 tháng đầu năm 2021", "nửa đầu năm 2021"]),
        ("the 19th century", ["thế kỷ 19", "thế kỷ XIX", "thế kỷ thứ 19"]),
        ("the 1990s", ["thập niên 1990", "thập kỷ 1990", "những năm 1990"]),
        ("the 12th congress", ["thứ mười hai", "thứ 12", "lần thứ XII"]),
        ("the fourth time", ["thứ tư", "thứ 4", "lần thứ IV"]),
        ("the first time", ["đầu tiên", "thứ nhất", "thứ 1"]),
        ("which one was it in 2019, and may they march?", []),
        ("12 communes", []),
    ],
)
def test_english_numbers_and_dates_are_written_as_vietnamese_text_does(question: str, forms: list[str]) -> None:
    assert numeric_forms(question, language="en") == forms


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("ngày 30 tháng 6 năm 2018", ["30 June 2018", "June 30, 2018"]),
        ("đến 30/6/2018", ["30 June 2018", "June 30, 2018"]),
        ("tháng 3 năm 2019", ["March 2019"]),
        ("thang 3/2019", ["March 2019"]),
        ("quý III/2019", ["third quarter of 2019", "Q3 2019"]),
        ("1.500 hộ", ["1,500"]),
        ("đạt 8,65%", ["8.65%"]),
        ("1,5 triệu đồng", ["1.5 million"]),
        ("2 nghìn tỷ đồng", ["2 trillion"]),
        ("năm 2019 có 15 hộ", []),
    ],
)
def test_vietnamese_numbers_and_dates_are_written_as_english_text_does(question: str, forms: list[str]) -> None:
    assert numeric_forms(question, language="vi") == forms


@pytest.mark.parametrize(
    ("words_", "value"), [("five six", None), ("one million two hundred thousand", 1_200_000), ("a hundred", 100)]
)
def test_spelt_numbers_are_read_or_refused(words_: str, value: int | None) -> None:
    assert read_spelt(words_) == value


@pytest.mark.parametrize(
    ("n", "written"),
    [(0, "không"), (4, "bốn"), (11, "mười một"), (21, "hai mươi mốt"), (55, "năm mươi lăm"), (105, "một trăm linh năm"),
     (999, "chín trăm chín mươi chín")],
)  # fmt: skip
def test_vietnamese_number_words_follow_their_sound_rules(n: int, written: str) -> None:
    assert write_vietnamese(n) == written


def test_roman_numerals_subtract() -> None:
    assert [write_roman(n) for n in (4, 9, 14, 21, 44)] == ["IV", "IX", "XIV", "XXI", "XLIV"]
