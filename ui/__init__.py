"""The chat: a Gradio page over the service, in Vietnamese and in English, and the pages of the reports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.serving import Service

#: System fonts only: nothing is fetched from elsewhere, and Vietnamese diacritics are set by fonts that know them.
_SANS = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
_MONO = ["ui-monospace", "DejaVu Sans Mono", "Liberation Mono", "monospace"]


def mount(app: FastAPI, service: Service) -> None:
    """Add the chat to an app that has all its own routes: Vietnamese at "/", English at "/en", reports at "/read"."""
    # Looked at when Gradio is imported: it would ask its makers for its newest version.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # After every event it would sum up its own use in tables of pandas, for a page that is not served here.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
    import gradio as gr

    from ui.app import build_chat
    from ui.kept import KeptTalks
    from ui.page import Page
    from ui.routes import add_routes
    from ui.tab_routes import tab_routes

    tab_routes(app, service)
    add_routes(app, service)
    kept = KeptTalks()
    for path, language in (("/en", "en"), ("/", "vi")):
        gr.mount_gradio_app(
            app,
            build_chat(service, kept, language),
            path=path,
            theme=gr.themes.Base(font=_SANS, font_mono=_MONO),
            show_error=False,
            ssr_mode=False,
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            mcp_server=False,
            allowed_paths=[],
            max_file_size=1,
        )
        route = app.router.routes[-1]
        route.app = Page(route.app, language=language, at=path)  # type: ignore[attr-defined]
