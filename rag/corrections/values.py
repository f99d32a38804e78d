"""What a corrected field may hold, and the one form in which it is kept. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from rag.errors import ConfigError
from rag.figures import find_dates
from rag.filters import read_period
from rag.text import to_nfc

#: What can be corrected of a document, in the order in which it is shown.
FIELDS = ("title", "date", "place", "organisation", "number", "type", "signer", "period")
MAX_CHARS = 500

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_ISO_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
#: Marks that turn the direction of what follows: a title could be made to read as another.
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = frozenset(("Cc", "Cs", "Zl", "Zp"))


def check_corrections(
    corrections: Mapping[str, Mapping[str, str | None]],
) -> dict[str, dict[str, str | None]]:
    """Check all corrections and give their values the form in which they are kept. Raises ConfigError.

    None stands for what was read, "" for nothing.
    """
    return {
        doc_id: {field: read_value(field, value) for field, value in fields.items()}
        for doc_id, fields in corrections.items()
    }


def read_value(field: str, value: str | None) -> str | None:
    """Read one corrected value. Raises ConfigError naming the field and what is allowed."""
    if field not in FIELDS:
        raise ConfigError(f"unknown field {field!r}; allowed: {', '.join(FIELDS)}")
    if value is None:
        return None
    if not isinstance(value, str):
        raise ConfigError(f"{field} is {value!r:.60}; allowed: a text, or null for what was read")
    if any(unicodedata.category(c) in _REFUSED or c in _TURNING for c in value):
        raise ConfigError(f"{field} is {value!r:.60}, with a control character in it; allowed: words on one line")
    words = " ".join(to_nfc(value).split())
    if len(words) > MAX_CHARS:
        raise ConfigError(f"{field} has {len(words):,} characters; allowed: at most {MAX_CHARS}. Shorten it")
    if not words and field == "title":
        raise ConfigError("title is empty; allowed: at least one word. Reset it to give back what was read")
    if words and not any(c.isalnum() for c in words):
        raise ConfigError(f"{field} is {words!r:.60}; allowed: at least one letter or digit, or nothing at all")
    if words and field == "date":
        return read_date(words)
    if words and field == "period":
        return _read_period(words)
    return words


def read_date(text: str) -> str:
    """Read a date in ISO form or as it is written in Vietnamese, day first. Raises ConfigError for any other."""
    found = _read_date(text)
    if found is None:
        raise ConfigError(
            f"date is {text!r:.60}; allowed: 2023, 2023-07, 2023-07-19 or 19/7/2023, a day that was, from "
            f"{_FIRST_YEAR} to {_LAST_YEAR}"
        )
    return found


def _read_date(text: str) -> str | None:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(group) if group else None for group in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        spans = find_dates(text)
        whole = len(spans) == 1 and not _has_more(text, spans[0].start, spans[0].end, ("ngày", "ngay"))
        return spans[0].date if whole else None
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)])


def _read_period(text: str) -> str:
    """Read a period as a filter reads it, so that either finds the other. Raises ConfigError."""
    try:
        return read_period(text)
    except ConfigError as exc:
        # A filter's way out, date_from and date_to, is none for a report: it has one period.
        raise ConfigError(
            f"period is {text!r:.60}; allowed: one period, with its year: 2023, 2023-07, 2023-Q3, 2023-H1, 2023-9M, "
            "2020/2025, or words such as '6 tháng đầu năm 2023'"
        ) from exc


def _has_more(text: str, start: int, end: int, allowed: tuple[str, ...]) -> bool:
    """Say whether there are words beside a date."""
    rest = f"{text[:start]} {text[end:]}".split()
    return any(word.casefold() not in allowed and any(map(str.isalnum, word)) for word in rest)
