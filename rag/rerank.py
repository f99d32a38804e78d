"""Score passages against a question, each pair read as one text: what a reranker is, and how one is loaded."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError, ModelMissingError, RagError, RerankError
from rag.loading import batch_by_length, find_known, name_folder, prepare_torch, without_progress_bars
from rag.registry import Backend, ModelKind, ModelSpec, Registry, load_registry
from rag.weights import check_folder, read_pair_limit, tell_revision

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

Scores = NDArray[np.float32]


class Reranker(Protocol):
    """Anything that scores passages against a question. name and revision: what a run's figures depend on."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> str: ...

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Score each passage, given under its report's title. Returns float32, shape (n,), higher is better."""
        ...


def load_reranker(spec: ModelSpec, *, folder: Path | None = None) -> Reranker:
    """Load the reranker a spec describes. folder: where its weights lie.

    Never contacts a hub. Raises ModelMissingError where the weights are absent or incomplete, ModelError where they
    cannot be used.
    """
    if folder is None:
        raise ModelMissingError(
            f"the reranker {spec.name} is not on this machine; fetch it with 'rag models pull {spec.name}', "
            f"name a folder with --reranker, or go on without --reranker"
        )
    return CrossEncoderReranker(spec, folder)


def read_reranker_spec(folder: Path, *, registry: Registry | None = None) -> ModelSpec:
    """Describe the reranker in a plain folder from its own files, without reading its weights.

    Its name is the folder's; its revision is empty, or the one in models.yaml of a model of that name: what the folder
    truly holds is told when it is loaded. Raises ModelMissingError or ModelError as load_reranker does.
    """
    folder = folder.absolute()
    check_folder(folder)
    known = find_known(folder, registry or load_registry(), kind=ModelKind.RERANKER)
    return ModelSpec(
        name=name_folder(folder, known),
        kind=ModelKind.RERANKER,
        backend=Backend.SENTENCE_TRANSFORMERS,
        repo=known.repo if known is not None else None,
        revision=known.revision if known is not None else "",
        dim=0,
        max_tokens=read_pair_limit(folder),
        licence=known.licence if known is not None else "unknown",
        languages=known.languages if known is not None else (),
    )


class CheckedReranker:
    """Ask a reranker and check what it gives: whatever goes wrong is a RerankError, which a caller can go on from."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self.name = reranker.name
        self.revision = reranker.revision

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Score each passage. Returns float32, shape (n,), finite. Raises RerankError."""
        try:
            scores = np.asarray(self._reranker.score(question, passages), dtype=np.float32)
        except Exception as exc:  # Memory, a device, an object of the caller's own: an answer must not be lost to it.
            # What others raise may quote the texts; a note and the log must not.
            why = str(exc) if isinstance(exc, RagError) else type(exc).__name__
            raise RerankError(self._told(f"failed: {why}")) from exc
        if scores.shape != (len(passages),):
            raise RerankError(self._told(f"gave scores of shape {scores.shape}, not ({len(passages)},)"))
        if not np.isfinite(scores).all():
            raise RerankError(self._told("gave a score that is not a number"))
        return scores

    def _told(self, what: str) -> str:
        return f"the reranker {self.name} {what}; the order before it stands. Ask again, or go on without --reranker"


# -- sentence-transformers ------------------------------------------------------------------------------

_BATCH_SIZE = 32


class CrossEncoderReranker:
    """Score with a cross-encoder from a folder: safetensors only, no code of the model's own.

    Runs on the processor, or where $RAG_DEVICE says ("cuda", "cuda:1", "mps"). Weights are used in float32. Scores are
    the model's raw output: what a sigmoid makes of it is in the same order, but in float32 all above 17 become 1.
    """

    def __init__(self, spec: ModelSpec, folder: Path) -> None:
        check_folder(folder)
        own_limit = read_pair_limit(folder)
        self.name = spec.name
        self.revision = tell_revision(spec, folder)
        # The model's own limit may be tighter than the spec's, never wider: positions beyond it do not exist.
        self.max_tokens = min(spec.max_tokens, own_limit)
        self._model = _load_model(spec, folder)
        self._model.max_seq_length = self.max_tokens
        # One question at a time: each uses all processors, and a tokenizer must not be shared while it works.
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> Scores:
        """Score each passage, pairs of like length together. Returns float32, shape (n,), higher is better.

        Raises ModelError where the model gives a score that is not a number.
        """
        from torch.nn import Identity

        scores = np.empty(len(passages), dtype=np.float32)
        lengths = [len(question) + len(passage) for passage in passages]
        with self._lock:
            for batch in batch_by_length(lengths, batch_size=_BATCH_SIZE, max_tokens=self.max_tokens):
                scores[batch] = self._model.predict(
                    [(question, passages[i]) for i in batch],
                    batch_size=len(batch),
                    activation_fn=Identity(),
                    show_progress_bar=False,
                )
        if not np.isfinite(scores).all():
            raise ModelError(
                f"the reranker {self.name} gave a score that is not a number; its weights may be damaged: "
                f"fetch it again, or go on without --reranker"
            )
        return scores


def _load_model(spec: ModelSpec, folder: Path) -> CrossEncoder:
    device = prepare_torch(spec, way_out="go on without --reranker")
    import torch
    from sentence_transformers import CrossEncoder

    try:
        with without_progress_bars():
            model = CrossEncoder(
                str(folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": torch.float32},
                # Named here, so that no name of a function is read from the folder.
                activation_fn=torch.nn.Identity(),
            )
    except Exception as exc:  # Damaged settings, an unknown architecture or device: each raises a kind of its own.
        raise ModelError(f"the model {spec.name} in {folder} cannot be loaded on {device}: {exc}") from exc
    return model.eval()
