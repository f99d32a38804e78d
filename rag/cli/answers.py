"""An answer as plain text: figure, note, table, choices and citations, in the language of the question."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from rag.cli.printing import print_hit, say
from rag.types import Answer, Choice, Citation, Coverage, Table

_NEAREST = 3
_GAP = "  "

#: Vietnamese, English.
_WORDS: Mapping[str, tuple[str, str]] = {
    "coverage": ("{stating}/{reports} báo cáo nêu số liệu.", "{stating} of {reports} reports state it."),
    "silent": ("Không nêu: {names}", "They do not say: {names}"),
    "copies": ("Không tính {n} bản sao.", "{n} copies are left out."),
    "choices": ("Câu hỏi có thể hiểu theo các cách sau:", "The question can be read in these ways:"),
    "ask": ("hỏi: {question}", "ask: {question}"),
    "reason": ("Lý do: {reason}", "Reason: {reason}"),
    "instead": ("Các báo cáo nêu thay vào đó:", "What the reports say instead:"),
    "nearest": ("Gần nhất, nhưng không trả lời:", "Nearest, but no answer:"),
}


def print_answer(answer: Answer) -> None:
    """Print the short answer, the answer with all that belongs to it, and its citations; or why there is none."""
    vietnamese = answer.understood.language != "en"
    if answer.short:
        say(f"{answer.short}\n")
    if answer.note:
        say(f"{_on_one_line(answer.note)}\n")
    say(answer.text)
    if answer.abstained and answer.reason:
        say(_say("reason", vietnamese, reason=answer.reason.value))
    if answer.table:
        _print_table(answer.table)
    if answer.coverage:
        _print_coverage(answer.coverage, vietnamese)
    if answer.choices:
        _print_choices(answer.choices, vietnamese)
    if answer.citations:
        say(f"\n{_say('instead', vietnamese)}" if answer.abstained else "")
    for citation in answer.citations:
        _print_citation(citation)
    cited = {citation.passage_id for citation in answer.citations}
    nearest = [hit for hit in answer.evidence if hit.passage.id not in cited][:_NEAREST]
    if answer.abstained and nearest:
        say(f"\n{_say('nearest', vietnamese)}")
        for hit in nearest:
            print_hit(hit)


def _say(key: str, vietnamese: bool, **values: object) -> str:
    return _WORDS[key][0 if vietnamese else 1].format(**values)


def _print_table(table: Table) -> None:
    """Print a table with its columns aligned, each figure with the number of its citation."""
    rows = [[_on_one_line(name) for name in table.columns]]
    rows += [
        [_on_one_line(cell.text) + (f" [{cell.citation}]" if cell.citation is not None else "") for cell in row]
        for row in table.rows
    ]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    say("")
    say(_align(rows[0], widths))
    say(_GAP.join("-" * width for width in widths))
    for row in rows[1:]:
        say(_align(row, widths))
    if table.arithmetic:
        say(f"\n{_on_one_line(table.arithmetic)}")


def _align(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _width(text: str) -> int:
    """Count the places a text takes on a terminal: marks take none, wide signs two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in unicodedata.normalize("NFC", text)
    )


def _print_coverage(coverage: Coverage, vietnamese: bool) -> None:
    stated = _say("coverage", vietnamese, stating=coverage.n_stating, reports=coverage.n_reports)
    said = [_on_one_line(coverage.text) or stated]
    if coverage.n_copies and not coverage.text:
        said.append(_say("copies", vietnamese, n=coverage.n_copies))
    say("\n" + " ".join(said))
    if coverage.silent:
        say(_say("silent", vietnamese, names="; ".join(map(_on_one_line, coverage.silent))))


def _print_choices(choices: Sequence[Choice], vietnamese: bool) -> None:
    """Print what a question may mean, numbered, each with the question to ask."""
    say(f"\n{_say('choices', vietnamese)}")
    for i, choice in enumerate(choices, start=1):
        say(f"{i:>3}. {_on_one_line(choice.label)}: {_on_one_line(choice.short)} [{choice.citation}]")
        say(f"     {_say('ask', vietnamese, question=_on_one_line(choice.question))}")


def _print_citation(citation: Citation) -> None:
    page = f", tr. {citation.page}" if citation.page else ""
    say(f"[{citation.n}] {citation.title}{page}")
    say(f"    {citation.doc_id} [{citation.start}, {citation.end})")
    say(f"    “{citation.quote}”")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
