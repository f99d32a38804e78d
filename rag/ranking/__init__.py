"""The second stage: the best fifty passages put in order by what they say, with weights that were learned.

A passage's rank score is the weighted sum of its features (features.py); the weights (weights.tsv) are those of a
conditional logit, the probability that a passage is the one which carries the evidence among all fifty
(listwise softmax: Cao et al., ICML 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.ranking.features import FEATURES, Candidates, Features, make_features
from rag.ranking.weights import Weights, load_weights, read_weights, write_weights

__all__ = [
    "FEATURES",
    "Candidates",
    "Features",
    "Weights",
    "load_weights",
    "make_features",
    "rank_scores",
    "read_weights",
    "write_weights",
]


def rank_scores(features: Features, weights: Weights) -> NDArray[np.float32]:
    """Score described candidates: how likely each carries the evidence beside the likeliest, from 0 to 1."""
    scores = (features.astype(np.float64) @ weights.astype(np.float64)) if len(features) else np.zeros(0)
    likelihood: NDArray[np.float32] = np.exp(scores - scores.max(initial=-np.inf)).astype(np.float32)
    return likelihood
