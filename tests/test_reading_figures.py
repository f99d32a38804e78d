"""What each figure of a paragraph or table row states: its period, its subject, its metric, from where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.figures import Origin, Role, Setting, Stated, read_paragraph

DISTRICT = Setting(
    title="Báo cáo kết quả 6 tháng đầu năm 2023 của UBND huyện Quế Phong",
    place="Quế Phong",
    organisation="UBND huyện Quế Phong",
    dates=("2023-06-28",),
    period="2023-H1",
)


def read(text: str, setting: Setting = DISTRICT) -> tuple[Stated, ...]:
    found = read_paragraph(text, setting)
    for stated in found:
        assert text[stated.quantity.start : stated.quantity.end] == stated.quantity.text
        assert 0 <= stated.metric_start <= stated.metric_end <= len(text)
    return found


def periods(text: str, setting: Setting = DISTRICT) -> list[str | None]:
    return [stated.period for stated in read(text, setting)]


def subjects(text: str, setting: Setting = DISTRICT) -> list[str | None]:
    return [stated.subject for stated in read(text, setting)]


def metrics(text: str, setting: Setting = DISTRICT) -> list[str]:
    return [text[stated.metric_start : stated.metric_end] for stated in read(text, setting)]


# -- periods --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Năm 2021 thu đạt 30 tỷ đồng, năm 2022 đạt 35 tỷ đồng.", ["2021", "2022"]),
        ("Tỷ lệ hộ nghèo giảm từ 42,1% năm 2021 xuống còn 36,9% năm 2022.", ["2021", "2022"]),
        ("Thu ngân sách đạt 35 tỷ đồng (năm 2022), trồng 20 ha rừng.", ["2022", "2023-H1"]),
        ("Năm 2021 và 2022 kết nạp lần lượt 110 đảng viên và 120 đảng viên.", ["2021", "2022"]),
        ("Thu ngân sách trong quý II đạt 12 tỷ đồng.", ["2023-Q2"]),
        ("Kết nạp 12 đảng viên trong tháng 5.", ["2023-05"]),
        ("Tính đến 30/6, giải ngân 12 tỷ đồng.", ["2023-06"]),
        ("Đến cuối năm 2022, toàn huyện còn 812 hộ nghèo.", ["2022"]),
        ("Giai đoạn 2021 - 2025, huyện huy động 300 tỷ đồng.", ["2021/2025"]),
        ("Vụ xuân 2022 gieo cấy 812 ha lúa.", ["2022"]),
        ("Năm học 2022 - 2023 có 12 trường đạt chuẩn.", ["2022/2023"]),
    ],
)
def test_a_time_in_the_clause_or_sentence_dates_the_figure(text: str, expected: list[str]) -> None:
    assert periods(text) == expected
    assert read(text)[0].period_from is Origin.SENTENCE


def test_all_quarters_of_a_list_take_the_year_behind_the_last() -> None:
    text = "Lợi nhuận quý I, quý II và quý III năm 2022 lần lượt là 5 tỷ đồng, 6 tỷ đồng và 7 tỷ đồng."
    assert periods(text) == ["2022-Q1", "2022-Q2", "2022-Q3"]


def test_what_is_compared_with_never_dates_the_result() -> None:
    text = "Thu ngân sách đạt 35 tỷ đồng, tăng 5% so với năm 2022, đạt 52% kế hoạch năm 2023."
    assert periods(text) == ["2023-H1", "2023-H1", "2023-H1"]
    assert [s.role for s in read(text)] == [Role.ACTUAL, Role.CHANGE, Role.SHARE_OF_PLAN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu ngân sách đạt 35 tỷ đồng; cùng kỳ năm 2022 là 30 tỷ đồng.", ["2023-H1", "2022-H1"]),
        ("Thu ngân sách đạt 35 tỷ đồng, cùng kỳ năm trước đạt 30 tỷ đồng.", ["2023-H1", "2022-H1"]),
        ("Tỷ lệ hộ nghèo giảm từ 42,1% xuống còn 36,9%.", [None, "2023-H1"]),
    ],
)
def test_an_earlier_value_has_the_earlier_period(text: str, expected: list[str | None]) -> None:
    assert periods(text) == expected


def test_the_next_sentence_inherits_the_period_of_the_one_before() -> None:
    found = read("Năm 2022, huyện trồng 812 ha rừng. Sản lượng gỗ đạt 8.200 tấn.")
    assert [(s.period, s.period_from) for s in found] == [("2022", Origin.SENTENCE), ("2022", Origin.BEFORE)]


def test_a_target_does_not_date_the_results_behind_it() -> None:
    text = "Phấn đấu đến năm 2025 thu nhập đạt 50 triệu đồng. Hiện nay thu nhập đạt 35 triệu đồng."
    assert periods(text) == ["2025", "2023-H1"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Setting(title="Tổng kết năm 2023, nhiệm vụ năm 2024"), ("2023", Origin.TITLE)),
        (Setting(title="Annual report 2022 and tasks for 2023"), ("2022", Origin.TITLE)),
        (Setting(title="Huyện Quế Phong", period="2023-9M"), ("2023-9M", Origin.REPORT)),
        (Setting(dates=("2022-12-20",)), ("2022", Origin.REPORT)),
        (Setting(period="2023", headings=("II. TÌNH HÌNH NĂM 2022",)), ("2022", Origin.HEADING)),
        (Setting(period="2023", before=("Năm 2021, huyện gặp nhiều khó khăn.",)), ("2021", Origin.BEFORE)),
        (Setting(title="Kết quả quý III và 9 tháng năm 2023", period="2023-9M"), ("2023-9M", Origin.TITLE)),
        (Setting(), (None, None)),
    ],
    ids=["title", "english-title", "report", "date", "heading", "before", "title-names-two", "nothing"],
)
def test_without_a_time_of_its_own_a_figure_takes_the_nearest_above(
    setting: Setting, expected: tuple[str | None, Origin | None]
) -> None:
    (stated,) = read("Sản lượng lương thực đạt 8.200 tấn.", setting)
    assert (stated.period, stated.period_from) == expected


@pytest.mark.parametrize(
    ("headings", "before", "expected"),
    [
        (("II. NHIỆM VỤ NĂM 2024",), (), "2024"),
        (("B. PHƯƠNG HƯỚNG 6 THÁNG CUỐI NĂM 2023",), (), "2023-H2"),
        (("II. PHƯƠNG HƯỚNG, NHIỆM VỤ", "1. Chỉ tiêu"), (), "2024"),
        ((), ("Năm 2025, huyện phấn đấu đạt các chỉ tiêu sau:",), "2025"),
    ],
    ids=["year", "half", "unsaid", "lead-in"],
)
def test_under_a_heading_of_tasks_figures_are_targets_of_its_period(
    headings: tuple[str, ...], before: tuple[str, ...], expected: str
) -> None:
    setting = Setting(title="Tổng kết năm 2023", period="2023", headings=headings, before=before)
    (stated,) = read("- Sản lượng lương thực đạt 8.200 tấn.", setting)
    assert (stated.role, stated.period) == (Role.TARGET, expected)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (("I. KẾT QUẢ NĂM 2023", "1. Các chỉ tiêu kinh tế - xã hội chủ yếu"), Role.ACTUAL),
        (("I. KẾT QUẢ NĂM 2023", "1. Nhiệm vụ phát triển kinh tế"), Role.ACTUAL),
        (("Một số chỉ tiêu chủ yếu:",), Role.ACTUAL),
        (("1. Công tác lãnh đạo, chỉ đạo",), Role.ACTUAL),
        (("Chương trình mục tiêu quốc gia, kết quả",), Role.ACTUAL),
        (("II. NHIỆM VỤ TRỌNG TÂM",), Role.TARGET),
        (("II. NHIỆM VỤ NĂM 2024", "1. Các chỉ tiêu chủ yếu"), Role.TARGET),
        (("Một số chỉ tiêu chủ yếu năm 2024",), Role.TARGET),
        (("I. KẾT QUẢ NĂM 2023", "Một số chỉ tiêu phấn đấu:"), Role.TARGET),
        (("PHUONG HUONG NAM 2024",), Role.TARGET),
        (("Targets for 2024",), Role.TARGET),
    ],
)
def test_only_headings_of_what_is_still_to_come_make_targets(headings: tuple[str, ...], expected: Role) -> None:
    setting = Setting(title="Báo cáo kết quả năm 2023", period="2023", headings=headings)
    (stated,) = read("Sản lượng lương thực đạt 8.200 tấn.", setting)
    assert stated.role is expected


@pytest.mark.parametrize(
    "title",
    [
        "Theo báo cáo, năm 2023, với nhiều giải pháp lãnh đạo, chỉ đạo, điều hành linh hoạt…",
        "Huyện nỗ lực thực hiện mục tiêu, nhiệm vụ năm 2023",
        "Huyện đoàn kết, quyết tâm hoàn thành mục tiêu Nghị quyết đã đề ra",
        "Các giải pháp, chỉ tiêu, nhiệm vụ của huyện",
    ],
)
def test_a_title_that_only_speaks_of_tasks_makes_no_targets(title: str) -> None:
    (stated,) = read("Sản lượng lương thực đạt 8.200 tấn.", Setting(title=title, period="2023"))
    assert (stated.role, stated.period) == (Role.ACTUAL, "2023")


def test_a_title_of_a_plan_makes_targets() -> None:
    (stated,) = read("Sản lượng lương thực đạt 8.200 tấn.", Setting(title="Kế hoạch phát triển kinh tế năm 2024"))
    assert (stated.role, stated.period) == (Role.TARGET, "2024")


def test_a_heading_of_results_of_last_years_tasks_makes_no_targets() -> None:
    setting = Setting(period="2023", headings=("I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ NĂM 2023",))
    (stated,) = read("Sản lượng lương thực đạt 8.200 tấn.", setting)
    assert (stated.role, stated.period) == (Role.ACTUAL, "2023")


def test_the_date_of_a_document_and_the_years_of_a_programme_date_nothing() -> None:
    text = (
        "Thực hiện Nghị quyết số 12/NQ-HĐND ngày 15/12/2021 về giảm nghèo giai đoạn 2021 - 2025, huyện hỗ trợ 120 hộ."
    )
    assert periods(text) == ["2023-H1"]


# -- subjects -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Các xã Tri Lễ 12 ha, Nậm Giải 13 ha.", ["Tri Lễ", "Nậm Giải"]),
        ("Xã Tri Lễ (12 ha), xã Nậm Giải (13 ha).", ["Tri Lễ", "Nậm Giải"]),
        (
            "Các xã Tri Lễ, Nậm Giải và Hạnh Dịch lần lượt trồng 12 ha, 13 ha và 14 ha.",
            ["Tri Lễ", "Nậm Giải", "Hạnh Dịch"],
        ),
        ("Huyện trồng 12 ha tại xã Tri Lễ, 13 ha tại xã Nậm Giải.", ["Tri Lễ", "Nậm Giải"]),
        ("Xã Tri Lễ, huyện Quế Phong, tỉnh Nghệ An trồng 12 ha.", ["Tri Lễ"]),
        ("Xã Tri Lễ trồng 12 ha; toàn huyện trồng 300 ha.", ["Tri Lễ", "Quế Phong"]),
        ("Tỷ lệ hộ nghèo cao hơn huyện Kỳ Sơn 3%.", ["Quế Phong"]),
        ("Thu ngân sách đạt 52% dự toán do UBND tỉnh Nghệ An giao.", ["Quế Phong"]),
        ("Huyện cử đoàn 12 người đi huyện Kỳ Sơn.", ["Quế Phong"]),
        ("Tỷ lệ thấp hơn bình quân cả nước (30,5%).", ["Việt Nam"]),
        ("Ông Nguyễn Văn Thi cho biết, đã trồng 12 ha.", ["Quế Phong"]),
        ("Chương trình 135 hỗ trợ 12 tỷ đồng.", ["Quế Phong"]),
    ],
)
def test_the_nearest_named_unit_owns_the_figure(text: str, expected: list[str]) -> None:
    assert subjects(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BIDV lãi 300 tỷ đồng, Vietcombank lãi 400 tỷ đồng.", ["BIDV", "Vietcombank"]),
        ("Tập đoàn Hòa Phát đạt doanh thu 12 tỷ đồng.", ["Hòa Phát"]),
        ("Công ty CP Than Núi Béo đạt doanh thu 12 tỷ đồng.", ["Than Núi Béo"]),
        ("Ngân hàng TMCP Ngoại thương Việt Nam (Vietcombank) lãi 400 tỷ đồng.", ["Vietcombank"]),
        ("Vietnam Airlines chở 12 triệu khách. Hệ số an toàn vốn (CAR) đạt 9%.", ["Vietnam Airlines"] * 2),
        ("Cả nước thu 400 tỷ đồng.", ["Việt Nam"]),
        ("Exports reached 300 tonnes.", [None]),
        ("Thailand welcomed 2 million visitors.", ["Thailand"]),
    ],
)
def test_companies_and_countries_are_subjects_and_common_words_are_not(text: str, expected: list[str | None]) -> None:
    assert subjects(text, Setting()) == expected


def test_a_sentence_that_names_nobody_inherits_from_one_about_one_unit() -> None:
    found = read("Xã Tri Lễ có 12 bản. Tỷ lệ hộ nghèo là 38,6%.")
    assert [(s.subject, s.subject_from) for s in found] == [("Tri Lễ", Origin.SENTENCE), ("Tri Lễ", Origin.BEFORE)]


def test_behind_a_sentence_about_several_units_the_report_owns_the_figure_again() -> None:
    assert subjects("Xã Tri Lễ có 12 bản, xã Nậm Giải có 5 bản. Tỷ lệ hộ nghèo là 38,6%.")[-1] == "Quế Phong"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Setting(place="Nghệ An", headings=("1. Huyện Quế Phong",)), ("Quế Phong", Origin.HEADING)),
        (Setting(title="Huyện Quế Phong tổng kết năm", place="Nghệ An"), ("Quế Phong", Origin.TITLE)),
        (Setting(place="Quế Phong"), ("Quế Phong", Origin.REPORT)),
        (Setting(organisation="Ngân hàng TMCP Á Châu (ACB)"), ("ACB", Origin.REPORT)),
        (Setting(before=("Xã Tri Lễ có 12 bản.",)), ("Tri Lễ", Origin.BEFORE)),
        (Setting(), (None, None)),
    ],
    ids=["heading", "title", "place", "organisation", "before", "nobody"],
)
def test_without_a_name_the_headings_the_title_and_the_report_own_the_figure(
    setting: Setting, expected: tuple[str | None, Origin | None]
) -> None:
    (stated,) = read("Tỷ lệ hộ nghèo là 38,6%.", setting)
    assert (stated.subject, stated.subject_from) == expected


# -- metrics --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu nhập bình quân đầu người đạt 35,7 triệu đồng, tăng 8,76%.", ["Thu nhập bình quân đầu người"] * 2),
        ("Trong năm, kết nạp 120 đảng viên.", ["kết nạp 120 đảng viên"]),
        ("Tổng sản lượng: lúa 12 tấn, ngô 3 tấn.", ["lúa", "ngô"]),
        ("Tỷ lệ hộ nghèo của xã Tri Lễ năm 2022 là 38,6%.", ["Tỷ lệ hộ nghèo"]),
        ("Tốc độ tăng trưởng đạt 8,65%.", ["Tốc độ tăng trưởng"]),
        ("Tăng trưởng tổng sản phẩm đạt 8,65%.", ["Tăng trưởng tổng sản phẩm"]),
    ],
)
def test_the_metric_is_what_is_measured_without_verbs_times_and_names(text: str, expected: list[str]) -> None:
    assert metrics(text) == expected


# -- any text -------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    """xã Tri Lễ;huyện;toàn huyện;năm 2022;cùng kỳ;so với;6 tháng đầu năm;, ;. ;(;);5%;1.830 hộ;từ;xuống còn;đạt;BIDV;\n
    ;đến nay;Công ty CP;Đơn vị: ; | ;Năm 2022: ;tháng 13/2023;31/2;İ;ſ;H1 2023;kế hoạch;%;2020 - 2025;quý IV;-;/;“
    ;Hòa Phát;Thực hiện 2023: ;Số hộ: ;12;2023;lần lượt;nhiệm vụ;Việt Nam;:;tấn""".split(";")
)
_TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join))


@settings(max_examples=1500, deadline=None)
@given(text=_TEXTS, above=_TEXTS, is_row=st.booleans())
def test_no_text_raises_and_every_offset_lies_in_it(text: str, above: str, is_row: bool) -> None:
    setting = Setting(title=above, place=above[:9] or None, headings=(above,), before=(above,), period="2023-H1")
    for stated in read_paragraph(text, setting, is_row=is_row):
        assert text[stated.quantity.start : stated.quantity.end] == stated.quantity.text
        assert 0 <= stated.metric_start <= stated.metric_end <= len(text)
