"""What the reports of a seed state, to look up."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rag.text import fold
from tests.made_up.metrics import BY_KEY
from tests.made_up.numbers import half
from tests.made_up.places import District, confusable
from tests.made_up.values import RESULT_ROLES, Candidate, Fact, Kind, Metric, Reports, Role

_ENGLISH_TOO = ("d", "y", "e", "q")


class Book:
    """The facts by subject, metric and period, and the words a question is made of."""

    def __init__(self, reports: Reports, districts: Sequence[District], rng: random.Random) -> None:
        self.reports, self.rng = reports, rng
        self.units = {district.name: district.unit for district in districts}
        self.names = tuple(self.units)
        self._facts: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
        self._of_metric: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in reports.facts:
            self._facts[fact.subject, fact.metric, fact.period].append(fact)
            self._of_metric[fact.subject, fact.metric].append(fact)

    @property
    def years(self) -> tuple[str, ...]:
        """The years reported on."""
        return tuple(str(year) for year in self.reports.years)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods reported on."""
        return tuple(period for year in self.reports.years for period in (half(year), str(year)))

    def facts(self, subject: str, metric: str, period: str, *roles: Role) -> list[Fact]:
        """List what is stated of a subject's metric in a period, in these roles."""
        return [fact for fact in self._facts[subject, metric, period] if fact.role in roles]

    def results(self, subject: str, metric: str, period: str) -> list[Fact]:
        """List the statements of what came out."""
        return self.facts(subject, metric, period, *RESULT_ROLES)

    def carrying(self, subject: str, metric: str, period: str) -> list[Fact]:
        """List the statements a result can be cited from: its own report's, or one that looks back on it."""
        return self.facts(subject, metric, period, *RESULT_ROLES, Role.EARLIER)

    def value(self, subject: str, metric: str, period: str) -> float | None:
        """Give the result, or None where it is not stated."""
        results = self.results(subject, metric, period)
        return results[0].value if results else None

    def stating(self, metric: str, period: str) -> dict[str, float]:
        """Give the results of all districts that state one."""
        values = {name: self.value(name, metric, period) for name in self.names}
        return {name: value for name, value in values.items() if value is not None}

    def all_of(self, subject: str, metric: str) -> list[Fact]:
        """List all that is stated of a subject's metric, in any period and role."""
        return self._of_metric[subject, metric]

    def each_result(self) -> Iterator[tuple[str, Metric, str]]:
        """Yield district, metric and period of all results that are stated."""
        for name in self.names:
            for metric in BY_KEY.values():
                for period in self.periods:
                    if self.results(name, metric.key, period):
                        yield name, metric, period

    def candidate(self, name: str, metric: str, period: str) -> Candidate:
        """Make one right reading of a question that leaves something open."""
        facts = self.carrying(name, metric, period)
        return Candidate(name, period, accepted_of(facts), files_of(facts))

    # -- words ------------------------------------------------------------------------------------------

    def period(self, period: str) -> str:
        """Write a period as it is asked for."""
        year = period[:4]
        if period.endswith("H1"):
            return (
                self.rng.choice(("6 tháng đầu năm ", "6 tháng đầu năm ", "nửa đầu năm ", "sáu tháng đầu năm ")) + year
            )
        return self.rng.choice(("năm ", "năm ", "cả năm ")) + year

    def fill(self, form: str, metric: Metric, *, name: str = "", period: str = "", **more: str) -> str:
        """Fill a way of asking."""
        rng = self.rng
        asked = rng.choice((metric.names[0], *metric.names))
        unit = "xã" if metric.kind is Kind.PARTS else metric.units[-1].partition("/")[0]
        when = self.period(period) if period else ""
        english = f"the first half of {period[:4]}" if period.endswith("H1") else period
        return form.format(
            N=asked[0].upper() + asked[1:],
            n=asked,
            d=name,
            D=f"{self.units.get(name, 'huyện')} {name}",
            p=when,
            P=when[:1].upper() + when[1:],
            u=rng.choice(("%", "phần trăm")) if unit == "%" else unit,
            c=metric.count,
            e=metric.english,
            q=english,
            y=period[:4],
            **more,
        ).strip()

    def typed(self, question: str, *names: str, share: float = 0.12) -> tuple[str, bool]:
        """Take the accents off some questions, never off names that would then be another's. Tells whether it did."""
        bare = self.rng.random() < share and not any(confusable(name) for name in names)
        question = question[0].upper() + question[1:] if self.rng.random() < 0.7 else question
        return (fold(question), True) if bare else (question, False)


def accepted_of(facts: Sequence[Fact]) -> tuple[str, ...]:
    """List all words that are right, without repeats."""
    return tuple(dict.fromkeys(words for fact in facts for words in fact.accepted))


def files_of(facts: Sequence[Fact]) -> tuple[str, ...]:
    """List the files that state it, without repeats."""
    return tuple(dict.fromkeys(fact.file for fact in facts))
