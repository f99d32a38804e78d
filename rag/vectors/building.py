"""Vectors → the dense index on disk: coded, and by made queries measured, whether the codes are good enough."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from rag.vectors.design import DEPTH, EXACT_UP_TO, Design, IndexKind
from rag.vectors.products import Positions, Vectors, inner_products, on_threads

logger = logging.getLogger(__name__)

#: Recall@10 against exact search that the candidates must reach on the made queries.
RECALL = 0.99
#: How many candidates are tried, rising; more than an eighth of the vectors are not worth the codes.
CANDIDATES = (40, 80, 160, 320, 640, 1280, 2560)
#: Made queries, and how much noise is added to a stored vector to make one, in lengths of the vector: its best inner
#: product is then about 0.64; of 1,000 sentences as questions it is 0.53 (built-in) and 0.77 (MiniLM). Recall@10 at
#: 20, 40, 80 and 160 candidates, 91,023 built-in and 30,341 MiniLM vectors:
#:     sentences      0.940 0.990 0.999 1.000    0.805 0.927 0.982 0.998
#:     noise of 1.0   0.939 0.985 0.998 1.000    0.804 0.924 0.979 0.996
#:     noise of 1.4   0.903 0.966 0.992 0.999    0.757 0.892 0.964 0.991
#:     no noise       0.968 0.997 1.000 1.000    0.866 0.950 0.988 0.998
MADE_QUERIES = 160
NOISE = 1.2
#: The four levels of a dimension and the threshold between the outer and the inner, in standard deviations: those
#: with the least square error for a normal distribution (Max, IRE Transactions 1960). Recall@10 at 40 candidates
#: 0.991 (built-in) and 0.924 (MiniLM); with codebooks trained by k-means 0.994 and 0.950, in thirteen times the time.
_OUTER, _INNER, _BETWEEN = 1.510, 0.4528, 0.9816
#: Mean and deviation are those of so many vectors.
SAMPLE = 4096
ROWS_AT_ONCE = 16_384
_SEED = 20_240_607
#: Scores of the same pair differ by less, however they are summed.
_SAME = 1e-6


def write_index(
    batches: Iterable[Vectors], *, dim: int, write: Callable[[Any], int], exact_up_to: int = EXACT_UP_TO
) -> Design:
    """Write an index of vectors, streamed through write. Returns what was built.

    batches: float32, shape (n, dim), rows of unit length, in row order. write raises where the disk is full;
    ``faiss.write_index(path)`` would return normally with a truncated file.
    """
    import faiss

    # faiss on one thread: the lexical index is built meanwhile, and threads that wait at barriers for a core made the
    # rotation take 25 times as long and the measuring three times. The matrix products are numpy's, on all cores.
    with on_threads(1):
        flat = faiss.IndexFlatIP(dim)
        for batch in batches:
            flat.add(np.ascontiguousarray(batch, dtype=np.float32))
        index, design = flat, Design(IndexKind.EXACT, int(flat.ntotal))
        if flat.ntotal > exact_up_to and dim % 4 == 0:
            index, design = _choose(flat, _encode(flat))
    _stream(index, write)
    return design


def _encode(flat: Any) -> Any:
    """Make the codes of all vectors of a flat index, dim divisible by four: the same vectors, the same codes.

    After a random rotation every dimension is about normally distributed: two bits, by fixed thresholds, lose little
    more than a trained codebook would, and nothing has to be trained.
    """
    import faiss

    dim, n = int(flat.d), int(flat.ntotal)
    rotation = faiss.RandomRotationMatrix(dim, dim)
    rotation.init(_SEED)
    turned = faiss.vector_to_array(rotation.A).reshape(dim, dim).T
    vectors = _vectors_of(flat)
    sample = vectors[_spread(n, SAMPLE)] @ turned
    mean, deviation = sample.mean(axis=0), sample.std(axis=0)

    levels = mean + np.array([[-_OUTER], [-_INNER], [_INNER], [_OUTER]], dtype=np.float32) * deviation
    number = np.arange(16)
    pairs = np.stack((levels[number & 3, ::2], levels[number >> 2, 1::2]), axis=-1)  # 16, dim / 2, 2
    codes = faiss.IndexPQ(dim, dim // 2, 4, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(pairs.swapaxes(0, 1).astype(np.float32).ravel(), codes.pq.centroids)
    codes.is_trained = True
    low, high = mean - _BETWEEN * deviation, mean + _BETWEEN * deviation
    for start in range(0, n, ROWS_AT_ONCE):
        rows = vectors[start : start + ROWS_AT_ONCE] @ turned
        bits = (rows > low).view(np.uint8) + (rows > mean) + (rows > high)
        first, second, third, fourth = (bits[:, i::4] for i in range(4))
        codes.add_sa_codes(first | second << 2 | third << 4 | fourth << 6)
    return faiss.IndexPreTransform(rotation, faiss.IndexPQFastScan(codes))


def _choose(flat: Any, codes: Any) -> tuple[Any, Design]:
    """Choose the least number of candidates that finds enough of what exact search finds; else exact search."""
    import faiss

    n = int(flat.ntotal)
    queries = make_queries(flat.reconstruct_batch(_spread(n, MADE_QUERIES)))
    last_wanted = _tenth_best(queries, _vectors_of(flat))
    recall = None
    for candidates in CANDIDATES:
        if candidates > n // 8:
            break
        _, found = codes.search(queries, candidates)
        scores = np.full(found.shape, -np.inf, dtype=np.float32)
        inner_products(flat, queries, found, scores)
        hits = np.minimum((scores >= last_wanted - _SAME).sum(axis=1), DEPTH)
        recall = round(float(hits.mean()) / DEPTH, 4)
        if recall >= RECALL:
            index = faiss.IndexRefine(codes, flat)
            index.k_factor = candidates / DEPTH
            return index, Design(IndexKind.CODES, n, candidates, recall, len(queries))
    logger.info("dense search stays exact: codes of %d vectors find %s, wanted %s", n, recall, RECALL)
    return flat, Design(IndexKind.EXACT, n, 0, recall, 0 if recall is None else len(queries))


def _vectors_of(flat: Any) -> Vectors:
    """Show the vectors of a flat index, without copying them."""
    import faiss

    vectors: Vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
    return vectors


def _tenth_best(queries: Vectors, vectors: Vectors) -> Vectors:
    """Give the tenth highest inner product of each query, shape (q, 1). A fifth of the time faiss takes."""
    best = np.full((len(queries), DEPTH), -np.inf, dtype=np.float32)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        scores = queries @ vectors[start : start + ROWS_AT_ONCE].T
        best = np.partition(np.concatenate((best, scores), axis=1), scores.shape[1], axis=1)[:, -DEPTH:]
    tenth: Vectors = best.min(axis=1, keepdims=True)
    return tenth


def make_queries(vectors: Vectors) -> Vectors:
    """Make queries like questions from stored vectors: near to one of them, but not very. Always the same ones.

    vectors: float32, shape (n, dim), rows of unit length. Returns the same shape, rows of unit length.
    """
    noise = np.random.default_rng(_SEED).normal(size=vectors.shape) * (NOISE / math.sqrt(vectors.shape[1]))
    queries = vectors + noise.astype(np.float32)
    made: Vectors = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    return made


def _spread(n: int, wanted: int) -> Positions:
    """Give at most so many positions, evenly spread."""
    return np.linspace(0, n - 1, min(n, wanted)).astype(np.int64)


def _stream(index: Any, write: Callable[[Any], int]) -> None:
    import faiss

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
