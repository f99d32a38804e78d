"""The library an engine reads: many threads share one snapshot, and a newer one takes its place without a gap."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.library import Library
from rag.snapshots import current_name


@dataclass(slots=True)
class _Lease:
    """An opened library and how many are reading it. is_retired: closed when the last of them is done."""

    library: Library
    users: int = 0
    is_retired: bool = False


class OpenedLibrary:
    """Opens a library when first needed and keeps it open; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._renewing = threading.Lock()
        self._lease: _Lease | None = None

    @contextmanager
    def use(self, path: Path) -> Iterator[Library]:
        """Hold the snapshot in use for the length of a block, whatever is published or let go of meanwhile."""
        with self._lock:
            lease = self._open(path)
            lease.users += 1
        try:
            yield lease.library
        finally:
            with self._lock:
                lease.users -= 1
                self._close_unused(lease)

    def get(self, path: Path) -> Library:
        """Give the opened library. It is closed by the next let_go or renew: to read beside others, take use()."""
        with self._lock:
            return self._open(path).library

    def let_go(self) -> None:
        """Retire the snapshot in use; the next reader opens the newest."""
        with self._lock:
            self._retire()

    def renew(self, path: Path) -> bool:
        """Open the newest snapshot beside the one in use, then put it in its place. Returns whether there was a newer.

        Readers go on meanwhile. Where the newest cannot be opened the one in use stays, and the error is raised.
        """
        with self._renewing:
            with self._lock:
                lease = self._lease
            if lease is None or current_name(path / "snapshots") == lease.library.snapshot.manifest.name:
                return False
            library = Library.open(path)
            with self._lock:
                self._retire()
                self._lease = _Lease(library)
            return True

    def _open(self, path: Path) -> _Lease:
        if self._lease is None:
            self._lease = _Lease(Library.open(path))
        return self._lease

    def _retire(self) -> None:
        if self._lease is not None:
            self._lease.is_retired = True
            self._close_unused(self._lease)
            self._lease = None

    @staticmethod
    def _close_unused(lease: _Lease) -> None:
        if lease.is_retired and not lease.users:
            lease.library.close()
