"""Votes on answers, in an SQLite file of their own: a vote never waits for who writes to the library.

feedback.db lies in the library's folder; it is made by the first vote. Every row carries a SHA-256 of its values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from rag.disk import make_folder, storage_errors
from rag.errors import ConfigError, LibraryDamagedError, LibraryError, LibraryLockedError, SchemaError, StorageError
from rag.store.connection import HELD, NO_STORAGE
from rag.store.schema import checksum
from rag.types import Vote

SCHEMA_VERSION = 1
MAX_COMMENT_CHARS = 2000
_TABLES = """
CREATE TABLE votes (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    answer_id TEXT NOT NULL UNIQUE, question TEXT NOT NULL, rewritten TEXT, answer TEXT NOT NULL, short TEXT,
    vote TEXT NOT NULL, comment TEXT NOT NULL, snapshot TEXT NOT NULL, citations_json TEXT NOT NULL,
    voted_at TEXT NOT NULL, check_sha256 BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class VotedAnswer:
    """A vote with the answer it is on. citations_json: the citations as JSON. voted_at: ISO 8601, UTC."""

    answer_id: str
    question: str
    rewritten: str | None
    answer: str
    short: str | None
    vote: Vote
    comment: str
    snapshot: str
    citations_json: str
    voted_at: str


_COLUMNS = tuple(field.name for field in fields(VotedAnswer))
_NAMES = ", ".join(_COLUMNS)
_MARKS = ", ".join("?" * (len(_COLUMNS) + 1))


class Feedback:
    """The votes kept in a library's folder. Each call opens the file anew: threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feedback.db"

    def add(
        self,
        *,
        answer_id: str,
        question: str,
        rewritten: str | None,
        answer: str,
        short: str | None,
        vote: Vote,
        comment: str,
        snapshot: str,
        citations_json: str,
    ) -> None:
        """Keep a vote; it is on the disk when this returns. A second vote on an answer replaces the first.

        Raises ConfigError for a comment of over 2,000 characters, StorageError where the disk cannot be written.
        """
        if len(comment) > MAX_COMMENT_CHARS:
            raise ConfigError(
                f"the comment has {len(comment):,} characters, allowed: {MAX_COMMENT_CHARS:,}; shorten it"
            )
        voted = VotedAnswer(
            answer_id=_storable(answer_id),
            question=_storable(question),
            rewritten=None if rewritten is None else _storable(rewritten),
            answer=_storable(answer),
            short=None if short is None else _storable(short),
            vote=Vote(vote),
            comment=_storable(comment),
            snapshot=_storable(snapshot),
            citations_json=_storable(citations_json),
            voted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        with storage_errors(self.path):
            make_folder(self.path.parent)
        with self._errors(), closing(self._open("rwc")) as db:
            # Unlike FULL, EXTRA also sees the journal's removal onto the disk, which is what commits here.
            db.execute("PRAGMA synchronous = EXTRA")
            db.execute("BEGIN IMMEDIATE")
            if self._version(db) == 0:
                for statement in filter(str.strip, _TABLES.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            values = _values(voted)
            db.execute(
                f"INSERT OR REPLACE INTO votes ({_NAMES}, check_sha256) VALUES ({_MARKS})",  # noqa: S608
                (*values, checksum(values)),
            )
            db.execute("COMMIT")

    def all(self) -> list[VotedAnswer]:
        """List the votes, the oldest first. Raises LibraryDamagedError where one is not what was written."""
        try:
            if not self.path.is_file():
                return []
        except OSError as exc:
            raise StorageError(f"cannot read {self.path}: {exc.strerror or exc}; check its permissions") from exc
        with self._errors(), closing(self._open("rw")) as db:
            if self._version(db) == 0:
                return []
            rows = db.execute(f"SELECT {_NAMES}, check_sha256 FROM votes ORDER BY row").fetchall()  # noqa: S608
        return [self._checked(row) for row in rows]

    def _checked(self, row: tuple[object, ...]) -> VotedAnswer:
        *values, written = row
        if checksum(values) != written:
            raise LibraryDamagedError(
                f"{self.path}: the vote on answer {values[0]!r} fails its checksum, it is not what was given; "
                "restore the file from a backup, or move it away to begin with no votes"
            )
        named = dict(zip(_COLUMNS, values, strict=True))
        return VotedAnswer(**{**named, "vote": Vote(str(named["vote"]))})  # type: ignore[arg-type]

    def _open(self, mode: str) -> sqlite3.Connection:
        # "rw" also for reading: only so what a killed program left half written is rolled back.
        place = f"{self.path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(place, uri=True, isolation_level=None, timeout=30.0)

    def _version(self, db: sqlite3.Connection) -> int:
        """Give the schema's version, 0 for an empty file. Raises SchemaError for one that cannot be read here."""
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        is_empty = db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
        if version != SCHEMA_VERSION and not (version == 0 and is_empty):
            raise SchemaError(
                f"{self.path} has schema {version}, this program reads schema {SCHEMA_VERSION}; "
                "use the program that wrote it, or move the file away to begin with no votes"
            )
        return version

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn an error of SQLite's into one that says what to do."""
        try:
            yield
        except sqlite3.DatabaseError as exc:
            raise self._explain(exc) from exc

    def _explain(self, exc: sqlite3.DatabaseError) -> LibraryError:
        code = int(getattr(exc, "sqlite_errorcode", 0))
        if code & 0xFF in NO_STORAGE and code != sqlite3.SQLITE_IOERR_SHORT_READ:
            return StorageError(
                f"cannot write {self.path}: {exc}; the votes given before are kept. "
                "Free some space or check the folder's permissions, then vote again"
            )
        if code & 0xFF in HELD:
            return LibraryLockedError(f"another program holds {self.path} ({exc}); close it, then vote again")
        return LibraryDamagedError(
            f"{self.path} is damaged ({exc}); restore it from a backup, or move it away to begin with no votes"
        )


def _values(voted: VotedAnswer) -> tuple[str | None, ...]:
    return tuple(value.value if isinstance(value, Vote) else value for value in astuple(voted))


def _storable(text: str) -> str:
    """Replace halves of surrogate pairs, which JSON can carry and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
