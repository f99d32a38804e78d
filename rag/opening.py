"""What an engine works with: where its library lies, the embedder its library was built with, and a reranker."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

from rag.binding import BoundEmbedder, embedder_of, mismatch_error
from rag.embed import Embedder, load_embedder
from rag.errors import ConfigError, ModelMissingError
from rag.models import ChosenModel, choose_embedder, choose_reranker
from rag.registry import Registry
from rag.rerank import CheckedReranker, Reranker, load_reranker
from rag.split import max_passage_chars
from rag.store import Store, has_store


def library_path(library: Path | str | None) -> Path:
    """Give the folder of the library that was named, else of ``$RAG_LIBRARY``, else ``./library``."""
    return Path(os.path.abspath(library if library is not None else os.environ.get("RAG_LIBRARY") or "library"))


def cache_folder(source: Path, embedder: Embedder | None = None) -> Path:
    """Name the library of a folder of reports: in the user's cache, by the folder's path and the embedder."""
    from platformdirs import user_cache_path

    root = Path(os.environ["RAG_CACHE"]) if os.environ.get("RAG_CACHE") else user_cache_path("danchung")
    vectors = f"{embedder.name} {embedder.revision}" if embedder is not None else ""
    digest = hashlib.sha256(f"{source}\0{vectors}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = re.sub(r"[^\w.-]+", "_", source.name, flags=re.ASCII) or "root"
    return root / "folders" / f"{name}-{digest}"


class EmbedderInUse:
    """The embedder of one engine, loaded when first needed.

    wanted: a name in models.yaml, a model's folder, an embedder itself, or None for the library's own or the default.
    on_note: is told where another model serves than the one wished for.
    """

    def __init__(
        self, wanted: str | Path | Embedder | None, *, registry: Registry, on_note: Callable[[str], None]
    ) -> None:
        self._wanted = wanted
        self._registry = registry
        self._on_note = on_note
        self._loaded: Embedder | None = None
        self._folder = ""

    def get(self, library: Path) -> Embedder:
        """Give the embedder that fits a library. Raises EmbedderMismatchError where another was asked for."""
        if self._loaded is None:
            bound = _read_binding(library)
            found = self._load(library, bound)
            if bound is not None and not bound.is_of(found):
                raise mismatch_error(library, bound, found)
            self._loaded = found
        return self._loaded

    def get_anew(self, library: Path) -> Embedder:
        """Give the embedder that was asked for, whatever the library was built with; else the library's own."""
        if self._loaded is None:
            self._loaded = self._load(library, None if self._wanted is not None else _read_binding(library))
        return self._loaded

    def bind(self, embedder: Embedder) -> BoundEmbedder:
        """Say what a library keeps of the embedder it is built with."""
        return BoundEmbedder(
            name=embedder.name,
            revision=embedder.revision,
            dim=embedder.dim,
            max_chars=max_passage_chars(embedder.max_tokens),
            folder=self._folder,
            fusion_weight=embedder.fusion_weight,
        )

    def _load(self, library: Path, bound: BoundEmbedder | None) -> Embedder:
        wanted = self._wanted
        if wanted is None and bound is not None:
            wanted = bound.folder or bound.name
        if wanted is not None and not isinstance(wanted, (str, Path)):
            return wanted
        chosen = self._choose(wanted, library, bound)
        if chosen.note:
            self._on_note(chosen.note)
        if chosen.folder is not None and wanted is not None and str(wanted) != chosen.spec.name:
            # A model named by its folder is found there again the next time.
            self._folder = str(chosen.folder.absolute())
        return load_embedder(chosen.spec, folder=chosen.folder)

    def _choose(self, wanted: str | Path | None, library: Path, bound: BoundEmbedder | None) -> ChosenModel:
        try:
            return choose_embedder(str(wanted) if wanted is not None else None, registry=self._registry)
        except ConfigError as exc:
            if self._wanted is not None or bound is None:
                raise
            raise ModelMissingError(
                f"the library at {library} was built with {bound.name}, which models.yaml does not have; "
                f"hand it over again: Engine(embedder=...), or add it to models.yaml"
            ) from exc


class RerankerInUse:
    """The reranker of one engine, if one is wanted: found at once, so that a wrong name is told; loaded when needed.

    wanted: a name in models.yaml, a model's folder, a reranker itself, or None for none. Raises as choose_reranker.
    """

    def __init__(self, wanted: str | Path | Reranker | None, *, registry: Registry) -> None:
        self._lock = threading.Lock()
        self._chosen: ChosenModel | None = None
        self._loaded: CheckedReranker | None = None
        if isinstance(wanted, (str, Path)):
            self._chosen = choose_reranker(str(wanted), registry=registry)
        elif wanted is not None:
            self._loaded = CheckedReranker(wanted)

    @property
    def name(self) -> str | None:
        """Its name, also before it is loaded; None where none is wanted."""
        return self._chosen.spec.name if self._chosen else self._loaded.name if self._loaded else None

    def get(self) -> CheckedReranker | None:
        """Give the reranker, None where none is wanted. Raises ModelError where it cannot be loaded."""
        with self._lock:
            if self._loaded is None and self._chosen is not None:
                self._loaded = CheckedReranker(load_reranker(self._chosen.spec, folder=self._chosen.folder))
            return self._loaded


def _read_binding(library: Path) -> BoundEmbedder | None:
    """Read which embedder a library is bound to; None where there is none yet."""
    if not has_store(library):
        return None
    store = Store(library / "library.db", writable=False)
    try:
        return embedder_of(store)
    finally:
        store.close()
