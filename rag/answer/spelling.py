"""Patterns for a text in each way it may be written: Vietnamese with accents, without them, English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from rag.places.finding import UPPER
from rag.text import fold, guess_language, is_accented

Span = tuple[int, int]

#: A capital letter, for patterns over a text as it stands.
CAPITAL = f"[{UPPER}]"
#: A letter that is none.
SMALL = f"(?:(?!{CAPITAL})[^\\W\\d_])"


class Writing(StrEnum):
    """How a text is written; each is read by patterns of its own."""

    ACCENTED = "accented"
    BARE = "bare"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Written:
    """A text and the form its patterns read. flat: as long as text, in lower case; folded where it has no accents."""

    text: str
    flat: str
    writing: Writing


# "hoà" and "hòa", "uỷ" and "ủy": patterns know the second. The "quý" of a quarter is spelt one way.
_OLD_TONES = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![^\W\d_])|(?<![^\W\d_])lí(?= do)")
_NEW_TONES = dict(
    zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ lí".split(),
        "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy lý".split(), strict=True)
)  # fmt: skip


@lru_cache(maxsize=1024)
def read_written(text: str) -> Written:
    """Read how a text is written."""
    if is_accented(text):
        lower = text.lower()
        flat = lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        return Written(text, _OLD_TONES.sub(lambda match: _NEW_TONES[match.group()], flat), Writing.ACCENTED)
    writing = Writing.ENGLISH if guess_language(text) == "en" else Writing.BARE
    return Written(text, fold(text), writing)


_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Spelled:
    """One pattern in every way a text may be written, over its flat form.

    vietnamese, english: patterns in lower case, None where a language has none.
    """

    vietnamese: str | None
    english: str | None = None
    forms: dict[Writing, re.Pattern[str]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compile the pattern for each way of writing."""
        # Capitals stay: they are classes (\\W) and group names.
        bare = self.vietnamese and "".join(c if c.isascii() else fold(c) for c in self.vietnamese)
        sources = {Writing.ACCENTED: self.vietnamese, Writing.BARE: bare, Writing.ENGLISH: self.english}
        compiled = {
            writing: re.compile(source) if source is not None else _NEVER for writing, source in sources.items()
        }
        object.__setattr__(self, "forms", compiled)

    def search(self, written: Written, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Find the first place in [start, end)."""
        return self.forms[written.writing].search(written.flat, start, len(written.flat) if end is None else end)

    def match(self, written: Written, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Match at start."""
        return self.forms[written.writing].match(written.flat, start, len(written.flat) if end is None else end)

    def finditer(self, written: Written, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Find every place in [start, end)."""
        return self.forms[written.writing].finditer(written.flat, start, len(written.flat) if end is None else end)


def trim(text: str, start: int, end: int) -> Span | None:
    """Take blanks, closing marks and lone quotes off both ends; None where nothing with a letter or digit is left."""
    while start < end and (text[start].isspace() or text[start] in ",;:.-–—•…“\"”'’‘"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:.!?-–—…“\"”'’‘"):
        end -= 1
    # A bracket without its other half.
    inner = text[start:end]
    if inner.startswith("(") and ")" not in inner:
        return trim(text, start + 1, end)
    if inner.endswith((")", "]")) and inner.count("(") + inner.count("[") < inner.count(")") + inner.count("]"):
        return trim(text, start, end - 1)
    return (start, end) if any(char.isalnum() for char in inner) else None
