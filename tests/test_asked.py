"""What a question wants of an answer: whose, told by accents and by the places they lie in."""

from __future__ import annotations

import pytest

from rag.answer.asked import Asked, entity_key, is_same, read_asked
from rag.places import PlaceLevel
from rag.question import understand


def ask(question: str) -> Asked:
    return read_asked(question, understand(question), idf=lambda word: 1.0)


def share(question: str, text: str) -> float:
    asked = ask(question)
    return asked.share_named(asked.spell(text))


# -- names in a text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        pytest.param("Dân số huyện Tân Lang?", "Huyện Tân Lang có 5 xã.", 1.0, id="the same"),
        pytest.param("Dân số huyện Tân Lang?", "Huyện Tân Lãng có 5 xã.", 0.0, id="another accent"),
        pytest.param("Dân số huyện Tân Lang?", "HUYỆN TÂN LANG", 1.0, id="capitals"),
        pytest.param("Dân số huyện Tân Lang?", "Huyen Tan Lang co 5 xa.", 1.0, id="a text without accents"),
        pytest.param("Dan so huyen Tan Lang?", "Huyện Tân Lãng có 5 xã.", 1.0, id="a question without accents"),
        pytest.param("Dân số huyện Hòa Sơn?", "Huyện Hoà Sơn có 5 xã.", 1.0, id="the other place of an accent"),
        pytest.param("Dân số huyện Yên Sơn?", "Xã Yên Sơnh có 5 thôn.", 0.0, id="whole words only"),
        pytest.param("Dân số huyện Tân Lang và huyện Yên Sơn?", "Huyện Yên Sơn có 5 xã.", 0.5, id="one of two"),
        pytest.param("Dân số năm 2023 là bao nhiêu?", "Huyện Yên Sơn có 5 xã.", 1.0, id="nobody is asked"),
        pytest.param(
            "What was the income of Peyton Manning?", "Manning earned 5 million dollars.", 0.5, id="a surname"
        ),
        pytest.param("Dân số huyện Tân Lang?", "Xã Tân Phú có 5 thôn.", 0.0, id="a syllable of a name is none"),
    ],
)
def test_how_much_of_those_asked_a_text_names(question: str, text: str, expected: float):
    assert share(question, text) == expected


@pytest.mark.parametrize(
    ("question", "name", "is_of"),
    [
        ("Dân số huyện Tân Lang?", "Tân Lang", True),
        ("Dân số huyện Tân Lang?", "huyện Tân Lang", True),
        ("Dân số huyện Tân Lang?", "Tân Lãng", False),
        ("Dan so huyen Tan Lang?", "Tân Lãng", True),
        ("Dân số huyện Yên Sơn?", "Yên Sơn Hạ", False),
        ("Doanh thu của Sao Mai năm 2023?", "Công ty cổ phần Sao Mai", True),
        ("Doanh thu của Sao Mai năm 2023?", "Sao Khuê", False),
        ("Dân số Thành phố Hồ Chí Minh?", "TP.HCM", True),
    ],
    ids=["bare", "unit word", "accent", "without accents", "longer", "company", "other company", "alias"],
)
def test_whose_figure_a_name_makes_it(question: str, name: str, is_of: bool):
    asked = ask(question)
    assert asked.is_of(name, asked.entities) is is_of


# -- places in one another ------------------------------------------------------------------------------


def test_of_a_commune_of_a_district_the_communes_figure_is_asked():
    asked = ask("Dân số xã Yên Khương huyện Lang Chánh tỉnh Thanh Hóa năm 2023?")
    assert asked.levels == {
        entity_key("Yên Khương"): PlaceLevel.COMMUNE,
        entity_key("Lang Chánh"): PlaceLevel.DISTRICT,
        entity_key("Thanh Hóa"): PlaceLevel.PROVINCE,
    }
    assert asked.finest == {entity_key("Yên Khương")}


def test_of_two_districts_both_are_asked():
    asked = ask("So sánh dân số huyện Lang Chánh và huyện Bá Thước năm 2023")
    assert asked.finest == {entity_key("Lang Chánh"), entity_key("Bá Thước")} == set(asked.entities)


def test_the_country_is_taken_for_granted():
    assert ask("Dân số Việt Nam năm 2023 là bao nhiêu?").entities == ()
    assert ask("What was the population of Vietnam in 2023?").entities == ()


# -- keys -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "accented", "alike"),
    [
        pytest.param("huyện Tân Lang", "Tân Lang", True, True, id="unit word"),
        pytest.param("Tân Lang", "Tân Lãng", True, False, id="told by accents"),
        pytest.param("Tân Lang", "Tân Lãng", False, True, id="not told by accents"),
        pytest.param("Hòa Sơn", "Hoà Sơn", True, True, id="place of an accent"),
        pytest.param("tỉnh Thanh Hóa", "Thanh Hoá", True, True, id="province"),
    ],
)
def test_names_that_are_one_have_one_key(one: str, other: str, accented: bool, alike: bool):
    assert (entity_key(one, accented=accented) == entity_key(other, accented=accented)) is alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sao mai", "sao mai", True),
        ("công ty sao mai", "sao mai", True),
        ("yên sơn", "sơn", False),
        ("yên sơn hạ", "yên sơn", False),
        ("tập đoàn a", "a", False),
    ],
    ids=["equal", "what stands before a company", "one word before", "words behind", "too short"],
)
def test_keys_are_the_same_with_and_without_what_stands_before_a_company(one: str, other: str, same: bool):
    assert is_same(one, other) is is_same(other, one) is same
