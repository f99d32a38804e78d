"""Whether two figures are the same quantity in other units, scales or words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from rag.figures.quantities import Quantity

# Each unit by its size in the first of its group. Sào differ by region and are not converted.
_GROUPS: tuple[dict[str, Decimal], ...] = (
    {"g": Decimal(1), "kg": Decimal(1000), "yến": Decimal(10_000), "tạ": Decimal(100_000), "tấn": Decimal(1_000_000)},
    {"m2": Decimal(1), "ha": Decimal(10_000), "km2": Decimal(1_000_000)},
    {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "km": Decimal(1_000_000)},
    {"ml": Decimal(1), "lít": Decimal(1000), "m3": Decimal(1_000_000)},
    {"kW": Decimal(1), "MW": Decimal(1000)},
    {"kWh": Decimal(1), "MWh": Decimal(1000), "GWh": Decimal(1_000_000)},
    {"kVA": Decimal(1), "MVA": Decimal(1000)},
    {"MB": Decimal(1), "GB": Decimal(1000), "TB": Decimal(1_000_000)},
    {"phút": Decimal(1), "giờ": Decimal(60)},
)
_SIZES = {unit: (i, size) for i, group in enumerate(_GROUPS) for unit, size in group.items()}
#: How far from the figure a rounded one may be: "khoảng 10.000" is no 14.900, though both round to one.
MOST_ROUNDED = Decimal("0.05")
# Counted nouns that two languages name. What is listed here is one unit.
_ALIKE = {
    "people": "người", "persons": "người", "person": "người", "households": "hộ", "household": "hộ", "hộ dân": "hộ",
    "hộ gia đình": "hộ", "poor households": "hộ nghèo", "communes": "xã", "commune": "xã", "districts": "huyện",
    "provinces": "tỉnh", "villages": "thôn", "wards": "phường", "students": "học sinh", "pupils": "học sinh",
    "teachers": "giáo viên", "patients": "bệnh nhân", "enterprises": "doanh nghiệp", "businesses": "doanh nghiệp",
    "companies": "công ty", "projects": "dự án", "schools": "trường", "houses": "nhà", "criteria": "tiêu chí",
    "cases": "vụ", "cooperatives": "hợp tác xã", "htx": "hợp tác xã", "shares": "cổ phiếu", "cp": "cổ phiếu",
    "party members": "đảng viên", "workers": "lao động", "visitors": "lượt khách", "tourists": "du khách",
    "products": "sản phẩm", "models": "mô hình", "apartments": "căn hộ", "cattle": "con", "branches": "chi nhánh",
    "accidents": "vụ tai nạn", "traffic accidents": "vụ tai nạn giao thông",
}  # fmt: skip


def convert(value: Decimal, unit: str | None, to_unit: str | None) -> Decimal | None:
    """Convert a value to another unit of the same kind: 2 tấn are 2,000 kg, 45 tạ/ha are 4.5 tấn/ha.

    None where the units measure different things. A per cent is never a bare number, money of one currency never of
    another.
    """
    if unit == to_unit:
        return value
    if unit is None or to_unit is None:
        return None
    own, others = _parts(unit), _parts(to_unit)
    if len(own) != len(others):
        return None
    for i, (part, other) in enumerate(zip(own, others, strict=True)):
        if part == other:
            continue
        if part not in _SIZES or other not in _SIZES or _SIZES[part][0] != _SIZES[other][0]:
            return None
        ratio = _SIZES[part][1] / _SIZES[other][1]
        # Per hectare and per square metre go the other way.
        value = value * ratio if i == 0 else value / ratio
    return value


def same_quantity(a: Quantity, b: Quantity, *, rounded: bool = False) -> bool:
    """Say whether two figures state the same amount, in whatever unit: 0,4 nghìn tỷ = 400 tỷ, 2 tấn = 2.000 kg.

    Neither role nor approximation is compared. rounded: a figure marked as approximate may also be the other one
    rounded to the digits it is written in (``khoảng 8,2 nghìn tấn`` of ``8.215 tấn``).
    """
    if (a.value_to is None) != (b.value_to is None) or (a.of is None) != (b.of is None):
        return False
    ends = [(a.value, b.value)]
    if a.value_to is not None and b.value_to is not None:
        ends.append((a.value_to, b.value_to))
    if a.of is not None and a.of != b.of:
        return False
    return all(_same_end(first, second, a, b, rounded=rounded) for first, second in ends)


def _same_end(first: Decimal, second: Decimal, a: Quantity, b: Quantity, *, rounded: bool) -> bool:
    converted = convert(first, a.unit, b.unit)
    if converted is None:
        return False
    if converted == second:
        return True
    if not rounded:
        return False
    if b.approximation is not None and _is_rounded(second, converted):
        return True
    back = convert(second, b.unit, a.unit)
    return a.approximation is not None and back is not None and _is_rounded(first, back)


def _is_rounded(coarse: Decimal, fine: Decimal) -> bool:
    """Say whether a value is another one rounded to its own last digit that is not nought, and near it."""
    if coarse == 0 or abs(coarse - fine) > abs(fine) * MOST_ROUNDED:
        return False
    exponent = coarse.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return (fine.scaleb(-exponent)).quantize(Decimal(1), ROUND_HALF_UP).scaleb(exponent) == coarse


def _parts(unit: str) -> list[str]:
    named = [part.strip() for part in unit.split("/")]
    return [_ALIKE.get(part, part) for part in named]
