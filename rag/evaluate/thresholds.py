"""What the confidence below which nothing is answered does: for each threshold, what becomes of the questions. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

#: Thresholds from 0 to 1 in steps of 0.05.
STEPS = tuple(round(step / 20, 2) for step in range(21))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a question's answer was before any threshold.

    confidence: below a greater threshold the answer is withheld. abstained: there was no answer at any threshold.
    right: None where it cannot be judged.
    """

    answerable: bool
    confidence: float
    abstained: bool
    right: bool | None


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """What a threshold does. Shares, None where there is nothing to take them of.

    right, wrong, wrongly_abstained: of the answerable questions; rightly_abstained: of the unanswerable ones.
    coverage: of all questions, those that are answered; risk: of those, the ones that are answered wrongly.
    """

    threshold: float
    right: float | None
    wrong: float | None
    wrongly_abstained: float | None
    rightly_abstained: float | None
    coverage: float
    risk: float | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What each threshold would have done in a run. Questions whose answer cannot be judged are left out."""

    n_answerable: int
    n_unanswerable: int
    rows: tuple[ThresholdRow, ...]


def sweep_thresholds(outcomes: Sequence[Outcome], *, steps: Sequence[float] = STEPS) -> Thresholds | None:
    """Follow the outcomes over the thresholds; None where no question can be judged.

    A question is answered where its confidence reaches the threshold. Source of risk and coverage: El-Yaniv and
    Wiener, JMLR 2010.
    """
    answerable = [one for one in outcomes if one.answerable and (one.right is not None or one.abstained)]
    unanswerable = [one for one in outcomes if not one.answerable]
    if not answerable and not unanswerable:
        return None
    rows = tuple(_weigh(step, answerable, unanswerable) for step in steps)
    return Thresholds(len(answerable), len(unanswerable), rows)


def _weigh(threshold: float, answerable: Sequence[Outcome], unanswerable: Sequence[Outcome]) -> ThresholdRow:
    answered = [one for one in answerable if _is_answered(one, threshold)]
    right = sum(one.right is True for one in answered)
    tempted = sum(_is_answered(one, threshold) for one in unanswerable)
    given = len(answered) + tempted
    return ThresholdRow(
        threshold=threshold,
        right=_share(right, len(answerable)),
        wrong=_share(len(answered) - right, len(answerable)),
        wrongly_abstained=_share(len(answerable) - len(answered), len(answerable)),
        rightly_abstained=_share(len(unanswerable) - tempted, len(unanswerable)),
        coverage=given / (len(answerable) + len(unanswerable)),
        risk=_share(given - right, given),
    )


def _is_answered(outcome: Outcome, threshold: float) -> bool:
    return not outcome.abstained and outcome.confidence >= threshold


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def answerability_auc(confidences: Sequence[tuple[bool, float]]) -> float | None:
    """Give the probability that a random answerable question has a higher confidence than a random unanswerable one.

    confidences: (answerable, confidence) of each question. Equal confidences count half. None where either side is
    missing. Source: Hanley and McNeil, Radiology 1982.
    """
    ranked = sorted(confidences, key=itemgetter(1))
    n_answerable = sum(answerable for answerable, _ in ranked)
    n_pairs = n_answerable * (len(ranked) - n_answerable)
    if not n_pairs:
        return None
    won, below = 0.0, 0
    for _, group in groupby(ranked, key=itemgetter(1)):
        tied = [answerable for answerable, _ in group]
        against = tied.count(False)
        won += tied.count(True) * (below + against / 2)
        below += against
    return won / n_pairs


def format_thresholds(thresholds: Thresholds) -> str:
    """Lay the rows out as a table of plain text. ``–`` stands where there is nothing to take a share of."""
    lines = [
        f"What a threshold would do ({thresholds.n_answerable} answerable, {thresholds.n_unanswerable} unanswerable)",
        f"{'confidence':>12}{'right':>9}{'wrong':>9}{'abstained':>11}{'rightly abst.':>15}{'coverage':>10}{'risk':>8}",
    ]
    for row in thresholds.rows:
        lines.append(
            f"{row.threshold:>12.2f}{_value(row.right):>9}{_value(row.wrong):>9}{_value(row.wrongly_abstained):>11}"
            f"{_value(row.rightly_abstained):>15}{_value(row.coverage):>10}{_value(row.risk):>8}"
        )
    return "\n".join(lines)


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
