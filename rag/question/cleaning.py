"""A question as it was typed or piped in → one that can be asked."""

from __future__ import annotations

import re

from rag.errors import QuestionError
from rag.text import to_nfc

MAX_QUESTION_CHARS = 2000
_SPACE = re.compile(r"\s+")


def clean_question(question: str) -> str:
    """Put a question into NFC, without control characters and outer space.

    Raises QuestionError if nothing is left or over 2,000 characters are.
    """
    text = to_nfc(question.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    text = _SPACE.sub(" ", text).strip()
    if not text:
        raise QuestionError("the question is empty; ask for something, such as: Thu nhập bình quân đầu người năm 2023?")
    if len(text) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(text):,} characters, allowed: {MAX_QUESTION_CHARS:,}; ask for one thing at a time"
        )
    return text
