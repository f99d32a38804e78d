"""The Engine: the only place where the parts are wired together. Every door calls it and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from rag.asking import check_threshold
from rag.checking import check_library
from rag.editing import (
    add_made_documents,
    add_sent_files,
    correct_documents,
    embed_rest,
    index_reports,
    remove_documents,
)
from rag.embed import Embedder
from rag.engine.questions import Questions
from rag.errors import ConfigError, LibraryLockedError, NotFoundError
from rag.indexing import Event
from rag.opening import cache_folder
from rag.reading import Limits
from rag.registry import Registry
from rag.rerank import Reranker
from rag.types import Document, IndexReport
from rag.uploads import Upload, Uploaded

#: How long ``ask`` on a folder embeds before it answers; the rest is embedded the next time.
FOLDER_EMBED_S = 30.0


class Engine(Questions):
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
    reranker: a name in models.yaml, a folder that holds a cross-encoder, or an object that implements
    ``rag.rerank.Reranker``: the first passages found are put in the order it gives. Default: none.
    min_confidence: 0 to 1; an answer less likely to be right is withheld, and the reason said.
    """

    @classmethod
    def open(
        cls,
        library: Path | str | None = None,
        *,
        source: Path | str | None = None,
        embedder: str | Path | Embedder | None = None,
        reranker: str | Path | Reranker | None = None,
        registry: Registry | None = None,
        min_confidence: float | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
        on_embed: Callable[[int, int], None] | None = None,
    ) -> Engine:
        """Open a library; with source, the library of a folder of reports, brought up to date first.

        A folder's library lies in the user's cache and never touches another. Raises NotFoundError where
        source is not there or holds no report that can be read.
        """
        threshold = check_threshold(min_confidence)
        if source is None:
            return cls(library, embedder=embedder, reranker=reranker, registry=registry, min_confidence=threshold)
        if library is not None:
            raise ConfigError("a library and a source were both named; allowed: one of them. Leave one out")
        folder = Path(os.path.abspath(source))
        if not folder.exists():
            raise NotFoundError(f"{source} is not there; name a file or a folder of reports that is")
        engine = cls._in_cache(folder, embedder=embedder, reranker=reranker, registry=registry)
        engine.min_confidence = threshold
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
        reranker: str | Path | Reranker | None = None,
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
                engine = cls._in_cache(Path(os.path.abspath(questions)), embedder=embedder, reranker=reranker)
                engine.index_documents(carried_documents(loaded), source=loaded.name, remove_missing=True)
                return engine
        engine = cls.open(
            library, source=corpus, embedder=embedder, reranker=reranker, on_event=on_event, on_embed=on_embed
        )
        if corpus is not None and engine.library.n_vectors < engine.library.n_passages:
            engine.index(corpus, on_embed=on_embed)
        return engine

    @classmethod
    def _in_cache(
        cls,
        source: Path,
        *,
        embedder: str | Path | Embedder | None,
        reranker: str | Path | Reranker | None = None,
        registry: Registry | None = None,
    ) -> Engine:
        """Open the library of a folder or file of its own, in the user's cache: one for each embedder."""
        engine = cls(cache_folder(source), embedder=embedder, reranker=reranker, registry=registry)
        engine.path = cache_folder(source, engine.embedder)
        return engine

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
        report = index_reports(
            self.path,
            self._embedder,
            [Path(path) for path in paths],
            limits=Limits() if max_file_mb is None else replace(Limits(), max_file_mb=max_file_mb),
            rebuild=rebuild,
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
        report = add_made_documents(self.path, self._embedder, documents, source=source, remove_missing=remove_missing)
        self.refresh()
        return report

    def add_uploads(
        self,
        uploads: Iterable[Upload],
        *,
        max_file_mb: int = 50,
        on_read: Callable[[Upload], None] = lambda upload: None,
        on_done: Callable[[Upload, Uploaded], None] = lambda upload, uploaded: None,
        on_publish: Callable[[str], None] = lambda snapshot: None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Add files that came without a folder; their bytes are kept in the library. See rag.uploads."""
        add_sent_files(
            self.path,
            self._embedder,
            uploads,
            limits=replace(Limits(), max_file_mb=max_file_mb),
            on_read=on_read,
            on_done=on_done,
            on_publish=on_publish,
            should_stop=should_stop,
        )

    def embed_rest(self, *, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Embed what an earlier run left without a vector."""
        embed_rest(self.path, self._embedder, should_stop=should_stop)

    def remove(self, *doc_ids: str) -> tuple[str, ...]:
        """Take documents out of the library. Raises NotFoundError, removing none, if one is not in it."""
        removed = remove_documents(self.path, doc_ids)
        self._opened.renew(self.path)
        return removed

    def correct(self, corrections: Mapping[str, Mapping[str, str | None]]) -> tuple[str, ...]:
        """Correct what documents say of themselves: id → field → value, None for what was read.

        Returns the ids that were changed; raises, changing none, where one cannot be. See rag.corrections.
        """
        corrected = correct_documents(self.path, self._embedder, corrections)
        self._opened.renew(self.path)
        return corrected

    # -- checking ---------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """Verify every row and file. Returns a sentence for each damage found; rebuilds what is derived.

        Damaged snapshots and vectors are mended from the store; damaged texts are named, and read anew by
        the next index run on their files.
        """
        found = check_library(self.path, load_embedder=lambda: self.embedder)
        self.refresh()
        return found
