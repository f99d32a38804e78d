"""Corrections in the store: what a person said a document says of itself, and what was read there instead.

They belong to a document's id, not to its row: they outlast its being read anew, split anew, removed and added again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from rag.store.connection import Connection
from rag.store.schema import CORRECTION_COLUMNS, checksum


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one document, corrected. value: None where the person left it empty.

    as_read: what was read, nothing or one value; for the date all dates. changed_at: ISO 8601, UTC.
    """

    field: str
    value: str | None
    as_read: tuple[str, ...]
    changed_at: str


def list_corrections(connection: Connection, doc_id: str) -> dict[str, Correction]:
    """List the corrections of a document by field. Raises LibraryDamagedError for one that is not what was written."""
    found: dict[str, Correction] = {}
    rows = connection.rows(
        f"SELECT check_sha256, {CORRECTION_COLUMNS} FROM corrections WHERE doc_id = ? ORDER BY field", (doc_id,)
    )
    for check, *values in rows:
        if checksum(values) != check:
            raise connection.damaged_row(f"the correction of {values[1]!r} of {doc_id}")
        _, field, value, as_read, changed_at = values
        found[field] = Correction(field, value, tuple(json.loads(as_read)), changed_at)
    return found


def replace_corrections(db: sqlite3.Connection, doc_id: str, corrections: Mapping[str, Correction]) -> None:
    """Write the corrections of a document in place of those it had. Within the caller's transaction."""
    db.execute("DELETE FROM corrections WHERE doc_id = ?", (doc_id,))
    for correction in corrections.values():
        as_read = json.dumps(correction.as_read, ensure_ascii=False)
        values = (doc_id, correction.field, correction.value, as_read, correction.changed_at)
        db.execute(
            f"INSERT INTO corrections ({CORRECTION_COLUMNS}, check_sha256) VALUES (?, ?, ?, ?, ?, ?)",
            (*values, checksum(values)),
        )
