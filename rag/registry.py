"""Read models.yaml into ModelSpecs: which models there are, at which revision, and how each wants to be asked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from rag.errors import ConfigError

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 8


class ModelKind(StrEnum):
    """What a model is for."""

    EMBEDDER = "embedder"
    RERANKER = "reranker"


class Backend(StrEnum):
    """What loads a model."""

    BUILTIN = "builtin"
    SENTENCE_TRANSFORMERS = "sentence-transformers"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model as models.yaml, or its own folder, describes it.

    repo: None where there is nothing to fetch. revision: a commit hash, the version of a built-in part, or a hash
    of the folder's content. dim: 0 for a reranker, which gives no vectors. max_tokens: in the model's own tokens; for
    a reranker, of question and passage together. size_mb: of the download, about.
    fusion_weight: share of the dense channel in score fusion, None where it is calibrated on the library.
    """

    name: str
    kind: ModelKind
    backend: Backend
    repo: str | None
    revision: str
    dim: int
    max_tokens: int
    query_prefix: str = ""
    passage_prefix: str = ""
    licence: str = "unknown"
    size_mb: int = 0
    fusion_weight: float | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """All models known by name, in the order of the file. defaults: the name to use for each kind."""

    models: tuple[ModelSpec, ...]
    defaults: Mapping[ModelKind, str]

    def get(self, name: str, *, kind: ModelKind = ModelKind.EMBEDDER) -> ModelSpec:
        """Find a model of a kind by name. Raises ConfigError that lists the names there are."""
        known = [spec for spec in self.models if spec.kind is kind]
        for spec in known:
            if spec.name == name:
                return spec
        names = ", ".join(spec.name for spec in known) or f"no {kind}"
        others = "".join(f" (it is of kind {spec.kind})" for spec in self.models if spec.name == name)
        raise ConfigError(
            f"unknown {kind} {name!r}{others}; models.yaml has {names}. "
            f"Name one of them with --{kind}, or a model's folder by its path."
        )

    def find(self, name: str) -> ModelSpec:
        """Find a model of any kind by name. Raises ConfigError that lists the names there are."""
        for spec in self.models:
            if spec.name == name:
                return spec
        names = ", ".join(spec.name for spec in self.models)
        raise ConfigError(f"unknown model {name!r}; models.yaml has {names}. Name one of them, or add it there")

    def default(self, kind: ModelKind = ModelKind.EMBEDDER) -> ModelSpec:
        """Give the model to use where none was named. Raises ConfigError where the kind has no default."""
        if kind not in self.defaults:
            raise ConfigError(f"models.yaml names no default {kind}; add 'defaults: {{{kind}: NAME}}' to it")
        return self.get(self.defaults[kind], kind=kind)


def load_registry(path: str | Path | None = None) -> Registry:
    """Read the models.yaml that comes with the program, then the user's own on top of it.

    path: the user's file; without it the one $RAG_MODELS names, if any. Its entries are added, or replace those
    of the same name. Raises ConfigError that names the file and, where there is one, the line.
    """
    registry = _read(_own_file())
    users = path or os.environ.get("RAG_MODELS") or None
    if users is not None:
        registry = _merge(registry, _read(Path(users)))
    for kind in registry.defaults:
        registry.default(kind)
    return registry


def _own_file() -> Path:
    # A clone (or an editable install) has models.yaml beside the package, a wheel inside it.
    beside = Path(__file__).parent.parent / "models.yaml"
    inside = Path(__file__).parent / "models.yaml"
    return inside if inside.is_file() else beside


def _merge(ours: Registry, theirs: Registry) -> Registry:
    replaced = {spec.name: spec for spec in theirs.models}
    kept = tuple(replaced.pop(spec.name, spec) for spec in ours.models)
    return Registry(models=(*kept, *replaced.values()), defaults={**ours.defaults, **theirs.defaults})


# -- YAML, with the line of everything that is wrong ----------------------------------------------------


def _read(path: Path) -> Registry:
    text = _read_text(path)
    try:
        _check_shape(path, text)
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        fields = dict(_pairs(path, root, what="the file", allowed=("defaults", "models")))
        listed = fields.get("models")
        entries = listed[0].value if listed is not None and isinstance(listed[0], yaml.SequenceNode) else None
        if listed is not None and entries is None:
            raise _wrong(path, listed[0], "models is no list; begin each model with '- name:'")
        models: dict[str, ModelSpec] = {}
        for entry in entries or ():
            spec = _read_spec(path, loader, entry)
            if spec.name in models:
                raise _wrong(path, entry, f"a second model named {spec.name!r}; names must differ")
            models[spec.name] = spec
        defaults = _read_defaults(path, loader, fields["defaults"][0]) if "defaults" in fields else {}
    except yaml.MarkedYAMLError as exc:
        line = f", line {exc.problem_mark.line + 1}" if exc.problem_mark is not None else ""
        raise ConfigError(f"{path}{line}: no valid YAML: {exc.problem}") from exc
    except (yaml.YAMLError, ValueError) as exc:
        raise ConfigError(f"{path}: no valid YAML: {exc}") from exc
    return Registry(models=tuple(models.values()), defaults=defaults)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise ConfigError(f"cannot read the list of models {path}: {exc.strerror}; see $RAG_MODELS") from exc
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{path}: over {MAX_BYTES // 1024} KB; a list of models is shorter than that")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path}: not UTF-8 (byte {exc.start}); save it as UTF-8") from exc


def _check_shape(path: Path, text: str) -> None:
    # safe_load takes an alias bomb at once and only printing it explodes; deep nesting costs it minutes.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if getattr(event, "anchor", None) is not None:
            raise ConfigError(f"{path}, line {line}: anchors and aliases (& and *) are not allowed; write it out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise ConfigError(f"{path}, line {line}: nested too deeply; it needs no more than a list of models")


def _pairs(
    path: Path, node: yaml.Node | None, *, what: str, allowed: tuple[str, ...]
) -> Iterator[tuple[str, tuple[yaml.Node, yaml.Node]]]:
    """Yield (key, (value node, key node)); refuse unknown keys and repeated ones."""
    if not isinstance(node, yaml.MappingNode):
        where = f"{path}, line {node.start_mark.line + 1}" if node is not None else f"{path}"
        raise ConfigError(f"{where}: {what} holds no 'key: value' pairs; allowed are {', '.join(allowed)}")
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name not in allowed:
            raise _wrong(path, key, f"unknown key {name!r} in {what}; allowed are {', '.join(allowed)}")
        if name in seen:
            raise _wrong(path, key, f"{name!r} stands twice in {what}; keep one")
        seen.add(name)
        yield name, (value, key)


def _wrong(path: Path, node: yaml.Node, message: str) -> ConfigError:
    return ConfigError(f"{path}, line {node.start_mark.line + 1}: {message}")


# -- what each field may hold ---------------------------------------------------------------------------

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?")
_REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.))*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")

_FIELDS = (
    "name",
    "kind",
    "backend",
    "repo",
    "revision",
    "dim",
    "max_tokens",
    "query_prefix",
    "passage_prefix",
    "licence",
    "size_mb",
    "fusion_weight",
    "languages",
)
_NEEDED = ("name", "kind", "backend", "revision", "max_tokens", "licence")
# What says nothing of a model that gives a score instead of a vector.
_OF_VECTORS = ("dim", "query_prefix", "passage_prefix", "fusion_weight")
# Without one named, no reranker is used.
_WITH_DEFAULT = (ModelKind.EMBEDDER,)
_TEXTS = ("name", "kind", "backend", "repo", "revision", "query_prefix", "passage_prefix", "licence")


def _read_spec(path: Path, loader: yaml.SafeLoader, entry: yaml.Node) -> ModelSpec:
    found = dict(_pairs(path, entry, what="a model", allowed=_FIELDS))
    values: dict[str, Any] = {}
    for key, (node, _) in found.items():
        value = loader.construct_document(node)
        wanted = _refusal(key, value)
        if wanted is not None:
            raise _wrong(path, node, f"{key} is {_shown(value)}; it must be {wanted}")
        values[key] = value
    missing = [key for key in _NEEDED if values.get(key) is None]
    backend = Backend(values["backend"]) if "backend" in values else None
    if values.get("kind") == ModelKind.RERANKER:
        _check_reranker(path, found, backend)
    elif values.get("dim") is None:
        missing.append("dim")
    if backend is Backend.SENTENCE_TRANSFORMERS and values.get("repo") is None:
        missing.append("repo")
    if missing:
        raise _wrong(path, entry, f"the model {values.get('name', '')!r} lacks {', '.join(missing)}")
    if values.get("repo") is not None and not _COMMIT.fullmatch(values["revision"]):
        node = found["revision"][0]
        got = _shown(values["revision"])
        raise _wrong(path, node, f"revision is {got}; pin a whole commit hash (40 of 0-9 a-f), not a branch or tag")
    return ModelSpec(
        name=values["name"],
        kind=ModelKind(values["kind"]),
        backend=Backend(values["backend"]),
        repo=values.get("repo"),
        revision=values["revision"],
        dim=values.get("dim") or 0,
        max_tokens=values["max_tokens"],
        query_prefix=values.get("query_prefix") or "",
        passage_prefix=values.get("passage_prefix") or "",
        licence=values["licence"],
        size_mb=values.get("size_mb") or 0,
        fusion_weight=None if values.get("fusion_weight") is None else float(values["fusion_weight"]),
        languages=tuple(values.get("languages") or ()),
    )


def _check_reranker(path: Path, found: dict[str, tuple[yaml.Node, yaml.Node]], backend: Backend | None) -> None:
    """Refuse what only an embedder has. Raises ConfigError."""
    allowed = ", ".join(key for key in _FIELDS if key not in _OF_VECTORS)
    for key in _OF_VECTORS:
        if key in found:
            raise _wrong(path, found[key][1], f"a reranker has no {key}; allowed are {allowed}")
    if backend is Backend.BUILTIN:
        message = f"backend is 'builtin'; a reranker needs {Backend.SENTENCE_TRANSFORMERS}"
        raise _wrong(path, found["backend"][0], message)


def _refusal(key: str, value: Any) -> str | None:
    """Say what a field must be, where the value is not that; None where it is."""
    if value is None and key not in _NEEDED:
        return None
    if key in _TEXTS and not isinstance(value, str):
        return "text; put quotes around it"
    match key:
        case "name" if not _NAME.fullmatch(value):
            return "small letters, digits and . _ - only, at most 80"
        case "kind" if value not in set(ModelKind):
            return "one of " + ", ".join(ModelKind)
        case "backend" if value not in set(Backend):
            return "one of " + ", ".join(Backend)
        case "repo" if not _REPO.fullmatch(value):
            return "owner/name as on the hub"
        case "revision" | "licence" if not value.strip():
            return "named, not empty"
        case "dim" | "max_tokens" if not _is_whole(value, least=1, most=1_000_000):
            return "a whole number from 1"
        case "size_mb" if not _is_whole(value, least=0, most=10_000_000):
            return "a whole number from 0"
        case "fusion_weight" if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            return "a number from 0 to 1, or null"
        case "languages" if not isinstance(value, list) or not all(
            isinstance(code, str) and _LANGUAGE.fullmatch(code) for code in value
        ):
            return "a list of language codes such as [vi, en]"
    return None


def _is_whole(value: Any, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _read_defaults(path: Path, loader: yaml.SafeLoader, node: yaml.Node) -> dict[ModelKind, str]:
    defaults = {}
    for kind, (value, _) in _pairs(path, node, what="defaults", allowed=_WITH_DEFAULT):
        name = loader.construct_document(value)
        if not isinstance(name, str):
            raise _wrong(path, value, f"the default {kind} is {_shown(name)}; it must be a model's name")
        defaults[ModelKind(kind)] = name
    return defaults
