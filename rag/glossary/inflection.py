"""English inflections and spellings: the words under which a word of a question may stand in a list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.glossary.lines import TERMS, Kind, alternatives, read_lines

_VOWELS = "aeiou"
# Only these are compared: "corner" and "forest" are no degrees of "corn" and "for".
_GRADABLE = frozenset(
    """big bright broad busy cheap clean clear close cold cool dark deep dense dry early easy fair fast few fine firm
    flat fresh great hard happy healthy heavy high hot humid large late lengthy light long low loud mild narrow near
    new noisy old poor pretty quick quiet rapid rare rich rough safe severe sharp short simple slow small smart smooth
    soft strict strong sweet tall thick thin tight tough warm weak wealthy wet white wide wild wise young""".split()
)
#: British and American endings, each read both ways.
_SPELLINGS = tuple(
    (re.compile(pattern), wanted)
    for pattern, wanted in (
        (r"(?<=..i)z(?=e$|ed$|es$|er$|ing$|ation$|ations$)", "s"),
        (r"(?<=..i)s(?=e$|ed$|es$|er$|ing$|ation$|ations$)", "z"),
        (r"(?<=[lr]y)z(?=e|ing)", "s"),
        (r"(?<=[lr]y)s(?=e|ing)", "z"),
        (r"(?<=...)our(?=$|s$|ed$|ing$|er$|ers$|able$|ite$|hood$)", "or"),
        (r"(?<=[a-z]{3})(?<!o)or(?=$|s$|ed$|ing$|er$|ers$|able$|ite$|hood$)", "our"),
        (r"(?<=[bt])re(?=$|s$)", "er"),
        (r"(?<=[bt])er(?=$|s$)", "re"),
        (r"(?<=.)ogue(?=$|s$)", "og"),
        (r"(?<=..)og(?=$|s$)", "ogue"),
        (r"(?<=.)ll(?=ed$|ing$|er$|ers$)", "l"),
        (r"(?<=..[aeiou])l(?=ed$|ing$|er$|ers$)", "ll"),
        (r"ae|oe", "e"),
    )
)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a word may be read as. sure: itself, its other spelling, what it is a verb form or irregular form of;
    guessed: a singular, a positive, an adjective, taken only where the sure ones are unknown."""

    sure: tuple[str, ...]
    guessed: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """The sure and the guessed."""
        return self.sure + self.guessed


@lru_cache(maxsize=4096)
def read_word(word: str) -> Readings:
    """List what an English word, lower case, may be a form of: ``studied`` of ``study``, ``men`` of ``man``."""
    irregular = _irregular().get(word, ())
    sure = _spelt((word, *irregular, *_verbs(word)))
    return Readings(sure, tuple(w for w in _spelt(_regular(word)) if w not in sure))


@lru_cache(maxsize=1)
def _irregular() -> dict[str, list[str]]:
    """Give the words by their irregular forms, and the irregular forms by their words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, column in read_lines(TERMS)[Kind.FORM]:
        for form in alternatives(column):
            found[form].append(word)
            found[word].append(form)
    return dict(found)


def _spelt(words: Iterable[str]) -> tuple[str, ...]:
    """Add the other spelling of each word behind it."""
    found: list[str] = []
    for word in words:
        found.append(word)
        if len(word) > 4:
            found += (pattern.sub(wanted, word) for pattern, wanted in _SPELLINGS)
    return tuple(dict.fromkeys(found))


def _verbs(word: str) -> Iterator[str]:
    """Yield the verbs that a form in -ed or -ing may belong to."""
    if word.endswith("ied"):
        yield word[:-3] + "y"
        yield word[:-1]
    elif word.endswith("ed") and len(word) > 3:
        yield word[:-2]
        yield word[:-1]
        yield from _undoubled(word[:-2])
    elif word.endswith("ing") and len(word) > 5:
        yield word[:-3]
        yield word[:-3] + "e"
        yield from _undoubled(word[:-3])


def _regular(word: str) -> Iterator[str]:
    """Yield what a form in -s, -er, -est or -ly may belong to."""
    if word.endswith("s") and len(word) > 3 and word[-2] not in "su":
        if word.endswith("ies") and len(word) > 4:
            yield word[:-3] + "y"
        if word.endswith("ves"):
            yield word[:-3] + "f"
            yield word[:-3] + "fe"
        yield word[:-1]
        if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            yield word[:-2]
    for ending in ("est", "er"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            positives = (stem, stem + "e", *_undoubled(stem), stem[:-1] + "y" if stem.endswith("i") else stem)
            yield from (positive for positive in positives if positive in _GRADABLE)
    if word.endswith("ly") and len(word) > 5:
        if word.endswith("ily"):
            yield word[:-3] + "y"
        if word.endswith("ically"):
            yield word[:-4]
        if word.endswith("bly"):
            yield word[:-1] + "e"
        yield word[:-2]


def _undoubled(stem: str) -> Iterator[str]:
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        yield stem[:-1]
