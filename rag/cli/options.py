"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rag.types import Filters

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
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
DocumentOption = Annotated[list[str] | None, typer.Option("--document", help="Only this document; may be repeated.")]
DateFromOption = Annotated[str | None, typer.Option("--date-from", help="Only reports from this date on: 2023-07-01.")]
DateToOption = Annotated[str | None, typer.Option("--date-to", help="Only reports up to this date: 2023-12.")]
PlaceOption = Annotated[str | None, typer.Option("--place", help="Only reports on this place: 'Quế Phong'.")]


class Generator(StrEnum):
    """What writes the answer."""

    EXTRACTIVE = "extractive"


def read_filters(
    document: list[str] | None, date_from: str | None, date_to: str | None, place: str | None
) -> Filters | None:
    """Read the filters that were given; None where there are none."""
    if not (document or date_from or date_to or place):
        return None
    from rag.filters import make_filters

    return make_filters(
        documents=[to_unicode(doc_id) for doc_id in document or ()],
        date_from=date_from,
        date_to=date_to,
        place=to_unicode(place) if place else None,
    )


def to_unicode(argument: str) -> str:
    """Read an argument as UTF-8 where the locale (LC_ALL=C) left its bytes escaped; a broken byte becomes U+FFFD.

    Not for paths: they are opened under the very bytes that were given.
    """
    try:
        return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return argument
