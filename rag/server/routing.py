"""Which route a request goes to, before anything else looks at it; what goes to none is answered here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from starlette.responses import RedirectResponse
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.server.chat_routes import ENDLESS, find_chat_routes
from rag.server.errors import refuse

#: Bodies larger than the usual limit, by route.
_BODIES = {
    ("POST", "/v1/documents"): "upload",
    ("PATCH", "/v1/documents"): "table",
    ("POST", "/ui/question-sets"): "questions",
}
NO_ROUTE = "(none)"


class Routing:
    """Find the route of a request and write down what the log, the metrics and the limits need to know of it.

    Only the chat is mounted, and of what Gradio brings only ``CHAT_ROUTES`` are let through. An unknown path is 404,
    a known one with another method 405, both in the form of all errors.
    """

    def __init__(self, app: ASGIApp, *, routes: FastAPI) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope["state"]
        allowed: set[str] = set()
        for route in _flatten(self.routes.router.routes):
            if isinstance(route, Mount):
                if scope["path"] == route.path:
                    query = scope["query_string"].decode("latin-1")
                    target = quote(route.path) + "/" + (f"?{query}" if query else "")
                    state["route"] = route.path
                    await RedirectResponse(target, status_code=307)(scope, receive, send)
                    return
                if scope["path"].startswith(f"{route.path}/"):
                    await self._enter_chat(route, allowed, scope, receive, send)
                    return
                continue
            match, _ = route.matches(scope)
            if match is Match.FULL:
                state["route"] = getattr(route, "path", NO_ROUTE)
                state["body"] = _BODIES.get((scope["method"], state["route"]), "json")
                await self.app(scope, receive, send)
                return
            if match is Match.PARTIAL:
                state["route"] = getattr(route, "path", NO_ROUTE)
                allowed |= set(getattr(route, "methods", None) or ())
        await _refuse(allowed, scope, receive, send)

    async def _enter_chat(self, mount: Mount, allowed: set[str], scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]
        for route in find_chat_routes(scope["path"][len(mount.path) :]):
            state["route"] = mount.path + route.template
            if scope["method"] in route.methods:
                state["of_chat"] = True
                state["endless"] = route.template in ENDLESS
                await self.app(scope, receive, send)
                return
            allowed |= set(route.methods)
        await _refuse(allowed, scope, receive, send)


def _flatten(routes: Any) -> Iterator[Any]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _flatten(included.routes)


async def _refuse(allowed: set[str], scope: Scope, receive: Receive, send: Send) -> None:
    if allowed:
        methods = ", ".join(sorted(allowed))
        answer = refuse(
            405, "MethodNotAllowedError", f"this path takes {methods}; /docs shows what for", {"Allow": methods}
        )
    else:
        answer = refuse(404, "NotFoundError", "there is nothing at this path; /docs lists what there is")
    await answer(scope, receive, send)
