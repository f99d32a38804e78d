"""Document → everything that is stored of it: passages, tokens, fields, sketch. Pure."""

from __future__ import annotations

import hashlib
import re

from rag.copies import Sketch, sketch_runs
from rag.lexical import tokenise
from rag.split import split_document
from rag.store import NewDocument
from rag.text import fold
from rag.types import Document, PartKind

LEAD_CHARS = 400
_PERIOD = re.compile(r"(\d{4})-(?:H([12])|Q([1-4])|(\d{1,2})M|(\d\d))$")
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def prepare_document(document: Document, *, path: str, embedder: str, max_chars: int) -> NewDocument:
    """Prepare a document for the store. embedder: what tells its vectors from those of another."""
    passages = split_document(document, max_chars=max_chars)
    lead = find_lead(document)
    runs, figures = sketch_runs(document.text)
    return NewDocument(
        document=document,
        path=path,
        lead=lead,
        passages=passages,
        tokens=[tokenise(passage.text) for passage in passages],
        vector_keys=[
            hashlib.sha256(f"{embedder}\0{vector_input(document.title, passage.text)}".encode()).digest()
            for passage in passages
        ],
        fields={"title": tokenise(document.title), "lead": tokenise(lead), "about": tokenise(describe(document))},
        sketch=Sketch(
            text_sha256=hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
            runs=runs,
            figures=figures,
            place=fold(document.place or ""),
            period=document.period or "",
        ),
    )


def find_lead(document: Document) -> str:
    """Give the head of the first paragraph that is not title, caption or by-line."""
    for part in document.parts:
        if part.kind is PartKind.PARAGRAPH and document.text[part.start : part.end].strip() != document.title:
            return document.text[part.start : part.end][:LEAD_CHARS]
    return ""


def describe(document: Document) -> str:
    """Put what a report says of itself into words that a question may use."""
    period = document.period or ""
    said = [document.place, document.organisation, document.number, document.type, *document.dates]
    if match := _PERIOD.match(period):
        year, half, quarter, months, month = match.groups()
        if half:
            said.append(f"6 tháng {'đầu' if half == '1' else 'cuối'} năm {year}")
        elif quarter:
            said.append(f"quý {_ROMAN[quarter]} quý {quarter} năm {year}")
        elif months:
            said.append(f"{months} tháng đầu năm {year}")
        else:
            said.append(f"tháng {int(month)} năm {year}")
    elif period:
        said.append(period)
    return "\n".join(text for text in said if text)


def vector_input(title: str, text: str) -> str:
    """Give what is embedded for a passage: its text, under its report's title unless the text begins with it."""
    bare = title.rstrip("… ")
    return text if not bare or bare in text else f"{title}\n{text}"
