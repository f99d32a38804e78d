"""A question and an opened library → hits, or an answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer import MIN_CONFIDENCE, answer_question
from rag.answer.conversation import complete_question
from rag.embed import Embedder
from rag.errors import ConfigError, RerankError
from rag.library import Library
from rag.rerank import CheckedReranker
from rag.retrieve import RANKED, Retriever
from rag.types import Answer, Filters, Hit, Step, Turn

logger = logging.getLogger(__name__)


def ignore_step(step: Step) -> None:
    """Do nothing with a step: nobody watches."""


def ignore_note(text: str) -> None:
    """Do nothing with a note: the log has it."""


def check_threshold(min_confidence: float | None) -> float:
    """Give a threshold as it is, the tuned one for None. Raises ConfigError where it is no probability."""
    if min_confidence is None:
        return MIN_CONFIDENCE
    if not 0 <= min_confidence <= 1:
        raise ConfigError(
            f"min_confidence is {min_confidence}; allowed: 0 (withhold nothing for its confidence) to 1. Leave it out "
            f"for {MIN_CONFIDENCE}"
        )
    return float(min_confidence)


def ask_library(
    question: str,
    *,
    retriever: Retriever,
    top_k: int,
    filters: Filters | None,
    min_confidence: float | None = None,
    history: Sequence[Turn] = (),
    on_step: Callable[[Step], None] = ignore_step,
    on_note: Callable[[str], None] = ignore_note,
) -> Answer:
    """Answer a clean question from a library, or abstain and say why.

    min_confidence: an answer less likely to be right is withheld; None: the tuned threshold.
    history: the conversation so far, oldest first. A follow-up is answered as the whole question it stands for.
    """
    library = retriever.library
    started = time.perf_counter()
    on_step(Step.SEARCHING)
    rewritten = complete_question(question, history, names=known_places(library)) if history else None
    whole = rewritten or question
    found_hits = find_hits(
        whole, retriever=retriever, top_k=max(top_k, RANKED) if top_k >= 1 else top_k, filters=filters, on_note=on_note
    )
    found = time.perf_counter()
    on_step(Step.READING)
    answer = answer_question(
        whole,
        found_hits[:top_k],
        more=found_hits[top_k:],
        library=library,
        search=lambda part, n: find_hits(part, retriever=retriever, top_k=n, filters=filters, on_note=on_note),
        min_confidence=check_threshold(min_confidence),
        on_step=on_step,
    )
    on_step(Step.CHECKED)
    return replace(
        answer,
        question=question,
        rewritten=rewritten,
        embedder=retriever.embedder.name if retriever.embedder else "none",
        reranker=_name_reranker(retriever, found_hits),
        snapshot=library.snapshot.manifest.name,
        seconds={"retrieve": round(found - started, 4), "answer": round(time.perf_counter() - found, 4)},
    )


def find_hits(
    question: str,
    *,
    retriever: Retriever,
    top_k: int,
    filters: Filters | None,
    on_note: Callable[[str], None] = ignore_note,
) -> list[Hit]:
    """Find the evidence for a clean question, best first; where the reranker fails, in the order before it.

    on_note: is told of such a failure, which the log has too.
    """
    try:
        return retriever.retrieve(question, top_k=top_k, filters=filters)
    except RerankError as exc:
        logger.warning("%s", exc)
        on_note(str(exc))
        return retriever.without_reranker().retrieve(question, top_k=top_k, filters=filters)


def _name_reranker(retriever: Retriever, hits: Sequence[Hit]) -> str | None:
    """Name the reranker that had its say on the evidence."""
    if retriever.reranker is None or all(hit.channels.reranker is None for hit in hits):
        return None
    return retriever.reranker.name


def choose_retriever(
    library: Library,
    embedder: Embedder | None,
    reranker: CheckedReranker | None = None,
    *,
    second_stage: bool = True,
    on_note: Callable[[str], None],
) -> Retriever:
    """Make the retriever; without vectors while a change of embedder is not published yet."""
    if embedder is not None and library.n_vectors and not library.is_of(embedder):
        on_note("the change of embedder is not published yet; searching by words alone until then")
        embedder = None
    return Retriever(library, embedder, reranker=reranker, second_stage=second_stage)


def known_places(library: Library) -> list[str]:
    """List the places that the reports of a library are about, each once."""
    return sorted({context.place for _, context in library.contexts() if context.place})
