"""Learn the answer's weights from questions whose answers are known; folds of reports are kept apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.answer.asked import Asked
from rag.answer.likelihood import BIAS, FEATURES, SURE, Weights, describe_best, weigh_offers
from rag.answer.misfits import fits_first
from rag.answer.offers import Family, Offer

_Bound = tuple[float | None, float | None]
#: What can only speak against an offer; all other features only for it, or they would take back what others give.
AGAINST = frozenset({"unknown", "clash", "misfit", "missing", "excess", "other_entity", "subject_other"})
EITHER = frozenset({"row", "first", BIAS})
#: Pulls the weights of features that do nothing to 0. What tells how sure to be is pulled less: it is fitted on one row
#: a question.
RIDGE, SURE_RIDGE = 3.0, 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """One question: what the evidence offers, which of it is right. right: bool, shape (n,). weight: how it counts."""

    id: str
    asked: Asked
    fold: int
    family: Family
    offers: tuple[Offer, ...]
    right: NDArray[np.bool_]
    answerable: bool
    weight: float = 1.0


def learn(cases: Iterable[Case], *, ridge: float = RIDGE, without: Collection[str] = ()) -> Weights:
    """Learn to choose among offers (conditional logit), then how sure to be of the first (logistic, calibrated).

    without: features that get no weight.
    """
    cases = list(cases)
    bound = partial(_bound, without=frozenset(without))
    choice: dict[Family, Mapping[str, float]] = {}
    for family, names in FEATURES.items():
        choice[family] = _learn_choice([c for c in cases if c.family is family], names, ridge, bound)
    half = Weights(choice=choice, sure={})
    sure = {
        family: _learn_sure([c for c in cases if c.family is family], names, half, SURE_RIDGE, bound)
        for family, names in SURE.items()
    }
    return Weights(choice=choice, sure=sure)


def _matrix(offers: Sequence[Offer], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[offer.features[name] for name in names] for offer in offers], dtype=np.float64)


def _bound(name: str, *, without: Collection[str]) -> _Bound:
    if name in without:
        return 0.0, 0.0
    if name in EITHER:
        return None, None
    return (None, 0.0) if name in AGAINST else (0.0, None)


def _learn_choice(
    cases: Sequence[Case], names: tuple[str, ...], ridge: float, bound: Callable[[str], _Bound]
) -> dict[str, float]:
    used = [c for c in cases if c.right.any() and not c.right.all()]
    if not used:
        return dict.fromkeys(names, 0.0)
    features = np.concatenate([_matrix(c.offers, names) for c in used])
    spread = features.std(axis=0) + 1e-6
    scaled = features / spread
    sizes = np.array([len(c.right) for c in used])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of_case = np.repeat(np.arange(len(used)), sizes)
    right = np.concatenate([c.right for c in used])
    counted = np.array([c.weight for c in used])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        scores -= np.maximum.reduceat(scores, starts)[of_case]
        chances = np.exp(scores)
        chances /= np.add.reduceat(chances, starts)[of_case]
        of_right = np.add.reduceat(chances * right, starts)
        posterior = np.where(right, chances / of_right[of_case], 0.0)
        slope = scaled.T @ (counted[of_case] * (chances - posterior))
        value = -(counted * np.log(of_right)).sum()
        return float(value + ridge / 2 * weights @ weights), slope + ridge * weights

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=[bound(n) for n in names])
    return dict(zip(names, (found.x / spread).tolist(), strict=True))


def _learn_sure(
    cases: Sequence[Case], names: tuple[str, ...], weights: Weights, ridge: float, bound: Callable[[str], _Bound]
) -> dict[str, float]:
    rows, labels, counted = [], [], []
    for case in cases:
        if not case.offers:
            continue
        order = fits_first(weigh_offers(case.offers, weights), case.asked)
        described = describe_best(order, case.asked)
        rows.append([described[name] for name in names])
        labels.append(case.answerable and is_right(case, order[0]))
        counted.append(case.weight)
    if len(set(labels)) < 2:
        return {BIAS: 0.0, **dict.fromkeys(names, 0.0)}
    features = np.array(rows)
    spread = features.std(axis=0) + 1e-6
    scaled = np.hstack([np.ones((len(rows), 1)), features / spread])
    target, weight = np.array(labels, dtype=np.float64), np.array(counted)
    pull = np.array([0.0] + [ridge] * len(names))

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values = scaled @ found
        chances = 1 / (1 + np.exp(-values))
        value = (weight * (np.logaddexp(0, values) - target * values)).sum()
        return float(value + (pull * found**2).sum() / 2), scaled.T @ (weight * (chances - target)) + pull * found

    bounds = [(None, None), *(bound(name) for name in names)]
    solved = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds)
    return dict(zip((BIAS, *names), [float(solved.x[0]), *(solved.x[1:] / spread).tolist()], strict=True))


def is_right(case: Case, offer: Offer) -> bool:
    """Say whether an offer, weighed or not, is one of the right ones."""
    return any(
        ok and other.hit.passage.id == offer.hit.passage.id and (other.start, other.span) == (offer.start, offer.span)
        for other, ok in zip(case.offers, case.right, strict=True)
    )
