from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import LibraryDamagedError, NotFoundError, SchemaError
from rag.prepare import prepare_document
from rag.store import Correction, Store
from tests.fakes import REPORTS, document


def put(store: Store, path: str, text: str | None = None) -> None:
    store.put(prepare_document(document(path, text), path=path, embedder="e", max_chars=1000))


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "library.db", writable=True)
    yield store
    store.close()


def test_a_document_is_read_back_as_it_was_put(store: Store):
    put(store, "muong_lat.txt")
    row = store.find_document("s/muong_lat.txt")
    assert row is not None
    assert store.document(row) == document("muong_lat.txt")


def test_passages_come_with_their_text_and_context(store: Store):
    put(store, "muong_lat.txt")
    rows = [row for row, *_ in store.iter_passages()]
    found = store.passages(rows)
    texts = [found[row][0].text for row in rows]
    assert texts == REPORTS["muong_lat.txt"].split("\n\n")
    passage, context = found[rows[1]]
    assert passage.id == f"s/muong_lat.txt#{passage.start}-{passage.end}"
    assert (context.title, context.place) == ("Huyện Mường Lát tổng kết năm 2023", "Mường Lát")


def test_what_names_a_report_comes_with_its_passages_and_contexts(store: Store):
    about = replace(document("muong_lat.txt"), number="540/BC-UBND", type="Báo cáo", signer="Lê Thị Hoa")
    store.put(prepare_document(about, path="muong_lat.txt", embedder="e", max_chars=1000))
    ((_, context),) = store.contexts([1])
    assert (context.number, context.type) == ("540/BC-UBND", "Báo cáo")
    assert replace(store.passages([1])[1][1], lead="") == context
    assert store.document(1) == about
    assert [(card.signer, card.corrected) for card in store.cards()] == [("Lê Thị Hoa", ())]


def test_corrections_are_written_with_their_document_and_outlast_it(store: Store):
    title = Correction("title", "Tên khác", ("Huyện Mường Lát tổng kết năm 2023",), "2024-01-01T00:00:00+00:00")
    date = Correction("date", None, (), "2024-01-01T00:00:00+00:00")
    new = prepare_document(document("muong_lat.txt"), path="muong_lat.txt", embedder="e", max_chars=1000)
    store.put(new, corrections={"title": title, "date": date})
    assert [card.corrected for card in store.cards()] == [("date", "title")]
    store.put(new)
    store.retire(["s/muong_lat.txt"])
    store.purge_retired()
    assert store.corrections("s/muong_lat.txt") == {"title": title, "date": date}
    store.put(new, corrections={"title": title})
    assert store.corrections("s/muong_lat.txt") == {"title": title}


def test_a_replaced_document_keeps_its_old_rows_until_they_are_purged(store: Store):
    put(store, "muong_lat.txt")
    old = store.find_document("s/muong_lat.txt")
    assert old is not None
    put(store, "muong_lat.txt", "Bản mới.")
    assert store.document(old).text == REPORTS["muong_lat.txt"]
    assert store.counts() == (1, 1)
    store.purge_retired()
    with pytest.raises(LibraryDamagedError, match=f"row {old} is named by a snapshot but is gone"):
        store.document(old)


def test_purging_keeps_vectors_that_another_report_still_uses(store: Store):
    put(store, "a.txt", "Tiêu đề chung\n\nĐoạn chung của hai báo cáo.")
    put(store, "b.txt", "Tiêu đề chung\n\nĐoạn chung của hai báo cáo.\n\nĐoạn riêng của báo cáo này.")
    keys = [key for _, key in store.missing_vectors()]
    assert len(keys) == 3
    store.put_vectors(keys, np.eye(3, 4, dtype=np.float32))
    store.retire(["s/b.txt"])
    store.purge_retired()
    assert store.missing_vectors() == []
    assert sum(len(rows) for rows, _ in store.iter_vectors(dim=4)) == 2
    put(store, "b.txt", "Tiêu đề chung\n\nĐoạn chung của hai báo cáo.\n\nĐoạn riêng của báo cáo này.")
    assert len(store.missing_vectors()) == 1


def test_the_state_changes_with_every_change_and_with_nothing_else(store: Store):
    states = [store.state()]
    put(store, "a.txt", "Một.")
    states.append(store.state())
    put(store, "a.txt", "Hai.")
    states.append(store.state())
    store.retire(["s/a.txt"])
    states.append(store.state())
    assert len({*states}) == 3 and states[0] == states[3]
    assert store.state() == states[3]


def test_an_error_within_a_transaction_leaves_nothing(store: Store):
    with pytest.raises(ValueError, match="stop"), store.transaction():
        store.add_source("x", "/x")
        raise ValueError("stop")
    assert store.sources() == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param("UPDATE documents SET text = replace(text, '38,4', '83,4')", "muong_lat.txt", id="text"),
        pytest.param("UPDATE documents SET title = 'x'", "muong_lat.txt", id="title"),
        pytest.param("UPDATE passages SET start = start + 1 WHERE row = 2", "passage row 2", id="offset"),
        pytest.param("UPDATE passages SET tokens = zeroblob(8) WHERE row = 2", "passage row 2", id="tokens"),
        pytest.param("UPDATE vectors SET vector = zeroblob(16) WHERE rowid = 1", "vector", id="vector"),
        pytest.param("UPDATE documents SET signer = 'x'", "muong_lat.txt", id="signer"),
        pytest.param("UPDATE corrections SET as_read = '[]'", "correction of 'title' of s/muong_lat.txt", id="as read"),
    ],
)
def test_a_changed_row_is_found(tmp_path: Path, change: str, named: str):
    path = tmp_path / "library.db"
    store = Store(path, writable=True)
    new = prepare_document(document("muong_lat.txt"), path="muong_lat.txt", embedder="e", max_chars=1000)
    store.put(new, corrections={"title": Correction("title", "Tên khác", ("Tên",), "2024-01-01T00:00:00+00:00")})
    keys = [key for _, key in store.missing_vectors()]
    store.put_vectors(keys, np.eye(len(keys), 4, dtype=np.float32))
    assert list(store.find_damage()) == []
    store.close()
    with sqlite3.connect(path) as db:
        db.execute(change)
    db.close()
    store = Store(path, writable=False)
    found = list(store.find_damage())
    store.close()
    assert len(found) == 1 and named in found[0]


def test_a_changed_text_is_never_quoted(tmp_path: Path):
    path = tmp_path / "library.db"
    store = Store(path, writable=True)
    put(store, "muong_lat.txt")
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE documents SET text = replace(text, '38,4', '83,4')")
        db.execute("UPDATE passages SET end = end - 1 WHERE row = 1")
    db.close()
    store = Store(path, writable=False)
    with pytest.raises(LibraryDamagedError, match="is not what was read; run 'rag check'"):
        store.document(1)
    with pytest.raises(LibraryDamagedError, match="fails its checksum"):
        store.passages([1])
    store.close()


def test_a_damaged_vector_is_left_out_and_embedded_again(store: Store):
    put(store, "a.txt", "Một.")
    ((_, key),) = store.missing_vectors()
    store.put_vectors([key], np.ones((1, 4), dtype=np.float32))
    store._connection.db.execute("UPDATE vectors SET vector = zeroblob(16)")
    assert [rows for rows, _ in store.iter_vectors(dim=4)] == [[]]
    assert store.drop_damaged_vectors() == 1
    assert len(store.missing_vectors()) == 1


@pytest.mark.parametrize("version", [0, 99])
def test_another_schema_is_refused_by_number_with_the_way_out(tmp_path: Path, version: int):
    path = tmp_path / "library.db"
    Store(path, writable=True).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    for writable in (True, False):
        with pytest.raises(SchemaError, match=f"has schema {version}, this program reads schema 2; .*--library NEW"):
            Store(path, writable=writable)


def test_a_file_that_is_no_database_is_damage(tmp_path: Path):
    path = tmp_path / "library.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(LibraryDamagedError, match="restore it from a backup"):
        Store(path, writable=True)


def test_reading_what_is_not_there_says_how_to_build_it(tmp_path: Path):
    with pytest.raises(NotFoundError, match="rag index FOLDER"):
        Store(tmp_path / "library.db", writable=False)


def test_many_passages_are_fetched_in_several_statements(store: Store):
    put(store, "a.txt", "\n\n".join(f"Đoạn số {i} của báo cáo." for i in range(2000)))
    rows = [row for row, *_ in store.iter_passages()]
    assert len(store.passages(rows)) == len(rows) == 2000


def test_the_text_of_a_document_is_read_once_for_all_its_passages(store: Store):
    put(store, "a.txt", "\n\n".join(f"Đoạn số {i} của báo cáo." for i in range(2000)))
    put(store, "muong_lat.txt")
    rows = [row for row, *_ in store.iter_passages()]
    one_by_one = {row: store.passages([row])[row] for row in rows}
    asked: list[str] = []
    store._connection.db.set_trace_callback(asked.append)

    together = store.passages(rows)

    assert together == one_by_one
    assert sum("d.text FROM documents" in sql for sql in asked) == 1


def test_a_store_whose_reading_was_cut_short_closes_quietly_and_keeps_what_was_committed(tmp_path: Path):
    store = Store(tmp_path / "library.db", writable=True)
    put(store, "muong_lat.txt")
    # What Ctrl-C leaves behind: a statement that has not given all its rows.
    cut_short = store._connection.db.execute("SELECT id FROM documents UNION ALL SELECT id FROM documents")
    held = cut_short.fetchone()
    store.close()

    with sqlite3.connect(f"file:{store.path}?mode=ro", uri=True) as reopened:
        assert reopened.execute("SELECT id FROM documents").fetchall() == [held] == [("s/muong_lat.txt",)]
