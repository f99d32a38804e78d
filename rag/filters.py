"""Read and check the filters a person or program gave, and say which reports pass them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from rag.errors import ConfigError
from rag.figures import find_periods
from rag.glossary import expand_abbreviations
from rag.places import place_key
from rag.text import fold, to_nfc, words
from rag.types import Context, Filters, PartKind

#: How many documents one filter may name, and how long their ids and the other values may be.
MAX_DOCUMENTS = 1000
MAX_ID_CHARS = 1000
MAX_CHARS = 200

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_PART_OF_YEAR = re.compile(r"([0-9]{4})-(?:Q([1-4])|H([12])|([0-9]{1,2})M)")
_YEAR = r"(?:19|20)[0-9]{2}"
_PERIOD = re.compile(rf"(?P<year>{_YEAR})(?:-(?:Q[1-4]|H[12]|(?P<months>1[0-2]|0?[1-9])M|0[1-9]|1[0-2]))?")
_YEARS = re.compile(rf"({_YEAR})/({_YEAR})")
# The first months of a year that have a name of their own.
_NAMED_MONTHS = {1: "-01", 3: "-Q1", 6: "-H1", 12: ""}
_PERIODS_ALLOWED = (
    "2023, 2023-07, 2023-Q3, 2023-H1, 2023-9M, 2020/2025, or one period with its year in words, such as "
    "'6 tháng đầu năm 2023', 'quý III/2023' or 'first half of 2023'"
)
# Words that may stand beside a period and leave it what it is; "trước năm 2023" is another.
_BESIDE_PERIOD = frozenset(
    "ky giai doan nhiem ca toan trong so lieu period term the in for of during year full whole".split()
)
_BESIDE_YEARS = _BESIDE_PERIOD | {"tu", "from"}


def make_filters(
    *,
    documents: Sequence[str] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    period: str | None = None,
    place: str | None = None,
    organisation: str | None = None,
    kinds: Iterable[str] = (),
) -> Filters:
    """Make filters; what passes must pass all of them. None and () filter nothing.

    documents: ids. date_from, date_to: 2023, 2023-07 or 2023-07-19, partial ones count as their whole span; a report
    without a date is judged by its period. place: what a report is about, by any spelling; a province does not stand
    for its districts.
    period: in normal form or in words, "quý III/2023". A report passes if its own period covers the same months
    (2023-6M is 2023-H1). A whole year also lets pass every period inside it (2023-Q3, 2023-07); no other period does:
    2023-H1 is not 2023-Q1, and for all reports of several years there are date_from and date_to. A report without a
    period is judged by its own date, the first it has, where a year or a month is asked for; else it does not pass.
    organisation: words that stand in a row in the name of the body that reports, whole, without regard to case and
    accents, abbreviated or written out on either side: "ủy ban nhân dân" finds "UBND huyện Quan Sơn".
    kinds: of passages, any of them.
    Raises ConfigError naming the filter that cannot be, and what is allowed.
    """
    _check_documents(documents)
    for name, date in (("date_from", date_from), ("date_to", date_to)):
        if date is not None and not _DATE.fullmatch(date):
            raise ConfigError(f"{name} is {_show(date)}; allowed: 2023, 2023-07 or 2023-07-19")
    if date_from and date_to and date_from[: len(date_to)] > date_to:
        raise ConfigError(f"date_from {date_from} is after date_to {date_to}; exchange the two")
    return Filters(
        documents=tuple(documents),
        date_from=date_from,
        date_to=date_to,
        place=None if place is None else _read_name("place", place, "the name of a place, such as 'Quế Phong'"),
        period=None if period is None else read_period(period),
        organisation=None
        if organisation is None
        else _read_name("organisation", organisation, "words of its name, such as 'UBND huyện Quế Phong'"),
        kinds=_read_kinds(kinds),
    )


def read_period(typed: str) -> str:
    """Read a period into the normal form of rag.types: "6 tháng đầu năm 2023" and 2023-6M are 2023-H1.

    Raises ConfigError for none, for several, and where other words may change what is meant ("trước năm 2023").
    """
    text = _clean("period", typed)
    if match := _PERIOD.fullmatch(text.upper()):
        months = int(match["months"] or 0)
        return match["year"] + _NAMED_MONTHS.get(months, f"-{months}M") if months else match[0]
    if (match := _YEARS.fullmatch(text)) and match[1] < match[2]:
        return match[0]
    spans = find_periods(text)
    found = list(dict.fromkeys(span.period for span in spans))
    if len(found) > 1:
        raise ConfigError(
            f"period is {_show(text)}, which names {', '.join(found)}; allowed: one of them. "
            "For the time between two, use date_from and date_to"
        )
    beside = _BESIDE_YEARS if found and "/" in found[0] else _BESIDE_PERIOD
    rest = f"{text[: spans[0].start]} {text[spans[0].end :]}" if len(spans) == 1 else text
    if not found or not beside.issuperset(_folded_words(rest)):
        raise ConfigError(f"period is {_show(text)}; allowed: {_PERIODS_ALLOWED}")
    return found[0]


def _check_documents(documents: Sequence[str]) -> None:
    if len(documents) > MAX_DOCUMENTS:
        raise ConfigError(f"{len(documents):,} documents are named; allowed: at most {MAX_DOCUMENTS:,}. Name fewer")
    for doc_id in documents:
        if not doc_id.strip() or "\0" in doc_id or len(doc_id) > MAX_ID_CHARS:
            raise ConfigError(
                f"a document is named {_show(doc_id)}; allowed: an id of 1 to {MAX_ID_CHARS:,} characters, such as "
                "'reports/a.txt'. 'rag documents' lists them"
            )


def _read_name(field: str, typed: str, allowed: str) -> str:
    text = _clean(field, typed)
    if not any(map(str.isalnum, text)):
        raise ConfigError(f"{field} is {_show(typed)}; allowed: {allowed}. Or leave it out")
    return text


def _read_kinds(kinds: Iterable[str]) -> tuple[PartKind, ...]:
    wanted = set(kinds)
    if unknown := sorted(wanted.difference(PartKind)):
        raise ConfigError(f"unknown kind of passage {_show(unknown[0])}; allowed: {', '.join(PartKind)}")
    return tuple(kind for kind in PartKind if kind in wanted)


def _clean(field: str, typed: str) -> str:
    """Compose to NFC, on one line with single spaces. Raises ConfigError if too long or with control characters."""
    text = " ".join(to_nfc(typed).split())
    if len(text) > MAX_CHARS:
        raise ConfigError(f"{field} has {len(text):,} characters; allowed: at most {MAX_CHARS}. Shorten it")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise ConfigError(f"{field} is {_show(text)}, with a control character in it; allowed: words on one line")
    return text


def _show(value: str) -> str:
    return f"{value!r}" if len(value) <= 60 else f"{value[:60]!r} and {len(value) - 60:,} characters more"


# -- passing --------------------------------------------------------------------------------------------


def passes(doc_id: str, context: Context, filters: Filters) -> bool:
    """Say whether a report passes the filters, but for their kinds, which are of its passages."""
    return make_test(filters)(doc_id, context)


def make_test(filters: Filters) -> Callable[[str, Context], bool]:
    """Make what says of each report of a library whether it passes: the filters are read once, not for each.

    Raises ConfigError for a period that cannot be read.
    """
    # A folder may hold a name both composed and decomposed; typed decomposed, it means either.
    wanted = {*filters.documents, *map(to_nfc, filters.documents)}
    place = None if filters.place is None else place_key(to_nfc(filters.place))
    period = None if filters.period is None else read_period(filters.period)
    wording = None if filters.organisation is None else _read_wording(filters.organisation)

    @cache
    def is_asked_for(organisation: str | None) -> bool:
        # Many reports of a library are by one body.
        return wording is None or _names(organisation, wording)

    def test(doc_id: str, context: Context) -> bool:
        return (
            (not wanted or doc_id in wanted)
            and (place is None or (place != "" and place_key(context.place or "") == place))
            and is_dated_within(context, filters)
            and (period is None or is_for_period(context, period))
            and is_asked_for(context.organisation)
        )

    return test


def is_dated_within(context: Context, filters: Filters) -> bool:
    """Say whether a report falls between the dates of the filters; one without a date by its period.

    Partial dates count as their whole span: 2023-07 falls within 2023-07-15 to 2023-12. A report of which neither
    date nor period is known falls within nothing.
    """
    if filters.date_from is None and filters.date_to is None:
        return True
    low, high = filters.date_from or "0000", filters.date_to or "9999"
    spans = [(date, date) for date in context.dates]
    if not spans and context.period:
        spans = [period_span(context.period)]
    # "~" stands behind every digit and dash: the end of a partial date's span.
    return any(last + "~" >= low and first[: len(high)] <= high for first, last in spans)


def is_for_period(context: Context, period: str) -> bool:
    """Say whether a report is for a period in normal form; see make_filters for what that means."""
    first, last = _months(period)
    is_year = (first[4:], last[4:]) == ("-01", "-12") and first[:4] == last[:4]
    if context.period:
        own_first, own_last = _months(context.period)
        return (own_first, own_last) == (first, last) or (is_year and first <= own_first and own_last <= last)
    return bool(context.dates) and (is_year or first == last) and context.dates[0].startswith(period)


def period_span(period: str) -> tuple[str, str]:
    """Give the first and the last month or year of a period: ``2023-Q3`` → ``2023-07``, ``2023-09``."""
    if match := _PART_OF_YEAR.fullmatch(period):
        year, quarter, half, months = match.groups()
        if quarter:
            return f"{year}-{3 * int(quarter) - 2:02d}", f"{year}-{3 * int(quarter):02d}"
        if half:
            return f"{year}-{6 * int(half) - 5:02d}", f"{year}-{6 * int(half):02d}"
        return f"{year}-01", f"{year}-{int(months):02d}"
    first, _, last = period.partition("/")
    return first, last or first


def _months(period: str) -> tuple[str, str]:
    """Give the first and the last month of a period: periods of the same months are one, 2023-3M and 2023-Q1."""
    first, last = period_span(period)
    return first if "-" in first else f"{first}-01", last if "-" in last else f"{last}-12"


# -- organisations --------------------------------------------------------------------------------------


class _Wording(NamedTuple):
    """The ways to write a name, abbreviated and written out, as steps of one word each between places.

    steps: of each place, the folded words that may follow and where they lead. Places 0 to end lie between the
    words as written; those after it inside what an abbreviation stands for.
    """

    steps: tuple[tuple[tuple[str, int], ...], ...]
    end: int


@lru_cache(maxsize=20_000)
def _read_wording(name: str) -> _Wording:
    name = to_nfc(name)
    spans = list(words(name))
    steps: list[list[tuple[str, int]]] = [[] for _ in range(len(spans) + 1)]

    def add(start: int, end: int, phrase: Sequence[str]) -> None:
        for word in phrase[:-1]:
            steps.append([])
            steps[start].append((word, len(steps) - 1))
            start = len(steps) - 1
        steps[start].append((phrase[-1], end))

    alone = [expand_abbreviations(name[start:end]) for start, end in spans]
    for i, (start, end) in enumerate(spans):
        add(i, i + 1, [fold(name[start:end])])
        for phrase in alone[i]:
            add(i, i + 1, _folded_words(phrase))
        if i + 1 < len(spans):
            # "NN&PTNT" is one abbreviation; what only one of the two stands for is there already.
            for phrase in expand_abbreviations(name[start : spans[i + 1][1]]):
                if phrase not in alone[i] and phrase not in alone[i + 1]:
                    add(i, i + 2, _folded_words(phrase))
    return _Wording(tuple(map(tuple, steps)), len(spans))


def _names(organisation: str | None, asked: _Wording) -> bool:
    """Say whether the asked words stand in a row in a name, however the two are abbreviated."""
    if not organisation or not asked.end:
        return False
    name = _read_wording(organisation)
    # Walk both at once, from every place of the name: the time is that of all pairs of places, at most.
    waiting = [(0, place) for place in range(len(name.steps))]
    seen = set(waiting)
    while waiting:
        at, place = waiting.pop()
        if at == asked.end:
            return True
        for word, next_at in asked.steps[at]:
            for other, next_place in name.steps[place]:
                if word == other and (next_at, next_place) not in seen:
                    seen.add((next_at, next_place))
                    waiting.append((next_at, next_place))
    return False


def _folded_words(text: str) -> list[str]:
    return [fold(text[start:end]) for start, end in words(text)]
