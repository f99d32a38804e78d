"""Counting words: English numbers read, Vietnamese ones written, Roman numerals."""

from __future__ import annotations

import re
from decimal import Decimal

SMALL = {
    word: n
    for n, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
ORDINALS |= {f"{word}th": n for word, n in SMALL.items() if n in (4, 6, 7, 10, 11) or n > 12}
ORDINALS |= {f"{word[:-1]}ieth": n for word, n in TENS.items()}
#: Powers of ten.
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}

_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
_ROMAN = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def read_spelt(text: str) -> int | None:
    """Read an English number written in words; None for words in a row that make none: ``five six``."""
    total, group, last = 0, 0, 0
    for word in re.split(r"[\s-]+", text.lower()):
        if word in ("a", "an"):
            group = 1
        elif word in SMALL:
            # Nothing but a round number goes before: "twenty" and "hundred", not "six".
            if last and (last < 20 or SMALL[word] == 0 or (last < 100 and SMALL[word] > 9)):
                return None
            last = SMALL[word]
            group += last
        elif word in TENS:
            if last and last < 100:
                return None
            last = TENS[word]
            group += last
        elif word == "hundred":
            group, last = max(group, 1) * 100, 100
        elif word in SCALES:
            total, group, last = total + max(group, 1) * 10 ** SCALES[word], 0, 1000
    return total + group


def write_vietnamese(n: int) -> str:
    """Write 0 to 999 in Vietnamese words: ``hai mươi mốt``, ``một trăm linh năm``."""
    hundreds, rest = divmod(n, 100)
    tens, units = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds else []
    if tens:
        words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    elif hundreds and units:
        words.append("linh")
    if units or not words:
        spelt = _DIGITS[units]
        if tens and units == 5:
            spelt = "lăm"
        elif tens > 1 and units == 1:
            spelt = "mốt"
        words.append(spelt)
    return " ".join(words)


def write_number(value: Decimal) -> str:
    """Write a number as Vietnamese text does: ``1.500``, ``8,65``."""
    return f"{value.normalize():,f}".translate({ord(","): ".", ord("."): ","})


def write_roman(n: int) -> str:
    """Write 1 to 49 in Roman numerals."""
    written = ""
    for value, numeral in _ROMAN:
        count, n = divmod(n, value)
        written += numeral * count
    return written
