"""One file on disk to one Document, in this process."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

from rag.errors import (
    DamagedFileError,
    LimitError,
    ReadingError,
    TooLargeError,
    UnreachableFileError,
    UnsupportedFormatError,
)
from rag.reading import text as text_format
from rag.reading.detect import Format, detect_format
from rag.reading.encoding import clean
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.metadata import describe
from rag.reading.raw import Metadata, RawReport
from rag.types import Document


def read_file(path: Path, *, doc_id: str, source: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read one file in this process, within its limits of size but without limits of time and memory.

    Raises the ReadingError that fits. sha256 is that of the very bytes that were parsed.
    """
    path = Path(path)
    data = load_bytes(path, limits=limits)
    try:
        raw = read_bytes(data, file_name=path.name, limits=limits)
        about = describe(raw, file_name=path.name)
    except MemoryError as exc:
        raise LimitError(
            f"{path.name}: cần quá nhiều bộ nhớ (reading it takes more than {limits.memory_mb} MB); "
            "split it into smaller files"
        ) from exc
    except RecursionError as exc:
        raise DamagedFileError(
            f"{path.name}: tệp hỏng (damaged: its parts are nested without end); open it in its program and save a copy"
        ) from exc
    return _document(doc_id, raw, about, source=source, sha256=hashlib.sha256(data).hexdigest())


def make_document(doc_id: str, text: str, *, source: str, title: str | None = None) -> Document:
    """Make a Document of a text that is in no file, such as a context of a question set.

    title: None or empty to take the text's own. sha256 is that of the text as UTF-8.
    """
    raw = text_format.split_text(clean(text), file_name=doc_id, title=title)
    about = describe(raw, file_name=doc_id.rpartition("/")[2])
    if title and title.strip():
        about = replace(about, title=" ".join(clean(title).split()))
    return _document(doc_id, raw, about, source=source, sha256=hashlib.sha256(text.encode("utf-8")).hexdigest())


def _document(doc_id: str, raw: RawReport, about: Metadata, *, source: str, sha256: str) -> Document:
    return Document(
        id=doc_id,
        title=about.title,
        text=raw.text,
        language=about.language,
        dates=about.dates,
        period=about.period,
        place=about.place,
        organisation=about.organisation,
        number=about.number,
        type=about.type,
        source=source,
        sha256=sha256,
        reader=raw.reader,
        parts=about.parts,
        signer=about.signer,
    )


def read_bytes(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read a file's bytes in the format their content has."""
    match detect_format(data, file_name=file_name):
        case Format.TEXT:
            return text_format.read(data, file_name=file_name, limits=limits)
        case Format.MARKDOWN:
            from rag.reading import markdown

            return markdown.read(data, file_name=file_name, limits=limits)
        case Format.HTML:
            from rag.reading import html

            return html.read(data, file_name=file_name, limits=limits)
        case Format.CSV:
            from rag.reading import table

            return table.read_csv(data, file_name=file_name, limits=limits)
        case Format.XLSX:
            from rag.reading import table

            return table.read_xlsx(data, file_name=file_name, limits=limits)
        case Format.DOCX:
            from rag.reading import docx

            return docx.read(data, file_name=file_name, limits=limits)
        case Format.PDF:
            from rag.reading import pdf

            return pdf.read(data, file_name=file_name, limits=limits)


def load_bytes(path: Path, *, limits: Limits) -> bytes:
    """Read a file whole, its size checked first. Raises UnreachableFileError or TooLargeError."""
    max_bytes = limits.max_file_mb * 2**20
    try:
        # Not blocking: a pipe among the files must not stop the reader.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnsupportedFormatError(f"{path.name}: không phải tệp (not a regular file); name files or folders")
            if status.st_size > max_bytes:
                raise too_large(path, status.st_size, limits)
            data = stream.read(max_bytes + 1)
    except OSError as exc:
        raise unreachable(path, exc) from exc
    if len(data) > max_bytes:
        raise too_large(path, len(data), limits)
    return data


def unreachable(path: Path, exc: OSError) -> ReadingError:
    """Make the error for a file that cannot be opened."""
    if isinstance(exc, FileNotFoundError):
        return UnreachableFileError(
            f"{path.name}: không còn tệp (the file vanished before it was read); put it back and index again"
        )
    if isinstance(exc, PermissionError):
        return UnreachableFileError(
            f"{path.name}: không có quyền đọc (no permission to read it); give this user read permission"
        )
    return UnreachableFileError(
        f"{path.name}: không đọc được từ đĩa ({exc.strerror or type(exc).__name__}); check the disk and index again"
    )


def too_large(path: Path, n_bytes: int, limits: Limits) -> TooLargeError:
    """Make the error for a file over the size limit."""
    return TooLargeError(
        f"{path.name}: tệp quá lớn ({n_bytes / 2**20:.1f} MB, at most {limits.max_file_mb} MB is read); split it, or "
        "raise the limit with --max-file-mb"
    )
