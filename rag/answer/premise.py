"""What a question takes for granted or asks to be told whether it is so, held against the figures of the reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rag.answer.asked import Asked, read_asked
from rag.answer.draft import Reading
from rag.answer.fitting import is_same_value
from rag.answer.likelihood import Weights, weigh_offers
from rag.answer.misfits import drop_misfits
from rag.answer.offers import Offer, make_offers
from rag.figures import Quantity, UnitKind, convert, find_quantities
from rag.text import fold
from rag.types import AnswerKind, Hit, Role

#: A figure must share so much of what is asked to speak for or against it.
MIN_FOCUS = 0.6

_UP = re.compile(
    r"\b(?:tang|vuot|len|cao hon|nhieu hon|cai thien"
    r"|rose|ris(?:e|es|en|ing)|increas\w*|grew|grow\w*|higher|up)\b"
)
_DOWN = re.compile(
    r"\b(?:giam|sut|xuong|thap hon|it hon|kem"
    r"|fell|fall(?:s|en|ing)?|decreas\w*|declin\w*|drop(?:s|ped|ping)?|lower|down)\b"
)
_LESS = re.compile(
    r"\b(?:duoi|thap hon|it hon|khong qua|toi da|chua (?:den|toi|day)"
    r"|below|under|less than|at most|fewer than)\b"
)
_MORE = re.compile(
    r"\b(?:tren|hon|vuot|it nhat|toi thieu|cao hon|nhieu hon|dat|above|over|more than|at least|exceed\w*|reach\w*)\b"
)
_PLAN = re.compile(
    r"\b(?:vuot|dat|hoan thanh|exceed|meet|met|beat|reach)\w*\b[^?]{0,20}"
    r"\b(?:ke hoach|chi tieu|muc tieu|plan|target)"
)
_BY = re.compile(
    r"\b(?:tang|giam|sut|rose|fell|increas\w*|decreas\w*|grew)"
    r"(?: (?:them|by|di|gan|khoang|tren|hon|toi|den))*\s*$"
)
_RESULTS = frozenset({Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL})
_OF_THEIR_OWN = frozenset({Role.CHANGE, Role.SHARE_OF_PLAN, Role.TARGET})
# What only makes a question of a statement.
_CLOSING = re.compile(r"\b(?:(?:hay|phai|dung|co phai|co dung) )?khong\W*$")


def find_contradiction(asked: Asked, hits: Sequence[Hit], reading: Reading, weights: Weights) -> Offer | None:
    """Find the figure that says otherwise than a question takes for granted; None where nothing does.

    "Vì sao tỷ lệ hộ nghèo của A năm 2023 tăng lên 12%?" is contradicted by the 9 % that a report gives for A in 2023.
    """
    if asked.understood.kind not in (AnswerKind.REASON, AnswerKind.OTHER, AnswerKind.LIST):
        return None
    claims = find_quantities(asked.question)
    direction = _direction(asked.question)
    if not claims and (direction == 0 or asked.understood.kind is not AnswerKind.REASON):
        return None
    if not asked.entities and not asked.understood.periods:
        return None
    claim = claims[0] if claims else None
    offers = _figures_for(asked, hits, reading, weights, claim, role=_role_of(claim))
    if claim is not None:
        return _contradicting_value(offers, claim)
    return _contradicting_direction(offers, direction)


def _contradicting_value(offers: Sequence[Offer], claim: Quantity) -> Offer | None:
    found: Offer | None = None
    for offer in offers:
        stated = offer.stated
        if stated is None or stated.quantity.unit_kind is not claim.unit_kind:
            continue
        figure, claimed = _count_alike(stated.quantity, claim)
        if is_same_value(figure, claimed):
            return None
        if convert(figure.value, figure.unit, claimed.unit) is None:
            continue
        if found is None and _is_plain(offer) and _is_alike(stated.role, claim):
            found = offer
    return found


def _contradicting_direction(offers: Sequence[Offer], direction: int) -> Offer | None:
    for offer in offers:
        if offer.stated is None or not _is_plain(offer):
            continue
        said = _direction_of(offer)
        if said == direction:
            return None
        if said == -direction:
            return offer
    return None


def _direction(text: str) -> int:
    """Say whether a text speaks of a rise (1), of a fall (-1), or of neither or both (0)."""
    folded = fold(text)
    return bool(_UP.search(folded)) - bool(_DOWN.search(folded))


def _direction_of(offer: Offer) -> int:
    """Say which way the clause around a figure points."""
    start, end = offer.span or (0, len(offer.text))
    low = max((offer.text.rfind(mark, 0, start) for mark in ";."), default=-1) + 1
    stop = re.search(r"[;.](?=\s|$)", offer.text[end:])
    return _direction(offer.text[low : end + stop.start() if stop else len(offer.text)])


def decide(asked: Asked, hits: Sequence[Hit], reading: Reading, weights: Weights) -> tuple[bool, Offer] | None:
    """Decide a yes-or-no question about a figure: whether it is so, and the figure that decides; None where none does.

    "Thu nhập của A năm 2023 có đạt 40 triệu không?", "… có vượt kế hoạch không?", "… có giảm không?".
    """
    if asked.understood.kind is not AnswerKind.YES_NO:
        return None
    folded = fold(asked.question)
    claims = find_quantities(asked.question)
    claim = claims[0] if claims else None
    is_of_plan = claim is None and _PLAN.search(folded) is not None
    role = Role.SHARE_OF_PLAN if is_of_plan else _role_of(claim)
    offers = _figures_for(asked, hits, reading, weights, claim, role=role)
    if claim is not None:
        return _decide_value(offers, claim, folded)
    if is_of_plan:
        return _decide_plan(offers)
    direction = _direction(asked.question)
    if direction:
        for offer in offers:
            if _is_plain(offer) and (said := _direction_of(offer)):
                return said == direction, offer
    return None


def _decide_value(offers: Sequence[Offer], claim: Quantity, folded: str) -> tuple[bool, Offer] | None:
    ahead = folded[max(0, claim.start - 24) : claim.start]
    for offer in offers:
        stated = offer.stated
        if stated is None or not _is_plain(offer):
            continue
        figure, claimed = _count_alike(stated.quantity, claim)
        value = convert(figure.value, figure.unit, claimed.unit)
        if stated.quantity.unit_kind is not claim.unit_kind or value is None:
            continue
        if _BY.search(ahead) and stated.role is not Role.CHANGE:
            continue
        return _holds(value, claim.value, ahead), offer
    return None


def _count_alike(figure: Quantity, claim: Quantity) -> tuple[Quantity, Quantity]:
    """Take off what one unit is counted per and the other leaves out: 40 triệu đồng of 41,5 triệu đồng/năm."""
    if figure.unit is None or claim.unit is None or figure.unit.count("/") == claim.unit.count("/"):
        return figure, claim
    return replace(figure, unit=figure.unit.partition("/")[0]), replace(claim, unit=claim.unit.partition("/")[0])


def _holds(value: Decimal, claimed: Decimal, ahead: str) -> bool:
    if _LESS.search(ahead):
        return value < claimed
    return value >= claimed if _MORE.search(ahead) else value == claimed


def _decide_plan(offers: Sequence[Offer]) -> tuple[bool, Offer] | None:
    for offer in offers:
        stated = offer.stated
        if stated is None or stated.role is not Role.SHARE_OF_PLAN or offer.features["subject"] < 0.5:
            continue
        if stated.quantity.unit_kind is UnitKind.PERCENT and offer.features["period"] >= 0.5:
            over = re.search(r"\bvuot\b[^,;]*$", fold(offer.text[: offer.span[0] if offer.span else 0]))
            return bool(over) or stated.quantity.value >= 100, offer
    return None


def _role_of(claim: Quantity | None) -> Role:
    """Say as what figures are read: as what the question claims, as changes where it only says which way."""
    if claim is None:
        return Role.CHANGE
    return claim.role if claim.role in _OF_THEIR_OWN else Role.ACTUAL


def _is_alike(role: Role, claim: Quantity) -> bool:
    """Say whether a figure of a role may speak against a claim: a level says nothing of "giảm 3,6%"."""
    return role is claim.role if claim.role in _OF_THEIR_OWN else role in _RESULTS


def _is_plain(offer: Offer) -> bool:
    """Say whether a figure is surely of what is asked: metric, whose, of when."""
    features = offer.features
    return features["focus_and_tail"] >= MIN_FOCUS and features["subject"] >= 0.5 and features["period"] >= 0.7


def _figures_for(
    asked: Asked, hits: Sequence[Hit], reading: Reading, weights: Weights, claim: Quantity | None, *, role: Role
) -> list[Offer]:
    """Weigh the figures of the evidence as answers to how much it is, the question's own number not left out."""
    unit = (claim.unit if claim.unit_kind is not UnitKind.MONEY else "đồng") if claim else None
    understood = replace(asked.understood, kind=AnswerKind.FIGURE, unit=unit, role=role)
    question = re.sub(r"\d[\d.,]*", " ", _without_claim(asked.question, claim)) if claim else asked.question
    as_figure = replace(read_asked(question, understood, idf=reading.idf), entities=asked.entities)
    offers = make_offers(hits, as_figure, documents=reading.documents, outlines=reading.outlines)
    return drop_misfits(weigh_offers(offers, weights), as_figure)


def _without_claim(question: str, claim: Quantity) -> str:
    """Take the number a question names, what it is held against ("dưới") and its closing "không" off the question.

    A counted noun stays: it says what is asked about.
    """
    end = claim.start + len(claim.number) if claim.unit_kind is UnitKind.COUNT else claim.end
    rest = question[end:]
    closing = _CLOSING.search(fold(rest))
    return f"{question[: claim.full_start]} {rest[: closing.start()] if closing else rest}"
