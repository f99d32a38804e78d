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
from rag.figures.roles import Drafted, Role, read_roles
from rag.figures.units import Unit, UnitKind, read_unit
from rag.figures.wording import take_accents_off
from rag.figures.writing import Writing, guess_writing


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text: ``text == source[start:end]``, the number with its unit.

    full_start: where its approximation begins (``trên 8.200 tấn``, ``gấp 3 lần``), start where it has none.
    value: with ``nghìn``, ``triệu``, ``tỷ`` multiplied in; value_to: the upper end of a range; of: the whole
    of ``4/4 xã``. number: the number as written, without unit. unit: its normal form without the factor
    (``đồng/năm``), None where none is named. approximation: the word in lower case. readings: the roles it may play,
    the likelier first; two only where the words leave both open (``giảm 40,71% xuống còn 35,6%``).
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
    readings: tuple[Role, ...] = (Role.ACTUAL,)


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
_ONE = Decimal(1)
_ACTUAL = (Role.ACTUAL,)
_BLANK = " \t\n\u00a0"
_DIGIT = re.compile(r"\d")
_RATIO = re.compile(rf"\s?/\s?({NUMBER})(?![\d/])")
_DAY_AHEAD = re.compile(r"(?:ngày|sáng|chiều|tối|trưa|đêm|hôm|mùng|ngay)\s$")
_DASH = re.compile(r"\s?[-–—]\s?")
_TO = re.compile(r"\s(đến|tới|den|toi|to)\s")
_AND = re.compile(r"\sand\s")
_BETWEEN = re.compile(r"\bbetween\s+$")
_FROM = re.compile(r"\b(?:từ|tu|khoảng|khoang|trong vòng|from|between)\s+$")
_CHANGED_FROM = re.compile(
    r"(?:tăng|giảm|nâng|hạ|rút|lên|xuống|tang|giam|nang|ha|rut|len|xuong|rose|fell|grew|increased|decreased|down|up)\s+"
    r"(?:\S+\s+){0,4}?(?:từ|tu|from)\s+$"
)
# "1 tỷ 200 triệu đồng": what follows the first is of a smaller magnitude.
_COMPOUND = re.compile(r"\s(\d{1,3}(?:,\d+)?)\s(?=[tn])")
_MINUTES = re.compile(r"\s(\d{1,2})\s(?:phút|phut)(?!\w)")
_DEGREES, _BELOW_ZERO = ("độ", "°C"), ("âm ", "am ")
_PREFIX = re.compile(r"(?:(us\$|usd|\$)|(vnd|vnđ)|(eur|€)|(gbp|£))\s?$")
_PREFIXES = ("USD", "đồng", "EUR", "GBP")
_APPROXIMATIONS = (
    r"(?<!\w)(?<!cao )(?<!thấp )(?<!nhiều )(?<!ít )(?<!lớn )(?<!nhỏ )(?<!kém )(?<!nhanh )(?<!dài )"
    r"(khoảng (?:gần|hơn|trên|từ)|trên dưới|không dưới|không quá|không đến|chưa đến|chưa tới|chưa đầy|ước khoảng"
    r"|xấp xỉ|ít nhất|không ít hơn|không thấp hơn|nhiều nhất|đến gần|gần tới|lên đến hơn|tối thiểu là|tối đa là"
    r"|tối đa|tối thiểu|trên|hơn|gần|khoảng|chừng|tầm|cỡ|dưới|gấp hơn|gấp gần|gấp khoảng|gấp trên|gấp"
    r"|(?:no |slightly |just |well )?(?:more than|less than|fewer than|over|under)|at least|at most|up to|about|around"
    r"|nearly|almost|approximately|roughly|some|close to|below|above|an estimated)\s+$"
)
_APPROXIMATION = re.compile(_APPROXIMATIONS)
# "Co" and "tam" are "có" and "tạm" more often than "cỡ" and "tầm".
_PLAIN_APPROXIMATION = re.compile(take_accents_off(_APPROXIMATIONS.replace("|tầm|cỡ", "")))
_ENGLISH_UNIT = re.compile(r"\b(?:thousand|million|billion|trillion|mln|bln|bn|percent|per cent|dollars)\b")
_MULTIPLE = re.compile(r"g[ấa]p\s*|an (?=estimated)")


def find_quantities(text: str, *, aim: bool = False) -> list[Quantity]:
    """Find every quantity of a text, in order. Dates, periods, years, document numbers and labels are none.

    aim: the text stands under a heading of tasks or targets ("NHIỆM VỤ NĂM 2024"): what would be a result is a target.
    """
    return list(_find_quantities(text, aim)) if _DIGIT.search(text) else []


# Ranking passages and answering from them read the same sentences.
@lru_cache(maxsize=4096)
def _find_quantities(text: str, aim: bool = False) -> tuple[Quantity, ...]:
    lower = _lower(text)
    # Any year will do: only where they stand matters.
    dated = [(span.start, span.end) for span in find_periods(text, year=2000)]
    dated += [(span.start, span.end) for span in find_dates(text, year=2000)]
    return tuple(_Reader(text, lower, sorted(dated), aim=aim).read())


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class _Reader:
    """One pass over the numbers of a text."""

    def __init__(self, text: str, lower: str, dated: list[tuple[int, int]], *, aim: bool) -> None:
        self.text = text
        self.lower = lower
        self.aim = aim
        self.writing = guess_writing(text)
        self.starts = [start for start, _ in dated]
        self.ends: list[int] = []
        for _, end in dated:
            self.ends.append(max(end, self.ends[-1]) if self.ends else end)
        self.label_end = -1
        self.read_to = 0

    def read(self) -> list[Quantity]:
        found: list[Quantity] = []
        position = 0
        while (match := _NUMBER.search(self.text, position)) is not None:
            quantity = self._read_at(match)
            position = match.end()
            if quantity is not None:
                position = max(position, quantity.end)
                found.append(quantity)
                self.read_to = quantity.end
        return self._with_roles(found) if found else found

    def _read_at(self, match: re.Match[str]) -> Quantity | None:
        start, end = match.span()
        dated = self._is_dated(start, end) and not self._is_counted_ratio(start, end)
        if dated or joins_labels(self.lower, self.label_end, start):
            self.label_end = end
            return None
        prefix = self._prefix(start)
        ratio = _RATIO.match(self.text, end)
        whole = read_number(ratio[1]) if ratio else None
        unit_start = ratio.end() if ratio and whole is not None else end
        unit = read_unit(self.text, self.lower, unit_start, writing=self.writing, priced=prefix is not None)
        if unit is None or (prefix is None and is_label(self.text, self.lower, start, end, unit, writing=self.writing)):
            self.label_end = end
            return None
        if ratio and (whole is None or not self._is_ratio(match, whole, unit)):
            self.label_end = ratio.end()
            return None
        value = self._value(match, unit)
        if value is None:
            return None
        value *= unit.factor
        if unit.name in _DEGREES and self.lower[max(0, start - 3) : start] in _BELOW_ZERO:
            value = -value
        upper = None
        number = self.text[start:unit_start]
        if not ratio:
            value, unit = self._read_compound(value, unit)
            value, upper, unit = self._read_range(start, end, value, unit)
        if upper is None and self._is_half_of_code(end, unit):
            self.label_end = end
            return None
        reading = _Reading(start, unit.end, number, value, upper, whole if ratio else None, unit)
        return self._build(reading, prefix)

    def _is_counted_ratio(self, start: int, end: int) -> bool:
        """Say whether what reads as a day counts something: ``11/12 trạm y tế``."""
        ratio = _RATIO.match(self.text, end)
        if ratio is None or _DAY_AHEAD.search(self.lower, max(0, start - 8), start):
            return False
        unit = read_unit(self.text, self.lower, ratio.end(), writing=self.writing)
        part, whole = read_number(self.text[start:end]), read_number(ratio[1])
        counted = unit is not None and unit.known and unit.kind is UnitKind.COUNT
        return counted and part is not None and whole is not None and part <= whole

    def _prefix(self, start: int) -> re.Match[str] | None:
        """Find the currency before a number: ``$2.5 million``, ``VND 3.2 trillion``."""
        if start == 0 or self.lower[start - 1] not in "$€£ \u00a0dđr":
            return None
        match = _PREFIX.search(self.lower, max(0, start - 5), start)
        if match is None or match.start() < self.read_to:
            # "5 USD8.200": the sign belongs to the figure before.
            return None
        return None if match.start() and self.lower[match.start() - 1].isalnum() else match

    def _read_compound(self, value: Decimal, unit: Unit) -> tuple[Decimal, Unit]:
        """Add the second part of ``1 tỷ 200 triệu đồng``. Returns the sum and the unit behind it."""
        if unit.name == "giờ" and (minutes := _MINUTES.match(self.lower, unit.end)):
            return value + Decimal(minutes[1]) / 60, replace(unit, end=minutes.end())
        if unit.factor < 1000 or not (unit.name is None or unit.implied):
            return value, unit
        number = _COMPOUND.match(self.lower, unit.end)
        part = read_number(number[1]) if number else None
        if number is None or part is None:
            return value, unit
        lesser = read_unit(self.text, self.lower, number.end(1), writing=self.writing)
        if lesser is None or not 1 < lesser.factor < unit.factor or part * lesser.factor >= unit.factor:
            return value, unit
        kind, name = (lesser.kind, lesser.name) if lesser.name is not None else (unit.kind, unit.name)
        joined = Unit(lesser.end, name, kind, unit.factor, lesser.known, lesser.whole)
        return value + part * lesser.factor, joined

    def _is_dated(self, start: int, end: int) -> bool:
        i = bisect_right(self.starts, start) - 1
        if i >= 0 and self.ends[i] > start:
            return True
        return i + 1 < len(self.starts) and self.starts[i + 1] < end

    def _value(self, match: re.Match[str], unit: Unit) -> Decimal | None:
        """Read a number by the language of its unit, else of the text."""
        behind = self.lower[match.end() : unit.end]
        english = _ENGLISH_UNIT.search(behind) is not None or (self.writing is Writing.ENGLISH and behind.isascii())
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

    def _read_range(self, start: int, end: int, value: Decimal, unit: Unit) -> tuple[Decimal, Decimal | None, Unit]:
        """Read the upper end of ``14-17 tiêu chí`` and ``từ 30 đến 70 tỷ``. Returns both ends and their unit."""
        named = unit.name is not None and not unit.implied
        behind = unit.end if named or unit.factor != 1 else end
        join = _DASH.match(self.text, behind)
        if join is None:
            join = _TO.match(self.lower, behind)
            ahead = self.lower[max(0, start - 40) : start]
            if join is None and (join := _AND.match(self.lower, behind)) and not _BETWEEN.search(ahead):
                return value, None, unit
            if join is not None and named and _CHANGED_FROM.search(ahead):
                return value, None, unit
        number = _NUMBER.match(self.text, join.end()) if join else None
        if join is None or number is None or self._is_dated(*number.span()):
            return value, None, unit
        upper_unit = read_unit(self.text, self.lower, number.end(), writing=self.writing)
        if upper_unit is None or (upper_unit.name is None and upper_unit.factor == 1):
            return value, None, unit
        if join.re is _TO and join[1] == "to" and named and not _FROM.search(self.lower[max(0, start - 40) : start]):
            # "rose 75.1% to 76.4%" are two.
            return value, None, unit
        money = unit.kind is UnitKind.MONEY and unit.name == upper_unit.name
        if named and not money and (unit.name, unit.factor) != (upper_unit.name, upper_unit.factor):
            # "500 triệu đồng đến 1 tỷ đồng" is one range; "12 con - 5 hộ" are two figures.
            return value, None, unit
        upper = self._value(number, upper_unit)
        # "30 - 70 tỷ": the lower end takes the magnitude of the upper one.
        factor = upper_unit.factor if not named and unit.factor == 1 else _ONE
        if upper is None or upper * upper_unit.factor < value * factor:
            return value, None, unit
        return value * factor, upper * upper_unit.factor, upper_unit

    def _is_half_of_code(self, end: int, unit: Unit) -> bool:
        """Say whether a bare number is tied to what follows: ``10-13``, ``87+150``, ``135/KL``."""
        return unit.end == end and end < len(self.text) and self.text[end] in "-–+/:" and end + 1 < len(self.text)

    def _build(self, reading: _Reading, prefix: re.Match[str] | None) -> Quantity:
        """Add the currency and the approximation that stand before the number."""
        start, end, unit = reading.start, reading.end, reading.unit
        name, kind = unit.name, unit.kind
        if prefix and kind in (UnitKind.NUMBER, UnitKind.MONEY):
            start = prefix.start()
            per = name[name.index("/") :] if name and "/" in name else ""
            name, kind = _PREFIXES[(prefix.lastindex or 1) - 1] + per, UnitKind.MONEY
        pattern = _PLAIN_APPROXIMATION if self.writing is Writing.BARE else _APPROXIMATION
        spaced = self.lower[max(0, start - 1)] in _BLANK
        # Not before what the figure ahead has taken.
        word = pattern.search(self.lower, max(self.read_to, start - 18), start) if spaced else None
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

    def _with_roles(self, found: list[Quantity]) -> list[Quantity]:
        drafts = [Drafted(q.full_start, q.end, q.unit_kind, q.value, q.value_to is not None) for q in found]
        roles = read_roles(self.lower, drafts, writing=self.writing, aim=self.aim)
        return [
            q if readings == _ACTUAL else replace(q, role=readings[0], readings=readings)
            for q, readings in zip(found, roles, strict=True)
        ]
