"""The values that travel between the rooms: frozen, slotted, without behaviour.

Positions are character offsets ``[start, end)`` into ``Document.text``, which is frozen (NFC) when the
report is read: ``document.text[p.start:p.end] == p.text`` for parts, passages, quotes and figures alike.
Pages and ranks start at 1. Higher scores are better.

Dates are ISO 8601, whole or partial: ``2023-07-19``, ``2023-07``, ``2023``.
Periods are ``2023``, ``2023-07``, ``2023-Q3``, ``2023-H1``, ``2023-9M`` (its first nine months) or
``2020/2025`` (a range of years).
"""

from __future__ import annotations

from rag.types.answers import (
    Answer,
    Cell,
    Check,
    Choice,
    Citation,
    Coverage,
    Reason,
    Step,
    Table,
    Turn,
    Vote,
)
from rag.types.documents import Context, Document, DocumentCard, Part, PartKind, Passage
from rag.types.hits import Channels, Filters, Hit
from rag.types.indexing import IndexReport, Skipped
from rag.types.questions import AnswerKind, Question, Role, Understood

__all__ = [
    "Answer",
    "AnswerKind",
    "Cell",
    "Channels",
    "Check",
    "Choice",
    "Citation",
    "Context",
    "Coverage",
    "Document",
    "DocumentCard",
    "Filters",
    "Hit",
    "IndexReport",
    "Part",
    "PartKind",
    "Passage",
    "Question",
    "Reason",
    "Role",
    "Skipped",
    "Step",
    "Table",
    "Turn",
    "Understood",
    "Vote",
]
