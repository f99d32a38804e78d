"""Question sets as they lie on disk: JSON Lines and SQuAD JSON, told apart by their content."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rag.errors import EvaluationError, NotFoundError
from rag.evaluate.records import (
    find_unused_keys,
    parse_json,
    take_optional_text,
    take_record,
    take_text,
    take_texts,
    take_truth,
)
from rag.evaluate.squad import SetDocument, read_squad
from rag.types import Question

__all__ = ["QuestionSet", "SetDocument", "SetFormat", "load_questions", "select_questions"]

_KEYS = (
    "id",
    "question",
    "kind",
    "lang",
    "docs",
    "answers",
    "evidence",
    "alt_evidence",
    "items",
    "near_miss_docs",
    "answerable",
)
_READ = "JSON Lines (one object with 'id' and 'question' a line) or SQuAD JSON (an object with 'data')"
_BOM = b"\xef\xbb\xbf"


class SetFormat(StrEnum):
    """How a question set is written down."""

    JSONL = "jsonl"
    SQUAD = "squad"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions and what is known to be right.

    documents: the set's own corpus where it carries one, else empty. sha256: of the file's bytes.
    notes: what was met and not used, one sentence each.
    """

    name: str
    format: SetFormat
    questions: tuple[Question, ...]
    documents: tuple[SetDocument, ...]
    sha256: str
    notes: tuple[str, ...] = ()


def load_questions(path: Path) -> QuestionSet:
    """Load a question set.

    Raises NotFoundError where there is no such file, EvaluationError naming line and field where it cannot be used.
    """
    if not path.exists():
        raise NotFoundError(f"question set {path} is not there; give the path of a {_READ} file.")
    if path.is_dir():
        raise EvaluationError(f"question set {path} is a folder; give one file: {_READ}.")
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        first = next((line for _, line in _lines(path)), None)
        if first is None:
            raise EvaluationError(f"question set {path.name} is empty; it needs at least one question.")
        return _load_squad(path, sha256) if _is_squad(path, first) else _load_jsonl(path, sha256)
    except OSError as exc:
        raise EvaluationError(f"question set {path} cannot be read: {exc.strerror}; check its permissions.") from exc


def select_questions(questions: QuestionSet, *, limit: int | None = None, kinds: Sequence[str] = ()) -> QuestionSet:
    """Keep the questions of some kinds, and no more than limit of them, in the set's order.

    Raises EvaluationError for a kind that does not occur, or a limit below 1.
    """
    if limit is not None and limit < 1:
        raise EvaluationError(f"limit is {limit}; it must be 1 or more.")
    there = sorted({question.kind for question in questions.questions})
    unknown = [kind for kind in kinds if kind not in there]
    if unknown:
        raise EvaluationError(f"unknown kind '{unknown[0]}'; {questions.name} has {', '.join(there)}.")
    kept = [question for question in questions.questions if not kinds or question.kind in kinds]
    return replace(questions, questions=tuple(kept[:limit]))


def _is_squad(path: Path, first: bytes) -> bool:
    """Say whether the file is one JSON value; first is its first line that holds something.

    A first line that is no JSON by itself opens a value of many lines, unless the name promises JSON Lines.
    """
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return path.suffix.casefold() not in {".jsonl", ".ndjson"}
    return isinstance(record, list) or (isinstance(record, dict) and "data" in record and "question" not in record)


def _load_squad(path: Path, sha256: str) -> QuestionSet:
    where = path.name
    value = parse_json(_decode(path.read_bytes().removeprefix(_BOM), where=where), where=where)
    if not isinstance(value, dict) or "data" not in value:
        got = f"an object with the keys {', '.join(list(value)[:8])}" if isinstance(value, dict) else "a list"
        raise EvaluationError(f"{where} is {got if value else 'empty'}; what is read: {_READ}.")
    questions, documents, notes = read_squad(value, name=where, stem=path.stem)
    _require_questions(questions, where)
    return QuestionSet(path.stem, SetFormat.SQUAD, questions, documents, sha256, notes)


def _load_jsonl(path: Path, sha256: str) -> QuestionSet:
    questions: list[Question] = []
    lines: dict[str, int] = {}
    unused: Counter[str] = Counter()
    contradicting: list[str] = []
    for number, line in _lines(path):
        where = f"{path.name}, line {number}"
        record = take_record(parse_json(_decode(line, where=where), where=where), where=where)
        unused.update(find_unused_keys(record, _KEYS, where=where))
        question = _read_question(record, where=where)
        if question.id in lines:
            raise EvaluationError(
                f"{where}: id '{question.id}' stands already on line {lines[question.id]}; "
                "each id must occur once. Rename one."
            )
        lines[question.id] = number
        questions.append(question)
        if not question.answerable and (question.answers or question.evidence):
            contradicting.append(question.id)
    _require_questions(questions, path.name)
    notes = [f"key '{key}' is not used ({count} questions)." for key, count in sorted(unused.items())]
    if contradicting:
        notes.append(
            f"questions said to be unanswerable that carry answers or evidence, which are not used: "
            f"{', '.join(contradicting[:5])}{' …' if len(contradicting) > 5 else ''}."
        )
    return QuestionSet(path.stem, SetFormat.JSONL, tuple(questions), (), sha256, tuple(notes))


def _read_question(record: Mapping[str, object], *, where: str) -> Question:
    return Question(
        id=take_text(record, "id", where=where),
        question=take_text(record, "question", where=where),
        kind=take_optional_text(record, "kind", default="other", where=where),
        lang=take_optional_text(record, "lang", default="vi", where=where),
        docs=take_texts(record, "docs", where=where),
        answers=take_texts(record, "answers", where=where),
        evidence=take_texts(record, "evidence", where=where),
        alt_evidence=take_texts(record, "alt_evidence", where=where),
        items=take_texts(record, "items", where=where),
        near_miss_docs=take_texts(record, "near_miss_docs", where=where),
        answerable=take_truth(record, "answerable", default=True, where=where),
    )


def _require_questions(questions: tuple[Question, ...] | list[Question], where: str) -> None:
    if not questions:
        raise EvaluationError(f"question set {where} holds no question; it needs at least one.")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold something, numbered from 1, without a byte order mark."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            held = (line.removeprefix(_BOM) if number == 1 else line).strip()
            if held:
                yield number, held


def _decode(data: bytes, *, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise EvaluationError(f"{where} is not UTF-8 at byte {exc.start}; save the file as UTF-8.") from exc
