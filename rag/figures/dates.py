"""Days and months as they stand in a text, Vietnamese (accented or bare) and English, with offsets. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A day or month named in a text. date: ISO 8601, whole or partial: ``2023-07-19``, ``2023-07``."""

    date: str
    start: int
    end: int


YEAR = r"(?:19[4-9]\d|20\d\d)(?!\d|[.,]\d)"
# Capitalised on purpose: "may" and "march" are verbs too.
MONTH_NAME = (
    r"(?-i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
THANG, NAM = r"th[áa]ng", r"n[ăa]m"
_NGAY = r"ng[àa]y"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

# Without one of these there is no date; most numbers stand alone.
_HINT = re.compile(
    rf"\d\s?[/-]\s?\d|\d\s?\.\s?\d{{1,2}}\s?\.\s?\d|{THANG}\s|\d\s?(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH_NAME}|{MONTH_NAME}\.?\s+\d",
    re.IGNORECASE,
)
# Year, month, day, start, end; what is not said is None.
_Read = tuple[int | None, int, int | None, int, int]
_DATE = re.compile(
    # What none begins with is passed over at once.
    rf"(?<!\w)(?=\d|th|(?-i:[JFMASOND]))(?:(?P<iy>\d{{4}})(?P<isep>[-/])(?P<im>\d{{1,2}})(?:(?P=isep)(?P<id>\d{{1,2}}))?(?![\d/-])"
    rf"|(?P<d>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<m>\d{{1,2}})\s?(?P=sep)\s?(?P<y>{YEAR}|\d\d(?![\d/.,-]))"
    rf"|(?P<wd>\d{{1,2}})\s+{THANG}\s+(?P<wm>\d{{1,2}})(?!\d)(?:\s{{0,3}}(?:,?\s{{0,3}}{NAM}\s*"
    rf"|[/,-]\s*)(?P<wy>{YEAR}))?"
    rf"|(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<em>{MONTH_NAME})\b\.?(?:,?\s+(?P<ey>{YEAR}))?"
    rf"|(?P<mm>\d{{1,2}})/(?P<my>{YEAR})(?!/)"
    rf"|(?P<bd>\d{{1,2}})(?P<bsep>[/-])(?P<bm>\d{{1,2}})(?![\d/]|[.,]\d)"
    rf"|{THANG}\s+(?P<tm>\d{{1,2}})(?!\d|[.,]\d)(?:\s{{0,3}}(?:,?\s{{0,3}}{NAM}\s*|[/-]\s*)(?P<ty>{YEAR})|(?![/-]\d))"
    rf"|(?P<nm>{MONTH_NAME})\b\.?\s+"
    rf"(?:(?P<nd>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+(?P<ny>{YEAR}))?|(?P<ny2>{YEAR})))",
    re.IGNORECASE,
)
# "ngày 14 và 15/7", "sáng nay (9/12)", "Thứ Hai, 19/7": what follows is a day of a month.
_STRONG_LEAD = re.compile(
    rf"\b(?:{_NGAY}|s[áa]ng|tr[ưu]a|chi[ềe]u|t[ốo]i|[đd][êe]m|h[ôo]m|m[ùu]ng|th[ứu] (?:hai|ba|t[ưu]|n[ăa]m|s[áa]u"
    rf"|b[ảa]y|[2-7])|ch[ủu] nh[ậa]t|v[àa]o l[úu]c|date|dated|on)(?:\s+(?:nay|qua|mai|kia|{_NGAY}|s[ớo]m))*[\s,(:]*"
    r"(?:\d{1,2}(?:[/-]\d{1,2})?\s*(?:,|-|–|v[àa]|[đd][ếe]n)\s*(?:ng[àa]y\s+)?)*$",
    re.IGNORECASE,
)
_WEAK_LEAD = re.compile(
    r"\b(?:[đd][ếe]n|t[ớo]i|t[ừu]|h[ếe]t|trước|truoc|sau|v[àa]o|k[ểe] t[ừu]|by|since|until)\s*\(?$", re.IGNORECASE
)
_ISO_LEAD = re.compile(
    rf"(?:\b(?:date|dated|{_NGAY}|{THANG}|published|updated|th[ờo]i gian)\W{{0,3}}|(?:^|\n)\s*)$", re.IGNORECASE
)
# "Số 12/2023": a paper's number, no month.
NUMBER_LEAD = re.compile(r"(?:\bs[ốo]|\bno\.?)\s*:?\s*$", re.IGNORECASE)
_DATE_AND_DASH = re.compile(r"(?:\d/\d{1,2}(?:/\d{4})?|(?<![\d./,-])\d{1,2})-$")
_RANGE_TO = re.compile(rf"\s*(?:-|–|[đd][ếe]n|t[ớo]i|v[àa]|,)\s*(?:{_NGAY}\s+)?$", re.IGNORECASE)


def plain(word: str) -> str:
    """Lower a matched word to the letters a pattern meant: re takes ``İ`` for i and ``ſ`` for s."""
    return word.casefold().replace("\u0307", "")


def find_dates(text: str, *, year: int | None = None) -> list[DateSpan]:
    """Find days and months. A bare ``d-m`` counts only behind a time word: ``14-17 tiêu chí`` is none.

    ``31/2/2023`` and other days that never were are left out.
    """
    found = _scan_dates(text)
    spans = []
    for i, (written, month, day, start, end) in enumerate(found):
        known = written if written is not None else _year_behind(text, found[i:]) or year
        if known is not None and _exists(known, month, day):
            date = f"{known:04d}-{month:02d}" + (f"-{day:02d}" if day is not None else "")
            spans.append(DateSpan(date, start, end))
    return spans


# Quantities, and what they state, are read from the same text one after the other.
@lru_cache(maxsize=512)
def _scan_dates(text: str) -> tuple[_Read, ...]:
    if _HINT.search(text) is None:
        return ()
    found: list[_Read] = []
    for match in _DATE.finditer(text):
        parsed = _parse_date(text, match)
        if parsed is not None:
            found.append((*parsed, match.start(), match.end()))
    return tuple(found)


def _year_behind(text: str, found: Sequence[_Read]) -> int | None:
    """Give "17/8" the year of "17/8 - 21/8/2018"."""
    for before, behind in pairwise(found):
        if not _RANGE_TO.fullmatch(text, before[4], behind[3]):
            return None
        if behind[0] is not None:
            return behind[0]
    return None


def _parse_date(text: str, match: re.Match[str]) -> tuple[int | None, int, int | None] | None:
    start, end = match.span()
    group = match.groupdict()
    if start and group["tm"] is None and group["nm"] is None and _joined(text, start):
        return None
    before = text[max(0, start - 40) : start]
    if group["iy"]:
        day = group["id"]
        if day is None and (len(group["im"]) != 2 or group["isep"] != "-" or not _opens_date(before, start)):
            return None
        return int(group["iy"]), int(group["im"]), int(day) if day else None
    if group["d"]:
        written = group["y"]
        if len(written) == 2 and (group["sep"] == "." or not _STRONG_LEAD.search(before)):
            return None
        return int(written) + (2000 if len(written) == 2 else 0), int(group["m"]), int(group["d"])
    if group["wd"]:
        return _int(group["wy"]), int(group["wm"]), int(group["wd"])
    if group["ed"]:
        return _int(group["ey"]), month_number(group["em"]), int(group["ed"])
    if group["mm"]:
        return None if NUMBER_LEAD.search(before) else (int(group["my"]), int(group["mm"]), None)
    if group["bd"]:
        day_number, month = int(group["bd"]), int(group["bm"])
        following = text[end : end + 24]
        if _STRONG_LEAD.search(before) or re.match(r"\s*[-–]\s*\d{1,2}/\d{1,2}/\d{4}", following):
            return None, month, day_number
        # "đến 4/4 xã", "từ 5-10%": behind a weak word only what cannot be a share or a range.
        if _WEAK_LEAD.search(before) and (day_number > month or re.match(r"\s*(?:[,;:.)]|$)", following)):
            return None, month, day_number
        return None
    if group["tm"]:
        return _int(group["ty"]), int(group["tm"]), None
    return _int(group["ny"] or group["ny2"]), month_number(group["nm"]), _int(group["nd"])


def _opens_date(before: str, start: int) -> bool:
    """Say whether a bare "2023-07" is a date: behind "date" or alone at the head of a line."""
    return _ISO_LEAD.search(before) is not None and (start <= 40 or bool(before.strip()) or "\n" in before)


def _joined(text: str, start: int) -> bool:
    """Say whether the digits at start go on from a number or code before them: "123-45/6", "1.5/2023"."""
    char = text[start - 1]
    # The dash of "17/8-21/8/2018" stands between two dates.
    behind_digit = char in "./,-" and start > 1 and text[start - 2].isdigit()
    return behind_digit and not _DATE_AND_DASH.search(text[max(0, start - 12) : start])


def _int(digits: str | None) -> int | None:
    return int(digits) if digits else None


def month_number(name: str) -> int:
    """Give 7 for "July" and "Jul"."""
    return _MONTHS.index(plain(name)[:3]) + 1


def _exists(year: int, month: int, day: int | None) -> bool:
    if not (1940 <= year <= 2099 and 1 <= month <= 12):
        return False
    return day is None or 1 <= day <= monthrange(year, month)[1]
