"""Tokens → postings: which rows carry a term, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.lexical.tokens import TermKind, Terms, Tokens, hashes_of, terms_of

_ROW_BITS = 24
MAX_ROWS = 1 << _ROW_BITS


@dataclass(frozen=True, slots=True)
class Postings:
    """Which rows carry a term, and how often.

    terms: uint64, sorted, shape (n_terms,). offsets: int64, shape (n_terms + 1,), into rows and counts.
    rows: uint32, rising within a term. counts: uint8, capped at 255. lengths: uint32 tokens of each row.
    """

    terms: Terms
    offsets: NDArray[np.int64]
    rows: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    lengths: NDArray[np.uint32]

    def find(self, term: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """Give rows and counts of a term; empty arrays where it is unknown."""
        i = int(np.searchsorted(self.terms, np.uint64(term)))
        if i == len(self.terms) or int(self.terms[i]) != term:
            return self.rows[:0], self.counts[:0]
        start, end = int(self.offsets[i]), int(self.offsets[i + 1])
        return self.rows[start:end], self.counts[start:end]

    def find_each(self, terms: Sequence[int]) -> list[tuple[NDArray[np.uint32], NDArray[np.uint8]]]:
        """Give rows and counts of each of several terms, as find does for one, in a third of the time."""
        if not len(self.terms):
            return [(self.rows[:0], self.counts[:0])] * len(terms)
        wanted = np.array(terms, dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.terms, wanted), len(self.terms) - 1)
        known = self.terms[at] == wanted
        starts = self.offsets[at].tolist()
        ends = np.where(known, self.offsets[at + 1], self.offsets[at]).tolist()
        return [(self.rows[a:b], self.counts[a:b]) for a, b in zip(starts, ends, strict=True)]

    def find_phrase(self, terms: Sequence[int]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """Give the rows that carry all of several terms, and how often the rarest of them stands there."""
        rows, counts = self.find(terms[0])
        for term in terms[1:]:
            others, other_counts = self.find(term)
            rows, here, there = np.intersect1d(rows, others, assume_unique=True, return_indices=True)
            counts = np.minimum(counts[here], other_counts[there])
        return rows, counts


ARRAYS = ("terms", "offsets", "rows", "counts", "lengths")


def build_postings(rows: Iterable[Tokens]) -> Postings:
    """Build the postings of token arrays; row i of the index is the i-th array."""
    tokens = list(rows)
    lengths = np.array([int(np.count_nonzero(t[1])) for t in tokens], dtype=np.uint32)
    if not tokens:
        tokens = [np.zeros((2, 0), dtype=np.uint32)]
    if len(tokens) > MAX_ROWS:
        raise ValueError(f"{len(tokens)} rows; an index holds at most {MAX_ROWS}")
    # A zero column between rows keeps bigrams from reaching over.
    widths = np.array([t.shape[1] + 1 for t in tokens], dtype=np.int64)
    flat = np.zeros((2, int(widths.sum())), dtype=np.uint32)
    ends = np.cumsum(widths)
    for t, end in zip(tokens, ends.tolist(), strict=True):
        flat[:, end - 1 - t.shape[1] : end - 1] = t
    row_of = np.repeat(np.arange(len(tokens), dtype=np.uint64), widths)
    del tokens
    pieces = [_postings_of_kind(hashes_of(flat, kind), row_of, kind) for kind in TermKind]
    offsets = np.zeros(sum(len(p[0]) for p in pieces) + 1, dtype=np.int64)
    np.cumsum(np.concatenate([p[1] for p in pieces]), out=offsets[1:])
    return Postings(
        terms=np.concatenate([p[0] for p in pieces]),
        offsets=offsets,
        rows=np.concatenate([p[2] for p in pieces]),
        counts=np.concatenate([p[3] for p in pieces]),
        lengths=lengths,
    )


def _postings_of_kind(
    hashes: NDArray[np.uint32], row_of: Terms, kind: TermKind
) -> tuple[Terms, NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint8]]:
    numbers, real = terms_of(hashes, kind)
    # Term and row in one number: one sort orders both.
    keys = ((numbers << np.uint64(_ROW_BITS)) | row_of[: len(numbers)])[real]
    keys.sort()
    if not len(keys):
        return keys, np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint8)
    heads = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    counts = np.minimum(np.diff(np.append(heads, len(keys))), 255).astype(np.uint8)
    keys = keys[heads]
    rows = (keys & np.uint64(MAX_ROWS - 1)).astype(np.uint32)
    numbers = keys >> np.uint64(_ROW_BITS)
    heads = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    return numbers[heads], np.diff(np.append(heads, len(numbers))), rows, counts
