"""Made-up district reports as a setting of the retrieval benchmark: whose and of when decides there, not the words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT),) if path not in sys.path]

from rag.types import Question  # noqa: E402
from tests.made_up import Asked, Reports, Task, make_reports, write_reports  # noqa: E402

#: Seeds the second stage is learned on; 1 to 5 are for developing.
SEEDS = (1, 2, 3)
_FIGURES = (Task.RESULT, Task.TARGET, Task.SHARE, Task.CHANGE, Task.COMMUNE)


def write_made_up(seed: int, folder: Path) -> Reports:
    """Write the reports of a seed into a folder and give what they state."""
    made = make_reports(seed)
    folder.mkdir(parents=True, exist_ok=True)
    write_reports(made.reports, folder)
    return made


def figure_questions(made: Reports) -> Iterator[Question]:
    """Yield the questions about single figures with the sentences that carry them."""
    for i, asked in enumerate(made.questions):
        if asked.task in _FIGURES:
            quotes = tuple(dict.fromkeys(_sentences(asked, made)))
            if quotes:
                yield Question(
                    id=f"made-up-{made.reports[0].file}-{i}",
                    question=asked.question,
                    docs=asked.files,
                    alt_evidence=quotes,
                )


def _sentences(asked: Asked, made: Reports) -> Iterator[str]:
    """Yield the sentences of the right reports that state the figure."""
    for fact in made.facts:
        if (
            fact.file in asked.files
            and fact.metric == asked.metric
            and any(words in fact.sentence for words in asked.accepted)
        ):
            yield fact.sentence
