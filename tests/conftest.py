from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own library, cache or models."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("RAG_CACHE", str(cache))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("RAG_LIBRARY", raising=False)
    monkeypatch.delenv("RAG_MODELS_DIR", raising=False)
    monkeypatch.delenv("RAG_MODELS", raising=False)
    return cache
