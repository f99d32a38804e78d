"""A comparison taken apart: what is weighed against what, and what is wanted of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.across.sides import Part
from rag.figures.dates import find_dates
from rag.figures.wording import write_period
from rag.question import find_ends
from rag.question.periods import read_periods
from rag.text import fold
from rag.types import AnswerKind, Role, Understood

_MORE = r"(?:cao|thap|lon|nho|nhieu|it|kem|nhinh|dong|nhanh|cham|manh|tot|dai|ngan|rong|dat|re)"
_LESS = re.compile(
    r"\b(?:thap|it|nho|kem|ngan|cham|re) (?:hon|nhat)\b|\bkem\b"
    r"|\b(?:lower|lowest|less|least|fewer|fewest|smaller|smallest)\b"
)
_WHICH = re.compile(
    rf"\bnao\b.*\b{_MORE} (?:hon|nhat)\b|\bhay\b.*\bhon\b|\bhon\b.*\bhay\b|\b{_MORE} (?:hon|nhat)\b.*\bnao\b"
    r"|\b(?:which|who|where)\b|\bor\b"
)
_AMOUNT = re.compile(r"\bbao nhieu\b|\bmay\b|\bchenh (?:lech|nhau)\b|\bhow (?:much|many)\b|\bdifference\b")
_TIMES = re.compile(r"\b(?:bao nhieu|may) lan\b|\bhow many times\b")
_MULTIPLE = re.compile(r"\bgap (?:khoang )?(?:bao nhieu|may) lan\b(?: so voi| cua| muc)*")
_EITHER_WAY = re.compile(
    r"\btang hay (?:la )?giam\b|\bgiam hay (?:la )?tang\b|\b(?:rise or fall|increase or decrease|up or down)\b"
)
_COMPARES = re.compile(
    r"\bso voi\b|\bso cung\b|\bchenh (?:lech|nhau)\b|\bcompared (?:with|to)\b|\bthan\b|\bfrom\b.*\bto\b"
)
_CHANGE_WORDS = (
    r"(?:\b(?:đã|thì|có|lại|sẽ|được) )?\b(?:tăng(?! trưởng\b(?! bao| mấy))|giảm(?! nghèo)|phình|nhích|sụt)\b"
    r"(?: (?:hay|hoặc) (?:là )?(?:tăng|giảm))?(?: (?:thêm|lên|đi|ra|trưởng|gấp))*(?: (?:khoảng|được))*"
    r"(?: (?:bao nhiêu|mấy)(?: (?!so\b|trong\b|năm\b|của\b|ở\b|từ\b|trên\b|tại\b)(?:phần trăm|%|điểm %"
    r"|(?:nghìn |triệu |tỷ )*[^\W\d_]+))?)?"
)
_CHANGED = {True: re.compile(_CHANGE_WORDS), False: re.compile(fold(_CHANGE_WORDS))}
# Without accents "tầng", "tặng" and "tăng" look alike: only what asks for an amount counts.
_ASKS_BEHIND = re.compile(r"bao nhieu|\bmay\b|\bhay\b")
_RELATION = re.compile(
    rf"\b(?:so (?:sanh )?(?:voi|cung)|(?:{_MORE} )?hon|kem)\s*"
    r"(?:(?:voi|cua|muc|thoi diem|cung ky|con so|ca|trong)\s+)*$"
)
_BETWEEN = re.compile(r"\b(?:giua|va|tu|den|between|and)\s*(?:(?:ca|ngay|cuoi)\s*)?$")
_SAME_PERIOD = re.compile(r"\bcung ky (?:cua )?(?:nam )?$|\bthe same period (?:of|in) $")
_YEAR_CHARS = 4
_EDGE = " ,;:.?!"
_ASKS_AMOUNT = re.compile(r"\b(?:bao nhieu|how (?:much|many))\b")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a comparison is to tell: which side (less: the lower one), by how much, how many times, which way."""

    which: bool
    amount: bool
    times: bool
    less: bool
    direction: bool


def read_wish(question: str) -> Wish:
    """Read what a comparison is to tell."""
    folded = fold(question)
    return Wish(
        which=_WHICH.search(folded) is not None,
        amount=_AMOUNT.search(folded) is not None,
        times=_TIMES.search(folded) is not None,
        less=_LESS.search(folded) is not None,
        direction=_EITHER_WAY.search(folded) is not None,
    )


def split_sides(question: str, understood: Understood) -> tuple[Part, ...]:
    """Name the sides of a comparison, each as a question of its own, the later period first; () for none."""
    if parts := _split_periods(question, understood) or _split_multiple(question, understood):
        return parts
    if understood.kind not in (AnswerKind.COMPARISON, AnswerKind.PLACE, AnswerKind.OTHER):
        return ()
    if understood.parts:
        periods = (
            understood.periods if len(understood.sides) == len(understood.periods) == len(understood.parts) else ()
        )
        names: Sequence[str] = understood.sides if len(understood.sides) == len(understood.parts) else understood.parts
        asked = [
            Part(_trim(name), part, period)
            for name, part, period in zip(names, understood.parts, periods or [None] * len(names), strict=True)
        ]
        return tuple(sorted(asked, key=lambda part: part.period or "", reverse=True) if periods else asked)
    ends = find_ends(question, understood)
    if len(ends) != 2:
        return ()
    names = [_name_end(end, other, understood) for end, other in (ends, ends[::-1])]
    return tuple(Part(name, end) for name, end in zip(names, ends, strict=True))


def _split_periods(question: str, understood: Understood) -> tuple[Part, ...]:
    """Take "X năm 2023 tăng bao nhiêu so với năm 2022" apart, whatever its order."""
    if understood.parts and len(understood.sides) == len(understood.parts) and len(understood.entities) > 1:
        return ()
    spans = [(span.start, span.end, span.period) for span in read_periods(question)]
    if len(spans) < 2:
        spans = [
            (span.start, span.end, span.date[:7])
            for span in find_dates(question)
            if re.fullmatch(r"(?:19|20)\d\d-\d\d(?:-\d\d)?", span.date)
        ]
    folded = fold(question)
    if len(spans) == 2:
        spans = [_same_part_of_year(folded, span, other) for span, other in (spans, spans[::-1])]
    periods = list(dict.fromkeys(period for _, _, period in spans))
    if len(periods) != 2 or len(spans) != 2:
        return ()
    changes = _find_changes(question, understood)
    asks_change = understood.role is Role.CHANGE or bool(changes)
    leads = [_RELATION.search(folded[:start]) for start, _, _ in spans]
    if not (_COMPARES.search(folded) or (asks_change and _is_from_to(folded, spans)) or any(leads)):
        return ()
    if not (asks_change or understood.kind is AnswerKind.COMPARISON):
        return ()
    if understood.language == "en" and not understood.parts:
        return ()
    parts = _ask_each_period(question, folded, spans, changes, understood)
    return tuple(sorted(parts, key=lambda part: _order(part.period), reverse=True))


def _split_multiple(question: str, understood: Understood) -> tuple[Part, ...]:
    """Take "X của A gấp mấy lần B" apart, where B is another unit or another time."""
    match = _MULTIPLE.search(fold(question))
    if match is None:
        return ()
    before, after = question[: match.start()].strip(_EDGE), question[match.end() :].strip(_EDGE)
    named = [[name for name in understood.entities if name in text] for text in (before, after)]
    times = [read_periods(text) for text in (before, after)]
    asks = "bao nhiêu" if understood.accented else "bao nhieu"
    if named[0] and named[1]:
        one, other = named[0][-1], named[1][0]
    elif times[0] and times[1]:
        one, other = (text[span.start : span.end] for text, (span, *_) in zip((before, after), times, strict=True))
    else:
        return ()
    period = [None, None] if named[1] else [spans[0].period for spans in times]
    questions = (f"{before} {asks}?", f"{before.replace(one, other)} {asks}?")
    return tuple(Part(*each) for each in zip((one, other), questions, period, strict=True))


def _same_part_of_year(folded: str, span: tuple[int, int, str], other: tuple[int, int, str]) -> tuple[int, int, str]:
    """Read "cùng kỳ năm 2022" beside the first half of 2023 as the first half of 2022."""
    start, end, period = span
    lead = _SAME_PERIOD.search(folded[:start])
    if lead is None or len(period) != _YEAR_CHARS:
        return span
    return lead.start(), end, period + other[2][_YEAR_CHARS:]


def _find_changes(question: str, understood: Understood) -> list[tuple[int, int]]:
    """Find the words that say that something rose or fell."""
    lower = question.lower()
    accented = understood.accented and len(lower) == len(question)
    found = _CHANGED[accented].finditer(lower if accented else fold(question))
    return [match.span() for match in found if accented or _ASKS_BEHIND.search(fold(match.group()))]


def _order(period: str | None) -> str:
    return (period or "").replace("H1", "06").replace("H2", "12").replace("Q", "0")


def _is_from_to(folded: str, spans: Sequence[tuple[int, int, str]]) -> bool:
    return re.search(r"\btu (?:ngay )?$", folded[: spans[0][0]]) is not None


def _ask_each_period(
    question: str,
    folded: str,
    spans: Sequence[tuple[int, int, str]],
    changes: Sequence[tuple[int, int]],
    understood: Understood,
) -> list[Part]:
    """Ask for the level in each of two periods: what compares, and the words that ask, go."""
    cuts = []
    for start, end, _ in spans:
        lead = _RELATION.search(folded[:start]) or _BETWEEN.search(folded[:start])
        cuts.append((lead.start() if lead else start, end))
    cuts += [span for span in changes if not any(start < span[1] and span[0] < end for start, end in cuts)]
    for pattern in (
        r"\bchenh lech\b",
        r"\b(?:la )?bao nhieu\b[^,?]*[?. ]*$",
        r"\bsau (?:mot|1) nam,?",
        r"\bso voi(?= ?(?:,|$))",
    ):
        cuts += [
            m.span() for m in re.finditer(pattern, folded) if not any(a < m.end() and m.start() < b for a, b in cuts)
        ]
    rest, at = [], 0
    for start, end in sorted(cuts):
        rest.append(question[at:start])
        at = max(at, end)
    rest.append(question[at:])
    core = " ".join(re.sub(r"\([^()]*\)", "", "".join(rest)).split())
    core = re.sub(r"\s+([,?])", r"\1", re.sub(r"(?:,\s*)+", ", ", core)).strip(_EDGE)
    if not core:
        return []
    parts = []
    for _, _, period in spans:
        written = write_period(period, language=understood.language, accented=understood.accented)
        asks = "bao nhiêu" if understood.accented else "bao nhieu"
        parts.append(Part(written, f"{core[:1].upper()}{core[1:]} {written} {asks}?", period))
    return parts


def _trim(name: str) -> str:
    return name.strip(_EDGE)


def _name_end(end: str, other: str, understood: Understood) -> str:
    """Name an end of a comparison: by the entity that only it has, else by its own words."""
    own = [name for name in understood.entities if fold(name) in fold(end) and fold(name) not in fold(other)]
    words = _ASKS_AMOUNT.split(fold(end))[0]
    own_words = end[: len(words)].strip(_EDGE)
    metric = understood.metric or ""
    if len(own) == 1 and (not metric or own_words.startswith(metric)):
        return own[0]
    return own_words
