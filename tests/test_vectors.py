from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ConfigError, LibraryDamagedError
from rag.vectors import VectorIndex, write_index


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make_index(path: Path, vectors: np.ndarray, *, rows: list[int] | None = None, n_rows: int | None = None):
    with path.open("wb") as file:
        assert write_index([vectors[:1], vectors[1:]], dim=vectors.shape[1], write=file.write) == len(vectors)
    at = np.array(rows if rows is not None else range(len(vectors)), dtype=np.int64)
    return VectorIndex(path, rows=at, dim=vectors.shape[1], n_rows=n_rows or len(vectors))


def test_the_nearest_comes_first_with_its_inner_product(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1], [1, 1]))
    rows, scores = index.search(unit([1, 0])[0], k=3)
    assert rows.tolist() == [0, 2, 1]
    assert scores.tolist() == pytest.approx([1, 2**-0.5, 0], abs=1e-6)


def test_more_than_there_are_gives_all_and_no_padding(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1]))
    assert sorted(index.search(unit([1, 1])[0], k=50)[0].tolist()) == [0, 1]


def test_only_allowed_rows_are_found(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1], [1, 1]))
    rows, _ = index.search(unit([1, 0])[0], k=3, allowed=np.array([False, True, True]))
    assert rows.tolist() == [2, 1]


def test_passages_without_a_vector_are_not_found_and_score_nan(tmp_path: Path):
    index = make_index(tmp_path / "x", unit([1, 0], [0, 1]), rows=[1, 3], n_rows=5)
    rows, _ = index.search(unit([0, 1])[0], k=2, allowed=np.array([True, False, True, True, True]))
    assert rows.tolist() == [3]
    scores = index.score(unit([0, 1])[0], np.array([0, 1, 3]))
    assert np.isnan(scores[0]) and scores[1:].tolist() == pytest.approx([0, 1])


def test_a_hundred_random_vectors_agree_with_numpy(tmp_path: Path):
    random = np.random.default_rng(1)
    vectors = random.normal(size=(100, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = make_index(tmp_path / "x", vectors)
    for query in vectors[:5]:
        rows, scores = index.search(query, k=10)
        exact = vectors @ query
        assert rows.tolist() == np.argsort(-exact)[:10].tolist()
        assert scores.tolist() == pytest.approx(exact[rows].tolist(), abs=1e-5)


def test_an_index_that_is_not_what_the_manifest_says_is_refused(tmp_path: Path):
    make_index(tmp_path / "x", unit([1, 0], [0, 1]))
    with pytest.raises(LibraryDamagedError, match="holds 2 vectors of 2 dimensions, the manifest says 3 of 2"):
        VectorIndex(tmp_path / "x", rows=np.arange(3), dim=2, n_rows=3)
    (tmp_path / "x").write_bytes(b"nonsense")
    with pytest.raises(LibraryDamagedError, match="faiss cannot read it"):
        VectorIndex(tmp_path / "x", rows=np.arange(2), dim=2, n_rows=2)


@pytest.mark.parametrize("limit", [0, 40, 3_000_000, 3_071_000])
def test_a_disk_that_fills_anywhere_while_writing_is_noticed(limit: int):
    written = 0

    def write(block: bytes) -> int:
        nonlocal written
        if written + len(block) > limit:
            raise OSError(errno.ENOSPC, "No space left on device")
        written += len(block)
        return len(block)

    with pytest.raises(OSError, match="No space left"):
        write_index([np.ones((2000, 384), dtype=np.float32)], dim=384, write=write)


def test_a_wrong_number_of_threads_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RAG_THREADS", "many")
    with pytest.raises(ConfigError, match="RAG_THREADS is 'many'"):
        make_index(tmp_path / "x", unit([1, 0], [0, 1]))
