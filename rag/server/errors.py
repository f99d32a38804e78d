"""Errors → statuses and JSON. Every refusal has one form: ``{"error": {"type", "message"}}``."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from rag.errors import (
    EvaluationError,
    LibraryLockedError,
    NotFoundError,
    RagError,
    ReadingError,
    ServiceError,
    StorageError,
    TooLargeError,
    TooManyRequestsError,
    UnsupportedFormatError,
    UsageError,
)
from rag.server.settings import ServerSettings

#: The first class that fits decides.
_STATUSES: tuple[tuple[type[RagError], int], ...] = (
    (NotFoundError, 404),
    (UsageError, 422),
    (TooLargeError, 413),
    (UnsupportedFormatError, 415),
    (ReadingError, 422),
    (LibraryLockedError, 409),
    (StorageError, 507),
    (TooManyRequestsError, 429),
    (ServiceError, 503),
    (EvaluationError, 422),
)
LOCKED_RETRY_S = 5
_MAX_MESSAGE_CHARS = 500
_MAX_NAMED = 3


class RefusalError(Exception):
    """A request that is refused before any work. headers: added to the answer."""

    def __init__(self, status: int, kind: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.headers = dict(headers or {})


class JsonAnswer(JSONResponse):
    """JSON in UTF-8, whatever a text holds: what UTF-8 cannot carry becomes a question mark."""

    def render(self, content: Any) -> bytes:
        return write_json(content)


def write_json(value: Any) -> bytes:
    """Write a value as UTF-8 JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def error_json(kind: str, message: str) -> dict[str, dict[str, str]]:
    """Write an error."""
    return {"error": {"type": kind, "message": message[:_MAX_MESSAGE_CHARS]}}


def refuse(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> JsonAnswer:
    """Answer with an error."""
    return JsonAnswer(error_json(kind, message), status_code=status, headers=dict(headers or {}))


def status_of(error: RagError) -> int:
    """Give the status of an error."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def headers_of(error: RagError) -> dict[str, str]:
    """Say when to try again, where that helps."""
    if isinstance(error, ServiceError):
        return {"Retry-After": str(max(1, error.retry_after_s))}
    return {"Retry-After": str(LOCKED_RETRY_S)} if isinstance(error, LibraryLockedError) else {}


def tell(error: RagError, settings: ServerSettings) -> str:
    """Give an error's message without the places of this machine it may name."""
    return hide_places(str(error), settings)


def hide_places(text: str, settings: ServerSettings) -> str:
    """Take the library's folder, the user's and that of temporary files out of what leaves the machine."""
    if settings.library is not None:
        for path in sorted({str(settings.library), str(settings.library.absolute())}, key=len, reverse=True):
            if len(path) > 1:
                text = text.replace(path, "library")
    for folder in (settings.temp_folder, Path(tempfile.gettempdir()), Path.home()):
        if folder is not None and len(folder.parts) > 1:
            text = text.replace(str(folder), "…")
    return text


def tell_mistakes(errors: Sequence[Any]) -> str:
    """Say in one sentence what of a request cannot be; what was sent is not repeated."""
    said = []
    for error in errors[:_MAX_NAMED]:
        where = [str(part)[:40] for part in error.get("loc", ())]
        kind = error.get("type", "")
        if kind == "json_invalid":
            said.append("the body is not JSON")
            continue
        name = ".".join(where[1:]) or (where[0] if where else "request")
        said.append(f"{name}: {str(error.get('msg', 'cannot be read'))[:120].lower()}")
    more = f"; and {len(errors) - _MAX_NAMED} more" if len(errors) > _MAX_NAMED else ""
    return f"the request cannot be read: {'; '.join(said)}{more}. /docs shows what each route takes"


def add_error_answers(app: FastAPI, settings: ServerSettings) -> None:
    """Give every error of the routes its one form."""

    async def on_rag_error(request: Request, error: Exception) -> JsonAnswer:
        if not isinstance(error, RagError):
            raise error
        return refuse(status_of(error), type(error).__name__, tell(error, settings), headers_of(error))

    async def on_refusal(request: Request, error: Exception) -> JsonAnswer:
        if not isinstance(error, RefusalError):
            raise error
        return refuse(error.status, error.kind, error.message, error.headers)

    async def on_mistake(request: Request, error: Exception) -> JsonAnswer:
        mistakes = error.errors() if isinstance(error, RequestValidationError) else []
        return refuse(422, "RequestError", tell_mistakes(mistakes))

    async def on_http_error(request: Request, error: Exception) -> JsonAnswer:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code == 400:  # the body is neither JSON nor text: bytes that are no UTF-8, endless nesting
            return refuse(422, "RequestError", "the body cannot be read; it must be JSON in UTF-8. See /docs")
        known = HTTPStatus(error.status_code).phrase if error.status_code in set(HTTPStatus) else "Error"
        kind = known.replace(" ", "") + "Error"
        return refuse(error.status_code, kind, f"{known.lower()}; /docs lists what there is", error.headers)

    app.add_exception_handler(RagError, on_rag_error)
    app.add_exception_handler(RefusalError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_mistake)
    app.add_exception_handler(HTTPException, on_http_error)
