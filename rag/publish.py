"""Store → the derived indexes on disk: built, swapped in, compared with the store, read back.

snapshots/00000007/
├── passage_rows, document_rows, first_row, kinds      what stands in which row of the indexes
├── body.*, title.*, lead.*, about.*                   postings of the lexical index, an array a file
├── vectors.faiss, vector_rows                         the dense index
└── copies.json                                        document → the one it is a copy of
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import snapshots
from rag.binding import embedder_of
from rag.copies import Sketch, group_copies
from rag.disk import HashedFile
from rag.errors import LibraryDamagedError
from rag.lexical import ARRAYS, FIELDS, LexicalIndex, Postings, Tokens, build_postings
from rag.snapshots import Snapshot, SnapshotWriter
from rag.store import Store
from rag.types import PartKind
from rag.vectors import Design, VectorIndex, write_index

KINDS = tuple(PartKind)


def publish_indexes(store: Store, folder: Path, *, extra: Mapping[str, Any] | None = None) -> str:
    """Build the derived indexes from the store and swap them in. Returns the snapshot's name.

    folder: of the snapshots. extra: what else the manifest shall say. What no snapshot names any more is purged.
    """
    with suppress(LibraryDamagedError):  # a CURRENT that names nothing is replaced below
        snapshots.remove_old(folder)
    store.checkpoint()
    bound = embedder_of(store)
    state = store.state()
    documents = list(store.iter_documents())
    # The dense index is read, checked and written beside the lexical one: two cores, and a connection each.
    with SnapshotWriter(folder) as writer, ThreadPoolExecutor(max_workers=1) as pool:
        dense = pool.submit(_write_vectors, writer, store.path, dim=bound.dim if bound else 0)
        passage_rows = _write_passages(writer, store, [row for row, *_ in documents])
        for name in FIELDS:
            _write_postings(writer, name, build_postings(fields[name] for _, _, fields, _ in documents))
        _write_copies(writer, {doc_id: sketch for _, doc_id, _, sketch in documents})
        stored, design = dense.result()
        n_vectors = _write_vector_rows(writer, stored, passage_rows)
        about = {
            "state": state,
            "n_documents": len(documents),
            "n_passages": len(passage_rows),
            "n_vectors": n_vectors,
            "dense": design.to_about() if design else None,
            "n_missing": len(store.missing_vectors()),
            "embedder": bound.name if bound else None,
            "revision": bound.revision if bound else None,
            "dim": bound.dim if bound else 0,
            "fusion_weight": bound.fusion_weight if bound else None,
            "languages": store.languages(),
            **(extra or {}),
        }
        manifest = writer.publish(about)
    if snapshots.remove_old(folder):
        store.purge_retired()
    return manifest.name


def _write_passages(writer: SnapshotWriter, store: Store, document_rows: Sequence[int]) -> NDArray[np.int64]:
    """Write the passages' postings, and what stands in which row. Returns the passages' rows in the store."""
    index_of = {row: i for i, row in enumerate(document_rows)}
    kind_numbers = {kind.value: i for i, kind in enumerate(KINDS)}
    rows: list[int] = []
    kinds = bytearray()
    n_of = np.zeros(len(document_rows) + 1, dtype=np.int64)

    def passage_tokens() -> Iterator[Tokens]:
        for row, document, kind, tokens in store.iter_passages():
            rows.append(row)
            kinds.append(kind_numbers[kind])
            n_of[index_of[document] + 1] += 1
            yield tokens

    body = build_postings(passage_tokens())
    passage_rows = np.array(rows, dtype=np.int64)
    writer.write_array("passage_rows", passage_rows)
    writer.write_array("document_rows", np.array(document_rows, dtype=np.int64))
    writer.write_array("first_row", np.cumsum(n_of))
    writer.write_array("kinds", np.frombuffer(bytes(kinds), dtype=np.uint8))
    _write_postings(writer, "body", body)
    return passage_rows


def _write_postings(writer: SnapshotWriter, prefix: str, postings: Postings) -> None:
    for name in ARRAYS:
        writer.write_array(_lexical_file(prefix, name), getattr(postings, name))


def _write_copies(writer: SnapshotWriter, sketches: Mapping[str, Sketch]) -> None:
    text = json.dumps(group_copies(sketches), ensure_ascii=False, sort_keys=True).encode()
    writer.write("copies.json", lambda file: file.write(text))


def _write_vectors(writer: SnapshotWriter, store_path: Path, *, dim: int) -> tuple[list[int], Design | None]:
    """Write the dense index. Returns the store rows of the passages whose vectors it holds, in their order.

    And what was built; None where there is no embedder.
    """
    stored: list[int] = []
    designs: list[Design] = []
    if not dim:
        return stored, None
    store = Store(store_path, writable=False)

    def batches() -> Iterator[NDArray[np.float32]]:
        for rows, vectors in store.iter_vectors(dim=dim):
            stored.extend(rows)
            yield vectors

    def fill(file: HashedFile) -> None:
        designs.append(write_index(batches(), dim=dim, write=file.write))

    try:
        writer.write("vectors.faiss", fill)
    finally:
        store.close()
    return stored, designs[0]


def _write_vector_rows(writer: SnapshotWriter, stored: Sequence[int], passage_rows: NDArray[np.int64]) -> int:
    """Write the index row of each vector. Returns how many there are."""
    order = np.argsort(passage_rows, kind="stable")
    found = np.searchsorted(passage_rows, np.array(stored, dtype=np.int64), sorter=order)
    writer.write_array("vector_rows", order[found].astype(np.int64))
    return len(stored)


# -- reading back ---------------------------------------------------------------------------------------


def read_lexical(snapshot: Snapshot, first_row: NDArray[np.int64]) -> LexicalIndex:
    """Open a snapshot's lexical index. first_row: int64, shape (n_documents + 1,), of each document."""

    def postings(prefix: str) -> Postings:
        return Postings(*(snapshot.array(_lexical_file(prefix, name)) for name in ARRAYS))

    return LexicalIndex.of(postings("body"), {name: postings(name) for name in FIELDS}, first_row)


def read_vectors(snapshot: Snapshot, *, n_rows: int) -> VectorIndex | None:
    """Open a snapshot's dense index; None where it holds no vectors. n_rows: how many passages there are."""
    about = snapshot.manifest.about
    if not int(about["n_vectors"]):
        return None
    design = Design.from_about(about["dense"]) if about.get("dense") else None
    return VectorIndex(
        snapshot.path / "vectors.faiss",
        rows=snapshot.array("vector_rows"),
        dim=int(about["dim"]),
        n_rows=n_rows,
        design=design,
    )


def read_copies(snapshot: Snapshot) -> dict[str, str]:
    """Read which document is a copy of which."""
    copies: dict[str, str] = json.loads((snapshot.path / "copies.json").read_text(encoding="utf-8"))
    return copies


def _lexical_file(prefix: str, name: str) -> str:
    return f"{prefix}.{name}"


# -- comparing with the store ---------------------------------------------------------------------------


def is_published(store: Store, folder: Path) -> bool:
    """Say whether the snapshot in force is whole and holds exactly the live documents and their vectors."""
    try:
        snapshot = snapshots.open_current(folder)
        if snapshot is None:
            return False
        try:
            about = snapshot.manifest.about
            if about.get("state") != store.state():
                return False
            if about.get("n_missing") != len(store.missing_vectors()):
                return False
            snapshot.verify()
        finally:
            snapshot.close()
    except LibraryDamagedError:
        return False
    return True


def snapshot_damage(store: Store, folder: Path) -> list[str]:
    """Check every byte of the snapshot in force. Returns a sentence for each damage found."""
    try:
        snapshot = snapshots.open_current(folder)
        if snapshot is None:
            return []
        try:
            snapshot.verify(whole=True)
            for table, name in (("documents", "document_rows"), ("passages", "passage_rows")):
                if store.lacks(table, snapshot.array(name), whole=True):
                    return [lost_message(store.path)]
        finally:
            snapshot.close()
    except (LibraryDamagedError, ValueError) as exc:
        return [str(exc)]
    return []


def lost_message(path: Path) -> str:
    """Say that the store is older than the snapshot, with the ways out. path: of the store."""
    return (
        f"{path} lacks documents that were published from it: was library.db-wal deleted, or an older "
        "copy put back? Restore the whole folder from a backup, or run 'rag index' on the folders of reports again; "
        "'rag check' goes on with what is there"
    )
