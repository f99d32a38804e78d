"""Which passages beyond the evidence are read for an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.asked import Asked, read_asked
from rag.answer.scope import MORE, choose_more
from rag.question import understand
from rag.types import Channels, Context, Hit, Passage


def ask(question: str) -> Asked:
    return read_asked(question, understand(question), idf=lambda word: 1.0)


def hit(n: int, *, doc: str = "a", title: str = "Báo cáo của huyện Tân Lang", period: str | None = "2023") -> Hit:
    passage = Passage(f"{doc}-{n}", f"s/{doc}.txt", 10 * n, 10 * n + 5, "Đoạn.")
    context = Context(title=title, period=period)
    return Hit(passage=passage, context=context, score=1 / n, rank=n, channels=Channels(dense=None, lexical=1.0))


ASKED = ask("Tỷ lệ hộ nghèo của huyện Tân Lang năm 2023 là bao nhiêu?")


def chosen(hits: list[Hit], asked: Asked = ASKED) -> list[str]:
    return [found.passage.id for found in choose_more(hits, asked)]


def test_passages_of_reports_about_the_asked_district_are_read_in_their_order():
    others = hit(2, doc="b", title="Báo cáo của huyện Yên Sơn")
    assert chosen([hit(1), others, hit(3)]) == ["a-1", "a-3"]


@pytest.mark.parametrize(
    ("title", "is_read"),
    [
        pytest.param("Báo cáo của huyện Tân Lãng", False, id="another accent"),
        pytest.param("Bao cao cua huyen Tan Lang", True, id="a title without accents"),
        pytest.param("Tổng kết năm 2023", False, id="no name"),
    ],
)
def test_a_name_is_told_by_its_accents_where_the_title_has_some(title: str, is_read: bool):
    assert chosen([hit(1, title=title)]) == (["a-1"] if is_read else [])


def test_the_place_and_the_organisation_of_a_report_say_whose_it_is():
    by_place, by_organisation = (hit(n, doc=doc, title="Tổng kết") for n, doc in ((1, "a"), (2, "b")))
    by_place = replace(by_place, context=replace(by_place.context, place="Tân Lang"))
    by_organisation = replace(
        by_organisation, context=replace(by_organisation.context, organisation="UBND huyện Tân Lang")
    )
    assert chosen([by_place, by_organisation]) == ["a-1", "b-2"]


@pytest.mark.parametrize(
    ("period", "is_read"),
    [("2023", True), ("2023-H1", True), ("2024", True), ("2022", False), ("2025", False), (None, True)],
    ids=["of the year", "of half of it", "of the next, which looks back", "before", "long after", "not known"],
)
def test_reports_of_another_time_are_not_read(period: str | None, is_read: bool):
    assert chosen([hit(1, period=period)]) == (["a-1"] if is_read else [])


def test_the_date_of_a_report_stands_for_a_period_it_does_not_have():
    dated = hit(1, period=None)
    assert chosen([replace(dated, context=replace(dated.context, dates=("2022-12-16",)))]) == []
    assert chosen([replace(dated, context=replace(dated.context, dates=("2024-01-22",)))]) == ["a-1"]


def test_a_question_without_a_name_reads_nothing_beyond_the_evidence():
    assert chosen([hit(1)], ask("Tỷ lệ hộ nghèo năm 2023 là bao nhiêu?")) == []


def test_a_question_without_a_year_reads_reports_of_any():
    asked = ask("Tỷ lệ hộ nghèo của huyện Tân Lang là bao nhiêu?")
    assert chosen([hit(1, period="1999"), hit(2, period="2023")], asked) == ["a-1", "a-2"]


def test_no_more_than_so_many_are_read():
    assert len(chosen([hit(n) for n in range(1, MORE + 6)])) == MORE == 20
