"""What a search is limited to and what it finds."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.documents import Context, PartKind, Passage


@dataclass(frozen=True, slots=True)
class Channels:
    """The raw score of each retrieval channel; None where the channel did not see the passage."""

    dense: float | None = None
    lexical: float | None = None
    reranker: float | None = None


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
    """Which documents and passages may answer: what passes all that is given, as rag.filters.make_filters tells.

    documents: ids; dates: ISO, partial ones count as their whole span. A year's period takes in those inside it.
    """

    documents: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    place: str | None = None
    period: str | None = None
    organisation: str | None = None
    kinds: tuple[PartKind, ...] = ()
