"""Files to Documents: the format is found by content, each file is read in a limited process."""

from __future__ import annotations

from rag.reading.files import make_document, read_file
from rag.reading.job import Job
from rag.reading.limits import Limits
from rag.reading.pool import Readers

__all__ = ["Job", "Limits", "Readers", "make_document", "read_file"]
