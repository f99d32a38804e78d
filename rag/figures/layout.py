"""How a paragraph is laid out: its sentences and the ends of its clauses, with offsets. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from rag.text import sentences

Span = tuple[int, int]

# A comma ends a clause only before a blank: the one in 8,65 does not.
_BREAK = re.compile(r"[;:!?()\n]|,(?=\s)|\.(?=\s|$)|\s[-–—]\s(?=\D)")


@dataclass(frozen=True, slots=True)
class Layout:
    """A paragraph with its sentences and clause breaks. lower: the text in lower case, of equal length."""

    text: str
    lower: str
    sentences: tuple[Span, ...]
    breaks: tuple[int, ...]

    def same_clause(self, start: int, end: int) -> bool:
        """Say whether no clause ends in [start, end)."""
        i = bisect_left(self.breaks, start)
        return i == len(self.breaks) or self.breaks[i] >= end

    def clause_start(self, position: int) -> int:
        """Give where the clause of a position begins, behind its break."""
        i = bisect_left(self.breaks, position)
        return self.breaks[i - 1] + 1 if i else 0

    def clause_end(self, position: int) -> int:
        """Give where the clause of a position ends, ahead of its break."""
        i = bisect_left(self.breaks, position)
        return self.breaks[i] if i < len(self.breaks) else len(self.text)

    def sentence_of(self, position: int) -> int:
        """Give the number of the sentence that holds a position."""
        return max(0, bisect_right(self.sentences, (position, len(self.text) + 1)) - 1)


def lay_out(text: str) -> Layout:
    """Cut a paragraph into sentences and find its clause breaks."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    breaks = tuple(match.start() for match in _BREAK.finditer(text))
    return Layout(text, lower, tuple(sentences(text)), breaks)


class Taken:
    """Spans of a text, in any order, for asking which others overlap them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def overlaps(self, start: int, end: int) -> bool:
        """Say whether any of the spans overlaps [start, end)."""
        i = bisect_left(self._starts, end) - 1
        return i >= 0 and self._ends[i] > start


def comparing_lead(ahead: str) -> bool:
    """Say whether the words ahead of a name or period, up to it, only bring in what something is compared with."""
    return _COMPARING.search(ahead) is not None


# Up to what is compared with, no verb of reaching and no comma but that of a number.
_COMPARING = re.compile(
    r"(?<!\w)(?:so(?= (?:với|cùng|năm|tháng|quý|kỳ|đầu|cuối|voi|cung))|(?:cao|thấp|nhiều|ít|lớn|nhỏ|nhanh|chậm"
    r"|tốt) hơn"
    r"|hơn(?!\s*\d)|kém(?!\s*\d)|thay vì|than(?!\s*[\d$])|compared (?:with|to)|versus|vs|against|cao hon"
    r"|thap hon)(?!\w)"
    r"(?:(?!(?<!\w)(?:đạt|là|còn|lên|xuống|thì|dat|la|con|was|were|reached)(?!\w))(?:[^,;]|,(?=\d)))*$"
)
