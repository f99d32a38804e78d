"""Corrections laid over a document as it was read, and taken off again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rag.store import Correction
from rag.types import Document


def overlay_corrections(document: Document, held: Mapping[str, Correction]) -> tuple[Document, dict[str, Correction]]:
    """Lay corrections over a document as it was read. Returns it, and the corrections that know what was read."""
    kept: dict[str, Correction] = {}
    corrected = document
    for field, correction in held.items():
        as_read = _values_of(document, field)
        kept[field] = replace(correction, as_read=as_read)
        corrected = _with_values(corrected, field, _corrected_values(field, correction.value, as_read))
    return corrected, kept


def correct_document(
    document: Document, held: Mapping[str, Correction], changes: Mapping[str, str | None], *, changed_at: str
) -> tuple[Document, dict[str, Correction]]:
    """Change the corrections of a document that carries those it has. Returns it, and all its corrections.

    changes: checked values; None for what was read, "" for nothing. What is as it was read is no correction.
    """
    as_it_was = document
    for field, correction in held.items():
        as_it_was = _with_values(as_it_was, field, correction.as_read)
    kept = dict(held)
    for field, value in changes.items():
        as_read = _values_of(as_it_was, field)
        if value is None or _corrected_values(field, value or None, as_read) == as_read:
            kept.pop(field, None)
        elif field not in held or held[field].value != (value or None):
            kept[field] = Correction(field, value or None, as_read, changed_at)
    return overlay_corrections(as_it_was, kept)


def _values_of(document: Document, field: str) -> tuple[str, ...]:
    """Give what a field holds: nothing or one value, for the date all dates."""
    if field == "date":
        return document.dates
    value = getattr(document, field)
    return () if value is None else (value,)


def _corrected_values(field: str, value: str | None, as_read: tuple[str, ...]) -> tuple[str, ...]:
    """Give what a field holds once corrected. A date comes first, in place of the one that was read first.

    A report said to have no date has none: what stood behind it would pass for its own.
    """
    if value is None:
        return ()
    others = as_read[1:] if field == "date" else ()
    return (value, *(date for date in others if date not in (value, *as_read[:1])))


def _with_values(document: Document, field: str, values: tuple[str, ...]) -> Document:
    if field == "date":
        return replace(document, dates=values)
    changed: dict[str, Any] = {field: values[0] if values else None}
    return replace(document, **changed)
