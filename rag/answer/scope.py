"""Which of the passages found are read for an answer: the best, and more of the reports that a question is about."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.asked import Asked
from rag.answer.fitting import months_of
from rag.types import Hit

#: So many passages beyond the evidence are read, at most, all of reports about what the question names.
MORE = 20


def choose_more(hits: Sequence[Hit], asked: Asked) -> list[Hit]:
    """Choose, of passages further down, those of reports about an asked entity and time, in their order.

    A paragraph of a district's report seldom names the district, and those of other districts say the same in other
    words: the ranking cannot know whose they are, their report does.
    """
    if not asked.finest:
        return []
    known: dict[str, bool] = {}
    for hit in hits:
        if hit.passage.doc_id not in known:
            known[hit.passage.doc_id] = _is_about(hit, asked) and _is_of_then(hit, asked)
    return [hit for hit in hits if known[hit.passage.doc_id]][:MORE]


def _is_about(hit: Hit, asked: Asked) -> bool:
    context = hit.context
    about = asked.spell("\n".join(filter(None, (context.title, context.place, context.organisation))))
    return any(asked.presence(key, about) == 1.0 for key in asked.finest)


def _is_of_then(hit: Hit, asked: Asked) -> bool:
    """Say whether a report is of an asked year or the one after, which looks back; True where nothing is known."""
    own = hit.context.period or (hit.context.dates[0] if hit.context.dates else None)
    years = {int(period[:4]) for period in asked.understood.periods if period[:4].isdigit()}
    if own is None or not years or months_of(own[:4]) is None:
        return True
    return any(year <= int(own[:4]) <= year + 1 for year in years)
