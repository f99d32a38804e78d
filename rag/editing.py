"""Everything that changes a library: reports in, reports out, corrections of what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rag.errors import NotFoundError
from rag.indexing import Event, finish, index_documents, index_paths
from rag.library import LibraryWriter
from rag.opening import EmbedderInUse
from rag.reading import Limits
from rag.reading.sources import is_gone
from rag.store import require_store
from rag.types import Document, IndexReport
from rag.uploads import Upload, Uploaded, add_uploads, forget_unused

#: How long a change waits for another process that writes, before it says so.
WAIT_S = 5.0


def index_reports(
    library: Path,
    embedders: EmbedderInUse,
    paths: Sequence[Path],
    *,
    limits: Limits,
    rebuild: bool,
    remove_missing: bool,
    on_event: Callable[[Event], None],
    on_embed: Callable[[int, int], None] | None,
    on_publish: Callable[[str], None],
    embed_budget_s: float | None,
) -> IndexReport:
    """Add or refresh files and folders. Raises NotFoundError, changing nothing, for a path that is not there."""
    for path in paths:
        if is_gone(path):
            raise NotFoundError(f"{path} is not there; name a file or a folder of reports that is")
    with LibraryWriter(library) as writer:
        if rebuild:
            embedder = embedders.get_anew(library)
            writer.change_embedder(embedders.bind(embedder))
        else:
            embedder = embedders.get(library)
            writer.use_embedder(embedder, embedders.bind(embedder))
        return index_paths(
            writer,
            paths,
            embedder=embedder,
            limits=limits,
            remove_missing=remove_missing,
            on_event=on_event,
            on_embed=on_embed,
            on_publish=on_publish,
            embed_budget_s=embed_budget_s,
        )


def add_made_documents(
    library: Path,
    embedders: EmbedderInUse,
    documents: Iterable[tuple[str, Document]],
    *,
    source: str,
    remove_missing: bool,
) -> IndexReport:
    """Add documents that were made in memory. documents: path within the source, document."""
    embedder = embedders.get(library)
    with LibraryWriter(library) as writer:
        writer.use_embedder(embedder, embedders.bind(embedder))
        return index_documents(writer, documents, source=source, embedder=embedder, remove_missing=remove_missing)


def add_sent_files(
    library: Path,
    embedders: EmbedderInUse,
    uploads: Iterable[Upload],
    *,
    limits: Limits,
    on_read: Callable[[Upload], None],
    on_done: Callable[[Upload, Uploaded], None],
    on_publish: Callable[[str], None],
    should_stop: Callable[[], bool] | None,
) -> None:
    """Add files that somebody sent; see rag.uploads.add_uploads."""
    embedder = embedders.get(library)
    with LibraryWriter(library, wait_s=WAIT_S) as writer:
        writer.use_embedder(embedder, embedders.bind(embedder))
        add_uploads(
            writer,
            uploads,
            embedder=embedder,
            limits=limits,
            on_read=on_read,
            on_done=on_done,
            on_publish=on_publish,
            should_stop=should_stop,
        )


def embed_rest(library: Path, embedders: EmbedderInUse, *, should_stop: Callable[[], bool]) -> None:
    """Embed what an earlier run left without a vector, and publish."""
    embedder = embedders.get(library)
    with LibraryWriter(library, wait_s=WAIT_S) as writer:
        writer.use_embedder(embedder, embedders.bind(embedder))
        finish(writer, embedder, {}, should_stop=should_stop)


def remove_documents(library: Path, doc_ids: Sequence[str]) -> tuple[str, ...]:
    """Take documents out. Raises NotFoundError, removing none, if one is not in the library."""
    require_store(library)
    with LibraryWriter(library, wait_s=WAIT_S) as writer:
        found = [_held_id(writer, doc_id) for doc_id in doc_ids]
        writer.store.retire(found)
        writer.publish()
        forget_unused(writer)
    return tuple(found)


def correct_documents(
    library: Path, embedders: EmbedderInUse, corrections: Mapping[str, Mapping[str, str | None]]
) -> tuple[str, ...]:
    """Correct what documents say of themselves, and publish. Returns the ids that were changed."""
    require_store(library)
    embedder = embedders.get(library)
    with LibraryWriter(library, wait_s=WAIT_S) as writer:
        writer.use_embedder(embedder, embedders.bind(embedder))
        changed = writer.correct(corrections)
        if changed:
            finish(writer, embedder, {})
    return changed


def _held_id(writer: LibraryWriter, doc_id: str) -> str:
    row = writer.store.find_document(doc_id)
    if row is None:
        raise NotFoundError(f"no document {doc_id!r} in {writer.path}; 'rag documents' lists them")
    return writer.store.document(row).id
