"""The lines of glossary.tsv and vocabulary.tsv, and the keys under which their phrases are looked up.

A whole column is brought into the form of its keys at once: thousands of phrases one by one would cost every
question a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from unicodedata import normalize

from rag.text import fold

Key = tuple[str, ...]

TERMS, WORDS = "glossary.tsv", "vocabulary.tsv"

_ALTERNATIVES = re.compile(r";\s*")
# Old and new place of the tone mark in an open syllable; in a closed one ("hoàn", "thủyết") there is but one.
_TONE_PLACES = tuple(
    (new, old)
    for news, olds in (("òa óa ỏa õa ọa", "oà oá oả oã oạ"), ("òe óe ỏe õe ọe", "oè oé oẻ oẽ oẹ"),
                       ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ"))
    for new, old in zip(news.split(), olds.split(), strict=True)
)  # fmt: skip
_MARKS = tuple((mark, " ") for mark in (", ", "-", "–", "/", "&", "'", "’"))
_POSSESSIVES = (("'s ", " "), ("'s;", ";"), ("'s\n", "\n"))
_JOINED = re.compile(r"\d(?=[^\W\d_])")


class Kind(StrEnum):
    """What a line holds: an abbreviation, Vietnamese synonyms, a term with its English, English inflections."""

    ABBR = "abbr"
    SAME = "same"
    TERM = "term"
    FORM = "form"


@lru_cache(maxsize=2)
def read_lines(name: str) -> dict[Kind, list[Sequence[str]]]:
    """Read one of the two files once: the columns of its lines by kind."""
    found: dict[str, list[Sequence[str]]] = {kind.value: [] for kind in Kind}
    for line in files("rag").joinpath(name).read_text(encoding="utf-8").split("\n"):
        if line and line[0] != "#":
            kind, *columns = line.split("\t")
            found[kind].append(columns)
    return {kind: found[kind.value] for kind in Kind}


def alternatives(column: str) -> list[str]:
    """List the alternatives of a column, the commonest first."""
    return _ALTERNATIVES.split(column)


def english_keys(columns: Iterable[str]) -> list[list[Key]]:
    """Give the keys of each column's English phrases: lower-case words, no hyphen, no possessive."""
    return _split(_replace("\n".join(columns).lower() + "\n", (*_POSSESSIVES, *_MARKS)))


def vietnamese_keys(columns: Iterable[str], *, accented: bool) -> list[list[Key]]:
    """Give the keys of each column's Vietnamese phrases: lower-case words, folded if not accented."""
    text = "\n".join(columns) + "\n"
    return _split(_replace(spell(text) if accented else fold(text), _MARKS))


def spell(text: str) -> str:
    """Write an accented text in the one form of its keys: lower case, NFC, ``hòa`` as ``hoà``."""
    return _replace(normalize("NFC", text.lower()), _TONE_PLACES)


def _replace(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for written, wanted in pairs:
        text = text.replace(written, wanted)
    return text


def _split(text: str) -> list[list[Key]]:
    lines = _JOINED.sub(r"\g<0> ", text).split("\n")[:-1]
    return [[tuple(phrase.split()) for phrase in line.split(";")] for line in lines]
