"""What a run comes to: means over its questions, overall, by kind and by language, and a page to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rag.evaluate.locate import Unresolved
from rag.evaluate.metrics import abstention_scores
from rag.evaluate.scoring import CUTS, Scored
from rag.evaluate.thresholds import Thresholds, answerability_auc, format_thresholds
from rag.evaluate.trec import MEASURES

_ANSWER = ("answer_em", "figure_accuracy", "answer_f1", "answer_in_text", "item_recall")


@dataclass(frozen=True, slots=True)
class Scores:
    """The metrics of some questions. None: the metric applies to none of them.

    measured: over how many questions (for shares of citations and passages: how many of those) each is taken.
    """

    n: int
    n_answerable: int
    metrics: Mapping[str, float | None]
    measured: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run as a whole. k: how many passages were looked at. n_in_set: before limit and kinds.

    evidence_not_found: (question id, quote) of quotes that stand in none of the named documents; they count as
    not found. failed: (question id, message). seconds: of asking, p50 and p95 a question and the total.
    thresholds: what each threshold would have done, where that was looked at.
    """

    name: str
    format: str
    sha256: str
    n_in_set: int
    k: int
    overall: Scores
    by_kind: Mapping[str, Scores]
    by_language: Mapping[str, Scores]
    failed: tuple[tuple[str, str], ...]
    evidence_not_found: tuple[tuple[str, str], ...]
    documents_not_found: tuple[Unresolved, ...]
    notes: tuple[str, ...]
    configuration: Mapping[str, object]
    snapshot: str | None
    embedder: str | None
    generator: str | None
    seconds: Mapping[str, float | None]
    started: str
    version: str
    thresholds: Thresholds | None = None


def sum_up(scored: Sequence[Scored], *, k: int) -> Scores:
    """Take the means of the metrics over the questions each applies to.

    Citation precision and the verbatim shares are pooled: the share of all citations. A citation for a question
    that has no answer is wrong. What an abstention shows is not counted as cited.
    """
    names = [f"evidence_recall@{cut}" for cut in sorted({*CUTS, k})]
    names += [*MEASURES, *(f"document_success@{cut}" for cut in CUTS), *_ANSWER, "citation_recall", "right_citation"]
    metrics: dict[str, float | None] = {}
    measured: dict[str, int] = {}
    for name in names:
        values = [value for one in scored if (value := one.scores.get(name)) is not None]
        measured[name] = len(values)
        metrics[name] = sum(values) / len(values) if values else None
    pools = {
        "citation_precision": [(one.n_citations_right, one.n_citations_judged) for one in scored],
        "citations_verbatim": [(one.n_citations_verbatim, one.n_citations) for one in scored],
        "passages_verbatim": [(one.n_passages_verbatim, one.n_passages) for one in scored],
    }
    for name, pool in pools.items():
        part, whole = sum(part for part, _ in pool), sum(whole for _, whole in pool)
        measured[name] = whole
        metrics[name] = part / whole if whole else None
    outcomes = [(one.question.answerable, one.abstained) for one in scored]
    metrics.update(abstention_scores(outcomes))
    abstained = sum(abstained for _, abstained in outcomes)
    unanswerable = sum(not answerable for answerable, _ in outcomes)
    known = [
        (one.question.answerable, one.confidence) for one in scored if not one.failed and one.confidence is not None
    ]
    metrics["answerability_auc"] = answerability_auc(known)
    measured.update(
        abstention_precision=abstained,
        abstention_recall=unanswerable,
        abstention_f1=len(scored),
        false_abstention=len(scored) - unanswerable,
        answerability_auc=0 if metrics["answerability_auc"] is None else len(known),
    )
    return Scores(len(scored), len(scored) - unanswerable, metrics, measured)


def group_scores(scored: Sequence[Scored], keys: Iterable[str], *, k: int) -> dict[str, Scores]:
    """Sum up each group; keys: the group of each question."""
    groups: dict[str, list[Scored]] = {}
    for key, one in zip(keys, scored, strict=True):
        groups.setdefault(key, []).append(one)
    return {key: sum_up(groups[key], k=k) for key in sorted(groups)}


def summary_json(summary: Summary) -> dict[str, object]:
    """Write a summary as the object of summary.json."""
    record = asdict(summary)
    overall = record.pop("overall")
    return {
        "set": {key: record.pop(key) for key in ("name", "format", "sha256", "n_in_set")},
        **overall,
        "by_kind": record.pop("by_kind"),
        "by_language": record.pop("by_language"),
        **record,
        "failed": [{"id": name, "message": message} for name, message in summary.failed],
        "evidence_not_found": [{"id": name, "quote": quote} for name, quote in summary.evidence_not_found],
    }


_PAGE: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Finding the evidence",
        (
            ("evidence_recall@1", "all of it in the first passage"),
            ("evidence_recall@5", "… in the first 5"),
            ("evidence_recall@10", "… in the first 10"),
            ("document_success@1", "first passage from a right document"),
            *((name, name) for name in MEASURES),
        ),
    ),
    (
        "Short answers",
        (
            ("answer_em", "exactly an accepted one"),
            ("figure_accuracy", "value and unit of an accepted one"),
            ("answer_f1", "shared words (F1)"),
            ("answer_in_text", "accepted one within the answer"),
            ("item_recall", "items of lists named"),
        ),
    ),
    (
        "Citations",
        (
            ("right_citation", "every needed sentence cited"),
            ("citation_recall", "needed sentences cited (recall)"),
            ("citation_precision", "citations that carry evidence (precision)"),
            ("citations_verbatim", "citations that are verbatim"),
        ),
    ),
    (
        "Abstaining",
        (
            ("abstention_precision", "abstentions that were right (precision)"),
            ("abstention_recall", "unanswerable ones abstained from (recall)"),
            ("abstention_f1", "F1"),
            ("false_abstention", "answerable ones abstained from"),
            ("answerability_auc", "confidence: answerable above not (AUC)"),
        ),
    ),
)
_COLUMNS = (
    ("evidence_recall@1", "evid@1"),
    ("evidence_recall@10", "evid@10"),
    ("answer_em", "EM"),
    ("answer_f1", "F1"),
    ("right_citation", "cited"),
    ("abstention_recall", "abstained"),
)


def format_summary(summary: Summary) -> str:
    """Lay a summary out as a page of plain text. ``–`` stands where a metric applies to nothing."""
    overall = summary.overall
    part = f" of {summary.n_in_set}" if overall.n != summary.n_in_set else ""
    without = overall.n - overall.n_answerable
    seconds = {name: _seconds(value) for name, value in summary.seconds.items()}
    head = {
        "Question set": f"{summary.name} ({summary.format}), sha256 {summary.sha256[:12]}",
        "Questions": f"{overall.n}{part}: {overall.n_answerable} with an answer, {without} without",
        "Embedder": summary.embedder or "–",
        "Generator": summary.generator or "–",
        "Snapshot": summary.snapshot or "–",
        "Time": f"p50 {seconds['p50']}, p95 {seconds['p95']} a question, {seconds['total']} in all",
    }
    lines = [f"{label:<14}{text}" for label, text in head.items()]
    for title, rows in _PAGE:
        there = [(name, label) for name, label in rows if overall.measured.get(name)]
        if there:
            lines += ["", title]
        for name, label in there:
            lines.append(f"  {label:<44}{_value(overall.metrics[name]):>7}   of {overall.measured[name]}")
    for title, groups in (("By kind", summary.by_kind), ("By language", summary.by_language)):
        lines += _format_groups(title, groups)
    if summary.thresholds is not None:
        lines += ["", format_thresholds(summary.thresholds)]
    lines += _format_findings(summary)
    return "\n".join(lines)


def _format_groups(title: str, groups: Mapping[str, Scores]) -> list[str]:
    if not groups:
        return []
    width = max(20, *(len(name) + 2 for name in groups))
    lines = ["", f"{title:<{width + 2}}{'n':>5}" + "".join(f"{label:>11}" for _, label in _COLUMNS)]
    for name, scores in groups.items():
        values = "".join(f"{_value(scores.metrics.get(column)):>11}" for column, _ in _COLUMNS)
        lines.append(f"  {name:<{width}}{scores.n:>5}{values}")
    return lines


def _format_findings(summary: Summary) -> list[str]:
    findings = [f"could not be asked: {name}: {message}" for name, message in summary.failed]
    for problem in summary.documents_not_found:
        meant = f"may mean {', '.join(problem.candidates[:3])}" if problem.candidates else "is not in the library"
        findings.append(f"{problem.question_id}: document '{problem.doc}' {meant}")
    for name, quote in summary.evidence_not_found:
        findings.append(f"{name}: evidence stands in none of its documents: {quote[:70]}{'…' * (len(quote) > 70)}")
    findings += summary.notes
    if not findings:
        return []
    more = [f"  … and {len(findings) - 20} more, in summary.json"] if len(findings) > 20 else []
    return ["", "To look at", *(f"  {finding}" for finding in findings[:20]), *more]


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f} s" if value < 10 else f"{value:.0f} s"
