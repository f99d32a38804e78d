"""What the routes share: the service, and threads to wait in for it."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import Request
from starlette.responses import Response, StreamingResponse

from rag.errors import RagError
from rag.server.errors import RefusalError, error_json, hide_places, tell
from rag.server.logs import describe_error
from rag.server.metrics import Metrics
from rag.server.settings import ServerSettings
from rag.serving import Service

T = TypeVar("T")
#: Puts an event into a stream: its name, and a value to be written as JSON.
Emit = Callable[[str, Any], None]

_EVENT_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every route needs. Questions, uploads and the rest wait in threads of their own, so none stops another.

    The service itself decides how many questions run and wait; the threads are only where the waiting is done.
    """

    service: Service
    settings: ServerSettings
    metrics: Metrics
    asking: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(96))
    writing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(256))
    reading: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(16))
    fetching: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(4))

    async def read(self, work: Callable[[], T]) -> T:
        """Do what only reads in a thread."""
        return await anyio.to_thread.run_sync(work, limiter=self.reading)

    async def fetch(self, work: Callable[[], T]) -> T:
        """Fetch a whole report in a thread: a few at once, for one may take much memory and time."""
        return await anyio.to_thread.run_sync(work, limiter=self.fetching)

    async def write(self, work: Callable[[], T]) -> T:
        """Do what changes the library in a thread; it goes on when nobody waits for it any more."""
        return await anyio.to_thread.run_sync(work, limiter=self.writing, abandon_on_cancel=True)

    async def ask(self, work: Callable[[], T]) -> T:
        """Ask in a thread."""
        return await anyio.to_thread.run_sync(work, limiter=self.asking, abandon_on_cancel=True)

    def state(self) -> dict[str, Any]:
        """Write what the service has and does."""
        state = self.service.state()
        return {
            "ready": state.ready,
            "problem": None if state.problem is None else hide_places(state.problem, self.settings),
            "documents": state.n_documents,
            "passages": state.n_passages,
            "vectors": state.n_vectors,
            "snapshot": state.snapshot,
            "embedder": state.embedder,
            "reranker": state.reranker,
            "notes": [hide_places(note, self.settings) for note in state.notes],
            "running": state.running,
            "waiting": state.waiting,
            "uploading": state.uploading,
        }


def client_of(request: Request) -> str:
    """Name who asks, as far as it is known."""
    return request.client.host if request.client else "unknown"


def wants_events(request: Request) -> bool:
    """Say whether the answer is to come as server-sent events."""
    return "text/event-stream" in request.headers.get("accept", "")


async def stay(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Wait for work as long as the client does. Raises RefusalError once it has gone."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_wait_until_gone(request))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusalError(503, "ClientGoneError", "the client has gone")
        return task.result()
    finally:
        for one in (task, gone):
            if not one.done():
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


#: What runs for an answer that streams; the event loop itself keeps no hold of a task.
_RUNNING: set[asyncio.Task[None]] = set()


def stream_events(
    desk: Desk, work: Callable[[Emit], Coroutine[Any, Any, None]], *, on_crash: Callable[[dict[str, object]], None]
) -> Response:
    """Answer with the events that work emits, as they come, and a comment whenever nothing came for a while.

    work runs in the event loop; emit may be called from any thread. An error ends the stream as ``event: error``.
    It begins at once, so that what it holds is let go of even where nobody listens.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def emit(name: str, value: Any) -> None:
        with suppress(RuntimeError):  # the server has stopped
            loop.call_soon_threadsafe(queue.put_nowait, write_event(name, value))

    async def run() -> None:
        try:
            await work(emit)
        except RagError as exc:
            emit("error", error_json(type(exc).__name__, tell(exc, desk.settings)))
        except Exception as exc:  # noqa: BLE001 - the answer has begun: the stream says it, the log says where
            on_crash(describe_error(exc))
            emit("error", error_json("InternalError", "internal error; the server's log has more"))
        finally:
            loop.call_soon(queue.put_nowait, None)

    task = asyncio.create_task(run())
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    return StreamingResponse(
        _write_events(queue, task, desk.settings.heartbeat_s), media_type="text/event-stream", headers=_EVENT_HEADERS
    )


async def _write_events(
    queue: asyncio.Queue[bytes | None], task: asyncio.Task[None], heartbeat_s: float
) -> AsyncIterator[bytes]:
    try:
        yield b": open\n\n"
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), heartbeat_s)
            except TimeoutError:
                yield b": waiting\n\n"
                continue
            if event is None:
                return
            yield event
    finally:
        task.cancel()


def write_event(name: str, value: Any) -> bytes:
    """Write one server-sent event; JSON holds no line ends, so its data is one line."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {data}\n\n".encode("utf-8", "replace")


def later(work: Callable[..., T], *values: Any, **named: Any) -> Callable[[], T]:
    """Bind a call's arguments, to be made in a thread."""
    return functools.partial(work, *values, **named)
