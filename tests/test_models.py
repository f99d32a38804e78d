from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import rag.hub
from rag.embed import load_embedder
from rag.errors import ConfigError, HubError, ModelError, ModelMissingError
from rag.models import choose_embedder, find_model, list_models, path_for, pull_model
from rag.registry import Backend, ModelKind, ModelSpec, load_registry
from rag.weights import RECEIPT, tell_revision

REVISION = "0123456789abcdef0123456789abcdef01234567"
SPEC = ModelSpec(
    name="tiny",
    kind=ModelKind.EMBEDDER,
    backend=Backend.SENTENCE_TRANSFORMERS,
    repo="office/tiny",
    revision=REVISION,
    dim=8,
    max_tokens=16,
)
VOCABULARY = ["[UNK]", "gạo", "lúa", "rice", "cá"]


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RAG_MODELS", "RAG_MODELS_DIR", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    # Read once, when huggingface_hub is imported, so that a suite run offline has it set for good.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(rag.hub, "_PAUSE_S", 0.01)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model of word vectors, as sentence-transformers lays it out: vectors of 8 numbers for 5 words."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    folder = tmp_path_factory.mktemp("office") / "tiny"
    (folder / "0_StaticEmbedding").mkdir(parents=True)
    static = {
        "idx": 0,
        "name": "0",
        "path": "0_StaticEmbedding",
        "type": "sentence_transformers.models.StaticEmbedding",
    }
    (folder / "modules.json").write_text(json.dumps([static]))
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": {}}))
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "0_StaticEmbedding" / "tokenizer.json"))
    vectors = np.eye(len(VOCABULARY), 8, dtype=np.float32) * 2
    save_file({"embedding.weight": vectors}, folder / "0_StaticEmbedding" / "model.safetensors")
    return folder


class LocalHub(BaseHTTPRequestHandler):
    """The two addresses of a hub that a pull uses, over a folder. Each test gets a class with its own settings."""

    folder: ClassVar[Path]
    extra: ClassVar[dict[str, bytes]]
    # The next so many downloads of weights stop half-way.
    cuts: ClassVar[int]
    corrupt: ClassVar[bool]
    ranges: ClassVar[bool]
    reply: ClassVar[tuple[int, str, bytes] | None]
    asked: ClassVar[list[tuple[str, str | None]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("range")))
        files = {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}
        files |= self.extra
        if self.reply is not None:
            status, kind, body = self.reply
            self._send(
                status, body, {"content-type": kind} | ({"x-error-code": "RepoNotFound"} if status == 404 else {})
            )
        elif self.path == f"/api/models/office/tiny/tree/{REVISION}?recursive=true":
            self._send(
                200, json.dumps([{"type": "directory", "path": "x", "oid": "0"}, *map(entry, files.items())]).encode()
            )
        else:
            self._send_file(files[self.path.removeprefix(f"/office/tiny/resolve/{REVISION}/")])

    def _send_file(self, body: bytes) -> None:
        if self.corrupt:
            body = bytes(reversed(body))
        asked = self.headers.get("range") if self.ranges else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if type(self).cuts and self.path.endswith(".safetensors"):
            type(self).cuts -= 1
            self.send_response(206 if asked else 200)
            self.send_header("content-length", str(len(body) - start))
            self.end_headers()
            self.wfile.write(body[start : start + (len(body) - start) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(206 if asked else 200, body[start:])

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


def entry(file: tuple[str, bytes]) -> dict[str, object]:
    path, content = file
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    listed: dict[str, object] = {"type": "file", "path": path, "size": len(content), "oid": git}
    if path.endswith((".safetensors", ".bin")):
        listed["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return listed


@pytest.fixture
def hub(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[LocalHub]]:
    class OwnHub(LocalHub):
        folder, extra, cuts, corrupt, ranges, reply, asked = tiny_model, {}, 0, False, True, None, []

    server = ThreadingHTTPServer(("127.0.0.1", 0), OwnHub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield OwnHub
    server.shutdown()
    thread.join()
    server.server_close()


def cached(root: Path) -> Path:
    return root / "hub" / "models--office--tiny" / "snapshots" / REVISION


# -- pulling --------------------------------------------------------------------------------------------


def test_a_pulled_model_lies_in_the_hubs_cache_and_loads_without_the_hub(
    hub: type[LocalHub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    result = pull_model(SPEC, progress=lambda done, total: seen.append((done, total)))
    assert result.folder == cached(tmp_path) == find_model(SPEC)
    assert seen[-1] == (result.n_bytes, result.n_bytes)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert tell_revision(SPEC, result.folder) == REVISION
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    embedder = load_embedder(SPEC, folder=result.folder)
    # The mean of two unit vectors at right angles, each twice as long: (1, 1) / √2 once normalised.
    assert embedder.embed_query("gạo cá") == pytest.approx([0, 0.70710678, 0, 0, 0.70710678, 0, 0, 0])


def test_a_second_pull_asks_nothing(hub: type[LocalHub]) -> None:
    pull_model(SPEC)
    asked = len(hub.asked)
    assert "already here" in str(pull_model(SPEC).note)
    assert len(hub.asked) == asked


def test_a_models_folder_of_ones_own_takes_the_model_and_remembers_its_revision(
    hub: type[LocalHub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS_DIR", str(tmp_path / "models"))
    result = pull_model(SPEC)
    assert result.folder == tmp_path / "models" / "tiny" == path_for(SPEC)
    assert tell_revision(SPEC, result.folder) == REVISION
    assert tell_revision(replace(SPEC, revision="f" * 40), result.folder).startswith("sha256:")


def test_a_connection_that_breaks_once_is_gone_on_from_where_it_broke(hub: type[LocalHub], tiny_model: Path) -> None:
    hub.cuts = 1
    pull_model(SPEC)
    size = (tiny_model / "0_StaticEmbedding" / "model.safetensors").stat().st_size
    ranges = [asked for path, asked in hub.asked if path.endswith(".safetensors")]
    assert ranges == [None, f"bytes={size // 2}-"]


def test_an_interrupted_pull_is_resumed_by_the_next_one(hub: type[LocalHub], tmp_path: Path, tiny_model: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull_model(SPEC, progress=interrupt)
    assert find_model(SPEC) is None
    hub.asked.clear()
    result = pull_model(SPEC)
    total = sum(path.stat().st_size for path in tiny_model.rglob("*") if path.is_file())
    assert 0 < result.n_bytes < total
    fetched = [path for path, _ in hub.asked]
    assert not any(path.endswith("/modules.json") for path in fetched)
    assert find_model(SPEC) == cached(tmp_path)


def test_a_server_without_ranges_sends_the_file_anew(hub: type[LocalHub]) -> None:
    hub.cuts, hub.ranges = 1, False
    pull_model(SPEC)
    assert find_model(SPEC) is not None


def test_a_connection_that_breaks_again_and_again_is_given_up_and_what_came_is_kept(hub: type[LocalHub]) -> None:
    hub.cuts = 1000
    with pytest.raises(
        HubError, match=r"tiny was not fetched: .* Way out: copy the model's folder .*--embedder FOLDER"
    ):
        pull_model(SPEC)
    hub.cuts = 0
    assert pull_model(SPEC).folder is not None


def test_a_file_that_is_not_what_its_hash_says_is_thrown_away(hub: type[LocalHub]) -> None:
    hub.corrupt = True
    with pytest.raises(HubError, match="is not what its hash says"):
        pull_model(SPEC)
    assert find_model(SPEC) is None
    hub.corrupt = False
    assert pull_model(SPEC).folder is not None


def test_pickled_weights_and_exports_are_never_fetched(hub: type[LocalHub], tmp_path: Path) -> None:
    hub.extra = {"pytorch_model.bin": b"x", "onnx/model.onnx": b"x", "onnx/config.json": b"{}", "../evil.json": b"{}"}
    pull_model(SPEC)
    assert sorted(p.relative_to(cached(tmp_path)).as_posix() for p in cached(tmp_path).rglob("*") if p.is_file()) == [
        "0_StaticEmbedding/model.safetensors",
        "0_StaticEmbedding/tokenizer.json",
        "config_sentence_transformers.json",
        RECEIPT,
        "modules.json",
    ]
    assert not (tmp_path / "evil.json").exists()


def test_a_repository_with_pickled_weights_only_is_refused(hub: type[LocalHub], tmp_path: Path) -> None:
    hub.folder = tmp_path
    hub.extra = {"pytorch_model.bin": b"x", "config.json": b"{}"}
    with pytest.raises(ModelError, match=r"office/tiny at 0123456789ab has no safetensors \(pytorch_model.bin\)"):
        pull_model(SPEC)


def test_a_model_over_the_limit_is_refused_before_anything_comes(hub: type[LocalHub]) -> None:
    hub.extra = {"model.safetensors": bytes(2_000_000)}
    with pytest.raises(ModelError, match=r"tiny is 2 MB, over the limit of 1 MB; .*--max-mb"):
        pull_model(SPEC, max_mb=1)
    assert len(hub.asked) == 1


def test_a_pull_that_takes_too_long_is_stopped(hub: type[LocalHub]) -> None:
    with pytest.raises(HubError, match="took more than 0 seconds; what came is kept"):
        pull_model(SPEC, timeout_s=0)


def test_a_model_the_hub_does_not_know_is_a_failure_even_if_reachable(hub: type[LocalHub]) -> None:
    hub.reply = (404, "application/json", b"{}")
    with pytest.raises(ModelError, match=r"does not hand out office/tiny at 0123456789ab \(404, RepoNotFound\)"):
        pull_model(SPEC, if_reachable=True)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((200, "text/html", b"<html>Please log in</html>"), "it is no model hub, or a proxy or log-in page"),
        ((500, "text/html", b"<html>oops</html>"), "answered with status 500"),
        ((403, "text/html", b"<html>blocked</html>"), "answered with status 403"),
        ((200, "application/json", b'{"a": 1}'), "it is no model hub"),
        ((200, "application/json", b'[{"type": "file", "path": "a", "size": "b", "oid": "c"}]'), "it is no model hub"),
    ],
    ids=["log-in page", "broken", "blocked", "other JSON", "odd entry"],
)
def test_a_hub_that_sends_something_else_is_named(
    hub: type[LocalHub], reply: tuple[int, str, bytes], message: str
) -> None:
    hub.reply = reply
    with pytest.raises(HubError, match=message):
        pull_model(SPEC)


def refused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_hub_that_refuses_the_connection_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = refused_port()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    with pytest.raises(HubError, match=f"the model hub 127.0.0.1:{port} cannot be reached") as caught:
        pull_model(SPEC)
    assert str(cached(tmp_path)) in str(caught.value)
    assert not (tmp_path / "hub").exists()


def test_an_unreachable_hub_is_a_note_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{refused_port()}")
    result = pull_model(SPEC, if_reachable=True)
    assert result.folder is None
    assert "go on with the built-in embedder" in str(result.note)


def test_a_hub_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.hub, "READ_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(HubError, match="cannot be reached"):
            pull_model(SPEC)


def test_offline_means_that_no_hub_is_asked(hub: type[LocalHub], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match="was not asked: HF_HUB_OFFLINE is set"):
        pull_model(SPEC)
    assert hub.asked == []


def test_the_builtin_embedder_has_nothing_to_pull() -> None:
    with pytest.raises(ConfigError, match="the embedder builtin needs no files; there is nothing to pull"):
        pull_model(load_registry().get("builtin"))
    with pytest.raises(ConfigError, match="needs no files"):
        path_for(load_registry().get("builtin"))


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "hub.example")
    with pytest.raises(ConfigError, match=r"HF_ENDPOINT is 'hub\.example'"):
        pull_model(SPEC)


# -- finding, listing, choosing -------------------------------------------------------------------------


def copy_tree(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


@pytest.mark.parametrize(
    ("variable", "below"),
    [("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"), ("XDG_CACHE_HOME", "huggingface/hub")],
)
def test_the_hubs_cache_is_found_where_its_own_library_puts_it(
    variable: str, below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "here"))
    assert path_for(SPEC) == tmp_path / "here" / below / "models--office--tiny" / "snapshots" / REVISION


def test_a_folder_copied_by_hand_is_found_by_the_models_name(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS_DIR", str(tmp_path))
    copy_tree(tiny_model, tmp_path / "tiny")
    assert find_model(SPEC) == tmp_path / "tiny"
    # Nobody can tell which revision it is, so vectors are kept under the hash of what it holds.
    assert tell_revision(SPEC, tmp_path / "tiny").startswith("sha256:")


@pytest.mark.parametrize(
    "lost", ["0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json"], ids=["weights", "tokenizer"]
)
def test_a_model_that_lacks_a_file_is_not_found(tiny_model: Path, tmp_path: Path, lost: str) -> None:
    copy_tree(tiny_model, cached(tmp_path))
    assert find_model(SPEC) == cached(tmp_path)
    (cached(tmp_path) / lost).unlink()
    assert find_model(SPEC) is None


def test_weights_cut_short_are_not_found(tiny_model: Path, tmp_path: Path) -> None:
    copy_tree(tiny_model, cached(tmp_path))
    weights = cached(tmp_path) / "0_StaticEmbedding" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert find_model(SPEC) is None


def test_a_pulled_model_that_lost_any_file_since_is_pulled_again(hub: type[LocalHub], tmp_path: Path) -> None:
    pull_model(SPEC)
    (cached(tmp_path) / "config_sentence_transformers.json").unlink()
    assert find_model(SPEC) is None
    assert pull_model(SPEC).folder == find_model(SPEC) == cached(tmp_path)


def test_the_list_says_what_is_here_and_what_is_the_default(tiny_model: Path, tmp_path: Path) -> None:
    registry = load_registry()
    spec = registry.get("bge-m3")
    copy_tree(tiny_model, path_for(spec))
    listed = {status.name: status for status in list_models(registry)}
    assert list(listed) == [spec.name for spec in registry.models]
    assert listed["builtin"].here and listed["builtin"].folder is None
    assert listed["bge-m3"].here and listed["bge-m3"].folder == path_for(spec)
    assert not listed["multilingual-e5-small"].here
    assert [name for name, status in listed.items() if status.default] == ["multilingual-e5-small"]


def test_the_builtin_embedder_takes_the_place_of_a_default_that_is_not_here() -> None:
    chosen = choose_embedder(None, registry=load_registry())
    assert chosen.spec.name == "builtin"
    assert chosen.note == (
        "The embedder multilingual-e5-small is not on this machine; the built-in one serves. "
        "'rag models pull multilingual-e5-small' fetches the better one."
    )
    assert choose_embedder("builtin", registry=load_registry()).note is None


def test_a_named_model_that_is_not_here_is_an_error_with_the_way_out() -> None:
    with pytest.raises(
        ModelMissingError, match=r"bge-m3 is not on this machine; fetch it with 'rag models pull bge-m3'"
    ):
        choose_embedder("bge-m3", registry=load_registry())


def test_a_folder_is_chosen_by_its_path(tiny_model: Path) -> None:
    chosen = choose_embedder(str(tiny_model), registry=load_registry())
    assert (chosen.spec.name, chosen.spec.dim, chosen.folder) == ("tiny", 8, tiny_model)
    with pytest.raises(ModelMissingError, match="there is no folder"):
        choose_embedder(str(tiny_model / "absent"), registry=load_registry())


def test_a_model_copied_by_hand_is_chosen_under_the_hash_of_what_it_holds(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS_DIR", str(tmp_path))
    copy_tree(tiny_model, tmp_path / "bge-m3")
    chosen = choose_embedder("bge-m3", registry=load_registry())
    assert chosen.folder == tmp_path / "bge-m3"
    assert chosen.spec.revision == tell_revision(chosen.spec, chosen.folder)
    assert chosen.spec.revision.startswith("sha256:")


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(ConfigError, match=r"unknown embedder 'e5'; models\.yaml has builtin, "):
        choose_embedder("e5", registry=load_registry())


def test_finding_models_imports_no_model_code() -> None:
    code = (
        "import sys; from rag import embed, models, registry, builtin\n"
        "models.list_models(registry.load_registry()); builtin.BuiltinEmbedder().embed_query('gạo')\n"
        "print(sorted({'torch', 'transformers', 'huggingface_hub', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
