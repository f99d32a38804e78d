"""A library of schema 1 is brought to schema 2 when it is opened: nothing lost, nothing damaged made whole."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from filelock import FileLock

from rag.errors import LibraryDamagedError, LibraryLockedError, SchemaError
from rag.library import Library, LibraryWriter
from rag.store import Store
from rag.store.schema import checksum
from tests.fakes import REPORTS, build_library

#: The tables as schema 1 made them.
TABLES_1 = """
CREATE TABLE sources (name TEXT PRIMARY KEY, folder TEXT NOT NULL);
CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, language TEXT NOT NULL, dates TEXT NOT NULL, period TEXT, place TEXT,
    organisation TEXT, number TEXT, type TEXT, reader TEXT NOT NULL, parts TEXT NOT NULL, text TEXT NOT NULL,
    lead TEXT NOT NULL, n_passages INTEGER NOT NULL, n_chars INTEGER NOT NULL,
    title_tokens BLOB NOT NULL, lead_tokens BLOB NOT NULL, about_tokens BLOB NOT NULL,
    text_sha256 TEXT NOT NULL, runs BLOB NOT NULL, figures BLOB NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0, check_sha256 BLOB NOT NULL
);
CREATE UNIQUE INDEX documents_id ON documents (id) WHERE retired = 0;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (row),
    start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, page INTEGER, box TEXT,
    tokens BLOB NOT NULL, vector_key BLOB NOT NULL, check_sha256 BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE TABLE vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, check_sha256 BLOB NOT NULL
);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
COLUMNS_1 = (
    "id, source, path, sha256, title, language, dates, period, place, organisation, number, type, reader, parts, "
    "text, lead, n_passages, n_chars, title_tokens, lead_tokens, about_tokens, text_sha256, runs, figures"
)
SIGNED = (
    "Huyện Quan Hóa tổng kết năm 2023\n\nThu ngân sách đạt 31 tỷ đồng.\n\n"
    "TM. ỦY BAN NHÂN DÂN\n\nCHỦ TỊCH\n\nHà Thị Thảo"
)


def make_schema_1(folder: Path) -> Path:
    """Build a library and write its rows into a file as schema 1 wrote it."""
    build_library(folder, {**REPORTS, "quan_hoa.txt": SIGNED})
    new, old = folder / "library.db", folder / "old.db"
    with sqlite3.connect(old, isolation_level=None) as db:
        db.executescript(f"PRAGMA journal_mode = WAL; {TABLES_1} PRAGMA user_version = 1;")
        db.execute("ATTACH ? AS new", (str(new),))
        for row, retired, *values in db.execute(f"SELECT row, retired, {COLUMNS_1} FROM new.documents").fetchall():
            marks = ", ".join("?" * (len(values) + 3))
            db.execute(
                f"INSERT INTO documents (row, retired, check_sha256, {COLUMNS_1}) VALUES ({marks})",
                (row, retired, checksum(values), *values),
            )
        for table in ("sources", "passages", "vectors", "settings"):
            db.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")
    db.close()
    old.replace(new)
    return new


def version_of(path: Path) -> int:
    with sqlite3.connect(path) as db:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
    db.close()
    return version


def change(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute(sql)
    db.close()


@pytest.mark.parametrize("writable", [True, False], ids=["to write", "to read"])
def test_opening_brings_an_older_store_up_to_date_and_keeps_every_row(tmp_path: Path, writable: bool):
    path = make_schema_1(tmp_path)
    store = Store(path, writable=writable)
    assert list(store.find_damage()) == []
    assert store.counts() == (4, 14)
    for name, text in {**REPORTS, "quan_hoa.txt": SIGNED}.items():
        row = store.find_document(f"s/{name}")
        assert row is not None and store.document(row).text == text
    assert store.corrections("s/quan_hoa.txt") == {}
    store.close()
    assert version_of(path) == 2


def test_who_signed_is_read_from_the_frozen_text(tmp_path: Path):
    make_schema_1(tmp_path)
    library = Library.open(tmp_path)
    assert {card.id: card.signer for card in library.cards()} == {
        "s/doanh_nghiep.txt": None,
        "s/lang_chanh.txt": None,
        "s/muong_lat.txt": None,
        "s/quan_hoa.txt": "Hà Thị Thảo",
    }
    library.close()


def test_a_published_snapshot_stays_in_force(tmp_path: Path):
    make_schema_1(tmp_path)
    with LibraryWriter(tmp_path) as writer:
        assert writer.is_published()
        assert writer.store.missing_vectors() == []


def test_a_migrated_library_can_be_corrected(tmp_path: Path):
    make_schema_1(tmp_path)
    with LibraryWriter(tmp_path) as writer:
        assert writer.correct({"s/lang_chanh.txt": {"place": "Huyện Lang Chánh"}}) == ("s/lang_chanh.txt",)
    store = Store(tmp_path / "library.db", writable=False)
    assert list(store.find_damage()) == []
    store.close()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE documents SET text = replace(text, '45,2', '54,2')", id="text"),
        pytest.param("UPDATE documents SET number = '1/BC' WHERE id = 's/lang_chanh.txt'", id="number"),
        pytest.param("UPDATE documents SET title = CAST(X'FF80' AS TEXT) WHERE id = 's/lang_chanh.txt'", id="no text"),
    ],
)
def test_a_row_that_was_damaged_stays_damaged(tmp_path: Path, damage: str):
    path = make_schema_1(tmp_path)
    change(path, damage)
    Store(path, writable=True).close()
    assert version_of(path) == 2
    store = Store(path, writable=False)
    with pytest.raises(LibraryDamagedError):
        store.document(1)
    row = store.find_document("s/muong_lat.txt")
    assert row is not None and store.document(row).text == REPORTS["muong_lat.txt"]
    store.close()


def test_the_check_still_names_the_damaged_row(tmp_path: Path):
    path = make_schema_1(tmp_path)
    change(path, "UPDATE documents SET text = replace(text, '45,2', '54,2')")
    store = Store(path, writable=True)
    assert list(store.find_damage()) == ["document s/lang_chanh.txt: not what was written"]
    store.close()


def test_a_migration_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = make_schema_1(tmp_path)

    def stop(text: str) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("rag.store.migration.find_signer", stop)
    with pytest.raises(MemoryError):
        Store(path, writable=True)
    assert version_of(path) == 1
    monkeypatch.undo()
    store = Store(path, writable=True)
    assert list(store.find_damage()) == []
    store.close()


def test_a_library_nobody_may_write_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_schema_1(tmp_path)

    def refuse(self: FileLock) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("filelock.FileLock._acquire", refuse)
    with pytest.raises(
        SchemaError, match=r"has schema 1, this program reads schema 2 .*permission to write .*or copy it"
    ):
        Library.open(tmp_path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everything")
def test_a_folder_without_permission_to_write_is_refused_with_the_way_out(tmp_path: Path):
    path = make_schema_1(tmp_path)
    (tmp_path / "writer.lock").unlink(missing_ok=True)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(SchemaError, match="permission to write"):
            Store(path, writable=False)
    finally:
        tmp_path.chmod(0o755)


def test_a_writer_of_an_older_program_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = make_schema_1(tmp_path)
    monkeypatch.setattr("rag.store.connection._MIGRATION_WAIT_S", 0.0)
    with FileLock(tmp_path / "writer.lock"), pytest.raises(LibraryLockedError, match="try again when that is done"):
        Store(path, writable=False)
    Store(path, writable=False).close()
    assert version_of(path) == 2


def test_a_newer_schema_is_left_alone(tmp_path: Path):
    path = make_schema_1(tmp_path)
    change(path, "PRAGMA user_version = 3")
    with pytest.raises(SchemaError, match=r"has schema 3, this program reads schema 2; .*newer program"):
        Store(path, writable=True)
    assert version_of(path) == 3
