"""What stands under "Nâng cao" about the library and the models. Pure but for asking the service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ui.markup import escape
from ui.words import words, write_count

_PULL = re.compile(r"rag models pull [\w.-]+")

if TYPE_CHECKING:
    from rag.serving import Service


def draw_about(service: Service, language: str) -> str:
    """Draw what the library holds, which embedder and reranker serve, and what the engine has to say about it."""
    says = words(language)
    state = service.state()
    counts = says["advanced_counts_value"].format(
        documents=write_count(state.n_documents, language),
        passages=write_count(state.n_passages, language),
        vectors=write_count(state.n_vectors, language),
    )
    facts = (
        ("advanced_counts", counts),
        ("advanced_embedder", state.embedder),
        ("advanced_reranker", state.reranker),
        ("advanced_snapshot", state.snapshot),
    )
    rows = "".join(f"<div><dt>{escape(says[key])}</dt><dd>{escape(fact)}</dd></div>" for key, fact in facts if fact)
    said = list(state.notes)
    pulls = [match[0] for note in said if (match := _PULL.search(note))]
    if pulls:
        # The engine's own note says the same, in English.
        said = [note for note in said if not _PULL.search(note)]
        said.insert(0, says["advanced_builtin"].format(command=pulls[0]))
    notes = "".join(f"<li>{escape(note)}</li>" for note in said)
    calm = f'<ul class="notes">{notes}</ul>' if notes else ""
    api = f'<p><a class="act" href="/docs">{escape(says["advanced_api"])}</a></p>'
    return f'<div class="about"><h2>{escape(says["advanced_about"])}</h2><dl class="facts">{rows}</dl>{calm}{api}</div>'
