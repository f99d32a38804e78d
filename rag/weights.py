"""Read what a model's folder holds, without loading it: its shape, its prompts, its completeness, its content hash.

Two layouts are known: sentence-transformers (a ``modules.json`` that lists the parts) and a plain transformers model
(``config.json``, tokenizer, weights). Weights are safetensors; pickled ones are never read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError, ModelMissingError
from rag.registry import ModelSpec

# Written beside a pulled model: where it came from, and how long each file is.
RECEIPT = "danchung.json"

_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_TOKENIZERS = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "sentencepiece.bpe.model",
    "spiece.model",
    "tokenizer.model",
)
# Modules of sentence-transformers that have neither weights nor settings of their own.
_BARE_MODULES = ("Normalize",)
_WITHOUT_WEIGHTS = ("Pooling", "Dropout")
_DEFAULT_MAX_TOKENS = 512
_MAX_JSON_BYTES = 64 * 1024 * 1024
_MAX_HEADER_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What a model's folder says of itself. Prefixes are None where the folder names no prompts."""

    dim: int
    max_tokens: int
    query_prefix: str | None
    passage_prefix: str | None


def check_folder(folder: Path) -> None:
    """Make sure that a folder holds a whole model that can be loaded safely.

    Raises ModelMissingError where something is absent or cut short, ModelError where it is there but not allowed.
    """
    if not folder.is_dir():
        raise ModelMissingError(f"there is no folder {folder}; name one that holds config.json and model.safetensors")
    pickled = False
    lacks = [name for name, size in _receipt(folder).get("files", {}).items() if _size(folder / name) != size]
    for kind, part in _modules(folder):
        if kind in _BARE_MODULES:
            continue
        if not (part / "config.json").is_file() and kind != "StaticEmbedding":
            lacks.append(_relative(part / "config.json", folder))
        if kind in _WITHOUT_WEIGHTS:
            continue
        if kind in ("Transformer", "StaticEmbedding") and not any((part / name).is_file() for name in _TOKENIZERS):
            lacks.append(_relative(part / "tokenizer.json", folder))
        absent = [_relative(path, folder) for path in _weight_files(part) if not _is_whole(path)]
        lacks += absent
        pickled = pickled or (bool(absent) and any(path for glob in _PICKLED for path in part.glob(glob)))
    if pickled:
        raise ModelError(
            f"the model in {folder} has its weights in pickled files (.bin, .pt), which can run code when read; "
            f"only safetensors are loaded. Convert it, or take a revision that has model.safetensors"
        )
    if lacks:
        lacking = ", ".join(lacks)
        raise ModelMissingError(f"the model in {folder} is not whole: {lacking} absent or cut short; copy it again")


def read_facts(folder: Path) -> FolderFacts:
    """Read dimension, length limit and prompts from a checked folder. Raises ModelError where they are not told."""
    settings: dict[str, Any] = _read_json(folder / "config_sentence_transformers.json") or {}
    prompts = settings.get("prompts")
    if not isinstance(prompts, dict):
        prompts = {}
    dim = None
    max_tokens = None
    for kind, part in _modules(folder):
        config = _read_json(part / "config.json") or {}
        match kind:
            case "Transformer":
                text = config.get("text_config")
                dim = config.get("hidden_size") or (text.get("hidden_size") if isinstance(text, dict) else None)
                max_tokens = _max_tokens(part, config)
            case "StaticEmbedding":
                dim = _static_dim(part)
            case "Dense":
                dim = config.get("out_features")
            case "Pooling":
                dim = _pooled_dim(config, dim)
    if not isinstance(dim, int) or dim < 1:
        raise ModelError(f"the model in {folder} does not say how long its vectors are (hidden_size in config.json)")
    return FolderFacts(
        dim=dim,
        max_tokens=max_tokens or _DEFAULT_MAX_TOKENS,
        query_prefix=_prompt(prompts, "query"),
        passage_prefix=_prompt(prompts, "document", "passage"),
    )


def read_pair_limit(folder: Path) -> int:
    """Read from a checked folder how many tokens of question and passage together its cross-encoder sees.

    Raises ModelError where it holds no cross-encoder: one transformer that gives one score for a pair of texts.
    """
    parts = tuple(_modules(folder))
    kinds = ", ".join(kind for kind, _ in parts)
    if kinds != "Transformer":
        raise ModelError(
            f"the model in {folder} is made of {kinds}; a reranker is one transformer that scores a pair of texts. "
            f"Name the folder of a cross-encoder with --reranker"
        )
    part = parts[0][1]
    config = _read_json(part / "config.json")
    config = config if isinstance(config, dict) else {}
    architectures = config.get("architectures")
    architecture = str(architectures[0]) if isinstance(architectures, list) and architectures else "nothing"
    # Loaded as a cross-encoder, any other would get a random head and score at random.
    if not architecture.endswith("ForSequenceClassification"):
        raise ModelError(
            f"the model in {folder} gives no score for a pair of texts: its config.json names {architecture} under "
            f"architectures, not one …ForSequenceClassification. Name the folder of a cross-encoder with --reranker"
        )
    n_labels = _n_labels(config)
    if n_labels != 1:
        raise ModelError(
            f"the model in {folder} gives {n_labels} labels for a pair of texts; a reranker gives one score. "
            f"Take one that was trained with a single label (id2label in config.json)"
        )
    return _max_tokens(part, config) or _DEFAULT_MAX_TOKENS


def hash_folder(folder: Path) -> str:
    """Hash what decides a model's vectors or scores: weights, settings and tokenizer, by name and content."""
    paths = [folder / "modules.json", folder / "config_sentence_transformers.json"]
    for _, part in _modules(folder):
        paths += [part / name for name in ("config.json", "sentence_bert_config.json", *_TOKENIZERS)]
        paths += _weight_files(part)
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{_relative(path, folder)} {digest}\n".encode())
    return f"sha256:{total.hexdigest()[:32]}"


def tell_revision(spec: ModelSpec, folder: Path | None) -> str:
    """Give the revision that vectors of this model are stored under.

    It is the pinned one where the folder is known to hold it (the hub's cache, or a receipt says so); for any other
    folder it is a hash of the content, so that vectors of two sets of weights are never mixed.
    """
    if folder is None or spec.repo is None:
        return spec.revision if folder is None else hash_folder(folder)
    receipt = _receipt(folder)
    cached = f"models--{spec.repo.replace('/', '--')}", "snapshots", spec.revision
    if folder.absolute().parts[-3:] == cached or (receipt.get("repo"), receipt.get("revision")) == (
        spec.repo,
        spec.revision,
    ):
        return spec.revision
    return hash_folder(folder)


# -- modules and their settings -------------------------------------------------------------------------


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the class name and folder of each part. A folder without modules.json is one plain transformer."""
    listed = _read_json(folder / "modules.json")
    if listed is None:
        yield "Transformer", folder
        return
    entries = listed if isinstance(listed, list) else []
    if not entries:
        raise ModelError(f"{folder / 'modules.json'} lists no modules; copy the model again")
    for entry in entries:
        kind, path = (entry.get("type"), entry.get("path")) if isinstance(entry, dict) else (None, None)
        if not isinstance(kind, str) or not isinstance(path, str):
            raise ModelError(f"{folder / 'modules.json'} has an entry without type and path; copy the model again")
        part = folder / path
        if not kind.startswith("sentence_transformers.") or not part.resolve().is_relative_to(folder.resolve()):
            raise ModelError(
                f"the model in {folder} wants code of its own ({kind} in {path!r}); only the modules of "
                f"sentence-transformers inside the folder are loaded. Take another model"
            )
        yield kind.rpartition(".")[2], part


def _max_tokens(part: Path, config: Mapping[str, Any]) -> int | None:
    limits = []
    for name in ("sentence_bert_config.json", "sentence_roberta_config.json", "sentence_xlm-roberta_config.json"):
        limits.append((_read_json(part / name) or {}).get("max_seq_length"))
    limits.append((_read_json(part / "tokenizer_config.json") or {}).get("model_max_length"))
    positions = config.get("max_position_embeddings")
    # Models of the RoBERTa family keep the first positions for padding.
    if isinstance(positions, int) and "roberta" in str(config.get("model_type")):
        positions -= 2
    limits.append(positions)
    # A tokenizer without a limit says 10^30.
    known = [n for n in limits if isinstance(n, int) and 0 < n <= 1_000_000]
    return known[0] if known and known[0] == limits[0] else min(known, default=None)


def _n_labels(config: Mapping[str, Any]) -> int:
    """Count the labels of a classifier as transformers does: two where the settings name none."""
    names, number = config.get("id2label"), config.get("num_labels")
    if isinstance(names, dict):
        return len(names)
    return number if isinstance(number, int) else 2


def _pooled_dim(config: Mapping[str, Any], dim: int | None) -> int | None:
    modes = sum(value is True for key, value in config.items() if key.startswith("pooling_mode_"))
    return dim * modes if dim is not None and modes > 1 else dim


def _static_dim(part: Path) -> int | None:
    shapes = [entry["shape"] for entry in _read_header(part / "model.safetensors").values() if len(entry["shape"]) == 2]
    return int(shapes[0][1]) if shapes else None


def _prompt(prompts: Mapping[str, Any], *names: str) -> str | None:
    # An empty prompt may stand for none at all: sentence-transformers writes "" for both by default.
    found = [prompts[name] for name in names if isinstance(prompts.get(name), str)]
    return found[0] or None if found else None


def _receipt(folder: Path) -> dict[str, Any]:
    receipt = _read_json(folder / RECEIPT)
    return receipt if isinstance(receipt, dict) and isinstance(receipt.get("files", {}), dict) else {}


# -- files ----------------------------------------------------------------------------------------------


def _weight_files(part: Path) -> list[Path]:
    index = part / "model.safetensors.index.json"
    if index.is_file():
        shards = (_read_json(index) or {}).get("weight_map", {}).values()
        return [part / name for name in sorted({str(shard) for shard in shards})] or [part / "model.safetensors"]
    return [part / "model.safetensors"]


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _is_whole(path: Path) -> bool:
    """Say whether a safetensors file is as long as its own header says."""
    try:
        header = _read_header(path)
        ends = [entry["data_offsets"][1] for entry in header.values()]
        return path.stat().st_size == _header_bytes(path) + max(ends, default=0)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False


def _header_bytes(path: Path) -> int:
    with path.open("rb") as file:
        return 8 + int.from_bytes(file.read(8), "little")


def _read_header(path: Path) -> dict[str, Any]:
    """Read the names, shapes and places of the tensors. Raises ValueError where there is no such header."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= _MAX_HEADER_BYTES:
            raise ValueError(f"{path} has no safetensors header")
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise ValueError(f"{path} has no safetensors header")
    return {name: entry for name, entry in header.items() if name != "__metadata__"}


def _read_json(path: Path) -> Any:
    """Read a JSON file; None where there is none."""
    if not path.is_file():
        return None
    if path.stat().st_size > _MAX_JSON_BYTES:
        raise ModelError(f"{path} is over {_MAX_JSON_BYTES >> 20} MB, too long for settings; copy the model again")
    try:
        return json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as exc:
        raise ModelError(f"{path} is no valid JSON ({exc}); copy the model again") from exc


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
