"""Which callers are let in at all: the names this server is called by, and no page of another origin."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.server.errors import refuse
from rag.server.settings import ServerSettings

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PORTS = {"http": 80, "https": 443}
#: Where a proxy or the chat's own programs may claim another address than the one that was called.
_CLAIMS = frozenset(
    {b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-forwarded-prefix"}
)


class Guard:
    """Refuse foreign Host headers (a name rebound to this machine) and requests that other pages send."""

    def __init__(self, app: ASGIApp, *, settings: ServerSettings) -> None:
        self.app = app
        self.loopback = settings.is_loopback
        self.allowed = frozenset(host.lower() for host in settings.allow_hosts)
        own = socket.gethostname().lower()
        self.own_names = frozenset() if self.loopback else frozenset({own, f"{own}.local", "localhost"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = self._host_problem(scope, headers) or _origin_problem(scope, headers)
        if problem:
            await refuse(403, "ForbiddenError", problem)(scope, receive, send)
            return
        await self.app(_without_claims(scope), receive, send)

    def _host_problem(self, scope: Scope, headers: Headers) -> str | None:
        given = headers.getlist("host")
        match = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if match is None:
            return "the request names no host, or one that cannot be; call the server by its address"
        name, port = match["name"].lower().rstrip("."), int(match["port"] or _PORTS.get(scope["scheme"], 80))
        if name in self.allowed or f"{name}:{port}" in self.allowed:
            return None
        if self.loopback:
            own_port = (scope.get("server") or ("", None))[1]
            if name in _LOOPBACK_NAMES and (own_port is None or own_port == port):
                return None
        elif name in self.own_names or _is_address(name):
            return None
        shown = f"{name}:{match['port']}" if match["port"] else name
        return (
            f"this server is not known as {shown[:100]}; call it by its address, or start it with "
            f"--allow-host {shown[:100]}"
        )


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _origin_problem(scope: Scope, headers: Headers) -> str | None:
    """Say what is wrong with where a request comes from. Programs send neither header; browsers always do."""
    for origin in headers.getlist("origin"):
        if not _is_same_origin(origin, headers["host"]):
            return "a page of another origin may not ask here"
    site = headers.get("sec-fetch-site", "none").lower()
    if site not in ("none", "same-origin"):
        followed = headers.get("sec-fetch-mode", "").lower() == "navigate" and scope["method"] in ("GET", "HEAD")
        if not followed or headers.get("sec-fetch-dest", "document").lower() != "document":
            return "a page of another origin may link here, but neither ask nor embed"
    return None


def _is_same_origin(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
        port = parts.port or _PORTS[parts.scheme]
        name = parts.hostname or ""
    except (ValueError, KeyError):
        return False
    match = _HOST.fullmatch(host)
    if match is None or parts.path or parts.query or parts.fragment or parts.username is not None:
        return False
    own_port = int(match["port"] or _PORTS[parts.scheme])
    return name.lower() == match["name"].strip("[]").lower() and port == own_port


def _without_claims(scope: Scope) -> Scope:
    """Take out headers that claim another address; a proxy on this machine may say that it was reached by https."""
    headers = Headers(scope=scope)
    client = (scope.get("client") or ("", 0))[0]
    https = headers.get("x-forwarded-proto", "").lower() == "https" and client in ("127.0.0.1", "::1")
    kept = [
        (name, value) for name, value in scope["headers"] if name not in _CLAIMS and not name.startswith(b"x-gradio-")
    ]
    return {**scope, "headers": kept, "scheme": "https" if https else scope["scheme"]}
