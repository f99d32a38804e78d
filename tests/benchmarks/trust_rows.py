"""What became of questions, summed up."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from trust_cases import Known

from rag.evaluate.answers import answer_em, contains_answer
from rag.evaluate.locate import Target
from rag.evaluate.metrics import Span, is_right_citation
from rag.text import fold, sentences, terms
from rag.types import Answer, Question

THRESHOLDS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. short, told: its short answer, its text is right; cited: its first citation."""

    kind: str
    answerable: bool
    abstained: bool
    short: bool
    told: bool
    cited: bool
    confidence: float
    reason: str

    @classmethod
    def of(cls, question: Question, target: Target, answer: Answer) -> Outcome:
        """Judge an answer."""
        cited = False
        if answer.citations and not answer.abstained:
            first = answer.citations[0]
            cited = is_right_citation(Span(first.doc_id, first.start, first.end), target)
        return cls(
            kind=question.kind,
            answerable=question.answerable,
            abstained=answer.abstained,
            short=not answer.abstained and bool(answer_em(answer.short, question.answers)),
            told=not answer.abstained and contains_answer(f"{answer.short or ''} {answer.text}", question.answers),
            cited=cited,
            confidence=answer.confidence,
            reason=answer.reason.value if answer.reason else "",
        )


def overlap_outcomes(known: Sequence[Known]) -> list[Outcome]:
    """Answer by the sentence of the evidence that shares most words with the question, titles counted by half."""
    outcomes = []
    for one in known:
        words = set(terms(fold(one.question.question)))
        best: tuple[float, Span | None] = (-1.0, None)
        for hit in one.hits[:10]:
            title = words & set(terms(fold(hit.context.title)))
            for start, end in sentences(hit.passage.text):
                own = words & set(terms(fold(hit.passage.text[start:end])))
                share = (len(own) + 0.5 * len(title - own)) / max(len(words), 1)
                if share > best[0]:
                    first = hit.passage.start
                    best = (share, Span(hit.passage.doc_id, first + start, first + end))
        right = best[1] is not None and is_right_citation(best[1], one.target)
        outcomes.append(Outcome(one.question.kind, one.question.answerable, False, False, False, right, best[0], ""))
    return outcomes


def print_outcomes(
    outcomes: Sequence[Outcome], *, by_kind: bool = False, thresholds: bool = False, baseline: bool = False
) -> None:
    """Print the figures, each with its interval and n."""
    asked = [o for o in outcomes if o.answerable]
    unasked = [o for o in outcomes if not o.answerable]
    figures = [o for o in asked if o.kind == "figure"]
    compared = [o for o in asked if o.kind == "compare"]
    rows: list[tuple[str, Sequence[Outcome], Callable[[Outcome], bool]]] = [
        ("first citation right", asked, lambda o: o.cited)
    ]
    if not baseline:
        rows = [
            ("short answer right", asked, lambda o: o.short),
            ("… of figures", figures, lambda o: o.short),
            ("right answer within the text", asked, lambda o: o.told),
            *rows,
            ("comparison right", compared, lambda o: o.short),
            ("unanswerable abstained from", unasked, lambda o: o.abstained),
            ("false abstention", asked, lambda o: o.abstained),
        ]
    for name, counted, is_so in rows:
        if counted:
            print(f"  {name:32}{_share(counted, is_so)}")
    if (auc := measure_auc(outcomes)) is not None:
        print(f"  {'AUC answerable by confidence':32}{auc:.3f}")
    if by_kind:
        print(f"  {'by kind':24}{'n':>5}{'short':>8}{'told':>8}{'cited':>8}{'abstained':>11}")
        kinds: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in outcomes:
            kinds[outcome.kind].append(outcome)
        for kind, found in kinds.items():
            shares = (_mean(found, is_so) for is_so in (lambda o: o.short, lambda o: o.told, lambda o: o.cited))
            abstained = _mean(found, lambda o: o.abstained)
            print(f"  {kind:24}{len(found):>5}" + "".join(f"{share:8.3f}" for share in shares) + f"{abstained:11.3f}")
        reasons: dict[str, int] = defaultdict(int)
        for outcome in unasked:
            reasons[outcome.reason or "answered"] += 1
        print("  unanswerable: " + ", ".join(f"{reason} {n}" for reason, n in sorted(reasons.items())))
    if thresholds:
        print("  by confidence alone: threshold, unanswerable below, answerable below")
        for at in THRESHOLDS:
            below = [_mean(found, lambda o, at=at: o.confidence < at) for found in (unasked, asked)]
            print(f"  {at:8.2f}{below[0]:8.3f}{below[1]:8.3f}")
        print("  calibration: confidence, n, right")
        for low in (0.0, 0.2, 0.4, 0.6, 0.8):
            inside = [o for o in outcomes if low <= o.confidence < low + 0.2 or (low == 0.8 and o.confidence == 1)]
            if inside:
                print(
                    f"  {low:4.1f} to {low + 0.2:.1f}{len(inside):6}{_mean(inside, lambda o: o.short or o.cited):8.3f}"
                )


def score(outcomes: Sequence[Outcome]) -> str:
    """Write five figures in a row."""
    asked = [o for o in outcomes if o.answerable]
    unasked = [o for o in outcomes if not o.answerable]
    shares = (
        _mean(asked, lambda o: o.short),
        _mean(asked, lambda o: o.cited),
        _mean(unasked, lambda o: o.abstained),
        _mean(asked, lambda o: o.abstained),
        measure_auc(outcomes) or 0.0,
    )
    return "".join(f"{share:8.3f}" for share in shares)


def measure_auc(outcomes: Sequence[Outcome]) -> float | None:
    """Give the chance that an answerable question has a higher confidence than an unanswerable one, ties half."""
    asked = [o.confidence for o in outcomes if o.answerable]
    unasked = [o.confidence for o in outcomes if not o.answerable]
    if not asked or not unasked:
        return None
    won = sum((a > b) + 0.5 * (a == b) for a in asked for b in unasked)
    return won / (len(asked) * len(unasked))


def _mean(outcomes: Iterable[Outcome], is_so: Callable[[Outcome], bool]) -> float:
    found = [is_so(outcome) for outcome in outcomes]
    return sum(found) / len(found) if found else 0.0


def _share(outcomes: Sequence[Outcome], is_so: Callable[[Outcome], bool]) -> str:
    n = len(outcomes)
    k = sum(is_so(outcome) for outcome in outcomes)
    p, z = k / n, 1.96
    middle, half = (p + z * z / (2 * n)), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return f"{p:.3f}  ({k} of {n}; {low:.2f} to {high:.2f})"
