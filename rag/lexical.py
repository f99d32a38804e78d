"""BM25F over accented and folded syllables and their bigrams: tokenising, building, searching.

A syllable becomes two 32-bit hashes: of its accented key and of its folded form. Four kinds of term are made
of them: accented and folded syllables, accented and folded bigrams of neighbours. A term is 40 bits: its kind
in the upper two and 38 bits of hash; with 1.4 million terms about four pairs of rare ones share a number.

Postings are kept for the passages' own text (rows are passages) and for each field of their reports (rows are
documents): title, lead, and the rest (place, organisation, dates, period). A field's term frequency is added
to that of every passage of the report before BM25's saturation (BM25F: Robertson, Zaragoza, Taylor, CIKM 2004),
so that a district named only in the title still selects the paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.text import fold, is_accented, number_pieces, syllable_key, terms

Tokens = NDArray[np.uint32]
Terms = NDArray[np.uint64]

#: Tuned on accented XQuAD-vi questions among news paragraphs (reference: k1 1.5, b 0.75 gave 0.808
#: recall@1, these 0.867).
K1 = 0.9
B = 0.4
#: Field weights, chosen on 151 questions over 80 reports, recall@1 / @5 / @10: title 0.5 and lead 0.2 gave
#: 0.62 / 0.88 / 0.95; title alone 0.61 / 0.85 / 0.94; no field 0.59 / 0.82 / 0.91; lead 0.2 and title 1
#: within 0.01 of the first.
FIELD_WEIGHTS = {"title": 0.5, "lead": 0.2, "about": 0.5}
#: Weight of the accented terms beside the folded ones, for a query with accents: 0.5 and 1 within 0.01.
ACCENTED_WEIGHT = 0.5

FIELDS = tuple(FIELD_WEIGHTS)
_ROW_BITS = 24
_HASH_BITS = 38
MAX_ROWS = 1 << _ROW_BITS
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class TermKind(IntEnum):
    """What a term is made of; the upper two bits of its number."""

    ACCENTED = 0
    FOLDED = 1
    ACCENTED_PAIR = 2
    FOLDED_PAIR = 3


# -- tokens ---------------------------------------------------------------------------------------------


def _hash32(text: str) -> int:
    # 0 is kept for "no neighbour here".
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "little") or 1


class _Hashes(dict[str, tuple[int, int]]):
    """Both hashes of each word met, as typed; emptied when it grows past a million words."""

    def __missing__(self, word: str) -> tuple[int, int]:
        if len(self) > 1_000_000:
            self.clear()
        self[word] = hashes = (_hash32(syllable_key(word)), _hash32(fold(word)))
        return hashes


_HASHES = _Hashes()


def tokenise(text: str) -> Tokens:
    """Turn a text into tokens, uint32, shape (2, n): accented hashes, then folded ones; 0 parts neighbours."""
    found = terms(text)
    pieces = [piece for word in found for piece in number_pieces(word)]
    if pieces:
        hashes = [_HASHES[word] for word in found]
        for piece in pieces:
            hashes += ((0, 0), _HASHES[piece])
    else:
        hashes = list(map(_HASHES.__getitem__, found))
    return np.array(hashes, dtype=np.uint32).reshape(-1, 2).T


def _mixed(values: Terms) -> Terms:
    # The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return values ^ (values >> np.uint64(31))


def _terms_of(hashes: NDArray[np.uint32], kind: TermKind) -> tuple[Terms, NDArray[np.bool_]]:
    """Number the terms of one kind in a token row. Returns terms, and which of them are real."""
    wide = hashes.astype(np.uint64)
    if kind in (TermKind.ACCENTED, TermKind.FOLDED):
        real = wide != 0
    else:
        real = (wide[:-1] != 0) & (wide[1:] != 0)
        wide = (wide[:-1] << np.uint64(32)) | wide[1:]
    numbers = _mixed(wide) >> np.uint64(64 - _HASH_BITS)
    return numbers | np.uint64(int(kind) << _HASH_BITS), real


def _row_of(tokens: Tokens, kind: TermKind) -> NDArray[np.uint32]:
    row: NDArray[np.uint32] = tokens[0 if kind in (TermKind.ACCENTED, TermKind.ACCENTED_PAIR) else 1]
    return row


# -- postings -------------------------------------------------------------------------------------------


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
    pieces = [_postings_of_kind(_row_of(flat, kind), row_of, kind) for kind in TermKind]
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
    numbers, real = _terms_of(hashes, kind)
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


# -- searching ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Postings of the passages and of the fields of their documents.

    first_row: int64, shape (n_documents + 1,): the passages of document d are rows first_row[d] to
    first_row[d + 1]. norms: float32, shape (n_rows,), BM25's length term, ``k1 (1 - b + b length / mean)``.
    """

    body: Postings
    fields: Mapping[str, Postings]
    first_row: NDArray[np.int64]
    norms: NDArray[np.float32]

    @classmethod
    def of(cls, body: Postings, fields: Mapping[str, Postings], first_row: NDArray[np.int64]) -> LexicalIndex:
        """Put an index together from its postings."""
        lengths = np.asarray(body.lengths, dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        return cls(body, fields, first_row, (K1 * (1 - B + B * lengths / (mean or 1.0))).astype(np.float32))

    def score(self, query: str, *, added: Sequence[tuple[str, float]] = ()) -> NDArray[np.float32]:
        """Score every passage for a query. Returns float32, shape (n_rows,), 0 where nothing is shared.

        added: further phrases with a weight each, such as an abbreviation written out.
        """
        scores = np.zeros(len(self.norms), dtype=np.float32)
        buffer = np.zeros(len(self.norms), dtype=np.float32)
        for term, weight in _query_terms(query, added):
            self._add_term(term, weight, scores, buffer)
        return scores

    def idf(self, word: str) -> float:
        """Weigh one folded word by how few passages carry it."""
        tokens = tokenise(word)
        numbers, real = _terms_of(tokens[1], TermKind.FOLDED)
        n_rows = len(self.norms)
        counts = [len(self.body.find(int(number))[0]) for number in numbers[real]]
        return max((float(np.log1p((n_rows - n + 0.5) / (n + 0.5))) for n in counts), default=0.0)

    def _add_term(self, term: int, weight: float, scores: NDArray[np.float32], buffer: NDArray[np.float32]) -> None:
        rows, counts = self.body.find(term)
        touched: list[NDArray[Any]] = [rows]
        buffer[rows] = counts
        for name, postings in self.fields.items():
            documents, counts = postings.find(term)
            if len(documents):
                field_rows, repeats = self._rows_of(documents)
                # A field says what a report is about once; saying it twice adds nothing.
                buffer[field_rows] += FIELD_WEIGHTS[name] * np.repeat(np.minimum(counts, 1), repeats)
                touched.append(field_rows)
        n_rows = len(self.norms)
        frequency = len(rows) or max((len(t) for t in touched), default=0)
        idf = float(np.log1p((n_rows - frequency + 0.5) / (frequency + 0.5)))
        for rows in touched:
            counted = buffer[rows]
            # A row touched twice was zeroed the first time, so it is counted once.
            buffer[rows] = 0
            scores[rows] += (weight * idf) * counted / (counted + self.norms[rows])

    def _rows_of(self, documents: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Spread documents over their passages. Returns rows, and how many rows each document has."""
        starts = self.first_row[documents]
        repeats = self.first_row[documents.astype(np.int64) + 1] - starts
        shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(repeats)[:-1])), repeats)
        return shifts + np.arange(int(repeats.sum()), dtype=np.int64), repeats


def _query_terms(query: str, added: Sequence[tuple[str, float]]) -> Iterator[tuple[int, float]]:
    """Yield the distinct terms of a query with their weights, the heaviest weight where one is met twice."""
    weights: dict[int, float] = {}
    for text, weight in [(query, 1.0), *added]:
        tokens = tokenise(text)
        kinds = list(TermKind) if is_accented(text) else [TermKind.FOLDED, TermKind.FOLDED_PAIR]
        for kind in kinds:
            accented = kind in (TermKind.ACCENTED, TermKind.ACCENTED_PAIR)
            numbers, real = _terms_of(_row_of(tokens, kind), kind)
            for number in numbers[real].tolist():
                value = weight * (ACCENTED_WEIGHT if accented else 1.0)
                weights[number] = max(weights.get(number, 0.0), value)
    yield from weights.items()
