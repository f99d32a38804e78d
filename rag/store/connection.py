"""One SQLite file, opened so that what was committed lasts, and every error of SQLite's turned into one of ours."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import LibraryDamagedError, LibraryLockedError, NotFoundError, StorageError
from rag.snapshots import CURRENT, unreadable
from rag.store.migration import migrate
from rag.store.schema import SCHEMA_VERSION, TABLES, OlderSchemaError, check_version

logger = logging.getLogger(__name__)

#: What SQLite says of a disk that is full, broken or not ours to write, and of a file another program holds.
NO_STORAGE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}

#: In the library's folder: who holds it is the one that writes.
WRITER_LOCK = "writer.lock"
_MIGRATION_WAIT_S = 5.0


def has_store(folder: Path) -> bool:
    """Say whether there is a library in a folder. Raises StorageError where this user may not look."""
    try:
        return (folder / "library.db").is_file() or _was_published(folder)
    except OSError as exc:
        raise unreadable(folder, exc) from exc


def require_store(folder: Path) -> None:
    """Raise NotFoundError, saying how to build one, where there is no library in a folder."""
    if not has_store(folder):
        raise NotFoundError(f"no library at {folder}; build one: rag index FOLDER --library {folder}")


def _was_published(folder: Path) -> bool:
    return (folder / "snapshots" / CURRENT).is_file()


def open_connection(path: Path, *, writable: bool) -> Connection:
    """Open a store; one of an earlier schema is brought up to date first.

    To do so for reading takes the writer's lock. Raises SchemaError where the folder cannot be written.
    """
    try:
        return Connection(path, writable=writable)
    except OlderSchemaError as exc:
        older = exc
    try:
        with FileLock(str(path.parent / WRITER_LOCK), timeout=_MIGRATION_WAIT_S):
            Connection(path, writable=True).close()
    except Timeout:
        # A writer of this version has brought it up to date before anything else.
        try:
            return Connection(path, writable=False)
        except OlderSchemaError as exc:
            raise LibraryLockedError(
                f"{path} has an earlier schema and another process is writing to it; try again when that is done"
            ) from exc
    except (OSError, StorageError) as exc:
        raise older from exc
    return Connection(path, writable=False)


class Connection:
    """The way to one file. WAL with synchronous=FULL; only the writer checkpoints.

    intact: rows of documents that were checked against their SHA-256 since the file was opened.
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self.intact: set[int] = set()
        self._writable = writable
        create = not _was_published(path.parent)
        if not create and not path.is_file():
            raise self._lost("is gone")
        if not writable and not path.is_file():
            raise NotFoundError(f"{path} is not there; build the library first: rag index FOLDER")
        with self.errors():
            self.db = _connect(path if writable else f"{path.absolute().as_uri()}?mode=ro")
            try:
                self._prepare(create=create)
            except sqlite3.OperationalError as exc:
                self.db.close()
                if writable or _code(exc) not in NO_STORAGE or _size(Path(f"{path}-wal")):
                    raise
                # A disk that cannot be written has no place for the log's index; without a log none is needed.
                self.db = _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")
                self._prepare(create=create)
            except BaseException:
                self.db.close()
                raise

    def _prepare(self, *, create: bool) -> None:
        version = int(self.db.execute("PRAGMA user_version").fetchone()[0])
        if version == 0 and self._is_empty():
            if not create:
                raise self._lost("holds nothing")
            if not self._writable:
                raise NotFoundError(f"{self.path} holds nothing yet; index reports into it: rag index FOLDER")
            self._make_durable()
            self.db.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            version = SCHEMA_VERSION
        elif self._writable:
            self._make_durable()
        self.db.execute("PRAGMA cache_size = -65536")
        if self._writable and version == 1:
            migrate(self.db)
            version = SCHEMA_VERSION
        check_version(version, self.path)

    def _make_durable(self) -> None:
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("PRAGMA wal_autocheckpoint = 0")

    def _is_empty(self) -> bool:
        return self.db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None

    def close(self) -> None:
        """Close the file; a writer checkpoints first, so that a copy of the folder is whole."""
        try:
            if self._writable:
                with self.errors():
                    self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except LibraryLockedError as exc:
            # A statement that Ctrl-C cut short still holds its rows; the next writer empties the log.
            logger.info("%s-wal is not emptied now: %s", self.path, exc)
        except StorageError:
            # Nothing is lost: what was committed stays in the log, which the next writer takes over.
            logger.warning("%s-wal stays beside it until the disk can be written; keep both", self.path)
        finally:
            self.db.close()

    def checkpoint(self) -> None:
        """Move committed rows from the write-ahead log into the file."""
        with self.errors():
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything in the block, or nothing of it."""
        with self.errors():
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and fetch all its rows."""
        with self.errors():
            return self.db.execute(sql, values).fetchall()

    # -- errors -----------------------------------------------------------------------------------------

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn an error of SQLite's into one that says what to do."""
        try:
            yield
        except sqlite3.DatabaseError as exc:
            raise self._explain(exc) from exc

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Turn what cannot be decoded into damage: changed bytes may hold anything where JSON was written."""
        try:
            with self.errors():
                yield
        except (ValueError, TypeError, AttributeError) as exc:
            raise LibraryDamagedError(
                f"{self.path} is damaged: a row is not what was written ({exc}); run 'rag check'"
            ) from exc

    def damaged_row(self, what: str) -> LibraryDamagedError:
        """Make the error for a row that fails its checksum."""
        return LibraryDamagedError(f"{self.path}: {what} fails its checksum, it is not what was read; run 'rag check'")

    def missing_row(self, what: str) -> LibraryDamagedError:
        """Make the error for a row that a snapshot names and the store has not."""
        return LibraryDamagedError(f"{self.path}: {what} is named by a snapshot but is gone")

    def _lost(self, what: str) -> LibraryDamagedError:
        return LibraryDamagedError(
            f"{self.path} {what}, though documents were published from it; put the file back from a backup, or "
            f"remove the folder {self.path.parent} and index the reports again: rag index FOLDER"
        )

    def _explain(self, exc: sqlite3.DatabaseError) -> LibraryDamagedError | LibraryLockedError | StorageError:
        code = getattr(exc, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_IOERR_SHORT_READ:
            return LibraryDamagedError(f"{self.path} is damaged: it was cut off; restore it from a backup")
        if code & 0xFF in NO_STORAGE and self._writable:
            return StorageError(
                f"cannot write {self.path}: {exc}; what was acknowledged before is kept. "
                "Free some space or check the folder's permissions, then run the same command again"
            )
        if code & 0xFF in NO_STORAGE:
            return StorageError(
                f"cannot read {self.path}: {exc}; allowed: a file this user may read, in a folder that may be written "
                "or without a log (library.db-wal). Check the permissions, or copy the folder and open the copy"
            )
        if code & 0xFF in HELD:
            return LibraryLockedError(
                f"another program holds {self.path} ({exc}); close it, then run the command again"
            )
        return LibraryDamagedError(
            f"{self.path} is damaged ({exc}); run 'rag check', restore it from a backup, or index the reports into a "
            "new library"
        )


def _connect(place: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(
        place, uri=isinstance(place, str), isolation_level=None, timeout=30.0, check_same_thread=False
    )


def _code(exc: sqlite3.Error) -> int:
    """Give SQLite's primary code of an error; 0 where Python raised it."""
    return int(getattr(exc, "sqlite_errorcode", 0)) & 0xFF


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
