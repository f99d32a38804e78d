"""The parent's side of one reading process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from rag.errors import LimitError, ReadingError
from rag.reading.job import Job
from rag.reading.limits import Limits
from rag.reading.wire import read_frame, unpack_document, unpack_error, write_frame
from rag.types import Document

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_STOP_S = 1.0


class Process:
    """One process that reads files in turn. Not shared between threads, but any thread may ``kill`` it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadline: float | None = None
        self._timed_out = False
        self._is_spent = False
        self._lock = threading.Lock()
        paths = [str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "rag.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        with contextlib.suppress(OSError):  # it died at once; the first missing reply tells
            write_frame(self._stdin, {"limits": asdict(limits)})

    @property
    def _stdin(self) -> Any:
        return cast(IO[bytes], self._popen.stdin)

    def read(self, jobs: Sequence[Job]) -> Iterator[Document | ReadingError]:
        """Yield what became of each job, in order; ends early when the process has to be replaced.

        The job the process died on is answered with a LimitError.
        """
        with contextlib.suppress(OSError):
            write_frame(self._stdin, {"jobs": [(os.fspath(j.path), j.doc_id, j.source) for j in jobs]})
        for job in jobs:
            self._deadline = time.monotonic() + self._limits.timeout_s
            reply = read_frame(cast(Any, self._popen.stdout))
            with self._lock:
                self._deadline = None
            if reply is None:
                yield self._failure(job)
                return
            if "document" in reply:
                yield unpack_document(reply["document"])
                continue
            error = unpack_error(reply["error"])
            self._is_spent = isinstance(error, LimitError)
            yield error
            if self._is_spent:
                return

    def check_clock(self) -> None:
        """Kill the process if the file it is at has had its time."""
        with self._lock:
            if self._deadline is not None and time.monotonic() > self._deadline:
                self._timed_out = True
                self._popen.kill()

    @property
    def is_fit(self) -> bool:
        """Whether the process can take another file."""
        return not self._is_spent and self._popen.poll() is None

    def kill(self) -> None:
        """End the process at once."""
        self._popen.kill()

    def close(self) -> None:
        """Let the process end, and end it when it does not."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._popen.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        cast(Any, self._popen.stdout).close()

    def _failure(self, job: Job) -> LimitError:
        self._popen.kill()
        code = self._popen.wait()
        name = job.path.name
        if self._timed_out:
            return LimitError(
                f"{name}: đọc quá lâu (not read after {self._limits.timeout_s:g} s); split it into smaller files or "
                "save a copy from its program"
            )
        return LimitError(
            f"{name}: tiến trình đọc bị dừng (the reading process ended with {code}, out of its "
            f"{self._limits.memory_mb} MB of memory or on a damaged part); split it or save a copy from its program"
        )
