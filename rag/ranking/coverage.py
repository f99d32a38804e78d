"""How much of a question stands in a passage, around it and in its report: counted in the index, without its text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.lexical import LexicalIndex, QueryTerm

Column = NDArray[np.float32]

#: here: in the passage. context: there, in the two before it or a field of its report. report: anywhere in its report.
#: density: in how large a share of the report's passages. title, lead: in these fields.
COVERAGE = ("here", "context", "report", "density", "title", "lead")


def measure_coverage(
    index: LexicalIndex, terms: Sequence[QueryTerm], rows: NDArray[np.int64]
) -> tuple[dict[str, Column], list[float]]:
    """Measure, for each of some passages, what share of the terms is found; rare terms count more.

    rows: int64, shape (n,). Returns columns by name of COVERAGE, each float32, shape (n,), from 0 to 1, and the weight
    of each term: its inverse document frequency, 0 where it stands nowhere.
    """
    found = {name: np.zeros(len(rows), dtype=np.float32) for name in COVERAGE}
    documents = index.document_of[rows]
    first, end = index.first_row[documents], index.first_row[documents + 1]
    sizes = (end - first).astype(np.float32)
    before = np.concatenate((np.maximum(rows - 1, first), np.maximum(rows - 2, first)))
    # Of the postings' own type: numpy would copy a whole posting list to another one.
    asked = np.concatenate((rows, before, first, end)).astype(np.uint32)
    n = len(rows)
    of_report = documents.astype(np.uint32)
    in_fields = [(name, index.find(postings, terms)) for name, postings in index.fields.items()]
    weights = []
    for i, (held, _) in enumerate(index.find(index.body, terms)):
        fields = {name: _stands_in(each[i][0], of_report) for name, each in in_fields if len(each[i][0])}
        if not len(held) and not any(stands.any() for stands in fields.values()):
            weights.append(0.0)
            continue
        weight = index.idf_of(max(len(held), 1))
        weights.append(weight)
        at = np.searchsorted(held, asked)
        context = np.zeros(n, dtype=bool)
        if len(held):
            stands = held[np.minimum(at[: 3 * n], len(held) - 1)] == asked[: 3 * n]
            here = stands[:n]
            context = here | stands[n : 2 * n] | stands[2 * n :]
            found["here"] += weight * here
        for name, stands in fields.items():
            context = context | stands
            if name in found:
                found[name] += weight * stands
        n_in_report = at[4 * n :] - at[3 * n : 4 * n]
        found["context"] += weight * context
        found["report"] += weight * (context | (n_in_report > 0))
        found["density"] += weight * n_in_report / sizes
    total = sum(weights) or 1.0
    return {name: column / np.float32(total) for name, column in found.items()}, weights


def _stands_in(held: NDArray[np.uint32], documents: NDArray[np.integer]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = held[np.minimum(np.searchsorted(held, documents), len(held) - 1)] == documents
    return found
