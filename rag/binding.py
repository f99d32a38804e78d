"""The embedder a library is bound to: written into its store, compared with the one that is wished for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.embed import Embedder
from rag.errors import EmbedderMismatchError, LibraryDamagedError
from rag.store import Store

_SETTING = "embedder"


@dataclass(frozen=True, slots=True)
class BoundEmbedder:
    """The embedder a library was built with. folder: where it was loaded from, "" for one of models.yaml.

    max_chars: of a passage. fusion_weight: the dense channel's share, None where it was not calibrated.
    """

    name: str
    revision: str
    dim: int
    max_chars: int
    folder: str = ""
    fusion_weight: float | None = None

    @property
    def key(self) -> str:
        """What tells this embedder's vectors from another's."""
        return f"{self.name}\n{self.revision}\n{self.dim}"

    def is_of(self, embedder: Embedder) -> bool:
        """Say whether vectors of an embedder fit those of the library."""
        return (self.name, self.revision, self.dim) == (embedder.name, embedder.revision, embedder.dim)


def embedder_of(store: Store) -> BoundEmbedder | None:
    """Read which embedder a library is bound to; None for one that is still empty."""
    value = store.setting(_SETTING)
    try:
        return BoundEmbedder(**json.loads(value)) if value else None
    except (ValueError, TypeError) as exc:
        raise LibraryDamagedError(
            f"{store.path} is damaged: its embedder reads {value!r:.80}; restore it from a backup, or index the "
            "reports into a new library"
        ) from exc


def set_embedder(store: Store, bound: BoundEmbedder) -> None:
    """Write which embedder a library is bound to."""
    store.set_setting(_SETTING, json.dumps(asdict(bound)))


def mismatch_error(path: Path, bound: BoundEmbedder, wanted: Embedder) -> EmbedderMismatchError:
    """Say that a library and an embedder do not belong together, with the command that mends it."""
    return EmbedderMismatchError(
        f"the library at {path} was built with {bound.name} revision {bound.revision[:12]} ({bound.dim} dimensions), "
        f"this is {wanted.name} revision {wanted.revision[:12]} ({wanted.dim}); leave --embedder out to use the "
        f"library's own, or run 'rag index --rebuild --embedder {wanted.name} --library {path}'"
    )
