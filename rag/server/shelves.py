"""Where uploaded files wait to be read: private folders, a bounded share of the disk, nothing left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.errors import BusyError
from rag.server.errors import RefusalError
from rag.server.settings import ServerSettings

ALLOWED_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf", ".csv", ".tsv", ".xlsx")
_ALLOWED = ", ".join(ALLOWED_SUFFIXES)
_PREFIX = "rag-upload-"
#: A folder is claimed a moment after it was made; a younger one may be somebody's who is about to.
_YOUNG_S = 60.0


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
        with disk_errors():
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=settings.temp_folder))
        self._held = _claim(self._folder)
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
            self._remove()

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
            self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._held is not None:
            os.close(self._held)


def suffix_of(name: str) -> str:
    """Give the suffix of what a sender called a file, in small letters."""
    return PurePosixPath(name.replace("\\", "/").rstrip(" .")).suffix.lower()


def sweep_shelves(folder: Path | None) -> None:
    """Remove what servers that were killed left in the folder for temporary files: no process claims it any more."""
    for left in Path(folder or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            status = left.lstat()
            if status.st_mtime < time.time() - _YOUNG_S and _is_unclaimed(left):
                shutil.rmtree(left, ignore_errors=True)


def _claim(folder: Path) -> int | None:
    """Hold a folder for as long as this process lives; None where the system has no such locks."""
    with suppress(ImportError, OSError):
        import fcntl

        held = os.open(folder, os.O_RDONLY)
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return held
    return None


def _is_unclaimed(folder: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(held).st_uid == os.getuid()
    finally:
        os.close(held)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Tell the sender that uploads cannot be kept, and where the room is missing."""
    try:
        yield
    except OSError as exc:
        raise RefusalError(
            507,
            "StorageError",
            f"the server cannot keep what is sent: {exc.strerror or type(exc).__name__}; free some space where it "
            "keeps temporary files ($TMPDIR), then send it again",
        ) from exc
