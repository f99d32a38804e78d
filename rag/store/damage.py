"""What is not what was written: found in every row, and marked so that it is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rag.store.connection import Connection
from rag.store.schema import CORRECTION_COLUMNS, DOCUMENT_COLUMNS, PASSAGE_COLUMNS, checksum


def find_damage(connection: Connection) -> Iterator[str]:
    """Yield a sentence for every row that is not what was written."""
    for (line,) in connection.rows("PRAGMA integrity_check"):
        if line != "ok":
            yield f"{connection.path.name}: {line}"
    with connection.errors():
        db = connection.db
        for row in db.execute(f"SELECT check_sha256, {DOCUMENT_COLUMNS} FROM documents"):
            if checksum(row[1:]) != row[0]:
                yield f"document {row[1]}: not what was written"
        for row in db.execute(f"SELECT check_sha256, row, {PASSAGE_COLUMNS} FROM passages"):
            if checksum(row[2:]) != row[0]:
                yield f"passage row {row[1]}: not what was written"
        for key, vector, check in db.execute("SELECT key, vector, check_sha256 FROM vectors"):
            if checksum((key, vector)) != check:
                yield f"vector {bytes(key).hex()[:16]}: not what was written"
        for row in db.execute(f"SELECT check_sha256, {CORRECTION_COLUMNS} FROM corrections"):
            if checksum(row[1:]) != row[0]:
                yield f"correction of {row[2]!r} of {row[1]}: not what was written; correct it again"


def forget_damaged_files(connection: Connection) -> int:
    """Forget the file hashes of documents that fail their checksum. Returns how many.

    A correction that fails its own is dropped. Its document's file is forgotten too, so that what was read comes
    back, but the document itself, which is whole, goes on to be quoted until then.
    """
    damaged = {
        int(row[0])
        for row in connection.rows(f"SELECT row, check_sha256, {DOCUMENT_COLUMNS} FROM documents WHERE retired = 0")
        if checksum(row[2:]) != row[1]
    }
    for row in connection.rows(f"SELECT check_sha256, {PASSAGE_COLUMNS} FROM passages"):
        if checksum(row[1:]) != row[0]:
            damaged.add(int(row[1]))
    dropped = [
        (row[1], row[2])
        for row in connection.rows(f"SELECT check_sha256, {CORRECTION_COLUMNS} FROM corrections")
        if checksum(row[1:]) != row[0]
    ]
    with connection.transaction():
        connection.db.executemany("UPDATE documents SET sha256 = '' WHERE row = ?", [(row,) for row in damaged])
        for doc_id, field in dropped:
            connection.db.execute("DELETE FROM corrections WHERE doc_id = ? AND field = ?", (doc_id, field))
            _forget_file(connection, doc_id, leave_out=damaged)
    return len(damaged)


def _forget_file(connection: Connection, doc_id: str, *, leave_out: set[int]) -> None:
    found = f"SELECT row, {DOCUMENT_COLUMNS} FROM documents WHERE id = ? AND retired = 0"
    for row, *values in connection.rows(found, (doc_id,)):
        if int(row) not in leave_out:
            values[DOCUMENT_COLUMNS.split(", ").index("sha256")] = ""
            connection.db.execute(
                "UPDATE documents SET sha256 = '', check_sha256 = ? WHERE row = ?", (checksum(values), row)
            )


def drop_damaged_vectors(connection: Connection) -> int:
    """Delete vectors that fail their checksum. Returns how many."""
    damaged = [
        (key,)
        for key, vector, check in connection.rows("SELECT key, vector, check_sha256 FROM vectors")
        if checksum((key, vector)) != check
    ]
    with connection.transaction():
        connection.db.executemany("DELETE FROM vectors WHERE key = ?", damaged)
    return len(damaged)


def lacks_rows(connection: Connection, table: str, rows: NDArray[np.int64], *, whole: bool) -> bool:
    """Say whether rows that a snapshot names are not there; without whole, only whether the last one is beyond."""
    if not len(rows):
        return False
    if not whole:
        highest = connection.rows(f"SELECT coalesce(max(row), 0) FROM {table}")[0][0]
        return int(rows.max()) > int(highest)
    held = np.array([row for (row,) in connection.rows(f"SELECT row FROM {table}")], dtype=np.int64)
    return not bool(np.isin(rows, held).all())
