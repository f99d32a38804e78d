"""A claim that repeats its quote but for a few words: what was changed, put in or left out. Pure.

A small model copies more often than it invents; where nearly every word of a claim stands in its quote in the same
order, one exchanged word is a lie, not another way to say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.answer.gate.figures import same_figure
from rag.answer.gate.sources import Source, Told
from rag.figures import Stated
from rag.text import words

#: A claim repeats its quote if this share of its words stands there in the same order; of so many words at least.
ALIKE = 0.8
_LEAST_WORDS, _MOST_WORDS = 6, 400
#: A change of more words than these is another way to say it.
_MOST_CHANGED = 4

_CLASSES = {
    "up": "tăng cao vượt rose up higher more above lên",
    "down": "giảm thấp hụt fell down lower less below xuống",
    "level": "đạt là bằng chiếm còn was is reached reaching",
    "aim": "phấn đấu mục target targets targeted plan plans aims",
    "open": "ước dự estimated expected forecast",
    "not": "không chưa chẳng not no never",
    "over": "trên hơn over",
    "under": "dưới gần under nearly",
}
_CLASS_OF = {word: name for name, listed in _CLASSES.items() for word in listed.split()}
#: Without them, or with them put in, a sentence says something else.
_TURNING = frozenset({"not", "aim", "open"})
_FAULTS = {"up": "direction", "down": "direction", "level": "role", "aim": "role", "open": "role", "not": "negation",
           "over": "approximation", "under": "approximation"}  # fmt: skip

_Spans = Sequence[tuple[int, int]]


def find_edits(told: Told, source: Source) -> Iterator[str]:
    """Yield what an edit of a repeated quote changed: ``value``, ``role``, ``direction``, ``negation``, ``name`` …"""
    claim, quote = told.text, source.quote
    a, b = list(words(claim)), list(words(quote))
    if not _LEAST_WORDS <= len(a) <= _MOST_WORDS or len(b) > _MOST_WORDS:
        return
    mine, theirs = [claim[x:y].lower() for x, y in a], [quote[x:y].lower() for x, y in b]
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < ALIKE * len(mine):
        return
    found: list[str] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal" or max(i2 - i1, j2 - j1) > _MOST_CHANGED:
            continue
        before, after = set(theirs[j1:j2]), set(mine[i1:i2])
        if tag == "replace" and max(i2 - i1, j2 - j1) <= 2 and _changes_figure(told, source, a[i1:i2], b[j1:j2]):
            found.append("value")
        if tag == "replace" and _is_name(claim, a[i1:i2]) and _has_name(quote, b[j1:j2]):
            found.append("name")
        added = {_CLASS_OF[word] for word in after - before if word in _CLASS_OF}
        taken = {_CLASS_OF[word] for word in before - after if word in _CLASS_OF}
        if tag == "replace" and added and taken and added != taken:
            yield from (_FAULTS[kind] for kind in sorted(added - taken))
        yield from (_FAULTS[kind] for kind in sorted((added ^ taken) & _TURNING) if not _is_moved(kind, mine, theirs))
    # Another name with another figure: another item of the quote, which is compared by itself.
    if set(found) != {"name", "value"}:
        yield from found


def _is_moved(kind: str, mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Say whether words of a kind only stand elsewhere: the same ones in both."""
    ours, others = (sorted(word for word in found if _CLASS_OF.get(word) == kind) for found in (mine, theirs))
    return ours == others


def _changes_figure(told: Told, source: Source, mine: _Spans, theirs: _Spans) -> bool:
    """Say whether the figure or bare number in one place is not that in the other."""
    ours, quoted = _overlapping(told.stated, mine), _overlapping(source.stated, theirs)
    if ours and quoted:
        pairs = zip(ours, quoted, strict=False)
        return len(ours) == len(quoted) and not all(same_figure(x, y, told, source) for x, y in pairs)
    if ours or quoted:
        return False
    numbers = (_numbers(told.text, mine), _numbers(source.quote, theirs))
    return bool(numbers[0] and numbers[1]) and numbers[0] != numbers[1]


def _numbers(text: str, spans: _Spans) -> list[str]:
    return re.findall(r"\d+", text[spans[0][0] : spans[-1][1]])


def _overlapping(figures: Sequence[Stated], spans: _Spans) -> list[Stated]:
    start, end = spans[0][0], spans[-1][1]
    return [f for f in figures if f.quantity.full_start < end and start < f.quantity.end]


def _has_name(text: str, spans: _Spans) -> bool:
    return any(text[a].isupper() for a, _ in spans) and spans[0][0] > 0


def _is_name(text: str, spans: _Spans) -> bool:
    """Say whether words are written as a name: each with a capital, none at the head of the text."""
    return all(text[a].isupper() for a, _ in spans) and spans[0][0] > 0
