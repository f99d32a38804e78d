"""What the figures of a paragraph inherit from where it stands: their period, and whether they are targets. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.figures.dated import NOT_SAID, Dated, whole_year
from rag.figures.layout import lay_out
from rag.figures.moments import Moment, Use, find_moments
from rag.figures.stated import Origin, Setting

# Headings of what is still to do, unless they head what was done. Of these some do so only by themselves: under
# "KẾT QUẢ" the section "1. Nhiệm vụ phát triển kinh tế" tells of results.
_AIM = re.compile(
    r"(?<!\w)(?:nhiệm vụ|phương hướng|mục tiêu|chỉ tiêu|kế hoạch|phấn đấu|định hướng|dự toán|nhiem vu"
    r"|phuong huong|chi tieu|ke hoach|phan dau"
    r"|muc tieu|targets?|tasks|goals?|objectives|plans? for|outlook)(?!\w)"
)
_DONE = re.compile(
    r"(?<!\w)(?:kết quả|tình hình|đánh giá|sơ kết|tổng kết|kiểm điểm|hoàn thành|vượt|đạt|hạn chế|tồn tại|đã"
    r"|thực hiện (?:các )?(?:nhiệm vụ|chỉ tiêu|mục tiêu|kế hoạch)|ket qua|tinh hinh|danh gia|so ket|tong ket"
    r"|results?|review"
    r"|performance|achieved)(?!\w)"
)
_STRIVES = re.compile(r"(?<!\w)(?:phấn đấu|quyết tâm|phan dau|strive|aims?)(?!\w)")
_TO_COME = re.compile(
    r"(?<!\w)(?:phương hướng|định hướng|phấn đấu|phuong huong|dinh huong|phan dau|outlook|aims?)(?!\w)"
)
# What is counted, not what is planned, unless more is said.
_ITEMS = re.compile(
    r"(?<!\w)(?:(?:các|một số|những|hệ thống) )?(?:chỉ tiêu|chi tieu)(?! (?:giao|phấn đấu|kế hoạch))(?!\w)"
)
# Titles of documents that only lay down what is to be done.
_PLANNING = re.compile(
    r"\s*(?:nghị quyết|kế hoạch|quyết định|chỉ thị|nhiệm vụ|phương hướng|dự toán|resolution|plan|decision"
    r"|tasks)(?!\w)",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?<!\w)(?:năm tới|năm sau|thời gian tới|năm tiếp theo|next year)(?!\w)")
_LEAD_IN = re.compile(r":\s*$")
_ANY_YEAR = re.compile(r"(?:19[4-9]|20\d)\d")


@dataclass(frozen=True, slots=True)
class Times:
    """The times a paragraph inherits. year, period: the report's own; time: of results; plan: of targets.

    aim: the paragraph stands under tasks or targets.
    """

    year: int | None
    period: str | None
    time: Dated
    plan: Dated
    aim: bool


@dataclass(frozen=True, slots=True)
class _Named:
    """The times a heading, title or lead-in names for what stands under it, and what of.

    aim: of what is to be done. done: of what was. by_itself: the aim is one whatever it stands under. items: it names
    figures only ("Một số chỉ tiêu chủ yếu").
    """

    time: str | None
    plan: str | None
    aim: bool
    done: bool
    by_itself: bool = False
    items: bool = False


@lru_cache(maxsize=512)
def read_times(setting: Setting) -> Times:
    """Read what a paragraph inherits: from the paragraphs before, the headings nearest first, the title, the report."""
    year = _report_year(setting)
    report = _of_report(setting, year)
    above = [*_above(setting, report.time.period, year)]
    aim = _is_aim([named for named, _ in above], report)
    time, plan = NOT_SAID, NOT_SAID
    for named, origin in above:
        if time is NOT_SAID and named.time is not None:
            time = Dated(named.time, origin)
        if plan is NOT_SAID and (named.plan or named.time) is not None:
            plan = Dated(named.plan, origin) if named.plan else whole_year(Dated(named.time, origin))
    if aim and plan is NOT_SAID:
        plan = time = _next_term(report)
    elif aim:
        time = plan
    if time is NOT_SAID:
        time = report.time
    if plan is NOT_SAID:
        plan = whole_year(time)
    if above and time.origin is Origin.HEADING and time.period:
        year = int(time.period[:4]) if "/" not in time.period else year
    return Times(year, report.time.period, time, plan, aim)


@dataclass(frozen=True, slots=True)
class _Report:
    """What a report's title and its own period say. aim: it only lays down what is to be done;
    done: it tells results."""

    time: Dated
    plan: Dated
    aim: bool
    done: bool


def _is_aim(above: Sequence[_Named], report: _Report) -> bool:
    """Say whether a paragraph stands under what is to be done. above: the nearest first."""
    unsure: _Named | None = None
    for named in above:
        if named.done:
            return False
        if named.aim and (named.by_itself or begins_later(named.plan, report.time.period)):
            return True
        if named.aim and (unsure is None or unsure.items):
            unsure = named
    return report.aim if unsure is None else not (unsure.items and report.done)


def begins_later(plan: str | None, time: str | None) -> bool:
    """Say whether a period begins after another does; not where either is unknown."""
    return plan is not None and time is not None and _beginning(plan) > _beginning(time)


def _beginning(period: str) -> tuple[int, int]:
    """Give year and month in which a period begins."""
    year, rest = int(period[:4]), period[5:]
    if period[4:5] != "-" or rest.endswith("M"):
        return year, 1
    if rest[0] in "QH":
        return year, (int(rest[1]) - 1) * (3 if rest[0] == "Q" else 6) + 1
    return year, int(rest)


def _report_year(setting: Setting) -> int | None:
    if setting.period:
        last = setting.period[-4:] if "/" in setting.period else setting.period[:4]
        return int(last) if last.isdigit() else None
    dated = next((int(date[:4]) for date in setting.dates if date[:4].isdigit()), None)
    compared: int | None = None
    for text in (setting.title, *setting.headings):
        for moment in find_moments(lay_out(text), year=None) if _ANY_YEAR.search(text) else ():
            if not moment.period or "/" in moment.period:
                continue
            year = int(moment.period[:4])
            if moment.use is Use.BASE:
                compared = compared or year + 1
            elif (text is setting.title and (dated is None or year <= dated)) or dated is None:
                return year
    return dated or compared


def _of_report(setting: Setting, year: int | None) -> _Report:
    title = _read_named(setting.title, year, setting.period)
    aim = title.aim and title.plan is not None and _PLANNING.match(setting.title) is not None
    plan = Dated(title.plan, Origin.TITLE) if title.plan else NOT_SAID
    if title.time is not None:
        time = Dated(title.time, Origin.TITLE)
    elif setting.period:
        time = Dated(setting.period, Origin.REPORT)
    elif title.plan:
        time = plan
    elif setting.dates and setting.dates[0][:4].isdigit():
        time = Dated(setting.dates[0][:4], Origin.REPORT)
    else:
        time = NOT_SAID
    return _Report(time, plan, aim, title.done)


def _above(setting: Setting, period: str | None, year: int | None) -> Iterator[tuple[_Named, Origin]]:
    for paragraph in reversed(setting.before):
        named = _read_lead(paragraph, year, period)
        if named is not None:
            yield named, Origin.BEFORE
    for heading in reversed(setting.headings):
        yield _read_named(heading, year, period), Origin.HEADING


def _read_lead(paragraph: str, year: int | None, period: str | None) -> _Named | None:
    """Read a paragraph before: a lead-in hands on what it names, any other one the time it opens with."""
    if _LEAD_IN.search(paragraph):
        start = max(0, len(paragraph) - 300)
        return _read_named(paragraph[start:], year, period)
    opening = paragraph[:80]
    moments = find_moments(lay_out(opening), year=year, period=period)
    if moments and moments[0].use is Use.TIME and not moments[0].day and _OPENS.fullmatch(opening, 0, moments[0].start):
        if not opening[moments[0].end :].lstrip().startswith(","):
            return None
        return _Named(moments[0].period, None, aim=False, done=False)
    return None


_OPENS = re.compile(r"(?:[^\w(]*(?:trong|bước sang|sang|kết thúc|hết|in|during|for)?\s*)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _read_named(text: str, year: int | None, period: str | None) -> _Named:
    """Read a heading: "Kết quả năm 2023, nhiệm vụ năm 2024" dates results and plans apart."""
    if not text:
        return _Named(None, None, aim=False, done=False)
    layout = lay_out(text)
    done, aim = _DONE.search(layout.lower), _AIM.search(layout.lower)
    if done is not None and _STRIVES.search(layout.lower, 0, done.start()):
        done = None
    aims = [match.start() for match in _AIM.finditer(layout.lower)]
    moments = [m for m in find_moments(layout, year=year, period=period) if m.period and m.use is not Use.BASE]
    # "Kết quả năm 2022, nhiệm vụ năm 2023": what stands behind the last word of planning is the plan's.
    split = next((k for k in reversed(aims) if any(m.start > k for m in moments)), None)
    if split is not None and (ahead := [m for m in moments if m.start < split]):
        behind = [m for m in moments if m.start > split]
        return _Named(_pick(ahead, period), behind[0].period, aim=False, done=True)
    if done is None and aim is not None:
        plan = _first(moments, (Use.PLAN, Use.TIME))
        if plan is None and _NEXT.search(layout.lower) and year:
            plan = str(year + 1)
        items = all(_ITEMS.match(layout.lower, start) for start in aims)
        by_itself = _TO_COME.search(layout.lower) is not None or _NEXT.search(layout.lower) is not None
        return _Named(plan, plan, aim=True, done=False, by_itself=by_itself, items=items)
    named = [m for m in moments if m.use is not Use.NAME] or (moments if done else [])
    return _Named(_pick(named, period), None, aim=False, done=done is not None)


def _pick(moments: Sequence[Moment], period: str | None) -> str | None:
    """Choose the time a heading stands for: the report's own if it names that, else the first."""
    if any(moment.period == period for moment in moments):
        return period
    return _first(moments, (Use.TIME, Use.PLAN, Use.NAME))


def _first(moments: Sequence[Moment], uses: tuple[Use, ...]) -> str | None:
    for day in (False, True):
        for use in uses:
            for moment in moments:
                if moment.use is use and moment.day is day:
                    return moment.period
    return None


def _next_term(report: _Report) -> Dated:
    """Date tasks whose heading names no time: those of a year's report are of the next, of a half's the second."""
    if report.plan is not NOT_SAID:
        return report.plan
    period, origin = report.time.period, report.time.origin
    if period is None or "/" in period:
        return report.time
    if period.endswith("-H1"):
        return Dated(f"{period[:4]}-H2", origin)
    return Dated(str(int(period) + 1), origin) if period.isdigit() else report.time
