"""``rag serve``: the HTTP API and the chat, for this machine alone or, with a token, for others too."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.options import EmbedderOption, FromOption, LibraryOption, RerankerOption, ThresholdOption
from rag.cli.printing import bar, say, tell_skipped
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.serving import Service

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.1
#: Set before Gradio and the model libraries are imported: nothing they do leaves the machine or opens another door.
_ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_ALLOWED_PATHS": "",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def serve_command(
    *,
    library: LibraryOption = None,
    source: FromOption = None,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; others than this machine's own need $RAG_TOKEN.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes one that is free.")
    ] = 7860,
    embedder: EmbedderOption = None,
    reranker: RerankerOption = None,
    min_confidence: ThresholdOption = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A name the server is called by, with or without its port; may be repeated."),
    ] = None,
    no_chat: Annotated[bool, typer.Option("--no-chat", help="Only the HTTP API.")] = False,
    max_upload_mb: Annotated[int, typer.Option("--max-upload-mb", min=1, max=1000, help="Refuse larger files.")] = 50,
) -> None:
    """Serve the chat at /, the HTTP API at /v1 and its description at /docs."""
    os.environ.update(_ENVIRONMENT)
    from rag.engine import Engine
    from rag.server import ServerSettings, address_of, configure_logs, create_app, open_socket, run
    from rag.serving import Service, ServiceLimits

    if library is not None and source is not None:
        raise UsageError("--library and --from were both given; allowed: one of them. Leave one out")
    settings = ServerSettings(
        host=host,
        port=port,
        token=os.environ.get("RAG_TOKEN") or None,
        allow_hosts=tuple(allow_host or ()),
        max_upload_mb=max_upload_mb,
    )
    # Before anything is loaded or indexed: a port that is taken is told at once.
    with open_socket(host, port) as listening:
        engine = Engine.open(
            library,
            source=source,
            embedder=embedder,
            reranker=reranker,
            min_confidence=min_confidence,
            on_event=tell_skipped,
            on_embed=bar("embedding"),
        )
        service = Service(engine, limits=ServiceLimits(max_upload_mb=max_upload_mb))
        settings = settings.of_library(engine.path)
        app = create_app(service, settings)
        if not no_chat:
            import ui

            ui.mount(app, service)
        configure_logs()
        stopped = threading.Event()

        def start() -> None:
            for name, work in (
                ("warming", service.warm),
                ("telling", lambda: _tell(service, address_of(listening), stopped)),
            ):
                threading.Thread(target=work, name=name, daemon=True).start()

        try:
            run(app, settings, listening=listening, on_started=start)
        finally:
            stopped.set()


def _tell(service: Service, address: str, stopped: threading.Event) -> None:
    """Print the address once questions can be asked, and in the log what stands in the way until then."""
    told: str | None = "starting"
    while not (state := service.state()).ready:
        if state.problem != told:
            told = state.problem
            logger.warning("not ready: %s", told)
        if stopped.wait(_LOOK_EVERY_S):
            return
    say(f"{address}  (Ctrl-C stops it)")
    for text in state.notes:
        logger.info("%s", text)
