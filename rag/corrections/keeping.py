"""Corrections into a library: all checked first, then a document at a time, in one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from rag.corrections.overlay import correct_document
from rag.corrections.values import check_corrections
from rag.errors import NotFoundError
from rag.store import Correction, Store
from rag.types import Document


def correct_documents(
    store: Store,
    corrections: Mapping[str, Mapping[str, str | None]],
    *,
    write: Callable[[Document, Mapping[str, Correction]], object],
) -> tuple[str, ...]:
    """Correct live documents. Returns the ids of those that changed.

    write: puts a corrected document and its corrections, in one transaction. Raises, changing nothing,
    NotFoundError for a document that is not there and ConfigError for what cannot be.
    """
    checked = check_corrections(corrections)
    store.verify_documents(_row_of(store, doc_id) for doc_id in checked)
    changed_at = datetime.now(UTC).isoformat(timespec="seconds")
    changed: list[str] = []
    for doc_id, changes in checked.items():
        document = store.document(_row_of(store, doc_id))
        held = store.corrections(document.id)
        corrected, kept = correct_document(document, held, changes, changed_at=changed_at)
        if corrected != document or kept != held:
            write(corrected, kept)
            changed.append(document.id)
    return tuple(dict.fromkeys(changed))


def _row_of(store: Store, doc_id: str) -> int:
    row = store.find_document(doc_id)
    if row is None:
        raise NotFoundError(f"no document {doc_id!r} in {store.path.parent}; 'rag documents' lists them")
    return row
