"""An answer cut into claims: the words that one marker ``[n]`` or several together stand for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text import sentences

_MARKERS = re.compile(r"\s*\[\d+(?:\s*[,;]\s*\d+)*\](?:\s*,?\s*\[\d+(?:\s*[,;]\s*\d+)*\])*")
_DIGITS = re.compile(r"\d+")
_LEADING = re.compile(r"[\s,.;:–-]+")
_JOINING = re.compile(r"(?:và|còn|trong khi(?: đó)?|nhưng|and|while|but|whereas)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause or sentence of an answer with what it cites.

    text: without markers. cited: numbers in its markers, or those of the claim before it in its sentence where it has
    none of its own. start, end: in the answer, markers included. sentence: which one, from 0. apart: it stands on its
    own, as the first of its sentence or behind a semicolon; what else follows a claim needs it to be understood.
    """

    text: str
    cited: tuple[int, ...]
    start: int
    end: int
    sentence: int
    apart: bool


def split_claims(text: str) -> list[Claim]:
    """Cut an answer into its claims, in order; together they hold every word of it."""
    return [claim for n, span in enumerate(_sentences(text)) for claim in _split_sentence(text, *span, n)]


def strip_markers(text: str) -> str:
    """Take every ``[n]`` off a text."""
    return _MARKERS.sub("", text)


def join_claims(text: str, claims: Sequence[Claim], kept: Sequence[bool]) -> str:
    """Write the answer anew with the claims that are kept; what depends on one that is not goes with it."""
    lines: list[str] = []
    last_end = 0
    for run in _by_sentence(claims, kept):
        written = _write_sentence(text, run)
        if not written:
            continue
        new_line = "\n" in text[last_end : run[0][0].start] or not lines
        lines.append(("\n" if new_line and lines else " " if lines else "") + written)
        last_end = run[-1][0].end
    return "".join(lines)


def _by_sentence(claims: Sequence[Claim], kept: Sequence[bool]) -> Iterator[list[tuple[Claim, bool]]]:
    run: list[tuple[Claim, bool]] = []
    for claim, stays in zip(claims, kept, strict=True):
        if run and run[-1][0].sentence != claim.sentence:
            yield run
            run = []
        run.append((claim, stays))
    if run:
        yield run


def _write_sentence(text: str, run: Sequence[tuple[Claim, bool]]) -> str:
    if all(stays for _, stays in run):
        return text[run[0][0].start : run[-1][0].end].strip()
    pieces: list[str] = []
    stays = False
    for claim, passed in run:
        # Behind a claim that fell, only what stands on its own remains.
        stays = passed and (stays or claim.apart)
        if stays and _WORD.search(claim.text):
            pieces.append(text[claim.start : claim.end])
    written = "".join(pieces).strip()
    if not written:
        return ""
    lead = _LEADING.match(written)
    written = written[lead.end() :] if lead else written
    joined = _JOINING.match(written)
    written = written[joined.end() :] if joined else written
    return written[0].upper() + written[1:].rstrip(" ,;:") + ("" if written.endswith((".", "!", "?")) else ".")


def _sentences(text: str) -> list[tuple[int, int]]:
    """Give the spans of the sentences; a marker behind a full stop belongs to the sentence before it."""
    spans: list[tuple[int, int]] = []
    line_start = 0
    for line in text.split("\n"):
        for a, b in sentences(line):
            start, end = line_start + a, line_start + b
            markers = _MARKERS.match(text, start, end)
            if markers and spans and spans[-1][1] > line_start:
                spans[-1] = (spans[-1][0], markers.end())
                start = markers.end()
                start += len(text[start:end]) - len(text[start:end].lstrip(" .,;"))
            if start < end:
                spans.append((start, end))
        line_start += len(line) + 1
    return spans


def _split_sentence(text: str, start: int, end: int, sentence: int) -> Iterator[Claim]:
    position, apart = start, True
    cited: tuple[int, ...] = ()
    for markers in _MARKERS.finditer(text, start, end):
        cited = tuple(dict.fromkeys(int(n) for n in _DIGITS.findall(markers.group())))
        words = text[position : markers.start()]
        yield Claim(words.strip(" ,;"), cited, position, markers.end(), sentence, apart or words.lstrip()[:1] == ";")
        position, apart = markers.end(), False
    rest = text[position:end]
    if _WORD.search(rest):
        yield Claim(rest.strip(" ,;"), cited, position, end, sentence, apart or rest.lstrip()[:1] == ";")
    elif rest and position > start:
        # The full stop alone: it goes with what stands before it.
        yield Claim("", cited, position, end, sentence, apart=False)
