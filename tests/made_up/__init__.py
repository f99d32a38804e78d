"""Made-up half-year and yearly reports of districts, what they state, and questions about them. See make_reports."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.made_up.book import Book
from tests.made_up.comparing import ask_comparisons, ask_open, ask_over_all, ask_premises
from tests.made_up.places import draw_districts
from tests.made_up.questions import ask_results, ask_roles, ask_unstated
from tests.made_up.reports import compose
from tests.made_up.values import Asked, Candidate, Fact, Report, Reports, Task
from tests.made_up.writing import write_reports

__all__ = ["Asked", "Candidate", "Fact", "Report", "Reports", "Task", "make_reports", "write_reports"]


def make_reports(seed: int, *, later_forms: bool = False) -> Reports:
    """Make 36 reports of nine districts and two years, and hundreds of questions; the same for the same seed.

    later_forms: with the sentences and ways of asking kept apart in tests.made_up.later. Seeds 1 to 5 are for
    developing; what 101 to 110 bring is only counted.
    """
    reports = compose(seed, later_forms=later_forms)
    districts, _ = draw_districts(random.Random(seed))
    book = Book(reports, districts, random.Random(f"questions {seed}"))
    questions = [
        *ask_results(book, n=160, later_forms=later_forms),
        *ask_roles(book, n_each=30, later_forms=later_forms),
        *ask_unstated(book, n_left_out=40, n_target_only=20, n_strangers=30, later_forms=later_forms),
        *ask_open(book, n_each=10),
        *ask_comparisons(book, n_each=20),
        *ask_over_all(book, n_each=14),
        *ask_premises(book, n=24),
    ]
    once = {question.question: question for question in questions}
    return replace(reports, questions=tuple(once.values()))
