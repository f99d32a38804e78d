"""What a format reader hands on: the frozen text and its parts, before anything is read from the words."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Part


@dataclass(frozen=True, slots=True)
class RawReport:
    """The text of one file. text is NFC and final; parts are in text order, not overlapping.

    title: one the format itself declares (an HTML h1 or title, docx properties), None where it has none.
    reader: name and version of the format reader, such as ``text/1``.
    """

    text: str
    parts: tuple[Part, ...]
    reader: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says of itself; see Document for the meaning of each field."""

    title: str
    language: str
    dates: tuple[str, ...]
    period: str | None
    place: str | None
    organisation: str | None
    number: str | None
    type: str | None
    parts: tuple[Part, ...]
    signer: str | None = None
