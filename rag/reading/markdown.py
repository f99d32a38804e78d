"""Markdown: headings, list items, table rows and paragraphs, as spans of the text as it stands."""

from __future__ import annotations

import re

from rag.reading.builder import check_parts, freeze, is_letterhead
from rag.reading.encoding import decode
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.types import Part, PartKind

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<body>.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?|(?=\d{1,3}[.)][ \t]))(?P<body>\S.*)$")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_RULER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_QUOTE = re.compile(r"[ \t]*>+[ \t]?")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")
_TITLE = re.compile(r"title:[ \t]*[\"']?(?P<title>.+?)[\"']?[ \t]*$", re.I)


def read(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read a markdown file. The text stays verbatim; marks of headings and bullets lie outside the parts."""
    text = decode(data, file_name=file_name)
    scan = _Scan(text, file_name=file_name, max_parts=limits.max_parts)
    for start, end in _lines(text):
        scan.take(start, end)
    scan.close()
    return freeze(text, scan.parts, reader="markdown/1", title=scan.title, file_name=file_name)


def _lines(text: str) -> list[tuple[int, int]]:
    spans = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        spans.append((start, end))
        start = end + 1
    return spans


class _Scan:
    """Goes through the lines once; an open paragraph or item is a span that grows."""

    def __init__(self, text: str, *, file_name: str, max_parts: int) -> None:
        self.parts: list[Part] = []
        self.title: str | None = None
        self._text = text
        self._file_name = file_name
        self._max_parts = max_parts
        self._open: tuple[PartKind, int, int] | None = None
        self._fence: str | None = None
        self._in_comment = False
        self._in_front = False

    def take(self, start: int, end: int) -> None:
        line = self._text[start:end]
        if self._skip(line, at_top=start == 0):
            return
        body = _QUOTE.match(line)
        if body is not None:
            start += body.end()
            line = line[body.end() :]
        if not line.strip():
            self.close()
        elif self._fence is None and (fence := _FENCE.match(line)):
            self.close()
            self._fence = fence["mark"]
        elif self._fence is not None:
            if line.strip().startswith(self._fence):
                self.close()
                self._fence = None
            else:
                self._grow(start, end)
        else:
            self._take_prose(line, start, end)

    def close(self) -> None:
        """End the open paragraph."""
        if self._open is not None:
            kind, start, end = self._open
            self._open = None
            self._add(kind, start, end)

    def _take_prose(self, line: str, start: int, end: int) -> None:
        if (heading := _HEADING.match(line)) is not None:
            self.close()
            span = heading.span("body")
            if self.title is None and line.lstrip().startswith("# "):
                self.title = heading["body"] or None
            self._add(PartKind.HEADING, start + span[0], start + span[1])
        elif self._open is not None and self._open[0] is PartKind.PARAGRAPH and _UNDERLINE.match(line):
            _, first, last = self._open
            self._open = None
            if self.title is None and line.lstrip().startswith("="):
                self.title = self._text[first:last].strip()
            self._add(PartKind.HEADING, first, last)
        elif _RULE.match(line) or ("-" in line and "|" in line and _RULER.match(line)):
            self.close()
        elif _ROW.match(line):
            self.close()
            inner = line.strip().strip("|")
            offset = start + line.index(inner) if inner.strip() else start
            self._add(PartKind.TABLE_ROW, offset, offset + len(inner))
        elif (item := _ITEM.match(line)) is not None:
            self.close()
            self._open = (PartKind.LIST_ITEM, start + item.start("body"), end)
        else:
            self._grow(start, end)

    def _skip(self, line: str, *, at_top: bool) -> bool:
        stripped = line.strip()
        if at_top and stripped == "---":
            self._in_front = "\n---" in self._text[3:4000]
            return self._in_front
        if self._in_front:
            found = _TITLE.match(stripped)
            if found and self.title is None:
                self.title = found["title"]
            self._in_front = stripped not in ("---", "...")
            return True
        if self._in_comment or (self._fence is None and stripped.startswith("<!--")):
            if not self._in_comment:
                self.close()
            self._in_comment = "-->" not in stripped
            return True
        return False

    def _grow(self, start: int, end: int) -> None:
        self._open = (PartKind.PARAGRAPH, start, end) if self._open is None else (*self._open[:2], end)

    def _add(self, kind: PartKind, start: int, end: int) -> None:
        body = self._text[start:end]
        start += len(body) - len(body.lstrip())
        end -= len(body) - len(body.rstrip())
        if start < end:
            if kind is PartKind.PARAGRAPH and is_letterhead(self._text[start:end]):
                kind = PartKind.LETTERHEAD
            check_parts(len(self.parts) + 1, self._max_parts, file_name=self._file_name)
            self.parts.append(Part(kind, start, end))
