"""Conversations, kept by the key of a browser tab: loading the page anew or changing its language loses none."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

from ui.talk import Exchange


class KeptTalks:
    """The conversations of late; safe from several threads.

    most: how many; one holds at most some hundred kilobytes. ttl_s: how long after its last question.
    """

    def __init__(self, *, most: int = 200, ttl_s: float = 2 * 3600.0) -> None:
        self._most = most
        self._ttl_s = ttl_s
        self._talks: OrderedDict[str, tuple[float, list[Exchange]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> list[Exchange]:
        """Give a conversation; a new one where none is kept under its key."""
        with self._lock:
            kept_at, talk = self._talks.get(key, (0.0, []))
            return list(talk) if time.monotonic() - kept_at < self._ttl_s else []

    def put(self, key: str, talk: Sequence[Exchange]) -> None:
        """Keep a conversation as it stands, or forget an empty one."""
        with self._lock:
            self._talks.pop(key, None)
            if talk:
                self._talks[key] = (time.monotonic(), list(talk))
            while len(self._talks) > self._most:
                self._talks.popitem(last=False)
