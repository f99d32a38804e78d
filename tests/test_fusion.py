from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from random import Random

import numpy as np
import pytest

from rag.calibrate import MadeScores, make_questions, score_dense, score_lexical, weigh_channels
from rag.fusion import DEFAULT_WEIGHT, fuse, learn_weight, pick_candidates, scale
from rag.lexical import LexicalIndex, build_postings, tokenise
from rag.prepare import vector_input
from rag.text import terms
from rag.types import Context, Passage
from tests.fakes import WordEmbedder

NAN = float("nan")


def f32(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


# -- scores ---------------------------------------------------------------------------------------------


def test_dense_scores_are_scaled_between_their_ends_and_lexical_ones_by_the_highest():
    dense, lexical = scale(f32(0.2, 0.6, 0.4), f32(1, 0, 4))
    assert dense is not None
    assert dense.tolist() == pytest.approx([0.0, 1.0, 0.5])
    assert lexical.tolist() == [0.25, 0.0, 1.0]
    assert (dense.dtype, lexical.dtype) == (np.float32, np.float32)


def test_what_has_no_vector_takes_its_scaled_lexical_score_and_no_vector_at_all_is_no_channel():
    dense, _ = scale(f32(0.2, NAN, 0.4), f32(1, 2, 4))
    assert dense is not None
    assert dense.tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert scale(f32(NAN, NAN), f32(1, 2))[0] is None
    assert scale(None, f32(1, 2))[0] is None


@pytest.mark.parametrize(
    ("weight", "expected"), [(0.0, [0.25, 0.0, 1.0]), (0.75, [0.0625, 0.75, 0.625]), (1.0, [0.0, 1.0, 0.5])]
)
def test_the_fused_score_is_the_weighted_mean_of_both(weight: float, expected: list[float]):
    assert fuse(f32(0.2, 0.6, 0.4), f32(1, 0, 4), weight=weight).tolist() == pytest.approx(expected)


def test_candidates_are_the_best_of_either_channel_and_what_shares_no_word_is_none_of_the_lexical():
    assert pick_candidates(f32(0.1, 0.9, 0.5, 0.2), f32(0, 0, 0, 3), k=1).tolist() == [1, 3]
    assert pick_candidates(f32(0.1, 0.9, 0.5, 0.2), f32(0, 0, 0, 3), k=2).tolist() == [1, 2, 3]
    assert pick_candidates(f32(0.5, 0.5, 0.5), f32(0, 0, 0), k=2).tolist() == [0, 1]


# -- weights --------------------------------------------------------------------------------------------


def planted(signal: float, *, seed: int, n: int = 100, width: int = 50) -> np.ndarray:
    """Scores that are evenly random but for the right passage's, the question's own column, which gains signal."""
    scores = np.random.default_rng(seed).random((n, width))
    scores[np.arange(n), np.arange(n) % width] += signal
    return scores.astype(np.float32)


RIGHT = [i % 50 for i in range(100)]


def test_a_channel_that_is_always_right_takes_all_from_one_that_is_noise():
    assert learn_weight(planted(2.0, seed=1), planted(0.0, seed=2), RIGHT) == pytest.approx(1.0, abs=0.02)
    assert learn_weight(planted(0.0, seed=1), planted(2.0, seed=2), RIGHT) == pytest.approx(0.0, abs=0.02)


def test_scores_that_are_all_alike_get_nothing():
    alike = np.full((100, 50), 0.5, dtype=np.float32)
    assert learn_weight(alike, planted(0.6, seed=1), RIGHT) == 0.0
    assert learn_weight(planted(0.6, seed=1), np.zeros((100, 50), dtype=np.float32), RIGHT) == 1.0


def test_the_better_channel_gets_more_and_better_ones_more_still():
    weights = [learn_weight(planted(signal, seed=1), planted(0.6, seed=2), RIGHT) for signal in (0.3, 0.5, 0.7, 0.9)]
    assert weights == sorted(weights)
    assert weights[0] < 0.35 < 0.65 < weights[-1]


def test_questions_that_no_channel_can_answer_decide_nothing():
    dense, lexical = planted(0.9, seed=1), planted(0.5, seed=2)
    clear = learn_weight(dense, lexical, RIGHT)
    # As many again, whose right passage both channels put last.
    hopeless = [planted(-1.0, seed=seed) for seed in (3, 4)]
    drowned = learn_weight(np.vstack([dense, hopeless[0]]), np.vstack([lexical, hopeless[1]]), RIGHT * 2)
    assert clear > 0.6
    assert drowned == pytest.approx(clear, abs=0.1)


@pytest.mark.parametrize("n", [0, 1])
def test_where_there_is_nothing_to_choose_from_the_weight_is_the_default(n: int):
    scores = np.ones((n, 1), dtype=np.float32)
    assert learn_weight(scores, scores, [0] * n) == DEFAULT_WEIGHT


def test_the_same_scores_give_the_same_weight():
    first, second = (learn_weight(planted(0.5, seed=1), planted(0.6, seed=2), RIGHT) for _ in range(2))
    assert first == second


# -- never worse than the better channel ----------------------------------------------------------------

N_REPORTS = 150
DIM = 96
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


class NoisyEmbedder(WordEmbedder):
    """Knows which words everybody uses; mixes each text's vector with a random one, at 1 nothing but that is left."""

    def __init__(self, noise: float) -> None:
        super().__init__(dim=DIM)
        self.noise = noise

    def embed_query(self, text: str) -> np.ndarray:
        seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
        random = np.random.default_rng(seed).normal(size=self.dim)
        mixed = (1 - self.noise) * clear_vector(text) + self.noise * random / np.linalg.norm(random)
        return (mixed / np.linalg.norm(mixed)).astype(np.float32)


@cache
def clear_vector(text: str) -> np.ndarray:
    vector = sum((0.15 if word.startswith("chung") else 1.0) * word_vector(word) for word in terms(text))
    return vector / np.linalg.norm(vector)


@cache
def word_vector(word: str) -> np.ndarray:
    return WordEmbedder(dim=DIM).embed_query(word)


def drown(scores: np.ndarray, noise: float, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed).random(scores.shape)
    return ((1 - noise) * scores + noise * scores.max(axis=1, keepdims=True) * random).astype(np.float32)


@cache
def reports() -> tuple[list[tuple[Passage, Context]], list[str]]:
    """Reports of a subject each, three sentences of its words and of everybody's; and a question to each."""
    pool, questions = [], []
    for i in range(N_REPORTS):
        random = Random(i)
        own = [f"từ{n}" for n in random.sample(range(600), 10)]
        # What everybody says is spread unevenly, as in a language.
        sentences = [
            " ".join([*random.sample(own, 5), *(f"chung{int(random.paretovariate(0.7)) % 300}" for _ in range(7))])
            for _ in range(3)
        ]
        text = " ".join(f"Nêu {sentence}." for sentence in sentences)
        pool.append((Passage(f"s/{i}#0-{len(text)}", f"s/{i}", 0, len(text), text), Context(title="")))
        asked = [*random.sample(own, 3), *(f"chung{int(random.paretovariate(0.7)) % 300}" for _ in range(5))]
        questions.append(" ".join(asked))
    return pool, questions


def recall(dense: np.ndarray, lexical: np.ndarray, weight: float) -> float:
    found = 0
    for i, (near, shared) in enumerate(zip(dense, lexical, strict=True)):
        rows = pick_candidates(near, shared)
        found += int(rows[int(np.argmax(fuse(near[rows], shared[rows], weight=weight)))]) == i
    return found / len(dense)


def measure(dense_noise: float, lexical_noise: float) -> tuple[float, float, float, float]:
    """Calibrate under noise. Returns the weight, and recall@1 of the dense channel, the lexical one and both."""
    pool, questions = reports()
    embedder = NoisyEmbedder(dense_noise)
    vectors = embedder.embed_passages([vector_input(context.title, passage.text) for passage, context in pool])
    made = make_questions(pool)
    words = score_lexical(made, pool)
    weight = weigh_channels(
        made,
        dense=score_dense(made, pool, vectors, embedder),
        lexical=MadeScores(whole=drown(words.whole, lexical_noise, 1), apart=drown(words.apart, lexical_noise, 1)),
    )
    body = build_postings([tokenise(passage.text) for passage, _ in pool])
    index = LexicalIndex.of(body, {}, np.arange(len(pool) + 1, dtype=np.int64))
    lexical = drown(np.array([index.score(question) for question in questions]), lexical_noise, 2)
    dense = np.array([embedder.embed_query(question) for question in questions]) @ vectors.T
    return weight, recall(dense, lexical, 1.0), recall(dense, lexical, 0.0), recall(dense, lexical, weight)


def holds(values: Sequence[float]) -> bool:
    """Say whether fused search finds no more than one question of 150 less than the better channel."""
    _, dense, lexical, fused = values
    return fused >= max(dense, lexical) - 1 / N_REPORTS - 1e-9


@pytest.mark.parametrize("noise", STRENGTHS)
def test_fused_search_is_not_worse_than_words_however_noisy_the_vectors(noise: float):
    values = measure(noise, 0.0)
    assert values[2] > 0.5 and holds(values), values


@pytest.mark.parametrize("noise", STRENGTHS)
def test_fused_search_is_not_worse_than_vectors_however_noisy_the_words(noise: float):
    values = measure(0.0, noise)
    assert values[1] > 0.3 and holds(values), values


def test_pure_noise_gets_next_to_nothing_in_either_channel():
    assert measure(1.0, 0.0)[0] <= 0.05
    assert measure(0.0, 1.0)[0] >= 0.95
