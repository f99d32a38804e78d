"""Wide evidence → the best figure of every unit and period, and how many of the reports state it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answer.across.amounts import can_compare
from rag.answer.across.exact import MIN_PERIOD, is_kind_asked, leave_out_unclear, share_words, subject_of
from rag.answer.across.sides import Search, quantity_of
from rag.answer.across.wording import Words
from rag.answer.asked import Asked, entity_key
from rag.answer.offers import Offer
from rag.places import PlaceLevel, find_places
from rag.text import fold
from rag.types import Coverage, Hit

#: How many passages a question over all units is answered from.
WIDE_HITS = 220
#: A figure counts only if its words fit at most this much less than those of the best one. Of 819 figures that made-up
#: district reports (seeds 1 to 3) state for what is asked, 684 are met with 47 wrong ones at 0.6; 645 with 36 at 0.5,
#: 700 with 61 at 0.7.
WORDS_MARGIN = 0.6
#: The best one must fit at least so well, or what is asked is in no report.
LEAST_WORDS = 0.2
#: What words that were not asked take off the share of those that were: 720 with 73 wrong at 0.
EXCESS_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Unit:
    """Whose figures are gathered. name: as reports write it; key: under which it is compared."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Found:
    """The figure of a unit for a period. n_copies: other reports that state it in the same words."""

    unit: Unit
    period: str | None
    offer: Offer
    n_copies: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """What wide evidence gives. hits: all of it; figures: one a unit and period, likeliest first."""

    hits: tuple[Hit, ...]
    figures: tuple[Found, ...]


def gather(
    asked: Asked,
    hits: Sequence[Hit],
    search: Search,
    *,
    level: PlaceLevel | None = None,
    margin: float = WORDS_MARGIN,
) -> Gathered:
    """Take the best figure of every unit and period from evidence.

    level: of the units asked about, None for what reports are about. margin: see WORDS_MARGIN.
    """
    offers = [offer for offer in search.weigh(hits, asked) if is_kind_asked(offer, asked)]
    levels = _levels(hits)
    names: dict[str, Counter[str]] = defaultdict(Counter)
    groups: dict[tuple[str, str | None], list[Offer]] = defaultdict(list)
    for offer in _worded(offers, asked, margin):
        name = subject_of(offer)
        if name is None or not _is_asked_unit(offer, name, level, levels):
            continue
        key = entity_key(name)
        names[key][name] += 1
        groups[key, period_of(offer)].append(offer)
    found = [
        Found(Unit(names[key].most_common(1)[0][0], key), period, offers[0], _count_copies(offers))
        for (key, period), offers in groups.items()
    ]
    return Gathered(tuple(hits), tuple(sorted(found, key=lambda each: -each.offer.score)))


def period_of(offer: Offer) -> str | None:
    """Give the period of a figure, its report's where it has none of its own."""
    own = offer.stated.period if offer.stated else None
    return own or offer.hit.context.period


def weigh_words(offer: Offer, asked: Asked) -> float:
    """Say how well the words of a figure fit what is asked."""
    return share_words(offer, asked) - EXCESS_WEIGHT * offer.features["excess"]


def _worded(offers: Sequence[Offer], asked: Asked, margin: float) -> list[Offer]:
    """Keep the figures whose words fit about as well as the best one's, the best first."""
    timeless = not asked.understood.periods
    in_time = leave_out_unclear([o for o in offers if timeless or o.features["period"] >= MIN_PERIOD])
    weighed = sorted(((weigh_words(offer, asked), offer) for offer in in_time), key=lambda each: -each[0])
    if not weighed:
        return []
    highest, best = weighed[0]
    if highest < LEAST_WORDS:
        return []
    return [
        offer
        for words, offer in weighed
        if words >= highest - margin and can_compare(quantity_of(offer), quantity_of(best))
    ]


def _count_copies(offers: Sequence[Offer]) -> int:
    """Count the other reports that state the figure of the first in nearly the same words."""
    first = offers[0]
    words = _words(first.text)
    copies = set(first.hit.copies)
    for other in offers[1:]:
        same = quantity_of(other).value == quantity_of(first).value
        own = _words(other.text)
        if same and other.hit.passage.doc_id != first.hit.passage.doc_id and len(own & words) >= 0.8 * len(own | words):
            copies.add(other.hit.passage.doc_id)
    return len(copies)


def _words(text: str) -> set[str]:
    return set(fold(text).split())


# -- which units ----------------------------------------------------------------------------------------


def _levels(hits: Iterable[Hit]) -> dict[str, set[PlaceLevel]]:
    """List the levels at which the evidence names its places, by key."""
    levels: dict[str, set[PlaceLevel]] = defaultdict(set)
    for hit in hits:
        written = "\n".join(
            filter(None, (hit.context.title, hit.context.organisation, hit.context.lead, hit.passage.text))
        )
        for span in find_places(written):
            levels[entity_key(span.name)].add(span.level)
    return levels


def _is_asked_unit(offer: Offer, name: str, level: PlaceLevel | None, levels: dict[str, set[PlaceLevel]]) -> bool:
    key = entity_key(name)
    own = {entity_key(each) for each in (offer.hit.context.place, offer.hit.context.organisation) if each}
    if level is None:
        # "địa phương", "đơn vị": what reports are about.
        return key in own
    known = levels.get(key)
    return level in known if known else key in own


# -- how many reports -----------------------------------------------------------------------------------


def count_coverage(
    gathered: Gathered,
    stating: Sequence[Found],
    words: Words,
    *,
    period: str | None,
    level: PlaceLevel | None,
) -> Coverage:
    """Count the reports in scope, those about units of a level and the period, and name those that state nothing."""
    levels = _levels(gathered.hits)
    scope: dict[str, str] = {}
    for hit in gathered.hits:
        name = hit.context.place or hit.context.organisation
        if name is None or (period is not None and hit.context.period != period):
            continue
        known = levels.get(entity_key(name))
        if level is None or not known or level in known:
            scope.setdefault(entity_key(name), name)
    told = {found.unit.key: found.unit.name for found in stating}
    scope |= {key: name for key, name in told.items() if key not in scope}
    silent = tuple(sorted(name for key, name in scope.items() if key not in told))
    n_copies = sum(found.n_copies for found in stating)
    return Coverage(len(scope), len(told), silent, n_copies, words.coverage(len(told), len(scope), silent))


def choose_period(figures: Sequence[Found]) -> str | None:
    """Choose the latest of the periods that most units state."""
    units: dict[str, set[str]] = defaultdict(set)
    for found in figures:
        if found.period is not None:
            units[found.period].add(found.unit.key)
    return max(units, key=lambda period: (len(units[period]), period_order(period)), default=None)


def period_order(period: str) -> tuple[str, str]:
    """Order periods by when they end; a whole year behind its parts."""
    year, rest = period[:4], period[5:]
    ends = {"Q1": "03", "Q2": "06", "H1": "06", "Q3": "09", "Q4": "12", "H2": "12", "": "13"}
    if period[4:5] == "/":
        return rest, "13"
    return year, ends.get(rest, rest.removesuffix("M").zfill(2))
