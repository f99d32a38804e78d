"""Cited answers from folders of reports. ``from rag import Engine`` is the whole API; see Engine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.errors import RagError
    from rag.types import Answer, Citation, Document, DocumentCard, Filters, Hit, IndexReport, Passage

__version__ = "0.1.0"

_HOMES = {
    "Engine": "rag.engine",
    "RagError": "rag.errors",
    "Answer": "rag.types",
    "Citation": "rag.types",
    "Document": "rag.types",
    "DocumentCard": "rag.types",
    "Filters": "rag.types",
    "Hit": "rag.types",
    "IndexReport": "rag.types",
    "Passage": "rag.types",
}
__all__ = [
    "Answer",
    "Citation",
    "Document",
    "DocumentCard",
    "Engine",
    "Filters",
    "Hit",
    "IndexReport",
    "Passage",
    "RagError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    # Loaded when asked for: ``rag --help`` needs none of it.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
