"""What the readers are asked to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read, and the id and source its Document gets."""

    path: Path
    doc_id: str
    source: str
