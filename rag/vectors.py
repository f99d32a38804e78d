"""The dense index: FAISS over unit rows, written through a hash, opened by mapping.

faiss is imported inside functions: a library without vectors never loads it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigError, LibraryDamagedError

Vectors = NDArray[np.float32]


def write_index(batches: Iterable[Vectors], *, dim: int, write: Callable[[Any], int]) -> int:
    """Write a flat inner-product index of vectors, streamed through write. Returns how many it holds.

    batches: float32, shape (n, dim), rows of unit length, in row order. write raises where the disk is full;
    ``faiss.write_index(path)`` would return normally with a truncated file.
    """
    import faiss

    index = faiss.IndexFlatIP(dim)
    for batch in batches:
        index.add(np.ascontiguousarray(batch, dtype=np.float32))
    failure: list[BaseException] = []

    def pass_on(block: bytes) -> int:
        # An exception cannot cross the library: keep it, write nothing more, raise it below.
        if failure:
            return len(block)
        try:
            write(block)
        except BaseException as exc:  # noqa: BLE001 - kept, and raised below
            failure.append(exc)
        return len(block)

    writer = faiss.PyCallbackIOWriter(pass_on, 1 << 20)
    faiss.write_index(index, writer)
    del writer  # hands on its last buffered bytes
    if failure:
        raise failure[0]
    return int(index.ntotal)


class VectorIndex:
    """Passage vectors of one snapshot. rows: int64, shape (n,): the passage row of each vector, rising."""

    def __init__(self, path: Path, *, rows: NDArray[np.int64], dim: int, n_rows: int) -> None:
        import faiss

        faiss.omp_set_num_threads(_n_threads())
        flags = getattr(faiss, "IO_FLAG_MMAP_IFC", 0)
        try:
            self._index = faiss.read_index(str(path), flags)
        except RuntimeError as exc:
            raise LibraryDamagedError(f"{path} is damaged: faiss cannot read it") from exc
        if self._index.ntotal != len(rows) or self._index.d != dim:
            raise LibraryDamagedError(
                f"{path} holds {self._index.ntotal} vectors of {self._index.d} dimensions, "
                f"the manifest says {len(rows)} of {dim}"
            )
        self._faiss = faiss
        self.rows = rows
        self.dim = dim
        self._position = np.full(n_rows, -1, dtype=np.int64)
        self._position[rows] = np.arange(len(rows))

    def search(
        self, query: Vectors, *, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Find the k nearest passages. Returns rows and inner products, best first, at most k of them.

        query: float32, shape (dim,), of unit length. allowed: bool, shape (n_rows,).
        """
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed[self.rows], bitorder="little")
            selector = self._faiss.IDSelectorBitmap(bits)
            parameters = self._faiss.SearchParameters(sel=selector)
        k = min(k, len(self.rows))
        if k == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, positions = self._index.search(query[None, :], k, params=parameters)
        found = positions[0] >= 0
        return self.rows[positions[0][found]], scores[0][found]

    def score(self, query: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """Score given passages: float32, shape (len(rows),), NaN where a passage has no vector yet."""
        positions = self._position[rows]
        scores = np.full(len(rows), np.nan, dtype=np.float32)
        known = positions >= 0
        if known.any():
            scores[known] = self._index.reconstruct_batch(positions[known]) @ query
        return scores


def _n_threads() -> int:
    """One search is memory-bound: two threads are as fast as more. ``RAG_THREADS`` overrides."""
    wanted = os.environ.get("RAG_THREADS", "")
    if wanted:
        if not wanted.isdigit() or int(wanted) < 1:
            raise ConfigError(f"RAG_THREADS is {wanted!r}; allowed: a whole number from 1. Set it, or unset it")
        return int(wanted)
    return min(2, os.cpu_count() or 1)
