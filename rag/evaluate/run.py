"""A question set asked from the first question to the last, scored and written down."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag.errors import EvaluationError, QuestionError
from rag.evaluate.locate import Corpus, Target, Unresolved, resolve_documents
from rag.evaluate.metrics import percentile
from rag.evaluate.question_sets import QuestionSet, select_questions
from rag.evaluate.run_folder import QRELS, RESULTS, RUN, THRESHOLDS, RunFolder
from rag.evaluate.scoring import Scored, judge_outcome, read_reply, score_question
from rag.evaluate.summary import Summary, group_scores, sum_up, summary_json
from rag.evaluate.threshold_plot import plot_thresholds
from rag.evaluate.thresholds import Thresholds, sweep_thresholds
from rag.evaluate.trec import encode_id, qrels_lines, run_lines, score_run
from rag.types import Passage, Question

logger = logging.getLogger(__name__)

# So many questions are scored and written at once; a killed run loses no more.
_BATCH = 50


def evaluate(
    questions: QuestionSet,
    *,
    ask: Callable[[str], Mapping[str, object]],
    documents: Mapping[str, str],
    out: Path,
    ask_ungated: Callable[[str], Mapping[str, object]] | None = None,
    configuration: Mapping[str, object] | None = None,
    passages: Callable[[str], Iterable[Passage]] | None = None,
    k: int = 10,
    limit: int | None = None,
    kinds: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Ask every question, score the replies and write the run into a folder.

    ask: gives the ``ask`` object of a question, with at least k hits in ``evidence`` where there are so many.
    ask_ungated: the same without a confidence threshold. Where it is given, every question that is abstained from
    is asked again by it, to tell what each threshold would have done (see thresholds.py); nothing else changes.
    documents: the frozen text of each document id; texts may be fetched as they are asked for.
    passages: the passages of a document; without it, relevance is judged from what was retrieved (see trec.py).
    progress: called with (questions done, questions in all).
    A question that ``ask`` refuses (QuestionError) scores 0; any other error ends the run and writes nothing.
    Raises EvaluationError, StorageError.
    """
    if k < 1:
        raise EvaluationError(f"k is {k}; it must be 1 or more.")
    chosen = select_questions(questions, limit=limit, kinds=kinds)
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with RunFolder(out) as folder:
        corpus = Corpus(documents)
        resolved, unresolved = resolve_documents(chosen.questions, corpus)
        targets = [corpus.aim(question, resolved[question.id]) for question in chosen.questions]
        asked = _Asked()
        for first in range(0, len(targets), _BATCH):
            batch = chosen.questions[first : first + _BATCH]
            rows = []
            for question, target in zip(batch, targets[first : first + _BATCH], strict=True):
                score = partial(_score, question, target, corpus=corpus, documents=documents, passages=passages, k=k)
                record = asked.ask(question, ask)
                scored = score(record)
                if ask_ungated is not None and record is not None:
                    # What is answered is answered at every lower threshold too.
                    withheld = ask_ungated(question.question) if scored.abstained else None
                    ungated = scored if withheld is None else score(withheld)
                    scored = replace(scored, ungated=judge_outcome(ungated))
                    if withheld is not None:
                        record = {**record, "without_threshold": _tell(withheld, ungated)}
                rows.append((scored, record or {"error": asked.failed[-1][1]}))
                if progress is not None:
                    progress(first + len(rows), len(targets))
            asked.scored += _write_rows(folder, rows)
        summary = _summarise(
            chosen,
            asked,
            n_in_set=len(questions.questions),
            k=k,
            started=started,
            unresolved=unresolved,
            missing=_list_missing(chosen.questions, targets),
            configuration=configuration or {},
            thresholds=sweep_thresholds([one.ungated for one in asked.scored if one.ungated is not None]),
        )
        if summary.thresholds is not None:
            folder.write(THRESHOLDS, plot_thresholds(summary.thresholds, in_use=_threshold_of(summary.configuration)))
        folder.publish(summary_json(summary))
    logger.info("evaluated %s questions of %s", len(targets), questions.name)
    return summary


def _score(
    question: Question,
    target: Target,
    record: Mapping[str, object] | None,
    *,
    corpus: Corpus,
    documents: Mapping[str, str],
    passages: Callable[[str], Iterable[Passage]] | None,
    k: int,
) -> Scored:
    reply = None if record is None else read_reply(record, k=k)
    return score_question(question, target, reply, corpus=corpus, documents=documents, passages=passages, k=k)


def _tell(record: Mapping[str, object], scored: Scored) -> dict[str, object]:
    """Tell what an abstention would have answered. abstained: not for the threshold alone."""
    return {
        "abstained": scored.abstained,
        "short": record.get("short"),
        "confidence": scored.confidence,
        "scores": scored.scores,
    }


def _threshold_of(configuration: Mapping[str, object]) -> float | None:
    value = configuration.get("min_confidence")
    return value if isinstance(value, float) else None


class _Asked:
    """What was asked so far: scores, times, refusals, and who answered."""

    def __init__(self) -> None:
        self.scored: list[Scored] = []
        self.seconds: list[float] = []
        self.failed: list[tuple[str, str]] = []
        self.answered_by: dict[str, set[str]] = {"snapshot": set(), "embedder": set(), "generator": set()}

    def ask(self, question: Question, ask: Callable[[str], Mapping[str, object]]) -> Mapping[str, object] | None:
        """Ask one question and time it; None where it was refused."""
        start = time.perf_counter()
        try:
            record = ask(question.question)
        except QuestionError as exc:
            self.failed.append((question.id, str(exc)))
            return None
        finally:
            self.seconds.append(time.perf_counter() - start)
        for key, seen in self.answered_by.items():
            if record.get(key) is not None:
                seen.add(str(record[key]))
        return record


def _write_rows(folder: RunFolder, rows: Sequence[tuple[Scored, Mapping[str, object]]]) -> list[Scored]:
    """Write a batch and return it with the retrieval metrics added."""
    judged = {encode_id(one.question.id): one.relevant for one, _ in rows if "evidence_recall@1" in one.scores}
    retrieval = score_run(judged, {encode_id(one.question.id): one.hits for one, _ in rows})
    finished = []
    for one, record in rows:
        question = one.question
        scores = {**one.scores, **retrieval.get(encode_id(question.id), {})}
        row = {
            "id": question.id,
            "kind": question.kind,
            "lang": question.lang,
            "answerable": question.answerable,
            "question": question.question,
            **record,
            "scores": scores,
        }
        folder.write(RESULTS, json.dumps(row, ensure_ascii=False) + "\n")
        folder.write(RUN, run_lines(question.id, one.hits))
        folder.write(QRELS, qrels_lines(question.id, one.relevant))
        finished.append(_with_scores(one, scores))
    folder.flush()
    return finished


def _with_scores(one: Scored, scores: Mapping[str, float | None]) -> Scored:
    """Add the retrieval metrics; the hits are on disk now and need not stay in memory."""
    return replace(one, scores=scores, hits=(), relevant=())


def _list_missing(questions: Sequence[Question], targets: Sequence[Target]) -> tuple[tuple[str, str], ...]:
    """List the quotes that stand nowhere in their documents."""
    return tuple(
        (question.id, quote.quote)
        for question, target in zip(questions, targets, strict=True)
        if question.answerable
        for quote in target.evidence + target.alternatives
        if not quote.places
    )


def _summarise(
    chosen: QuestionSet,
    asked: _Asked,
    *,
    n_in_set: int,
    k: int,
    started: str,
    unresolved: Sequence[Unresolved],
    missing: tuple[tuple[str, str], ...],
    configuration: Mapping[str, object],
    thresholds: Thresholds | None,
) -> Summary:
    scored = asked.scored
    by = {key: ", ".join(sorted(seen)) or None for key, seen in asked.answered_by.items()}
    notes = list(chosen.notes)
    if len(asked.answered_by["snapshot"]) > 1:
        notes.append("the library changed while it was asked: the replies name more than one snapshot.")
    if k < 10:
        notes.append(f"k is {k}: what is measured at a greater depth is measured at {k}.")
    return Summary(
        name=chosen.name,
        format=chosen.format.value,
        sha256=chosen.sha256,
        n_in_set=n_in_set,
        k=k,
        overall=sum_up(scored, k=k),
        by_kind=group_scores(scored, [one.question.kind for one in scored], k=k),
        by_language=group_scores(scored, [one.question.lang for one in scored], k=k),
        failed=tuple(asked.failed),
        evidence_not_found=missing,
        documents_not_found=tuple(unresolved),
        notes=tuple(notes),
        configuration=configuration,
        snapshot=by["snapshot"],
        embedder=by["embedder"],
        generator=by["generator"],
        seconds={
            "p50": percentile(asked.seconds, 50),
            "p95": percentile(asked.seconds, 95),
            "total": sum(asked.seconds),
        },
        started=started,
        version=_code_version(),
        thresholds=thresholds,
    )


def _code_version() -> str:
    try:
        return version("danchung")
    except PackageNotFoundError:
        return "source tree"
