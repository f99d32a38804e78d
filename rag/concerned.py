"""Which reports are about what a question names: their title, place or organisation carries it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.lexical import QueryTerm, TermKind, hashes_of, terms_of, tokenise
from rag.library import Library
from rag.places import place_key
from rag.text import fold, is_accented, syllable_key, terms
from rag.types import Context

#: Names in more than this share of the reports tell none from another.
MAX_SHARE = 0.5
#: A name in the titles of more reports than this tells too little, and takes too long to look into.
MAX_REPORTS = 200
_FIELDS = ("title", "about")


def rows_about(library: Library, names: Sequence[str], periods: Sequence[str] = ()) -> NDArray[np.bool_] | None:
    """Mark the passages of the reports that are about one of the names; None where no report is, or nearly all are.

    periods: where some of these reports are of their years, or of the year after, which looks back on them, those
    alone.
    Returns bool, shape (n_passages,). A name that carries accents is told by them where the report has some too.
    """
    documents = {document for name in names for document in _documents_about(library, name)}
    contexts = library.contexts()
    years = {int(period[:4]) for period in periods if period[:4].isdigit()}
    dated = {i for i in documents if _year_of(contexts[i][1]) in years | {year + 1 for year in years}}
    documents = dated or documents
    if not documents or len(documents) > MAX_SHARE * len(library.document_rows):
        return None
    allowed = np.zeros(library.n_passages, dtype=bool)
    for i in documents:
        allowed[library.first_row[i] : library.first_row[i + 1]] = True
    return allowed


def _documents_about(library: Library, name: str) -> list[int]:
    index = library.lexical
    numbers, real = terms_of(hashes_of(tokenise(name), TermKind.FOLDED), TermKind.FOLDED)
    wanted = [QueryTerm(((int(number),),), 1.0) for number in numbers[real]]
    if not wanted:
        return []
    found: set[int] = set()
    for field in _FIELDS:
        if field in index.fields:
            held = [set(rows.tolist()) for rows, _ in index.find(index.fields[field], wanted)]
            found |= set.intersection(*held)
    if len(found) > MAX_REPORTS:
        return []
    contexts = library.contexts()
    named = [i for i in sorted(found) if _names(contexts[i][1], name)]
    # "Yên Sơn" stands in the titles of Yên Sơn Hạ too.
    key = place_key(name)
    own = [i for i in named if contexts[i][1].place is not None and place_key(contexts[i][1].place or "") == key]
    return own or named


def _year_of(context: Context) -> int | None:
    own = context.period or (context.dates[0] if context.dates else "")
    return int(own[:4]) if own[:4].isdigit() else None


def _names(context: Context, name: str) -> bool:
    about = "\n".join(filter(None, (context.title, context.place, context.organisation)))
    accented = is_accented(name) and is_accented(about)
    return f" {_spell(name, accented)} " in f" {_spell(about, accented)} "


def _spell(text: str, accented: bool) -> str:
    return " ".join(syllable_key(word) if accented else fold(word) for word in terms(text))
