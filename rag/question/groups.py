"""What a question asks about side by side: entities, periods or metrics. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.figures.wording import write_period
from rag.question.metrics import find_heads
from rag.question.periods import read_periods
from rag.question.vocabulary import lower_case
from rag.text import fold
from rag.types import AnswerKind, Understood

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things asked about. text: as it stands in a question of its own; name: without its unit word."""

    text: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """Things named in a row: "Quế Phong và Kỳ Sơn". What is apart ("A cao hơn B") is no row."""

    sides: tuple[Side, ...]
    start: int
    end: int


def both(pattern: str) -> dict[bool, re.Pattern[str]]:
    """Compile for texts with accents and folded ones; upper-case classes would not survive folding."""
    return {True: re.compile(pattern), False: re.compile(fold(pattern))}


_UNIT = (
    r"(?:huyện|tỉnh|xã|thành phố|thị xã|thị trấn|quận|phường|thôn|bản|tp\.?|tx\.?|ngân hàng|công ty cổ phần|công ty"
    r"|tập đoàn|tổng công ty|hợp tác xã|ông|bà|huyện ủy|đảng bộ huyện|đảng bộ tỉnh|đảng bộ xã)"
)
_UNIT_AHEAD = both(rf"(?:^|(?<=[^a-zà-ỹđ]))(?:{_UNIT} )+$")
_UNIT_BEHIND = re.compile(r" (?:district|province|commune|city|ward|town|bank|group)\b", re.IGNORECASE)
# "xã Tri Lễ, huyện Quế Phong" is one place.
_WITHIN = both(r", ?(?:thuộc )?(?=(?:huyện|tỉnh|thành phố|thị xã|quận)\b)|(?: của| thuộc|) (?=(?:huyện|tỉnh)\b)")
_WITHIN_ENGLISH = re.compile(r", (?=[^,]* (?:district|province)\b)", re.IGNORECASE)
_AND = (
    r"(?:,? (?:và|với|hay|hoặc|hay là|cùng với|and|or|versus|vs\.?|compared with|compared to|&) "
    r"(?:của |ở |tại |in |of |that of |of the |the )?)"
)
_LINK = both(rf"(?:, |{_AND}| so với (?:của |ở )?)")
_FIRM_LINK = both(rf"(?:{_AND}| so với (?:của |ở )?)")
_VERSUS = both(r" so với (?:của |ở )?")
# Before these two names are two ends of one thing.
_TIES = both(
    r"\b(?:nối|giữa|từ|liên|kết nối|ranh giới|biên giới|khoảng cách|liên doanh|sáp nhập|hợp nhất|hợp tác|ký kết"
    r"|kết nghĩa|chung|between|connecting|from|linking|joint|merger of)"
    r"(?: (?:của|huyện|tỉnh|xã|hai|các|ngân hàng|công ty))* $"
)
_DIFFERENCE = both(r"chênh lệch|chênh nhau|khác nhau|so sánh|\bhơn\b|difference|compare|\bthan\b")
_TOGETHER = both(r"tổng cộng|cộng lại|gộp lại|cả hai|\bchung\b|combined|together|in total|altogether")
# "A, B và C, nơi nào thấp nhất" weighs what it names; "huyện nào của A và B …" does not.
_MOST = both(
    r", [^ ]+(?: [^ ]+)? nào (?:[^ ]+ ){0,8}?(?:cao|thấp|lớn|nhỏ|nhiều|ít) nhất"
    r"|, (?:which|who) .*\b(?:most|least|highest|lowest)\b"
)
_LEADS = both(r"(?:^|, |\b(?:của|ở|tại|cho|do|of|in|for|does|do|did|has|have|is|are|are there in|huyện|tỉnh|xã) )$")
_NO_SIDE = both(
    r"\b(?:nào|gì|ai|đâu|bao nhiêu|là|có|năm|tháng|quý|của|cao|thấp|nhiều|ít|lớn|nhỏ|trong|kế hoạch|thực hiện|đạt)\b"
)
_SMALL = r"([^ ,?.]+(?: [^ ,?.]+){0,3}?)"
_SMALL_END = (
    r"(?=$|,| năm| trong| thì| (?:nơi|xã|huyện|bên|đâu|ngân hàng|công ty|tỉnh|đơn vị|quý|chênh|khác|có|là|cao|thấp))"
)
_SMALL_PAIRS = (
    both(rf"\b(?:của|ở|tại|giữa) (?:{_UNIT} )?{_SMALL} (?:và|với|hay|so với) (?:{_UNIT} )?{_SMALL}{_SMALL_END}"),
    both(rf"^(?:{_UNIT} )?{_SMALL} (?:và|với|hay) (?:{_UNIT} )?{_SMALL}{_SMALL_END}"),
    both(rf"hơn,? (?:là )?(?:{_UNIT} )?{_SMALL} (?:hay|hoặc) (?:{_UNIT} )?{_SMALL}(?= ?$)"),
)
_PERIOD_LINK = both(r"(?:, |,? (?:và|với|hay|hoặc|and|or|versus) (?:trong |cả |in |for )?| so với (?:cùng kỳ )?)")
# "quý I, quý II và quý III năm 2022": the first quarter has no year of its own.
_PERIOD_BEFORE = both(r"(?:quý|tháng) (?:[ivx]+|[0-9]{1,2})(?:, | và )$")
_YEAR_AHEAD = re.compile(r"(?i)(?:năm|nam) $")
#: Metrics that say nothing without the noun behind them: "diện tích và sản lượng lúa" is about rice twice.
_SHARING = both(
    r"(?:diện tích|sản lượng|năng suất|số lượng|giá trị|tỷ lệ|tỉ lệ|giá|quy mô|khối lượng|kim ngạch|tổng đàn|thu|chi"
    r"|xuất khẩu|nhập khẩu)"
)
_METRIC_LINK = both(r",? (?:và|hay|hoặc|and|or) (?:the )?|, ")


def flat(text: str, *, accented: bool) -> str:
    """Write a text as the patterns expect it: in lower case, folded where it has no accents."""
    return lower_case(text) if accented else fold(text)


def locate(question: str, names: Sequence[str]) -> list[_Span]:
    """Find every place where one of the names stands, in order; longer names go before those inside them."""
    found: list[_Span] = []
    for name in sorted(set(names), key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question):
            if all(match.end() <= a or b <= match.start() for a, b in found):
                found.append(match.span())
    return sorted(found)


def entity_sides(question: str, understood: Understood) -> list[Side]:
    """Give the entities with their unit words; "xã Tri Lễ, huyện Quế Phong" is one."""
    accented = understood.accented
    text = flat(question, accented=accented)
    sides: list[Side] = []
    for first, last in locate(question, understood.entities) or _small_pair(text, understood):
        behind, ahead = _UNIT_BEHIND.match(question, last), _UNIT_AHEAD[accented].search(text[:first])
        start, end = ahead.start() if ahead else first, behind.end() if behind else last
        level = text[start:end].split()[0]
        is_peer = bool(sides) and text[sides[-1].start : sides[-1].end].startswith(f"{level} ")
        if sides and not is_peer and _is_within(question, text, sides[-1].end, start, accented=accented):
            whole = sides.pop()
            sides.append(Side(question[whole.start : end], whole.name, whole.start, end))
        else:
            sides.append(Side(question[start:end], question[first:last], start, end))
    return sides


def _is_within(question: str, text: str, end: int, start: int, *, accented: bool) -> bool:
    within = _WITHIN[accented].match(text, end)
    if within is not None and within.end() == start:
        return True
    english = _WITHIN_ENGLISH.match(question, end)
    return english is not None and english.end() == start


def _small_pair(text: str, understood: Understood) -> list[_Span]:
    """Find the two names of a comparison typed in small letters: "que phong va ky son noi nao cao hon"."""
    if understood.kind is not AnswerKind.COMPARISON or understood.language == "en":
        return []
    if understood.entities or len(understood.periods) > 1:
        return []
    body = text.rstrip(" ?.!")
    for pattern in _SMALL_PAIRS:
        match = pattern[understood.accented].search(body)
        if match is None:
            continue
        names = [match[1], match[2]]
        if not any(
            _NO_SIDE[understood.accented].search(name) or find_heads(name, accented=understood.accented)
            for name in names
        ):
            return [match.span(1), match.span(2)]
    return []


def find_groups(question: str, understood: Understood) -> list[Group]:
    """Find the rows of entities, of periods and of metrics in a question, each of two to six."""
    accented = understood.accented
    text = flat(question, accented=accented)
    is_contest = understood.kind is AnswerKind.PLACE and _MOST[accented].search(text) is not None
    if understood.kind not in (AnswerKind.FIGURE, AnswerKind.COMPARISON, AnswerKind.YES_NO) and not is_contest:
        return []
    if _TOGETHER[accented].search(text):
        return []
    entities = _rows(text, entity_sides(question, understood), _LINK[accented], _FIRM_LINK[accented])
    groups = [group for group in entities if _is_row_of_entities(question, text, group, understood)]
    groups += _find_period_rows(question, text, understood)
    metric = _find_metric_row(question, text, understood)
    return [*groups, metric] if metric else groups


def _rows(text: str, sides: Sequence[Side], link: re.Pattern[str], firm: re.Pattern[str]) -> list[Group]:
    """Put sides into rows: joined by commas and, at least once, by a conjunction."""
    rows: list[list[Side]] = []
    for side in sides:
        if rows and link.fullmatch(text, rows[-1][-1].end, side.start):
            rows[-1].append(side)
        else:
            rows.append([side])
    groups = []
    for row in rows:
        gaps = [text[a.end : b.start] for a, b in pairwise(row)]
        if 2 <= len(row) <= 6 and any(firm.fullmatch(gap) for gap in gaps):
            groups.append(Group(tuple(row), row[0].start, row[-1].end))
    return groups


def _is_row_of_entities(question: str, text: str, group: Group, understood: Understood) -> bool:
    """Say whether what is asked is asked of each: not of the road between two places."""
    accented = understood.accented
    before = text[: group.start]
    compares = understood.kind in (AnswerKind.COMPARISON, AnswerKind.PLACE)
    if _TIES[accented].search(before) and not (compares and _DIFFERENCE[accented].search(text)):
        return False
    if compares:
        return True
    if any(_VERSUS[accented].fullmatch(text, a.end, b.start) for a, b in pairwise(group.sides)):
        return False
    lead = _LEADS[accented].search(before)
    unit = group.sides[0].text != group.sides[0].name
    return understood.metric is not None and (lead is not None or unit)


def _find_period_rows(question: str, text: str, understood: Understood) -> list[Group]:
    accented = understood.accented
    sides = []
    for span in read_periods(question):
        start, words = span.start, question[span.start : span.end]
        if span.period[:4] not in words:
            words = write_period(span.period, language=understood.language, accented=accented)
        elif words.isdigit() and understood.language != "en":
            if ahead := _YEAR_AHEAD.search(question[:start]):
                start = ahead.start()
            words = f"{'năm' if accented else 'nam'} {words}"
        sides.append(Side(words, words, start, span.end))
    link = _PERIOD_LINK[accented]
    rows = []
    for group in _rows(text, sides, link, link):
        if _PERIOD_BEFORE[accented].search(text[: group.start]):
            continue
        gaps = [text[a.end : b.start] for a, b in pairwise(group.sides)]
        versus = any(_VERSUS[accented].match(gap) for gap in gaps)
        if not versus or understood.kind is AnswerKind.COMPARISON:
            rows.append(group)
    return rows


def _find_metric_row(question: str, text: str, understood: Understood) -> Group | None:
    if understood.metric is None:
        return None
    start = question.find(understood.metric)
    accented = understood.accented
    end = start + len(understood.metric)
    cuts = [match.span() for match in _METRIC_LINK[accented].finditer(text, start, end)]
    if start < 0 or not cuts or len(cuts) > 5:
        return None
    if understood.language != "en":
        heads = {a for a, _ in find_heads(question, accented=accented)}
        cuts = [cut for cut in cuts if cut[1] in heads]
    bounds = [start, *(edge for cut in cuts for edge in cut), end]
    spans = list(zip(bounds[::2], bounds[1::2], strict=True))
    if len(spans) < 2:
        return None
    texts = [question[a:b] for a, b in spans]
    tail = _shared_tail(question, spans, accented=accented)
    if tail:
        texts = [f"{words}{tail}" if _SHARING[accented].fullmatch(flat(words, accented=accented)) else words
                 for words in texts]  # fmt: skip
    sides = tuple(Side(words, words, a, b) for words, (a, b) in zip(texts, spans, strict=True))
    return Group(sides, start, end)


def _shared_tail(question: str, spans: Sequence[_Span], *, accented: bool) -> str:
    """Give the " lúa" of "diện tích và sản lượng lúa"."""
    first, last = spans[-1]
    words = flat(question[first:last], accented=accented)
    head = _SHARING[accented].match(words)
    return question[first + head.end() : last] if head and words[head.end() : head.end() + 1] == " " else ""
