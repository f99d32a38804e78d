"""How each route's answers are described in OpenAPI, so that the description is true."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from rag.server.answers import ErrorOut

Responses = dict[int | str, dict[str, Any]]

_WHY = {
    403: "another origin, or a Host this server is not known by",
    404: "not there",
    405: "another method",
    408: "the body came too slowly",
    409: "another process writes to the library; see Retry-After",
    413: "too large",
    415: "not this media type, or a file of a kind that is not read",
    422: "it cannot be read, or cannot be",
    429: "too many from one asker, or too many wrong tokens; see Retry-After",
    500: "the library or a model cannot be used, or an internal error with its request id",
    503: "too many are waiting, or it is starting or stopping; see Retry-After",
}
#: What may be answered on every route.
_EVERYWHERE = (403, 500, 503)


def describe(answer: type[BaseModel] | None, *statuses: int, about: str = "", more: Any = None) -> Responses:
    """Describe a route's answers. more: content types beside JSON, as OpenAPI writes them."""
    ok: dict[str, Any] = {"description": about or "OK"}
    if answer is not None:
        ok["model"] = answer
    if more is not None:
        ok["content"] = more
    return {200: ok} | describe_errors(*statuses)


def describe_errors(*statuses: int) -> Responses:
    """Describe the errors of a route."""
    described: Responses = {}
    for status in sorted({*statuses, 401, *_EVERYWHERE}):
        why = "a token is needed" if status == 401 else _WHY[status]
        described[status] = {"model": ErrorOut, "description": f"{HTTPStatus(status).phrase}: {why}"}
        if status in (409, 429, 503):
            described[status]["headers"] = {
                "Retry-After": {"description": "seconds", "schema": {"type": "string"}, "required": False}
            }
    return described


def event_stream(about: str, example: str) -> dict[str, Any]:
    """Describe server-sent events."""
    return {"text/event-stream": {"schema": {"type": "string", "description": about}, "example": example}}
