"""A whole report as a page, with the quoted words marked. Pure: a Document in, HTML out.

A long report is shown a part at a time, so that neither server nor browser holds megabytes of tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rag.answer.refer import refer_to
from rag.types import Context, Document, Part, PartKind
from ui.links import fingerprint, original_link, window_link
from ui.markup import escape
from ui.words import words, write_count, write_date, write_period

#: Characters of a report that are shown at once. Longer ones are shown in windows of this size.
WINDOW_CHARS = 300_000
_LEAD_CHARS = 60_000
_TAGS = {
    PartKind.TITLE: "h2",
    PartKind.HEADING: "h3",
    PartKind.LIST_ITEM: "li",
    PartKind.TABLE_ROW: "li",
}
_LISTS = {PartKind.LIST_ITEM: "items", PartKind.TABLE_ROW: "rows"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a report to look. start, end: of the quoted words; fingerprint: of those words. at: of a window."""

    start: int | None = None
    end: int | None = None
    fingerprint: str = ""
    at: int | None = None

    def is_in(self, document: Document) -> bool:
        """Say whether the quoted words still stand there."""
        if self.start is None or self.end is None or not 0 <= self.start < self.end <= len(document.text):
            return False
        return not self.fingerprint or self.fingerprint == fingerprint(document.text[self.start : self.end])


def draw_report(document: Document, place: Place, *, label: str, has_original: bool, language: str) -> str:
    """Draw a report: what it is, then its text by its parts, the quoted words in <mark id="mark">.

    label: how it is referred to. has_original: whether the file can still be fetched.
    """
    marked = place.is_in(document)
    span = (place.start or 0, place.end or 0) if marked else (0, 0)
    low, high = _window(document, span, place.at)
    notice = ""
    if place.start is not None and not marked:
        notice = f'<p class="notice" role="status">{escape(words(language)["changed"])}</p>'
    around = _window_links(document, low, high, language)
    text = "".join(_draw_text(document, span, low, high, language))
    header = _draw_header(document, span, label=label, has_original=has_original, marked=marked, language=language)
    body = f'<div class="text" lang="{escape(document.language or language)}">{text}</div>'
    return f'<article class="report">{header}{notice}{around}{body}{around}</article>'


def label_of(document: Document) -> str:
    """Say how a report is referred to, "Báo cáo số 540/BC-UBND, ngày 15/12/2023"; "" where it does not say."""
    return refer_to(Context(title=document.title, dates=document.dates, number=document.number, type=document.type))


def draw_gone(language: str) -> str:
    """Draw what stands in the place of a report that is not there."""
    says = words(language)
    return (
        f'<article class="report"><header><h1 tabindex="-1">{escape(says["gone_title"])}</h1></header>'
        f'<p class="notice" role="status">{escape(says["gone"])}</p></article>'
    )


def draw_failed(sentence: str, language: str) -> str:
    """Draw what stands in the place of a report that cannot be fetched now."""
    title = escape(words(language)["unreadable_title"])
    return (
        f'<article class="report"><header><h1 tabindex="-1">{title}</h1></header>'
        f'<p class="notice" role="status">{escape(sentence)}</p></article>'
    )


def draw_page(article: str, *, title: str, language: str) -> str:
    """Put a report into a page of its own."""
    says = words(language)
    home = "/en/" if language == "en" else "/"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)} — danchung</title>"
        '<link rel="icon" href="/ui/icon.svg"><link rel="stylesheet" href="/ui/chat.css"></head>'
        f'<body class="reading"><nav class="bar"><a class="brand" href="{home}">danchung</a>'
        f'<a class="back" href="{home}">{escape(says["back"])}</a></nav><main>{article}</main></body></html>'
    )


# -- what the report is ---------------------------------------------------------------------------------


def _draw_header(
    document: Document, span: tuple[int, int], *, label: str, has_original: bool, marked: bool, language: str
) -> str:
    says = words(language)
    facts = (
        ("fact_date", write_date(document.dates[0]) if document.dates else ""),
        ("fact_place", document.place or ""),
        ("fact_period", write_period(document.period, language) if document.period else ""),
        ("fact_organisation", document.organisation or ""),
        ("fact_signer", document.signer or ""),
        ("fact_file", document.id),
    )
    rows = "".join(f"<div><dt>{escape(says[key])}</dt><dd>{escape(fact)}</dd></div>" for key, fact in facts if fact)
    links = []
    if marked:
        links.append(f'<a class="to-mark" href="#mark">{escape(says["to_mark"])}</a>')
    if has_original:
        page = _page_of(document, span[0]) if marked else None
        said = says["original"] if page is None else says["original_page"].format(page=page)
        address = escape(original_link(document.id, page))
        links.append(f'<a class="original" href="{address}" target="_blank" rel="noopener">{escape(said)}</a>')
    title = escape(document.title or says["no_title"])
    known = f'<p class="label">{escape(label)}</p>' if label else ""
    ways = f'<p class="ways">{"".join(links)}</p>' if links else ""
    return f'<header><h1 tabindex="-1">{title}</h1>{known}<dl class="facts">{rows}</dl>{ways}</header>'


def _page_of(document: Document, position: int) -> int | None:
    return next((part.page for part in document.parts if part.start <= position < part.end), None)


# -- its text -------------------------------------------------------------------------------------------


def _window(document: Document, span: tuple[int, int], at: int | None) -> tuple[int, int]:
    """Choose which part of a report is shown: all of it, the part that begins at a position, or around the mark."""
    length = len(document.text)
    if length <= WINDOW_CHARS:
        return 0, length
    low = at if at is not None else span[0] - _LEAD_CHARS
    low = min(max(low, 0), max(length - 1, 0))
    if at is None and low:
        low = next((part.start for part in document.parts if low <= part.start <= span[0]), low)
    return low, min(max(low + WINDOW_CHARS, span[1] if at is None else 0), length)


def _window_links(document: Document, low: int, high: int, language: str) -> str:
    """Say which part of a long report is shown, with the ways to the parts before and after it."""
    length = len(document.text)
    if (low, high) == (0, length):
        return ""
    says = words(language)
    said = says["window"].format(
        n=write_count(length, language), from_percent=100 * low // length, to_percent=-(-100 * high // length)
    )
    ways = ""
    if low:
        address = escape(window_link(document.id, at=max(low - WINDOW_CHARS, 0), language=language))
        ways += f'<a class="earlier" href="{address}">{escape(says["earlier_part"])}</a>'
    if high < length:
        address = escape(window_link(document.id, at=high, language=language))
        ways += f'<a class="later" href="{address}">{escape(says["later_part"])}</a>'
    return f'<p class="window">{escape(said)} {ways}</p>'


def _draw_text(document: Document, span: tuple[int, int], low: int, high: int, language: str) -> Iterator[str]:
    """Draw the text between low and high: every character of it is in one element, in order."""
    page: int | None = None
    marks = _Marks(document.text, span)
    for kind, parts in groupby(_cover(document, low, high), key=lambda part: part.kind):
        opened = False
        for part in parts:
            if part.page is not None and part.page != page:
                if opened:
                    yield "</ul>"
                    opened = False
                page = part.page
                yield f'<p class="page" id="page-{page}">{escape(words(language)["page"].format(page=page))}</p>'
            if kind in _LISTS and not opened:
                opened = True
                yield f'<ul class="{_LISTS[kind]}">'
            tag = _TAGS.get(kind, "p")
            yield f'<{tag} class="{kind.value}">{marks.draw(part.start, part.end)}</{tag}>\n'
        if opened:
            yield "</ul>"


def _cover(document: Document, low: int, high: int) -> Iterator[Part]:
    """Yield the parts between low and high, cut there; words that lie in no part become paragraphs."""
    at = low
    for part in document.parts:
        start, end = max(part.start, at), min(part.end, high)
        if start >= end:
            continue
        if document.text[at:start].strip():
            yield Part(PartKind.PARAGRAPH, at, start)
        yield Part(part.kind, start, end, part.page)
        at = end
    if document.text[at:high].strip():
        yield Part(PartKind.PARAGRAPH, at, high)


class _Marks:
    """Draws pieces of a text, marking what of one span lies in them; the first mark carries the id."""

    def __init__(self, text: str, span: tuple[int, int]) -> None:
        self._text = text
        self._span = span
        self._is_first = True

    def draw(self, start: int, end: int) -> str:
        """Draw text[start:end]."""
        low, high = max(start, self._span[0]), min(end, self._span[1])
        if low >= high:
            return escape(self._text[start:end])
        name = ' id="mark" tabindex="-1"' if self._is_first else ""
        self._is_first = False
        return (
            f"{escape(self._text[start:low])}<mark{name}>{escape(self._text[low:high])}</mark>"
            f"{escape(self._text[high:end])}"
        )
