"""The chat's own routes: its scripts and style sheets, the reports as pages, the choice of a language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from rag.errors import NotFoundError, RagError
from ui.talk import explain
from ui.view import Place, draw_failed, draw_gone, draw_page, draw_report, label_of
from ui.words import EN, LANGUAGES, VI, words

if TYPE_CHECKING:
    from rag.serving import Service

_HERE = Path(__file__).parent
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_YEAR_S = 365 * 24 * 3600
_POSITION = re.compile(r"[0-9]{1,10}")


def add_routes(app: FastAPI, service: Service) -> None:
    """Declare the routes. To be called before Gradio is mounted at "/", which takes all that is left."""
    files = {path.relative_to(_HERE).as_posix(): path for path in _HERE.rglob("*") if path.suffix in _TYPES}

    @app.get("/ui/{name:path}", include_in_schema=False)
    async def asset(name: str) -> Response:
        path = files.get(name)
        if path is None:
            return Response(status_code=404)
        # Asked for anew each time: they change with the program, not with their name.
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers={"cache-control": "no-cache"})

    @app.get("/read/{doc_id:path}", include_in_schema=False)
    async def read(doc_id: str, request: Request) -> Response:
        status, article, title = await run_in_threadpool(_read, service, doc_id, request)
        if request.query_params.get("fragment"):
            return HTMLResponse(article, status_code=status)
        return HTMLResponse(draw_page(article, title=title, language=language_of(request)), status_code=status)

    @app.get("/lang/{language}", include_in_schema=False)
    async def choose_language(language: str) -> Response:
        chosen = language if language in LANGUAGES else VI
        response = RedirectResponse("/en/" if chosen == EN else "/", status_code=302)
        response.set_cookie("lang", chosen, max_age=_YEAR_S, path="/", httponly=True, samesite="lax")
        return response

    app.router.routes.append(_EnglishFirst("/", _to_english, methods=["GET"], include_in_schema=False))


async def _to_english(request: Request) -> Response:
    return RedirectResponse("/en/", status_code=302, headers={"vary": "accept-language, cookie"})


class _EnglishFirst(Route):
    """Matches "/" only for a browser that prefers English; all others go on to the Vietnamese chat."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is to be sent to the English chat."""
        match, child = super().matches(scope)
        if match is Match.FULL and scope["type"] == "http" and _prefers_english(Request(scope)):
            return match, child
        return Match.NONE, {}


def _prefers_english(request: Request) -> bool:
    """Say whether English is wished: by the cookie, else by the first of the two that the browser names."""
    chosen = request.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen == EN
    wished: list[tuple[float, int, str]] = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:500].split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            wished.append((-float(weight or 1), place, tag.partition("-")[0]))
        except ValueError:
            continue
    first = next((tag for _, _, tag in sorted(wished) if tag in LANGUAGES), VI)
    return first == EN


def language_of(request: Request) -> str:
    """Give the language of a page: as its address says, else as the reader prefers."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    return EN if _prefers_english(request) else VI


def _read(service: Service, doc_id: str, request: Request) -> tuple[int, str, str]:
    """Draw one report. Returns the status, the article and its title."""
    language = language_of(request)
    try:
        document = service.document(doc_id)
    except NotFoundError:
        return 404, draw_gone(language), words(language)["gone_title"]
    except RagError as exc:
        return 503, draw_failed(explain(exc, language), language), words(language)["unreadable_title"]
    query = request.query_params
    place = Place(
        start=_position(query.get("start")),
        end=_position(query.get("end")),
        fingerprint=query.get("v", "")[:64],
        at=_position(query.get("at")),
    )
    has_original = True
    try:
        service.original(doc_id)
    except RagError:
        has_original = False
    article = draw_report(document, place, label=label_of(document), has_original=has_original, language=language)
    return 200, article, document.title or doc_id


def _position(text: str | None) -> int | None:
    return int(text) if text and _POSITION.fullmatch(text) else None
