"""Hits → an answer of exact words, or an abstention with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer.abstain import MIN_CONFIDENCE, explain, find_reason
from rag.answer.across import answer_across
from rag.answer.asked import Asked, read_asked
from rag.answer.conflicts import find_conflicts, write_note
from rag.answer.draft import Draft, Reading, Search
from rag.answer.likelihood import Weights, load_weights, read_confidence, weigh_offers
from rag.answer.misfits import fits_first
from rag.answer.offers import Offer, make_offers
from rag.answer.premise import decide, find_contradiction
from rag.answer.quoting import cite_offers, entity_names, write_text
from rag.answer.scope import choose_more
from rag.answer.verify import verify_answer
from rag.library import Library
from rag.question import match_entities, understand
from rag.types import Answer, Hit, Reason, Step

__all__ = ["MIN_CONFIDENCE", "Search", "answer_question"]


def answer_question(
    question: str,
    hits: Sequence[Hit],
    *,
    library: Library,
    more: Sequence[Hit] = (),
    search: Search | None = None,
    min_confidence: float = MIN_CONFIDENCE,
    weights: Weights | None = None,
    on_step: Callable[[Step], None] = lambda step: None,
) -> Answer:
    """Answer from the evidence by quoting it; what cannot be verified is never shown as a fact.

    more: passages found further down; those of reports about what is asked are read too. search: finds other evidence,
    for questions over several reports. min_confidence: below it there is no answer.
    weights: the program's own if None. on_step: is told when the evidence is read and the answer is being written.
    """
    reading = Reading.of(library, search)
    asked = _read(question, hits, reading)
    weights = weights or load_weights()
    read = [*hits, *choose_more(more, asked)]
    offers = make_offers(read, asked, documents=reading.documents, outlines=reading.outlines)
    offers = fits_first(weigh_offers(offers, weights), asked)
    confidence = read_confidence(offers, asked, weights)
    on_step(Step.WRITING)
    draft = (
        answer_across(asked, read, reading, weights, min_confidence=min_confidence)
        or _hold_against(asked, read, reading, weights)
        or _quote_best(asked, offers, confidence=confidence, min_confidence=min_confidence)
    )
    answer = _verified(asked, draft, reading=reading, confidence=confidence)
    cited = {citation.passage_id for citation in answer.citations}
    beyond = [hit for hit in read[len(hits) :] if hit.passage.id in cited]
    return replace(answer, evidence=(*hits, *beyond))


def _read(question: str, hits: Sequence[Hit], reading: Reading) -> Asked:
    """Read what a question asks, with the help of the evidence where it is typed without accents and capitals."""
    understood = understand(question)
    if not understood.entities:
        understood = replace(understood, entities=match_entities(question, entity_names(hits)))
    return read_asked(question, understood, idf=reading.idf)


def _hold_against(asked: Asked, hits: Sequence[Hit], reading: Reading, weights: Weights) -> Draft | None:
    """Say that a question takes for granted what the reports contradict; decide one that asks whether it is so."""
    contradicting = find_contradiction(asked, hits, reading, weights)
    if contradicting is not None:
        return _withhold(asked, Reason.PREMISE_CONTRADICTED, contradicting)
    decided = decide(asked, hits, reading, weights)
    if decided is None:
        return None
    is_so, offer = decided
    word = ("Yes" if is_so else "No") if asked.understood.language == "en" else ("Có" if is_so else "Không")
    citations = tuple(cite_offers([offer]))
    return Draft(
        text=write_text(citations), short=word, citations=citations, answers=(offer.short or "",), is_derived=True
    )


def _quote_best(asked: Asked, offers: Sequence[Offer], *, confidence: float, min_confidence: float) -> Draft:
    """Quote the sentence that answers best, with the figures that differ from its own, or say why none does."""
    reason = find_reason(offers, asked, confidence=confidence, min_confidence=min_confidence)
    if reason is not None:
        return _withhold(asked, *reason)
    figures = find_conflicts(offers, asked)
    citations = tuple(cite_offers(figures))
    return Draft(
        text=write_text(citations),
        short=figures[0].short,
        citations=citations,
        answers=tuple(figure.short or "" for figure in figures) if len(figures) > 1 else (),
        note=write_note(figures, asked, offers),
    )


def _withhold(asked: Asked, reason: Reason, found: Offer | None) -> Draft:
    """Say why there is no answer, and quote what was found instead."""
    text = explain(reason, asked.understood, asked.understood.entities, found)
    if found is None or found.stated is None:
        return Draft(text=text, reason=reason)
    citations = tuple(cite_offers([found]))
    return Draft(text=f"{text}\n{write_text(citations)}", citations=citations, reason=reason)


def _verified(asked: Asked, draft: Draft, *, reading: Reading, confidence: float) -> Answer:
    """Let a draft pass the gate; where nothing is left of an answer, it is withheld."""
    # What we say ourselves (the reason, the higher of two) stands in the first line; what is cited stands behind it.
    lead, cited = "", draft.text
    if draft.reason is not None or draft.choices or (draft.is_derived and "\n" in draft.text):
        lead, _, cited = draft.text.partition("\n")
    verified = verify_answer(
        cited,
        draft.citations,
        documents=reading.documents,
        settings=lambda doc_id, start: reading.outlines(doc_id).setting_at(start),
        short=None if draft.is_derived else draft.short,
        language=asked.understood.language,
    )
    text = "\n".join(filter(None, (lead, verified.text)))
    answer = Answer(
        question=asked.question,
        text=text,
        short=draft.short if draft.is_derived else verified.short,
        citations=verified.citations,
        evidence=(),
        abstained=False,
        reason=None,
        understood=asked.understood,
        generator="extractive",
        embedder="",
        confidence=confidence if draft.confidence is None else draft.confidence,
        snapshot="",
        checks=verified.checks,
        answers=draft.answers,
        table=draft.table,
        coverage=draft.coverage,
        choices=draft.choices,
        note=draft.note,
    )
    if draft.reason is not None:
        return replace(answer, short=None, abstained=True, reason=draft.reason)
    if not verified.text:
        text = explain(Reason.NOT_REPORTED, asked.understood, asked.understood.entities, None)
        return replace(
            answer, text=text, short=None, abstained=True, reason=Reason.NOT_REPORTED, citations=(), answers=(),
            table=None, coverage=None, choices=(), note="",
        )  # fmt: skip
    return answer
