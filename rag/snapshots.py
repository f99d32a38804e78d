"""Immutable snapshots of the derived indexes: written through a hash, swapped in at once, verified on opening.

    snapshots/
    ├── CURRENT                 the name of the snapshot in force
    └── 00000007/
        ├── manifest.json       name, size and SHA-256 of every file, counts, embedder; its own SHA-256 last
        ├── LOCK                held shared by readers
        └── *.npy, *.faiss

A file that fails its checksum means the snapshot is rebuilt from the store, never a wrong answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rag.disk import HashedFile, hash_file, storage_errors, sync_folder, write_text
from rag.errors import LibraryDamagedError, StorageError

logger = logging.getLogger(__name__)

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LOCK = "LOCK"
#: Larger files are verified at opening by size and header only, and in full by ``rag check``.
FULL_CHECK_BYTES = 256 * 1024 * 1024
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. files: name → (bytes, sha256). about: counts, embedder, fusion weight."""

    name: str
    files: Mapping[str, tuple[int, str]]
    about: Mapping[str, Any]

    def to_json(self) -> str:
        """Write as JSON with a checksum of itself."""
        value = {"name": self.name, "files": {k: list(v) for k, v in self.files.items()}, "about": self.about}
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        return json.dumps({"manifest": value, "sha256": hashlib.sha256(text.encode()).hexdigest()}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes, *, path: Path) -> Manifest:
        """Read back. Raises LibraryDamagedError if it is not what was written."""
        try:
            outer = json.loads(text)
            value = outer["manifest"]
            written = json.dumps(value, ensure_ascii=False, sort_keys=True)
            if hashlib.sha256(written.encode()).hexdigest() != outer["sha256"]:
                raise ValueError("its checksum does not match")
            files = {k: (int(size), str(sha)) for k, (size, sha) in value["files"].items()}
            return cls(str(value["name"]), files, value["about"])
        except (ValueError, KeyError, TypeError) as exc:
            raise LibraryDamagedError(f"{path} is damaged: {exc}") from exc


class SnapshotWriter:
    """Writes one snapshot into a temporary folder; publish() makes it the one in force.

    Leaves nothing behind when the block ends by an error.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            taken = [int(p.name) for p in folder.iterdir() if p.name.isascii() and p.name.isdigit()]
        self.name = f"{max(taken, default=0) + 1:08d}"
        self._temporary = folder / f".{self.name}.part"
        self._files: dict[str, tuple[int, str]] = {}

    def __enter__(self) -> SnapshotWriter:
        shutil.rmtree(self._temporary, ignore_errors=True)
        with storage_errors(self._temporary):
            self._temporary.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)

    def write(self, name: str, fill: Callable[[HashedFile], object]) -> None:
        """Write one file through a hash; fill gets the open file."""
        with storage_errors(self._temporary / name):
            file = HashedFile(self._temporary / name)
            try:
                fill(file)
            finally:
                file.close()
            self._files[name] = (file.size, file.sha256)

    def write_array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array as ``name.npy``."""

        def fill(file: HashedFile) -> None:
            np.lib.format.write_array_header_2_0(_Sink(file), np.lib.format.header_data_from_array_1_0(array))
            view = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            for start in range(0, view.nbytes, _BLOCK):
                file.write(view[start : start + _BLOCK])

        self.write(f"{name}.npy", fill)

    def publish(self, about: Mapping[str, Any]) -> Manifest:
        """Make the snapshot the one in force: manifest, rename, fsync of the parent, CURRENT last."""
        manifest = Manifest(self.name, self._files, about)
        final = self._folder / self.name
        pointer = self._folder / f".{CURRENT}.part"
        with storage_errors(final):
            for name, text in ((LOCK, ""), (MANIFEST, manifest.to_json())):
                write_text(self._temporary / name, text)
            sync_folder(self._temporary)
            os.rename(self._temporary, final)
            sync_folder(self._folder)
            try:
                write_text(pointer, self.name)
            except OSError:
                # Out of force, and in the way of the next attempt on a full disk.
                shutil.rmtree(final, ignore_errors=True)
                pointer.unlink(missing_ok=True)
                raise
            os.replace(pointer, self._folder / CURRENT)
            sync_folder(self._folder)
        return manifest


class _Sink:
    """What numpy's header writer wants of a file."""

    def __init__(self, file: HashedFile) -> None:
        self.write = file.write


class Snapshot:
    """A snapshot opened for reading. It stays on disk while it is open."""

    def __init__(self, path: Path, manifest: Manifest, lock: BinaryIO) -> None:
        self.path = path
        self.manifest = manifest
        self._lock: BinaryIO | None = lock

    def array(self, name: str) -> NDArray[Any]:
        """Map an array of the snapshot, read-only."""
        mapped = np.load(self.path / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        # A plain view of it: numpy's own class costs a microsecond a slice.
        view: NDArray[Any] = np.asarray(mapped)
        return view

    def has(self, name: str) -> bool:
        """Say whether the snapshot holds a file of that name."""
        return name in self.manifest.files

    def verify(self, *, whole: bool = False) -> None:
        """Check sizes, and SHA-256 of files up to 256 MB (of all with whole).

        Raises LibraryDamagedError naming the first file that is not what was written.
        """
        for name, (size, sha256) in self.manifest.files.items():
            path = self.path / name
            try:
                found = path.stat().st_size
                if found != size:
                    raise LibraryDamagedError(f"{path} is damaged: {found} bytes, {size} were written")
                if (whole or size <= FULL_CHECK_BYTES) and hash_file(path) != sha256:
                    raise LibraryDamagedError(f"{path} is damaged: its SHA-256 is not the one written")
            except OSError as exc:
                raise unreadable(path, exc) from exc

    def close(self) -> None:
        """Let go of the snapshot, so that a writer may remove it once it is not in force."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def unreadable(path: Path, exc: OSError) -> LibraryDamagedError | StorageError:
    """Make the error for a part of a library that is missing, or that this user may not read."""
    if not isinstance(exc, PermissionError):
        return LibraryDamagedError(f"{path} is missing: {exc.strerror}")
    return StorageError(
        f"cannot read {path}: {exc.strerror}; allowed: a library this user may read. Have its owner give read "
        "permission, or name another one with --library"
    )


def current_name(folder: Path) -> str | None:
    """Name the snapshot in force; None where nothing was published yet."""
    try:
        name = (folder / CURRENT).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise unreadable(folder / CURRENT, exc) from exc
    if not (name.isascii() and name.isdigit()):
        raise LibraryDamagedError(f"{folder / CURRENT} is damaged: {name[:40]!r} names no snapshot")
    return name


def open_current(folder: Path) -> Snapshot | None:
    """Open the snapshot in force, not yet verified; None where nothing was published.

    A writer may swap and clear between our reading CURRENT and holding the lock: then we look again. What is in
    force while we hold it stays, and so do the rows it names.
    """
    for _ in range(20):
        name = current_name(folder)
        if name is None:
            return None
        path = folder / name
        try:
            lock = _hold(path / LOCK)
        except (FileNotFoundError, NotADirectoryError):
            if current_name(folder) == name:
                break
            continue
        except OSError as exc:
            raise unreadable(path / LOCK, exc) from exc
        if current_name(folder) != name:
            lock.close()
            continue
        try:
            text = (path / MANIFEST).read_bytes()
            return Snapshot(path, Manifest.from_json(text, path=path / MANIFEST), lock)
        except OSError as exc:
            lock.close()
            raise unreadable(path / MANIFEST, exc) from exc
        except LibraryDamagedError:
            lock.close()
            raise
    raise LibraryDamagedError(f"{folder / CURRENT} names snapshot {current_name(folder)}, which is not there")


def remove_old(folder: Path) -> bool:
    """Remove snapshots no longer in force and held by no reader, and what a killed writer left.

    Returns whether only the one in force remains.
    """
    if not folder.is_dir():
        return True
    alone = True
    name = current_name(folder)
    for path in sorted(folder.iterdir()):
        if path.name in (name, CURRENT):
            continue
        if path.name.isdigit() and not _is_free(path / LOCK):
            alone = False
            continue
        shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        alone = alone and not path.exists()
    return alone


def _hold(path: Path) -> BinaryIO:
    file = path.open("rb")
    try:
        import fcntl
    except ImportError:  # Windows: an open, mapped file cannot be removed there anyway.
        return file
    # On a file system without locks the writer cannot take one either, and removes nothing.
    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _is_free(path: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
