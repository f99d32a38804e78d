"""Every command the README shows is run; every command, option and model the program has is in the README."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import typer.main

from rag.cli import app
from rag.registry import load_registry
from tests.servers import run_server

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
LINES = [line for block in SHELL_BLOCKS for line in block.splitlines()]
SERVES = [line for line in LINES if "rag serve" in line]
COMMANDS = [line for line in LINES if line.startswith("rag ") and line not in SERVES]
CURLS = [line for line in LINES if line.startswith("curl ")]
INSTALLS = [line for block in SHELL_BLOCKS for line in block.splitlines() if line.startswith("python3 -m venv")]
PYTHON_BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it: seeds/, and reports/ of their own."""
    path = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(ROOT / "seeds", path / "seeds")
    shutil.copytree(ROOT / "seeds", path / "reports")
    return path


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "RAG_CACHE": str(folder / "cache"),
        "HF_HUB_CACHE": str(folder / "hub"),
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_readme_commands_all_do_what_it_says_in_their_order(folder: Path):
    assert len(COMMANDS) >= 20
    for command in COMMANDS:
        arguments = shlex.split(command)[1:]
        done = run(["-m", "rag.cli", *arguments], folder)
        not_reported = "Tỷ lệ hộ nghèo của huyện Quan Sơn" in command or "--document" in command
        allowed = {0, 3} if arguments[0] in ("ask", "retrieve") else {0}
        assert done.returncode in allowed, (command, done.stderr)
        assert "Traceback" not in done.stderr
        if not_reported and "Quan Sơn là bao nhiêu" in command:
            assert done.returncode == 3, command


def test_the_first_command_answers_with_the_figure_and_its_words(folder: Path):
    question = shlex.split(INSTALLS[0])[-1]
    done = run(["-m", "rag.cli", "ask", "--from", "seeds", question], folder)
    assert done.returncode == 0
    assert done.stdout.startswith("35,7 triệu đồng/năm\n")
    assert f"```\n{done.stdout}```" in README


def test_the_vietnamese_quick_start_gives_the_same_two_commands():
    assert len(INSTALLS) == 4
    assert sorted(set(INSTALLS)) == sorted(INSTALLS[:2]) == sorted(INSTALLS[2:])


def test_the_python_block_runs(folder: Path):
    (block,) = PYTHON_BLOCKS
    done = run(["-c", block], folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(
        "35,7 triệu đồng/năm Theo báo cáo của Ban Thường vụ Huyện ủy Quế Phong"
    )


@pytest.mark.parametrize("command", SERVES)
def test_every_serve_command_serves(command: str, folder: Path):
    words = [word for word in shlex.split(command) if word not in ("rag", ".venv/bin/rag", "serve")]
    setting = dict(word.split("=", 1) for word in words if word.startswith("RAG_"))
    options = [word for word in words if not word.startswith("RAG_")]
    for name in ("--from",):
        if name in options:
            options[options.index(name) + 1] = str(folder / options[options.index(name) + 1])
    if "--port" in options:
        del options[options.index("--port") : options.index("--port") + 2]

    with run_server(*options, cache=folder / f"serve-{SERVES.index(command)}", environment=setting) as server:
        headers = {"Authorization": f"Bearer {setting['RAG_TOKEN']}"} if setting else {}
        assert httpx.get(f"{server.url}/v1/documents", headers=headers).status_code == 200
        assert httpx.get(f"{server.url}/v1/documents").status_code == (401 if setting else 200)
        assert "<gradio-app" in httpx.get(f"{server.url}/", headers=headers).text


def call(command: str, url: str, folder: Path) -> httpx.Response:
    """Do what a curl line does."""
    words = iter(shlex.split(command)[1:])
    method, target, headers, body, files = None, "", {}, None, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif word == "-F":
            name, _, path = next(words).partition("=@")
            files = {name: (Path(path).name, (folder / path).read_bytes())}
        else:
            target = word.replace("http://127.0.0.1:7860", url)
    method = method or ("POST" if body or files else "GET")
    return httpx.request(method, target, headers=headers, content=body, files=files, timeout=60)


def test_the_curl_lines_all_do_what_they_say_in_their_order(folder: Path):
    with run_server("--from", folder / "seeds", cache=folder / "curl") as server:
        replies = [call(line, server.url, folder) for line in CURLS]

    assert [(line, reply.status_code) for line, reply in zip(CURLS, replies, strict=True) if not reply.is_success] == []
    assert replies[0].json()["short"] == "35,7 triệu đồng/năm"
    assert "event: answer" in replies[1].text
    assert "Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn?" in replies[1].text
    assert replies[3].json()["files"][0]["status"] == "added"


def test_every_route_is_in_the_readme(folder: Path):
    with run_server("--from", folder / "seeds", "--no-chat", cache=folder / "routes") as server:
        paths = httpx.get(f"{server.url}/openapi.json").json()["paths"]

    shown = [re.sub(r"/uploads/[^ ]+", "/{doc_id}", line) for line in [*CURLS, README]]
    for path in paths:
        plain = path.replace("{doc_id:path}", "{doc_id}")
        assert any(plain in line for line in shown), path


def leaves() -> list[str]:
    """Every command there is, such as ``models pull``."""
    group = typer.main.get_group(app)
    found = []
    for name, command in group.commands.items():
        children = getattr(command, "commands", None)
        found += [f"{name} {child}" for child in children] if children else [name]
    return found


@pytest.mark.parametrize("command", leaves())
def test_every_command_is_in_the_readme(command: str):
    assert any(line.startswith(f"rag {command}") for line in [*COMMANDS, *SERVES]), command


def test_every_benchmark_in_the_readme_is_there():
    found = set(re.findall(r"tests/benchmarks/\w+\.py", README))
    assert len(found) >= 3
    for path in found:
        assert (ROOT / path).is_file(), path


def test_every_file_in_the_map_is_there():
    for path in re.findall(r"`((?:rag|ui)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path


def test_the_models_named_are_those_of_the_registry():
    registry = load_registry()
    assert registry.default().name in README
    for name in re.findall(r"rag models (?:pull|path) (\w[\w.-]+)", README):
        assert registry.find(name)


def test_every_exit_code_is_explained():
    assert re.findall(r"^\| (\d) \|", README, flags=re.MULTILINE) == ["0", "1", "2", "3", "4", "5"]
