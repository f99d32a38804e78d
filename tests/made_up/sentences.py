"""Fill the forms with a report's figures, and keep what was said."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.made_up.forms import TAILS
from tests.made_up.metrics import BY_KEY
from tests.made_up.numbers import Values, half, write_number
from tests.made_up.places import District
from tests.made_up.values import Amount, Fact, Kind, Metric, Role

_SLOT = re.compile(r"\{(\w+)\}")
_HEDGES = {
    Role.ACTUAL: ("",),
    Role.ESTIMATE: ("ước ", "ước thực hiện ", "ước tính "),
    Role.PROVISIONAL: ("sơ bộ ", "theo số liệu sơ bộ "),
}
_VERBS = {"dat": "đạt", "con": "còn", "la": "là"}
#: Stocks of which a share of the plan is told all the same.
_SHARED_STOCKS = ("cattle", "pigs")


@dataclass(frozen=True, slots=True)
class Said:
    """Words and what they state; the facts' sentence and file are still empty."""

    text: str
    facts: tuple[Fact, ...]


def has_share(metric: Metric) -> bool:
    """Say whether a share of the plan is told of a metric."""
    return metric.kind is Kind.FLOW or metric.key in _SHARED_STOCKS


def period_words(period: str, rng: random.Random) -> str:
    """Write a period as reports do."""
    year = period[:4]
    return rng.choice((f"6 tháng đầu năm {year}", "6 tháng đầu năm")) if period.endswith("H1") else f"năm {year}"


def year_before(period: str) -> str:
    """Name the same period of the year before."""
    return str(int(period[:4]) - 1) + period[4:]


def slots_of(form: str) -> set[str]:
    """List the slots of a form."""
    return set(_SLOT.findall(form))


class Speaker:
    """Says what one report states of its district.

    known: metric and period of all results that some report of this district states, or that no report is about.
    """

    def __init__(
        self, district: District, period: str, *, values: Values, known: Collection[tuple[str, str]], rng: random.Random
    ) -> None:
        self._district, self._period, self._values, self._known, self._rng = district, period, values, known, rng
        self._year = period[:4]

    def say(self, metric: Metric, forms: Sequence[str], *, last: bool, joined: bool) -> Said | None:
        """Say the result of a metric. last: a commune may be named; joined: as one of several. None: no form fits."""
        fitting = [form for form in forms if self._fits(metric, form, last=last) and not (joined and form[0].isupper())]
        if not fitting:
            return None
        form = self._rng.choice(fitting)
        if form[-1] != "." and not slots_of(form) & set("Cespkxf"):
            for tail in self._rng.sample(TAILS, self._rng.choice((0, 1, 1, 2))):
                again = (slots_of(form) & slots_of(tail)) - {"Y", "base", "last"}
                # Once a commune is named, what follows would be the commune's.
                if not again and "X" not in slots_of(form) and self._fits(metric, tail, last=last):
                    form += tail
        return self._fill(metric, form)

    def target(self, metric: Metric, form: str, *, year: str) -> Said:
        """Say what is planned for a year."""
        unit = self._rng.choice(metric.units)
        fact = self._fact(metric, Role.TARGET, year, self._plan(metric, year), unit, approximation="")
        name = metric.names[0]
        said = {"N": name[0].upper() + name[1:], "n": name, "t": fact.words, "Y": year}
        return Said(_SLOT.sub(lambda slot: said[slot[1]], form), (fact,))

    def row(self, metric: Metric, *, with_share: bool) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
        """Give the cells of a table's row: metric, unit, plan of the year, result, share of the plan."""
        unit = metric.units[0]
        plan, result = (
            self._plan(metric, self._year),
            self._values.results[metric.key, self._district.name, self._period],
        )
        facts = [
            self._fact(metric, Role.TARGET, self._year, plan, unit, cell=True),
            self._fact(metric, Role.ACTUAL, self._period, result, unit, cell=True),
        ]
        cells = [metric.names[0][0].upper() + metric.names[0][1:], unit, plan.text, result.text]
        if with_share:
            share = self._share(metric)
            cells.append(share.text if has_share(metric) else "")
            if has_share(metric):
                facts.append(self._fact(metric, Role.SHARE_OF_PLAN, self._period, share, "%", cell=True))
        return tuple(cells), tuple(facts)

    def _fits(self, metric: Metric, form: str, *, last: bool) -> bool:
        slots = slots_of(form)
        before = (metric.key, year_before(self._period))
        if "e" in slots and before not in self._known:
            return False
        year = (metric.key, self._year)
        forecast = (metric.key, self._district.name, self._year)
        if "f" in slots and (
            self._year == self._period or year not in self._known or forecast not in self._values.forecasts
        ):
            return False
        if "s" in slots and not has_share(metric):
            return False
        if "vượt" in form and self._share(metric).value <= 100:
            return False
        if "k" in slots and (metric.key, self._district.province, self._period) not in self._values.provinces:
            return False
        return "X" not in slots or (last and metric.has_communes)

    def _fill(self, metric: Metric, form: str) -> Said:
        rng, key, name = self._rng, metric.key, self._district.name
        result = self._values.results[key, name, self._period]
        earlier = self._values.results[key, name, year_before(self._period)]
        commune = rng.choice(self._district.communes[:4])
        unit = rng.choice(metric.units)
        role = rng.choices(tuple(_HEDGES), weights=(6, 3, 1))[0] if slots_of(form) & set(_VERBS) else Role.ACTUAL
        hedge = rng.choice(_HEDGES[role])
        base = self._base()
        facts: list[Fact] = []

        def fact(said_role: Role, period: str, amount: Amount, *, subject: str = name) -> str:
            made = self._fact(metric, said_role, period, amount, unit, subject=subject)
            facts.append(made)
            return f"{amount.approximation} {made.words}".strip()

        def fill(slot: re.Match[str]) -> str:
            match slot[1]:
                case "v":
                    return fact(role, self._period, result)
                case "e":
                    return fact(Role.EARLIER, year_before(self._period), earlier)
                case "p":
                    return fact(Role.TARGET, self._year, self._plan(metric, self._year))
                case "f":
                    return fact(Role.FORECAST, self._year, self._values.forecasts[key, name, self._year])
                case "k":
                    whole = self._values.provinces[key, self._district.province, self._period]
                    return fact(Role.ACTUAL, self._period, whole, subject=self._district.province)
                case "x":
                    return fact(
                        Role.ACTUAL, self._period, self._values.communes[key, commune, self._period], subject=commune
                    )
                case "s":
                    share = self._fact(metric, Role.SHARE_OF_PLAN, self._period, self._share(metric), "%")
                    facts.append(share)
                    return share.words
                case "C":
                    made = self._change(metric, result, earlier, unit)
                    facts.append(made)
                    return f"{'tăng' if result.value > earlier.value else 'giảm'} {made.words}"
                case verb if verb in _VERBS:
                    return hedge + _VERBS[verb]
                case other:
                    return self._plain(other, commune, rises=result.value > earlier.value, base=base)

        return Said(_SLOT.sub(fill, form), tuple(facts))

    def _plain(self, slot: str, commune: str, *, rises: bool, base: tuple[str, str]) -> str:
        plain: Mapping[str, str] = {
            "huong": "tăng" if rises else "giảm",
            "len": "lên" if rises else "xuống còn",
            "base": base[0],
            "last": base[1],
            "P": period_words(self._period, self._rng),
            "Y": self._year,
            "huyen": self._district.unit,
            "K": f"tỉnh {self._district.province}" if self._rng.random() < 0.4 else "tỉnh",
            "X": commune,
            "n": str(self._rng.randint(24, 58)),
        }
        return plain[slot]

    def _base(self) -> tuple[str, str]:
        """Name what a result is compared with: behind "so với", and by itself."""
        before = int(self._year) - 1
        if self._period.endswith("H1"):
            last = self._rng.choice((f"cùng kỳ năm {before}", "cùng kỳ năm trước"))
            return f"so với {self._rng.choice((last, 'cùng kỳ'))}", last
        last = self._rng.choice((f"năm {before}", f"năm {before}", "năm trước"))
        return f"so với {last}", last

    def _plan(self, metric: Metric, year: str) -> Amount:
        return self._values.plans[metric.key, self._district.name, year]

    def _share(self, metric: Metric) -> Amount:
        result = self._values.results[metric.key, self._district.name, self._period]
        share = result.value / self._plan(metric, self._year).value * 100
        return Amount(round(share, 2), write_number(share, 2))

    def _change(self, metric: Metric, result: Amount, earlier: Amount, unit: str) -> Fact:
        difference = abs(result.value - earlier.value)
        if metric.kind is Kind.RATE:
            unit = self._rng.choice(("điểm phần trăm", "điểm %", "%"))
        elif metric.kind is Kind.STOCK and metric.decimals == 2:
            unit = "tiêu chí"
        elif metric.kind is not Kind.PARTS and self._rng.random() < 0.7:
            difference, unit = difference / earlier.value * 100, "%"
        decimals = 2 if unit == "%" else metric.decimals
        amount = Amount(round(difference, decimals), write_number(difference, decimals))
        return self._fact(metric, Role.CHANGE, self._period, amount, unit)

    def _fact(
        self,
        metric: Metric,
        role: Role,
        period: str,
        amount: Amount,
        unit: str,
        *,
        subject: str = "",
        cell: bool = False,
        approximation: str | None = None,
    ) -> Fact:
        full = amount.text + unit if unit == "%" else f"{amount.text} {unit}"
        words = amount.text if cell else full
        about = amount.approximation if approximation is None else approximation
        accepted = dict.fromkeys((words, full, f"{about} {words}".strip()))
        if unit == "%":
            accepted[f"{amount.text} %"] = None
        return Fact(
            district=self._district.name,
            subject=subject or self._district.name,
            metric=metric.key,
            period=period,
            role=role,
            value=amount.value,
            words=words,
            accepted=tuple(accepted),
            sentence="",
            file="",
        )


def known_results(stated: Collection[tuple[str, str, str]], district: str, first_year: int) -> set[tuple[str, str]]:
    """List metric and period of results that may be told as earlier ones without giving away what was left out.

    stated: metric, district and period of what the reports state. Of the year before the first there is no report.
    """
    before = str(first_year - 1)
    return {(metric, period) for metric, name, period in stated if name == district} | {
        (metric, period) for metric in BY_KEY for period in (before, half(first_year - 1))
    }
