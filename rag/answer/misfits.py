"""What keeps an offer from answering whatever its words: it is another's, of another time, a plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.asked import Asked
from rag.answer.offers import Family, Offer
from rag.types import AnswerKind, Reason, Role

#: A figure that fits the asked period no better is of another one.
OTHER_PERIOD_UP_TO = 0.33
#: A figure is of something else where so much of what is asked stands nowhere around it, and so little in its sentence.
MOST_MISSING, LEAST_SHARED = 0.6, 0.25
#: So little of what is asked leads up to it, and so little stands in its sentence. On 181 questions over reports 0.2
#: and 0.4 lose 1 right answer of 60; 0.3 and 0.5 lose 3.
LEAST_LED, LEAST_NAMED = 0.2, 0.4

_RESULTS = frozenset({Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL})


def find_misfit(offer: Offer, asked: Asked) -> Reason | None:
    """Say what keeps an offer from answering whatever its words: another's, of another time, a plan."""
    features = offer.features
    if asked.entities and features["entity_report"] == 0:
        return Reason.OTHER_ENTITY
    if asked.concepts.all and features["around"] == 0:
        # Nothing that is asked stands in its passage or above it.
        return Reason.NOT_REPORTED
    if features["missing"] >= MOST_MISSING and features["words_focus"] < LEAST_SHARED:
        return Reason.NOT_REPORTED
    if asked.understood.kind is AnswerKind.REASON and features["row"]:
        # A row of a table gives no reason.
        return Reason.NOT_REPORTED
    if offer.family is not Family.FIGURE or offer.stated is None:
        return None
    if features["focus_and_tail"] < LEAST_LED and features["excess"] > 0.5 and features["words_focus"] < LEAST_NAMED:
        # Other words lead up to it than those asked: "tỷ lệ che phủ rừng" for "tỷ lệ hộ nghèo".
        return Reason.NOT_REPORTED
    if features["clash"] == 1.0:
        # "Tỷ lệ hộ cận nghèo" is no "tỷ lệ hộ nghèo".
        return Reason.NOT_REPORTED
    if features["subject_other"] == 1.0 or (features["other_entity"] and features["subject"] < 1.0):
        return Reason.OTHER_ENTITY
    if features["subject_other"] and features["entity_passage"] == 0:
        # Inherited from a report that is about another.
        return Reason.OTHER_ENTITY
    said = offer.stated.period is not None
    if asked.understood.periods and said and features["period"] <= OTHER_PERIOD_UP_TO:
        return Reason.OTHER_PERIOD
    if asked.understood.role in _RESULTS and offer.stated.role is Role.TARGET and features["role"] < 0.5:
        return Reason.TARGET_ONLY
    if asked.understood.role is Role.TARGET and offer.stated.role in _RESULTS:
        return Reason.NOT_REPORTED
    return None


def fits_first(offers: Sequence[Offer], asked: Asked) -> list[Offer]:
    """Put what can answer before what cannot, each in the order it had."""
    return sorted(offers, key=lambda offer: find_misfit(offer, asked) is not None)


def drop_misfits(offers: Sequence[Offer], asked: Asked) -> list[Offer]:
    """Leave out what cannot answer whatever its words."""
    return [offer for offer in offers if find_misfit(offer, asked) is None]
