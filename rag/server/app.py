"""The application: routes of the API, and around them what every request goes through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from rag.server.asking import add_asking_routes
from rag.server.bodies import Bodies
from rag.server.chat_routes import ChatBodies
from rag.server.desk import Desk
from rag.server.docs_page import add_docs_route
from rag.server.documents import add_document_routes
from rag.server.errors import add_error_answers
from rag.server.guard import Guard
from rag.server.login import Login, Sessions
from rag.server.login_page import add_login_routes
from rag.server.metrics import Metrics
from rag.server.pages import Pages
from rag.server.requests_log import RequestsLog, Stopping
from rag.server.routing import Routing
from rag.server.sending import Sending
from rag.server.settings import ServerSettings
from rag.server.shelves import sweep_shelves
from rag.server.status import add_status_routes
from rag.server.uploading import add_upload_route
from rag.serving import Service

_ABOUT = (
    "Exact, cited answers from folders of reports. Every quote is verbatim: quote == text[start:end] of its document, "
    "in characters. Hỏi đáp có trích dẫn nguyên văn trên thư mục báo cáo."
)


def create_app(service: Service, settings: ServerSettings) -> FastAPI:
    """Make the application. The chat may be mounted on it afterwards; its routes then come after these.

    Closes the service when it is stopped.
    """

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(sweep_shelves, settings.temp_folder)
        yield
        await anyio.to_thread.run_sync(service.close)

    # The routes of another app's documentation load scripts from elsewhere; these have a page of their own.
    app = FastAPI(
        title="danchung",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=live,
    )
    desk = Desk(service, settings, Metrics())
    service.on_answer.append(desk.metrics.count_answer)
    sessions = Sessions(settings)
    app.state.stopping = Stopping()
    add_error_answers(app, settings)
    add_status_routes(app, desk)
    add_asking_routes(app, desk)
    add_upload_route(app, desk)
    add_document_routes(app, desk)
    add_login_routes(app, sessions, settings)
    add_docs_route(app)
    # What is added last stands outermost.
    app.add_middleware(Sending, most=settings.max_sending_bytes)
    app.add_middleware(ChatBodies)
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Login, settings=settings, sessions=sessions)
    app.add_middleware(Routing, routes=app)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Pages)
    app.add_middleware(RequestsLog, settings=settings, metrics=desk.metrics, stopping=app.state.stopping)
    return app
