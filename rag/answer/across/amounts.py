"""Figures of reports to calculate with: one scale and unit for several, written as reports write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from rag.figures import Quantity, UnitKind, convert
from rag.figures.numbers import MAGNITUDES, NUMBER, read_number
from rag.text import fold

_ONE = Decimal(1)
_NUMBER = re.compile(NUMBER)
_FOLDED_MAGNITUDES = {fold(word): factor for word, factor in MAGNITUDES.items()}
_SHORT_MAGNITUDES = (
    (re.compile(r"(?:trđ|trd|tr\.? ?đ|tr(?!\w)|mn?(?!\w))", re.IGNORECASE), Decimal(10) ** 6),
    (re.compile(r"(?:tỷđ|tỷ\.đ|tỉđ|tyd|bn?(?!\w))", re.IGNORECASE), Decimal(10) ** 9),
    (re.compile(r"(?:k|K)(?!\w)"), Decimal(10) ** 3),
)
_SCALES = {10**3: "nghìn", 10**6: "triệu", 10**9: "tỷ", 10**12: "nghìn tỷ"}
#: Percentages differ by percentage points.
_POINTS = "điểm %"
# Persons are counted under many names: "lao động" of one report are the "người" of another.
_PERSONS = frozenset(
    """người; lao động; đảng viên; đồng chí; học sinh; cán bộ; hội viên; đoàn viên; lượt người; lượt; lượt khách; khách;
    du khách; lượt khách du lịch; công dân; trẻ; em; nhân khẩu; people; workers; persons""".replace("\n", " ").split(
        "; "
    )
)
_PERSON_WORDS = frozenset(" ".join(word.split()) for word in _PERSONS)


@dataclass(frozen=True, slots=True)
class Scale:
    """What several figures are written in.

    factor: of its magnitude; words: as written behind a number ("triệu đồng/năm"). unit: its normal form; kind: what
    it measures. english: numbers are written 1,234.5.
    """

    factor: Decimal
    words: str
    unit: str | None
    kind: UnitKind
    english: bool

    def write(self, value: Decimal, *, words: str | None = None) -> str:
        """Write an amount, given without magnitude, with its unit. words: the unit where it is another."""
        words = self.words if words is None else words
        glue = "" if words.startswith("%") or not words else " "
        return f"{self.number(value)}{glue}{words}"

    def number(self, value: Decimal) -> str:
        """Write the bare number of an amount in this scale."""
        return write_number(value / self.factor, english=self.english)

    @property
    def times(self) -> str:
        """The words behind a ratio."""
        return "times" if self.english else "lần"

    @property
    def difference(self) -> str:
        """The words behind a difference."""
        if self.kind is not UnitKind.PERCENT:
            return self.words
        return "percentage points" if self.english else _POINTS


def share_scale(figures: Sequence[Quantity]) -> Scale | None:
    """Find the scale all figures can be written in: the finest of theirs; None where they measure different things."""
    first = figures[0]
    if any(not can_compare(first, other) for other in figures[1:]):
        return None
    finest = min(figures, key=lambda figure: (_factor(figure), -len(_tail(figure))))
    words = _words(finest)
    bare = _without_magnitude(words)
    fullest = max((_without_magnitude(_words(figure)) for figure in figures), key=len)
    if not bare and fullest:
        # "1.100.433 tỷ" of one report, "1.268 ngàn tỷ đồng" of another.
        words = f"{words} {fullest}".strip()
    english = any(_is_english(figure) for figure in figures) and not any(_is_vietnamese(f) for f in figures)
    kind = next((f.unit_kind for f in figures if f.unit_kind is not UnitKind.NUMBER), first.unit_kind)
    return Scale(_factor(finest), words, next((f.unit for f in (finest, *figures) if f.unit), None), kind, english)


def can_compare(one: Quantity, other: Quantity) -> bool:
    """Say whether two figures that answer the same question measure the same: units alike, or one more exact."""
    if (one.of is None) is not (other.of is None):
        return False
    kinds = {one.unit_kind, other.unit_kind} - {UnitKind.NUMBER}
    if len(kinds) > 1:
        return False
    if one.unit == other.unit or None in (one.unit, other.unit):
        return True
    if convert(one.value, one.unit, other.unit) is not None:
        return True
    a, b = (one.unit or "").split("/"), (other.unit or "").split("/")
    if kinds == {UnitKind.COUNT}:
        both = {a[0], b[0]}
        return both <= _PERSON_WORDS or a[0].startswith(b[0]) or b[0].startswith(a[0])
    # "triệu đồng/năm" of one report, "triệu đồng/người/năm" of another.
    return a[0] == b[0] and (set(a[1:]) <= set(b[1:]) or set(b[1:]) <= set(a[1:]))


def value_in(figure: Quantity, scale: Scale) -> Decimal:
    """Give a figure's value, without magnitude, in a scale's unit."""
    if figure.unit is None or scale.unit is None or figure.unit == scale.unit:
        return figure.value
    converted = convert(figure.value, figure.unit, scale.unit)
    return figure.value if converted is None else converted


def write_operand(figure: Quantity, scale: Scale) -> str:
    """Write the number of a figure in a scale: as the report has it where its own scale is that one."""
    same_unit = value_in(figure, scale) == figure.value
    return figure.number if same_unit and _factor(figure) == scale.factor else scale.number(value_in(figure, scale))


def write_figure(figure: Quantity, scale: Scale | None = None) -> str:
    """Write a figure with its unit, which the cell of a table leaves to its row or column."""
    if _tail(figure) or figure.unit is None:
        return figure.text
    words = _words(figure) or (scale.words if scale else "")
    return f"{figure.number}{'' if words.startswith('%') else ' '}{words}"


def write_number(value: Decimal, *, english: bool = False) -> str:
    """Write a number as reports do: ``1.234,5``, or ``1,234.5`` in English."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if english else text.translate(str.maketrans(",.", ".,"))


def round_amount(value: Decimal, digits: int) -> Decimal:
    """Round half up to so many digits behind the point."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def decimals_of(figure: Quantity, scale: Scale) -> int:
    """Count the digits behind the point of a figure in a scale."""
    exponent = (value_in(figure, scale) / scale.factor).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _tail(figure: Quantity) -> str:
    """Give the words behind the number as written; "" in a table's cell."""
    at = figure.text.find(figure.number)
    return figure.text[at + len(figure.number) :].strip() if at >= 0 else ""


def _words(figure: Quantity) -> str:
    if tail := _tail(figure):
        return tail
    scale = _SCALES.get(int(_factor(figure)), "")
    return " ".join(part for part in (scale, figure.unit) if part)


def _without_magnitude(words: str) -> str:
    """Take ``nghìn``, ``triệu``, ``tỷ`` off the words behind a number."""
    parts = words.split()
    while parts and fold(parts[0]) in _FOLDED_MAGNITUDES:
        del parts[0]
    return " ".join(parts)


def _factor(figure: Quantity) -> Decimal:
    """Give what ``nghìn``, ``triệu``, ``tỷ`` behind a number multiply it by, or the head of its column."""
    tail = _tail(figure)
    if not tail:
        number = _read(figure, whole=figure.unit_kind is UnitKind.COUNT)
        ratio = figure.value / number if number else _ONE
        return ratio if ratio in _SCALES else _ONE
    factor = _ONE
    for word in fold(tail).split():
        if word not in _FOLDED_MAGNITUDES:
            break
        factor *= _FOLDED_MAGNITUDES[word]
    if factor == 1 and figure.value != _read(figure):
        # "5.000 m" is metres, "$5 m" is millions: the value tells.
        factor = next((scale for pattern, scale in _SHORT_MAGNITUDES if pattern.match(tail)), _ONE)
    return factor


def _read(figure: Quantity, *, whole: bool = False) -> Decimal | None:
    """Read the bare number; None for a range and for ``4/4``."""
    return read_number(figure.number, whole=whole) if _NUMBER.fullmatch(figure.number) else None


def _is_english(figure: Quantity) -> bool:
    return _reads(figure, ",", ".")


def _is_vietnamese(figure: Quantity) -> bool:
    return _reads(figure, ".", ",")


def _reads(figure: Quantity, thousands: str, point: str) -> bool:
    if not re.search(r"[.,]", figure.number):
        return False
    try:
        value = Decimal(re.sub(r"[\u00a0\u202f]", "", figure.number).replace(thousands, "").replace(point, "."))
    except ArithmeticError:
        return False
    return value * _factor(figure) == figure.value
