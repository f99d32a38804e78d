"""Hits of several searches → one list: every side represented, copies of one report folded. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.types import Hit, Passage


def merge_sides(whole: Sequence[Hit], sides: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Merge the hits of a question about several things with those of each of its sides, best first.

    By turns: the first of each side, the first of the whole question, the second of each side, … so that among the
    first ``n + 1`` hits each of n sides has its best. A passage counts where it is met first, with its highest score;
    no score is higher than that of the hit before.
    """
    highest: dict[str, float] = {}
    for hits in (whole, *sides):
        for hit in hits:
            highest[hit.passage.id] = max(highest.get(hit.passage.id, 0.0), hit.score)
    merged: dict[str, Hit] = {}
    bound = float("inf")
    for hit in _by_turns((*sides, whole)):
        if hit.passage.id not in merged:
            bound = min(bound, highest[hit.passage.id])
            merged[hit.passage.id] = replace(hit, score=bound)
    return list(merged.values())


def _by_turns(lists: Sequence[Sequence[Hit]]) -> Iterator[Hit]:
    for turn in zip_longest(*lists):
        yield from (hit for hit in turn if hit is not None)


def fold_copies(hits: Sequence[Hit], copies: dict[str, str]) -> list[Hit]:
    """Keep the best of hits that carry the same words in copies of one report; it names the others."""
    if not copies:
        return list(hits)
    kept: dict[tuple[str, str], tuple[Hit, dict[str, None]]] = {}
    for hit in hits:
        key = (copies.get(hit.passage.doc_id, hit.passage.doc_id), _same_words(hit.passage))
        known = kept.get(key)
        if known is None:
            kept[key] = (hit, dict.fromkeys(hit.copies))
        elif hit.passage.doc_id != known[0].passage.doc_id:
            # What the sides of a question found was folded before.
            known[1].update(dict.fromkeys((hit.passage.doc_id, *hit.copies)))
    for hit, others in kept.values():
        others.pop(hit.passage.doc_id, None)
    return [replace(hit, copies=tuple(others)) if others else hit for hit, others in kept.values()]


def _same_words(passage: Passage) -> str:
    return " ".join(passage.text.split()).casefold()
