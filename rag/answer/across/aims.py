"""Questions about all units: the highest, those above a limit or beyond their plan, the sum. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.figures import Quantity, UnitKind, find_quantities
from rag.places import PlaceLevel
from rag.text import fold
from rag.types import Understood


class Aim(StrEnum):
    """What is wanted of all units."""

    MOST = "most"
    RANKING = "ranking"
    THOSE = "those"
    COUNT = "count"
    TOTAL = "total"
    MEAN = "mean"


class Limit(StrEnum):
    """Which side of a limit is asked for."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Sweep:
    """A question about all units. core: what to ask of each; level: of the units, None for any.

    lowest: of the most; limit, bound: of a condition, bound None where it is each unit's own plan.
    """

    aim: Aim
    core: str
    level: PlaceLevel | None
    noun: str
    lowest: bool = False
    limit: Limit | None = None
    bound: Quantity | None = None


# Patterns are without accents, as questions are matched.
_LEVELS = (
    (PlaceLevel.PROVINCE, r"tinh,? thanh(?: pho)?|tinh|provinces?|cit(?:y|ies)"),
    (
        PlaceLevel.DISTRICT,
        r"(?:huyen|quan)(?:,? (?:thi xa|thi tran|thi|thanh pho|quan|huyen))*|thi xa|thanh pho|districts?|towns?",
    ),
    (PlaceLevel.COMMUNE, r"(?:xa|phuong|thi tran)(?:,? (?:xa|phuong|thi tran))*|communes?|wards?"),
    (
        None,
        r"dia phuong|don vi|noi|cho|bao cao|vung|ngan hang|cong ty|doanh nghiep|tap doan"
        r"|places?|units?|localit(?:y|ies)|reports?|banks?|compan(?:y|ies)",
    ),
)
_UNIT = rf"(?:{'|'.join(pattern for _, pattern in _LEVELS)})(?!\w)"
_TOP = r"(?:cao|lon|nhieu|dong|nhanh|manh|tot|dai|rong|gioi)"
_BOTTOM = r"(?:thap|it|nho|cham|kem|ngan|hep|yeu)"
_ENGLISH_TOP = r"(?:highest|largest|biggest|greatest|most|best|fastest)"
_ENGLISH_BOTTOM = r"(?:lowest|smallest|least|fewest|worst|slowest)"
_WHICH = re.compile(
    rf"(?<!\w)(?:(?:nhung|cac|co bao nhieu|bao nhieu|may)\s+)?{_UNIT}\s+nao(?!\w)"
    rf"|(?<!\w)(?:which|what)\s+(?:of the\s+)?{_UNIT}"
)
_MANY = re.compile(rf"(?<!\w)(?:co )?(?:bao nhieu|may)\s+{_UNIT}|\bhow many\s+{_UNIT}")
_MOST = re.compile(
    rf"(?<!\w)(?:{_TOP}|{_BOTTOM}) nhat(?!\w)|\b(?:dung|dan) dau(?!\w)|\b(?:dung|xep) cuoi\b|\bxep (?:dau|thu nhat)\b"
    rf"|\b(?:{_ENGLISH_TOP}|{_ENGLISH_BOTTOM})\b"
)
_LOWEST = re.compile(rf"(?<!\w){_BOTTOM} nhat(?!\w)|\b(?:dung|xep) cuoi\b|\b{_ENGLISH_BOTTOM}\b")
_RANKING = re.compile(r"\bxep (?:hang|thu tu)\b|\brank\b|\bthu tu (?:tu )?(?:cao|thap)")
_ALL_UNITS = re.compile(
    rf"(?:(?:cua|o|tai|trong|tren)\s+)?(?:(?:tat ca|toan bo)\s+)?(?:ca\s+)?(?:cac|nhung|moi|tung)\s+{_UNIT}"
    rf"|(?:cua|o)\s+tat ca\s+(?:cac\s+)?{_UNIT}|\b(?:of|for|in|across|over|among)\s+(?:all\s+)?(?:the\s+)?{_UNIT}"
    rf"|\brank\s+(?:all\s+)?(?:the\s+)?{_UNIT}"
)
_TOTAL = re.compile(
    r"\btong cong\b|\bcong lai\b|\btong so cua\b|\bgop lai\b|\b(?:in total|combined|altogether|total|sum)\b"
)
_TOTAL_WORDS = re.compile(
    r"\btong cong(?: cac)?\b|\bcong lai\b|\bgop lai\b|\bin total\b|\bcombined\b|\baltogether\b"
    r"|\b(?:the )?(?:total|sum)(?: of)?\b"
)
_MEAN = re.compile(
    r"\b(?:binh quan|trung binh) (?:cua )?cac\b|\btinh (?:binh quan|trung binh)\b|^(?:binh quan|trung binh)\b"
    r"|\b(?:mean|average) (?:of|over|across)\b|\baverage\b.*\bacross\b"
)
_MEAN_WORDS = re.compile(
    r"\btinh (?:binh quan|trung binh)\b|^(?:binh quan|trung binh)\b|\b(?:binh quan|trung binh)(?= (?:cua )?cac\b)"
    r"|\b(?:the )?(?:mean|average)\b(?: of)?"
)
_PLAN = r"(?:muc )?(?:ke hoach|chi tieu|du toan|muc tieu)(?: de ra| duoc giao)?(?: ve)?\b"
_ENGLISH_PLAN = r"(?:its|their|the) (?:plans?|targets?)(?: (?:for|on))?\b"
_BEYOND_PLAN = re.compile(rf"\b(?:hoan thanh )?vuot {_PLAN}|\b(?:exceeded|beat|surpassed|above|over) {_ENGLISH_PLAN}")
_REACH_PLAN = re.compile(rf"\b(?:hoan thanh|dat)(?: va vuot)? {_PLAN}|\b(?:met|reached) {_ENGLISH_PLAN}")
_MISS_PLAN = re.compile(rf"\b(?:khong|chua) (?:dat|hoan thanh|vuot) {_PLAN}|\b(?:missed|below) {_ENGLISH_PLAN}")
_BOUNDS = (
    (
        Limit.AT_LEAST,
        re.compile(r"\b(?:tu|dat(?: tu)?|it nhat|toi thieu|khong duoi|at least)\s+$"),
        re.compile(r"^\s*(?:tro len|or more)\b"),
    ),
    (
        Limit.AT_MOST,
        re.compile(r"\b(?:khong qua|toi da|nhieu nhat|at most)\s+$"),
        re.compile(r"^\s*(?:tro xuong|or less)\b"),
    ),
    (
        Limit.ABOVE,
        re.compile(
            r"\b(?:tren|hon|vuot(?: muc| qua)?|cao hon|lon hon|nhieu hon|qua"
            r"|above|over|more than|higher than|exceed(?:s|ed|ing)?|greater than)\s+$"
        ),
        None,
    ),
    (
        Limit.BELOW,
        re.compile(
            r"\b(?:duoi|thap hon|it hon|nho hon|chua (?:den|dat|toi)|kem"
            r"|below|under|less than|fewer than|lower than)\s+$"
        ),
        None,
    ),
)
_ASKS = re.compile(r"\b(?:la )?(?:bao nhieu|may)\b(?:\s+(?:%|[^\W\d_]+(?:/[^\W\d_]+)*)){0,3}\s*[?.]*\s*$")
_DROPPED = re.compile(
    r"\b(?:liet ke|ke ten|cho biet|hay|so sanh|xep hang|xep thu tu|rank|list|name)\b"
    r"|\btu (?:cao (?:xuong|den) thap|thap (?:len|den) cao)\b"
    r"|^\s*(?:co|ve|theo|by|what|how|is|was|were|are)\b|(?<=,)\s*co\b"
    r"|\b(?:ve|co|had|has|have|with|by|did|the)\s*$|^\s*(?:had|has|have|the|an?)\b"
)
_EDGE = " ,;:.?!"


def read_sweep(question: str, understood: Understood) -> Sweep | None:
    """Read a question about all units; None for any other."""
    folded = fold(question)
    which = _WHICH.search(folded) or _MANY.search(folded)
    ranks = _RANKING.search(folded) is not None
    if len(folded) != len(question) or (understood.entities and which is None and not ranks):
        return None
    every = _ALL_UNITS.search(folded)
    level, noun = _read_level(question, folded, which or every)
    sweep = Sweep(Aim.MOST, "", level, noun)
    if (most := _MOST.search(folded)) and (which is not None or ranks):
        lowest = _LOWEST.search(folded) is not None
        return _complete(replace(sweep, lowest=lowest), question, [most, which], understood)
    if ranks and every is not None:
        sweep = replace(sweep, aim=Aim.RANKING, lowest=re.search(r"thap (?:len|den) cao", folded) is not None)
        return _complete(sweep, question, [every], understood)
    if which is not None:
        aim = Aim.COUNT if _MANY.search(folded) else Aim.THOSE
        return _read_condition(replace(sweep, aim=aim), question, which, understood)
    if every is not None and _TOTAL.search(folded):
        cuts = [every, *_TOTAL_WORDS.finditer(folded)]
        return _complete(replace(sweep, aim=Aim.TOTAL), question, cuts, understood)
    if every is not None and _MEAN.search(folded):
        cuts = [every, *_MEAN_WORDS.finditer(folded)]
        return _complete(replace(sweep, aim=Aim.MEAN), question, cuts, understood)
    return None


def _read_level(question: str, folded: str, found: re.Match[str] | None) -> tuple[PlaceLevel | None, str]:
    if found is None:
        return None, ""
    # "địa phương" is no "phường": the general nouns first.
    for level, pattern in (_LEVELS[-1], *_LEVELS[:-1]):
        if match := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", folded[found.start() : found.end()]):
            return level, question[found.start() + match.start() : found.start() + match.end()].lower()
    return None, ""


def _read_condition(sweep: Sweep, question: str, which: re.Match[str], understood: Understood) -> Sweep | None:
    """Read the limit that units are held against: their own plan, or a figure of the question."""
    folded = fold(question)
    for limit, pattern in ((Limit.BELOW, _MISS_PLAN), (Limit.ABOVE, _BEYOND_PLAN), (Limit.AT_LEAST, _REACH_PLAN)):
        if match := pattern.search(folded):
            return _complete(replace(sweep, limit=limit), question, [which, match], understood)
    for figure in find_quantities(question):
        if figure.unit_kind is UnitKind.TIME or figure.value_to is not None:
            continue
        for limit, before, behind in _BOUNDS:
            lead = before.search(folded[: figure.start])
            tail = behind.match(folded[figure.end :]) if behind else None
            if lead is None and tail is None:
                continue
            cut = (lead.start() if lead else figure.start, figure.end + (tail.end() if tail else 0))
            return _complete(replace(sweep, limit=limit, bound=figure), question, [which, cut], understood)
    return None


def _complete(
    sweep: Sweep,
    question: str,
    cuts: Sequence[re.Match[str] | tuple[int, int] | None],
    understood: Understood,
) -> Sweep | None:
    """Add to a question about all units the one to ask of each: what is left once the words about all are cut out."""
    rest, at = [], 0
    spans = [cut if isinstance(cut, tuple) else cut.span() for cut in cuts if cut is not None]
    for start, end in sorted(spans):
        rest.append(question[at:start])
        at = max(at, end)
    core = _tidy(" ".join([*rest, question[at:]]))
    for _ in range(3):
        folded = fold(core)
        core = _tidy(_without(core, [*_ASKS.finditer(folded), *_DROPPED.finditer(folded)]))
    if not core:
        return None
    asks = _asks(understood, plan=sweep.bound is None and sweep.limit is not None)
    first = core[:1].lower() if understood.language == "en" else core[:1].upper()
    return replace(sweep, core=asks.format(f"{first}{core[1:]}"))


def _tidy(text: str) -> str:
    return " ".join(" ".join(text.split()).replace(" ,", ",").split()).strip(_EDGE)


def _asks(understood: Understood, *, plan: bool) -> str:
    if understood.language == "en":
        return "What percentage of the plan was the {}?" if plan else "What was the {}?"
    text = "{} đạt bao nhiêu phần trăm kế hoạch?" if plan else "{} là bao nhiêu?"
    return text if understood.accented else fold(text)


def _without(text: str, found: list[re.Match[str]]) -> str:
    for match in sorted(found, key=lambda m: m.start(), reverse=True):
        text = f"{text[: match.start()]} {text[match.end() :]}"
    return text
