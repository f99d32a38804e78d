"""Tables as rows that stand alone: each cell with the name of its column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rag.text import fold
from rag.types import PartKind

Row = Sequence[str]

#: Stands for a column that the cell to its left reaches over: the same name in a header, nothing in a row.
SPANNED = "\0"

_FIGURE = re.compile(r"[-+(]?[\d.,\s]*\d\)?\s*(?:%|[a-zđ]{0,4})?$", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_UNIT = re.compile(r"[\s(*]*(?P<unit>(?:đơn vị(?: tính)?|đvt|unit)\s*[:：]\s*[^()]+?)[\s)*]*$", re.I)
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}(?:\s*=\s*[\d+\-*/():x ]+)?|[A-Z])\)?$")
# A header is looked for in the head of a sheet only; below it, rows stream through.
_HEAD_ROWS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table as it is written: a title above it, or a row."""

    kind: PartKind
    text: str


def lay_out(rows: Iterable[Row], *, has_header: bool | None = None) -> Iterator[Line]:
    """Write a table as lines: what stands above it, then each row as ``Header: value | Header: value``.

    rows: cells as clean text, empty where blank. has_header: known from the format, None to find out.
    A unit named above the table ("Đơn vị tính: triệu đồng") is repeated in each row, which it gives its meaning.
    """
    stream = iter(rows)
    head = [list(row) for row in islice(stream, _HEAD_ROWS)]
    first = _find_header(head) if has_header is not False else None
    if first is None and has_header:
        first = next((i for i, row in enumerate(head) if any(row)), None)
    names: list[str] = []
    unit = ""
    start = 0
    if first is not None:
        for row in head[:first]:
            text = " ".join(cell for cell in row if _is_filled(cell))
            if text:
                unit = _unit(text) or unit
                yield Line(PartKind.PARAGRAPH if _unit(text) else PartKind.HEADING, text)
        names, start = _names(head, first)
        if any("don vi" in fold(name) or fold(name) == "dvt" for name in names):
            unit = ""
        yield Line(PartKind.TABLE_ROW, " | ".join(_once(names)))
    for cells in chain(head[start:], stream):
        text = _write_row(cells, names, unit)
        if text:
            yield Line(PartKind.TABLE_ROW, text)


def _find_header(head: list[list[str]]) -> int | None:
    """Index of the row that names the columns, or None."""
    counts = [sum(map(_is_filled, row)) for row in head]
    width = max(counts, default=0)
    if width < 2:
        return None
    for i, row in enumerate(head):
        if counts[i] >= max(2, 0.6 * width):
            cells = [cell for cell in row if _is_filled(cell)]
            figures = sum(is_figure(cell) and not _YEAR.match(cell) for cell in cells)
            below = any(counts[i + 1 :])
            return i if below and figures * 3 < len(cells) and max(map(len, cells)) <= 120 else None
    return None


def _names(head: list[list[str]], first: int) -> tuple[list[str], int]:
    """Names of the columns and the index of the first row below them. Two header rows become ``Thu (Kế hoạch)``."""
    names = list(head[first])
    for i, name in enumerate(names):
        if name == SPANNED:
            names[i] = names[i - 1] if i else ""
    start = first + 1
    below = [cell.replace(SPANNED, "") for cell in head[start]] if start < len(head) else []
    if _is_second_header(names, below):
        upper = ""
        for i in range(max(len(names), len(below))):
            if i == len(names):
                names.append("")
            lower = below[i] if i < len(below) else ""
            upper = names[i] or (upper if lower else "")
            same = not lower or fold(lower) == fold(upper)
            names[i] = upper if same else f"{upper} ({lower})" if upper else lower
        start += 1
    if start < len(head) and _is_column_numbers(head[start]):
        start += 1
    return names, start


def _is_second_header(names: list[str], below: list[str]) -> bool:
    """Say whether the row under a header divides its columns: it names only where the header spans or is blank."""
    filled = [i for i, cell in enumerate(below) if cell]
    if len(filled) < 2 or any(is_figure(below[i]) and not _YEAR.match(below[i]) for i in filled):
        return False
    if below[0] and below[0] != names[0]:
        return False
    covered = [i for i in filled if i >= len(names) or not names[i] or names[i] in (names[i - 1], below[i])]
    return len(covered) >= 1 and any(i >= len(names) or not names[i] or names[i] == names[i - 1] for i in filled)


def _is_column_numbers(row: list[str]) -> bool:
    """Say whether a row only numbers the columns: ``A | B | 1 | 2 | 3=2/1``."""
    cells = [cell for cell in row if _is_filled(cell)]
    numbers = [int(found.group()) for cell in cells if (found := re.search(r"\d+", cell))]
    return (
        len(cells) >= 3
        and all(_COLUMN_NUMBER.match(cell) for cell in cells)
        and len(numbers) >= 2
        and numbers == list(range(1, len(numbers) + 1))
    )


def _write_row(row: Row, names: list[str], unit: str) -> str:
    pieces = []
    for i, value in enumerate(row):
        if value and value != SPANNED:
            name = names[i] if i < len(names) else ""
            pieces.append(f"{name}: {value}" if name and name != value else value)
    if not pieces:
        return ""
    if unit and any(is_figure(value) for value in row):
        pieces.append(unit)
    return " | ".join(pieces)


def _once(names: list[str]) -> Iterator[str]:
    last = None
    for name in names:
        if name and name != last:
            yield name
        last = name or last


def _is_filled(cell: str) -> bool:
    return cell not in ("", SPANNED)


def _unit(text: str) -> str:
    found = _UNIT.match(text)
    return found["unit"] if found and len(text) < 80 else ""


def is_figure(cell: str) -> bool:
    """Say whether a cell holds a number, perhaps with a short unit."""
    return len(cell) < 40 and _FIGURE.match(cell) is not None
