"""How well a figure fits what is asked: its unit, its role, its period. Each from 0 to 1. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from rag.answer.asked import Asked
from rag.figures import Origin, Quantity, Stated, UnitKind, carries_unit, same_quantity, unit_matches
from rag.text import fold
from rag.types import Role, Understood

# What is measured in money where no unit is asked for; typed without accents only what is no other word then.
_MONEY = re.compile(
    r"\b(?:doanh thu|doanh số|lợi nhuận|lãi|lỗ|vốn|thu (?:ngân sách|nội địa|nhập|ròng|thuần)|chi (?:ngân sách|phí|trả)"
    r"|nộp ngân sách|nợ|dư nợ|kinh phí|tiền|lương|thưởng|tài sản|cổ tức|giá|giá trị|kim ngạch|thuế|gdp|grdp|phí"
    r"|mức phạt"
    r"|bồi thường|đền bù|trị giá|ngân sách|học phí|đầu tư|revenue|profit|income|capital|investment|budget|costs?|price"
    r"|assets|salary|wages?|dividend|turnover|loss|debt|fine|worth|spend|spent|paid|pay|earn)\b(?! thực)"
)
_BARE_MONEY = re.compile(
    r"\b(?:doanh thu|doanh so|loi nhuan|lai (?:rong|truoc|sau)|von (?:dau tu|dieu le|dang ky)"
    r"|thu (?:ngan sach|noi dia|nhap)"
    r"|chi (?:ngan sach|phi)|nop ngan sach|du no|no xau|kinh phi|bao nhieu tien|tien luong|tai san|co tuc|kim ngach"
    r"|grdp"
    r"|gdp|hoc phi|dau tu|revenue|profit|income|capital|investment|budget|costs?|price|assets|salary|wages?|dividend"
    r"|turnover|loss|debt|fine|worth|spend|spent|paid|pay|earn)\b"
)
_RATE = re.compile(
    r"\b(?:ty le|ti le|toc do|tang truong|ty trong|ty suat|lam phat|do che phu|lai suat|rate|share|percent\w*|growth)\b"
)

_COUNTED = re.compile(
    r"^(?:tong )?(?:so (?:luong |ho|nguoi|lao dong|dang vien|xa|hoc sinh|lon|trau|bo|vu|ca|doanh nghiep|cong trinh"
    r"|luot)"
    r"|dan\b|luot khach|luong khach|khach|number of|herd|.* herd\b|.* arrivals\b)"
    r"|\b(?:xuat khau lao dong|workers sent)\b"
)
_MEASURED = re.compile(
    r"^(?:tong )?(?:san luong|dien tich|chieu dai|luong mua|cong suat|output|area|length|.* (?:output|area)\b)"
)
_RATES = frozenset({UnitKind.PERCENT, UnitKind.POINTS})
_COUNTS = frozenset({UnitKind.COUNT})
_SUMS = frozenset({UnitKind.MONEY})
_MEASURES = frozenset({UnitKind.MEASURE})

#: What a figure of one role is worth where another is asked for.
_ROLES: dict[Role, dict[Role, float]] = {
    Role.ACTUAL: {
        Role.ACTUAL: 1.0,
        Role.ESTIMATE: 0.9,
        Role.PROVISIONAL: 0.9,
        Role.FORECAST: 0.5,
        Role.TARGET: 0.15,
        Role.EARLIER: 0.3,
        Role.SHARE_OF_PLAN: 0.15,
        Role.CHANGE: 0.2,
    },
    Role.TARGET: {Role.TARGET: 1.0, Role.FORECAST: 0.7, Role.ACTUAL: 0.25, Role.ESTIMATE: 0.25, Role.PROVISIONAL: 0.2},
    Role.CHANGE: {
        Role.CHANGE: 1.0,
        Role.ACTUAL: 0.3,
        Role.ESTIMATE: 0.3,
        Role.PROVISIONAL: 0.3,
        Role.SHARE_OF_PLAN: 0.2,
    },
    Role.SHARE_OF_PLAN: {Role.SHARE_OF_PLAN: 1.0, Role.ACTUAL: 0.3, Role.CHANGE: 0.3},
    Role.EARLIER: {Role.EARLIER: 1.0, Role.ACTUAL: 0.6},
    Role.ESTIMATE: {
        Role.ESTIMATE: 1.0,
        Role.PROVISIONAL: 1.0,
        Role.FORECAST: 0.9,
        Role.ACTUAL: 0.7,
        Role.TARGET: 0.3,
    },
}
_ROLES[Role.PROVISIONAL] = _ROLES[Role.FORECAST] = _ROLES[Role.ESTIMATE]
_LEAST = 0.1
# Those who are counted under several names: "kết nạp 58 đồng chí" says how many "đảng viên" were admitted.
_PEOPLE = frozenset(
    "người;lao động;đảng viên;đồng chí;hội viên;đoàn viên;công nhân;nhân viên;cán bộ;học sinh;sinh viên;trẻ;trẻ em;em"
    ";cháu;hành khách;lượt khách;lượt người;lượt;khách;du khách;nạn nhân;bệnh nhân;ca;trường hợp;dân;khẩu;nhân khẩu"
    ";quần chúng;học viên;thí sinh".split(";")
)

_PARTS = {
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12),
}  # fmt: skip


def fit_role(understood: Understood, stated: Stated) -> float:
    """Say how well a figure's role fits the asked one; of two readings the better, a little less."""
    table = _ROLES[understood.role]
    best = max(table.get(role, _LEAST) for role in stated.readings or (stated.role,))
    if stated.role is Role.EARLIER and understood.role is Role.ACTUAL and stated.period in understood.periods:
        # "cùng kỳ năm 2022 đạt 300 tỷ" says what 2022 was.
        return 0.9
    return min(best, table.get(stated.role, _LEAST) + 0.5)


def fit_period(asked: Collection[str], stated: str | None, origin: Origin | None) -> float:
    """Compare the asked periods with a figure's own: 1 the same, 0 another, between where one lies in the other."""
    if not asked:
        return 1.0
    if stated is None:
        return 0.4
    best = max(_compare_periods(each, stated) for each in asked)
    # What is inherited from far is less sure, both for and against.
    return best if origin is Origin.SENTENCE else 0.05 + 0.9 * best


def _compare_periods(asked: str, stated: str) -> float:
    if asked == stated:
        return 1.0
    a, b = months_of(asked), months_of(stated)
    if a is None or b is None:
        return 0.0
    if a[1] == b[1]:
        # To the same end: "cuối tháng 6/2018" for a balance after the first half.
        return 0.75 if a[0] == a[1] or b[0] == b[1] else 0.35
    if a[0] <= b[0] and b[1] <= a[1]:
        # A month's event lies in the asked year; a half year's sum is not the year's.
        return 0.4 if b[0] == b[1] else 0.3
    if b[0] <= a[0] and a[1] <= b[1]:
        return 0.25
    return 0.0


def months_of(period: str) -> tuple[int, int] | None:
    """Give the first and the last month of a period, counted from year 0; None for what is no normal form."""
    year, rest = period[:4], period[5:]
    if not year.isdigit():
        return None
    base = int(year) * 12
    if not rest:
        return base + 1, base + 12
    if period[4] == "/":
        return (base + 1, int(rest) * 12 + 12) if rest.isdigit() else None
    if rest in _PARTS:
        first, last = _PARTS[rest]
        return base + first, base + last
    if rest.endswith("M") and rest[:-1].isdigit():
        return base + 1, base + int(rest[:-1])
    return (base + int(rest[:2]), base + int(rest[:2])) if rest[:2].isdigit() else None


def fit_unit(sentence: str, start: int, quantity: Quantity, asked: Asked) -> float:
    """Say how well a figure carries the asked unit. start: of the sentence in its paragraph."""
    unit = asked.understood.unit
    if unit is None:
        return 1.0
    first, last = quantity.start - start, quantity.end - start
    if unit == "%":
        return 1.0 if quantity.unit_kind in (UnitKind.PERCENT, UnitKind.POINTS) else 0.0
    if unit_matches(unit, sentence[first:last]) or (quantity.unit and unit_matches(unit, quantity.unit)):
        return 1.0
    # The noun of a count may stand a little behind it: "4/4 xã biên giới"; or ahead: "số lao động là 1.860 người".
    if unit_matches(unit, sentence[first : last + 24]):
        return 0.7
    if quantity.unit_kind is UnitKind.MONEY:
        return 0.6 if _is_money(unit) else 0.0
    if quantity.unit_kind in (UnitKind.PERCENT, UnitKind.POINTS, UnitKind.TIMES):
        return 0.0
    if quantity.unit_kind is UnitKind.TIME or _is_money(unit):
        return 0.0
    if unit in _PEOPLE and quantity.unit in _PEOPLE:
        return 0.7
    return 0.6 if quantity.unit is None and carries_unit(unit, sentence, _moved(quantity, start)) else 0.2


def _is_money(unit: str) -> bool:
    return any(word in unit for word in ("đồng", "USD", "dong", "EUR", "tỷ", "triệu"))


def _moved(quantity: Quantity, start: int) -> Quantity:
    return replace(quantity, start=quantity.start - start, end=quantity.end - start) if start else quantity


def fit_kind(asked: Asked, quantity: Quantity) -> float:
    """Say whether a figure is of the kind its metric is measured in: 1 it is, 0 it is not, 0.5 nothing is known."""
    expected = _expected_kinds(asked)
    if expected is None or quantity.unit_kind is UnitKind.NUMBER:
        return 0.5
    if quantity.unit_kind in expected:
        return 1.0
    if asked.understood.role in (Role.CHANGE, Role.SHARE_OF_PLAN) and quantity.unit_kind in _RATES | {UnitKind.TIMES}:
        return 0.6
    return 0.0


def _expected_kinds(asked: Asked) -> frozenset[UnitKind] | None:
    if asked.understood.unit is not None or asked.understood.metric is None:
        return None
    metric = asked.understood.metric.lower()
    folded = fold(metric)
    if _RATE.search(folded):
        return _RATES
    if _COUNTED.search(folded):
        return _COUNTS
    if _MONEY.search(metric) if asked.accented else _BARE_MONEY.search(folded):
        return _SUMS
    return _MEASURES if _MEASURED.search(folded) else None


def is_given(figure: str, question: str) -> bool:
    """Say whether the question itself already names a figure: it is no answer."""
    number = re.search(r"\d[\d.,]*", figure)
    return (
        number is not None
        and re.search(rf"(?<![\d.,]){re.escape(number.group())}(?![\d]|[.,]\d)", question) is not None
    )


def is_same_value(a: Quantity, b: Quantity) -> bool:
    """Say whether two figures are one: equal value and unit, conversions allowed."""
    return same_quantity(a, b, rounded=True)
