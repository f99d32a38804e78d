"""Quantities, units, roles, periods and dates read from a sentence, with offsets. Pure."""

from __future__ import annotations

from rag.figures.bases import base_span, find_base
from rag.figures.carrying import carries_unit, unit_matches
from rag.figures.conversion import convert, same_quantity
from rag.figures.headings import Outline, settings_of
from rag.figures.periods import find_dates, find_periods
from rag.figures.quantities import Quantity, find_quantities
from rag.figures.reading import read_paragraph
from rag.figures.roles import Role
from rag.figures.stated import Origin, Setting, Stated
from rag.figures.units import UnitKind

__all__ = [
    "Origin",
    "Outline",
    "Quantity",
    "Role",
    "Setting",
    "Stated",
    "UnitKind",
    "base_span",
    "carries_unit",
    "convert",
    "find_base",
    "find_dates",
    "find_periods",
    "find_quantities",
    "read_paragraph",
    "same_quantity",
    "settings_of",
    "unit_matches",
]
