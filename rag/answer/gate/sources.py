"""A cited quote with all that a claim may take from it: its figures in their setting, its words, names and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answer.gate.settling import settle_quoted
from rag.answer.gate.times import times_of, with_digits
from rag.figures import Setting, Stated, read_paragraph
from rag.places import PlaceSpan, find_places
from rag.text import fold, guess_language, is_syllable, syllable_key, words
from rag.types import Citation, Document, PartKind

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Told:
    """A claim as it was read: its text in small letters and its figures."""

    text: str
    lower: str
    stated: tuple[Stated, ...]
    language: str


class Source:
    """One verified citation. Everything is read when first needed."""

    def __init__(self, citation: Citation, document: Document, setting: Setting) -> None:
        self.citation = citation
        self.document = document
        self.setting = setting
        self.quote = citation.quote
        self.lower = lower_alike(citation.quote)
        self.year = year_of(setting)

    @cached_property
    def language(self) -> str:
        """The language of the quote."""
        return language_of(self.quote, guess_language(self.quote))

    @cached_property
    def stated(self) -> tuple[Stated, ...]:
        """The figures of the quote, read in their paragraph; positions are the quote's."""
        text, start, end = self.document.text, self.citation.start, self.citation.end
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        row = next((p for p in self.document.parts if p.kind is PartKind.TABLE_ROW and p.start <= start < p.end), None)
        if row is not None:
            # The line of a Markdown table begins with a bar that parts no cells.
            first, last = row.start, max(row.end, end)
        found = read_paragraph(with_digits(text[first:last]), self.setting, is_row=row is not None)
        within = (s for s in found if start <= s.quantity.start + first and s.quantity.end + first <= end)
        paragraph = text[first:last]
        settled = (settle_quoted(s, paragraph, self.setting, self.year) for s in within)
        return tuple(_shift(s, first - start) for s in settled)

    @cached_property
    def places(self) -> list[PlaceSpan]:
        """The places the quote names, in order."""
        return sorted(find_places(self.quote), key=lambda place: place.start)

    @cached_property
    def about(self) -> str:
        """What may be named besides the quote's own words: title, place, organisation, headings, date, subjects."""
        inherited = (s.subject for s in self.stated if s.subject)
        setting = self.setting
        own = (setting.title, setting.place, setting.organisation, *setting.headings, *setting.dates)
        document = self.document
        return "\n".join(
            filter(None, (*own, self.citation.title, self.citation.label, document.number, document.signer, *inherited))
        )

    @cached_property
    def all_words(self) -> Words:
        """The words of the quote and of what is about it."""
        return Words(f"{self.quote}\n{self.about}")

    @cached_property
    def own_words(self) -> Words:
        """The words of the quote alone."""
        return Words(self.quote)

    @cached_property
    def own_times(self) -> tuple[str, ...]:
        """The periods and dates that the quote itself names."""
        return tuple(times_of(self.quote, self.year))

    @cached_property
    def times(self) -> frozenset[str]:
        """The periods and dates that the quote and its setting name, in normal form."""
        found = set(times_of(f"{self.quote}\n{self.about}", self.year))
        found |= {s.period for s in self.stated if s.period}
        found |= {*self.setting.dates, *filter(None, (self.setting.period,))}
        return frozenset(found)


class Words:
    """The words of a text under their keys, in order."""

    def __init__(self, text: str) -> None:
        found = [text[a:b] for a, b in words(text)]
        keys = [syllable_key(word) for word in found]
        folded = [fold(word) for word in found]
        self.keys = frozenset(keys)
        self.folded_keys = frozenset(folded)
        self._line = f" {' '.join(keys)} "
        self._folded = f" {' '.join(folded)} "

    def have(self, phrase: str) -> bool:
        """Say whether a phrase stands there word for word; one typed without accents meets accented words."""
        found = [phrase[a:b] for a, b in words(phrase)]
        if phrase.isascii():
            return f" {' '.join(map(fold, found))} " in self._folded
        return f" {' '.join(map(syllable_key, found))} " in self._line


def read_sources(
    citations: Iterable[Citation],
    *,
    documents: Callable[[str], Document],
    settings: Callable[[str, int], Setting],
) -> dict[int, Source]:
    """Check each quote against its report, character by character. Returns those that are verbatim, by number."""
    sources: dict[int, Source] = {}
    for citation in citations:
        document = documents(citation.doc_id)
        stands = 0 <= citation.start < citation.end <= len(document.text)
        if stands and document.text[citation.start : citation.end] == citation.quote:
            setting = settings(citation.doc_id, citation.start)
            sources[citation.n] = Source(replace(citation, verified=True), document, setting)
    return sources


def year_of(setting: Setting) -> int | None:
    """Give the year that "6 tháng đầu năm" counts from: of the report's period, else date, else title."""
    for text in (setting.period or "", *setting.dates, setting.title):
        if found := _YEAR.findall(text):
            return int(found[-1])
    return None


def language_of(text: str, asked: str) -> str:
    """Tell the language of a claim by its words in small letters; names say nothing. asked: where they do not tell."""
    plain = [text[a:b] for a, b in words(text) if text[a].islower() and b - a > 1]
    if any(fold(word) != word.casefold() for word in plain):
        return "vi"
    foreign = sum(not is_syllable(word) for word in plain)
    return "en" if foreign * 3 > len(plain) else asked


def lower_alike(text: str) -> str:
    """Lower a text without changing its length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _shift(stated: Stated, by: int) -> Stated:
    if by == 0:
        return stated
    quantity = stated.quantity
    moved = replace(quantity, start=quantity.start + by, end=quantity.end + by, full_start=quantity.full_start + by)
    return replace(stated, quantity=moved, metric_start=stated.metric_start + by, metric_end=stated.metric_end + by)
