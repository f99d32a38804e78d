"""The page around Gradio: its language, its header, its style sheets and scripts.

Gradio's own page speaks English, names Gradio and asks for more than is needed. It is rewritten as it passes, so
that the header stands before any script has run.
"""

from __future__ import annotations

import html
import json
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.words import EN, VI, script_words, words

_HEAD_LINES = re.compile(
    r'[ \t]*<(?:meta\s+(?:property|name)="(?:og|twitter):[^>]*|base [^>]*|link rel="manifest"[^>]*)>\n?'
)
_LANGUAGE = re.compile(r'(<html\s+lang=")en(")')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


class Page:
    """Rewrite the one page of a Gradio app; all else passes as it is."""

    def __init__(self, app: ASGIApp, *, language: str, at: str) -> None:
        self.app = app
        self.language = language
        self.paths = {at, at.rstrip("/") + "/"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self.paths:
            await self.app(scope, receive, send)
            return
        start: Message = {}
        page = bytearray()

        async def send_rewritten(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                    start = {**message, "headers": headers.raw}
                    return
            elif message["type"] == "http.response.body" and start:
                page.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                body = rewrite(page.decode(), self.language).encode()
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(body))
                await send({**start, "headers": headers.raw})
                message = {"type": "http.response.body", "body": body, "more_body": False}
            await send(message)

        await self.app(scope, receive, send_rewritten)


def rewrite(page: str, language: str) -> str:
    """Give Gradio's page its language, header, style and scripts, and take out what names or asks for others."""
    page = _LANGUAGE.sub(rf"\g<1>{language}\g<2>", page, count=1)
    page = _TITLE.sub("", _HEAD_LINES.sub("", page))
    return page.replace("</head>", _head(language) + "</head>", 1).replace(
        "<gradio-app", _header(language) + "<gradio-app", 1
    )


def _head(language: str) -> str:
    # A script may not end in its own text, whatever the words are.
    said = json.dumps(script_words(language), ensure_ascii=False).replace("<", "\\u003c")
    return (
        f"<title>{html.escape(words(language)['title'])}</title>"
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/ui/icon.svg" type="image/svg+xml">'
        '<link rel="stylesheet" href="/ui/chat.css"><link rel="stylesheet" href="/ui/tabs.css">'
        f'<script type="application/json" id="chat-words">{said}</script>'
        '<script src="/ui/chat.js" defer></script><script src="/ui/tabs.js" defer></script>'
    )


def _header(language: str) -> str:
    table = words(language)
    home = "/en/" if language == EN else "/"
    other = VI if language == EN else EN
    return (
        f'<header class="bar"><a class="skip" href="#question">{html.escape(table["skip"])}</a>'
        f'<a class="brand" href="{home}">danchung</a><span class="tagline">{html.escape(table["tagline"])}</span>'
        f'<a class="language" href="/lang/{other}" lang="{other}" hreflang="{other}">'
        f"{html.escape(table['other_language'])}</a></header>"
        f'<noscript><p class="no-script">{html.escape(table["no_script"])}</p></noscript>'
    )
