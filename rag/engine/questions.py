"""The half of the engine that only reads: what is in the library, evidence, answers, measuring them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rag.asking import ask_library, check_threshold, choose_retriever, find_hits, ignore_step
from rag.embed import Embedder
from rag.errors import ModelMissingError
from rag.examples import find_examples
from rag.library import Library
from rag.opened import OpenedLibrary
from rag.opening import EmbedderInUse, RerankerInUse, library_path
from rag.originals import Original, find_original
from rag.question import clean_question
from rag.registry import Registry, load_registry
from rag.rerank import CheckedReranker, Reranker
from rag.retrieve import Retriever
from rag.store import has_store
from rag.types import Answer, Document, DocumentCard, Filters, Hit, Passage, Step, Turn
from rag.wire import answer_json

if TYPE_CHECKING:
    from rag.evaluate import Summary


class Questions:
    """Answers questions from one library; safe from several threads. See Engine for its arguments.

    second_stage: whether the best passages are put in order by what they say, not by the channels' scores alone; may
    be set at any time.
    """

    def __init__(
        self,
        library: Path | str | None = None,
        *,
        embedder: str | Path | Embedder | None = None,
        reranker: str | Path | Reranker | None = None,
        registry: Registry | None = None,
        min_confidence: float | None = None,
    ) -> None:
        self.path = library_path(library)
        self.registry = registry or load_registry()
        self.notes: list[str] = []
        self._embedder = EmbedderInUse(embedder, registry=self.registry, on_note=self._note)
        self._reranker = RerankerInUse(reranker, registry=self.registry)
        self._opened = OpenedLibrary()
        self.second_stage = True
        self.min_confidence = check_threshold(min_confidence)

    # -- parts ------------------------------------------------------------------------------------------

    @property
    def min_confidence(self) -> float:
        """The confidence below which no answer is given; may be set at any time. Raises ConfigError outside 0 to 1."""
        return self._min_confidence

    @min_confidence.setter
    def min_confidence(self, value: float) -> None:
        self._min_confidence = check_threshold(value)

    @property
    def embedder(self) -> Embedder:
        """The embedder in use, loaded when first needed.

        Raises EmbedderMismatchError where another was asked for than the library was built with.
        """
        return self._embedder.get(self.path)

    @property
    def reranker(self) -> CheckedReranker | None:
        """The reranker in use, loaded when first needed; None where none was asked for."""
        return self._reranker.get()

    @property
    def reranker_name(self) -> str | None:
        """The name of the reranker in use, which need not be loaded for it; None where none was asked for."""
        return self._reranker.name

    @property
    def library(self) -> Library:
        """The library, opened for reading when first needed. Beside other threads take ``reading()``."""
        return self._opened.get(self.path)

    def reading(self) -> AbstractContextManager[Library]:
        """Hold one snapshot of the library for the length of a block, whatever is published meanwhile."""
        return self._opened.use(self.path)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def has_library(self) -> bool:
        """Say whether there is a library to ask, be it an empty one."""
        return has_store(self.path)

    def n_missing_vectors(self) -> int:
        """Count the texts of the published snapshot that have no vector yet."""
        if not self.has_library():
            return 0
        with self.reading() as library:
            return int(library.about["n_missing"])

    def refresh(self) -> None:
        """Let go of the opened snapshot; the next question is answered from the newest."""
        self._opened.let_go()

    def renew(self) -> bool:
        """Put the newest snapshot in the place of the one in use, while others read. Returns whether there was one."""
        return self._opened.renew(self.path)

    def close(self) -> None:
        """Let go of the library."""
        self.refresh()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- asking -----------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentCard]:
        """List the documents of the library, by id."""
        with self.reading() as library:
            return library.cards()

    def document(self, doc_id: str) -> Document:
        """Fetch one document with its frozen text."""
        with self.reading() as library:
            return library.document(doc_id)

    def passages(self, doc_id: str) -> list[Passage]:
        """List the passages of a document, in text order."""
        with self.reading() as library:
            return library.document_passages(doc_id)

    def original(self, doc_id: str) -> Original:
        """Fetch the file a document was read from. Raises NotFoundError where it is gone or was changed since."""
        with self.reading() as library:
            return find_original(library, doc_id)

    def examples(self, *, language: str = "vi", n: int = 6) -> list[str]:
        """Make up questions that the library answers, for somebody who sees it for the first time."""
        # Many questions are asked at once here, and a reranker takes long over each.
        with self._retrieving(reranked=False) as retriever:
            return find_examples(
                retriever.library,
                language=language,
                n=n,
                ask=lambda question: ask_library(
                    question, retriever=retriever, top_k=10, filters=None, min_confidence=self.min_confidence
                ),
            )

    def retrieve(self, question: str, *, top_k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Find the evidence for a question, best first."""
        question = clean_question(question)
        with self._retrieving() as retriever:
            return find_hits(question, retriever=retriever, top_k=top_k, filters=filters, on_note=self._note)

    def ask(
        self,
        question: str,
        *,
        top_k: int = 10,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        min_confidence: float | None = None,
        on_step: Callable[[Step], None] = ignore_step,
    ) -> Answer:
        """Answer a question from the library, with citations, or abstain and say why.

        history: the conversation so far, oldest first; "Còn Quan Sơn thì sao?" is answered as the whole question it
        stands for. min_confidence: for this question only, None for the engine's own. Raises QuestionError for a
        question that is empty or over 2,000 characters, ConfigError for a threshold outside 0 to 1.
        """
        question = clean_question(question)
        threshold = self.min_confidence if min_confidence is None else check_threshold(min_confidence)
        started = time.perf_counter()
        with self._retrieving() as retriever:
            opened = round(time.perf_counter() - started, 4)
            answer = ask_library(
                question,
                retriever=retriever,
                top_k=top_k,
                filters=filters,
                history=history,
                min_confidence=threshold,
                on_step=on_step,
                on_note=self._note,
            )
        return replace(answer, seconds={"open": opened, **answer.seconds})

    @contextmanager
    def _retrieving(self, *, reranked: bool = True) -> Iterator[Retriever]:
        """Hold one snapshot, with the embedder its vectors are of and the reranker."""
        embedder: Embedder | None
        try:
            embedder = self.embedder
        except ModelMissingError as exc:
            # The texts are there and can be searched by their words.
            self._note(f"{exc}; searching by words alone")
            embedder = None
        reranker = self.reranker if reranked else None
        with self.reading() as library:
            yield choose_retriever(library, embedder, reranker, second_stage=self.second_stage, on_note=self._note)

    # -- evaluating -------------------------------------------------------------------------------------

    def evaluate(
        self,
        questions: Path | str,
        *,
        out: Path | str,
        top_k: int = 10,
        limit: int | None = None,
        kinds: Sequence[str] = (),
        thresholds: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Summary:
        """Ask every question of a set and measure the answers. out: a folder for the run's files.

        thresholds: tell what other values of min_confidence would do; what was abstained from is asked once more.
        """
        from rag.evaluate import evaluate, load_questions
        from rag.measuring import LibraryTexts

        def ask_ungated(question: str) -> dict[str, Any]:
            return answer_json(self.ask(question, top_k=top_k, min_confidence=0.0))

        with self.reading() as library:
            return evaluate(
                load_questions(Path(questions)),
                ask=lambda question: answer_json(self.ask(question, top_k=top_k)),
                ask_ungated=ask_ungated if thresholds else None,
                documents=LibraryTexts(library),
                passages=library.document_passages,
                out=Path(out),
                configuration=self.configuration(top_k=top_k),
                k=top_k,
                limit=limit,
                kinds=kinds,
                progress=progress,
            )

    def configuration(self, *, top_k: int) -> Mapping[str, Any]:
        """Say what a run's figures depend on."""
        from rag.measuring import describe_configuration

        with self._retrieving() as retriever:
            described = describe_configuration(retriever, top_k=top_k)
        return {**described, "min_confidence": self.min_confidence}
