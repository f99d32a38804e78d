"""Word files: paragraphs and tables in the order of the body, hidden and deleted text left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from rag.errors import ReadingError
from rag.reading.archive import check_archive, damaged
from rag.reading.builder import ReportBuilder, is_letterhead, line_kind
from rag.reading.encoding import clean_line, clean_spaces
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.reading.rows import SPANNED, lay_out
from rag.types import PartKind

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted or moved-away text, field codes, and the copy of a drawing for older programs.
_UNREAD = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", _FALLBACK))
_OFF = frozenset(("0", "false", "off"))
_HEADING_STYLE = re.compile(r"(?:heading|tiêu đề|tiêuđề|đề mục)\s*\d?$|heading \d", re.I)
_CONTENTS_STYLE = re.compile(r"(?:toc|mục lục)\s*\d", re.I)
_MAX_LETTERHEAD_ROWS = 4
# Who gets a report and who signed it, side by side; a row or two for the seal.
_MAX_SIGNATURE_ROWS = 8
_SIGNATURE = re.compile(r"(?:Nơi nhận|NƠI NHẬN)\s*:|(?:TM|KT|TL|TUQ)\s?\.\s?[A-ZĐÀ-Ỹ]{2}")
_MAX_CELL_CHARS = 600


def read(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read a .docx. A table row is written with the names of its columns; letterheads cell by cell."""
    import docx

    check_archive(data, file_name=file_name, limits=limits)
    report = ReportBuilder(file_name=file_name, limits=limits)
    try:
        document = docx.Document(io.BytesIO(data))
        body = _Body(document.element.body, _Styles(document.styles.element), report)
        body.read()
        declared = document.core_properties.title
    except (ReadingError, MemoryError):
        raise
    except Exception as exc:  # python-docx raises whatever a malformed part makes it stumble over
        raise damaged(file_name, exc) from exc
    raw = report.finish(reader="docx/1")
    title = body.title or _confirmed(declared, raw.text)
    return RawReport(text=raw.text, parts=raw.parts, reader=raw.reader, title=title)


def _confirmed(declared: str | None, text: str) -> str | None:
    """Take a title from the file's properties only where the report shows it: templates leave theirs behind."""
    title = clean_line(declared or "")
    return title if len(title) > 3 and title.casefold() in " ".join(text[:4000].split()).casefold() else None


class _Styles:
    """What the style of a paragraph or run says of it."""

    def __init__(self, element: Any) -> None:
        self.names: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.outlined: set[str] = set()
        parents: dict[str, str] = {}
        for style in element.iter(f"{_W}style"):
            style_id = style.get(f"{_W}styleId") or ""
            name = style.find(f"{_W}name")
            self.names[style_id] = "" if name is None else name.get(f"{_W}val") or ""
            if _is_on(style.find(f"{_W}rPr/{_W}vanish")):
                self.hidden.add(style_id)
            if _has_outline(style.find(f"{_W}pPr")):
                self.outlined.add(style_id)
            based = style.find(f"{_W}basedOn")
            if based is not None:
                parents[style_id] = based.get(f"{_W}val") or ""
        for marked in (self.hidden, self.outlined):
            for style_id in self.names:
                seen = {style_id}
                parent = parents.get(style_id)
                while parent and parent not in seen:
                    if parent in marked:
                        marked.add(style_id)
                        break
                    seen.add(parent)
                    parent = parents.get(parent)


class _Body:
    """Walks the body once."""

    def __init__(self, element: Any, styles: _Styles, report: ReportBuilder) -> None:
        self.title: str | None = None
        self._element = element
        self._styles = styles
        self._report = report

    def read(self) -> None:
        for block in _blocks(self._element):
            if block.tag == f"{_W}p":
                self._read_paragraph(block)
            else:
                self._read_table(block)

    def _read_paragraph(self, paragraph: Any) -> None:
        style_id = _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))
        style = self._styles.names.get(style_id, "")
        text = clean_spaces(self._text(paragraph)) if not _CONTENTS_STYLE.match(style) else ""
        if text:
            self._add_text(paragraph, style_id, style, text)
        for inner in _text_box_paragraphs(paragraph):
            boxed = clean_line(self._text(inner))
            if boxed:
                self._report.add(line_kind(boxed), boxed)

    def _add_text(self, paragraph: Any, style_id: str, style: str, text: str) -> None:
        lines = [line for line in text.split("\n") if line]
        if style.casefold() in ("title", "tiêu đề chính"):
            self.title = self.title or " ".join(lines)
            self._report.add(PartKind.TITLE, "\n".join(lines))
        elif style.casefold() == "caption":
            self._report.add(PartKind.CAPTION, "\n".join(lines))
        elif (
            _HEADING_STYLE.match(style) or style_id in self._styles.outlined or _has_outline(paragraph.find(f"{_W}pPr"))
        ):
            self._report.add(PartKind.HEADING, "\n".join(lines))
        elif _is_numbered(paragraph) or style.casefold().startswith("list"):
            self._report.add(PartKind.LIST_ITEM, "\n".join(lines))
        else:
            for line in lines:
                self._report.add(line_kind(line), line)

    def _read_table(self, table: Any) -> None:
        rows = [list(cells) for cells in self._rows(table)]
        if self._is_layout(rows):
            for block in _cell_blocks(table):
                if block.tag == f"{_W}p":
                    self._read_paragraph(block)
            return
        for line in lay_out([cell if cell == SPANNED else clean_line(cell) for cell in row] for row in rows):
            self._report.add(line.kind, line.text)

    def _is_layout(self, rows: list[list[str]]) -> bool:
        """Say whether a table only places text side by side: a letterhead, a signature, a frame."""
        if len(rows) < 2 or max((sum(cell not in ("", SPANNED) for cell in row) for row in rows), default=0) < 2:
            return True
        if any(len(cell) > _MAX_CELL_CHARS for row in rows for cell in row):
            return len(rows) < 4
        cells = [line.strip() for row in rows for cell in row for line in cell.split("\n")]
        if len(rows) <= _MAX_SIGNATURE_ROWS and any(map(_SIGNATURE.match, cells)):
            return True
        return len(rows) <= _MAX_LETTERHEAD_ROWS and any(map(is_letterhead, cells))

    def _rows(self, table: Any) -> Iterator[list[str]]:
        """Cells of each row. A cell merged across columns fills the first of them; one merged down, every row."""
        above: dict[int, str] = {}
        for row in _inside(table, f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells: list[str] = [""] * int(_value(row.find(f"{_W}trPr/{_W}gridBefore")) or 0)
            for cell in _inside(row, f"{_W}tc"):
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                text = self._cell_text(cell)
                if merge is not None and merge.get(f"{_W}val") != "restart":
                    text = text or above.get(len(cells), "")
                above[len(cells)] = text
                span = min(int(_value(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1), 100)
                cells.append(text)
                cells.extend([SPANNED] * (span - 1))
            yield cells

    def _cell_text(self, cell: Any) -> str:
        """Text of a cell, its paragraphs on lines of their own; a table inside it is read row by row."""
        return "\n".join(filter(None, (self._text(block).strip() for block in cell.iter(f"{_W}p"))))

    def _text(self, paragraph: Any) -> str:
        pieces: list[str] = []
        if _is_on(paragraph.find(f"{_W}pPr/{_W}rPr/{_W}specVanish")):
            return ""
        if _value(paragraph.find(f"{_W}pPr/{_W}pStyle")) in self._styles.hidden:
            return ""
        stack = list(reversed(paragraph))
        while stack:
            element = stack.pop()
            tag = element.tag
            if tag in _UNREAD or tag == f"{_W}txbxContent":
                continue
            if tag == f"{_W}t":
                pieces.append(element.text or "")
            elif tag == f"{_W}tab":
                pieces.append("\t")
            elif tag in (f"{_W}br", f"{_W}cr"):
                pieces.append("\n")
            elif tag == f"{_W}noBreakHyphen":
                pieces.append("-")
            elif tag == f"{_W}r" and self._is_hidden(element):
                continue
            else:
                stack.extend(reversed(element))
        return "".join(pieces)

    def _is_hidden(self, run: Any) -> bool:
        properties = run.find(f"{_W}rPr")
        if properties is None:
            return False
        vanish = properties.find(f"{_W}vanish")
        if vanish is not None:
            return _is_on(vanish)
        return _value(properties.find(f"{_W}rStyle")) in self._styles.hidden


def _blocks(element: Any) -> Iterator[Any]:
    """Paragraphs and tables of a body or cell in order, also inside content controls and tracked insertions."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            stack.extend(reversed(child))


def _cell_blocks(table: Any) -> Iterator[Any]:
    return (block for block in table.iter(f"{_W}p") if next(block.iterancestors(f"{_W}txbxContent"), None) is None)


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also inside content controls, but not those of a table within."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            stack.extend(reversed(child))


def _text_box_paragraphs(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if next(box.iterancestors(_FALLBACK), None) is None:
            yield from _blocks(box)


def _is_numbered(paragraph: Any) -> bool:
    number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    return number is not None and _value(number) != "0"


def _has_outline(properties: Any) -> bool:
    if properties is None:
        return False
    level = properties.find(f"{_W}outlineLvl")
    return level is not None and _value(level) != "9"


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{_W}val") or ""


def _is_on(element: Any) -> bool:
    return element is not None and (element.get(f"{_W}val") or "true") not in _OFF
