"""The command line as a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.network import HOOK

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
RAG = (sys.executable, "-m", "rag.cli")
#: What a person's own shell may have set and a test must not inherit.
_FOREIGN = frozenset(
    "LANG LANGUAGE LC_ALL LC_CTYPE PYTHONIOENCODING PYTHONUTF8 PYTHONCOERCECLOCALE PYTHONPATH RAG_CACHE RAG_LIBRARY "
    "RAG_MODELS RAG_MODELS_DIR RAG_TOKEN HF_HUB_CACHE HF_HOME HF_ENDPOINT".split()
)


def make_environment(cache: Path, **extra: str) -> dict[str, str]:
    """Environment for a command. cache: takes the place of the user's cache and of the models."""
    inherited = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    paths = [extra.pop("PYTHONPATH", os.environ.get(HOOK, "")), str(ROOT)]
    return {
        **inherited,
        "LANG": "C.UTF-8",
        "RAG_CACHE": str(cache),
        "HF_HUB_CACHE": str(cache / "hub"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        **extra,
    }


def run_rag(
    *arguments: object,
    cache: Path,
    environment: Mapping[str, str] | None = None,
    python: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a command in an empty folder. python: options of the interpreter. What is not UTF-8 comes back escaped."""
    folder = cache / "working"
    folder.mkdir(parents=True, exist_ok=True)
    given = [a if isinstance(a, bytes) else os.fsencode(str(a)) for a in arguments]
    return subprocess.run(
        [os.fsencode(part) for part in (RAG[0], *python, *RAG[1:])] + given,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        env=make_environment(cache, **(environment or {})),
        cwd=folder,
        check=False,
        timeout=120,
    )


def read_json(done: subprocess.CompletedProcess[str]) -> Any:
    """Read the one JSON value on stdout."""
    assert "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout)
