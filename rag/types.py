"""The values that travel between the rooms: frozen, slotted, without behaviour.

Positions are character offsets ``[start, end)`` into ``Document.text``, which is frozen (NFC) when the
report is read: ``document.text[p.start:p.end] == p.text`` for parts, passages, quotes and figures alike.
Pages and ranks start at 1. Higher scores are better.

Dates are ISO 8601, whole or partial: ``2023-07-19``, ``2023-07``, ``2023``.
Periods are ``2023``, ``2023-07``, ``2023-Q3``, ``2023-H1``, ``2023-9M`` (its first nine months) or
``2020/2025`` (a range of years).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PartKind(StrEnum):
    """What a part of a report is, as far as its reader can tell."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    BYLINE = "byline"
    LETTERHEAD = "letterhead"


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, heading, table row … of a report.

    page: from 1, None where the format has no pages.
    box: left, bottom, right, top in points on that page, None where unknown.
    """

    kind: PartKind
    start: int
    end: int
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report as it was read.

    id: ``source/path`` with POSIX separators. sha256: of the file's bytes. reader: name and version of the
    reader, such as ``text/1``. dates: the report's own date first. parts: in text order, not overlapping.
    signer: who signed it. What it says of itself may have been corrected by a person; its text never is.
    """

    id: str
    title: str
    text: str
    language: str
    dates: tuple[str, ...]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    source: str
    sha256: str
    reader: str
    parts: tuple[Part, ...]
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """What a list of documents shows: a Document without its text.

    corrected: fields a person corrected, by name; read: what was read there instead.
    """

    id: str
    title: str
    language: str
    dates: tuple[str, ...]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    source: str
    sha256: str
    reader: str
    n_passages: int
    n_chars: int
    copy_of: str | None = None
    signer: str | None = None
    corrected: tuple[str, ...] = ()
    read: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of a report, or a piece of a long one cut at sentence ends. id: ``doc_id#start-end``."""

    id: str
    doc_id: str
    start: int
    end: int
    text: str
    kind: PartKind = PartKind.PARAGRAPH
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a passage inherits from its report; indexed as fields beside the passage's own text."""

    title: str
    lead: str = ""
    place: str | None = None
    organisation: str | None = None
    dates: tuple[str, ...] = ()
    period: str | None = None
    number: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """The raw score of each retrieval channel; None where the channel did not see the passage."""

    dense: float | None = None
    lexical: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. copies: ids of other documents that carry the same passage."""

    passage: Passage
    context: Context
    score: float
    rank: int
    channels: Channels
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer. documents: ids; dates: ISO, partial ones count as their whole span."""

    documents: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    place: str | None = None


class AnswerKind(StrEnum):
    """What a question wants to be told."""

    FIGURE = "figure"
    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    LIST = "list"
    REASON = "reason"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks for, read from its words alone.

    entities: names as typed ("Quế Phong"). periods: normal form, see the module. unit: the unit the answer
    must carry ("%", "đảng viên") or None. terms: the content words of the metric, folded.
    """

    language: str
    accented: bool
    kind: AnswerKind
    entities: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    unit: str | None = None
    terms: tuple[str, ...] = ()


class Reason(StrEnum):
    """Why no answer is given."""

    NO_PASSAGE = "no_passage"
    OTHER_ENTITY = "other_entity"
    OTHER_PERIOD = "other_period"
    NOT_REPORTED = "not_reported"
    TARGET_ONLY = "target_only"


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
    """One thing that was checked about an answer, such as a figure against its quote."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every claim carries ``[n]``, or an abstention with its reason.

    text: in the question's language. short: the shortest exact answer, verbatim, or None.
    confidence: the probability that the answer is right, also when abstaining.
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


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a question set, with what is known to be right.

    docs: ids, paths or bare stems of the documents that answer. evidence: verbatim quotes, all needed.
    alt_evidence: quotes any one of which also serves. items: for lists.
    """

    id: str
    question: str
    kind: str = "other"
    lang: str = "vi"
    docs: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    alt_evidence: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    near_miss_docs: tuple[str, ...] = ()
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed. reason: one sentence a person understands, with the way out."""

    path: str
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did. added, updated, unchanged, removed: document ids."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    missing: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    snapshot: str
    n_documents: int
    n_passages: int
    seconds: Mapping[str, float] = field(default_factory=dict)
