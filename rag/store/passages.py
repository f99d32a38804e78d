"""Passages in the store: fetched with their context, checked, and streamed for the lexical index."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rag.lexical import Tokens
from rag.store.connection import Connection
from rag.store.documents import verify_documents
from rag.store.schema import checksum, unpack_tokens
from rag.types import Context, PartKind, Passage

#: SQLite before 3.32 takes 999 values in one statement.
_MAX_MARKS = 900
_KINDS = frozenset(PartKind)


def iter_passages(connection: Connection) -> Iterator[tuple[int, int, str, Tokens]]:
    """Yield live passages in row order: row, document row, kind, tokens. A document's stand together."""
    with connection.decoding():
        cursor = connection.db.execute(
            "SELECT p.row, p.document, p.kind, p.tokens FROM passages p "
            "JOIN documents d ON d.row = p.document WHERE d.retired = 0 ORDER BY p.document, p.row"
        )
        for row, document, kind, tokens in cursor:
            if kind not in _KINDS:
                raise connection.damaged_row(f"passage row {row}")
            yield int(row), int(document), kind, unpack_tokens(tokens)


def fetch_passages(connection: Connection, rows: Sequence[int]) -> dict[int, tuple[Passage, Context]]:
    """Fetch passages with their context by row. Raises LibraryDamagedError for one that is not what was read."""
    found: dict[int, tuple[Passage, Context]] = {}
    for start in range(0, len(rows), _MAX_MARKS):
        found |= _fetch_some(connection, rows[start : start + _MAX_MARKS])
    for row in rows:
        if row not in found:
            raise connection.missing_row(f"passage row {row}")
    return found


def _fetch_some(connection: Connection, rows: Sequence[int]) -> dict[int, tuple[Passage, Context]]:
    found: dict[int, tuple[Passage, Context]] = {}
    marks = ", ".join("?" * len(rows))
    documents = connection.rows(f"SELECT DISTINCT document FROM passages WHERE row IN ({marks})", rows)
    verify_documents(connection, (row for (row,) in documents))
    for r in connection.rows(
        "SELECT p.row, p.start, p.end, p.kind, p.page, p.box, p.tokens, p.vector_key, p.check_sha256, p.document, "
        "substr(d.text, p.start + 1, p.end - p.start), d.id, d.title, d.lead, d.place, d.organisation, d.dates, "
        f"d.period, d.number, d.type FROM passages p JOIN documents d ON d.row = p.document WHERE p.row IN ({marks})",
        rows,
    ):
        row, start, end, kind, page, box, tokens, key, check, document = r[:10]
        if checksum((document, start, end, kind, page, box, tokens, key)) != check or len(r[10]) != end - start:
            raise connection.damaged_row(f"passage {r[11]}#{start}-{end}")
        passage = Passage(
            id=f"{r[11]}#{start}-{end}",
            doc_id=r[11],
            start=start,
            end=end,
            text=r[10],
            kind=PartKind(kind),
            page=page,
            box=tuple(json.loads(box)) if box else None,
        )
        context = Context(
            title=r[12],
            lead=r[13],
            place=r[14],
            organisation=r[15],
            dates=tuple(json.loads(r[16])),
            period=r[17],
            number=r[18],
            type=r[19],
        )
        found[int(row)] = (passage, context)
    return found
