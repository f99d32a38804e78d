"""Reports: listed, fetched, corrected, removed; their original files."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Depends, FastAPI, Path, Query, Request
from starlette.responses import Response

from rag.errors import NotFoundError
from rag.server.answers import CardOut, CardsOut, CorrectedOut, DocumentOut, RemovedOut
from rag.server.asking import require_json
from rag.server.describing import describe
from rag.server.desk import Desk, later, stay
from rag.server.errors import JsonAnswer, RefusalError
from rag.server.schemas import CorrectionsIn
from rag.types import DocumentCard, Part, Passage
from rag.wire import card_json

DocId = Annotated[
    str, Path(max_length=2000, description="As GET /v1/documents lists it; slashes may stand as they are or as %2F.")
]
#: Shown by a browser without ever running anything; everything else is saved.
_SHOWN = frozenset({"application/pdf", "text/plain; charset=utf-8"})
_TABLE = {"text/csv": {"schema": {"type": "string"}}}


def add_document_routes(app: FastAPI, desk: Desk) -> None:
    """Add the routes. Sending files is in ``uploading``."""
    service = desk.service

    def find_card(doc_id: str) -> DocumentCard:
        for card in service.documents():
            if card.id == doc_id:
                return card
        raise NotFoundError(f"no document {doc_id[:200]!r}; GET /v1/documents lists them")

    def fetch(doc_id: str) -> dict[str, Any]:
        document = service.document(doc_id)
        passages = service.passages(doc_id)
        return card_json(find_card(doc_id)) | {
            "text": document.text,
            "passages": [_passage_json(passage) for passage in passages],
            "parts": [_part_json(part) for part in document.parts],
        }

    @app.get(
        "/v1/documents",
        operation_id="documents",
        summary="All reports, as JSON or as a table a person can correct",
        tags=["reports"],
        responses=describe(CardsOut, 422, 429, more=_TABLE),
    )
    async def documents(
        request: Request,
        format: Annotated[  # noqa: A002 - the word of the query
            Literal["json", "csv"] | None, Query(description="Also by 'Accept: text/csv'.")
        ] = None,
    ) -> Response:
        accepts_csv = format is None and request.headers.get("accept", "").startswith("text/csv")
        if format == "csv" or accepts_csv:
            table = await desk.read(service.documents_csv)
            headers = {"Content-Disposition": 'attachment; filename="documents.csv"'}
            return Response(table.encode("utf-8", "replace"), media_type="text/csv", headers=headers)
        return JsonAnswer({"documents": [card_json(card) for card in await desk.read(service.documents)]})

    @app.patch(
        "/v1/documents",
        operation_id="correctFromTable",
        summary="Correct reports by the table that GET gives with format=csv",
        tags=["reports"],
        responses=describe(CorrectedOut, 404, 408, 409, 413, 415, 422, 429),
        openapi_extra={"requestBody": {"required": True, "content": _TABLE}},
    )
    async def correct_from_table(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
            raise RefusalError(
                415, "UnsupportedMediaTypeError", "the body must be a table; send it with Content-Type: text/csv"
            )
        try:
            text = (await request.body()).decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise RefusalError(422, "RequestError", "the table is not UTF-8; save it as 'CSV UTF-8'") from exc
        return JsonAnswer({"corrected": list(await desk.write(later(service.correct_from_csv, text)))})

    @app.get(
        "/v1/documents/{doc_id:path}",
        operation_id="document",
        summary="One report: its frozen text, its passages and parts",
        tags=["reports"],
        responses=describe(DocumentOut, 404, 422, 429),
    )
    async def document(request: Request, doc_id: DocId) -> Response:
        return JsonAnswer(await stay(request, desk.fetch(later(fetch, doc_id))))

    @app.patch(
        "/v1/documents/{doc_id:path}",
        operation_id="correct",
        summary="Correct what a report says of itself; survives re-indexing",
        tags=["reports"],
        dependencies=[Depends(require_json)],
        responses=describe(CardOut, 404, 408, 409, 413, 415, 422, 429),
    )
    async def correct(doc_id: DocId, body: CorrectionsIn) -> Response:
        fields = body.model_dump(exclude_unset=True)
        if not fields:
            raise RefusalError(422, "RequestError", "nothing to correct; name a field, such as number or date")
        await desk.write(later(service.correct, {doc_id: fields}))
        return JsonAnswer(card_json(await desk.read(later(find_card, doc_id))))

    @app.delete(
        "/v1/documents/{doc_id:path}",
        operation_id="remove",
        summary="Take a report out of the library; the file it was read from stays",
        tags=["reports"],
        responses=describe(RemovedOut, 404, 409, 422, 429),
    )
    async def remove(doc_id: DocId) -> Response:
        return JsonAnswer({"removed": list(await desk.write(later(service.remove, doc_id)))})

    @app.get(
        "/v1/originals/{doc_id:path}",
        operation_id="original",
        summary="The file a report was read from, as long as its bytes are still those that were read",
        tags=["reports"],
        response_class=Response,
        responses=describe(None, 404, 422, 429, more={"*/*": {"schema": {"type": "string", "format": "binary"}}}),
    )
    async def original(request: Request, doc_id: DocId) -> Response:
        found = await stay(request, desk.fetch(later(service.original, doc_id)))
        shown = "inline" if found.media_type in _SHOWN else "attachment"
        name = quote(found.name.encode("utf-8", "replace"), safe="")
        headers = {"Content-Disposition": f"{shown}; filename*=utf-8''{name}"}
        return Response(found.data, media_type=found.media_type, headers=headers)


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "id": passage.id,
        "start": passage.start,
        "end": passage.end,
        "kind": passage.kind.value,
        "page": passage.page,
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {"kind": part.kind.value, "start": part.start, "end": part.end, "page": part.page}
