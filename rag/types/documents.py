"""A report as it was read, its parts and passages, and what a list shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PartKind(StrEnum):
    """What a part of a report is, as far as its reader can tell."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    CAPTION = "caption"
    BYLINE = "byline"
    LETTERHEAD = "letterhead"


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, heading, table row … of a report.

    page: from 1, None where the format has no pages.
    box: left, bottom, right, top in points on that page, None where unknown.
    """

    kind: PartKind
    start: int
    end: int
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report as it was read.

    id: ``source/path`` with POSIX separators. sha256: of the file's bytes. reader: name and version of the
    reader, such as ``text/1``. dates: the report's own date first. parts: in text order, not overlapping.
    signer: who signed it. What it says of itself may have been corrected by a person; its text never is.
    """

    id: str
    title: str
    text: str
    language: str
    dates: tuple[str, ...]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    source: str
    sha256: str
    reader: str
    parts: tuple[Part, ...]
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """What a list of documents shows: a Document without its text.

    corrected: fields a person corrected, by name; read: what was read there instead.
    """

    id: str
    title: str
    language: str
    dates: tuple[str, ...]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    source: str
    sha256: str
    reader: str
    n_passages: int
    n_chars: int
    copy_of: str | None = None
    signer: str | None = None
    corrected: tuple[str, ...] = ()
    read: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of a report, or a piece of a long one cut at sentence ends. id: ``doc_id#start-end``."""

    id: str
    doc_id: str
    start: int
    end: int
    text: str
    kind: PartKind = PartKind.PARAGRAPH
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a passage inherits from its report; indexed as fields beside the passage's own text."""

    title: str
    lead: str = ""
    place: str | None = None
    organisation: str | None = None
    dates: tuple[str, ...] = ()
    period: str | None = None
    number: str | None = None
    type: str | None = None
