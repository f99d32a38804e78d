"""When not to answer, and how to say why: a typed reason, in the question's language, naming what was found instead."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.asked import Asked
from rag.answer.misfits import find_misfit
from rag.answer.offers import Family, Offer
from rag.figures.wording import write_period
from rag.types import Reason, Understood

#: Below this confidence there is no answer. Of 181 questions over 80 reports, weights learned per fold, confidence
#: alone would withhold at 0.3, 0.45 and 0.6 about 0.73 of the unanswerable ones, and 0.09, 0.11 and 0.17 of the
#: others; on made-up district reports 0.53, 0.70 and 0.80, and 0.01, 0.02 and 0.05. tests/benchmarks/trust.py prints
#: the rest.
MIN_CONFIDENCE = 0.45
#: The figure found instead must share so much of what the question asks for.
MIN_FOCUS = 0.5


def find_reason(
    offers: Sequence[Offer], asked: Asked, *, confidence: float, min_confidence: float
) -> tuple[Reason, Offer | None] | None:
    """Give the reason why the first offer is no answer, and what was found instead; None where it is one.

    offers: weighed, best first.
    """
    if not offers or not any(o.features["around"] or (asked.entities and o.features["entity_passage"]) for o in offers):
        return Reason.NO_PASSAGE, None
    best = offers[0]
    misfit = find_misfit(best, asked)
    if misfit is not None:
        return misfit, best if misfit is not Reason.NOT_REPORTED else None
    if confidence < min_confidence:
        return _weak(offers, asked)
    return None


def _weak(offers: Sequence[Offer], asked: Asked) -> tuple[Reason, Offer | None]:
    """Give the reason where no offer is sure enough: what the nearest figure lacks, else that it is not reported."""
    near = [o for o in offers if o.family is Family.FIGURE and o.features["focus_and_tail"] >= MIN_FOCUS]
    for offer in near[:3]:
        misfit = find_misfit(offer, asked)
        if misfit is None:
            break
        if misfit is not Reason.NOT_REPORTED:
            return misfit, offer
    return Reason.NOT_REPORTED, None


_VIETNAMESE = {
    Reason.NO_PASSAGE: "Các báo cáo không có đoạn nào nói về điều được hỏi.",
    Reason.OTHER_ENTITY: "Các báo cáo không nêu điều này về {entity}; số liệu gần nhất là của {other}.",
    Reason.OTHER_PERIOD: "Các báo cáo không nêu điều này cho {period}; số liệu gần nhất là của {other}.",
    Reason.NOT_REPORTED: "Các báo cáo không nêu điều được hỏi{about}.",
    Reason.TARGET_ONLY: "Các báo cáo chỉ nêu kế hoạch, chưa nêu kết quả{about}.",
    Reason.PREMISE_CONTRADICTED: "Các báo cáo nói khác với điều câu hỏi nêu ra.",
}
_ENGLISH = {
    Reason.NO_PASSAGE: "The reports have no passage on what was asked.",
    Reason.OTHER_ENTITY: "The reports do not say this of {entity}; the nearest figure is of {other}.",
    Reason.OTHER_PERIOD: "The reports do not say this for {period}; the nearest figure is of {other}.",
    Reason.NOT_REPORTED: "The reports do not say{about}.",
    Reason.TARGET_ONLY: "The reports give a plan only, no result{about}.",
    Reason.PREMISE_CONTRADICTED: "The reports say otherwise than the question takes for granted.",
}


def explain(reason: Reason, understood: Understood, entities: Sequence[str], found: Offer | None) -> str:
    """Say in one sentence, in the question's language, why there is no answer, and what was found instead."""
    is_english = understood.language == "en"
    language = "en" if is_english else "vi"
    sentence = (_ENGLISH if is_english else _VIETNAMESE)[reason]
    periods = [write_period(period, language=language, accented=True) for period in understood.periods]
    stated = found.stated if found is not None else None
    other = "another" if is_english else "đối tượng khác"
    if reason is Reason.OTHER_PERIOD:
        other = "another time" if is_english else "thời gian khác"
        if stated is not None and stated.period:
            other = write_period(stated.period, language=language, accented=True)
    elif stated is not None and stated.subject:
        other = stated.subject
    about = [*entities, *periods]
    behind = " of " if is_english else " về "
    return sentence.format(
        entity=", ".join(entities) or ("what was asked about" if is_english else "đối tượng được hỏi"),
        period=", ".join(periods) or ("the time asked about" if is_english else "thời gian được hỏi"),
        other=other,
        about=f"{behind}{', '.join(about)}" if about else "",
    )
