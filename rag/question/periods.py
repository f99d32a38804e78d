"""The periods a question names; a bare year counts for more there than in a report. Pure."""

from __future__ import annotations

import re

from rag.figures.asked import known_unit
from rag.figures.periods import PeriodSpan, find_dates, find_periods

_BARE_YEAR = re.compile(r"(?<![\w./,%-])(?:19[5-9]|20[0-4])\d(?![\w/%-]|[.,]\d)(?=(?:\s+(?P<unit>[^\W\d_]+))?)")
_COUNT_LEAD = re.compile(r"(?:\d|\b(?:đạt|số|so|no\.|gồm|trên|gần|hơn|được|thành|bằng|about|over|nearly))\s*$")
_JOINED = re.compile(r"\s*(?:hay|với|so với|hoặc|voi|so voi|hoac|or|versus|vs\.?|than)\s+(?:in\s+)?", re.IGNORECASE)


def read_periods(question: str) -> list[PeriodSpan]:
    """Find the periods of a question, in order.

    The year of "loi nhuan 2021 bao nhieu" counts where no other period is named, that of "năm 2022 hay 2023" behind
    another.
    """
    spans = _with_months_of_days(question, find_periods(question))
    bare = [
        PeriodSpan(match[0], *match.span())
        for match in _BARE_YEAR.finditer(question)
        if not any(span.start <= match.start() < span.end for span in spans)
        and known_unit(match["unit"] or "") is None
        and not _COUNT_LEAD.search(question[: match.start()].lower())
    ]
    if not spans:
        return bare
    for year in bare:
        ahead = [span for span in spans if span.end <= year.start]
        is_new = all(year.end <= span.start or span.end <= year.start for span in spans)
        if is_new and ahead and _JOINED.fullmatch(question, ahead[-1].end, year.start):
            spans = sorted([*spans, year], key=lambda span: span.start)
    return spans


def _with_months_of_days(question: str, spans: list[PeriodSpan]) -> list[PeriodSpan]:
    """Let "ngày 30/6/2018" and "30 June 2018" ask for their month; a year inside them is no period of its own."""
    days = [day for day in find_dates(question) if len(day.date) == len("2018-06-30")]
    months = [PeriodSpan(day.date[:7], day.start, day.end) for day in days]
    others = [span for span in spans if not any(day.start <= span.start < day.end for day in days)]
    return sorted([*others, *months], key=lambda span: span.start)
