"""A question on its way: the service works in a thread, the page hears of every step."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.types import Answer, Filters, Step, Turn

if TYPE_CHECKING:
    from rag.serving import Service

logger = logging.getLogger(__name__)

Told = Step | Answer | Exception


class _StoppedError(Exception):
    """The reader no longer waits for the answer."""


async def follow_question(
    service: Service, question: str, *, filters: Filters | None, history: Sequence[Turn], client: str
) -> AsyncGenerator[Told, None]:
    """Ask, and yield every step, then the answer, or what went wrong.

    Closing the iterator stops the work before its next step. A thread of its own waits for each question: the
    service decides how many run and how many may wait.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Told] = asyncio.Queue()
    is_left = threading.Event()

    def tell(what: Told) -> None:
        # The loop is gone where the server has stopped meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(told.put_nowait, what)

    def on_step(step: Step) -> None:
        if is_left.is_set():
            raise _StoppedError
        tell(step)

    def work() -> None:
        try:
            tell(service.ask(question, filters=filters, history=history, client=client, on_step=on_step))
        except _StoppedError:
            pass
        except Exception as exc:  # noqa: BLE001 - whatever it is, the reader must be told that no answer comes
            logger.warning("a question of the chat failed: %s", type(exc).__name__)
            tell(exc)

    threading.Thread(target=work, name="question", daemon=True).start()
    try:
        while True:
            what = await told.get()
            yield what
            if not isinstance(what, Step):
                return
    finally:
        is_left.set()
