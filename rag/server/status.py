"""Whether the server lives, is ready, and what it has counted."""

from __future__ import annotations

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from rag.server.answers import ErrorOut, LiveOut, StateOut
from rag.server.describing import describe
from rag.server.desk import Desk
from rag.server.errors import JsonAnswer

_STARTING_RETRY_S = 2


def add_status_routes(app: FastAPI, desk: Desk) -> None:
    """Add /healthz, /readyz and /metrics."""

    @app.get(
        "/healthz",
        operation_id="healthz",
        summary="Is the process alive?",
        tags=["state"],
        responses={200: {"model": LiveOut}, 403: {"model": ErrorOut}, 503: {"model": ErrorOut}},
    )
    async def healthz() -> Response:
        return JsonAnswer({"status": "alive"})

    @app.get(
        "/readyz",
        operation_id="readyz",
        summary="Can questions be asked? What is in the library?",
        tags=["state"],
        responses={
            200: {"model": StateOut},
            403: {"model": ErrorOut},
            503: {"model": StateOut, "description": "Not yet; problem says why"},
        },
    )
    async def readyz() -> Response:
        state = await desk.read(desk.state)
        if state["ready"]:
            return JsonAnswer(state)
        return JsonAnswer(state, status_code=503, headers={"Retry-After": str(_STARTING_RETRY_S)})

    @app.get(
        "/metrics",
        operation_id="metrics",
        summary="Figures for Prometheus",
        tags=["state"],
        response_class=Response,
        responses=describe(None, 429, more={"text/plain": {"schema": {"type": "string"}}}),
    )
    async def metrics() -> Response:
        state = await desk.read(desk.service.state)
        return Response(desk.metrics.write(state), media_type=CONTENT_TYPE_LATEST)
