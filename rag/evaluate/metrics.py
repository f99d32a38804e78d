"""Whether the evidence was found, cited and quoted rightly, and whether abstaining was right. Pure.

All of it works on spans of the frozen text, never on comparing words. Short answers are compared in answers.py,
the usual retrieval metrics computed in trec.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.evaluate.locate import LocatedQuote, Place, Target


@dataclass(frozen=True, slots=True)
class Span:
    """Where a retrieved passage or a citation stands."""

    doc_id: str
    start: int
    end: int


def evidence_rank(target: Target, spans: Sequence[Span]) -> int | None:
    """Give the smallest k for which the first k passages hold the evidence: every quote, or one alternative.

    spans: of the retrieved passages, best first. None where they never do.
    """
    ranks = [quote_rank(quote, spans) for quote in target.evidence]
    known = [rank for rank in ranks if rank is not None]
    reached = [max(known)] if known and len(known) == len(ranks) else []
    reached += [rank for quote in target.alternatives if (rank := quote_rank(quote, spans)) is not None]
    return min(reached, default=None)


def quote_rank(quote: LocatedQuote, spans: Sequence[Span]) -> int | None:
    """Give the smallest k for which the first k passages together cover a place of the quote.

    Covered means every character of it that is not white space: a quote cut by a passage boundary is found once
    both pieces are.
    """
    missing = [_inked(place) for place in quote.places]
    for rank, span in enumerate(spans, start=1):
        for place, offsets in zip(quote.places, missing, strict=True):
            if place.doc_id == span.doc_id:
                offsets.difference_update(range(max(span.start, place.start), min(span.end, place.end)))
                if not offsets:
                    return rank
    return None


def document_rank(docs: Sequence[str], spans: Sequence[Span]) -> int | None:
    """Give the rank of the first passage of a right document, None where there is none."""
    return next((rank for rank, span in enumerate(spans, start=1) if span.doc_id in docs), None)


def touches(span: Span, place: Place) -> bool:
    """Say whether two spans share at least half of the shorter one.

    A clause cut from the evidence touches it, so does the paragraph around it; a shared word at an edge does not.
    """
    if span.doc_id != place.doc_id:
        return False
    shared = min(span.end, place.end) - max(span.start, place.start)
    return shared > 0 and 2 * shared >= min(span.end - span.start, place.end - place.start)


def is_right_citation(span: Span, target: Target) -> bool:
    """Say whether a citation touches a needed or an alternative quote."""
    return any(touches(span, place) for quote in target.evidence + target.alternatives for place in quote.places)


def citation_recall(citations: Sequence[Span], target: Target) -> float:
    """Score the share of the needed quotes whose answering part a citation touches; 1 where an alternative's is.

    The answering part of a quote is its sentences that hold an accepted answer, else all of it: citing another
    sentence of a long quote is not enough.
    """
    if any(_is_cited(quote, citations) for quote in target.alternatives):
        return 1.0
    if not target.evidence:
        return 0.0
    return sum(_is_cited(quote, citations) for quote in target.evidence) / len(target.evidence)


def is_verbatim(quote: str, span: Span, documents: Mapping[str, str]) -> bool:
    """Say whether a quote is, character by character, what stands at its span."""
    text = documents.get(span.doc_id)
    return text is not None and 0 <= span.start < span.end <= len(text) and text[span.start : span.end] == quote


def abstention_scores(outcomes: Sequence[tuple[bool, bool]]) -> dict[str, float | None]:
    """Score abstaining as telling the unanswerable questions: precision, recall and F1, and the share of false ones.

    outcomes: (answerable, abstained) of each question. Precision is None where nothing was abstained from, recall
    where nothing was unanswerable, F1 where neither was. false_abstention: the share of the answerable questions that
    were abstained from, None where there is none.
    """
    abstained = sum(abstained for _, abstained in outcomes)
    unanswerable = sum(not answerable for answerable, _ in outcomes)
    right = sum(abstained and not answerable for answerable, abstained in outcomes)
    answerable = len(outcomes) - unanswerable
    return {
        "abstention_precision": right / abstained if abstained else None,
        "abstention_recall": right / unanswerable if unanswerable else None,
        "abstention_f1": 2 * right / (abstained + unanswerable) if abstained + unanswerable else None,
        "false_abstention": (abstained - right) / answerable if answerable else None,
    }


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Give the smallest value that is not below percent of the values (nearest rank); None of nothing."""
    if not values:
        return None
    rank = max(1, -(-percent * len(values) // 100))
    return sorted(values)[rank - 1]


def _is_cited(quote: LocatedQuote, citations: Sequence[Span]) -> bool:
    return any(touches(span, key) for span in citations for key in quote.keys)


def _inked(place: Place) -> set[int]:
    return {place.start + i for i, c in enumerate(place.text) if not c.isspace()}
