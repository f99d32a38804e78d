"""What loading a model of any kind takes: a name for its folder, a device, quiet libraries, batches that fit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import ModelError
from rag.registry import ModelKind, ModelSpec, Registry

# Activations grow with the padded length of a batch; this many tokens at once stay within a few hundred MB.
_TOKENS_AT_ONCE = 32 * 512
# A text has at most about a token for every two characters.
_CHARS_PER_TOKEN = 2


def name_folder(folder: Path, known: ModelSpec | None) -> str:
    """Name the model in a folder: as models.yaml does where it is known there, else by the folder's own name."""
    # In the hub's cache the folder's own name is a commit: models--owner--name/snapshots/commit.
    if folder.parent.name != "snapshots":
        return folder.name
    return known.name if known is not None else folder.parent.parent.name.rpartition("--")[2]


def find_known(folder: Path, registry: Registry, *, kind: ModelKind) -> ModelSpec | None:
    """Find the entry of models.yaml whose name, or whose repository's name, a folder carries."""
    name = name_folder(folder, None).casefold()
    for spec in registry.models:
        if spec.kind is kind and spec.repo is not None and name in (spec.name, spec.repo.rpartition("/")[2].casefold()):
            return spec
    return None


def prepare_torch(spec: ModelSpec, *, way_out: str) -> str:
    """Make torch ready for a model and choose its device: the processor, or what $RAG_DEVICE says.

    way_out: what to do without the model. Raises ModelError where torch or sentence-transformers is not there.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # The tokenizer's threads would compete with torch's, and warn when a process is started later.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import sentence_transformers  # noqa: F401 - the caller imports what it needs of it
        import torch
    except ImportError as exc:
        raise ModelError(
            f"the {spec.kind} {spec.name} needs sentence-transformers and torch, which cannot be imported ({exc}); "
            f"install danchung again, or {way_out}"
        ) from exc
    if "OMP_NUM_THREADS" not in os.environ:
        # All processors this process may use; torch alone counts those of the whole machine.
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    return os.environ.get("RAG_DEVICE") or "cpu"


@contextmanager
def without_progress_bars() -> Iterator[None]:
    """Let transformers draw no bars for the length of a block."""
    from transformers.utils import logging as transformers_logging

    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()


def batch_by_length(lengths: Sequence[int], *, batch_size: int, max_tokens: int) -> Iterator[list[int]]:
    """Group the places of texts of like length. The longest come first: what lacks memory fails at once.

    lengths: in characters. max_tokens: what the model sees of a text at most.
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    while order:
        tokens = min(lengths[order[0]] // _CHARS_PER_TOKEN + 1, max_tokens)
        at_once = max(1, min(batch_size, _TOKENS_AT_ONCE // tokens))
        yield order[:at_once]
        order = order[at_once:]
