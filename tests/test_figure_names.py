"""Numbers that count nothing: ages in brackets, spans that only say when, ends of names, versions, days, fractions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.figures import find_quantities


def texts(sentence: str) -> list[str]:
    return [quantity.text for quantity in find_quantities(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Đối tượng Nguyễn Trọng T. (31 tuổi) đã bị tạm giam.",
        "Bà G. (gần 80 tuổi, trú tại xã) đang cắt cỏ.",
        "Mức cao nhất trong 30 năm qua.",
        "Vũ khí sẽ được phát triển trong 3 năm tới.",
        "Cuộc đàm phán diễn ra 2 tuần trước ở Bắc Kinh.",
        "Chương trình phát trên kênh THVL 1.",
        "Tàu sân bay thuộc Hạm đội 7 của hải quân.",
        "Xe đến gần ngã 4 thì dừng.",
        "Ông điều khiển tàu 2469 nhưng không tuân thủ quy định.",
        "Trong thời đại cách mạng công nghiệp 4.0 cần học hỏi.",
        "Địa điểm có toạ độ 13.4800, 114.1000.",
        "Công ty Bắc Nam 79 và công ty khác.",
        "Gió mạnh cấp 7-8, giật cấp 10-11, biển động.",
        "Hợp nhất các tổng đài 113, 114, 115, đồng thời nâng cấp.",
        "Theo điều 50 (2) của Hiệp ước.",
        "Đóng cửa đến hết ngày 30 tháng chạp.",
        "Phái đoàn làm việc hôm 9 - 10/5.",
        "1 số tài sản khác cũng bị mất.",
        "Công chúa mất năm 1836.",
    ],
)
def test_what_only_names_or_dates_is_no_figure(sentence: str) -> None:
    assert texts(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Trẻ dưới 5 tuổi được tiêm.", ["5 tuổi"]),
        ("Công trình hoàn thành 17 năm sau khi khởi công.", ["17 năm"]),
        ("Lĩnh án 6, 7 và 8 tháng tù.", ["6", "7", "8 tháng"]),
        ("Số xã đạt chuẩn là 12.", ["12"]),
        ("Tri Lễ 12, Nậm Giải 13.", ["12", "13"]),
        ("Chiều cao 50-100 m. Sức chứa lớn.", ["50-100 m"]),
        ("Thưởng 100-200 triệu đồng.", ["100-200 triệu đồng"]),
        ("Bảng xếp hạng 9 doanh nghiệp.", ["9 doanh nghiệp"]),
        ("Nhóm 15 đối tượng.", ["15 đối tượng"]),
    ],
)
def test_counts_beside_the_like_of_names_stay_figures(sentence: str, expected: list[str]) -> None:
    assert texts(sentence) == expected


def test_hours_and_minutes_are_one_length_of_time() -> None:
    (length,) = find_quantities("Cuộc gặp kéo dài 2 giờ 15 phút.")
    assert (length.text, length.value, length.unit) == ("2 giờ 15 phút", Decimal("2.25"), "giờ")


def test_a_temperature_below_zero_is_negative() -> None:
    (degrees,) = find_quantities("Nhiệt độ phải ở mức âm 18 độ.")
    assert (degrees.text, degrees.value) == ("18 độ", Decimal(-18))
