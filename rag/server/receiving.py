"""Uploaded files → temporary files, as they come in: never whole in memory, never more on disk than is allowed."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from rag.errors import BusyError
from rag.server.errors import RefusalError
from rag.server.settings import ServerSettings

ALLOWED_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf", ".csv", ".tsv", ".xlsx")
_ALLOWED = ", ".join(ALLOWED_SUFFIXES)
_MAX_NAME_CHARS = 1000
_FLUSH_BYTES = 512 * 1024


class Space:
    """The room on disk for all uploads that wait, shared by all who send."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, n_bytes: int) -> None:
        """Take room. Raises BusyError where there is none."""
        with self._lock:
            if self._taken + n_bytes > self._most:
                raise BusyError(
                    f"uploads of {self._taken // 1024**2:,} MiB are waiting, allowed: {self._most // 1024**2:,}; "
                    "send the rest in a moment",
                    retry_after_s=15,
                )
            self._taken += n_bytes

    def give_back(self, n_bytes: int) -> None:
        """Give room back."""
        with self._lock:
            self._taken -= n_bytes


@dataclass(slots=True, eq=False)
class Received:
    """A file that came in. name: what the sender called it, never a path here; problem: why it is not kept."""

    name: str
    path: Path
    problem: str = ""
    n_bytes: int = 0
    is_taken: bool = False


class Shelf:
    """The files of one request, in a private folder that goes with the last of them.

    A file belongs to the request until a thread takes it, and then to that thread, which may outlive the request.
    """

    def __init__(self, settings: ServerSettings, space: Space) -> None:
        self.files: list[Received] = []
        self._space = space
        self._folder = Path(tempfile.mkdtemp(prefix="rag-upload-", dir=settings.temp_folder))
        self._lock = threading.Lock()
        self._n_taken = 0
        self._is_closed = False

    def add(self, name: str) -> Received:
        """Make a place for a file. What it is called here is its number."""
        received = Received(name, self._folder / str(len(self.files)))
        if suffix_of(name) not in ALLOWED_SUFFIXES:
            shown = suffix_of(name) or "no suffix"
            received.problem = f"{shown[:40]} is not read; allowed: {_ALLOWED}. Save the report as one of these"
        self.files.append(received)
        return received

    def take(self, received: Received) -> bool:
        """Give a file to a thread; False where the request is over and the file gone."""
        with self._lock:
            if self._is_closed:
                return False
            received.is_taken = True
            self._n_taken += 1
            return True

    def drop(self, received: Received) -> None:
        """Remove a file that was taken."""
        received.path.unlink(missing_ok=True)
        self._space.give_back(received.n_bytes)
        with self._lock:
            self._n_taken -= 1
            is_last = self._is_closed and not self._n_taken
        if is_last:
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Remove what nobody took; the folder goes with the last file."""
        with self._lock:
            self._is_closed = True
            left = [received for received in self.files if not received.is_taken]
            is_last = not self._n_taken
        for received in left:
            received.path.unlink(missing_ok=True)
            self._space.give_back(received.n_bytes)
        if is_last:
            shutil.rmtree(self._folder, ignore_errors=True)


def suffix_of(name: str) -> str:
    """Give the suffix of what a sender called a file, in small letters."""
    return PurePosixPath(name.replace("\\", "/").rstrip(" .")).suffix.lower()


class Reception:
    """Reads a multipart body part by part and keeps the files of its field ``file``.

    Raises RefusalError as soon as a file is over the limit, or there are too many; BusyError where the disk's share
    for uploads is full.
    """

    def __init__(self, shelf: Shelf, settings: ServerSettings, space: Space, *, boundary: bytes) -> None:
        self._shelf = shelf
        self._settings = settings
        self._space = space
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._current: Received | None = None
        self._todo: list[tuple[Path, bytes]] = []
        self._n_todo = 0
        self._file: BinaryIO | None = None
        self._open_path: Path | None = None
        self._is_whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_part_data": self._take_data,
                "on_part_end": self._end_part,
                "on_header_field": self._take_header_name,
                "on_header_value": self._take_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_end": self._end,
            },
        )

    async def read(self, body: AsyncIterator[bytes], write: Callable[[Callable[[], None]], object]) -> None:
        """Read a whole body. write: runs what writes to the disk, in a thread; awaitable."""
        try:
            async for piece in body:
                self._parser.write(piece)
                if self._n_todo > _FLUSH_BYTES:
                    await write(self._flush)  # type: ignore[misc]
            self._parser.finalize()
        except FormParserError as exc:
            raise _broken() from exc
        finally:
            if self._todo or self._file is not None:
                await write(self._finish)  # type: ignore[misc]
        if not self._is_whole:
            raise _broken()

    # -- what the parser finds ----------------------------------------------------------------------------

    def _begin_part(self) -> None:
        self._headers = {}
        self._current = None

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if options.get(b"name") != b"file" or b"filename" not in options:
            return
        name = options[b"filename"].decode("utf-8", "replace")
        if not name or len(name) > _MAX_NAME_CHARS:
            raise RefusalError(
                422, "RequestError", f"a file's name has {len(name)} characters, allowed: 1 to {_MAX_NAME_CHARS}"
            )
        if len(self._shelf.files) >= self._settings.max_files:
            raise RefusalError(
                413,
                "TooLargeError",
                f"more than {self._settings.max_files} files in one request; send the others with the next",
            )
        self._current = self._shelf.add(name)
        self._todo.append((self._current.path, b""))

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        current = self._current
        if current is None or current.problem:
            return
        if current.n_bytes + end - start > self._settings.max_upload_bytes:
            number = len(self._shelf.files)
            raise RefusalError(
                413,
                "TooLargeError",
                f"file {number} is larger than the {self._settings.max_upload_mb} MB allowed; split it, or start the "
                "server with a larger --max-upload-mb",
            )
        self._space.take(end - start)
        current.n_bytes += end - start
        self._todo.append((current.path, data[start:end]))
        self._n_todo += end - start

    def _end_part(self) -> None:
        self._current = None

    def _end(self) -> None:
        self._is_whole = True

    # -- the disk -----------------------------------------------------------------------------------------

    def _flush(self) -> None:
        todo, self._todo, self._n_todo = self._todo, [], 0
        for path, data in todo:
            if path != self._open_path:
                if self._file is not None:
                    self._file.close()
                self._file, self._open_path = path.open("wb"), path
            if self._file is not None:
                self._file.write(data)

    def _finish(self) -> None:
        try:
            self._flush()
        finally:
            if self._file is not None:
                self._file.close()
                self._file = None


def _broken() -> RefusalError:
    return RefusalError(
        422, "RequestError", "the upload is not whole; send multipart/form-data with the files in the field 'file'"
    )


def read_boundary(content_type: str) -> bytes:
    """Find the boundary of a multipart body. Raises RefusalError where it is none."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        raise RefusalError(
            415, "UnsupportedMediaTypeError", "files must come as multipart/form-data, in the field 'file'"
        )
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= 200:
        raise _broken()
    return boundary
