"""Periods in words. Pure."""

from __future__ import annotations

import re

from rag.text import fold

_ROMAN = ("I", "II", "III", "IV")
_ORDINALS = ("first", "second", "third", "fourth")
_COUNTS = {3: "three", 4: "four", 5: "five", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven"}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip


def write_period(period: str, *, language: str, accented: bool) -> str:
    """Write a period as a question of that language would: "năm 2023", "the first half of 2023".

    What is no normal form stays as it is.
    """
    if not re.fullmatch(r"(?:19|20)\d\d(?:-(?:\d\d|Q[1-4]|H[12]|\d{1,2}M)|/\d{4})?", period):
        return period
    text = _write_english(period) if language == "en" else _write_vietnamese(period)
    return text if accented or language == "en" else take_accents_off(text)


def _write_vietnamese(period: str) -> str:
    year, rest = period[:4], period[5:]
    if period[4:5] == "/":
        return f"giai đoạn {year} - {rest}"
    if rest.startswith("H"):
        return f"6 tháng {'đầu' if rest == 'H1' else 'cuối'} năm {year}"
    if rest.startswith("Q"):
        return f"quý {_ROMAN[int(rest[1]) - 1]}/{year}"
    if rest.endswith("M"):
        return f"{int(rest[:-1])} tháng đầu năm {year}"
    return f"tháng {int(rest)}/{year}" if rest else f"năm {year}"


def _write_english(period: str) -> str:
    year, rest = period[:4], period[5:]
    if period[4:5] == "/":
        return f"{year}-{rest}"
    if rest.startswith("H"):
        return f"the {'first' if rest == 'H1' else 'second'} half of {year}"
    if rest.startswith("Q"):
        return f"the {_ORDINALS[int(rest[1]) - 1]} quarter of {year}"
    if rest.endswith("M"):
        count = int(rest[:-1])
        return f"the first {_COUNTS.get(count, count)} months of {year}"
    return f"{_MONTHS[int(rest) - 1]} {year}" if rest else year


def take_accents_off(text: str) -> str:
    """Take the accents off and leave the capitals."""
    return "".join(f.upper() if c.isupper() else f for c, f in zip(text, fold(text), strict=True))
