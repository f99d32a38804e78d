"""The file a document was read from, handed out only while its bytes are those that were read."""

from __future__ import annotations

import hashlib
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.errors import NotFoundError
from rag.library import Library
from rag.reading.sources import UPLOADS
from rag.types import Document

#: Shown by a browser itself; whatever else is offered for saving.
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".markdown": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Original:
    """A report as it lay on disk. name: the file's; media_type: application/octet-stream where it may hold scripts."""

    name: str
    media_type: str
    data: bytes


def find_original(library: Library, doc_id: str) -> Original:
    """Fetch the file a document was read from.

    The file is looked up by what the library wrote down when it was read, never by what was asked for. Raises
    NotFoundError where there is none, it is gone, or its bytes changed since.
    """
    document = library.document(doc_id)
    for path in _places(library, document):
        data = _read_if_regular(path)
        if data is not None and hashlib.sha256(data).hexdigest() == document.sha256:
            name = PurePosixPath(document.id).name
            return Original(name, MEDIA_TYPES.get(PurePosixPath(name.lower()).suffix, "application/octet-stream"), data)
    raise NotFoundError(
        f"the file of {doc_id!r} is not there any more, or was changed since it was read; its text as it was read is "
        "kept in the library. Index its folder again to read the newer one"
    )


def kept_upload(library: Path, sha256: str, name: str) -> Path:
    """Give the place where the bytes of an upload are kept: named by their hash, not by what the sender called them."""
    suffix = PurePosixPath(name.lower()).suffix
    return library / UPLOADS / (sha256 + (suffix if suffix in _KEPT_SUFFIXES else ""))


_KEPT_SUFFIXES = frozenset({*MEDIA_TYPES, ".html", ".htm", ".xhtml"})


def _places(library: Library, document: Document) -> Iterator[Path]:
    if document.source == UPLOADS:
        yield kept_upload(library.path, document.sha256, document.id)
        return
    folder = library.store.sources().get(document.source)
    if folder:
        path = document.id.removeprefix(f"{document.source}/")
        yield Path(folder) / path
        # Names are kept composed; on some file systems they lie decomposed.
        yield Path(folder) / unicodedata.normalize("NFD", path)


def _read_if_regular(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read() if stat.S_ISREG(path.stat().st_mode) else None
    except (OSError, ValueError):
        return None
