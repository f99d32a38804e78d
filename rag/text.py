"""Unicode forms, folding, words and sentences with offsets. Pure: no files, no state but caches.

Texts are NFC. ``fold`` keeps every offset: one character in, one character out. Keys (``syllable_key``,
``fold``) are for comparing only; they are never shown and never written back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_TONES = {"\u0300": "`", "\u0301": "'", "\u0303": "~", "\u0309": "?", "\u0323": "."}


def to_nfc(text: str) -> str:
    """Compose to NFC, the only form in which a text is stored."""
    return unicodedata.normalize("NFC", text)


class _FoldTable(dict[int, str]):
    """One folded character for each character; grows as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in "đĐ":
            folded = "d"
        else:
            decomposed = unicodedata.normalize("NFD", char.casefold())
            kept = "".join(c for c in decomposed if not unicodedata.combining(c))
            folded = kept if len(kept) == 1 else char
        self[code] = folded
        return folded


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """Lower-case, without accents, đ as d. len(fold(text)) == len(text) for every text."""
    return text.translate(_FOLD)


@lru_cache(maxsize=200_000)
def syllable_key(syllable: str) -> str:
    """Give one key to all spellings of an accented syllable: case, NFD, ``hoà`` and ``hòa``.

    The tone mark is taken off its vowel and written behind the syllable: ``hòa`` → ``hoa```.
    """
    decomposed = unicodedata.normalize("NFD", syllable.casefold())
    tone = "".join(_TONES[c] for c in decomposed if c in _TONES)
    letters = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", letters) + tone


def is_accented(text: str) -> bool:
    """Say whether a text carries any Vietnamese diacritic."""
    return any(fold(c) != c.casefold() for c in text if not c.isascii())


# -- words ----------------------------------------------------------------------------------------------

_WORD = re.compile(r"\d+(?:[.,/:\-–]\d+)*|[^\W\d_]+\d*|%")


def words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of words and numbers. A number keeps its separators: ``9,5``, ``30/6/2018``."""
    for match in _WORD.finditer(text):
        yield match.span()


_DATE_SEPARATOR = re.compile(r"[/\-–]")


def terms(text: str) -> list[str]:
    """List the words of a text as they are indexed: numbers whole, dates and ranges in one form.

    ``9,5%`` → ``9,5`` ``%``; ``30-6-2018`` → ``30/6/2018``. Nothing is folded yet.
    """
    found = _WORD.findall(text)
    for i, word in enumerate(found):
        if word[0].isdigit() and not word.isdigit():
            found[i] = normalise_number_word(word)
    return found


def normalise_number_word(word: str) -> str:
    """Write a number word in the one form used in keys: ``30-06-2018`` → ``30/6/2018``, ``08,5`` → ``08,5``."""
    if _DATE_SEPARATOR.search(word):
        pieces = _DATE_SEPARATOR.split(word)
        return "/".join(p.lstrip("0") or "0" if p.isdigit() else p for p in pieces)
    return word


def number_pieces(word: str) -> list[str]:
    """List the parts of a date or range word, so that ``30/6/2018`` is found by ``2018``; else nothing."""
    return word.split("/") if "/" in word and word[0].isdigit() else []


# -- sentences ------------------------------------------------------------------------------------------

# A full stop after one of these ends no sentence.
_ABBREVIATIONS = frozenset(
    "tp tx tt q p h x th ths ts gs pgs bs ks cn tr st vs mr mrs ms dr no đ/c đc nxb art fig inc ltd co jr sr".split()
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|\n[ \t]*\n")
_LAST_WORD = re.compile(r"[^\s(\[“\"'‘«]+$")
_OPENING = "\"'“‘«([-–—+*•"


def sentences(text: str) -> list[tuple[int, int]]:
    """Cut a text into sentences. Returns spans, trimmed, in order; together they hold every word.

    Survives ``đạt 8,65%.``, ``19-7,``, ``TP. Vinh``, ``8.200 tấn`` and ``1. `` at the head of a list item.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() >= start and _ends_sentence(text, start, match):
            _append_trimmed(spans, text, start, match.end())
            start = match.end()
    _append_trimmed(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark[0] == "\n":
        return True
    following = text[match.end() :].lstrip()[:2] if match.end() < len(text) else ""
    if following:
        first = following[0]
        if first in _OPENING:
            first = following[1:].strip()[:1] or "A"
        if not (first.isupper() or first.isdigit()):
            return False
    if mark != ".":
        return True
    before = _LAST_WORD.search(text, max(start, match.start() - 24), match.start())
    if before is None:
        return False
    word = before.group()
    if word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()):
        return not following
    # "1." or "a)." at the head of a list item numbers it.
    return not (before.start() == start + _leading_space(text, start) and len(word) <= 3 and word.isalnum())


def _leading_space(text: str, start: int) -> int:
    return len(text[start : start + 40]) - len(text[start : start + 40].lstrip())


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


# -- language -------------------------------------------------------------------------------------------

_ENGLISH = frozenset(
    "the of and in to is was were are what which who how many much did does do for by on at with from that "
    "when where why has have had be an or as it its than per year district province".split()
)
_VIETNAMESE = frozenset(
    "la cua va nam bao nhieu cac co duoc trong cho voi nhung mot nay khong ngay thang huyen tinh xa tren den "
    "da tai dat theo ve tu nguoi ai nao gi dau may sao hoi nghi con ty le dong".split()
)


_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?"
)


def is_syllable(word: str) -> bool:
    """Say whether a word is spelt like one Vietnamese syllable: ``Huế``, ``bot``, but not ``BIDV`` or ``Masan``."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def guess_language(text: str) -> str:
    """Guess ``vi`` or ``en``, also for Vietnamese typed without accents. Ties go to ``vi``."""
    sample = text[:4000]
    small = [word for word in _WORD.findall(sample) if word[0].islower()] if len(sample) <= 300 else []
    if small and all(word.isascii() for word in small):
        # "Phong Khê rice area 2022": only the name has accents.
        if 2 * sum(not is_syllable(word) for word in small) >= len(small):
            return "en"
    elif not sample.isascii():
        letters = [c for c in sample if c.isalpha()]
        marked = sum(1 for c in letters if not c.isascii())
        if letters and marked / len(letters) > 0.08:
            return "vi"
    found = [fold(w) for w in _WORD.findall(sample)]
    if all(is_syllable(word) for word in found if word[0].isalpha()):
        # "chi so an toan": English has "an" and "so" too, but hardly a question of such words alone.
        return "vi"
    english = sum(w in _ENGLISH for w in found)
    vietnamese = sum(w in _VIETNAMESE for w in found)
    return "en" if english > vietnamese else "vi"
