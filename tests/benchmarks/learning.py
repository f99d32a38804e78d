"""Learn the second stage's weights from questions whose evidence is known, and keep folds of reports apart."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.evaluate.locate import Target
from rag.ranking import FEATURES
from rag.types import Passage, Question

#: What speaks against a passage; all other features speak for it. Without these signs a feature may take back what
#: another gives too much, which wins a hundredth of recall@1 on reports, and puts passages without a word of the
#: question first in a library of a few.
AGAINST = frozenset({"other_place", "period_conflict", "heading", "position"})
#: What may do either.
EITHER = frozenset({"length", "period_unknown"})
#: Pulls the weights of features that do nothing to 0. 3 and 30 gave the same recall within 0.01.
RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class Example:
    """One question and the passages found for it.

    fold: which part of the questions it belongs to. features: float32, shape (n, n_features). right: bool, shape (n,).
    weight: how much it counts.
    """

    fold: int
    features: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: float


def learn_weights(examples: Iterable[Example], *, ridge: float = RIDGE) -> NDArray[np.float32]:
    """Learn weights under which the right passages are likeliest among those found for each question.

    Conditional logit over each question's passages, its right ones sharing the probability; features are brought to
    one spread before the ridge. Returns float32, shape (n_features,). Source: Cao et al., ICML 2007 (ListNet, top one).
    """
    used = [example for example in examples if example.right.any() and not example.right.all()]
    features = np.concatenate([example.features for example in used]).astype(np.float64)
    spread = features.std(axis=0) + 1e-6
    features = (features - features.mean(axis=0)) / spread
    sizes = np.array([len(example.right) for example in used])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of_question = np.repeat(np.arange(len(used)), sizes)
    shares = np.concatenate([example.right / example.right.sum() for example in used])
    counted = np.array([example.weight for example in used])
    ridge *= float(counted.mean())

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        scores -= np.maximum.reduceat(scores, starts)[of_question]
        chances = np.exp(scores)
        totals = np.add.reduceat(chances, starts)
        chances /= totals[of_question]
        likelihood = (counted[of_question] * shares * (scores - np.log(totals)[of_question])).sum()
        slope = features.T @ (counted[of_question] * (chances - shares))
        return float(-likelihood + ridge / 2 * weights @ weights), slope + ridge * weights

    bounds = [_bounds(name) for name in FEATURES]
    start = np.zeros(features.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return np.asarray(found.x / spread, dtype=np.float32)


def _bounds(name: str) -> tuple[float | None, float | None]:
    if name in EITHER:
        return None, None
    return (None, 0.0) if name in AGAINST else (0.0, None)


def mark_right(target: Target, passages: Sequence[Passage]) -> NDArray[np.bool_]:
    """Mark the passages that hold at least half of a quote, or lie in one for at least half of themselves."""
    right = np.zeros(len(passages), dtype=bool)
    for place in (place for quote in (*target.evidence, *target.alternatives) for place in quote.places):
        for i, passage in enumerate(passages):
            shared = min(passage.end, place.end) - max(passage.start, place.start)
            shortest = min(place.end - place.start, passage.end - passage.start)
            right[i] |= passage.doc_id == place.doc_id and shared > 0 and 2 * shared >= shortest
    return right


def find_components(questions: Iterable[Question]) -> dict[str, str]:
    """Group questions that share a report, be it one that answers or one that tempts. Returns group by question id."""
    leader: dict[str, str] = {}

    def find(doc: str) -> str:
        while leader.setdefault(doc, doc) != doc:
            doc = leader[doc]
        return doc

    questions = list(questions)
    for question in questions:
        docs = [*question.docs, *question.near_miss_docs] or [question.id]
        for other in docs[1:]:
            leader[find(other)] = find(docs[0])
        find(docs[0])
    return {q.id: find(next(iter((*q.docs, *q.near_miss_docs)), q.id)) for q in questions}


def assign_folds(groups: Mapping[Hashable, str], *, n_folds: int) -> dict[Hashable, int]:
    """Deal groups out to folds, always the same way: in the order of their hashes, by turns."""
    ordered = sorted(set(groups.values()), key=lambda group: hashlib.sha256(group.encode()).digest())
    fold_of = {group: i % n_folds for i, group in enumerate(ordered)}
    return {key: fold_of[group] for key, group in groups.items()}
