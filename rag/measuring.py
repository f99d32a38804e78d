"""A library as evaluation sees it: texts by id, what a run's figures depend on, texts a question set carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rag.errors import NotFoundError
from rag.evaluate import QuestionSet
from rag.library import Library
from rag.reading import make_document
from rag.retrieve import Retriever
from rag.types import Document


class LibraryTexts(Mapping[str, str]):
    """The frozen texts of a library by document id, fetched when asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ids = [card.id for card in library.cards()]

    def __getitem__(self, doc_id: str) -> str:
        try:
            return self._library.snapshot_document(doc_id).text
        except NotFoundError as exc:
            raise KeyError(doc_id) from exc

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def describe_configuration(retriever: Retriever, *, top_k: int) -> dict[str, Any]:
    """Say what a run's figures depend on."""
    library = retriever.library
    about = library.about
    return {
        "embedder": about["embedder"],
        "revision": about["revision"],
        "reranker": retriever.reranker.name if retriever.reranker else None,
        "reranker_revision": retriever.reranker.revision if retriever.reranker else None,
        "fusion_weight": retriever.weight,
        "second_stage": retriever.has_second_stage,
        "generator": "extractive",
        "top_k": top_k,
        "library": library.path.name,
        "snapshot": library.snapshot.manifest.name,
        "documents": about["n_documents"],
        "passages": about["n_passages"],
    }


def carried_documents(questions: QuestionSet) -> Iterator[tuple[str, Document]]:
    """Yield the texts a question set carries itself: path within the set's name as source, document."""
    source = questions.name
    for carried in questions.documents:
        document = make_document(carried.id, carried.text, title=carried.title, source=source)
        yield carried.id.removeprefix(f"{source}/"), document
