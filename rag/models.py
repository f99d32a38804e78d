"""Find models on this machine, list them, and fetch one from the hub when asked to. Light: imports no model code."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rag.embed import read_spec
from rag.errors import ConfigError, HubError, ModelError, ModelMissingError
from rag.hub import Hub, RemoteFile, is_safe_path, size_of
from rag.registry import Backend, ModelKind, ModelSpec, Registry
from rag.rerank import read_reranker_spec
from rag.weights import RECEIPT, check_folder, tell_revision

logger = logging.getLogger(__name__)

_MB = 1_000_000
# A model may come out this much larger than models.yaml says before the pull is refused.
_SIZE_MARGIN = 2
_LEAST_MAX_MB = 50

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of the list of models. folder: where it lies, None where it is absent or needs no files."""

    name: str
    kind: ModelKind
    licence: str
    size_mb: int
    here: bool
    folder: Path | None
    default: bool


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull did. folder: None where the hub could not be reached, and note then says so."""

    name: str
    folder: Path | None
    n_bytes: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """The model to load, and from where. note: one calm sentence where it is not the one that was wished for."""

    spec: ModelSpec
    folder: Path | None
    note: str | None = None


def path_for(spec: ModelSpec) -> Path:
    """Say where a model lies, or would lie: the place to copy it to by hand. Raises ConfigError if it has no files."""
    found = find_model(spec)
    if found is not None:
        return found
    return _own_place(spec) or _cache_place(spec)


def find_model(spec: ModelSpec) -> Path | None:
    """Find a whole, loadable model on this machine: under $RAG_MODELS_DIR, then in the hub's cache."""
    if spec.repo is None:
        return None
    for place in (_own_place(spec), _cache_place(spec)):
        if place is not None and _is_usable(place):
            return place
    return None


def list_models(registry: Registry) -> tuple[ModelStatus, ...]:
    """List all models of the registry, in its order, with what is known of them here."""
    found = []
    for spec in registry.models:
        folder = find_model(spec)
        here = folder is not None or spec.backend is Backend.BUILTIN
        default = registry.defaults.get(spec.kind) == spec.name
        found.append(ModelStatus(spec.name, spec.kind, spec.licence, spec.size_mb, here, folder, default))
    return tuple(found)


def choose_embedder(wished: str | None, *, registry: Registry) -> ChosenModel:
    """Decide which embedder to load: one by name, one in a folder, or the default.

    wished: a name in models.yaml, a folder's path, or None for the default. The spec's revision is the one vectors
    are stored under: the pinned one, or a hash where a folder does not tell its own. Where the default is not on
    this machine the built-in embedder takes its place, with a note. Raises ConfigError for an unknown name,
    ModelMissingError for a named model or folder that is not here.
    """
    if wished is not None and _is_folder(wished, registry, ModelKind.EMBEDDER):
        folder = Path(wished).expanduser()
        return ChosenModel(read_spec(folder, registry=registry), folder)
    spec = registry.default() if wished is None else registry.get(wished)
    folder_found = find_model(spec)
    if spec.backend is Backend.BUILTIN or folder_found is not None:
        return ChosenModel(replace(spec, revision=tell_revision(spec, folder_found)), folder_found)
    if wished is None:
        note = (
            f"The embedder {spec.name} is not on this machine; the built-in one serves. "
            f"'rag models pull {spec.name}' fetches the better one."
        )
        return ChosenModel(registry.get("builtin"), None, note)
    raise ModelMissingError(
        f"the embedder {spec.name} is not on this machine; fetch it with 'rag models pull {spec.name}', "
        f"or copy its folder to {path_for(spec)}"
    )


def choose_reranker(wished: str, *, registry: Registry) -> ChosenModel:
    """Find the reranker to load, one by name or one in a folder. Its weights are not read yet.

    Raises ConfigError for an unknown name, ModelMissingError for a model or folder that is not here, ModelError for
    a folder that holds no reranker.
    """
    if _is_folder(wished, registry, ModelKind.RERANKER):
        folder = Path(wished).expanduser()
        return ChosenModel(read_reranker_spec(folder, registry=registry), folder)
    spec = registry.get(wished, kind=ModelKind.RERANKER)
    folder_found = find_model(spec)
    if folder_found is None:
        raise ModelMissingError(
            f"the reranker {spec.name} is not on this machine; fetch it with 'rag models pull {spec.name}', "
            f"copy its folder to {path_for(spec)}, or go on without --reranker"
        )
    return ChosenModel(spec, folder_found)


def _is_folder(wished: str, registry: Registry, kind: ModelKind) -> bool:
    """Say whether a folder was named, not a model of the registry."""
    if any(spec.name == wished and spec.kind is kind for spec in registry.models):
        return False
    return bool(re.search(r"[/\\]", wished)) or Path(wished).is_dir()


def _own_place(spec: ModelSpec) -> Path | None:
    folder = os.environ.get("RAG_MODELS_DIR")
    return Path(folder).expanduser() / spec.name if folder else None


def _cache_place(spec: ModelSpec) -> Path:
    if spec.repo is None:
        raise ConfigError(f"the {spec.kind} {spec.name} needs no files; there is nothing to pull or copy")
    return _hub_cache() / f"models--{spec.repo.replace('/', '--')}" / "snapshots" / spec.revision


def _hub_cache() -> Path:
    """Give the folder of the hub's cache, by the same variables as the hub's own library."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser()
    if os.environ.get("HF_HOME"):
        return Path(os.environ["HF_HOME"]).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "huggingface" / "hub"


def _is_usable(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        check_folder(folder)
    except ModelError as exc:
        logger.warning("%s", exc)
        return False
    return True


# -- pulling --------------------------------------------------------------------------------------------


def pull_model(
    spec: ModelSpec,
    *,
    progress: Progress | None = None,
    timeout_s: float = 3600.0,
    max_mb: int | None = None,
    if_reachable: bool = False,
) -> PullResult:
    """Fetch a model at its pinned revision and put it where find_model looks. The one thing that contacts a hub.

    What an interrupted pull has fetched is kept and gone on from. progress: called with bytes done and in all.
    max_mb: refuse more than that; by default twice what models.yaml says. if_reachable: a hub that cannot be reached,
    or sends something else, is a note in the result. Raises HubError, ModelError, or ConfigError for one without files.
    """
    if spec.repo is None:
        raise ConfigError(f"the {spec.kind} {spec.name} needs no files; there is nothing to pull")
    found = find_model(spec)
    if found is not None:
        return PullResult(spec.name, found, note=f"{spec.name} is already here: {found}")
    target = _own_place(spec) or _cache_place(spec)
    limit_mb = max_mb if max_mb is not None else max(_SIZE_MARGIN * spec.size_mb, _LEAST_MAX_MB)
    try:
        hub = Hub(spec.repo, spec.revision, timeout_s=timeout_s)
        files = _choose_files(spec, hub.list_files(), limit_mb=limit_mb)
        n_bytes = _pull_into(spec, target, hub, files, progress)
    except HubError as exc:
        without = "with the built-in embedder" if spec.kind is ModelKind.EMBEDDER else f"without a {spec.kind}"
        message = (
            f"{spec.name} was not fetched: {exc}. Way out: copy the model's folder from another machine to {target}, "
            f"name any folder with --{spec.kind} FOLDER, or go on {without}"
        )
        if if_reachable:
            return PullResult(spec.name, None, note=message)
        raise HubError(message) from exc
    except OSError as exc:
        raise ModelError(
            f"{spec.name} cannot be written to {target}: {exc.strerror or exc}; make room there, or set RAG_MODELS_DIR"
        ) from exc
    return PullResult(spec.name, target, n_bytes)


# Settings, tokenizer and safetensors of the model itself and of its numbered parts (1_Pooling, 2_Dense). Never
# pickled weights, nor the exports some repositories hold beside (onnx/, openvino/).
_WANTED = re.compile(r"(?:\d+_\w+/)?(?:model[\w.-]*\.safetensors|[\w.-]+\.json|[\w.-]+\.model|vocab\.txt|merges\.txt)")


def _choose_files(spec: ModelSpec, files: tuple[RemoteFile, ...], *, limit_mb: int) -> tuple[RemoteFile, ...]:
    chosen = tuple(file for file in files if _WANTED.fullmatch(file.path) and is_safe_path(file.path))
    if not any(file.path.endswith(".safetensors") for file in chosen):
        held = ", ".join(file.path for file in files if file.path.endswith((".bin", ".pt"))) or "no weights at all"
        raise ModelError(
            f"{spec.repo} at {spec.revision[:12]} has no safetensors ({held}); pickled weights can run code when read "
            f"and are never fetched. Name another model, or pin a revision that has model.safetensors"
        )
    total_mb = sum(file.size for file in chosen) / _MB
    if total_mb > limit_mb:
        raise ModelError(
            f"{spec.name} is {total_mb:.0f} MB, over the limit of {limit_mb} MB; correct size_mb in models.yaml, "
            f"or allow it with --max-mb"
        )
    return chosen


def _pull_into(
    spec: ModelSpec, target: Path, hub: Hub, files: tuple[RemoteFile, ...], progress: Progress | None
) -> int:
    """Fetch files beside the target and swap them in when all are whole. Returns the bytes that came anew."""
    # Only who fetches needs it: it brings sqlite3 along.
    from filelock import FileLock, Timeout

    beside = target.parent.parent if target.parent.name == "snapshots" else target.parent
    partial = beside / f".{spec.name}-{spec.revision[:12]}.partial"
    partial.mkdir(parents=True, exist_ok=True)
    total = sum(file.size for file in files)
    try:
        with FileLock(partial.with_suffix(".lock"), timeout=0):
            kept = sum(size_of(partial / file.path) for file in files)
            free = shutil.disk_usage(partial).free
            if total - kept > free:
                raise ModelError(
                    f"{spec.name} needs {(total - kept) / _MB:.0f} MB in {beside}, {free / _MB:.0f} MB are free; "
                    f"make room there, or set RAG_MODELS_DIR to a larger disk"
                )
            done = 0
            for file in files:
                hub.fetch(file, partial / file.path, received=_counted(progress, done, total))
                done += file.size
            receipt = {"repo": spec.repo, "revision": spec.revision, "files": {file.path: file.size for file in files}}
            (partial / RECEIPT).write_text(json.dumps(receipt, indent=1), "utf-8")
            check_folder(partial)
            _swap_in(partial, target)
    except Timeout as exc:
        raise ModelError(f"{spec.name} is being pulled by another process; wait until that is done") from exc
    return total - kept


def _counted(progress: Progress | None, done: int, total: int) -> Callable[[int], None]:
    return lambda received: progress(done + received, total) if progress is not None else None


def _swap_in(partial: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        # What lies there did not pass as a model; it is set aside only once the whole one is ready.
        aside = partial.with_suffix(".old")
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        partial.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        partial.rename(target)
