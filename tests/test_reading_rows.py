"""What table rows state, and where the parts of a report stand: headings, lead-ins, paragraphs before."""

from __future__ import annotations

from decimal import Decimal

from rag.figures import Origin, Outline, Role, Setting, read_paragraph, settings_of
from rag.types import Document, Part, PartKind

DISTRICT = Setting(title="Báo cáo 6 tháng đầu năm 2023", place="Quế Phong", dates=("2023-06-28",), period="2023-H1")

# -- table rows -----------------------------------------------------------------------------------------

ROW = (
    "Chỉ tiêu: Số hộ nghèo | Đơn vị: Hộ | Năm 2022: 1.830 | Kế hoạch 2023: 1.600 | Thực hiện 2023: 1.522"
    " | TH/KH (%): 95"
)


def test_each_number_of_a_row_takes_role_and_period_of_its_column() -> None:
    found = read_paragraph(ROW, Setting(place="Quế Phong", period="2023"), is_row=True)
    assert [(s.quantity.text, s.quantity.unit, s.role, s.period) for s in found] == [
        ("1.830", "hộ", Role.ACTUAL, "2022"),
        ("1.600", "hộ", Role.TARGET, "2023"),
        ("1.522", "hộ", Role.ACTUAL, "2023"),
        ("95", "%", Role.SHARE_OF_PLAN, "2023"),
    ]
    assert {ROW[s.metric_start : s.metric_end] for s in found} == {"Số hộ nghèo"}
    assert {s.subject for s in found} == {"Quế Phong"}


def test_the_unit_of_a_cell_may_stand_in_brackets_of_the_rows_name() -> None:
    row = "Chỉ tiêu: Thu ngân sách (tỷ đồng) | Ước TH 6 tháng: 150,5 | % so cùng kỳ: 105,2"
    first, second = read_paragraph(row, DISTRICT, is_row=True)
    assert (first.quantity.value, first.quantity.unit) == (Decimal("150500000000"), "đồng")
    assert (first.role, first.period) == (Role.ESTIMATE, "2023-H1")
    assert (second.role, second.base, second.quantity.unit) == (Role.CHANGE, "cùng kỳ", "%")


def test_a_row_named_by_a_place_is_that_places_and_measures_what_its_column_says() -> None:
    row = "TT: 3 | Xã: Sơn Thủy | Số hộ nghèo: 12 | Diện tích (ha): 1.234,5"
    poor, area = read_paragraph(row, Setting(place="Quan Sơn", period="2023"), is_row=True)
    assert (poor.subject, poor.subject_from, row[poor.metric_start : poor.metric_end]) == (
        "Sơn Thủy",
        Origin.SENTENCE,
        "Số hộ nghèo",
    )
    assert (area.quantity.value, area.quantity.unit) == (Decimal("1234.5"), "ha")


def test_a_year_in_a_cell_of_numbers_is_a_number() -> None:
    (stated,) = read_paragraph("Chỉ tiêu: Số hộ | 2022: 2023", Setting(), is_row=True)
    assert (stated.quantity.value, stated.period) == (Decimal(2023), "2022")


def test_a_column_of_the_year_before_is_an_earlier_value() -> None:
    row = "Chỉ tiêu: Thu ngân sách | Cùng kỳ: 120 | Thực hiện: 150"
    before, now = read_paragraph(row, DISTRICT, is_row=True)
    assert [(s.role, s.period) for s in (before, now)] == [(Role.EARLIER, "2022-H1"), (Role.ACTUAL, "2023-H1")]


# -- where a paragraph stands ---------------------------------------------------------------------------


def report(*parts: tuple[PartKind, str]) -> Document:
    text, placed = "", []
    for kind, written in parts:
        placed.append(Part(kind, len(text), len(text) + len(written)))
        text += written + "\n\n"
    return Document(
        id="a/b.txt",
        title="Tổng kết năm 2023, nhiệm vụ năm 2024",
        text=text,
        language="vi",
        dates=("2023-12-20",),
        period="2023",
        place="Quế Phong",
        organisation=None,
        number=None,
        type=None,
        source="a",
        sha256="",
        reader="text/1",
        parts=tuple(placed),
    )


REPORT = report(
    (PartKind.TITLE, "Tổng kết năm 2023, nhiệm vụ năm 2024"),
    (PartKind.HEADING, "I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ NĂM 2023"),
    (PartKind.PARAGRAPH, "1. Về kinh tế"),
    (PartKind.PARAGRAPH, "Giá trị sản xuất đạt 300 tỷ đồng. Trong đó:"),
    (PartKind.LIST_ITEM, "- Nông nghiệp: 100 tỷ đồng;"),
    (PartKind.PARAGRAPH, "Thu ngân sách đạt 120 tỷ đồng."),
    (PartKind.PARAGRAPH, "II. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2024"),
    (PartKind.PARAGRAPH, "Thu ngân sách đạt 130 tỷ đồng."),
)


def test_each_part_stands_under_its_headings_and_a_lead_in_heads_its_list() -> None:
    one = "I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ NĂM 2023"
    two = "II. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2024"
    assert [setting.headings for setting in settings_of(REPORT)] == [
        (),
        (),
        (one,),
        (one, "1. Về kinh tế"),
        (one, "1. Về kinh tế", "Trong đó:"),
        (one, "1. Về kinh tế"),
        (),
        (two,),
    ]


def test_the_paragraphs_before_are_those_under_the_same_heading() -> None:
    before = [setting.before for setting in settings_of(REPORT)]
    assert before[5] == ("Giá trị sản xuất đạt 300 tỷ đồng. Trong đó:", "- Nông nghiệp: 100 tỷ đồng;")
    assert before[7] == ()


def test_a_position_inside_a_paragraph_has_what_stands_before_it_there() -> None:
    outline = Outline(REPORT)
    start = REPORT.text.index("Trong đó:")
    assert outline.setting_at(start).before == ("Giá trị sản xuất đạt 300 tỷ đồng.",)


def test_the_same_sentence_is_a_result_in_one_section_and_a_target_in_the_next() -> None:
    settings_by_part = settings_of(REPORT)
    (result,) = read_paragraph("Thu ngân sách đạt 120 tỷ đồng.", settings_by_part[5])
    (target,) = read_paragraph("Thu ngân sách đạt 130 tỷ đồng.", settings_by_part[7])
    assert (result.role, result.period) == (Role.ACTUAL, "2023")
    assert (target.role, target.period, target.period_from) == (Role.TARGET, "2024", Origin.HEADING)
