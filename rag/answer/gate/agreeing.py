"""What a figure states in a claim and in a quote: role, direction, period, subject, denial, measure. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.gate.leads import Lead, bases_of, denied_behind, direction_of, lead_of
from rag.answer.gate.measures import tells_other_measure
from rag.answer.gate.sources import Source, Told
from rag.answer.gate.times import same_time, times_of
from rag.figures import Origin, Quantity, Role, Stated
from rag.places import UPPER, same_place
from rag.text import fold

#: What has so many of them is named by it: "OCOP 4 sao".
_RATINGS = frozenset({"sao", "star", "stars"})
#: None of them is final; they differ less among themselves than from a result.
_PENDING = frozenset({Role.ESTIMATE, Role.PROVISIONAL, Role.FORECAST})
_OVER = re.compile(r"trên(?! dưới)|hơn|không dưới|ít nhất|tối thiểu|more than|over|at least|above")
_UNDER = re.compile(
    r"gần|dưới|chưa|không quá|tối đa|less than|fewer than|at most|up to|nearly|almost|under|below|close to"
)
_BEHIND = re.compile(
    r"\s(?:\w+\s){0,2}?(?:ở|tại|của|in|at)\s(?:(?:xã|phường|thị trấn|huyện|thị xã|thành phố|tỉnh|bản|thôn)\s)?"
)
_NAME = re.compile(rf"[{UPPER}]\w*(?:\s[{UPPER}]\w*)*")
_CUT = re.compile(r"[;.,](?=\s|$)")
_OWN_UNIT = re.compile(rf"\s(?:của|trong|ở|toàn) (?:toàn )?(?:huyện|tỉnh|xã|thành phố)(?! [{UPPER}])")
_POINTS_BACK = re.compile(r"(?<!\w)(?:it|they|its|này|đó)(?!\w)")


def find_differences(figure: Stated, other: Stated, told: Told, source: Source) -> Iterator[str]:
    """Yield in what a figure of equal value differs from the quote's: ``role``, ``period``, ``subject`` …"""
    if figure.quantity.unit in _RATINGS:
        return
    if _turns_sense(figure.quantity, other.quantity):
        yield "approximation"
    mine, theirs = lead_of(figure, told.lower), lead_of(other, source.lower)
    if not _role_agrees(figure, other, mine, theirs, source):
        yield "role"
    if direction_of(figure, told.lower) * direction_of(other, source.lower) < 0:
        yield "direction"
    if not _period_agrees(figure, other, told, source):
        yield "period"
    if not _subject_agrees(figure, other, told, source):
        yield "subject"
    if denied_behind(figure, told.lower) != denied_behind(other, source.lower) and told.language == source.language:
        yield "negation"
    if tells_other_measure(figure, other, told, source):
        yield "metric"


def _side(quantity: Quantity) -> int:
    word = quantity.approximation or ""
    return 1 if _OVER.search(word) else -1 if _UNDER.search(word) else 0


def _turns_sense(a: Quantity, b: Quantity) -> bool:
    """Say whether ``trên`` was told for ``dưới``, or for neither where the figure was not rounded."""
    told, stands = _side(a), _side(b)
    if told == 0:
        return stands != 0 and a.approximation is None and stands < 0 and "dưới" in (b.approximation or "")
    if a.value != b.value:
        return (b.value - a.value) * told < 0
    return told != stands


def _role_agrees(figure: Stated, other: Stated, mine: Lead, theirs: Lead, source: Source) -> bool:
    if mine.aims and not theirs.aims and other.role in (Role.ACTUAL, Role.SHARE_OF_PLAN, Role.CHANGE):
        return False
    if theirs.strives and not mine.aims and figure.role in (Role.ACTUAL, Role.SHARE_OF_PLAN):
        return False
    if theirs.direct and mine.level and not direction_of(figure, mine.lower):
        return False
    roles = set(figure.readings), set(other.readings)
    if roles[0] & roles[1] or (figure.role in _PENDING and other.role in _PENDING):
        return True
    if other.role is Role.TARGET:
        return mine.in_aim
    if mine.in_aim and theirs.in_aim:
        return True
    if figure.role is Role.CHANGE and other.role is Role.ACTUAL and not mine.changes:
        return not direction_of(figure, mine.lower)
    if (mine.changes and theirs.changes) or (mine.of_plan and theirs.of_plan):
        return True
    if other.role in _PENDING and (mine.in_pending or theirs.beside_pending):
        return True
    if figure.role is Role.ACTUAL and Role.EARLIER in roles[1]:
        return mine.from_level or _is_of_then(figure, other, source)
    if figure.role is Role.EARLIER and other.role is Role.ACTUAL:
        return figure.period is not None and other.period is not None and same_time(figure.period, other.period)
    return False


def _is_of_then(figure: Stated, other: Stated, source: Source) -> bool:
    """Say whether a claim tells an earlier value as one of its own time, not of the report's."""
    if figure.period is None or figure.period_from is not Origin.SENTENCE:
        return False
    if other.period is not None:
        return same_time(figure.period, other.period)
    return source.setting.period is None or not same_time(figure.period, source.setting.period)


def _period_agrees(figure: Stated, other: Stated, told: Told, source: Source) -> bool:
    """Compare the period a claim names with the quote's, and the years of what both compare with."""
    mine, theirs = bases_of(figure, told.text, source.year), bases_of(other, source.quote, source.year)
    if mine and theirs and not any(same_time(a, b) or a[:4] == b[:4] for a in mine for b in theirs):
        return False
    if other.period is None:
        return True
    if figure.period is None or figure.period_from is not Origin.SENTENCE:
        only = _only_time(told, source)
        return only is None or same_time(only, other.period) or only in _times_beside(source, other)
    if figure.role is Role.EARLIER and other.role is Role.EARLIER and other.period_from is not Origin.SENTENCE:
        return True
    if any(same_time(figure.period, base) for base in mine) and _named_once(figure.period, told, source):
        # The year of what it is compared with was taken for its own.
        return True
    if other.period_from is not Origin.SENTENCE and figure.period in _times_beside(source, other):
        return True
    of_a_day = len(figure.period) == 7 and other.period_from is not Origin.SENTENCE
    if of_a_day and any(time.startswith(figure.period) for time in source.own_times):
        # A day that the quote names too, for something else in the same sentence.
        return True
    return same_time(figure.period, other.period) or _says_now(figure, told)


def _named_once(period: str, told: Told, source: Source) -> bool:
    return times_of(told.text, source.year).count(period) <= 1


def _only_time(told: Told, source: Source) -> str | None:
    """Give the only period a claim names, where no figure was read to be of it and nothing is compared."""
    beside = (Role.CHANGE, Role.EARLIER, Role.SHARE_OF_PLAN)
    if any(stated.role in beside or stated.period_from is Origin.SENTENCE for stated in told.stated):
        return None
    times = times_of(told.text, source.year)
    return times[0] if len(times) == 1 and not re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", times[0]) else None


def _times_beside(source: Source, other: Stated) -> list[str]:
    """List the periods named in the clause of a figure of a quote."""
    start = max((m.end() for m in _CUT.finditer(source.quote, 0, other.quantity.full_start)), default=0)
    cut = _CUT.search(source.quote, other.quantity.end)
    return times_of(source.quote[start : cut.start() if cut else None], source.year)


def _says_now(figure: Stated, told: Told) -> bool:
    ahead = told.lower[max(0, figure.quantity.full_start - 40) : figure.quantity.full_start]
    return re.search(r"(?<!\w)(?:nay|hiện|now|currently)(?!\w)[^,;.]*$", ahead) is not None


def _subject_agrees(figure: Stated, other: Stated, told: Told, source: Source) -> bool:
    """Compare whose figure it is, where the claim says so by a name that its quote or setting has as well."""
    end = figure.quantity.end - (2 if figure.quantity.text.endswith(" ở") else 0)
    mine = _named_behind(told.text, end)
    clause = _CUT.split(told.lower[: figure.quantity.full_start])[-1]
    if mine is None and figure.subject_from is Origin.SENTENCE:
        mine = None if _OWN_UNIT.match(told.text, end) or _POINTS_BACK.search(clause) else figure.subject
    if mine is None or other.subject is None or not source.all_words.have(mine) or any(c.isdigit() for c in mine):
        return True
    return any(_same_name(mine, name) for name in (other.subject, *_names_beside(source, other)))


def _same_name(a: str, b: str) -> bool:
    x, y = f" {fold(a)} ", f" {fold(b)} "
    return same_place(a, b) or x in y or y in x


def _named_behind(text: str, at: int) -> str | None:
    """Give the name right behind a figure that says where it was: ``22,6% ở xã Lục Dạ``."""
    lead = _BEHIND.match(text, at)
    name = _NAME.match(text, lead.end()) if lead else None
    return name.group() if name else None


def _names_beside(source: Source, other: Stated) -> Iterator[str]:
    """Yield the last name before a figure of a quote in its sentence, and the first behind it in its clause."""
    start, end = other.quantity.full_start, other.quantity.end
    ahead = [place for place in source.places if place.end <= start]
    if ahead:
        yield ahead[-1].name
    cut = _CUT.search(source.quote, end)
    following = [s.quantity.full_start for s in source.stated if s.quantity.full_start >= end]
    last = min([cut.start() if cut else len(source.quote), *following])
    yield from (place.name for place in source.places if end <= place.start < last)
