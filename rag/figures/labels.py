"""Numbers that name instead of counting: ``Điều 5``, ``quận 2``, ``123/BC-UBND``, ``COVID-19``, telephones."""

from __future__ import annotations

import re

from rag.figures.units import Unit, UnitKind

# Behind these a number is a name, unless a measure follows ("số 5 tỷ đồng" is rare, "mỗi phường 5 tỷ" is not).
_STRONG = frozenset(
    """số điều khoản mục chương quận phường thứ lộ hạng bảng biểu hình trang tầng ngõ ngách hẻm lô thửa tuyến vòng khóa
    khoá km vành article no page phase decree bão f q p kỷ tuổi ql tl đt mồng mùng hotline tel fax mã kênh""".split()
)
# Behind these a counted noun, too, makes it a quantity: "mở lớp 30 học viên".
_WEAK = frozenset(
    "thôn vùng bản xóm ấp tổ lớp nhóm loại đợt lần tập bài khối cấp kỳ phiên giai group khu cụm trạm".split()
)
_WEAK_PAIRS = frozenset(
    pair.strip()
    for pair in """
    nghị quyết; quyết định; nghị định; chỉ thị; thông tư; công văn; quốc lộ; tỉnh lộ; giai đoạn; phụ lục; phương án;
    kỳ họp; khu phố; chương trình; phiên họp; kết luận; hướng dẫn; tờ trình; đề án; luật số; dự án; tổ dân""".split(";")
)
_COUNTED_NUMBER = frozenset("tổng trong con với có một những vô đa đại thiểu ngoài".split())
_EACH = frozenset("mỗi một hàng bình từng trung cả trên mọi nửa vài".split())
_MOST = {"ngày": 31, "tháng": 12, "quý": 4}

_TWO_WORDS = re.compile(r"(?:([^\W\d_]+)[ \u00a0])?([^\W\d_]+)[ \u00a0.:“\"]{1,3}$")
_GLUED = re.compile(r"(?:[^\W\d_]|[^\W\d_]-|[^\W\d_]\s-|[\d_]|\d[.,:/+]|#|@|/)$")
_DOCUMENT = re.compile(r"(?:/\d{4})?\s?/\s?[^\W\d_a-zà-ỹ]{1,6}\d?(?![a-zà-ỹ])")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TELEPHONE = re.compile(r"(?:\+84|0\d{1,4}|1[89]00)(?:[ .-]?\d{2,4}){2,4}(?!\d)")
_ENUMERATION = re.compile(r"(?:\.\d+)*[.)](?:\s|$)")
_WITH_UNIT = re.compile(r"\d[\d.,]*\s?(?:[^\W\d_]|%)")
_CLOCK = re.compile(r"(?:lúc|hồi|vào|từ|đến|trước|sau)\s+$")
_LIST = re.compile(r"\s?(?:,|và|hoặc|and|-|–|đến|;)\s?")
_MEASURED = frozenset(
    {UnitKind.PERCENT, UnitKind.POINTS, UnitKind.MONEY, UnitKind.MEASURE, UnitKind.TIMES, UnitKind.TIME}
)


def is_label(text: str, lower: str, start: int, end: int, unit: Unit) -> bool:
    """Say whether the number at [start, end) names something: a road, an article, a document, a year, a telephone."""
    if start and _GLUED.search(text, max(0, start - 3), start) and text[start - 1] not in "\u00a0":
        return not _follows_range(text, start)
    if _DOCUMENT.match(text, end) or _TELEPHONE.match(text, start) or _ends_telephone(text, start):
        return True
    if _is_head_of_item(text, start, end):
        return True
    measured = unit.kind in _MEASURED or unit.factor != 1
    written = text[start:end]
    if _YEAR.fullmatch(written) and not (measured or (unit.known and unit.kind is UnitKind.COUNT)):
        return True
    return (not measured and _follows_label(lower, start, written, unit)) or _is_clock(lower, start, unit)


def joins_labels(lower: str, label_end: int, start: int) -> bool:
    """Say whether a number continues a list of labels: the 2 and 9 of ``quận 1, 2 và 9``."""
    if label_end < 0 or not _LIST.fullmatch(lower, label_end, start):
        return False
    return lower[label_end] in ",-–;v" and _WITH_UNIT.match(lower, start) is None


def _follows_label(lower: str, start: int, written: str, unit: Unit) -> bool:
    ahead = _TWO_WORDS.search(lower, max(0, start - 24), start)
    if ahead is None:
        return False
    first, last = ahead[1] or "", ahead[2]
    counted = unit.known and unit.kind is UnitKind.COUNT
    if last in _MOST:
        return first not in _EACH and written.isdigit() and int(written) <= _MOST[last]
    if last == "số" and first in _COUNTED_NUMBER:
        return False
    if last in _STRONG:
        return True
    if counted:
        return False
    return last in _WEAK or f"{first} {last}" in _WEAK_PAIRS


def _is_clock(lower: str, start: int, unit: Unit) -> bool:
    """Tell the hour of ``lúc 14 giờ`` from the length of ``14 giờ làm việc``."""
    return unit.name == "giờ" and _CLOCK.search(lower, max(0, start - 8), start) is not None


def _follows_range(text: str, start: int) -> bool:
    """Say whether the digit before is the lower end of a range read apart: ``20-25%`` when 20 was no quantity."""
    return text[start - 1] in "-–" and start > 1 and text[start - 2].isdigit()


def _ends_telephone(text: str, start: int) -> bool:
    head = text[max(0, start - 16) : start]
    match = re.search(r"(?:\+84|\b0\d{1,4}|\b1[89]00)[ .-]?(?:\d{2,4}[ .-]?){0,3}$", head)
    return match is not None and head.endswith((" ", ".", "-")) and match.end() - match.start() >= 4


def _is_head_of_item(text: str, start: int, end: int) -> bool:
    """Say whether the number stands at the head of a line and is followed by a full stop or bracket."""
    line = text.rfind("\n", 0, start) + 1
    return not text[line:start].strip() and end - start <= 4 and _ENUMERATION.match(text, end) is not None
