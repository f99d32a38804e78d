"""Weigh the dense channel of a library without labels, by questions made from the library itself.

Half the words of a sentence are asked as a question, and its passage must be found among others: once without that
sentence (inverse cloze task: Lee, Chang, Toutanova, ACL 2019), once as it stands. People's questions lie between: the
first hides all that the question was made from, which is unfair to words, the second nothing, which is unfair to
vectors. rag/fusion.py learns from the scores of both channels what each is worth; the weight is the middle of the two.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.binding import embedder_of
from rag.embed import Embedder
from rag.fusion import learn_weight
from rag.lexical import LexicalIndex, build_postings, tokenise
from rag.library import LibraryWriter
from rag.prepare import vector_input
from rag.text import sentences, terms
from rag.types import Context, Passage

logger = logging.getLogger(__name__)

#: One changed article of 12,000 changes no weight, and choosing one takes a second.
RECALIBRATE_SHARE = 0.1
_CALIBRATED = "fusion_calibrated_passages"

#: Made questions: enough that one more decides little, few enough to embed in half a minute on one core.
SAMPLE = 160
#: Passages the made questions are searched among; a larger library is sampled.
POOL = 4000
#: A question says less than the sentence that answers it: of a sentence's first words half are asked, chosen by hash.
#: A third instead, or the first twelve as they stand, moved the weight learned without that sentence by 0.11 at most.
SENTENCE_WORDS = 24
ASKED_SHARE = 0.5
MIN_ASKED = 4
#: A shorter sentence, or what is left of a passage where it has fewer terms, gives no question.
MIN_SENTENCE_WORDS = 6
MIN_REST_TERMS = 12
MIN_QUESTIONS = 24


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question made from a passage of the pool. row: the passage's place in the pool; rest: it without."""

    text: str
    row: int
    rest: str


def calibrate_weight(writer: LibraryWriter, embedder: Embedder) -> float | None:
    """Choose the dense channel's weight for this library and keep it in the store. Returns it.

    None, and nothing kept, where the embedder brings its own weight or the library is too small to tell. A weight
    chosen before stands until the library has grown or shrunk by a tenth.
    """
    if embedder.fusion_weight is not None:
        return None
    n_passages = writer.store.counts()[1]
    bound, calibrated = embedder_of(writer.store), writer.store.setting(_CALIBRATED)
    known = bound.fusion_weight if bound is not None and calibrated is not None else None
    if known is not None and abs(n_passages - int(calibrated or 0)) <= RECALIBRATE_SHARE * n_passages:
        return known
    pool, vectors = _sample_pool(writer, dim=embedder.dim)
    questions = make_questions(pool)
    if len(questions) < MIN_QUESTIONS:
        return None
    weight = choose_weight(questions, pool, vectors, embedder)
    writer.set_fusion_weight(weight)
    writer.store.set_setting(_CALIBRATED, str(n_passages))
    logger.info("fusion weight %.2f from %d made questions", weight, len(questions))
    return weight


def _sample_pool(writer: LibraryWriter, *, dim: int) -> tuple[list[tuple[Passage, Context]], NDArray[np.float32]]:
    """Take passages with their vectors, evenly spread over the library. Vectors: float32, shape (n, dim)."""
    rows, vectors = writer.store.sample_vectors(n=POOL, dim=dim)
    found = writer.store.passages(rows)
    return [found[row] for row in rows], vectors


def make_questions(pool: Sequence[tuple[Passage, Context]]) -> list[MadeQuestion]:
    """Make at most 160 questions, spread over the pool, always the same for the same pool."""
    spans = [sentences(passage.text) for passage, _ in pool]
    said = Counter(
        passage.text[start:end] for (passage, _), found in zip(pool, spans, strict=True) for start, end in found
    )
    made = []
    for row, ((passage, _), found) in enumerate(zip(pool, spans, strict=True)):
        if len(found) < 2:
            continue
        start, end = found[row % len(found)]
        # What a copy says too is found there, and rightly.
        if said[passage.text[start:end]] > 1:
            continue
        words = passage.text[start:end].split()
        rest = f"{passage.text[:start].rstrip()} {passage.text[end:].lstrip()}".strip()
        if len(words) >= MIN_SENTENCE_WORDS and len(terms(rest)) >= MIN_REST_TERMS:
            made.append(MadeQuestion(_ask_some(words), row, rest))
    n = min(SAMPLE, len(made))
    return [made[i * len(made) // n] for i in range(n)]


def _ask_some(words: Sequence[str]) -> str:
    """Keep about half of a sentence's first words, in their order: those of the lowest hash."""
    words = words[:SENTENCE_WORDS]
    n = max(MIN_ASKED, round(ASKED_SHARE * len(words)))
    hashes = [
        blake2b(f"{i} {word}".encode("utf-8", "surrogatepass"), digest_size=8).digest() for i, word in enumerate(words)
    ]
    kept = sorted(sorted(range(len(words)), key=hashes.__getitem__)[:n])
    return " ".join(words[i] for i in kept)


@dataclass(frozen=True, slots=True)
class MadeScores:
    """One channel's scores of the pool for each made question: float32, shape (n_questions, n_pool).

    whole: of the passages as they stand. apart: the question's own passage without the sentence that is asked.
    """

    whole: NDArray[np.float32]
    apart: NDArray[np.float32]


def choose_weight(
    questions: Sequence[MadeQuestion],
    pool: Sequence[tuple[Passage, Context]],
    vectors: NDArray[np.float32],
    embedder: Embedder,
) -> float:
    """Weigh the dense channel by how well both tell the passages the questions were made from. Returns 0 to 1.

    vectors: float32, shape (len(pool), dim), rows of unit length.
    """
    dense = score_dense(questions, pool, vectors, embedder)
    return round(weigh_channels(questions, dense=dense, lexical=score_lexical(questions, pool)), 2)


def weigh_channels(questions: Sequence[MadeQuestion], *, dense: MadeScores, lexical: MadeScores) -> float:
    """Give the weight in the middle of what is learned from whole passages and from those without the sentence."""
    rows = [question.row for question in questions]
    return (learn_weight(dense.whole, lexical.whole, rows) + learn_weight(dense.apart, lexical.apart, rows)) / 2


def score_dense(
    questions: Sequence[MadeQuestion],
    pool: Sequence[tuple[Passage, Context]],
    vectors: NDArray[np.float32],
    embedder: Embedder,
) -> MadeScores:
    """Score the pool for each question by vectors. vectors: float32, shape (len(pool), dim)."""
    asked = np.array([embedder.embed_query(question.text) for question in questions], dtype=np.float32)
    rests = embedder.embed_passages([vector_input(pool[q.row][1].title, q.rest) for q in questions])
    return _replace_own(questions, asked @ vectors.T, (asked * rests).sum(axis=1))


def score_lexical(questions: Sequence[MadeQuestion], pool: Sequence[tuple[Passage, Context]]) -> MadeScores:
    """Score the pool for each question by words."""
    passages = [tokenise(passage.text) for passage, _ in pool]
    titles = [tokenise(context.title) for _, context in pool]
    # The rests stand behind the pool; only the score of a question's own is read.
    index = LexicalIndex.of(
        build_postings(passages + [tokenise(question.rest) for question in questions]),
        {"title": build_postings(titles + [titles[question.row] for question in questions])},
        np.arange(len(pool) + len(questions) + 1, dtype=np.int64),
    )
    scores = np.empty((len(questions), len(pool)), dtype=np.float32)
    own = np.empty(len(questions), dtype=np.float32)
    for i, question in enumerate(questions):
        found = index.score(question.text, also=np.array([question.row, len(pool) + i]))
        scores[i], own[i] = found[: len(pool)], found[len(pool) + i]
    return _replace_own(questions, scores, own)


def _replace_own(
    questions: Sequence[MadeQuestion], scores: NDArray[np.float32], own: NDArray[np.float32]
) -> MadeScores:
    """Put the scores of the questions' passages without their sentences, shape (n_questions,), in their places."""
    apart = scores.copy()
    apart[np.arange(len(questions)), [question.row for question in questions]] = own
    return MadeScores(whole=scores, apart=apart)
