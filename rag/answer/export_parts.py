"""What an exported answer is made of, in words of its language and on one line each, before any markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Answer, Choice, Citation, Hit

#: An abstention shows so many of the passages that came nearest.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the export itself, in one language."""

    whole: str
    short: str
    page: str
    characters: str
    nearest: str
    instead: str
    readings: str
    ask: str
    coverage: str
    silent: str
    snapshot: str
    embedder: str
    generator: str
    checked: str
    unchecked: str
    nothing: str


_VIETNAMESE = Words(
    whole="Câu hỏi đầy đủ",
    short="Trả lời ngắn",
    page="trang",
    characters="ký tự",
    nearest="Những đoạn gần nhất, không trả lời câu hỏi",
    instead="Các báo cáo nêu thay vào đó",
    readings="Câu hỏi có thể hiểu theo các cách sau",
    ask="hỏi",
    coverage="{stating}/{reports} báo cáo nêu số liệu",
    silent="Không nêu",
    snapshot="Bản chỉ mục",
    embedder="bộ nhúng",
    generator="soạn bởi",
    checked="mọi trích dẫn đã được đối chiếu nguyên văn",
    unchecked="có trích dẫn chưa đối chiếu được",
    nothing="không có trích dẫn",
)
_ENGLISH = Words(
    whole="Whole question",
    short="Short answer",
    page="page",
    characters="characters",
    nearest="Nearest passages, which do not answer the question",
    instead="What the reports say instead",
    readings="The question can be read in these ways",
    ask="ask",
    coverage="{stating} of {reports} reports state it",
    silent="They do not say",
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


def words_of(answer: Answer) -> Words:
    return _ENGLISH if answer.understood.language == "en" else _VIETNAMESE


def plain(text: str) -> str:
    """Put a text on one line, without what is not seen."""
    return " ".join(_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text)).split())


def _where(doc_id: str, page: int | None, start: int, end: int, words: Words) -> list[str]:
    return [doc_id, *([f"{words.page} {page}"] if page else []), f"{words.characters} [{start}, {end})"]


def source_of(citation: Citation, words: Words) -> list[str]:
    """List what a footnote says of its quote: how the report is called, which it is, and where in it."""
    named = [citation.label] if citation.label else []
    where = _where(citation.doc_id, citation.page, citation.start, citation.end, words)
    return [plain(part) for part in (*named, citation.title, *where)]


def source_of_hit(hit: Hit, words: Words) -> list[str]:
    passage = hit.passage
    where = _where(passage.doc_id, passage.page, passage.start, passage.end, words)
    return [plain(part) for part in (hit.context.title, *where)]


def footer_of(answer: Answer, words: Words) -> str:
    quotes = words.nothing
    if answer.citations:
        quotes = words.checked if all(citation.verified for citation in answer.citations) else words.unchecked
    return plain(
        f"{words.snapshot} {answer.snapshot or '–'} · {words.embedder} {answer.embedder or '–'} · "
        f"{words.generator} {answer.generator} · {quotes}"
    )


def pieces_of(answer: Answer) -> Iterator[str | int]:
    """Yield the answer's text and, as numbers, its markers.

    A citation without a marker is marked at the end, unless a cell or a choice carries it.
    """
    cited = {citation.n for citation in answer.citations}
    cells = [cell for row in answer.table.rows for cell in row] if answer.table else []
    seen = {cell.citation for cell in cells} | {choice.citation for choice in answer.choices}
    position = 0
    for match in _MARKER.finditer(answer.text):
        n = int(match[1])
        if n in cited:
            yield _spaced(answer.text[position : match.start()], begun=position > 0)
            yield n
            seen.add(n)
            position = match.end()
    yield _spaced(answer.text[position:], begun=position > 0)
    yield from sorted(n for n in cited if n not in seen)


def _spaced(text: str, *, begun: bool) -> str:
    """Put a piece of a text on one line; behind another piece it keeps a blank before it."""
    one_line = plain(text)
    return f" {one_line}" if one_line and begun and text[0].isspace() else one_line


def coverage_of(answer: Answer, words: Words) -> list[str]:
    """List what is said of the reports a table was made from: how many state it, and which do not."""
    coverage = answer.coverage
    if coverage is None:
        return []
    counted = words.coverage.format(stating=coverage.n_stating, reports=coverage.n_reports)
    silent = [f"{words.silent}: {'; '.join(coverage.silent)}"] if coverage.silent else []
    return [plain(line) for line in (coverage.text or counted, *silent)]


def choice_parts(choice: Choice, words: Words) -> tuple[str, str]:
    """Give what stands before and behind the footnote of a choice."""
    return plain(f"{choice.label}: {choice.short}"), f" ({words.ask}: {plain(choice.question)})"


def nearest_of(answer: Answer) -> list[Hit]:
    """List the passages an abstention shows: the first that it does not cite."""
    if not answer.abstained:
        return []
    cited = {citation.passage_id for citation in answer.citations}
    return [hit for hit in answer.evidence if hit.passage.id not in cited][:NEAREST]
