"""Abbreviations and synonyms of reports: added to a question, and told from names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise

from rag.glossary.lines import TERMS, Key, Kind, alternatives, read_lines, spell, vietnamese_keys
from rag.text import fold, is_accented, is_syllable, words

_TIE = re.compile(r"\s?[-–&/.]\s?")
# Shorter ones stand for too many things to be added to a question.
_SHORT_BUT_CLEAR = frozenset({"TP", "TX", "TW"})


class _Phrases(dict[Key, list[str]]):
    """Phrases by their words. longest: how many words the longest entry has that begins with a word."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[str, int] = {}

    def put(self, key: Key, phrases: Iterable[str]) -> None:
        self.setdefault(key, []).extend(phrases)
        self.longest[key[0]] = max(self.longest.get(key[0], 0), len(key))

    def find(self, keys: list[str]) -> Iterator[str]:
        """Yield what stands for the words in a row, the longest entry at each place, none inside another."""
        for _, _, found in self.locate(keys):
            yield from found

    def locate(self, keys: list[str]) -> Iterator[tuple[int, int, list[str]]]:
        """Yield the same with where each entry begins and how many words it has."""
        i = 0
        while i < len(keys):
            for n in range(min(self.longest.get(keys[i], 0), len(keys) - i), 0, -1):
                found = self.get(tuple(keys[i : i + n]))
                if found is not None:
                    yield i, n, found
                    i += n
                    break
            else:
                i += 1


def expand_abbreviations(text: str) -> list[str]:
    """List what the abbreviations of a text stand for, and the abbreviations of what it writes out.

    ``UBND huyện`` gives ``ủy ban nhân dân``; ``thu nhap cua hop tac xa`` gives ``HTX``.
    """
    abbreviations = _abbreviations()
    added: list[str] = []
    spans = list(words(text))
    folded = [fold(text[start:end]) for start, end in spans]
    for n in (2, 1):
        for i in range(len(spans) - n + 1):
            if tuple(folded[i : i + n]) in abbreviations:
                added += _expand_at(text, spans[i : i + n], abbreviations)
    accented = is_accented(text)
    found = _expansions(accented=accented).find(_keys(text, accented))
    return _unique([*added, *(a for a in found if len(a) > 2 or a in _SHORT_BUT_CLEAR)])


def find_synonyms(text: str) -> list[str]:
    """List Vietnamese phrases that reports use for the same as one in a text: ``lãi`` gives ``lợi nhuận``."""
    accented = is_accented(text)
    return _unique(_synonyms(accented=accented).find(_keys(text, accented)))


def synonym_groups(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """List phrases of a text that reports also say otherwise, each with the other ways: ``lãi``, ``(lợi nhuận,)``.

    Abbreviations count: ``NSNN``, ``(ngân sách nhà nước,)``. The phrases stand as in the text, in order.
    """
    accented = is_accented(text)
    spans = list(words(text))
    keys = _keys(text, accented)
    found: dict[str, list[str]] = {}
    for phrases in (_synonyms(accented=accented), _expansions(accented=accented)):
        for i, n, others in phrases.locate(keys):
            found.setdefault(text[spans[i][0] : spans[i + n - 1][1]], []).extend(others)
    abbreviations = _abbreviations()
    folded = [fold(text[start:end]) for start, end in spans]
    for n in (2, 1):
        for i in range(len(spans) - n + 1):
            if tuple(folded[i : i + n]) in abbreviations and (
                others := _expand_at(text, spans[i : i + n], abbreviations)
            ):
                found.setdefault(text[spans[i][0] : spans[i + n - 1][1]], []).extend(others)
    return [(phrase, tuple(_unique(others))) for phrase, others in found.items()]


def is_abbreviation(written: str) -> bool:
    """Say whether capitals abbreviate a common term: ``UBND``, ``GD-ĐT``, ``HDQT``; ``HCM`` stands for a name."""
    entry = _abbreviations().get(tuple(fold(written[start:end]) for start, end in words(written)))
    return entry is not None and written.upper() == written and all(phrase.islower() for phrase in entry[1])


def belong_together(first: str, second: str, *, accented: bool = True) -> bool:
    """Say whether two syllables stand side by side in a term: ``kế hoạch``, ``xã hội``, ``giao thông``."""
    key = spell if accented else fold
    return (key(first), key(second)) in _pairs(accented=accented)


@lru_cache(maxsize=1)
def _abbreviations() -> dict[Key, tuple[str, list[str]]]:
    """Give each abbreviation as it is written and what it stands for, by its folded words."""
    lines = read_lines(TERMS)[Kind.ABBR]
    keys = vietnamese_keys((written for written, _ in lines), accented=False)
    return {key: (written, alternatives(right)) for (written, right), (key,) in zip(lines, keys, strict=True)}


@lru_cache(maxsize=2)
def _expansions(*, accented: bool) -> _Phrases:
    lines = read_lines(TERMS)[Kind.ABBR]
    columns = vietnamese_keys((right for _, right in lines), accented=accented)
    phrases = _Phrases()
    for (written, _), keys in zip(lines, columns, strict=True):
        for key in keys:
            phrases.put(key, (written,))
    return phrases


@lru_cache(maxsize=2)
def _synonyms(*, accented: bool) -> _Phrases:
    columns = [line[0] for line in read_lines(TERMS)[Kind.SAME]]
    phrases = _Phrases()
    for column, keys in zip(columns, vietnamese_keys(columns, accented=accented), strict=True):
        same = alternatives(column)
        for phrase, key in zip(same, keys, strict=True):
            # Without accents a single syllable is too many words at once.
            if accented or len(key) > 1:
                phrases.put(key, (other for other in same if other != phrase))
    return phrases


@lru_cache(maxsize=2)
def _pairs(*, accented: bool) -> frozenset[Key]:
    """Collect the syllables that stand side by side in the Vietnamese of a term or abbreviation."""
    lines = read_lines(TERMS)
    columns = [*(left for left, _ in lines[Kind.TERM]), *(right for _, right in lines[Kind.ABBR])]
    keys = vietnamese_keys(columns, accented=accented)
    return frozenset(chain.from_iterable(pairwise(key) for phrases in keys for key in phrases))


def _expand_at(text: str, spans: list[tuple[int, int]], known: dict[Key, tuple[str, list[str]]]) -> list[str]:
    """Give the expansions of the abbreviation made of one or two words: ``HTX``, ``KT-XH``, ``NN&PTNT``."""
    start, end = spans[0][0], spans[-1][1]
    abbreviation, phrases = known[tuple(fold(text[a:b]) for a, b in spans)]
    if len(spans) == 2 and not _TIE.fullmatch(text, spans[0][1], spans[1][0]):
        return []
    written = text[start:end]
    if written.upper() == written or written == abbreviation:
        return phrases
    clear = len(written) > 2 or abbreviation in _SHORT_BUT_CLEAR
    # A lower-case token that can be a Vietnamese syllable is no abbreviation: "bot", "tha".
    return phrases if clear and not is_syllable(written) else []


def _keys(text: str, accented: bool) -> list[str]:
    key = spell if accented else fold
    return [key(text[start:end]) for start, end in words(text)]


def _unique(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(phrases))
