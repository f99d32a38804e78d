"""Files that last: written through a hash, flushed to the disk, a full disk named."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rag.errors import StorageError


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn a full or unwritable disk into a StorageError that names the path."""
    try:
        yield
    except OSError as exc:
        raise StorageError(
            f"cannot write {path}: {exc.strerror or exc}; what was there before is unharmed. "
            "Free some space or name another folder with --library, then run the same command again"
        ) from exc


class HashedFile:
    """A file being written: counts and hashes what passes, and is on the disk once closed."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, block: bytes | memoryview) -> int:
        """Append a block. Raises OSError where the disk is full, also for the last bytes."""
        self._file.write(block)
        self._hash.update(block)
        self.size += len(block) if isinstance(block, bytes) else block.nbytes
        return len(block)

    def close(self) -> None:
        """Flush, fsync and close."""
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    @property
    def sha256(self) -> str:
        """Hash of all that was written."""
        return self._hash.hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a small file and see it onto the disk."""
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def make_folder(path: Path) -> None:
    """Make a folder with its parents, so that they outlast a loss of power."""
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in made:
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make what was made, renamed or removed in a folder outlast a loss of power."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def hash_file(path: Path) -> str:
    """Hash a file's bytes by SHA-256, hexadecimal."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
