"""The reading process: takes jobs on stdin, answers on stdout, within limits of memory and time.

Started as ``python -m rag.reading.worker``. It leaves when stdin ends, so none outlives its parent; a file that
hangs is ended by an alarm of its own even when the parent is gone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from rag.errors import DamagedFileError, LimitError, ReadingError
from rag.reading.files import read_file
from rag.reading.limits import Limits
from rag.reading.wire import pack_document, pack_error, read_frame, write_frame

# The parent ends a slow file at its limit and says so; the alarm only serves when the parent cannot.
_ALARM_AFTER_S = 2.0


def main() -> int:
    """Serve jobs until stdin ends."""
    requests, replies = _take_streams()
    first = read_frame(requests)
    if first is None:
        return 0
    limits = Limits(**first["limits"])
    _limit_memory(limits.memory_mb)
    while (batch := read_frame(requests)) is not None:
        for path, doc_id, source in batch["jobs"]:
            _set_alarm(limits.timeout_s + _ALARM_AFTER_S)
            reply, go_on = _read(Path(path), doc_id, source, limits)
            try:
                write_frame(replies, reply)
            except (BrokenPipeError, OSError):
                return 0
            if not go_on:
                return 0
        _set_alarm(0)
    return 0


def _read(path: Path, doc_id: str, source: str, limits: Limits) -> tuple[dict[str, object], bool]:
    """Read one file. Returns the reply, and whether this process is fit for another."""
    try:
        return {"document": pack_document(read_file(path, doc_id=doc_id, source=source, limits=limits))}, True
    except LimitError as exc:
        return {"error": pack_error(exc)}, False
    except ReadingError as exc:
        return {"error": pack_error(exc)}, True
    except Exception as exc:  # noqa: BLE001 - whatever a library makes of a malformed file, it costs this file only
        detail = " ".join(str(exc).split())[:120]
        damage = DamagedFileError(
            f"{path.name}: tệp hỏng (the reader stopped on it: {type(exc).__name__}{': ' if detail else ''}{detail}); "
            "open it in its program and save a copy"
        )
        return {"error": pack_error(damage)}, True


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for frames alone; what a library prints goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the wall clock still holds
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_mb * 2**20
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):  # macOS refuses some limits
        return


def _set_alarm(seconds: float) -> None:
    """Let the system end this process after so many seconds; 0 takes it back."""
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    sys.exit(main())
