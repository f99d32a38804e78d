"""The token: a bearer for programs, a session for the chat."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import OrderedDict, deque
from hashlib import sha256
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.server.errors import RefusalError, refuse
from rag.server.settings import ServerSettings

COOKIE = "rag_session"
#: What anybody may see: whether the process lives, and the way in.
_OPEN = frozenset({"/healthz", "/readyz", "/login"})
_MINUTE = 60.0
_MAX_CLIENTS = 10_000
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


class Sessions:
    """Who is logged in, and who has tried with wrong tokens. Only hashes of session ids are kept."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def is_token(self, given: str, *, client: str) -> bool:
        """Say whether a token is the right one. Raises RefusalError where this client was wrong too often."""
        now = time.monotonic()
        with self._lock:
            tries = self._wrong.get(client, deque())
            while tries and now - tries[0] > _MINUTE:
                tries.popleft()
            if len(tries) >= self._settings.wrong_tokens_per_minute:
                wait_s = int(_MINUTE - (now - tries[0])) + 1
                raise RefusalError(
                    429,
                    "TooManyRequestsError",
                    f"too many wrong tokens from this address; try again in {wait_s} s",
                    headers={"Retry-After": str(wait_s)},
                )
            right = secrets.compare_digest(
                sha256(given.encode("utf-8", "replace")).digest(),
                sha256((self._settings.token or "").encode()).digest(),
            )
            if not right:
                tries.append(now)
                self._wrong[client] = tries
                self._wrong.move_to_end(client)
                while len(self._wrong) > _MAX_CLIENTS:
                    self._wrong.popitem(last=False)
        return right

    def open(self) -> str:
        """Begin a session and give its id."""
        session = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[_digest(session)] = time.monotonic() + self._settings.session_s
            while len(self._sessions) > self._settings.max_sessions:
                self._sessions.popitem(last=False)
        return session

    def is_open(self, session: str) -> bool:
        """Say whether a session goes on."""
        with self._lock:
            ends = self._sessions.get(_digest(session), 0.0)
            if ends and ends <= time.monotonic():
                del self._sessions[_digest(session)]
            return ends > time.monotonic()

    def close(self, session: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(_digest(session), None)


def _digest(session: str) -> bytes:
    return sha256(session.encode("utf-8", "replace")).digest()


class Login:
    """Let in who shows the token or a session; pages are sent to the login page, programs get 401."""

    def __init__(self, app: ASGIApp, *, settings: ServerSettings, sessions: Sessions) -> None:
        self.app = app
        self.settings = settings
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.settings.token is None or scope["path"] in _OPEN:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            problem = self._problem(scope, headers)
        except RefusalError as exc:
            await refuse(exc.status, exc.kind, exc.message, exc.headers)(scope, receive, send)
            return
        if problem is None:
            await self.app(scope, receive, send)
            return
        await self._turn_away(problem, scope, headers)(scope, receive, send)

    def _problem(self, scope: Scope, headers: Headers) -> str | None:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            client = (scope.get("client") or ("unknown", 0))[0]
            return None if self.sessions.is_token(given.strip(), client=client) else "the token is not the right one"
        session = read_session(headers)
        if session and self.sessions.is_open(session):
            return None
        return "a token is needed: 'Authorization: Bearer …' for programs, the page /login for people"

    def _turn_away(self, problem: str, scope: Scope, headers: Headers) -> Response:
        is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
        if is_page and headers.get("sec-fetch-mode", "navigate") == "navigate":
            query = scope["query_string"].decode("latin-1")
            target = quote(scope["path"]) + (f"?{query}" if query else "")
            return RedirectResponse(f"/login?next={quote(target, safe='')}", status_code=303)
        return refuse(401, "UnauthorizedError", problem, {"WWW-Authenticate": "Bearer"})


def read_session(headers: Headers) -> str:
    """Find the session's id among the cookies."""
    return cookie_parser(headers.get("cookie", "")[:8192]).get(COOKIE, "")


def local_target(target: str) -> str:
    """Give a path of this server to go on to; anything else becomes the chat."""
    return target if _LOCAL_PATH.fullmatch(target) and len(target) <= 2000 else "/"
