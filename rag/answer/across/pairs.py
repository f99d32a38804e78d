"""Two or more sides weighed against each other: which has more, by how much, how many times, in which direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.answer.across.amounts import Scale, round_amount, share_scale, value_in, write_number, write_operand
from rag.answer.across.drafting import Sheet
from rag.answer.across.exact import MIN_WORDS, share_words
from rag.answer.across.sides import Part, Search, Side, choose_pair, quantity_of
from rag.answer.across.splitting import Wish, read_wish, split_sides
from rag.answer.across.wording import Words, words_for
from rag.answer.asked import Asked
from rag.answer.draft import Draft
from rag.answer.misfits import find_misfit
from rag.answer.offers import Offer
from rag.answer.quoting import as_sentence
from rag.figures import Stated, UnitKind, find_periods
from rag.text import fold
from rag.types import AnswerKind, Hit, Reason, Role

#: A ratio is written with so many digits behind the point.
RATIO_DIGITS = 2
_CHANGES_TRIED = 4
_YEAR_BEFORE = re.compile(r"nam (?:truoc|ngoai)|(?:previous|last) year|year before")


def compare_sides(asked: Asked, hits: Sequence[Hit], search: Search) -> Draft | None:
    """Weigh the sides of a comparison; None where the question is none, or its sides cannot be told."""
    parts = split_sides(asked.question, asked.understood)
    if len(parts) < 2:
        return None
    words = words_for(asked.understood)
    sides = [search.side(part, like=asked.understood) for part in parts]
    stated = _find_stated_change(asked, parts, hits, search) if len(parts) == 2 else None
    missing = next((side for side in sides if not side.offers), None)
    if missing is not None:
        if stated is not None:
            return _tell_stated(stated, words)
        # A sentence may tell the change itself, or more of what could not be taken apart surely.
        is_guess = not asked.understood.parts and not all(part.period for part in parts)
        return None if is_guess or asked.understood.role is Role.CHANGE else _tell_missing(sides, missing, words)
    if len(sides) > 2:
        return _rank(sides, read_wish(asked.question), words)
    pair = choose_pair(sides[0], sides[1])
    scale = share_scale([quantity_of(offer) for offer in pair]) if pair else None
    if pair is None or scale is None:
        return _tell_apart(sides, words)
    sheet = Sheet(words)
    for side, offer in zip(sides, pair, strict=True):
        sheet.add(side.part.name, offer, period=side.part.period)
    weighed = _work_out(pair, scale, read_wish(asked.question), words)
    tell = _tell_change if all(part.period for part in parts) else _tell_winner
    return replace(
        tell(parts, weighed, sheet, words, asked=asked, stated=stated),
        is_derived=True,
        confidence=min(side.confidence for side in sides),
    )


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Two figures weighed. gap: the first less the second; result: their difference or ratio as written."""

    scale: Scale
    wish: Wish
    gap: Decimal
    arithmetic: str
    result: str


def _work_out(pair: tuple[Offer, Offer], scale: Scale, wish: Wish, words: Words) -> _Weighed:
    """Write the arithmetic of a difference or ratio, the larger figure first, and its result."""
    figures = [quantity_of(offer) for offer in pair]
    first, second = sorted(figures, key=lambda figure: value_in(figure, scale), reverse=True)
    a, b = value_in(first, scale), value_in(second, scale)
    written = [write_operand(figure, scale) for figure in (first, second)]
    if wish.times and b:
        result = f"{write_number(round_amount(a / b, RATIO_DIGITS), english=scale.english)} {scale.times}"
        arithmetic = f"{written[0]} / {written[1]} = {result}"
    else:
        result = scale.write(a - b, words=scale.difference)
        arithmetic = f"{written[0]} - {written[1]} = {result}"
    if any(figure.approximation for figure in figures):
        result = f"{words.about} {result}"
    gap = value_in(figures[0], scale) - value_in(figures[1], scale)
    return _Weighed(scale, wish, gap, arithmetic, result)


def _tell_winner(
    parts: Sequence[Part], weighed: _Weighed, sheet: Sheet, words: Words, *, asked: Asked, stated: Offer | None
) -> Draft:
    """Say which of two has more, or less where that is asked, and by how much."""
    wish, names = weighed.wish, [part.name for part in parts]
    short: str | None
    if weighed.gap == 0:
        lead, short = words.equal(names[0], names[1]), words.same
    else:
        if (weighed.gap > 0) is wish.less:
            names.reverse()
        lead = words.pair(names[0], names[1], weighed.result, less=wish.less, times=wish.times)
        short = names[0]
        if wish.amount:
            short = f"{names[0]}, {words.gap} {weighed.result}" if wish.which else weighed.result
    return _write(lead, short, weighed, sheet)


def _tell_change(
    parts: Sequence[Part], weighed: _Weighed, sheet: Sheet, words: Words, *, asked: Asked, stated: Offer | None
) -> Draft:
    """Say by how much something rose or fell; as a report states it, where one does."""
    gap, wish = weighed.gap, weighed.wish
    way = words.direction(gap)
    change = f"{way} {weighed.result}"
    lead = words.over_time(parts[0].name, parts[1].name, way, weighed.result if gap else "")
    turned = gap != 0 and _asked_direction(asked.question) == (-1 if gap > 0 else 1)
    short = weighed.result if wish.amount and not wish.direction and not turned else change
    draft = _write(lead, short if gap else words.unchanged, weighed, sheet)
    if stated is not None and not turned:
        n = sheet.add(words.stated_change, stated)
        quoted = f" {as_sentence(stated.text)} [{n}]" if n > len(draft.citations) else ""
        draft = replace(
            draft,
            text=f"{draft.text}{quoted}",
            short=draft.short if wish.direction else stated.short,
            citations=sheet.citations(),
            table=replace(sheet.table(), arithmetic=weighed.arithmetic),
        )
    return replace(draft, note=words.other_direction(way) if turned else "")


def _write(lead: str, short: str | None, weighed: _Weighed, sheet: Sheet) -> Draft:
    told = f"{sheet.claims(weighed.scale)}."
    if weighed.gap:
        told = f"{told} {weighed.arithmetic} {sheet.marks}."
    table = replace(sheet.table(), arithmetic=weighed.arithmetic if weighed.gap else None)
    return Draft(f"{lead}\n{told}", short, sheet.citations(), table=table)


def _asked_direction(question: str) -> int:
    """Read which way the question takes something to have gone: 1 up, -1 down, 0 both or neither."""
    folded = fold(question).split()
    up, down = "tang" in folded, "giam" in folded
    return 0 if up == down else 1 if up else -1


# -- the change as a report states it ------------------------------------------------------------------


def _find_stated_change(asked: Asked, parts: Sequence[Part], hits: Sequence[Hit], search: Search) -> Offer | None:
    """Find the figure that states the change between the two periods itself."""
    periods = [part.period for part in parts]
    if None in periods or asked.understood.role is not Role.CHANGE:
        return None
    asking = search.ask(asked.question, hits)
    later = replace(asking.understood, periods=(periods[0] or "",), kind=AnswerKind.FIGURE)
    asking = replace(asking, understood=later)
    for offer in search.weigh(hits, asking)[:_CHANGES_TRIED]:
        stated = offer.stated
        if stated is None or stated.role is not Role.CHANGE or find_misfit(offer, asking) is not None:
            continue
        # Where nothing is said it is the year before that is compared with.
        base = base_period(stated) if stated.base else year_before(stated.period)
        is_of_both = stated.period == periods[0] and base == periods[1]
        if is_of_both and share_words(offer, asking) >= MIN_WORDS:
            return offer
    return None


def year_before(period: str | None) -> str | None:
    """Give the same period of the year before."""
    return f"{int(period[:4]) - 1}{period[4:]}" if period and period[:4].isdigit() else None


def base_period(stated: Stated) -> str | None:
    """Read the period that a change is measured against: "cùng kỳ năm 2022" of a half-year is its first half."""
    if stated.base is None or stated.period is None or not stated.period[:4].isdigit():
        return None
    base, year, rest = fold(stated.base), int(stated.period[:4]), stated.period[4:]
    found = find_periods(stated.base, year=year)
    if "cung ky" in base or "same period" in base:
        return (found[0].period[:4] if found else str(year - 1)) + rest
    if found:
        return found[0].period
    return year_before(stated.period) if _YEAR_BEFORE.search(base) else None


def _tell_stated(stated: Offer, words: Words) -> Draft:
    """Answer with the change a report states, where the two levels are not both stated."""
    sheet = Sheet(words)
    n = sheet.add(words.stated_change, stated)
    return Draft(
        text=f"{as_sentence(stated.text)} [{n}]",
        short=stated.short,
        citations=sheet.citations(),
        table=sheet.table(),
    )


# -- what is missing, and what cannot be compared ------------------------------------------------------


def _tell_missing(sides: Sequence[Side], missing: Side, words: Words) -> Draft:
    """Say which side is not stated and why, and quote what is stated of the others."""
    known = [side for side in sides if side.offers]
    sheet = Sheet(words)
    for side in known:
        sheet.add(side.part.name, side.offers[0], period=side.part.period)
    reason = missing.reason or Reason.NOT_REPORTED
    stated = missing.found.stated if missing.found else None
    other = None
    if stated is not None and reason is Reason.OTHER_ENTITY:
        other = stated.subject
    elif stated is not None and stated.period and reason is Reason.OTHER_PERIOD:
        other = words.period(stated.period)
    text = words.side_missing(reason, missing.part.name, other)
    return Draft(
        text=f"{text}\n{sheet.claims()}." if known else text,
        citations=sheet.citations(),
        table=sheet.table() if known else None,
        reason=reason,
        found=known[0].offers[0] if known else missing.found,
        confidence=min(side.confidence for side in sides),
    )


def _tell_apart(sides: Sequence[Side], words: Words) -> Draft:
    """Show both figures where they do not measure the same."""
    sheet = Sheet(words)
    for side in sides:
        sheet.add(side.part.name, side.offers[0], period=side.part.period)
    return Draft(
        text=f"{words.other_units}\n{sheet.claims()}.",
        citations=sheet.citations(),
        answers=tuple(side.offers[0].short or "" for side in sides),
        is_derived=True,
        table=sheet.table(),
        note=words.other_units,
        confidence=min(side.confidence for side in sides),
    )


def _rank(sides: Sequence[Side], wish: Wish, words: Words) -> Draft | None:
    """Put three sides or more in order."""
    offers = [side.offers[0] for side in sides]
    figures = [quantity_of(offer) for offer in offers]
    scale = share_scale(figures)
    if scale is None or any(figure.unit_kind is UnitKind.TIMES for figure in figures):
        return _tell_apart(sides, words)
    order = sorted(range(len(sides)), key=lambda i: value_in(figures[i], scale), reverse=not wish.less)
    sheet = Sheet(words)
    for i in order:
        sheet.add(sides[i].part.name, offers[i], period=sides[i].part.period)
    first = sides[order[0]].part.name
    return Draft(
        text=f"{words.first(first, less=wish.less)}\n{sheet.claims(scale)}.",
        short=first,
        is_derived=True,
        citations=sheet.citations(),
        table=sheet.table(),
        confidence=min(side.confidence for side in sides),
    )
