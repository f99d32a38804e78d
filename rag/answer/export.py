"""An answer as a Markdown or Word document, with a footnote for every quote. What reports say stays text."""

from __future__ import annotations

import re
from collections.abc import Container

from rag.answer.export_parts import (
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
from rag.answer.export_word import to_docx
from rag.types import Answer, Table

__all__ = ["to_docx", "to_markdown"]

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&^$@])|(?<=[^\W\d_])(\.)(?=\w)|(:)(?=//)|(?<=[^\W\d_])(:)(?=\w)")
_BLOCK = re.compile(r"[-+=!:.]|\d+(?=[.)])")


def to_markdown(answer: Answer) -> str:
    """Write an answer as Markdown with footnotes (``[^1]``)."""
    words = words_of(answer)
    known = {citation.n for citation in answer.citations}
    blocks = [f"# {_escaped(answer.question)}"]
    if answer.rewritten:
        blocks.append(f"**{words.whole}:** {_escaped(answer.rewritten)}")
    if answer.short:
        blocks.append(f"**{words.short}:** {_escaped(answer.short)}")
    if answer.note:
        blocks.append(_escaped(answer.note))
    blocks.append(_text(answer))
    if answer.table and answer.table.columns:
        blocks.append(_table(answer.table, known))
        if answer.table.arithmetic:
            blocks.append(_escaped(answer.table.arithmetic))
    blocks += [_escaped(line) for line in coverage_of(answer, words)]
    if answer.choices:
        blocks.append(f"**{words.readings}:**")
    for i, choice in enumerate(answer.choices, start=1):
        before, behind = choice_parts(choice, words)
        blocks.append(f"{i}. {_escaped(before)}{_reference(choice.citation, known)}{_escaped_inside(behind)}")
    if nearest := nearest_of(answer):
        blocks.append(f"**{words.nearest}:**")
    blocks += [
        f"- {_escaped(' · '.join(source_of_hit(hit, words)))}: “{_escaped(hit.passage.text)}”" for hit in nearest
    ]
    blocks += [
        f"[^{citation.n}]: {_escaped(' · '.join(source_of(citation, words)))}: “{_escaped(citation.quote)}”"
        for citation in answer.citations
    ]
    blocks += ["---", _escaped(footer_of(answer, words))]
    return "\n\n".join(blocks) + "\n"


def _text(answer: Answer) -> str:
    text = ""
    for piece in pieces_of(answer):
        if isinstance(piece, int):
            text += f"[^{piece}]"
        elif text:
            # "[^1](x)" would be a link, "[^1]:" the footnote itself.
            text += ("\\" if piece.startswith(("(", ":")) else "") + _escaped_inside(piece)
        else:
            text = _escaped(piece)
    return text


def _table(table: Table, known: Container[int]) -> str:
    """Write a table with a row a line; a bar within a cell is escaped like all other markup."""
    rows = [[_escaped_inside(plain(name)) for name in table.columns], ["---"] * len(table.columns)]
    rows += [
        [_escaped_inside(plain(cell.text)) + _reference(cell.citation, known) for cell in row] for row in table.rows
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _reference(n: int | None, known: Container[int]) -> str:
    return f"[^{n}]" if n in known else ""


def _escaped(text: str) -> str:
    """Escape a text so that Markdown shows it and nothing of it is markup; on one line."""
    text = _escaped_inside(plain(text))
    opening = _BLOCK.match(text)
    if opening is None:
        return text
    at = opening.end() if text[0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def _escaped_inside(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)
