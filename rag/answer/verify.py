"""What is checked before an answer leaves: quotes are verbatim, every claim is cited and says what its quote says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer.arithmetic import check_arithmetic, is_arithmetic
from rag.answer.claims import Claim, join_claims, split_claims
from rag.answer.gate.edits import find_edits
from rag.answer.gate.figures import judge_figure
from rag.answer.gate.settling import settle
from rag.answer.gate.sources import Source, Told, language_of, lower_alike, read_sources, year_of
from rag.answer.gate.times import with_digits
from rag.answer.gate.words import check_words, tells_a_fact
from rag.figures import Setting, find_quantities, read_paragraph
from rag.types import Check, Citation, Document

#: What is longer is no clause or sentence, and no quote to compare it with: a page passes only word for word.
_LONGEST_CLAIM, _LONGEST_QUOTE = 2000, 20_000
_MARKER = re.compile(r"\s?\[\d+\]")
_SPACES = re.compile(r"\s+")
_BRACKETED = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left of an answer, and why. text: "" where nothing is; citations: those that are verbatim.

    short: as given where a quote that is kept carries it, else None. checks: one a quote, a claim, a figure.
    """

    text: str
    short: str | None
    citations: tuple[Citation, ...]
    checks: tuple[Check, ...]


def verify_answer(
    text: str,
    citations: Sequence[Citation],
    *,
    documents: Callable[[str], Document],
    settings: Callable[[str, int], Setting],
    short: str | None = None,
    language: str = "vi",
) -> Verified:
    """Check an answer, whoever wrote it, against its quotes; a claim that fails is dropped with what depends on it.

    documents: gives the frozen report; settings: what the quoted passage inherits from its place in it.
    """
    sources = read_sources(citations, documents=documents, settings=settings)
    checks = [_quote_check(citation, citation.n in sources) for citation in citations]
    claims = split_claims(text)
    kept: list[bool] = []
    for claim in claims:
        found = _judge_claim(claim, sources, language)
        kept.append(all(check.passed for check in found))
        checks += found
    left = join_claims(text, claims, kept)
    shown = [
        sources[n] for claim, stays in zip(claims, kept, strict=True) if stays for n in claim.cited if n in sources
    ]
    return Verified(
        text=left,
        short=short if short is not None and left and _carries(short, shown, left) else None,
        citations=tuple(source.citation for source in sources.values()),
        checks=tuple(checks),
    )


def _quote_check(citation: Citation, stands: bool) -> Check:
    return Check("quote", stands, citation.quote, citation.n, () if stands else ("quote",))


def _judge_claim(claim: Claim, sources: Mapping[int, Source], language: str) -> list[Check]:
    """Check one claim. Returns the check of the claim and one for each of its figures."""
    text = claim.text
    if not text:
        return []
    if not claim.cited:
        needed = tells_a_fact(text)
        return [Check("claim", not needed, text, None, ("uncited",) if needed else ())]
    first = claim.cited[0]
    cited = [sources[n] for n in claim.cited if n in sources]
    if len(cited) < len(claim.cited):
        return [Check("claim", False, text, first, ("citation",))]
    if any(_repeats(text, source) for source in cited):
        return [Check("claim", True, text, first), *_figures_of_extract(text, first)]
    if is_arithmetic(text):
        figures = [stated.quantity for source in cited for stated in source.stated]
        check = check_arithmetic(text, figures, citation=first)
        return [replace(check, name="claim"), check]
    if len(text) > _LONGEST_CLAIM or any(len(source.quote) > _LONGEST_QUOTE for source in cited):
        return [Check("claim", False, text, first, ("length",))]
    return _compare(text, cited, language)


def _compare(text: str, cited: Sequence[Source], language: str) -> list[Check]:
    """Compare a claim in other words than its quote's: each figure, then the words."""
    setting = cited[0].setting
    own = Setting(place=setting.place, organisation=setting.organisation, dates=setting.dates, period=setting.period)
    year = year_of(setting)
    stated = tuple(settle(figure, text, year) for figure in read_paragraph(with_digits(text), own))
    told = Told(text, lower_alike(text), stated, language_of(text, language))
    verdicts = [judge_figure(figure, told, cited) for figure in told.stated]
    spans = [(v.stated.quantity.start, v.stated.quantity.end) for v in verdicts]
    failed = dict.fromkeys(kind for verdict in verdicts for kind in verdict.failed)
    failed |= dict.fromkeys(kind for kind, _ in check_words(told, cited, spans))
    if len(cited) == 1:
        failed |= dict.fromkeys(find_edits(told, cited[0]))
    checks = [Check("claim", not failed, text, cited[0].citation.n, tuple(failed))]
    for verdict in verdicts:
        quantity = verdict.stated.quantity
        words = text[quantity.full_start : quantity.end]
        checks.append(Check("figure", not verdict.failed, words, verdict.citation, verdict.failed))
    return checks


def _repeats(text: str, source: Source) -> bool:
    """Say whether a claim is the quote itself, word for word."""
    return _plain(text) == _plain(source.quote)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _BRACKETED.sub(r"(\1)", text)).strip(" .;,:")


def _figures_of_extract(text: str, n: int) -> list[Check]:
    return [Check("figure", True, text[q.full_start : q.end], n) for q in find_quantities(text)]


def _carries(short: str, shown: Sequence[Source], text: str) -> bool:
    """Say whether a short answer stands in the text that is left, or in a quote that it still rests on."""
    plain = _plain(short).casefold()
    if plain in _plain(_MARKER.sub("", text)).casefold():
        return True
    return any(plain in _plain(source.quote).casefold() for source in shown)


def verify_citations(citations: Sequence[Citation], *, documents: Callable[[str], Document]) -> tuple[Citation, ...]:
    """Compare every quote with its report, character by character; keep only those that are verbatim.

    A citation that fails is not shown: fewer citations are better than a wrong one.
    """
    return tuple(
        replace(citation, verified=True)
        for citation in citations
        if documents(citation.doc_id).text[citation.start : citation.end] == citation.quote and citation.quote
    )


def check_figures(text: str, citations: Sequence[Citation]) -> tuple[Check, ...]:
    """Check each figure of an answer against the quotes: same value, same unit. One Check a figure."""
    text = _MARKER.sub("", text)
    quoted = {(q.value, q.value_to, q.of, q.unit) for c in citations for q in find_quantities(c.quote)}
    return tuple(
        Check(
            name="figure",
            passed=(q.value, q.value_to, q.of, q.unit) in quoted,
            detail=text[q.start : q.end],
        )
        for q in find_quantities(text)
    )
