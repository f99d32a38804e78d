"""What a report says of itself: title, dates, period, place, issuer, and the kinds of its parts. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rag.figures.periods import PeriodSpan, find_dates, find_periods
from rag.reading.metadata_issuer import find_number, find_organisation, find_place, find_type
from rag.reading.metadata_number import find_own_number
from rag.reading.metadata_parts import is_date_line, is_letterhead, lines_of, mark_part
from rag.reading.metadata_signer import find_signer
from rag.reading.metadata_title import Line, Title, find_title
from rag.reading.raw import Metadata, RawReport
from rag.text import guess_language, sentences
from rag.types import Part, PartKind

_HEAD_PARTS = 40
_LEAD_PARTS = 3
_MAX_STAMP_CHARS = 90
_LANGUAGE_SAMPLE_CHARS = 400
_LEAD_CHARS = 800


def describe(raw: RawReport, *, file_name: str) -> Metadata:
    """Read a report's metadata from its words. Nothing of the text changes; parts keep their offsets.

    Absent fields are None; the title never is, and is never a file's hash.
    """
    lines = _head_lines(raw)
    title = find_title(raw, lines, file_name=file_name)
    parts = _mark_parts(raw, title, lines)
    lead_parts = _lead_parts(parts, raw.text)
    leads = [raw.text[part.start : part.end][:_LEAD_CHARS] for part in lead_parts]
    usual_year = common_year(raw.text)
    own = find_own_number(lines, title=title.text)
    dates = _find_dates(raw.text, parts, lines, leads, usual_year=usual_year, numbered=own.date if own else None)
    year = int(dates[0][:4]) if dates else None
    number = find_number(lines) or (own.number if own else None)
    letterhead = [line.text for line in lines if parts[line.number].kind is PartKind.LETTERHEAD]
    return Metadata(
        title=title.text,
        language=guess_language(raw.text[:_LANGUAGE_SAMPLE_CHARS]),
        dates=dates,
        period=_find_period(title.text, leads, year=year, usual_year=usual_year),
        place=find_place(
            raw.text,
            head="\n".join([title.text, *letterhead]),
            lead_start=lead_parts[0].start if lead_parts else 0,
            lead_end=lead_parts[-1].end if lead_parts else 0,
        ),
        organisation=find_organisation(lines, leads),
        number=number,
        type=find_type(lines, title=title.text, number=number, from_press=_is_from_press(raw.text, parts)),
        parts=parts,
        signer=find_signer(raw.text),
    )


def _is_from_press(text: str, parts: Sequence[Part]) -> bool:
    """Say whether a caption or an author's name was marked; a mere date proves nothing."""
    return any(
        part.kind is PartKind.CAPTION
        or (part.kind is PartKind.BYLINE and not is_date_line(text[part.start : part.end].strip()))
        for part in parts
    )


def _head_lines(raw: RawReport) -> list[Line]:
    head = raw.parts[:_HEAD_PARTS]
    spans = [(part.start, part.end) for part in head]
    return [
        Line(number, start, end, raw.text[start:end], head[number].kind)
        for number, start, end in lines_of(raw.text, spans)
    ]


# -- parts ----------------------------------------------------------------------------------------------

_OPEN_KINDS = (PartKind.PARAGRAPH, PartKind.HEADING, PartKind.LIST_ITEM)


def _mark_parts(raw: RawReport, title: Title, lines: Sequence[Line]) -> tuple[Part, ...]:
    """Name title, letterhead, headings, captions and by-lines; rows of tables stay what they are."""
    front = _front_parts(raw, title, lines)
    below_title = (max(title.parts) + 1, max(title.parts) + 2) if title.parts else (0,)
    count = len(raw.parts)
    parts = []
    for place, part in enumerate(raw.parts):
        kind = part.kind
        if place in title.parts:
            kind = PartKind.TITLE if kind is not PartKind.TABLE_ROW else kind
        elif place in front:
            kind = PartKind.LETTERHEAD
        elif kind in _OPEN_KINDS and part.end - part.start <= 400:
            words = raw.text[part.start : part.end].strip()
            marked = mark_part(words, place=place, count=count, below_title=place in below_title)
            if marked is PartKind.HEADING and kind is PartKind.LIST_ITEM and not _heads_text(raw, place):
                marked = None
            kind = marked or kind
        parts.append(part if kind is part.kind else replace(part, kind=kind))
    return tuple(parts)


def _heads_text(raw: RawReport, place: int) -> bool:
    """Tell the heading "1. Về kinh tế" from one of a list of short points: text follows it, no further point."""
    if place + 1 >= len(raw.parts):
        return False
    part = raw.parts[place]
    if re.match(r"[IVX]+[.)]\s", raw.text[part.start : part.end]):
        return True
    below = raw.parts[place + 1]
    return below.kind is not PartKind.LIST_ITEM or raw.text[below.start] in "-–+•*"


def _front_parts(raw: RawReport, title: Title, lines: Sequence[Line]) -> frozenset[int]:
    """Number the parts above and right below the title all of whose lines are letterhead."""
    last = max(title.parts) + 3 if title.parts else 8
    of_part: dict[int, list[bool]] = {}
    for line in lines:
        if line.number <= last:
            of_part.setdefault(line.number, []).append(is_letterhead(line.text))
    kinds = {number: raw.parts[number].kind for number in of_part}
    return frozenset(
        number for number, marks in of_part.items() if all(marks) and kinds[number] is not PartKind.TABLE_ROW
    )


def _lead_parts(parts: Sequence[Part], text: str) -> list[Part]:
    """Give the first paragraphs of running text."""
    leads = [
        part
        for part in parts[:_HEAD_PARTS]
        if part.kind in (PartKind.PARAGRAPH, PartKind.LIST_ITEM) and part.end - part.start >= 60
    ]
    return leads[:_LEAD_PARTS]


# -- dates ----------------------------------------------------------------------------------------------

_DATE_LABEL = re.compile(r"\W*(?:date|dated|ngày đăng|đăng (?:ngày|lúc)|cập nhật|published|updated)\b", re.IGNORECASE)
_EVENT_LEAD = re.compile(
    r"\b(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|on|thứ \w+|chủ nhật)(?:\s+(?:nay|qua"
    r"|ngày))?[\s,(]*(?:\d{1,2}[/-]\d{1,2}\s*-)?$",
    re.IGNORECASE,
)
_REFERENCE_LEAD = re.compile(
    r"(?:đến|hết|từ|trước|sau|kể từ|số \S+|tính đến|until|since|by)\s+(?:ngày\s+)?$",
    re.IGNORECASE,
)


def _find_dates(
    text: str,
    parts: Sequence[Part],
    lines: Sequence[Line],
    leads: Sequence[str],
    *,
    usual_year: int | None,
    numbered: str | None,
) -> tuple[str, ...]:
    """Find the report's own date, then that of the event its lead tells of. numbered: the date beside its number."""
    dates = [numbered] if numbered else _own_dates(text, parts, lines)
    year, month = (int(dates[0][:4]), int(dates[0][5:7] or 12)) if dates else (None, 12)
    for lead in leads[:2]:
        for span in find_dates(lead, year=year):
            before = lead[max(0, span.start - 24) : span.start]
            if len(span.date) < 10 or not _EVENT_LEAD.search(before) or _REFERENCE_LEAD.search(before):
                continue
            date = span.date
            # Without a date of its own, a report on the past names older ones first.
            if year is None and usual_year is not None and int(date[:4]) < usual_year:
                continue
            # A report of January tells of a meeting in last December.
            if year is not None and not re.search(r"\d{4}", lead[span.start : span.end]) and int(date[5:7]) > month:
                date = f"{year - 1}{date[4:]}"
            return tuple(dict.fromkeys([*dates, date]))
    return tuple(dates)


def _own_dates(text: str, parts: Sequence[Part], lines: Sequence[Line]) -> list[str]:
    found: list[str] = []
    for line in lines[:20]:
        if len(line.text) > 400 or found:
            break
        spans = find_dates(line.text)
        if not spans:
            continue
        first = spans[0]
        labelled = _DATE_LABEL.match(line.text) is not None
        at_head = not re.search(r"\w", line.text[: first.start]) and line.kind is not PartKind.TABLE_ROW
        stamped = parts[line.number].kind in (PartKind.LETTERHEAD, PartKind.BYLINE) and "Căn cứ" not in line.text
        if labelled or stamped or (at_head and len(line.text) <= 250 and line.number <= 2):
            found.append(first.date)
    for part in parts[-4:]:
        words = text[part.start : part.end]
        if not found and part.kind is not PartKind.TABLE_ROW and len(words) <= _MAX_STAMP_CHARS:
            found += [span.date for span in find_dates(words) if _ends_paper(words, part)][:1]
    return found


def _ends_paper(words: str, part: Part) -> bool:
    """Say whether a short last line dates the report: a by-line, or "Quan Sơn, ngày 5 tháng 7 năm 2023"."""
    return part.kind in (PartKind.BYLINE, PartKind.LETTERHEAD) or is_letterhead(words.strip())


# -- period ---------------------------------------------------------------------------------------------

# Behind these a period is compared with, counted from or looked ahead to, not reported on.
_OTHER_PERIOD = re.compile(
    r"\b(?:so với|cùng kỳ|cùng kì|hơn|than|từ|hồi|tầm nhìn|đến|trước|kể từ|since|until|from)\W+(?:[^\W\d_]+\s+){0,2}$",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:nhiệm vụ|kế hoạch|mục tiêu|phương hướng|định hướng|dự toán|chỉ tiêu|giải pháp|chuẩn|xây dựng"
    r"|những tháng)\b[^.;:]{0,60}$",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:thực hiện|kết quả|tình hình|tổng kết|sơ kết|đánh giá|kiểm điểm|hoàn thành)\b", re.IGNORECASE)
_TERM = re.compile(r"\b(?:nhiệm kỳ|nhiệm kì|khóa [^,.]{1,8},?|khoá [^,.]{1,8},?|năm học|term)\s*$", re.IGNORECASE)
# What tells that a sentence reports: without it a year in the lead is a mere memory.
_REPORTS = re.compile(
    r"\b(?:báo cáo|kết quả|tổng kết|sơ kết|kiểm điểm|đánh giá|tình hình|tăng|giảm|đạt|so với|lợi nhuận|doanh thu"
    r"|kinh tế|thu ngân sách"
    r"|sản lượng|hoàn thành|thực hiện|report|results?|grew|rose|fell|reached|revenue|profit|compared)\b",
    re.IGNORECASE,
)
# The year stands first and is checked behind it: so re skips to its first digit.
_YEAR = re.compile(r"(?:19[5-9]\d|20[0-4]\d)(?<![\d.,/-]\d{4})(?![.,]?\d)")


def common_year(text: str) -> int | None:
    """Give the year a text names most often; of equals the latest."""
    counts = Counter(_YEAR.findall(text))
    return max((n, int(year)) for year, n in counts.items())[1] if counts else None


def _find_period(title: str, leads: Sequence[str], *, year: int | None, usual_year: int | None) -> str | None:
    """Find what the report covers: the title's first period, else the lead's; a term of office only if nothing else."""
    terms: list[str] = []
    for span in find_periods(title, year=year):
        before = title[: span.start]
        if "/" in span.period:
            terms.append(span.period)
        elif _is_past(before):
            return span.period
    for lead in leads:
        for span in find_periods(lead, year=year):
            before = lead[max(0, span.start - 60) : span.start]
            if "/" in span.period:
                if _TERM.search(before):
                    terms.append(span.period)
            elif _is_past(before) and _covers(lead, span, year=year, usual_year=usual_year):
                return span.period
    planned = [span.period for span in find_periods(title, year=year) if "/" not in span.period]
    return (planned + terms)[0] if planned or terms else None


def _is_past(before: str) -> bool:
    """Tell "tình hình thực hiện nhiệm vụ …" from "triển khai nhiệm vụ …", by the words before a period."""
    if _OTHER_PERIOD.search(before):
        return False
    planned = _PLANNED.search(before)
    if planned is None:
        return True
    clause = before[: planned.start()].rpartition(",")[2]
    return _DONE.search(clause) is not None


def _covers(lead: str, span: PeriodSpan, *, year: int | None, usual_year: int | None) -> bool:
    """Tell the period a lead reports on from a year or month it merely mentions."""
    if not re.fullmatch(r"\d{4}(?:-\d\d)?", span.period):
        return True
    if int(span.period[:4]) not in (year, usual_year):
        return False
    if "-" in span.period and not re.search(r"\b(?:trong|của|tình hình|kết quả|in|for)\s*$", lead[: span.start]):
        return False
    start, end = next(((a, b) for a, b in sentences(lead) if a <= span.start < b), (0, len(lead)))
    return _REPORTS.search(lead, start, end) is not None
