"""What comes out, as OpenAPI describes it. Answers are written by ``rag.wire``; these only describe them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

_DOC_ID = "bao_cao/540-BC-UBND.docx"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class ErrorDetail(_Answer):
    """type: for programs; message: what, got, allowed, and the way out."""

    type: str
    message: str


class ErrorOut(_Answer):
    """Every error has this form."""

    error: ErrorDetail


class ChannelsOut(_Answer):
    """The raw score of each retrieval channel; null where it did not see the passage."""

    dense: float | None
    lexical: float | None
    reranker: float | None


class HitOut(_Answer):
    """A passage found. start and end: character offsets into the document's text."""

    rank: int
    score: float
    doc_id: str
    passage_id: str
    title: str
    page: int | None
    start: int
    end: int
    text: str
    channels: ChannelsOut


class CitationOut(_Answer):
    """Exact words of a report: quote is text[start:end] of the document."""

    n: int
    doc_id: str
    passage_id: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    verified: bool
    label: str


class CheckOut(_Answer):
    """One thing that was checked. name: quote, claim or figure; detail: the words checked; citation: where found.

    failed: what differs from the quote: value, unit, role, period, subject, uncited; empty where it passed.
    """

    name: str
    passed: bool
    detail: str
    citation: int | None
    failed: list[str]


class CellOut(_Answer):
    """One cell of a table; citation: the number of the one that carries it, null where it states nothing."""

    text: str
    citation: int | None


class TableOut(_Answer):
    """What several reports say, side by side: as many cells in each row as there are columns.

    arithmetic: how the answer follows from the cells.
    """

    columns: list[str]
    rows: list[list[CellOut]]
    arithmetic: str | None


class CoverageOut(_Answer):
    """How many reports were looked at for a table, how many state the figure, and which do not.

    copies: reports left out because they are copies. text: the same as a sentence.
    """

    reports: int
    stating: int
    silent: list[str]
    copies: int
    text: str


class ChoiceOut(_Answer):
    """One way to read a question that does not say whose or when: the whole question to ask, and its figure."""

    question: str
    label: str
    short: str
    citation: int


class AnswerOut(_Answer):
    """An answer with [n] after each claim, or an abstention with its reason.

    choices: what the question may mean where it does not say whose or when; short is null then. note: what a reader
    must know of the figure, such as that it is an estimate. citations of an abstention: what the reports say instead.
    confidence: the probability that the answer is right, also of an abstention.
    """

    answer_id: str | None
    question: str
    rewritten: str | None
    understood: dict[str, Any]
    answer: str
    short: str | None
    answers: list[str]
    table: TableOut | None
    coverage: CoverageOut | None
    choices: list[ChoiceOut]
    note: str
    abstained: bool
    reason: str | None
    citations: list[CitationOut]
    evidence: list[HitOut]
    checks: list[CheckOut]
    generator: str
    embedder: str
    reranker: str | None
    confidence: float
    snapshot: str
    seconds: dict[str, float]


class HitsOut(_Answer):
    """Evidence, best first."""

    question: str
    hits: list[HitOut]


class CardOut(_Answer):
    """A document as a list shows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": _DOC_ID}]}, extra="allow")
    id: str
    title: str
    dates: list[str]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    passages: int
    chars: int
    signer: str | None
    corrected: list[str]


class CardsOut(_Answer):
    """All documents, by id."""

    documents: list[CardOut]


class DocumentOut(CardOut):
    """A document with its frozen text; every position is a character offset into it."""

    text: str
    passages: list[dict[str, Any]]  # type: ignore[assignment]
    parts: list[dict[str, Any]]


class UploadedOut(_Answer):
    """What became of a file. error and reason: why it was skipped."""

    name: str
    status: Literal["added", "updated", "unchanged", "skipped"]
    doc_id: str | None
    n_passages: int
    error: str
    reason: str


class StateOut(_Answer):
    """What the server has and does."""

    ready: bool
    problem: str | None
    documents: int
    passages: int
    vectors: int
    snapshot: str
    embedder: str
    reranker: str | None
    notes: list[str]
    running: int
    waiting: int
    uploading: int


class UploadOut(_Answer):
    """What became of each file, in the order sent."""

    files: list[UploadedOut]
    state: StateOut


class RemovedOut(_Answer):
    """Ids of the documents taken out."""

    removed: list[str]


class CorrectedOut(_Answer):
    """Ids of the documents that were changed."""

    corrected: list[str]


class VoteOut(_Answer):
    """The vote that was kept."""

    answer_id: str
    vote: Literal["up", "down"]


class VotesOut(_Answer):
    """All votes, oldest first."""

    votes: list[dict[str, Any]]


class ExamplesOut(_Answer):
    """Questions that the library answers."""

    examples: list[str]


class LiveOut(_Answer):
    """The process is there."""

    status: Literal["alive"]
