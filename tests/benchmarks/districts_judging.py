"""Judge answers about made-up reports against what the reports are known to state."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.text import fold, sentences
from rag.types import Answer, Reason
from tests.made_up import Asked, Task

FIGURES = (Task.RESULT, Task.TARGET, Task.SHARE, Task.CHANGE, Task.COMMUNE)
_BEFORE = frozenset(["", "trên", "hơn", "gần", "khoảng", "xấp xỉ", "dưới"])
_WORDS_BEHIND = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a question was answered. covered: whether the reports were counted rightly; None where none is asked."""

    asked: Asked
    right: bool
    abstained: bool
    expected: str
    got: str
    covered: bool | None = None


def judge(asked: Asked, answer: Answer, texts: Mapping[str, str]) -> Verdict:
    """Compare an answer with what is right. texts: the reports by file name."""
    covered = None
    match asked.task:
        case task if task in FIGURES:
            right, expected = _figure_right(asked, answer, texts), f"{' | '.join(asked.accepted)} in {asked.files}"
        case Task.LEFT_OUT | Task.TARGET_ONLY | Task.STRANGER | Task.PREMISE:
            right = answer.abstained and answer.reason in asked.reasons
            expected = f"no answer, {' or '.join(asked.reasons)}"
        case Task.PREMISE_HOLDS:
            right = answer.reason is not Reason.PREMISE_CONTRADICTED
            expected = "no word that the premise is wrong"
        case Task.UNDERSPECIFIED:
            right = _candidates_right(asked, answer, texts)
            shown = ", ".join(f"{each.district} {each.period}: {each.accepted[0]}" for each in asked.candidates[:6])
            expected = f"at least {asked.at_least} of {len(asked.candidates)}: {shown} …"
        case _:
            right = _comparison_right(asked, answer)
            expected = " ".join(filter(None, [", ".join(asked.winners), " | ".join(asked.numbers)]))
    if asked.stating is not None:
        coverage = answer.coverage
        covered = coverage is not None and (coverage.n_stating, coverage.n_reports) == (asked.stating, asked.reports)
        expected += f"; {asked.stating} of {asked.reports} reports"
    return Verdict(asked, right, answer.abstained, expected, _told(answer), covered)


def _told(answer: Answer) -> str:
    """Show an answer in a line."""
    parts = [f"abstained: {answer.reason}" if answer.abstained else f"{answer.short!r}"]
    if answer.citations:
        parts.append(f"in {_file_of(answer.citations[0].doc_id)}")
    if answer.choices:
        parts.append(f"choices: {'; '.join(f'{choice.label}: {choice.short}' for choice in answer.choices)}")
    if answer.coverage:
        parts.append(f"{answer.coverage.n_stating} of {answer.coverage.n_reports}")
    return ", ".join(parts) + f"  [{' '.join(answer.text.split())[:160]}]"


def _file_of(doc_id: str) -> str:
    return PurePosixPath(doc_id).name


# -- figures --------------------------------------------------------------------------------------------


def _figure_right(asked: Asked, answer: Answer, texts: Mapping[str, str]) -> bool:
    if answer.abstained or answer.short is None or not answer.citations:
        return False
    file = _file_of(answer.citations[0].doc_id)
    return file in asked.files and is_accepted(answer.short, asked.accepted, texts[file])


def is_accepted(short: str, accepted: Sequence[str], text: str) -> bool:
    """Say whether words are the figure, with its approximation or the next few words of the report at most."""
    short = " ".join(short.split()).rstrip(".,;")
    for words in accepted:
        if short == words:
            return True
        found = re.search(rf"(?<![\w.,/]){re.escape(words)}(?![\w/]|[.,]\d)", short)
        if found is None:
            continue
        behind = short[found.end() :]
        few = not any(c.isdigit() for c in behind) and len(behind.split()) <= _WORDS_BEHIND
        if short[: found.start()].strip().casefold() in _BEFORE and few and short in " ".join(text.split()):
            return True
    return False


# -- several readings -----------------------------------------------------------------------------------


def _candidates_right(asked: Asked, answer: Answer, texts: Mapping[str, str]) -> bool:
    """Ask for enough right readings, none wrong, and none put forward as the answer."""
    if answer.choices:
        if answer.short is not None:
            return False
        files = {citation.n: _file_of(citation.doc_id) for citation in answer.citations}
        given = [
            (choice.short, files.get(choice.citation, ""), f"{choice.label} {choice.question}")
            for choice in answer.choices
        ]
        found = [
            {
                i
                for i, right in enumerate(asked.candidates)
                if file in right.files
                and is_accepted(short, right.accepted, texts[file])
                and (right.district in named or right.district in asked.question)
            }
            for short, file, named in given
        ]
    else:
        found = [
            {i for i, right in enumerate(asked.candidates) if _among(short, right.accepted, right.files, texts)}
            for short in answer.answers
        ]
    return all(found) and len(set().union(*found)) >= asked.at_least


def _among(short: str, accepted: Sequence[str], files: Sequence[str], texts: Mapping[str, str]) -> bool:
    return any(is_accepted(short, accepted, texts[file]) for file in files)


# -- comparisons ----------------------------------------------------------------------------------------


def _comparison_right(asked: Asked, answer: Answer) -> bool:
    if answer.abstained:
        return False
    arithmetic = answer.table.arithmetic if answer.table and answer.table.arithmetic else ""
    told = f"{answer.short or ''}\n{answer.text}\n{arithmetic}"
    if asked.numbers and not any(
        re.search(rf"(?<![\d.,/]){re.escape(n)}(?![\d/]|[.,]\d)", told) for n in asked.numbers
    ):
        return False
    return not asked.winners or _winners(asked, answer) == set(asked.winners)


def _winners(asked: Asked, answer: Answer) -> set[str]:
    """Read which districts are put forward: in the short answer, the list of answers, or the first sentence."""
    for words in (answer.short or "", "; ".join(answer.answers)):
        if named := names_in(words, asked.names):
            return set(named)
    spans = sentences(answer.text)
    first = answer.text[spans[0][0] : spans[0][1]] if spans else ""
    named = names_in(first, asked.names)
    if asked.task in (Task.TWO_PLACES, Task.HIGHEST) and len(named) > 1:
        # "A cao hơn B": the first is put forward, unless it is said to be the lower.
        turned = "thap hon" in fold(first) and asked.task is Task.TWO_PLACES
        return {named[1] if turned else named[0]}
    return set(named)


def names_in(words: str, names: Sequence[str]) -> list[str]:
    """List the names in the order they first stand in; one inside a longer one is not named by that."""
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return list(dict.fromkeys(match[0] for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", words)))


# -- baseline -------------------------------------------------------------------------------------------


class WordOverlap:
    """Answers with the sentence that shares most words with the question.

    texts: the reports by file name. with_head: the words before a report's first heading, place and
    period among them, count as words of each of its sentences.
    """

    def __init__(self, texts: Mapping[str, str], *, with_head: bool = False) -> None:
        self._sentences = [
            (text[start:end], _words(text[start:end]) | head)
            for text in texts.values()
            for head in (_words(text.partition("\n\nI. ")[0]) if with_head else frozenset(),)
            for start, end in sentences(text)
        ]

    def is_right(self, asked: Asked) -> bool:
        """Say whether the best sentence, the first of equals, holds the figure."""
        words = _words(asked.question)
        best, _ = max(self._sentences, key=lambda sentence: len(words & sentence[1]))
        return any(accepted in best for accepted in asked.accepted)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))
