"""What persons correct of what reports say of themselves: checked, laid over what was read, written as a table."""

from __future__ import annotations

from rag.corrections.keeping import correct_documents
from rag.corrections.overlay import overlay_corrections
from rag.corrections.tables import read_csv, write_csv
from rag.corrections.values import FIELDS, check_corrections

__all__ = ["FIELDS", "check_corrections", "correct_documents", "overlay_corrections", "read_csv", "write_csv"]
