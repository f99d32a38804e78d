"""Servers to ask: ``rag serve`` as a process of its own, or the same application in a thread of the tests."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from rag.engine import Engine
from rag.server import ServerSettings, create_app, open_socket
from rag.server.listening import Server, address_of, make_server
from rag.serving import Service, ServiceLimits
from tests.commands import RAG, make_environment
from tests.fakes import WordEmbedder

PATIENCE_S = 60.0


def wait_until(is_so: Any, *, what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so. Raises AssertionError naming it where it never is."""
    until = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < until, f"never came: {what}"
        time.sleep(0.02)


@dataclass
class RunningServer:
    """A ``rag serve`` that is up. url: without a slash at its end. log: what it wrote to stderr."""

    process: subprocess.Popen[bytes]
    url: str
    output: Path
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def log_lines(self) -> list[dict[str, Any]]:
        """Read the log: every line is one JSON object."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def run_server(
    *arguments: object, cache: Path, environment: Mapping[str, str] | None = None, ready: bool = True
) -> Iterator[RunningServer]:
    """Start ``rag serve`` on a free port and wait until questions can be asked.

    arguments: as on the command line, after ``serve --port 0``. cache: takes the place of the user's own.
    """
    cache.mkdir(parents=True, exist_ok=True)
    output, log = cache / "serve.out", cache / "serve.log"
    with output.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            [*RAG, "serve", "--port", "0", *map(str, arguments)],
            stdout=out,
            stderr=err,
            env=make_environment(cache, **(environment or {})),
            cwd=cache,
        )
    try:
        wait_until(
            lambda: output.read_text(encoding="utf-8").endswith("\n") or process.poll() is not None,
            what="the address of the server",
        )
        assert process.poll() is None, log.read_text(encoding="utf-8")
        server = RunningServer(process, output.read_text(encoding="utf-8").split()[0], output, log)
        if ready:
            wait_until(
                lambda: httpx.get(f"{server.url}/readyz", timeout=PATIENCE_S).status_code == 200, what="readiness"
            )
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class GatedEmbedder(WordEmbedder):
    """Answers a question only once its gate is open; it begins open."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.gate = threading.Event()
        self.gate.set()
        self.n_held = 0
        self._lock = threading.Lock()

    def embed_query(self, text: str) -> Any:
        if not self.gate.is_set():
            with self._lock:
                self.n_held += 1
            assert self.gate.wait(PATIENCE_S), "the gate was never opened"
        return super().embed_query(text)


@dataclass
class Local:
    """A server in a thread of this process. client: calls it as a program would."""

    url: str
    service: Service
    settings: ServerSettings
    app: Any
    server: Server
    thread: threading.Thread
    client: httpx.Client = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Stop it as SIGTERM would, and wait until it has."""
        self.server.should_exit = True
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


@contextmanager
def serve_locally(
    library: Path,
    *,
    embedder: WordEmbedder | None = None,
    engine: Engine | None = None,
    limits: ServiceLimits | None = None,
    warm: bool = True,
    mount: Any = None,
    token: str | None = None,
    **settings: Any,
) -> Iterator[Local]:
    """Serve a library in a thread. engine: one that has it open. mount: is given app and service, to add the chat.

    settings: of the server.
    """
    engine = engine or Engine(library, embedder=embedder or WordEmbedder())
    service = Service(engine, limits=limits or ServiceLimits())
    told = ServerSettings(port=0, token=token, library=library, **settings)
    app = create_app(service, told)
    if mount is not None:
        mount(app, service)
    started = threading.Event()
    with closing(open_socket(told.host, 0)) as listening:
        server = make_server(app, told, on_started=started.set)
        thread = threading.Thread(target=server.run, args=([listening],), name="server", daemon=True)
        thread.start()
        assert started.wait(PATIENCE_S)
        if warm:
            service.warm()
        url = address_of(listening)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(base_url=url, timeout=PATIENCE_S, headers=headers) as client:
            local = Local(url, service, told, app, server, thread, client)
            try:
                yield local
            finally:
                if embedder is not None and isinstance(embedder, GatedEmbedder):
                    embedder.gate.set()
                client.close()
                local.stop()


def read_events(text: str) -> list[tuple[str, Any]]:
    """Read server-sent events: name and value. Comments are left out."""
    events = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith(":")]
        if lines:
            name, data = lines
            events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def error_of(response: httpx.Response) -> tuple[int, str]:
    """Give status and kind of an error, which must have the one form of all errors."""
    body = response.json()
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"type", "message"}
    assert body["error"]["message"]
    return response.status_code, body["error"]["type"]


__all__ = [
    "GatedEmbedder",
    "Local",
    "RunningServer",
    "error_of",
    "read_events",
    "run_server",
    "serve_locally",
    "wait_until",
]
