"""Web pages: headings, paragraphs, items, table rows and captions; what a reader does not see is left out."""

from __future__ import annotations

import re
from typing import Any

from rag.errors import DamagedFileError
from rag.reading.builder import ReportBuilder, is_letterhead, line_kind
from rag.reading.encoding import clean, clean_line, decode
from rag.reading.hidden import hidden_names, is_hidden
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.reading.rows import SPANNED, lay_out
from rag.types import PartKind

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w\-]{2,40})|<\?xml[^>]{0,100}encoding=[\"']([\w\-]{2,40})", re.I
)
# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    "caption",
))
# fmt: on
# fmt: off
_UNREAD = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video",
    "form", "button", "select", "input", "textarea", "nav", "aside", "footer", "head", "dialog", "map",
))
# fmt: on
_KINDS = {
    **{f"h{level}": PartKind.HEADING for level in range(1, 7)},
    "li": PartKind.LIST_ITEM,
    "dd": PartKind.LIST_ITEM,
    "figcaption": PartKind.CAPTION,
    "caption": PartKind.CAPTION,
}
_BREAKS = re.compile(r"\s*\n\s*\n\s*")
# This many items in a row that are nothing but links are a menu.
_MENU_ITEMS = 4
_MIN_ARTICLE_CHARS = 200
_MAX_CELL_CHARS = 600


def read(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read an HTML page. The title is its first h1, else its title element."""
    from resiliparse.parse.html import HTMLTree

    declared = _CHARSET.search(data[:4096])
    charset = (declared[1] or declared[2]).decode("ascii") if declared else None
    source = decode(data, file_name=file_name, declared=charset)
    try:
        tree = HTMLTree.parse(source)
    except ValueError as exc:
        raise DamagedFileError(
            f"{file_name}: tệp hỏng (not parsable as HTML); open it in a browser and save it"
        ) from exc
    report = ReportBuilder(file_name=file_name, limits=limits)
    title = None
    if tree.document is not None and tree.body is not None:
        styles = "\n".join(node.text or "" for node in tree.document.get_elements_by_tag_name("style"))
        page = _Page(hidden_names(styles))
        page.read(_main_part(tree.body))
        for kind, text in page.blocks():
            report.add(kind, text)
        title = page.title
    return report.finish(reader="html/1", title=title or clean_line(tree.title or "") or None)


def _main_part(body: Any) -> Any:
    """The article of a page that marks one and only one, else the whole body."""
    for tag in ("main", "article"):
        found = body.get_elements_by_tag_name(tag)
        if len(found) == 1 and len(found[0].text.strip()) >= _MIN_ARTICLE_CHARS:
            return found[0]
    return body


class _Page:
    """Walks the tree without recursion, so that no depth of nesting can break it."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.title: str | None = None
        self._hidden = hidden
        self._found: list[tuple[PartKind, str, bool]] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._kinds: list[PartKind] = [PartKind.PARAGRAPH]

    def read(self, root: Any) -> None:
        """Collect the blocks under a node."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node.tag)
                continue
            if node.type == 3:
                self._pieces.append(_in_pre(node))
                continue
            tag = node.tag
            if node.type != 1 or tag in _UNREAD or is_hidden(node, self._hidden) or _is_page_header(node, root):
                continue
            if tag == "br":
                self._pieces.append("\n")
                continue
            if tag == "table" and self._read_table(node):
                continue
            self._enter(tag)
            stack.append((node, True))
            child = node.last_child
            while child is not None:
                stack.append((child, False))
                child = child.prev
        self._flush()

    def blocks(self) -> list[tuple[PartKind, str]]:
        """List the blocks, menus left out."""
        kept: list[tuple[PartKind, str]] = []
        run: list[tuple[PartKind, str]] = []
        for kind, text, linked in [*self._found, (PartKind.PARAGRAPH, "", False)]:
            if linked:
                run.append((kind, text))
                continue
            if len(run) < _MENU_ITEMS:
                kept += run
            run = []
            if text:
                kept.append((kind, text))
        return kept

    def _enter(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._kinds.append(_KINDS.get(tag, self._kinds[-1]))
        elif tag == "a":
            self._pieces.append("\x01")

    def _leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            if tag == "h1" and self.title is None:
                self.title = clean_line(_unlinked("".join(self._pieces))) or None
            self._flush()
            self._kinds.pop()
        elif tag == "a":
            self._pieces.append("\x02")

    def _flush(self) -> None:
        marked = "".join(self._pieces)
        self._pieces.clear()
        for block in _BREAKS.split(marked):
            outside = re.sub("\x01[^\x02]*\x02?", "", block)
            text = "\n".join(filter(None, (clean_line(line) for line in _unlinked(block).split("\n"))))
            if text:
                self._found.append(
                    (self._kind(text), text, "\x01" in block and not clean_line(outside).strip(" |·•»>-/"))
                )

    def _kind(self, text: str) -> PartKind:
        kind = self._kinds[-1]
        return line_kind(text) if kind is PartKind.PARAGRAPH else kind

    def _read_table(self, table: Any) -> bool:
        """Read a table of data. False for one that only lays out the page: its cells are read as blocks."""
        # Asked first: cells of tables within tables would be read once more at each level.
        if table.get_elements_by_tag_name("table"):
            return False
        rows, has_header = self._grid(table)
        width = max((sum(cell not in ("", SPANNED) for cell in row) for row in rows), default=0)
        cells = [cell for row in rows for cell in row]
        if len(rows) < 2 or width < 2 or any(len(cell) > _MAX_CELL_CHARS for cell in cells):
            return False
        if len(rows) <= 4 and any(map(is_letterhead, cells)):
            return False
        self._flush()
        for caption in table.get_elements_by_tag_name("caption")[:1]:
            self._found.append((PartKind.CAPTION, clean_line(caption.text), False))
        for line in lay_out(rows, has_header=True if has_header else None):
            self._found.append((line.kind, line.text, False))
        return True

    def _grid(self, table: Any) -> tuple[list[list[str]], bool]:
        """Cells of a table. One merged across columns fills the first of them; one merged down, every row."""
        rows: list[list[str]] = []
        open_cells: dict[int, tuple[int, str]] = {}
        has_header = False
        for row in table.get_elements_by_tag_name("tr"):
            if is_hidden(row, self._hidden):
                continue
            cells: list[str] = []
            heads = 0
            child = row.first_child
            while child is not None:
                if child.type == 1 and child.tag in ("td", "th") and not is_hidden(child, self._hidden):
                    _continue_cells(cells, open_cells)
                    heads += child.tag == "th"
                    text = self._cell_text(child)
                    column = len(cells)
                    down = _span(child, "rowspan")
                    across = _span(child, "colspan")
                    cells += [text, *[SPANNED] * (across - 1)]
                    for i in range(column, len(cells)):
                        if down > 1:
                            open_cells[i] = (down - 1, cells[i])
                child = child.next
            _continue_cells(cells, open_cells)
            has_header = has_header or (
                not rows and heads >= 2 and heads == sum(cell not in ("", SPANNED) for cell in cells)
            )
            rows.append(cells)
        return rows, has_header

    def _cell_text(self, cell: Any) -> str:
        inner = _Page(self._hidden)
        inner.read(cell)
        return " ".join(text for _, text, _ in inner._found).replace("\n", " ")


def _continue_cells(cells: list[str], open_cells: dict[int, tuple[int, str]]) -> None:
    """Fill in the cells that reach down from rows above, as far as they follow without a gap."""
    while (column := len(cells)) in open_cells:
        left, text = open_cells.pop(column)
        if left > 1:
            open_cells[column] = (left - 1, text)
        cells.append(text)


def _span(cell: Any, name: str) -> int:
    value = cell.getattr(name, "") or ""
    return min(max(int(value), 1), 200) if value.isascii() and value.isdigit() else 1


def _is_page_header(node: Any, root: Any) -> bool:
    return bool(node.tag == "header" and root.tag == "body")


def _in_pre(node: Any) -> str:
    text = clean(node.text)
    parent = node.parent
    return text if parent is not None and parent.tag == "pre" else text.replace("\n", " ")


def _unlinked(text: str) -> str:
    return text.replace("\x01", "").replace("\x02", "")
