"""Names of provinces, districts and communes; some real, in provinces that are made up, most made up."""

from __future__ import annotations

import random
from dataclasses import dataclass

#: Two districts whose names differ in an accent only.
ACCENT_PAIRS = (
    ("Mường Lát", "Mường Lạt"),
    ("Tân Lang", "Tân Lãng"),
    ("Bình Sa", "Bình Sà"),
    ("Hoa Thượng", "Hòa Thượng"),
    ("Văn Yến", "Văn Yên"),
    ("Đông Lương", "Đông Lường"),
)
#: Two districts of which one's name begins with the other's.
INNER_PAIRS = (
    ("Yên Sơn", "Yên Sơn Hạ"),
    ("Nam Trà", "Nam Trà Giang"),
    ("Quan Lang", "Quan Lang Thượng"),
    ("Phú Lâm", "Phú Lâm Đông"),
    ("Sông Kha", "Sông Kha Bắc"),
    ("Bản Phùng", "Bản Phùng Trung"),
)
DISTRICTS = (
    "Kỳ Thượng",
    "Quế Lâm",
    "Mường Xén",
    "Tương Lộc",
    "Như Khê",
    "Thường Lang",
    "Lang Chương",
    "Bá Thành",
    "Cẩm Khê Tây",
    "Đông Triều Hạ",
    "Gio Hải",
    "Hướng Lập",
    "Ia Kênh",
    "Krông Nang",
    "Lạc Thành",
    "Mai Lương",
    "Na Rì Thượng",
    "Phong Khê",
    "Quỳnh Mai",
    "Sốp Cam",
    "Thanh Vân",
    "Trà Lân",
    "Vĩnh Tường Sơn",
    "Xuân Hải",
    "Đak Pơ Nam",
    "Chợ Rạng",
    "Hàm Lương",
    "Tuy Lộc",
)
PROVINCES = ("Tây Lâm", "Hòa Giang", "Thanh An", "Bắc Thành", "Trường Lộc", "Lam Giang")
COMMUNES = (
    "Tam Hợp",
    "Sơn Thủy",
    "Na Mèo",
    "Trung Xuân",
    "Mường Mìn",
    "Tri Lễ",
    "Nậm Giải",
    "Châu Thôn",
    "Hạnh Dịch",
    "Quang Phong",
    "Cắm Muộn",
    "Đồng Văn",
    "Thông Thụ",
    "Tiền Phong",
    "Mường Nọc",
    "Yên Hòa",
    "Lượng Minh",
    "Xiêng My",
    "Nga My",
    "Thạch Giám",
    "Lưu Kiền",
    "Tam Đình",
    "Yên Na",
    "Hữu Khuông",
    "Mai Sơn",
    "Nhôn Mai",
    "Huồi Tụ",
    "Keng Đu",
    "Mỹ Lý",
    "Bảo Nam",
    "Phà Đánh",
    "Chiêu Lưu",
    "Hữu Lập",
    "Tà Cạ",
    "Nậm Cắn",
    "Đoọc Mạy",
    "Bình Chuẩn",
    "Lạng Khê",
    "Châu Khê",
    "Cam Lâm",
    "Đôn Phục",
    "Mậu Đức",
    "Thạch Ngàn",
    "Môn Sơn",
    "Lục Dạ",
    "Bồng Khê",
    "Chi Khê",
    "Tân Hương",
    "Giai Xuân",
    "Phú Sơn",
    "Kỳ Tân",
    "Nghĩa Dũng",
    "Hương Sơn",
    "Tiên Kỳ",
    "Đồng Hợp",
    "Châu Lộc",
)
CHAIRMEN = (
    "Lương Văn Thịnh",
    "Nguyễn Hữu Lâm",
    "Vi Thị Hoài",
    "Trần Quốc Đạt",
    "Hà Minh Tuấn",
    "Lô Văn Khánh",
    "Phạm Thị Ngọc",
    "Đinh Trọng Nghĩa",
    "Lê Công Vinh",
    "Bùi Đức Hậu",
    "Hoàng Thị Mai",
    "Võ Anh Dũng",
)


@dataclass(frozen=True, slots=True)
class District:
    """A district of the made-up provinces. unit: "huyện" or "thị xã". communes: a few of its own."""

    name: str
    unit: str
    province: str
    communes: tuple[str, ...]
    chairman: str


def draw_districts(rng: random.Random) -> tuple[tuple[District, ...], tuple[str, ...]]:
    """Draw nine districts, two confusable pairs among them, and the names of two that never report."""
    names = [*rng.choice(ACCENT_PAIRS), *rng.choice(INNER_PAIRS), *(others := rng.sample(DISTRICTS, 7))[:5]]
    provinces = rng.sample(PROVINCES, 2)
    communes = iter(rng.sample(COMMUNES, 6 * len(names)))
    chairmen = rng.sample(CHAIRMEN, len(names))
    # The two of a pair lie in one province, as they do where they are confused.
    districts = [
        District(
            name,
            "thị xã" if i == 8 else "huyện",
            provinces[0] if i < 6 else provinces[1],
            tuple(next(communes) for _ in range(6)),
            chairmen[i],
        )
        for i, name in enumerate(names)
    ]
    rng.shuffle(districts)
    return tuple(districts), tuple(others[5:])


def confusable(name: str) -> bool:
    """Say whether a name cannot be told from another's once its accents are off."""
    return any(name in pair for pair in ACCENT_PAIRS)
