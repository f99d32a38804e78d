"""Quantities as they stand in a Vietnamese or English text: value, unit, approximation and role, with offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from rag.figures.labels import is_label, joins_labels
from rag.figures.numbers import NUMBER, read_number
from rag.figures.periods import find_dates, find_periods
from rag.figures.roles import Role, read_role
from rag.figures.units import Unit, UnitKind, read_unit
from rag.text import guess_language


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text: ``text == source[start:end]``, the number with its unit.

    full_start: where its approximation begins (``trên 8.200 tấn``, ``gấp 3 lần``), start where it has none.
    value: with ``nghìn``, ``triệu``, ``tỷ`` multiplied in; value_to: the upper end of a range; of: the whole
    of ``4/4 xã``. number: the number as written, without unit. unit: its normal form without the factor
    (``đồng/năm``), None where none is named. approximation: the word in lower case.
    """

    start: int
    end: int
    full_start: int
    text: str
    number: str
    value: Decimal
    value_to: Decimal | None
    of: Decimal | None
    unit: str | None
    unit_kind: UnitKind
    approximation: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number with its unit, before what stands in front of it is read."""

    start: int
    end: int
    number: str
    value: Decimal
    upper: Decimal | None
    whole: Decimal | None
    unit: Unit


_NUMBER = re.compile(NUMBER)
_DIGIT = re.compile(r"\d")
_RATIO = re.compile(rf"\s?/\s?({NUMBER})(?![\d/])")
_DASH = re.compile(r"\s?[-–—]\s?")
_TO = re.compile(r"\s(?:đến|tới|to)\s")
_FROM = re.compile(r"\b(?:từ|khoảng|trong vòng|from|between)\s+$")
_CHANGED_FROM = re.compile(
    r"(?:tăng|giảm|nâng|hạ|rút|lên|xuống|rose|fell|increased|decreased|down|up)\s+(?:\S+\s+){0,4}?(?:từ|from)\s+$"
)
_PREFIX = re.compile(r"(?:(us\$|usd|\$)|(vnd|vnđ)|(eur|€)|(gbp|£))\s?$")
_PREFIXES = ("USD", "đồng", "EUR", "GBP")
_APPROXIMATION = re.compile(
    r"(?<!\w)(?<!cao )(?<!thấp )(?<!nhiều )(?<!ít )(?<!lớn )(?<!nhỏ )(?<!kém )"
    r"(khoảng (?:gần|hơn|trên)|trên dưới|không dưới|không quá|chưa đến|chưa tới|chưa đầy|ước khoảng|xấp xỉ|ít nhất"
    r"|tối đa|tối thiểu|tối thiểu là|trên|hơn|gần|khoảng|chừng|tầm|cỡ|dưới|gấp hơn|gấp gần|gấp khoảng|gấp"
    r"|more than|less than|at least|at most|up to|about|around|nearly|almost|over|under|approximately|roughly|some"
    r"|close to|fewer than)\s+$"
)
_ENGLISH_UNIT = re.compile(r"\b(?:thousand|million|billion|trillion|mln|bln|bn|percent|per cent|dollars)\b")
_MULTIPLE = re.compile(r"gấp\s*")


def find_quantities(text: str) -> list[Quantity]:
    """Find every quantity of a text, in order. Dates, periods, years, document numbers and labels are none."""
    return list(_find_quantities(text)) if _DIGIT.search(text) else []


# Ranking passages and answering from them read the same sentences.
@lru_cache(maxsize=4096)
def _find_quantities(text: str) -> tuple[Quantity, ...]:
    lower = _lower(text)
    # Any year will do: only where they stand matters.
    dated = [(span.start, span.end) for span in find_periods(text, year=2000)]
    dated += [(span.start, span.end) for span in find_dates(text, year=2000)]
    return tuple(_Reader(text, lower, sorted(dated)).read())


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class _Reader:
    """One pass over the numbers of a text."""

    def __init__(self, text: str, lower: str, dated: list[tuple[int, int]]) -> None:
        self.text = text
        self.lower = lower
        self.starts = [start for start, _ in dated]
        self.ends: list[int] = []
        for _, end in dated:
            self.ends.append(max(end, self.ends[-1]) if self.ends else end)
        self.english: bool | None = None
        self.label_end = -1

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        position = 0
        while (match := _NUMBER.search(self.text, position)) is not None:
            quantity = self._read_at(match)
            position = match.end()
            if quantity is not None:
                position = max(position, quantity.end)
                before = (found[-1].end, found[-1].role) if found else None
                found.append(self._with_role(quantity, before))
        return found

    def _read_at(self, match: re.Match[str]) -> Quantity | None:
        start, end = match.span()
        if self._is_dated(start, end) or joins_labels(self.lower, self.label_end, start):
            self.label_end = end
            return None
        ratio = _RATIO.match(self.text, end)
        whole = read_number(ratio[1]) if ratio else None
        unit_start = ratio.end() if ratio and whole is not None else end
        unit = read_unit(self.text, self.lower, unit_start)
        if unit is None or is_label(self.text, self.lower, start, end, unit):
            self.label_end = end
            return None
        if ratio and (whole is None or not self._is_ratio(match, whole, unit)):
            self.label_end = ratio.end()
            return None
        value = self._value(match, unit)
        if value is None:
            return None
        upper, last, unit = (None, unit.end, unit) if ratio else self._read_range(start, end, value, unit)
        if upper is None and self._is_half_of_code(end, unit):
            self.label_end = end
            return None
        number = self.text[start:unit_start]
        return self._build(_Reading(start, last, number, value * unit.factor, upper, whole if ratio else None, unit))

    def _is_dated(self, start: int, end: int) -> bool:
        i = bisect_right(self.starts, start) - 1
        if i >= 0 and self.ends[i] > start:
            return True
        return i + 1 < len(self.starts) and self.starts[i + 1] < end

    def _value(self, match: re.Match[str], unit: Unit) -> Decimal | None:
        """Read a number by the language of its unit, else of the text."""
        if self.english is None:
            self.english = guess_language(self.text) == "en"
        behind = self.lower[match.end() : unit.end]
        english = _ENGLISH_UNIT.search(behind) is not None or (self.english and behind.isascii())
        percent = unit.kind in (UnitKind.PERCENT, UnitKind.POINTS)
        return read_number(match.group(), english=english, whole=unit.whole, percent=percent)

    def _is_ratio(self, match: re.Match[str], whole: Decimal, unit: Unit) -> bool:
        """Tell ``4/4 xã`` and ``412/650`` from a day, a scale and a document's number."""
        part = self._value(match, unit)
        if part is None or whole == 0:
            return False
        if unit.kind is UnitKind.COUNT and (unit.known or part <= whole):
            return True
        return part <= whole and whole > 12 and whole < 1000

    def _read_range(self, start: int, end: int, value: Decimal, unit: Unit) -> tuple[Decimal | None, int, Unit]:
        """Read the upper end of ``14-17 tiêu chí`` and ``từ 30 đến 70 tỷ``. Returns it, its end and the unit."""
        nothing = (None, unit.end, unit)
        behind = unit.end if unit.name is not None or unit.factor != 1 else end
        join = _DASH.match(self.text, behind)
        if join is None and (join := _TO.match(self.lower, behind)) is not None:
            ahead = self.lower[max(0, start - 40) : start]
            if _CHANGED_FROM.search(ahead) or (unit.name is not None and not _FROM.search(ahead)):
                return nothing
        number = _NUMBER.match(self.text, join.end()) if join else None
        if join is None or number is None or self._is_dated(*number.span()):
            return nothing
        upper_unit = read_unit(self.text, self.lower, number.end())
        if upper_unit is None or (upper_unit.name is None and upper_unit.factor == 1):
            return nothing
        same = (unit.name, unit.factor) == (upper_unit.name, upper_unit.factor)
        if not same and (unit.name is not None or unit.factor != 1):
            return nothing
        upper = self._value(number, upper_unit)
        if upper is None or upper < value:
            return nothing
        return upper * upper_unit.factor, upper_unit.end, upper_unit

    def _is_half_of_code(self, end: int, unit: Unit) -> bool:
        """Say whether a bare number is tied to what follows: ``10-13``, ``87+150``, ``135/KL``."""
        return unit.end == end and end < len(self.text) and self.text[end] in "-–+/:" and end + 1 < len(self.text)

    def _build(self, reading: _Reading) -> Quantity:
        """Add the currency and the approximation that stand before the number."""
        start, end, unit = reading.start, reading.end, reading.unit
        name, kind = unit.name, unit.kind
        prefix = _PREFIX.search(self.lower, max(0, start - 5), start)
        if prefix and kind in (UnitKind.NUMBER, UnitKind.MONEY):
            start = prefix.start()
            name, kind = _PREFIXES[(prefix.lastindex or 1) - 1], UnitKind.MONEY
        word = _APPROXIMATION.search(self.lower, max(0, start - 16), start)
        full_start = word.start(1) if word else start
        approximation = _MULTIPLE.sub("", word[1]) or None if word else None
        return Quantity(
            start=start,
            end=end,
            full_start=full_start,
            text=self.text[start:end],
            number=reading.number,
            value=reading.value,
            value_to=reading.upper,
            of=reading.whole,
            unit=name,
            unit_kind=kind,
            approximation=approximation,
            role=Role.ACTUAL,
        )

    def _with_role(self, quantity: Quantity, before: tuple[int, Role] | None) -> Quantity:
        percent = quantity.unit_kind in (UnitKind.PERCENT, UnitKind.POINTS, UnitKind.TIMES)
        role = read_role(self.lower, quantity.full_start, quantity.end, percent=percent, before=before)
        return quantity if role is Role.ACTUAL else replace(quantity, role=role)
