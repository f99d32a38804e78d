"""What the made-up reports state, and what is asked about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from rag.types import Reason, Role

RESULT_ROLES = (Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL)


class Kind(StrEnum):
    """How a metric behaves: adds up over a year, stands at its end, is a share, counts communes of all."""

    FLOW = "flow"
    STOCK = "stock"
    RATE = "rate"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that districts report.

    names: as asked for, the fullest first. units: as written behind the number, the usual first; "" for "14/22 xã".
    low, high: of a whole year. growth: from one year to the next, as a share of the value; for rates in points.
    scale: the province's value as a multiple of a district's. marks: words without which nothing is said of it.
    count: how one asks for it as a number of something, "" where one does not.
    """

    key: str
    names: tuple[str, ...]
    english: str
    units: tuple[str, ...]
    kind: Kind
    section: str
    decimals: int
    low: float
    high: float
    growth: tuple[float, float]
    marks: tuple[str, ...]
    count: str = ""
    scale: tuple[float, float] = (0.9, 1.2)
    has_communes: bool = True
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written. approximation: "trên", "" for none; text: "8.200", "14/22"."""

    value: float
    text: str
    approximation: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure as a report states it.

    district: whose report states it; subject: whose figure it is, the district's for most. period: of the value itself,
    "2023-H1" or "2023"; for a target that of the plan. words: the figure verbatim, without approximation. accepted:
    the words any one of which is right. sentence: all of the sentence or table row; file: the report's name.
    """

    district: str
    subject: str
    metric: str
    period: str
    role: Role
    value: float
    words: str
    accepted: tuple[str, ...]
    sentence: str
    file: str


class Task(StrEnum):
    """What sort of question it is."""

    RESULT = "result"
    TARGET = "target"
    SHARE = "share"
    CHANGE = "change"
    COMMUNE = "commune"
    LEFT_OUT = "left_out"
    TARGET_ONLY = "target_only"
    STRANGER = "stranger"
    UNDERSPECIFIED = "underspecified"
    TWO_PLACES = "two_places"
    TWO_YEARS = "two_years"
    HIGHEST = "highest"
    LISTING = "listing"
    TOTAL = "total"
    PREMISE = "premise"
    PREMISE_HOLDS = "premise_holds"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One right reading of a question that leaves open whose or when."""

    district: str
    period: str
    accepted: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is known to be right.

    accepted, files: of a figure. reasons: of an abstention; any one is right, none for questions that have an answer.
    candidates, at_least: right readings, and how many of them must be listed. winners: names of districts, all needed
    and no other of names. numbers: of which one must be stated. stating: the number of reports that state the figure;
    reports: how many there are to look at. form: the way of asking. district, period: of the figure asked for, empty
    where there is more than one.
    """

    question: str
    task: Task
    metric: str
    form: str = ""
    accepted: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    at_least: int = 0
    winners: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    stating: int | None = None
    reports: int | None = None
    district: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a report's table."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A line or paragraph of a report, or, where rows is not empty, a table. level: of a heading, 0 for none."""

    text: str
    level: int = 0
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One report. left_out: metrics that do not occur in it at all. period: "2023-H1" or "2023"."""

    file: str
    district: str
    province: str
    period: str
    title: str
    blocks: tuple[Block, ...]
    left_out: tuple[str, ...]

    @property
    def text(self) -> str:
        """Give the report as plain text, rows of a table as lines with " | " between the cells."""
        parts = [
            "\n".join(" | ".join(row.cells) for row in block.rows) if block.rows else block.text
            for block in self.blocks
        ]
        return "\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class Reports:
    """All reports of one seed, what they state, and questions about them.

    years: those reported on. strangers: districts without any report.
    """

    seed: int
    reports: tuple[Report, ...]
    facts: tuple[Fact, ...]
    years: tuple[int, int]
    strangers: tuple[str, ...]
    questions: tuple[Asked, ...] = field(default=())

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Give each report's text by its file name."""
        return {report.file: report.text for report in self.reports}

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Give the districts that report, in the order of their first report."""
        return tuple(dict.fromkeys(report.district for report in self.reports))
