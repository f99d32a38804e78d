"""What kinds of dense index there are, and what a manifest says of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rag.errors import LibraryDamagedError

#: Up to so many vectors, or vectors a filter allows, all are compared: 20,000 of 512 dimensions take 1.6 ms on one
#: thread, 30,000 take 2.8, 91,000 take 7.1.
EXACT_UP_TO = 20_000
#: Recall is that of the first ten.
DEPTH = 10


class IndexKind(StrEnum):
    """How the nearest are found."""

    EXACT = "exact"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Design:
    """What was built, and why. candidates: compared exactly, of those the codes put first; 0 where all are.

    recall: at 10, against exact search, on ``queries`` made queries; of the codes also where they were refused. None
    where nothing was measured.
    """

    kind: IndexKind
    n: int
    candidates: int = 0
    recall: float | None = None
    queries: int = 0

    def to_about(self) -> dict[str, Any]:
        """Give what a manifest keeps."""
        return asdict(self)

    @classmethod
    def from_about(cls, about: Mapping[str, Any]) -> Design:
        """Read back. Raises LibraryDamagedError if it is not what was written."""
        try:
            return cls(**{**about, "kind": IndexKind(about["kind"])})
        except (KeyError, TypeError, ValueError) as exc:
            raise LibraryDamagedError(f"the manifest's words on the dense index are damaged: {dict(about)}") from exc
