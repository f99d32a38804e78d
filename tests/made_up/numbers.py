"""Values of every metric, district and period: plausible, fitting together, and no two written alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.made_up.metrics import METRICS
from tests.made_up.places import District
from tests.made_up.values import Amount, Kind, Metric

#: How a rounded result is introduced, and whether the number behind the word lies below or above the true one.
APPROXIMATIONS = ("trên", "hơn", "gần", "khoảng", "xấp xỉ")
_TRIES = 400


def half(year: int) -> str:
    """Name the first half of a year."""
    return f"{year}-H1"


def write_number(value: float, decimals: int) -> str:
    """Write a number the Vietnamese way: 8200 → "8.200", 35.7 → "35,7"; no zeros behind a decimal comma."""
    text = f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return text.rstrip("0").rstrip(",") if decimals else text


@dataclass(slots=True)
class Values:
    """All values. results, plans: by metric, district and period; provinces: by metric, province and period.

    forecasts: of a whole year, as told in its middle, by metric, district and year. communes: by metric, commune and
    period. wholes: how many communes a district has.
    """

    results: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    plans: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    provinces: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    communes: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    forecasts: dict[tuple[str, str, str], Amount] = field(default_factory=dict)
    wholes: dict[str, int] = field(default_factory=dict)


class _Writer:
    """Writes amounts of one metric so that no two are alike."""

    def __init__(self, metric: Metric, rng: random.Random) -> None:
        self._metric, self._rng, self._used = metric, rng, set[str]()

    def write(self, low: float, high: float, *, rounded: bool = False, decimals: int | None = None) -> Amount:
        """Draw an amount between two values that is written like no other. rounded: with a word such as "trên"."""
        decimals = self._metric.decimals if decimals is None else decimals
        if high - low < 4 * 10.0**-decimals:
            low, high = low - 2 * 10.0**-decimals, high + 2 * 10.0**-decimals
        for tried in range(_TRIES):
            value = self._rng.uniform(low, high)
            if rounded and tried < _TRIES // 4:
                step = 10 ** max(0, len(str(int(value))) - 2) if decimals == 0 else 1
                value = round(value / step) * step
            text = write_number(value, decimals)
            if text not in self._used:
                self._used.add(text)
                exact = round(value, decimals)
                return Amount(exact, text, self._rng.choice(APPROXIMATIONS) if rounded else "")
            low, high = low - 0.001 * abs(low), high + 0.001 * abs(high)
        raise ValueError(f"no number left for {self._metric.key} between {low} and {high}; widen its range")


def draw_values(districts: Sequence[District], years: Sequence[int], rng: random.Random) -> Values:
    """Draw the values of the years given and the one before, plans of them and the one after."""
    values = Values()
    for district, whole in zip(districts, rng.sample(range(21, 40), len(districts)), strict=True):
        values.wholes[district.name] = whole
    for metric in METRICS:
        if metric.kind is Kind.PARTS:
            for district in districts:
                _draw_parts(values, metric, district.name, years, rng)
            continue
        writer = _Writer(metric, rng)
        for district in districts:
            _draw_series(values, metric, district.name, years, writer, rng)
        _draw_others(values, metric, districts, years, writer, rng)
    return values


def _draw_series(
    values: Values, metric: Metric, district: str, years: Sequence[int], writer: _Writer, rng: random.Random
) -> None:
    base = rng.uniform(metric.low, metric.high)
    before = _grow(metric, base, rng, back=True)
    for year in (years[0] - 1, *years):
        approximate = metric.kind is not Kind.RATE and metric.decimals == 0 and rng.random() < 0.2
        whole = writer.write(base * 0.998, base * 1.002, rounded=approximate)
        if metric.kind is Kind.FLOW:
            middle = whole.value * rng.uniform(0.41, 0.57)
        else:
            middle = before + (whole.value - before) * rng.uniform(0.3, 0.7)
        values.results[metric.key, district, str(year)] = whole
        values.results[metric.key, district, half(year)] = writer.write(middle * 0.999, middle * 1.001)
        values.plans[metric.key, district, str(year)] = _plan(metric, whole.value, writer, rng)
        spread = 0.01 if metric.kind is Kind.RATE else 0.04
        values.forecasts[metric.key, district, str(year)] = writer.write(
            whole.value * (1 - spread), min(whole.value * (1 + spread), 99.7 if metric.kind is Kind.RATE else 1e9)
        )
        before, base = whole.value, _grow(metric, whole.value, rng)
    values.plans[metric.key, district, str(years[-1] + 1)] = _plan(metric, base, writer, rng)


def _grow(metric: Metric, value: float, rng: random.Random, *, back: bool = False) -> float:
    step = rng.uniform(*metric.growth)
    if metric.kind is Kind.RATE:
        grown = value - step if back else value + step
        return min(max(grown, 1.6), 99.2)
    return value / (1 + step) if back else value * (1 + step)


def _plan(metric: Metric, outcome: float, writer: _Writer, rng: random.Random) -> Amount:
    if metric.kind is Kind.RATE:
        spread = 0.9 if outcome < 98 else 0.4
        return writer.write(outcome - spread, min(outcome + spread, 99.6), decimals=1)
    near = 0.3 if metric.kind is Kind.STOCK else 1.0
    aim = outcome * (1 + near * rng.choice((rng.uniform(-0.12, -0.01), rng.uniform(0.01, 0.12))))
    return writer.write(aim * (1 - 0.005 * near), aim * (1 + 0.005 * near))


def _draw_parts(values: Values, metric: Metric, district: str, years: Sequence[int], rng: random.Random) -> None:
    """Count communes: each half-year one to two more, the plan of a year never what came out."""
    whole = values.wholes[district]
    done = rng.randint(2, 5)
    for year in (years[0] - 1, *years):
        for period in (half(year), str(year)):
            done += 2
            values.results[metric.key, district, period] = Amount(done, f"{done}/{whole}")
        aim = done + rng.choice((-1, 1))
        values.plans[metric.key, district, str(year)] = Amount(aim, f"{aim}/{whole}")
    values.plans[metric.key, district, str(years[-1] + 1)] = Amount(done + 3, f"{done + 3}/{whole}")


def _draw_others(
    values: Values,
    metric: Metric,
    districts: Sequence[District],
    years: Sequence[int],
    writer: _Writer,
    rng: random.Random,
) -> None:
    """Draw what the whole province and single communes have."""
    for period in [each for year in years for each in (half(year), str(year))]:
        for province in dict.fromkeys(district.province for district in districts):
            own = [values.results[metric.key, d.name, period].value for d in districts if d.province == province]
            aim = sum(own) / len(own) * rng.uniform(*metric.scale)
            aim = min(aim, 98.9) if metric.kind is Kind.RATE else aim
            values.provinces[metric.key, province, period] = writer.write(aim * 0.995, aim * 1.004)
        if not metric.has_communes:
            continue
        for district in districts:
            value = values.results[metric.key, district.name, period].value
            for commune in district.communes[:4]:
                if metric.kind in (Kind.RATE, Kind.STOCK) and metric.key not in ("cattle", "pigs"):
                    aim = min(value * rng.choice((rng.uniform(0.75, 0.95), rng.uniform(1.05, 1.3))), 99.3)
                else:
                    aim = value * rng.uniform(0.04, 0.16)
                # A tenth of a small sum needs a digit more.
                decimals = 2 if metric.key == "revenue" else metric.decimals
                drawn = writer.write(aim * 0.98, aim * 1.02, decimals=decimals)
                values.communes[metric.key, commune, period] = drawn
