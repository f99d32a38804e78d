"""What a question wants of a sentence: its words with their weight, its entities, its kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.glossary import translate_terms
from rag.places import PlaceLevel, find_places, place_key
from rag.text import fold, terms
from rag.types import Understood

#: Spans alone matter where a day without its year is looked for.
ANY_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the words of a question weigh. words: folded, in the question's order, with their weight (idf).

    phrases: the same in other words (an English question in Vietnamese); the best of all counts. places: keys and
    levels of the places asked about.
    """

    question: str
    understood: Understood
    entities: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, float], ...], ...]
    places: tuple[tuple[str, PlaceLevel], ...] = ()


def weigh_question(
    question: str, understood: Understood, entities: Sequence[str], idf: Callable[[str], float]
) -> Wanted:
    """Weigh the words of a question by how rare they are in the library. idf: of one folded word."""
    wanted = set(understood.terms)
    named = {word for entity in entities for word in fold(entity).split()}
    phrases = [_weighed([w for w in terms(fold(question)) if w in wanted and w not in named], idf)]
    if understood.language == "en":
        translated = [w for phrase in translate_terms(question) for w in terms(fold(phrase)) if w not in named]
        phrases.append(_weighed(translated, idf))
    places = tuple((place_key(span.name), span.level) for span in find_places(question))
    return Wanted(question, understood, tuple(entities), tuple(p for p in phrases if p), places)


def _weighed(words: Sequence[str], idf: Callable[[str], float]) -> tuple[tuple[str, float], ...]:
    return tuple((word, idf(word)) for word in words)
