from __future__ import annotations

import pytest

from rag.question import asks_target, match_entities, understand
from rag.types import AnswerKind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Tổng thu ngân sách của huyện Mường Lát là bao nhiêu?", "figure"),
        ("Thu nhập bình quân đầu người năm 2022 đạt mức nào?", "figure"),
        ("Độ che phủ rừng của huyện Tương Dương năm 2022?", "figure"),
        ("Có mấy xã về đích nông thôn mới?", "figure"),
        ("tong thu ngan sach la bao nhieu", "figure"),
        ("thu nhap binh quan dau nguoi nam 2023", "figure"),
        ("tong von dau tu toan xa hoi", "figure"),
        ("nha may nam o dau", "place"),
        ("Ai phát biểu khai mạc hội nghị?", "person"),
        ("Đồng chí nào chủ trì cuộc họp?", "person"),
        ("ai chu tri cuoc hop", "person"),
        ("Hội nghị được tổ chức ở đâu?", "place"),
        ("Nhà máy nằm ở huyện nào?", "place"),
        ("Đại hội khai mạc ngày nào?", "date"),
        ("Dự án khởi công khi nào?", "date"),
        ("du an khoi cong ngay nao", "date"),
        ("Những xã nào đạt chuẩn nông thôn mới?", "list"),
        ("Chương trình gồm những gì?", "list"),
        ("Vì sao sản lượng lúa giảm?", "reason"),
        ("vi sao san luong lua giam", "reason"),
        ("Nguyên nhân nào khiến dự án chậm?", "reason"),
        ("Nhờ đâu thu nhập của dân tăng?", "reason"),
        ("Huyện có hoàn thành kế hoạch không?", "yes_no"),
        ("Đó có phải là xã biên giới, phải không?", "yes_no"),
        ("Mường Lát hay Quan Hóa có tỷ lệ hộ nghèo cao hơn?", "comparison"),
        ("Doanh thu hai năm chênh lệch bao nhiêu?", "comparison"),
        ("Lãi của ngân hàng này cao hơn ngân hàng kia bao nhiêu?", "comparison"),
        ("Thu ngân sách tăng bao nhiêu phần trăm so với cùng kỳ?", "figure"),
        ("Nông dân được khuyến khích theo mô hình gì?", "other"),
        ("How many communes have been recognised?", "figure"),
        ("What was the poverty rate of the district?", "figure"),
        ("Who attended the meeting?", "person"),
        ("Where is the head office?", "place"),
        ("When was the congress held?", "date"),
        ("Which communes are free of drugs?", "list"),
        ("Why did output fall?", "reason"),
        ("Did the district meet its plan?", "yes_no"),
        ("Which is higher, revenue in 2018 or in 2019?", "comparison"),
    ],
)
def test_the_kind_of_answer_is_read(question: str, kind: str) -> None:
    assert understand(question).kind is AnswerKind(kind)


@pytest.mark.parametrize(
    ("question", "entities"),
    [
        ("Thu nhập của Quế Phong năm 2023 đạt mức nào?", ("Quế Phong",)),
        ("Quan Sơn có bao nhiêu xã?", ("Quan Sơn",)),
        ("Ai dự hội nghị của Ban Chấp hành Đảng bộ huyện Quan Sơn?", ("Quan Sơn",)),
        ("Huyện Quan Sơn có bao nhiêu hộ?", ("Quan Sơn",)),
        ("ty le ho ngheo cua huyen Que Phong", ("Que Phong",)),
        ("ty le ho ngheo cua huyen que phong", ()),
        ("Techcombank hay Vietinbank lãi cao hơn?", ("Techcombank", "Vietinbank")),
        ("Tập đoàn Hoà Phát lãi bao nhiêu?", ("Hoà Phát",)),
        ("Doanh thu là bao nhiêu?", ()),
        ("Trường Giao thông Vận tải thu bao nhiêu?", ()),
        ("Huế có bao nhiêu khách?", ("Huế",)),
        ("UBND TP HCM thu bao nhiêu?", ("HCM",)),
        ("GDP của Việt Nam năm 2019 tăng bao nhiêu?", ("Việt Nam",)),
        ("Việt Nam 2019 tăng trưởng bao nhiêu?", ("Việt Nam",)),
        ("Tuyến Phú Bình - Sơn Hạ dài bao nhiêu km?", ("Phú Bình - Sơn Hạ",)),
        ("What was the income of Que Phong district in 2023?", ("Que Phong",)),
        ("Who is the Party secretary of Tam Hop commune?", ("Tam Hop",)),
        ("THU NHẬP CỦA QUẾ PHONG LÀ BAO NHIÊU?", ()),
        ("Bí thư Tỉnh ủy Nguyễn Văn An nói gì?", ("Nguyễn Văn An",)),
    ],
)
def test_entities_are_names_not_titles_or_common_words(question: str, entities: tuple[str, ...]) -> None:
    assert understand(question).entities == entities


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("Thu ngân sách 6 tháng đầu năm 2023 là bao nhiêu?", ("2023-H1",)),
        ("Lãi quý III/2018 cao hơn quý II/2018 bao nhiêu?", ("2018-Q3", "2018-Q2")),
        ("thu ngan sach nam 2022 la bao nhieu", ("2022",)),
        ("What was revenue in the first half of 2018?", ("2018-H1",)),
        ("Doanh thu là bao nhiêu?", ()),
    ],
)
def test_periods_have_their_normal_form(question: str, periods: tuple[str, ...]) -> None:
    assert understand(question).periods == periods


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Tỷ lệ hộ nghèo của huyện?", "%"),
        ("Kết nạp bao nhiêu đảng viên?", "đảng viên"),
        ("How many party members were admitted?", "đảng viên"),
        ("What percentage of households are poor?", "%"),
        ("How many kilometres of road were built?", "km"),
        ("What was the revenue?", None),
    ],
)
def test_the_unit_of_the_answer_is_read(question: str, unit: str | None) -> None:
    assert understand(question).unit == unit


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt mức nào?", "thu nhap binh quan dau nguoi"),
        ("thu nhap binh quan dau nguoi cua Que Phong nam 2023 la bao nhieu", "thu nhap binh quan dau nguoi"),
        ("Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn là bao nhiêu tỷ đồng?", "tong von dau tu toan xa hoi"),
        ("Tỷ lệ hộ nghèo của xã Tam Hợp còn bao nhiêu phần trăm?", "ty le ho ngheo"),
        ("What was the poverty rate of Que Phong district in 2023?", "poverty rate"),
    ],
)
def test_terms_are_the_folded_words_of_the_metric(question: str, terms: str) -> None:
    assert " ".join(understand(question).terms) == terms


def test_language_and_accents_are_noted() -> None:
    assert (understand("Thu nhập là bao nhiêu?").language, understand("Thu nhập là bao nhiêu?").accented) == (
        "vi",
        True,
    )
    assert (understand("thu nhap la bao nhieu").language, understand("thu nhap la bao nhieu").accented) == ("vi", False)
    assert understand("What is the income of the district?").language == "en"


def test_a_question_for_the_plan_is_told_from_one_for_the_result() -> None:
    assert asks_target("Kế hoạch trồng rừng năm 2024 là bao nhiêu ha?")
    assert asks_target("muc tieu thu nhap nam 2024 la bao nhieu")
    assert not asks_target("Trồng rừng đạt bao nhiêu phần trăm kế hoạch?")
    assert not asks_target("Trồng được bao nhiêu ha rừng?")


NAMES = ("Quế Phong", "Quế", "Quan Sơn", "BIDV", "Huế", "Ngân hàng Quân đội")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("ty le ho ngheo cua huyen que phong va quan son", ("Quế Phong", "Quan Sơn")),
        ("tỷ lệ hộ nghèo của QUẾ PHONG", ("Quế Phong",)),
        ("lai cua bidv la bao nhieu", ("BIDV",)),
        ("nguoi dan co duoc hue hong gi khong", ()),
        ("thanh pho hue co bao nhieu khach", ("Huế",)),
        ("Que Phong district", ("Quế Phong",)),
        ("quan so nhieu", ()),
        ("quân sơn là ai", ()),
    ],
)
def test_known_names_are_found_by_whole_syllables(question: str, found: tuple[str, ...]) -> None:
    assert match_entities(question, NAMES) == found


def test_spellings_of_a_tone_meet() -> None:
    assert match_entities("doanh thu của hoà phát", ["Hòa Phát"]) == ("Hòa Phát",)


@pytest.mark.parametrize("question", ["", "?", "   ", "A", "2023", "%", "Đ.", "I", "İstanbul bao nhiêu İİ"])
def test_odd_questions_are_understood_without_error(question: str) -> None:
    assert understand(question).kind in AnswerKind
