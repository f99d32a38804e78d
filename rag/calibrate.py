"""Weigh the dense channel of a library without labels, by questions made from the library itself.

A sentence is taken out of a passage and asked as a question; the passage without it is what must be found among
all others (inverse cloze task: Lee, Chang, Toutanova, ACL 2019). How often the vectors find it, beside how often the
words do, says what the vectors are worth on these reports.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.lexical import LexicalIndex, build_postings, tokenise
from rag.library import LibraryWriter
from rag.prepare import vector_input
from rag.text import sentences, terms
from rag.types import Context, Passage

logger = logging.getLogger(__name__)

#: Made questions: enough that one more decides little, few enough to embed in half a minute on one core.
SAMPLE = 160
#: Passages the made questions are searched among; a larger library is sampled.
POOL = 4000
#: A question is short; of a sentence its first words are asked.
QUESTION_WORDS = 12
MIN_QUESTIONS = 24
#: The weight is this times the square of how much better than words the vectors find the made questions' passages
#: (ratio of mean reciprocal ranks), at most MAX_WEIGHT. On XQuAD the ratios were 1.51 (MiniLM, English), 0.85 and 0.76
#: (built-in, English and Vietnamese), 0.53 (MiniLM on Vietnamese, which it does not know): weights 0.65, 0.29, 0.23,
#: 0.11. Not squared the last was 0.21 and cost one unaccented question of 1,190. tests/benchmarks/fusion.py shows
#: recall@1 at fixed weights beside.
WEIGHT_FOR_EQUALS = 0.4
MAX_WEIGHT = 0.65


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question made from a passage of the pool. row: the passage's place in the pool; rest: it without."""

    text: str
    row: int
    rest: str


def calibrate_weight(writer: LibraryWriter, embedder: Embedder) -> float | None:
    """Choose the dense channel's weight for this library and keep it in the store. Returns it.

    None, and nothing kept, where the embedder brings its own weight or the library is too small to tell.
    """
    if embedder.fusion_weight is not None:
        return None
    pool, vectors = _sample_pool(writer, dim=embedder.dim)
    questions = make_questions(pool)
    if len(questions) < MIN_QUESTIONS:
        return None
    weight = choose_weight(questions, pool, vectors, embedder)
    writer.set_fusion_weight(weight)
    logger.info("fusion weight %.2f from %d made questions", weight, len(questions))
    return weight


def _sample_pool(writer: LibraryWriter, *, dim: int) -> tuple[list[tuple[Passage, Context]], NDArray[np.float32]]:
    """Take passages with their vectors, evenly spread over the library. Vectors: float32, shape (n, dim)."""
    n_passages = writer.store.counts()[1]
    wanted = np.linspace(0, n_passages - 1, min(POOL, n_passages)).astype(np.int64)
    rows: list[int] = []
    parts = [np.zeros((0, dim), dtype=np.float32)]
    first = 0
    for batch_rows, batch in writer.store.iter_vectors(dim=dim):
        kept = wanted[(wanted >= first) & (wanted < first + len(batch_rows))] - first
        rows += [batch_rows[i] for i in kept.tolist()]
        parts.append(batch[kept])
        first += len(batch_rows)
    found = writer.store.passages(rows)
    return [found[row] for row in rows], np.concatenate(parts)


def make_questions(pool: Sequence[tuple[Passage, Context]]) -> list[MadeQuestion]:
    """Make at most 160 questions, spread over the pool, always the same for the same pool."""
    made = []
    for row, (passage, _) in enumerate(pool):
        spans = sentences(passage.text)
        if len(spans) < 2:
            continue
        start, end = spans[row % len(spans)]
        words = passage.text[start:end].split()[:QUESTION_WORDS]
        rest = f"{passage.text[:start].rstrip()} {passage.text[end:].lstrip()}".strip()
        if len(words) >= 6 and len(terms(rest)) >= 12:
            made.append(MadeQuestion(" ".join(words), row, rest))
    n = min(SAMPLE, len(made))
    return [made[i * len(made) // n] for i in range(n)]


def choose_weight(
    questions: Sequence[MadeQuestion],
    pool: Sequence[tuple[Passage, Context]],
    vectors: NDArray[np.float32],
    embedder: Embedder,
) -> float:
    """Weigh the dense channel by the mean reciprocal rank of the passages the questions were made from.

    vectors: float32, shape (len(pool), dim), rows of unit length.
    """
    tokens = [tokenise(passage.text) for passage, _ in pool]
    rests = embedder.embed_passages([vector_input(pool[q.row][1].title, q.rest) for q in questions])
    found_dense = found_lexical = 0.0
    whole = LexicalIndex.of(build_postings(tokens), {}, np.arange(len(pool) + 1, dtype=np.int64))
    alone = LexicalIndex.of(
        build_postings(tokens + [tokenise(q.rest) for q in questions]),
        {},
        np.arange(len(pool) + len(questions) + 1, dtype=np.int64),
    )
    for i, made in enumerate(questions):
        lexical = whole.score(made.text)
        # The passage competes without the sentence that is asked.
        lexical[made.row] = alone.score(made.text)[len(pool) + i]
        query = embedder.embed_query(made.text)
        dense = vectors @ query
        dense[made.row] = rests[i] @ query
        found_dense += _reciprocal_rank(dense, made.row)
        found_lexical += _reciprocal_rank(lexical, made.row)
    ratio = found_dense / found_lexical if found_lexical > 0 else MAX_WEIGHT / WEIGHT_FOR_EQUALS
    return round(min(MAX_WEIGHT, WEIGHT_FOR_EQUALS * ratio**2), 2)


def _reciprocal_rank(scores: NDArray[np.float32], row: int) -> float:
    return 1 / (1 + int(np.count_nonzero(scores > scores[row])))
