"""A question and an opened library → hits, or an answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer import answer_question
from rag.answer.conversation import complete_question
from rag.embed import Embedder
from rag.errors import RerankError
from rag.library import Library
from rag.rerank import CheckedReranker
from rag.retrieve import Retriever
from rag.types import Answer, Filters, Hit, Step, Turn

logger = logging.getLogger(__name__)


def ignore_step(step: Step) -> None:
    """Do nothing with a step: nobody watches."""


def ignore_note(text: str) -> None:
    """Do nothing with a note: the log has it."""


def ask_library(
    question: str,
    *,
    retriever: Retriever,
    top_k: int,
    filters: Filters | None,
    history: Sequence[Turn] = (),
    on_step: Callable[[Step], None] = ignore_step,
    on_note: Callable[[str], None] = ignore_note,
) -> Answer:
    """Answer a clean question from a library, or abstain and say why.

    history: the conversation so far, oldest first. A follow-up is answered as the whole question it stands for.
    """
    library = retriever.library
    started = time.perf_counter()
    on_step(Step.SEARCHING)
    rewritten = complete_question(question, history, names=known_places(library)) if history else None
    whole = rewritten or question
    hits = find_hits(whole, retriever=retriever, top_k=top_k, filters=filters, on_note=on_note)
    found = time.perf_counter()
    on_step(Step.READING)
    answer = answer_question(whole, hits, library=library, on_step=on_step)
    on_step(Step.CHECKED)
    return replace(
        answer,
        question=question,
        rewritten=rewritten,
        embedder=retriever.embedder.name if retriever.embedder else "none",
        reranker=_name_reranker(retriever, hits),
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
