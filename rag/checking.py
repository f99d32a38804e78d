"""Checking a library: every row and file against its checksum, and making anew what is derived."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rag.embed import Embedder
from rag.errors import ModelMissingError
from rag.indexing import finish
from rag.library import LibraryWriter
from rag.store import require_store


def check_library(path: Path, *, load_embedder: Callable[[], Embedder]) -> list[str]:
    """Verify every row and file. Returns a sentence for each damage found; rebuilds what is derived.

    Damaged texts are named and their files forgotten, to be read anew by the next index run on them.
    load_embedder: is called only where vectors have to be made again; without its model they stay missing.
    """
    require_store(path)
    with LibraryWriter(path) as writer:
        found = list(writer.store.find_damage())
        if found:
            writer.store.forget_damaged_files()
        damage = writer.snapshot_damage()
        dropped = writer.store.drop_damaged_vectors() if found else 0
        if damage or dropped:
            found += damage
            if dropped:
                with suppress(ModelMissingError):
                    finish(writer, load_embedder(), {})
            if not writer.is_published():
                writer.publish()
    return found
