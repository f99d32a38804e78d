"""The folder of a run: written beside, then swapped in, the summary last.

A folder whose summary.json is there holds a whole run; the summary names the SHA-256 of each of the other files.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from rag.disk import sync_folder
from rag.errors import EvaluationError, StorageError

RESULTS, SUMMARY, RUN, QRELS, REPORT = "results.jsonl", "summary.json", "run.trec", "qrels.trec", "report.html"
#: Written only where the thresholds were looked at.
THRESHOLDS = "threshold.svg"
_PARTIAL = ".partial"
_OWN = {RESULTS, SUMMARY, RUN, QRELS, REPORT, THRESHOLDS}


class RunFolder:
    """Write a run's files; nothing is replaced before ``publish``, nothing is left behind without it.

    Raises EvaluationError where the folder holds something that is no run, StorageError where it cannot be written.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._files: dict[str, BinaryIO] = {}
        self._hashes = {name: hashlib.sha256() for name in (RESULTS, RUN, QRELS)}

    def __enter__(self) -> Self:
        with _storing(self._out):
            _check(self._out)
            self._out.mkdir(parents=True, exist_ok=True)
            try:
                for name in self._hashes:
                    self._files[name] = self._partial(name).open("wb")
            except OSError:
                self._discard()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._discard()

    def write(self, name: str, text: str) -> None:
        """Append to one of the files."""
        data = text.encode("utf-8")
        self._hashes.setdefault(name, hashlib.sha256()).update(data)
        with _storing(self._out):
            if name not in self._files:
                self._files[name] = self._partial(name).open("wb")
            self._files[name].write(data)

    def flush(self) -> None:
        """Hand what was written to the system, so that a killed run leaves what it had."""
        with _storing(self._out):
            for file in self._files.values():
                file.flush()

    def publish(self, summary: Mapping[str, object]) -> None:
        """Swap the run in: an older summary goes first, the new one comes last."""
        hashes = {name: digest.hexdigest() for name, digest in self._hashes.items()}
        text = json.dumps({**summary, "files": hashes}, ensure_ascii=False, indent=2) + "\n"
        with _storing(self._out):
            for file in self._files.values():
                file.flush()
                os.fsync(file.fileno())
                file.close()
            with self._partial(SUMMARY).open("wb") as file:
                file.write(text.encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            # Both pictures were drawn from the run that is replaced here.
            for name in (SUMMARY, REPORT, THRESHOLDS):
                (self._out / name).unlink(missing_ok=True)
            sync_folder(self._out)
            for name in (*self._files, SUMMARY):
                os.replace(self._partial(name), self._out / name)
            sync_folder(self._out)

    def _partial(self, name: str) -> Path:
        return self._out / (name + _PARTIAL)

    def _discard(self) -> None:
        """Close and remove what was not published."""
        for name, file in self._files.items():
            # A full disk: what was buffered cannot be written, and is not wanted any more.
            with suppress(OSError):
                file.close()
            self._partial(name).unlink(missing_ok=True)
        self._partial(SUMMARY).unlink(missing_ok=True)


def _check(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise EvaluationError(f"{out} is a file; a run is written into a folder. Name another place with --out.")
    others = sorted(path.name for path in out.iterdir() if path.name.removesuffix(_PARTIAL) not in _OWN)
    if others:
        shown = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
        raise EvaluationError(
            f"{out} holds {shown}, which is no part of a run; only an empty folder or an older run is written over. "
            "Name another folder with --out."
        )


@contextmanager
def _storing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StorageError(
            f"the run cannot be written to {out}: {exc.strerror or exc}; free some space or name another folder "
            "with --out."
        ) from exc
