"""The Engine: the only place where the parts are wired together. Every door calls it and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rag.answer import answer_question
from rag.checking import check_library
from rag.embed import Embedder
from rag.errors import ConfigError, LibraryLockedError, ModelMissingError, NotFoundError
from rag.indexing import Event, index_documents, index_paths
from rag.library import Library, LibraryWriter
from rag.opening import EmbedderInUse, cache_folder, library_path
from rag.question import clean_question
from rag.reading import Limits
from rag.reading.sources import is_gone
from rag.registry import Registry, load_registry
from rag.retrieve import Retriever
from rag.store import require_store
from rag.types import Answer, Document, DocumentCard, Filters, Hit, IndexReport
from rag.wire import answer_json

if TYPE_CHECKING:
    from rag.evaluate import Summary

#: How long ``ask`` on a folder embeds before it answers; the rest is embedded the next time.
FOLDER_EMBED_S = 30.0


class Engine:
    """Reports in, cited answers out.

    ::

        from rag import Engine

        with Engine.open("library") as engine:
            engine.index("reports")
            answer = engine.ask("Thu nhập bình quân đầu người của Quế Phong năm 2023?")
            print(answer.short, answer.citations[0].quote)

    library: a folder, made when first indexed into; default ``$RAG_LIBRARY``, else ``./library``.
    embedder: a name in models.yaml, a folder that holds a model, or an object that implements
    ``rag.embed.Embedder``; default: the library's own, for a new library the default model where it is on this
    machine, else the built-in one.
    """

    def __init__(
        self,
        library: Path | str | None = None,
        *,
        embedder: str | Path | Embedder | None = None,
        registry: Registry | None = None,
    ) -> None:
        self.path = library_path(library)
        self.registry = registry or load_registry()
        self.notes: list[str] = []
        self._embedder = EmbedderInUse(embedder, registry=self.registry, on_note=self._note)
        self._library: Library | None = None

    @classmethod
    def open(
        cls,
        library: Path | str | None = None,
        *,
        source: Path | str | None = None,
        embedder: str | Path | Embedder | None = None,
        registry: Registry | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_embed: Callable[[int, int], None] | None = None,
    ) -> Engine:
        """Open a library; with source, the library of a folder of reports, brought up to date first.

        A folder's library lies in the user's cache and never touches another. Raises NotFoundError where
        source is not there or holds no report that can be read.
        """
        if source is None:
            return cls(library, embedder=embedder, registry=registry)
        if library is not None:
            raise ConfigError("a library and a source were both named; allowed: one of them. Leave one out")
        folder = Path(os.path.abspath(source))
        if not folder.exists():
            raise NotFoundError(f"{source} is not there; name a file or a folder of reports that is")
        engine = cls._in_cache(folder, embedder=embedder, registry=registry)
        try:
            engine.index(
                folder, remove_missing=True, on_event=on_event, on_embed=on_embed, embed_budget_s=FOLDER_EMBED_S
            )
        except LibraryLockedError:
            engine.notes.append(f"{folder} is being indexed by another process; answering from what is published")
        if not engine.library.n_passages:
            engine.close()
            raise NotFoundError(
                f"no report could be read in {source}; it may hold .txt, .md, .html, .docx, .pdf, .csv and .xlsx files"
            )
        return engine

    @classmethod
    def for_questions(
        cls,
        questions: Path | str,
        *,
        corpus: Path | str | None = None,
        library: Path | str | None = None,
        embedder: str | Path | Embedder | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_embed: Callable[[int, int], None] | None = None,
    ) -> Engine:
        """Open what a question set is about: a corpus folder, a library, or the texts the set carries itself.

        All vectors are made before this returns, so that a run measures the whole engine.
        """
        from rag.evaluate import load_questions
        from rag.measuring import carried_documents

        if corpus is None and library is None:
            loaded = load_questions(Path(questions))
            if loaded.documents:
                engine = cls._in_cache(Path(os.path.abspath(questions)), embedder=embedder)
                engine.index_documents(carried_documents(loaded), source=loaded.name, remove_missing=True)
                return engine
        engine = cls.open(library, source=corpus, embedder=embedder, on_event=on_event, on_embed=on_embed)
        if corpus is not None and engine.library.n_vectors < engine.library.n_passages:
            engine.index(corpus, on_embed=on_embed)
        return engine

    @classmethod
    def _in_cache(
        cls, source: Path, *, embedder: str | Path | Embedder | None, registry: Registry | None = None
    ) -> Engine:
        """Open the library of a folder or file of its own, in the user's cache: one for each embedder."""
        engine = cls(cache_folder(source), embedder=embedder, registry=registry)
        engine.path = cache_folder(source, engine.embedder)
        return engine

    # -- parts ------------------------------------------------------------------------------------------

    @property
    def embedder(self) -> Embedder:
        """The embedder in use, loaded when first needed.

        Raises EmbedderMismatchError where another was asked for than the library was built with.
        """
        return self._embedder.get(self.path)

    @property
    def library(self) -> Library:
        """The library, opened for reading when first needed."""
        if self._library is None:
            self._library = Library.open(self.path)
        return self._library

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def refresh(self) -> None:
        """Let go of the opened snapshot; the next question is answered from the newest."""
        if self._library is not None:
            self._library.close()
            self._library = None

    def close(self) -> None:
        """Let go of the library."""
        self.refresh()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- writing ----------------------------------------------------------------------------------------

    def index(
        self,
        *paths: Path | str,
        remove_missing: bool = False,
        rebuild: bool = False,
        max_file_mb: int | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_embed: Callable[[int, int], None] | None = None,
        on_publish: Callable[[str], None] = lambda snapshot: None,
        embed_budget_s: float | None = None,
    ) -> IndexReport:
        """Add or refresh files and folders. Questions can be asked from the first publishing on.

        rebuild: split and embed everything anew, under the embedder asked for, without reading again.
        embed_budget_s: stop embedding after this long; the next run goes on.
        """
        limits = Limits() if max_file_mb is None else replace(Limits(), max_file_mb=max_file_mb)
        for path in paths:
            if is_gone(Path(path)):
                raise NotFoundError(f"{path} is not there; name a file or a folder of reports that is")
        with LibraryWriter(self.path) as writer:
            if rebuild:
                embedder = self._embedder.get_anew(self.path)
                writer.change_embedder(self._embedder.bind(embedder))
            else:
                embedder = self.embedder
                writer.use_embedder(embedder, self._embedder.bind(embedder))
            report = index_paths(
                writer,
                [Path(path) for path in paths],
                embedder=embedder,
                limits=limits,
                remove_missing=remove_missing,
                on_event=on_event,
                on_embed=on_embed,
                on_publish=on_publish,
                embed_budget_s=embed_budget_s,
            )
        self.refresh()
        return report

    def index_documents(
        self, documents: Iterable[tuple[str, Document]], *, source: str, remove_missing: bool = False
    ) -> IndexReport:
        """Add documents that were made in memory. documents: path within the source, document."""
        with LibraryWriter(self.path) as writer:
            writer.use_embedder(self.embedder, self._embedder.bind(self.embedder))
            report = index_documents(
                writer, documents, source=source, embedder=self.embedder, remove_missing=remove_missing
            )
        self.refresh()
        return report

    def remove(self, *doc_ids: str) -> tuple[str, ...]:
        """Take documents out of the library. Raises NotFoundError, removing none, if one is not in it."""
        require_store(self.path)
        with LibraryWriter(self.path) as writer:
            for doc_id in doc_ids:
                if writer.store.find_document(doc_id) is None:
                    raise NotFoundError(f"no document {doc_id!r} in {self.path}; 'rag documents' lists them")
            writer.store.retire(doc_ids)
            writer.publish()
        self.refresh()
        return doc_ids

    # -- asking -----------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentCard]:
        """List the documents of the library, by id."""
        return self.library.cards()

    def document(self, doc_id: str) -> Document:
        """Fetch one document with its frozen text."""
        return self.library.document(doc_id)

    def retrieve(self, question: str, *, top_k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Find the evidence for a question, best first."""
        return self._retriever().retrieve(clean_question(question), top_k=top_k, filters=filters)

    def _retriever(self) -> Retriever:
        embedder: Embedder | None
        try:
            embedder = self.embedder
        except ModelMissingError as exc:
            # The texts are there and can be searched by their words.
            self._note(f"{exc}; searching by words alone")
            embedder = None
        if embedder is not None and self.library.n_vectors and not self.library.is_of(embedder):
            self._note("the change of embedder is not published yet; searching by words alone until then")
            embedder = None
        return Retriever(self.library, embedder)

    def ask(self, question: str, *, top_k: int = 10, filters: Filters | None = None) -> Answer:
        """Answer a question from the library, with citations, or abstain and say why.

        Raises QuestionError for a question that is empty or over 2,000 characters.
        """
        question = clean_question(question)
        started = time.perf_counter()
        retriever = self._retriever()
        ready = time.perf_counter()
        hits = retriever.retrieve(question, top_k=top_k, filters=filters)
        found = time.perf_counter()
        answer = answer_question(question, hits, library=self.library)
        done = time.perf_counter()
        return replace(
            answer,
            embedder=retriever.embedder.name if retriever.embedder else "none",
            snapshot=self.library.snapshot.manifest.name,
            seconds={
                "open": round(ready - started, 4),
                "retrieve": round(found - ready, 4),
                "answer": round(done - found, 4),
            },
        )

    # -- evaluating -------------------------------------------------------------------------------------

    def evaluate(
        self,
        questions: Path | str,
        *,
        out: Path | str,
        top_k: int = 10,
        limit: int | None = None,
        kinds: Sequence[str] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> Summary:
        """Ask every question of a set and measure the answers. out: a folder for the run's files."""
        from rag.evaluate import evaluate, load_questions
        from rag.measuring import LibraryTexts

        return evaluate(
            load_questions(Path(questions)),
            ask=lambda question: answer_json(self.ask(question, top_k=top_k)),
            documents=LibraryTexts(self.library),
            passages=self.library.document_passages,
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

        return describe_configuration(self._retriever(), top_k=top_k)

    # -- checking ---------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """Verify every row and file. Returns a sentence for each damage found; rebuilds what is derived.

        Damaged snapshots and vectors are mended from the store; damaged texts are named, and read anew by
        the next index run on their files.
        """
        found = check_library(self.path, load_embedder=lambda: self.embedder)
        self.refresh()
        return found
