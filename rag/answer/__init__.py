"""Hits → an answer of exact words, or an abstention with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from rag.answer.abstain import confidence, eligible, explain, find_reason
from rag.answer.refer import refer_to
from rag.answer.rows import find_cell
from rag.answer.sentences import Candidate, entity_names, find_candidates
from rag.answer.short import find_short, role_of_answer
from rag.answer.verify import check_figures, verify_citations
from rag.answer.wanted import Wanted, weigh_question
from rag.figures import Role
from rag.library import Library
from rag.question import asks_target, match_entities, understand
from rag.text import fold, terms
from rag.types import Answer, AnswerKind, Citation, Hit, PartKind, Reason, Step, Understood

__all__ = ["answer_question"]

_MARKER = re.compile(r"\[(\d+)\]")

#: A comparison quotes a sentence for each thing compared, at most so many.
MAX_SENTENCES = 3
#: A result stands in for a plan if its sentence shares this much of what the plan's does of the question's words.
AS_NEAR = 0.8
#: A second sentence must share this much of the question's words.
MIN_COVERAGE = 0.4


def answer_question(
    question: str, hits: Sequence[Hit], *, library: Library, on_step: Callable[[Step], None] = lambda step: None
) -> Answer:
    """Answer from the evidence by quoting it; what cannot be verified is never shown as a fact.

    on_step: is told when the evidence is read and the answer is being written.
    """
    understood = understand(question)
    if not understood.entities:
        understood = replace(understood, entities=match_entities(question, entity_names(hits)))
    entities = understood.entities
    documents = cache(library.snapshot_document)
    wanted = weigh_question(question, understood, entities, library.lexical.idf)
    candidates = find_candidates(hits, wanted, documents=documents)

    @cache
    def said(candidate: Candidate) -> str | None:
        return _short_of(candidate, wanted)

    reason = find_reason(candidates, understood, said)
    on_step(Step.WRITING)
    if reason is not None:
        return _abstain(question, reason, understood, hits, candidates)
    candidates = _results_first(eligible(candidates, understood), wanted)
    if not candidates:
        return _abstain(question, Reason.TARGET_ONLY, understood, hits, candidates)
    chosen = _choose(candidates, wanted)
    if missing := _unanswered(chosen, wanted):
        return _abstain(question, Reason.OTHER_ENTITY, understood, hits, candidates, entities=missing)
    citations = verify_citations(
        [_cite(n, candidate) for n, candidate in enumerate(chosen, start=1)], documents=documents
    )
    if not citations:
        return _abstain(question, Reason.NOT_REPORTED, understood, hits, candidates)
    short = said(chosen[0])
    text = " ".join(f"{_as_sentence(citation.quote)} [{citation.n}]" for citation in citations)
    return Answer(
        question=question,
        text=text,
        short=short,
        citations=citations,
        evidence=tuple(hits),
        abstained=False,
        reason=None,
        understood=understood,
        generator="extractive",
        embedder="",
        confidence=confidence(candidates, said),
        snapshot="",
        checks=check_figures(text, citations),
    )


def _short_of(candidate: Candidate, wanted: Wanted) -> str | None:
    """Give the shortest exact answer within a candidate, verbatim."""
    is_row = candidate.hit.passage.kind is PartKind.TABLE_ROW and wanted.understood.kind is AnswerKind.FIGURE
    span = (find_cell if is_row else find_short)(candidate.text, wanted)
    return candidate.text[span[0] : span[1]] if span else None


def _results_first(candidates: Sequence[Candidate], wanted: Wanted) -> list[Candidate]:
    """Pass over a plan where a result is asked for, if a sentence as near to the question gives one.

    Empty where only the plan is said.
    """
    if wanted.understood.kind is not AnswerKind.FIGURE or asks_target(wanted.question):
        return list(candidates)
    for i, candidate in enumerate(candidates):
        if candidate.coverage < AS_NEAR * candidates[0].coverage or not candidate.has_kind:
            continue
        is_row = candidate.hit.passage.kind is PartKind.TABLE_ROW
        if is_row or role_of_answer(candidate.text, wanted) is not Role.TARGET:
            return list(candidates[i:])
    return []


def _choose(candidates: Sequence[Candidate], wanted: Wanted) -> list[Candidate]:
    """Take the best sentence; for a comparison the best one for each thing compared."""
    chosen = [candidates[0]]
    if wanted.understood.kind is not AnswerKind.COMPARISON:
        return chosen
    for entity in wanted.entities:
        if any(_names(c, entity) for c in chosen):
            continue
        fitting = [c for c in candidates if _names(c, entity) and c.has_kind and c.coverage >= MIN_COVERAGE]
        if fitting and len(chosen) < MAX_SENTENCES:
            chosen.append(fitting[0])
    return chosen


def _unanswered(chosen: Sequence[Candidate], wanted: Wanted) -> tuple[str, ...]:
    """List what was to be compared and is in no chosen sentence, its passage or its report's title."""
    if wanted.understood.kind is not AnswerKind.COMPARISON:
        return ()
    return tuple(entity for entity in wanted.entities if not any(_names(c, entity) for c in chosen))


def _names(candidate: Candidate, entity: str) -> bool:
    context = candidate.hit.context
    about = f"{candidate.hit.passage.text}\n{context.title}\n{context.place or ''}"
    return f" {' '.join(terms(fold(entity)))} " in f" {' '.join(terms(fold(about)))} "


def _cite(n: int, candidate: Candidate) -> Citation:
    passage = candidate.hit.passage
    return Citation(
        n=n,
        doc_id=passage.doc_id,
        passage_id=passage.id,
        title=candidate.hit.context.title,
        page=passage.page,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
        verified=False,
        label=refer_to(candidate.hit.context),
    )


def _as_sentence(quote: str) -> str:
    """Write a quote within an answer: on one line, and no bracket of its own looks like a marker."""
    return _MARKER.sub(r"(\1)", " ".join(quote.split()))


def _abstain(
    question: str,
    reason: Reason,
    understood: Understood,
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    *,
    entities: Sequence[str] | None = None,
) -> Answer:
    return Answer(
        question=question,
        text=explain(reason, understood, understood.entities if entities is None else entities),
        short=None,
        citations=(),
        evidence=tuple(hits),
        abstained=True,
        reason=reason,
        understood=understood,
        generator="extractive",
        embedder="",
        confidence=confidence(candidates),
        snapshot="",
    )
