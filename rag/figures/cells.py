"""The cells of a table row, with the names of their columns. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BAR = " | "
_FIGURE = re.compile(r"[-+(]?\d[\d.,\s]*\)?\s*%?$")
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: its column's name and the span of its value."""

    header: str
    start: int
    end: int


def read_cells(row: str, head: str | None = None) -> Iterator[Cell]:
    """Yield the cells of a row as its reader laid it out: ``Số hộ: 1.830 | Năm: 2022``.

    head: the row that names the columns, where the row itself does not: ``Tỷ lệ hộ nghèo | % | 36,9``.
    """
    if head is not None and not names_its_columns(row, head):
        names = [name.strip() for name in head.split("|")]
        start = 0
        for i, piece in enumerate(row.split("|")):
            value = piece.strip()
            first = start + piece.index(value) if value else start
            yield Cell(names[i] if i < len(names) else "", first, first + len(value))
            start += len(piece) + 1
        return
    start = 0
    for piece in row.split(_BAR):
        header, colon, _ = piece.partition(": ")
        offset = len(header) + len(colon) if colon else 0
        yield Cell(header.strip() if colon else "", start + offset, start + len(piece))
        start += len(piece) + len(_BAR)


def is_head_row(text: str) -> bool:
    """Say whether a row names columns: at least two cells, all of words, or years."""
    cells = [cell.strip() for cell in text.split("|")] if "|" in text and "\n" not in text else []
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and not any(_FIGURE.match(cell) and not _YEAR.match(cell) for cell in filled)


def names_its_columns(row: str, head: str) -> bool:
    """Say whether a row says itself which column each cell stands in."""
    return any(f"{name.strip()}: " in row for name in head.split("|") if name.strip())
