"""HTTP: routes ↔ Service, errors → statuses. No logic of its own; the chat is mounted on it by whoever starts it."""

from __future__ import annotations

from rag.server.app import create_app
from rag.server.listening import address_of, open_socket, run
from rag.server.logs import configure_logs
from rag.server.settings import ServerSettings

__all__ = ["ServerSettings", "address_of", "configure_logs", "create_app", "open_socket", "run"]
