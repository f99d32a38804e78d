"""Offers → citations and the text that quotes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answer.offers import Offer
from rag.answer.refer import refer_to
from rag.places import find_places
from rag.types import Citation, Hit

_MARKER = re.compile(r"\[(\d+)\]")


def cite_offers(offers: Sequence[Offer]) -> list[Citation]:
    """Cite the sentence of each offer, numbered from 1; offers of one sentence share a citation."""
    found: dict[tuple[str, int, int], Citation] = {}
    for offer in offers:
        key = (offer.hit.passage.doc_id, offer.start, offer.end)
        if key not in found:
            found[key] = cite(len(found) + 1, offer.hit, offer.start, offer.end, offer.text)
    return list(found.values())


def cite(n: int, hit: Hit, start: int, end: int, quote: str) -> Citation:
    """Cite exact words of a hit's report; they are not verified yet."""
    passage = hit.passage
    return Citation(
        n=n,
        doc_id=passage.doc_id,
        passage_id=passage.id,
        title=hit.context.title,
        page=passage.page,
        start=start,
        end=end,
        quote=quote,
        verified=False,
        label=refer_to(hit.context),
    )


def write_text(citations: Sequence[Citation]) -> str:
    """Write the quotes one after another, each with its marker."""
    return " ".join(f"{as_sentence(citation.quote)} [{citation.n}]" for citation in citations)


def as_sentence(quote: str) -> str:
    """Write a quote within an answer: on one line, and no bracket of its own looks like a marker."""
    return _MARKER.sub(r"(\1)", " ".join(quote.split()))


def entity_names(hits: Sequence[Hit]) -> Mapping[str, None]:
    """List the names the evidence speaks of, for questions typed without accents and capitals."""
    names: dict[str, None] = {}
    for hit in hits:
        for name in (hit.context.place, hit.context.organisation):
            if name:
                names[name] = None
        for span in find_places(f"{hit.context.title}\n{hit.passage.text}"):
            names[span.name] = None
    return names
