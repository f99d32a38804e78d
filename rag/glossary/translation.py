"""The known terms of a question in the other language, English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.glossary.inflection import Readings, read_word
from rag.glossary.lines import TERMS, WORDS, Key, Kind, alternatives, english_keys, read_lines, spell, vietnamese_keys
from rag.text import fold, guess_language, is_accented, words

#: Words that carry no matter, standing alone; within a term they count.
_ENGLISH_STOPS = frozenset(
    """a about above across after again against all also although always am among an and another any anyone anything
    are as at be because been before being below between both but by can cannot could did do does doing done during
    each either else ever every everyone everything for from further had has have having he her here hers him his how
    however i if in into is it its itself just least less let many may me might more most much must my neither
    never no none nor not of off often on once one only onto or other others otherwise our ours per rather same shall
    she should since so some someone something such than that the their theirs them then there therefore these they
    this those though through thus to together too toward towards under until unless upon us very via was we were what
    whatever when whenever where whereas wherever whether which whichever while who whoever whom whose why will with
    within without would yes yet you your yours""".split()
)
_VIETNAMESE_STOPS = frozenset(
    """ai bao bị bởi các cái cho chỉ chưa có cũng của cùng do đã đang đâu đây để đến đều đi đó được gì hay hơn không
    là làm lại lên mà mấy mỗi một này nào nên nếu nhất như nhưng những ở ra rất rồi sao sau sẽ tại theo thì trên trong
    trước từ và vào vẫn về vì với""".split()
)


@dataclass(frozen=True, slots=True)
class TermGroup:
    """One known term of a question. source: its words there; alternatives: translations, the commonest first.

    general: whether it is a common word only, not a term of reports. To a search the alternatives of a group are
    one term. Source: Pirkola, SIGIR 1998 (structured queries).
    """

    source: str
    alternatives: tuple[str, ...]
    general: bool


@dataclass(frozen=True, slots=True)
class _Table:
    """One file in one direction. lines: those that hold a phrase, by its words, with its place among their
    alternatives; longer: phrases of many words by their first."""

    columns: Sequence[str]
    lines: dict[Key, list[tuple[int, int]]] = field(default_factory=dict)
    longer: dict[str, list[Key]] = field(default_factory=dict)

    def longest(self, read: Sequence[Readings]) -> list[Key]:
        """List the longest phrases with which a row of words may begin, the likeliest first."""
        found: list[Key] = []
        for first in read[0].all:
            for key in self.longer.get(first, ()):
                n = len(found[0]) if found else 0
                if n <= len(key) <= len(read) and all(w in r.all for w, r in zip(key, read, strict=False)):
                    found = [*found, key] if n == len(key) else [key]
        if found:
            return found
        sure: list[Key] = [(word,) for word in read[0].sure if (word,) in self.lines]
        guessed: list[Key] = [(word,) for word in read[0].guessed if (word,) in self.lines]
        return sure or guessed[:1]

    def translate(self, keys: Iterable[Key]) -> list[str]:
        """List the other side of the lines that hold phrases, first of those where a phrase stands first."""
        lines = [line for key in keys for _, line in sorted(self.lines[key])]
        return [phrase for line in lines for phrase in alternatives(self.columns[line])]


def translate_terms(question: str, *, language: str | None = None) -> list[str]:
    """Translate the terms of reports in a question, longest first at each place: English to Vietnamese and back.

    language: of the question, guessed if None. Every alternative is listed, the commonest first. Single
    syllables typed without accents are ambiguous and left out.
    """
    groups = _groups(question, (TERMS,), language or guess_language(question))
    return list(dict.fromkeys(phrase for group in groups for phrase in group.alternatives))


def translate_groups(question: str, *, language: str | None = None) -> list[TermGroup]:
    """Translate the terms and the common words of a question, one group for each place, in its order.

    The longest entry at each place wins; of two as long the term of reports goes first and both count. language:
    of the question, guessed if None.
    """
    return list(_groups(question, (TERMS, WORDS), language or guess_language(question)))


def _groups(question: str, names: Sequence[str], language: str) -> Iterator[TermGroup]:
    english = language == "en"
    accented = not english and is_accented(question)
    tables = [_load(name, english=english, accented=accented) for name in names]
    spans = _words(question, english)
    read = [_read(question[start:end], english, accented) for start, end in spans]
    stops = _ENGLISH_STOPS if english else _VIETNAMESE_STOPS
    i = 0
    while i < len(spans):
        found = [table.longest(read[i:]) for table in tables]
        n = max(len(keys[0]) if keys else 0 for keys in found)
        if n == 0 or (n == 1 and question[slice(*spans[i])].lower() in stops):
            i += 1
            continue
        chosen = [(t, keys) for t, keys in enumerate(found) if keys and len(keys[0]) == n]
        translated = dict.fromkeys(phrase for t, keys in chosen for phrase in tables[t].translate(keys))
        source = question[spans[i][0] : spans[i + n - 1][1]]
        yield TermGroup(source, tuple(translated), general=names[chosen[0][0]] == WORDS)
        i += n


def _words(question: str, english: bool) -> list[tuple[int, int]]:
    """Give the spans of the words; the ``s`` of a possessive is none."""
    spans = list(words(question))
    if not english:
        return spans
    return [(a, b) for a, b in spans if not (question[a:b].lower() == "s" and question[a - 1 : a] in ("'", "’"))]


def _read(word: str, english: bool, accented: bool) -> Readings:
    if english:
        return read_word(word.lower())
    return Readings((spell(word) if accented else fold(word),))


@lru_cache(maxsize=6)
def _load(name: str, *, english: bool, accented: bool) -> _Table:
    """Build one file's table, from English or from Vietnamese, with or without accents."""
    lines = read_lines(name)[Kind.TERM]
    lefts, rights = [left for left, _ in lines], [right for _, right in lines]
    keys = english_keys(rights) if english else vietnamese_keys(lefts, accented=accented)
    table = _Table(lefts if english else rights)
    for line, phrases in enumerate(keys):
        for place, key in enumerate(phrases):
            if key in table.lines:
                table.lines[key].append((place, line))
            elif english or accented or len(key) > 1:
                table.lines[key] = [(place, line)]
                if len(key) > 1:
                    table.longer.setdefault(key[0], []).append(key)
    return table
