"""The tables of library.db, their version, and how a row is written: tokens as bytes, a SHA-256 over its values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from rag.errors import SchemaError
from rag.lexical import Tokens

SCHEMA_VERSION = 2
CORRECTIONS_TABLE = """
CREATE TABLE corrections (
    doc_id TEXT NOT NULL, field TEXT NOT NULL, value TEXT, as_read TEXT NOT NULL, changed_at TEXT NOT NULL,
    check_sha256 BLOB NOT NULL, PRIMARY KEY (doc_id, field)
);
"""
TABLES = f"""
CREATE TABLE sources (name TEXT PRIMARY KEY, folder TEXT NOT NULL);
CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    title TEXT NOT NULL, language TEXT NOT NULL, dates TEXT NOT NULL, period TEXT, place TEXT,
    organisation TEXT, number TEXT, type TEXT, reader TEXT NOT NULL, parts TEXT NOT NULL, text TEXT NOT NULL,
    lead TEXT NOT NULL, n_passages INTEGER NOT NULL, n_chars INTEGER NOT NULL,
    title_tokens BLOB NOT NULL, lead_tokens BLOB NOT NULL, about_tokens BLOB NOT NULL,
    text_sha256 TEXT NOT NULL, runs BLOB NOT NULL, figures BLOB NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0, check_sha256 BLOB NOT NULL, signer TEXT
);
CREATE UNIQUE INDEX documents_id ON documents (id) WHERE retired = 0;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (row),
    start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL, page INTEGER, box TEXT,
    tokens BLOB NOT NULL, vector_key BLOB NOT NULL, check_sha256 BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE TABLE vectors (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, check_sha256 BLOB NOT NULL
);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
{CORRECTIONS_TABLE}"""
#: What a document's checksum covers, in its order.
DOCUMENT_COLUMNS = (
    "id, source, path, sha256, title, language, dates, period, place, organisation, number, type, reader, parts, "
    "text, lead, n_passages, n_chars, title_tokens, lead_tokens, about_tokens, text_sha256, runs, figures, "
    "signer"
)
#: What a passage's checksum covers, in its order.
PASSAGE_COLUMNS = "document, start, end, kind, page, box, tokens, vector_key"
#: What a correction's checksum covers, in its order.
CORRECTION_COLUMNS = "doc_id, field, value, as_read, changed_at"


class OlderSchemaError(SchemaError):
    """Written by an earlier version; it can be brought up to date where the folder may be written."""


def check_version(version: int, path: Path) -> None:
    """Raise SchemaError, with the way out, for a library of another schema; OlderSchemaError where it can migrate."""
    if 0 < version < SCHEMA_VERSION:
        raise OlderSchemaError(
            f"{path} has schema {version}, this program reads schema {SCHEMA_VERSION} and cannot bring it up to date "
            "here; give this user permission to write the folder, or copy it to a disk that can be written and open "
            "the copy"
        )
    if version != SCHEMA_VERSION:
        raise SchemaError(
            f"{path} has schema {version}, this program reads schema {SCHEMA_VERSION}; "
            "keep the folder as it is and index the reports into a new one: rag index FOLDER --library NEW"
            + ("; or use the newer program that wrote it" if version > SCHEMA_VERSION else "")
        )


def checksum(values: Iterable[object]) -> bytes:
    """Hash the values of a row, each with its length, so that none can pass for part of its neighbour."""
    digest = hashlib.sha256()
    for value in values:
        block = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        digest.update(len(block).to_bytes(8, "little"))
        digest.update(block)
    return digest.digest()


def pack_tokens(tokens: Tokens) -> bytes:
    """Write tokens as bytes."""
    return np.ascontiguousarray(tokens, dtype="<u4").tobytes()


def unpack_tokens(blob: bytes) -> Tokens:
    """Read tokens back."""
    return np.frombuffer(blob, dtype="<u4").reshape(2, -1)
