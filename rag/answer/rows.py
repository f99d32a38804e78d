"""The cell of a table row that answers: ``Chỉ tiêu: Số hộ nghèo | Năm 2022: 1.830 | Năm 2023: 1.522``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.wanted import Wanted
from rag.figures import find_periods
from rag.question import asks_target
from rag.text import fold, terms

Span = tuple[int, int]

_NUMBER = re.compile(r"[<>~≈-]?\s?\d[\d.,]*(?:\s?/\s?\d[\d.,]*)?\s?%?(?:\s[^\W\d_]+(?:[ /][^\W\d_]+){0,3})?$")
# Columns that number or comment rows and measure nothing.
_NO_MEASURE = frozenset(
    {"stt", "tt", "so tt", "so thu tu", "ma", "ma so", "ma xa", "ghi chu", "no", "id", "nam", "thang"}
)
_PLAN = re.compile(r"\b(?:ke hoach|kh|chi tieu giao|muc tieu|du toan|dt|plan|target)\b")
_RESULT = re.compile(r"\b(?:thuc hien|th|ket qua|dat duoc|uoc|actual|result)\b")
_SHARE = re.compile(r"(?:%|\bty le\b|\bso sanh\b|\bso voi\b|\btang\b|\bgiam\b)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: its column's name and the span of its value."""

    header: str
    start: int
    end: int


def read_cells(row: str) -> Iterator[Cell]:
    """Yield the cells of a row as its reader laid it out."""
    start = 0
    for piece in row.split(" | "):
        header, colon, _ = piece.partition(": ")
        offset = len(header) + len(colon) if colon else 0
        yield Cell(header if colon else "", start + offset, start + len(piece))
        start += len(piece) + len(" | ")


def find_cell(row: str, wanted: Wanted) -> Span | None:
    """Find the figure of a row that is asked for; None where no column measures, or two fit alike.

    The column is chosen by the asked period, plan or result, and the question's words in its name.
    """
    scored = [
        (_fit(cell, wanted), -cell.start, cell)
        for cell in read_cells(row)
        if _NUMBER.match(row[cell.start : cell.end]) and " ".join(terms(fold(cell.header))) not in _NO_MEASURE
    ]
    if not scored:
        return None
    scored.sort(key=lambda entry: entry[:2], reverse=True)
    if len(scored) > 1 and scored[0][0] == scored[1][0]:
        return None
    cell = scored[0][2]
    return cell.start, cell.end


def holds_figure(row: str) -> bool:
    """Say whether a row has a figure; its unit may stand in another column, or in the table's head."""
    return any(
        _NUMBER.match(row[cell.start : cell.end]) and " ".join(terms(fold(cell.header))) not in _NO_MEASURE
        for cell in read_cells(row)
    )


def _fit(cell: Cell, wanted: Wanted) -> float:
    header = fold(cell.header)
    have = set(terms(header))
    score = max((sum(weight for word, weight in phrase if word in have) for phrase in wanted.phrases), default=0.0)
    asked = wanted.understood.periods
    named = {span.period for span in find_periods(cell.header)} | set(re.findall(r"(?:19|20)\d\d", header))
    if asked and named:
        score += 10.0 if named & ({*asked} | {p[:4] for p in asked}) else -10.0
    target = asks_target(wanted.question)
    if _PLAN.search(header):
        score += 5.0 if target else -5.0
    if _RESULT.search(header):
        score += -2.0 if target else 2.0
    if _SHARE.search(header) and wanted.understood.unit != "%":
        score -= 1.0
    return score
