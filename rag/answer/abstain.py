"""When not to answer, and how to say why."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rag.answer.sentences import Candidate
from rag.types import AnswerKind, Reason, Understood

#: What a candidate would answer in short.
Said = Callable[[Candidate], str | None]
#: Below this confidence there is no answer. On 181 questions over 80 reports (per fold): at 0.3 a share of 0.23 of
#: the unanswerable ones is abstained from and 0.05 of the right answers lost, at 0.35 0.30 and 0.08, at 0.45 0.43
#: and 0.15.
MIN_CONFIDENCE = 0.3
#: A sentence that shares less of the question's words, title and passage counted, is no answer: of 109 right first
#: sentences two share less.
MIN_AROUND = 0.3
#: Another entity's sentence that covers the question so much better says that the asked one is not reported.
CLEARLY_BETTER = 0.25
_COVERED = 0.6
#: Agreement of periods up to which a sentence gives its figure for another one: see sentences.
OTHER_PERIOD_UP_TO = 0.25


def confidence(candidates: Sequence[Candidate], said: Said = lambda candidate: None) -> float:
    """Estimate the probability that the first candidate answers the question.

    said: the short answer a candidate would give; a second source that says the same is no rival.

    A logistic model on 181 questions over 80 reports. Refitted per fold (five, by report), answers given 0.2 to
    0.4 were right 0.31 of the time, 0.4 to 0.6 0.43, 0.6 to 0.8 0.74, above 0.83; AUC 0.75 for right against
    wrong, 0.64 for answerable against not (question coverage alone: 0.55).
    """
    if not candidates:
        return 0.0
    best = candidates[0]
    answer = said(best)
    rivals = [c for c in candidates[1:] if answer is None or said(c) != answer]
    margin = min(best.score - rivals[0].score, 2.0) if rivals else 2.0
    value = (
        -4.1
        + 0.28 * best.coverage
        + 0.18 * best.around
        + 0.96 * best.has_kind
        + 0.59 * best.fit
        + 0.76 * best.near_entity
        + 0.1 * best.period
        + 0.76 * best.near_period
        + 0.37 * best.hit.score
        + 1.04 * margin
    )
    return round(1 / (1 + math.exp(-value)), 4)


def eligible(candidates: Sequence[Candidate], understood: Understood) -> list[Candidate]:
    """Keep sentences that do not speak of another entity, nor of another period where a figure is asked."""
    strict = understood.kind is AnswerKind.FIGURE
    return [
        c
        for c in candidates
        if c.entity > 0
        and (not understood.periods or (c.period > 0 and not (strict and c.near_period <= OTHER_PERIOD_UP_TO)))
    ]


def find_reason(
    candidates: Sequence[Candidate], understood: Understood, said: Said = lambda candidate: None
) -> Reason | None:
    """Give the reason why no sentence of the evidence answers; None where the first eligible one does."""
    if all(c.around == 0 for c in candidates) and not any(c.near_entity > 0 for c in candidates if c.entity > 0):
        return Reason.NO_PASSAGE
    fitting = eligible(candidates, understood)
    rejected = [c for c in candidates if c not in fitting]
    best = fitting[0] if fitting else None
    if best is None or best.coverage < _COVERED:
        # Another's sentence that says so much more of what was asked: the asked one is not reported.
        better = [c for c in rejected if best is None or c.coverage > best.coverage + CLEARLY_BETTER]
        if better:
            return Reason.OTHER_ENTITY if better[0].entity == 0 else Reason.OTHER_PERIOD
    # Without a figure or date no figure or date is answered; a name may be of a kind not known here.
    lacks_kind = best is not None and not best.has_kind and understood.kind in (AnswerKind.FIGURE, AnswerKind.DATE)
    if best is None or lacks_kind or best.around < MIN_AROUND or confidence(fitting, said) < MIN_CONFIDENCE:
        return Reason.NOT_REPORTED
    return None


_VIETNAMESE = {
    Reason.NO_PASSAGE: "Các báo cáo không có đoạn nào nói về điều được hỏi.",
    Reason.OTHER_ENTITY: "Các báo cáo không nêu điều này về {entity}; đoạn gần nhất nói về đối tượng khác.",
    Reason.OTHER_PERIOD: "Các báo cáo không nêu điều này cho {period}; đoạn gần nhất nói về thời gian khác.",
    Reason.NOT_REPORTED: "Các báo cáo không nêu điều được hỏi.",
    Reason.TARGET_ONLY: "Các báo cáo chỉ nêu kế hoạch, chưa nêu kết quả.",
}
_ENGLISH = {
    Reason.NO_PASSAGE: "The reports have no passage on what was asked.",
    Reason.OTHER_ENTITY: "The reports do not say this of {entity}; the nearest passage speaks of another.",
    Reason.OTHER_PERIOD: "The reports do not say this for {period}; the nearest passage speaks of another time.",
    Reason.NOT_REPORTED: "The reports do not say.",
    Reason.TARGET_ONLY: "The reports give a plan only, no result.",
}


def explain(reason: Reason, understood: Understood, entities: Sequence[str]) -> str:
    """Say in one sentence, in the question's language, why there is no answer."""
    vietnamese = understood.language != "en"
    sentence = (_VIETNAMESE if vietnamese else _ENGLISH)[reason]
    period = ", ".join(understood.periods)
    nameless = "đối tượng được hỏi" if vietnamese else "what was asked about"
    timeless = "thời gian được hỏi" if vietnamese else "the time asked about"
    if not period or any("-" in p or "/" in p for p in understood.periods):
        return sentence.format(entity=", ".join(entities) or nameless, period=timeless)
    return sentence.format(entity=", ".join(entities) or nameless, period=f"năm {period}" if vietnamese else period)
