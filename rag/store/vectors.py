"""Vectors in the store, by a key of text and embedder: equal texts under one embedder share one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.store.connection import Connection
from rag.store.schema import checksum

_MAX_MARKS = 500


def list_missing(connection: Connection) -> list[tuple[int, bytes]]:
    """List texts that have no vector yet, each once: the row of a passage that carries it, its key."""
    return [
        (int(row), bytes(key))
        for row, key in connection.rows(
            "SELECT min(p.row), p.vector_key FROM passages p JOIN documents d ON d.row = p.document "
            "WHERE d.retired = 0 AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.key = p.vector_key) "
            "GROUP BY p.vector_key ORDER BY 1"
        )
    ]


def put_vectors(connection: Connection, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
    """Store vectors, one transaction."""
    rows = []
    for key, vector in zip(keys, np.ascontiguousarray(vectors, dtype="<f4"), strict=True):
        blob = vector.tobytes()
        rows.append((key, blob, checksum((key, blob))))
    with connection.transaction():
        connection.db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)


def iter_vectors(
    connection: Connection, *, dim: int, batch: int = 4096
) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
    """Yield passage rows and their vectors in passage order, leaving out vectors that fail their checksum."""
    with connection.decoding():
        cursor = connection.db.execute(
            "SELECT p.row, v.key, v.vector, v.check_sha256 FROM passages p "
            "JOIN documents d ON d.row = p.document JOIN vectors v ON v.key = p.vector_key "
            "WHERE d.retired = 0 ORDER BY p.document, p.row"
        )
        while rows := cursor.fetchmany(batch):
            good = [r for r in rows if len(r[2]) == 4 * dim and checksum((r[1], r[2])) == r[3]]
            vectors = np.frombuffer(b"".join(r[2] for r in good), dtype="<f4").reshape(-1, dim)
            yield [int(r[0]) for r in good], vectors


def sample_vectors(connection: Connection, *, n: int, dim: int) -> tuple[list[int], NDArray[np.float32]]:
    """Give up to n passage rows, evenly spread in passage order, and their vectors, where they have a sound one."""
    live = [
        int(row)
        for (row,) in connection.rows(
            "SELECT p.row FROM passages p JOIN documents d ON d.row = p.document WHERE d.retired = 0 "
            "ORDER BY p.document, p.row"
        )
    ]
    wanted = [live[i] for i in np.linspace(0, len(live) - 1, min(n, len(live))).astype(np.int64).tolist()]
    blobs: dict[int, bytes] = {}
    for start in range(0, len(wanted), _MAX_MARKS):
        marked = wanted[start : start + _MAX_MARKS]
        for row, key, vector, check in connection.rows(
            "SELECT p.row, v.key, v.vector, v.check_sha256 FROM passages p JOIN vectors v ON v.key = p.vector_key "
            f"WHERE p.row IN ({', '.join('?' * len(marked))})",
            marked,
        ):
            if len(vector) == 4 * dim and checksum((key, vector)) == check:
                blobs[int(row)] = vector
    rows = [row for row in wanted if row in blobs]
    return rows, np.frombuffer(b"".join(blobs[row] for row in rows), dtype="<f4").reshape(-1, dim)
