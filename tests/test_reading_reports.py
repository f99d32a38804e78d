"""How district reports put figures: plans in brackets, values of the year before, communes and the province beside."""

from __future__ import annotations

import pytest

from rag.figures import Outline, Role, Setting, read_paragraph
from rag.types import Document, Part, PartKind

HALF = Setting(title="Báo cáo 6 tháng đầu năm 2023", place="Quế Phong", period="2023-H1", province="Nghệ An")
YEAR = Setting(title="Báo cáo năm 2023", place="Quế Phong", period="2023", province="Nghệ An")


def told(text: str, setting: Setting = YEAR) -> list[tuple[str, str, str | None, str | None]]:
    return [(s.quantity.number, s.role.value, s.period, s.subject) for s in read_paragraph(text, setting)]


def roles_and_periods(text: str, setting: Setting = YEAR) -> list[tuple[str, str | None]]:
    return [(role, period) for _, role, period, _ in told(text, setting)]


def subjects(text: str, setting: Setting = YEAR) -> list[str | None]:
    return [subject for *_, subject in told(text, setting)]


# -- plans ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Độ che phủ rừng đạt 49,09% (chỉ tiêu 48,9%).",
        "6 tháng đầu năm 2023, sản lượng lương thực là 16.048 tấn (kế hoạch 40.373 tấn).",
        "Thu ngân sách đạt 48,7 tỷ đồng, kế hoạch giao là 107,7 tỷ đồng.",
        "Đảng bộ có 5.530 đảng viên sinh hoạt ở các chi bộ, kế hoạch giao là 5.802 đảng viên.",
    ],
)
def test_a_plan_beside_the_result_of_a_half_is_that_of_the_year(text: str) -> None:
    assert roles_and_periods(text, HALF) == [("actual", "2023-H1"), ("target", "2023")]


def test_a_plan_whose_value_follows_its_share_is_a_target() -> None:
    assert roles_and_periods("Đã gieo cấy 1.501 ha lúa, đạt 54,88% so với kế hoạch 2.735 ha.", HALF) == [
        ("actual", "2023-H1"),
        ("share_of_plan", "2023-H1"),
        ("target", "2023"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Vốn đầu tư đạt 4.028 tỷ đồng (kế hoạch năm 3.573 tỷ đồng, đạt 112,73%).",
            ["actual", "target", "share_of_plan"],
        ),
        ("Tỷ lệ hộ nghèo: kế hoạch 12%, đạt 11%.", ["target", "actual"]),
    ],
)
def test_what_is_reached_of_an_amount_planned_is_a_share_and_of_a_rate_a_level(text: str, expected: list[str]) -> None:
    assert [role for _, role, *_ in told(text)] == expected


def test_a_plan_in_brackets_leaves_the_next_item_a_result() -> None:
    text = "Có 14/37 xã đạt chuẩn (kế hoạch năm 2023: 15/37 xã); tổng đàn lợn là 21.155 con."
    assert [role for _, role, *_ in told(text)] == ["actual", "target", "actual"]


def test_a_commune_named_behind_the_plan_has_a_result() -> None:
    text = "Đón 111.255 lượt khách, kế hoạch giao là 189.486 lượt khách, riêng xã Tri Lễ 11.560 lượt khách."
    assert [(role, subject) for _, role, _, subject in told(text)] == [
        ("actual", "Quế Phong"),
        ("target", "Quế Phong"),
        ("actual", "Tri Lễ"),
    ]


def test_a_result_of_the_year_of_the_report_stays_one_under_tasks_for_the_next() -> None:
    setting = Setting(title="Nghị quyết về nhiệm vụ năm 2024", place="Quế Phong", dates=("2023-12-20",))
    text = "Năm 2023, toàn huyện thu ngân sách 98,4 tỷ đồng. Năm 2024 thu 110 tỷ đồng."
    assert roles_and_periods(text, setting) == [("actual", "2023"), ("target", "2024")]


# -- values of the year before --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Đàn trâu, bò đạt 27.884 con (năm 2022: xấp xỉ 27.000 con).",
        "Đàn lợn toàn huyện có 36.314 con (năm 2022 là 36.884 con).",
        "Số người xuất cảnh là 588 lao động; năm 2022 là 540 lao động.",
        "Kết nạp được 345 đồng chí; năm 2022 kết nạp 290 đồng chí.",
        "Có 11/27 xã đạt chuẩn nông thôn mới; năm 2022 mới có 7/27 xã.",
        "Thu ngân sách đạt 299 tỷ đồng (năm trước: 256,6 tỷ đồng).",
    ],
)
def test_a_value_of_the_year_before_beside_the_result_is_an_earlier_one(text: str) -> None:
    assert roles_and_periods(text) == [("actual", "2023"), ("earlier", "2022")]


def test_the_year_of_an_earlier_value_dates_nothing_behind_it() -> None:
    text = "Có 588 lao động xuất cảnh (năm 2022: 540 lao động); thu ngân sách đạt 12 tỷ đồng. Có 5 hợp tác xã."
    assert [period for _, _, period, _ in told(text)] == ["2023", "2022", "2023", "2023"]


def test_a_level_may_come_from_one_in_brackets_of_the_year_before() -> None:
    text = "Từ 73,6% (cùng kỳ năm trước), tỷ lệ che phủ rừng nâng lên 74,29%."
    assert roles_and_periods(text, HALF) == [("earlier", "2022-H1"), ("actual", "2023-H1")]


def test_at_the_same_time_is_not_a_year_before() -> None:
    text = "Tỷ lệ hộ nghèo ở mức 24,19%; cùng thời điểm, tỷ lệ của tỉnh là 8,26%."
    assert told(text) == [("24,19", "actual", "2023", "Quế Phong"), ("8,26", "actual", "2023", "Nghệ An")]


# -- forecasts and estimates ----------------------------------------------------------------------------


def test_a_forecast_in_brackets_is_only_its_own_figures() -> None:
    text = "Đàn trâu, bò có 15.089 con (dự kiến cả năm 2023 đạt 16.476 con) (tăng 4% so với cùng kỳ năm trước)."
    assert roles_and_periods(text, HALF) == [("actual", "2023-H1"), ("forecast", "2023"), ("change", "2023-H1")]


def test_what_is_foreseen_for_the_year_does_not_date_the_next_item() -> None:
    text = "Gieo cấy được 1.126 ha, dự kiến cả năm đạt 2.325 ha; chi ngân sách 336,6 tỷ đồng."
    assert roles_and_periods(text, HALF) == [("actual", "2023-H1"), ("forecast", "2023"), ("actual", "2023-H1")]


def test_an_estimate_of_one_item_is_not_that_of_the_next() -> None:
    text = "Tổng đàn trâu, bò ước đạt 26.096 con; đàn lợn 45.123 con. Tổng chi ước 300 tỷ đồng; chi đầu tư 100 tỷ đồng."
    assert [role for _, role, *_ in told(text)] == ["estimate", "actual", "estimate", "estimate"]


# -- whose ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đón 194.897 lượt khách, trong khi toàn tỉnh là 2.636.932 lượt khách.", ["Quế Phong", "Nghệ An"]),
        ("Tỷ lệ hộ nghèo là 14,1%; bình quân tỉnh là 7,04%; thu 5 tỷ đồng.", ["Quế Phong", "Nghệ An", "Quế Phong"]),
        ("Tỷ lệ là 14,1%; bình quân chung của tỉnh Tây Lâm là 7,04%.", ["Quế Phong", "Tây Lâm"]),
        ("Xã Tri Lễ đạt 19/19 tiêu chí, 4 xã đạt 14 tiêu chí.", ["Tri Lễ", "Quế Phong", "Quế Phong"]),
    ],
)
def test_figures_of_the_province_and_of_several_communes_are_not_those_of_one(
    text: str, expected: list[str | None]
) -> None:
    assert subjects(text) == expected


def test_a_province_of_unknown_name_is_still_not_the_district() -> None:
    assert subjects("Đón 12 khách; toàn tỉnh đón 500 khách.", Setting(place="Quế Phong")) == ["Quế Phong", "tỉnh"]


def test_behind_a_commune_named_as_a_part_the_report_owns_the_figures_again() -> None:
    text = "Đàn lợn có 21.610 con, riêng xã Tri Lễ 2.169 con; thu ngân sách 12 tỷ đồng. Kết nạp 45 đảng viên."
    assert subjects(text) == ["Quế Phong", "Tri Lễ", "Quế Phong", "Quế Phong"]


@pytest.mark.parametrize(
    "text",
    [
        "U23 Việt Nam ghi 3 bàn thắng.",
        "Khách Trung Quốc đạt 3 triệu lượt.",
        "Ca sĩ Sơn Tùng có 3 bài hát mới.",
        "Tổng thống Mỹ Donald Trump nộp 12 văn bản.",
        "Học tập tư tưởng, đạo đức, phong cách Hồ Chí Minh, có 12 tập thể được khen.",
    ],
)
def test_teams_guests_and_persons_own_no_figure(text: str) -> None:
    assert subjects(text, Setting()) == [None]


# -- where they stand -----------------------------------------------------------------------------------


def test_rows_of_a_markdown_table_take_their_columns_from_its_first_row() -> None:
    lines = (
        (PartKind.HEADING, "I. KẾT QUẢ 6 THÁNG ĐẦU NĂM 2023"),
        (PartKind.PARAGRAPH, "Một số chỉ tiêu chủ yếu:"),
        (PartKind.TABLE_ROW, "Chỉ tiêu | Đơn vị | Kế hoạch 2023 | Thực hiện 6 tháng đầu năm 2023 | So với KH (%)"),
        (PartKind.TABLE_ROW, "Tỷ lệ che phủ rừng | % | 59,5 | 58,24 |"),
        (PartKind.TABLE_ROW, "Thu ngân sách | tỷ đồng | 291,4 | 316,5 | 108,61"),
        (PartKind.PARAGRAPH, "Báo cáo gửi UBND tỉnh Bắc Thành."),
    )  # fmt: skip
    text, parts = "", []
    for kind, line in lines:
        parts.append(Part(kind, len(text), len(text) + len(line)))
        text += line + "\n"
    document = Document(
        id="a", title="Báo cáo 6 tháng đầu năm 2023", text=text, language="vi", dates=(), period="2023-H1",
        place="Quế Phong", organisation=None, number=None, type=None, source="a", sha256="", reader="text/1",
        parts=tuple(parts),
    )  # fmt: skip
    outline = Outline(document)
    read = [
        (s.quantity.text, s.quantity.unit, s.role, s.period, text[part.start :][s.metric_start : s.metric_end])
        for part in parts[3:5]
        for s in read_paragraph(text[part.start : part.end], outline.setting_at(part.start), is_row=True)
    ]
    assert read == [
        ("59,5", "%", Role.TARGET, "2023", "Tỷ lệ che phủ rừng"),
        ("58,24", "%", Role.ACTUAL, "2023-H1", "Tỷ lệ che phủ rừng"),
        ("291,4", "đồng", Role.TARGET, "2023", "Thu ngân sách"),
        ("316,5", "đồng", Role.ACTUAL, "2023-H1", "Thu ngân sách"),
        ("108,61", "%", Role.SHARE_OF_PLAN, "2023-H1", "Thu ngân sách"),
    ]
    assert outline.setting_at(parts[1].start).province == "Bắc Thành"


def test_a_column_of_results_holds_results_under_a_heading_of_targets_too() -> None:
    row = "Chỉ tiêu: X | Đơn vị tính: % | Kế hoạch năm 2023: 32,4 | Thực hiện 6 tháng đầu năm 2023: 33,96"
    setting = Setting(period="2023-H1", headings=("Mục tiêu năm 2024",))
    assert [s.role for s in read_paragraph(row, setting, is_row=True)] == [Role.TARGET, Role.ACTUAL]
