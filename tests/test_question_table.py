"""Questions of many kinds, worked out by hand in question_table.tsv and question_parts.tsv."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from rag.figures.wording import take_accents_off
from rag.question import split_question, understand
from rag.text import is_accented
from rag.types import Role, Understood

HERE = Path(__file__).parent


def read_table(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


QUESTIONS = read_table("question_table.tsv")
PARTS = [(question, tuple(filter(None, parts.split(" | ")))) for question, parts in read_table("question_parts.tsv")]
# What is typed with accents is asked without them too.
BARE_PARTS = [
    (take_accents_off(question), tuple(map(take_accents_off, parts)))
    for question, parts in PARTS
    if is_accented(question)
]


def as_row(understood: Understood) -> list[str]:
    """Write what was understood as the table does: kind, entities, periods, unit, metric, role."""
    return [
        understood.kind.value,
        "|".join(understood.entities),
        "|".join(understood.periods),
        understood.unit or "",
        understood.metric or "",
        understood.role.value,
    ]


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: f"{row[0]}: {row[1]}")
def test_a_question_is_understood_as_it_was_by_hand(row: list[str]) -> None:
    assert as_row(understand(row[1])) == row[2:]


def test_the_table_holds_every_form_of_question_and_role() -> None:
    assert {row[0] for row in QUESTIONS} == {"vi", "bare", "en", "lower", "caps", "spacing", "nfd"}
    assert {row[7] for row in QUESTIONS} == {role.value for role in Role}
    assert len(QUESTIONS) >= 250


@pytest.mark.parametrize(("question", "parts"), [*PARTS, *BARE_PARTS], ids=lambda value: value if value else "whole")
def test_a_question_is_taken_apart_as_it_was_by_hand(question: str, parts: tuple[str, ...]) -> None:
    assert understand(question).parts == parts


@pytest.mark.parametrize(("question", "parts"), PARTS, ids=lambda value: value if value else "whole")
def test_a_question_in_decomposed_letters_is_taken_apart_alike(question: str, parts: tuple[str, ...]) -> None:
    assert understand(unicodedata.normalize("NFD", question)).parts == parts


@pytest.mark.parametrize("part", sorted({part for _, parts in PARTS for part in parts}))
def test_a_part_asks_one_thing_and_is_not_taken_apart_again(part: str) -> None:
    assert understand(part).parts == ()


def test_a_question_about_more_than_six_things_stays_whole() -> None:
    banks = "BIDV, Vietcombank, Techcombank, VPBank, Sacombank"
    assert len(understand(f"Lợi nhuận của {banks} và MBBank năm 2022 là bao nhiêu?").parts) == 6
    assert understand(f"Lợi nhuận của {banks}, Agribank và MBBank năm 2022 là bao nhiêu?").parts == ()


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("Thu nhập của huyện Quế Phong và huyện Kỳ Sơn, nơi nào cao hơn?", ("Quế Phong", "Kỳ Sơn")),
        ("thu nhap cua que phong va ky son noi nao cao hon", ("que phong", "ky son")),
        ("Thu ngân sách của Vinh năm 2022 hay 2023 cao hơn?", ("năm 2022", "năm 2023")),
        ("Doanh thu và lợi nhuận của BIDV là bao nhiêu?", ("Doanh thu", "lợi nhuận")),
        ("Diện tích và sản lượng lúa của Yên Thành là bao nhiêu?", ("Diện tích lúa", "sản lượng lúa")),
        ("Lãi của BIDV cao hơn Techcombank bao nhiêu?", ("BIDV", "Techcombank")),
        ("Which is higher, the revenue of Vinamilk in 2018 or in 2019?", ("2018", "2019")),
        ("Tuyến đường nối Quế Phong và Kỳ Sơn dài bao nhiêu km?", ()),
        ("Thu nhập của Quế Phong là bao nhiêu?", ()),
        ("Ai là Bí thư và dân số là bao nhiêu?", ()),
    ],
)
def test_the_sides_of_a_comparison_are_named(question: str, sides: tuple[str, ...]) -> None:
    assert understand(question).sides == sides


def test_splitting_takes_the_entities_it_is_given() -> None:
    question = "thu nhap cua que phong va ky son la bao nhieu"
    simple = understand(question)
    known = Understood("vi", False, simple.kind, ("que phong", "ky son"), metric=simple.metric)
    assert split_question(question, simple) == ()
    assert split_question(question, known) == (
        "thu nhap cua que phong la bao nhieu?",
        "thu nhap cua ky son la bao nhieu?",
    )


@pytest.mark.parametrize(
    "question", ["", "?", "và", "A và B", "hay", "của và của", "so với", "or", "and and", "x" * 2000]
)
def test_odd_questions_stay_whole(question: str) -> None:
    understood = understand(question)
    assert (understood.parts, understood.sides) == ((), ())
