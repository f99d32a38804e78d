"""Question and candidates → features: a row of numbers a passage, each named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.lexical import LexicalIndex
from rag.lookup import Lookup
from rag.places import find_places, place_key
from rag.question import match_entities
from rag.ranking.coverage import COVERAGE, measure_coverage
from rag.ranking.evidence import EVIDENCE, Judge, Question
from rag.text import fold, terms
from rag.types import Context, PartKind, Passage, Understood

Features = NDArray[np.float32]

#: fused: the fused score. semantic: the dense channel's part in it. lexical, lexical_lead: the lexical score beside the
#: highest and beside the second. lexical_rank: one by its rank. length: of the text. heading: a title or heading.
#: position: how far down its report.
_CHANNELS = ("fused", "semantic", "lexical", "lexical_lead", "lexical_rank")
_FORM = ("length", "heading", "position")
FEATURES = (
    *_CHANNELS,
    *(f"word_{name}" for name in COVERAGE),
    *(f"pair_{name}" for name in COVERAGE),
    *EVIDENCE,
    *_FORM,
)
_HEADINGS = frozenset({PartKind.TITLE, PartKind.HEADING})
_LONGEST = math.log1p(1000)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages to be ranked, best first. rows: in the index; fused, semantic, lexical: their scores, shape (n,).

    semantic: None where there is no dense channel.
    """

    passages: Sequence[tuple[Passage, Context]]
    rows: NDArray[np.int64]
    fused: NDArray[np.float32]
    semantic: NDArray[np.float32] | None
    lexical: NDArray[np.float32]


def make_features(
    question: str, understood: Understood, lookup: Lookup, candidates: Candidates, *, index: LexicalIndex
) -> Features:
    """Describe each candidate. Returns float32, shape (n, len(FEATURES)), columns in the order of FEATURES."""
    rows, lexical = candidates.rows, candidates.lexical
    n = len(rows)
    by_words, weights = measure_coverage(index, [concept.term for concept in lookup.words], rows)
    by_pairs, _ = measure_coverage(index, lookup.pairs, rows)
    highest = np.sort(lexical)[::-1]
    second = highest[min(1, n - 1)]
    documents = index.document_of[rows]
    first, end = index.first_row[documents], index.first_row[documents + 1]
    columns: dict[str, NDArray[np.floating]] = {
        "fused": candidates.fused,
        "semantic": np.zeros(n) if candidates.semantic is None else candidates.semantic,
        "lexical": lexical / highest[0] if highest[0] > 0 else lexical,
        "lexical_lead": np.minimum(lexical / second, 2) if second > 0 else np.minimum(lexical, 1),
        "lexical_rank": 1 / (1 + np.searchsorted(-highest, -lexical, side="left")),
        "length": np.array([math.log1p(len(p.text)) / _LONGEST for p, _ in candidates.passages]),
        "heading": np.array([float(p.kind in _HEADINGS) for p, _ in candidates.passages]),
        "position": (rows - first) / np.maximum(end - first, 1),
    }
    columns |= {f"word_{name}": column for name, column in by_words.items()}
    columns |= {f"pair_{name}": column for name, column in by_pairs.items()}
    judge = Judge(_judged_by(question, understood, lookup, weights, candidates.passages))
    judged = [judge.judge(passage, context) for passage, context in candidates.passages]
    columns |= {name: np.array([each[name] for each in judged]) for name in EVIDENCE}
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float32)


def _judged_by(
    question: str,
    understood: Understood,
    lookup: Lookup,
    weights: Sequence[float],
    passages: Sequence[tuple[Passage, Context]],
) -> Question:
    entities = understood.entities
    if not entities:
        # Typed without capitals: what the reports are about tells names from words.
        about = {name: None for _, context in passages for name in (context.place, context.organisation) if name}
        entities = match_entities(question, about)
    keys = (" ".join(terms(fold(place_key(entity) or entity))) for entity in entities)
    return Question(
        understood=understood,
        lookup=lookup,
        weights=tuple(weights),
        # The country is taken for granted.
        entities=tuple(dict.fromkeys(key for key in keys if key and key.replace(" ", "") != "vietnam")),
        places=tuple((place_key(span.name), span.level) for span in find_places(question)),
    )
