"""Passages and quotes → escaped HTML: the cards beside an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.answer.refer import refer_to
from rag.types import Context
from ui.links import read_link
from ui.markup import escape
from ui.words import words, write_date, write_period

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a turn is drawn with. turn: its number in the conversation, which makes its ids unique."""

    language: str
    turn: int

    def say(self, key: str, **values: object) -> str:
        """Give a word of the table with values filled in, escaped."""
        return escape(words(self.language)[key].format(**values))

    def word(self, key: str, otherwise: str) -> str:
        """Give a word of the table as it is, to be put into another; what the table lacks stays as it came."""
        return words(self.language).get(key, otherwise)


def mark_text(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Escape a text and put <mark> around the spans [start, end), joined where they meet, cut where they leave it."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin < stop:
            pieces.append(f"{escape(text[at:begin])}<mark>{escape(text[begin:stop])}</mark>")
            at = stop
    return "".join(pieces).replace("</mark><mark>", "") + escape(text[at:])


def draw_evidence(answer: Json, shown: Shown) -> str:
    """Draw the cited passages, then the others, folded."""
    used = {citation["passage_id"] for citation in answer["citations"]}
    others = [hit for hit in answer["evidence"] if hit["passage_id"] not in used]
    drawn = f"<h3>{shown.say('cited')}</h3>{draw_cited(answer, shown)}"
    if others:
        drawn += (
            f'<details class="others"><summary>{shown.say("not_cited")} ({len(others)})</summary>'
            f"{draw_passages(others, shown)}</details>"
        )
    return drawn


def draw_cited(answer: Json, shown: Shown) -> str:
    """Draw the cited passages with their quotes marked."""
    hits = {hit["passage_id"]: hit for hit in answer["evidence"]}
    cards = [_cited_card(citation, hits.get(citation["passage_id"]), shown) for citation in answer["citations"]]
    return f'<ol class="cards">{"".join(cards)}</ol>'


def draw_passages(hits: Sequence[Json], shown: Shown) -> str:
    """Draw passages that are not cited: nothing in them is marked."""
    cards = (_card(hit, hit, shown, quote=hit["text"], drawn=escape(hit["text"])) for hit in hits)
    return f'<ul class="cards">{"".join(cards)}</ul>'


def list_facts(place: Json, hit: Json, shown: Shown) -> list[str]:
    """List how a report is referred to, its date, place and period, and the page, escaped, as far as they are known.

    place: a citation or a hit; hit: its passage, or empty where that is not at hand.
    """
    page = place["page"]
    label = place["label"] if "label" in place else _refer_to(place)
    facts = [escape(label)] if label else []
    if hit.get("dates") and write_date(hit["dates"][0]) not in label:
        facts.append(escape(write_date(hit["dates"][0])))
    if hit.get("place"):
        facts.append(escape(hit["place"]))
    if hit.get("period"):
        facts.append(shown.say("period", period=write_period(hit["period"], shown.language)))
    if page is not None:
        facts.append(shown.say("page", page=page))
    return facts


def _refer_to(hit: Json) -> str:
    """Say how the report of a hit is referred to, as citations do."""
    dates = tuple(hit.get("dates") or ())
    return refer_to(Context(title=hit["title"], dates=dates, number=hit.get("number"), type=hit.get("type")))


def link_to(place: Json, quote: str, shown: Shown) -> str:
    """Give the escaped address of a report at a quote."""
    address = read_link(place["doc_id"], start=place["start"], end=place["end"], quote=quote, language=shown.language)
    return escape(address)


def _cited_card(citation: Json, hit: Json | None, shown: Shown) -> str:
    """Draw a citation's passage with its quote marked; where the passage is not at hand, the quote alone."""
    quote = citation["quote"]
    drawn = f"<mark>{escape(quote)}</mark>"
    if hit is not None:
        start, end = citation["start"] - hit["start"], citation["end"] - hit["start"]
        if start >= 0 and hit["text"][start:end] == quote:
            drawn = mark_text(hit["text"], [(start, end)])
    return _card(citation, hit or {}, shown, quote=quote, drawn=drawn)


def _card(place: Json, hit: Json, shown: Shown, *, quote: str, drawn: str) -> str:
    """Draw one card. place: a citation or a hit. drawn: the passage as HTML."""
    number = f'<span class="n">{place["n"]}</span>' if "n" in place else ""
    title = escape(place["title"]) or shown.say("no_title")
    lines = "".join(f"<li>{fact}</li>" for fact in list_facts(place, hit, shown))
    copies = ", ".join(hit.get("copies", ()))
    also = f'<p class="copies">{shown.say("copies", names=copies)}</p>' if copies else ""
    return (
        f'<li class="card"><a class="open" href="{link_to(place, quote, shown)}" title="{shown.say("open_report")}">'
        f'{number}<span class="title">{title}</span></a><ul class="facts">{lines}</ul>'
        f"<blockquote>{drawn}</blockquote>{also}{_scores(hit, shown)}</li>"
    )


def _scores(hit: Json, shown: Shown) -> str:
    """Fold the scores away; the page shows them only where they are asked for under "Nâng cao"."""
    if not hit:
        return ""
    values = {"total": hit["score"], **hit["channels"]}
    rows = "".join(
        f"<dt>{shown.say(f'score_{name}')}</dt><dd>{'–' if values[name] is None else f'{values[name]:.3f}'}</dd>"
        for name in ("total", "dense", "lexical", *(["reranker"] if values.get("reranker") is not None else []))
    )
    return f'<details class="scores"><summary>{shown.say("scores")}</summary><dl>{rows}</dl></details>'
