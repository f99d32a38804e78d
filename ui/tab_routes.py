"""What the tabs' scripts fetch: their words, question sets and runs. All under ``/ui/``."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from rag.errors import EvaluationError, NotFoundError, RagError, ServiceError, UsageError
from rag.serving import Service
from ui.run_view import Json, Verdict, read_page, show_run
from ui.tab_words import tab_words

logger = logging.getLogger(__name__)

LANGUAGES = ("vi", "en")
#: What can be downloaded of a run.
_DOWNLOADS = {
    "results.jsonl": "application/x-ndjson",
    "summary.json": "application/json",
    "threshold.svg": "image/svg+xml",
}
_TELL_EVERY_S = 0.3
_FRESH = {"Cache-Control": "no-cache"}


class EvaluationRequest(BaseModel):
    """Which question set to run. limit: its first questions only. thresholds: also what each threshold would do."""

    model_config = ConfigDict(extra="forbid")

    set: str = Field(max_length=100)
    limit: int | None = Field(default=None, ge=1, le=1_000_000)
    thresholds: bool = False


def tab_routes(app: FastAPI, service: Service) -> None:
    """Add the routes of both tabs. To be called before the assets' ``/ui/{name}`` and the chat, which take all else."""
    router = APIRouter(prefix="/ui", include_in_schema=False)
    _add_words(router, service)
    _add_question_sets(router, service)
    _add_runs(router, service)
    app.include_router(router)


def _add_words(router: APIRouter, service: Service) -> None:
    @router.get("/tabs/words/{language}.json")
    async def give_words(language: str) -> Response:
        if language not in LANGUAGES:
            raise NotFoundError(f"no words in {language[:10]!r}; there are vi and en")
        return JSONResponse(
            {"words": tab_words(language), "max_upload_mb": service.limits.max_upload_mb}, headers=_FRESH
        )


def _add_question_sets(router: APIRouter, service: Service) -> None:
    @router.get("/question-sets")
    def list_question_sets() -> Json:
        return {"sets": [asdict(known) for known in service.question_sets()]}

    @router.post("/question-sets")
    async def add_question_set(
        request: Request, name: Annotated[str, Query(max_length=500)] = "questions.jsonl"
    ) -> Json:
        data = await request.body()
        return asdict(await run_in_threadpool(service.add_question_set, data, name))


def _add_runs(router: APIRouter, service: Service) -> None:
    @router.post("/evaluations")
    async def run_evaluation(asked: EvaluationRequest, request: Request) -> Response:
        events = stream_evaluation(service, asked, request)
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @router.get("/runs")
    def list_runs() -> Json:
        return {"runs": [asdict(card) for card in service.runs()]}

    @router.get("/runs/{key}")
    def give_run(key: str) -> Json:
        folder = service.run_folder(key)
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        name = next((card.name for card in service.runs() if card.key == key), key)
        return {"key": key, "name": name, **show_run(summary, folder / "results.jsonl")}

    @router.get("/runs/{key}/questions")
    def give_questions(
        key: str, verdict: Verdict | None = None, page: Annotated[int, Query(ge=0, le=1_000_000)] = 0
    ) -> Json:
        folder = service.run_folder(key)
        return read_page(folder / "results.jsonl", folder / "expected.jsonl", verdict=verdict, page=page)

    @router.get("/runs/{key}/{name}")
    def download(key: str, name: str) -> Response:
        if name not in _DOWNLOADS:
            raise NotFoundError(f"no such file; a run has {' and '.join(_DOWNLOADS)}")
        path = service.run_folder(key) / name
        if not path.exists():
            raise NotFoundError(f"this run has no {name}; run the set again with thresholds")
        return FileResponse(path, media_type=_DOWNLOADS[name], filename=f"{key}-{name}", headers=_FRESH)


async def stream_evaluation(service: Service, asked: EvaluationRequest, request: Request) -> AsyncIterator[str]:
    """Run a set and tell how far it is. Whoever leaves stops it: a run that nobody waits for keeps nobody else out."""
    stop = threading.Event()
    reached = [0, 0]

    def note(done: int, n: int) -> None:
        reached[:] = done, n

    run = partial(
        service.evaluate,
        asked.set,
        limit=asked.limit,
        thresholds=asked.thresholds,
        progress=note,
        should_stop=stop.is_set,
    )
    task = asyncio.create_task(run_in_threadpool(run))
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_TELL_EVERY_S)
            if await request.is_disconnected():
                return
            yield _event("progress", {"done": reached[0], "n": reached[1]})
        yield _outcome(task)
    finally:
        stop.set()
        task.add_done_callback(_forget)


def _outcome(task: asyncio.Task[object]) -> str:
    error = task.exception()
    if error is None:
        run = task.result()
        return _event("done", {"run": getattr(run, "key", "")})
    if not isinstance(error, RagError):
        logger.error("an evaluation failed: %s", type(error).__name__)
    # The others name folders of this machine; the script has words for them.
    is_told = isinstance(error, (EvaluationError, UsageError, ServiceError))
    return _event("error", {"type": type(error).__name__, "message": str(error) if is_told else ""})


def _forget(task: asyncio.Task[object]) -> None:
    """Take note of how a run ended that nobody waits for any more."""
    if not task.cancelled():
        task.exception()


def _event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
