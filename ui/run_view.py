"""A run as the evaluation tab shows it: verdicts, metrics and questions as plain values. Pure but for reading files.

Nothing here is markup. Marked words are pieces of text that say whether they are marked; the tab's script makes
text of every one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from ui.links import fingerprint

Json = dict[str, Any]

PAGE = 50
METRICS = (
    "right_citation",
    "citation_precision",
    "citations_verbatim",
    "answer_em",
    "figure_accuracy",
    "answer_f1",
    "answer_in_text",
    "item_recall",
    "evidence_recall@1",
    "evidence_recall@5",
    "evidence_recall@10",
    "document_success@1",
    "abstention_precision",
    "abstention_recall",
    "false_abstention",
    "answerability_auc",
)
_KIND_METRICS = ("right_citation", "answer_em", "evidence_recall@10", "abstention_recall")
_NOTES = ("failed", "documents_not_found", "evidence_not_found")


class Verdict(StrEnum):
    """What became of a question. matches, differs: of sets that do not say what should be cited."""

    RIGHT = "right"
    WRONG = "wrong"
    MATCHES = "matches"
    DIFFERS = "differs"
    RIGHTLY_ABSTAINED = "rightly_abstained"
    WRONGLY_ABSTAINED = "wrongly_abstained"
    WRONGLY_ANSWERED = "wrongly_answered"
    UNJUDGED = "unjudged"
    FAILED = "failed"


def judge(record: Mapping[str, Any]) -> Verdict:
    """Judge a record of results.jsonl by its citations; where none were expected, by its words."""
    if "error" in record:
        return Verdict.FAILED
    if not record.get("answerable", True):
        return Verdict.RIGHTLY_ABSTAINED if record.get("abstained") else Verdict.WRONGLY_ANSWERED
    if record.get("abstained"):
        return Verdict.WRONGLY_ABSTAINED
    scores = record.get("scores") or {}
    if scores.get("right_citation") is not None:
        return Verdict.RIGHT if scores["right_citation"] == 1 else Verdict.WRONG
    words = scores.get("answer_in_text", scores.get("item_recall"))
    if words is None:
        return Verdict.UNJUDGED
    return Verdict.MATCHES if words == 1 else Verdict.DIFFERS


@dataclass(frozen=True, slots=True)
class RunIndex:
    """Where each record of a results.jsonl begins, and its verdict."""

    offsets: tuple[int, ...]
    verdicts: tuple[Verdict, ...]


@lru_cache(maxsize=8)
def index_run(results: Path) -> RunIndex:
    """Read a finished run's records once, keeping nothing of them but where they are and how they were judged."""
    offsets: list[int] = []
    verdicts: list[Verdict] = []
    at = 0
    with results.open("rb") as lines:
        for line in lines:
            offsets.append(at)
            verdicts.append(judge(json.loads(line)))
            at += len(line)
    return RunIndex(tuple(offsets), tuple(verdicts))


def read_page(results: Path, expected: Path, *, verdict: Verdict | None, page: int) -> Json:
    """Show one page of a run's questions, from 0. verdict: only those; None: all."""
    index = index_run(results)
    chosen = [i for i, given in enumerate(index.verdicts) if verdict is None or given is verdict]
    shown = chosen[page * PAGE : (page + 1) * PAGE]
    records = []
    with results.open("rb") as file:
        for i in shown:
            file.seek(index.offsets[i])
            records.append(json.loads(file.readline()))
    wanted = read_expected(expected, {str(record["id"]) for record in records})
    return {
        "n": len(chosen),
        "page": page,
        "pages": -(-len(chosen) // PAGE),
        "questions": [show_question(record, wanted.get(str(record["id"]))) for record in records],
    }


def read_expected(path: Path, ids: Iterable[str]) -> dict[str, Json]:
    """Read what was expected of some questions; nothing where it was not written down."""
    wanted = set(ids)
    found: dict[str, Json] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record.get("id") in wanted:
                    found[record["id"]] = record
    except (OSError, ValueError):
        return found
    return found


def show_question(record: Mapping[str, Any], expected: Mapping[str, Any] | None) -> Json:
    """Show a question: what was answered, from which words, what was expected, and the verdict."""
    citations = record.get("citations") or []
    cited = [] if record.get("abstained") else citations
    passages = record.get("evidence") or []
    used = [hit for hit in passages if any(_overlap(hit, citation) for citation in cited)]
    return {
        "id": str(record.get("id", "")),
        "kind": str(record.get("kind", "")),
        "question": str(record.get("question", "")),
        "verdict": judge(record),
        "answerable": bool(record.get("answerable", True)),
        "abstained": bool(record.get("abstained")),
        "reason": record.get("reason"),
        "error": record.get("error"),
        "answer": str(record.get("answer") or ""),
        "short": record.get("short"),
        "cited": [show_passage(hit, cited) for hit in used] + [_show_bare(c) for c in cited if not _held(c, used)],
        "other": [show_passage(hit, ()) for hit in passages if hit not in used][:5],
        "expected": None if expected is None else {key: list(expected.get(key) or ()) for key in _EXPECTED},
    }


_EXPECTED = ("answers", "items", "evidence", "alt_evidence")


def show_passage(hit: Mapping[str, Any], citations: Sequence[Mapping[str, Any]]) -> Json:
    """Show a passage with the cited words in it marked."""
    text, start = str(hit.get("text", "")), int(hit.get("start", 0))
    spans = sorted((c["start"] - start, c["end"] - start) for c in citations if _overlap(hit, c))
    numbers = sorted({int(c["n"]) for c in citations if _overlap(hit, c)})
    return {
        "n": numbers,
        "doc_id": str(hit.get("doc_id", "")),
        "title": str(hit.get("title", "")),
        "page": hit.get("page"),
        "start": spans[0][0] + start if spans else start,
        "end": spans[0][1] + start if spans else int(hit.get("end", start)),
        "v": fingerprint(text[max(spans[0][0], 0) : spans[0][1]] if spans else text),
        "pieces": mark_spans(text, spans),
    }


def mark_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[Json]:
    """Cut a text at the edges of spans, which may overlap or reach beyond it. spans: sorted."""
    pieces: list[Json] = []
    at = 0
    for first, last in spans:
        start, end = max(first, at), min(last, len(text))
        if start >= end:
            continue
        if at < start:
            pieces.append({"text": text[at:start], "marked": False})
        pieces.append({"text": text[start:end], "marked": True})
        at = end
    if at < len(text):
        pieces.append({"text": text[at:], "marked": False})
    return pieces


def _show_bare(citation: Mapping[str, Any]) -> Json:
    """Show a citation whose passage is not among those found."""
    return {
        "n": [int(citation["n"])],
        "doc_id": str(citation.get("doc_id", "")),
        "title": str(citation.get("title", "")),
        "page": citation.get("page"),
        "start": int(citation["start"]),
        "end": int(citation["end"]),
        "v": fingerprint(str(citation.get("quote", ""))),
        "pieces": [{"text": str(citation.get("quote", "")), "marked": True}],
    }


def _held(citation: Mapping[str, Any], passages: Iterable[Mapping[str, Any]]) -> bool:
    return any(_overlap(hit, citation) for hit in passages)


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["doc_id"] == other["doc_id"] and one["start"] < other["end"] and other["start"] < one["end"])


def show_run(summary: Mapping[str, Any], results: Path) -> Json:
    """Show a run as a whole: its metrics with what each was measured on, and how many of each verdict."""
    measured, metrics = summary.get("measured") or {}, summary.get("metrics") or {}
    seconds = summary.get("seconds") or {}
    counts = Counter(index_run(results).verdicts)
    return {
        "n": summary["n"],
        "started": summary["started"],
        "embedder": summary.get("embedder"),
        "generator": summary.get("generator"),
        "metrics": [
            {"name": name, "value": metrics.get(name), "n": measured[name]} for name in METRICS if measured.get(name)
        ],
        "seconds": {name: seconds.get(name) for name in ("p50", "p95")},
        "verdicts": [{"name": verdict, "n": counts[verdict]} for verdict in Verdict if counts[verdict]],
        "kind_metrics": list(_KIND_METRICS),
        "kinds": [
            {"kind": kind, "n": scores["n"], "values": [scores["metrics"].get(name) for name in _KIND_METRICS]}
            for kind, scores in (summary.get("by_kind") or {}).items()
        ],
        "thresholds": summary.get("thresholds"),
        "notes": [{"name": name, "n": len(summary[name])} for name in _NOTES if summary.get(name)],
    }
