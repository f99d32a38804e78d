"""The terms of a claim in the language of its quotes. Pure."""

from __future__ import annotations

from functools import lru_cache

from rag.glossary import translate_groups

Terms = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def translated(text: str, language: str) -> Terms:
    """List the known terms of a text, each with its translations. language: of the text."""
    return tuple((group.source, group.alternatives) for group in translate_groups(text, language=language))
