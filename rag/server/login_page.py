"""The page where a person shows the token: no script, one small form."""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import FastAPI, Query, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response

from rag.server.desk import client_of
from rag.server.errors import RefusalError
from rag.server.login import COOKIE, Sessions, local_target, read_session
from rag.server.settings import ServerSettings

_MAX_FORM_BYTES = 8192
_WORDS = {
    "vi": {
        "title": "Đăng nhập",
        "about": "Máy chủ hỏi đáp báo cáo này cần mã truy cập. Hãy hỏi người quản trị mã (RAG_TOKEN).",
        "token": "Mã truy cập",
        "enter": "Vào",
        "wrong": "Mã truy cập không đúng. Hãy nhập lại.",
        "often": "Nhập sai quá nhiều lần. Hãy đợi một phút rồi thử lại.",
        "other": "English",
    },
    "en": {
        "title": "Log in",
        "about": "This server of reports needs an access token. Ask whoever runs it for the token (RAG_TOKEN).",
        "token": "Access token",
        "enter": "Enter",
        "wrong": "That is not the token. Please try again.",
        "often": "Too many wrong tokens. Wait a minute, then try again.",
        "other": "Tiếng Việt",
    },
}
_STYLE = """
:root { color-scheme: light dark; --paper: #faf9f6; --ink: #1d1c1a; --line: #8a857c; --accent: #1f5f4a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #191a1b; --ink: #ece9e2; --line: #7d7a74; --accent: #7cc4a8; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, "Segoe UI", Roboto,
  "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 12vh 1.25rem 2rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .5rem; }
label { display: block; margin: 1.5rem 0 .25rem; font-weight: 600; }
input, button { width: 100%; min-height: 2.875rem; padding: .5rem .75rem; font: inherit; border-radius: .5rem;
  border: 1px solid var(--line); background: transparent; color: inherit; }
button { margin-top: 1rem; border-color: var(--accent); background: var(--accent); color: var(--paper);
  font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem { border-left: 4px solid #b3261e; padding: .25rem .75rem; margin: 1rem 0 0; }
a { color: inherit; } footer { margin-top: 2rem; }
"""


def add_login_routes(app: FastAPI, sessions: Sessions, settings: ServerSettings) -> None:
    """Add /login and /logout."""

    @app.get("/login", include_in_schema=False)
    async def show_login(
        request: Request,
        target: Annotated[str, Query(alias="next", max_length=4000)] = "/",
        lang: Annotated[str, Query(max_length=10)] = "",
    ) -> Response:
        if settings.token is None or sessions.is_open(read_session(request.headers)):
            return RedirectResponse(local_target(target), status_code=303)
        return _write_page(_language(lang, request.headers), target)

    @app.post("/login", include_in_schema=False)
    async def log_in(request: Request) -> Response:
        body = await request.body()
        if len(body) > _MAX_FORM_BYTES:
            raise RefusalError(413, "TooLargeError", "the form is larger than a token can be")
        try:
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
        except ValueError:
            raise RefusalError(422, "RequestError", "the form has more fields than a login has") from None
        target = local_target(fields.get("next", ["/"])[0])
        language = _language(fields.get("lang", [""])[0], request.headers)
        if settings.token is not None:
            try:
                right = sessions.is_token(fields.get("token", [""])[0].strip(), client=client_of(request))
            except RefusalError as exc:
                return _write_page(language, target, "often", status=429, headers=exc.headers)
            if not right:
                return _write_page(language, target, "wrong", status=401)
        answer = RedirectResponse(target, status_code=303)
        if settings.token is not None:
            answer.set_cookie(
                COOKIE,
                sessions.open(),
                max_age=int(settings.session_s),
                path="/",
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
        return answer

    @app.post("/logout", include_in_schema=False)
    async def log_out(request: Request) -> Response:
        sessions.close(read_session(request.headers))
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer


def _language(asked: str, headers: Headers) -> str:
    if asked in _WORDS:
        return asked
    return "en" if headers.get("accept-language", "vi").strip().lower().startswith("en") else "vi"


def _write_page(
    language: str, target: str, problem: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    words = _WORDS[language]
    other = "en" if language == "vi" else "vi"
    said = f'<p class="problem" role="alert">{escape(words[problem])}</p>' if problem else ""
    going_on = escape(local_target(target))
    page = f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>{words["title"]}</title><style>{_STYLE}</style></head>
<body><main><h1>{words["title"]}</h1><p>{words["about"]}</p>{said}
<form method="post" action="/login"><input type="hidden" name="next" value="{going_on}">
<input type="hidden" name="lang" value="{language}">
<input type="text" name="username" value="rag" autocomplete="username" hidden>
<label for="token">{words["token"]}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false">
<button type="submit">{words["enter"]}</button></form>
<footer><a href="/login?lang={other}" lang="{other}">{words["other"]}</a></footer></main></body></html>
"""
    return HTMLResponse(page, status_code=status, headers=headers)
