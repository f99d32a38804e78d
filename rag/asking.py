"""A question and an opened library → hits, or an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer import answer_question
from rag.answer.conversation import complete_question
from rag.embed import Embedder
from rag.library import Library
from rag.retrieve import Retriever
from rag.types import Answer, Filters, Step, Turn


def ignore_step(step: Step) -> None:
    """Do nothing with a step: nobody watches."""


def ask_library(
    question: str,
    *,
    retriever: Retriever,
    top_k: int,
    filters: Filters | None,
    history: Sequence[Turn] = (),
    on_step: Callable[[Step], None] = ignore_step,
) -> Answer:
    """Answer a clean question from a library, or abstain and say why.

    history: the conversation so far, oldest first. A follow-up is answered as the whole question it stands for.
    """
    library = retriever.library
    started = time.perf_counter()
    on_step(Step.SEARCHING)
    rewritten = complete_question(question, history, names=known_places(library)) if history else None
    whole = rewritten or question
    hits = retriever.retrieve(whole, top_k=top_k, filters=filters)
    found = time.perf_counter()
    on_step(Step.READING)
    answer = answer_question(whole, hits, library=library, on_step=on_step)
    on_step(Step.CHECKED)
    return replace(
        answer,
        question=question,
        rewritten=rewritten,
        embedder=retriever.embedder.name if retriever.embedder else "none",
        snapshot=library.snapshot.manifest.name,
        seconds={"retrieve": round(found - started, 4), "answer": round(time.perf_counter() - found, 4)},
    )


def choose_retriever(library: Library, embedder: Embedder | None, *, on_note: Callable[[str], None]) -> Retriever:
    """Make the retriever; without vectors while a change of embedder is not published yet."""
    if embedder is not None and library.n_vectors and not library.is_of(embedder):
        on_note("the change of embedder is not published yet; searching by words alone until then")
        embedder = None
    return Retriever(library, embedder)


def known_places(library: Library) -> list[str]:
    """List the places that the reports of a library are about, each once."""
    return sorted({context.place for _, context in library.contexts() if context.place})
