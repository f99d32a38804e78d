"""Other figures for the same thing: in another report, or elsewhere in one; and what a reader must know of a figure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.asked import Asked, entity_key, is_same
from rag.answer.fitting import is_same_value
from rag.answer.offers import Offer
from rag.figures import Stated
from rag.types import Hit, Role

#: How much less sure than the chosen figure one may be that is shown beside it.
WITHIN = 1.0
#: The same where one is an estimate and the other final, which alone makes it less sure.
WITHIN_OF_ANOTHER_ROLE = 3.0
#: So many figures of one thing are shown, at most.
MAX_FIGURES = 4

#: So near before a figure stands what may be the level it fell from.
NEAR_CHARS = 24

_FINAL = {Role.ACTUAL: 0, Role.PROVISIONAL: 1, Role.ESTIMATE: 2, Role.FORECAST: 3}
_NOTES = {
    Role.ESTIMATE: ("Số ước tính.", "An estimate."),
    Role.PROVISIONAL: ("Số liệu sơ bộ.", "Provisional."),
    Role.FORECAST: ("Số dự kiến, chưa phải kết quả.", "A forecast, not a result."),
    Role.TARGET: ("Số kế hoạch, không phải kết quả.", "A target, not a result."),
    Role.EARLIER: ("Số của kỳ trước, nêu để so sánh.", "An earlier value, given for comparison."),
}


def find_conflicts(offers: Sequence[Offer], asked: Asked) -> list[Offer]:
    """List the figures for the same thing as the first offer, it among them: the latest and most final one first.

    The same: metric, period, subject, role, unit alike, and stated about as surely; one of each value.
    """
    best = offers[0]
    if best.stated is None:
        return [best]
    found = [best]
    for offer in offers[1:]:
        if len(found) == MAX_FIGURES:
            break
        if (
            _is_near(offer, best)
            and _is_of_the_same(offer, best, asked)
            and not any(_say_the_same(offer, other) for other in found)
        ):
            found.append(offer)
    return sorted(found, key=_final_first) if len(found) > 1 else found


def _is_near(offer: Offer, best: Offer) -> bool:
    alike = offer.stated is not None and best.stated is not None and offer.stated.role is best.stated.role
    return best.score - offer.score <= (WITHIN if alike else WITHIN_OF_ANOTHER_ROLE)


def _is_of_the_same(offer: Offer, best: Offer, asked: Asked) -> bool:
    a, b = offer.stated, best.stated
    if a is None or b is None or (offer.hit.passage.doc_id, offer.start) == (best.hit.passage.doc_id, best.start):
        return False
    if a.quantity.unit_kind is not b.quantity.unit_kind or not _agree_in_unit(a, b):
        return False
    if (a.role in _FINAL) is not (b.role in _FINAL) or (a.role not in _FINAL and a.role is not b.role):
        return False
    if a.period != b.period or a.period is None:
        return False
    alike = a.subject is not None and b.subject is not None and is_same(entity_key(a.subject), entity_key(b.subject))
    place = offer.hit.context.place
    of_its_place = place is not None and asked.is_of(place, asked.finest)
    if not alike or (asked.entities and not of_its_place and offer.features["entity_sentence"] < 1.0):
        # Of companies, a sentence speaks that names them: an article about one tells of others.
        return False
    # Read by what is asked: as many of its words lead up to the one as to the other.
    return abs(offer.features["focus_and_tail"] - best.features["focus_and_tail"]) < 0.1 and (
        offer.features["excess"] <= best.features["excess"] + 0.2
    )


def _say_the_same(a: Offer, b: Offer) -> bool:
    return a.stated is not None and b.stated is not None and is_same_value(a.stated.quantity, b.stated.quantity)


def _agree_in_unit(a: Stated, b: Stated) -> bool:
    return a.quantity.unit == b.quantity.unit or None in (a.quantity.unit, b.quantity.unit)


def _leads_up_to(offer: Offer, shown: Offer) -> bool:
    """Say whether a figure of two readings stands right before the one shown: "giảm 40,71% xuống còn 35,6%"."""
    a, b = offer.stated, shown.stated
    if a is None or b is None or (offer.hit.passage.id, offer.start) != (shown.hit.passage.id, shown.start):
        return False
    return len(a.readings) > 1 and 0 <= b.quantity.start - a.quantity.end <= NEAR_CHARS


def _final_first(offer: Offer) -> tuple[int, tuple[int, ...], float]:
    stated = offer.stated
    final = _FINAL.get(stated.role, 0) if stated else 0
    return (0 if final == 0 else 1, tuple(-part for part in dated(offer.hit)), -offer.score)


def dated(hit: Hit) -> tuple[int, int, int]:
    """Give year, month and day of a hit's report, 0 for what is not known."""
    parts = [int(part) for part in (hit.context.dates[0].split("-") if hit.context.dates else ())]
    year, month, day = (*parts, 0, 0, 0)[:3]
    return year, month, day


def write_note(figures: Sequence[Offer], asked: Asked, offers: Sequence[Offer] = ()) -> str:
    """Say what a reader must know of the figures shown: estimates, two readings, that they differ; "" where nothing.

    offers: the other figures of the sentence, of which the one before may be what can be read in two ways.
    """
    stated, n_figures = figures[0].stated, len(figures)
    if stated is None:
        return ""
    i = 1 if asked.understood.language == "en" else 0
    notes = []
    if n_figures > 1:
        notes.append(
            (
                f"Các báo cáo nêu {n_figures} số khác nhau; số mới nhất và chính thức nhất đứng trước.",
                f"The reports give {n_figures} different figures; the latest and most final one comes first.",
            )[i]
        )
    if len(stated.readings) > 1 or any(_leads_up_to(offer, figures[0]) for offer in offers):
        notes.append(
            (
                "Câu này có thể hiểu hai cách: mức thay đổi, hoặc mức trước đó (có thể thiếu chữ “từ”).",
                "This sentence can be read in two ways: a change, or the level before (a “from” may be missing).",
            )[i]
        )
    elif stated.role in _NOTES and stated.role is not asked.understood.role:
        notes.append(_NOTES[stated.role][i])
    for other in figures[1:]:
        role = other.stated.role if other.stated else asked.understood.role
        if role in _NOTES and role is not asked.understood.role:
            notes.append(f"{other.short}: {_NOTES[role][i][0].lower()}{_NOTES[role][i][1:]}")
    return " ".join(notes)
