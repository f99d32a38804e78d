"""What an answerer gives before it passes the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from rag.answer.offers import Offer
from rag.figures import Outline
from rag.library import Library
from rag.types import Choice, Citation, Coverage, Document, Hit, Reason, Table

#: Finds more evidence: a question and how many passages.
Search = Callable[[str, int], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer, or an abstention with its reason, as rag.types.Answer has it; nothing is verified yet.

    found: what an abstention quotes instead. confidence: None where that of the sentences stands. is_derived: short
    follows from what is quoted (the higher of two, their difference, yes or no) and stands in no report.
    """

    text: str
    short: str | None = None
    citations: tuple[Citation, ...] = ()
    answers: tuple[str, ...] = ()
    table: Table | None = None
    coverage: Coverage | None = None
    choices: tuple[Choice, ...] = ()
    note: str = ""
    reason: Reason | None = None
    found: Offer | None = None
    confidence: float | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The reports as one question reads them, each fetched once. search: None where there is no more evidence."""

    documents: Callable[[str], Document]
    outlines: Callable[[str], Outline]
    idf: Callable[[str], float]
    search: Search | None = None

    @classmethod
    def of(cls, library: Library, search: Search | None = None) -> Reading:
        """Read from a library."""
        documents = cache(library.snapshot_document)
        return cls(documents, cache(lambda doc_id: Outline(documents(doc_id))), library.lexical.idf, search)
