"""Put the text of a report together and keep the offsets of its parts."""

from __future__ import annotations

import re

from rag.errors import EmptyFileError, TooLargeError
from rag.reading.limits import Limits
from rag.reading.raw import RawReport
from rag.text import fold
from rag.types import Part, PartKind

_LIST_MARKER = re.compile(r"(?:[-–—+*•●○▪◦·]|\(?\d{1,3}[.)]|\(?[a-zđA-ZĐ][.)])[ \t]+\S")
_NUMBERED_HEADING = re.compile(r"(?:[IVX]{1,5}[.\-)]|(?:Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC)[ \t]+[\dIVX]+[.:\-]?)[ \t]+\S")
_SENTENCE_END = (".", "!", "?", "…", ";", ":", ",")
_LETTERHEAD = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|doc lap\s*[-–—]\s*tu do\s*[-–—]\s*hanh phuc|^dang cong san viet nam$"
)
_MAX_HEADING_CHARS = 160


class ReportBuilder:
    """Collects parts in reading order. Texts given to it are clean (see ``encoding.clean``)."""

    def __init__(self, *, file_name: str, limits: Limits) -> None:
        self._file_name = file_name
        self._max_parts = limits.max_parts
        self._pieces: list[str] = []
        self._parts: list[Part] = []
        self._length = 0

    def add(
        self,
        kind: PartKind,
        text: str,
        *,
        page: int | None = None,
        box: tuple[float, float, float, float] | None = None,
    ) -> None:
        """Append one part on lines of its own; text without words is left out."""
        text = text.strip()
        if not text:
            return
        if self._parts:
            rows = kind is PartKind.TABLE_ROW and self._parts[-1].kind is PartKind.TABLE_ROW
            gap = "\n" if rows else "\n\n"
            self._pieces.append(gap)
            self._length += len(gap)
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        self._append(Part(kind, start, self._length, page, box))

    def finish(self, *, reader: str, title: str | None = None) -> RawReport:
        """Freeze the report. Raises EmptyFileError when no part was added."""
        return freeze("".join(self._pieces), self._parts, reader=reader, title=title, file_name=self._file_name)

    def _append(self, part: Part) -> None:
        check_parts(len(self._parts) + 1, self._max_parts, file_name=self._file_name)
        self._parts.append(part)


def freeze(text: str, parts: list[Part], *, reader: str, title: str | None, file_name: str) -> RawReport:
    """Make a RawReport. Raises EmptyFileError when there is no part."""
    if not parts:
        raise EmptyFileError(
            f"{file_name}: không có chữ nào (no text in the file); nothing to index, check the original"
        )
    title = " ".join(title.split()) if title else None
    return RawReport(text=text, parts=tuple(parts), reader=reader, title=title or None)


def check_parts(n_parts: int, max_parts: int, *, file_name: str) -> None:
    """Raise TooLargeError when a report has more paragraphs and rows than allowed."""
    if n_parts > max_parts:
        raise TooLargeError(
            f"{file_name}: quá nhiều đoạn (more than {max_parts} paragraphs or table rows); "
            "split the file into smaller ones"
        )


def line_kind(text: str) -> PartKind:
    """Tell what a line or paragraph is from its words alone."""
    if is_letterhead(text):
        return PartKind.LETTERHEAD
    if is_list_item(text):
        return PartKind.LIST_ITEM
    return PartKind.HEADING if is_heading(text) else PartKind.PARAGRAPH


def is_list_item(line: str) -> bool:
    """Say whether a line begins with a bullet, ``1.``, ``a)`` or the like."""
    return _LIST_MARKER.match(line) is not None


def is_heading(text: str) -> bool:
    """Say whether a line reads as a heading: in capitals, or numbered in Roman, and no sentence."""
    if len(text) > _MAX_HEADING_CHARS or "\n" in text or text.endswith(_SENTENCE_END):
        return False
    if _NUMBERED_HEADING.match(text):
        return True
    return text.isupper() and sum(c.isalpha() for c in text) >= 4


def is_letterhead(text: str) -> bool:
    """Say whether a line is the national motto or the Party's name, the head of an official letter."""
    return len(text) < 120 and _LETTERHEAD.search(fold(text).strip()) is not None
