"""The dense index, opened by mapping: search, and scores of given passages."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import LibraryDamagedError
from rag.vectors.design import DEPTH, EXACT_UP_TO, Design, IndexKind
from rag.vectors.products import Positions, Vectors, inner_products, n_threads, on_threads

#: At least so many candidates for each of the k wanted: of the exact 100 nearest, 400 candidates hold 0.997 (built-in)
#: and 0.983 (MiniLM), 160 candidates 0.927 and 0.855; a hundred more cost 0.02 ms.
CANDIDATES_EACH = 6
#: With a filter so many times more codes are asked than its share of the vectors says.
_MARGIN = 1.5


class VectorIndex:
    """Passage vectors of one snapshot. rows: int64, shape (n,): the passage row of each vector, rising.

    design: what the manifest says was built; None for a snapshot from before there was a choice. Several threads may
    search at once. Raises LibraryDamagedError where the file is not what the manifest says.
    """

    def __init__(
        self,
        path: Path,
        *,
        rows: Positions,
        dim: int,
        n_rows: int,
        design: Design | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._n_threads = n_threads()
        self._index, self._flat, self._codes, self.design = _read(path, at_least=4 * dim * len(rows))
        for part in filter(None, (self._flat, self._codes)):
            if part.ntotal != len(rows) or part.d != dim:
                raise LibraryDamagedError(
                    f"{path} holds {part.ntotal} vectors of {part.d} dimensions, the manifest says {len(rows)} of {dim}"
                )
        if design is not None:
            if (design.kind, design.candidates) != (self.design.kind, self.design.candidates):
                raise LibraryDamagedError(f"{path} is {self.design}, the manifest says {design}")
            self.design = design
        self.rows = rows
        self.dim = dim
        self._exact_up_to = exact_up_to
        self._position = np.full(n_rows, -1, dtype=np.int64)
        self._position[rows] = np.arange(len(rows))

    def search(self, query: Vectors, *, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Positions, Vectors]:
        """Find the k nearest passages. Returns rows and inner products, best first, at most k; ties by row.

        query: float32, shape (dim,), of unit length. allowed: bool, shape (n_rows,).
        """
        usable = None if allowed is None else np.asarray(allowed[self.rows])
        positions = self._find_candidates(query, k, usable)
        if positions is None:
            positions = np.arange(len(self.rows)) if usable is None else np.flatnonzero(usable)
        scores = self._compare(query, positions)
        best = _best(scores, k)
        return self.rows[positions[best]], scores[best]

    def score(self, query: Vectors, rows: Positions) -> Vectors:
        """Score given passages: float32, shape (len(rows),), NaN where a passage has no vector yet."""
        positions = self._position[rows]
        scores = np.full(len(rows), np.nan, dtype=np.float32)
        known = positions >= 0
        scores[known] = self._compare(query, positions[known])
        return scores

    def _find_candidates(self, query: Vectors, k: int, usable: NDArray[np.bool_] | None) -> Positions | None:
        """Find by the codes what to compare exactly, rising; None where it has to be all that is usable."""
        n = len(self.rows)
        if self._codes is None:
            return None
        wanted = asked = max(self.design.candidates, CANDIDATES_EACH * k)
        if usable is not None:
            n_usable = int(np.count_nonzero(usable))
            if n_usable <= self._exact_up_to:
                return None
            asked = math.ceil(_MARGIN * wanted * n / n_usable)
        if asked > n // 4:
            return None
        with on_threads(1):
            found: Positions = self._codes.search(_row(query), asked)[1][0]
        if usable is not None:
            found = found[usable[found]]
            if len(found) < wanted:  # what the filter allows lies far from the query
                return None
        return np.sort(found[:wanted])

    def _compare(self, query: Vectors, positions: Positions) -> Vectors:
        """Score positions exactly, on one thread; on more where there are very many: memory is what is waited for."""
        scores = np.full(len(positions), -np.inf, dtype=np.float32)
        n_parts = max(1, min(self._n_threads, len(positions) // EXACT_UP_TO))
        ends = np.linspace(0, len(positions), n_parts + 1).astype(int)
        parts = [(positions[start:end], scores[start:end]) for start, end in pairwise(ends)]

        def fill(part: tuple[Positions, Vectors]) -> None:
            with on_threads(1):
                inner_products(self._flat, _row(query), *part)

        if n_parts == 1:
            fill(parts[0])
        else:
            with ThreadPoolExecutor(n_parts) as pool:
                list(pool.map(fill, parts))
        return scores


def _read(path: Path, *, at_least: int) -> tuple[Any, Any, Any, Design]:
    """Map a file. Returns the index that owns all, the flat part, the codes or None, and what the file is.

    at_least: so many bytes the vectors alone take. Where a header is cut short faiss 1.15.1 reads past the end of
    the mapping, which ends the process.
    """
    import faiss

    try:
        size = path.stat().st_size
    except OSError as exc:
        raise LibraryDamagedError(f"{path} is missing: {exc.strerror}") from exc
    if size < at_least:
        raise LibraryDamagedError(f"{path} is damaged: {size} bytes, its vectors alone take {at_least}")
    try:
        index = faiss.read_index(str(path), getattr(faiss, "IO_FLAG_MMAP_IFC", 0))
    except RuntimeError as exc:
        raise LibraryDamagedError(f"{path} is damaged: faiss cannot read it") from exc
    flat, codes, design = index, None, Design(IndexKind.EXACT, int(index.ntotal))
    if isinstance(index, faiss.IndexRefine):
        flat, codes = faiss.downcast_index(index.refine_index), faiss.downcast_index(index.base_index)
        design = Design(IndexKind.CODES, int(index.ntotal), round(index.k_factor * DEPTH))
    if not isinstance(flat, faiss.IndexFlat) or flat.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise LibraryDamagedError(f"{path} is damaged: it holds a {type(flat).__name__}, an IndexFlatIP was written")
    return index, flat, codes, design


def _best(scores: Vectors, k: int) -> Positions:
    """Give the places of the k highest scores, best first, ties by place."""
    if k < 1:
        return np.zeros(0, np.int64)
    kept = np.arange(len(scores))
    if len(scores) > k:
        floor = np.partition(scores, len(scores) - k)[len(scores) - k]
        above = np.flatnonzero(scores > floor)
        kept = np.concatenate((above, np.flatnonzero(scores == floor)[: k - len(above)]))
    return kept[np.lexsort((kept, -scores[kept]))]


def _row(query: Vectors) -> Vectors:
    return np.ascontiguousarray(query, dtype=np.float32)[None, :]
