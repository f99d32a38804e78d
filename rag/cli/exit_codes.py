"""How a command ends, for scripts to tell."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes. 0 is an answer given, or work done."""

    FAILED = 1
    USAGE = 2
    ABSTAINED = 3
    DAMAGED = 4
    SKIPPED = 5
    STOPPED = 130
