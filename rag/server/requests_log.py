"""One line a request: its id, where it went, what came of it. Never what was asked."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.server.errors import refuse
from rag.server.logs import access_logger
from rag.server.metrics import Metrics
from rag.server.routing import NO_ROUTE
from rag.server.settings import ServerSettings

logger = logging.getLogger(__name__)

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: What the log says where a client went away before it was answered.
CLIENT_GONE = 499
_BUSY_RETRY_S = 5
_STOPPED_RETRY_S = 10


class Stopping:
    """Tells requests that would never end by themselves that the server stops."""

    def __init__(self) -> None:
        self.event = asyncio.Event()


class RequestsLog:
    """Give every request an id, count and log it, and answer what nobody caught with 500 and that id."""

    def __init__(self, app: ASGIApp, *, settings: ServerSettings, metrics: Metrics, stopping: Stopping) -> None:
        self.app = app
        self.settings = settings
        self.metrics = metrics
        self.stopping = stopping
        self.n_open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _Call(self, scope, send).run(receive)


class _Call:
    """One request, from its headers to the end of its answer."""

    def __init__(self, log: RequestsLog, scope: Scope, send: Send) -> None:
        self.log = log
        given = Headers(scope=scope).get("x-request-id", "")
        self.id = given if _SANE_ID.fullmatch(given) else secrets.token_hex(8)
        self.state: dict[str, object] = {**scope.get("state", {}), "request_id": self.id}
        self.scope = {**scope, "state": self.state}
        self._send = send
        self.status = 0
        self.n_bytes = 0
        self.started = time.monotonic()

    async def run(self, receive: Receive) -> None:
        log = self.log
        log.n_open += 1
        log.metrics.open.set(log.n_open)
        try:
            if log.n_open > log.settings.max_requests:
                said = f"{log.n_open} requests at once, allowed: {log.settings.max_requests}; ask again in a moment"
                answer = refuse(503, "BusyError", said, {"Retry-After": str(_BUSY_RETRY_S)})
                await answer(self.scope, receive, self.send)
            else:
                await log.app(self.scope, self._until_stopped(receive), self.send)
        except (ClientDisconnect, ConnectionError):
            self.status = self.status or CLIENT_GONE
        except asyncio.CancelledError:  # the server stops, and has waited long enough
            if self.status:
                raise
            said = "the program is being stopped; try again once it is back"
            headers = {"Retry-After": str(_STOPPED_RETRY_S), "Connection": "close"}
            await refuse(503, "BusyError", said, headers)(self.scope, receive, self.send)
        except Exception as exc:  # noqa: BLE001 - the last door: an answer in the one form, and a line in the log
            await self._answer_crash(exc, receive)
        finally:
            log.n_open -= 1
            log.metrics.open.set(log.n_open)
            self._write()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message.get("headers", ())))
            headers["x-request-id"] = self.id
            message = {**message, "headers": headers.raw}
        elif message["type"] == "http.response.body":
            self.n_bytes += len(message.get("body", b""))
        await self._send(message)

    def _until_stopped(self, receive: Receive) -> Receive:
        """End a request that only keeps a session alive when the server stops: it would wait for it in vain."""

        async def read() -> Message:
            if not self.state.get("endless"):
                return await receive()
            waiting = [asyncio.ensure_future(receive()), asyncio.ensure_future(self.log.stopping.event.wait())]
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                message = waiting[0].result() if waiting[0].done() else {"type": "http.disconnect"}
            finally:
                for task in waiting:
                    task.cancel()
            return message if isinstance(message, dict) else {"type": "http.disconnect"}

        return read

    async def _answer_crash(self, error: Exception, receive: Receive) -> None:
        logger.error("request %s failed", self.id, exc_info=error)
        if self.status == 0:
            said = f"internal error, request id {self.id}; the server's log has more under this id"
            with suppress(OSError):
                await refuse(500, "InternalError", said)(self.scope, receive, self.send)

    def _write(self) -> None:
        seconds = time.monotonic() - self.started
        method = self.scope["method"] if self.scope["method"] in _METHODS else "other"
        route = str(self.state.get("route", NO_ROUTE))
        status = self.status or CLIENT_GONE
        self.log.metrics.requests.labels(method, route, str(status)).inc()
        self.log.metrics.seconds.labels(method, route).observe(seconds)
        fields = {
            "request_id": self.id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": str((self.scope.get("client") or ("", 0))[0]),
            "bytes": self.n_bytes,
        }
        level = logging.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != 503 else logging.INFO
        access_logger.log(level, "request", extra={"fields": fields})
