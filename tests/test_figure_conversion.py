from __future__ import annotations

from decimal import Decimal

import pytest

from rag.figures import Quantity, convert, find_quantities, same_quantity


def only(text: str) -> Quantity:
    quantities = find_quantities(text)
    assert len(quantities) == 1, [q.text for q in quantities]
    return quantities[0]


@pytest.mark.parametrize(
    ("value", "unit", "to_unit", "expected"),
    [
        ("2", "tấn", "kg", "2000"),
        ("45", "tạ/ha", "tấn/ha", "4.5"),
        ("30", "kg/sào", "tạ/sào", "0.3"),
        ("1.5", "km2", "ha", "150"),
        ("3", "ha", "m2", "30000"),
        ("12", "km", "m", "12000"),
        ("5", "đồng/m2", "đồng/ha", "50000"),
        ("7", "hộ", "hộ", "7"),
        ("7", "households", "hộ", "7"),
        ("7", None, None, "7"),
    ],
)
def test_a_value_is_converted_between_units_of_one_kind(
    value: str, unit: str | None, to_unit: str | None, expected: str
) -> None:
    assert convert(Decimal(value), unit, to_unit) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "to_unit"),
    [
        ("%", None),
        (None, "%"),
        ("%", "điểm %"),
        ("đồng", "USD"),
        ("sào", "m2"),
        ("đồng", "đồng/năm"),
        ("tấn", "ha"),
        ("hộ", "người"),
        ("tấn/ha", "tấn/người"),
    ],
)
def test_units_of_different_things_are_never_converted(unit: str | None, to_unit: str | None) -> None:
    assert convert(Decimal(5), unit, to_unit) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0,4 nghìn tỷ đồng", "400 tỷ đồng"),
        ("2 tấn", "2.000 kg"),
        ("trên 8.200 tấn", "8.200 tấn"),
        ("35.7 million dong was paid", "35,7 triệu đồng"),
        ("1 tỷ 200 triệu đồng", "1,2 tỷ đồng"),
        ("4/4 xã", "04/04 xã"),
        ("14-17 tiêu chí", "từ 14 đến 17 tiêu chí"),
        ("250 poor households in the district", "250 hộ nghèo"),
        ("53,8 tạ/ha", "5,38 tấn/ha"),
    ],
)
def test_one_amount_in_other_words_is_the_same(first: str, second: str) -> None:
    assert same_quantity(only(first), only(second))
    assert same_quantity(only(second), only(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0,5%", "5%"),
        ("5%", "5 điểm %"),
        ("35,7 triệu đồng", "357 triệu đồng"),
        ("8.200 tấn", "8.200 tạ"),
        ("4/4 xã", "4 xã"),
        ("4/4 xã", "4/5 xã"),
        ("14-17 tiêu chí", "14 tiêu chí"),
        ("khoảng 8,2 nghìn tấn", "8.215 tấn"),
        ("2 triệu đồng", "2 triệu USD"),
    ],
)
def test_other_amounts_are_not_the_same(first: str, second: str) -> None:
    assert not same_quantity(only(first), only(second))


@pytest.mark.parametrize(
    ("coarse", "fine", "same"),
    [
        ("khoảng 8,2 nghìn tấn", "8.215 tấn", True),
        ("gần 8,3 nghìn tấn", "8.215 tấn", False),
        ("8,2 nghìn tấn", "8.215 tấn", False),
        ("khoảng 400 tỷ đồng", "398,7 tỷ đồng", True),
        ("khoảng 10.000 người", "14.900 người", False),
        ("khoảng 12,5%", "12,46%", True),
        ("khoảng 12,5%", "12,6%", False),
    ],
)
def test_a_rounded_figure_counts_only_where_it_is_marked_and_rounds_rightly(coarse: str, fine: str, same: bool) -> None:
    assert same_quantity(only(coarse), only(fine), rounded=True) is same
    assert same_quantity(only(fine), only(coarse), rounded=True) is same
