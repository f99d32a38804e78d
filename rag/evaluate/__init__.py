"""Question sets, metrics and runs on disk. Knows nothing of the engine: it is handed an ``ask``."""

from __future__ import annotations

from rag.evaluate.question_sets import QuestionSet, SetDocument, load_questions
from rag.evaluate.run import evaluate
from rag.evaluate.summary import Summary, format_summary, summary_json

__all__ = ["QuestionSet", "SetDocument", "Summary", "evaluate", "format_summary", "load_questions", "summary_json"]
