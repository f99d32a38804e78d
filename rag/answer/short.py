"""The shortest exact answer inside a sentence: a figure, person, place, date or phrase. Spans, never new words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from rag.answer.wanted import ANY_YEAR, Wanted
from rag.figures import Quantity, Role, carries_unit, find_dates, find_periods, find_quantities, unit_matches
from rag.persons import find_persons
from rag.places import find_places, place_key
from rag.question import asks_target
from rag.text import fold, terms, words
from rag.types import AnswerKind

Span = tuple[int, int]

#: How fast a word's say over a figure fades with the characters between them.
REACH = 30.0
#: What a figure weighs whose own period is another than the asked one.
OTHER_PERIOD = 0.15
_CHANGE_ASKED = re.compile(
    r"\b(?:tang|giam|sut|vuot|cao hon|thap hon|chenh)(?: them| truong| di)?"
    r"(?:(?! con\b| xuong\b| len\b| den\b| toi\b) \w+){0,3} (?:bao nhieu|may)"
    r"|\b(?:tang|giam) (?:ra sao|the nao)|toc do tang|muc tang|\b(?:increase|decrease|rise|fall|grow|drop|growth)\b"
)
_ROLE_WEIGHTS = {
    Role.ACTUAL: 1.0,
    Role.ESTIMATE: 0.9,
    Role.TARGET: 0.45,
    Role.EARLIER: 0.4,
    Role.SHARE_OF_PLAN: 0.35,
    Role.CHANGE: 0.3,
}
_ON_THE_WAY = frozenset({Role.CHANGE, Role.EARLIER, Role.SHARE_OF_PLAN})
_DEPUTY = re.compile(r"(?<!\w)phó(?!\w)[^,;.]*$", re.IGNORECASE)
_IS_DEPUTY = re.compile(r"\s*[,(–-]\s*phó(?!\w)", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:]|\.\s")
_WHAT = re.compile(r"((?:[^\W\d_]+\s+){1,3})(?:gì|nào|gi|nao|what|which)\b", re.IGNORECASE)
# Words that may stand before the noun that is asked for, and are no part of it.
_NO_NOUNS = frozenset(
    "sang theo la nhung cac mot tu voi vao ve co duoc bi cho trong o tai cua lam tro thanh nhan bang".split()
)
# What ends a phrase that was begun: punctuation, or a word that opens another clause.
_PHRASE_END = re.compile(
    r"[,;:.!?()\[\]\"“”…]|\s(?:và|cùng|để|nhằm|khi|do|vì|nên|mà|thì|nhưng|với|tại|trong|từ|theo|đã|được|sẽ|là)\s",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:nguyên nhân(?: chính| chủ yếu)?(?: là)?(?: do)?|là do|do|vì|bởi(?: vì)?|nhờ(?: vào| có)?|xuất phát từ"
    r"|because(?: of)?|due to|thanks to)\s+",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?::|\b(?:gồm(?: có)?|bao gồm|như|lần lượt là|đó là|là|including|are))\s+", re.IGNORECASE)


def find_short(sentence: str, wanted: Wanted) -> Span | None:
    """Find the span of a sentence that answers by itself; None where only the whole sentence does."""
    kind = wanted.understood.kind
    if kind is AnswerKind.FIGURE:
        return _figure(sentence, wanted)
    if kind is AnswerKind.PERSON:
        return _person(sentence, wanted)
    if kind is AnswerKind.DATE:
        return _date(sentence, wanted)
    if kind is AnswerKind.PLACE:
        return _place(sentence, wanted)
    if kind is AnswerKind.REASON:
        return _after(sentence, _REASON)
    if kind is AnswerKind.LIST:
        return _after(sentence, _LIST)
    if kind is AnswerKind.OTHER:
        return _phrase(sentence, wanted.question)
    return None


# -- figures --------------------------------------------------------------------------------------------


def fit_of_kind(sentence: str, wanted: Wanted) -> float:
    """Say how near what is asked for stands to the question's words, 0 to 1; 1 where any sentence may do."""
    kind = wanted.understood.kind
    if kind is AnswerKind.FIGURE:
        scored = _scored_figures(sentence, wanted)
        return max((score for score, _ in scored), default=0.0)
    if kind in (AnswerKind.PERSON, AnswerKind.DATE, AnswerKind.PLACE):
        span = find_short(sentence, wanted)
        return _span_nearness(span, sentence, wanted) / _total(wanted) if span else 0.0
    return 1.0


def _total(wanted: Wanted) -> float:
    return max((sum(weight for _, weight in phrase) for phrase in wanted.phrases), default=0.0) or 1.0


def _figure(sentence: str, wanted: Wanted) -> Span | None:
    scored = _scored_figures(sentence, wanted)
    if not scored:
        return None
    _, best = max(scored, key=lambda pair: (pair[0], -pair[1].start))
    return best.full_start, best.end


def _scored_figures(sentence: str, wanted: Wanted) -> list[tuple[float, Quantity]]:
    """Score every figure of a sentence, 0 to about 1, by nearness to the question's words, role and unit."""
    quantities = [q for q in find_quantities(sentence) if not _is_given(sentence[q.start : q.end], wanted)]
    weights = _role_weights(wanted.question)
    matched = list(_matched_words(sentence, wanted))
    total = _total(wanted)
    own = _own_periods(sentence, quantities)
    scored = []
    for q in quantities:
        agrees = _agrees(own.get(q.start), wanted)
        role = 1.0 if agrees else weights[q.role]
        factor = OTHER_PERIOD if agrees is False else 1.0
        near = _nearness(sentence, q, quantities, matched) / total
        scored.append((near * role * factor * _unit_fit(sentence, q, wanted), q))
    return scored


def _own_periods(sentence: str, quantities: Sequence[Quantity]) -> dict[int, str]:
    """Find the period said right behind a figure: "từ 42,1% năm 2021 xuống còn 36,9% năm 2022". By its start."""
    periods = {span.start: span.period for span in find_periods(sentence)}
    return {
        q.start: periods[at]
        for q in quantities
        for at in range(q.end, q.end + 3)
        if at in periods and not sentence[q.end : at].strip()
    }


def _agrees(period: str | None, wanted: Wanted) -> bool | None:
    """Say whether a figure's own period is an asked one; None where either is not said."""
    asked = wanted.understood.periods
    return period in asked if period is not None and asked else None


def role_of_answer(sentence: str, wanted: Wanted) -> Role | None:
    """Say what part the figure that would be answered plays; None where there is none."""
    scored = _scored_figures(sentence, wanted)
    return max(scored, key=lambda pair: (pair[0], -pair[1].start))[1].role if scored else None


def _is_given(figure: str, wanted: Wanted) -> bool:
    """Say whether the question itself already names a figure: it is no answer."""
    number = re.search(r"\d[\d.,]*", figure)
    return (
        number is not None
        and re.search(rf"(?<![\d.,]){re.escape(number.group())}(?![\d]|[.,]\d)", wanted.question) is not None
    )


def _role_weights(question: str) -> dict[Role, float]:
    weights = dict(_ROLE_WEIGHTS)
    if asks_target(question):
        weights |= {Role.TARGET: 1.2, Role.ACTUAL: 0.5, Role.ESTIMATE: 0.5}
    if _CHANGE_ASKED.search(fold(question)):
        weights |= {Role.CHANGE: 1.2, Role.ACTUAL: 0.6}
    return weights


def _unit_fit(sentence: str, quantity: Quantity, wanted: Wanted) -> float:
    if wanted.understood.unit is None:
        return 1.0
    if unit_matches(wanted.understood.unit, sentence[quantity.start : quantity.end]):
        return 1.0
    # The noun of a count may stand a little behind it: "4/4 xã biên giới"; or ahead: "số lao động là 1.860 người".
    if unit_matches(wanted.understood.unit, sentence[quantity.full_start : quantity.end + 24]):
        return 0.7
    return 0.6 if carries_unit(wanted.understood.unit, sentence, quantity) else 0.25


def _nearness(
    sentence: str, quantity: Quantity, quantities: Sequence[Quantity], matched: Sequence[tuple[int, int, float]]
) -> float:
    """Weigh the question's words by how near they stand to a figure; another figure between halves a word."""
    total = 0.05
    for start, end, weight in matched:
        if end <= quantity.start:
            gap, low, high = quantity.start - end, end, quantity.start
        elif start >= quantity.end:
            # What follows a figure belongs to it less often than what leads up to it.
            gap, low, high = 2 * (start - quantity.end), quantity.end, start
        else:
            total += weight
            continue
        # "giảm 40,71% xuống còn 35,6%": a change on the way to a level does not come between.
        between = sum(low <= q.start and q.end <= high and q.role not in _ON_THE_WAY for q in quantities)
        clauses = len(_CLAUSE.findall(sentence, low, high))
        total += weight * math.exp(-gap / REACH) * 0.5**between * 0.3**clauses
    return total


def _matched_words(sentence: str, wanted: Wanted) -> Iterator[tuple[int, int, float]]:
    weights: dict[str, float] = {}
    for phrase in wanted.phrases:
        for word, weight in phrase:
            weights[word] = max(weights.get(word, 0.0), weight)
    for name in wanted.entities:
        for word in fold(name).split():
            weights.setdefault(word, 1.0)
    folded = fold(sentence)
    for start, end in words(sentence):
        known = weights.get(folded[start:end])
        if known:
            yield start, end, known


# -- persons, dates, places -----------------------------------------------------------------------------


def _nearest(spans: Sequence[Span], sentence: str, wanted: Wanted) -> Span | None:
    """Choose the span with the most question words around it; the first of equals."""
    return max(spans, key=lambda span: (_span_nearness(span, sentence, wanted), -span[0]), default=None)


def _span_nearness(span: Span, sentence: str, wanted: Wanted) -> float:
    return sum(
        weight * math.exp(-min(abs(start - span[1]), abs(span[0] - end)) / (2 * REACH))
        for start, end, weight in _matched_words(sentence, wanted)
        if end <= span[0] or start >= span[1]
    )


def _person(sentence: str, wanted: Wanted) -> Span | None:
    asked = {fold(entity) for entity in wanted.entities}
    spans = [(start, end) for start, end in find_persons(sentence) if fold(sentence[start:end]) not in asked]
    if "pho" not in terms(fold(wanted.question)):
        # Asked for the head, a deputy is no answer.
        spans = [
            (start, end)
            for start, end in spans
            if not _DEPUTY.search(sentence, max(0, start - 40), start) and not _IS_DEPUTY.match(sentence, end)
        ]
    return _nearest(spans, sentence, wanted)


def _date(sentence: str, wanted: Wanted) -> Span | None:
    dates = [(span.start, span.end) for span in find_dates(sentence, year=ANY_YEAR)]
    if not dates:
        dates = [(span.start, span.end) for span in find_periods(sentence, year=ANY_YEAR)]
    return _nearest(dates, sentence, wanted)


def _place(sentence: str, wanted: Wanted) -> Span | None:
    asked = {place_key(entity) for entity in wanted.entities}
    spans = [(s.start, s.end) for s in find_places(sentence) if place_key(s.name) not in asked]
    return _nearest(spans, sentence, wanted)


# -- phrases --------------------------------------------------------------------------------------------


def _after(sentence: str, opening: re.Pattern[str]) -> Span | None:
    match = opening.search(sentence)
    if match is None:
        return None
    start = match.end()
    end = len(sentence.rstrip(' .;!…"”'))
    stop = re.compile(r"[;.](?=\s|$)").search(sentence, start, end)
    end = stop.start() if stop else end
    return (start, end) if end - start >= 2 else None


def _phrase(sentence: str, question: str) -> Span | None:
    """Find the noun that the question asks "what" of, and take what the sentence says behind it."""
    match = _WHAT.search(question)
    if match is None:
        return None
    nouns = match.group(1).split()
    while len(nouns) > 1 and fold(nouns[0]) in _NO_NOUNS:
        del nouns[0]
    folded = fold(sentence)
    for n in range(len(nouns), 0, -1):
        head = fold(" ".join(nouns[-n:]))
        found = re.search(rf"(?<!\w){re.escape(head)}(?!\w)\s+", folded)
        if found is None:
            continue
        stop = _PHRASE_END.search(sentence, found.end())
        end = stop.start() if stop else len(sentence)
        while end > found.end() and sentence[end - 1].isspace():
            end -= 1
        if end > found.end():
            return found.start(), end
    return None
