from __future__ import annotations

import pytest

from rag.errors import ConfigError
from rag.filters import is_dated_within, make_filters, period_span
from rag.types import Context, Filters


def test_what_was_not_asked_for_filters_nothing():
    assert make_filters() == Filters()


def test_a_place_is_kept_composed():
    assert make_filters(place="Que\u0302\u0301 Phong").place == "Qu\u1ebf Phong"


@pytest.mark.parametrize("date", ["2023", "2023-07", "2023-07-19", "2023-12-31"])
def test_dates_may_be_partial(date: str):
    assert make_filters(date_from=date, date_to=date) == Filters(date_from=date, date_to=date)


@pytest.mark.parametrize(
    "date", ["", "23", "2023-7", "2023-13", "2023-00", "2023-07-32", "19/7/2023", "２０２３", "2023\n"]
)
@pytest.mark.parametrize("name", ["date_from", "date_to"])
def test_a_date_in_another_form_is_named_with_the_forms_allowed(name: str, date: str):
    with pytest.raises(ConfigError, match=rf"{name} is .*; allowed: 2023, 2023-07 or 2023-07-19"):
        make_filters(**{name: date})


@pytest.mark.parametrize(
    ("date_from", "date_to"),
    [("2024", "2023"), ("2023-08", "2023-07"), ("2024", "2023-12-31"), ("2023-07-20", "2023-07-19")],
)
def test_a_range_that_runs_backwards_is_refused(date_from: str, date_to: str):
    with pytest.raises(ConfigError, match="exchange the two"):
        make_filters(date_from=date_from, date_to=date_to)


@pytest.mark.parametrize(
    ("date_from", "date_to"), [("2023-07-19", "2023-07"), ("2023", "2023-02"), ("2023-07", "2023")]
)
def test_a_range_may_begin_and_end_within_one_partial_date(date_from: str, date_to: str):
    assert make_filters(date_from=date_from, date_to=date_to).date_to == date_to


@pytest.mark.parametrize("place", ["", "  ", "…"])
def test_a_place_without_a_letter_is_refused(place: str):
    with pytest.raises(ConfigError, match="allowed: the name of a place"):
        make_filters(place=place)


@pytest.mark.parametrize(
    ("date", "date_from", "date_to", "within"),
    [
        ("2023-07-19", None, None, True),
        ("2023-07-19", "2023-07-19", "2023-07-19", True),
        ("2023-07-19", "2023-07-20", None, False),
        ("2023-07-19", None, "2023-07-18", False),
        ("2023-07-19", "2023-07", "2023-07", True),
        ("2023-07-19", "2023", "2023", True),
        ("2023-07-19", "2024", None, False),
        ("2023-07-19", None, "2022", False),
        ("2023-07", "2023-07-15", None, True),
        ("2023-07", None, "2023-07-15", True),
        ("2023-07", "2023-08-01", None, False),
        ("2023-07", None, "2023-06-30", False),
        ("2023", "2023-12-31", None, True),
        ("2023", None, "2023-01", True),
        ("2023", "2024", None, False),
    ],
)
def test_a_partial_date_counts_as_its_whole_span(date: str, date_from: str | None, date_to: str | None, within: bool):
    filters = Filters(date_from=date_from, date_to=date_to)
    assert is_dated_within(Context(title="", dates=(date,)), filters) is within


def test_one_date_of_several_within_the_range_is_enough():
    context = Context(title="", dates=("2024-01-05", "2023-12-28"))
    assert is_dated_within(context, Filters(date_to="2023"))
    assert not is_dated_within(context, Filters(date_to="2022"))


def test_a_report_without_a_date_counts_by_its_period():
    context = Context(title="", period="2023-H1")
    assert is_dated_within(context, Filters(date_from="2023-06"))
    assert not is_dated_within(context, Filters(date_from="2023-07"))


def test_a_date_goes_before_the_period():
    assert not is_dated_within(Context(title="", dates=("2024-01",), period="2023"), Filters(date_to="2023"))


def test_a_report_without_date_and_period_falls_within_no_range():
    assert not is_dated_within(Context(title=""), Filters(date_from="1900"))
    assert is_dated_within(Context(title=""), Filters(place="Quế Phong"))


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("2023", ("2023", "2023")),
        ("2023-07", ("2023-07", "2023-07")),
        ("2023-Q1", ("2023-01", "2023-03")),
        ("2023-Q3", ("2023-07", "2023-09")),
        ("2023-H1", ("2023-01", "2023-06")),
        ("2023-H2", ("2023-07", "2023-12")),
        ("2023-9M", ("2023-01", "2023-09")),
        ("2023-11M", ("2023-01", "2023-11")),
        ("2020/2025", ("2020", "2025")),
    ],
)
def test_a_period_spans_its_months(period: str, span: tuple[str, str]):
    assert period_span(period) == span
