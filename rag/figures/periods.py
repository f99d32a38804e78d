"""Reporting periods as they stand in a text, Vietnamese (accented or bare) and English, with offsets. Pure.

Periods have the normal form of rag.types. What lacks its year ("6 tháng đầu năm", "quý III") takes ``year``,
the report's own; without it such a span is left out. Days and months are read in rag.figures.dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.figures.dates import MONTH_NAME, NAM, NUMBER_LEAD, THANG, YEAR, DateSpan, find_dates, month_number, plain

__all__ = ["DateSpan", "PeriodSpan", "find_dates", "find_periods", "scan_periods"]


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A reporting period named in a text. period: ``2023-H1``, ``2023-Q3``, ``2023-9M``, ``2020/2025`` …"""

    period: str
    start: int
    end: int


_NUMERALS = {"ba": 3, "sáu": 6, "sau": 6, "tám": 8, "tam": 8, "chín": 9, "chin": 9, "three": 3, "six": 6, "nine": 9}
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "đầu": 1, "cuối": 4}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}


def _of_year(tag: str) -> str:
    """Give the pattern of "/2023", " năm 2023" or " năm nay" behind a quarter; groups ``tag`` and ``tag`` + "r"."""
    return (
        rf"(?:\s{{0,3}}(?:,?\s{{0,3}}(?:của\s+|cua\s+)?{NAM}\s*|[/.,-]\s*"
        rf"|of\s+(?:the\s+)?(?:year\s+)?)?(?P<{tag}>{YEAR})"
        rf"|\s+(?:của\s+|cua\s+)?{NAM}\s+(?P<{tag}r>nay|ngoái|ngoai|trước|truoc)\b)?"
    )


_PERIOD = re.compile(
    # Whole dates are no periods; passing over them keeps "tháng 12 năm 2023" of a "ngày 15 tháng 12 năm 2023" out.
    # What none begins with is passed over at once.
    rf"(?<!\w)(?=\d|n[ăaưửu]|b[aá]|s[áaeh]|t[áah]|ch[íi]|q|h\.?[1-4i]|f|la|(?-i:[JFMASOND]))(?:(?P<skip>\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?\d{{4}}|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}\s+{THANG}\s+\d{{1,2}}(?!\d)(?:\s{{0,3}}(?:,?\s{{0,3}}{NAM}\s*|[/,-]\s*){YEAR})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH_NAME}\s+{YEAR}|\b{MONTH_NAME}\s+\d{{1,2}},?\s+{YEAR})"
    rf"|(?:{NAM}\s+(?:(?:học|hoc)\s+)?)?(?P<a>{YEAR})\s*(?:-|–|—|/|đến|den|to)\s*(?:(?:{NAM}|hết"
    rf"|het)\s+)*(?P<b>{YEAR})(?![-/]\d)"
    rf"|(?P<n>\d{{1,2}}|ba|sáu|sau|tám|tam|chín|chin)\s+{THANG}(?!\w|\s+\d{{1,2}}(?!\d))"
    rf"(?:\s+(?P<side>đầu|dau|cuối|cuoi)(?:\s+(?:của\s+|cua\s+)?{NAM}(?!\w|\s*\d))?)?{_of_year('ny')}"
    rf"|qu[ýyí]\s*(?P<q>iv|iii|ii|i|[1-4]|một|hai|ba|tư|bốn|đầu|cuối)(?!\w){_of_year('qy')}"
    rf"|(?:nửa|nua)\s+(?P<h>đầu|dau|cuối|cuoi)(?!\s+(?:của\s+)?(?:nhiệm kỳ|giai đoạn|tháng|quý|thế kỷ"
    rf"|nhiem ky))(?:\s+(?:của\s+|cua\s+)?{NAM}(?!\w|\s*\d))?{_of_year('hy')}"
    rf"|{THANG}\s+(?P<m>\d{{1,2}})(?!\d|[.,]\d|[/-]\d{{1,2}}(?!\d)){_of_year('my')}"
    rf"|(?<![\d/.,-])(?P<mm>\d{{1,2}})/(?P<mmy>{YEAR})(?!/)"
    rf"|(?P<s>q|h)\.?(?P<sn>[1-4]|iv|iii|ii|i)(?!\w)(?:[\s/.-]*(?P<sy>{YEAR}))?"
    rf"|(?P<x>\d{{1,2}}[mth]|bán niên|ban nien)[\s/-]?(?:{NAM}\s+)?(?P<xy>{YEAR})"
    rf"|first\s+(?P<e>\d{{1,2}}|three|six|nine)\s+months{_of_year('ey')}"
    rf"|(?P<o>first|second|third|fourth|last|final)[\s-]+(?P<ok>quarter|half){_of_year('oy')}"
    rf"|(?P<l>{MONTH_NAME})\s+(?P<ly>{YEAR})"
    rf"|{NAM}\s+(?:(?:tài chính|ngân sách|học|kế hoạch)\s+)?(?:(?P<y>{YEAR})|(?P<yr>nay|ngoái|ngoai)\b)"
    rf"|(?:fy\s?)?(?P<bare>{YEAR}))",
    re.IGNORECASE,
)
# "9 tháng" alone is a length of time, unless it follows one of these.
_COVERS = re.compile(
    r"\b(?:(?:sơ|tổng) kết|lu?[ũỹ]y? kế|tính chung|kết quả|tình hình|kinh tế|lợi nhuận|doanh thu|thu nhập|báo cáo"
    r"|công tác|thực hiện|thu ngân sách|kinh doanh)\s*$",
    re.IGNORECASE,
)
_HEADS = re.compile(r"\s*,\s|\s+(?:qua|toàn|huyện|tỉnh|thu ngân sách|tổng)\b", re.IGNORECASE)
_YEAR_LEAD = re.compile(
    r"(?:\b(?:in|of|for|during|year|since|by|to|from|than|fy|until|end|cùng kỳ|cùng kì|kế hoạch|thực hiện|kh|th"
    r"|ngân sách|kinh doanh|lợi nhuận|doanh thu|tài chính|đhđcđ|kết quả|cuối|đầu|giữa|hết|dự toán|mùa|vụ|niên độ|tết"
    r"|từ|đến|so với|thường niên|trong|xuân|ktxh|kt-xh|the|its|their|niên vụ|report)|[(/]|['’]s)\s*$",
    re.IGNORECASE,
)
_COUNT_LEAD = re.compile(
    r"(?:\d|\b(?:đạt|là|còn|lên|xuống|trên|gần|số|khoảng|hơn|được|có|thành|bằng|about|over"
    r"|nearly))\s*$",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"\s*(?:[.,;:)?!\n]|$)")
_SERIES = re.compile(r"\s*(?:,|;|và|va|hoặc|and|or|&)\s*")
_JOINED = re.compile(r"\s*(?:,|và|va|and)\s*(?:cả\s+)?")

# Without one of these there is no period; most sentences have none.
_HINT = re.compile(r"n[ăa]m|th[áa]ng|qu[ýyí]|n[ửu]a|half|months|quarter|(?:19[4-9]|20\d)\d", re.IGNORECASE)
_ANY_YEAR = re.compile(r"(?:19[4-9]|20\d)\d")

# The year and the form with {} in its place. 0 is "năm nay", -1 "năm ngoái", None not said.
_Read = tuple[int | None, str]
# With its span.
_Scanned = tuple[int | None, str, int, int]


def find_periods(text: str, *, year: int | None = None) -> list[PeriodSpan]:
    """Find reporting periods: a year, half, quarter, month, the first n months, a range of years.

    "quý III và 9 tháng đầu năm 2023" gives both the year; of a longer list only the last two take it. "năm nay" and
    "năm ngoái" count from ``year``.
    """
    if year is None and _ANY_YEAR.search(text) is None:
        return []
    spans = []
    found = _scan(text)
    for i, (written, form, start, end) in enumerate(found):
        known = written
        if known is None and i + 1 < len(found) and _JOINED.fullmatch(text, end, found[i + 1][2]):
            known = found[i + 1][0]
        if known is None or known <= 0:
            known = year + (known or 0) if year is not None else None
        if known is not None:
            spans.append(PeriodSpan(form.format(known), start, end))
    return spans


def scan_periods(text: str) -> list[_Scanned]:
    """Find periods before their year is known; all of "quý I, quý II và quý III năm 2022" take the last one's."""
    found = list(_scan(text))
    for i in range(len(found) - 2, -1, -1):
        year, form, start, end = found[i]
        if year is None and _JOINED.fullmatch(text, end, found[i + 1][2]):
            found[i] = (found[i + 1][0], form, start, end)
    return found


# Quantities, and what they state, are read from the same text one after the other.
@lru_cache(maxsize=512)
def _scan(text: str) -> tuple[_Scanned, ...]:
    if _HINT.search(text) is None:
        return ()
    found: list[_Scanned] = []
    last_year_end = -1
    for match in _PERIOD.finditer(text):
        read = _read_period(text, match, last_year_end)
        if read is not None:
            found.append((*read, match.start(), match.end()))
            if "-" not in read[1]:
                last_year_end = match.end()
    return tuple(found)


def _read_period(text: str, match: re.Match[str], last_year_end: int) -> _Read | None:
    group = match.groupdict()
    start, end = match.span()
    if group["bare"]:
        return (int(group["bare"]), "{}") if _is_year(text, start, end, last_year_end) else None
    if group["y"] or group["yr"]:
        return _year(group, "y"), "{}"
    if group["a"]:
        first, last = int(group["a"]), int(group["b"])
        return (first, f"{{}}/{last}") if first < last <= first + 50 else None
    if group["n"]:
        return _read_months(text, match)
    if group["q"]:
        return _year(group, "qy"), f"{{}}-Q{_quarter(group['q'])}"
    if group["m"]:
        return _month(_year(group, "my"), int(group["m"]))
    if group["mm"]:
        numbered = NUMBER_LEAD.search(text[max(0, start - 8) : start])
        return None if numbered else _month(int(group["mmy"]), int(group["mm"]))
    if group["h"]:
        return _year(group, "hy"), "{}-H2" if group["h"][0] in "cC" else "{}-H1"
    return _read_rare_period(group)


def _read_rare_period(group: dict[str, str | None]) -> _Read | None:
    """Read "Q3 2023", "9T/2023", "bán niên 2023" and the English forms."""
    if sign := group["s"]:
        number = _quarter(group["sn"] or "")
        # Without its year "Q.1" is a city district and "H2" a gas.
        if (sign in "hH" and number > 2) or group["sy"] is None:
            return None
        return _year(group, "sy"), f"{{}}-{sign.upper()}{number}"
    if short := group["x"]:
        year = _year(group, "xy")
        if short[-1] in "hH":
            return (year, f"{{}}-H{short[:-1]}") if short[:-1] in ("1", "2") else None
        return year, _first_months(int(short[:-1])) if short[0].isdigit() else "{}-H1"
    if count := group["e"]:
        return _year(group, "ey"), _first_months(_number(count))
    if ordinal := group["o"]:
        number = _ORDINALS[plain(ordinal)]
        if plain(group["ok"] or "") == "quarter":
            return _year(group, "oy"), f"{{}}-Q{number}"
        return _year(group, "oy"), "{}-H1" if number == 1 else "{}-H2"
    if month := group["l"]:
        return _month(_year(group, "ly"), month_number(month))
    return None


def _read_months(text: str, match: re.Match[str]) -> _Read | None:
    """Read "9 tháng đầu năm 2023"; "kỳ hạn 9 tháng", "3 tháng trước" are none."""
    number, side, year = _number(match["n"]), match["side"], _year(match.groupdict(), "ny")
    # Accented "sau tháng" means after the month, not six.
    if not 1 <= number <= 12 or (plain(match["n"]) == "sau" and not match.group().isascii()):
        return None
    if side and side[0] in "cC":
        return (year, {3: "{}-Q4", 6: "{}-H2"}[number]) if number in (3, 6) else None
    if side is None and year is None and not _covers(text, match):
        return None
    return year, _first_months(number)


def _covers(text: str, match: re.Match[str]) -> bool:
    """Say whether "9 tháng" without more means the first nine: behind "kết quả", or at the head of a sentence."""
    if _COVERS.search(text[max(0, match.start() - 20) : match.start()]):
        return True
    ahead = text[max(0, match.start() - 3) : match.start()].rstrip()
    return (not ahead or ahead[-1] in ".;:!?\n") and _HEADS.match(text, match.end()) is not None


def _first_months(number: int) -> str:
    return {1: "{}-01", 3: "{}-Q1", 6: "{}-H1", 12: "{}"}.get(number, f"{{}}-{number}M")


def _month(year: int | None, month: int) -> _Read | None:
    return (year, f"{{}}-{month:02d}") if 1 <= month <= 12 else None


def _year(group: dict[str, str | None], tag: str) -> int | None:
    if written := group[tag]:
        return int(written)
    relative = group.get(tag + "r")
    return None if relative is None else 0 if plain(relative) == "nay" else -1


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMERALS[plain(word)]


def _quarter(word: str) -> int:
    return int(word) if word.isdigit() else _QUARTERS[plain(word)]


def _is_year(text: str, start: int, end: int, last_year_end: int) -> bool:
    """Tell the year of "lợi nhuận 2018" and "2021, 2022 và 2023" from the count of "đạt 2016 hộ"."""
    if start and text[start - 1] in "./,-–" and text[start - 2 : start - 1].isdigit():
        return False
    if text[end : end + 1] in ("/", "-", "–", "%"):
        return False
    if last_year_end >= 0 and _SERIES.fullmatch(text, last_year_end, start):
        return True
    before = text[max(0, start - 16) : start]
    if _YEAR_LEAD.search(before):
        return True
    return _CLOSES.match(text, end) is not None and not _COUNT_LEAD.search(before)
