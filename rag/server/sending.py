"""Large answers on their way out: bounded all together, and handed over no faster than they are taken."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.server.errors import refuse

#: Smaller answers are not counted; larger ones are handed over in pieces of this size.
_LARGE_BYTES = 1024 * 1024
_PIECE_BYTES = 256 * 1024
_RETRY_S = 10


class Sending:
    """Bound the memory that answers take while their clients read them.

    An answer handed over whole would lie in the connection's buffer, counted nowhere, until its client has read it.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self.most = most
        self.n_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        out = _Out(self, scope, receive, send)
        try:
            await self.app(scope, receive, out.send)
        finally:
            self.n_bytes -= out.n_bytes


class _Out:
    """One answer. n_bytes: of it counted while it is sent."""

    def __init__(self, sending: Sending, scope: Scope, receive: Receive, send: Send) -> None:
        self._sending = sending
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_refused = False
        self.n_bytes = 0

    async def send(self, message: Message) -> None:
        if self._is_refused:
            return
        if message["type"] == "http.response.start" and not self._take(message):
            self._is_refused = True
            said = "many large answers are being sent; ask for this one again in a moment"
            answer = refuse(503, "BusyError", said, {"Retry-After": str(_RETRY_S)})
            await answer(self._scope, self._receive, self._send)
            return
        body = message.get("body", b"")
        if message["type"] != "http.response.body" or len(body) <= _PIECE_BYTES:
            await self._send(message)
            return
        pieces = memoryview(body)
        last = (len(body) - 1) // _PIECE_BYTES * _PIECE_BYTES
        for start in range(0, len(body), _PIECE_BYTES):
            more = start < last or message.get("more_body", False)
            piece = bytes(pieces[start : start + _PIECE_BYTES])
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    def _take(self, message: Message) -> bool:
        """Count an answer by the length it tells. One alone is sent whatever its size."""
        length = Headers(raw=list(message.get("headers", ()))).get("content-length", "0")
        n_bytes = int(length) if length.isdecimal() else 0
        if n_bytes <= _LARGE_BYTES:
            return True
        if self._sending.n_bytes and self._sending.n_bytes + n_bytes > self._sending.most:
            return False
        self._sending.n_bytes += n_bytes
        self.n_bytes = n_bytes
        return True
