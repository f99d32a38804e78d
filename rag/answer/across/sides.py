"""One side of a comparison, asked as a question of its own: the figure that answers it, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from rag.answer.abstain import find_reason
from rag.answer.across.amounts import can_compare
from rag.answer.across.exact import MIN_PERIOD, is_exact, leave_out_unclear
from rag.answer.asked import Asked, read_asked
from rag.answer.draft import Reading
from rag.answer.likelihood import Weights, read_confidence, weigh_offers
from rag.answer.misfits import find_misfit, fits_first
from rag.answer.offers import Family, Offer, make_offers
from rag.answer.quoting import entity_names
from rag.answer.scope import choose_more
from rag.figures import Quantity
from rag.question import match_entities, understand
from rag.types import AnswerKind, Hit, Reason, Role, Understood

#: A side is answered from its first hits, and from those of its own reports among so many found.
SIDE_HITS = 10
FOUND_HITS = 60
#: So many figures of a side may be the one that measures the same as the other side's …
_TRIED = 6
# … and how much less likely than its best it may be.
_WITHIN = 3.0


#: What is compared is mostly of one order of magnitude: each further one speaks this much against a pair.
UNLIKE = 2.0


@dataclass(frozen=True, slots=True)
class Part:
    """A side to ask for. name: as the question has it; question: whole; period: the one it is of, None where any."""

    name: str
    question: str
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What the evidence gives for a side. offers: figures that answer, best first; reason: why none does.

    found: what was found instead.
    """

    part: Part
    asked: Asked
    offers: tuple[Offer, ...]
    confidence: float
    reason: Reason | None = None
    found: Offer | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """How sides are looked up. find: more evidence."""

    find: Callable[[str, int], Sequence[Hit]]
    reading: Reading
    weights: Weights
    min_confidence: float

    def side(self, part: Part, *, like: Understood) -> Side:
        """Look up a side. like: how the question it belongs to is understood."""
        hits = self.find(part.question, FOUND_HITS)
        asked = self.ask(part.question, hits, like=like)
        offers = self.weigh([*hits[:SIDE_HITS], *choose_more(hits[SIDE_HITS:], asked)], asked)
        exact = tuple(leave_out_unclear([offer for offer in offers if is_exact(offer, asked)]))
        if exact:
            return Side(part, asked, exact[:_TRIED], read_confidence(exact, asked, self.weights))
        confidence = read_confidence(offers, asked, self.weights)
        reason = find_reason(offers, asked, confidence=confidence, min_confidence=self.min_confidence)
        if reason is not None:
            return Side(part, asked, (), confidence, *reason)
        best = offers[0]
        fitting = tuple(
            offer for offer in offers[:_TRIED]
            if best.score - offer.score <= _WITHIN and find_misfit(offer, asked) is None
        )  # fmt: skip
        if part.period and not any(offer.features["period"] >= MIN_PERIOD for offer in fitting):
            return Side(part, asked, (), confidence, Reason.OTHER_PERIOD, best)
        return Side(part, asked, fitting, confidence)

    def ask(self, question: str, hits: Sequence[Hit], *, like: Understood | None = None) -> Asked:
        """Read a question that asks for one figure. like: the whole question, whose unit and role it takes over."""
        understood = understand(question)
        if not understood.entities:
            understood = replace(understood, entities=match_entities(question, entity_names(hits)))
        if like is not None:
            role = Role.ACTUAL if like.role is Role.CHANGE else like.role
            unit = understood.unit or (None if like.role is Role.CHANGE and like.unit == "%" else like.unit)
            understood = replace(understood, kind=AnswerKind.FIGURE, role=role, unit=_level_unit(unit))
        return read_asked(question, understood, idf=self.reading.idf)

    def weigh(self, hits: Sequence[Hit], asked: Asked) -> list[Offer]:
        """Give the figures of the evidence, likeliest first, those that cannot answer behind the others."""
        made = make_offers(hits, asked, documents=self.reading.documents, outlines=self.reading.outlines)
        return fits_first(weigh_offers(made, self.weights), asked)


def _level_unit(unit: str | None) -> str | None:
    """Leave out what only a difference is measured in: "gấp mấy lần"."""
    return None if unit in ("lần", "điểm %") else unit


def choose_pair(one: Side, other: Side) -> tuple[Offer, Offer] | None:
    """Choose the likeliest two figures that measure the same; None where there are none."""
    pairs = [
        (a, b)
        for a, b in product(one.offers, other.offers)
        if not _is_one(a, b) and can_compare(quantity_of(a), quantity_of(b))
    ]
    return max(pairs, key=lambda pair: pair[0].score + pair[1].score - _apart(*pair)) if pairs else None


def _apart(a: Offer, b: Offer) -> float:
    """Say how many powers of ten lie between two figures, beyond the first."""
    one, other = sorted(abs(quantity_of(each).value) for each in (a, b))
    return UNLIKE * max(0.0, math.log10(other / one) - 1) if one else 0.0


def _is_one(a: Offer, b: Offer) -> bool:
    return (a.hit.passage.id, a.start, a.span) == (b.hit.passage.id, b.start, b.span)


def quantity_of(offer: Offer) -> Quantity:
    """Give the figure of an offer that is one."""
    if offer.stated is None:
        raise ValueError(f"an offer of the family {offer.family} is no figure; offers of {Family.FIGURE} are")
    return offer.stated.quantity
