"""Questions about single figures: those that are stated, and those that are not."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Reason
from tests.made_up import ways
from tests.made_up.book import Book, accepted_of, files_of
from tests.made_up.later import LATER_QUESTIONS, LATER_TARGETS
from tests.made_up.metrics import BY_KEY
from tests.made_up.numbers import half
from tests.made_up.values import Asked, Fact, Metric, Role, Task


def ask_results(book: Book, *, n: int, later_forms: bool) -> list[Asked]:
    """Ask for what came out, every way of asking about as often as the others."""
    stated = list(book.each_result())
    book.rng.shuffle(stated)
    asked = []
    forms: Sequence[str] = LATER_QUESTIONS if later_forms else (*ways.RESULTS, *ways.ENGLISH_RESULTS, *ways.COUNTS)
    for i, (name, metric, period) in enumerate(stated[:n]):
        form = forms[i % len(forms)]
        if "{c}" in form and not metric.count:
            form = forms[0]
        question, bare = book.typed(book.fill(form, metric, name=name, period=period), name)
        facts = book.carrying(name, metric.key, period)
        asked.append(_figure(question, Task.RESULT, metric, facts, form="without accents" if bare else form))
    return asked


def ask_roles(book: Book, *, n_each: int, later_forms: bool) -> list[Asked]:
    """Ask for targets, shares of the plan, changes, and values of single communes."""
    rng = book.rng
    asked: list[Asked] = []
    targets = LATER_TARGETS if later_forms else ways.TARGETS
    for task, role, forms in (
        (Task.TARGET, Role.TARGET, targets),
        (Task.SHARE, Role.SHARE_OF_PLAN, ways.SHARES),
        (Task.CHANGE, Role.CHANGE, ways.CHANGES),
    ):
        keys = sorted({(f.subject, f.metric, f.period) for f in book.reports.facts if f.role is role})
        for i, (name, key, period) in enumerate(rng.sample(keys, min(n_each, len(keys)))):
            metric, form = BY_KEY[key], forms[i % len(forms)]
            facts = book.facts(name, key, period, role)
            more = {"w": _direction(facts[0]), "b": _base(period)} if task is Task.CHANGE else {}
            question, _ = book.typed(book.fill(form, metric, name=name, period=period, **more), name)
            asked.append(_figure(question, task, metric, facts, form=form))
    communes = [f for f in book.reports.facts if f.subject not in book.names and f.sentence.find(f.subject) >= 0]
    communes = [f for f in communes if f"xã {f.subject}" in f.sentence]
    for i, fact in enumerate(rng.sample(communes, min(n_each // 3, len(communes)))):
        form = ways.COMMUNES[i % len(ways.COMMUNES)]
        question = book.fill(form, BY_KEY[fact.metric], period=fact.period, x=fact.subject)
        asked.append(_figure(question, Task.COMMUNE, BY_KEY[fact.metric], [fact], form=form))
    return asked


def _figure(question: str, task: Task, metric: Metric, facts: Sequence[Fact], *, form: str) -> Asked:
    return Asked(
        question,
        task,
        metric.key,
        form,
        accepted=accepted_of(facts),
        files=files_of(facts),
        district=facts[0].subject,
        period=facts[0].period,
    )


def _direction(fact: Fact) -> str:
    """Say whether a change is told as a rise."""
    before = fact.sentence[: fact.sentence.index(fact.words)]
    return "tăng" if before.rfind("tăng") > before.rfind("giảm") else "giảm"


def _base(period: str) -> str:
    before = int(period[:4]) - 1
    return f"cùng kỳ năm {before}" if period.endswith("H1") else f"năm {before}"


def ask_unstated(
    book: Book, *, n_left_out: int, n_target_only: int, n_strangers: int, later_forms: bool
) -> list[Asked]:
    """Ask for what no report states: metrics left out, years that only have a plan, districts and years without any."""
    left_out, target_only = [], []
    for name in book.names:
        for metric in BY_KEY.values():
            for period in (*book.periods, str(book.reports.years[-1] + 1)):
                if book.carrying(name, metric.key, period) or not (reasons := _reasons(book, name, metric, period)):
                    continue
                (target_only if reasons[0] is Reason.TARGET_ONLY else left_out).append((name, metric, period, reasons))
    asked = []
    forms: Sequence[str] = LATER_QUESTIONS if later_forms else (*ways.RESULTS, *ways.ENGLISH_RESULTS)
    for task, cases, n in (
        (Task.LEFT_OUT, left_out, n_left_out),
        (Task.TARGET_ONLY, target_only, n_target_only),
    ):
        for i, (name, metric, period, reasons) in enumerate(book.rng.sample(cases, min(n, len(cases)))):
            form = forms[i % len(forms)]
            question, _ = book.typed(book.fill(form, metric, name=name, period=period), name)
            asked.append(Asked(question, task, metric.key, form, reasons=reasons, district=name, period=period))
    return asked + _ask_strangers(book, forms, n=n_strangers)


def _reasons(book: Book, name: str, metric: Metric, period: str) -> tuple[Reason, ...]:
    """Tell how it may be said that this is not stated; nothing where no report is about the period at all."""
    if not any(book.results(other, metric.key, period) for other in book.names):
        targets = book.facts(name, metric.key, period, Role.TARGET)
        return (Reason.TARGET_ONLY,) if targets and period not in book.periods else ()
    told = [fact for fact in book.all_of(name, metric.key) if fact.role is not Role.TARGET]
    if book.facts(name, metric.key, period, Role.TARGET):
        return (Reason.TARGET_ONLY, Reason.OTHER_PERIOD) if told else (Reason.TARGET_ONLY,)
    reasons = [Reason.NOT_REPORTED]
    if told:
        reasons.append(Reason.OTHER_PERIOD)
    if book.all_of(name, metric.key):
        reasons.append(Reason.TARGET_ONLY)
    return tuple(reasons)


def _ask_strangers(book: Book, forms: Sequence[str], *, n: int) -> list[Asked]:
    rng, asked = book.rng, []
    first, last = book.reports.years
    for i in range(n):
        metric, form = rng.choice(list(BY_KEY.values())), forms[i // 2 % len(forms)]
        reasons: tuple[Reason, ...]
        if i % 2:
            name, period, reasons = rng.choice(book.reports.strangers), rng.choice(book.periods), (Reason.OTHER_ENTITY,)
        else:
            name, year = rng.choice(book.names), rng.choice((first - 4, first - 3, last + 3))
            period, reasons = rng.choice((str(year), half(year))), (Reason.OTHER_PERIOD,)
            if not book.all_of(name, metric.key):
                # Neither the year nor the metric is there: either may be named.
                reasons = (Reason.OTHER_PERIOD, Reason.NOT_REPORTED)
        question, _ = book.typed(book.fill(form, metric, name=name, period=period), name)
        asked.append(Asked(question, Task.STRANGER, metric.key, form, reasons=reasons, district=name, period=period))
    return asked
