"""What a question asks for, read from its words alone: kind of answer, entities, periods, unit and metric. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.figures.asked import asked_role, asked_unit, known_unit
from rag.figures.periods import find_dates
from rag.figures.roles import Role
from rag.glossary import belong_together, translate_terms
from rag.question.cleaning import tidy_question
from rag.question.metrics import find_metric
from rag.question.names import find_names
from rag.question.parts import asks_twice, find_sides, split_question
from rag.question.periods import read_periods
from rag.question.vocabulary import (
    ENGLISH_KINDS,
    ENGLISH_RATE,
    ENGLISH_STOPS,
    QUESTION_PHRASES,
    STOPS,
    UNACCENTED_STOPS,
    VIETNAMESE_KINDS,
    lower_case,
)  # fmt: skip
from rag.text import fold, guess_language, is_accented, words
from rag.types import AnswerKind, Understood

_Span = tuple[int, int]

# Words that ask or bid, without accents: a text without any is a search of its own.
_ASKS = re.compile(
    r"\b(?:gi|nao|ai|dau|may|sao|bao gio|bao nhieu|bao lau|the nao|phai khong|co khong|hay|khong|chua|nhu the nao"
    r"|what|which|who|whom|when|where|why|how|is|are|was|were|do|does|did|list|name|tell|describe|explain|ke|liet ke"
    r"|tom tat|trinh bay)\b"
)
_HOW_IS_IT = re.compile(r"\b(?:ra sao|the nao|nhu the nao)\W*$")
_HOW_MANY = re.compile(
    r"\bhow many (.+?)(?:\?|$|\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|in|of|at"
    r"|to|be)\b)"
)


def understand(question: str) -> Understood:
    """Read what a question asks for, in Vietnamese with or without accents, or in English."""
    question = tidy_question(question)
    understood = _read(question)
    parts = split_question(question, understood)
    if parts and asks_twice(question, understood):
        # "Dân số là bao nhiêu và ai là chủ tịch?": what is asked first decides.
        split = _read(parts[0])
        understood = replace(understood, kind=split.kind, unit=split.unit, metric=split.metric, role=split.role)
    return replace(understood, sides=find_sides(question, understood), parts=parts)


def _read(question: str) -> Understood:
    language = guess_language(question)
    accented = is_accented(question)
    periods = read_periods(question)
    # "Việt Nam 2019": no "năm" in a text that carries its accents.
    taken = [(s.start + 4 if accented and question.startswith("Nam ", s.start) else s.start, s.end) for s in periods]
    dates = [(span.start, span.end) for span in find_dates(question, year=2000)]
    names = find_names(question, language, [*taken, *dates])
    kind = _read_kind(_without(question, names), language, accented)
    taken_by_all = [*taken, *dates, *names]
    rest = fold(_without(question, taken_by_all))
    if kind is AnswerKind.REASON and _HOW_IS_IT.search(rest):
        # "Thu ngân sách của A năm 2023 ra sao?" asks for the figure.
        named = find_metric(question, AnswerKind.FIGURE, taken_by_all, language=language, accented=accented)
        kind = AnswerKind.FIGURE if named and (periods or names) else kind
    if kind is AnswerKind.OTHER and _ASKS.search(rest) is None:
        # "thu nhập bình quân Quế Phong 2023", as one types into a search box.
        named = find_metric(question, AnswerKind.FIGURE, taken_by_all, language=language, accented=accented)
        kind = AnswerKind.FIGURE if named else kind
    return Understood(
        language=language,
        accented=accented,
        kind=kind,
        entities=tuple(dict.fromkeys(question[start:end] for start, end in names)),
        periods=tuple(dict.fromkeys(span.period for span in periods)),
        unit=_read_unit(question, language),
        terms=_read_terms(question, language, accented, [*taken, *names]),
        metric=find_metric(question, kind, taken_by_all, language=language, accented=accented),
        role=asked_role(question),
    )


def asks_target(question: str) -> bool:
    """Say whether a question wants a plan or target, not a result."""
    return asked_role(question) is Role.TARGET


def _without(question: str, names: list[_Span]) -> str:
    """Blank out names: the ``Sao`` of a company asks nothing."""
    for start, end in sorted(names, reverse=True):
        question = f"{question[:start]}X{question[end:]}"
    return question


# -- kind and unit --------------------------------------------------------------------------------------


def _read_kind(question: str, language: str, accented: bool) -> AnswerKind:
    if language == "en":
        text, kinds = question.lower(), ENGLISH_KINDS
    else:
        text, kinds = (question.lower() if accented else fold(question)), VIETNAMESE_KINDS[accented]
    text = text.strip(" \t\n?.!\"'“”")
    for pattern, kind in kinds:
        if pattern.search(text):
            return kind
    return AnswerKind.OTHER


def _read_unit(question: str, language: str) -> str | None:
    if language != "en":
        return asked_unit(question)
    counted = _HOW_MANY.search(question.lower())
    if counted is None:
        return "%" if ENGLISH_RATE.search(question.lower()) else None
    named = counted[1].split()
    # The commonest word for all of it, else for its last words: "party members", "kilometres".
    for i in range(len(named)):
        rest = " ".join(named[i:])
        for candidate in (rest, *translate_terms(rest, language="en"), *named[i:]):
            if (unit := known_unit(candidate)) is not None:
                return unit
    return None


# -- terms ----------------------------------------------------------------------------------------------


def _read_terms(question: str, language: str, accented: bool, taken: list[_Span]) -> tuple[str, ...]:
    """List the content words, folded: neither names, periods, question words nor stop words."""
    lower = lower_case(question)
    stops = ENGLISH_STOPS if language == "en" else STOPS if accented else UNACCENTED_STOPS
    asked = QUESTION_PHRASES[accented].finditer(lower if accented else fold(question)) if language != "en" else ()
    masked = [*taken, *(match.span() for match in asked)]
    spans = [(a, b) for a, b in words(question) if not any(c < b and a < d for c, d in masked)]
    kept = []
    for i, (start, end) in enumerate(spans):
        word = lower[start:end]
        if word == "%" or (language == "en" and (len(word) == 1 or word in stops)):
            continue
        if word in stops and not _is_in_term(lower, spans, i, stops, accented):
            continue
        kept.append(fold(word))
    return tuple(dict.fromkeys(kept))


def _is_in_term(lower: str, spans: list[_Span], i: int, stops: frozenset[str], accented: bool) -> bool:
    """Say whether a stop word makes a term with a content word beside it: the ``xã`` of ``xã hội``."""
    for j in (i - 1, i):
        if 0 <= j < len(spans) - 1 and lower[spans[j][1] : spans[j + 1][0]] == " ":
            first, second = lower[slice(*spans[j])], lower[slice(*spans[j + 1])]
            both_stop = first in stops and second in stops
            if not both_stop and belong_together(first, second, accented=accented):
                return True
    return False
