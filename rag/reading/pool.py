"""Read many files at once, each in a limited process, results in the order of the jobs."""

from __future__ import annotations

import stat
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from rag.errors import ConfigError, ReadingError
from rag.reading.detect import needs_own_process
from rag.reading.job import Job
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.process import Process
from rag.types import Document

Outcome = Document | ReadingError
Results = list[tuple[Job, Outcome]]

# Small files travel together. 12,000 reports of 3 KB, two processes: 6.7 s by 4, 6.4 s by 32, 7.1 s by 128.
_BATCH_FILES = 32
_BATCH_BYTES = 1 << 20
_CLOCK_S = 0.05


class Readers:
    """Processes that read files. Use as a context manager: leaving it ends them.

    Text formats share long-lived processes; pdf, docx and xlsx each get a fresh one. A file that breaks its process
    comes back as a LimitError, the others go on in a new one.
    """

    def __init__(self, *, limits: Limits = DEFAULT_LIMITS, workers: int = 2) -> None:
        if workers < 1:
            raise ConfigError(f"{workers} reading processes were asked for; name 1 or more")
        self._limits = limits
        self._workers = workers
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="reader")
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._closed = threading.Event()
        self._clock: threading.Thread | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes; what is being read is given up."""
        self._closed.set()
        with self._lock:
            for process in self._busy:
                process.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._idle:
            process.close()
        self._idle.clear()
        if self._clock is not None:
            self._clock.join()

    def read_all(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Outcome]]:
        """Read every job. Yields in the order of the jobs, as they come; looks ahead a few batches only."""
        waiting: deque[Future[Results]] = deque()
        try:
            for batch, alone in _batches(jobs):
                waiting.append(self._threads.submit(self._read_batch, batch, alone))
                while waiting and (len(waiting) > 3 * self._workers or waiting[0].done()):
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _read_batch(self, batch: list[Job], alone: bool) -> Results:
        results: Results = []
        while len(results) < len(batch) and not self._closed.is_set():
            todo = batch[len(results) :]
            process = self._take(fresh=alone)
            done = 0
            for outcome in process.read(todo):
                results.append((todo[done], outcome))
                done += 1
            self._give_back(process, keep=not alone and done == len(todo) and process.is_fit)
        return results

    def _take(self, *, fresh: bool) -> Process:
        with self._lock:
            process = None if fresh or not self._idle else self._idle.pop()
            if self._clock is None:
                self._clock = threading.Thread(target=self._watch_clock, name="reader-clock", daemon=True)
                self._clock.start()
        if process is None or not process.is_fit:
            if process is not None:
                process.close()
            process = Process(self._limits)
        with self._lock:
            self._busy.add(process)
            if self._closed.is_set():
                process.kill()
        return process

    def _give_back(self, process: Process, *, keep: bool) -> None:
        with self._lock:
            self._busy.discard(process)
            if keep:
                self._idle.append(process)
        if not keep:
            process.close()

    def _watch_clock(self) -> None:
        while not self._closed.wait(_CLOCK_S):
            with self._lock:
                busy = list(self._busy)
            for process in busy:
                process.check_clock()


def _batches(jobs: Iterable[Job]) -> Iterator[tuple[list[Job], bool]]:
    """Group small files of text formats. Yields jobs and whether they need a fresh process.

    The first batch is small, so that the first result is there early and all processes have work.
    """
    batch: list[Job] = []
    n_bytes = 0
    most = 4
    for job in jobs:
        size, alone = _look(job)
        if batch and (alone or n_bytes + size > _BATCH_BYTES):
            yield batch, False
            batch, n_bytes = [], 0
        if alone:
            yield [job], True
            continue
        batch.append(job)
        n_bytes += size
        if len(batch) >= most:
            yield batch, False
            batch, n_bytes = [], 0
            most = min(2 * most, _BATCH_FILES)
    if batch:
        yield batch, False


def _look(job: Job) -> tuple[int, bool]:
    """Size of a file, and whether its head asks for a fresh process. What cannot be opened is the reader's to name."""
    try:
        status = job.path.stat()
        if not stat.S_ISREG(status.st_mode):
            return 0, False
        with job.path.open("rb", buffering=0) as stream:
            return status.st_size, needs_own_process(stream.read(1024))
    except OSError:
        return 0, False
