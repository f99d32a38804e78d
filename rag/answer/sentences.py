"""Evidence → candidate sentences, each judged by what the question asks: words, entity, period, kind of answer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.answer.rows import find_cell, holds_figure
from rag.answer.short import fit_of_kind
from rag.answer.wanted import ANY_YEAR, Wanted
from rag.figures import carries_unit, find_dates, find_periods, find_quantities
from rag.glossary import expand_abbreviations, find_synonyms
from rag.persons import find_persons
from rag.places import find_places, place_key
from rag.text import fold, is_syllable, sentences, terms
from rag.types import AnswerKind, Document, Hit, PartKind, Understood

#: A phrase must be met as a phrase: a pair of neighbours counts this much beside single words.
PAIR_WEIGHT = 0.6
#: What a word weighs that stands in the passage or title but not in the sentence itself.
CONTEXT_SHARE = 0.5
# Text that gives orders to a reader or model reports nothing; it is never quoted as an answer. "Ông A trả lời rằng …"
# reports, so the words must be those of an order.
_INSTRUCTION = re.compile(
    r"bỏ qua (?:\w+ ){0,3}(?:hướng dẫn|chỉ dẫn|câu lệnh)(?: \w+){0,2} (?:trước|trên|này|sau)|hãy trả lời rằng"
    r"|(?:ignore|disregard|forget) (?:\w+ ){0,3}(?:instructions?|prompts?)|</?(?:system|assistant|user)>|<\|im_",
    re.IGNORECASE,
)
#: A cell under its column's name is as near to the question's words as a figure well led up to.
FIT_OF_A_CELL = 0.7
# What a figure is compared with says nothing of its own period.
_COMPARED = re.compile(r"(?:so với|so cùng|compared (?:with|to)|than in|from)[^,;.]*", re.IGNORECASE)
_NATIONWIDE = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|nationwide|the whole country)(?!\w)", re.IGNORECASE)
_SKIPPED_KINDS = frozenset({PartKind.CAPTION, PartKind.BYLINE, PartKind.LETTERHEAD})
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of the evidence and what speaks for it; every part lies between 0 and 1.

    start, end: in the document's text. coverage: of the question's words by the sentence. around: by the
    sentence with its passage and title. has_kind: it holds what is asked for (a figure, a date …).
    fit: how near what is asked for stands to the question's words, 1 where any sentence may do. entity, near_entity:
    share of the asked entities that its report, its passage names; 0 where it speaks of another. period: share of the
    asked years that its report names. near_period: 1 where its own period is the asked one, up to 0.25 another.
    """

    hit: Hit
    start: int
    end: int
    text: str
    coverage: float
    around: float
    has_kind: bool
    fit: float
    entity: float
    near_entity: float
    period: float
    near_period: float
    score: float


def find_candidates(hits: Sequence[Hit], wanted: Wanted, *, documents: Callable[[str], Document]) -> list[Candidate]:
    """Judge every sentence of the evidence. Returns candidates, best first; ties by place in the ranking."""
    found: list[Candidate] = []
    reports: dict[str, _Report] = {}
    for hit in hits:
        if hit.passage.kind in _SKIPPED_KINDS:
            continue
        doc_id = hit.passage.doc_id
        if doc_id not in reports:
            reports[doc_id] = _Report.of(documents(doc_id))
        found += _judge(hit, reports[doc_id], wanted)
    return sorted(found, key=lambda c: (-c.score, c.hit.rank, c.start))


@dataclass(frozen=True, slots=True)
class _Report:
    """What is known of a report as a whole. words: its text folded, one blank between words, one at each end."""

    words: str
    title: str
    place: str
    years: frozenset[str]

    @classmethod
    def of(cls, document: Document) -> _Report:
        about = " ".join(filter(None, (document.title, document.place, document.organisation)))
        dated = " ".join((document.text, document.title, *document.dates, document.period or ""))
        return cls(
            words=_spaced(f"{document.text} {about}"),
            title=_spaced(about),
            place=place_key(document.place or ""),
            years=frozenset(_YEAR.findall(dated)),
        )


def _spaced(text: str) -> str:
    return f" {' '.join(terms(fold(text)))} "


def _judge(hit: Hit, report: _Report, wanted: Wanted) -> Iterator[Candidate]:
    passage = hit.passage
    understood = wanted.understood
    around = _bag(f"{passage.text}\n{hit.context.title}")
    in_passage = _spaced(f"{passage.text} {hit.context.title} {hit.context.place or ''}")
    entity = _share(wanted.entities, report.words)
    near_entity = _share(wanted.entities, in_passage)
    asked = {period[:4] for period in understood.periods}
    # A report without any year says nothing against the asked one.
    period = 1.0 if not asked else len(asked & report.years) / len(asked) if report.years else 0.5
    year = int(hit.context.dates[0][:4]) if hit.context.dates else None
    around_periods = f"{hit.context.title}\n{_COMPARED.sub(' ', passage.text)}"
    inherited = _periods(around_periods, year=year) | set(filter(None, [hit.context.period]))
    is_row = passage.kind is PartKind.TABLE_ROW
    for start, end in [(0, len(passage.text))] if is_row else sentences(passage.text):
        text = passage.text[start:end]
        if _INSTRUCTION.search(text):
            continue
        own = _bag(text)
        coverage = max((_coverage(phrase, own, own) for phrase in wanted.phrases), default=0.0)
        wider = max((_coverage(phrase, own, around) for phrase in wanted.phrases), default=0.0)
        if is_row and understood.kind is AnswerKind.FIGURE:
            has_kind, fit = holds_figure(text), FIT_OF_A_CELL if find_cell(text, wanted) else 0.0
        else:
            has_kind = holds_kind(text, understood)
            fit = fit_of_kind(text, wanted) if has_kind else 0.0
        own_periods = _periods(_COMPARED.sub(" ", text), year=year)
        near_period = _agreement(set(understood.periods), own_periods, inherited)
        of_another = _speaks_of_another(text, wanted)
        score = sentence_score(
            coverage=coverage,
            around=wider,
            has_kind=has_kind,
            fit=fit,
            entity=0.0 if of_another else entity,
            near_entity=near_entity,
            period=period,
            near_period=near_period,
            hit_score=hit.score,
            rank=hit.rank,
        )
        yield Candidate(
            hit=hit,
            start=passage.start + start,
            end=passage.start + end,
            text=text,
            coverage=round(coverage, 4),
            around=round(wider, 4),
            has_kind=has_kind,
            fit=round(fit, 4),
            entity=0.0 if of_another else entity,
            near_entity=near_entity,
            period=period,
            near_period=near_period,
            score=round(score, 6),
        )


def sentence_score(
    *,
    coverage: float,
    around: float,
    has_kind: bool,
    fit: float,
    entity: float,
    near_entity: float,
    period: float,
    near_period: float,
    hit_score: float,
    rank: int,
) -> float:
    """Add up what speaks for a sentence.

    Weights: a listwise logistic model of which sentence carries the evidence, on 151 questions over 80 reports.
    Refitted per fold (five, by report) the first sentence is right for 0.70 of them; plain word overlap 0.56.
    """
    return (
        2.1 * coverage
        + 1.5 * coverage**2
        + 1.3 * around
        + 2.4 * has_kind
        + 2.0 * fit
        + 1.4 * entity
        + 1.1 * near_entity
        + 0.6 * period
        + 1.2 * near_period
        + 1.2 * hit_score
        + 1.6 / rank
    )


def _speaks_of_another(text: str, wanted: Wanted) -> bool:
    """Say whether a sentence names another place of the asked one's level, or the country, and not the asked one."""
    if not wanted.places:
        return False
    spaced = _spaced(text)
    if any(f" {key} " in spaced for key, _ in wanted.places):
        return False
    levels = {level for _, level in wanted.places}
    named = {place_key(span.name) for span in find_places(text) if span.level in levels}
    return bool(named) or _NATIONWIDE.search(text) is not None


def _periods(text: str, *, year: int | None) -> set[str]:
    return {span.period for span in find_periods(text, year=year)}


def _agreement(asked: set[str], own: set[str], inherited: set[str]) -> float:
    """Compare the asked periods with a sentence's own, else with those it inherits."""
    if not asked or asked & own:
        return 1.0
    if own:
        # The year of a part of it: "năm 2023" where "quý II" of that year was asked.
        return 0.25 if {p[:4] for p in asked} & {p[:4] for p in own} else 0.0
    if not inherited:
        return 0.4
    return 0.75 if asked & inherited else 0.5 if {p[:4] for p in asked} & {p[:4] for p in inherited} else 0.2


def _share(names: Sequence[str], spaced: str) -> float:
    """Give the share of names that a text has. The country is taken for granted.

    Vietnamese names count whole: syllables of ``Quan Sơn`` stand everywhere. Of a foreign name parts count too:
    ``Peyton Manning`` is later ``Manning``.
    """
    keys = [key for key in (place_key(name) or name for name in names) if key.replace(" ", "") != "vietnam"]
    return sum(_presence(terms(fold(key)), spaced) for key in keys) / len(keys) if keys else 1.0


def _presence(words: Sequence[str], spaced: str) -> float:
    if f" {' '.join(words)} " in spaced:
        return 1.0
    if len(words) < 2 or all(is_syllable(word) for word in words):
        return 0.0
    return sum(f" {word} " in spaced for word in words) / len(words)


@dataclass(frozen=True, slots=True)
class _Bag:
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def _bag(text: str) -> _Bag:
    words: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for variant in (text, *expand_abbreviations(text), *find_synonyms(text)):
        found = terms(fold(variant))
        words.update(found)
        pairs.update(pairwise(found))
    return _Bag(frozenset(words), frozenset(pairs))


def _coverage(phrase: Sequence[tuple[str, float]], own: _Bag, around: _Bag) -> float:
    """Give the weighted share of a phrase's words and pairs that a sentence has; half for its surroundings."""
    total = got = 0.0
    for word, weight in phrase:
        total += weight
        got += weight * (1.0 if word in own.words else CONTEXT_SHARE if word in around.words else 0.0)
    for (first, a), (second, b) in pairwise(phrase):
        weight = PAIR_WEIGHT * math.sqrt(a * b)
        total += weight
        pair = (first, second)
        got += weight * (1.0 if pair in own.pairs else CONTEXT_SHARE if pair in around.pairs else 0.0)
    return got / total if total else 0.0


def holds_kind(text: str, understood: Understood) -> bool:
    """Say whether a text holds what is asked for; True where any sentence may."""
    kind = understood.kind
    if kind is AnswerKind.FIGURE:
        quantities = find_quantities(text)
        if understood.unit is None or not quantities:
            return bool(quantities)
        return any(carries_unit(understood.unit, text, q) for q in quantities)
    if kind is AnswerKind.DATE:
        return bool(find_dates(text, year=ANY_YEAR)) or bool(_YEAR.search(text))
    if kind is AnswerKind.PERSON:
        return bool(find_persons(text))
    if kind is AnswerKind.PLACE:
        return bool(find_places(text))
    return True


def entity_names(hits: Sequence[Hit]) -> Mapping[str, None]:
    """List the names the evidence speaks of, for questions typed without accents and capitals."""
    names: dict[str, None] = {}
    for hit in hits:
        for name in (hit.context.place, hit.context.organisation):
            if name:
                names[name] = None
        for span in find_places(f"{hit.context.title}\n{hit.passage.text}"):
            names[span.name] = None
    return names
