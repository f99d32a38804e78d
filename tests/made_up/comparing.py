"""Questions that need more than one figure, that leave something open, or that take something untrue for granted."""

from __future__ import annotations

from itertools import combinations

from rag.types import Reason
from tests.made_up import ways
from tests.made_up.book import Book
from tests.made_up.metrics import METRICS
from tests.made_up.numbers import write_number
from tests.made_up.places import ACCENT_PAIRS, INNER_PAIRS
from tests.made_up.sentences import has_share, year_before
from tests.made_up.values import Asked, Kind, Metric, Role, Task

#: What may be added up over districts.
_SUMMED = ("cattle", "pigs")


def ask_open(book: Book, *, n_each: int) -> list[Asked]:
    """Ask without a period, without a place, and without both."""
    rng, asked = book.rng, []
    known = [(name, metric) for name in book.names for metric in METRICS if len(_periods(book, name, metric)) > 1]
    for i, (name, metric) in enumerate(rng.sample(known, n_each)):
        right = tuple(book.candidate(name, metric.key, period) for period in _periods(book, name, metric))
        form = ways.WITHOUT_PERIOD[i % len(ways.WITHOUT_PERIOD)]
        question = book.fill(form, metric, name=name)
        asked.append(Asked(question, Task.UNDERSPECIFIED, metric.key, form, candidates=right, at_least=len(right)))
    for i, metric in enumerate(rng.sample(METRICS, n_each)):
        year, form = rng.choice(book.years), ways.WITHOUT_PLACE[i % len(ways.WITHOUT_PLACE)]
        whole = [book.candidate(name, metric.key, year) for name in book.stating(metric.key, year)]
        halves = [book.candidate(name, metric.key, f"{year}-H1") for name in book.stating(metric.key, f"{year}-H1")]
        asked.append(
            Asked(
                book.fill(form, metric, period=year),
                Task.UNDERSPECIFIED,
                metric.key,
                form,
                candidates=(*whole, *halves),
                at_least=min(3, len(whole)),
            )
        )
    for i, metric in enumerate(rng.sample(METRICS, n_each)):
        form = ways.BARE[i % len(ways.BARE)]
        right = tuple(
            book.candidate(name, metric.key, period) for name in book.names for period in _periods(book, name, metric)
        )
        asked.append(
            Asked(book.fill(form, metric), Task.UNDERSPECIFIED, metric.key, form, candidates=right, at_least=3)
        )
    return asked


def _periods(book: Book, name: str, metric: Metric) -> list[str]:
    return [period for period in book.periods if book.results(name, metric.key, period)]


def _compared(metric: Metric) -> bool:
    """Leave out what is not one number: so many communes of so many."""
    return metric.kind is not Kind.PARTS


def ask_comparisons(book: Book, *, n_each: int) -> list[Asked]:
    """Ask which of two districts has more, and by how much one of them rose or fell in a year."""
    rng, asked = book.rng, []
    pairs = [pair for pair in (*ACCENT_PAIRS, *INNER_PAIRS) if set(pair) <= set(book.names)]
    metrics = [metric for metric in METRICS if _compared(metric)]
    both = [
        (one, other, metric, period)
        for one, other in combinations(book.names, 2)
        for metric in metrics
        for period in book.periods
        if {one, other} <= set(book.stating(metric.key, period))
    ]
    close = [case for case in both if set(case[:2]) in map(set, pairs)]
    chosen = [*rng.sample(close, min(n_each // 4, len(close))), *rng.sample(both, n_each)][:n_each]
    for i, (one, other, metric, period) in enumerate(chosen):
        values = book.stating(metric.key, period)
        form = ways.TWO_PLACES[i % len(ways.TWO_PLACES)]
        more = {"o": other, "O": f"{book.units[other]} {other}"}
        question = book.fill(form, metric, name=one, period=period, **more)
        numbers = _amounts(abs(values[one] - values[other]), metric) if "chênh lệch" in form else ()
        winner = max((one, other), key=lambda name: values[name])
        asked.append(
            Asked(question, Task.TWO_PLACES, metric.key, form, winners=(winner,), names=(one, other), numbers=numbers)
        )
    return asked + _ask_two_years(book, metrics, n=n_each)


def _ask_two_years(book: Book, metrics: list[Metric], *, n: int) -> list[Asked]:
    rng, asked = book.rng, []
    cases = [
        (name, metric, period)
        for name in book.names
        for metric in metrics
        for period in book.periods
        if {name} <= set(book.stating(metric.key, period)) & set(book.stating(metric.key, year_before(period)))
    ]
    for i, (name, metric, period) in enumerate(rng.sample(cases, min(n, len(cases)))):
        now, then = (book.stating(metric.key, each)[name] for each in (period, year_before(period)))
        form = ways.TWO_YEARS[i % len(ways.TWO_YEARS)]
        before = book.period(year_before(period))
        question = book.fill(form, metric, name=name, period=period, w="tăng" if now > then else "giảm", b=before)
        stated = [fact.words.split("%")[0].split()[0] for fact in book.facts(name, metric.key, period, Role.CHANGE)]
        percent = abs(now - then) / then * 100
        shares = (write_number(percent, 1), write_number(percent, 2)) if metric.kind is not Kind.RATE else ()
        numbers = (*_amounts(abs(now - then), metric), *stated, *(shares if "{u}" not in form else ()))
        asked.append(Asked(question, Task.TWO_YEARS, metric.key, form, numbers=tuple(dict.fromkeys(numbers))))
    return asked


def _amounts(value: float, metric: Metric) -> tuple[str, ...]:
    return (write_number(value, metric.decimals),)


def ask_over_all(book: Book, *, n_each: int) -> list[Asked]:
    """Ask about all districts: the highest, the lowest, those above a limit or beyond their plan, the sum."""
    rng, asked = book.rng, []
    n_reports = len(book.names)
    cases = [
        (metric, period)
        for metric in METRICS
        for period in book.periods
        if _compared(metric) and len(book.stating(metric.key, period)) >= 4
    ]
    for i, (metric, period) in enumerate(rng.sample(cases, n_each)):
        values = book.stating(metric.key, period)
        lowest = i % 3 == 2
        form = (ways.LOWEST if lowest else ways.HIGHEST)[i % 2]
        winner = (min if lowest else max)(values, key=lambda name: values[name])
        asked.append(
            Asked(
                book.fill(form, metric, period=period),
                Task.HIGHEST,
                metric.key,
                form,
                winners=(winner,),
                names=tuple(book.names),
                stating=len(values),
                reports=n_reports,
            )
        )
    for i, (metric, period) in enumerate(rng.sample(cases, n_each)):
        values = book.stating(metric.key, period)
        ordered = sorted(values.values(), reverse=True)
        at = min(rng.randint(2, 4), len(ordered) - 1)
        limit = _between(ordered[at], ordered[at - 1])
        form = ways.ABOVE[i % len(ways.ABOVE)]
        asked.append(
            Asked(
                book.fill(form, metric, period=period, t=limit),
                Task.LISTING,
                metric.key,
                form,
                winners=tuple(name for name, value in values.items() if value > ordered[at]),
                names=tuple(book.names),
                stating=len(values),
                reports=n_reports,
            )
        )
    return asked + _ask_beyond_plan(book, n=n_each) + _ask_totals(book, n=n_each)


def _between(low: float, high: float) -> str:
    """Write the shortest number between two."""
    for digits in (-5, -4, -3, -2, -1, 0, 1, 2, 3):
        limit = round((low + high) / 2, digits)
        if low < limit < high:
            return write_number(limit, max(0, digits))
    raise ValueError(f"nothing lies between {low} and {high}")


def _ask_beyond_plan(book: Book, *, n: int) -> list[Asked]:
    rng, asked = book.rng, []
    cases = [(metric, year) for metric in METRICS if has_share(metric) for year in book.years]
    for i, (metric, year) in enumerate(rng.sample(cases, min(n, len(cases)))):
        shares = {
            name: share for name in book.names if (share := _share_told(book, name, metric.key, year)) is not None
        }
        beyond = tuple(name for name, share in shares.items() if share > 100)
        if not beyond:
            continue
        form = ways.OVER_PLAN[i % len(ways.OVER_PLAN)]
        question = book.fill(form, metric, period=year)
        asked.append(Asked(question, Task.LISTING, metric.key, form, winners=beyond, names=tuple(book.names)))
    return asked


def _share_told(book: Book, name: str, metric: str, year: str) -> float | None:
    """Give the share of the plan as told, or as it follows from plan and result; None where neither is told."""
    if told := book.facts(name, metric, year, Role.SHARE_OF_PLAN):
        return told[0].value
    plans, result = book.facts(name, metric, year, Role.TARGET), book.value(name, metric, year)
    return result / plans[0].value * 100 if plans and result is not None else None


def _ask_totals(book: Book, *, n: int) -> list[Asked]:
    rng, asked = book.rng, []
    summed = [metric for metric in METRICS if metric.kind is Kind.FLOW or metric.key in _SUMMED]
    cases = [(metric, period) for metric in summed for period in book.periods]
    for i, (metric, period) in enumerate(rng.sample(cases, min(n, len(cases)))):
        values = book.stating(metric.key, period)
        form = ways.TOTALS[i % len(ways.TOTALS)]
        asked.append(
            Asked(
                book.fill(form, metric, period=period),
                Task.TOTAL,
                metric.key,
                form,
                numbers=_amounts(sum(values.values()), metric),
                stating=len(values),
                reports=len(book.names),
            )
        )
    return asked


def ask_premises(book: Book, *, n: int) -> list[Asked]:
    """Ask why something happened: what did not, and for every third question what did."""
    rng, asked = book.rng, []
    told = [
        case
        for case in book.each_result()
        if case[1].kind is not Kind.PARTS
        and book.facts(case[0], case[1].key, case[2], Role.CHANGE)
        and book.value(case[0], case[1].key, year_before(case[2])) is not None
    ]
    for i, (name, metric, period) in enumerate(rng.sample(told, min(n, len(told)))):
        result = book.results(name, metric.key, period)[0]
        before = book.stating(metric.key, year_before(period))[name]
        rises, form = result.value > before, ways.PREMISES[i % len(ways.PREMISES)]
        holds = i % 3 == 2
        if not holds:
            rises = not rises
        # Beyond the value of the year before, in the direction that is not the true one.
        false = before * (1.12 if rises else 0.88)
        false = min(false, 99.6) if metric.kind is Kind.RATE else false
        unit = metric.units[-1]
        text = write_number(result.value if holds else false, metric.decimals)
        figure = text + unit if unit == "%" else f"{text} {unit}"
        words = {"w": "tăng" if rises else "giảm", "l": "lên" if rises else "xuống còn", "v": figure}
        asked.append(
            Asked(
                book.fill(form, metric, name=name, period=period, **words),
                Task.PREMISE_HOLDS if holds else Task.PREMISE,
                metric.key,
                form,
                reasons=() if holds else (Reason.PREMISE_CONTRADICTED,),
                district=name,
                period=period,
            )
        )
    return asked
