from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from rag.binding import embedder_of
from rag.calibrate import SAMPLE, calibrate_weight, choose_weight, make_questions, score_lexical
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
    """Knows what every text is about, in whatever words: the topics are those it was shown."""

    name = "seeing"

    def __init__(self, topics: dict[str, str], **options: object) -> None:
        super().__init__(**options)
        self.topics = topics

    def embed_query(self, text: str) -> np.ndarray:
        return super().embed_query(self.topics.get(text, text))


class NoisyEmbedder(WordEmbedder):
    """Gives every text a direction of its own, near to nothing else."""

    name = "noisy"

    def embed_query(self, text: str) -> np.ndarray:
        return super().embed_query("".join(text.split()))


def weight_of(pool: Sequence[tuple[Passage, Context]], embedder: WordEmbedder) -> float:
    vectors = embedder.embed_passages([vector_input(c.title, p.text) for p, c in pool])
    return choose_weight(make_questions(pool), pool, vectors, embedder)


# -- made questions -------------------------------------------------------------------------------------


FIRST = "Năm 2023 huyện thu ngân sách đạt bốn mươi lăm tỷ đồng, vượt kế hoạch được giao."
SECOND = "Toàn huyện trồng mới hơn một nghìn héc ta rừng ở các xã vùng cao biên giới."


def keeps_order(asked: Sequence[str], sentence: Sequence[str]) -> bool:
    rest = iter(sentence)
    return all(word in rest for word in asked)


def test_a_question_is_half_the_words_of_a_sentence_in_their_order_and_the_rest_goes_without_it():
    (zero, one) = make_questions(
        pool_of([f"{FIRST} {SECOND}", f"Mở đầu khác hẳn. {SECOND[:-1]} phía tây. {FIRST[4:]}"])
    )
    assert (zero.row, zero.rest) == (0, SECOND)
    assert (one.row, one.rest) == (1, f"Mở đầu khác hẳn. {FIRST[4:]}")
    assert keeps_order(zero.text.split(), FIRST.split())
    assert keeps_order(one.text.split(), SECOND.replace("giới.", "giới phía tây.").split())
    # Of 17 words 8 (round(8.5) is even), of 19 10.
    assert (len(zero.text.split()), len(one.text.split())) == (8, 10)


def test_of_a_long_sentence_only_the_first_24_words_are_asked():
    words = [f"từ{n}" for n in range(60)]
    (question,) = make_questions(pool_of([f"T{' '.join(words)}. {SECOND}"]))
    asked = question.text.split()
    assert len(asked) == 12 and {int(word.rpartition("ừ")[2]) for word in asked} <= set(range(24))


def test_of_a_short_sentence_four_words_are_asked():
    (question,) = make_questions(pool_of([f"Huyện đã trồng nhiều rừng mới. {SECOND}"]))
    assert len(question.text.split()) == 4


def test_a_sentence_that_two_passages_say_is_not_asked():
    other = "Một đoạn khác nói thêm nhiều điều nữa về việc trồng cây ở xã ấy."
    assert make_questions(pool_of([f"{FIRST} {SECOND}", f"{other} {FIRST}"])) == []
    assert [q.row for q in make_questions(pool_of([f"{FIRST} {SECOND}", f"{FIRST} {other}"]))] == [1]


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


# -- scores ---------------------------------------------------------------------------------------------


def test_a_question_is_scored_against_its_passage_whole_and_without_the_sentence_and_the_others_stay_whole():
    pool = pool_of([f"{FIRST} {SECOND}", "Thu ngân sách của huyện khác đạt thấp. Không liên quan gì."])
    questions = make_questions(pool)
    lexical = score_lexical(questions, pool)
    assert [question.row for question in questions] == [0]
    assert lexical.whole[0, 0] > lexical.apart[0, 0]
    assert lexical.whole[0, 1] == lexical.apart[0, 1] > 0


# -- weights --------------------------------------------------------------------------------------------


def test_an_embedder_that_sees_what_words_do_not_gets_half_though_words_find_what_is_repeated():
    # Every report's first sentence tells of its second, but no word of one stands in the other; decoys have all words
    # of the questions, so that the lexical channel prefers them.
    heads = [f"Alpha{i} beta{i} gamma{i} delta{i} epsilon{i} zeta{i} eta{i} theta{i}." for i in range(60)]
    tails = [
        f"Một{i} hai{i} ba{i} bốn{i} năm{i} sáu{i} bảy{i} tám{i} chín{i} mười{i} trăm{i} nghìn{i}." for i in range(60)
    ]
    texts = [f"{head} {tail}" for head, tail in zip(heads, tails, strict=True)]
    decoys = [f"{said[:-1]} rồi thôi" for said in (*heads, *tails)]
    pool = pool_of([*texts, *decoys])
    questions = make_questions(pool)
    topics = {f"{c.title}{p.text}": f"chủ đề {i}" for i, (p, c) in enumerate(pool[:60])}
    topics |= {q.text: f"chủ đề {q.row}" for q in questions} | {q.rest: f"chủ đề {q.row}" for q in questions}
    # All where the sentence is hidden, next to nothing where the question repeats it.
    assert 0.4 <= weight_of(pool, SeeingEmbedder(topics, dim=128)) <= 0.6
    assert weight_of(pool, NoisyEmbedder(dim=128)) <= 0.2


def test_an_embedder_of_noise_gets_little_weight():
    assert weight_of(pool_of([report(i) for i in range(192)]), NoisyEmbedder(dim=64)) <= 0.05


def test_vectors_that_know_as_much_as_words_get_neither_nothing_nor_all():
    pool = pool_of([report(i) for i in range(60)])
    topics = {p.text: f"chủ đề {i}" for i, (p, _) in enumerate(pool)}
    topics |= {said: f"chủ đề {q.row}" for q in make_questions(pool) for said in (q.text, q.rest)}
    assert 0.2 <= weight_of(pool, SeeingEmbedder(topics, dim=128)) <= 0.8


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


def test_a_weight_stands_until_the_library_has_changed_by_a_tenth(tmp_path: Path):
    embedder = NoisyEmbedder(fusion_weight=None)
    build(tmp_path, embedder, 60)
    with LibraryWriter(tmp_path) as writer:
        # A mark that no calibration would choose.
        writer.set_fusion_weight(0.987)
        writer.put(document("60.txt", report(60)), path="60.txt")
        writer.embed_missing(embedder)
        assert calibrate_weight(writer, embedder) == 0.987
        for i in range(61, 75):
            writer.put(document(f"{i}.txt", report(i)), path=f"{i}.txt")
        writer.embed_missing(embedder)
        weight = calibrate_weight(writer, embedder)
        assert weight is not None and weight <= 0.2


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


def test_sampled_vectors_are_spread_over_the_library_and_those_of_its_own_passages(tmp_path: Path):
    embedder = WordEmbedder(fusion_weight=None)
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for i in range(9):
            writer.put(document(f"{i}.txt", report(i)), path=f"{i}.txt")
        assert writer.store.sample_vectors(n=3, dim=embedder.dim)[0] == []
        writer.embed_missing(embedder)
        rows, vectors = writer.store.sample_vectors(n=3, dim=embedder.dim)
        found = [writer.store.passages(rows)[row] for row in rows]
        assert [passage.doc_id for passage, _ in found] == ["s/0.txt", "s/4.txt", "s/8.txt"]
        texts = [vector_input(context.title, passage.text) for passage, context in found]
        assert np.array_equal(vectors, embedder.embed_passages(texts))
        assert len(writer.store.sample_vectors(n=100, dim=embedder.dim)[0]) == 9
        assert writer.store.sample_vectors(n=3, dim=embedder.dim + 1)[0] == []
