"""Document → Passages. Pure: one passage a part; a long part is cut at sentence ends to fit the embedder."""

from __future__ import annotations

from rag.text import sentences
from rag.types import Document, Passage

#: Characters a token stands for, on the safe side: XLM-R tokens are 3.4 (Vietnamese) to 4.4 (English) long.
CHARS_PER_TOKEN = 3.4
MIN_CHARS = 600
MAX_CHARS = 2400


def max_passage_chars(max_tokens: int) -> int:
    """Give the longest passage, in characters, that an embedder of max_tokens sees whole."""
    return int(min(MAX_CHARS, max(MIN_CHARS, max_tokens * CHARS_PER_TOKEN)))


def split_document(document: Document, *, max_chars: int) -> list[Passage]:
    """Split a report into passages, in text order. document.text[p.start:p.end] == p.text for each."""
    passages = []
    for part in document.parts:
        for start, end in cut_span(document.text, part.start, part.end, max_chars=max_chars):
            passages.append(
                Passage(
                    id=f"{document.id}#{start}-{end}",
                    doc_id=document.id,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                    kind=part.kind,
                    page=part.page,
                    box=part.box,
                )
            )
    return passages


def cut_span(text: str, start: int, end: int, *, max_chars: int) -> list[tuple[int, int]]:
    """Cut text[start:end] into pieces of at most max_chars, at sentence ends, of about equal length.

    A sentence that is longer by itself is cut between words. Blank spans give nothing.
    """
    spans = [(start + a, start + b) for a, b in sentences(text[start:end])]
    if not spans:
        return []
    first, last = spans[0][0], spans[-1][1]
    if last - first <= max_chars:
        return [(first, last)]
    short = [piece for a, b in spans for piece in _cut_words(text, a, b, max_chars)]
    n_pieces = -(-(last - first) // max_chars)
    wanted = (last - first) / n_pieces
    pieces = [short[0]]
    for a, b in short[1:]:
        head = pieces[-1][0]
        fits = b - head <= max_chars
        # Go on while the piece is nearer to the wanted length with this sentence than without it.
        if fits and (b - head) - wanted <= wanted - (pieces[-1][1] - head):
            pieces[-1] = (head, b)
        else:
            pieces.append((a, b))
    return pieces


def _cut_words(text: str, start: int, end: int, max_chars: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > max_chars:
        cut = text.rfind(" ", start + 1, start + max_chars)
        cut = cut if cut > start else start + max_chars
        pieces.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        pieces.append((start, end))
    return pieces
