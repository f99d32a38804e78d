"""Everything that changes the library while it is being asked: done by one thread, in the order it came."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rag.engine import Engine
from rag.errors import BusyError, LibraryLockedError
from rag.uploads import Upload, Uploaded

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Uploads that come in one after the other are published together, but the first does not wait longer than this.
MOST_AT_ONCE = 500
LONGEST_S = 5.0


@dataclass(slots=True, eq=False)
class _Sent:
    """An upload on its way. future: set once it can be asked, or was skipped."""

    upload: Upload
    on_event: Callable[[str], None]
    future: Future[Uploaded] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _Task:
    """Any other change."""

    run: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)


class Intake:
    """One thread that writes. Uploads that wait are read together and published once.

    most: how many changes may wait.
    """

    def __init__(self, engine: Engine, *, max_file_mb: int, most: int = 1000) -> None:
        self._engine = engine
        self._max_file_mb = max_file_mb
        self._most = most
        self._condition = threading.Condition()
        self._queue: deque[_Sent | _Task] = deque()
        self._n_busy = 0
        self._is_closed = False
        self._may_lack_vectors = False
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """How many changes are waiting or being made."""
        with self._condition:
            return len(self._queue) + self._n_busy

    def upload(self, path: Path, name: str, on_event: Callable[[str], None]) -> Uploaded:
        """Add a file; returns when it can be asked, or is skipped."""
        sent = _Sent(Upload(path, name), on_event)
        self._append(sent)
        return sent.future.result()

    def run(self, change: Callable[[], T]) -> T:
        """Make a change after those that came before; returns what it returns."""
        task = _Task(change)
        self._append(task)
        result: T = task.future.result()
        return result

    def embed_rest(self) -> None:
        """Embed what has no vector yet, whenever nothing else is to be done."""
        with self._condition:
            self._may_lack_vectors = True
            self._condition.notify_all()

    def close(self) -> None:
        """Finish what is being written, refuse what waits."""
        with self._condition:
            self._is_closed = True
            waiting = list(self._queue)
            self._queue.clear()
            self._condition.notify_all()
        for item in waiting:
            item.future.set_exception(_stopping())
        self._thread.join()

    # -- the thread -------------------------------------------------------------------------------------

    def _append(self, item: _Sent | _Task) -> None:
        with self._condition:
            if self._is_closed:
                raise _stopping()
            if len(self._queue) >= self._most:
                raise BusyError(
                    f"{len(self._queue)} reports and changes are waiting, allowed: {self._most}; try again in a moment",
                    retry_after_s=15,
                )
            self._queue.append(item)
            self._condition.notify_all()
        if isinstance(item, _Sent):
            item.on_event("waiting")

    def _work(self) -> None:
        while (item := self._next()) is not None:
            try:
                if isinstance(item, _Task):
                    _settle(item.future, item.run)
                elif isinstance(item, _Sent):
                    self._add(item)
                else:
                    self._embed()
            finally:
                with self._condition:
                    self._n_busy = 0

    def _next(self) -> _Sent | _Task | bool | None:
        """Wait for the next change; True where there is time to embed, None when all is over."""
        with self._condition:
            while not self._queue and not self._is_closed and not self._may_lack_vectors:
                self._condition.wait()
            if self._is_closed:
                return None
            if not self._queue:
                self._may_lack_vectors = False
                return True
            self._n_busy = 1
            return self._queue.popleft()

    def _has_more(self) -> bool:
        with self._condition:
            return bool(self._queue) or self._is_closed

    def _add(self, first: _Sent) -> None:
        """Add an upload and those that wait behind it."""
        taken: dict[Upload, list[_Sent]] = {}
        done: list[tuple[_Sent, Uploaded]] = []

        def finish(upload: Upload, uploaded: Uploaded) -> None:
            sent = taken[upload].pop(0)
            if uploaded.status in ("skipped", "unchanged"):
                sent.future.set_result(uploaded)
            else:
                _tell(sent, "indexed")
                done.append((sent, uploaded))

        def publish(snapshot: str) -> None:
            self._engine.renew()
            for sent, uploaded in done:
                _tell(sent, "published")
                sent.future.set_result(uploaded)
            done.clear()

        try:
            self._engine.add_uploads(
                self._take(first, taken),
                max_file_mb=self._max_file_mb,
                on_read=lambda upload: _tell(taken[upload][0], "reading"),
                on_done=finish,
                on_publish=publish,
                should_stop=self._has_more,
            )
            publish("")
            self._may_lack_vectors = True
        except Exception as exc:  # noqa: BLE001 - each of the senders is told
            left = [sent for waiting in taken.values() for sent in waiting] or [first]
            for sent in [*left, *(sent for sent, _ in done)]:
                if not sent.future.done():
                    sent.future.set_exception(exc)
            if isinstance(exc, LibraryLockedError):
                self._refuse_waiting(exc)

    def _refuse_waiting(self, error: LibraryLockedError) -> None:
        """Tell all who wait that somebody else is writing: each trying in turn would keep the last for minutes."""
        with self._condition:
            waiting = list(self._queue)
            self._queue.clear()
        for item in waiting:
            item.future.set_exception(error)

    def _take(self, first: _Sent, taken: dict[Upload, list[_Sent]]) -> Iterator[Upload]:
        started = time.monotonic()
        sent: _Sent | None = first
        n = 0
        while sent is not None:
            taken.setdefault(sent.upload, []).append(sent)
            yield sent.upload
            n += 1
            sent = None
            with self._condition:
                following = self._queue[0] if self._queue else None
                is_time = n < MOST_AT_ONCE and time.monotonic() - started < LONGEST_S
                if is_time and isinstance(following, _Sent):
                    sent = following
                    self._queue.popleft()
                    self._n_busy += 1

    def _embed(self) -> None:
        try:
            if self._engine.n_missing_vectors():
                self._engine.embed_rest(should_stop=self._has_more)
                self._engine.renew()
                self._may_lack_vectors = bool(self._engine.n_missing_vectors()) and self._has_more()
        except Exception as exc:  # noqa: BLE001 - this thread must live: all changes wait for it
            # Questions are answered by words meanwhile; the next change tries again.
            logger.warning("what has no vector yet was not embedded: %s", type(exc).__name__)


def _settle(future: Future[T], run: Callable[[], T]) -> None:
    try:
        future.set_result(run())
    except BaseException as exc:  # noqa: BLE001 - it is raised where the result is waited for
        future.set_exception(exc)


def _tell(sent: _Sent, what: str) -> None:
    try:
        sent.on_event(what)
    except Exception:
        logger.exception("an upload's listener failed")


def _stopping() -> BusyError:
    return BusyError("the program is being stopped; try again once it is back", retry_after_s=10)
