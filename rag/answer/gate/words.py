"""The words of a claim against its quotes: names, times, numbers, what is said, and whether they carry it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.gate.leads import DIRECTION
from rag.answer.gate.names import CAPITAL, find_strange_names, find_strange_offices
from rag.answer.gate.said import CAUSE, MOST, find_strange_causes, find_turned_denials, find_turned_directions
from rag.answer.gate.sources import Source, Told
from rag.answer.gate.times import times_of
from rag.answer.gate.translating import translated
from rag.figures import find_dates, find_periods
from rag.persons import find_persons
from rag.places import find_places
from rag.text import fold, syllable_key, words

_NUMBER = re.compile(r"(?<![^\W\d_])\d+(?:[.,]\d+)*")
_STOPS = frozenset(
    syllable_key(word)
    for word in """là và của cho trong ngoài ở tại với được bị đã đang sẽ có còn từ đến tới theo so trên dưới về do vì
    để mà thì này đó kia khi nếu hoặc hay như cũng vẫn nên phải chỉ rất lại ra vào lên xuống đạt gồm bằng hơn gần khoảng
    trước sau qua nay năm tháng quý ngày các những một hai mỗi mọi số mức tổng huyện tỉnh xã địa bàn toàn cả hiện
    mục tiêu chỉ kế hoạch phấn đấu dự kiến báo ước đặt tức đây con chiếm thực hiện cùng kỳ giá
    trị tỷ lệ triệu nghìn đồng""".split()
)


def check_words(told: Told, sources: Sequence[Source], figures: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield what of a claim is not in its quotes: what differs and the words. figures: spans that were judged."""
    yield from find_strange_names(told, sources, figures)
    yield from find_strange_offices(told, sources)
    yield from _times(told, sources)
    yield from _numbers(told, sources, figures)
    yield from find_turned_directions(told, sources)
    yield from find_turned_denials(told, sources)
    yield from find_strange_causes(told, sources)
    if (share := _support(told, sources)) is not None and share < _MIN_SUPPORT[told.language == sources[0].language]:
        yield "words", f"{share:.2f}"


#: Share of a claim's content words that its quotes must hold: in another language, and in the same.
_MIN_SUPPORT = {False: 0.2, True: 0.5}
_LEAST_CONTENT = 3


def _support(told: Told, sources: Sequence[Source]) -> float | None:
    """Give the share of a claim's content words that stand in its quotes or what is about them. None: it has none."""
    if all(told.language == source.language for source in sources):
        found = [syllable_key(told.text[a:b]) for a, b in words(told.text) if not told.text[a].isdigit()]
        content = [key for key in found if key not in _STOPS and len(key) > 1]
        if len(content) < _LEAST_CONTENT:
            return None
        return sum(any(key in source.all_words.keys for source in sources) for key in content) / len(content)
    groups = translated(told.text, told.language)
    if len(groups) < _LEAST_CONTENT:
        return None
    held = sum(any(_is_held(term, source) for source in sources for term in terms) for _, terms in groups)
    return held / len(groups)


def _is_held(term: str, source: Source) -> bool:
    """Say whether half the words of a translation stand in a quote."""
    found = [fold(term[a:b]) for a, b in words(term)]
    return 2 * sum(word in source.all_words.folded_keys for word in found) >= len(found)


def _times(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield periods and dates of a claim that no quote and no setting names."""
    known = frozenset().union(*(source.times for source in sources))
    year = next((source.year for source in sources if source.year), None)
    own = frozenset(time for source in sources for time in source.own_times)
    for time in times_of(told.text, year):
        named = own if own and not told.stated else known
        if not any(_is_named(time, other) for other in named):
            yield "period", time
        elif not told.stated and not _OPEN.search(told.lower) and all(_is_open(time, source) for source in sources):
            yield "role", time


#: What has not come to pass yet, or was to.
_OPEN = re.compile(
    r"(?<!\w)(?:dự kiến|sẽ|phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|dự báo|ước|expect\w*|will|plan\w*|aims?|targets?"
    r"|forecast|estimated)(?!\w)"
)


def _is_open(time: str, source: Source) -> bool:
    """Say whether every clause of a quote that names a time tells of what was only planned or expected."""
    clauses = [clause for clause in re.split(r"[;,](?=\s)", source.quote) if time in times_of(clause, source.year)]
    return bool(clauses) and all(_OPEN.search(clause.lower()) for clause in clauses)


def _is_named(time: str, known: str) -> bool:
    """Say whether a time stands among the known: itself, the year of one, the month of a day, one end of a range."""
    if time == known or known.startswith(f"{time}-"):
        return True
    if "/" in known and len(known) == 9:
        return time in known.split("/")
    if len(time) == 7 and time[4:] in ("-12", "-06", "-09", "-03"):
        ends = {"-12": "", "-06": "-H1", "-09": "-9M", "-03": "-Q1"}
        return known == time[:4] + ends[time[4:]]
    return False


def _numbers(told: Told, sources: Sequence[Source], figures: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield numbers that are neither figure nor time and stand in no quote: of a road, a unit, a level."""
    spans = list(figures)
    spans += [(s.start, s.end) for s in find_periods(told.text, year=2000)]
    spans += [(s.start, s.end) for s in find_dates(told.text, year=2000)]
    for match in _NUMBER.finditer(told.text):
        if any(a < match.end() and match.start() < b for a, b in spans):
            continue
        if not any(re.search(rf"(?<!\d){re.escape(match.group())}(?!\d)", f"{s.quote}\n{s.about}") for s in sources):
            yield "value", match.group()


def tells_a_fact(text: str) -> bool:
    """Say whether words need a citation: a figure or time, a name, a direction, a cause, a superlative."""
    lower = text.lower()
    if _NUMBER.search(text) or DIRECTION.search(lower) or CAUSE.search(lower) or MOST.search(lower):
        return True
    if find_places(text) or find_persons(text):
        return True
    opening = next(iter(CAPITAL.finditer(text)), None)
    return any(m.group()[0].isupper() and m.start() != opening.start() for m in CAPITAL.finditer(text) if opening)
