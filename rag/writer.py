"""The one writer of a library: documents in, corrections of them, vectors made, indexes published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock, Timeout

from rag import publish
from rag.binding import BoundEmbedder, embedder_of, mismatch_error, set_embedder
from rag.corrections import correct_documents, overlay_corrections
from rag.disk import make_folder, storage_errors
from rag.embed import Embedder
from rag.errors import LibraryLockedError, NotFoundError
from rag.prepare import prepare_document, vector_input
from rag.store import WRITER_LOCK, Correction, Store
from rag.types import Document

#: Setting: documents up to this row are still split for the embedder before.
_SPLIT_ANEW = "split_anew"
Progress = Callable[[int, int], None]


class LibraryWriter:
    """The one writer of a library. Holds its lock from entering to leaving.

    Raises LibraryLockedError at once, or after wait_s, when another process writes.
    """

    def __init__(self, path: Path, *, wait_s: float = 0.0) -> None:
        self.path = path
        self._lock = FileLock(str(path / WRITER_LOCK), timeout=wait_s)

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
            self._write(document, path=_path_of(document))
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
        """Add or replace a document as it was read; it is acknowledged when this returns.

        Returns its number of passages. What was corrected of its id stays corrected; what was read is kept beside it.
        """
        held = self.store.corrections(document.id)
        corrected, kept = overlay_corrections(document, held)
        return self._write(corrected, path=path, corrections=kept if kept != held else None)

    def correct(self, corrections: Mapping[str, Mapping[str, str | None]]) -> tuple[str, ...]:
        """Correct what documents say of themselves: id → field → value. Returns the ids of those that changed.

        None brings back what was read, "" leaves a field empty. Fields: title, date, place, organisation, number,
        type, signer, period. The texts never change, and the files need not be there. Raises, changing nothing,
        NotFoundError for a document that is not there, ConfigError for a field or value that cannot be.
        """

        def write(document: Document, kept: Mapping[str, Correction]) -> None:
            self._write(document, path=_path_of(document), corrections=kept)

        return correct_documents(self.store, corrections, write=write)

    def _write(self, document: Document, *, path: str, corrections: Mapping[str, Correction] | None = None) -> int:
        """Store a document with what was corrected of it."""
        bound = embedder_of(self.store)
        if bound is None:
            raise NotFoundError(f"{self.path} is not bound to an embedder yet")
        new = prepare_document(document, path=path, embedder=bound.key, max_chars=bound.max_chars)
        self.store.put(new, corrections=corrections)
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


def _path_of(document: Document) -> str:
    return document.id.removeprefix(f"{document.source}/")
