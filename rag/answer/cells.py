"""The cell of a table row that answers in words: ``Công trình: Trạm bơm | Nguyên nhân: thiếu mặt bằng``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.asked import Asked
from rag.answer.seeking import Sought
from rag.answer.spelling import Span, trim
from rag.text import fold, terms
from rag.types import AnswerKind

# Headers, folded, that name what a kind of question asks for.
_HEADERS = {
    AnswerKind.PERSON: re.compile(r"\b(?:ho (?:va )?ten|nguoi|dai dien|chu nhiem|name|person|can bo)\b"),
    AnswerKind.DATE: re.compile(r"\b(?:ngay|thoi gian|thoi diem|thoi han|nam|date|time|deadline|year)\b"),
    AnswerKind.PLACE: re.compile(r"\b(?:dia diem|dia chi|noi|vi tri|dia ban|place|address|location|tru so)\b"),
    AnswerKind.REASON: re.compile(r"\b(?:nguyen nhan|ly do|giai phap|bien phap|reason|cause)\b"),
}
_OWN_HEADER = 1.5
_NO_WORDS = frozenset("la cua nao gi ai dau o va cac nhung mot the of is what which".split())


def is_row(sentence: str) -> bool:
    """Say whether a sentence is a row as the reader of tables lays it out."""
    return " | " in sentence and ": " in sentence


def find_cells(row: str, asked: Asked, sought: Sought) -> Iterator[Span]:
    """Yield the cells whose header fits what is asked, the best first; none where no header does."""
    question = set(terms(fold(asked.question))) - _NO_WORDS
    noun = {word for each in (*sought.nouns, *sought.translated) for word in terms(fold(each))}
    header_of_kind = _HEADERS.get(asked.understood.kind)
    scored: list[tuple[float, int, Span]] = []
    for header, start, end in _cells(row):
        words = [word for word in terms(fold(header)) if word not in _NO_WORDS]
        if not words or not row[start:end].strip():
            continue
        shared = [word for word in words if word in question]
        fit = len(shared) / len(words) + 0.5 * sum(word in noun for word in words) / len(words)
        fit += 0.1 * len(shared)
        if header_of_kind is not None and header_of_kind.search(fold(header)):
            fit += _OWN_HEADER
        # What the question says itself is how the row was found, no answer.
        value = set(terms(fold(row[start:end]))) - _NO_WORDS
        if value and value <= question:
            continue
        span = trim(row, start, end)
        if fit >= 0.5 and span:
            scored.append((fit, -start, span))
    scored.sort(reverse=True)
    yield from (span for _, _, span in scored)


def _cells(row: str) -> Iterator[tuple[str, int, int]]:
    start = 0
    for piece in row.split(" | "):
        header, colon, _ = piece.partition(": ")
        yield (header if colon else "", start + (len(header) + len(colon) if colon else 0), start + len(piece))
        start += len(piece) + len(" | ")
