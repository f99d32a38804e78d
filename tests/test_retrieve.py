from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigError
from rag.library import Library, LibraryWriter
from rag.retrieve import (
    DEFAULT_WEIGHT,
    EXPANSION_WEIGHT,
    TRANSLATION_WEIGHT,
    Retriever,
    best_rows,
    expansions,
    fold_copies,
    fuse,
    head_length,
)
from rag.types import Channels, Context, Filters, Hit, Passage
from tests.fakes import REPORTS, WordEmbedder, bind, build_library, document

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


# -- copies ---------------------------------------------------------------------------------------------


def hit(doc_id: str, text: str, *, rank: int = 0) -> Hit:
    passage = Passage(f"{doc_id}#0-{len(text)}", doc_id, 0, len(text), text)
    return Hit(passage, Context(title=""), score=1.0, rank=rank, channels=Channels())


def test_the_same_words_in_copies_fold_into_the_best_hit_which_names_the_others():
    hits = [
        hit("b", "Một đoạn."),
        hit("x", "Một đoạn."),
        hit("a", "Một  đoạn."),
        hit("c", "MỘT ĐOẠN."),
        hit("a", "Khác."),
    ]
    folded = fold_copies(hits, {"b": "a", "c": "a"})
    assert folded == [replace(hits[0], copies=("a", "c")), hits[1], hits[4]]


def test_without_copies_all_hits_stay():
    hits = [hit("a", "Một đoạn."), hit("b", "Một đoạn.")]
    assert fold_copies(hits, {}) == hits


def test_a_sentence_said_twice_in_one_report_is_no_copy_of_itself():
    assert fold_copies([hit("a", "Hết."), hit("a", "Hết.")], {"b": "a"})[0].copies == ()


# -- expansions -----------------------------------------------------------------------------------------


def test_an_abbreviation_is_searched_for_written_out_too():
    assert ("hợp tác xã", EXPANSION_WEIGHT) in expansions("Các HTX được khuyến khích điều gì?")


def test_an_english_question_is_searched_for_in_vietnamese_too():
    added = dict(expansions("What was the per capita income of the district in 2023?"))
    assert added["thu nhập bình quân đầu người"] == TRANSLATION_WEIGHT


def test_a_vietnamese_question_is_not_translated():
    assert TRANSLATION_WEIGHT not in dict(expansions("Thu nhập bình quân đầu người là bao nhiêu?")).values()


# -- a whole library ------------------------------------------------------------------------------------

BUDGET = "Tổng thu ngân sách huyện Mường Lát năm 2023"


@pytest.fixture
def retriever(tmp_path: Path) -> Iterator[Retriever]:
    embedder = build_library(tmp_path)
    with closing(Library.open(tmp_path)) as library:
        yield Retriever(library, embedder)


@contextmanager
def open_retriever(path: Path, texts: dict[str, str], **options: object) -> Iterator[Retriever]:
    embedder = build_library(path, texts, embedder=WordEmbedder(**options))
    with closing(Library.open(path)) as library:
        yield Retriever(library, embedder)


def test_the_best_passage_comes_first_with_the_scores_of_both_channels(retriever: Retriever):
    hits = retriever.retrieve(BUDGET)
    assert hits[0].passage.text == REPORTS["muong_lat.txt"].split("\n\n")[1]
    assert hits[0].context.title == "Huyện Mường Lát tổng kết năm 2023"
    passages, context = hits[0].passage, hits[0].context
    assert retriever.embedder is not None
    query = retriever.embedder.embed_query(BUDGET)
    vector = retriever.embedder.embed_query(f"{context.title}\n{passages.text}")
    assert hits[0].channels.dense == pytest.approx(float(query @ vector), abs=1e-5)
    lexical = retriever.library.lexical.score(BUDGET, added=expansions(BUDGET))
    assert hits[0].channels.lexical == pytest.approx(float(lexical.max()), abs=1e-5)


def test_ranks_count_from_one_and_scores_fall(retriever: Retriever):
    hits = retriever.retrieve(BUDGET)
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len({h.passage.id for h in hits}) == len(hits)
    assert all(0 <= h.score <= 1 for h in hits)


@pytest.mark.parametrize("top_k", [1, 2, 5])
def test_top_k_hits_are_the_head_of_a_longer_list(retriever: Retriever, top_k: int):
    assert retriever.retrieve(BUDGET, top_k=top_k) == retriever.retrieve(BUDGET, top_k=9)[:top_k]


@pytest.mark.parametrize("top_k", [0, -1])
def test_fewer_than_one_hit_cannot_be_asked_for(retriever: Retriever, top_k: int):
    with pytest.raises(ConfigError, match=f"top_k is {top_k}; allowed: from 1"):
        retriever.retrieve(BUDGET, top_k=top_k)


def test_a_question_without_accents_finds_the_same_passage(retriever: Retriever):
    assert retriever.retrieve("tong thu ngan sach huyen muong lat nam 2023")[0].passage.doc_id == "s/muong_lat.txt"


def test_the_fused_score_is_the_weighted_sum_of_the_scaled_channels(retriever: Retriever):
    assert retriever.weight == 0.3
    hits = {h.passage.id: h for h in retriever.retrieve(BUDGET, top_k=9)}
    dense = [h.channels.dense for h in hits.values()]
    highest = max(h.channels.lexical for h in hits.values())
    low, high = min(dense), max(dense)
    found = [h for h in hits.values() if h.passage.kind == "paragraph"]
    assert len(found) >= 5
    for h in found:
        near = (h.channels.dense - low) / (high - low)
        assert h.score == pytest.approx(0.3 * near + 0.7 * h.channels.lexical / highest, abs=1e-4)


def test_equal_passages_are_ordered_by_id(tmp_path: Path):
    texts = {f"{name}.txt": f"Báo cáo {name}\n\nSản lượng lúa đạt 5 tấn." for name in ("c", "a", "b")}
    with open_retriever(tmp_path, texts, fusion_weight=0.0) as retriever:
        hits = [h for h in retriever.retrieve("sản lượng lúa đạt bao nhiêu tấn") if "lúa" in h.passage.text]
        assert len({h.score for h in hits}) == 1
        assert [h.passage.doc_id for h in hits] == ["s/a.txt", "s/b.txt", "s/c.txt"]


def test_the_ids_decide_a_tie_that_is_longer_than_what_was_asked_for(tmp_path: Path):
    names = [f"{i * 37 % 100:02d}" for i in range(40)]
    texts = {f"{name}.txt": f"Số {name}\n\nSản lượng lúa đạt 5 tấn." for name in names}
    with open_retriever(tmp_path, texts, fusion_weight=0.0) as retriever:
        hits = retriever.retrieve("sản lượng lúa đạt bao nhiêu tấn", top_k=3)
        assert [h.passage.doc_id for h in hits] == [f"s/{name}.txt" for name in sorted(names)[:3]]


def test_a_caption_comes_after_the_paragraphs_and_can_still_be_found(tmp_path: Path):
    text = "Hội nghị tổng kết\n\nẢnh: Trọng Kiên chụp hội nghị\n\nPhóng viên Trọng Kiên chụp ảnh hội nghị ở huyện."
    with open_retriever(tmp_path, {"a.txt": text}) as retriever:
        hits = retriever.retrieve("Trọng Kiên chụp ảnh hội nghị")
        assert [h.passage.kind.value for h in hits][-2:] in (["title", "caption"], ["caption", "title"])
        assert hits[0].passage.kind == "paragraph"


def test_copies_fold_into_one_hit_and_others_move_up(tmp_path: Path):
    report = "Huyện Mường Lát\n\nTổng thu ngân sách huyện Mường Lát năm 2023 đạt 18,7 tỷ đồng, đạt 96% kế hoạch."
    texts = {f"ban_{i}.txt": report for i in range(60)}
    texts["khac.txt"] = "Huyện Lang Chánh\n\nThu ngân sách huyện Lang Chánh đạt 45,2 tỷ đồng."
    with open_retriever(tmp_path, texts) as retriever:
        hits = retriever.retrieve(BUDGET, top_k=3)
        assert [h.passage.doc_id for h in hits] == ["s/ban_0.txt", "s/khac.txt", "s/ban_0.txt"]
        assert hits[0].copies == tuple(sorted(f"s/ban_{i}.txt" for i in range(1, 60)))


def test_a_passage_without_a_vector_yet_is_found_by_its_words(tmp_path: Path):
    embedder = build_library(tmp_path)
    with LibraryWriter(tmp_path) as writer:
        writer.put(document("moi.txt", "Xã Pù Nhi khánh thành cầu treo bản Cơm."), path="moi.txt")
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        assert (library.n_passages, library.n_vectors) == (10, 9)
        hits = Retriever(library, embedder).retrieve("Cầu treo bản Cơm xã Pù Nhi")
        assert hits[0].passage.doc_id == "s/moi.txt"
        assert hits[0].channels.dense is None
        assert hits[0].score == 1.0
        assert all(h.channels.dense is not None for h in hits[1:])


@pytest.mark.parametrize(("n_embedded", "used"), [(4, False), (5, True)], ids=["below half", "half and more"])
def test_dense_search_counts_from_half_of_the_passages_on(tmp_path: Path, n_embedded: int, used: bool):
    embedder = WordEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for name in REPORTS:
            writer.put(document(name), path=name)
        keys = [key for _, key in writer.store.missing_vectors()][:n_embedded]
        writer.store.put_vectors(keys, embedder.embed_passages([str(i) for i in range(n_embedded)]))
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        retriever = Retriever(library, embedder)
        assert (library.n_vectors, retriever.embedder is not None) == (n_embedded, used)
        dense = [h.channels.dense for h in retriever.retrieve(BUDGET, top_k=9)]
        assert any(value is not None for value in dense) == used


def test_without_an_embedder_the_words_decide(tmp_path: Path):
    build_library(tmp_path)
    with closing(Library.open(tmp_path)) as library:
        hits = Retriever(library, None).retrieve(BUDGET)
        assert hits[0].passage.doc_id == "s/muong_lat.txt"
        assert {h.channels.dense for h in hits} == {None}


def test_words_nobody_wrote_find_nothing_by_words(tmp_path: Path):
    build_library(tmp_path)
    with closing(Library.open(tmp_path)) as library:
        assert Retriever(library, None).retrieve("Zurich quarterly dividend") == []


def test_a_dense_channel_of_no_weight_is_shown_but_decides_nothing(tmp_path: Path):
    with open_retriever(tmp_path, REPORTS, fusion_weight=0.0) as retriever:
        assert retriever.retrieve("Zurich dividend") == []
        hits = retriever.retrieve(BUDGET)
        assert all(h.channels.dense is not None for h in hits)
        assert hits[0].score == 1.0


@pytest.mark.parametrize(
    ("kept", "own", "weight"),
    [(0.35, 0.3, 0.35), (0.0, 0.3, 0.0), (None, 0.3, 0.3), (None, None, DEFAULT_WEIGHT)],
    ids=["kept", "kept as nothing", "the embedder's", "neither"],
)
def test_the_librarys_weight_goes_before_the_embedders(
    tmp_path: Path, kept: float | None, own: float | None, weight: float
):
    embedder = WordEmbedder(fusion_weight=None)
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        writer.put(document("muong_lat.txt"), path="muong_lat.txt")
        writer.embed_missing(embedder)
        if kept is not None:
            writer.set_fusion_weight(kept)
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        assert Retriever(library, WordEmbedder(fusion_weight=own)).weight == weight


def test_an_empty_library_gives_no_hits(tmp_path: Path):
    embedder = WordEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        assert Retriever(library, embedder).retrieve(BUDGET) == []


# -- filters --------------------------------------------------------------------------------------------

DATED = {
    "qp.txt": "Huyện Quế Phong tổng kết công tác\n\nQuế Phong, ngày 19/7/2023\n\n"
    "UBND huyện Quế Phong cho biết thu ngân sách đạt 50 tỷ đồng.",
    "qs.txt": "Huyện Quan Sơn tổng kết công tác\n\nQuan Sơn, ngày 5/2/2024\n\n"
    "UBND huyện Quan Sơn cho biết thu ngân sách đạt 40 tỷ đồng.",
}


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with open_retriever(tmp_path_factory.mktemp("dated"), DATED) as retriever:
        cards = {card.id: (card.place, card.dates[:1]) for card in retriever.library.cards()}
        assert cards == {"s/qp.txt": ("Quế Phong", ("2023-07-19",)), "s/qs.txt": ("Quan Sơn", ("2024-02-05",))}
        yield retriever


def found(retriever: Retriever, filters: Filters) -> set[str]:
    return {h.passage.doc_id for h in retriever.retrieve("thu ngân sách huyện đạt bao nhiêu", filters=filters)}


@pytest.mark.parametrize(
    "place", ["Quế Phong", "huyện Quế Phong", "que phong", "QUẾ PHONG", "huyen que phong", "Que Phong district"]
)
def test_a_place_is_met_with_or_without_accents_and_unit(dated: Retriever, place: str):
    assert found(dated, Filters(place=place)) == {"s/qp.txt"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(Filters(), {"s/qp.txt", "s/qs.txt"}, id="none"),
        pytest.param(Filters(documents=("s/qs.txt",)), {"s/qs.txt"}, id="a document"),
        pytest.param(Filters(documents=("s/qs.txt", "s/qp.txt")), {"s/qp.txt", "s/qs.txt"}, id="two documents"),
        pytest.param(Filters(documents=("s/none.txt",)), set(), id="a document that is not there"),
        pytest.param(Filters(place="Mường Lát"), set(), id="another place"),
        pytest.param(Filters(place="…"), set(), id="no place"),
        pytest.param(Filters(date_from="2024"), {"s/qs.txt"}, id="from a year"),
        pytest.param(Filters(date_to="2023-07"), {"s/qp.txt"}, id="to a month"),
        pytest.param(Filters(date_from="2023-07-19", date_to="2023-07-19"), {"s/qp.txt"}, id="a day"),
        pytest.param(Filters(date_from="2023-08", date_to="2024-01"), set(), id="between the two"),
        pytest.param(Filters(date_from="2023", place="quan sơn"), {"s/qs.txt"}, id="date and place"),
        pytest.param(Filters(documents=("s/qp.txt",), place="quan sơn"), set(), id="two that contradict"),
    ],
)
def test_only_documents_that_pass_the_filters_answer(dated: Retriever, filters: Filters, expected: set[str]):
    assert found(dated, filters) == expected


def test_a_filter_reaches_passages_that_many_better_ones_stand_before(tmp_path: Path):
    texts = {f"{i:03d}.txt": f"Báo cáo {i}\n\nThu ngân sách đạt {i} tỷ đồng, thu ngân sách vượt." for i in range(150)}
    texts["xa.txt"] = "Báo cáo khác\n\nĐoạn này chỉ nhắc ngân sách một lần trong một câu khá dài về chuyện khác."
    with open_retriever(tmp_path, texts) as retriever:
        assert "s/xa.txt" not in {h.passage.doc_id for h in retriever.retrieve("thu ngân sách", top_k=10)}
        hits = retriever.retrieve("thu ngân sách", top_k=10, filters=Filters(documents=("s/xa.txt",)))
        assert {h.passage.doc_id for h in hits} == {"s/xa.txt"}
