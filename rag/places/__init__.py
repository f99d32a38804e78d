"""Names of Vietnamese administrative units: found in a text, compared, and carried over the reform of 2025. Pure.

On 1 July 2025 the 63 provinces became 34 and the districts were abolished; provinces.tsv beside this file says
what each province became part of. Names are given without their unit word ("Quan Sơn"), but for numbered
ones ("Quận 1").
"""

from __future__ import annotations

from rag.places.finding import UPPER, PlaceSpan, find_places
from rag.places.names import (
    REFORM_DATE,
    PlaceLevel,
    Province,
    find_province,
    merged_from,
    place_key,
    provinces,
    same_place,
)

__all__ = [
    "REFORM_DATE",
    "UPPER",
    "PlaceLevel",
    "PlaceSpan",
    "Province",
    "find_places",
    "find_province",
    "merged_from",
    "place_key",
    "provinces",
    "same_place",
]
