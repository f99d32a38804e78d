"""Question → hits: the dense and the lexical channel, fused by score; the best fifty ranked by what they say.

A question about several things is taken apart and every side of it is represented. Captions come last, copies are
folded into one. A cross-encoder, where one is given, has the last word on the first thirty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.channels import Found, head_length, put_forward, search_channels
from rag.concerned import rows_about
from rag.embed import Embedder
from rag.errors import ConfigError
from rag.filters import make_test
from rag.fusion import CANDIDATES, DEFAULT_WEIGHT
from rag.library import Library
from rag.lookup import Lookup, look_up
from rag.merging import fold_copies, merge_sides
from rag.prepare import vector_input
from rag.publish import KINDS
from rag.question import find_ends, understand
from rag.ranking import Candidates, Features, Weights, load_weights, make_features, rank_scores
from rag.rerank import Reranker
from rag.text import to_nfc
from rag.types import Channels, Context, Filters, Hit, Passage, Understood

#: How many of the best fused passages the second stage puts in order.
RANKED = 50
#: So many of them, at least, come from the reports that are about what the question names, where there are some: their
#: paragraphs seldom name it, and others' do. Of 160 questions on made-up district reports the right figure was then
#: among those read for 153; with 30 for 151, with none for 132.
OF_THE_NAMED = 20
#: How many a cross-encoder reads.
RERANK_DEPTH = 30
#: Dense search counts only once this share of the passages has a vector.
MIN_DENSE_SHARE = 0.5
#: Languages of a library whose snapshot does not say.
_LANGUAGES = ("en", "vi")


class Retriever:
    """Finds evidence in one opened library.

    reranker: a cross-encoder that has the last word on the first hits. second_stage: False leaves the order of the
    fused scores as it is. weights: of the second stage, the program's own if None.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder | None,
        *,
        reranker: Reranker | None = None,
        second_stage: bool = True,
        weights: Weights | None = None,
    ) -> None:
        self.library = library
        self.embedder = embedder if library.n_vectors >= MIN_DENSE_SHARE * library.n_passages else None
        self.reranker = reranker
        self._weights = (load_weights() if weights is None else weights) if second_stage else None
        self.languages = tuple(library.about.get("languages") or _LANGUAGES)

    @property
    def has_second_stage(self) -> bool:
        """Whether the best fused passages are ranked by what they say."""
        return self._weights is not None

    def without_reranker(self) -> Retriever:
        """Give the same retriever without its cross-encoder."""
        return Retriever(self.library, self.embedder, second_stage=self.has_second_stage, weights=self._weights)

    @property
    def weight(self) -> float:
        """The dense channel's share in the fused score, from 0 to 1."""
        for weight in (
            self.library.about.get("fusion_weight"),
            self.embedder.fusion_weight if self.embedder else 0.0,
        ):
            if weight is not None:
                return float(weight)
        return DEFAULT_WEIGHT

    def retrieve(self, question: str, *, top_k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Find the top_k passages for a question, best first.

        Raises ConfigError if top_k < 1, RerankError where the cross-encoder fails.
        """
        if top_k < 1:
            raise ConfigError(f"top_k is {top_k}; allowed: from 1. Leave it out for 10")
        if not self.library.n_passages:
            return []
        question = to_nfc(question)
        allowed = self._allowed_rows(filters)
        n_hits = max(top_k, RERANK_DEPTH) if self.reranker else top_k
        understood = understand(question)
        reading = _Reading(self.library)
        hits = self._search(question, understood, reading, n_hits=n_hits, allowed=allowed)
        if parts := understood.parts or find_ends(question, understood):
            sides = [self._search(part, understand(part), reading, n_hits=n_hits, allowed=allowed) for part in parts]
            hits = fold_copies(merge_sides(hits, sides), self.library.copies)
        if self.reranker is not None:
            hits = _reorder(question, hits, self.reranker)
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits[:top_k], start=1)]

    def first_stage(
        self,
        question: str,
        lookup: Lookup,
        *,
        depth: int = CANDIDATES,
        allowed: NDArray[np.bool_] | None = None,
        also: NDArray[np.int64] | None = None,
    ) -> Found:
        """Run both channels and fuse them. depth: how many passages each may name; also: rows found in any case."""
        return search_channels(
            question,
            lookup,
            library=self.library,
            embedder=self.embedder,
            weight=self.weight,
            depth=depth,
            allowed=allowed,
            also=also,
        )

    def _rows_of_the_named(
        self,
        question: str,
        understood: Understood,
        *,
        languages: Sequence[str],
        allowed: NDArray[np.bool_] | None,
    ) -> NDArray[np.int64] | None:
        """Find, in the reports about what a question names, the passages on its metric; None where there are none.

        By the words of the metric alone: the name stands in the title, and the time in a heading.
        """
        if self._weights is None or not understood.entities:
            return None
        about = rows_about(self.library, understood.entities, understood.periods)
        if about is None:
            return None
        if allowed is not None:
            about &= allowed
        metric = understood.metric or " ".join(understood.terms) or question
        lookup = look_up(metric, replace(understood, entities=()), languages=languages)
        found = self.first_stage(metric, lookup, depth=OF_THE_NAMED, allowed=about)
        # What has none of its words is only near in the vectors, maybe of another language.
        rows = found.rows[found.lexical > 0][:OF_THE_NAMED]
        return rows if len(rows) else None

    def describe(
        self,
        question: str,
        understood: Understood,
        lookup: Lookup,
        found: Found,
        passages: Sequence[tuple[Passage, Context]],
    ) -> Features:
        """Describe found passages for the second stage, a row each."""
        candidates = Candidates(passages, found.rows, found.fused, _scaled(found.dense, self.weight), found.lexical)
        return make_features(question, understood, lookup, candidates, index=self.library.lexical)

    def _search(
        self,
        question: str,
        understood: Understood,
        reading: _Reading,
        *,
        n_hits: int,
        allowed: NDArray[np.bool_] | None,
    ) -> list[Hit]:
        """Find at least n_hits passages for one question, if there are so many, copies folded.

        Reports in the question's language and in others are searched each by their own words: side by side, a
        question's function words outweigh the translations of the others.
        """
        own, others = (understood.language,), tuple(x for x in self.languages if x != understood.language)
        if self._weights is None or not others or understood.language not in self.languages:
            lookup = look_up(question, understood, languages=self.languages)
            named = self._rows_of_the_named(question, understood, languages=self.languages, allowed=allowed)
            return self._find(question, understood, lookup, reading, n_hits=n_hits, allowed=allowed, named=named)[0]
        lookups = {languages: look_up(question, understood, languages=languages) for languages in (own, others)}
        if self._is_lost(lookups[own], lookups[others]):
            del lookups[others]
        found = []
        for languages, lookup in lookups.items():
            named = self._rows_of_the_named(question, understood, languages=languages, allowed=allowed)
            found.append(self._find(question, understood, lookup, reading, n_hits=n_hits, allowed=allowed, named=named))
        highest = max(strength for _, strength in found)
        merged: dict[str, Hit] = {}
        for hits, strength in found:
            for hit in hits:
                scored = replace(hit, score=round(hit.score * math.exp(strength - highest), 6))
                known = merged.get(hit.passage.id)
                if known is None or known.score < scored.score:
                    merged[hit.passage.id] = scored
        hits = sorted(merged.values(), key=lambda hit: (-hit.score, hit.passage.id))
        return fold_copies(hits, self.library.copies)

    def _is_lost(self, own: Lookup, others: Lookup) -> bool:
        """Say whether a library knows what a question is about by its own words and by none of their translations.

        Only names are left then of the search by translations, and any passage that names them would answer.
        """
        kept = {concept.phrases for concept in own.words} & {concept.phrases for concept in others.words}
        words = [each.term for each in own.words if each.is_metric and each.phrases not in kept]
        translated = [each.term for each in others.words if each.phrases not in kept]
        if not words or not translated:
            return False
        index = self.library.lexical
        if not all(len(rows) for rows, _ in index.find(index.body, words)):
            return False
        everywhere = (index.body, *index.fields.values())
        return not any(len(rows) for postings in everywhere for rows, _ in index.find(postings, translated))

    def _find(
        self,
        question: str,
        understood: Understood,
        lookup: Lookup,
        reading: _Reading,
        *,
        n_hits: int,
        allowed: NDArray[np.bool_] | None,
        named: NDArray[np.int64] | None,
    ) -> tuple[list[Hit], float]:
        """Find passages for one question, those named among the ranked. Returns them, and the first one's score."""
        depth = max(CANDIDATES, 3 * n_hits)
        n_found = -1
        while True:
            found = self.first_stage(question, lookup, depth=depth, allowed=allowed, also=named)
            if named is not None:
                found = put_forward(found, named, n=RANKED)
            hits: list[Hit] = []
            strength = -math.inf
            n = 0
            # More than n_hits are read, since copies fold into one; and more again where that was not enough.
            while n < len(found.rows) and len(hits) < n_hits:
                n = head_length(found.fused, at_least=n + max(2 * n_hits + 10, RANKED))
                hits, strength = self._rank(question, understood, lookup, found.head(n), reading)
                hits = fold_copies(hits, self.library.copies)
            if len(hits) >= n_hits or len(found.rows) == n_found or not self.library.copies:
                return hits, strength
            # A report with a hundred copies leaves room for nothing else.
            n_found, depth = len(found.rows), 4 * depth

    def _rank(
        self, question: str, understood: Understood, lookup: Lookup, found: Found, reading: _Reading
    ) -> tuple[list[Hit], float]:
        """Read passages; the first fifty ranked by the second stage, where there is one. Best first, ties by id.

        Returns hits, and the second stage's score of the first, which may be compared between searches.
        """
        passages = reading.passages(found.rows)
        scores = found.fused
        strength = 0.0
        if self._weights is not None and len(scores):
            features = self.describe(question, understood, lookup, found.head(RANKED), passages[:RANKED])
            strength = float((features @ self._weights).max())
            ranked = rank_scores(features, self._weights)
            # What was not ranked stays behind, in the order it had.
            rest = scores[RANKED:] / max(float(scores[0]), 1e-6) * ranked.min()
            scores = np.concatenate((ranked, rest))
        hits = [
            Hit(
                passage=passage,
                context=context,
                score=round(float(scores[i]), 6),
                rank=0,
                channels=Channels(dense=found.dense_of(i), lexical=round(float(found.lexical[i]), 6)),
            )
            for i, (passage, context) in enumerate(passages)
        ]
        # By the scores as they are: rounded, all unlikely ones would be alike.
        order = sorted(range(len(hits)), key=lambda i: (-float(scores[i]), hits[i].passage.id))
        return [hits[i] for i in order], strength

    def _allowed_rows(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        """Mark the passages that pass the filters; None when there is nothing to filter."""
        if filters is None or filters == Filters():
            return None
        passes = make_test(filters)
        allowed = np.zeros(self.library.n_passages, dtype=bool)
        for i, (doc_id, context) in enumerate(self.library.contexts()):
            if passes(doc_id, context):
                allowed[self.library.first_row[i] : self.library.first_row[i + 1]] = True
        if filters.kinds:
            allowed &= np.isin(self.library.kinds, [i for i, kind in enumerate(KINDS) if kind in filters.kinds])
        return allowed


class _Reading:
    """Reads passages for one question, each once: its sides, and searches that go deeper, find many of them again."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[int, tuple[Passage, Context]] = {}

    def passages(self, rows: NDArray[np.int64]) -> list[tuple[Passage, Context]]:
        """Give passages and their context by index row, in the order given."""
        wanted = rows.tolist()
        missing = [row for row in wanted if row not in self._known]
        if missing:
            read = self._library.passages(np.array(missing, dtype=np.int64))
            self._known.update(zip(missing, read, strict=True))
        return [self._known[row] for row in wanted]


def _scaled(dense: NDArray[np.float32] | None, weight: float) -> NDArray[np.float32] | None:
    """Scale dense scores to 0..weight; 0 where a passage has no vector."""
    if dense is None or np.isnan(dense).all():
        return None
    low, high = float(np.nanmin(dense)), float(np.nanmax(dense))
    near = (dense - low) / (high - low) if high > low else np.ones_like(dense)
    return (weight * np.nan_to_num(near)).astype(np.float32)


def _reorder(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """Put the first thirty hits in a cross-encoder's order; the others stay behind them."""
    head, rest = list(hits[:RERANK_DEPTH]), list(hits[RERANK_DEPTH:])
    if not head:
        return rest
    raw = reranker.score(question, [vector_input(hit.context.title, hit.passage.text) for hit in head])
    # The scores a person sees keep their range: the best likeliest, the last of the head above the rest.
    floor = rest[0].score if rest else 0.0
    low, span = float(raw.min()), float(raw.max() - raw.min())
    scored = [
        replace(
            hit,
            # Where it tells none apart, all are the likeliest.
            score=round(floor + (1 - floor) * ((float(score) - low) / span if span else 1.0), 6),
            channels=replace(hit.channels, reranker=round(float(score), 6)),
        )
        for hit, score in zip(head, raw, strict=True)
    ]
    order = sorted(range(len(head)), key=lambda i: (-float(raw[i]), head[i].passage.id))
    return [*(scored[i] for i in order), *rest]
