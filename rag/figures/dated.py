"""The period of a figure with where it was read. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from rag.figures.stated import Origin


@dataclass(frozen=True, slots=True)
class Dated:
    """The period of a figure and where it was read. is_earlier: it only stands beside a later one, to compare."""

    period: str | None
    origin: Origin | None
    is_earlier: bool = False


NOT_SAID = Dated(None, None)


@dataclass(slots=True)
class Inherited:
    """What a figure without a time of its own takes: the nearest first. plan: what a target takes instead."""

    time: Dated
    plan: Dated


def whole_year(time: Dated) -> Dated:
    """Give a plan of which nothing is said the year: plans are made for years."""
    if time.period is None or "/" in time.period:
        return time
    return Dated(time.period[:4], time.origin)
