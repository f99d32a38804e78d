"""Read and check the filters a person or program gave."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.errors import ConfigError
from rag.text import to_nfc
from rag.types import Context, Filters

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_PART_OF_YEAR = re.compile(r"([0-9]{4})-(?:Q([1-4])|H([12])|([0-9]{1,2})M)")


def make_filters(
    *,
    documents: Sequence[str] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    place: str | None = None,
) -> Filters:
    """Make filters. Dates are 2023, 2023-07 or 2023-07-19. Raises ConfigError naming the one that cannot be."""
    for name, date in (("date_from", date_from), ("date_to", date_to)):
        if date is not None and not _DATE.fullmatch(date):
            raise ConfigError(f"{name} is {date!r}; allowed: 2023, 2023-07 or 2023-07-19")
    if date_from and date_to and date_from[: len(date_to)] > date_to:
        raise ConfigError(f"date_from {date_from} is after date_to {date_to}; exchange the two")
    if place is not None and not any(c.isalnum() for c in place):
        raise ConfigError(f"place is {place!r}; allowed: the name of a place, such as 'Quế Phong'. Or leave it out")
    return Filters(
        documents=tuple(documents), date_from=date_from, date_to=date_to, place=to_nfc(place) if place else None
    )


def is_dated_within(context: Context, filters: Filters) -> bool:
    """Say whether a report falls between the dates of the filters; one without a date by its period.

    Partial dates count as their whole span: 2023-07 falls within 2023-07-15 to 2023-12. A report of which neither
    date nor period is known falls within nothing.
    """
    if filters.date_from is None and filters.date_to is None:
        return True
    low, high = filters.date_from or "0000", filters.date_to or "9999"
    spans = [(date, date) for date in context.dates]
    if not spans and context.period:
        spans = [period_span(context.period)]
    # "~" stands behind every digit and dash: the end of a partial date's span.
    return any(last + "~" >= low and first[: len(high)] <= high for first, last in spans)


def period_span(period: str) -> tuple[str, str]:
    """Give the first and the last month or year of a period: ``2023-Q3`` → ``2023-07``, ``2023-09``."""
    if match := _PART_OF_YEAR.fullmatch(period):
        year, quarter, half, months = match.groups()
        if quarter:
            return f"{year}-{3 * int(quarter) - 2:02d}", f"{year}-{3 * int(quarter):02d}"
        if half:
            return f"{year}-{6 * int(half) - 5:02d}", f"{year}-{6 * int(half):02d}"
        return f"{year}-01", f"{year}-{int(months):02d}"
    first, _, last = period.partition("/")
    return first, last or first
