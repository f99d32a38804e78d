"""Answers over several reports: comparisons, all units side by side, questions that leave whose or when open."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.across.pairs import compare_sides
from rag.answer.across.ranking import sweep_units
from rag.answer.across.sides import Search
from rag.answer.across.unspecified import offer_readings
from rag.answer.asked import Asked
from rag.answer.draft import Draft, Reading
from rag.answer.likelihood import Weights
from rag.types import Hit

__all__ = ["answer_across"]


def answer_across(
    asked: Asked, hits: Sequence[Hit], reading: Reading, weights: Weights, *, min_confidence: float
) -> Draft | None:
    """Answer from several reports side by side; None where a single sentence answers."""
    if reading.search is None:
        return None
    search = Search(reading.search, reading, weights, min_confidence)
    return compare_sides(asked, hits, search) or sweep_units(asked, search) or offer_readings(asked, hits, search)
