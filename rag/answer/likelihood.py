"""How likely an offer answers: weights that were learned, one set a family, and a calibrated confidence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from rag.answer.asked import Asked
from rag.answer.misfits import find_misfit
from rag.answer.offers import Family, Offer
from rag.errors import ConfigError

_SHARED = (
    "entity_report", "entity_title", "year_report", "hit_score", "hit_rank", "row",
    "words", "words_squared", "words_focus", "around", "missing",
    "entity_sentence", "entity_passage", "other_entity", "period",
)  # fmt: skip
#: What offers of a family are described by. See offers.
FEATURES: dict[Family, tuple[str, ...]] = {
    Family.FIGURE: (
        *_SHARED, "lead", "lead_and_tail", "focus", "focus_and_tail", "near", "excess", "clash", "fits", "entity_lead",
        "unit", "money", "role", "period_said", "subject", "subject_other",
    ),
    Family.SPAN: (*_SHARED, "near", "first"),
    Family.SENTENCE: (*_SHARED, "kind", "spanned"),
}  # fmt: skip
#: What the confidence is read from: the best offer's features by name; share: of the likelihood that goes to it and to
#: those that say the same; misfit: whether it cannot answer whatever its words; unknown: see Asked.
SURE: dict[Family, tuple[str, ...]] = {
    Family.FIGURE: (
        "share", "misfit", "unknown", "words", "missing", "focus_and_tail", "excess", "clash", "near", "fits", "unit",
        "money", "role", "period", "subject", "subject_other", "entity_report", "entity_sentence", "other_entity",
        "year_report", "hit_score",
    ),
    Family.SPAN: (
        "share", "misfit", "unknown", "words", "missing", "near", "period", "entity_report", "other_entity",
        "year_report",
    ),
    Family.SENTENCE: (
        "share", "misfit", "unknown", "words", "missing", "kind", "spanned", "period", "entity_report", "other_entity",
        "year_report",
    ),
}  # fmt: skip
BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Weights:
    """Learned weights. choice: of features, by family; sure: of the confidence, with BIAS, by family."""

    choice: Mapping[Family, Mapping[str, float]]
    sure: Mapping[Family, Mapping[str, float]]


def weigh_offers(offers: Sequence[Offer], weights: Weights) -> list[Offer]:
    """Score offers. Returns them best first; ties by place in the evidence."""
    scored = []
    for offer in offers:
        of_family = weights.choice[offer.family]
        score = sum(of_family[name] * offer.features[name] for name in FEATURES[offer.family])
        scored.append(replace(offer, score=round(score, 6)))
    return sorted(scored, key=lambda o: (-o.score, o.hit.rank, o.start, o.span or (0, 0)))


def read_confidence(offers: Sequence[Offer], asked: Asked, weights: Weights) -> float:
    """Give the calibrated probability that the first offer answers rightly. offers: in the order of fits_first."""
    if not offers:
        return 0.0
    best = offers[0]
    of_family = weights.sure[best.family]
    described = describe_best(offers, asked)
    value = of_family[BIAS] + sum(of_family[name] * described[name] for name in SURE[best.family])
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, value)))), 4)


def describe_best(offers: Sequence[Offer], asked: Asked) -> dict[str, float]:
    """Describe the first offer for its confidence: its features, its share of all likelihood, whether it misfits."""
    best = offers[0]
    highest = max(offer.score for offer in offers)
    chances = [math.exp(offer.score - highest) for offer in offers]
    same = sum(
        chance
        for offer, chance in zip(offers, chances, strict=True)
        if offer is best or (offer.short is not None and offer.short == best.short)
    )
    misfit = float(find_misfit(best, asked) is not None)
    return {**best.features, "share": same / sum(chances), "misfit": misfit, "unknown": asked.unknown}


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Read the weights that come with the program."""
    return read_weights(files("rag.answer").joinpath("weights.tsv").read_text(encoding="utf-8"))


def read_weights(text: str) -> Weights:
    """Read weights: ``choice`` or ``sure``, a family, a feature and its weight a line; lines with # are remarks.

    Raises ConfigError for what is not known, named twice or missing, and for what is no number.
    """
    wanted = {("choice", family): names for family, names in FEATURES.items()}
    wanted |= {("sure", family): (BIAS, *names) for family, names in SURE.items()}
    found: dict[tuple[str, Family], dict[str, float]] = {key: {} for key in wanted}
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            what, family, name, value = line.split("\t")
            names = wanted[what, Family(family)]
            weight = float(value)
        except (ValueError, KeyError) as exc:
            raise ConfigError(
                f"line {n} is {line!r}; allowed: choice or sure, a family, a feature, a number, parted by tabs"
            ) from exc
        of_family = found[what, Family(family)]
        if name not in names or name in of_family or not math.isfinite(weight):
            raise ConfigError(
                f"line {n} names {name!r}; allowed: each of {', '.join(names)} once, with a finite number"
            )
        of_family[name] = weight
    for key, names in wanted.items():
        if missing := [name for name in names if name not in found[key]]:
            raise ConfigError(f"weights are missing for {', '.join(missing)}; write a line for each")
    return Weights(
        choice={family: found["choice", family] for family in FEATURES},
        sure={family: found["sure", family] for family in SURE},
    )


def write_weights(weights: Weights, *, remarks: str) -> str:
    """Write weights as read_weights reads them. remarks: what they were learned on, any number of lines."""
    lines = [f"# {line}".rstrip() for line in remarks.splitlines()]
    for what, families in (("choice", weights.choice), ("sure", weights.sure)):
        for family, of_family in families.items():
            lines += [f"{what}\t{family.value}\t{name}\t{value:.4f}" for name, value in of_family.items()]
    return "\n".join(lines) + "\n"
