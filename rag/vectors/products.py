"""Exact inner products, and on how many threads faiss works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigError

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]


def inner_products(flat: Any, queries: Vectors, positions: Positions, scores: Vectors) -> None:
    """Fill scores with exact inner products, the same bits for the same pair whatever else is asked.

    queries: shape (q, dim). positions, scores: shape (q, n), or (n,) for one query; a position below 0 is skipped.
    """
    import faiss

    ids = np.ascontiguousarray(positions, dtype=np.int64)
    n = ids.shape[-1]
    pointers = (faiss.swig_ptr(scores), faiss.swig_ptr(queries), flat.get_xb(), faiss.swig_ptr(ids))
    faiss.fvec_inner_products_by_idx(*pointers, flat.d, len(queries), n)


@contextmanager
def on_threads(n: int) -> Iterator[None]:
    """Let faiss use so many threads for what this thread asks of it."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(n)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def n_threads() -> int:
    """Say on how many threads very many vectors are compared: all cores. ``RAG_THREADS`` overrides."""
    wanted = os.environ.get("RAG_THREADS", "")
    if wanted:
        if not wanted.isdigit() or int(wanted) < 1:
            raise ConfigError(f"RAG_THREADS is {wanted!r}; allowed: a whole number from 1. Set it, or unset it")
        return int(wanted)
    return os.cpu_count() or 1
