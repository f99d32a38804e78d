"""What an index run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed. reason: one sentence a person understands, with the way out."""

    path: str
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did. added, updated, unchanged, removed: document ids."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    missing: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    snapshot: str
    n_documents: int
    n_passages: int
    seconds: Mapping[str, float] = field(default_factory=dict)
