"""What a figure states, read in its place in a report: whose it is, of when, in which role, of what. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.figures.quantities import Quantity
from rag.types import Role


class Origin(StrEnum):
    """Where a period or a subject was read: in the sentence itself, or what it inherits from, the nearest first."""

    SENTENCE = "sentence"
    BEFORE = "before"
    HEADING = "heading"
    TITLE = "title"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a paragraph stands: what its figures inherit.

    headings: above it in the report, outermost first, the lead-in of a list ("Kết quả như sau:") and the head of a
    table included. dates, period, place, organisation: the report's own; province: the one its place lies in. before:
    paragraphs before it under the same heading, in order, as far as they are known.
    """

    title: str = ""
    place: str | None = None
    organisation: str | None = None
    dates: tuple[str, ...] = ()
    period: str | None = None
    headings: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure of a paragraph with what it states. Positions are those of the paragraph.

    quantity: with its role. base: what a change, an earlier value or a share is measured against, as written
    ("cùng kỳ năm 2022", "kế hoạch"), or None. period: normal form, see rag.types; a value of the year before has that
    year's. subject: the name of the unit, organisation or group it is stated of, without unit word, or None.
    metric_start, metric_end: the words that say what is measured, nearest before the figure, or behind it where nothing
    stands before. readings: the roles it may be read in; two where the sentence can be read in two ways.
    """

    quantity: Quantity
    base: str | None
    period: str | None
    period_from: Origin | None
    subject: str | None
    subject_from: Origin | None
    metric_start: int
    metric_end: int
    readings: tuple[Role, ...]

    @property
    def role(self) -> Role:
        """The role it plays, the likelier of two readings."""
        return self.quantity.role
