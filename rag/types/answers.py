"""An answer with its citations and checks, and what goes on around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rag.types.hits import Hit
from rag.types.questions import Understood


class Reason(StrEnum):
    """Why no answer is given."""

    NO_PASSAGE = "no_passage"
    OTHER_ENTITY = "other_entity"
    OTHER_PERIOD = "other_period"
    NOT_REPORTED = "not_reported"
    TARGET_ONLY = "target_only"
    PREMISE_CONTRADICTED = "premise_contradicted"


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of a report. quote == document.text[start:end]; verified says that this was checked.

    label: how the report is referred to, "Báo cáo số 540/BC-UBND, ngày 15/12/2023"; "" where it does not say.
    """

    n: int
    doc_id: str
    passage_id: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    verified: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked about an answer, such as a figure against its quote.

    name: ``quote``, ``claim`` or ``figure``. detail: the words checked. citation: the number of the one it was found
    in. failed: what differs from the quote, empty where it passed: ``value``, ``unit``, ``role``, ``period``,
    ``subject``,
    ``uncited`` …
    """

    name: str
    passed: bool
    detail: str = ""
    citation: int | None = None
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, in the words of the cited report where it carries a figure. citation: its number."""

    text: str
    citation: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """What several reports say, side by side. rows: as many cells each as columns has names.

    arithmetic: how the answer follows from the cells ("35,7 - 31,2 = 4,5 triệu đồng/năm"), or None.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    arithmetic: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many reports were looked at for a table, and which of them say nothing.

    n_reports: copies and drafts of one report counted once. n_stating: of them, those that state the figure. silent:
    the names of those that do not. n_copies: reports left out as copies. text: the same as a sentence.
    """

    n_reports: int
    n_stating: int
    silent: tuple[str, ...] = ()
    n_copies: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read a question that does not say whose or when. question: made whole; label: what sets it apart.

    short: its figure, verbatim. citation: the number of the citation that carries it.
    """

    question: str
    label: str
    short: str
    citation: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every claim carries ``[n]``, or an abstention with its reason.

    text: in the question's language. short: the shortest exact answer, verbatim, or None.
    confidence: the probability that the answer is right, also when abstaining. answers: every figure where several are
    stated, the latest and final one first. choices: where the question does not say whose or when, what it may mean;
    short is None then. note: what a reader must know of the figure (an estimate, two readings, a conflict), or "".
    reranker: the model that ordered the evidence last, None where none did.
    seconds: wall time of each step. rewritten: the whole question that was answered, where the one asked only made
    sense after those before it. id: names the answer while the program that gave it remembers it; "" where none does.
    """

    question: str
    text: str
    short: str | None
    citations: tuple[Citation, ...]
    evidence: tuple[Hit, ...]
    abstained: bool
    reason: Reason | None
    understood: Understood
    generator: str
    embedder: str
    confidence: float
    snapshot: str
    checks: tuple[Check, ...] = ()
    rewritten: str | None = None
    answers: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    id: str = ""
    reranker: str | None = None
    table: Table | None = None
    coverage: Coverage | None = None
    choices: tuple[Choice, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what was answered. rewritten: the whole question, where it was completed."""

    question: str
    rewritten: str | None = None
    answer: str = ""


class Step(StrEnum):
    """What an engine is doing for a question, in this order."""

    SEARCHING = "searching"
    READING = "reading"
    WRITING = "writing"
    CHECKED = "checked"


class Vote(StrEnum):
    """What a reader thinks of an answer."""

    UP = "up"
    DOWN = "down"
