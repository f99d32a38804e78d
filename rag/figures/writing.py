"""How a text is written: Vietnamese with accents or without, or English. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from rag.text import guess_language, is_accented, is_syllable


class Writing(StrEnum):
    """How a text is written: Vietnamese with accents, Vietnamese without, English."""

    ACCENTED = "accented"
    BARE = "bare"
    ENGLISH = "english"


_LETTERS = re.compile(r"[a-zA-Z]+")
# In Vietnamese typed without accents few words but names are no syllables; in English about two of three.
_FOREIGN = 0.4


def guess_writing(text: str) -> Writing:
    """Guess how a text is written. What cannot be told, a number alone, counts as Vietnamese without accents."""
    # Two bytes more for each vowel with its tone: a text with many is Vietnamese, whatever its words.
    if not text.isascii() and len(text.encode("utf-8", "replace")) > 1.25 * len(text):
        return Writing.ACCENTED
    if _is_english(text):
        return Writing.ENGLISH
    return Writing.ACCENTED if not text.isascii() and is_accented(text) else Writing.BARE


def _is_english(text: str) -> bool:
    words = _LETTERS.findall(text[:400]) if text.isascii() else []
    # "2.000 kg" says nothing.
    if text.isascii() and sum(len(word) > 2 for word in words) < 2:
        return False
    if len(words) > 3 and sum(not is_syllable(word) for word in words) > _FOREIGN * len(words):
        return True
    return guess_language(text) == "en"
