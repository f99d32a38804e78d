"""Whether a figure counts what a question asks for. Pure."""

from __future__ import annotations

from rag.figures.quantities import Quantity
from rag.figures.units import UnitKind
from rag.text import fold, terms


def unit_matches(unit: str, figure: str) -> bool:
    """Say whether a figure carries the unit asked for: every word of it, accents or not."""
    have = set(terms(fold(figure)))
    return all(word in have for word in terms(fold(unit)))


def carries_unit(unit: str, sentence: str, quantity: Quantity) -> bool:
    """Say whether a figure counts what is asked; what people are counted as may stand ahead of it.

    ``số lao động là 1.860 người`` answers how many ``lao động``; a percentage never does.
    """
    if unit_matches(unit, sentence[quantity.start : quantity.end]):
        return True
    return quantity.unit_kind in (UnitKind.COUNT, UnitKind.NUMBER) and unit_matches(unit, sentence)
