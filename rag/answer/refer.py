"""How a report is referred to in a sentence or a footnote: "Báo cáo số 540/BC-UBND, ngày 15/12/2023". Pure."""

from __future__ import annotations

from rag.types import Context

#: Types as the reader names those of English papers.
_ENGLISH = frozenset(("report", "press release"))
_MONTHS = "January February March April May June July August September October November December".split()


def refer_to(context: Context) -> str:
    """Name a report by type, number and date, as far as they are known; "" where that would tell none from another."""
    if not (context.number or (context.type and context.dates)):
        return ""
    is_english = (context.type or "").casefold() in _ENGLISH
    parts = [context.type, f"{'No.' if is_english else 'số'} {context.number}" if context.number else None]
    named = " ".join(part for part in parts if part)
    named = named[:1].upper() + named[1:]
    if not context.dates:
        return named
    date = _in_english(context.dates[0]) if is_english else _in_vietnamese(context.dates[0])
    if is_english:
        return f"{named}, {date}"
    return f"{named}, {date}" if context.number else f"{named} {date}"


def _in_vietnamese(date: str) -> str:
    year, *rest = date.split("-")
    if not rest:
        return f"năm {year}"
    numbers = "/".join(str(int(part)) for part in reversed(rest))
    return f"{'ngày' if len(rest) == 2 else 'tháng'} {numbers}/{year}"


def _in_english(date: str) -> str:
    year, *rest = date.split("-")
    day = str(int(rest[1])) if len(rest) == 2 else ""
    month = _MONTHS[int(rest[0]) - 1] if rest else ""
    return " ".join(part for part in (day, month, year) if part)
