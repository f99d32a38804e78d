"""Passages in the store: fetched with their context, checked, and streamed for the lexical index."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.lexical import Tokens
from rag.store.connection import Connection
from rag.store.documents import verify_documents
from rag.store.schema import checksum, unpack_tokens
from rag.types import Context, PartKind, Passage

#: SQLite before 3.32 takes 999 values in one statement.
_MAX_MARKS = 900
_KINDS = frozenset(PartKind)
#: Of a document with more passages than this to fetch the text is fetched whole.
_FEW = 8
_PASSAGE = "p.row, p.start, p.end, p.kind, p.page, p.box, p.tokens, p.vector_key, p.check_sha256, p.document"
_ABOUT = "d.id, d.title, d.lead, d.place, d.organisation, d.dates, d.period, d.number, d.type"


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
    whole: dict[int, _Held] = {}
    for start in range(0, len(rows), _MAX_MARKS):
        found |= _fetch_some(connection, rows[start : start + _MAX_MARKS], whole)
    for row in rows:
        if row not in found:
            raise connection.missing_row(f"passage row {row}")
    return found


@dataclass(frozen=True, slots=True)
class _Held:
    """A document whose text is fetched whole: cut out of it passage by passage, SQLite would read it for each anew."""

    id: str
    text: str
    context: Context


def _fetch_some(
    connection: Connection, rows: Sequence[int], whole: dict[int, _Held]
) -> dict[int, tuple[Passage, Context]]:
    found: dict[int, tuple[Passage, Context]] = {}
    marks = ", ".join("?" * len(rows))
    stored = connection.rows(f"SELECT {_PASSAGE} FROM passages p WHERE p.row IN ({marks})", rows)
    wanted = Counter(int(r[9]) for r in stored)
    verify_documents(connection, wanted)
    for document, n in wanted.items():
        if n > _FEW and document not in whole:
            for about in connection.rows(f"SELECT {_ABOUT}, d.text FROM documents d WHERE d.row = ?", (document,)):
                whole[document] = _Held(about[0], about[9], _context(about))
    few = []
    for r in stored:
        held = whole.get(int(r[9]))
        if held is None:
            few.append(int(r[0]))
        else:
            found[int(r[0])] = (_passage(connection, r, held.id, whole=held.text), held.context)
    marks = ", ".join("?" * len(few))
    for r in connection.rows(
        f"SELECT {_PASSAGE}, {_ABOUT}, substr(d.text, p.start + 1, p.end - p.start) "
        f"FROM passages p JOIN documents d ON d.row = p.document WHERE p.row IN ({marks})",
        few,
    ):
        found[int(r[0])] = (_passage(connection, r, r[10], piece=r[19]), _context(r[10:]))
    return found


def _passage(
    connection: Connection, stored: Sequence[Any], doc_id: str, *, piece: str | None = None, whole: str = ""
) -> Passage:
    """Make a passage of its row, and its piece of the text or the whole of it.

    Raises LibraryDamagedError where they are not what was written.
    """
    start, end, kind, page, box, tokens, key, check, document = stored[1:10]
    if checksum((document, start, end, kind, page, box, tokens, key)) != check:
        raise connection.damaged_row(f"passage {doc_id}#{start}-{end}")
    text = whole[start:end] if piece is None else piece
    if len(text) != end - start:
        raise connection.damaged_row(f"passage {doc_id}#{start}-{end}")
    return Passage(
        id=f"{doc_id}#{start}-{end}",
        doc_id=doc_id,
        start=start,
        end=end,
        text=text,
        kind=PartKind(kind),
        page=page,
        box=tuple(json.loads(box)) if box else None,
    )


def _context(about: Sequence[Any]) -> Context:
    title, lead, place, organisation, dates, period, number, kind = about[1:9]
    return Context(
        title=title,
        lead=lead,
        place=place,
        organisation=organisation,
        dates=tuple(json.loads(dates)),
        period=period,
        number=number,
        type=kind,
    )
