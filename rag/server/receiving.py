"""Uploaded files → temporary files, as they come in: never whole in memory, never more on disk than is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from rag.server.errors import RefusalError
from rag.server.settings import ServerSettings
from rag.server.shelves import Received, Shelf, Space, disk_errors

_MAX_NAME_CHARS = 1000
_FLUSH_BYTES = 512 * 1024


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
        with disk_errors():
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
                with disk_errors():
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
