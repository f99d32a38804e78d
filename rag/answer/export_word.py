"""An answer as a Word document with real footnotes. What reports say stays text."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

from rag.answer.export_parts import (
    Words,
    choice_parts,
    coverage_of,
    footer_of,
    nearest_of,
    pieces_of,
    plain,
    source_of,
    source_of_hit,
    words_of,
)
from rag.types import Answer, Citation, Table

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_FOOTNOTES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_MOST_PROPERTY_CHARS = 255


def to_docx(answer: Answer) -> bytes:
    """Write an answer as a Word document with real footnotes."""
    import docx

    words = words_of(answer)
    document = docx.Document()
    properties = document.core_properties
    properties.title = plain(answer.question)[:_MOST_PROPERTY_CHARS]
    properties.author = properties.comments = ""
    _add_styles(document)
    document.add_heading(plain(answer.question), level=1)
    if answer.rewritten:
        _add_named(document, words.whole, answer.rewritten)
    if answer.short:
        _add_named(document, words.short, answer.short)
    if answer.note:
        document.add_paragraph().add_run(plain(answer.note)).italic = True
    references = _References(answer)
    paragraph = document.add_paragraph()
    for piece in pieces_of(answer):
        if isinstance(piece, str):
            paragraph.add_run(piece)
        else:
            references.add(paragraph, piece)
    if answer.table:
        _add_table(document, answer.table, references)
    for line in coverage_of(answer, words):
        document.add_paragraph(line)
    if answer.choices:
        _add_title(document, words.readings)
    for choice in answer.choices:
        before, behind = choice_parts(choice, words)
        paragraph = document.add_paragraph(style="List Number")
        paragraph.add_run(before)
        references.add(paragraph, choice.citation)
        paragraph.add_run(behind)
    if nearest := nearest_of(answer):
        _add_title(document, words.nearest)
    for hit in nearest:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{' · '.join(source_of_hit(hit, words))}: “{plain(hit.passage.text)}”")
    document.add_paragraph().add_run(footer_of(answer, words)).italic = True
    if notes := [_note(citation, number, words) for number, citation in references.cited()]:
        _add_footnotes(document, notes)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_named(document: WordDocument, name: str, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{name}: ").bold = True
    paragraph.add_run(plain(text))


def _add_title(document: WordDocument, title: str) -> None:
    document.add_paragraph().add_run(f"{title}:").bold = True


def _add_table(document: WordDocument, table: Table, references: _References) -> None:
    """Write a table, its first row as its head, and below it how the answer follows from it."""
    written = document.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Table Grid")
    for cell, name in zip(written.rows[0].cells, table.columns, strict=True):
        cell.paragraphs[0].add_run(plain(name)).bold = True
    for written_row, row in zip(written.rows[1:], table.rows, strict=True):
        for written_cell, told in zip(written_row.cells, row, strict=True):
            paragraph = written_cell.paragraphs[0]
            paragraph.add_run(plain(told.text))
            if told.citation is not None:
                references.add(paragraph, told.citation)
    # Two tables in a row would be one; what follows is a paragraph, empty where there is nothing to work out.
    document.add_paragraph(plain(table.arithmetic or ""))


class _References:
    """The footnotes of a document, numbered as they are first referred to."""

    def __init__(self, answer: Answer) -> None:
        self._by_n = {citation.n: citation for citation in answer.citations}
        self._numbers: dict[int, int] = {}

    def add(self, paragraph: Paragraph, n: int) -> None:
        """Refer to a citation at the end of a paragraph; to none that is not there."""
        if n not in self._by_n:
            return
        if n in self._numbers:
            # A footnote is referred to once; what repeats it is a number in its place.
            paragraph.add_run(str(self._numbers[n])).font.superscript = True
            return
        self._numbers[n] = len(self._numbers) + 1
        run = paragraph.add_run()
        run.style = "Footnote Reference"
        _append(run._r, "w:footnoteReference", id=str(self._numbers[n]))

    def cited(self) -> list[tuple[int, Citation]]:
        """List the footnotes by their number on paper."""
        return [(number, self._by_n[n]) for n, number in self._numbers.items()]


def _append(parent: Any, tag: str, **attributes: str) -> Any:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def _add_styles(document: WordDocument) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    reference = document.styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    document.styles.add_style("Footnote Text", WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(9)


def _note(citation: Citation, number: int, words: Words) -> str:
    text = escape(f" {' · '.join(source_of(citation, words))}: “{plain(citation.quote)}”", quote=False)
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:footnote>'
    )


def _add_footnotes(document: WordDocument, notes: list[str]) -> None:
    """Add the part that holds the footnotes, and name its separators in the settings."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:footnotes xmlns:w="{_SPACE}">{_SEPARATORS}{"".join(notes)}</w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, _FOOTNOTES_RELATION)
    compatibility = document.settings.element.find(qn("w:compat"))
    if compatibility is not None:
        named = OxmlElement("w:footnotePr")
        for number in ("-1", "0"):
            _append(named, "w:footnote", id=number)
        # The schema orders the settings; this one stands before those of compatibility.
        compatibility.addprevious(named)
