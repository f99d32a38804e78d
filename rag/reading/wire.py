"""What travels between the reading processes: JSON in frames with their length in front."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

from rag import errors
from rag.errors import ReadingError
from rag.types import Document, Part, PartKind

_LENGTH = struct.Struct(">I")
# A report of 50 MB with 200,000 parts stays far below; more than this is no frame of ours.
_MAX_FRAME_BYTES = 1 << 30

_ERRORS: dict[str, type[ReadingError]] = {
    cls.__name__: cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, ReadingError)
}


def write_frame(stream: BinaryIO, message: Any) -> None:
    """Write one message and flush it."""
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> Any | None:
    """Read one message; None when the other side is gone or sent something else."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _MAX_FRAME_BYTES:
        return None
    body = stream.read(length)
    if len(body) < length:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def pack_document(document: Document) -> dict[str, Any]:
    """Turn a document into JSON values."""
    packed: dict[str, Any] = {name: getattr(document, name) for name in Document.__slots__}
    packed["parts"] = [(str(part.kind), part.start, part.end, part.page, part.box) for part in document.parts]
    return packed


def unpack_document(packed: dict[str, Any]) -> Document:
    """Turn JSON values back into the same document."""
    parts = tuple(
        Part(PartKind(kind), start, end, page, None if box is None else (box[0], box[1], box[2], box[3]))
        for kind, start, end, page, box in packed["parts"]
    )
    return Document(**{**packed, "parts": parts, "dates": tuple(packed["dates"])})


def pack_error(error: ReadingError) -> list[str]:
    """Turn an error into its name and message."""
    return [type(error).__name__, str(error)]


def unpack_error(packed: list[str]) -> ReadingError:
    """Turn a name and a message back into the error."""
    name, message = packed
    return _ERRORS.get(name, ReadingError)(message)
