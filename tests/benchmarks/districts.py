"""How many questions over made-up district reports are answered rightly, with the built-in embedder?

    python tests/benchmarks/districts.py [--seeds 1,2] [--later] [--failures] [--tasks result,target]

For every seed 36 reports of nine districts are written into a temporary folder and indexed; every question is asked
and judged: the figure with its unit and the report it is cited from; an abstention with its reason; all readings of a
question that leaves whose or when open; winner, difference, list or sum of a comparison, and how many of the reports
state it. --later: with sentences and ways of asking kept apart from those one develops with (tests/made_up/later.py).
Beside it, on the questions about single figures, plain word overlap: the sentence that shares most words with the
question, right where it holds the figure; once with a sentence's own words, once with those of its report's head.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from districts_judging import FIGURES, Verdict, WordOverlap, judge  # noqa: E402

from rag.engine import Engine  # noqa: E402
from tests.made_up import Task, make_reports, write_reports  # noqa: E402


def measure(
    seed: int, *, later_forms: bool, tasks: Sequence[Task]
) -> tuple[list[Verdict], list[list[bool]], list[float]]:
    """Index the reports of a seed and ask all. Returns verdicts, those of the baseline, and seconds a question."""
    made = make_reports(seed, later_forms=later_forms)
    questions = [asked for asked in made.questions if asked.task in tasks]
    figures = [asked for asked in questions if asked.task in FIGURES]
    by_overlap = [
        [baseline.is_right(asked) for asked in figures]
        for baseline in (WordOverlap(made.texts), WordOverlap(made.texts, with_head=True))
    ]
    verdicts, took = [], []
    with tempfile.TemporaryDirectory() as folder:
        reports, library = Path(folder) / "reports", Path(folder) / "library"
        reports.mkdir()
        write_reports(made.reports, reports)
        with Engine(library, embedder="builtin") as engine:
            engine.index(reports)
            for asked in questions:
                started = time.perf_counter()
                answer = engine.ask(asked.question)
                took.append(time.perf_counter() - started)
                verdicts.append(judge(asked, answer, made.texts))
    return verdicts, by_overlap, took


def print_table(verdicts: Iterable[Verdict]) -> None:
    """Print a row for each task: right, wrong though answered, abstained though there is an answer, covered."""
    of_task: dict[Task, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        of_task[verdict.asked.task].append(verdict)
    print(f"{'':16}{'n':>6}{'right':>8}{'':>8}{'abstained':>11}{'coverage':>14}")
    for task, judged in of_task.items():
        n, right = len(judged), sum(verdict.right for verdict in judged)
        counted = [verdict.covered for verdict in judged if verdict.covered is not None]
        coverage = f"{sum(counted)} of {len(counted)}" if counted else ""
        abstained = sum(verdict.abstained for verdict in judged)
        print(f"{task:16}{n:>6}{right:>8}{right / n:>8.3f}{abstained:>11}{coverage:>14}")


def print_failures(verdicts: Iterable[Verdict]) -> None:
    """Print what was asked, what is right and what came, of all that went wrong."""
    for verdict in verdicts:
        if verdict.right and verdict.covered in (None, True):
            continue
        print(f"\n{verdict.asked.task} ({verdict.asked.metric}): {verdict.asked.question}")
        print(f"  expected: {verdict.expected}\n  got:      {verdict.got}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1,2", help="which reports, separated by commas")
    parser.add_argument("--later", action="store_true", help="with the forms kept apart")
    parser.add_argument("--failures", action="store_true", help="print every question that went wrong")
    parser.add_argument("--tasks", default=",".join(Task), help="which sorts of questions, separated by commas")
    chosen = parser.parse_args()
    tasks = [Task(task) for task in chosen.tasks.split(",")]
    verdicts: list[Verdict] = []
    by_overlap: list[list[bool]] = [[], []]
    took: list[float] = []
    for seed in map(int, chosen.seeds.split(",")):
        found, overlap, seconds = measure(seed, later_forms=chosen.later, tasks=tasks)
        verdicts, took = verdicts + found, took + seconds
        by_overlap = [a + b for a, b in zip(by_overlap, overlap, strict=True)]
    if chosen.failures:
        print_failures(verdicts)
    print_table(verdicts)
    figures = [verdict.right for verdict in verdicts if verdict.asked.task in FIGURES]
    if figures:
        print(f"single figures: {sum(figures) / len(figures):.3f} of {len(figures)}", end="; ")
        plain, with_head = (sum(right) / len(right) for right in by_overlap)
        print(f"plain word overlap: {plain:.3f}, with the report's head {with_head:.3f}")
    print(f"{sum(took) / len(took) * 1000:.0f} ms a question, {max(took) * 1000:.0f} ms at most")


if __name__ == "__main__":
    main()
