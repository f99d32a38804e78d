"""Which date of a sentence is asked for: day, month, year, hour, or from when to when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.seeking import Grain, Sought, weigh_nearness
from rag.answer.spelling import Span, Spelled, Written, read_written
from rag.figures import find_dates, find_periods

#: Spans alone matter where a day without its year is looked for.
ANY_YEAR = 2000
_CLOCK = re.compile(
    r"(?<![\w.,/])(?:[01]?\d|2[0-4])\s?(?:h|giờ|gio|g|:)(?:\s?[0-5]?\d(?:\s?(?:phút|phut|'|’"
    r"|p))?(?!\w))?(?![\d%])(?!\s*/)"
    r"(?:\s(?:sáng|trưa|chiều|tối|đêm|sang|trua|chieu|toi|dem))?|(?<![\w.,/])(?:1[0-2]"
    r"|[1-9])(?:[:.][0-5]\d)?\s?(?:a\.?m\.?|p\.?m\.?)(?!\w)",
    re.IGNORECASE,
)
_BARE_COLON = re.compile(r"\d{1,2}:$")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d]|[.,]\d)")
# "Ngày thanh toán là 14/6"
_LATE_DAY = re.compile(
    r"(?<!\w)(?:ngày|ngay|hạn|han)\s[^,;.\d]{1,50}\s(?:là|la|vào|vao|:)\s(\d{1,2}[/-]\d{1,2})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_ANY_YEAR_INSIDE = re.compile(r"(?:19|20)\d\d")
_MONTH_INSIDE = re.compile(
    r"(?:tháng\s*|thang\s*)?\d{1,2}\s*(?:[/.-]|,?\s*năm\s*|,?\s*nam\s*)\s*(?:19|20)\d\d$", re.IGNORECASE
)
# "đầu tháng 4", "cuối năm 2025"
_EDGE = Spelled(
    r"(?<!\w)(?:đầu|giữa|cuối|nửa đầu|nửa cuối)\s+(?:năm\s+)?$",
    r"\b(?:early|mid|late|the end of|the beginning of)[ -]$",
)
# "14 và 15/12/2022", "từ ngày 9 đến ngày 11/2/2023", "17 - 21/8"
_RANGE_HEAD = Spelled(
    r"(?P<from>(?:từ\s+)?(?:(?:ngày|tháng|năm|giai đoạn)\s+)?)\d{1,2}(?:[/.-]\d{1,2}){0,2}(?:[/.-]\d{4})?\s*"
    r"(?:đến|tới|-|–|và|,)\s*(?:hết\s+)?(?:ngày\s+|tháng\s+)?$",
    r"(?P<from>(?:from\s+)?)\d{1,2}(?:\s+[a-z]+)?\s*(?:to|until|-|–|and)\s*$",
)
_JOINS = Spelled(
    r"\s*(?:,\s*)?(?:đến|tới|-|–|và)\s*(?:hết\s+)?(?:(?:ngày|tháng|năm|cuối|đầu)\s+)*",
    r"\s*(?:to|until|till|-|–|and)\s*",
)
_FROM = Spelled(r"(?<!\w)từ\s+(?:(?:ngày|tháng|năm|đầu|cuối)\s+)*$", r"\bfrom\s+$")
# A date that belongs to a paper, not to what happened.
_OF_PAPER = Spelled(
    r"(?:số|nghị quyết|quyết định|công văn|tờ trình|thông tư|nghị định|kế hoạch|chỉ thị|luật)\s[^,;]{0,40}(?:,\s*|\s)"
    r"(?:ngày|ký ngày|ban hành ngày|năm|tháng)?\s*$",
    r"\b(?:decision|resolution|decree|circular|directive|dispatch)\b[^,;]{0,40}(?:dated|of)\s+$",
)
_ASKS_PAPER = Spelled(
    r"(?<!\w)(?:quyết định|nghị quyết|công văn|tờ trình|thông tư|nghị định|chỉ thị|văn bản|ban hành|ký|luật)(?!\w)",
    r"\b(?:decision|resolution|decree|circular|directive|signed|issued)\b",
)
_OF_TERM = Spelled(
    r"(?:nhiệm kỳ|khóa|so với|cùng kỳ|kế hoạch|năm học|mục tiêu)\s*(?:năm\s*)?$",
    r"\b(?:term|compared with|than in)\s*$",
)
_BORN = Spelled(r"(?<!\w)(?:sinh|sn)\s*:?\s*(?:ngày|năm)?\s*$", r"\bborn\s+(?:in|on)\s+$")
_ASKS_BORN = Spelled(r"(?<!\w)(?:sinh|tuổi)(?!\w)", r"\b(?:born|birth)\b")
_STARTS = Spelled(
    r"(?<!\w)(?:bắt đầu|khởi đầu|từ (?:khi|lúc|bao giờ|năm|tháng|ngày))(?!\w)", r"\b(?:start|begin|since)"
)
_HAS_DAY = re.compile(
    r"\d{1,2}[/.-]\d{1,2}(?!\d\d)|\d{1,2}\s+(?:tháng|thang|và|va|đến|den)|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd"
    r"|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep"
    r"|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?!\d)"
)
_LONG = re.compile(r"\d\s*[-–]\s*\d{2,}|(?:đến|den|tới|toi|và|va|to|until)\s|giai đoạn|giai doan|nhiệm kỳ|nhiem ky|-")
_LONGEST_TERM = len("giai đoạn 2016 - 2021")
_YEAR_WORD = re.compile(r"(?:năm|nam)\s+$")
_TERM_WORD = re.compile(r"(?:giai đoạn|giai doan|nhiệm kỳ|nhiem ky)\s*$")
_TO_DAY = re.compile(r"[\s,]*(?:phút\s*)?(?:ngày|sáng|ngay)?\s*")
_QUARTER = re.compile(r"quý|quy|quarter|q[1-4]")
_BARE_YEAR = re.compile(r"(?:(?:năm|nam|in)\s*)?\d{4}")
# What a date keeps of its weight: of a paper, of a term or what is compared with, of a birth; a bare year where the
# day may be meant; an end of a stretch that is offered whole. No date is worth nothing.
_PAPER_FACTOR, _TERM_FACTOR, _BORN_FACTOR, _BARE_YEAR_FACTOR, _END_FACTOR = 0.25, 0.4, 0.2, 0.6, 0.95
_FLOOR = 0.05


@dataclass(frozen=True, slots=True)
class _Topic:
    """What a question says of the dates it wants. given: its own dates, which are no answer, in small letters."""

    paper: bool
    birth: bool
    start: bool
    given: frozenset[str]


@lru_cache(maxsize=256)
def _read_topic(question: str) -> _Topic:
    written = read_written(question)
    given = {question[start:end].casefold() for start, end in _written_dates(question)}
    given |= {year for phrase in given for year in _ANY_YEAR_INSIDE.findall(phrase) if len(phrase) <= len("năm 2019")}
    return _Topic(
        paper=_ASKS_PAPER.search(written) is not None,
        birth=_ASKS_BORN.search(written) is not None,
        start=_STARTS.search(written) is not None,
        given=frozenset(given | {f"năm {year}" for year in given if year.isdigit()}),
    )


def has_date(text: str) -> bool:
    """Say whether a text names a day, a month or a year."""
    return bool(find_dates(text, year=ANY_YEAR)) or _ANY_YEAR_INSIDE.search(text) is not None


def find_asked_dates(written: Written, asked: Asked, sought: Sought, named: Sequence[Named]) -> list[Span]:
    """Find the dates of a sentence in the fineness asked for, the likeliest first."""
    topic = _read_topic(asked.question)
    if sought.grain is Grain.CLOCK and (clocks := list(_clocks(written.text))):
        return _ordered(clocks, written, asked, named)
    stretches: set[Span] = set()
    found: list[Span] = []
    for whole, parts in _join_ranges(_written_dates(written.text), written):
        found += [whole, *parts]
        # Where a beginning is asked for, the first end goes before the stretch.
        if whole != parts[0] and not (topic.start and len(parts) > 1 and sought.grain is not Grain.RANGE):
            stretches.add(whole)
    found = [span for span in found if written.text[slice(*span)].casefold() not in topic.given]
    fine = dict.fromkeys(span for each in found for span in _at_grain(written, each, sought.grain))
    return _ordered(list(fine), written, asked, named, stretches=stretches, grain=sought.grain)


def _written_dates(text: str) -> list[Span]:
    """List days, months, periods and bare years in order; where two overlap, the finer."""
    spans = [(span.start, span.end) for span in find_dates(text, year=ANY_YEAR)]
    coarser = [(span.start, span.end) for span in find_periods(text, year=ANY_YEAR)]
    coarser += [match.span(1) for match in _LATE_DAY.finditer(text)]
    coarser += [match.span() for match in _YEAR.finditer(text)]
    for start, end in coarser:
        if not any(a < end and start < b for a, b in spans):
            spans.append((start, end))
    return sorted(spans)


def _clocks(text: str) -> Iterator[Span]:
    for match in _CLOCK.finditer(text):
        if not _BARE_COLON.search(match.group()):
            start, end = match.span()
            while end > start and text[end - 1].isspace():
                end -= 1
            yield start, end


def _join_ranges(spans: Sequence[Span], written: Written) -> list[tuple[Span, list[Span]]]:
    """Join dates that make one stretch of time: each whole span with its parts."""
    joined: list[tuple[Span, list[Span]]] = []
    for start, end in spans:
        before = joined[-1][0][1] if joined else 0
        gap = _JOINS.match(written, before, start) if joined else None
        if gap and gap.end() == start and gap.group().strip():
            first = joined[-1][0][0]
            # "từ ngày 8/1 đến ngày 14/1": its opening belongs to the stretch
            lead = _FROM.search(written, max(0, first - 24), first)
            joined[-1] = ((lead.start() if lead else first, end), [*joined[-1][1], (start, end)])
            continue
        head = _RANGE_HEAD.search(written, max(before, start - 36), start)
        edge = _EDGE.search(written, max(before, start - 20), start)
        whole = start
        if head:
            is_led = head["from"].startswith(("từ", "tu", "from"))
            whole = head.start() if is_led else _first_digit(written.flat, head.start())
        elif edge:
            whole = edge.start()
        joined.append(((whole, end), [(start, end)]))
    return joined


def _first_digit(text: str, start: int) -> int:
    while start < len(text) and not text[start].isdigit():
        start += 1
    return start


def _at_grain(written: Written, span: Span, grain: Grain) -> Iterator[Span]:
    """Give a date as finely as it is asked for: the year of a day, the hour with its day; nothing if it is coarser."""
    text, flat = written.text, written.flat
    start, end = span
    match grain:
        case Grain.YEAR:
            years = list(_ANY_YEAR_INSIDE.finditer(text, start, end))
            # "2016-2021" names no year; of a stretch of days the first counts.
            if years and (len(years) == 1 or end - start > _LONGEST_TERM):
                yield _with_word(_YEAR_WORD, flat, years[0].span())
        case Grain.MONTH:
            if inside := _MONTH_INSIDE.search(text, start, end):
                yield inside.span()
            elif not _BARE_YEAR.fullmatch(flat, start, end):
                yield span
        case Grain.MOMENT:
            clock = next((c for c in _clocks(text) if c[1] <= start and _TO_DAY.fullmatch(flat, c[1], start)), None)
            yield (clock[0], end) if clock else span
        case Grain.RANGE:
            yield _with_word(_TERM_WORD, flat, span)
        case Grain.DAY:
            if _HAS_DAY.search(flat, start, end):
                yield span
        case Grain.QUARTER:
            if _QUARTER.search(flat, start, end):
                yield span
        case _:
            yield span


def _with_word(word: re.Pattern[str], flat: str, span: Span) -> Span:
    """Take in the word that leads a date: "năm", "giai đoạn"."""
    lead = word.search(flat, max(0, span[0] - 12), span[0])
    return (lead.start(), span[1]) if lead else span


def _ordered(
    spans: Sequence[Span],
    written: Written,
    asked: Asked,
    named: Sequence[Named],
    *,
    stretches: Set[Span] = frozenset(),
    grain: Grain = Grain.ANY,
) -> list[Span]:
    """Order dates by how near they stand to the question's words; those of papers, terms and births fall back."""
    topic = _read_topic(asked.question)
    weighed = []
    for i, span in enumerate(spans):
        weight = _FLOOR + weigh_nearness(span, written.text, named, asked)
        before = max(0, span[0] - 70)
        if not topic.paper and _OF_PAPER.search(written, before, span[0]):
            weight *= _PAPER_FACTOR
        if grain is not Grain.RANGE and _OF_TERM.search(written, before, span[0]):
            weight *= _TERM_FACTOR
        if not topic.birth and _BORN.search(written, before, span[0]):
            weight *= _BORN_FACTOR
        if grain is Grain.ANY and _BARE_YEAR.fullmatch(written.flat, *span):
            weight *= _BARE_YEAR_FACTOR
        if grain is Grain.RANGE and _LONG.search(written.flat, *span):
            weight += 1.0
        if span not in stretches and any(a <= span[0] and span[1] <= b for a, b in stretches):
            weight *= _END_FACTOR
        weighed.append((weight, -i, span))
    weighed.sort(reverse=True)
    return [span for _, _, span in weighed]
