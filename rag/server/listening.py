"""A uvicorn server that waits for nobody's headers for ever, and stops without breaking off an answer."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from rag.errors import BusyError, UsageError
from rag.server.settings import ServerSettings

logger = logging.getLogger(__name__)

_KEEP_ALIVE_S = 5
_MAX_HEADER_BYTES = 32 * 1024
_BACKLOG = 512
#: Open files that belong to no request: the library's, the reading processes'. An upload has two beside its own.
_OTHER_FILES = 256


def open_socket(host: str, port: int) -> socket.socket:
    """Listen on an address. Raises BusyError where the port is taken, UsageError where the address cannot be."""
    name = host.strip("[]")
    try:
        found = socket.getaddrinfo(name or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        opened = socket.create_server((str(address[0]), port), family=family, backlog=_BACKLOG)
        # asyncio turns off Nagle's delay (40 ms an answer) only where a socket says that it is TCP.
        return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=opened.detach())
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise BusyError(
                f"port {port} on {host} is taken by another program; name another one, such as --port {_next(port)}, "
                "or --port 0 for any that is free"
            ) from exc
        if exc.errno in (errno.EACCES, errno.EPERM):
            raise UsageError(f"port {port} may not be opened by this user; name one above 1023 with --port") from exc
        raise UsageError(
            f"--host {host} is no address of this machine; allowed: 127.0.0.1 for this machine alone, 0.0.0.0 for all "
            "that reach it, or one of its own addresses"
        ) from exc


def _next(port: int) -> int:
    return port + 1 if port < 65535 else port - 1


def address_of(listening: socket.socket) -> str:
    """Give the address a person opens in a browser."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


class Protocol(H11Protocol):
    """HTTP/1.1 with a deadline for the headers of every request, one for whoever reads an answer, and a bound on both.

    An answer that a client stops reading would otherwise stay in memory for as long as it likes.
    """

    header_timeout_s = 10.0
    read_timeout_s = 30.0
    max_connections = 1024

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            transport.abort()
            return
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait_for_headers()
        else:
            self._forget_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        self._forget_unread()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        self._forget_unread()
        super().resume_writing()

    def _watch_reader(self) -> None:
        """Give up a client that takes nothing of what is ready for it."""
        left = self.transport.get_write_buffer_size()

        def look() -> None:
            if self.transport.get_write_buffer_size() < left:
                self._watch_reader()
            else:
                self.transport.abort()

        self._unread = self.loop.call_later(self.read_timeout_s, look)

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wait_for_headers(self) -> None:
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self.header_timeout_s, self._give_up)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.abort()


class Server(uvicorn.Server):
    """Tells when it listens, and on stopping ends what would never end by itself."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logger.info("stopping: what is being answered or written is finished")
        self._app.state.stopping.event.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM. Unlike uvicorn's own, it does not raise them anew: to stop is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, known in before.items():
                signal.signal(number, known)


def _most_connections(wanted: int) -> int:
    """Give how many connections there may be beside all other files that are open; raises the soft limit on these."""
    try:
        import resource
    except ImportError:  # not on this system
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 2 * wanted + _BACKLOG + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if allowed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, min(wanted, (max(allowed, soft) - _OTHER_FILES) // 2))


def make_server(app: FastAPI, settings: ServerSettings, *, on_started: Callable[[], None]) -> Server:
    """Make a server for one socket."""

    class Limited(Protocol):
        header_timeout_s = settings.header_timeout_s
        read_timeout_s = settings.read_timeout_s
        max_connections = _most_connections(2 * settings.max_requests)

    config = uvicorn.Config(
        app,
        http=Limited,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=max(1, round(settings.graceful_s)),
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
        backlog=_BACKLOG,
    )
    return Server(config, app, on_started)


def run(
    app: FastAPI,
    settings: ServerSettings,
    *,
    listening: socket.socket | None = None,
    on_started: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what was begun. listening: a socket that is open already."""
    own = listening or open_socket(settings.host, settings.port)
    try:
        make_server(app, settings, on_started=on_started).run([own])
    finally:
        own.close()
