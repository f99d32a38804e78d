"""The geometry of a page: columns, running heads, and lines that belong to one paragraph. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.reading.builder import is_heading, is_letterhead, is_list_item, line_kind
from rag.types import PartKind

Box = tuple[float, float, float, float]

_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:(?:trang|page|tr\.)\s*)?\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?[-–—\s]*$", re.I)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = (".", "!", "?", "…", ";", ":", ".”", '."')
# Share of the page height at its top and bottom where running heads and page numbers stand.
_MARGIN_SHARE = 0.12
_RUNNING_SHARE = 0.6
_MIN_COLUMN_LINES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one line, in points from the lower left. size: height of its first character."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page in the order of the file. number: from 1. n_nameless: glyphs without a character."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    n_nameless: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or table row of a page."""

    kind: PartKind
    text: str
    box: Box


def running_lines(pages: list[Page]) -> frozenset[str]:
    """List what repeats in the margins of most pages, digits aside. Nothing for fewer than three pages."""
    if len(pages) < 3:
        return frozenset()
    counts = Counter(key for page in pages for key in {_key(line) for line in page.lines if _in_margin(line, page)})
    return frozenset(key for key, count in counts.items() if count >= max(3, _RUNNING_SHARE * len(pages)))


def lay_out_page(page: Page, *, running: frozenset[str], is_english: bool) -> list[Block]:
    """Put a page's lines into reading order and join them into blocks."""
    lines = [line for line in page.lines if not _is_running(line, page, running)]
    blocks: list[Block] = []
    for column in _columns(lines, page.width):
        blocks += _blocks(column, is_english=is_english)
    return blocks


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


def _in_margin(line: Line, page: Page) -> bool:
    return line.bottom > page.height * (1 - _MARGIN_SHARE) or line.top < page.height * _MARGIN_SHARE


def _is_running(line: Line, page: Page, running: frozenset[str]) -> bool:
    if not _in_margin(line, page):
        return False
    if _key(line) in running:
        return True
    if not _PAGE_NUMBER.match(line.text):
        return False
    # A figure at the foot of a table has others beside it, a page number stands alone.
    return not any(other is not line and abs(other.middle - line.middle) < line.size / 2 for other in page.lines)


# -- columns --------------------------------------------------------------------------------------------


def _columns(lines: list[Line], width: float) -> list[list[Line]]:
    """Cut lines into columns in reading order; one column where there is no gutter."""
    gutter = _find_gutter(lines, width)
    if gutter is None:
        return [lines]
    columns: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if line.left < gutter < line.right:
            columns += [left, right, [line]]
            left, right = [], []
        else:
            (left if line.right <= gutter else right).append(line)
    columns += [left, right]
    merged: list[list[Line]] = []
    for column in filter(None, columns):
        crosses = len(column) == 1 and column[0].left < gutter < column[0].right
        if crosses and merged and merged[-1][-1].left < gutter < merged[-1][-1].right:
            merged[-1] += column
        else:
            merged.append(column)
    return merged


def _find_gutter(lines: list[Line], width: float) -> float | None:
    """Find the x of an empty strip between two columns of running text; a table has no such columns."""
    if len(lines) < 2 * _MIN_COLUMN_LINES:
        return None
    for share in (0.5, 0.48, 0.52, 0.46, 0.54, 0.44, 0.56):
        x = width * share
        left = [line for line in lines if line.right <= x]
        right = [line for line in lines if line.left >= x]
        crossing = len(lines) - len(left) - len(right)
        if min(len(left), len(right)) < _MIN_COLUMN_LINES or crossing > 0.3 * len(lines):
            continue
        full = 0
        for column in (left, right):
            column_width = max(line.right for line in column) - min(line.left for line in column)
            full += median(line.right - line.left for line in column) > 0.7 * column_width > 0.2 * width
        if full == 2:
            return x
    return None


# -- paragraphs -----------------------------------------------------------------------------------------


def _blocks(lines: list[Line], *, is_english: bool) -> list[Block]:
    """Join the lines of one column into paragraphs; lines side by side become a table row."""
    rows = _rows(lines)
    singles = [row[0] for row in rows if len(row) == 1]
    right = sorted(line.right for line in singles)[int(0.9 * (len(singles) - 1))] if singles else 0.0
    pitch = _pitch(rows)
    blocks: list[Block] = []
    open_lines: list[Line] = []
    for i, row in enumerate(rows):
        if open_lines and (len(row) > 1 or not _continues(open_lines, row[0], right=right, pitch=pitch)):
            blocks.append(_join(open_lines, is_english=is_english))
            open_lines = []
        if len(row) == 1:
            open_lines.append(row[0])
        elif _is_table_row(rows, i):
            text = " | ".join(line.text for line in row)
            blocks.append(Block(PartKind.TABLE_ROW, text, _box(row)))
        else:
            blocks += [_join([line], is_english=is_english) for line in row]
    if open_lines:
        blocks.append(_join(open_lines, is_english=is_english))
    return blocks


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Group neighbouring lines that stand side by side, left to right."""
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][-1] if rows else None
        if last is not None and abs(last.middle - line.middle) < 0.4 * min(last.size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _is_table_row(rows: list[list[Line]], i: int) -> bool:
    """Say whether lines side by side are cells: three of them, or a like row next to them, and no letterhead."""
    near = rows[max(0, i - 2) : i + 3]
    if any(is_letterhead(line.text) for row in near for line in row):
        return False
    return len(rows[i]) >= 3 or any(row is not rows[i] and len(row) >= 2 for row in near)


def _pitch(rows: list[list[Line]]) -> float:
    steps = [a[0].middle - b[0].middle for a, b in pairwise(rows)]
    usual = [step for step in steps if 0 < step < 40]
    return median(usual) if usual else 0.0


def _continues(lines: list[Line], line: Line, *, right: float, pitch: float) -> bool:
    """Say whether a line goes on with the paragraph that is open."""
    last = lines[-1]
    step = last.middle - line.middle
    if step <= 0 or abs(last.size - line.size) > 0.2 * max(last.size, line.size):
        return False
    if step > max(1.35 * pitch, 1.2 * line.size) or step > 2.5 * line.size:
        return False
    if is_list_item(line.text) or is_letterhead(last.text) or is_letterhead(line.text):
        return False
    if is_heading(last.text) or is_heading(line.text):
        return last.text.isupper() and line.text.isupper() and _overlaps(last, line)
    if len(lines) > 1 and line.left > last.left + 1.2 * line.size:
        return False
    first_word = line.text.split(None, 1)[0]
    word_width = (line.right - line.left) * (len(first_word) + 1) / len(line.text)
    if re.search(r"\w-$", last.text):
        return True
    if last.right + word_width > right - 0.3 * line.size:
        return not (last.text.endswith(_SENTENCE_END) and line.left > last.left + 1.2 * line.size)
    return not last.text.endswith(_SENTENCE_END) and line.text[0].islower()


def _overlaps(a: Line, b: Line) -> bool:
    return min(a.right, b.right) > max(a.left, b.left)


def _join(lines: list[Line], *, is_english: bool) -> Block:
    text = lines[0].text
    for line in lines[1:]:
        text = _join_words(text, line.text, is_english=is_english)
    return Block(line_kind(text), text, _box(lines))


def _join_words(text: str, following: str, *, is_english: bool) -> str:
    """Join two lines. Vietnamese breaks no word: its hyphens stay; an English word broken in two is mended."""
    if not text.endswith("-") or text.endswith((" -", "--")):
        return f"{text} {following}"
    stem = text[:-1].rsplit(" ", maxsplit=1)[-1]
    if is_english and stem.isalpha() and len(stem) >= 2 and following[0].islower():
        return text[:-1] + following
    return text + following


def _box(lines: list[Line]) -> Box:
    return (
        round(min(line.left for line in lines), 2),
        round(min(line.bottom for line in lines), 2),
        round(max(line.right for line in lines), 2),
        round(max(line.top for line in lines), 2),
    )
