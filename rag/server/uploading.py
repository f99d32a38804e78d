"""POST /v1/documents: files in, and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from rag.errors import RagError, ServiceError
from rag.server.answers import UploadOut
from rag.server.asking import log_crash
from rag.server.describing import describe, event_stream
from rag.server.desk import Desk, Emit, stay, stream_events, wants_events
from rag.server.errors import JsonAnswer, RefusalError, tell
from rag.server.receiving import Reception, read_boundary
from rag.server.shelves import Received, Shelf, Space
from rag.serving import Uploaded

_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
                },
            }
        }
    },
}
_STREAM = event_stream(
    "event: file for each step of each file (waiting, reading, indexed, published), then event: done; or event: error",
    'event: file\ndata: {"name":"a.docx","what":"reading"}\n\nevent: done\ndata: {"files":[…]}\n\n',
)


def add_upload_route(app: FastAPI, desk: Desk) -> None:
    """Add the route."""
    space = Space(desk.settings.max_waiting_bytes)

    @app.post(
        "/v1/documents",
        operation_id="upload",
        summary="Add reports; answers when they can be asked, or says why each was skipped",
        tags=["reports"],
        responses=describe(UploadOut, 408, 409, 413, 415, 422, 429, more=_STREAM),
        openapi_extra={"requestBody": _BODY},
    )
    async def upload(request: Request) -> Response:
        boundary = read_boundary(request.headers.get("content-type", ""))
        shelf = await desk.read(lambda: Shelf(desk.settings, space))
        is_ours = True
        try:
            reception = Reception(shelf, desk.settings, space, boundary=boundary)
            await reception.read(request.stream(), desk.read)
            _require_reports(shelf.files)
            if wants_events(request):
                is_ours = False
                return stream_events(desk, _events(desk, shelf), on_crash=lambda error: log_crash(request, error))
            files = await stay(request, _add_all(desk, shelf, lambda received, what: None))
        finally:
            if is_ours:
                shelf.close()
        return JsonAnswer({"files": files, "state": await desk.read(desk.state)})


def _events(desk: Desk, shelf: Shelf) -> Callable[[Emit], Any]:
    async def write(emit: Emit) -> None:
        try:
            files = await _add_all(
                desk, shelf, lambda received, what: emit("file", {"name": received.name, "what": what})
            )
        finally:
            shelf.close()
        emit("done", {"files": files, "state": await desk.read(desk.state)})

    return write


def _require_reports(files: list[Received]) -> None:
    if not files:
        raise RefusalError(422, "RequestError", "no file came; send files in the field 'file' of multipart/form-data")
    if len(files) == 1 and files[0].problem:
        raise RefusalError(415, "UnsupportedFormatError", files[0].problem)


async def _add_all(desk: Desk, shelf: Shelf, on_event: Callable[[Received, str], None]) -> list[dict[str, Any]]:
    """Add all files at once, so that they are published together. Raises the first error where none got in."""

    def add(received: Received) -> Uploaded:
        if not shelf.take(received):
            return Uploaded(received.name, "skipped", error="ClientGoneError", reason="the client has gone")
        try:
            return desk.service.upload(received.path, received.name, on_event=lambda what: on_event(received, what))
        finally:
            shelf.drop(received)

    async def settle(received: Received) -> dict[str, Any] | RagError:
        if received.problem:
            done = Uploaded(received.name, "skipped", error="UnsupportedFormatError", reason=received.problem)
        else:
            try:
                done = await desk.write(lambda: add(received))
            except RagError as exc:
                return exc
        desk.metrics.uploads.labels(done.status).inc()
        return _uploaded_json(done, received)

    settled = await asyncio.gather(*(settle(received) for received in shelf.files))
    errors = [one for one in settled if isinstance(one, RagError)]
    if errors and len(errors) == len(settled):
        raise errors[0]
    return [
        _uploaded_json(Uploaded(received.name, "skipped", error=type(one).__name__, reason=_again(one, desk)), received)
        if isinstance(one, RagError)
        else one
        for one, received in zip(settled, shelf.files, strict=True)
    ]


def _again(error: RagError, desk: Desk) -> str:
    said = tell(error, desk.settings)
    return f"{said} (send it again)" if isinstance(error, ServiceError) else said


def _uploaded_json(uploaded: Uploaded, received: Received) -> dict[str, Any]:
    return {
        "name": received.name,
        "status": uploaded.status,
        "doc_id": uploaded.doc_id,
        "n_passages": uploaded.n_passages,
        "error": uploaded.error,
        "reason": uploaded.reason,
    }
