"""Every figure of a paragraph with what it states: role, base, period, subject, metric. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.figures.bases import find_base
from rag.figures.dated import Dated, Inherited
from rag.figures.inheriting import begins_later, read_times
from rag.figures.layout import lay_out
from rag.figures.measured import Metrics
from rag.figures.moments import find_moments
from rag.figures.owning import own_figures
from rag.figures.quantities import find_quantities
from rag.figures.rows import read_row
from rag.figures.stated import Origin, Setting, Stated
from rag.figures.timing import date_figures
from rag.types import Role

_DIGIT = re.compile(r"\d")
_NOWHERE = Setting()


def read_paragraph(text: str, setting: Setting = _NOWHERE, *, is_row: bool = False) -> tuple[Stated, ...]:
    """Read every figure of a paragraph with its role, base, period, subject and metric, in order.

    text: one or several sentences; positions are its own. setting: what they inherit. is_row: text is a row of a
    table as its reader laid it out: ``Chỉ tiêu: Số hộ nghèo | Năm 2022: 1.830 | Năm 2023: 1.522``.
    """
    return _read_paragraph(text, setting, is_row) if _DIGIT.search(text) else ()


# Ranking, answering and checking read the same paragraphs.
@lru_cache(maxsize=4096)
def _read_paragraph(text: str, setting: Setting, is_row: bool) -> tuple[Stated, ...]:
    return tuple(read_row(text, setting)) if is_row else _read_prose(text, setting)


def _before_plan(dated: Sequence[Dated], plan: Dated) -> set[int]:
    """List the figures that their own sentence dates before the plan."""
    return {
        i for i, date in enumerate(dated) if date.origin is Origin.SENTENCE and begins_later(plan.period, date.period)
    }


def _read_prose(text: str, setting: Setting) -> tuple[Stated, ...]:
    times = read_times(setting)
    quantities = find_quantities(text, aim=times.aim)
    if not quantities:
        return ()
    layout = lay_out(text)
    moments = find_moments(layout, year=times.year, period=times.time.period)
    dated = date_figures(layout, quantities, moments, Inherited(times.time, times.plan))
    owned, mentions = own_figures(layout, quantities, setting)
    metrics = Metrics(layout, moments, mentions)
    stated = []
    if times.aim and (done := _before_plan(dated, times.plan)):
        # A report of tasks may tell results too: "Năm 2023, toàn huyện thu 98 tỷ đồng" under tasks for 2024.
        results = find_quantities(text)
        quantities = [results[i] if i in done else quantity for i, quantity in enumerate(quantities)]
    for read, date, owner in zip(quantities, dated, owned, strict=True):
        quantity = replace(read, role=Role.EARLIER, readings=(Role.EARLIER,)) if date.is_earlier else read
        start, end = metrics.read(quantity)
        stated.append(
            Stated(
                quantity=quantity,
                base=find_base(text, quantity),
                period=date.period,
                period_from=date.origin,
                subject=owner.name,
                subject_from=owner.origin if owner.name is not None else None,
                metric_start=start,
                metric_end=end,
                readings=quantity.readings,
            )
        )
    return tuple(stated)
