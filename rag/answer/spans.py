"""The exact words inside a sentence that answer by themselves: persons, dates, places, lists, reasons, names. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rag.answer.asked import Asked
from rag.answer.cells import find_cells, is_row
from rag.answer.dating import ANY_YEAR, find_asked_dates, has_date
from rag.answer.lists import find_lists
from rag.answer.naming import find_named
from rag.answer.offices import find_asked_persons
from rag.answer.placing import find_asked_places
from rag.answer.reasons import find_reasons
from rag.answer.seeking import Grain, read_sought
from rag.answer.spelling import Span, read_written
from rag.figures import find_quantities
from rag.persons import find_persons
from rag.places import find_places
from rag.types import AnswerKind

__all__ = ["ANY_YEAR", "MOST_CHARS", "Span", "find_spans", "holds_kind"]


#: No more of a sentence is read: what is longer is a table or list that was never cut.
MOST_CHARS = 3000


def find_spans(sentence: str, asked: Asked) -> Iterator[Span]:
    """Yield the spans of a sentence that may answer by themselves, best first; none where the whole sentence does."""
    kind = asked.understood.kind
    if kind in (AnswerKind.FIGURE, AnswerKind.YES_NO, AnswerKind.COMPARISON):
        return
    sought = read_sought(asked.question)
    sentence = sentence[:MOST_CHARS]
    if is_row(sentence):
        cells = list(find_cells(sentence, asked, sought))
        if cells:
            yield from cells
            return
    written = read_written(sentence)
    named = asked.concepts.find(sentence)
    if kind is AnswerKind.PERSON:
        yield from find_asked_persons(sentence, asked, named)
    elif kind is AnswerKind.DATE or (kind is AnswerKind.OTHER and sought.grain is not Grain.ANY):
        yield from find_asked_dates(written, asked, sought, named)
    elif kind is AnswerKind.PLACE:
        yield from find_asked_places(written, asked, sought, named)
    elif kind is AnswerKind.LIST:
        yield from find_lists(written, asked, sought, named)
    elif kind is AnswerKind.REASON or sought.aims_at_clause:
        yield from find_reasons(written, sought)
    else:
        yield from find_named(written, asked, sought, named)


def holds_kind(sentence: str, asked: Asked) -> bool:
    """Say whether a sentence holds what is asked for; True where any sentence may."""
    kind = asked.understood.kind
    if kind in (AnswerKind.FIGURE, AnswerKind.COMPARISON, AnswerKind.YES_NO):
        return bool(find_quantities(sentence))
    if kind is AnswerKind.DATE:
        return has_date(sentence)
    if kind is AnswerKind.PERSON:
        return bool(find_persons(sentence))
    if kind is AnswerKind.PLACE:
        return bool(find_places(sentence))
    if kind in (AnswerKind.REASON, AnswerKind.LIST):
        return next(find_spans(sentence, asked), None) is not None
    return True
