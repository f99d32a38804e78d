"""A question as it was typed or piped in → one that can be asked."""

from __future__ import annotations

import re
import unicodedata

from rag.errors import QuestionError
from rag.text import to_nfc

MAX_QUESTION_CHARS = 2000
_SPACE = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r" +(?=[,;?!](?:\s|$))| (?=,[^\W\d_])")
_AFTER_MARK = re.compile(r"(?<=[^\W_],)(?=[^\W\d_])")
# "năm2022", "quý II / 2022"
_GLUED_YEAR = re.compile(r"(?i)\b(năm|nam)(?=(?:19|20)\d\d(?!\d))")
_GLUED_WORD = re.compile(r"(?i)(?<!\d)((?:19|20)\d\d)(?=(?:là|la|của|cua|đạt|dat|có|co|thì|thi)\b)")
_LOOSE_SLASH = re.compile(r"(?<=[\dIVX]) / (?=(?:19|20)\d\d\b)")


def tidy_question(question: str) -> str:
    """Put a question into NFC with the blanks where they belong: "năm2022 ,huyện" is read as "năm 2022, huyện"."""
    text = _SPACE.sub(" ", to_nfc(question)).strip()
    text = _AFTER_MARK.sub(" ", _BEFORE_MARK.sub("", text))
    return _LOOSE_SLASH.sub("/", _GLUED_WORD.sub(r"\1 ", _GLUED_YEAR.sub(r"\1 ", text)))


def clean_question(question: str) -> str:
    """Put a question into NFC, without control characters, outer space and what cannot be seen, as a report's text is.

    Raises QuestionError if nothing is left or over 2,000 characters are.
    """
    text = question.encode("utf-8", "replace").decode("utf-8")
    # A soft hyphen or a zero-width space of a web page stands inside a word.
    text = to_nfc("".join(c for c in text if unicodedata.category(c) != "Cf"))
    text = "".join(c if c.isprintable() or c.isspace() else " " for c in text)
    text = _SPACE.sub(" ", text).strip()
    if not text:
        raise QuestionError("the question is empty; ask for something, such as: Thu nhập bình quân đầu người năm 2023?")
    if len(text) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(text):,} characters, allowed: {MAX_QUESTION_CHARS:,}; ask for one thing at a time"
        )
    return text
