"""The two ends of a comparison as phrases to search for, where it cannot be taken apart into whole questions. Pure."""

from __future__ import annotations

import re

from rag.figures.periods import find_periods
from rag.question.vocabulary import MORE
from rag.text import fold, terms, words
from rag.types import AnswerKind, Understood

_MORE = fold(MORE)
_CHANGED = r"(?:tang|giam|cao|thap|hon|kem|nhieu|it|them|vuot|chenh(?: lech)?|khac|ghi nhan|phinh)"
# What stands between the two ends, the surest first.
_BETWEEN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\s(?:con |thi |co )?{_MORE} hon (?:so voi |voi )?",
        r"\s(?:con |thi )?kem (?:so voi )?(?=.*\bbao nhieu\b)",
        r"\s(?:so voi|compared (?:with|to)|versus|vs\.?)\s",
        r"\s(?:higher|lower|larger|bigger|greater|smaller|more|less|fewer) than\s",
        r"\shay\s(?=.*\bhon\b)",
        r"\sor\s",
        rf"\sva\s(?=.*\bnao\b.*\b{_MORE} hon\b)",
        r"\sand\s(?=.*\b(?:which|who)\b)",
    )
)
_OPENS_WITH_END = re.compile(r"^(?:so voi|compared (?:with|to))\s([^,]+),\s*")
# What asks, at an end's edges: it names nothing.
_TAIL = re.compile(
    rf"[\s,]*(?:\b(?:gay|co|la)\b[^,]{{0,30}} {_MORE} hon|\b{_MORE} hon|,[^,]*\bnao\b.*"
    rf"|\b{_CHANGED}(?: \w+){{0,2}} bao nhieu\b.*"
    r"|\bbao nhieu\b.*|\bthe nao\b.*|\bra sao\b.*)[\s?.]*$"
)
_HEAD = re.compile(r"^[\s,]*(?:which(?: \w+){1,4}[,:]|who(?: \w+){1,4}[,:]|[^,:]*\bnao\b[^,:]*:)\s*")
_EDGE = " ,;:.?!"
_FEWEST_CHARS = 3


def find_ends(question: str, understood: Understood) -> tuple[str, ...]:
    """Give both ends of a comparison, each with what only the other names: metric, entity, period.

    "Doanh thu A năm 2023 kém B bao nhiêu?": "Doanh thu A năm 2023 bao nhiêu?", "Doanh thu B năm 2023 bao nhiêu?".
    Nothing where no comparison is asked, or its ends cannot be told. They are for searching, not for showing.
    """
    if understood.kind is not AnswerKind.COMPARISON:
        return ()
    spans = _split(fold(question))
    if spans is None:
        return ()
    first, second = (question[start:end].strip(_EDGE) for start, end in spans)
    if min(len(first), len(second)) < _FEWEST_CHARS:
        return ()
    asks = {"en": "how much: {}?"}.get(understood.language, "{} bao nhiêu?" if understood.accented else "{} bao nhieu?")
    return asks.format(_completed(first, second, understood)), asks.format(_completed(second, first, understood))


def _split(folded: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if opening := _OPENS_WITH_END.match(folded):
        return opening.span(1), (opening.end(), _without_tail(folded, opening.end(), len(folded)))
    head = _HEAD.match(folded)
    start = head.end() if head else 0
    for pattern in _BETWEEN:
        if found := pattern.search(folded, start):
            first = (start, _without_tail(folded, start, found.start()))
            return first, (found.end(), _without_tail(folded, found.end(), len(folded)))
    return None


def _without_tail(folded: str, start: int, end: int) -> int:
    found = _TAIL.search(folded[start:end])
    return start + found.start() if found else end


def _completed(end: str, other: str, understood: Understood) -> str:
    """Add to an end what it leaves to the other."""
    own = set(terms(fold(end)))
    added = [end]
    metric = terms(fold(understood.metric or ""))
    if metric and not own & set(metric):
        added.insert(0, understood.metric or "")
    if not any(own >= set(terms(fold(entity))) for entity in understood.entities):
        added += [entity for entity in understood.entities if fold(entity) in fold(other)]
    if not any(end[a:b].isdigit() and b - a == 4 for a, b in words(end)) and not find_periods(end):
        added += [other[span.start : span.end] for span in find_periods(other)]
    return " ".join(added)
