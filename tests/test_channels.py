from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from rag.channels import KIND_WEIGHTS, Found, best_rows, head_length, put_forward, search_channels
from rag.embed import Embedder
from rag.fusion import fuse
from rag.library import Library
from rag.lookup import Lookup, look_up
from rag.publish import KINDS
from rag.question import understand
from rag.types import PartKind
from tests.fakes import WordEmbedder, build_library

NAN = float("nan")


def f32(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


# -- fusion ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "expected"),
    [(0.0, [0.5, 1.0, 0.0]), (0.25, [0.625, 0.75, 0.125]), (0.5, [0.75, 0.5, 0.25]), (1.0, [1.0, 0.0, 0.5])],
)
def test_each_channel_is_scaled_to_one_and_weighed(weight: float, expected: list[float]):
    fused = fuse(f32(0.9, 0.5, 0.7), f32(2, 4, 0), weight=weight)
    assert fused.tolist() == pytest.approx(expected, abs=1e-6)
    assert fused.dtype == np.float32


def test_a_passage_without_a_vector_is_judged_by_its_words_alone():
    # 0.5 · 1 + 0.5 · 0 and 0.5 · 0 + 0.5 · 1 for the others, the whole of 2 / 4 for the second.
    assert fuse(f32(0.8, NAN, 0.2), f32(0, 2, 4), weight=0.5).tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert fuse(f32(0.8, NAN, 0.2), f32(0, 2, 4), weight=0.8).tolist() == pytest.approx([0.8, 0.5, 0.2])


@pytest.mark.parametrize("dense", [None, f32(NAN, NAN)], ids=["no index", "no vector"])
def test_without_the_dense_channel_the_lexical_one_decides(dense: np.ndarray | None):
    assert fuse(dense, f32(3, 1.5), weight=0.9).tolist() == [1.0, 0.5]


def test_where_no_word_is_shared_the_dense_channel_decides():
    assert fuse(f32(0.1, 0.3), f32(0, 0), weight=0.2).tolist() == pytest.approx([0.0, 1.0])


def test_equal_dense_scores_say_nothing_about_the_order():
    assert fuse(f32(0.4, 0.4), f32(1, 2), weight=0.5).tolist() == [0.75, 1.0]


def test_nothing_shared_and_no_vectors_is_nothing():
    assert fuse(None, f32(0, 0), weight=0.5).tolist() == [0.0, 0.0]


# -- the best of a list ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "expected"),
    [(1, [1]), (2, [1, 3]), (3, [1, 3, 4]), (4, [1, 2, 3, 4]), (9, [1, 2, 3, 4])],
)
def test_the_best_rows_rise_and_ties_at_the_end_go_to_the_lower_row(k: int, expected: list[int]):
    assert best_rows(f32(0, 3, 1, 2, 2), k=k).tolist() == expected


def test_the_first_of_many_equal_rows_are_taken():
    assert best_rows(f32(*[1] * 50), k=3).tolist() == [0, 1, 2]


def test_rows_that_share_no_word_are_not_among_the_best():
    assert best_rows(f32(0, 0), k=5).tolist() == []


@pytest.mark.parametrize(("at_least", "length"), [(1, 1), (2, 4), (3, 4), (4, 4), (5, 5), (9, 5)])
def test_a_head_does_not_cut_a_tie(at_least: int, length: int):
    assert head_length(f32(0.9, 0.5, 0.5, 0.5, 0.1), at_least=at_least) == length


def test_the_head_of_what_was_found_keeps_its_scores():
    found = Found(np.array([4, 2, 9]), f32(1, 0.5, 0.2), f32(7, 3, 0), f32(0.25, NAN, 0.5))
    head = found.head(2)
    assert (head.rows.tolist(), head.fused.tolist(), head.lexical.tolist()) == ([4, 2], [1, 0.5], [7, 3])
    assert [head.dense_of(0), head.dense_of(1)] == [0.25, None]
    words_only = Found(found.rows, found.fused, found.lexical, None)
    assert words_only.head(1).dense is None and words_only.dense_of(0) is None


# -- both searches --------------------------------------------------------------------------------------

QUESTION = "Trọng Kiên chụp ảnh hội nghị"
TEXTS = {
    "a.txt": "Hội nghị tổng kết\n\nẢnh: Trọng Kiên chụp ảnh hội nghị\n\nTrọng Kiên chụp ảnh hội nghị ở huyện.",
    "b.txt": "Thu ngân sách\n\nThu ngân sách đạt 5 tỷ đồng.\n\nNợ đọng giảm còn 2 tỷ đồng.",
}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, WordEmbedder]]:
    path = tmp_path_factory.mktemp("channels")
    embedder = build_library(path, TEXTS)
    with closing(Library.open(path)) as library:
        yield library, embedder


def lookup_of(question: str) -> Lookup:
    return look_up(question, understand(question))


def search(library: Library, embedder: Embedder | None, question: str = QUESTION, **options: object) -> Found:
    settings = {"weight": 0.3, "depth": 100, **options}
    return search_channels(question, lookup_of(question), library=library, embedder=embedder, **settings)


def test_what_either_channel_finds_is_scored_by_both(searched):
    library, embedder = searched
    found = search(library, embedder)
    assert sorted(found.rows.tolist()) == list(range(library.n_passages))
    lexical = library.lexical.score(lookup_of(QUESTION).query)
    assert found.lexical.tolist() == lexical[found.rows].tolist()
    query = embedder.embed_query(QUESTION)
    title = library.passages(found.rows)[0][1].title
    near = float(query @ embedder.embed_query(f"{title}\n{library.passages(found.rows)[0][0].text}"))
    assert found.dense_of(0) == pytest.approx(near, abs=1e-5)


def test_the_order_is_that_of_the_fused_scores_weighed_by_kind(searched):
    library, embedder = searched
    found = search(library, embedder)
    fused = fuse(found.dense, found.lexical, weight=0.3)
    kinds = [KINDS[i] for i in library.kinds[found.rows]]
    expected = [score * KIND_WEIGHTS.get(kind, 1.0) for score, kind in zip(fused.tolist(), kinds, strict=True)]
    assert found.fused.tolist() == pytest.approx(expected, abs=1e-6)
    assert found.fused.tolist() == sorted(found.fused.tolist(), reverse=True)
    assert kinds[0] is PartKind.PARAGRAPH


def test_a_caption_weighs_a_third_of_the_paragraph_that_says_the_same(searched):
    library, _ = searched
    found = search(library, None)
    by_kind = {KINDS[library.kinds[row]]: i for i, row in enumerate(found.rows.tolist())}
    caption = by_kind[PartKind.CAPTION]
    assert KIND_WEIGHTS[PartKind.CAPTION] == 0.3
    assert found.fused[caption] == pytest.approx(0.3 * found.lexical[caption] / found.lexical.max(), abs=1e-6)
    assert by_kind[PartKind.PARAGRAPH] < caption


def test_without_an_embedder_only_what_shares_a_word_is_found(searched):
    library, _ = searched
    found = search(library, None)
    assert found.dense is None and (found.lexical > 0).all()
    assert {library.passages(found.rows)[i][0].doc_id for i in range(len(found.rows))} == {"s/a.txt"}


def test_a_dense_channel_of_no_weight_is_not_searched_but_scores_what_words_find(searched):
    library, embedder = searched
    found = search(library, embedder, weight=0.0)
    assert found.rows.tolist() == search(library, None).rows.tolist()
    assert found.dense is not None and not np.isnan(found.dense).any()


def test_rows_that_are_not_allowed_are_found_by_neither_channel(searched):
    library, embedder = searched
    allowed = np.zeros(library.n_passages, dtype=bool)
    allowed[[1, 4]] = True
    assert sorted(search(library, embedder, allowed=allowed).rows.tolist()) == [1, 4]
    nothing = search(library, embedder, allowed=np.zeros(library.n_passages, dtype=bool))
    assert (len(nothing.rows), len(nothing.fused)) == (0, 0)


def test_each_channel_names_at_most_its_depth(searched):
    library, embedder = searched
    assert len(search(library, None, depth=1).rows) == 1
    assert 1 <= len(search(library, embedder, depth=1).rows) <= 2
    assert len(search(library, embedder, question="Thu ngân sách của huyện", depth=2).rows) <= 4


def test_a_question_without_a_word_of_the_reports_is_left_to_the_dense_channel(searched):
    library, embedder = searched
    assert len(search(library, None, question="Zzyzx qwrtp").rows) == 0
    found = search(library, embedder, question="Zzyzx qwrtp")
    assert len(found.rows) == library.n_passages and not found.lexical.any()


# -- what is put forward --------------------------------------------------------------------------------


def found_of(*rows: int) -> Found:
    n = len(rows)
    scores = f32(*(1 - i / 10 for i in range(n)))
    return Found(np.array(rows), scores, 10 * scores, scores / 2)


def forwarded(found: Found, *rows: int, n: int) -> list[int]:
    return put_forward(found, np.array(rows, dtype=np.int64), n=n).rows.tolist()


def test_rows_further_down_come_to_the_end_of_the_first_n_and_the_others_keep_their_order():
    assert forwarded(found_of(1, 2, 3, 4, 5, 6), 5, n=3) == [1, 2, 5, 3, 4, 6]
    assert forwarded(found_of(1, 2, 3, 4, 5, 6), 6, 5, n=3) == [1, 5, 6, 2, 3, 4]


def test_a_row_among_the_first_keeps_its_place_when_others_come():
    assert forwarded(found_of(1, 2, 3, 4, 5), 3, 5, n=3) == [1, 3, 5, 2, 4]


def test_rows_that_stand_among_the_first_change_nothing():
    assert forwarded(found_of(1, 2, 3, 4), 2, n=3) == [1, 2, 3, 4]


def test_rows_that_were_not_found_are_not_made_up():
    assert forwarded(found_of(1, 2, 3), 9, n=2) == [1, 2, 3]


def test_what_is_put_forward_keeps_its_scores():
    moved = put_forward(found_of(1, 2, 3), np.array([3]), n=2)
    assert moved.rows.tolist() == [1, 3, 2]
    assert moved.fused.tolist() == pytest.approx([1, 0.8, 0.9])
    assert moved.lexical.tolist() == pytest.approx([10, 8, 9])
    assert [moved.dense_of(i) for i in range(3)] == [0.5, 0.4, 0.45]


def test_rows_are_found_in_any_case_where_they_are_asked_for(searched):
    library, _ = searched
    none_shared = [row for row in range(library.n_passages) if row not in search(library, None).rows]
    found = search(library, None, also=np.array(none_shared[:1]))
    assert none_shared[0] in found.rows.tolist()
    assert found.lexical[found.rows.tolist().index(none_shared[0])] == 0
