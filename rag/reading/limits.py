"""What reading one file may cost at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may cost to read.

    max_file_mb: the file on disk. max_unpacked_mb: what a docx or xlsx unpacks to. memory_mb: address space of
    the reading process. timeout_s: wall time for one file. max_parts: paragraphs and table rows of one report.
    """

    max_file_mb: int = 50
    timeout_s: float = 60.0
    memory_mb: int = 2048
    max_unpacked_mb: int = 300
    max_parts: int = 200_000


DEFAULT_LIMITS = Limits()
