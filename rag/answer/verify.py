"""What is checked before an answer leaves: quotes are verbatim, figures stand in a cited quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.figures import find_quantities
from rag.types import Check, Citation, Document

_MARKER = re.compile(r"\s?\[\d+\]")


def verify_citations(citations: Sequence[Citation], *, documents: Callable[[str], Document]) -> tuple[Citation, ...]:
    """Compare every quote with its report, character by character; keep only those that are verbatim.

    A citation that fails is not shown: fewer citations are better than a wrong one.
    """
    return tuple(
        replace(citation, verified=True)
        for citation in citations
        if documents(citation.doc_id).text[citation.start : citation.end] == citation.quote and citation.quote
    )


def check_figures(text: str, citations: Sequence[Citation]) -> tuple[Check, ...]:
    """Check each figure of an answer against the quotes: same value, same unit. One Check a figure."""
    text = _MARKER.sub("", text)
    quoted = {(q.value, q.value_to, q.of, q.unit) for c in citations for q in find_quantities(c.quote)}
    return tuple(
        Check(
            name="figure",
            passed=(q.value, q.value_to, q.of, q.unit) in quoted,
            detail=text[q.start : q.end],
        )
        for q in find_quantities(text)
    )
