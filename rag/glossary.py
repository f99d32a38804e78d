"""Abbreviations and bilingual terms of administration and business, read from glossary.tsv beside this file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from rag.text import fold, guess_language, is_accented, syllable_key, words

_Key = tuple[str, ...]

_ALTERNATIVES = re.compile(r";\s*")
_TIE = re.compile(r"\s?[-–&/.]\s?")
# A lower-case token that can be a Vietnamese syllable is no abbreviation: "bot", "tha".
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)
# Shorter ones stand for too many things to be added to a question.
_SHORT_BUT_CLEAR = frozenset({"TP", "TX", "TW"})


class _Entries(dict[_Key, tuple[str, ...]]):
    """Phrases by their words. longest: how many words the longest entry has that begins with a word."""

    def __init__(self) -> None:
        super().__init__()
        self.longest: dict[str, int] = {}

    def add(self, key: _Key, phrases: Iterable[str]) -> None:
        self[key] = tuple(_unique((*self.get(key, ()), *phrases)))
        self.longest[key[0]] = max(self.longest.get(key[0], 0), len(key))


@dataclass(frozen=True, slots=True)
class _Glossary:
    """Every entry by its key. pairs: syllables that stand side by side in a Vietnamese entry."""

    abbreviations: dict[_Key, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    expansions: _Entries = field(default_factory=_Entries)
    folded_expansions: _Entries = field(default_factory=_Entries)
    vietnamese: _Entries = field(default_factory=_Entries)
    folded_vietnamese: _Entries = field(default_factory=_Entries)
    english: _Entries = field(default_factory=_Entries)
    pairs: set[_Key] = field(default_factory=set)
    folded_pairs: set[_Key] = field(default_factory=set)
    same: _Entries = field(default_factory=_Entries)
    folded_same: _Entries = field(default_factory=_Entries)


def expand_abbreviations(text: str) -> list[str]:
    """List what the abbreviations of a text stand for, and the abbreviations of what it writes out.

    ``UBND huyện`` gives ``ủy ban nhân dân``; ``thu nhap cua hop tac xa`` gives ``HTX``.
    """
    glossary = _load()
    added: list[str] = []
    spans = list(words(text))
    folded = [fold(text[start:end]) for start, end in spans]
    for n in (2, 1):
        for i in range(len(spans) - n + 1):
            if tuple(folded[i : i + n]) in glossary.abbreviations:
                added += _expand_at(text, spans[i : i + n], glossary)
    accented = is_accented(text)
    phrases = glossary.expansions if accented else glossary.folded_expansions
    keys = [syllable_key(word) if accented else fold(word) for word in _words(text)]
    for abbreviations in _longest_matches(keys, phrases):
        added += [a for a in abbreviations if len(a) > 2 or a in _SHORT_BUT_CLEAR]
    return _unique(added)


def find_synonyms(text: str) -> list[str]:
    """List Vietnamese phrases that reports use for the same as one in a text: ``lãi`` gives ``lợi nhuận``."""
    glossary = _load()
    accented = is_accented(text)
    keys = [syllable_key(word) if accented else fold(word) for word in _words(text)]
    matches = _longest_matches(keys, glossary.same if accented else glossary.folded_same)
    return _unique(phrase for phrases in matches for phrase in phrases)


def is_abbreviation(written: str) -> bool:
    """Say whether capitals abbreviate a common term: ``UBND``, ``GD-ĐT``, ``HDQT``; ``HCM`` stands for a name."""
    entry = _load().abbreviations.get(_key(written, fold))
    return entry is not None and written.upper() == written and all(phrase.islower() for phrase in entry[1])


def is_syllable(word: str) -> bool:
    """Say whether a word is spelt like one Vietnamese syllable: ``Huế``, ``bot``, but not ``BIDV`` or ``Masan``."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def belong_together(first: str, second: str, *, accented: bool = True) -> bool:
    """Say whether two syllables stand side by side in a term: ``kế hoạch``, ``xã hội``, ``giao thông``."""
    glossary = _load()
    if accented:
        return (syllable_key(first), syllable_key(second)) in glossary.pairs
    return (fold(first), fold(second)) in glossary.folded_pairs


def translate_terms(question: str, *, language: str | None = None) -> list[str]:
    """Translate the known terms of a question, longest first at each place: English to Vietnamese and back.

    language: of the question, guessed if None. Every alternative is listed, the commonest first. Single
    syllables typed without accents are ambiguous and left out.
    """
    glossary = _load()
    if (language or guess_language(question)) == "en":
        keys = [_english_key(word) for word in _words(question)]
        return _unique(phrase for phrases in _longest_matches(keys, glossary.english) for phrase in phrases)
    if is_accented(question):
        keys = [syllable_key(word) for word in _words(question)]
        return _unique(phrase for phrases in _longest_matches(keys, glossary.vietnamese) for phrase in phrases)
    keys = [fold(word) for word in _words(question)]
    return _unique(phrase for phrases in _longest_matches(keys, glossary.folded_vietnamese) for phrase in phrases)


@lru_cache(maxsize=1)
def _load() -> _Glossary:
    """Read glossary.tsv once."""
    glossary = _Glossary()
    for line in files("rag").joinpath("glossary.tsv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, left, right = (*line.split("\t"), "")[:3]
        if kind == "abbr":
            phrases = tuple(_ALTERNATIVES.split(right))
            glossary.abbreviations[_key(left, fold)] = (left, phrases)
            for phrase in phrases:
                glossary.expansions.add(_key(phrase, syllable_key), (left,))
                glossary.folded_expansions.add(_key(phrase, fold), (left,))
                _add_pairs(glossary, phrase)
        elif kind == "same":
            _add_same(glossary, tuple(_ALTERNATIVES.split(left)))
        else:
            vietnamese, english = tuple(_ALTERNATIVES.split(left)), tuple(_ALTERNATIVES.split(right))
            for phrase in vietnamese:
                glossary.vietnamese.add(_key(phrase, syllable_key), english)
                if len(folded := _key(phrase, fold)) > 1:
                    glossary.folded_vietnamese.add(folded, english)
                _add_pairs(glossary, phrase)
            for phrase in english:
                glossary.english.add(_key(phrase, _english_key), vietnamese)
    return glossary


def _add_same(glossary: _Glossary, phrases: tuple[str, ...]) -> None:
    for phrase in phrases:
        others = tuple(other for other in phrases if other != phrase)
        glossary.same.add(_key(phrase, syllable_key), others)
        # Without accents a single syllable is too many words at once.
        if len(folded := _key(phrase, fold)) > 1:
            glossary.folded_same.add(folded, others)


def _expand_at(text: str, spans: list[tuple[int, int]], glossary: _Glossary) -> tuple[str, ...]:
    """Give the expansions of the abbreviation made of one or two words: ``HTX``, ``KT-XH``, ``NN&PTNT``."""
    start, end = spans[0][0], spans[-1][1]
    entry = glossary.abbreviations.get(tuple(fold(text[a:b]) for a, b in spans))
    if entry is None or (len(spans) == 2 and not _TIE.fullmatch(text, spans[0][1], spans[1][0])):
        return ()
    written = text[start:end]
    if written.upper() == written or written == entry[0]:
        return entry[1]
    clear = len(written) > 2 or entry[0] in _SHORT_BUT_CLEAR
    return entry[1] if clear and not is_syllable(written) else ()


def _longest_matches(keys: list[str], entries: _Entries) -> Iterator[tuple[str, ...]]:
    """Yield the entries whose keys stand in a row, the longest at each place, none inside another."""
    i = 0
    while i < len(keys):
        for n in range(min(entries.longest.get(keys[i], 0), len(keys) - i), 0, -1):
            found = entries.get(tuple(keys[i : i + n]))
            if found is not None:
                yield found
                i += n
                break
        else:
            i += 1


def _words(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


def _key(phrase: str, key: Callable[[str], str]) -> _Key:
    return tuple(key(word) for word in _words(phrase))


def _add_pairs(glossary: _Glossary, phrase: str) -> None:
    for key, pairs in ((syllable_key, glossary.pairs), (fold, glossary.folded_pairs)):
        keys = _key(phrase, key)
        pairs.update(pairwise(keys))


def _english_key(word: str) -> str:
    """Lower-case, singular: ``households`` and ``household`` are one."""
    word = word.lower()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        return word[:-1]
    return word


def _unique(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(phrases))
