"""Turn texts into vectors: what an embedder is, and how each kind is loaded."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError, ModelMissingError
from rag.registry import Backend, ModelKind, ModelSpec, Registry, load_registry
from rag.weights import check_folder, read_facts, tell_revision

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Anything that embeds texts.

    name and revision decide whether stored vectors may be reused. max_tokens: in the embedder's own tokens; what
    lies beyond is not seen. fusion_weight: share of the dense channel in score fusion, None where it is calibrated.
    """

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...
    @property
    def fusion_weight(self) -> float | None: ...

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> Vectors:
        """Embed passages. Returns float32, shape (n, dim), rows of unit length."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Embed a question. Returns float32, shape (dim,), unit length."""
        ...


def load_embedder(spec: ModelSpec, *, folder: Path | None = None) -> Embedder:
    """Load the embedder a spec describes. folder: where its weights lie; the built-in one needs none.

    Never contacts a hub. Raises ModelMissingError where the weights are absent or incomplete, ModelError where they
    cannot be used.
    """
    match spec.backend:
        case Backend.BUILTIN:
            from rag.builtin import BuiltinEmbedder

            return BuiltinEmbedder(fusion_weight=spec.fusion_weight)
        case Backend.SENTENCE_TRANSFORMERS:
            if folder is None:
                raise ModelMissingError(
                    f"the embedder {spec.name} is not on this machine; fetch it with 'rag models pull {spec.name}', "
                    f"name a folder with --embedder, or go on with --embedder builtin"
                )
            return SentenceTransformerEmbedder(spec, folder)


def read_spec(folder: Path, *, registry: Registry | None = None) -> ModelSpec:
    """Describe the model in a plain folder from its own files.

    Its name is the folder's; one that carries the name of a model in models.yaml takes what that says where the
    folder itself is silent (prefixes, licence). Raises ModelMissingError or ModelError as load_embedder does.
    """
    folder = folder.absolute()
    check_folder(folder)
    facts = read_facts(folder)
    known = _known_as(folder, registry or load_registry())
    spec = ModelSpec(
        name=_name_of(folder, known),
        kind=ModelKind.EMBEDDER,
        backend=Backend.SENTENCE_TRANSFORMERS,
        repo=known.repo if known is not None else None,
        revision=known.revision if known is not None else "",
        dim=facts.dim,
        max_tokens=facts.max_tokens,
        query_prefix=_first(facts.query_prefix, known.query_prefix if known is not None else None),
        passage_prefix=_first(facts.passage_prefix, known.passage_prefix if known is not None else None),
        licence=known.licence if known is not None else "unknown",
        fusion_weight=known.fusion_weight if known is not None else None,
        languages=known.languages if known is not None else (),
    )
    return replace(spec, revision=tell_revision(spec, folder))


def _name_of(folder: Path, known: ModelSpec | None) -> str:
    # In the hub's cache the folder's own name is a commit: models--owner--name/snapshots/commit.
    if folder.parent.name != "snapshots":
        return folder.name
    return known.name if known is not None else folder.parent.parent.name.rpartition("--")[2]


def _known_as(folder: Path, registry: Registry) -> ModelSpec | None:
    names = {_name_of(folder, None).casefold()}
    for spec in registry.models:
        if spec.repo is not None and names & {spec.name, spec.repo.rpartition("/")[2].casefold()}:
            return spec
    return None


def _first(*prefixes: str | None) -> str:
    return next((prefix for prefix in prefixes if prefix is not None), "")


# -- sentence-transformers ------------------------------------------------------------------------------

# Activations grow with the padded length of a batch; this many tokens at once stay within a few hundred MB.
_TOKENS_AT_ONCE = 32 * 512
# A text has at most about a token for every two characters.
_CHARS_PER_TOKEN = 2


class SentenceTransformerEmbedder:
    """Embed with a sentence-transformers model from a folder: safetensors only, no code of the model's own.

    Runs on the processor, or where $RAG_DEVICE says ("cuda", "cuda:1", "mps"). Weights are used in float32.
    """

    def __init__(self, spec: ModelSpec, folder: Path) -> None:
        check_folder(folder)
        self.name = spec.name
        # A spec that carries a hash was made from this folder; large weights need not be hashed twice.
        self.revision = spec.revision if spec.revision.startswith("sha256:") else tell_revision(spec, folder)
        self.dim = spec.dim
        self.max_tokens = spec.max_tokens
        self.fusion_weight = spec.fusion_weight
        self._spec = spec
        self._model = _load_model(spec, folder)
        dim = len(self._model.encode("", convert_to_numpy=True, show_progress_bar=False))
        if dim != spec.dim:
            raise ModelError(
                f"the model {spec.name} in {folder} gives vectors of {dim} numbers, models.yaml says {spec.dim}; "
                f"correct its dim there, or name the right folder"
            )
        # The model's own limit may be tighter than the spec's, never wider: positions beyond it do not exist.
        own = self._model.max_seq_length
        if isinstance(own, int) and own > spec.max_tokens:
            self._model.max_seq_length = spec.max_tokens
        elif isinstance(own, int):
            self.max_tokens = own

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> Vectors:
        """Embed passages, texts of like length together. Returns float32, shape (n, dim), rows of unit length.

        Raises ModelError where the model gives a vector that is zero or not a number.
        """
        return self._embed([self._spec.passage_prefix + text for text in texts], batch_size=batch_size)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question. Returns float32, shape (dim,), unit length."""
        vector: Vectors = self._embed([self._spec.query_prefix + text], batch_size=1)[0]
        return vector

    def _embed(self, texts: list[str], *, batch_size: int) -> Vectors:
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for batch in self._batches(texts, batch_size=batch_size):
            encoded = self._model.encode(
                [texts[i] for i in batch],
                batch_size=len(batch),
                convert_to_numpy=True,
                normalize_embeddings=False,
                show_progress_bar=False,
            )
            vectors[batch] = self._unit_rows(np.asarray(encoded, dtype=np.float32))
        return vectors

    def _batches(self, texts: Sequence[str], *, batch_size: int) -> Iterator[list[int]]:
        """Group the places of texts of like length. The longest come first: what lacks memory fails at once."""
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        while order:
            tokens = min(len(texts[order[0]]) // _CHARS_PER_TOKEN + 1, self.max_tokens)
            at_once = max(1, min(batch_size, _TOKENS_AT_ONCE // tokens))
            yield order[:at_once]
            order = order[at_once:]

    def _unit_rows(self, rows: Vectors) -> Vectors:
        lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
        if not np.isfinite(lengths).all() or not (lengths > 0).all():
            raise ModelError(
                f"the embedder {self.name} gave a vector that is zero or not a number; its weights may be damaged: "
                f"fetch it again, or go on with --embedder builtin"
            )
        unit: Vectors = (rows / lengths[:, None]).astype(np.float32)
        return unit


def _load_model(spec: ModelSpec, folder: Path) -> SentenceTransformer:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # The tokenizer's threads would compete with torch's, and warn when a process is started later.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as exc:
        raise ModelError(
            f"the embedder {spec.name} needs sentence-transformers and torch, which cannot be imported ({exc}); "
            f"install danchung again, or go on with --embedder builtin"
        ) from exc
    device = os.environ.get("RAG_DEVICE") or "cpu"
    if "OMP_NUM_THREADS" not in os.environ:
        # All processors this process may use; torch alone counts those of the whole machine.
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    try:
        with _without_progress_bars():
            model = SentenceTransformer(
                str(folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": torch.float32},
            )
    except Exception as exc:  # Damaged settings, an unknown architecture or device: each raises a kind of its own.
        raise ModelError(f"the model {spec.name} in {folder} cannot be loaded on {device}: {exc}") from exc
    # Prefixes are put before the texts here; a prompt of the model's own would double them.
    model.default_prompt_name = None
    return model.eval()


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    from transformers.utils import logging as transformers_logging

    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
