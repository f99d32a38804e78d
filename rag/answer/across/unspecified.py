"""Questions that do not say whose figure is meant, or of when: every reading the reports state, to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.across.amounts import can_compare
from rag.answer.across.drafting import Sheet
from rag.answer.across.exact import is_kind_asked, is_of_asked, subject_of
from rag.answer.across.gathering import Found, gather, period_of, period_order, weigh_words
from rag.answer.across.sides import Search, quantity_of
from rag.answer.across.wording import words_for
from rag.answer.asked import Asked, entity_key
from rag.answer.draft import Draft
from rag.answer.misfits import find_misfit
from rag.answer.offers import Offer
from rag.figures.wording import take_accents_off, write_period
from rag.places import find_places
from rag.types import AnswerKind, Choice, Context, Hit

#: More readings than these are not shown.
MAX_CHOICES = 24
#: How many passages the readings are gathered from, once two reports were seen to compete.
OPEN_HITS = 120
#: The words of a reading must fit within this of the best one's: a wrong reading among right ones does more harm than
#: one left out. Of 819 figures of made-up district reports (seeds 1 to 3) 572 are met with 11 wrong ones at 0.3.
MARGIN = 0.3
#: What is read of one unit may differ more in its words from one report to the next.
OWN_MARGIN = 0.6
#: The likeliest figure must fit so well in its words for others to compete with it.
MIN_WORDS = 0.5
#: So much of a question may be named nowhere around the likeliest figure: more may name a unit, typed in small letters.
MOST_MISSING = 0.4
_EDGE = " ?.!"


def offer_readings(asked: Asked, hits: Sequence[Hit], search: Search) -> Draft | None:
    """List what a question may mean that leaves whose or when open; None where it means one thing."""
    understood = asked.understood
    whose, when = not understood.entities, not understood.periods
    if understood.kind is not AnswerKind.FIGURE or not (whose or when):
        return None
    if not _compete(search.weigh(hits, asked), asked, whose=whose):
        return None
    wide = search.find(asked.question, OPEN_HITS)
    gathered = gather(asked, wide, search, margin=MARGIN if whose else OWN_MARGIN)
    found = [
        each
        for each in gathered.figures
        if each.period is not None and is_of_its_report(each.offer) and (whose or is_of_asked(each.offer, asked))
    ]
    if len({each.offer.hit.passage.doc_id for each in found}) < 2 or len(found) < 2:
        return None
    return _tell(_first(found), asked, whose=whose, when=when)


def _compete(offers: Sequence[Offer], asked: Asked, *, whose: bool) -> bool:
    """Say whether another report states the same of another unit or period about as surely as the likeliest one."""
    standing = [
        offer
        for offer in offers
        if is_kind_asked(offer, asked) and is_of_its_report(offer) and find_misfit(offer, asked) is None
    ]
    if not standing or (not whose and not any(is_of_asked(offer, asked) for offer in standing)):
        return False
    if not whose:
        standing = [offer for offer in standing if is_of_asked(offer, asked)]
    best = standing[0]
    if whose and best.features["missing"] > MOST_MISSING:
        # What is named nowhere near may be a unit typed in small letters.
        return False
    if weigh_words(best, asked) < MIN_WORDS or (offers[0] is not best and _is_elsewhere(offers[0], asked)):
        return False
    # Of one unit the other periods are often not among the first hits.
    return not whose or any(_rivals(offer, best, asked) for offer in standing[1:])


def _is_elsewhere(offer: Offer, asked: Asked) -> bool:
    """Say whether the likeliest figure of all is nobody's report's own: the country's, a company's in the news."""
    return is_kind_asked(offer, asked) and not is_of_its_report(offer) and weigh_words(offer, asked) >= MIN_WORDS


def _rivals(offer: Offer, best: Offer, asked: Asked) -> bool:
    if offer.hit.passage.doc_id == best.hit.passage.doc_id or not can_compare(quantity_of(offer), quantity_of(best)):
        return False
    if weigh_words(offer, asked) < weigh_words(best, asked) - MARGIN:
        return False
    one, other = (entity_key(subject_of(each) or "") for each in (offer, best))
    return one != other or period_of(offer) != period_of(best)


def is_of_its_report(offer: Offer) -> bool:
    """Say whether a figure is of the unit and the period that its report is about."""
    context = offer.hit.context
    name = subject_of(offer)
    own = [each for each in (context.place, context.organisation) if each]
    if name is None or context.period is None or period_of(offer) != context.period:
        return False
    return any(entity_key(name) == entity_key(each) for each in own)


def _first(found: Sequence[Found]) -> list[Found]:
    """Take the latest readings, as many as are shown, by unit and the latest period first."""
    latest = sorted(found, key=lambda each: period_order(each.period or ""), reverse=True)[:MAX_CHOICES]
    latest.sort(key=lambda each: period_order(each.period or ""), reverse=True)
    return sorted(latest, key=lambda each: each.unit.name)


def _tell(found: Sequence[Found], asked: Asked, *, whose: bool, when: bool) -> Draft:
    understood = asked.understood
    words = words_for(understood)
    sheet = Sheet(words)
    choices = []
    for each in found:
        n = sheet.add(each.unit.name, each.offer, period=each.period)
        choices.append(
            Choice(
                question=complete_question(asked, each, whose=whose, when=when),
                label=f"{each.unit.name}, {words.period(each.period or '')}",
                short=each.offer.short or "",
                citation=n,
            )
        )
    return Draft(
        text=f"{words.open(whose=whose, when=when)}\n{sheet.claims()}.",
        citations=sheet.citations(),
        answers=tuple(choice.short for choice in choices),
        choices=tuple(choices),
        table=sheet.table(),
    )


def complete_question(asked: Asked, found: Found, *, whose: bool, when: bool) -> str:
    """Put into a question what it leaves open: "Ở huyện Quế Phong, năm 2023, tỷ lệ hộ nghèo là bao nhiêu?"."""
    understood = asked.understood
    question = asked.question.strip(_EDGE)
    period = write_period(found.period or "", language=understood.language, accented=True) if when else ""
    if understood.language == "en":
        return f"{question}{f' of {found.unit.name}' if whose else ''}{f' in {period}' if period else ''}?"
    name, is_place = _with_unit_word(found) if whose else ("", False)
    first = question.split()[0] if question.split() else ""
    if first[1:].islower() and not any(entity.startswith(first) for entity in understood.entities):
        question = question[:1].lower() + question[1:]
    lead = ", ".join(filter(None, (f"{'Ở' if is_place else 'Về'} {name}" if name else "", period)))
    lead = lead[:1].upper() + lead[1:]
    if not understood.accented:
        lead = take_accents_off(lead)
    return f"{lead}, {question}?"


def _with_unit_word(found: Found) -> tuple[str, bool]:
    """Give a unit's name with the word for what it is, where its report writes it so, and whether it is a place."""
    context: Context = found.offer.hit.context
    key = entity_key(found.unit.name)
    for written in filter(None, (context.organisation, context.title, found.offer.hit.passage.text)):
        for span in find_places(written):
            if entity_key(span.name) == key:
                words = " ".join(written[span.start : span.end].split())
                unit = words[: len(words) - len(span.name)].strip().lower()
                return f"{unit} {found.unit.name}".strip(), True
    return found.unit.name, context.place is not None and entity_key(context.place) == key
