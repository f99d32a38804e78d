"""BM25F over passages and the fields of their reports.

Postings are kept for the passages' own text (rows are passages) and for each field of their reports (rows are
documents): title, lead, and the rest (place, organisation, dates, period). What stands in a field, or in the two
passages before, is added to the term frequency of a passage before BM25's saturation (BM25F: Robertson,
Zaragoza, Taylor, CIKM 2004), so that a district named only in the title or two paragraphs before still selects it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.lexical.postings import Postings
from rag.lexical.query import LexicalQuery, QueryTerm, make_query
from rag.lexical.settings import SETTINGS, LexicalSettings
from rag.lexical.tokens import TermKind, hashes_of, terms_of, tokenise

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

#: A term that stands in more than this share of the passages is common: it is weighed only where the others point.
_COMMON_SHARE = 0.04
_COMMON_ROWS = 2000
#: How many passages the common terms are weighed in, at most and at least.
_SHORTLIST = 1000
_FEWEST = 300


@dataclass(frozen=True, slots=True)
class _Stands:
    """Where a term stands: rows and counts in the passages, documents by the name of a field."""

    term: QueryTerm
    rows: NDArray[np.uint32]
    counts: NDArray[np.generic]
    fields: Mapping[str, NDArray[np.uint32]]


@dataclass(frozen=True)
class LexicalIndex:
    """Postings of the passages and of the fields of their documents.

    first_row: int64, shape (n_documents + 1,): the passages of document d are rows first_row[d] to
    first_row[d + 1]. norms: float32, shape (n_rows,), BM25's length term, ``k1 (1 - b + b length / mean)``.
    """

    body: Postings
    fields: Mapping[str, Postings]
    first_row: Rows
    norms: Scores
    settings: LexicalSettings

    @classmethod
    def of(
        cls,
        body: Postings,
        fields: Mapping[str, Postings],
        first_row: Rows,
        *,
        settings: LexicalSettings = SETTINGS,
    ) -> LexicalIndex:
        """Put an index together from its postings."""
        lengths = np.asarray(body.lengths, dtype=np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        norms = settings.k1 * (1 - settings.b + settings.b * lengths / (mean or 1.0))
        return cls(body, fields, first_row, norms.astype(np.float32), settings)

    @cached_property
    def document_of(self) -> NDArray[np.int32]:
        """The document of each row: int32, shape (n_rows,)."""
        n_documents = len(self.first_row) - 1
        return np.repeat(np.arange(n_documents, dtype=np.int32), np.diff(self.first_row))

    @cached_property
    def _goes_on(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the next row, and the one after it, are of the same document: bool, shape (n_rows,) each."""
        found = []
        for step in (1, 2):
            same = np.zeros(len(self.norms), dtype=bool)
            same[:-step] = self.document_of[step:] == self.document_of[:-step]
            found.append(same)
        return found[0], found[1]

    def score(
        self,
        query: str | LexicalQuery,
        *,
        added: Sequence[tuple[str, float]] = (),
        allowed: NDArray[np.bool_] | None = None,
        also: Rows | None = None,
    ) -> Scores:
        """Score passages for a query. Returns float32, shape (n_rows,), 0 where nothing is shared.

        added: further phrases with a weight each, for a query given as text. allowed: rows not marked get 0.
        In a large library common words are weighed only in the 1,000 passages that rare ones speak for, and in the
        rows of also; the scores of others are a little too low.
        """
        if isinstance(query, str):
            query = make_query(query, added=added, settings=self.settings)
        scores = np.zeros(len(self.norms), dtype=np.float32)
        buffer = np.zeros(len(self.norms), dtype=np.float32)
        common = []
        limit = max(_COMMON_ROWS, int(_COMMON_SHARE * len(self.norms)))
        in_fields = {name: self.find(postings, query.terms) for name, postings in self.fields.items()}
        for i, (term, (rows, counts)) in enumerate(zip(query.terms, self.find(self.body, query.terms), strict=True)):
            found = _Stands(term, rows, counts, {name: each[i][0] for name, each in in_fields.items()})
            if len(rows) > limit:
                common.append(found)
            else:
                self._add_term(found, scores, buffer)
        if allowed is not None:
            scores[~allowed] = 0
            also = None if also is None else also[allowed[also]]
        if common:
            self._add_common(common, scores, buffer, allowed, also)
        return scores

    def find(
        self, postings: Postings, terms: Sequence[QueryTerm]
    ) -> list[tuple[NDArray[np.uint32], NDArray[np.generic]]]:
        """Give, for each term, its rows in postings, rising, and its frequency in each; alternatives are added up."""
        single = [term.alternatives[0][0] for term in terms if _is_single(term)]
        found = iter(postings.find_each(single))
        return [next(found) if _is_single(term) else _find_any(postings, term) for term in terms]

    def idf(self, word: str) -> float:
        """Weigh one folded word by how few passages carry it."""
        tokens = tokenise(word)
        numbers, real = terms_of(hashes_of(tokens, TermKind.FOLDED), TermKind.FOLDED)
        counts = [len(self.body.find(int(number))[0]) for number in numbers[real]]
        return max(map(self.idf_of, counts), default=0.0)

    def idf_of(self, frequency: int) -> float:
        """Weigh a term by how many passages carry it."""
        return float(np.log1p((len(self.norms) - frequency + 0.5) / (frequency + 0.5)))

    def _add_term(self, found: _Stands, scores: Scores, buffer: Scores) -> None:
        """Add a term's share to the scores of all rows it touches. buffer: zeros, and zeros again afterwards."""
        rows = found.rows
        touched: list[NDArray[np.integer]] = [rows]
        buffer[rows] = found.counts
        for name, documents in found.fields.items():
            if len(documents):
                # A field says what a report is about once; saying it twice adds nothing.
                field_rows = self._rows_of(documents)
                buffer[field_rows] += self.settings.of_field(name)
                touched.append(field_rows)
        frequency = len(rows) or max((len(t) for t in touched), default=0)
        if self.settings.before and len(rows):
            for step in (1, 2):
                following = rows[self._goes_on[step - 1][rows]] + np.uint32(step)
                buffer[following] += self.settings.before
                touched.append(following)
        share = found.term.weight * self.idf_of(frequency)
        for some in touched:
            counted = buffer[some]
            # A row touched twice was zeroed the first time, so it is counted once.
            buffer[some] = 0
            scores[some] += share * counted / (counted + self.norms[some])

    def _add_common(
        self,
        common: Sequence[_Stands],
        scores: Scores,
        buffer: Scores,
        allowed: NDArray[np.bool_] | None,
        also: Rows | None,
    ) -> None:
        common = sorted(common, key=lambda found: len(found.rows))
        chosen = np.flatnonzero(scores)
        while common and len(chosen) < _FEWEST:
            # The rare words say too little; the least common of the others then does.
            self._add_term(common.pop(0), scores, buffer)
            if allowed is not None:
                scores[~allowed] = 0
            chosen = np.flatnonzero(scores)
        if len(chosen) > _SHORTLIST:
            chosen = np.sort(chosen[np.argpartition(-scores[chosen], _SHORTLIST)[:_SHORTLIST]])
        if also is not None:
            chosen = np.union1d(chosen, also)
        documents = self.document_of[chosen].astype(np.uint32)
        before = [np.maximum(chosen - step, 0) for step in (1, 2)]
        inside = [self.document_of[rows] == documents for rows in before]
        inside = [same & (chosen >= step) for same, step in zip(inside, (1, 2), strict=True)]
        for found in common:
            rows = found.rows
            # Written out over all rows and taken back: quicker than to look each of them up.
            buffer[rows] = found.counts
            frequency = buffer[chosen]
            if self.settings.before:
                for earlier, same in zip(before, inside, strict=True):
                    frequency += self.settings.before * (same & (buffer[earlier] > 0))
            buffer[rows] = 0
            for name, held in found.fields.items():
                if len(held):
                    frequency += self.settings.of_field(name) * _stands_at(held, documents)
            share = found.term.weight * self.idf_of(len(rows))
            scores[chosen] += share * frequency / (frequency + self.norms[chosen])

    def _rows_of(self, documents: NDArray[np.uint32]) -> Rows:
        """Spread documents over their passages."""
        starts = self.first_row[documents]
        repeats = self.first_row[documents.astype(np.int64) + 1] - starts
        shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(repeats)[:-1])), repeats)
        return shifts + np.arange(int(repeats.sum()), dtype=np.int64)


def _is_single(term: QueryTerm) -> bool:
    return len(term.alternatives) == 1 and len(term.alternatives[0]) == 1


def _find_any(postings: Postings, term: QueryTerm) -> tuple[NDArray[np.uint32], NDArray[np.generic]]:
    found = [postings.find_phrase(numbers) for numbers in term.alternatives]
    if len(found) == 1:
        return found[0]
    rows = np.concatenate([rows for rows, _ in found])
    if not len(rows):
        return found[0]
    unique, inverse = np.unique(rows, return_inverse=True)
    counts = np.bincount(inverse, weights=np.concatenate([counts for _, counts in found]))
    return unique, counts.astype(np.float32)


def _stands_at(held: NDArray[np.uint32], rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Say in which of some rows a term stands. Both of one type: numpy would copy the whole of held to another."""
    found: NDArray[np.bool_] = held[np.minimum(np.searchsorted(held, rows), len(held) - 1)] == rows
    return found
