"""Folders and files → a library: find, compare by hash, read what is new, put, remove, embed, publish."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.disk import hash_file
from rag.embed import Embedder
from rag.errors import ConfigError, ReadingError
from rag.library import LibraryWriter, Progress
from rag.reading import Job, Limits, Readers
from rag.reading.files import too_large, unreachable
from rag.reading.folders import Found, name_within, walk
from rag.reading.sources import UPLOADS, Scope, is_gone, plan_scopes
from rag.types import Document, IndexReport, Skipped

logger = logging.getLogger(__name__)

#: Up to this many missing vectors a fast embedder makes them before the first publishing.
_EMBED_FIRST = 4000


@dataclass(frozen=True, slots=True)
class Event:
    """What just happened to one file: what is indexed, skipped, removed or missing; reason where skipped."""

    what: str
    path: str
    n_passages: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Run:
    """What an index run collects as it goes."""

    on_event: Callable[[Event], None]
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def skip(self, path: str, error: ReadingError) -> None:
        self.skipped.append(Skipped(path, type(error).__name__, str(error)))
        self.on_event(Event("skipped", path, reason=str(error)))


def index_paths(
    writer: LibraryWriter,
    paths: Sequence[Path],
    *,
    embedder: Embedder,
    limits: Limits | None = None,
    remove_missing: bool = False,
    on_event: Callable[[Event], None] = lambda event: None,
    on_embed: Progress | None = None,
    on_publish: Callable[[str], None] = lambda snapshot: None,
    embed_budget_s: float | None = None,
) -> IndexReport:
    """Add or refresh files and folders, publish for lexical search, embed, publish again.

    A file whose bytes are as before is not read again. embed_budget_s: stop embedding after this long and
    publish what there is; the next run goes on. Raises NotFoundError, changing nothing, for a path that is not there.
    """
    limits = limits or Limits()
    run = _Run(on_event)
    started = time.monotonic()
    scopes = plan_scopes(paths, writer.store.sources())
    with writer.store.transaction():
        for scope in scopes:
            writer.store.add_source(scope.source, str(scope.folder))
    jobs: list[Job] = []
    for scope in scopes:
        jobs += _changed_files(writer, scope, run, limits=limits, remove_missing=remove_missing)
    run.seconds["scan"] = time.monotonic() - started

    with Readers(limits=limits) as readers:
        put_results(writer, readers.read_all(jobs), run)
    run.seconds["read"] = time.monotonic() - started - run.seconds["scan"]
    snapshot = finish(
        writer, embedder, run.seconds, on_embed=on_embed, on_publish=on_publish, embed_budget_s=embed_budget_s
    )
    return _report(writer, run, snapshot)


def index_documents(
    writer: LibraryWriter,
    documents: Iterable[tuple[str, Document]],
    *,
    source: str,
    embedder: Embedder,
    remove_missing: bool = False,
) -> IndexReport:
    """Add documents made in memory to a source without a folder, and publish. documents: path, document.

    Raises ConfigError for a source that has a folder.
    """
    run = _Run(lambda event: None)
    if folder := writer.store.sources().get(source):
        raise ConfigError(f"the source {source!r} is the folder {folder}; allowed: a source without one. Name another")
    with writer.store.transaction():
        writer.store.add_source(source, "")
    held = writer.store.files(source)
    seen: set[str] = set()
    for path, document in documents:
        seen.add(path)
        if held.get(path) == document.sha256:
            run.unchanged += 1
            continue
        writer.put(document, path=path)
        (run.updated if path in held else run.added).append(document.id)
    gone = [f"{source}/{path}" for path in sorted(held) if path not in seen]
    if gone and remove_missing:
        writer.store.retire(gone)
        run.removed += gone
    else:
        run.missing += gone
    return _report(writer, run, finish(writer, embedder, run.seconds))


def _report(writer: LibraryWriter, run: _Run, snapshot: str) -> IndexReport:
    n_documents, n_passages = writer.store.counts()
    return IndexReport(
        added=tuple(run.added),
        updated=tuple(run.updated),
        unchanged=run.unchanged,
        removed=tuple(run.removed),
        missing=tuple(run.missing),
        skipped=tuple(run.skipped),
        snapshot=snapshot,
        n_documents=n_documents,
        n_passages=n_passages,
        seconds={name: round(value, 3) for name, value in run.seconds.items()},
    )


def put_results(writer: LibraryWriter, results: Iterable[tuple[Job, Document | ReadingError]], run: _Run) -> None:
    """Store what was read, one transaction a document; name and skip what was not."""
    known: dict[str, dict[str, str]] = {}
    for n, (job, result) in enumerate(results, start=1):
        path = job.doc_id.removeprefix(f"{job.source}/")
        if isinstance(result, ReadingError):
            run.skip(str(job.path), result)
            continue
        if job.source not in known:
            known[job.source] = writer.store.files(job.source)
        n_passages = writer.put(result, path=path)
        (run.updated if path in known[job.source] else run.added).append(job.doc_id)
        run.on_event(Event("indexed", job.doc_id, n_passages=n_passages))
        if n % 1000 == 0:
            writer.store.checkpoint()


def finish(
    writer: LibraryWriter,
    embedder: Embedder,
    seconds: dict[str, float],
    *,
    on_embed: Progress | None = None,
    on_publish: Callable[[str], None] = lambda snapshot: None,
    embed_budget_s: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> str:
    """Publish for lexical search at once, embed what has no vector, publish again. Returns the snapshot.

    should_stop: asked between batches; what is not embedded by then is so by the next run.
    """
    from rag.calibrate import calibrate_weight
    from rag.snapshots import current_name

    begun = time.monotonic()
    name = current_name(writer.path / "snapshots") if writer.is_published() else None
    missing = len(writer.store.missing_vectors())
    if name is not None and not missing:
        return name
    if name is None and missing and not (embedder.name == "builtin" and missing <= _EMBED_FIRST):
        name = writer.publish()
        on_publish(name)
        seconds["publish_lexical"] = time.monotonic() - begun
    begun = time.monotonic()
    stop_at = begun + embed_budget_s if embed_budget_s is not None else math.inf
    remaining = missing
    if missing:
        remaining = writer.embed_missing(
            embedder,
            progress=on_embed,
            should_stop=lambda: time.monotonic() > stop_at or (should_stop is not None and should_stop()),
        )
        seconds["embed"] = time.monotonic() - begun
    begun = time.monotonic()
    if name is None or remaining < missing:
        if not remaining:
            calibrate_weight(writer, embedder)
        name = writer.publish()
        on_publish(name)
    seconds["publish"] = time.monotonic() - begun
    return name


# -- finding files --------------------------------------------------------------------------------------


def _changed_files(
    writer: LibraryWriter, scope: Scope, run: _Run, *, limits: Limits, remove_missing: bool
) -> Iterator[Job]:
    """Yield a job for every file that is new or whose bytes changed; then settle what is gone."""
    held = writer.store.files(scope.source)
    others = {
        os.path.realpath(place) for name, place in writer.store.sources().items() if place and name != scope.source
    }
    seen: set[str] = set()
    closed = False
    unknown: list[str] = []
    for found in () if is_gone(scope.start) else walk(scope.start, folder=scope.folder, leave_out=others):
        seen.add(found.name)
        if found.is_folder:
            unknown.append(f"{found.name}/")
            closed = closed or found.is_closed
        try:
            sha256 = _hash(found, limits)
        except ReadingError as exc:
            run.skip(_shown(found.path), exc)
            continue
        if held.get(found.name) == sha256:
            run.unchanged += 1
            continue
        yield Job(path=found.path, doc_id=f"{scope.source}/{found.name}", source=scope.source)
    start = name_within(scope.start, folder=scope.folder)
    inside = [path for path in held if start in ("", path) or path.startswith(f"{start}/")]
    gone = sorted(path for path in inside if path not in seen)
    # What lies in a folder that was not looked into is not gone; one that cannot be listed may hold any of them.
    kept = [path for path in gone if closed or path.startswith(tuple(unknown)) or scope.source == UPLOADS]
    if not remove_missing:
        kept = gone
    run.missing += [f"{scope.source}/{path}" for path in kept]
    removed = [f"{scope.source}/{path}" for path in gone if path not in set(kept)]
    if removed:
        writer.store.retire(removed)
    run.removed += removed
    for doc_id in removed:
        run.on_event(Event("removed", doc_id))


def _hash(found: Found, limits: Limits) -> str:
    """Hash a file's bytes. Raises the ReadingError that says why it cannot be indexed."""
    if found.error is not None:
        raise found.error
    try:
        size = found.path.stat().st_size
        if size > limits.max_file_mb * 2**20:
            raise too_large(found.path, size, limits)
        return hash_file(found.path)
    except OSError as exc:
        raise unreachable(found.path, exc) from exc


def _shown(path: Path) -> str:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return ascii(str(path))
    return str(path)
