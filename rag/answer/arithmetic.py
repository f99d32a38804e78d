"""A line of arithmetic recomputed: ``35,7 - 31,2 = 4,5 triệu đồng/năm``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation

from rag.figures import Quantity, UnitKind, convert, find_quantities
from rag.figures.numbers import NUMBER, read_number
from rag.types import Check

_SIGN = re.compile(r"\s*([-–−+×x*/:÷()])\s*")
_NUMBER = re.compile(NUMBER)
_OPERAND_END = re.compile(r"\s+[-–−+×x*/:÷](?=\s|\d|\()|[)]|(?<=\d)[-+×*÷](?=\d)|$")
_LINE = re.compile(rf"[\s(]*(?:{NUMBER}).*[-–−+×x*/:÷].*=")
_MINUS = re.compile(r"\s*[-–−](?=\d)")
_WRITTEN = {"–": "-", "−": "-", "×": "*", "x": "*", ":": "/", "÷": "/"}
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
_MOST_OPERANDS = 60
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Operand:
    """A number of a line. written: its value without factor; unit: None where none stands behind it."""

    written: Decimal
    value: Decimal
    unit: str | None


def is_arithmetic(text: str) -> bool:
    """Say whether a text is a line of arithmetic: numbers, a sign between them, an equals sign and a result."""
    return len(text) < 1000 and text.count("=") == 1 and _LINE.match(text) is not None


def check_arithmetic(expression: str, figures: Iterable[Quantity], *, citation: int | None = None) -> Check:
    """Recompute a line of arithmetic. figures: of the cited cells or quotes, one of which each operand must be.

    A unit stands behind every operand or behind the result alone; all that are written must agree. A difference may
    be told without its sign, a ratio as a percentage, the result rounded to the digits it is written with. A number
    that only counts the operands ("/ 3") or makes a percentage ("x 100") need not be cited.
    failed: ``form``, ``value`` (an operand nobody cites), ``unit`` or ``result``.
    """
    failed = _find_fault(expression, list(figures))
    return Check("figure", failed is None, expression.strip(), citation, () if failed is None else (failed,))


def _find_fault(expression: str, figures: Sequence[Quantity]) -> str | None:
    if not is_arithmetic(expression):
        return "form"
    left, _, right = expression.partition("=")
    minus = _MINUS.match(right)
    results = find_quantities(right[minus.end() if minus else 0 :].strip().rstrip("."))
    if len(results) != 1:
        return "form"
    result = results[0]
    terms = _read_terms(left, _factor_of(result))
    if terms is None or len(terms) > 2 * _MOST_OPERANDS:
        return "form"
    operands = [term for term in terms if isinstance(term, _Operand)]
    for i, term in enumerate(terms):
        if not isinstance(term, _Operand) or _is_constant(terms, i, len(operands)):
            continue
        if not any(_is_cited(term, figure) for figure in figures):
            return "value"
    if not _units_agree(operands, result):
        return "unit"
    try:
        computed = _compute(terms)
    except (InvalidOperation, DivisionByZero, IndexError):
        return "form"
    return None if _equals(computed, result, negative=minus is not None) else "result"


def _read_terms(left: str, factor: Decimal) -> list[_Operand | str] | None:
    """Read operands and signs; where no operand has a unit, all are in the scale of the result."""
    terms: list[_Operand | str] = []
    position = 0
    while position < len(left.rstrip()):
        sign = _SIGN.match(left, position)
        if sign:
            terms.append(_WRITTEN.get(sign[1], sign[1]))
            position = sign.end()
            continue
        number = _NUMBER.match(left, position)
        end = _OPERAND_END.search(left, number.end()) if number else None
        if number is None or end is None:
            return None
        operand = _read_operand(left[position : end.start()].strip(), number.group())
        if operand is None:
            return None
        terms.append(operand)
        position = end.start()
    bare = all(term.unit is None and term.value == term.written for term in terms if isinstance(term, _Operand))
    if not bare:
        return terms
    return [_Operand(t.written, t.written * factor, None) if isinstance(t, _Operand) else t for t in terms]


def _read_operand(text: str, number: str) -> _Operand | None:
    written = read_number(number)
    if written is None:
        return None
    if text == number:
        return _Operand(written, written, None)
    found = find_quantities(text)
    return _Operand(written, found[0].value, found[0].unit) if len(found) == 1 else None


def _factor_of(quantity: Quantity) -> Decimal:
    """Give what the number of a figure is multiplied by: a million for ``4,5 triệu``."""
    written = read_number(quantity.number)
    return quantity.value / written if written else Decimal(1)


def _is_constant(terms: Sequence[_Operand | str], i: int, n_operands: int) -> bool:
    term = terms[i]
    if i == 0 or not isinstance(term, _Operand) or term.unit is not None:
        return False
    return (terms[i - 1] == "*" and term.written == _HUNDRED) or (
        terms[i - 1] == "/" and term.written == n_operands - 1
    )


def _is_cited(operand: _Operand, figure: Quantity) -> bool:
    if operand.unit is None:
        return operand.value == figure.value or operand.written == read_number(figure.number)
    mine, theirs = operand.unit.split("/")[0], figure.unit.split("/")[0] if figure.unit else None
    return convert(operand.value, mine, theirs) == figure.value


def _units_agree(operands: Sequence[_Operand], result: Quantity) -> bool:
    units = {operand.unit.split("/")[0] for operand in operands if operand.unit is not None}
    if len(units) > 1:
        return False
    if not units or result.unit is None or result.unit_kind in (UnitKind.PERCENT, UnitKind.TIMES):
        return True
    return result.unit.split("/")[0] in units or (units == {"%"} and result.unit_kind is UnitKind.POINTS)


def _compute(terms: Sequence[_Operand | str]) -> Decimal:
    """Work out an expression with two stacks. Source: Dijkstra's shunting yard."""
    values: list[Decimal] = []
    signs: list[str] = []

    def apply() -> None:
        sign, b, a = signs.pop(), values.pop(), values.pop()
        values.append(a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b)

    for term in terms:
        if isinstance(term, _Operand):
            values.append(term.value)
        elif term == "(":
            signs.append(term)
        elif term == ")":
            while signs[-1] != "(":
                apply()
            signs.pop()
        else:
            while signs and signs[-1] != "(" and _PRECEDENCE[signs[-1]] >= _PRECEDENCE[term]:
                apply()
            signs.append(term)
    while signs:
        apply()
    if len(values) != 1:
        raise IndexError
    return values[0]


def _equals(computed: Decimal, result: Quantity, *, negative: bool) -> bool:
    """Compare to the digits the result is written with: half of its last place to either side."""
    exponent = (read_number(result.number) or Decimal(0)).as_tuple().exponent
    step = _factor_of(result) * Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)
    told = -result.value if negative else result.value
    computed = computed if negative else abs(computed)
    values = (computed, computed * _HUNDRED) if result.unit_kind is UnitKind.PERCENT else (computed,)
    return any(abs(value - told) * 2 <= step for value in values)
