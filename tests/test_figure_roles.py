from __future__ import annotations

import pytest

from rag.figures import Role, base_span, find_base, find_quantities


def roles(text: str, *, aim: bool = False) -> list[str]:
    return [quantity.role.value for quantity in find_quantities(text, aim=aim)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Thu nội địa ước đạt 60 tỷ đồng.", ["estimate"]),
        ("Chi ngân sách sơ bộ là 60 tỷ đồng.", ["provisional"]),
        ("Số thu tạm tính đến nay là 60 tỷ đồng.", ["provisional"]),
        ("Tạm tính, số thu là 60 tỷ đồng.", ["provisional"]),
        ("Lợi nhuận dự kiến đạt 60 tỷ đồng.", ["forecast"]),
        ("WB dự báo GDP tăng 5,5%, tăng dần lên 6% năm sau.", ["forecast", "forecast"]),
        ("Ước thực hiện cả năm, lúa đạt 31.200 tấn, bằng 101% kế hoạch.", ["estimate", "share_of_plan"]),
        ("Tổng thu ước đạt 90 tỷ đồng, trong đó thu nội địa 60 tỷ đồng.", ["estimate", "estimate"]),
        ("Theo số liệu sơ bộ, thiệt hại 5 tỷ đồng, 12 nhà bị sập.", ["provisional", "provisional"]),
        ("Thu ước đạt 60 tỷ đồng; có 12 xã về đích.", ["estimate", "actual"]),
        ("Dự kiến kế hoạch năm 2024 trồng 500 ha rừng.", ["target"]),
        ("Exports are estimated at $2.5 billion.", ["estimate"]),
        ("Preliminary data put the damage at 12 billion dong.", ["provisional"]),
        ("Profit is expected to reach 60 billion dong.", ["forecast"]),
    ],
)
def test_estimated_provisional_and_forecast_values_are_told_apart(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Phấn đấu: thu đạt 300 tỷ đồng, tăng 5%; tạo việc làm cho 500 lao động.", ["target", "target", "target"]),
        ("Phấn đấu:\n- Thu đạt 300 tỷ đồng;\n- Trồng 50 ha rừng.", ["target", "target"]),
        ("Kế hoạch năm 2019 với doanh thu 500 tỷ đồng, lợi nhuận 50 tỷ đồng.", ["target", "target"]),
        ("Theo kế hoạch, năm 2024 huyện trồng 500 ha rừng.", ["target"]),
        ("Thực hiện kế hoạch, huyện đã trồng 500 ha rừng.", ["actual"]),
        ("Huyện được giao 780 ha, xã Tri Lễ 62 ha; đã trồng 500 ha.", ["target", "target", "actual"]),
        ("Xã đặt mục tiêu đạt 15 tiêu chí, hiện mới đạt 9 tiêu chí.", ["target", "actual"]),
        ("Tỷ lệ đạt 91%, không đạt kế hoạch (95%).", ["actual", "target"]),
        ("Tỉnh yêu cầu đến hết năm phải giải ngân 95%.", ["target"]),
        ("Qua hai năm phấn đấu, xã có thêm 12 mô hình.", ["actual"]),
        ("Chương trình mục tiêu quốc gia giải ngân 12 tỷ đồng.", ["actual"]),
        ("The district targets 15 criteria; 9 criteria have been met.", ["target", "actual"]),
    ],
)
def test_a_target_reaches_as_far_as_its_list_and_ends_where_the_done_is_told(
    sentence: str, expected: list[str]
) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("So với cùng kỳ năm trước giảm 3 vụ, 2 người chết, tăng 4 người bị thương.", ["change", "change", "change"]),
        ("Giảm 2 vụ (-8,7%), tăng 1 người chết (+8,3%).", ["change", "change", "change", "change"]),
        ("Nông nghiệp tăng 3,4%, công nghiệp 2,4% và dịch vụ 6,3%.", ["change", "change", "change"]),
        ("Gạo, chè tăng khá, lần lượt 8% và 31%.", ["change", "change"]),
        ("Doanh thu đạt 105% so với cùng kỳ, bằng 95% cùng kỳ năm 2020.", ["change", "change"]),
        ("Tỷ lệ hộ nghèo chiếm 12% so với tổng số hộ.", ["actual"]),
        ("Sản lượng gấp 3,3 lần năm 2020.", ["change"]),
        ("Lợi nhuận vượt 12 tỷ đồng so với kế hoạch.", ["change"]),
        ("Khách hàng vượt 17 triệu người.", ["actual"]),
        ("Tốc độ tăng trưởng đạt 9,1%, tốc độ tăng dân số 1,2%.", ["actual", "actual"]),
        ("Doanh thu tăng 12 tỷ đồng, tốc độ tăng 9,1%.", ["change", "change"]),
        ("Cắt giảm 10% chi thường xuyên.", ["actual"]),
        ("Revenue rose by 5% to 12 billion dong, 2.6 times the same period.", ["change", "actual", "change"]),
    ],
)
def test_a_change_is_told_from_a_level(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tỷ lệ giảm từ 42,1% năm 2021 xuống còn 36,9% năm 2022.", ["earlier", "actual"]),
        ("Tỷ lệ giải ngân cao hơn bình quân cả nước (30,49%).", ["earlier"]),
        ("Lỗ 17 tỷ đồng, ít hơn so với mức lỗ 26 tỷ đồng năm 2022.", ["actual", "earlier"]),
        ("Thu đạt 35 tỷ đồng (cùng kỳ: 30 tỷ đồng).", ["actual", "earlier"]),
        ("Chỉ số tăng từ 81,2% của cùng kỳ lên 84,5%.", ["earlier", "actual"]),
        ("Chi phí giảm từ 33,1% của cùng kỳ.", ["earlier"]),
        ("Doanh thu tăng từ 5 đến 7%.", ["change"]),
        ("Huy động từ 300 hộ dân.", ["actual"]),
        ("Sản lượng đạt 35 tấn, năm trước chỉ 30 tấn.", ["actual", "earlier"]),
        ("The rate fell from 12.5% in 2021 to 9.8% in 2022.", ["earlier", "actual"]),
        ("Profit was 60 billion dong, against 50 billion dong a year earlier.", ["actual", "earlier"]),
        ("Huyện Than Uyên thu 41 tỷ đồng.", ["actual"]),
    ],
)
def test_a_value_of_before_is_told_from_the_present_one(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Thu bằng 62,5% dự toán tỉnh giao và tăng 12% so với cùng kỳ.", ["share_of_plan", "change"]),
        ("Hai chỉ tiêu lần lượt vượt 15% và 26% so với kế hoạch.", ["share_of_plan", "share_of_plan"]),
        ("So với kế hoạch đạt 95%; vượt kế hoạch 5%.", ["share_of_plan", "share_of_plan"]),
        ("So với kế hoạch (300 tỷ đồng) còn thấp.", ["target"]),
        ("Huyện A đạt 92% kế hoạch, huyện Kỳ Sơn đạt 98%.", ["share_of_plan", "share_of_plan"]),
        ("Phấn đấu hoàn thành 100% kế hoạch.", ["target"]),
        ("Chiếm 30% tổng số hộ.", ["actual"]),
        (
            "It fulfilled 52% of the annual plan, exceeding the nine-month plan by 4%.",
            ["share_of_plan", "share_of_plan"],
        ),
    ],
)
def test_a_share_of_the_plan_is_told_from_a_share_of_anything_else(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Thu ngan sach uoc dat 120 ty dong, tang 7,5% so voi cung ky.", ["estimate", "change"]),
        ("Phan dau thu nhap dat 45 trieu dong; ty le ho ngheo con 5%.", ["target", "target"]),
        ("San luong giam tu 50 tan xuong 45 tan, dat 90% ke hoach.", ["earlier", "actual", "share_of_plan"]),
        ("Du kien dat 60 ty dong, so bo 55 ty dong.", ["forecast", "provisional"]),
        ("Dau tu 5 ty dong; luong thuc dat 30 tan.", ["actual", "actual"]),
    ],
)
def test_roles_are_read_without_accents_too(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tỷ lệ hộ nghèo giảm 40,71% xuống còn 35,6%.", (Role.CHANGE, Role.EARLIER)),
        ("Tỷ lệ che phủ tăng 30,1% lên 35,2%.", (Role.CHANGE, Role.EARLIER)),
        ("The rate fell 40.71% to 35.6%.", (Role.CHANGE, Role.EARLIER)),
        # 12.4 is no level from which one comes down to 20.1.
        ("Tỷ lệ hộ nghèo giảm 12,4% xuống còn 20,1%.", (Role.CHANGE,)),
        ("Tỷ lệ che phủ tăng 5% lên 71,2%.", (Role.CHANGE,)),
        ("Tỷ lệ hộ nghèo giảm 40,71%, xuống còn 35,6%.", (Role.CHANGE,)),
        ("Tỷ lệ giảm 5,2 điểm % xuống còn 3,6%.", (Role.CHANGE,)),
        ("Tỷ lệ giảm 5,2% so với năm 2020 xuống còn 3,6%.", (Role.CHANGE,)),
        ("Tỷ lệ giảm từ 40,71% xuống còn 35,6%.", (Role.EARLIER,)),
    ],
)
def test_a_drop_that_makes_no_sense_as_a_change_keeps_both_readings(sentence: str, expected: tuple[Role, ...]) -> None:
    assert find_quantities(sentence)[0].readings == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Với nhiều giải pháp, nỗ lực, quyết tâm của cả hệ thống chính trị, thu nhập đạt 35,7 triệu đồng.", ["actual"]),
        ("Bằng quyết tâm chính trị cao, thu ngân sách đạt 300 tỷ đồng.", ["actual"]),
        ("Nhờ tinh thần phấn đấu vươn lên, thu nhập đạt 35 triệu đồng.", ["actual"]),
        ("Huyện quyết tâm thu ngân sách đạt 300 tỷ đồng.", ["target"]),
        ("Phấn đấu trong năm 2024 đạt 300 tỷ đồng.", ["target"]),
    ],
)
def test_striving_that_is_only_spoken_of_makes_no_targets(sentence: str, expected: list[str]) -> None:
    assert roles(sentence) == expected


def test_under_a_heading_of_tasks_what_would_be_a_result_is_a_target() -> None:
    sentence = "Thu đạt 300 tỷ đồng, tăng từ 250 tỷ đồng lên 300 tỷ đồng; đạt 45% dự toán."
    assert roles(sentence) == ["actual", "earlier", "actual", "share_of_plan"]
    assert roles(sentence, aim=True) == ["target", "earlier", "target", "target"]


@pytest.mark.parametrize(
    ("sentence", "bases"),
    [
        ("Thu đạt 20 tỷ đồng, tăng 7,5% so với cùng kỳ năm 2022.", [None, "cùng kỳ năm 2022"]),
        ("Thu bằng 52% dự toán tỉnh giao.", ["dự toán tỉnh giao"]),
        ("So với đầu nhiệm kỳ tăng 3 triệu đồng.", ["đầu nhiệm kỳ"]),
        ("Lãi tăng lần lượt 22% và 19% so với quý III/2022.", ["quý III/2022", "quý III/2022"]),
        ("Lãi gấp 2,4 lần niên độ trước.", ["niên độ trước"]),
        ("Vượt kế hoạch 5%.", ["kế hoạch"]),
        ("Thu giam 5% so voi nam 2022.", ["nam 2022"]),
        ("Revenue rose 8% compared with the end of 2022.", ["the end of 2022"]),
        ("Giảm 5 hộ.", [None]),
    ],
)
def test_the_base_of_a_change_or_share_is_given_as_written(sentence: str, bases: list[str | None]) -> None:
    assert [find_base(sentence, quantity) for quantity in find_quantities(sentence)] == bases


def test_the_base_stands_at_its_offsets() -> None:
    sentence = "Thu tăng 7,5% so với năm 2022."
    assert base_span(sentence, find_quantities(sentence)[0]) == (21, 29)
