"""The addresses of a report at its quoted words, of its original file and of an answer's export."""

from __future__ import annotations

import hashlib
from urllib.parse import quote as percent_encode

from ui.words import EN


def fingerprint(words: str) -> str:
    """Name quoted words: the first 12 hexadecimal digits of their SHA-256."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def read_link(doc_id: str, *, start: int, end: int, quote: str, language: str) -> str:
    """Address a report at quoted words. The page says so where other words stand there by then."""
    spoken = f"&lang={EN}" if language == EN else ""
    return f"{_read(doc_id)}?start={start}&end={end}&v={fingerprint(quote)}{spoken}#mark"


def window_link(doc_id: str, *, at: int, language: str) -> str:
    """Address the part of a long report that begins at a position."""
    return f"{_read(doc_id)}?at={at}" + (f"&lang={EN}" if language == EN else "")


def original_link(doc_id: str, page: int | None = None) -> str:
    """Address a report's original file; page: of a PDF, where the browser is to open it."""
    return f"/v1/originals/{percent_encode(doc_id, safe='')}" + (f"#page={page}" if page else "")


def export_link(answer_id: str, form: str) -> str:
    """Address an answer with its footnotes. form: md or docx."""
    return f"/v1/answers/{percent_encode(answer_id, safe='')}/export?format={form}"


def _read(doc_id: str) -> str:
    # Slashes too: browsers would resolve a ".." between them.
    return f"/read/{percent_encode(doc_id, safe='')}"
