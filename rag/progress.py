"""A progress bar with the remaining time, in plain characters, for a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

_WIDTH = 24


class Bar:
    """Draws ``label [####    ] 120/400  0:35 left``; call it with done and total. Done work from before an
    interruption is not counted into the speed."""

    def __init__(
        self, label: str, *, write: Callable[[str], None], unit: str = "", scale: float = 1.0, every_s: float = 0.2
    ) -> None:
        self._label = label
        self._write = write
        self._unit = unit
        self._scale = scale
        self._every_s = every_s
        self._started: tuple[float, float] | None = None
        self._drawn = 0.0

    def __call__(self, done: float, total: float) -> None:
        now = time.monotonic()
        if self._started is None:
            self._started = (now, done)
        finished = total > 0 and done >= total
        if now - self._drawn < self._every_s and not finished:
            return
        self._drawn = now
        share = min(1.0, done / total) if total else 0.0
        filled = round(_WIDTH * share)
        counts = f"{done / self._scale:,.0f}/{total / self._scale:,.0f} {self._unit}".rstrip()
        left = "" if finished else f"  {self._remaining(now, done, total)} left"
        self._write(f"\r{self._label} [{'#' * filled}{' ' * (_WIDTH - filled)}] {counts}{left}\x1b[K" + "\n" * finished)

    def _remaining(self, now: float, done: float, total: float) -> str:
        began, first = self._started or (now, done)
        if done <= first or now <= began:
            return "?"
        return format_seconds((total - done) * (now - began) / (done - first))


def format_seconds(seconds: float) -> str:
    """Write a span of time as ``1:02:03`` or ``2:03``."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
