"""The figures of a short answer compared with those of the accepted ones: value and unit, not spelling. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from rag.figures import Quantity, find_quantities
from rag.glossary import translate_terms

# A word of this length without an accent is English: "1,250 hectares" is twelve hundred and fifty. Abbreviated
# units ("1,250 ha") are read as Vietnamese, where the comma is the decimal sign.
_ENGLISH = re.compile(r"(?<![A-Za-z])[a-z]{4,}")
_SENTENCE = "It was {} in the year."

#: A figure as it is compared: value, upper end of a range, whole of a ratio, names of its unit.
_Figure = tuple[Decimal, Decimal | None, Decimal | None, frozenset[str]]


def figure_accuracy(answer: str | None, accepted: Sequence[str]) -> float | None:
    """Score 1 when the figures of an answer are those of an accepted variant in value and unit, else 0.

    "35.7 million dong per year" is "35,7 triệu đồng/năm", and "15 communes" is "15 xã". Variants without a figure are
    passed over; None where there is no other. An absent answer scores 0.
    """
    wanted = [figures for variant in accepted if (figures := _read_figures(variant))]
    if not wanted:
        return None
    given = _read_figures(answer or "")
    return float(any(_are_same(given, figures) for figures in wanted))


def _read_figures(text: str) -> list[_Figure]:
    is_english = text.isascii() and _ENGLISH.search(text) is not None
    return [_figure(quantity) for quantity in find_quantities(_SENTENCE.format(text) if is_english else text)]


def _figure(quantity: Quantity) -> _Figure:
    names = [quantity.unit] if quantity.unit else []
    if quantity.unit and quantity.unit.isascii():
        names += translate_terms(quantity.unit, language="en")
    return quantity.value, quantity.value_to, quantity.of, frozenset(names)


def _are_same(given: Sequence[_Figure], wanted: Sequence[_Figure]) -> bool:
    """Say whether two lists hold the same figures in the same order."""
    return len(given) == len(wanted) and all(
        one[:3] == other[:3] and (bool(one[3] & other[3]) or one[3] == other[3])
        for one, other in zip(given, wanted, strict=True)
    )
