from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from rag.binding import embedder_of
from rag.calibrate import MAX_WEIGHT, SAMPLE, WEIGHT_FOR_EQUALS, calibrate_weight, choose_weight, make_questions
from rag.library import Library, LibraryWriter
from rag.prepare import vector_input
from rag.types import Context, Passage
from tests.fakes import WordEmbedder, bind, document


def report(i: int) -> str:
    """Two sentences of their own words, which share nothing but the name of their place."""
    words = [f"từ{n}" for n in Random(i).sample(range(1500), 24)]
    return f"Tại Mường{i} {' '.join(words[:12])}. Cũng ở Mường{i} {' '.join(words[12:])}."


def pool_of(texts: Sequence[str]) -> list[tuple[Passage, Context]]:
    return [(Passage(f"s/{i}#0-{len(t)}", f"s/{i}", 0, len(t), t), Context(title="")) for i, t in enumerate(texts)]


class SeeingEmbedder(WordEmbedder):
    """Knows which report every text is about, in whatever words: the topics are those it was shown."""

    name = "seeing"

    def __init__(self, topics: dict[str, str], **options: object) -> None:
        super().__init__(**options)
        self.topics = topics

    def embed_query(self, text: str) -> np.ndarray:
        topic = next((topic for said, topic in self.topics.items() if text in said or said in text), text)
        return super().embed_query(topic)


class NoisyEmbedder(WordEmbedder):
    """Gives every text a direction of its own, near to nothing else."""

    name = "noisy"

    def embed_query(self, text: str) -> np.ndarray:
        return super().embed_query("".join(text.split()))


def weight_of(texts: Sequence[str], embedder: WordEmbedder) -> float:
    pool = pool_of(texts)
    vectors = embedder.embed_passages([vector_input(c.title, p.text) for p, c in pool])
    return choose_weight(make_questions(pool), pool, vectors, embedder)


# -- made questions -------------------------------------------------------------------------------------


def test_a_question_is_the_head_of_a_sentence_and_the_rest_goes_without_it():
    first = "Năm 2023 huyện thu ngân sách đạt bốn mươi lăm tỷ đồng, vượt kế hoạch được giao."
    second = "Toàn huyện trồng mới hơn một nghìn héc ta rừng ở các xã vùng cao biên giới."
    (zero, one) = make_questions(pool_of([f"{first} {second}"] * 2))
    assert (zero.text, zero.rest, zero.row) == ("Năm 2023 huyện thu ngân sách đạt bốn mươi lăm tỷ đồng,", second, 0)
    assert (one.text, one.rest, one.row) == ("Toàn huyện trồng mới hơn một nghìn héc ta rừng ở các", first, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Chỉ có một câu trong đoạn này nên không có gì để hỏi cả, dù câu khá dài.",
        "Câu ngắn. Câu khác cũng ngắn thôi.",
        "Năm 2023 huyện thu ngân sách đạt bốn mươi lăm tỷ đồng. Còn lại ít chữ.",
        "",
    ],
    ids=["one sentence", "short ones", "nothing left", "nothing"],
)
def test_a_passage_that_cannot_be_asked_about_gives_no_question(text: str):
    assert make_questions(pool_of([text])) == []


def test_the_same_pool_gives_the_same_questions_spread_over_it():
    pool = pool_of([report(i) for i in range(250)])
    made = make_questions(pool)
    assert made == make_questions(pool)
    assert len(made) == SAMPLE
    rows = [question.row for question in made]
    assert rows == sorted(set(rows))
    assert rows[0] == 0 and rows[-1] >= 248
    assert max(b - a for a, b in pairwise(rows)) <= 2


# -- weights --------------------------------------------------------------------------------------------


def test_an_embedder_that_sees_what_words_do_not_gets_a_high_weight():
    # Every report's first sentence tells of its second, but no word of one stands in the other.
    heads = [
        f"Alpha{i} beta{i} gamma{i} delta{i} epsilon{i} zeta{i} eta{i} theta{i} iota{i} kappa{i} mu{i} nu{i}."
        for i in range(60)
    ]
    tails = [
        f"Một{i} hai{i} ba{i} bốn{i} năm{i} sáu{i} bảy{i} tám{i} chín{i} mười{i} trăm{i} nghìn{i}." for i in range(60)
    ]
    texts = [f"{head} {tail}" for head, tail in zip(heads, tails, strict=True)]
    topics = {said: f"topic {i}" for i, text in enumerate(texts) for said in (text, heads[i], tails[i])}
    # Decoys share a word with the questions, so that the lexical channel prefers them.
    decoys = [f"Alpha{i} beta{i} một{i} hai{i}" for i in range(60)]
    embedder = SeeingEmbedder(topics, dim=128)
    assert weight_of([*texts, *decoys], embedder) >= 0.6
    assert weight_of([*texts, *decoys], NoisyEmbedder(dim=128)) <= 0.5


def test_an_embedder_of_noise_gets_little_weight():
    assert weight_of([report(i) for i in range(192)], NoisyEmbedder(dim=64)) <= 0.2


def test_vectors_that_find_every_passage_get_more_than_the_weight_of_equals_and_never_all():
    texts = [report(i) for i in range(60)]
    topics = {text: f"topic {i}" for i, text in enumerate(texts)}
    assert WEIGHT_FOR_EQUALS <= weight_of(texts, SeeingEmbedder(topics, dim=128)) <= MAX_WEIGHT < 1


# -- a library ------------------------------------------------------------------------------------------


def build(path: Path, embedder: WordEmbedder, n: int) -> float | None:
    with LibraryWriter(path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for i in range(n):
            writer.put(document(f"{i}.txt", report(i)), path=f"{i}.txt")
        writer.embed_missing(embedder)
        weight = calibrate_weight(writer, embedder)
        bound = embedder_of(writer.store)
        assert bound is not None and bound.fusion_weight == (weight if weight is not None else embedder.fusion_weight)
        writer.publish()
    return weight


def test_the_weight_is_kept_with_the_library_and_repeats_exactly(tmp_path: Path):
    weight = build(tmp_path / "one", NoisyEmbedder(fusion_weight=None), 60)
    assert weight is not None and weight <= 0.2
    assert build(tmp_path / "two", NoisyEmbedder(fusion_weight=None), 60) == weight
    with closing(Library.open(tmp_path / "one")) as library:
        assert library.about["fusion_weight"] == weight


def test_an_embedder_that_brings_its_weight_is_not_calibrated(tmp_path: Path):
    assert build(tmp_path, NoisyEmbedder(fusion_weight=0.3), 60) is None


@pytest.mark.parametrize("n", [0, 1, 23])
def test_a_library_too_small_to_tell_keeps_no_weight(tmp_path: Path, n: int):
    assert build(tmp_path, NoisyEmbedder(fusion_weight=None), n) is None


def test_a_large_library_is_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("rag.calibrate.POOL", 40)
    embedder = NoisyEmbedder(fusion_weight=None)
    assert build(tmp_path, embedder, 120) is not None
    # 120 passages once, then only the rests and questions of the 40 that were sampled.
    assert 0 < embedder.n_embedded - 120 <= 40
