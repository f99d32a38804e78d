from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.binding import embedder_of
from rag.errors import EmbedderMismatchError, LibraryLockedError, NotFoundError
from rag.library import Library, LibraryWriter
from rag.store import Store
from tests.fakes import REPORTS, WordEmbedder, bind, build_library, document


def texts_of(library: Library) -> list[str]:
    return [passage.text for passage, _ in library.passages(np.arange(library.n_passages))]


def test_a_published_library_holds_passages_documents_and_vectors_in_step(tmp_path: Path):
    embedder = build_library(tmp_path)
    library = Library.open(tmp_path)
    expected = [paragraph for text in REPORTS.values() for paragraph in text.split("\n\n")]
    assert texts_of(library) == expected
    assert library.first_row.tolist() == [0, 3, 6, 9]
    assert library.n_vectors == library.n_passages == 9
    vectors = library.vectors()
    assert vectors is not None
    for row, (passage, context) in enumerate(library.passages(np.arange(9))):
        text = passage.text if context.title in passage.text else f"{context.title}\n{passage.text}"
        assert vectors.score(embedder.embed_query(text), np.array([row])).tolist() == pytest.approx([1.0], abs=1e-5)
    library.close()


def test_texts_can_be_searched_before_any_vector_is_there(tmp_path: Path):
    embedder = WordEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        writer.put(document("muong_lat.txt"), path="muong_lat.txt")
        writer.publish()
    library = Library.open(tmp_path)
    assert (library.n_passages, library.n_vectors, library.vectors()) == (3, 0, None)
    assert int(library.lexical.score("hộ nghèo").argmax()) == 2
    library.close()


def test_embedding_goes_on_where_it_stopped(tmp_path: Path):
    embedder = WordEmbedder()
    texts = {f"{i}.txt": f"Báo cáo số {i}\n\nNội dung riêng của báo cáo thứ {i}." for i in range(100)}
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for name, text in texts.items():
            writer.put(document(name, text), path=name)
        calls = iter([False, True])
        assert writer.embed_missing(embedder, should_stop=lambda: next(calls)) == 136
        assert embedder.n_embedded == 64
        writer.publish()
    library = Library.open(tmp_path)
    assert (library.n_vectors, library.n_passages) == (64, 200)
    library.close()
    with LibraryWriter(tmp_path) as writer:
        assert writer.embed_missing(embedder) == 0
        assert embedder.n_embedded == 200


def test_equal_text_under_equal_titles_is_embedded_once(tmp_path: Path):
    embedder = build_library(
        tmp_path, {"a.txt": "Tiêu đề này\n\nCùng một đoạn văn.", "b.txt": "Tiêu đề này\n\nCùng một đoạn văn."}
    )
    assert embedder.n_embedded == 2
    library = Library.open(tmp_path)
    assert library.n_vectors == 4
    assert library.copies == {"s/b.txt": "s/a.txt"}
    assert [card.copy_of for card in library.cards()] == [None, "s/a.txt"]
    library.close()


def test_a_reader_keeps_its_snapshot_while_the_library_changes_under_it(tmp_path: Path):
    embedder = build_library(tmp_path)
    reader = Library.open(tmp_path)
    before = texts_of(reader)
    with LibraryWriter(tmp_path) as writer:
        writer.put(document("muong_lat.txt", "Nội dung mới."), path="muong_lat.txt")
        writer.store.retire(["s/lang_chanh.txt"])
        writer.embed_missing(embedder)
        writer.publish()
    assert texts_of(reader) == before
    assert reader.snapshot_document("s/muong_lat.txt").text == REPORTS["muong_lat.txt"]
    reader.close()
    with LibraryWriter(tmp_path) as writer:
        writer.publish()
        assert [len(writer.store.document_rows(f"s/{name}")) for name in sorted(REPORTS)] == [1, 0, 1]
    after = Library.open(tmp_path)
    assert "Nội dung mới." in texts_of(after) and before[0] not in texts_of(after)
    after.close()


@pytest.mark.parametrize("name", ["vectors.faiss", "body.rows.npy", "copies.json", "manifest.json", "first_row.npy"])
@pytest.mark.parametrize("how", ["truncated", "flipped", "gone"])
def test_a_damaged_snapshot_is_rebuilt_from_the_store_without_embedding(tmp_path: Path, name: str, how: str):
    build_library(tmp_path)
    (path,) = (tmp_path / "snapshots").glob(f"0*/{name}")
    if how == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "flipped":
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
    else:
        path.unlink()
    library = Library.open(tmp_path)
    assert (library.n_passages, library.n_vectors) == (9, 9)
    library.snapshot.verify(whole=True)
    library.close()


def test_all_that_is_derived_may_be_deleted(tmp_path: Path):
    build_library(tmp_path)
    shutil.rmtree(tmp_path / "snapshots")
    library = Library.open(tmp_path)
    assert (library.n_passages, library.n_vectors) == (9, 9)
    library.close()


def test_a_copy_of_the_folder_is_a_backup(tmp_path: Path):
    build_library(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    library = Library.open(tmp_path / "two")
    assert len(texts_of(library)) == 9
    library.close()


def test_a_second_writer_is_told_at_once(tmp_path: Path):
    build_library(tmp_path)
    script = (
        "import sys; from pathlib import Path; from rag.library import LibraryWriter\n"
        "with LibraryWriter(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdout.readline() == "in\n"
    with pytest.raises(LibraryLockedError, match="another process is writing"), LibraryWriter(tmp_path):
        pass
    library = Library.open(tmp_path)
    assert library.n_passages == 9
    library.close()
    other.communicate("")
    with LibraryWriter(tmp_path) as writer:
        assert writer.store.counts() == (3, 9)


def test_another_embedder_is_refused_with_both_sides_and_the_way_out(tmp_path: Path):
    build_library(tmp_path)
    other = WordEmbedder(dim=16, revision="2")
    with (
        LibraryWriter(tmp_path) as writer,
        pytest.raises(
            EmbedderMismatchError,
            match=r"words revision 1 \(32 dimensions\), this is words revision 2 \(16\).*--rebuild",
        ),
    ):
        writer.use_embedder(other, bind(other))


def test_changing_the_embedder_splits_anew_and_keeps_the_texts(tmp_path: Path):
    build_library(tmp_path)
    other = WordEmbedder(dim=16, revision="2")
    with LibraryWriter(tmp_path) as writer:
        writer.change_embedder(bind(other, max_chars=60))
        writer.embed_missing(other)
        writer.publish()
    library = Library.open(tmp_path)
    assert library.n_passages == library.n_vectors > 9
    assert max(len(text) for text in texts_of(library)) <= 60
    assert library.about["dim"] == 16
    library.close()
    store = Store(tmp_path / "library.db", writable=False)
    bound = embedder_of(store)
    assert bound is not None and bound.is_of(other) and store.counts()[0] == 3
    store.close()


def test_what_was_committed_but_not_published_is_published_by_the_next_writer(tmp_path: Path):
    build_library(tmp_path)
    with LibraryWriter(tmp_path) as writer:
        writer.put(document("neu.txt", "Báo cáo bị ngắt giữa chừng."), path="neu.txt")
        assert not writer.is_published()
    with LibraryWriter(tmp_path) as writer:
        writer.publish()
        assert writer.store.missing_vectors() != []
    library = Library.open(tmp_path)
    assert (library.n_passages, library.n_vectors) == (10, 9)
    library.close()


def test_a_library_that_is_not_there_is_named_with_the_way_out(tmp_path: Path):
    with pytest.raises(NotFoundError, match="rag index FOLDER"):
        Library.open(tmp_path / "none")


def test_a_document_that_is_not_there_is_named(tmp_path: Path):
    build_library(tmp_path)
    library = Library.open(tmp_path)
    with pytest.raises(NotFoundError, match="'rag documents' lists them"):
        library.document("s/x.txt")
    library.close()
