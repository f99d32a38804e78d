"""An answer as a Markdown or Word document, with a footnote for every quote. What reports say stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from rag.types import Answer, Citation, Hit

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

#: An abstention shows so many of the passages that came nearest.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the export itself, in one language."""

    whole: str
    short: str
    page: str
    characters: str
    nearest: str
    snapshot: str
    embedder: str
    generator: str
    checked: str
    unchecked: str
    nothing: str


_VIETNAMESE = _Words(
    whole="Câu hỏi đầy đủ",
    short="Trả lời ngắn",
    page="trang",
    characters="ký tự",
    nearest="Những đoạn gần nhất, không trả lời câu hỏi",
    snapshot="Bản chỉ mục",
    embedder="bộ nhúng",
    generator="soạn bởi",
    checked="mọi trích dẫn đã được đối chiếu nguyên văn",
    unchecked="có trích dẫn chưa đối chiếu được",
    nothing="không có trích dẫn",
)
_ENGLISH = _Words(
    whole="Whole question",
    short="Short answer",
    page="page",
    characters="characters",
    nearest="Nearest passages, which do not answer the question",
    snapshot="Snapshot",
    embedder="embedder",
    generator="written by",
    checked="every quote checked",
    unchecked="not every quote could be checked",
    nothing="no quotes",
)
_MARKER = re.compile(r"\s?\[(\d{1,4})\]")
# What steers the direction of writing, marks the order of bytes, or cannot stand in XML.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def _words(answer: Answer) -> _Words:
    return _ENGLISH if answer.understood.language == "en" else _VIETNAMESE


def _plain(text: str) -> str:
    """Put a text on one line, without what is not seen."""
    return " ".join(_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text)).split())


def _where(doc_id: str, page: int | None, start: int, end: int, words: _Words) -> list[str]:
    return [doc_id, *([f"{words.page} {page}"] if page else []), f"{words.characters} [{start}, {end})"]


def _source(citation: Citation, words: _Words) -> list[str]:
    """List what a footnote says of its quote: how the report is called, which it is, and where in it."""
    named = [citation.label] if citation.label else []
    where = _where(citation.doc_id, citation.page, citation.start, citation.end, words)
    return [_plain(part) for part in (*named, citation.title, *where)]


def _source_of_hit(hit: Hit, words: _Words) -> list[str]:
    passage = hit.passage
    where = _where(passage.doc_id, passage.page, passage.start, passage.end, words)
    return [_plain(part) for part in (hit.context.title, *where)]


def _footer(answer: Answer, words: _Words) -> str:
    quotes = words.nothing
    if answer.citations:
        quotes = words.checked if all(citation.verified for citation in answer.citations) else words.unchecked
    return _plain(
        f"{words.snapshot} {answer.snapshot or '–'} · {words.embedder} {answer.embedder or '–'} · "
        f"{words.generator} {answer.generator} · {quotes}"
    )


def _pieces(answer: Answer) -> Iterator[str | int]:
    """Yield the answer's text and, as numbers, its markers; a citation without one is marked at the end."""
    cited = {citation.n for citation in answer.citations}
    seen = set()
    position = 0
    for match in _MARKER.finditer(answer.text):
        n = int(match[1])
        if n in cited:
            yield _spaced(answer.text[position : match.start()], begun=position > 0)
            yield n
            seen.add(n)
            position = match.end()
    yield _spaced(answer.text[position:], begun=position > 0)
    yield from sorted(cited - seen)


def _spaced(text: str, *, begun: bool) -> str:
    """Put a piece of a text on one line; behind another piece it keeps a blank before it."""
    plain = _plain(text)
    return f" {plain}" if plain and begun and text[0].isspace() else plain


# -- Markdown -------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&^$@])|(?<=[^\W\d_])(\.)(?=\w)|(:)(?=//)|(?<=[^\W\d_])(:)(?=\w)")
_BLOCK = re.compile(r"[-+=!:.]|\d+(?=[.)])")


def to_markdown(answer: Answer) -> str:
    """Write an answer as Markdown with footnotes (``[^1]``)."""
    words = _words(answer)
    blocks = [f"# {_escaped(answer.question)}"]
    if answer.rewritten:
        blocks.append(f"**{words.whole}:** {_escaped(answer.rewritten)}")
    if answer.short:
        blocks.append(f"**{words.short}:** {_escaped(answer.short)}")
    text = ""
    for piece in _pieces(answer):
        if isinstance(piece, int):
            text += f"[^{piece}]"
        elif text:
            # "[^1](x)" would be a link, "[^1]:" the footnote itself.
            text += ("\\" if piece.startswith(("(", ":")) else "") + _escaped_inside(piece)
        else:
            text = _escaped(piece)
    blocks.append(text)
    if answer.abstained and answer.evidence:
        blocks.append(f"**{words.nearest}:**")
        blocks += [
            f"- {_escaped(' · '.join(_source_of_hit(hit, words)))}: “{_escaped(hit.passage.text)}”"
            for hit in answer.evidence[:NEAREST]
        ]
    blocks += [
        f"[^{citation.n}]: {_escaped(' · '.join(_source(citation, words)))}: “{_escaped(citation.quote)}”"
        for citation in answer.citations
    ]
    blocks += ["---", _escaped(_footer(answer, words))]
    return "\n\n".join(blocks) + "\n"


def _escaped(text: str) -> str:
    """Escape a text so that Markdown shows it and nothing of it is markup; on one line."""
    text = _escaped_inside(_plain(text))
    opening = _BLOCK.match(text)
    if opening is None:
        return text
    at = opening.end() if text[0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def _escaped_inside(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


# -- Word -----------------------------------------------------------------------------------------------

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

    words = _words(answer)
    document = docx.Document()
    properties = document.core_properties
    properties.title = _plain(answer.question)[:_MOST_PROPERTY_CHARS]
    properties.author = properties.comments = ""
    _add_styles(document)
    document.add_heading(_plain(answer.question), level=1)
    if answer.rewritten:
        _add_named(document, words.whole, answer.rewritten)
    if answer.short:
        _add_named(document, words.short, answer.short)
    numbered = _add_text(document.add_paragraph(), answer)
    if answer.abstained and answer.evidence:
        document.add_paragraph().add_run(f"{words.nearest}:").bold = True
        for hit in answer.evidence[:NEAREST]:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{' · '.join(_source_of_hit(hit, words))}: “{_plain(hit.passage.text)}”")
    document.add_paragraph().add_run(_footer(answer, words)).italic = True
    if numbered:
        _add_footnotes(document, [_note(citation, id_, words) for id_, citation in numbered])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_named(document: WordDocument, name: str, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{name}: ").bold = True
    paragraph.add_run(_plain(text))


def _add_text(paragraph: Paragraph, answer: Answer) -> list[tuple[int, Citation]]:
    """Write the answer's text with references. Returns the footnotes by their number on paper."""
    by_n = {citation.n: citation for citation in answer.citations}
    numbered: dict[int, int] = {}
    for piece in _pieces(answer):
        if isinstance(piece, str):
            paragraph.add_run(piece)
        elif piece in numbered:
            # A footnote is referred to once; what repeats it is a number in its place.
            paragraph.add_run(str(numbered[piece])).font.superscript = True
        else:
            numbered[piece] = len(numbered) + 1
            run = paragraph.add_run()
            run.style = "Footnote Reference"
            _append(run._r, "w:footnoteReference", id=str(numbered[piece]))
    return [(number, by_n[n]) for n, number in numbered.items()]


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


def _note(citation: Citation, number: int, words: _Words) -> str:
    text = escape(f" {' · '.join(_source(citation, words))}: “{_plain(citation.quote)}”", quote=False)
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
