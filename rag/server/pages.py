"""What every answer carries: what a page may load and run, and who may show it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: base-uri: the chat's page carries a <base> of its own.
_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'; "
    "object-src 'none'"
)
_FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # "no-referrer" would make browsers send "Origin: null" with the login form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_SCRIPT = re.compile(rb"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(rb"\bsrc\s*=", re.IGNORECASE)
#: The chat's files are named by their content; all else is asked for again.
_LASTING = re.compile(r"(/en)?/assets/.+")
_LASTING_CACHE = "private, max-age=604800"
_LOOPBACK_CLIENTS = frozenset({"127.0.0.1", "::1"})


class Pages:
    """Add the security headers. Only the chat's page has inline scripts; each is let run by its own hash.

    Other pages run nothing inline, so that markup smuggled into one stays dead.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        page = bytearray()

        async def send_with_headers(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                message["headers"] = _prepare(headers, scope).raw
                if _is_chat_page(scope, headers):
                    start = message
                    return
                headers["content-security-policy"] = _POLICY.format(scripts="")
            elif message["type"] == "http.response.body" and start:
                page.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                headers = MutableHeaders(raw=start["headers"])
                headers["content-security-policy"] = _POLICY.format(scripts=hash_scripts(bytes(page)))
                if page:
                    headers["content-length"] = str(len(page))
                first, start = start, {}
                await send(first)
                message = {"type": "http.response.body", "body": bytes(page), "more_body": False}
            await send(message)

        await self.app(_as_it_is(scope), receive, send_with_headers)


def _is_chat_page(scope: Scope, headers: Headers) -> bool:
    is_html = headers.get("content-type", "").startswith("text/html")
    return is_html and "content-encoding" not in headers and bool(scope["state"].get("of_chat"))


def _prepare(headers: MutableHeaders, scope: Scope) -> MutableHeaders:
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    for name, value in _FIXED.items():
        headers[name] = value
    if _LASTING.fullmatch(scope["path"]):
        headers["cache-control"] = _LASTING_CACHE
    else:
        headers.setdefault("cache-control", "no-store")
    return headers


def _as_it_is(scope: Scope) -> Scope:
    """Ask for no compression: of pages, whose scripts are hashed, and where nothing is gained, on this machine."""
    client = (scope.get("client") or ("", 0))[0]
    if _LASTING.fullmatch(scope["path"]) and client not in _LOOPBACK_CLIENTS:
        return scope
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def hash_scripts(page: bytes) -> str:
    """Give the hashes of a page's inline scripts as a Content-Security-Policy names them, each after a space."""
    texts = [match["text"] for match in _SCRIPT.finditer(page) if not _SOURCE.search(match["attributes"])]
    # A browser hashes the text after it has read line ends as "\n".
    hashed = [sha256(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).digest() for text in texts]
    return "".join(f" 'sha256-{b64encode(digest).decode()}'" for digest in dict.fromkeys(hashed))
