"""Turn texts into vectors: what an embedder is, and how each kind is loaded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError, ModelMissingError
from rag.loading import batch_by_length, find_known, name_folder, prepare_torch, without_progress_bars
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
    known = find_known(folder, registry or load_registry(), kind=ModelKind.EMBEDDER)
    spec = ModelSpec(
        name=name_folder(folder, known),
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


def _first(*prefixes: str | None) -> str:
    return next((prefix for prefix in prefixes if prefix is not None), "")


# -- sentence-transformers ------------------------------------------------------------------------------


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
        lengths = [len(text) for text in texts]
        for batch in batch_by_length(lengths, batch_size=batch_size, max_tokens=self.max_tokens):
            encoded = self._model.encode(
                [texts[i] for i in batch],
                batch_size=len(batch),
                convert_to_numpy=True,
                normalize_embeddings=False,
                show_progress_bar=False,
            )
            vectors[batch] = self._unit_rows(np.asarray(encoded, dtype=np.float32))
        return vectors

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
    device = prepare_torch(spec, way_out="go on with --embedder builtin")
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        with without_progress_bars():
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
