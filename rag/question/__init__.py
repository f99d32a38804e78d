"""What a question asks for: entity, period, metric, role, kind of answer, language. Pure."""

from __future__ import annotations

from rag.question.cleaning import MAX_QUESTION_CHARS, clean_question
from rag.question.names import match_entities
from rag.question.parts import split_question
from rag.question.phrases import find_ends
from rag.question.understanding import asks_target, understand

__all__ = [
    "MAX_QUESTION_CHARS",
    "asks_target",
    "clean_question",
    "find_ends",
    "match_entities",
    "split_question",
    "understand",
]
