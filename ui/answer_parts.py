"""What belongs to an answer beside its text → escaped HTML: figures checked, a table, choices, coverage. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ui.evidence import Json, Shown, link_to, list_facts
from ui.markup import escape

#: What is compared of a figure, in the order it is told.
ASPECTS = ("value", "unit", "role", "period", "subject")
#: So many figures stand in the open; those that differ always do.
_MOST_FIGURES = 4


def draw_marker(citation: Json, hit: Json, shown: Shown, name: str) -> str:
    """Draw one [n]: a link to the report at the quote, and beside it what shows the quote at once.

    name: makes the id unique within the turn.
    """
    facts = " · ".join(list_facts(citation, hit, shown))
    lines = (
        ("title", escape(citation["title"]) or shown.say("no_title")),
        ("quote", escape(citation["quote"])),
        ("facts", facts),
    )
    card = "".join(f'<span class="peek-{part}">{line}</span>' for part, line in lines if line)
    return (
        f'<span class="cited"><a class="cite" href="{link_to(citation, citation["quote"], shown)}">'
        f"[{citation['n']}]</a>"
        f'<span class="peek" role="tooltip" id="peek-{shown.turn}-{name}">{card}</span></span>'
    )


def draw_checks(answer: Json, shown: Shown) -> str:
    """Draw a small mark for each figure of an answer, then whether its sentences and quotes were found right."""
    figures = _unlike(check for check in answer["checks"] if check["name"] == "figure")
    chips = [_figure(check, shown, f"f{i}") for i, check in enumerate(figures, start=1)]
    differing = sum(not check["passed"] for check in figures)
    most = max(_MOST_FIGURES, differing)
    marks = chips[:most]
    if any(check["name"] == "claim" and not check["passed"] for check in answer["checks"]):
        marks.append(f'<li class="badge bad">{shown.say("claims_differ")}</li>')
    if answer["citations"]:
        verified = all(citation["verified"] for citation in answer["citations"])
        said = shown.say("quote_verified" if verified else "quote_unverified")
        marks.append(f'<li class="badge {"good" if verified else "bad"}">{said}</li>')
    if not marks:
        return ""
    drawn = f'<ul class="checks">{"".join(marks)}</ul>'
    if rest := chips[most:]:
        summary = shown.say("more_figures", n=len(rest))
        drawn += (
            f'<details class="folded"><summary>{summary}</summary><ul class="checks">{"".join(rest)}</ul></details>'
        )
    return f'<div class="checked"><p class="checked-lead">{shown.say("checked")}</p>{drawn}</div>'


def _unlike(checks: Iterator[Json]) -> list[Json]:
    """Leave out what was checked before with the same outcome; those that differ come first."""
    seen = {(c["detail"], c["citation"], tuple(c["failed"]), c["passed"]): c for c in checks if c["detail"]}
    return sorted(seen.values(), key=lambda check: bool(check["passed"]))


def _figure(check: Json, shown: Shown, name: str) -> str:
    """Draw one figure: a button, so that fingers and keys reach what was checked of it."""
    failed = [_aspect(aspect, shown) for aspect in check["failed"]]
    said = escape(check["detail"])
    if failed:
        said += f'<span class="chip-failed"> {shown.say("figure_other", what=", ".join(failed))}</span>'
    lines = "".join(f'<span class="peek-{part}">{line}</span>' for part, line in _explain(check, shown))
    return (
        f'<li class="cited figure {"good" if check["passed"] else "bad"}">'
        f'<button type="button" class="chip">{said}</button>'
        f'<span class="peek" role="tooltip" id="peek-{shown.turn}-{name}">{lines}</span></li>'
    )


def _explain(check: Json, shown: Shown) -> Iterator[tuple[str, str]]:
    """Say what was checked of a figure: in its own citation all of it, else only that it stands in some quote."""
    n, failed = check["citation"], check["failed"]
    if n is None:
        yield "title", shown.say("figure_stands" if check["passed"] else "figure_missing")
        if check["passed"]:
            yield "facts", shown.say("figure_stands_about")
    else:
        yield "title", shown.say("figure_matches" if check["passed"] else "figure_differs", n=n)
        same = [_aspect(aspect, shown) for aspect in ASPECTS if aspect not in failed]
        if same and "uncited" not in failed and (check["passed"] or failed):
            yield "facts", shown.say("figure_same", what=", ".join(same))
    if failed:
        yield "facts", shown.say("figure_other", what=", ".join(_aspect(aspect, shown) for aspect in failed))


def _aspect(name: str, shown: Shown) -> str:
    return shown.word(f"aspect_{name}", name)


# -- a table --------------------------------------------------------------------------------------------


def draw_table(answer: Json, shown: Shown) -> str:
    """Draw what several reports say side by side, how the answer follows from it, and which reports were looked at."""
    table = answer["table"]
    drawn = ""
    if table and table["columns"]:
        citations = {citation["n"]: citation for citation in answer["citations"]}
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in table["columns"])
        rows = "".join(f"<tr>{''.join(_cells(row, citations, shown))}</tr>" for row in table["rows"])
        drawn = (
            f'<div class="sheet" role="region"><table><caption>{shown.say("table")}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
        if table["arithmetic"]:
            drawn += f'<p class="arithmetic">{escape(table["arithmetic"])}</p>'
    return drawn + _coverage(answer["coverage"], shown)


def _cells(row: Sequence[Json], citations: Mapping[int, Json], shown: Shown) -> Iterator[str]:
    """Draw the cells of a row, the first as its head. A table scrolls, so nothing may hang out of a cell."""
    for i, cell in enumerate(row):
        said = escape(cell["text"]) or f'<span class="unsaid">{shown.say("table_empty")}</span>'
        citation = citations.get(cell["citation"])
        if citation is not None:
            address, quote = link_to(citation, citation["quote"], shown), escape(citation["quote"])
            said += f'&nbsp;<a class="cite" href="{address}" title="{quote}">[{citation["n"]}]</a>'
        yield f'<th scope="row">{said}</th>' if i == 0 else f"<td>{said}</td>"


def _coverage(coverage: Json | None, shown: Shown) -> str:
    if not coverage:
        return ""
    said = escape(coverage["text"])
    if not said:
        said = shown.say("coverage", stating=coverage["stating"], reports=coverage["reports"])
        if coverage["copies"]:
            said += f" {shown.say('coverage_copies', n=coverage['copies'])}"
    drawn = f'<p class="coverage">{said}</p>'
    if coverage["silent"]:
        names = "".join(f"<li>{escape(name)}</li>" for name in coverage["silent"])
        summary = shown.say("silent", n=len(coverage["silent"]))
        drawn += f'<details class="folded"><summary>{summary}</summary><ul class="silent">{names}</ul></details>'
    return drawn


# -- choices --------------------------------------------------------------------------------------------


def draw_choices(answer: Json, shown: Shown) -> str:
    """Draw what a question may mean, each a button; chat.js asks the question that stands hidden in it."""
    if not answer["choices"]:
        return ""
    citations = {citation["n"]: citation for citation in answer["citations"]}
    hits = {hit["passage_id"]: hit for hit in answer["evidence"]}
    items = []
    for i, choice in enumerate(answer["choices"], start=1):
        citation = citations.get(choice["citation"])
        marker = draw_marker(citation, hits.get(citation["passage_id"], {}), shown, f"c{i}") if citation else ""
        items.append(
            f'<li><button type="button" class="choice"><span class="choice-label">{escape(choice["label"])}</span> '
            f'<span class="choice-short">{escape(choice["short"])}</span> '
            f'<span class="choice-question">{escape(choice["question"])}</span></button>{marker}</li>'
        )
    return (
        f'<div class="choices"><h3>{shown.say("choices")}</h3><ul>{"".join(items)}</ul>'
        f'<p class="hint">{shown.say("choices_hint")}</p></div>'
    )
