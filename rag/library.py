"""Store and derived indexes as one thing on disk: opened for reading, or written by one writer at a time.

library/
├── library.db      SQLite, the system of record
├── writer.lock
└── snapshots/      what is derived from it; may be deleted at any time
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag import publish, snapshots
from rag.binding import BoundEmbedder, embedder_of, mismatch_error, set_embedder
from rag.disk import make_folder, storage_errors
from rag.embed import Embedder
from rag.errors import LibraryDamagedError, LibraryLockedError, NotFoundError
from rag.prepare import prepare_document, vector_input
from rag.snapshots import Snapshot
from rag.store import Store, require_store
from rag.types import Context, Document, DocumentCard, Passage
from rag.vectors import VectorIndex

logger = logging.getLogger(__name__)

#: Setting: documents up to this row are still split for the embedder before.
_SPLIT_ANEW = "split_anew"
Progress = Callable[[int, int], None]


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


class LibraryWriter:
    """The one writer of a library. Holds its lock from entering to leaving.

    Raises LibraryLockedError at once, or after wait_s, when another process writes.
    """

    def __init__(self, path: Path, *, wait_s: float = 0.0) -> None:
        self.path = path
        self._lock = FileLock(str(path / "writer.lock"), timeout=wait_s)

    def __enter__(self) -> LibraryWriter:
        with storage_errors(self.path):
            make_folder(self.path)
            try:
                self._lock.acquire()
            except Timeout as exc:
                raise LibraryLockedError(
                    f"another process is writing to {self.path}; wait until it is done, then run the command again"
                ) from exc
        try:
            self.store = Store(self.path / "library.db", writable=True)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.store.close()
        finally:
            self._lock.release()

    # -- the embedder -----------------------------------------------------------------------------------

    def use_embedder(self, embedder: Embedder, binding: BoundEmbedder) -> None:
        """Bind an empty library to an embedder, or make sure that it is bound to this one.

        Raises EmbedderMismatchError naming both sides.
        """
        bound = embedder_of(self.store)
        if bound is None:
            set_embedder(self.store, binding)
        elif not bound.is_of(embedder):
            raise mismatch_error(self.path, bound, embedder)
        self._split_anew()

    def change_embedder(self, binding: BoundEmbedder, *, progress: Progress | None = None) -> None:
        """Bind the library to another embedder: split anew; what the old one embedded goes with the old rows.

        Where it is interrupted, the next writer goes on: vectors of two embedders never serve together.
        """
        last = self.store.last_document()
        self.store.verify_documents(self.store.live_rows(up_to=last))
        with self.store.transaction():
            set_embedder(self.store, binding)
            self.store.set_setting(_SPLIT_ANEW, str(last))
        self._split_anew(progress)

    def _split_anew(self, progress: Progress | None = None) -> None:
        last = int(self.store.setting(_SPLIT_ANEW) or 0)
        if not last:
            return
        rows = self.store.live_rows(up_to=last)
        for i, row in enumerate(rows, start=1):
            document = self.store.document(row)
            self.put(document, path=document.id.removeprefix(f"{document.source}/"))
            if progress:
                progress(i, len(rows))
        self.store.set_setting(_SPLIT_ANEW, "0")

    def set_fusion_weight(self, weight: float) -> None:
        """Keep a calibrated weight of the dense channel."""
        bound = embedder_of(self.store)
        if bound is not None:
            set_embedder(self.store, replace(bound, fusion_weight=weight))

    # -- documents --------------------------------------------------------------------------------------

    def put(self, document: Document, *, path: str) -> int:
        """Add or replace a document; it is acknowledged when this returns. Returns its number of passages."""
        bound = embedder_of(self.store)
        if bound is None:
            raise NotFoundError(f"{self.path} is not bound to an embedder yet")
        new = prepare_document(document, path=path, embedder=bound.key, max_chars=bound.max_chars)
        self.store.put(new)
        return len(new.passages)

    # -- vectors ----------------------------------------------------------------------------------------

    def embed_missing(
        self, embedder: Embedder, *, progress: Progress | None = None, should_stop: Callable[[], bool] | None = None
    ) -> int:
        """Embed every text that has no vector yet; goes on where it was interrupted. Returns how many remain."""
        missing = self.store.missing_vectors()
        # A batch is stored at once: large for a fast embedder, small enough to lose little of a slow one.
        size = 2048 if embedder.name == "builtin" else 64
        for start in range(0, len(missing), size):
            if should_stop and should_stop():
                return len(missing) - start
            batch = missing[start : start + size]
            found = self.store.passages([row for row, _ in batch])
            texts = [vector_input(context.title, passage.text) for passage, context in (found[r] for r, _ in batch)]
            self.store.put_vectors([key for _, key in batch], embedder.embed_passages(texts))
            if progress:
                progress(min(start + size, len(missing)), len(missing))
        return 0

    # -- publishing -------------------------------------------------------------------------------------

    def is_published(self) -> bool:
        """Say whether the snapshot in force is whole and holds exactly the live documents and their vectors."""
        return publish.is_published(self.store, self.path / "snapshots")

    def snapshot_damage(self) -> list[str]:
        """Check every byte of the snapshot in force. Returns a sentence for each damage found."""
        return publish.snapshot_damage(self.store, self.path / "snapshots")

    def publish(self, *, extra: Mapping[str, Any] | None = None) -> str:
        """Build the derived indexes from the store and swap them in. Returns the snapshot's name."""
        return publish.publish_indexes(self.store, self.path / "snapshots", extra=extra)
