"""The service: one engine, shared by everybody who asks over HTTP or in the chat."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.asking import ignore_step
from rag.corrections import read_csv, write_csv
from rag.engine import Engine
from rag.errors import LibraryDamagedError, LibraryError, NotFoundError, RagError, ServiceError
from rag.feedback import Feedback, VotedAnswer
from rag.originals import Original
from rag.serving.admission import Admission
from rag.serving.evaluations import Evaluations, QuestionSet, Run, RunCard
from rag.serving.intake import Intake
from rag.serving.recent import RecentAnswers
from rag.types import Answer, Document, DocumentCard, Filters, Hit, Passage, Step, Turn, Vote
from rag.uploads import Uploaded
from rag.wire import citation_json

logger = logging.getLogger(__name__)

#: How often it is looked whether another process published something newer.
LOOK_EVERY_S = 1.0
_WARM_QUESTION = "Báo cáo nói gì?"


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """What one service takes on.

    running: questions at once; waiting: questions in the queue; per_client: of one asker. max_upload_mb: a file.
    """

    running: int = 2
    waiting: int = 64
    per_client: int = 40
    max_upload_mb: int = 50
    answers: int = 500


@dataclass(frozen=True, slots=True)
class State:
    """What a service has and does. problem: why it cannot answer yet, or None."""

    ready: bool
    problem: str | None
    n_documents: int = 0
    n_passages: int = 0
    n_vectors: int = 0
    snapshot: str = ""
    embedder: str = ""
    reranker: str | None = None
    notes: tuple[str, ...] = ()
    running: int = 0
    waiting: int = 0
    uploading: int = 0


class Service:
    """Shares an engine among many: a few questions at once, changes one after the other, answers remembered."""

    def __init__(self, engine: Engine, *, limits: ServiceLimits | None = None) -> None:
        self.engine = engine
        self.limits = limits or ServiceLimits()
        self._admission = Admission(
            running=self.limits.running, waiting=self.limits.waiting, per_client=self.limits.per_client
        )
        self._answers = RecentAnswers(most=self.limits.answers)
        self._intake = Intake(engine, max_file_mb=self.limits.max_upload_mb)
        self._feedback = Feedback(engine.path)
        self._evaluations = Evaluations(engine.evaluate, engine.path, self._source_folders)
        self._examples: dict[tuple[str, str, int], list[str]] = {}
        self._looked_at = 0.0
        self._is_ready = False
        self._problem: str | None = "starting"
        self._closed = threading.Event()
        #: Each is told of every answer, wherever it was asked.
        self.on_answer: list[Callable[[Answer], None]] = []

    # -- life -------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Load the model, open the library and ask once; then verify what opening did not, and embed what is left.

        Tries again every two seconds while the library cannot be opened; returns when ready, or closed.
        """
        while not self._closed.is_set():
            try:
                self._open()
            except Exception as exc:  # nobody else would ever make it ready
                known = isinstance(exc, RagError)
                self._problem = str(exc) if known else f"{type(exc).__name__} while opening it; the log has more"
                logger.warning("not ready: %s", type(exc).__name__, exc_info=None if known else exc)
                self._closed.wait(2.0)
            else:
                self._problem = None
                self._is_ready = True
                self._intake.embed_rest()
                self._verify()
                return

    def _open(self) -> None:
        try:
            self.engine.ask(_WARM_QUESTION)
        except NotFoundError:
            # No library yet: the first upload makes one. The model is loaded all the same.
            _ = self.engine.embedder
            _ = self.engine.reranker

    def _verify(self) -> None:
        """Check files too large to be checked when they were opened; what is damaged is rebuilt from the store."""
        if not self.engine.has_library():
            return
        try:
            with self.engine.reading() as library:
                library.snapshot.verify(whole=True)
        except LibraryDamagedError:
            logger.warning("the published indexes are damaged; rebuilding them from the store")
            with suppress(ServiceError, LibraryError):  # it stops, or is being written to: the next start looks again
                self._intake.run(self.engine.check)
        except (RagError, OSError) as exc:
            logger.warning("the published indexes could not be verified: %s", type(exc).__name__)

    def state(self) -> State:
        """Say what there is and what is going on."""
        running, waiting = self._admission.counts
        about: Mapping[str, object] = {}
        problem = self._problem
        if self._is_ready and self.engine.has_library():
            try:
                with self.engine.reading() as library:
                    about = {**library.about, "snapshot": library.snapshot.manifest.name}
            except RagError as exc:
                problem = str(exc)
        return State(
            ready=self._is_ready and problem is None,
            problem=problem,
            n_documents=int(str(about.get("n_documents", 0))),
            n_passages=int(str(about.get("n_passages", 0))),
            n_vectors=int(str(about.get("n_vectors", 0))),
            snapshot=str(about.get("snapshot", "")),
            embedder=str(about.get("embedder") or (self.engine.embedder.name if self._is_ready else "")),
            reranker=self.engine.reranker_name,
            notes=tuple(self.engine.notes),
            running=running,
            waiting=waiting,
            uploading=self._intake.n_waiting,
        )

    def close(self) -> None:
        """Let nobody in any more, finish what is being written, let go of the library."""
        self._closed.set()
        self._admission.close()
        self._intake.close()
        self.engine.close()

    def _look_for_newer(self) -> None:
        """Take up what another process published."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = now
        try:
            self.engine.renew()
        except RagError as exc:
            # What is open goes on being right as of its own snapshot.
            logger.warning("a newer snapshot could not be opened: %s", type(exc).__name__)

    # -- asking -----------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        top_k: int = 10,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        min_confidence: float | None = None,
        client: str = "local",
        on_step: Callable[[Step], None] = ignore_step,
    ) -> Answer:
        """Answer a question when there is a place; the answer is remembered under its id.

        client: who asks, as far as it is known. Raises BusyError or TooManyRequestsError where there is none.
        """
        with self._admission.enter(client):
            self._require_reports()
            answer = self.engine.ask(
                question,
                top_k=top_k,
                filters=filters,
                history=history,
                min_confidence=min_confidence,
                on_step=on_step,
            )
        for listener in self.on_answer:
            listener(answer)
        return self._answers.keep(answer)

    def retrieve(
        self, question: str, *, top_k: int = 10, filters: Filters | None = None, client: str = "local"
    ) -> list[Hit]:
        """Find the evidence for a question when there is a place."""
        with self._admission.enter(client):
            self._require_reports()
            return self.engine.retrieve(question, top_k=top_k, filters=filters)

    def _require_reports(self) -> None:
        self._look_for_newer()
        if not self.engine.has_library():
            raise NotFoundError(
                "the library holds no reports yet; add some in the chat under 'Báo cáo', by POST /v1/documents, or "
                "with 'rag index FOLDER'"
            )

    def answer(self, answer_id: str) -> Answer:
        """Give an answer that was given lately. Raises NotFoundError where it is not remembered any more."""
        return self._answers.get(answer_id)

    def vote(self, answer_id: str, vote: Vote, *, comment: str = "") -> None:
        """Keep what a reader thinks of an answer, in the library."""
        answer = self._answers.get(answer_id)
        self._feedback.add(
            answer_id=answer.id,
            question=answer.question,
            rewritten=answer.rewritten,
            answer=answer.text,
            short=answer.short,
            vote=vote,
            comment=comment,
            snapshot=answer.snapshot,
            citations_json=json.dumps([citation_json(c) for c in answer.citations], ensure_ascii=False),
        )

    def votes(self) -> list[VotedAnswer]:
        """List all votes, oldest first."""
        return self._feedback.all()

    def examples(self, language: str, n: int = 6) -> list[str]:
        """Give questions that the library answers; made once for each snapshot."""
        if not (self._is_ready and self.engine.has_library()):
            return []
        with self.engine.reading() as library:
            key = (library.snapshot.manifest.name, language, n)
        if key not in self._examples:
            found = self.engine.examples(language=language, n=n)
            self._examples = {k: v for k, v in self._examples.items() if k[0] == key[0]} | {key: found}
        return self._examples[key]

    # -- documents --------------------------------------------------------------------------------------

    def documents(self) -> list[DocumentCard]:
        """List the documents, by id."""
        if not self.engine.has_library():
            return []
        self._look_for_newer()
        return self.engine.documents()

    def document(self, doc_id: str) -> Document:
        """Fetch one document with its frozen text."""
        self._require_reports()
        return self.engine.document(doc_id)

    def passages(self, doc_id: str) -> list[Passage]:
        """List the passages of a document, in text order."""
        self._require_reports()
        return self.engine.passages(doc_id)

    def original(self, doc_id: str) -> Original:
        """Fetch the file a document was read from, if it is still the same."""
        self._require_reports()
        return self.engine.original(doc_id)

    def upload(self, path: Path, name: str, *, on_event: Callable[[str], None] = lambda what: None) -> Uploaded:
        """Add a file; returns when it can be asked, or is skipped with its reason.

        path: where its bytes lie, the caller's to remove afterwards. name: what the sender called it. on_event: is told
        waiting, reading, indexed, published.
        """
        return self._intake.upload(path, name, on_event)

    def remove(self, *doc_ids: str) -> tuple[str, ...]:
        """Take documents out of the library. Raises NotFoundError, removing none, if one is not in it."""
        self._require_reports()
        return self._intake.run(lambda: self.engine.remove(*doc_ids))

    def correct(self, corrections: Mapping[str, Mapping[str, str | None]]) -> tuple[str, ...]:
        """Correct what documents say of themselves: id → field → value, None for what was read."""
        self._require_reports()
        return self._intake.run(lambda: self.engine.correct(corrections))

    def documents_csv(self) -> str:
        """Write the list of documents as a table a person can correct."""
        return write_csv(self.documents())

    def correct_from_csv(self, text: str) -> tuple[str, ...]:
        """Correct documents by such a table. Returns the ids changed; raises, changing none, for any error."""
        return self.correct(read_csv(text, self.documents()))

    def _source_folders(self) -> list[Path]:
        if not self.engine.has_library():
            return []
        with self.engine.reading() as library:
            return [Path(folder) for folder in library.store.sources().values() if folder]

    # -- evaluating -------------------------------------------------------------------------------------

    def question_sets(self) -> list[QuestionSet]:
        """List the question sets that lie beside the reports or were sent."""
        return self._evaluations.list()

    def add_question_set(self, data: bytes, name: str) -> QuestionSet:
        """Keep a question set in the library. Raises EvaluationError naming the line that is wrong."""
        return self._evaluations.add(data, name)

    def evaluate(
        self,
        key: str,
        *,
        limit: int | None = None,
        thresholds: bool = False,
        progress: Callable[[int, int], None] = lambda done, n: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Ask every question of a set and measure the answers, one run at a time. key: as question_sets() gives it."""
        self._require_reports()
        return self._evaluations.evaluate(
            key, limit=limit, thresholds=thresholds, progress=progress, should_stop=should_stop
        )

    def runs(self) -> list[RunCard]:
        """List the finished runs, newest first."""
        return self._evaluations.runs()

    def run_folder(self, key: str) -> Path:
        """Give the folder of a finished run. Raises NotFoundError for a key that is not one of runs()."""
        return self._evaluations.run_folder(key)
