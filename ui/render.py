"""An answer's JSON → escaped HTML on one line. Pure. What came from a report or a person is escaped first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ui.answer_parts import draw_checks, draw_choices, draw_marker, draw_table
from ui.evidence import Json, Shown, draw_cited, draw_evidence, draw_passages
from ui.links import export_link
from ui.markup import escape
from ui.words import words, write_count

_MARKER = re.compile(r"\[(\d{1,4})\]")
#: The steps of a question, in their order.
STEPS = ("searching", "reading", "writing", "checked")
#: How many passages an abstention shows.
_NEAREST = 3


def render_answer(
    answer: Json, *, question: str, language: str, turn: int, filtered: str = "", is_past: bool = False
) -> str:
    """Draw a question and its answer or abstention.

    filtered: what the filters were, in words. is_past: of an earlier turn, its evidence folded.
    """
    shown = Shown(language, turn)
    understood = ""
    if answer["rewritten"]:
        whole = escape(answer["rewritten"])
        understood += f'<p class="understood">{shown.say("understood_as")} <strong>{whole}</strong></p>'
    if filtered:
        understood += f'<p class="understood">{shown.say("filtered", what=filtered)}</p>'
    if answer["abstained"]:
        return _turn(understood + _abstention(answer, shown, is_past), question=question, shown=shown, kind="abstained")
    return _turn(understood + _answered(answer, shown, is_past), question=question, shown=shown, kind="answered")


def render_working(question: str, *, step: str | None, language: str, turn: int) -> str:
    """Draw a question that is being worked on. step: the one it is at, None before the first."""
    shown = Shown(language, turn)
    at = STEPS.index(step) if step in STEPS else -1
    lines = [f'<li class="done">{shown.say(f"step_{name}")}</li>' for name in STEPS[: max(at, 0)]]
    lines.append(f'<li class="now">{shown.say(f"step_{step}" if at >= 0 else "step_waiting")}</li>')
    return _turn(
        f'<ol class="steps" role="status">{"".join(lines)}</ol>', question=question, shown=shown, kind="working"
    )


def render_problem(sentence: str, *, question: str, language: str, turn: int, kind: str = "failed") -> str:
    """Draw a question that got no answer, and why. kind: failed or stopped."""
    drawn = f'<p class="problem" role="alert">{escape(sentence)}</p>'
    return _turn(drawn, question=question, shown=Shown(language, turn), kind=kind)


def render_welcome(*, language: str, documents: int | None, passages: int) -> str:
    """Draw what stands where no question has been asked: what the library holds, or how to fill it.

    documents: how many, None while it is not known yet.
    """
    shown = Shown(language, 0)
    if documents:
        counts = {"documents": write_count(documents, language), "passages": write_count(passages, language)}
        holds = f'<p class="holds">{shown.say("library_holds", **counts)}</p>'
    else:
        why = shown.say("starting" if documents is None else "empty_library")
        holds = f'<p class="problem" role="status">{why}</p>'
    about = f'<p class="about">{shown.say("welcome_about")}</p>'
    return f'<div class="welcome"><h2>{shown.say("welcome")}</h2>{about}{holds}</div>'


def _turn(inner: str, *, question: str, shown: Shown, kind: str) -> str:
    return f'<div class="turn {kind}" id="turn-{shown.turn}"><h2 class="asked">{escape(question)}</h2>{inner}</div>'


def _answered(answer: Json, shown: Shown, is_past: bool) -> str:
    short = f'<p class="short">{escape(answer["short"])}</p>' if answer["short"] else ""
    note = f'<p class="note">{escape(answer["note"])}</p>' if answer["note"] else ""
    # Choices show their figures and citations themselves: the text and the table that list them would say it thrice.
    told = {**answer, "answer": answer["answer"].partition("\n")[0]} if answer["choices"] else answer
    said = "".join(f"<p>{line}</p>" for line in _paragraphs(told, shown))
    table = "" if answer["choices"] else draw_table(answer, shown)
    others = "; ".join(other for other in answer["answers"] if other != answer["short"])
    also = f'<p class="also">{shown.say("also", answers=others)}</p>' if others and not answer["choices"] else ""
    evidence = draw_evidence(answer, shown)
    if is_past:
        evidence = _folded("evidence_of", evidence, shown)
    return (
        f'<div class="columns"><div class="reply">{short}{note}<div class="said">{said}</div>'
        f"{table}{draw_choices(answer, shown)}{also}{draw_checks(answer, shown)}"
        f"{_acts(answer, shown)}</div>"
        f'<div class="evidence" role="complementary">{evidence}</div></div>'
    )


def _paragraphs(answer: Json, shown: Shown) -> Iterator[str]:
    """Write the text, paragraph by paragraph, with [n] as links. A number that cites nothing stays text."""
    citations = {citation["n"]: citation for citation in answer["citations"]}
    hits = {hit["passage_id"]: hit for hit in answer["evidence"]}
    short = answer["short"] or ""
    seen = 0
    for line in filter(str.strip, answer["answer"].split("\n")):
        pieces: list[str] = []
        at = 0
        for marker in _MARKER.finditer(line):
            citation = citations.get(int(marker[1]))
            if citation is not None:
                # No line may begin with [n]: what stands before it stays with it.
                said = line[at : marker.start()].rstrip(" ")
                pieces.append(_with_short(said, short))
                short = "" if short in said else short
                seen += 1
                pieces.append(draw_marker(citation, hits.get(citation["passage_id"], {}), shown, str(seen)))
                at = marker.end()
        pieces.append(_with_short(line[at:], short))
        short = "" if short in line[at:] else short
        yield "".join(pieces)


def _with_short(text: str, short: str) -> str:
    """Escape a text; the first place of the short answer in it stands out."""
    before, found, after = text.partition(short) if short else (text, "", "")
    return escape(before) + (f"<strong>{escape(found)}</strong>" if found else "") + escape(after)


def _acts(answer: Json, shown: Shown) -> str:
    """Draw what can be done with an answer. chat.js knows it by the id; without one nothing can be done."""
    if not answer["answer_id"]:
        return ""
    addresses = {form: escape(export_link(answer["answer_id"], form)) for form in ("md", "docx")}
    downloads = "".join(
        f'<a class="act" download="" href="{address}">{shown.say(f"download_{form}")}</a>'
        for form, address in addresses.items()
    )
    votes = "".join(
        f'<button type="button" class="act vote {vote}">{shown.say(f"vote_{vote}")}</button>' for vote in ("up", "down")
    )
    return (
        f'<div class="acts" id="answer-{escape(answer["answer_id"])}">'
        f'<button type="button" class="act copy">{shown.say("copy")}</button>{downloads}'
        f'<span class="votes">{votes}</span></div>'
    )


def _folded(title: str, drawn: str, shown: Shown) -> str:
    return f'<details class="folded"><summary>{shown.say(title)}</summary>{drawn}</details>'


def _abstention(answer: Json, shown: Shown, is_past: bool) -> str:
    """Draw an abstention: the reason, what the reports say instead, and the nearest passages as what they are."""
    table = words(shown.language)
    title = table.get(f"abstained_{answer['reason']}", table["abstained"])
    drawn = (
        f'<div class="withheld"><p class="withheld-title">{escape(title)}</p>{"".join(_reasons(answer, shown))}</div>'
    )
    cited = {citation["passage_id"] for citation in answer["citations"]}
    nearest = [hit for hit in answer["evidence"] if hit["passage_id"] not in cited][:_NEAREST]
    if cited:
        found = draw_cited(answer, shown)
        found = _folded("instead", found, shown) if is_past else f"<h3>{shown.say('instead')}</h3>{found}"
        drawn += f'<div class="instead">{found}</div>'
    if nearest:
        passages = draw_passages(nearest, shown)
        is_folded = is_past or bool(cited)
        passages = _folded("nearest", passages, shown) if is_folded else f"<h3>{shown.say('nearest')}</h3>{passages}"
        drawn += f'<div class="nearest">{passages}</div>'
    return drawn


def _reasons(answer: Json, shown: Shown) -> Iterator[str]:
    """Say why there is no answer, in the answer's own words where the page speaks its language: they say more."""
    known = words(shown.language).get(f"reason_{answer['reason']}")
    lines = list(_paragraphs(answer, shown)) if answer["understood"]["language"] == shown.language else []
    first, *more = lines or [escape(known or answer["answer"])]
    yield f'<p class="reason">{first}</p>'
    for line in more:
        yield f'<p class="found">{line}</p>'
