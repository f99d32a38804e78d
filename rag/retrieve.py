"""Question → hits: the dense and the lexical channel, fused by score, captions last, copies folded into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.errors import ConfigError
from rag.filters import is_dated_within
from rag.glossary import expand_abbreviations, find_synonyms, translate_terms
from rag.library import Library
from rag.places import place_key
from rag.publish import KINDS
from rag.text import guess_language
from rag.types import Channels, Filters, Hit, PartKind, Passage

#: How deep each channel is asked before fusion.
CANDIDATES = 100
#: Weight of the dense channel where neither the library nor models.yaml has one.
DEFAULT_WEIGHT = 0.5
#: Dense search counts only once this share of the passages has a vector.
MIN_DENSE_SHARE = 0.5
#: What abbreviations written out and synonyms weigh beside the words of the question. On 151 questions over 80
#: reports 0 to 0.4 gave the same recall@1, 0.6 one hundredth less.
EXPANSION_WEIGHT = 0.3
#: What translated terms weigh.
TRANSLATION_WEIGHT = 1.0
#: Passages nobody asks for come last but stay quotable; a title alone rarely holds the answer.
KIND_WEIGHTS = {
    PartKind.CAPTION: 0.3,
    PartKind.BYLINE: 0.3,
    PartKind.LETTERHEAD: 0.3,
    PartKind.TITLE: 0.6,
    PartKind.HEADING: 0.6,
}
_KIND_WEIGHTS = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in KINDS], dtype=np.float32)


class Retriever:
    """Finds evidence in one opened library."""

    def __init__(self, library: Library, embedder: Embedder | None) -> None:
        self.library = library
        self.embedder = embedder if library.n_vectors >= MIN_DENSE_SHARE * library.n_passages else None

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
        """Find the top_k passages for a question, best first. Raises ConfigError if top_k < 1."""
        if top_k < 1:
            raise ConfigError(f"top_k is {top_k}; allowed: from 1. Leave it out for 10")
        if not self.library.n_passages:
            return []
        allowed = self._allowed_rows(filters)
        depth = max(CANDIDATES, 3 * top_k)

        # Run both searches.
        lexical = self.library.lexical.score(question, added=expansions(question))
        if allowed is not None:
            lexical = np.where(allowed, lexical, np.float32(0))
        rows = best_rows(lexical, k=depth)
        dense: NDArray[np.float32] | None = None
        vectors = self.library.vectors() if self.embedder else None
        if vectors is not None and self.embedder is not None:
            query = self.embedder.embed_query(question)
            if self.weight > 0:
                near, _ = vectors.search(query, k=depth, allowed=allowed)
                rows = np.union1d(rows, near)
            dense = vectors.score(query, rows)
        if not len(rows):
            return []

        # Combine the results.
        scores = fuse(dense, lexical[rows], weight=self.weight)
        scores = np.round(scores * _KIND_WEIGHTS[self.library.kinds[rows]], 6)
        order = np.argsort(-scores, kind="stable")
        hits: list[Hit] = []
        n = 0
        # More than top_k are read, since copies fold into one; and more again where that was not enough.
        while n < len(order) and len(hits) < top_k:
            n = head_length(scores[order], at_least=n + 2 * top_k + 10)
            head = order[:n]
            hits = self._read_hits(rows[head], scores[head], None if dense is None else dense[head], lexical)
            hits = fold_copies(hits, self.library.copies)
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits[:top_k], start=1)]

    def _read_hits(
        self,
        rows: NDArray[np.int64],
        scores: NDArray[np.float32],
        dense: NDArray[np.float32] | None,
        lexical: NDArray[np.float32],
    ) -> list[Hit]:
        """Read the passages of rows, best first, ties by id. dense: of these rows; lexical: of all."""
        hits = [
            Hit(
                passage=passage,
                context=context,
                score=round(float(scores[i]), 6),
                rank=0,
                channels=Channels(
                    dense=None if dense is None or np.isnan(dense[i]) else round(float(dense[i]), 6),
                    lexical=round(float(lexical[rows[i]]), 6),
                ),
            )
            for i, (passage, context) in enumerate(self.library.passages(rows))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

    def _allowed_rows(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        """Mark the rows whose document passes the filters; None when there is nothing to filter."""
        if filters is None or filters == Filters():
            return None
        wanted = set(filters.documents)
        place = place_key(filters.place) if filters.place else None
        allowed = np.zeros(self.library.n_passages, dtype=bool)
        for i, (doc_id, context) in enumerate(self.library.contexts()):
            if wanted and doc_id not in wanted:
                continue
            if place is not None and place_key(context.place or "") != place:
                continue
            if not is_dated_within(context, filters):
                continue
            allowed[self.library.first_row[i] : self.library.first_row[i + 1]] = True
        return allowed


def expansions(question: str) -> list[tuple[str, float]]:
    """List phrases to search for beside the question's own words, with their weights."""
    phrases = (*expand_abbreviations(question), *find_synonyms(question))
    added = [(phrase, EXPANSION_WEIGHT) for phrase in phrases]
    if guess_language(question) == "en":
        added += [(phrase, TRANSLATION_WEIGHT) for phrase in translate_terms(question)]
    return added


def best_rows(scores: NDArray[np.float32], *, k: int) -> NDArray[np.int64]:
    """Give the rows of the k highest scores above 0, rising. Ties at the end go to the lower row."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > k:
        order = np.argpartition(-scores[positive], k)[:k]
        floor = scores[positive][order].min()
        above = positive[scores[positive] > floor]
        ties = positive[scores[positive] == floor][: k - len(above)]
        positive = np.sort(np.concatenate((above, ties)))
    return positive.astype(np.int64)


def head_length(scores: NDArray[np.float32], *, at_least: int) -> int:
    """Give the length of the shortest head of falling scores with at_least entries that does not cut a tie."""
    if at_least >= len(scores):
        return len(scores)
    return int(np.searchsorted(-scores, -scores[at_least - 1], side="right"))


def fuse(dense: NDArray[np.float32] | None, lexical: NDArray[np.float32], *, weight: float) -> NDArray[np.float32]:
    """Fuse the scores of the same candidates: ``weight · dense + (1 - weight) · lexical``, each scaled to 0..1.

    dense: NaN where a passage has no vector yet; such a passage is judged by its lexical score alone.
    Returns float32, shape as given. Score-level fusion, not ranks: with a weak dense channel reciprocal rank
    fusion loses half of what the lexical one finds. Source: Bruch, Gai, Ingber, TOIS 2023.
    """
    highest = float(lexical.max(initial=0.0))
    scaled = lexical / highest if highest > 0 else np.zeros_like(lexical)
    if dense is None or np.isnan(dense).all():
        return scaled.astype(np.float32)
    low, high = float(np.nanmin(dense)), float(np.nanmax(dense))
    near = (dense - low) / (high - low) if high > low else np.ones_like(dense)
    near = np.where(np.isnan(near), scaled, near)
    if highest <= 0:
        return near.astype(np.float32)
    return (weight * near + (1 - weight) * scaled).astype(np.float32)


def fold_copies(hits: Sequence[Hit], copies: dict[str, str]) -> list[Hit]:
    """Keep the best of hits that carry the same words in copies of one report; it names the others."""
    if not copies:
        return list(hits)
    kept: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        key = (copies.get(hit.passage.doc_id, hit.passage.doc_id), _same_words(hit.passage))
        first = kept.get(key)
        if first is None:
            kept[key] = hit
        elif hit.passage.doc_id != first.passage.doc_id:
            kept[key] = replace(first, copies=(*first.copies, hit.passage.doc_id))
    return list(kept.values())


def _same_words(passage: Passage) -> str:
    return " ".join(passage.text.split()).casefold()
