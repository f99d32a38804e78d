"""One question → the passages both channels point at, with fused scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.fusion import fuse
from rag.library import Library
from rag.lookup import Lookup
from rag.publish import KINDS
from rag.types import PartKind

#: Passages nobody asks for come last but stay quotable; a title alone rarely holds the answer.
KIND_WEIGHTS = {
    PartKind.CAPTION: 0.3,
    PartKind.BYLINE: 0.3,
    PartKind.LETTERHEAD: 0.3,
    PartKind.TITLE: 0.6,
    PartKind.HEADING: 0.6,
}
_KIND_WEIGHTS = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in KINDS], dtype=np.float32)

_Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """Passages found, best first. rows: int64, shape (n,), in the index. fused: from 0 to 1; lexical: BM25's score.

    dense: inner products, NaN where a passage has no vector yet; None where there is no dense channel.
    """

    rows: NDArray[np.int64]
    fused: _Scores
    lexical: _Scores
    dense: _Scores | None

    def head(self, n: int) -> Found:
        """Give the first n."""
        return Found(self.rows[:n], self.fused[:n], self.lexical[:n], None if self.dense is None else self.dense[:n])

    def dense_of(self, i: int) -> float | None:
        """Give the dense score of one; None where it has none."""
        if self.dense is None or np.isnan(self.dense[i]):
            return None
        return round(float(self.dense[i]), 6)


def search_channels(
    question: str,
    lookup: Lookup,
    *,
    library: Library,
    embedder: Embedder | None,
    weight: float,
    depth: int,
    allowed: NDArray[np.bool_] | None = None,
    also: NDArray[np.int64] | None = None,
) -> Found:
    """Run both searches and fuse what they find. weight: of the dense channel. depth: how many each may name.

    embedder: None searches by words alone. allowed: bool, shape (n_passages,); other rows are not found. also: rows
    that are found in any case.
    """
    # Run both searches.
    vectors = library.vectors() if embedder is not None else None
    near = np.zeros(0, dtype=np.int64)
    query = None
    if vectors is not None and embedder is not None:
        query = embedder.embed_query(question)
        if weight > 0:
            near, _ = vectors.search(query, k=depth, allowed=allowed)
    beside = near if also is None else np.union1d(near, also)
    lexical = library.lexical.score(lookup.query, allowed=allowed, also=beside)
    rows = np.union1d(best_rows(lexical, k=depth), beside)
    dense = vectors.score(query, rows) if vectors is not None and query is not None else None

    # Combine the results.
    scores = fuse(dense, lexical[rows], weight=weight) if len(rows) else np.zeros(0, dtype=np.float32)
    scores = np.round(scores * _KIND_WEIGHTS[library.kinds[rows]], 6)
    order = np.argsort(-scores, kind="stable")
    return Found(rows[order], scores[order], lexical[rows][order], None if dense is None else dense[order])


def put_forward(found: Found, rows: NDArray[np.int64], *, n: int) -> Found:
    """Put given rows among the first n of what was found, beside the best of the others; else the order stays.

    rows: not more than n count, the best of them.
    """
    is_given = np.isin(found.rows, rows)
    given = np.flatnonzero(is_given)[:n]
    others = np.flatnonzero(~is_given)[: n - len(given)]
    first = np.sort(np.concatenate((given, others)))
    rest = np.setdiff1d(np.arange(len(found.rows)), first)
    order = np.concatenate((first, rest))
    dense = None if found.dense is None else found.dense[order]
    return Found(found.rows[order], found.fused[order], found.lexical[order], dense)


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
