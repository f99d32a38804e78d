"""Store and derived indexes as one thing on disk: opened for reading, or written by one writer at a time.

library/
├── library.db      SQLite, the system of record
├── writer.lock
└── snapshots/      what is derived from it; may be deleted at any time
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import publish, snapshots
from rag.embed import Embedder
from rag.errors import LibraryDamagedError, LibraryLockedError, NotFoundError
from rag.snapshots import Snapshot
from rag.store import Store, require_store
from rag.types import Context, Document, DocumentCard, Passage
from rag.vectors import VectorIndex
from rag.writer import LibraryWriter, Progress

__all__ = ["Library", "LibraryWriter", "Progress"]

logger = logging.getLogger(__name__)


class Library:
    """A library opened for reading: one immutable snapshot and the rows it names.

    passage_rows: int64, shape (n,), store rows in index order. kinds: uint8, shape (n,), index into publish.KINDS.
    document_rows: int64, shape (n_documents,).
    """

    def __init__(self, path: Path, snapshot: Snapshot, store: Store) -> None:
        self.path = path
        self.snapshot = snapshot
        self.store = store
        self.about: Mapping[str, Any] = snapshot.manifest.about
        self.passage_rows: NDArray[np.int64] = snapshot.array("passage_rows")
        self.document_rows: NDArray[np.int64] = snapshot.array("document_rows")
        self.kinds: NDArray[np.uint8] = snapshot.array("kinds")
        first_row: NDArray[np.int64] = snapshot.array("first_row")
        self.first_row = first_row
        self.lexical = publish.read_lexical(snapshot, first_row)
        self.copies = publish.read_copies(snapshot)
        self._vectors: VectorIndex | None = None
        self._contexts: list[tuple[str, Context]] | None = None

    @classmethod
    def open(cls, path: Path) -> Library:
        """Open a library for reading; a damaged snapshot is rebuilt from the store first.

        Raises NotFoundError where there is none, LibraryDamagedError where the store itself is damaged.
        """
        require_store(path)
        library = cls._open_published(path)
        if library is None:
            try:
                with LibraryWriter(path) as writer:
                    writer.publish()
            except LibraryLockedError as exc:
                raise LibraryLockedError(
                    f"nothing at {path} can be asked yet: another process is indexing it; try again when it says "
                    "'published'"
                ) from exc
            library = cls._open_published(path)
            if library is None:
                raise LibraryDamagedError(f"{path / 'snapshots'} cannot be read after a rebuild; run 'rag check'")
        return library

    @classmethod
    def _open_published(cls, path: Path) -> Library | None:
        """Open the snapshot in force; None where there is none, or it has to be rebuilt."""
        store = Store(path / "library.db", writable=False)
        try:
            library = cls._open_verified(path, store)
        except LibraryDamagedError as exc:
            logger.warning("%s; rebuilding it from the store", exc)
            library = None
        except BaseException:
            store.close()
            raise
        if library is None:
            store.close()
        elif library._is_beyond(store):
            library.close()
            raise LibraryDamagedError(publish.lost_message(store.path))
        return library

    @classmethod
    def _open_verified(cls, path: Path, store: Store) -> Library | None:
        snapshot = snapshots.open_current(path / "snapshots")
        if snapshot is None:
            return None
        try:
            snapshot.verify()
            return cls(path, snapshot, store)
        except (OSError, ValueError, KeyError) as exc:
            snapshot.close()
            raise LibraryDamagedError(f"{snapshot.path} is damaged: {exc}") from exc
        except BaseException:
            snapshot.close()
            raise

    def _is_beyond(self, store: Store) -> bool:
        """Say whether the snapshot names rows that the store has not had yet."""
        return store.lacks("documents", self.document_rows) or store.lacks("passages", self.passage_rows)

    @property
    def n_passages(self) -> int:
        """How many passages the snapshot holds."""
        return len(self.passage_rows)

    @property
    def n_vectors(self) -> int:
        """How many of them have a vector in it."""
        return int(self.about["n_vectors"])

    def is_of(self, embedder: Embedder) -> bool:
        """Say whether the snapshot's vectors are an embedder's; not so while a change of embedder goes on."""
        about = self.about
        return (about["embedder"], about["revision"], about["dim"]) == (
            embedder.name,
            embedder.revision,
            embedder.dim,
        )

    def vectors(self) -> VectorIndex | None:
        """Open the dense index, once; None where no vectors are published yet."""
        if self._vectors is None:
            self._vectors = publish.read_vectors(self.snapshot, n_rows=self.n_passages)
        return self._vectors

    def passages(self, rows: NDArray[np.int64]) -> list[tuple[Passage, Context]]:
        """Fetch passages and their context by index row, in the order given."""
        stored = [int(r) for r in self.passage_rows[rows]]
        found = self.store.passages(stored)
        return [found[row] for row in stored]

    def contexts(self) -> list[tuple[str, Context]]:
        """List id and context of all documents, in the order of document_rows; read once."""
        if self._contexts is None:
            self._contexts = self.store.contexts([int(row) for row in self.document_rows])
        return self._contexts

    def document_passages(self, doc_id: str) -> list[Passage]:
        """List the passages of a document as the snapshot has them, in text order."""
        i = self._index_of(doc_id)
        rows = np.arange(int(self.first_row[i]), int(self.first_row[i + 1]), dtype=np.int64)
        return [passage for passage, _ in self.passages(rows)]

    def _index_of(self, doc_id: str) -> int:
        for row in self.store.document_rows(doc_id):
            i = int(np.searchsorted(self.document_rows, row))
            if i < len(self.document_rows) and int(self.document_rows[i]) == row:
                return i
        raise NotFoundError(f"no document {doc_id!r} in {self.path}; 'rag documents' lists them")

    def document(self, doc_id: str) -> Document:
        """Fetch a document. Raises NotFoundError for an id that is not in the library."""
        row = self.store.find_document(doc_id)
        if row is None:
            raise NotFoundError(f"no document {doc_id!r} in {self.path}; 'rag documents' lists them")
        return self.store.document(row)

    def snapshot_document(self, doc_id: str) -> Document:
        """Fetch a document as the snapshot has it, also when a newer one was written since."""
        return self.store.document(int(self.document_rows[self._index_of(doc_id)]))

    def cards(self) -> list[DocumentCard]:
        """List the documents, copies marked."""
        return [replace(card, copy_of=self.copies.get(card.id)) for card in self.store.cards()]

    def close(self) -> None:
        """Let go of the snapshot and the store."""
        self.snapshot.close()
        self.store.close()
