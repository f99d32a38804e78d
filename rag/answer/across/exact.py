"""Which figures are surely what is asked, by whose, when, in which role and unit, and by most of its words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.answer.asked import Asked
from rag.answer.offers import Offer
from rag.figures import UnitKind

#: A figure's words must share so much of the question's.
MIN_WORDS = 0.5
#: A period inherited from a heading or the report counts as the asked one; a month at its end for a balance too.
MIN_PERIOD = 0.7
#: Results, estimates and provisional figures count for a result; forecasts and plans do not.
MIN_ROLE = 0.85
MIN_UNIT = 0.5


def is_exact(offer: Offer, asked: Asked) -> bool:
    """Say whether a figure fits in every way but its words being the very same."""
    features = offer.features
    if offer.stated is None or not is_kind_asked(offer, asked):
        return False
    if asked.understood.periods and features["period"] < MIN_PERIOD:
        return False
    if asked.entities and not is_of_asked(offer, asked):
        return False
    return share_words(offer, asked) >= MIN_WORDS


def leave_out_unclear(offers: Sequence[Offer]) -> list[Offer]:
    """Leave out the figures of a table's row that cannot be told from another: its columns say nothing of them."""
    rows = Counter(_row_of(offer) for offer in offers if offer.features["row"])
    return [offer for offer in offers if not offer.features["row"] or rows[_row_of(offer)] == 1]


def _row_of(offer: Offer) -> tuple[str, int, UnitKind | None]:
    kind = offer.stated.quantity.unit_kind if offer.stated else None
    return offer.hit.passage.doc_id, offer.start, kind


def share_words(offer: Offer, asked: Asked) -> float:
    """Give the share of the question's words said of a figure: up to it, in its metric, in all of a table's row."""
    features = offer.features
    if offer.stated is None:
        return features["words_focus"]
    if features["row"]:
        return max(features["words_focus"], features["focus_and_tail"])
    metric = offer.hit.passage.text[offer.stated.metric_start : offer.stated.metric_end]
    return max(features["focus_and_tail"], asked.concepts.weigh_focus(asked.concepts.find(metric)))


def is_kind_asked(offer: Offer, asked: Asked) -> bool:
    """Say whether a figure has the asked role and a unit that can be the asked one."""
    features = offer.features
    return features["role"] >= MIN_ROLE and features["unit"] >= MIN_UNIT


def is_of_asked(offer: Offer, asked: Asked) -> bool:
    """Say whether a figure is an asked entity's: by its subject, or by its report where it names none."""
    name = subject_of(offer)
    if name is None:
        return False
    return asked.is_of(name, asked.finest)


def subject_of(offer: Offer) -> str | None:
    """Name whose a figure is: its own subject, else what its report is about."""
    if offer.stated is not None and offer.stated.subject:
        return offer.stated.subject
    return offer.hit.context.place or offer.hit.context.organisation
