"""Dates and reporting periods read from single sentences."""

from __future__ import annotations

import pytest

from rag.figures.periods import find_dates, find_periods


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("kết quả 6 tháng đầu năm 2023", ["2023-H1"]),
        ("SƠ KẾT 6 THÁNG ĐẦU NĂM 2023", ["2023-H1"]),
        ("6 thang dau nam 2023", ["2023-H1"]),
        ("sáu tháng đầu năm 2021", ["2021-H1"]),
        ("6 tháng cuối năm 2023", ["2023-H2"]),
        ("nửa đầu năm 2018", ["2018-H1"]),
        ("9 tháng năm 2023", ["2023-9M"]),
        ("9T/2023", ["2023-9M"]),
        ("3 tháng đầu năm 2020", ["2020-Q1"]),
        ("quý III/2023", ["2023-Q3"]),
        ("quý 4 năm 2022", ["2022-Q4"]),
        ("quý III và 9 tháng đầu năm 2023", ["2023-Q3", "2023-9M"]),
        ("tháng 7 năm 2023", ["2023-07"]),
        ("từ 7/2023", ["2023-07"]),
        ("đạt 8% năm 2023, so với năm 2022", ["2023", "2022"]),
        ("các năm 2021, 2022 và 2023", ["2021", "2022", "2023"]),
        ("cùng kỳ 2017", ["2017"]),
        ("nhiệm kỳ 2020 - 2025", ["2020/2025"]),
        ("năm học 2022-2023", ["2022/2023"]),
        ("giai đoạn 2021–2025, tầm nhìn đến năm 2030", ["2021/2025", "2030"]),
        ("first six months of 2023", ["2023-H1"]),
        ("in Q3 2023 and the fourth quarter of 2022", ["2023-Q3", "2022-Q4"]),
        ("Income grew in 2023.", ["2023"]),
        ("FY2022", ["2022"]),
        ("niên vụ 2022/2023", ["2022/2023"]),
        ("vụ xuân 2023", ["2023"]),
        ("đến cuối năm 2022", ["2022"]),
        ("first nine months of 2019", ["2019-9M"]),
        ("first-half 2023 orders", ["2023-H1"]),
        ("the district's 2021 report", ["2021"]),
        ("quý II và quý III/2023", ["2023-Q2", "2023-Q3"]),
    ],
)
def test_a_period_is_read_in_its_normal_form(text: str, periods: list[str]) -> None:
    assert [span.period for span in find_periods(text)] == periods


@pytest.mark.parametrize(
    "text",
    [
        "kỳ hạn 6 tháng",
        "hỗ trợ 2016 hộ",
        "Quỹ 1 của xã",
        "Q.1, TP HCM",
        "Luật số 12/2023/QH15",
        "ngày 15 tháng 12 năm 2023",
        "30/6/2018",
        "năm 2.000 hộ",
        "nửa đầu nhiệm kỳ",
        "6 tháng đầu năm",
    ],
)
def test_what_is_no_period_or_lacks_its_year_is_left_out(text: str) -> None:
    assert find_periods(text) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("6 tháng đầu năm", "2023-H1"),
        ("quý II", "2023-Q2"),
        ("trong tháng 9", "2023-09"),
        ("lợi nhuận 9 tháng", "2023-9M"),
        ("năm nay", "2023"),
        ("9 tháng, thu ngân sách đạt 12 tỷ đồng", "2023-9M"),
        ("nửa đầu năm", "2023-H1"),
        ("quý 3 năm ngoái", "2022-Q3"),
    ],
)
def test_a_period_without_year_takes_the_reports_year(text: str, period: str) -> None:
    assert [span.period for span in find_periods(text, year=2023)] == [period]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Quế Phong, ngày 15 tháng 12 năm 2023", "2023-12-15"),
        ("Quế Phong, ngày     tháng 12 năm 2023", "2023-12"),
        ("Ngày đăng 19/07/2023", "2023-07-19"),
        ("đến 30/6/2018", "2018-06-30"),
        ("30-6-2018", "2018-06-30"),
        ("ngày 30/6/18", "2018-06-30"),
        ("ngày 15.12.2023", "2023-12-15"),
        ("tháng 7/2023", "2023-07"),
        ("tháng 7-2023", "2023-07"),
        ("thang 7 nam 2023", "2023-07"),
        ("date 2023-07 Huyện", "2023-07"),
        ("2023-07-19T08:00", "2023-07-19"),
        ("19 July 2023", "2023-07-19"),
        ("July 19, 2023", "2023-07-19"),
        ("in July 2023", "2023-07"),
    ],
)
def test_a_date_is_read_as_iso(text: str, date: str) -> None:
    assert [span.date for span in find_dates(text)] == [date]


@pytest.mark.parametrize(
    "text",
    [
        "tăng 8,65%, đạt 14-17 tiêu chí/xã; 4/4 xã biên giới",
        "đến 4/4 xã",
        "từ 5-10%",
        "từ 1/3 diện tích",
        "tỷ số 3-1",
        "trực 24/7",
        "31/2/2023",
        "Luật số 12/2023/QH15",
        "năm 2016-2020",
        "He may 5 times",
        "024-12-2020",
    ],
)
def test_shares_ranges_and_codes_are_no_dates(text: str) -> None:
    assert find_dates(text, year=2023) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Chiều 19-7, Ban Chấp hành", "2023-07-19"),
        ("sáng nay (9/12)", "2023-12-09"),
        ("ngày 14 và 15/7", "2023-07-15"),
        ("tính đến 30/6 đạt", "2023-06-30"),
        ("đến 9/12, cả huyện", "2023-12-09"),
        ("Thứ Hai, 19/7", "2023-07-19"),
        ("hồi tháng 8", "2023-08"),
        ("on 5 May", "2023-05-05"),
    ],
)
def test_a_day_without_year_needs_the_reports_year(text: str, date: str) -> None:
    assert find_dates(text) == []
    assert [span.date for span in find_dates(text, year=2023)] == [date]


def test_the_first_day_of_a_range_takes_the_year_of_the_last() -> None:
    dates = [span.date for span in find_dates("từ ngày 17/8-21/8/2018, công ty")]
    assert dates == ["2018-08-17", "2018-08-21"]


def test_offsets_point_at_the_words() -> None:
    text = "Chiều 19-7, họp đánh giá 6 tháng đầu năm 2023."
    (date,) = find_dates(text, year=2023)
    (period,) = find_periods(text)
    assert text[date.start : date.end] == "19-7"
    assert text[period.start : period.end] == "6 tháng đầu năm 2023"


@pytest.mark.parametrize("text", ["0/hİ", "quý Iİ/2023", "ſáu tháng đầu năm 2023", "1 ſep 2023", "tháng 7 năm naY"])
def test_letters_that_only_look_alike_under_case_folding_break_nothing(text: str) -> None:
    for span in (*find_periods(text, year=2023), *find_dates(text, year=2023)):
        assert 0 <= span.start < span.end <= len(text)
