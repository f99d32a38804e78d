from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.figures import Quantity, Role, UnitKind, find_quantities
from rag.figures.asked import asked_role, asked_unit
from rag.figures.numbers import read_number
from tests.figure_strings import STRINGS, find_mismatch


def only(text: str) -> Quantity:
    quantities = find_quantities(text)
    assert len(quantities) == 1, [q.text for q in quantities]
    return quantities[0]


@pytest.mark.parametrize(
    ("written", "english", "value"),
    [
        ("8.200", False, "8200"),
        ("8,65", False, "8.65"),
        ("1,082", False, "1.082"),
        ("1.234.567,5", False, "1234567.5"),
        ("0,350", False, "0.35"),
        ("2.8", False, "2.8"),
        ("30,000", False, "30000"),
        ("05", False, "5"),
        ("2,106", True, "2106"),
        ("5.39", True, "5.39"),
        ("1,234.5", True, "1234.5"),
        ("126\u00a0850", False, "126850"),
    ],
)
def test_a_written_number_has_the_value_of_its_language(written: str, english: bool, value: str) -> None:
    assert read_number(written, english=english) == Decimal(value)


@pytest.mark.parametrize("written", ["1,2,9", "12.5.2023", "0.123.456"])
def test_separators_that_make_no_number_give_none(written: str) -> None:
    assert read_number(written) is None


def test_people_written_with_an_english_comma_are_thousands() -> None:
    assert only("Toàn huyện có 1,250 người tham gia.").value == 1250


def test_a_percentage_with_a_point_and_three_digits_is_a_decimal() -> None:
    assert only("tăng 23.417% trong ngày").value == Decimal("23.417")


@pytest.mark.parametrize(
    ("sentence", "text", "value", "unit", "kind"),
    [
        ("Vốn đầu tư đạt 512 tỷ đồng.", "512 tỷ đồng", "512000000000", "đồng", UnitKind.MONEY),
        ("Thu nhập đạt 41,2 triệu đồng/năm.", "41,2 triệu đồng/năm", "41200000", "đồng/năm", UnitKind.MONEY),
        ("đạt 41 triệu đồng/người/năm", "41 triệu đồng/người/năm", "41000000", "đồng/người/năm", UnitKind.MONEY),
        ("nợ 17,5 nghìn tỷ đồng", "17,5 nghìn tỷ đồng", "17500000000000", "đồng", UnitKind.MONEY),
        ("nợ 3.017 tỉ", "3.017 tỉ", "3017000000000", "đồng", UnitKind.MONEY),
        ("giá 14.500 đồng/cổ phiếu", "14.500 đồng/cổ phiếu", "14500", "đồng/cổ phiếu", UnitKind.MONEY),
        ("thu 20.000đ mỗi lượt", "20.000đ mỗi lượt", "20000", "đồng/lượt", UnitKind.MONEY),
        ("đầu tư 2,5 triệu USD vào", "2,5 triệu USD", "2500000", "USD", UnitKind.MONEY),
        ("đầu tư $4.2 triệu", "$4.2 triệu", "4200000", "USD", UnitKind.MONEY),
        ("dự toán 350 trđ", "350 trđ", "350000000", "đồng", UnitKind.MONEY),
        ("che phủ rừng 78,4 %", "78,4 %", "78.4", "%", UnitKind.PERCENT),
        ("giảm 2,5 điểm phần trăm", "2,5 điểm phần trăm", "2.5", "điểm %", UnitKind.POINTS),
        ("năng suất 52,3 tạ/ha", "52,3 tạ/ha", "52.3", "tạ/ha", UnitKind.MEASURE),
        ("diện tích 1.204,5 ha", "1.204,5 ha", "1204.5", "ha", UnitKind.MEASURE),
        ("diện tích 300 m²", "300 m²", "300", "m2", UnitKind.MEASURE),
        ("dài 12km", "12km", "12", "km", UnitKind.MEASURE),
        ("công suất 50MWp", "50MWp", "50", "MWp", UnitKind.MEASURE),
        ("tăng gấp 3,3 lần", "3,3 lần", "3.3", "lần", UnitKind.TIMES),
        ("kết nạp 86 đảng viên mới", "86 đảng viên", "86", "đảng viên", UnitKind.COUNT),
        ("hỗ trợ 1.314 nhà ở cho hộ nghèo", "1.314 nhà ở", "1314", "nhà ở", UnitKind.COUNT),
        ("đón 1,5 triệu lượt khách", "1,5 triệu lượt khách", "1500000", "lượt khách", UnitKind.COUNT),
        ("trao 25 chiếc phao cho dân", "25 chiếc phao", "25", "chiếc phao", UnitKind.COUNT),
        ("có 98 xã, phường, thị trấn", "98 xã, phường, thị trấn", "98", "xã, phường, thị trấn", UnitKind.COUNT),
        ("có 05 dự án", "05 dự án", "5", "dự án", UnitKind.COUNT),
        ("tăng thêm 0,204 tiêu chí", "0,204 tiêu chí", "0.204", "tiêu chí", UnitKind.COUNT),
        ("kéo dài trong 3 ngày", "3 ngày", "3", "ngày", UnitKind.TIME),
        ("Phú Ninh 44.", "44", "44", None, UnitKind.NUMBER),
        ("Revenue was 3,412 billion dong.", "3,412 billion dong", "3412000000000", "đồng", UnitKind.MONEY),
        ("The district has 1,204 poor households.", "1,204 poor households", "1204", "poor households", UnitKind.COUNT),
        ("Income was 45 million VND per year.", "45 million VND per year", "45000000", "đồng/năm", UnitKind.MONEY),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 24 else "",
)
def test_a_quantity_is_read_with_its_unit(
    sentence: str, text: str, value: str, unit: str | None, kind: UnitKind
) -> None:
    quantity = only(sentence)
    assert (quantity.text, quantity.value, quantity.unit, quantity.unit_kind) == (text, Decimal(value), unit, kind)
    assert sentence[quantity.start : quantity.end] == quantity.text


@pytest.mark.parametrize(
    ("sentence", "full", "word"),
    [
        ("sản lượng đạt trên 8.150 tấn", "trên 8.150 tấn", "trên"),
        ("có gần 45 hộ", "gần 45 hộ", "gần"),
        ("Khoảng 300 người dự", "Khoảng 300 người", "khoảng"),
        ("còn chưa đến 5%", "chưa đến 5%", "chưa đến"),
        ("xấp xỉ 12 tỷ đồng", "xấp xỉ 12 tỷ đồng", "xấp xỉ"),
        ("cao hơn 5% so với trước", "5%", None),
        ("gấp 2,5 lần cùng kỳ", "gấp 2,5 lần", None),
        ("gấp hơn 2 lần", "gấp hơn 2 lần", "hơn"),
        ("nearly 300 people came", "nearly 300 people", "nearly"),
    ],
)
def test_the_full_span_takes_in_the_approximation(sentence: str, full: str, word: str | None) -> None:
    quantity = only(sentence)
    assert sentence[quantity.full_start : quantity.end] == full
    assert quantity.approximation == word


@pytest.mark.parametrize(
    ("sentence", "low", "high", "text"),
    [
        ("đạt 12-15 tiêu chí/xã", "12", "15", "12-15 tiêu chí/xã"),
        ("vốn 3.000 - 4.000 tỷ đồng", "3000000000000", "4000000000000", "3.000 - 4.000 tỷ đồng"),
        ("lãi từ 20 đến 60 tỷ đồng", "20000000000", "60000000000", "20 đến 60 tỷ đồng"),
        ("tăng 17% - 17,5%", "17", "17.5", "17% - 17,5%"),
    ],
)
def test_a_range_is_one_quantity_with_two_ends(sentence: str, low: str, high: str, text: str) -> None:
    quantity = only(sentence)
    assert (quantity.value, quantity.value_to, quantity.text) == (Decimal(low), Decimal(high), text)


def test_a_share_of_communes_keeps_its_whole() -> None:
    quantity = only("3/4 xã vùng cao đạt chuẩn")
    assert (quantity.text, quantity.value, quantity.of, quantity.unit) == ("3/4 xã", 3, 4, "xã")


@pytest.mark.parametrize(
    "sentence",
    [
        "Chiều 19-7, hội nghị khai mạc.",
        "Đến 30/6/2018 đã xong.",
        "Trong 6 tháng đầu năm 2023 huyện đã nỗ lực.",
        "Nhiệm kỳ 2020 - 2025 đã qua nửa chặng.",
        "Theo Báo cáo số 123/BC-UBND của huyện.",
        "Nghị quyết 35-NQ/TW nêu rõ.",
        "Theo khoản 2 Điều 5 Luật Đất đai.",
        "Quốc lộ 7B qua quận 2, phường 11.",
        "Dịch COVID-19 và bão số 9.",
        "Gọi 024 3555 0199 hoặc 0912 345 678.",
        "1. Công tác lãnh đạo\n2. Công tác tổ chức",
        "Tháng 7 và quý III đều đạt.",
        "Đến km 87+150 thì dừng.",
        "Máy bay M-320, tàu Sao Biển -15 và mạng 5G.",
    ],
)
def test_dates_labels_and_document_numbers_are_no_quantities(sentence: str) -> None:
    assert [q.text for q in find_quantities(sentence)] == []


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("Thu ngân sách đạt 120 tỷ đồng, tăng 7,5% so với cùng kỳ.", ["actual", "change"]),
        ("Độ che phủ rừng tăng lên 71,2%, đạt 50% kế hoạch.", ["actual", "share_of_plan"]),
        ("Tỷ lệ hộ nghèo giảm 12,4% xuống còn 20,1%.", ["change", "actual"]),
        ("Lợi nhuận tăng từ 90 tỷ lên 118 tỷ đồng.", ["earlier", "actual"]),
        ("Doanh thu đạt 50 tỷ đồng, cùng kỳ năm trước là 43 tỷ đồng.", ["actual", "earlier"]),
        ("Phấn đấu năm 2024, thu nhập bình quân đạt 45 triệu đồng; tỷ lệ hộ nghèo còn dưới 8%.", ["target", "target"]),
        ("Kế hoạch lợi nhuận năm 2019 là 300 tỷ đồng.", ["target"]),
        ("Sản lượng đạt 7.900 tấn (kế hoạch 8.100 tấn).", ["actual", "target"]),
        ("Thu nội địa ước đạt 60 tỷ đồng.", ["estimate"]),
        ("Lợi nhuận vượt 12,5% kế hoạch.", ["share_of_plan"]),
        ("Giá trị sản xuất bằng 86,2% so với kế hoạch.", ["share_of_plan"]),
        ("Doanh thu gấp 1,4 lần cùng kỳ năm trước.", ["change"]),
        ("Chương trình Mục tiêu Quốc gia đạt 13 tiêu chí.", ["actual"]),
        ("Doanh thu và lãi tăng lần lượt 5% và 7%.", ["change", "change"]),
        ("Tốc độ tăng trưởng đạt 9,1%.", ["actual"]),
        ("Tăng cường 12 cán bộ về xã.", ["actual"]),
        ("Profit rose 8% to 210 billion dong.", ["change", "actual"]),
        ("The company targets to earn 300 billion dong.", ["target"]),
    ],
)
def test_the_role_is_read_from_the_clause(sentence: str, roles: list[str]) -> None:
    assert [q.role.value for q in find_quantities(sentence)] == roles


def test_the_figures_of_a_report_sentence_come_in_order() -> None:
    sentence = "Toàn xã có 2.104 hộ; 3/3 thôn có điện; thu nhập đạt 38 triệu đồng/người, tăng gần 4 triệu đồng."
    assert [sentence[q.full_start : q.end] for q in find_quantities(sentence)] == [
        "2.104 hộ",
        "3/3 thôn",
        "38 triệu đồng/người",
        "gần 4 triệu đồng",
    ]


@given(st.text(alphabet="0123456789.,/-–% đồtỷạtriệungườ năKWh$()İ\n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_string_is_read_without_error_and_offsets_hold(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text
        assert end <= quantity.start and quantity.full_start <= quantity.start < quantity.end
        end = quantity.end


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Tỷ lệ hộ nghèo còn bao nhiêu phần trăm?", "%"),
        ("Tỷ lệ hộ nghèo là bao nhiêu?", "%"),
        ("Huyện kết nạp bao nhiêu đảng viên?", "đảng viên"),
        ("huyen ket nap bao nhieu dang vien", "đảng viên"),
        ("di doi bao nhieu ho dan", "hộ dân"),
        ("Lãi bao nhiêu tỷ đồng?", "tỷ đồng"),
        ("Đạt bao nhiêu triệu đồng/người/năm?", "triệu đồng/người/năm"),
        ("Thu bao nhiêu tiền?", "đồng"),
        ("Thu được bao nhiêu lợi nhuận?", None),
        ("Diện tích là bao nhiêu?", None),
        ("Có mấy xã về đích?", "xã"),
        ("Xe máy chạy bao lâu?", None),
    ],
)
def test_the_unit_a_question_names_is_read(question: str, unit: str | None) -> None:
    assert asked_unit(question) == unit


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Kế hoạch thu ngân sách năm 2024 là bao nhiêu?", Role.TARGET),
        ("chi tieu trong rung nam 2024 la bao nhieu", Role.TARGET),
        ("Thu ngân sách đạt bao nhiêu phần trăm kế hoạch?", Role.SHARE_OF_PLAN),
        ("Thu ngân sách tăng bao nhiêu phần trăm so với cùng kỳ?", Role.CHANGE),
        ("Xã đạt bao nhiêu chỉ tiêu?", Role.ACTUAL),
        ("Chương trình mục tiêu quốc gia giải ngân bao nhiêu?", Role.ACTUAL),
        ("What is the target for 2024?", Role.TARGET),
    ],
)
def test_the_role_a_question_asks_for_is_read(question: str, role: Role) -> None:
    assert asked_role(question) is role


@pytest.mark.parametrize(
    ("sentence", "text", "value", "unit"),
    [
        ("đầu tư 1 tỷ 200 triệu đồng", "1 tỷ 200 triệu đồng", "1200000000", "đồng"),
        ("thu nhập 95 triệu đồng một ha", "95 triệu đồng một ha", "95000000", "đồng/ha"),
        ("thu 45 triệu đồng mỗi năm", "45 triệu đồng mỗi năm", "45000000", "đồng/năm"),
        ("hơn 3,5 vạn lượt khách", "3,5 vạn lượt khách", "35000", "lượt khách"),
        ("giá trị 0,4 nghìn tỷ đồng", "0,4 nghìn tỷ đồng", "400000000000", "đồng"),
        ("chi 12 tỷ đ", "12 tỷ đ", "12000000000", "đồng"),
        ("thu 35 tr.đ/ha", "35 tr.đ/ha", "35000000", "đồng/ha"),
        ("năng suất 48tạ/ha", "48tạ/ha", "48", "tạ/ha"),
        ("quyết toán 7.400 tỉ trợ giá", "7.400 tỉ", "7400000000000", "đồng"),
        ("tỷ suất sinh 19,2‰", "19,2‰", "19.2", "‰"),
        ("hụt 1,2 điểm %", "1,2 điểm %", "1.2", "điểm %"),
        ("có 18 ca/100.000 dân", "18 ca/100.000 dân", "18", "ca/100.000 dân"),
        ("có 12 HTX", "12 HTX", "12", "htx"),
        ("an investment of $2.5m in the province", "$2.5m", "2500000", "USD"),
        ("revenue of VND 3.2 trillion in the year", "VND 3.2 trillion", "3200000000000", "đồng"),
        ("the yield was 5.2 tonnes per hectare", "5.2 tonnes per hectare", "5.2", "tấn/ha"),
        ("the party admitted 187 new members", "187 new members", "187", "new members"),
        ("san luong dat 8.200 tan", "8.200 tan", "8200", "tấn"),
        ("huyen co 35 ho ngheo", "35 ho ngheo", "35", "hộ nghèo"),
        ("ban hanh 10 van ban", "10 van ban", "10", "văn bản"),
        ("thu nhap 45 trieu dong/nguoi/nam", "45 trieu dong/nguoi/nam", "45000000", "đồng/người/năm"),
    ],
)
def test_units_of_money_and_measure_are_read_in_all_their_forms(
    sentence: str, text: str, value: str, unit: str
) -> None:
    quantity = only(sentence)
    assert (quantity.text, quantity.value, quantity.unit) == (text, Decimal(value), unit)


@pytest.mark.parametrize(
    ("sentence", "texts"),
    [
        ("đạt 12/19 tiêu chí", ["12/19 tiêu chí"]),
        ("4/4 xã, thị trấn đạt chuẩn", ["4/4 xã, thị trấn"]),
        ("Đến 30/6/2023, 11/12 trạm y tế đạt chuẩn", ["11/12 trạm y tế"]),
        ("đầu tư 2 triệu - 3 triệu đồng", ["2 triệu - 3 triệu đồng"]),
        ("từ 500 triệu đến 1 tỷ đồng", ["500 triệu đến 1 tỷ đồng"]),
        ("tăng từ 5 đến 7%", ["5 đến 7%"]),
        ("giảm từ 5% đến 4%", ["5%", "4%"]),
        ("The rate rose 75.1% to 76.4% in the year", ["75.1%", "76.4%"]),
        ("growth between 5 and 7 percent in the year", ["5 and 7 percent"]),
        ("thu 9 tháng đạt 5 tỷ đồng", ["5 tỷ đồng"]),
        ("gửi kỳ hạn 9 tháng", ["9 tháng"]),
        ("Xã Sơn Kim 1 đạt 97%", ["97%"]),
        ("lúc 14 giờ 35 phút ngày 8/3/2024", []),
        ("Bão số 9 năm 2020 qua đường tỉnh 532, mốc 285", []),
        ("ở số 14 Phú Châu, phường Tam Phú", []),
        ("Đồn Biên phòng 321 tuần tra", []),
        ("thu 5 USD8.200 đồng", ["5 USD"]),
    ],
)
def test_ratios_ranges_and_periods_are_told_apart(sentence: str, texts: list[str]) -> None:
    assert [quantity.text for quantity in find_quantities(sentence)] == texts


@given(STRINGS)
@settings(max_examples=3000, deadline=None)
def test_any_mix_of_figures_words_and_signs_is_read_with_true_offsets(text: str) -> None:
    assert find_mismatch(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("9" * 10_000, 1),
        ("tháng " + "9" * 10_000 + " tỷ đồng", 1),
        ("5 tỷ đồng " * 5_000, 5_000),
        ("a" * 100_000 + " 5%", 1),
        ("kế hoạch " * 10_000 + "5%", 1),
        ("(" * 20_000 + "5%" + ")" * 20_000, 1),
        ("5 đồng" + "/năm" * 20_000, 1),
    ],
    ids=["digits", "digits of a month", "units", "letters", "plans", "brackets", "per"],
)
def test_long_hostile_texts_are_read_to_their_end(text: str, count: int) -> None:
    assert len(find_quantities(text)) == count
