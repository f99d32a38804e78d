"""The system of record: SQLite with documents, corrections, passages, tokens and vectors, a SHA-256 on every row.

One transaction a document, acknowledged after COMMIT. WAL with synchronous=FULL; only the writer checkpoints.
A document that is replaced or removed is retired: its rows stay until no snapshot names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.copies import Sketch
from rag.lexical import Tokens
from rag.store import corrections, damage, documents, passages, vectors
from rag.store.connection import WRITER_LOCK, Connection, has_store, open_connection, require_store
from rag.store.corrections import Correction
from rag.store.documents import NewDocument
from rag.types import Context, Document, DocumentCard, Passage

__all__ = ["WRITER_LOCK", "Correction", "NewDocument", "Store", "has_store", "require_store"]


class Store:
    """One SQLite file. Open with writable=True only under the library's lock.

    Where snapshots were published, a file that is absent or empty is a lost library, not a new one. A file of an
    earlier schema is brought up to date when it is opened, for which opening to read takes the writer's lock a moment.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self._connection: Connection = open_connection(path, writable=writable)

    def close(self) -> None:
        """Close the file; a writer checkpoints first, so that a copy of the folder is whole."""
        self._connection.close()

    def checkpoint(self) -> None:
        """Move committed rows from the write-ahead log into the file."""
        self._connection.checkpoint()

    def transaction(self) -> AbstractContextManager[None]:
        """Do everything in the block, or nothing of it."""
        return self._connection.transaction()

    # -- settings and sources ---------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """Give a stored setting; None where it was never set."""
        rows = self._connection.rows("SELECT value FROM settings WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        self._connection.rows("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def sources(self) -> dict[str, str]:
        """List the sources: name → folder."""
        rows = self._connection.rows("SELECT name, folder FROM sources ORDER BY name")
        return {str(name): str(folder) for name, folder in rows}

    def add_source(self, name: str, folder: str) -> None:
        """Remember a source."""
        self._connection.rows("INSERT OR REPLACE INTO sources VALUES (?, ?)", (name, folder))

    # -- documents --------------------------------------------------------------------------------------

    def files(self, source: str) -> dict[str, str]:
        """List what is held of a source: path → SHA-256 of the file's bytes."""
        return documents.list_files(self._connection, source)

    def put(self, new: NewDocument, *, corrections: Mapping[str, Correction] | None = None) -> None:
        """Add a document, retiring the one it replaces, in one transaction.

        corrections: by field, written in place of those its id had; None leaves those as they are.
        """
        documents.put_document(self._connection, new, corrections)

    def corrections(self, doc_id: str) -> dict[str, Correction]:
        """List what was corrected of a document by field, also of one that was removed."""
        return corrections.list_corrections(self._connection, doc_id)

    def retire(self, doc_ids: Iterable[str]) -> None:
        """Take documents out of the library; their rows go once no snapshot names them. Their corrections stay."""
        documents.retire_documents(self._connection, doc_ids)

    def purge_retired(self) -> None:
        """Delete what was retired, and vectors no passage uses any more. Only when no snapshot names it."""
        documents.purge_retired(self._connection)

    def cards(self) -> list[DocumentCard]:
        """List the documents, without their texts, by id."""
        return documents.list_cards(self._connection)

    def document(self, row: int) -> Document:
        """Fetch one document by its row. Raises LibraryDamagedError if it is not what was read."""
        return documents.fetch_document(self._connection, row)

    def verify_documents(self, rows: Iterable[int]) -> None:
        """Check documents against their SHA-256, each once. Raises LibraryDamagedError naming the first that fails."""
        documents.verify_documents(self._connection, rows)

    def contexts(self, rows: Iterable[int]) -> list[tuple[str, Context]]:
        """Fetch id and context (without lead) of documents, in the order of rows."""
        return documents.fetch_contexts(self._connection, rows)

    def find_document(self, doc_id: str) -> int | None:
        """Give the row of a live document by its id."""
        return documents.find_document(self._connection, doc_id)

    def live_rows(self, *, up_to: int) -> list[int]:
        """List the rows of live documents up to one, rising."""
        rows = self._connection.rows("SELECT row FROM documents WHERE retired = 0 AND row <= ? ORDER BY row", (up_to,))
        return [int(row) for (row,) in rows]

    def last_document(self) -> int:
        """Give the highest row of a document so far; 0 where there is none."""
        return int(self._connection.rows("SELECT coalesce(max(row), 0) FROM documents")[0][0])

    def document_rows(self, doc_id: str) -> list[int]:
        """Give all rows of a document id, retired ones too, newest first."""
        rows = self._connection.rows("SELECT row FROM documents WHERE id = ? ORDER BY row DESC", (doc_id,))
        return [int(row) for (row,) in rows]

    def state(self) -> str:
        """Name the set of live documents: equal for equal sets, another after every change."""
        return documents.name_state(self._connection)

    def counts(self) -> tuple[int, int]:
        """Count live documents and their passages."""
        rows = self._connection.rows("SELECT count(*), coalesce(sum(n_passages), 0) FROM documents WHERE retired = 0")
        return int(rows[0][0]), int(rows[0][1])

    def languages(self) -> list[str]:
        """List the languages of at least one report in fifty, the commonest first."""
        rows = self._connection.rows(
            "SELECT language, count(*) AS n FROM documents WHERE retired = 0 GROUP BY 1 ORDER BY n DESC, 1"
        )
        total = sum(int(n) for _, n in rows)
        return [str(language) for language, n in rows if 50 * int(n) >= total]

    def iter_documents(self) -> Iterator[tuple[int, str, dict[str, Tokens], Sketch]]:
        """Yield live documents in row order: row, id, field tokens, sketch."""
        return documents.iter_documents(self._connection)

    # -- passages ---------------------------------------------------------------------------------------

    def iter_passages(self) -> Iterator[tuple[int, int, str, Tokens]]:
        """Yield live passages in row order: row, document row, kind, tokens. A document's stand together."""
        return passages.iter_passages(self._connection)

    def passages(self, rows: Sequence[int]) -> dict[int, tuple[Passage, Context]]:
        """Fetch passages with their context by row.

        Raises LibraryDamagedError where a passage, or the report it stands in, fails its SHA-256.
        """
        return passages.fetch_passages(self._connection, rows)

    # -- vectors ----------------------------------------------------------------------------------------

    def missing_vectors(self) -> list[tuple[int, bytes]]:
        """List texts that have no vector yet, each once: the row of a passage that carries it, its key."""
        return vectors.list_missing(self._connection)

    def put_vectors(self, keys: Sequence[bytes], unit_vectors: NDArray[np.float32]) -> None:
        """Store vectors, one transaction. unit_vectors: float32, shape (len(keys), dim), rows of unit length."""
        vectors.put_vectors(self._connection, keys, unit_vectors)

    def iter_vectors(self, *, dim: int, batch: int = 4096) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Yield passage rows and their vectors in passage order, for passages that have one.

        Vectors: float32, shape (n, dim). A vector that fails its checksum is left out, to be embedded again.
        """
        return vectors.iter_vectors(self._connection, dim=dim, batch=batch)

    def sample_vectors(self, *, n: int, dim: int) -> tuple[list[int], NDArray[np.float32]]:
        """Give up to n passage rows, evenly spread in passage order, and their vectors: float32, shape (≤ n, dim).

        A passage without a vector, or with one that fails its checksum, is left out.
        """
        return vectors.sample_vectors(self._connection, n=n, dim=dim)

    # -- checking ---------------------------------------------------------------------------------------

    def lacks(self, table: str, rows: NDArray[np.int64], *, whole: bool = False) -> bool:
        """Say whether rows that a snapshot names are not there; without whole, only whether the last one is beyond.

        table: documents or passages. A row that was once handed out is never handed out again.
        """
        return damage.lacks_rows(self._connection, table, rows, whole=whole)

    def find_damage(self) -> Iterator[str]:
        """Yield a sentence for every row that is not what was written."""
        return damage.find_damage(self._connection)

    def forget_damaged_files(self) -> int:
        """Forget the file hashes of documents that fail their checksum: the next index run reads those files anew.

        Returns how many.
        """
        return damage.forget_damaged_files(self._connection)

    def drop_damaged_vectors(self) -> int:
        """Delete vectors that fail their checksum, so that they are embedded again. Returns how many."""
        return damage.drop_damaged_vectors(self._connection)
