"""Schema 1 → 2: who signed a document, and what persons corrected. One transaction; no text is read anew."""

from __future__ import annotations

import sqlite3

from rag.reading.metadata_signer import find_signer
from rag.store.schema import CORRECTIONS_TABLE, SCHEMA_VERSION, checksum

#: What the checksum of a document covered in schema 1, in its order.
_COLUMNS_1 = (
    "id, source, path, sha256, title, language, dates, period, place, organisation, number, type, reader, parts, "
    "text, lead, n_passages, n_chars, title_tokens, lead_tokens, about_tokens, text_sha256, runs, figures"
)
_TEXT = _COLUMNS_1.split(", ").index("text")


def migrate(db: sqlite3.Connection) -> None:
    """Bring a store of schema 1 to schema 2, or leave it as it is.

    Every document is checked first as schema 1 wrote it. One that fails keeps its old checksum, which no row of
    schema 2 has: it stays damaged, and is found by the same check. The rows stay, so snapshots stay in force.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        if int(db.execute("PRAGMA user_version").fetchone()[0]) == 1:
            db.execute("ALTER TABLE documents ADD COLUMN signer TEXT")
            db.execute(CORRECTIONS_TABLE)
            for (row,) in db.execute("SELECT row FROM documents").fetchall():
                _migrate_document(db, int(row))
            db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _migrate_document(db: sqlite3.Connection, row: int) -> None:
    try:
        found = db.execute(f"SELECT check_sha256, {_COLUMNS_1} FROM documents WHERE row = ?", (row,)).fetchone()
    except sqlite3.OperationalError as exc:
        if getattr(exc, "sqlite_errorcode", 0):
            raise
        return  # bytes that are no text any more: damaged, and left so
    check, *values = found
    if checksum(values) == check:
        signer = find_signer(values[_TEXT])
        db.execute(
            "UPDATE documents SET signer = ?, check_sha256 = ? WHERE row = ?",
            (signer, checksum((*values, signer)), row),
        )
