from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.asking import find_hits
from rag.builtin import BuiltinEmbedder
from rag.errors import ConfigError, RerankError
from rag.fusion import fuse
from rag.library import Library, LibraryWriter
from rag.lookup import look_up
from rag.question import understand
from rag.ranking import FEATURES
from rag.retrieve import DEFAULT_WEIGHT, RERANK_DEPTH, Retriever
from rag.types import Context, Filters, Hit, Passage
from tests.fakes import REPORTS, WordEmbedder, bind, build_library, document

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
    lexical = retriever.library.lexical.score(look_up(BUDGET, understand(BUDGET)).query)
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


def test_without_the_second_stage_the_score_is_the_weighted_sum_of_the_scaled_channels(retriever: Retriever):
    assert retriever.weight == 0.3
    retriever = Retriever(retriever.library, retriever.embedder, second_stage=False)
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


def test_each_passage_is_read_once_for_a_question_of_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    report = "Huyện Mường Lát\n\nTổng thu ngân sách huyện Mường Lát năm 2023 đạt 18,7 tỷ đồng, đạt 96% kế hoạch."
    texts = {f"ban_{i}.txt": report for i in range(150)}
    with open_retriever(tmp_path, texts) as retriever:
        read: list[int] = []
        passages = retriever.library.passages

        def record(rows: NDArray[np.int64]) -> list[tuple[Passage, Context]]:
            read.extend(rows.tolist())
            return passages(rows)

        monkeypatch.setattr(retriever.library, "passages", record)
        hits = retriever.retrieve("Thu ngân sách của Mường Lát và Lang Chánh năm 2023, nơi nào cao hơn?", top_k=3)
        assert [len(hit.copies) for hit in hits] == [149, 149]
        assert sorted(read) == list(range(300))


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
        assert Retriever(library, None).retrieve("Zurich dividend") == []


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


# -- the second stage -----------------------------------------------------------------------------------

MANY = {
    f"{i:03d}.txt": f"Báo cáo số {i}\n\nThu ngân sách xã thứ {i} đạt {i} tỷ đồng.\n\nHộ nghèo của xã còn {i}."
    for i in range(60)
}
QUESTION = "Thu ngân sách xã thứ 7 đạt bao nhiêu tỷ đồng?"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with open_retriever(tmp_path_factory.mktemp("many"), MANY) as retriever:
        yield retriever


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_without_the_second_stage_the_order_is_that_of_the_fused_scores(many: Retriever):
    plain = Retriever(many.library, many.embedder, second_stage=False)
    found = plain.first_stage(QUESTION, look_up(QUESTION, understand(QUESTION)))
    by_score = zip(found.fused.tolist(), (p.id for p, _ in many.library.passages(found.rows)), strict=True)
    hits = plain.retrieve(QUESTION, top_k=20)
    assert [(hit.score, hit.passage.id) for hit in hits] == [
        (pytest.approx(score, abs=1e-6), name) for score, name in sorted(by_score, key=lambda s: (-s[0], s[1]))[:20]
    ]
    fused = fuse(found.dense, found.lexical, weight=0.3)
    assert max(fused) == pytest.approx(hits[0].score, abs=1e-6)


def test_the_second_stage_puts_the_best_fifty_in_order_and_leaves_the_others_behind_them(many: Retriever):
    plain = Retriever(many.library, many.embedder, second_stage=False)
    before, after = ids(plain.retrieve(QUESTION, top_k=90)), ids(many.retrieve(QUESTION, top_k=90))
    assert len(set(after)) == len(after) == 90
    assert before[:50] != after[:50]
    assert sorted(before[:50]) == sorted(after[:50])
    assert before[50:] == after[50:]


def test_scores_fall_and_ranks_count_on_beyond_the_fifty(many: Retriever):
    hits = many.retrieve(QUESTION, top_k=120)
    assert [hit.rank for hit in hits] == list(range(1, 121))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True) and (scores[0], scores[-1] >= 0) == (1.0, True)


def test_own_weights_decide_the_order_however_unlikely_a_passage_is(many: Retriever):
    weights = np.zeros(len(FEATURES), dtype=np.float32)
    # Half the lexical score of the best is then e^40 times less likely: far below what a shown score tells apart.
    weights[FEATURES.index("lexical")] = 80
    retriever = Retriever(many.library, many.embedder, weights=weights)
    hits = retriever.retrieve(QUESTION, top_k=40)
    assert hits[-1].score == 0.0
    lexical = [hit.channels.lexical for hit in hits]
    assert lexical == sorted(lexical, reverse=True)


# -- questions about several things ---------------------------------------------------------------------

SIDES = {
    f"{name}.txt": f"Huyện {district} tổng kết năm 2023\n\n"
    f"Năm 2023, thu ngân sách huyện {district} đạt {budget} tỷ đồng.\n\n"
    f"Thu ngân sách huyện {district} các năm trước đều vượt kế hoạch năm.\n\n"
    f"Thu ngân sách của huyện {district} tăng đều.\n\nÔng {chairman}, Chủ tịch UBND huyện {district}, chủ trì."
    for name, district, budget, chairman in (
        ("que_phong", "Quế Phong", 52, "Lô Văn Thanh"),
        ("ky_son", "Kỳ Sơn", 38, "Vi Văn Hà"),
        ("tuong_duong", "Tương Dương", 47, "Nguyễn Hữu Hiền"),
        ("con_cuong", "Con Cuông", 61, "Lương Văn Bảo"),
    )
}


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with open_retriever(tmp_path_factory.mktemp("sides"), SIDES) as retriever:
        yield retriever


@pytest.mark.parametrize(
    "question",
    [
        "Thu ngân sách năm 2023 của huyện Quế Phong và huyện Kỳ Sơn, nơi nào cao hơn?",
        "Năm 2023, thu ngân sách của Quế Phong cao hơn Kỳ Sơn bao nhiêu?",
        "thu ngan sach nam 2023 cua huyen que phong va huyen ky son la bao nhieu",
        "Was the budget revenue of Que Phong or Ky Son higher in 2023?",
    ],
)
def test_both_sides_of_a_comparison_are_among_the_first_three(sides: Retriever, question: str):
    texts = [hit.passage.text for hit in sides.retrieve(question)[:3]]
    assert any("52 tỷ" in text for text in texts) and any("38 tỷ" in text for text in texts)


def test_of_three_sides_each_is_among_the_first_four(sides: Retriever):
    question = "Thu ngân sách năm 2023 của Quế Phong, Kỳ Sơn và Tương Dương là bao nhiêu?"
    assert len(understand(question).parts) == 3
    texts = [hit.passage.text for hit in sides.retrieve(question)[:4]]
    for said in ("52 tỷ", "38 tỷ", "47 tỷ"):
        assert any(said in text for text in texts), said


def test_each_part_of_a_question_has_its_passage_among_the_first_three(sides: Retriever):
    question = "Thu ngân sách huyện Kỳ Sơn năm 2023 là bao nhiêu và ai là Chủ tịch UBND huyện Kỳ Sơn?"
    assert len(understand(question).parts) == 2
    texts = " ".join(hit.passage.text for hit in sides.retrieve(question)[:3])
    assert "38 tỷ" in texts and "Vi Văn Hà" in texts


def test_the_hits_of_a_question_of_parts_are_each_there_once_and_their_scores_fall(sides: Retriever):
    hits = sides.retrieve("Thu ngân sách năm 2023 của Quế Phong và Kỳ Sơn, nơi nào cao hơn?", top_k=15)
    assert [hit.rank for hit in hits] == list(range(1, 16))
    assert len(set(ids(hits))) == 15
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_hold_for_every_part_of_a_question(sides: Retriever):
    question = "Thu ngân sách năm 2023 của Quế Phong và Kỳ Sơn, nơi nào cao hơn?"
    hits = sides.retrieve(question, top_k=30, filters=Filters(documents=("s/ky_son.txt",)))
    assert hits and {hit.passage.doc_id for hit in hits} == {"s/ky_son.txt"}


# -- a cross-encoder ------------------------------------------------------------------------------------


class Backwards:
    """Prefers what stands last, and remembers what it was shown."""

    name, revision = "backwards", "1"

    def __init__(self) -> None:
        self.shown: list[tuple[str, Sequence[str]]] = []

    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        self.shown.append((question, passages))
        return np.arange(len(passages), dtype=np.float32) - 3


class Broken(Backwards):
    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        raise RerankError("no memory left")


class Undecided(Backwards):
    def score(self, question: str, passages: Sequence[str]) -> np.ndarray:
        return np.full(len(passages), 0.25, dtype=np.float32)


def test_a_reranker_has_the_last_word_on_the_first_thirty(many: Retriever):
    reranker = Backwards()
    plain = many.retrieve(QUESTION, top_k=50)
    hits = Retriever(many.library, many.embedder, reranker=reranker).retrieve(QUESTION, top_k=50)
    assert RERANK_DEPTH == 30
    assert ids(hits) == [*reversed(ids(plain)[:30]), *ids(plain)[30:]]
    assert [hit.channels.reranker for hit in hits] == [*(float(i - 3) for i in reversed(range(30))), *[None] * 20]
    ((question, shown),) = reranker.shown
    assert question == QUESTION
    assert list(shown) == [f"{hit.context.title}\n{hit.passage.text}" for hit in plain[:30]]


def test_reranked_scores_fall_from_one_to_those_behind(many: Retriever):
    hits = Retriever(many.library, many.embedder, reranker=Backwards()).retrieve(QUESTION, top_k=50)
    scores = [hit.score for hit in hits]
    assert scores[0] == 1.0 and scores == sorted(scores, reverse=True)
    assert scores[29] == scores[30]


def test_thirty_are_reranked_where_fewer_are_asked_for(many: Retriever):
    reranker = Backwards()
    hits = Retriever(many.library, many.embedder, reranker=reranker).retrieve(QUESTION, top_k=2)
    assert len(reranker.shown[0][1]) == 30
    assert ids(hits) == ids(reversed(many.retrieve(QUESTION, top_k=30)[28:]))


@pytest.mark.parametrize("n_documents", [1, 3], ids=["one passage", "several"])
def test_what_a_reranker_cannot_tell_apart_is_likeliest_all_alike(tmp_path: Path, n_documents: int):
    texts = {f"{i}.txt": "Thu ngân sách đạt 5 tỷ đồng." for i in range(n_documents)}
    with open_retriever(tmp_path, texts) as plain:
        hits = Retriever(plain.library, plain.embedder, reranker=Undecided()).retrieve("thu ngân sách")
        assert hits
        assert {(hit.score, hit.channels.reranker) for hit in hits} == {(1.0, 0.25)}
        assert ids(hits) == sorted(ids(hits))


def test_a_reranker_sees_a_question_of_parts_whole(sides: Retriever):
    reranker = Backwards()
    question = "Thu ngân sách năm 2023 của Quế Phong và Kỳ Sơn, nơi nào cao hơn?"
    hits = Retriever(sides.library, sides.embedder, reranker=reranker).retrieve(question, top_k=5)
    assert [asked for asked, _ in reranker.shown] == [question]
    assert len(hits) == 5 and hits[0].channels.reranker == len(reranker.shown[0][1]) - 4


def test_a_reranker_that_fails_is_told_and_asking_goes_on_with_the_order_before(many: Retriever):
    broken = Retriever(many.library, many.embedder, reranker=Broken())
    with pytest.raises(RerankError, match="no memory left"):
        broken.retrieve(QUESTION)
    notes: list[str] = []
    hits = find_hits(QUESTION, retriever=broken, top_k=10, filters=None, on_note=notes.append)
    assert hits == many.retrieve(QUESTION)
    assert notes == ["no memory left"]


def test_what_is_asked_without_a_reranker_that_failed_keeps_its_first_stage(many: Retriever):
    plain = Retriever(many.library, many.embedder, second_stage=False)
    broken = Retriever(many.library, many.embedder, reranker=Broken(), second_stage=False)
    assert find_hits(QUESTION, retriever=broken, top_k=10, filters=None) == plain.retrieve(QUESTION)
    assert (many.has_second_stage, broken.has_second_stage) == (True, False)


def test_where_nothing_is_found_a_reranker_is_not_asked(tmp_path: Path):
    reranker = Backwards()
    with open_retriever(tmp_path, REPORTS) as plain:
        assert Retriever(plain.library, None, reranker=reranker).retrieve("Zurich dividend") == []
    assert reranker.shown == []


# -- reports in several languages -----------------------------------------------------------------------


def test_a_search_by_translations_that_stand_nowhere_changes_nothing(tmp_path: Path):
    report = (
        "Báo cáo huyện Đắk Glei năm 2023\n\n"
        "Tỷ lệ hộ nghèo của huyện Đắk Glei cuối năm 2023 là 29,8%.\n\n"
        "Sản lượng cà phê đạt 3.120 tấn; diện tích sầu riêng là 215 ha.\n\n"
        "Đồng chí Y Thanh giữ chức Bí thư Huyện ủy từ tháng 3 năm 2023."
    )
    english = "Annual Review of Vinh Long, 2023\n\nThe poverty rate of Vinh Long fell to 1.9%, from 2.6% in 2022."
    with open_retriever(tmp_path, {"dak_glei.txt": report, "vinh_long.txt": english}) as plain:
        retriever = Retriever(plain.library, None)
        assert set(retriever.languages) == {"en", "vi"}
        # Of "district party secretary" nothing stands in the library; by "Đắk Glei" alone the second passage is best.
        assert retriever.retrieve("Bí thư Huyện ủy Đắk Glei từ khi nào?")[0].passage.text == report.split("\n\n")[3]
        # "poverty rate" does: the report in the other language is found by it.
        assert retriever.retrieve("Tỷ lệ hộ nghèo của Vĩnh Long năm 2022?")[0].passage.text == english.split("\n\n")[1]


# -- libraries with little in them ----------------------------------------------------------------------


def test_an_empty_library_gives_no_hits_to_a_question_of_parts_either(tmp_path: Path):
    embedder = WordEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        retriever = Retriever(library, embedder, reranker=Backwards())
        assert retriever.retrieve("Thu ngân sách của Quế Phong và Kỳ Sơn, nơi nào cao hơn?", top_k=99) == []


def test_a_library_without_vectors_is_searched_by_words(tmp_path: Path):
    embedder = BuiltinEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for name in REPORTS:
            writer.put(document(name), path=name)
        writer.publish()
    with closing(Library.open(tmp_path)) as library:
        assert library.n_vectors == 0
        retriever = Retriever(library, embedder)
        hits = retriever.retrieve(BUDGET)
        assert retriever.embedder is None and retriever.weight == 0.0
        assert hits[0].passage.doc_id == "s/muong_lat.txt"
        assert {hit.channels.dense for hit in hits} == {None}
