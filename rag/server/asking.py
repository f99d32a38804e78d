"""Questions and answers: ask, retrieve, an answer given before, votes, examples."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Path, Query, Request
from starlette.responses import Response

from rag.feedback import VotedAnswer
from rag.server.answers import AnswerOut, ExamplesOut, HitsOut, VoteOut, VotesOut
from rag.server.describing import describe, event_stream
from rag.server.desk import Desk, Emit, client_of, later, stay, stream_events, wants_events
from rag.server.errors import JsonAnswer, RefusalError
from rag.server.schemas import AskIn, RetrieveIn, VoteIn
from rag.types import Answer, Step, Vote
from rag.wire import answer_json, hit_json

logger = logging.getLogger(__name__)

AnswerId = Annotated[str, Path(max_length=200, description="The id that /v1/ask gave with the answer.")]
_STREAM = event_stream(
    "event: step (searching, reading, writing, checked), then event: text, then event: answer with the whole object; "
    "or event: error",
    'event: step\ndata: {"step":"searching"}\n\nevent: text\ndata: {"text":"… [1]"}\n\nevent: answer\ndata: {…}\n\n',
)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILES = {
    "text/markdown": {"schema": {"type": "string"}},
    _DOCX: {"schema": {"type": "string", "format": "binary"}},
}


def _vote_json(voted: VotedAnswer) -> dict[str, Any]:
    written = asdict(voted)
    return written | {"citations": json.loads(written.pop("citations_json"))}


async def require_json(request: Request) -> None:
    """Refuse a body that does not call itself JSON: a form of another site could send it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusalError(
            415, "UnsupportedMediaTypeError", "the body must be JSON; send it with Content-Type: application/json"
        )


def log_crash(request: Request, error: dict[str, object]) -> None:
    """Write down that an answer broke off after it had begun."""
    fields = {"message": "an answer broke off", "request_id": request.scope["state"]["request_id"], "error": error}
    logger.error("an answer broke off", extra={"fields": fields})


def add_asking_routes(app: FastAPI, desk: Desk) -> None:
    """Add the routes."""
    service = desk.service

    @app.post(
        "/v1/ask",
        operation_id="ask",
        summary="Answer a question with exact citations, or abstain and say why",
        tags=["questions"],
        dependencies=[Depends(require_json)],
        responses=describe(AnswerOut, 404, 408, 413, 415, 422, 429, more=_STREAM),
    )
    async def ask(request: Request, body: AskIn) -> Response:
        filters = body.filters.value()
        history = [turn.value() for turn in body.history]

        async def answer(on_step: Any = lambda step: None) -> Answer:
            return await desk.ask(
                later(
                    service.ask,
                    body.question,
                    top_k=body.top_k,
                    filters=filters,
                    history=history,
                    min_confidence=body.min_confidence,
                    client=client_of(request),
                    on_step=on_step,
                )
            )

        async def write(emit: Emit) -> None:
            def tell_step(step: Step) -> None:
                emit("step", {"step": step.value})

            given = await answer(tell_step)
            emit("text", {"text": given.text})
            emit("answer", answer_json(given))

        if wants_events(request):
            return stream_events(desk, write, on_crash=lambda error: log_crash(request, error))
        return JsonAnswer(answer_json(await stay(request, answer())))

    @app.post(
        "/v1/retrieve",
        operation_id="retrieve",
        summary="Find the passages that bear on a question",
        tags=["questions"],
        dependencies=[Depends(require_json)],
        responses=describe(HitsOut, 404, 408, 413, 415, 422, 429),
    )
    async def retrieve(request: Request, body: RetrieveIn) -> Response:
        filters = body.filters.value()
        work = later(service.retrieve, body.question, top_k=body.top_k, filters=filters, client=client_of(request))
        hits = await stay(request, desk.ask(work))
        return JsonAnswer({"question": body.question, "hits": [hit_json(hit) for hit in hits]})

    @app.get(
        "/v1/answers/{answer_id}",
        operation_id="answer",
        summary="An answer that was given lately",
        tags=["questions"],
        responses=describe(AnswerOut, 404, 422, 429),
    )
    async def answer_given(answer_id: AnswerId) -> Response:
        return JsonAnswer(answer_json(service.answer(answer_id)))

    @app.get(
        "/v1/answers/{answer_id}/export",
        operation_id="export",
        summary="An answer with footnotes, to be kept",
        tags=["questions"],
        response_class=Response,
        responses=describe(None, 404, 422, 429, more=_FILES),
    )
    async def export(
        answer_id: AnswerId,
        format: Annotated[Literal["md", "docx"], Query(description="Markdown or Word.")] = "md",  # noqa: A002
    ) -> Response:
        from rag.answer.export import to_docx, to_markdown

        given = service.answer(answer_id)
        headers = {"Content-Disposition": f'attachment; filename="answer.{format}"'}
        if format == "docx":
            return Response(await desk.read(later(to_docx, given)), media_type=_DOCX, headers=headers)
        text = to_markdown(given).encode("utf-8", "replace")
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)

    @app.post(
        "/v1/answers/{answer_id}/vote",
        operation_id="vote",
        summary="Say whether an answer was good; kept in the library",
        tags=["questions"],
        dependencies=[Depends(require_json)],
        responses=describe(VoteOut, 404, 408, 409, 413, 415, 422, 429),
    )
    async def vote(answer_id: AnswerId, body: VoteIn) -> Response:
        await desk.write(later(service.vote, answer_id, Vote(body.vote), comment=body.comment))
        return JsonAnswer({"answer_id": answer_id, "vote": body.vote})

    @app.get(
        "/v1/feedback",
        operation_id="feedback",
        summary="All votes, with question, answer and snapshot",
        tags=["questions"],
        responses=describe(VotesOut, 409, 429),
    )
    async def feedback() -> Response:
        votes = await desk.read(service.votes)
        return JsonAnswer({"votes": [_vote_json(voted) for voted in votes]})

    @app.get(
        "/v1/examples",
        operation_id="examples",
        summary="Questions that the library answers",
        tags=["questions"],
        responses=describe(ExamplesOut, 422, 429),
    )
    async def examples(
        language: Annotated[Literal["vi", "en"], Query(description="The language they are asked in.")] = "vi",
        n: Annotated[int, Query(ge=1, le=50, description="How many.")] = 6,
    ) -> Response:
        return JsonAnswer({"examples": await desk.read(later(service.examples, language, n))})
