"""Numbers that name instead of counting: ``Điều 5``, ``quận 2``, ``123/BC-UBND``, ``COVID-19``, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.figures.units import Unit, UnitKind
from rag.figures.words import LEVELS
from rag.figures.writing import Writing
from rag.text import fold, is_syllable

# Behind these a number is a name, unless a measure follows ("số 5 tỷ đồng" is rare, "mỗi phường 5 tỷ" is not).
_STRONG = frozenset(
    """số điều khoản mục chương quận phường thứ lộ hạng bảng biểu hình trang tầng ngõ ngách hẻm lô thửa tuyến vòng khóa
    khoá km vành article no page phase decree bão f q p kỷ ql tl đt mồng mùng hotline tel fax mã kênh
    mốc call storm highway route top""".split()
)
# Behind these a counted noun, too, makes it a quantity: "mở lớp 30 học viên".
_WEAK = frozenset(
    "thôn vùng bản xóm ấp tổ lớp nhóm loại đợt lần tập bài khối cấp kỳ phiên giai group khu cụm trạm phút".split()
)
_WEAK_PAIRS = frozenset(
    pair.strip()
    for pair in """
    nghị quyết; quyết định; nghị định; chỉ thị; thông tư; công văn; quốc lộ; tỉnh lộ; giai đoạn; phụ lục; phương án;
    tổng đài; báo động; mức độ; cấp độ; trình độ; đường tỉnh; đường huyện; đường số; biên phòng; cột mốc;
    kỳ họp; khu phố; chương trình; phiên họp; kết luận; hướng dẫn; tờ trình; đề án; luật số; dự án; tổ dân;
    quy định""".split(";")
)
_COUNTED_NUMBER = frozenset("tổng trong con với có một những vô đa đại thiểu ngoài".split())
_EACH = frozenset("mỗi một hàng bình từng trung cả trên mọi nửa vài".split())
_DAY_AHEAD = re.compile(r"(?<!\w)(?:ngày|mùng|mồng|ngay|mung)\s$")
_MOST = {"ngày": 31, "tháng": 12, "quý": 4}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words above, as they are typed with accents or without."""

    strong: frozenset[str]
    weak: frozenset[str]
    weak_pairs: frozenset[str]
    counted_number: frozenset[str]
    each: frozenset[str]
    most: Mapping[str, int]
    number: str


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


_WORDS = {
    False: _Words(_STRONG, _WEAK, _WEAK_PAIRS, _COUNTED_NUMBER, _EACH, _MOST, "số"),
    # "Khoá" and "khoa", "bão" and "bảo", "hạng" and "hàng" are one without accents: only sure ones stay.
    True: _Words(
        _folded(_STRONG - {"bão", "kỷ", "khoá", "khóa", "tuyến", "hạng", "mã", "hình", "tầng", "bảng"}),
        _folded(_WEAK - {"tổ", "đợt", "lần", "bản", "cấp", "tập"}),
        _folded(_WEAK_PAIRS),
        _folded(_COUNTED_NUMBER),
        _folded(_EACH),
        {fold(word): most for word, most in _MOST.items()},
        "so",
    ),
}

_TWO_WORDS = re.compile(r"(?:([^\W\d_]+)[ \u00a0])?([^\W\d_]+)[ \u00a0.:“\"]{1,3}$")
_GLUED = re.compile(r"(?:[^\W\d_]|[^\W\d_]-|[^\W\d_]\s-|[\d_]|\d[.,:/+]|#|@|/)$")
_DOCUMENT = re.compile(r"(?:/\d{4})?\s?/\s?[^\W\d_a-zà-ỹ]{1,6}\d?(?![a-zà-ỹ])")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TELEPHONE = re.compile(r"(?:\+84|0\d{1,4}|1[89]00)(?:[ .-]?\d{2,4}){2,4}(?!\d)")
_STREET = re.compile(r"\s((?:[^\W\d_]+\s?){1,4}),\s(?:phường|xã|quận|huyện|thị trấn|thành phố|P\.|Q\.|TP)")
_HEAD_IN_LINE = re.compile(r"[;:]\s$")
_YEAR_BEHIND = re.compile(r"\s(?:năm|nam)\s(?:19|20)\d\d(?!\d)")
_ENUMERATION = re.compile(r"(?:\.\d+)*[.)](?:\s|$)")
_WITH_UNIT = re.compile(
    r"\d+(?:[.,]\d+)*(?:/\d+)?\s?"
    r"(?!(?:và|hoặc|hay|tới|là|có|đã|được|của|cho|ở|tại|để|do|and|or|va|hoac|are|is|were|in|on)(?!\w))(?:[^\W\d_]|%)"
)
_BRACKETED = re.compile(r"\d{1,2}\)")
# "trong 25 năm qua", "3 tuần tới": when, not how long.
_FRAME = re.compile(
    r"\s(?:qua|tới|nữa|gần đây|gần nhất|vừa qua|trở lại đây|trước(?! khi| đó| hạn| thời hạn)|tiếp theo|liền(?! kề)"
    r"|ago|earlier"
    r"|toi|nua|gan day|vua qua)(?!\w)"
)
_IN_BRACKET = re.compile(r"\((?:gần|hơn|khoảng|trên)?\s?$")
# What a number without a unit counts is said by a verb or a mark ahead of it; behind any other word it is a name's.
_BARE_LEAD = re.compile(
    r"(?:^|[^\w\s]|\n|(?<!\w)(?:là|đạt|còn|lên|xuống|có|được|từ|đến|tới|gần|khoảng|hơn|trên|dưới|bằng|tăng|giảm|ước|thành|chỉ"
    r"|mới|mức|với|cả|tuổi|ngoài|án|cho|và|hoặc|hay|số|thêm|hết|đủ|chiếm|vượt|thu|chi|trong|gồm|xấp xỉ|chừng|ở mức"
    r"|gấp|nhất"
    r"|la|dat|con|len|xuong|co|duoc|tu|den|toi|gan|khoang|hon|tren|duoi|bang|tang|giam|uoc|chi|va|so|voi|vuot|them"
    r"|of|to|at|from|by|about|over|nearly|than|was|were|is|are|and|or|had|has|have|reached|hit|under|around|some|only|just"
    r"|between|with|totalled|totaled|all|the|up|down|for|almost|in))\s*$"
)
# "cách mạng 4.0", "toạ độ 13.4800".
_VERSION = re.compile(r"\d\.0|\d+\.\d{4,}")
_DAY_BEHIND = re.compile(r"\s?[-–—]\s?\d{1,2}/\d{1,2}(?![\d/])(?!\s?[^\W\d_]*\s?(?:xã|hộ|bản|thôn|trường|chỉ tiêu))")
_RANGE_BEHIND = re.compile(r"\s?[-–—]\s?\d|\s(?:đến|tới|to|den|toi)\s\d")
_NAME_AND_NUMBER = r"(?:[^\W\d_a-zà-ỹ]\w*\s){1,4}"
_NAME_AHEAD = re.compile(r"((?:[^\W\d_a-zà-ỹ][^\W\d_]*\s){2,4})$")
_ENDS = re.compile(r"\s*(?:[.,;)]|$)")
_LISTED_BEHIND = re.compile(rf"\s*(?:,|;|và)\s*(?:xã |huyện )?{_NAME_AND_NUMBER}\d")
_LISTED_AHEAD = re.compile(rf"\d\s*(?:,|;|và)\s*(?:xã |huyện )?{_NAME_AND_NUMBER}$")
_CLOCK = re.compile(r"(?:lúc|hồi|vào|từ|đến|trước|sau|luc|hoi|vao|den|truoc)\s+$")
_HOUR_AHEAD = re.compile(r"\b(?:lúc|hồi|vào|từ|đến|luc|hoi|vao|den)\s\d{1,2}\s(?:giờ|gio)\s$")
_SOME_YEARS = re.compile(r"(?:^|[.,;]\s|\n)(?:trong|qua|sau)\s$")
_PAST = re.compile(r",|\s(?:qua|tiếp|thực|20\d\d|giai|vừa)")
_LENGTH_AHEAD = re.compile(
    r"(?:hạn|dài|vòng|gian|trước|sau|tù|mất|hơn|gần|khoảng|trên|dưới|từ|đến|là|tới|thêm|mỗi|phạt|chậm|suốt|có|trẻ|và"
    r"|quá|đủ|được|han|dai|gian|truoc|tren|duoi|-)\s*$"
)
_LENGTH_BEHIND = re.compile(r"\s(?:tuổi|kể|tù|liên|tiếp|sau|trước|đến|một|/|trở|lương)|/")
# What a numbered name may begin with: "xã Sơn Kim 1", "nhà máy Vĩnh Tân 4".
_NAMED = frozenset(
    "xã bản thôn phường khối trấn làng máy điện trường học sở cụm tổ xóm ấp khu đồn trạm đội formosa".split()
)
_LIST = re.compile(r"\s?(?:,|và|va|hoặc|hoac|and|-|–|đến|den|;)\s?")
_MEASURED = frozenset(
    {UnitKind.PERCENT, UnitKind.POINTS, UnitKind.MONEY, UnitKind.MEASURE, UnitKind.TIMES, UnitKind.TIME}
)


def is_label(text: str, lower: str, start: int, end: int, unit: Unit, *, writing: Writing = Writing.ACCENTED) -> bool:
    """Say whether the number at [start, end) names something: a road, an article, a document, a year, a telephone."""
    if start and _GLUED.search(text, max(0, start - 3), start) and text[start - 1] not in "\u00a0":
        # "tăng thuế 1-3": the end of a range that is none has no unit.
        return unit.name is None or not _follows_range(text, start)
    if _DOCUMENT.match(text, end) or _TELEPHONE.match(text, start) or _ends_telephone(text, start):
        return True
    if _is_head_of_item(text, start, end) or (unit.name is None and _ends_name(text, start, end)):
        return True
    if unit.name is None and unit.factor == 1 and _is_bare_label(text, lower, start, end):
        return True
    if unit.end == end and (_YEAR_BEHIND.match(lower, end) or _is_address(text, end)):
        return True
    measured = unit.kind in _MEASURED or unit.factor != 1
    written = text[start:end]
    if _YEAR.fullmatch(written) and not (measured or (unit.known and unit.kind is UnitKind.COUNT)):
        return True
    if unit.kind is UnitKind.TIME and (
        _is_clock(lower, start, unit)
        or _is_span_of_time(lower, start, written, unit)
        or _FRAME.match(lower, unit.end) is not None
        or (unit.name == "tháng" and _DAY_AHEAD.search(lower, max(0, start - 6), start) is not None)
        or (unit.name == "tuổi" and _IN_BRACKET.search(lower, max(0, start - 10), start) is not None)
    ):
        return True
    if written == "1" and unit.name is not None and unit.name.startswith(("số ", "so ")):
        # "1 số tài sản": some.
        return True
    return not measured and _follows_label(text, lower, start, end, unit, words=_WORDS[writing is Writing.BARE])


def joins_labels(lower: str, label_end: int, start: int) -> bool:
    """Say whether a number continues a list of labels: the 2 and 9 of ``quận 1, 2 và 9``."""
    if label_end < 0 or start - label_end > 8:
        return False
    if lower[label_end:start] in ("(", " (") and _BRACKETED.match(lower, start):
        # "điều 50 (2)"
        return True
    return _LIST.fullmatch(lower, label_end, start) is not None and _WITH_UNIT.match(lower, start) is None


def _is_bare_label(text: str, lower: str, start: int, end: int) -> bool:
    """Say whether a bare number is the end of a name: "tàu 2469", "Hạm đội 7", "kênh THVL 1"; "4.0" is a version."""
    written = text[start:end]
    if _RANGE_BEHIND.match(lower, end):
        # "hôm 9 - 10/5": days.
        return _DAY_BEHIND.match(lower, end) is not None
    if not written.isdigit():
        return _VERSION.fullmatch(written) is not None
    if len(written) > 4 or _BARE_LEAD.search(lower, max(0, start - 12), start):
        return False
    # "Tri Lễ 12, Nậm Giải 13"
    name = _NAME_AHEAD.search(text, max(0, start - 40), start)
    if name is not None and _ENDS.match(text, end) and all(is_syllable(word) for word in name[1].split()):
        # "Phú Ninh 44.": a place's count.
        return False
    listed = _LISTED_BEHIND.match(text, end) or _LISTED_AHEAD.search(text, max(0, start - 40), start)
    return listed is None


def _follows_label(text: str, lower: str, start: int, end: int, unit: Unit, *, words: _Words) -> bool:
    ahead = _TWO_WORDS.search(lower, max(0, start - 24), start)
    if ahead is None:
        return False
    first, last, written = ahead[1] or "", ahead[2], text[start:end]
    counted = unit.known and unit.kind is UnitKind.COUNT
    if last in words.most:
        return first not in words.each and len(written) <= 2 and int(written) <= words.most[last]
    if last == words.number and first in words.counted_number:
        return False
    if counted and (first, last) == ("xếp", "hạng"):
        return False
    if last in words.strong or (first, last) in (("giai", "đoạn"), ("giai", "doan")):
        return True
    if counted:
        # "thôn 5 xã Tri Lễ": the village has a number, the commune a name.
        return last in words.weak and unit.name in LEVELS and text[unit.end + 1 : unit.end + 2].isupper()
    return last in words.weak or f"{first} {last}" in words.weak_pairs


def _is_clock(lower: str, start: int, unit: Unit) -> bool:
    """Tell the hour of ``lúc 14 giờ`` and ``14 giờ 35 phút ngày 8/3`` from the length of ``14 giờ làm việc``."""
    if unit.name == "giờ":
        return _CLOCK.search(lower, max(0, start - 8), start) is not None
    return _HOUR_AHEAD.search(lower, max(0, start - 16), start) is not None


def _is_span_of_time(lower: str, start: int, written: str, unit: Unit) -> bool:
    """Tell ``thu 9 tháng đạt``, ``Trong 5 năm,``, a period, from the length of ``kỳ hạn 9 tháng``."""
    if unit.name not in ("tháng", "năm") or len(written) > 2:
        return False
    behind = lower[unit.end : unit.end + 12]
    if unit.name == "năm":
        return _SOME_YEARS.search(lower, max(0, start - 12), start) is not None and _PAST.match(behind) is not None
    if int(written) not in (3, 6, 9, 10, 11) or _LENGTH_AHEAD.search(lower, max(0, start - 16), start):
        return False
    return _LENGTH_BEHIND.match(behind) is None


def _is_address(text: str, end: int) -> bool:
    """Say whether a number is that of a house: ``14 Phú Châu, phường Tam Phú``."""
    match = _STREET.match(text, end)
    return match is not None and all(word[0].isupper() for word in match[1].split())


def _ends_name(text: str, start: int, end: int) -> bool:
    """Say whether a bare number is the end of a name: ``xã Sơn Kim 1 đạt``, ``nhà máy Vĩnh Tân 4 phát điện``."""
    if end - start > 2 or not (text[end : end + 1] == " " and text[end + 1 : end + 2].islower()):
        return False
    words = text[max(0, start - 48) : start].split()
    for i, word in enumerate(reversed(words)):
        if not word[0].isupper() or i == 5:
            return i > 0 and i < 5 and word.lower() in _NAMED
        if i > 0 and word.lower() in _NAMED:
            return True
    return words == ["Formosa"]


def _follows_range(text: str, start: int) -> bool:
    """Say whether the digit before is the lower end of a range read apart: ``20-25%`` when 20 was no quantity."""
    return text[start - 1] in "-–" and start > 1 and text[start - 2].isdigit()


def _ends_telephone(text: str, start: int) -> bool:
    head = text[max(0, start - 16) : start]
    match = re.search(r"(?:\+84|\b0\d{1,4}|\b1[89]00)[ .-]?(?:\d{2,4}[ .-]?){0,3}$", head)
    return match is not None and head.endswith((" ", ".", "-")) and match.end() - match.start() >= 4


def _is_head_of_item(text: str, start: int, end: int) -> bool:
    """Say whether the number stands at the head of a line and is followed by a full stop or bracket."""
    if end - start > 4 or _ENUMERATION.match(text, end) is None:
        return False
    # "I. Mục tiêu năm 2023; 2. Định hướng": heads may stand in a row.
    if end - start <= 2 and _HEAD_IN_LINE.search(text, max(0, start - 3), start) and text[end + 2 : end + 3].isupper():
        return True
    return not text[max(text.rfind("\n", max(0, start - 24), start) + 1, start - 24, 0) : start].strip()
