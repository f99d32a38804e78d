"""A question → the weighted terms that are looked up for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.lexical.settings import SETTINGS, LexicalSettings
from rag.lexical.tokens import TermKind, Tokens, hashes_of, terms_of, tokenise
from rag.text import is_accented
from rag.text import terms as words_of

_Added = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One thing looked for. alternatives: phrases any of which serves, each the numbers of terms that must all stand.

    Alternatives count as one term: their frequencies are added and a row that has any of them is counted once
    (structured queries: Pirkola, SIGIR 1998), so that five translations of a word weigh no more than one.
    """

    alternatives: tuple[tuple[int, ...], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """What to look up: terms, no two alike."""

    terms: tuple[QueryTerm, ...]


def make_query(
    text: str | Tokens,
    *,
    accented: bool | None = None,
    added: _Added = (),
    groups: Iterable[tuple[Sequence[str], float]] = (),
    settings: LexicalSettings = SETTINGS,
) -> LexicalQuery:
    """Make a query of a text, with the weight of each term; the heaviest one where a term is met twice.

    text: or its tokens, where a token may have been struck out with 0. accented: look accented forms up beside the
    folded ones; as the text is if None. added: further phrases with a weight each, such as an abbreviation
    written out. groups: phrases that stand for one another, with the weight of them all.
    """
    weights: dict[tuple[int, ...], float] = {}
    parts = [(tokenise(text) if isinstance(text, str) else text, 1.0, _marked(text, accented))]
    parts += [(tokenise(phrase), weight, is_accented(phrase)) for phrase, weight in added]
    for tokens, weight, marked in parts:
        for kind in TermKind if marked else (TermKind.FOLDED, TermKind.FOLDED_PAIR):
            numbers, real = terms_of(hashes_of(tokens, kind), kind)
            value = weight * settings.of_kind(kind)
            for number in numbers[real].tolist():
                weights[(number,)] = max(weights.get((number,), 0.0), value)
    terms = [QueryTerm((term,), weight) for term, weight in weights.items()]
    for phrases, weight in groups:
        alternatives = tuple(dict.fromkeys(found for phrase in phrases if (found := phrase_numbers(phrase))))
        if alternatives:
            terms.append(QueryTerm(alternatives, weight))
    return LexicalQuery(tuple(terms))


def phrase_numbers(phrase: str) -> tuple[int, ...]:
    """Number the terms that a phrase stands in: its accented pairs, or its only syllable."""
    # The parts of a date are left out: "19/7/2023" is one word.
    tokens = tokenise(phrase)[:, : len(words_of(phrase))]
    kind = TermKind.ACCENTED if tokens.shape[1] == 1 else TermKind.ACCENTED_PAIR
    numbers, real = terms_of(hashes_of(tokens, kind), kind)
    return tuple(numbers[real].tolist())


def _marked(text: str | Tokens, accented: bool | None) -> bool:
    if accented is not None:
        return accented
    return is_accented(text) if isinstance(text, str) else True
