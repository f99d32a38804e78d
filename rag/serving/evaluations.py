"""Evaluation runs: one at a time, over question sets the server knows, kept in the library's folder."""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Protocol

from rag.disk import make_folder, storage_errors, write_text
from rag.errors import BusyError, EvaluationError, NotFoundError
from rag.evaluate import Summary, load_questions
from rag.serving.question_sets import KnownSets, QuestionSet, slug_of

__all__ = ["Evaluations", "QuestionSet", "Run", "RunCard"]

logger = logging.getLogger(__name__)

EXPECTED, RESULTS, SUMMARY = "expected.jsonl", "results.jsonl", "summary.json"
_RUN_KEY = re.compile(r"\d{8}T\d{6}Z-[a-z0-9-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunCard:
    """A finished run as a list of runs shows it. started: ISO 8601, UTC."""

    key: str
    name: str
    n: int
    started: str


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. key: names it in requests; folder: where its files lie."""

    key: str
    folder: Path
    summary: Summary

    @property
    def results(self) -> list[dict[str, Any]]:
        """Read every question's record, in the order asked."""
        with (self.folder / RESULTS).open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


# ``Evaluations.list`` hides the type of that name inside its class.
QuestionSets = list[QuestionSet]
RunCards = list[RunCard]


class EvaluateEngine(Protocol):
    """``Engine.evaluate``, as far as a run needs it."""

    def __call__(
        self,
        questions: Path,
        /,
        *,
        out: Path,
        limit: int | None,
        thresholds: bool,
        progress: Callable[[int, int], None],
    ) -> Summary:
        """Ask every question of a set and write the run into a folder."""


class _StoppedError(Exception):
    """Somebody asked the run to stop."""


class Evaluations:
    """Question sets and runs of one library. Runs are kept in ``runs/<UTC time>-<name>/``.

    source_folders: where the library's reports come from, which may have question sets beside them.
    """

    def __init__(
        self,
        engine_evaluate: EvaluateEngine,
        library_folder: Path,
        source_folders: Callable[[], Sequence[Path]],
    ) -> None:
        self._evaluate = engine_evaluate
        self._sets = KnownSets(library_folder / "question_sets", source_folders)
        self._runs = library_folder / "runs"
        self._running = threading.Lock()
        self._seen_runs: dict[str, RunCard] = {}

    def list(self) -> QuestionSets:
        """List the question sets that can be run, by name."""
        return self._sets.list()

    def add(self, data: bytes, name: str) -> QuestionSet:
        """Keep a question set. Raises EvaluationError naming line and field where it cannot be used."""
        return self._sets.add(data, name)

    def evaluate(
        self,
        key: str,
        *,
        limit: int | None = None,
        thresholds: bool = False,
        progress: Callable[[int, int], None] = lambda done, n: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Ask the questions of a set, one after the other, and keep the run.

        thresholds: also tell what each confidence threshold would do, see ``Engine.evaluate``.
        should_stop: asked after each question; a stopped run raises EvaluationError and nothing of it is kept.
        Raises NotFoundError for an unknown key, BusyError while another run is going on.
        """
        if not self._running.acquire(blocking=False):
            raise BusyError(
                "an evaluation is running; there can be one at a time. Wait for it to end, or stop it",
                retry_after_s=30,
            )
        try:
            known, path = self._sets.find(key)
            return self._run(
                known, path, limit=limit, thresholds=thresholds, progress=progress, should_stop=should_stop
            )
        finally:
            self._running.release()

    def _run(
        self,
        known: QuestionSet,
        path: Path,
        *,
        limit: int | None,
        thresholds: bool,
        progress: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> Run:
        asked = 0

        def watch(done: int, n: int) -> None:
            nonlocal asked
            asked = done
            progress(done, n)
            if done < n and should_stop():
                raise _StoppedError

        folder = self._new_folder(known.name)
        try:
            summary = self._evaluate(path, out=folder, limit=limit, thresholds=thresholds, progress=watch)
            with storage_errors(folder):
                write_text(folder / EXPECTED, _expected_lines(path))
        except _StoppedError:
            raise EvaluationError(
                f"the evaluation was stopped after {asked} questions; nothing of it is kept. Start it again"
            ) from None
        finally:
            if not (folder / SUMMARY).exists():
                shutil.rmtree(folder, ignore_errors=True)
        logger.info("run %s: %s questions", folder.name, summary.overall.n)
        return Run(folder.name, folder, summary)

    def _new_folder(self, name: str) -> Path:
        with storage_errors(self._runs):
            make_folder(self._runs)
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{slug_of(name)}"
        names = chain([stem], (f"{stem}-{i}" for i in count(2)))
        return next(self._runs / name for name in names if not (self._runs / name).exists())

    def runs(self) -> RunCards:
        """List the runs that were finished, newest first."""
        try:
            names = [path.name for path in self._runs.iterdir() if _RUN_KEY.fullmatch(path.name)]
        except OSError:
            return []
        cards = [self._seen_runs.get(name) or self._read_card(name) for name in sorted(names, reverse=True)]
        self._seen_runs = {card.key: card for card in cards if card is not None}
        return list(self._seen_runs.values())

    def _read_card(self, key: str) -> RunCard | None:
        """Read a run's head. The set it asked may know a better name than its file has."""
        try:
            summary = json.loads((self._runs / key / SUMMARY).read_text(encoding="utf-8"))
            asked = summary["set"]
            name = self._sets.name_of(str(asked["sha256"])) or str(asked["name"])
            return RunCard(key, name, int(summary["n"]), str(summary["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def run_folder(self, key: str) -> Path:
        """Give the folder of a finished run. Raises NotFoundError for a key that ``runs`` does not list."""
        if not any(card.key == key for card in self.runs()):
            raise NotFoundError(f"no run {key[:80]!r}; list the runs and name one of them")
        return self._runs / key


def _expected_lines(path: Path) -> str:
    """Write down what was expected of each question, so that a run can be read after its set has changed."""
    kept = ("id", "answers", "items", "evidence", "alt_evidence", "docs")
    records = ({name: getattr(question, name) for name in kept} for question in load_questions(path).questions)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
