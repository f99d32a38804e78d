"""One contract over every kind of dense index: ids and scores are compared with those of numpy, all rows compared."""

from __future__ import annotations

import errno
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest

from rag.errors import ConfigError, LibraryDamagedError
from rag.library import Library
from rag.vectors import Design, IndexKind, VectorIndex, write_index
from rag.vectors.building import MADE_QUERIES, RECALL, make_queries
from tests.fakes import build_library

N, DIM = 3000, 64
#: Where the choice between the kinds lies, for each kind to be chosen.
THRESHOLDS = {IndexKind.EXACT: N, IndexKind.CODES: 100}


def unit(*rows: list[float]) -> np.ndarray:
    return to_unit(np.array(rows, dtype=np.float32))


def to_unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def random_vectors(n: int = N, dim: int = DIM, *, seed: int = 1) -> np.ndarray:
    return to_unit(np.random.default_rng(seed).normal(size=(n, dim)))


def write_file(path: Path, vectors: np.ndarray, *, exact_up_to: int = 20_000) -> Design:
    with path.open("wb") as file:
        batches = [vectors[:1], vectors[1:]]
        return write_index(batches, dim=vectors.shape[1], write=file.write, exact_up_to=exact_up_to)


def make_index(
    path: Path,
    vectors: np.ndarray,
    *,
    rows: list[int] | None = None,
    n_rows: int | None = None,
    exact_up_to: int = 20_000,
) -> VectorIndex:
    design = write_file(path, vectors, exact_up_to=exact_up_to)
    assert design.n == len(vectors)
    at = np.array(rows if rows is not None else range(len(vectors)), dtype=np.int64)
    options = {"dim": vectors.shape[1], "n_rows": n_rows or len(vectors), "exact_up_to": exact_up_to}
    return VectorIndex(path, rows=at, design=design, **options)


def nearest(vectors: np.ndarray, query: np.ndarray, *, k: int, allowed: np.ndarray | None = None) -> list[int]:
    scores = vectors.astype(np.float64) @ query
    if allowed is not None:
        scores[~allowed] = -np.inf
    return np.argsort(-scores, kind="stable")[:k].tolist()


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return random_vectors()


@pytest.fixture(scope="module")
def queries(vectors: np.ndarray) -> np.ndarray:
    """Near to stored vectors, other ones than those the choice was measured on."""
    noise = np.random.default_rng(2).normal(size=(40, DIM)) / DIM**0.5
    return to_unit(vectors[5:2005:50] + noise)


@pytest.fixture(scope="module", params=THRESHOLDS)
def index(request: pytest.FixtureRequest, vectors: np.ndarray, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("vectors") / "x"
    made = make_index(path, vectors, exact_up_to=THRESHOLDS[request.param])
    assert made.design.kind is request.param
    return made


# -- the contract of every kind -------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "promised"), [(1, RECALL), (10, RECALL), (50, 0.98)])
def test_every_kind_finds_what_numpy_finds_with_the_same_scores(index, vectors, queries, k: int, promised: float):
    shared = 0
    for query in queries:
        rows, scores = index.search(query, k=k)
        shared += len(set(rows.tolist()) & set(nearest(vectors, query, k=k)))
        assert len(rows) == k == len(set(rows.tolist()))
        assert scores.tolist() == pytest.approx((vectors[rows] @ query).tolist(), abs=1e-6)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert shared / (k * len(queries)) >= (1.0 if index.design.kind is IndexKind.EXACT else promised)


def test_every_kind_finds_all_that_a_narrow_filter_allows(index, vectors, queries):
    allowed = np.zeros(N, dtype=bool)
    allowed[[7, 70, 700, 2999]] = True
    for query in queries:
        rows, _ = index.search(query, k=10, allowed=allowed)
        assert rows.tolist() == nearest(vectors, query, k=4, allowed=allowed)


def test_every_kind_finds_the_best_of_what_a_wide_filter_allows(index, vectors, queries):
    allowed = np.arange(N) % 4 != 0
    shared = 0
    for query in queries:
        rows, scores = index.search(query, k=10, allowed=allowed)
        assert allowed[rows].all() and len(rows) == 10
        assert scores.tolist() == pytest.approx((vectors[rows] @ query).tolist(), abs=1e-6)
        shared += len(set(rows.tolist()) & set(nearest(vectors, query, k=10, allowed=allowed)))
    assert shared / (10 * len(queries)) >= (1.0 if index.design.kind is IndexKind.EXACT else RECALL)


def test_every_kind_finds_what_lies_far_from_the_query_when_only_that_is_allowed(index, vectors, queries):
    for query in queries[:10]:
        allowed = np.ones(N, dtype=bool)
        allowed[nearest(vectors, query, k=N // 2)] = False
        rows, _ = index.search(query, k=10, allowed=allowed)
        assert rows.tolist() == nearest(vectors, query, k=10, allowed=allowed)


def test_every_kind_finds_nothing_where_nothing_is_allowed_or_wanted(index, queries):
    rows, scores = index.search(queries[0], k=10, allowed=np.zeros(N, dtype=bool))
    assert rows.tolist() == [] and scores.tolist() == []
    assert index.search(queries[0], k=0)[0].tolist() == []


def test_every_kind_gives_all_when_more_are_wanted(index, vectors, queries):
    assert index.search(queries[0], k=N + 1)[0].tolist() == nearest(vectors, queries[0], k=N)


def test_every_kind_scores_given_rows_with_the_bits_of_the_search(index, vectors, queries):
    rows, scores = index.search(queries[0], k=20)
    assert index.score(queries[0], rows).tolist() == scores.tolist()
    some = np.array([2999, 0, 17, 17])
    assert index.score(queries[0], some).tolist() == pytest.approx((vectors[some] @ queries[0]).tolist(), abs=1e-6)
    assert index.score(queries[0], np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize("kind", THRESHOLDS)
def test_equal_scores_come_in_the_order_of_rows(kind: IndexKind, vectors, tmp_path: Path):
    doubled = vectors.copy()
    doubled[[2900, 40, 1000, 41]] = vectors[3]
    index = make_index(tmp_path / "x", doubled, exact_up_to=THRESHOLDS[kind])
    assert index.search(vectors[3], k=5)[0].tolist() == [3, 40, 41, 1000, 2900]
    assert index.search(vectors[3], k=3)[0].tolist() == [3, 40, 41]


@pytest.mark.parametrize("kind", THRESHOLDS)
def test_passages_without_a_vector_are_passed_over(kind: IndexKind, vectors, tmp_path: Path):
    rows = [2 * i + 1 for i in range(N)]
    index = make_index(tmp_path / "x", vectors, rows=rows, n_rows=2 * N + 1, exact_up_to=THRESHOLDS[kind])
    assert index.search(vectors[30], k=1)[0].tolist() == [61]
    even = np.arange(2 * N + 1) % 2 == 0
    assert index.search(vectors[30], k=5, allowed=even)[0].tolist() == []
    scores = index.score(vectors[30], np.array([60, 61]))
    assert np.isnan(scores[0]) and scores[1] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("kind", THRESHOLDS)
def test_the_same_vectors_make_the_same_file_and_find_the_same_after_reopening(
    kind: IndexKind, vectors, queries, tmp_path: Path
):
    one = make_index(tmp_path / "one", vectors, exact_up_to=THRESHOLDS[kind])
    other = make_index(tmp_path / "other", vectors, exact_up_to=THRESHOLDS[kind])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    for query in queries[:5]:
        (rows, scores), (again, same) = one.search(query, k=20), other.search(query, k=20)
        assert rows.tolist() == again.tolist() and scores.tolist() == same.tolist()


@pytest.mark.parametrize("kind", THRESHOLDS)
@pytest.mark.parametrize("kept", [0, 3, 30, 2000, 0.3, 0.93, 0.99], ids=str)
def test_a_file_cut_short_anywhere_is_refused(kind: IndexKind, kept: float, vectors, tmp_path: Path):
    path = tmp_path / "x"
    design = write_file(path, vectors, exact_up_to=THRESHOLDS[kind])
    whole = path.read_bytes()
    path.write_bytes(whole[: round(kept * len(whole)) if 0 < kept < 1 else int(kept)])
    with pytest.raises(LibraryDamagedError, match="is damaged"):
        VectorIndex(path, rows=np.arange(N), dim=DIM, n_rows=N, design=design)


@pytest.mark.parametrize("kind", THRESHOLDS)
def test_a_disk_that_fills_anywhere_while_writing_is_noticed(kind: IndexKind, vectors):
    for limit in (0, 40, 50_000, vectors.nbytes - 1000):
        left = limit

        def write(block: bytes) -> int:
            nonlocal left
            if len(block) > left:
                raise OSError(errno.ENOSPC, "No space left on device")
            left -= len(block)
            return len(block)

        with pytest.raises(OSError, match="No space left"):
            write_index([vectors], dim=DIM, write=write, exact_up_to=THRESHOLDS[kind])


# -- the choice -----------------------------------------------------------------------------------------


def test_one_vector_more_than_exact_search_is_for_makes_codes(vectors, tmp_path: Path):
    assert write_file(tmp_path / "x", vectors, exact_up_to=N) == Design(IndexKind.EXACT, N)
    design = write_file(tmp_path / "x", vectors, exact_up_to=N - 1)
    assert design.kind is IndexKind.CODES
    # Full vectors and half a byte for every two dimensions.
    assert (tmp_path / "x").stat().st_size == pytest.approx(vectors.nbytes + N * DIM // 4, rel=0.05)


def test_dimensions_that_do_not_fill_whole_bytes_stay_exact(tmp_path: Path):
    index = make_index(tmp_path / "x", random_vectors(500, 18), exact_up_to=100)
    assert index.design == Design(IndexKind.EXACT, 500)


def test_the_recall_that_is_kept_is_the_one_of_the_search(vectors, tmp_path: Path):
    index = make_index(tmp_path / "x", vectors, exact_up_to=100)
    made = make_queries(vectors[np.linspace(0, N - 1, MADE_QUERIES).astype(int)])
    shared = sum(len({*index.search(q, k=10)[0].tolist()} & {*nearest(vectors, q, k=10)}) for q in made)
    assert index.design.queries == len(made)
    assert index.design.recall == pytest.approx(shared / (10 * len(made)), abs=1e-4)
    assert index.design.recall >= RECALL


def test_made_queries_lie_near_a_vector_but_not_very_near(vectors):
    made = make_queries(vectors[:200])
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(200), abs=1e-6)
    # 1 / sqrt(1 + 1.2²), a vector and noise of 1.2 times its length at right angles
    assert np.median((made * vectors[:200]).sum(axis=1)) == pytest.approx(0.64, abs=0.03)


def test_codes_that_tell_too_little_apart_are_refused_and_search_stays_exact(tmp_path: Path):
    random = np.random.default_rng(3)
    # Two far ends set the thresholds; what lies between them has the same code, and differs by what exact search sees.
    ends = np.sign(random.normal(size=(1, DIM))) * np.array([[1.0], [-1.0]])
    close = to_unit(ends[:1] + 0.01 * random.normal(size=(N, DIM)))
    close[::2] *= -1
    index = make_index(tmp_path / "x", close, exact_up_to=100)
    assert index.design.kind is IndexKind.EXACT
    assert index.design.recall is not None and index.design.recall < RECALL
    assert index.design.queries == MADE_QUERIES
    query = close[10]
    assert index.search(query, k=10)[0].tolist() == nearest(close, query, k=10)


def test_a_design_comes_back_from_a_manifest_as_it_was():
    design = Design(IndexKind.CODES, 91_036, 80, 0.9956, 160)
    about = json.loads(json.dumps(design.to_about()))
    assert about == {"kind": "codes", "n": 91036, "candidates": 80, "recall": 0.9956, "queries": 160}
    assert Design.from_about(about) == design


def test_a_published_library_says_how_its_nearest_are_found(tmp_path: Path):
    build_library(tmp_path)
    library = Library.open(tmp_path)
    assert library.about["dense"] == {"kind": "exact", "n": 9, "candidates": 0, "recall": None, "queries": 0}
    vectors = library.vectors()
    assert vectors is not None and vectors.design == Design(IndexKind.EXACT, 9)
    library.close()


@pytest.mark.parametrize("about", [{}, {"kind": "graph", "n": 3}, {"kind": "codes", "n": 3, "speed": 1}])
def test_a_manifest_that_names_no_known_kind_is_damaged(about: dict):
    with pytest.raises(LibraryDamagedError, match="words on the dense index are damaged"):
        Design.from_about(about)


# -- opening --------------------------------------------------------------------------------------------


def test_a_flat_file_from_before_there_was_a_choice_opens(vectors, queries, tmp_path: Path):
    flat = faiss.IndexFlatIP(DIM)
    flat.add(vectors)
    faiss.write_index(flat, str(tmp_path / "x"))
    index = VectorIndex(tmp_path / "x", rows=np.arange(N), dim=DIM, n_rows=N)
    assert index.design == Design(IndexKind.EXACT, N)
    assert index.search(queries[0], k=10)[0].tolist() == nearest(vectors, queries[0], k=10)


def test_an_index_that_is_not_what_the_manifest_says_is_refused(vectors, tmp_path: Path):
    design = write_file(tmp_path / "x", vectors, exact_up_to=100)
    with pytest.raises(LibraryDamagedError, match="holds 3000 vectors of 64 dimensions, the manifest says 3001 of 64"):
        VectorIndex(tmp_path / "x", rows=np.arange(N + 1), dim=DIM, n_rows=N + 1, design=design)
    with pytest.raises(LibraryDamagedError, match=r"the manifest says Design\(kind=<IndexKind.EXACT"):
        VectorIndex(tmp_path / "x", rows=np.arange(N), dim=DIM, n_rows=N, design=Design(IndexKind.EXACT, N))
    (tmp_path / "x").write_bytes(b"nonsense" * 3)
    with pytest.raises(LibraryDamagedError, match="faiss cannot read it"):
        VectorIndex(tmp_path / "x", rows=np.arange(2), dim=2, n_rows=2)
    with pytest.raises(LibraryDamagedError, match="24 bytes, its vectors alone take 32"):
        VectorIndex(tmp_path / "x", rows=np.arange(4), dim=2, n_rows=4)
    with pytest.raises(LibraryDamagedError, match="x is missing"):
        VectorIndex(tmp_path / "none" / "x", rows=np.arange(2), dim=2, n_rows=2)


def test_an_index_of_another_measure_is_refused(tmp_path: Path):
    other = faiss.IndexFlatL2(2)
    other.add(unit([1, 0], [0, 1]))
    faiss.write_index(other, str(tmp_path / "x"))
    with pytest.raises(LibraryDamagedError, match="it holds a IndexFlatL2, an IndexFlatIP was written"):
        VectorIndex(tmp_path / "x", rows=np.arange(2), dim=2, n_rows=2)


def test_the_nearest_comes_first_with_its_inner_product(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1], [1, 1]))
    rows, scores = index.search(unit([1, 0])[0], k=3)
    assert rows.tolist() == [0, 2, 1]
    assert scores.tolist() == pytest.approx([1, 2**-0.5, 0], abs=1e-6)


def test_only_allowed_rows_are_found(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1], [1, 1]))
    rows, _ = index.search(unit([1, 0])[0], k=3, allowed=np.array([False, True, True]))
    assert rows.tolist() == [2, 1]


# -- threads --------------------------------------------------------------------------------------------


def test_any_number_of_threads_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    many = random_vectors(45_000, 16)
    write_file(tmp_path / "x", many, exact_up_to=len(many))
    found = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("RAG_THREADS", threads)
        index = VectorIndex(tmp_path / "x", rows=np.arange(len(many)), dim=16, n_rows=len(many))
        rows, scores = index.search(many[44_999], k=100)
        found.append((rows.tolist(), scores.tolist()))
    assert found[0][0] == nearest(many, many[44_999], k=100)
    assert found[0] == found[1] == found[2]


def test_searches_at_the_same_time_find_what_each_finds_alone(index, queries):
    alone = [index.search(query, k=20)[0].tolist() for query in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: index.search(query, k=20)[0].tolist(), queries))
    assert together == alone


def test_a_search_leaves_the_number_of_threads_of_faiss_as_it_was(index, queries):
    before = faiss.omp_get_max_threads()
    index.search(queries[0], k=10)
    assert faiss.omp_get_max_threads() == before


def test_a_wrong_number_of_threads_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_THREADS", "many")
    with pytest.raises(ConfigError, match="RAG_THREADS is 'many'"):
        make_index(tmp_path / "x", unit([1, 0], [0, 1]))
