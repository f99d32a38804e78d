"""All units side by side: who has most, which meet a condition, what they add up to, and how many reports say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.answer.across.aims import Aim, Limit, Sweep, read_sweep
from rag.answer.across.amounts import (
    Scale,
    can_compare,
    decimals_of,
    round_amount,
    share_scale,
    value_in,
    write_operand,
)
from rag.answer.across.drafting import Sheet
from rag.answer.across.gathering import (
    WIDE_HITS,
    Found,
    Gathered,
    choose_period,
    count_coverage,
    gather,
)
from rag.answer.across.sides import Search, quantity_of
from rag.answer.across.wording import Words, words_for
from rag.answer.asked import Asked
from rag.answer.draft import Draft
from rag.figures import Quantity, UnitKind
from rag.places import PlaceLevel
from rag.types import Role

#: Fewer units than these are no comparison over all.
MIN_UNITS = 2
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Measured:
    """A unit with what it is ranked by: its figure, or how much of its plan its result comes to."""

    found: Found
    value: Decimal
    plan: Found | None = None


def sweep_units(asked: Asked, search: Search) -> Draft | None:
    """Answer a question about all units from wide evidence; None where it is none, or too few units state figures."""
    sweep = read_sweep(asked.question, asked.understood)
    if sweep is None:
        return None
    words = words_for(asked.understood)
    hits = search.find(sweep.core, WIDE_HITS)
    core = search.ask(sweep.core, hits)
    core = _like(core, asked, sweep)
    gathered = gather(core, hits, search, level=sweep.level)
    period = core.understood.periods[0] if core.understood.periods else choose_period(gathered.figures)
    if sweep.limit is not None and sweep.bound is None:
        told = _of_period(gathered, period, any_time=bool(core.understood.periods))
        measured = _against_plan(told, core, gathered, search, level=sweep.level, period=period)
    else:
        measured = _measure(_of_period(gathered, period, any_time=bool(core.understood.periods)))
    if sweep.bound is not None:
        measured = [each for each in measured if can_compare(quantity_of(each.found.offer), sweep.bound)]
    if len(measured) < MIN_UNITS:
        return None
    measured.sort(key=lambda each: (each.value, each.found.unit.name), reverse=not sweep.lowest)
    draft = _tell(sweep, measured, words)
    if draft is None:
        return None
    stating = [each.found for each in measured]
    coverage = count_coverage(gathered, stating, words, period=period, level=sweep.level)
    return replace(
        draft,
        coverage=coverage,
        note=words.latest(period) if period and not core.understood.periods else "",
        is_derived=True,
        confidence=_sure(measured, coverage.n_reports),
    )


def _like(core: Asked, asked: Asked, sweep: Sweep) -> Asked:
    """Take over the unit and, but for shares of the plan, the role of the whole question."""
    role = Role.SHARE_OF_PLAN if sweep.limit is not None and sweep.bound is None else asked.understood.role
    role = Role.ACTUAL if role is Role.SHARE_OF_PLAN and sweep.bound is not None else role
    unit = core.understood.unit
    if role is Role.SHARE_OF_PLAN:
        unit = "%"
    elif unit is None and sweep.aim in (Aim.TOTAL, Aim.MEAN):
        unit = asked.understood.unit
    return replace(core, understood=replace(core.understood, role=role, unit=unit))


def _of_period(gathered: Gathered, period: str | None, *, any_time: bool) -> list[Found]:
    """Keep one figure a unit: of the period; of a month at its end, say, only where nothing else is stated."""
    best: dict[str, Found] = {}
    for found in gathered.figures:
        if not any_time and found.period != period:
            continue
        known = best.get(found.unit.key)
        if known is None or (known.period != period and found.period == period):
            best[found.unit.key] = found
    return list(best.values())


def _measure(figures: Sequence[Found]) -> list[_Measured]:
    """Bring figures to one scale; those that measure something else than most are left out."""
    if not figures:
        return []
    groups = [[other for other in figures if _alike(found, other)] for found in figures]
    largest = max(groups, key=len)
    scale = share_scale([quantity_of(found.offer) for found in largest])
    if scale is None:
        return []
    return [_Measured(found, value_in(quantity_of(found.offer), scale)) for found in largest]


def _alike(one: Found, other: Found) -> bool:
    a, b = quantity_of(one.offer), quantity_of(other.offer)
    return can_compare(a, b) and a.value_to is None and b.value_to is None and b.of is None


def _sure(measured: Sequence[_Measured], n_reports: int) -> float:
    """Say how sure an answer over all units is: the share of the reports that state a figure, less for few of them."""
    return round(min(1.0, len(measured) / max(n_reports, 1)) * (1 - 0.5 ** (len(measured) - 1)), 4)


# -- against each unit's own plan -----------------------------------------------------------------------


def _against_plan(
    told: Sequence[Found],
    core: Asked,
    gathered: Gathered,
    search: Search,
    *,
    level: PlaceLevel | None,
    period: str | None,
) -> list[_Measured]:
    """Give how much of its plan each unit reached: as a report tells it, else worked out from plan and result."""
    shares = {
        found.unit.key: _Measured(found, quantity_of(found.offer).value)
        for found in told
        if quantity_of(found.offer).unit_kind is UnitKind.PERCENT
    }
    results, plans = (
        {
            found.unit.key: found
            for found in reversed(gather(_in_role(core, role), gathered.hits, search, level=level).figures)
            if found.period == period
        }
        for role in (Role.ACTUAL, Role.TARGET)
    )
    for key, result in results.items():
        plan = plans.get(key)
        if key in shares or plan is None:
            continue
        scale = share_scale([quantity_of(result.offer), quantity_of(plan.offer)])
        if scale is not None and value_in(quantity_of(plan.offer), scale):
            share = value_in(quantity_of(result.offer), scale) / value_in(quantity_of(plan.offer), scale)
            shares[key] = _Measured(result, share * _PERCENT, plan)
    return list(shares.values())


def _in_role(core: Asked, role: Role) -> Asked:
    return replace(core, understood=replace(core.understood, role=role, unit=None))


# -- telling --------------------------------------------------------------------------------------------


def _tell(sweep: Sweep, measured: Sequence[_Measured], words: Words) -> Draft | None:
    sheet = Sheet(words)
    for each in measured:
        sheet.add(each.found.unit.name, each.found.offer, period=each.found.period)
        if each.plan is not None:
            sheet.add(each.found.unit.name, each.plan.offer, period=each.plan.period)
    figures = [quantity_of(each.found.offer) for each in measured]
    scale = share_scale(figures) if all(each.plan is None for each in measured) else None
    told = f"{sheet.claims(scale)}."
    names = [each.found.unit.name for each in measured]
    match sweep.aim:
        case Aim.MOST:
            first = [each.found.unit.name for each in measured if each.value == measured[0].value]
            lead = words.first(", ".join(first), less=sweep.lowest)
            return Draft(f"{lead}\n{told}", ", ".join(first), sheet.citations(), table=sheet.table())
        case Aim.RANKING:
            return Draft(
                f"{words.ranked(names, less=sweep.lowest)}\n{told}", ", ".join(names), sheet.citations(),
                answers=tuple(names), table=sheet.table(),
            )  # fmt: skip
        case Aim.THOSE | Aim.COUNT:
            return _tell_those(sweep, measured, sheet, scale, words)
        case Aim.TOTAL | Aim.MEAN:
            return None if scale is None else _add_up(sweep, figures, scale, sheet, words)


def _tell_those(
    sweep: Sweep, measured: Sequence[_Measured], sheet: Sheet, scale: Scale | None, words: Words
) -> Draft | None:
    bound = _PERCENT if sweep.bound is None else _bound(sweep.bound, measured)
    if bound is None or sweep.limit is None:
        return None
    names = [each.found.unit.name for each in measured if _meets(each.value, bound, sweep.limit)]
    short = ", ".join(names) if sweep.aim is Aim.THOSE else f"{len(names)} {sweep.noun}".strip()
    return Draft(
        f"{words.those(names, len(measured))}\n{sheet.claims(scale)}.",
        short or words.none(),
        sheet.citations(),
        answers=tuple(names),
        table=sheet.table(),
    )


def _bound(bound: Quantity, measured: Sequence[_Measured]) -> Decimal | None:
    scale = share_scale([*(quantity_of(each.found.offer) for each in measured), bound])
    return None if scale is None else value_in(bound, scale)


def _meets(value: Decimal, bound: Decimal, limit: Limit) -> bool:
    match limit:
        case Limit.ABOVE:
            return value > bound
        case Limit.AT_LEAST:
            return value >= bound
        case Limit.BELOW:
            return value < bound
        case Limit.AT_MOST:
            return value <= bound


def _add_up(sweep: Sweep, figures: Sequence[Quantity], scale: Scale, sheet: Sheet, words: Words) -> Draft:
    values = [value_in(figure, scale) for figure in figures]
    total = sum(values, Decimal(0))
    summed = " + ".join(write_operand(figure, scale) for figure in figures)
    if sweep.aim is Aim.MEAN:
        digits = max(2, *(decimals_of(figure, scale) for figure in figures))
        mean = round_amount(total / len(figures) / scale.factor, digits) * scale.factor
        result, arithmetic = scale.write(mean), f"({summed}) / {len(figures)}"
    else:
        result, arithmetic = scale.write(total), summed
    arithmetic = f"{arithmetic} = {result}"
    if any(figure.approximation for figure in figures):
        result = f"{words.about} {result}"
    lead = words.total(result, len(figures), mean=sweep.aim is Aim.MEAN)
    return Draft(
        f"{lead}\n{sheet.claims(scale)}. {arithmetic} {sheet.marks}.",
        result,
        sheet.citations(),
        table=replace(sheet.table(), arithmetic=arithmetic),
    )
