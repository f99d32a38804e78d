"""The times a paragraph names and what each does there: dates what is told, is compared with, or names a plan. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.figures.dates import month_number
from rag.figures.layout import Layout, Taken, comparing_lead
from rag.figures.periods import find_dates, scan_periods


class Use(StrEnum):
    """What a time named in a text does: it dates a figure, is compared with, belongs to a plan, or to a name."""

    TIME = "time"
    BASE = "base"
    PLAN = "plan"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time named in a text. period: normal form; day: read from a day, not from the name of a period.

    same_term: "cùng kỳ": the term of what it is compared with (half, quarter), in the year of ``period``; None there
    means the year before.
    """

    period: str | None
    start: int
    end: int
    use: Use
    day: bool = False
    same_term: bool = False


_MONTH_WORDS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
# Accented and bare words apart, for speed: a text has one or the other.
_RELATIVE_ACCENTED = re.compile(
    r"(?<!\w)(?=[cnhđstqkgbm\d])(?:"
    r"(?P<same>cùng (?:kỳ|kì))"
    r"|(?P<last>(?<!\d )năm (?:trước|liền trước|liền kề)(?! đó))"
    r"|(?P<now>cả năm|(?:cuối|hết) năm(?! học))"
    r"|(?P<first>đầu năm(?! học))"
    r"|(?P<next>sang năm|năm (?:sau|tới|tiếp theo))"
    r"|(?P<lastterm>(?:tháng|quý|kỳ) (?:trước|liền trước))"
    r"|(?P<here>(?:tính )?đến (?:nay|thời điểm này|thời điểm hiện tại)"
    r"|hiện(?: nay| tại)?(?= (?:mới|còn|có|đạt|đã|chỉ|toàn|là|đang|huyện|xã|tỉnh)))"
    r"|(?P<yearly>(?:bình quân |trung bình )?(?:mỗi|hàng|hằng) năm|bình quân năm)"
    r"|(?P<months>\d{1,2}|ba|sáu|chín) tháng(?! \d| (?:đầu|cuối|tuổi|trước|sau))"
    r"|(?P<oldterm>nhiệm kỳ (?:trước|vừa qua)|giai đoạn trước)"
    r")(?!\w)"
)
_RELATIVE_BARE = re.compile(
    r"(?<!\w)(?:"
    r"(?P<same>cung ky|(?:the )?same period(?: of)?(?: last year| (?:the )?previous year)?|a year (?:earlier|ago)"
    r"|year-on-year|y-o-y)"
    r"|(?P<last>(?<!\d )nam truoc|last year|(?:the )?previous year)"
    r"|(?P<now>this year|ca nam|(?:cuoi|het) nam|(?:the )?full[- ]year|whole year|(?:the )?year[- ]end)"
    r"|(?P<first>dau nam|(?:the )?(?:start|beginning) of the year)"
    r"|(?P<next>sang nam|nam (?:sau|toi)|next year|(?:the )?coming year)"
    r"|(?P<lastterm>(?:thang|quy) truoc|(?:the )?previous (?:month|quarter)|last (?:month|quarter))"
    r"|(?P<here>den nay|so far|to date)"
    r"|(?P<yearly>(?:moi|hang) nam|(?:an|per) annum|each year|every year|a year on average)"
    r"|(?P<months>\d{1,2}|six|nine) (?:thang(?! \d| (?:dau|cuoi|truoc|sau))|months(?= of))"
    rf"|(?:in|during|of|for|by|since|until) (?P<month>{'|'.join(_MONTH_WORDS)})(?! \d|,? (?:19|20)\d\d)"
    r")(?!\w)"
)
# Every match holds one of these; looking for them first is several times faster.
_ACCENTED_WORDS = ("năm", "tháng", "kỳ", "hiện", "đến nay", "kì", "thời điểm", "quý ", "giai đoạn trước")
_BARE_WORDS = (
    "year", "period", "quarter", "month", "nam ", " ky", "thang", "den nay", "so far", "to date", "annum", "quy ",
    *_MONTH_WORDS,
)  # fmt: skip
_SAME_TERM_LEAD = re.compile(r"(?:cùng (?:kỳ|kì)|cung ky|same period(?: of| in)?)(?:\s+(?:của|cua))?\s*$")
_AIM_LEAD = re.compile(
    r"(?<!\w)(?:phấn đấu|phan dau|quyết tâm|mục tiêu|đặt ra|đề ra|by|aims?|targets?)(?!\w)[^,;\d]{0,30}$"
)
_PLAN_LEAD = re.compile(
    r"(?<!\w)(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|nghị quyết|kh|nhiệm vụ|ke hoach|chi tieu|muc tieu|du toan"
    r"|kịch bản|plan|targets?|goals?)"
    r"(?:\s+(?:của|cả|đề ra|giao|đã|được|tỉnh|huyện|trung ương|hđnd|ubnd|thu|chi|ngân sách|vốn|đầu tư"
    r"|kinh doanh|sản xuất|phát triển"
    r"|kinh tế|xã hội|for|of|the|cua|hđqt|đhđcđ|cho|đến|trong|tháng|quý|chủ yếu|-|–|kt-xh|năm|tín dụng"
    r"|lợi nhuận|doanh thu))*\s*$"
)
_NAME_LEAD = re.compile(
    r"(?<!\w)(?:chuẩn|chương trình|đề án|nghị quyết|quy hoạch|đại hội|chiến lược|luật|nghị định|thông tư"
    r"|hiến pháp|quyết định|quyết toán"
    r"|tiêu chí quốc gia|bộ tiêu chí|kết luận|chỉ thị|tầm nhìn|phong trào|kế hoạch số|công văn|tờ trình|khóa"
    r"|khoá|giá so sánh|programme)"
    r"(?!\w)(?:(?!(?<!\w)(?:đạt|là|còn|có|được|với|đã)(?!\w))[^,;:()])*$"
)
_DOCUMENT_LEAD = re.compile(
    r"(?<!\w)(?:sinh|sn|born)\s*(?:in|ngày)?\s*$|(?:số|no\.?)\s*\d[^,;:()]*(?:ngày|dated|date)\s*$"
    r"|\d/[^\s,;]+\s*,?\s*(?:ngày)?\s*$"
)
_TO_NOW = re.compile(r"\s*(?:đến|tới) (?:nay|giờ|thời điểm này)(?!\w)|\s*to date(?!\w)")
_SINCE = re.compile(r"(?<!\w)(?:từ|kể từ|since)\s+(?:đầu\s+)?$")


def shift_year(period: str, years: int) -> str:
    """Move a period by whole years: ``2023-H1`` by -1 is ``2022-H1``; a range moves by its own length."""
    first, rest = int(period[:4]), period[4:]
    if rest.startswith("/"):
        length = int(rest[1:]) - first
        return f"{first + years * length}/{int(rest[1:]) + years * length}"
    return f"{first + years}{rest}"


def previous_term(period: str) -> str:
    """Give the month, quarter, half or year before a period."""
    year, rest = int(period[:4]), period[5:]
    if rest.startswith("Q"):
        return f"{year}-Q{int(rest[1]) - 1}" if rest != "Q1" else f"{year - 1}-Q4"
    if rest.startswith("H"):
        return f"{year}-H1" if rest == "H2" else f"{year - 1}-H2"
    if rest.isdigit() and period[4] == "-":
        return f"{year}-{int(rest) - 1:02d}" if int(rest) > 1 else f"{year - 1}-12"
    return shift_year(period, -1)


def find_moments(layout: Layout, *, year: int | None, period: str | None = None) -> list[Moment]:
    """Find the times a paragraph names, in order. year, period: the report's, for "năm nay", "cùng kỳ", "quý trước"."""
    found = sorted(_read_moments(layout, year, period), key=lambda moment: (moment.start, -moment.end))
    kept: list[Moment] = []
    for moment in found:
        if not kept or moment.start >= kept[-1].end:
            kept.append(moment)
    return kept


def _read_moments(layout: Layout, year: int | None, period: str | None) -> Iterator[Moment]:
    text, lower = layout.text, layout.lower
    spans = scan_periods(text)
    named: list[tuple[int, int]] = []
    sentence, said = -1, None
    last = year
    for written, form, start, end in spans:
        known = written
        lead = _SAME_TERM_LEAD.search(lower, max(0, start - 24), start)
        use = Use.BASE if lead else _use(layout, start)
        if known is None or known <= 0:
            number = layout.sentence_of(start)
            anchor = said if said is not None and number == sentence and written is None else last
            known = anchor + (known or 0) if anchor is not None else None
        elif use is Use.TIME and "/" not in form:
            sentence, said = layout.sentence_of(start), known
            last = known if year is None else year
        if known is None:
            continue
        first = lead.start() if lead else start
        named.append((first, end))
        read = form.format(known)
        if _TO_NOW.match(lower, end) and _SINCE.search(lower, max(0, start - 12), start) and year and "-" not in read:
            read = f"{known}/{year}" if known < year else read
        yield Moment(read, first, end, use, same_term=lead is not None)
    taken = Taken(named)
    for date in find_dates(text, year=year):
        if not taken.overlaps(date.start, date.end):
            document = _DOCUMENT_LEAD.search(lower, max(0, date.start - 60), date.start)
            use = Use.NAME if document else _use(layout, date.start)
            yield Moment(date.date[:7], date.start, date.end, use, day=True)
    relative, words = (_RELATIVE_BARE, _BARE_WORDS) if lower.isascii() else (_RELATIVE_ACCENTED, _ACCENTED_WORDS)
    for match in relative.finditer(lower) if any(word in lower for word in words) else ():
        start, end = match.span()
        if taken.overlaps(start, end):
            continue
        yield from _read_relative(layout, match, year or _said_before(spans, start), period)


def _said_before(spans: Sequence[tuple[int | None, str, int, int]], start: int) -> int | None:
    """Give the last year written ahead of a position: with no report known, "cuối năm" is of that."""
    i = bisect_left(spans, start, key=lambda span: span[2])
    return next((year for year, form, _, _ in reversed(spans[max(0, i - 8) : i]) if year and "/" not in form), None)


def _read_relative(layout: Layout, match: re.Match[str], year: int | None, period: str | None) -> Iterator[Moment]:
    start, end, kind = match.start(), match.end(), match.lastgroup
    if kind == "same":
        behind = re.compile(r"\s+(?:của\s+)?năm (?:trước|ngoái)|\s+(?:last|the previous) year").match(layout.lower, end)
        yield Moment(None, start, behind.end() if behind else end, Use.BASE, same_term=True)
        return
    if kind == "lastterm":
        yield Moment(previous_term(period) if period else None, start, end, Use.BASE)
        return
    if kind == "oldterm":
        read = shift_year(period, -1) if period and "/" in period else None
        yield Moment(read, start, end, Use.BASE)
        return
    if year is None:
        return
    use = _use(layout, start)
    if kind in ("here", "yearly", "months", "month"):
        read = _read_here(kind, match, year, period)
        if read is not None:
            yield Moment(read, start, end, use)
    elif kind == "last":
        yield Moment(str(year - 1), start, end, use)
    elif kind == "next":
        yield Moment(str(year + 1), start, end, use)
    elif kind == "now" or use is Use.BASE:
        yield Moment(str(year), start, end, use)


def _read_here(kind: str, match: re.Match[str], year: int, period: str | None) -> str | None:
    """Read what means the report's own time: "đến nay", the "9 tháng" of a report of nine months."""
    if kind == "month":
        return f"{year}-{month_number(match['month']):02d}"
    if period is None:
        return None
    if kind == "yearly":
        return period if "/" in period else None
    if kind == "here":
        return period
    number = _MONTHS.get(match["months"], match["months"])
    return period if period[4:] == _FIRST_MONTHS.get(number, f"-{number}M") else None


_MONTHS = {"ba": "3", "sáu": "6", "chín": "9", "six": "6", "nine": "9"}
_FIRST_MONTHS = {"3": "-Q1", "6": "-H1"}


def _use(layout: Layout, start: int) -> Use:
    """Tell what a time is for by the words ahead of it in its clause."""
    ahead = layout.lower[max(layout.clause_start(start), start - 90) : start]
    if not ahead.strip():
        return Use.TIME
    if _PLAN_LEAD.search(ahead) or _AIM_LEAD.search(ahead):
        return Use.PLAN
    if comparing_lead(ahead):
        return Use.BASE
    if _NAME_LEAD.search(ahead) or _DOCUMENT_LEAD.search(ahead):
        return Use.NAME
    return Use.TIME
