"""Who may ask now: a few at once, the others wait in turn, and beyond that are told to come back."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import BusyError, TooManyRequestsError


class Admission:
    """Lets so many in at once, in the order they came. One asker may not take all places.

    waiting: how many may wait beside those that run. per_client: how many of one asker may run or wait.
    """

    def __init__(self, *, running: int, waiting: int, per_client: int, patience_s: float = 60.0) -> None:
        self._most_running = running
        self._most_waiting = waiting
        self._per_client = per_client
        self._patience_s = patience_s
        self._condition = threading.Condition()
        self._queue: deque[object] = deque()
        self._running = 0
        self._clients: Counter[str] = Counter()
        self._is_closed = False

    @property
    def counts(self) -> tuple[int, int]:
        """How many run, and how many wait."""
        with self._condition:
            return self._running, len(self._queue)

    def close(self) -> None:
        """Let nobody in any more; those inside finish."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    @contextmanager
    def enter(self, client: str) -> Iterator[None]:
        """Wait for a place and hold it for the length of a block.

        Raises BusyError where too many wait, or after patience_s; TooManyRequestsError where this client's own are too
        many.
        """
        with self._condition:
            self._register(client)
            try:
                self._wait_for_place()
            except BaseException:
                self._forget(client)
                raise
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._forget(client)
                self._condition.notify_all()

    def _register(self, client: str) -> None:
        if self._clients[client] >= self._per_client:
            raise TooManyRequestsError(
                f"{self._clients[client]} questions of yours are being answered or waiting, allowed: "
                f"{self._per_client}; wait for an answer, then ask the next"
            )
        self._clients[client] += 1

    def _forget(self, client: str) -> None:
        self._clients[client] -= 1
        if not self._clients[client]:
            del self._clients[client]

    def _wait_for_place(self) -> None:
        if not self._is_closed and not self._queue and self._running < self._most_running:
            self._running += 1
            return
        if len(self._queue) >= self._most_waiting:
            raise BusyError(
                f"{len(self._queue)} questions are waiting, allowed: {self._most_waiting}; ask again in a moment",
                retry_after_s=5,
            )
        place = object()
        self._queue.append(place)
        until = time.monotonic() + self._patience_s
        try:
            while self._is_closed or self._queue[0] is not place or self._running >= self._most_running:
                left = until - time.monotonic()
                if self._is_closed:
                    raise BusyError("the program is being stopped; ask again once it is back", retry_after_s=10)
                if left <= 0:
                    raise BusyError(
                        f"no place became free within {self._patience_s:g} s; ask again in a moment", retry_after_s=10
                    )
                self._condition.wait(left)
            self._running += 1
        finally:
            self._queue.remove(place)
            self._condition.notify_all()
