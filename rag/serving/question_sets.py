"""Question sets a server knows: those beside its reports, and those handed in."""

from __future__ import annotations

import os
import re
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.disk import make_folder, storage_errors, sync_folder, write_text
from rag.errors import EvaluationError, NotFoundError, RagError
from rag.evaluate import load_questions
from rag.text import fold

#: A larger question set is neither taken nor listed.
MAX_SET_BYTES = 20_000_000
_KEY_CHARS = 16
_NAME = "name.txt"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A question set that can be run. key: names it in requests, never a path. n: how many questions."""

    key: str
    name: str
    n: int


# ``KnownSets.list`` hides the type of that name inside its class.
QuestionSets = list[QuestionSet]


class KnownSets:
    """The question sets of one library, by the hash of their bytes.

    They lie in the folders reports came from (``*.jsonl``), or were handed in: ``<folder>/<key>/<name>.jsonl``.
    source_folders: where the library's reports come from, asked anew each time.
    """

    def __init__(self, folder: Path, source_folders: Callable[[], Sequence[Path]]) -> None:
        self._sets = folder
        self._source_folders = source_folders
        self._looking = threading.Lock()
        self._seen: dict[Path, tuple[tuple[int, int], QuestionSet | None]] = {}

    def list(self) -> QuestionSets:
        """List the question sets that can be run, by name."""
        return sorted((known for known, _ in self._find().values()), key=lambda s: (fold(s.name), s.key))

    def find(self, key: str) -> tuple[QuestionSet, Path]:
        """Find a set and the file it lies in. Raises NotFoundError for an unknown key."""
        found = self._find().get(key)
        if found is None:
            raise NotFoundError(f"no question set {key[:80]!r}; list the question sets and name one of them")
        return found

    def name_of(self, sha256: str) -> str | None:
        """Give the name of a set by the hash of its bytes; None where it is not there any more."""
        found = self._find().get(sha256[:_KEY_CHARS])
        return found[0].name if found else None

    def add(self, data: bytes, name: str) -> QuestionSet:
        """Keep a question set. name: what its file is called where it comes from; only shown.

        Raises EvaluationError naming line and field where it cannot be used, or where it is over MAX_SET_BYTES.
        """
        shown = _clean_name(name)
        if len(data) > MAX_SET_BYTES:
            raise EvaluationError(
                f"question set {shown} has {len(data):,} bytes; at most {MAX_SET_BYTES:,} are taken. Split it"
            )
        with storage_errors(self._sets):
            make_folder(self._sets)
            with tempfile.TemporaryDirectory(prefix=".new-", dir=self._sets) as new:
                folder = Path(new) / "set"
                folder.mkdir()
                suffix = ".json" if shown.casefold().endswith(".json") else ".jsonl"
                path = folder / (slug_of(Path(shown).stem) + suffix)
                path.write_bytes(data)
                try:
                    loaded = load_questions(path)
                except EvaluationError as exc:
                    raise EvaluationError(str(exc).replace(str(path), shown).replace(path.name, shown)) from None
                key = loaded.sha256[:_KEY_CHARS]
                write_text(folder / _NAME, Path(shown).stem)
                kept = self._sets / key
                if not kept.exists():
                    os.replace(folder, kept)
                    sync_folder(self._sets)
        return self.find(key)[0]

    def _find(self) -> dict[str, tuple[QuestionSet, Path]]:
        """Find the sets there are now: by key, with the file each lies in."""
        found: dict[str, tuple[QuestionSet, Path]] = {}
        with self._looking:
            for path in self._candidates():
                known = self._look_at(path)
                if known is not None:
                    found.setdefault(known.key, (known, path))
        return found

    def _candidates(self) -> Iterator[Path]:
        for folder in self._source_folders():
            with suppress(OSError):
                yield from sorted(path for path in folder.glob("*.jsonl") if not path.is_symlink())
        with suppress(OSError):
            for kept in sorted(self._sets.iterdir()):
                if not kept.name.startswith("."):
                    yield from sorted(path for path in kept.iterdir() if path.name != _NAME)

    def _look_at(self, path: Path) -> QuestionSet | None:
        """Read a file that may be a question set; None where it is none. Read again only when it has changed."""
        try:
            status = path.stat()
        except OSError:
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        seen = self._seen.get(path)
        if seen is None or seen[0] != stamp:
            seen = (stamp, None)
            if status.st_size <= MAX_SET_BYTES and path.is_file():
                with suppress(RagError):
                    loaded = load_questions(path)
                    name = self._read_name(path) or loaded.name
                    seen = (stamp, QuestionSet(loaded.sha256[:_KEY_CHARS], name, len(loaded.questions)))
            self._seen[path] = seen
        return seen[1]

    def _read_name(self, path: Path) -> str | None:
        """Read what a set that was handed in is called."""
        if path.parent.parent != self._sets:
            return None
        try:
            return _clean_name((path.parent / _NAME).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None


def _clean_name(name: str) -> str:
    """Take the last part of a path as somebody's browser names it, without what cannot be shown."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return shown[:120] or "questions.jsonl"


def slug_of(name: str) -> str:
    """Write a name in letters that are safe in the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40].strip("-") or "questions"
