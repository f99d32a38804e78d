"""Plain text: paragraphs by blank lines or by lines; a hard-wrapped block stays one paragraph."""

from __future__ import annotations

import re

from rag.reading.builder import check_parts, freeze, is_list_item, line_kind
from rag.reading.encoding import decode
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.types import Part

_LINE = re.compile(r"[^\n]+")
# Text wrapped by a mail program or a typist; shorter lines are lists and verse, longer ones are paragraphs.
_MIN_WRAP, _MAX_WRAP = 40, 130

Span = tuple[int, int]


def read(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read a plain text file. Nothing of its text is changed but what ``encoding.clean`` takes out."""
    return split_text(decode(data, file_name=file_name), file_name=file_name, limits=limits)


def split_text(text: str, *, file_name: str, title: str | None = None, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Cut a clean text into paragraphs."""
    parts: list[Part] = []
    for block in _blocks(text):
        for start, end in _paragraphs(text, block):
            check_parts(len(parts) + 1, limits.max_parts, file_name=file_name)
            parts.append(
                Part(line_kind(text[start:end] if end - start < 400 else text[start : start + 400]), start, end)
            )
    return freeze(text, parts, reader="text/1", title=title, file_name=file_name)


def _blocks(text: str) -> list[list[Span]]:
    """Group trimmed lines that have no blank line between them."""
    blocks: list[list[Span]] = []
    last_end = -2
    for match in _LINE.finditer(text):
        start, end = match.span()
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        lead = len(line) - len(line.lstrip())
        if start == last_end + 1 and blocks:
            blocks[-1].append((start + lead, start + lead + len(stripped)))
        else:
            blocks.append([(start + lead, start + lead + len(stripped))])
        last_end = end
    return blocks


def _paragraphs(text: str, lines: list[Span]) -> list[Span]:
    """Join the lines of a hard-wrapped block; elsewhere each line is a paragraph."""
    width = max(end - start for start, end in lines)
    if len(lines) == 1 or not _MIN_WRAP <= width <= _MAX_WRAP:
        return lines
    joins = [_is_full(text, lines[i], lines[i + 1], width) for i in range(len(lines) - 1)]
    lower = sum(joins[i] and not text[lines[i + 1][0]].isupper() for i in range(len(joins)))
    # A wrapped line goes on in lower case as often as not; a list of full-width titles never does.
    if lower * 3 < sum(joins) or lower == 0:
        return lines
    paragraphs = [lines[0]]
    for join, (start, end) in zip(joins, lines[1:], strict=True):
        if join:
            paragraphs[-1] = (paragraphs[-1][0], end)
        else:
            paragraphs.append((start, end))
    return paragraphs


def _is_full(text: str, line: Span, following: Span, width: int) -> bool:
    """Say whether a line was broken because the next word did not fit."""
    head = text[following[0] : min(following[1], following[0] + _MAX_WRAP)]
    if is_list_item(head):
        return False
    return line[1] - line[0] + 1 + len(head.split(None, 1)[0]) > width
