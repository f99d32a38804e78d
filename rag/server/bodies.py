"""How much a request may send, and how slowly."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.server.errors import JsonAnswer, refuse
from rag.server.settings import ServerSettings

_SLOW = "the request came too slowly; send it again over a better line, or in smaller parts"


class Bodies:
    """Bound every body while it is read, whatever its headers promise."""

    def __init__(self, app: ASGIApp, *, settings: ServerSettings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope)
        body = _Body(receive, limit=limit, settings=self.settings)
        headers = Headers(scope=scope)
        promised = headers.get("content-length", "0")
        body.is_complete = promised == "0" and "transfer-encoding" not in headers
        if "content-length" in headers and "transfer-encoding" in headers:
            # A proxy in front might read another end out of it than is read here: what follows would be another's.
            body.refusal = refuse(400, "RequestError", "the request gives its length in two ways; send one of them")
        elif not promised.isdecimal() or len(promised) > 18 or int(promised) > limit:
            body.refusal = _too_large(limit)
        if body.refusal is None:
            await self.app(scope, body.read, _Answer(send, body).send)
        if body.refusal is not None and not body.is_answered:
            expects = "expect" in headers
            await self._send_refusal(body, scope, receive, send, linger=not expects)

    def _limit(self, scope: Scope) -> int:
        """Give the limit of a route's body. Uploads are counted file by file where they are read."""
        kind = scope["state"].get("body", "json")
        settings = self.settings
        return {
            "upload": settings.max_uploads_bytes + settings.max_files * 16 * 1024,
            "table": settings.max_table_bytes,
            "questions": settings.max_questions_bytes,
        }.get(kind, settings.max_json_bytes)

    async def _send_refusal(self, body: _Body, scope: Scope, receive: Receive, send: Send, *, linger: bool) -> None:
        """Answer, and let the client finish for a moment: closing at once would lose the answer on its way."""

        async def send_closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"])["connection"] = "close"
            elif not message.get("more_body", False):
                await send({**message, "more_body": True})
                if linger:
                    await body.drain()
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        if body.refusal is not None:
            await body.refusal(scope, receive, send_closing)


@dataclass(slots=True)
class _Body:
    """A body on its way in."""

    receive: Receive
    limit: int
    settings: ServerSettings
    refusal: JsonAnswer | None = None
    is_answered: bool = False
    is_complete: bool = False
    n_bytes: int = 0
    waited_s: float = field(default=0.0)

    async def read(self) -> Message:
        """Receive the next part. Raises HTTPException when there is too much of it, or it comes too slowly."""
        if self.is_complete:
            return await self.receive()
        started = time.monotonic()
        try:
            message = await asyncio.wait_for(self.receive(), self.settings.body_idle_s)
        except TimeoutError:
            self.refusal = refuse(408, "RequestTimeoutError", _SLOW)
            raise HTTPException(408) from None
        self.waited_s += time.monotonic() - started
        if message["type"] != "http.request":
            self.is_complete = True
            return message
        self.n_bytes += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        if self.n_bytes > self.limit:
            self.refusal = _too_large(self.limit)
            raise HTTPException(413)
        late = self.waited_s > self.settings.body_grace_s
        if late and not self.is_complete and self.n_bytes < self.waited_s * self.settings.min_bytes_per_s:
            self.refusal = refuse(408, "RequestTimeoutError", _SLOW)
            raise HTTPException(408)
        return message

    async def drain(self) -> None:
        """Read and drop what still comes, for a moment."""
        try:
            async with asyncio.timeout(self.settings.linger_s):
                while not self.is_complete:
                    message = await self.receive()
                    self.is_complete = message["type"] != "http.request" or not message.get("more_body", False)
        except TimeoutError:
            pass


class _Answer:
    """What a route answers; replaced by the refusal where its body was refused, and closing where it was not read."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self._is_closing = False

    async def send(self, message: Message) -> None:
        body = self._body
        if body.refusal is not None and not body.is_answered:
            return
        if message["type"] == "http.response.start":
            body.is_answered = True
            if not body.is_complete:
                self._is_closing = True
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        elif self._is_closing and not message.get("more_body", False):
            # Closing while the client still sends would take the answer away from it.
            await self._send({**message, "more_body": True})
            await body.drain()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)


def _too_large(limit: int) -> JsonAnswer:
    size = f"{limit // 1024:,} KiB" if limit < 1024 * 1024 else f"{limit // (1024 * 1024):,} MiB"
    return refuse(413, "TooLargeError", f"the request is larger than the {size} allowed here; send less at a time")
