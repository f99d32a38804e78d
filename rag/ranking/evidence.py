"""What a passage's own words say for it: its best sentence, the entity and period it speaks of, the kind of answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.figures import find_periods
from rag.lookup import Lookup
from rag.places import PlaceLevel, find_places, place_key
from rag.ranking.answering import Held, read_answer
from rag.text import fold, sentences, terms
from rag.types import Context, PartKind, Passage, Understood

#: A sentence is chosen by its share of the question's words, and by these.
_PAIR_SHARE = 0.5
_METRIC_SHARE = 0.5
_KIND_BONUS = 0.3

# "so với cùng kỳ năm 2022" names a period that is not the sentence's own.
_COMPARED = re.compile(
    r"(?:so với|bằng [^,;.]{0,20} so với|compared (?:with|to)) [^,;.]{0,40}|cùng kỳ(?: năm)?(?: trước| \d{4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What passages are judged by. weights: of lookup.words. entities: folded, one blank between syllables."""

    understood: Understood
    lookup: Lookup
    weights: tuple[float, ...]
    entities: tuple[str, ...]
    places: tuple[tuple[str, PlaceLevel], ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence and its share of the question's words, of their pairs and of the words of the metric."""

    text: str
    spaced: str
    words: tuple[str, ...]
    coverage: float
    pairs: float
    metric: float
    start: int

    @property
    def share(self) -> float:
        return self.coverage + _PAIR_SHARE * self.pairs + _METRIC_SHARE * self.metric


class Judge:
    """Reads passages for one question."""

    def __init__(self, question: Question) -> None:
        self._question = question
        lookup = question.lookup
        self._single: dict[str, tuple[float, bool]] = {}
        self._several: list[tuple[tuple[str, ...], float, bool]] = []
        for concept, weight in zip(lookup.words, question.weights, strict=True):
            phrase = concept.phrases[0]
            if len(concept.phrases) > 1 or " " in phrase:
                self._several.append((concept.phrases, weight, concept.is_metric))
            elif weight >= self._single.get(phrase, (0.0, False))[0]:
                # Two words with the same letters under their accents are one here.
                self._single[phrase] = (weight, concept.is_metric)
        told = [*self._single.values(), *((weight, is_metric) for _, weight, is_metric in self._several)]
        self._total = sum(weight for weight, _ in told) or 1.0
        self._metric_total = sum(weight for weight, is_metric in told if is_metric) or 1.0
        self._metric = tuple(
            dict.fromkeys(phrase for concept in lookup.words if concept.is_metric for phrase in concept.phrases)
        )
        self._pairs = set(pairwise(lookup.order))
        self._levels = {level for _, level in question.places}
        self._asked = set(question.understood.periods)
        self._asked_years = {period[:4] for period in self._asked}
        self._contexts: dict[tuple[str | None, ...], tuple[str, str, frozenset[str]]] = {}

    def judge(self, passage: Passage, context: Context) -> dict[str, float]:
        """Judge one passage. Returns what EVIDENCE names, each from 0 to 1."""
        folded, pieces = _take_apart(passage.text, whole=passage.kind is PartKind.TABLE_ROW)
        found = sorted((self._read(passage.text, *piece) for piece in pieces), key=lambda s: -s.share)
        if not found:
            return dict.fromkeys(EVIDENCE, 0.0)
        best, held = found[0], self._held(found[0], folded)
        in_passage = held.kind
        if not held.kind and len(found) > 1:
            # The next one may hold the answer: nothing beyond it is near enough to the question.
            other = self._held(found[1], folded)
            in_passage = other.kind
            if found[1].share + _KIND_BONUS * other.kind > best.share:
                best, held = found[1], other
        spaced = "".join(piece[-1] for piece in pieces)
        title, about, title_periods = self._about(context)
        own, conflict, near, unknown = self._periods(passage.text, best, title_periods, context)
        return {
            "sentence_words": best.coverage,
            "sentence_pairs": best.pairs,
            "sentence_metric": best.metric,
            "sentence_run": self._longest_run(best.words),
            "sentence_best": (best.share + _KIND_BONUS * held.kind) / (1 + _PAIR_SHARE + _METRIC_SHARE + _KIND_BONUS),
            "entity_sentence": self._named(best.spaced),
            "entity_passage": self._named(spaced),
            "entity_title": self._named(title),
            "entity_about": self._named(about),
            "other_place": self._speaks_of_another(passage.text, spaced),
            "period_own": own,
            "period_conflict": conflict,
            "period_near": near,
            "period_unknown": unknown,
            "kind_sentence": held.kind,
            "kind_passage": in_passage,
            "unit_sentence": held.unit,
            "role_sentence": held.role,
            "figure_near": held.near,
        }

    def _held(self, sentence: _Sentence, folded: str) -> Held:
        piece = folded[sentence.start : sentence.start + len(sentence.text)]
        return read_answer(sentence.text, piece, self._question.understood, self._metric)

    def _read(self, text: str, start: int, end: int, words: tuple[str, ...], spaced: str) -> _Sentence:
        coverage = metric = 0.0
        for word in set(words):
            known = self._single.get(word)
            if known is not None:
                coverage += known[0]
                metric += known[0] if known[1] else 0.0
        for phrases, weight, is_metric in self._several:
            if any(f" {phrase} " in spaced for phrase in phrases):
                coverage += weight
                metric += weight if is_metric else 0.0
        pairs = len(self._pairs.intersection(pairwise(words))) / len(self._pairs) if self._pairs else 0.0
        return _Sentence(
            text[start:end], spaced, words, coverage / self._total, pairs, metric / self._metric_total, start
        )

    def _longest_run(self, words: Sequence[str]) -> float:
        """Give the weight of the longest run of the question's words that stand in the same order."""
        longest = current = 0.0
        previous = None
        for word in words:
            weight = self._single[word][0] if word in self._single else 0.0
            current = current + weight if (previous, word) in self._pairs else weight
            longest = max(longest, current)
            previous = word
        return longest / self._total

    def _named(self, spaced: str) -> float:
        """Give the share of the asked entities that a text names; 1 where none is asked."""
        entities = self._question.entities
        return sum(f" {key} " in spaced for key in entities) / len(entities) if entities else 1.0

    def _about(self, context: Context) -> tuple[str, str, frozenset[str]]:
        """Read a report's title, place and organisation once: as spaced words, and the periods of the title."""
        key = (context.title, context.place, context.organisation)
        if key not in self._contexts:
            year = _year_of(context)
            periods = find_periods(context.title, year=year) if self._asked else []
            self._contexts[key] = (
                _spaced(context.title),
                _spaced(" ".join(filter(None, (context.place, context.organisation)))),
                frozenset(span.period for span in periods),
            )
        return self._contexts[key]

    def _speaks_of_another(self, text: str, spaced: str) -> float:
        """Say whether a passage names units of the asked one's level, and not the asked one."""
        if not self._levels or any(f" {key} " in spaced for key, _ in self._question.places):
            return 0.0
        named = {place_key(span.name) for span in find_places(text) if span.level in self._levels}
        return float(bool(named) and not named & {key for key, _ in self._question.places})

    def _periods(
        self, text: str, best: _Sentence, of_title: frozenset[str], context: Context
    ) -> tuple[float, float, float, float]:
        """Say whether the sentence names the asked period, only others, whether it is near, and nothing known."""
        if not self._asked:
            return 0.0, 0.0, 0.0, 0.0
        bare = _COMPARED.sub(lambda match: " " * len(match.group()), text)
        spans = find_periods(bare, year=_year_of(context))
        end = best.start + len(best.text)
        own = {span.period for span in spans if best.start <= span.start < end}
        around = {span.period for span in spans} | of_title | ({context.period} if context.period else set())
        near = 1.0 if self._asked & around else 0.6 if self._asked_years & {period[:4] for period in around} else 0.0
        agrees = bool(self._asked & own)
        return float(agrees), float(bool(own) and not agrees), near, float(not around)


#: What Judge.judge says of a passage.
EVIDENCE = (
    "sentence_words",
    "sentence_pairs",
    "sentence_metric",
    "sentence_run",
    "sentence_best",
    "entity_sentence",
    "entity_passage",
    "entity_title",
    "entity_about",
    "other_place",
    "period_own",
    "period_conflict",
    "period_near",
    "period_unknown",
    "kind_sentence",
    "kind_passage",
    "unit_sentence",
    "role_sentence",
    "figure_near",
)


@lru_cache(maxsize=4096)
def _take_apart(text: str, *, whole: bool) -> tuple[str, tuple[tuple[int, int, tuple[str, ...], str], ...]]:
    """Fold a passage and cut it into sentences: start, end, words, and the words with a blank at each end.

    The same passages are read for question after question.
    """
    folded = fold(text)
    pieces = []
    for start, end in [(0, len(text))] if whole else sentences(text):
        words = tuple(terms(folded[start:end]))
        pieces.append((start, end, words, f" {' '.join(words)} "))
    return folded, tuple(pieces)


def _year_of(context: Context) -> int | None:
    return int(context.dates[0][:4]) if context.dates else None


def _spaced(text: str) -> str:
    return f" {' '.join(terms(fold(text)))} "
