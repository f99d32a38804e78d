from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import ConfigError
from rag.registry import MAX_BYTES, Backend, ModelKind, load_registry

PINNED = "revision: 0123456789abcdef0123456789abcdef01234567"
MINE = """\
models:
  - name: mine
    kind: embedder
    backend: sentence-transformers
    repo: office/mine
    revision: 0123456789abcdef0123456789abcdef01234567
    dim: 16
    max_tokens: 128
    licence: MIT
"""
MY_RERANKER = """\
models:
  - name: judge
    kind: reranker
    backend: sentence-transformers
    repo: office/judge
    revision: 0123456789abcdef0123456789abcdef01234567
    max_tokens: 128
    licence: MIT
"""


@pytest.fixture(autouse=True)
def _no_users_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAG_MODELS", raising=False)


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_default_embedder_is_e5_small_at_its_pinned_revision() -> None:
    spec = load_registry().default()
    assert spec.name == "multilingual-e5-small"
    assert spec.repo == "intfloat/multilingual-e5-small"
    assert spec.revision == "fd1525a9fd15316a2d503bf26ab031a61d056e98"
    assert (spec.dim, spec.max_tokens, spec.licence) == (384, 512, "MIT")
    assert (spec.query_prefix, spec.passage_prefix) == ("query: ", "passage: ")
    assert spec.fusion_weight is None


def test_the_builtin_embedder_needs_no_repository() -> None:
    spec = load_registry().get("builtin")
    assert (spec.kind, spec.backend, spec.repo, spec.revision) == (ModelKind.EMBEDDER, Backend.BUILTIN, None, "1")


def test_every_model_from_a_hub_is_pinned_to_a_whole_commit() -> None:
    for spec in load_registry().models:
        if spec.repo is not None:
            assert len(spec.revision) == 40
            assert spec.size_mb > 0


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ConfigError, match=r"unknown embedder 'e5'; models.yaml has builtin, multilingual-e5-small, .*"):
        load_registry().get("e5")


def test_the_rerankers_are_known_by_name_and_none_is_the_default() -> None:
    registry = load_registry()
    spec = registry.get("bge-reranker-v2-m3", kind=ModelKind.RERANKER)
    assert (spec.repo, spec.dim, spec.max_tokens) == ("BAAI/bge-reranker-v2-m3", 0, 8192)
    assert [s.name for s in registry.models if s.kind is ModelKind.RERANKER] == [spec.name, "vietnamese-reranker"]
    assert set(registry.defaults) == {ModelKind.EMBEDDER}


def test_a_name_of_another_kind_is_told_to_be_that() -> None:
    with pytest.raises(ConfigError, match=r"unknown embedder 'bge-reranker-v2-m3' \(it is of kind reranker\)"):
        load_registry().get("bge-reranker-v2-m3")
    with pytest.raises(ConfigError, match=r"unknown reranker 'builtin' \(it is of kind embedder\); .*--reranker"):
        load_registry().get("builtin", kind=ModelKind.RERANKER)


def test_a_model_of_any_kind_is_found_by_its_name() -> None:
    registry = load_registry()
    assert registry.find("builtin").kind is ModelKind.EMBEDDER
    assert registry.find("vietnamese-reranker").kind is ModelKind.RERANKER
    with pytest.raises(ConfigError, match=r"unknown model 'e5'; models.yaml has builtin, .*, vietnamese-reranker"):
        registry.find("e5")


def test_a_users_reranker_needs_no_length_of_vectors(tmp_path: Path) -> None:
    spec = load_registry(write(tmp_path, MY_RERANKER)).get("judge", kind=ModelKind.RERANKER)
    assert (spec.dim, spec.max_tokens, spec.query_prefix, spec.fusion_weight) == (0, 128, "", None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "max_tokens",
            "dim: 16\n    max_tokens",
            r"line 7: a reranker has no dim; allowed are name, kind, .*max_tokens",
        ),
        ("max_tokens", "query_prefix: q\n    max_tokens", r"line 7: a reranker has no query_prefix"),
        ("max_tokens", "fusion_weight: 0.5\n    max_tokens", r"line 7: a reranker has no fusion_weight"),
        ("sentence-transformers", "builtin", r"line 4: backend is 'builtin'; a reranker needs sentence-transformers"),
        ("    max_tokens: 128\n", "", r"line 2: the model 'judge' lacks max_tokens"),
        ("models:", "defaults: {reranker: judge}\nmodels:", r"line 1: unknown key 'reranker' in defaults; .* embedder"),
    ],
    ids=["dim", "prefix", "weight", "builtin", "no limit", "default"],
)
def test_what_only_an_embedder_has_is_refused_of_a_reranker(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in MY_RERANKER
    with pytest.raises(ConfigError, match=message):
        load_registry(write(tmp_path, MY_RERANKER.replace(old, new)))


def test_a_users_file_adds_a_model_and_keeps_ours(tmp_path: Path) -> None:
    registry = load_registry(write(tmp_path, MINE))
    assert registry.get("mine").dim == 16
    assert registry.get("bge-m3").dim == 1024
    assert registry.default().name == "multilingual-e5-small"


def test_a_users_file_is_found_by_its_variable_and_may_change_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS", str(write(tmp_path, "defaults: {embedder: mine}\n" + MINE)))
    assert load_registry().default().name == "mine"


def test_a_users_entry_replaces_ours_of_the_same_name_in_its_place(tmp_path: Path) -> None:
    ours = [spec.name for spec in load_registry().models]
    registry = load_registry(write(tmp_path, MINE.replace("name: mine", "name: bge-m3")))
    assert [spec.name for spec in registry.models] == ours
    assert registry.get("bge-m3").repo == "office/mine"


def test_a_default_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown embedder 'yours'"):
        load_registry(write(tmp_path, "defaults: {embedder: yours}\n"))


def test_a_revision_that_looks_like_a_number_may_be_quoted(tmp_path: Path) -> None:
    spec = load_registry(write(tmp_path, MINE.replace("0123456789abcdef0123456789abcdef01234567", f'"{"1" * 40}"')))
    assert spec.get("mine").revision == "1" * 40


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dim: 16", "dims: 16", r"line 7: unknown key 'dims' in a model; allowed are name, kind, backend"),
        ("dim: 16", "dim: sixteen", r"line 7: dim is 'sixteen'; it must be a whole number from 1"),
        ("dim: 16", "dim: 0", r"line 7: dim is 0; it must be a whole number from 1"),
        ("dim: 16", "dim: true", r"line 7: dim is True; it must be a whole number from 1"),
        ("dim: 16", "dim: 16\n    dim: 32", r"line 8: 'dim' stands twice in a model"),
        ("    dim: 16\n", "", r"line 2: the model 'mine' lacks dim"),
        ("kind: embedder", "kind: parser", r"line 3: kind is 'parser'; it must be one of embedder"),
        (
            "backend: sentence-transformers",
            "backend: onnx",
            r"line 4: backend is 'onnx'; it must be one of builtin",
        ),
        ("repo: office/mine", "repo: ../../etc", r"line 5: repo is '\.\./\.\./etc'; it must be owner/name"),
        ("repo: office/mine\n", "\n", r"the model 'mine' lacks repo"),
        (
            PINNED,
            "revision: main",
            r"line 6: revision is 'main'; pin",
        ),
        (
            PINNED,
            "revision: 1",
            r"line 6: revision is 1; it must be text",
        ),
        ("name: mine", "name: ../mine", r"line 2: name is '\.\./mine'; it must be small letters"),
        (
            "licence: MIT",
            "fusion_weight: 7\n    licence: MIT",
            r"line 9: fusion_weight is 7; it must be a number",
        ),
        ("licence: MIT", "languages: vi\n    licence: MIT", r"line 9: languages is 'vi'; it must be a list"),
        ("licence: MIT", "licence: &a MIT\n    query_prefix: *a", r"line 9: anchors and aliases"),
        ("licence: MIT", "licence: !!python/name:os.system", r"line 9: no valid YAML"),
        ("licence: MIT", "licence: [MIT", r"no valid YAML"),
        ("models:", "modells:", r"line 1: unknown key 'modells' in the file; allowed are defaults, models"),
    ],
    ids=[
        "unknown key",
        "dim in words",
        "dim 0",
        "dim true",
        "key twice",
        "no dim",
        "kind",
        "backend",
        "repo outside",
        "no repo",
        "branch",
        "number as revision",
        "name outside",
        "weight over 1",
        "languages as text",
        "alias",
        "python tag",
        "unclosed",
        "top level",
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in MINE
    with pytest.raises(ConfigError, match=message):
        load_registry(write(tmp_path, MINE.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models: 5\n", r"line 1: models is no list"),
        ("- 1\n", r"line 1: the file holds no 'key: value' pairs"),
        ("", r"the file holds no 'key: value' pairs"),
        ("models: [5]\n", r"line 1: a model holds no 'key: value' pairs"),
        ("defaults: {embedder: 5}\n", r"line 1: the default embedder is 5; it must be a model's name"),
        (MINE + MINE.removeprefix("models:\n"), r"line 10: a second model named 'mine'"),
        ("[" * 20_000 + "]" * 20_000, r"nested too deeply"),
        ("#" * (MAX_BYTES + 1), r"over 256 KB"),
        ("models: \x00\n", r"no valid YAML"),
    ],
    ids=["number", "list", "empty", "entry", "default", "twice", "deep", "long", "nul"],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_registry(write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the list of models .*absent\.yaml"):
        load_registry(tmp_path / "absent.yaml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("licence: Giấy phép".encode("utf-16"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_registry(path)
