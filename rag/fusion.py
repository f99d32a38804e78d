"""Two channels → one score: how candidates are fused, and what each channel is worth, learned from examples. Pure.

Scores are fused, not ranks: with a weak dense channel reciprocal rank fusion loses half of what the lexical one
finds. Source: Bruch, Gai, Ingber, TOIS 2023.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

#: How deep each channel is asked before fusion.
CANDIDATES = 100
#: Weight of the dense channel where it could not be learned. On XQuAD, vectors under any noise, it costs at most 1.1
#: points against BM25 alone and nothing in the mean; 0.1 costs 0.3 at most, 0.3 1.7, 0.5 12.6 (4.0 in the mean).
DEFAULT_WEIGHT = 0.2
#: Of the weaker channel's strength so many standard errors are taken off before it is believed: what cannot be told
#: from noise gets nothing. The most that any of 54 rows of tests/benchmarks/fusion.py lost against its better channel:
#: with 1 0.6 of a point, with 2 0.5, with 3 0.3, with 4 0.2. What both channels gain together where both are good falls
#: little: MiniLM in English 5.1, 4.4, 4.6, 4.7 points, the built-in embedder 0.8, 0.8, 0.8, 0.6.
CAUTION = 3.0
#: How many questions may have no passage that a channel could know, such as those made of a sentence that stands
#: apart from its neighbours: they are three in five on news, a third on XQuAD. With 0 they decide everything:
#: among news the vectors got nothing, whatever they were worth. 0.3 differs from 0.5 by 0.03 at most where the words
#: are whole; with 0.1 EM finds nothing under noise.
HOPELESS = 0.5
#: Pulls both strengths a little to 0, so that a channel which is always right has a finite one. Strengths lie between
#: 0 and 25.
_RIDGE = 0.01
#: Where the search for strengths starts: likelihoods with hopeless questions have more than one summit.
_STARTS = ((6.0, 6.0), (8.0, 2.0), (2.0, 8.0))
_ROUNDS = 60
_STEPS = 3
_LONGEST_STEP = 2.0
_SETTLED = 1e-3

Floats = NDArray[np.float64]


def fuse(dense: Scores | None, lexical: Scores, *, weight: float) -> Scores:
    """Fuse the scores of the same candidates: ``weight · dense + (1 - weight) · lexical``, each scaled to 0..1.

    dense: NaN where a passage has no vector yet; such a passage is judged by its lexical score alone.
    Returns float32, shape as given.
    """
    near, shared = scale(dense, lexical)
    if near is None:
        return shared
    if not shared.any():
        return near
    return (weight * near + (1 - weight) * shared).astype(np.float32)


def scale(dense: Scores | None, lexical: Scores) -> tuple[Scores | None, Scores]:
    """Scale the scores of one question's candidates: dense between its ends, lexical by its highest.

    Returns float32 in 0..1, shape as given; None for dense where no candidate has a vector.
    """
    highest = float(lexical.max(initial=0.0))
    shared = (lexical / highest if highest > 0 else np.zeros_like(lexical)).astype(np.float32)
    if dense is None or np.isnan(dense).all():
        return None, shared
    low, high = float(np.nanmin(dense)), float(np.nanmax(dense))
    near = (dense - low) / (high - low) if high > low else np.ones_like(dense)
    return np.where(np.isnan(near), shared, near).astype(np.float32), shared


def pick_candidates(dense: Scores, lexical: Scores, *, k: int = CANDIDATES) -> NDArray[np.int64]:
    """Give the rows that are among the k best of either channel, rising. A lexical score of 0 is no candidate."""
    near = np.argsort(-dense, kind="stable")[:k]
    shared = np.argsort(-lexical, kind="stable")[:k]
    return np.union1d(near, shared[lexical[shared] > 0]).astype(np.int64)


def learn_weight(dense: Scores, lexical: Scores, right: Sequence[int]) -> float:
    """Learn the dense channel's weight from questions whose right passage is known. Returns 0 to 1.

    dense, lexical: shape (n_questions, n_passages). right: the column of each question's passage.

    The channels' strengths are those under which the right passages are likeliest, where a passage is chosen with
    probability proportional to ``exp(strength_d · dense + strength_l · lexical)`` (conditional logit: McFadden 1973),
    or, for a question that is hopeless, by chance. Their shares are the weights. Every question counts by how far its
    passage is from being found, so 160 tell what a count of hits would need many more for.
    """
    features, present = _lay_out(dense, lexical, right)
    if not present[:, 1:].any():
        return DEFAULT_WEIGHT
    _, strengths, errors = max((_fit(features, present, start) for start in _STARTS), key=lambda fit: fit[0])
    weaker = int(np.argmin(strengths))
    strengths[weaker] = max(0.0, strengths[weaker] - CAUTION * errors[weaker])
    total = float(strengths.sum())
    return float(strengths[0]) / total if total > 0 else DEFAULT_WEIGHT


def _lay_out(dense: Scores, lexical: Scores, right: Sequence[int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Scale each question's candidates as fuse does; the right passage is always one, and comes first.

    Returns features, shape (n_questions, most candidates, 2), and which of them are real, same shape less the last.
    """
    laid = []
    for near, shared, row in zip(dense, lexical, right, strict=True):
        others = pick_candidates(near, shared)
        rows = np.concatenate(([row], others[others != row]))
        scaled, words = scale(near[rows], shared[rows])
        laid.append(np.stack([words if scaled is None else scaled, words], axis=1))
    features = np.zeros((len(laid), max(map(len, laid), default=1), 2))
    present = np.zeros(features.shape[:2], dtype=bool)
    for i, one in enumerate(laid):
        features[i, : len(one)] = one
        present[i, : len(one)] = True
    return features, present


def _fit(features: Floats, present: NDArray[np.bool_], start: tuple[float, float]) -> tuple[float, Floats, Floats]:
    """Fit both strengths, neither below 0, by EM over which questions are hopeless.

    Returns the log likelihood, the strengths and their standard errors, shape (2,) each.
    """
    strengths = np.array(start)
    by_chance = HOPELESS / present.sum(axis=1)
    reached = -np.inf
    curvature = np.eye(2)
    for _ in range(_ROUNDS):
        known = (1 - HOPELESS) * _choose(strengths, features, present)[:, 0]
        likelihood = float(np.log(known + by_chance).sum() - _RIDGE / 2 * strengths @ strengths)
        if likelihood - reached < _SETTLED:
            break
        reached = likelihood
        shares = known / (known + by_chance)
        for _ in range(_STEPS):
            slope, curvature = _slope(strengths, features, present, shares)
            # A channel held at 0 that would go below it stays out of the step.
            free = (strengths > 0) | (slope > 0)
            step = np.zeros(2)
            if free.any():
                step[free] = np.linalg.solve(curvature[np.ix_(free, free)], slope[free])
            strengths = np.maximum(strengths + np.clip(step, -_LONGEST_STEP, _LONGEST_STEP), 0.0)
    errors: Floats = np.sqrt(np.diag(np.linalg.inv(curvature)))
    return reached, strengths, errors


def _choose(strengths: Floats, features: Floats, present: NDArray[np.bool_]) -> Floats:
    """Give the probability of each candidate, shape (n_questions, most candidates)."""
    logits = np.where(present, features @ strengths, -np.inf)
    chances: Floats = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


def _slope(strengths: Floats, features: Floats, present: NDArray[np.bool_], shares: Floats) -> tuple[Floats, Floats]:
    """Give the slope of the log likelihood and its curvature with the sign turned. shares: what a question counts."""
    chances = _choose(strengths, features, present) * shares[:, None]
    expected = np.matmul(chances[:, None, :], features)[:, 0] / np.maximum(shares, 1e-12)[:, None]
    slope = shares @ (features[:, 0] - expected) - _RIDGE * strengths
    flat = features.reshape(-1, 2)
    spread = flat.T @ (flat * chances.reshape(-1, 1)) - expected.T @ (expected * shares[:, None])
    return slope, spread + _RIDGE * np.eye(2)
