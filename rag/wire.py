"""Values → JSON objects, the same through every door. Fields may be added, never renamed."""

from __future__ import annotations

from typing import Any

from rag.types import (
    Answer,
    Check,
    Choice,
    Citation,
    Coverage,
    DocumentCard,
    Hit,
    IndexReport,
    Table,
    Understood,
)

Json = dict[str, Any]


def hit_json(hit: Hit) -> Json:
    """Write a hit."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "doc_id": passage.doc_id,
        "passage_id": passage.id,
        "title": hit.context.title,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "channels": {
            "dense": hit.channels.dense,
            "lexical": hit.channels.lexical,
            "reranker": hit.channels.reranker,
        },
        "kind": passage.kind.value,
        "place": hit.context.place,
        "dates": list(hit.context.dates),
        "period": hit.context.period,
        "organisation": hit.context.organisation,
        "number": hit.context.number,
        "type": hit.context.type,
        "copies": list(hit.copies),
    }


def citation_json(citation: Citation) -> Json:
    """Write a citation."""
    return {
        "n": citation.n,
        "doc_id": citation.doc_id,
        "passage_id": citation.passage_id,
        "title": citation.title,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verified": citation.verified,
        "label": citation.label,
    }


def understood_json(understood: Understood) -> Json:
    """Write what a question was taken to ask."""
    return {
        "language": understood.language,
        "accented": understood.accented,
        "kind": understood.kind.value,
        "entities": list(understood.entities),
        "periods": list(understood.periods),
        "unit": understood.unit,
        "terms": list(understood.terms),
        "metric": understood.metric,
        "role": understood.role.value,
        "sides": list(understood.sides),
        "parts": list(understood.parts),
    }


def check_json(check: Check) -> Json:
    """Write what was checked of an answer."""
    return {
        "name": check.name,
        "passed": check.passed,
        "detail": check.detail,
        "citation": check.citation,
        "failed": list(check.failed),
    }


def table_json(table: Table) -> Json:
    """Write a table: its rows are lists of cells, as many as it has columns."""
    return {
        "columns": list(table.columns),
        "rows": [[{"text": cell.text, "citation": cell.citation} for cell in row] for row in table.rows],
        "arithmetic": table.arithmetic,
    }


def coverage_json(coverage: Coverage) -> Json:
    """Write how many reports were looked at for a table."""
    return {
        "reports": coverage.n_reports,
        "stating": coverage.n_stating,
        "silent": list(coverage.silent),
        "copies": coverage.n_copies,
        "text": coverage.text,
    }


def choice_json(choice: Choice) -> Json:
    """Write one way to read a question."""
    return {
        "question": choice.question,
        "label": choice.label,
        "short": choice.short,
        "citation": choice.citation,
    }


def answer_json(answer: Answer) -> Json:
    """Write an answer. Parts that are absent are null or empty."""
    return {
        "answer_id": answer.id or None,
        "question": answer.question,
        "rewritten": answer.rewritten,
        "understood": understood_json(answer.understood),
        "answer": answer.text,
        "short": answer.short,
        "answers": list(answer.answers),
        "table": table_json(answer.table) if answer.table else None,
        "coverage": coverage_json(answer.coverage) if answer.coverage else None,
        "choices": [choice_json(choice) for choice in answer.choices],
        "note": answer.note,
        "abstained": answer.abstained,
        "reason": answer.reason.value if answer.reason else None,
        "citations": [citation_json(citation) for citation in answer.citations],
        "evidence": [hit_json(hit) for hit in answer.evidence],
        "checks": [check_json(check) for check in answer.checks],
        "generator": answer.generator,
        "embedder": answer.embedder,
        "reranker": answer.reranker,
        "confidence": answer.confidence,
        "snapshot": answer.snapshot,
        "seconds": dict(answer.seconds),
    }


def card_json(card: DocumentCard) -> Json:
    """Write a document as a list of documents shows it."""
    return {
        "id": card.id,
        "title": card.title,
        "language": card.language,
        "dates": list(card.dates),
        "period": card.period,
        "place": card.place,
        "organisation": card.organisation,
        "number": card.number,
        "type": card.type,
        "source": card.source,
        "sha256": card.sha256,
        "reader": card.reader,
        "passages": card.n_passages,
        "chars": card.n_chars,
        "copy_of": card.copy_of,
        "signer": card.signer,
        "corrected": list(card.corrected),
        "read": dict(card.read),
    }


def index_json(report: IndexReport) -> Json:
    """Write what an index run did."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": report.unchanged,
        "removed": list(report.removed),
        "missing": list(report.missing),
        "skipped": [{"path": s.path, "error": s.error, "reason": s.reason} for s in report.skipped],
        "snapshot": report.snapshot,
        "documents": report.n_documents,
        "passages": report.n_passages,
        "seconds": dict(report.seconds),
    }
