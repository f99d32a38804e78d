"""What a question wants of an answer: concepts, whose, of when, in which role and unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.answer.concepts import Concepts, read_concepts
from rag.places import PlaceLevel, find_places, find_province, place_key
from rag.text import fold, is_accented, is_syllable, syllable_key, terms
from rag.types import Understood

_COUNTRY = "vietnam"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text as words with one blank between and at both ends. accented: they are told by their accents."""

    words: str
    accented: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as answers are judged by it.

    entities: keys of names, see entity_key; the country is taken for granted.

    levels: of those that are places, by key. spellings: the ways a text may write each key, as words with their accents
    and without. finest: the keys whose figure is asked where one place lies in another ("huyện X tỉnh Y"): all keys
    where none does. unknown: the share of what is asked that stands in no report. accented: names are told by their
    accents: Tân Lang is not Tân Lãng.
    """

    question: str
    understood: Understood
    concepts: Concepts
    entities: tuple[str, ...]
    levels: dict[str, PlaceLevel]
    finest: frozenset[str]
    spellings: dict[str, tuple[tuple[str, str], ...]]
    accented: bool
    unknown: float = 0.0

    def spell(self, text: str) -> Spelled:
        """Write a text so that names are found in it."""
        accented = self.accented and is_accented(text)
        return Spelled(f" {_words(text, accented=accented)} ", accented)

    def share_named(self, written: Spelled) -> float:
        """Give the share of the entities that a text names; 1 where none is asked."""
        if not self.entities:
            return 1.0
        return sum(self.presence(key, written) for key in self.entities) / len(self.entities)

    def presence(self, key: str, written: Spelled) -> float:
        """Say how much of an entity a text names. Of a foreign name parts count: ``Manning``."""
        at = 0 if written.accented else 1
        if any(f" {spelling[at]} " in written.words for spelling in self.spellings[key]):
            return 1.0
        parts = key.split()
        if len(parts) < 2 or all(is_syllable(part) for part in parts):
            return 0.0
        return sum(f" {part} " in written.words for part in parts) / len(parts)

    def is_of(self, name: str, keys: frozenset[str] | tuple[str, ...]) -> bool:
        """Say whether a name is one of the keys, with or without what stands before a company's name."""
        accented = self.accented and is_accented(name)
        key = entity_key(name, accented=accented)
        at = 0 if accented else 1
        return any(is_same(key, spelling[at]) for each in keys for spelling in self.spellings[each])


def read_asked(question: str, understood: Understood, *, idf: Callable[[str], float]) -> Asked:
    """Read what a question wants. idf: how much a folded word tells in the library."""
    accented = is_accented(question)
    named = {entity_key(name, accented=accented): name for name in understood.entities}
    levels = {entity_key(span.name, accented=accented): span.level for span in find_places(question)}
    for key, name in named.items():
        if key not in levels and find_province(name) is not None:
            levels[key] = PlaceLevel.PROVINCE
    entities = tuple(key for key in named if key and "".join(terms(fold(named[key]))) != _COUNTRY)
    concepts = read_concepts(question, understood, without=understood.entities, idf=idf)
    order = list(PlaceLevel)
    depth = max((order.index(levels[key]) for key in entities if key in levels), default=0)
    finest = frozenset(key for key in entities if key not in levels or order.index(levels[key]) == depth)
    return Asked(
        question=question,
        understood=understood,
        concepts=concepts,
        entities=entities,
        levels=levels,
        finest=finest,
        spellings={key: _spellings(key, named[key]) for key in entities},
        accented=accented,
        unknown=_share_unknown(concepts, idf),
    )


def _share_unknown(concepts: Concepts, idf: Callable[[str], float]) -> float:
    """Give the share of what is asked that no report has a word for, such as a name typed in small letters."""
    nowhere = idf("zqxwzqxw")
    total = sum(concept.weight for concept in concepts.all)
    unknown = sum(
        concept.weight
        for concept in concepts.all
        if all(any(idf(fold(word)) >= nowhere for word in phrase) for phrase in concept.phrases)
    )
    return unknown / total if total else 0.0


def entity_key(name: str, *, accented: bool = True) -> str:
    """Give the one form under which a name is compared: a province's own name, without its unit word.

    accented: its syllables are told by their accents.
    """
    province = find_province(place_key(name) or name)
    bare = province.name if province else _without_unit(name)
    return _words(bare, accented=accented and is_accented(bare))


def _without_unit(name: str) -> str:
    """Take the unit word off a place's name, which place_key does without accents."""
    key = place_key(name).split()
    words = name.split()
    if key and len(key) < len(words):
        for i in range(len(words) - len(key) + 1):
            if [fold(word) for word in words[i : i + len(key)]] == key:
                return " ".join(words[i : i + len(key)])
    return name


def _words(text: str, *, accented: bool) -> str:
    if accented:
        return " ".join(syllable_key(word) for word in terms(text))
    return " ".join(terms(fold(text)))


def _spellings(key: str, name: str) -> tuple[tuple[str, str], ...]:
    """List the ways a text may write an entity: a province by its other names too."""
    province = find_province(place_key(name) or name)
    names = (province.name, *province.aliases) if province else (_without_unit(name),)
    written = [(_words(each, accented=True), _words(each, accented=False)) for each in names]
    return tuple(dict.fromkeys([(key, fold(key)) if not province else written[0], *written]))


def is_same(a: str, b: str) -> bool:
    """Say whether two keys name the same: equal, or a company's name with and without what stands before it."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    return len(short) > 2 and long.endswith(f" {short}") and len(long.split()) - len(short.split()) >= 2
