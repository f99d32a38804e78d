"""Which of Gradio's routes the chat and gradio_client need; every other one answers 404.

Gradio brings many more, and new ones with its releases: files by path (``/gradio_api/file=``), uploads, a reverse
proxy (``/gradio_api/proxy=``), streams, calls of a component's own functions, run history, code editing, monitoring.
Nothing here uses them, so none can be reached.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAME = r"[A-Za-z0-9_-]{1,64}"
_FILE = r"[A-Za-z0-9_@-][A-Za-z0-9_@.-]{0,150}"


@dataclass(frozen=True, slots=True)
class ChatRoute:
    """A route that is let through. template: how it is called in logs and metrics; needed_by: why it is here."""

    methods: tuple[str, ...]
    template: str
    pattern: re.Pattern[str]
    needed_by: str


def _route(methods: str, template: str, needed_by: str, **parts: str) -> ChatRoute:
    """Make a route: each {part} of its template matches the pattern of that name."""
    pieces = re.split(r"\{(\w+)\}", template)
    pattern = "".join(parts[piece] if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
    return ChatRoute(tuple(methods.split()), template, re.compile(pattern), needed_by)


CHAT_ROUTES: tuple[ChatRoute, ...] = (
    _route("GET HEAD", "/", "the page itself"),
    _route("GET", "/config", "gradio_client, when it connects"),
    _route("GET", "/theme.css", "the page: colours and type"),
    _route("GET", "/assets/{path}", "the page: Gradio's scripts and styles", path=rf"(?:{_FILE}/){{0,4}}{_FILE}"),
    _route("GET", "/static/{path}", "the page: Gradio's icons and fonts", path=rf"(?:{_FILE}/){{0,4}}{_FILE}"),
    _route("GET", "/gradio_api/info", "gradio_client, to learn what can be called"),
    _route("GET", "/gradio_api/app_id", "the page, to see whether the server was started anew"),
    _route("GET", "/gradio_api/heartbeat/{session}", "the page and gradio_client: the session lives on", session=_NAME),
    _route("POST", "/gradio_api/queue/join", "the page and gradio_client: ask"),
    _route("GET", "/gradio_api/queue/data", "the page and gradio_client: what comes of it"),
    _route("POST", "/gradio_api/call/ask", "programs without gradio_client: ask"),
    _route("GET", "/gradio_api/call/ask/{event}", "programs without gradio_client: the answer", event=_NAME),
    _route("POST", "/gradio_api/cancel", "the stop button"),
    _route("POST", "/gradio_api/reset", "the page and gradio_client, after stopping"),
)  # fmt: skip

#: Requests that hold a connection open for as long as the page is; they end at once when the server stops.
ENDLESS = frozenset({"/gradio_api/heartbeat/{session}"})


def find_chat_routes(path: str) -> list[ChatRoute]:
    """Find the routes of a path within the chat, whatever their methods."""
    return [route for route in CHAT_ROUTES if route.pattern.fullmatch(path)]


def names_a_file(value: Any) -> bool:
    """Say whether what is sent to the chat holds a file: Gradio would read its path, or fetch its address.

    The chat takes no files; reports come by ``POST /v1/documents``.
    """
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if any(isinstance(item.get(name), str) for name in ("path", "url")) or "_type" in item:
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


class ChatBodies:
    """Read what is sent to the chat whole; where it names a file, Gradio is given a body that it refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["state"].get("of_chat"):
            receive = _without_files(receive)
        await self.app(scope, receive, send)


def _without_files(receive: Receive) -> Receive:
    """Read a body for the chat whole; one that names a file is replaced by one that Gradio refuses."""
    is_read = False

    async def read() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body += message.get("body", b"")
            more = message.get("more_body", False)
        is_read = True
        try:
            refused = names_a_file(json.loads(bytes(body)))
        except (ValueError, RecursionError):
            refused = True
        return {"type": "http.request", "body": b"null" if refused else bytes(body), "more_body": False}

    return read
