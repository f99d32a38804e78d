"""A question → what is looked up for it: its words, what they abbreviate or mean, their translations. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from rag.glossary import expand_abbreviations, find_synonyms, numeric_forms, translate_groups
from rag.lexical import (
    SETTINGS,
    LexicalQuery,
    LexicalSettings,
    QueryTerm,
    TermKind,
    Tokens,
    hashes_of,
    make_query,
    phrase_numbers,
    terms_of,
    tokenise,
)
from rag.text import fold, is_accented, terms
from rag.types import Understood

#: What abbreviations written out and synonyms weigh beside the words of the question. On 151 questions over 80
#: reports 0 to 0.4 gave the same recall@1, 0.6 one hundredth less.
EXPANSION_WEIGHT = 0.3
#: What a translated term weighs, all its alternatives together; a word of the question weighs 1.5, accents included.
TRANSLATION_WEIGHT = 1.5


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question is about. phrases: folded, any of which names it; term: what stands for it in the index.

    is_metric: it is a word of what is measured, no name, period or question word.
    """

    phrases: tuple[str, ...]
    term: QueryTerm
    is_metric: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is looked up. query: for the lexical channel. words: its concepts in the question's order. pairs: of
    neighbouring words, as terms. order: the folded words of the question.
    """

    query: LexicalQuery
    words: tuple[Concept, ...]
    pairs: tuple[QueryTerm, ...]
    order: tuple[str, ...]


def look_up(
    question: str,
    understood: Understood,
    *,
    languages: Collection[str] = ("vi",),
    settings: LexicalSettings = SETTINGS,
) -> Lookup:
    """List what to look up for a question in reports of some languages.

    Where none of them is the question's own, its common words are translated and struck out; names and numbers stay.
    """
    accented = is_accented(question)
    tokens = tokenise(question)
    foreign = bool(languages) and understood.language not in languages
    groups = list(_translations(question, understood, languages))
    if foreign:
        names = _names_only(question, understood, tokens, {fold(w) for source, _ in groups for w in terms(source)})
        # "an toan" may pass for English: what is neither a name nor known there is looked up as it stands.
        foreign = bool(groups) or bool(names.any())
        tokens = names if foreign else tokens
    added = [(phrase, EXPANSION_WEIGHT) for phrase in (*expand_abbreviations(question), *find_synonyms(question))]
    query = make_query(
        tokens,
        accented=accented or foreign,
        added=added,
        groups=[(phrases, TRANSLATION_WEIGHT) for _, phrases in groups],
        settings=settings,
    )
    kind = TermKind.ACCENTED if accented and not foreign else TermKind.FOLDED
    order = tuple(fold(word) for word in terms(question))
    metric = set(understood.terms)
    words = [
        Concept((word,), QueryTerm(((number,),), 1.0), word in metric)
        for word, number in zip(order, _numbers(tokens, kind), strict=False)
        if number is not None
    ]
    for _, phrases in groups if foreign else ():
        alternatives = tuple(numbers for phrase in phrases if (numbers := phrase_numbers(phrase)))
        if alternatives:
            folded = tuple(" ".join(terms(fold(phrase))) for phrase in phrases)
            words.append(Concept(folded, QueryTerm(alternatives, 1.0), True))
    pair_kind = TermKind.ACCENTED_PAIR if kind is TermKind.ACCENTED else TermKind.FOLDED_PAIR
    pairs = dict.fromkeys(number for number in _numbers(tokens, pair_kind) if number is not None)
    return Lookup(
        query=query,
        words=tuple({concept.term.alternatives: concept for concept in words}.values()),
        pairs=tuple(QueryTerm(((number,),), 1.0) for number in pairs),
        order=order,
    )


def _translations(
    question: str, understood: Understood, languages: Collection[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words of a question that are known in another language of the reports, and what they are there."""
    other = "vi" if understood.language == "en" else "en"
    if other not in languages:
        return
    names = {fold(word) for entity in understood.entities for word in terms(entity)}
    for group in translate_groups(question, language=understood.language):
        # "Long" of a name is no length.
        if not set(map(fold, terms(group.source))) <= names:
            yield group.source, group.alternatives
    if forms := tuple(numeric_forms(question, language=understood.language)):
        yield "", forms


def _names_only(question: str, understood: Understood, tokens: Tokens, translated: Collection[str]) -> Tokens:
    """Strike out the words of another language: all but names, numbers and what has no translation."""
    found = terms(question)
    names = {word for entity in understood.entities for word in terms(entity)}
    content = set(understood.terms)
    kept = np.zeros(tokens.shape[1], dtype=bool)
    for i, word in enumerate(found):
        is_name = word in names or word[:1].isdigit() or (word.isupper() and len(word) > 1)
        # A word of content that no entry knows may be a name without its capital.
        kept[i] = is_name or (fold(word) in content and fold(word) not in translated)
    kept[len(found) :] = True
    return np.where(kept, tokens, np.uint32(0)).astype(np.uint32)


def _numbers(tokens: Tokens, kind: TermKind) -> list[int | None]:
    numbers, real = terms_of(hashes_of(tokens, kind), kind)
    return [number if stands else None for number, stands in zip(numbers.tolist(), real.tolist(), strict=True)]
