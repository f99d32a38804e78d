"""Periods and dates a text names, with those in number words: ``bốn tháng đầu năm``. Pure."""

from __future__ import annotations

import re

from rag.figures import find_dates, find_periods

_COUNTED = re.compile(
    r"(?<!\w)(một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)(?= tháng (?:đầu|cuối))|(?<=first )(two|four|five|seven"
    r"|eight|ten)(?= months)",
    re.IGNORECASE,
)
_WORDS = ("một hai ba bốn năm sáu bảy tám chín mười", "one two three four five six seven eight nine ten")
_VALUES = {word: n for words in _WORDS for n, word in enumerate(words.split(), start=1)}
_LAST_MONTHS = {"-03": ("-Q1",), "-06": ("-H1", "-Q2"), "-09": ("-9M", "-Q3"), "-12": ("", "-H2", "-Q4")}


def with_digits(text: str) -> str:
    """Write the number of ``bốn tháng đầu năm`` in digits, with blanks behind so that no offset moves."""
    return _COUNTED.sub(lambda m: str(_VALUES[m.group().lower()]).ljust(len(m.group())), text)


def times_of(text: str, year: int | None) -> list[str]:
    """List the periods and dates that a text names, in normal form. year: what "quý III" counts from."""
    text = with_digits(text)
    found = [span.period for span in find_periods(text, year=year or 2000)]
    return found + [span.date for span in find_dates(text, year=year or 2000)]


def same_time(a: str, b: str) -> bool:
    """Say whether two periods mean one time: ``2023-06`` is when ``2023-H1`` ends, a day lies in its month."""
    if a == b:
        return True
    for x, y in ((a, b), (b, a)):
        if len(x) == 10 and x[:7] == y:
            return True
        if x[4:7] in _LAST_MONTHS and any(y == x[:4] + end for end in _LAST_MONTHS[x[4:7]]):
            return True
        if x[4:5] == "/" and y in x.split("/"):
            return True
    return False
