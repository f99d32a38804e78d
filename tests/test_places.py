"""Names of administrative units: found, compared, carried over the reform."""

from __future__ import annotations

import pytest

from rag.places import PlaceLevel, find_places, find_province, merged_from, place_key, provinces, same_place


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Đảng bộ huyện Quan Sơn tổ chức hội nghị", ["Quan Sơn"]),
        ("Ban Thường vụ Huyện ủy Quế Phong, năm 2023", ["Quế Phong"]),
        ("Huyện uỷ Quế Phong", ["Quế Phong"]),
        ("UBND HUYỆN QUAN SƠN", ["Quan Sơn"]),
        ("UBND HUYỆN QUAN SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ["Quan Sơn"]),
        ("ỦY BAN NHÂN DÂN\nTỈNH THANH HOÁ", ["Thanh Hóa"]),
        ("TP. Vinh và TP.HCM", ["Vinh", "Hồ Chí Minh"]),
        ("các huyện Quan Sơn, Mường Lát và Bá Thước", ["Quan Sơn", "Mường Lát", "Bá Thước"]),
        ("Quận 1, Q.3, Q. Bình Thạnh", ["Quận 1", "Quận 3", "Bình Thạnh"]),
        ("huyện M'Drắk; huyện Đắk R'lấp", ["M'Drắk", "Đắk R'lấp"]),
        ("huyện đảo Cần Giờ", ["Cần Giờ"]),
        ("Bí thư Huyện ủy Quế Phong Lê Văn Giáp", ["Quế Phong"]),
        ("huyện Quế Phong Nghệ An", ["Quế Phong", "Nghệ An"]),
        ("phường Nguyễn Thái Bình", ["Nguyễn Thái Bình"]),
        ("huyện Trần Văn Thời, tỉnh Cà Mau", ["Trần Văn Thời", "Cà Mau"]),
        ("tỉnh Bà Rịa - Vũng Tàu và Thừa Thiên - Huế", ["Bà Rịa - Vũng Tàu", "Huế"]),
        ("Thanh Hoá 15 người, Bắc Cạn 1 người", ["Thanh Hóa", "Bắc Kạn"]),
        ("Quan Son district, Thanh Hoa province", ["Quan Son", "Thanh Hóa"]),
        ("District 1 of Ho Chi Minh City", ["Quận 1", "Hồ Chí Minh"]),
        ("ho ngheo cua huyen Que Phong", ["Que Phong"]),
        ("huyện Thanh Chương, xã Châu Hội", ["Thanh Chương", "Châu Hội"]),
        ("huyện Đồng Văn, huyện Văn Bàn, xã Trung Thượng", ["Đồng Văn", "Văn Bàn", "Trung Thượng"]),
        ("UBND HUYỆN THANH CHƯƠNG BÁO CÁO", ["Thanh Chương"]),
        ("bình quân tỉnh Hà Tây cũ", ["Hà Tây"]),
        ("thành phố Hồ Chí Minh", ["Hồ Chí Minh"]),
    ],
)
def test_units_are_found_by_their_names_alone(text: str, names: list[str]) -> None:
    assert [span.name for span in find_places(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "Phó Chủ tịch UBND tỉnh Nguyễn Văn Thi phát biểu",
        "Chủ tịch UBND huyện Nguyễn Văn An",
        "văn bản Nghị quyết",
        "hợp tác xã Tân Lập",
        "biển Thái Bình Dương, trận Điện Biên Phủ",
        "bà Nguyễn Thị Huế",
        "Sài Gòn Thương Tín",
        "trên địa bàn huyện, xã",
        "Quân khu 5",
        "nông thôn mới ở các xã. Đến nay",
        "UBND huyện Văn phòng",
        "Chủ tịch UBND tỉnh Thái Quý",
        "tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    ],
)
def test_persons_papers_and_brands_are_no_places(text: str) -> None:
    assert find_places(text) == []


def test_a_town_named_like_its_province_is_a_district() -> None:
    (town,) = find_places("thành phố Hòa Bình")
    (city,) = find_places("thành phố Đà Nẵng")
    assert (town.level, city.level) == (PlaceLevel.DISTRICT, PlaceLevel.PROVINCE)


def test_the_span_of_a_place_holds_its_unit_word() -> None:
    text = "Kinh tế của huyện Quan Sơn tăng"
    (span,) = find_places(text)
    assert text[span.start : span.end] == "huyện Quan Sơn"


@pytest.mark.parametrize(
    ("key", "spellings"),
    [
        ("que phong", ["huyện Quế Phong", "Que Phong district", "QUẾ PHONG", "huyen Que Phong", "Huyện uỷ Quế Phong"]),
        ("quan son", ["Quan Sơn", "Quan Son", "huyện Quan Sơn"]),
        ("quan 1", ["Quận 1", "Q.1", "District 1", "quan 1"]),
        ("ho chi minh", ["TP.HCM", "TP HCM", "Ho Chi Minh City", "thành phố Hồ Chí Minh"]),
        ("dak lak", ["Đắk Lắk", "tỉnh Đắc Lắc"]),
        ("thanh hoa", ["Thanh Hóa", "Thanh Hoá", "tinh Thanh Hoa"]),
        ("tinh bien", ["Tịnh Biên", "Tinh Bien"]),
        ("mdrak", ["M'Drắk", "M’Drak"]),
    ],
)
def test_all_spellings_of_a_place_share_one_key(key: str, spellings: list[str]) -> None:
    assert [place_key(spelling) for spelling in spellings] == [key] * len(spellings)


def test_units_of_different_tiers_are_not_the_same_place() -> None:
    assert same_place("Quế Phong", "huyen Que Phong")
    assert not same_place("xã Kim Sơn", "huyện Kim Sơn")
    assert not same_place("Quan Sơn", "Quan Hóa")


def test_the_63_provinces_became_34() -> None:
    assert len(provinces()) == 63
    successors = {province.successor for province in provinces()}
    assert len(successors) == 34
    assert successors <= {province.name for province in provinces()}


def test_a_merged_province_knows_its_successor_and_back() -> None:
    province = find_province("tỉnh Bắc Cạn")
    assert province is not None
    assert (province.name, province.successor) == ("Bắc Kạn", "Thái Nguyên")
    assert merged_from("Phú Thọ") == ("Hòa Bình", "Phú Thọ", "Vĩnh Phúc")
    assert merged_from("Hòa Bình") == ()


@pytest.mark.parametrize(
    "text",
    [
        "BIỂU TỔNG HỢP CHỈ TIÊU HUYỆN MƯỜNG LÁT NĂM 2023",
        "BÁO CÁO KẾT QUẢ CỦA HUYỆN MƯỜNG LÁT QUÝ III",
        "QUYẾT ĐỊNH PHÊ DUYỆT CỦA UBND HUYỆN MƯỜNG LÁT",
    ],
)
def test_a_letter_within_a_capitalised_word_is_no_ward_or_quarter(text: str) -> None:
    assert [span.name for span in find_places(text)] == ["Mường Lát"]
