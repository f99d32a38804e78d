"""Quantities, units, roles, periods and dates read from a sentence, with offsets. Pure."""

from __future__ import annotations

from rag.figures.carrying import carries_unit, unit_matches
from rag.figures.periods import find_dates, find_periods
from rag.figures.quantities import Quantity, find_quantities
from rag.figures.roles import Role
from rag.figures.units import UnitKind

__all__ = [
    "Quantity",
    "Role",
    "UnitKind",
    "carries_unit",
    "find_dates",
    "find_periods",
    "find_quantities",
    "unit_matches",
]
