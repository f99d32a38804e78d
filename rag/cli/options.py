"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rag.types import Filters, PartKind

LibraryOption = Annotated[
    Path | None, typer.Option("--library", help="The library's folder; default $RAG_LIBRARY, else ./library.")
]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", help="Ask this folder (or file) itself; its library is kept in the user's cache."),
]
EmbedderOption = Annotated[
    str | None, typer.Option("--embedder", help="A name in models.yaml, or the folder of a model.")
]
RerankerOption = Annotated[
    str | None,
    typer.Option("--reranker", help="Order the first passages by this: a name in models.yaml, or a model's folder."),
]
FirstStageOption = Annotated[
    bool, typer.Option("--first-stage-only", help="Leave the passages in the order of the channels' scores.")
]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        min=0,
        max=1,
        help="Withhold answers less likely to be right, 0 to 1; default: the value tuned on questions over reports.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
DocumentOption = Annotated[list[str] | None, typer.Option("--document", help="Only this document; may be repeated.")]
DateFromOption = Annotated[str | None, typer.Option("--date-from", help="Only reports from this date on: 2023-07-01.")]
DateToOption = Annotated[str | None, typer.Option("--date-to", help="Only reports up to this date: 2023-12.")]
PeriodOption = Annotated[
    str | None,
    typer.Option("--period", help="Only reports for this period: 2023, 2023-Q3, '6 tháng đầu năm 2023'."),
]
PlaceOption = Annotated[str | None, typer.Option("--place", help="Only reports on this place: 'Quế Phong'.")]
OrganisationOption = Annotated[
    str | None, typer.Option("--organisation", help="Only reports by this body, or words of its name: 'UBND huyện'.")
]
KindOption = Annotated[
    list[PartKind] | None,
    typer.Option("--kind", case_sensitive=False, help="Only passages of this kind; may be repeated."),
]


class Generator(StrEnum):
    """What writes the answer."""

    EXTRACTIVE = "extractive"


def read_filters(
    *,
    document: list[str] | None,
    date_from: str | None,
    date_to: str | None,
    period: str | None,
    place: str | None,
    organisation: str | None,
    kind: list[PartKind] | None,
) -> Filters | None:
    """Read the filters that were given; None where there are none. An empty one is given, and refused."""
    typed = (date_from, date_to, period, place, organisation)
    if not document and not kind and all(value is None for value in typed):
        return None
    from rag.filters import make_filters

    date_from, date_to, period, place, organisation = (value if value is None else to_unicode(value) for value in typed)
    return make_filters(
        documents=[to_unicode(doc_id) for doc_id in document or ()],
        date_from=date_from,
        date_to=date_to,
        period=period,
        place=place,
        organisation=organisation,
        kinds=kind or (),
    )


def to_unicode(argument: str) -> str:
    """Read an argument as UTF-8 where the locale (LC_ALL=C) left its bytes escaped; a broken byte becomes U+FFFD.

    Not for paths: they are opened under the very bytes that were given.
    """
    try:
        return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return argument
