from __future__ import annotations

import unicodedata

import pytest

from rag.errors import ConfigError
from rag.filters import is_dated_within, make_filters, make_test, passes, period_span
from rag.types import Context, Filters, PartKind


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


# -- periods --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2023", "2023"),
        ("2023-07", "2023-07"),
        ("2023-Q3", "2023-Q3"),
        ("2023-H1", "2023-H1"),
        ("2023-9M", "2023-9M"),
        ("2020/2025", "2020/2025"),
        ("2023-q3", "2023-Q3"),
        ("2023-1M", "2023-01"),
        ("2023-3M", "2023-Q1"),
        ("2023-6M", "2023-H1"),
        ("2023-12M", "2023"),
        ("6 tháng đầu năm 2023", "2023-H1"),
        ("6 THÁNG ĐẦU NĂM 2023", "2023-H1"),
        ("6 thang dau nam 2023", "2023-H1"),
        ("  6 tháng\n đầu năm 2023 ", "2023-H1"),
        ("6 tháng cuối năm 2023", "2023-H2"),
        ("9 tháng đầu năm 2023", "2023-9M"),
        ("quý III/2023", "2023-Q3"),
        ("quy iii nam 2023", "2023-Q3"),
        ("Q3/2023", "2023-Q3"),
        ("năm 2023", "2023"),
        ("cả năm 2023", "2023"),
        ("7/2023", "2023-07"),
        ("tháng 7 năm 2023", "2023-07"),
        ("2020-2025", "2020/2025"),
        ("nhiệm kỳ 2020 – 2025", "2020/2025"),
        ("từ năm 2020 đến năm 2025", "2020/2025"),
        ("first half of 2023", "2023-H1"),
        ("in the first nine months of 2023", "2023-9M"),
        ("July 2023", "2023-07"),
    ],
)
def test_a_period_is_read_in_normal_form_and_as_people_write_it(typed: str, period: str):
    assert make_filters(period=typed) == Filters(period=period)


def test_a_period_typed_decomposed_is_the_same():
    assert make_filters(period=unicodedata.normalize("NFD", "6 tháng đầu năm 2023")).period == "2023-H1"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="empty"),
        pytest.param("   ", id="blank"),
        pytest.param("hôm qua", id="no period"),
        pytest.param("quý III", id="without its year"),
        pytest.param("năm nay", id="this year"),
        pytest.param("2023-13", id="a thirteenth month"),
        pytest.param("2023-Q5", id="a fifth quarter"),
        pytest.param("2023-0M", id="no months"),
        pytest.param("2025/2020", id="years that run backwards"),
        pytest.param("0000", id="no year"),
        pytest.param("2023-07-19", id="a day"),
        pytest.param("trước năm 2023", id="before a year"),
        pytest.param("từ năm 2023", id="since a year"),
        pytest.param("cùng kỳ năm 2023", id="the same period of a year"),
        pytest.param("3 quý đầu năm 2023", id="more than what would be read"),
        pytest.param("Q3 of 2023", id="less than what is written"),
        pytest.param("2023|.*", id="an expression"),
    ],
)
def test_a_period_that_cannot_be_read_is_named_with_the_forms_allowed(typed: str):
    with pytest.raises(ConfigError, match=r"period is .*; allowed: 2023, 2023-07, 2023-Q3, 2023-H1, 2023-9M") as caught:
        make_filters(period=typed)
    assert "'6 tháng đầu năm 2023'" in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "named"), [("năm 2022 và 2023", "2022, 2023"), ("quý I, quý II năm 2023", "2023-Q1, 2023-Q2")]
)
def test_two_periods_are_both_named_and_one_is_asked_for(typed: str, named: str):
    with pytest.raises(ConfigError, match=f"which names {named}; allowed: one of them"):
        make_filters(period=typed)


@pytest.mark.parametrize(
    ("asked", "own", "is_let_pass"),
    [
        ("2023-H1", "2023-H1", True),
        ("2023-H1", "2023-6M", True),
        ("2023-Q1", "2023-3M", True),
        ("2023", "2023-12M", True),
        ("2020/2025", "2020/2025", True),
        ("2023-H1", "2023-H2", False),
        ("2023-H1", "2022-H1", False),
        ("2023-H1", "2023-Q1", False),
        ("2023-H1", "2023", False),
        ("2023-9M", "2023-Q3", False),
        ("2023-Q3", "2023-07", False),
        ("2023-07", "2023-07", True),
        ("2023-07", "2023-Q3", False),
        ("2023", "2023", True),
        ("2023", "2023-H1", True),
        ("2023", "2023-9M", True),
        ("2023", "2023-Q4", True),
        ("2023", "2023-12", True),
        ("2023", "2022-Q4", False),
        ("2023", "2024-01", False),
        ("2023", "2020/2025", False),
        ("2020/2025", "2023", False),
        ("2020/2025", "2020/2024", False),
    ],
)
def test_a_report_passes_with_the_same_months_and_a_year_takes_in_what_lies_inside(
    asked: str, own: str, is_let_pass: bool
):
    # Its date is of no account: a year's report is signed in the next.
    context = Context(title="", period=own, dates=("2024-01-15",))
    assert passes("a", context, Filters(period=asked)) is is_let_pass


@pytest.mark.parametrize(
    ("asked", "dates", "is_let_pass"),
    [
        ("2023", ("2023-12-15",), True),
        ("2023", ("2023",), True),
        ("2023", ("2024-01-05", "2023-12-28"), False),
        ("2023", (), False),
        ("2023-07", ("2023-07-19",), True),
        ("2023-07", ("2023-07",), True),
        ("2023-07", ("2023-08-01",), False),
        ("2023-07", ("2023",), False),
        ("2023-H1", ("2023-06-30",), False),
        ("2023-Q3", ("2023-09-30",), False),
        ("2023-9M", ("2023-09-30",), False),
        ("2020/2025", ("2020-12-01",), False),
    ],
)
def test_a_report_without_a_period_is_judged_by_its_own_date_for_a_year_or_a_month(
    asked: str, dates: tuple[str, ...], is_let_pass: bool
):
    assert passes("a", Context(title="", dates=dates), Filters(period=asked)) is is_let_pass


def test_a_period_that_was_put_in_unread_is_read_when_it_is_used():
    assert passes("a", Context(title="", period="2023-H1"), Filters(period="6 tháng đầu năm 2023"))
    with pytest.raises(ConfigError, match="period is 'hôm qua'"):
        make_test(Filters(period="hôm qua"))


# -- organisations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("UBND huyện Quan Sơn", "UBND huyện Quan Sơn"),
        ("ubnd huyen quan son", "UBND huyện Quan Sơn"),
        ("UBND", "UBND huyện Quan Sơn"),
        ("Quan Sơn", "UBND huyện Quan Sơn"),
        ("ủy ban nhân dân", "UBND huyện Quan Sơn"),
        ("uỷ ban nhân dân huyện", "UBND huyện Quan Sơn"),
        ("UY BAN NHAN DAN HUYEN QUAN SON", "UBND huyện Quan Sơn"),
        ("nhân dân huyện", "UBND huyện Quan Sơn"),
        ("UBND huyện", "Ủy ban nhân dân huyện Quan Sơn"),
        ("hđnd", "Hội đồng nhân dân tỉnh Thanh Hóa"),
        ("TP Vinh", "UBND thành phố Vinh"),
        ("UBND thành phố", "Ủy ban nhân dân TP Vinh"),
        ("Sở NN&PTNT", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Nghệ An"),
        ("nông nghiệp và phát triển nông thôn", "Sở NN&PTNT tỉnh Nghệ An"),
        ("GD-ĐT", "Phòng Giáo dục và Đào tạo"),
        ("công ty cổ phần", "CTCP Vĩnh Hoàn"),
        ("CTCP Vĩnh Hoàn", "Công ty Cổ phần Vĩnh Hoàn"),
        ("Bộ Tài chính", "BTC"),
        ("ban tổ chức", "BTC"),
        ("People's Committee", "People’s Committee of Quan Son"),
    ],
)
def test_an_organisation_is_found_in_any_spelling_and_either_abbreviated(asked: str, own: str):
    assert passes("a", Context(title="", organisation=own), make_filters(organisation=asked))
    decomposed = unicodedata.normalize("NFD", asked)
    assert passes("a", Context(title="", organisation=own), make_filters(organisation=decomposed))


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("HĐND", "UBND huyện Quan Sơn"),
        ("UBND huyện Quế Phong", "UBND huyện Quan Sơn"),
        ("Quan Sơn UBND", "UBND huyện Quan Sơn"),
        ("UBND Quan Sơn", "UBND huyện Quan Sơn"),
        ("an Sơn", "UBND huyện Quan Sơn"),
        ("UBND huyện Quan Sơn tỉnh Thanh Hóa", "UBND huyện Quan Sơn"),
        ("hội đồng nhân dân", "Ủy ban nhân dân huyện"),
        (".*", "UBND huyện Quan Sơn"),
        ("UBND", None),
        ("UBND", ""),
    ],
)
def test_other_words_parts_of_words_and_words_in_another_order_find_no_organisation(asked: str, own: str | None):
    assert not passes("a", Context(title="", organisation=own), Filters(organisation=asked))


def test_a_name_of_many_ambiguous_abbreviations_is_read_without_trying_all_its_ways():
    name = " ".join(["CT"] * 60)
    written_out = " ".join(["chương trình", "chỉ thị"] * 30)
    assert passes("a", Context(title="", organisation=written_out), make_filters(organisation=name))
    assert not passes("a", Context(title="", organisation=f"{name[:-3]} ban"), make_filters(organisation=name))


# -- all of them ------------------------------------------------------------------------------------------


def test_a_province_does_not_stand_for_its_districts_nor_no_place_for_no_place():
    province = make_filters(place="tỉnh Nghệ An")
    assert passes("a", Context(title="", place="Nghệ An"), province)
    assert not passes("a", Context(title="", place="Quế Phong"), province)
    assert not passes("a", Context(title=""), Filters(place="…"))


def test_a_document_typed_decomposed_is_found_and_one_kept_decomposed_too():
    composed, decomposed = "s/Quế Phong.txt", unicodedata.normalize("NFD", "s/Quế Phong.txt")
    assert passes(composed, Context(title=""), make_filters(documents=[decomposed]))
    assert passes(decomposed, Context(title=""), make_filters(documents=[decomposed]))
    assert not passes(decomposed, Context(title=""), make_filters(documents=[composed]))


def test_a_report_passes_only_what_all_filters_let_pass():
    context = Context(title="", place="Quan Sơn", organisation="UBND huyện Quan Sơn", period="2023-H1")
    wanted = {"documents": ["a"], "place": "Quan Sơn", "organisation": "UBND", "period": "2023", "date_from": "2023"}
    assert passes("a", context, make_filters(**wanted))
    other = {"documents": ["b"], "place": "Thọ Xuân", "organisation": "HĐND", "period": "2022", "date_from": "2024"}
    for name, value in other.items():
        assert not passes("a", context, make_filters(**{**wanted, name: value})), name


def test_kinds_are_kept_once_each_in_one_order():
    filters = make_filters(kinds=["table_row", PartKind.PARAGRAPH, "table_row"])
    assert filters.kinds == (PartKind.PARAGRAPH, PartKind.TABLE_ROW)


@pytest.mark.parametrize("kind", ["bảng", "", "paragraph\0", "x" * 2000])
def test_an_unknown_kind_is_named_with_those_there_are(kind: str):
    with pytest.raises(ConfigError, match=r"unknown kind of passage .*; allowed: title, heading, paragraph"):
        make_filters(kinds=[kind])


@pytest.mark.parametrize("name", ["period", "place", "organisation"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("x" * 2000, "has 2,000 characters; allowed: at most 200"),
        ("2023\0", "control character"),
        ("2023\x1b[31m", "control character"),
        ("\ud800", "control character"),
        ("", "allowed: "),
        ("(.*)+$", "allowed: "),
    ],
    ids=["2,000 characters", "NUL", "an escape", "half a character", "empty", "an expression"],
)
def test_hostile_words_are_refused_by_the_name_of_their_filter(name: str, value: str, said: str):
    with pytest.raises(ConfigError, match=f"{name} ") as caught:
        make_filters(**{name: value})
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([f"s/{i}.txt" for i in range(10_000)], "10,000 documents are named; allowed: at most 1,000"),
        (["s/a.txt", ""], "a document is named ''"),
        (["s/a.txt\0"], "a document is named 's/a.txt\\x00'"),
        (["x" * 2000], "and 1,940 characters more"),
    ],
    ids=["10,000", "empty", "NUL", "2,000 characters"],
)
def test_documents_that_cannot_be_are_refused(documents: list[str], said: str):
    with pytest.raises(ConfigError) as caught:
        make_filters(documents=documents)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300
