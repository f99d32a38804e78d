"""Documents in the store: put with their passages, retired, purged, read back and checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.copies import Sketch
from rag.lexical import FIELDS, Tokens
from rag.store.connection import Connection
from rag.store.corrections import Correction, replace_corrections
from rag.store.schema import DOCUMENT_COLUMNS, PASSAGE_COLUMNS, checksum, pack_tokens, unpack_tokens
from rag.text import to_nfc
from rag.types import Context, Document, DocumentCard, Part, PartKind, Passage


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with all that is stored of it. fields: tokens by lexical.FIELDS name.

    passages, tokens and vector_keys run in parallel: one entry a passage.
    """

    document: Document
    path: str
    lead: str
    passages: Sequence[Passage]
    tokens: Sequence[Tokens]
    vector_keys: Sequence[bytes]
    fields: Mapping[str, Tokens]
    sketch: Sketch


# -- writing --------------------------------------------------------------------------------------------


def put_document(connection: Connection, new: NewDocument, corrections: Mapping[str, Correction] | None = None) -> None:
    """Add a document, retiring the one it replaces, in one transaction.

    corrections: by field, written in place of those its id had; None leaves those as they are.
    """
    values = _document_values(new)
    marks = ", ".join("?" * len(values))
    with connection.transaction():
        connection.db.execute("UPDATE documents SET retired = 1 WHERE id = ? AND retired = 0", (new.document.id,))
        cursor = connection.db.execute(
            f"INSERT INTO documents ({DOCUMENT_COLUMNS}, check_sha256) VALUES ({marks}, ?)",
            (*values, checksum(values)),
        )
        row = int(cursor.lastrowid or 0)
        connection.db.executemany(
            f"INSERT INTO passages ({PASSAGE_COLUMNS}, check_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*values, checksum(values)) for values in _passage_values(row, new)],
        )
        if corrections is not None:
            replace_corrections(connection.db, new.document.id, corrections)
    connection.intact.add(row)


def _document_values(new: NewDocument) -> tuple[object, ...]:
    """List the values of a document in the order of DOCUMENT_COLUMNS."""
    document = new.document
    return (
        document.id,
        document.source,
        new.path,
        document.sha256,
        document.title,
        document.language,
        json.dumps(document.dates),
        document.period,
        document.place,
        document.organisation,
        document.number,
        document.type,
        document.reader,
        json.dumps([[p.kind, p.start, p.end, p.page, p.box] for p in document.parts]),
        document.text,
        new.lead,
        len(new.passages),
        len(document.text),
        *(pack_tokens(new.fields[name]) for name in FIELDS),
        new.sketch.text_sha256,
        new.sketch.runs.astype("<u8").tobytes(),
        new.sketch.figures.astype("<u8").tobytes(),
        document.signer,
    )


def _passage_values(row: int, new: NewDocument) -> Iterator[tuple[object, ...]]:
    """Yield the values of a document's passages in the order of PASSAGE_COLUMNS. row: the document's."""
    for passage, tokens, key in zip(new.passages, new.tokens, new.vector_keys, strict=True):
        box = json.dumps(passage.box) if passage.box else None
        yield row, passage.start, passage.end, passage.kind.value, passage.page, box, pack_tokens(tokens), key


def retire_documents(connection: Connection, doc_ids: Iterable[str]) -> None:
    """Take documents out of the library; their rows stay."""
    with connection.transaction():
        connection.db.executemany(
            "UPDATE documents SET retired = 1 WHERE id = ? AND retired = 0", [(doc_id,) for doc_id in doc_ids]
        )


def purge_retired(connection: Connection) -> None:
    """Delete what was retired, and vectors no passage uses any more."""
    if not connection.rows("SELECT 1 FROM documents WHERE retired = 1 LIMIT 1"):
        return
    with connection.transaction():
        db = connection.db
        gone = "SELECT row FROM documents WHERE retired = 1"
        keys = db.execute(f"SELECT DISTINCT vector_key FROM passages WHERE document IN ({gone})").fetchall()
        db.execute(f"DELETE FROM passages WHERE document IN ({gone})")
        db.execute("DELETE FROM documents WHERE retired = 1")
        used = "SELECT 1 FROM passages WHERE vector_key = ? LIMIT 1"
        if db.execute("SELECT 1 FROM vectors LIMIT 1").fetchone():
            db.execute("CREATE INDEX IF NOT EXISTS passages_vector ON passages (vector_key)")
        unused = [key for key in keys if db.execute(used, key).fetchone() is None]
        db.executemany("DELETE FROM vectors WHERE key = ?", unused)


# -- reading --------------------------------------------------------------------------------------------


def list_files(connection: Connection, source: str) -> dict[str, str]:
    """List what is held of a source: path → SHA-256 of the file's bytes."""
    rows = connection.rows("SELECT path, sha256 FROM documents WHERE source = ? AND retired = 0", (source,))
    return {str(path): str(sha256) for path, sha256 in rows}


def list_cards(connection: Connection) -> list[DocumentCard]:
    """List the live documents, without their texts, by id."""
    rows = connection.rows(
        "SELECT id, title, language, dates, period, place, organisation, number, type, source, sha256, reader, "
        "n_passages, n_chars, signer FROM documents WHERE retired = 0 ORDER BY id"
    )
    as_read: dict[str, dict[str, str | None]] = {}
    with connection.decoding():
        for doc_id, field, values in connection.rows("SELECT doc_id, field, as_read FROM corrections ORDER BY field"):
            as_read.setdefault(str(doc_id), {})[str(field)] = next(iter(json.loads(values)), None)
        return [
            DocumentCard(
                id=r[0],
                title=r[1],
                language=r[2],
                dates=tuple(json.loads(r[3])),
                period=r[4],
                place=r[5],
                organisation=r[6],
                number=r[7],
                type=r[8],
                source=r[9],
                sha256=r[10],
                reader=r[11],
                n_passages=r[12],
                n_chars=r[13],
                signer=r[14],
                corrected=tuple(as_read.get(r[0], ())),
                read=as_read.get(r[0], {}),
            )
            for r in rows
        ]


def fetch_document(connection: Connection, row: int) -> Document:
    """Fetch one document by its row. Raises LibraryDamagedError if it is not what was read."""
    verify_documents(connection, [row])
    found = connection.rows(
        "SELECT id, title, text, language, dates, period, place, organisation, number, type, source, sha256, reader, "
        "parts, signer FROM documents WHERE row = ?",
        (row,),
    )
    if not found:
        raise connection.missing_row(f"document row {row}")
    r = found[0]
    return Document(
        id=r[0],
        title=r[1],
        text=r[2],
        language=r[3],
        dates=tuple(json.loads(r[4])),
        period=r[5],
        place=r[6],
        organisation=r[7],
        number=r[8],
        type=r[9],
        source=r[10],
        sha256=r[11],
        reader=r[12],
        parts=tuple(
            Part(PartKind(kind), start, end, page, tuple(box) if box else None)
            for kind, start, end, page, box in json.loads(r[13])
        ),
        signer=r[14],
    )


def verify_documents(connection: Connection, rows: Iterable[int]) -> None:
    """Check documents against their SHA-256, each once: a row never changes but for being retired."""
    for row in sorted({int(row) for row in rows} - connection.intact):
        for found in connection.rows(f"SELECT check_sha256, {DOCUMENT_COLUMNS} FROM documents WHERE row = ?", (row,)):
            if checksum(found[1:]) != found[0]:
                raise connection.damaged_row(f"document {found[1]}")
            connection.intact.add(row)


def fetch_contexts(connection: Connection, rows: Iterable[int]) -> list[tuple[str, Context]]:
    """Fetch id and context (without lead) of documents, in the order of rows."""
    found: dict[int, tuple[str, Context]] = {}
    with connection.decoding():
        for r in connection.db.execute(
            "SELECT row, id, title, place, organisation, dates, period, number, type FROM documents"
        ):
            found[int(r[0])] = (
                str(r[1]),
                Context(
                    title=r[2],
                    place=r[3],
                    organisation=r[4],
                    dates=tuple(json.loads(r[5])),
                    period=r[6],
                    number=r[7],
                    type=r[8],
                ),
            )
    for row in rows:
        if int(row) not in found:
            raise connection.missing_row(f"document row {row}")
    return [found[int(row)] for row in rows]


def find_document(connection: Connection, doc_id: str) -> int | None:
    """Give the row of a live document by its id."""
    for name in dict.fromkeys((doc_id, to_nfc(doc_id))):
        if rows := connection.rows("SELECT row FROM documents WHERE id = ? AND retired = 0", (name,)):
            return int(rows[0][0])
    return None


def name_state(connection: Connection) -> str:
    """Name the set of live documents: equal for equal sets, another after every change."""
    digest = hashlib.sha256()
    rows = connection.rows("SELECT row, sha256 FROM documents WHERE retired = 0 ORDER BY row")
    for row in rows:
        digest.update(repr(row).encode())
    return f"{len(rows)}-{digest.hexdigest()[:32]}"


def iter_documents(connection: Connection) -> Iterator[tuple[int, str, dict[str, Tokens], Sketch]]:
    """Yield live documents in row order: row, id, field tokens, sketch."""
    with connection.decoding():
        cursor = connection.db.execute(
            "SELECT row, id, title_tokens, lead_tokens, about_tokens, text_sha256, runs, figures, place, period "
            "FROM documents WHERE retired = 0 ORDER BY row"
        )
        for row, doc_id, title, lead, about, text_sha256, runs, figures, place, period in cursor:
            fields = {n: unpack_tokens(b) for n, b in zip(FIELDS, (title, lead, about), strict=True)}
            sketch = Sketch(
                text_sha256,
                np.frombuffer(runs, dtype="<u8"),
                np.frombuffer(figures, dtype="<u8"),
                place or "",
                period or "",
            )
            yield int(row), str(doc_id), fields, sketch
