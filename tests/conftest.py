from __future__ import annotations

from pathlib import Path

import pytest

from tests.network import tried, watch_this_run

#: What all tests of this run, and the programs they start, try to reach outside this machine.
NETWORK_LOG = watch_this_run()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if anything in it tried to leave this machine."""
    if found := tried(NETWORK_LOG):
        session.config.get_terminal_writer().line("\n".join(["tried to leave this machine:", *found]), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own library, cache or models."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("RAG_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("RAG_LIBRARY", raising=False)
    monkeypatch.delenv("RAG_MODELS_DIR", raising=False)
    monkeypatch.delenv("RAG_MODELS", raising=False)
    monkeypatch.delenv("RAG_TOKEN", raising=False)
    return cache
