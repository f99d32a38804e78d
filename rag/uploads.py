"""Reports that come without a folder: named by whoever sent them, kept by their hash, read like any other."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.disk import hash_file, storage_errors
from rag.embed import Embedder
from rag.errors import ReadingError, TooLargeError, UnreachableFileError, UnsupportedFormatError
from rag.indexing import finish
from rag.library import LibraryWriter
from rag.originals import kept_upload
from rag.reading import Job, Limits, Readers
from rag.reading.folders import is_report_name
from rag.reading.sources import UPLOADS
from rag.text import to_nfc
from rag.types import Document

_MAX_NAME_CHARS = 200
_MAX_FOLDERS = 20
_MAX_PATH_CHARS = 900


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sent. path: where its bytes lie now; name: what the sender called it, folders and all."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload. status: added, updated, unchanged or skipped.

    doc_id: None where it was skipped; error and reason say why then.
    """

    name: str
    status: str
    doc_id: str | None = None
    n_passages: int = 0
    error: str = ""
    reason: str = ""


def clean_name(name: str) -> str:
    """Make a path within the uploads out of whatever a sender called a file.

    Raises UnsupportedFormatError where no file name is left, or one of a file that is no report.
    """
    parts = []
    for part in to_nfc(name.encode("utf-8", "replace").decode()).replace("\\", "/").split("/"):
        kept = "".join(c if c.isprintable() else " " for c in part)
        kept = " ".join(kept.split()).rstrip(" .")
        if kept:
            parts.append(kept)
    if not parts:
        raise UnsupportedFormatError(f"{name[:80]!r} is no file name; give the file a name such as 'bao cao.docx'")
    if not is_report_name(parts[-1]):
        raise UnsupportedFormatError(
            f"{parts[-1][:80]}: not a report (hidden, a settings file or an office program's lock); "
            "allowed: .txt, .md, .html, .docx, .pdf, .csv and .xlsx files"
        )
    return _shorten(parts)


def _shorten(parts: list[str]) -> str:
    """Join a path; one that is too long is cut and marked, so that two which begin alike stay two reports."""
    whole = "/".join(parts)
    if max(map(len, parts)) <= _MAX_NAME_CHARS and len(parts) <= _MAX_FOLDERS and len(whole) <= _MAX_PATH_CHARS:
        return whole
    *folders, last = parts
    path = PurePosixPath(last)
    ending = f" {hashlib.sha256(whole.encode()).hexdigest()[:8]}{path.suffix[:20]}"
    kept = [path.stem[: _MAX_NAME_CHARS - len(ending)].rstrip(" .") + ending]
    left = _MAX_PATH_CHARS - len(kept[0])
    for folder in reversed(folders[1 - _MAX_FOLDERS :]):
        short = folder[:_MAX_NAME_CHARS].rstrip(" .")
        left -= len(short) + 1
        if left < 0:
            break
        kept.insert(0, short)
    return "/".join(kept)


def add_uploads(
    writer: LibraryWriter,
    uploads: Iterable[Upload],
    *,
    embedder: Embedder,
    limits: Limits,
    on_read: Callable[[Upload], None] = lambda upload: None,
    on_done: Callable[[Upload, Uploaded], None] = lambda upload, uploaded: None,
    on_publish: Callable[[str], None] = lambda snapshot: None,
    should_stop: Callable[[], bool] | None = None,
) -> str:
    """Read uploads and put them into the library, then publish. Returns the snapshot's name.

    uploads: may be a queue's content, asked for the next when there is room. on_done: is told of each as soon as it
    is stored or skipped; it can be asked once on_publish was told. A file under a name that is there already takes
    its place. should_stop: stop embedding, the texts are stored and published; the next run goes on.
    """
    with writer.store.transaction():
        writer.store.add_source(UPLOADS, "")
    held = writer.store.files(UPLOADS)
    waiting: dict[Path, list[Upload]] = {}

    def jobs() -> Iterator[Job]:
        for upload in uploads:
            try:
                name = clean_name(upload.name)
                kept, sha256 = _keep(writer.path, upload, name, limits)
            except ReadingError as exc:
                on_done(upload, _skipped(upload, exc))
                continue
            if held.get(name) == sha256:
                on_done(upload, Uploaded(upload.name, "unchanged", f"{UPLOADS}/{name}"))
                continue
            on_read(upload)
            # The same bytes may come twice in one run, under two names or under one.
            waiting.setdefault(kept / name, []).append(upload)
            yield Job(path=kept, doc_id=f"{UPLOADS}/{name}", source=UPLOADS)

    try:
        with Readers(limits=limits) as readers:
            for job, result in readers.read_all(jobs()):
                name = job.doc_id.removeprefix(f"{UPLOADS}/")
                upload = waiting[job.path / name].pop(0)
                if isinstance(result, Document):
                    n_passages = writer.put(result, path=name)
                    status = "updated" if name in held else "added"
                    held[name] = result.sha256
                    on_done(upload, Uploaded(upload.name, status, job.doc_id, n_passages))
                else:
                    on_done(upload, _skipped(upload, result, kept=job.path.name, name=name))
        return finish(writer, embedder, {}, on_publish=on_publish, should_stop=should_stop)
    finally:
        # Also where the disk was full: what no document was read from would keep it full.
        forget_unused(writer)


def forget_unused(writer: LibraryWriter) -> None:
    """Delete the kept bytes of uploads that no document of the library was read from any more."""
    used = set(writer.store.files(UPLOADS).values())
    folder = writer.path / UPLOADS
    with storage_errors(folder):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.partition(".")[0] not in used:
                path.unlink(missing_ok=True)


def _keep(library: Path, upload: Upload, name: str, limits: Limits) -> tuple[Path, str]:
    """Copy the bytes of an upload into the library. Returns where they are kept and their SHA-256."""
    if not upload.path.is_file():
        raise UnreachableFileError(f"{name}: what was sent is not there any more; send it again")
    with storage_errors(library / UPLOADS):
        size = upload.path.stat().st_size
        if size > limits.max_file_mb * 2**20:
            raise TooLargeError(
                f"{name}: {size / 2**20:.1f} MB, allowed: {limits.max_file_mb} MB; split the report, or raise the limit"
            )
        sha256 = hash_file(upload.path)
        kept = kept_upload(library, sha256, name)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(f".{kept.name}.part")
            with upload.path.open("rb") as source, part.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
                target.flush()
                os.fsync(target.fileno())
            os.replace(part, kept)
        return kept, sha256


def _skipped(upload: Upload, error: ReadingError, *, kept: str = "", name: str = "") -> Uploaded:
    """Say why an upload was skipped. kept: the name its bytes lie under, which means nothing to the sender."""
    reason = str(error).replace(kept, PurePosixPath(name).name) if kept else str(error)
    return Uploaded(upload.name, "skipped", None, 0, type(error).__name__, reason)
