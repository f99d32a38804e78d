"""A figure of a claim among the figures of its quotes: the same value in the same unit, then what it states. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.gate.agreeing import find_differences
from rag.answer.gate.nouns import differ, sort_of
from rag.answer.gate.sources import Source, Told
from rag.figures import Quantity, Stated, UnitKind, same_quantity

#: No honest quote says one amount more often.
_MOST_COMPARED = 20
_SHARES = frozenset({UnitKind.PERCENT, UnitKind.POINTS})
_COUNTS = frozenset({UnitKind.COUNT, UnitKind.NUMBER})
_PER_WORDS = {
    "người": ("người", "capita", "person", "head", "nhân khẩu"),
    "năm": ("năm", "year", "annual", "niên"),
    "tháng": ("mỗi tháng", "một tháng", "hằng tháng", "hàng tháng", "a month", "monthly", "/tháng"),
    "ngày": ("mỗi ngày", "một ngày", "hằng ngày", "a day", "daily"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one figure. failed: what differs, empty where it stands in the quote as told."""

    stated: Stated
    citation: int | None
    failed: tuple[str, ...]


def judge_figure(figure: Stated, told: Told, sources: Sequence[Source]) -> Verdict:
    """Look for the figure of a quote that agrees in most; what still differs fails it."""
    best: tuple[int, int, tuple[str, ...]] | None = None
    near: int | None = None
    compared = 0
    for source in sources:
        for other in source.stated:
            agrees = same_figure(figure, other, told, source)
            if agrees is None:
                continue
            if not agrees:
                near = source.citation.n
                continue
            compared += 1
            if compared > _MOST_COMPARED:
                break
            failed = tuple(find_differences(figure, other, told, source))
            if not failed:
                return Verdict(figure, source.citation.n, ())
            if best is None or len(failed) < best[0]:
                best = (len(failed), source.citation.n, failed)
    if best is not None:
        return Verdict(figure, best[1], best[2])
    for source in sources:
        if _stands_unread(figure.quantity, source):
            return Verdict(figure, source.citation.n, ())
    return Verdict(figure, near, ("unit",) if near is not None else ("value",))


def same_figure(figure: Stated, other: Stated, told: Told, source: Source) -> bool | None:
    """Say whether value and unit agree. None: another value; False: the value in another unit."""
    a, b = figure.quantity, other.quantity
    if a.unit_kind in _COUNTS and b.unit_kind in _COUNTS:
        return _same_noun(a, b, told, source) if _same_count(a, b) else None
    if a.unit is None and a.unit_kind is UnitKind.NUMBER and b.unit_kind not in _SHARES:
        return True if (a.value, a.value_to) == (b.value, b.value_to) else None
    if _same_amount(_bare(a), _bare(b)):
        return all(part in _parts(b) or _names_part(part, source) for part in _parts(a))
    return False if re.sub(r"\D", "", a.number) == re.sub(r"\D", "", b.number) else None


def _stands_unread(quantity: Quantity, source: Source) -> bool:
    """Say whether a number with its unit stands in a quote where no figure was read: ``chậm 7 tháng``."""
    patterns = [rf"(?<![\w.,]){re.escape(quantity.text.lower())}(?!\w)"]
    if quantity.value == int(quantity.value):
        unit = quantity.unit if quantity.unit_kind is UnitKind.TIME else ""
        behind = rf"\s{re.escape(unit)}(?!\w|\s(?:đầu|cuối|\d))" if unit else r"(?![\w.,/-]\w)"
        if unit or (quantity.unit_kind in _COUNTS and sort_of(quantity.unit) is None):
            patterns.append(rf"(?<![\w.,/-]){int(quantity.value)}{behind}")
    # Of the title only what names: "Thủy điện Nậm Mô 2".
    about = source.about.lower() if quantity.unit is None else ""
    read = [(s.quantity.start, s.quantity.end) for s in source.stated]
    found = [match for pattern in patterns for match in re.finditer(pattern, f"{source.lower}\n{about}")]
    return any(not any(a <= match.start() < b for a, b in read) for match in found)


def _same_count(a: Quantity, b: Quantity) -> bool:
    if a.of is None and b.of is not None:
        return a.value_to is None and a.value in (b.value, b.of)
    if (a.value, a.value_to, a.of) == (b.value, b.value_to, b.of):
        return True
    return _same_amount(replace(a, unit=b.unit, unit_kind=b.unit_kind), b)


def _same_amount(a: Quantity, b: Quantity) -> bool:
    """Say whether a told amount is the quote's, or is it rounded and marked so; never finer than the quote's."""
    if same_quantity(a, b):
        return True
    return a.approximation is not None and _digits(a) < _digits(b) and same_quantity(a, b, rounded=True)


def _digits(quantity: Quantity) -> int:
    return len(re.sub(r"\D", "", quantity.number).strip("0"))


def _bare(quantity: Quantity) -> Quantity:
    """Take what a unit is counted per off it: ``đồng/năm`` → ``đồng``."""
    return replace(quantity, unit=quantity.unit.split("/")[0]) if quantity.unit and "/" in quantity.unit else quantity


def _parts(quantity: Quantity) -> list[str]:
    return (quantity.unit or "").split("/")[1:]


def _names_part(part: str, source: Source) -> bool:
    """Say whether a quote says in words what its figure is counted per: ``bình quân đầu người``."""
    return any(word in source.lower for word in _PER_WORDS.get(part, (f"mỗi {part}", f"một {part}", f"per {part}")))


def _same_noun(a: Quantity, b: Quantity, told: Told, source: Source) -> bool:
    """Say whether what is counted is the same: the noun, one that holds it, its translation, or none is told."""
    if a.unit is None or b.unit is None:
        return True
    mine, other = a.unit.casefold(), b.unit.casefold()
    if mine == other:
        return True
    sorts = sort_of(mine), sort_of(other)
    if sorts[0] is not None and sorts[1] is not None:
        return not differ(sorts[0], sorts[1])
    if f" {mine} " in f" {other} " or f" {other} " in f" {mine} ":
        return True
    if told.language == source.language:
        return mine.split()[0] in source.lower[max(0, b.start - 60) : b.end + 40]
    # Nouns of two languages that are in no list cannot be told to differ.
    return True
