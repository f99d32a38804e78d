"""Every command the README shows is run; every command, option and model the program has is in the README."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from rag.cli import app
from rag.registry import load_registry

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line for block in SHELL_BLOCKS for line in block.splitlines() if line.startswith("rag ")]
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
    assert any(line.startswith(f"rag {command}") for line in COMMANDS), command


def test_every_benchmark_in_the_readme_is_there():
    found = set(re.findall(r"tests/benchmarks/\w+\.py", README))
    assert len(found) >= 3
    for path in found:
        assert (ROOT / path).is_file(), path


def test_every_file_in_the_map_is_there():
    for path in re.findall(r"`(rag/[\w./]+)`", README):
        assert (ROOT / path).exists(), path


def test_the_models_named_are_those_of_the_registry():
    registry = load_registry()
    assert registry.default().name in README
    for name in re.findall(r"rag models (?:pull|path) (\w[\w.-]+)", README):
        assert registry.get(name)


def test_every_exit_code_is_explained():
    assert re.findall(r"^\| (\d) \|", README, flags=re.MULTILINE) == ["0", "1", "2", "3", "4", "5"]
