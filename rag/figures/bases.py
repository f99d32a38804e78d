"""What a change, an earlier value or a share is measured against, as written: ``cùng kỳ năm 2022``, ``kế hoạch``."""

from __future__ import annotations

import re
from functools import cache

from rag.figures.quantities import Quantity
from rag.figures.units import UnitKind
from rag.figures.wording import take_accents_off
from rag.types import Role

_MEASURED = frozenset({Role.CHANGE, Role.EARLIER, Role.SHARE_OF_PLAN})

_PLAN = (
    r"(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|nghị quyết|kịch bản|kh\b|nq\b|(?:the |its |their )?"
    r"(?:[^\W\d_]+-[^\W\d_]+ |annual |initial |yearly |provincial )?(?:plan|target|goal|quota)s?\b)"
)
_BEFORE = (
    r"(?:cùng kỳ|cùng kì|cùng thời điểm|năm trước|năm ngoái|tháng trước|quý trước|niên độ trước|đầu năm|đầu nhiệm kỳ"
    r"|the same period|a year (?:earlier|ago|before)|last year|the previous \w+)"
)
_COMPARE = (
    r"(?:so với|hơn so với|so cùng|thay vì|compared (?:with|to)|against|versus|than|over|(?<=\d% )on|above|below"
    r"|from(?= (?:a|the|last)\b))\s+"
)
_YEAR = r"(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)\d\d)?"
# The words of a base: up to a mark, a figure, or a word that begins something else.
_WORD = (
    r"(?:\s+(?!(?:tăng|giảm|đạt|bằng|là|và|nhưng|trong|còn|xuống|lên|vượt|cao|thấp|có|đã|thì|tương|gấp|với|do|nhờ|để|lỗ"
    r"|lãi|trở|xử|doanh|rose|fell|up|down|and|but|to|while|was|were|is|reached|by|at)\b)"
    rf"(?:[^\W\d_]+(?:[-/][^\W\d_]+)*(?:/{_YEAR})?|{_YEAR}|\d{{1,2}}(?:/\d{{1,2}})?/(?:19|20)\d\d"
    r"|\d{1,2}(?=\s(?:tháng|năm)\b)|(?<=tháng\s)\d{1,2}(?:/\d{4})?)(?![\w.,]*\d))"
)
_THING = rf"(?!mức\b|con số\b)(?:[^\W\d_]+(?:[-/][^\W\d_]+)*(?:/{_YEAR})?|{_YEAR}){_WORD}{{0,9}}"
_SOURCES = {
    # "tăng 5% so với cùng kỳ năm 2022", "đạt 52% dự toán tỉnh giao", "bằng 95% cùng kỳ".
    "behind": (
        rf"\s*(?:{_COMPARE}|của |of )*(?:mức |con số |số |tổng |vốn |that of )*"
        rf"(?P<base>(?:{_PLAN}|{_BEFORE}){_WORD}{{0,9}})"
    ),
    "against": rf"\s*(?:(?:higher|lower|more|fewer|less)\s+)?{_COMPARE}(?:mức |con số |in )*(?P<base>{_THING})",
    # "gấp 2,4 lần niên độ trước".
    "times": rf"\s*(?:so với )?(?P<base>(?:niên độ|năm|quý|tháng|vụ|bình quân|mức bình quân|the figure){_WORD}{{1,9}})",
    # "tăng lần lượt 5% và 7% so với cùng kỳ": the one behind serves the list.
    "list": rf"(?:\s*(?:,|và|and)?\s*\d[\d.,]*\s?%?)+\s*{_COMPARE}(?:mức |con số )*(?P<base>{_THING})",
    # "so với cùng kỳ năm trước tăng 5%", "vượt kế hoạch 5%", "cao hơn bình quân cả nước 3%".
    "ahead": (
        rf"(?:(?:{_COMPARE}|\b(?:cao|thấp|nhiều|ít|lớn|nhỏ)\s+hơn\s+)(?:mức |con số )*(?P<base>{_THING})"
        rf"|\b(?:vượt|đạt|hoàn thành|hụt|exceed\w*|beat\w*|met)\s+(?:mức )*(?P<plan>{_PLAN}{_WORD}{{0,9}}))"
    ),
    "named": rf"(?P<base>{_BEFORE}{_WORD}{{0,5}})",
}
_CLAUSE_END = re.compile(r"[;:!?\n()]|\.(?=\s|$)")


@cache
def _pattern(name: str, plain: bool) -> re.Pattern[str]:
    source = _SOURCES[name]
    return re.compile(take_accents_off(source) if plain else source, re.IGNORECASE)


def find_base(text: str, quantity: Quantity) -> str | None:
    """Find the words a figure is measured against; None for a figure that is not, or where they are not said.

    text: the one its positions are of.
    """
    span = base_span(text, quantity)
    return text[span[0] : span[1]] if span else None


def base_span(text: str, quantity: Quantity) -> tuple[int, int] | None:
    """Give where the words a figure is measured against stand: behind it, before it, else behind its list."""
    if quantity.role not in _MEASURED:
        return None
    plain = text.isascii()
    start, end = quantity.full_start, quantity.end
    last = _CLAUSE_END.search(text, end, end + 200)
    stop = last.start() if last else min(len(text), end + 200)
    for name in ("behind", "against", "list", "times"):
        if name == "times" and quantity.unit_kind is not UnitKind.TIMES:
            continue
        if match := _pattern(name, plain).match(text, end, stop):
            return match.span("base")
    first = max(0, start - 160)
    for mark in _CLAUSE_END.finditer(text, first, start):
        if mark.group() not in "()":
            first = mark.end()
    spans = [
        match.span("plan") if name == "ahead" and match["plan"] else match.span("base")
        for name in ("ahead", "named")
        for match in _pattern(name, plain).finditer(text, first, start)
    ]
    if spans:
        return max(spans, key=lambda span: (span[1], -span[0]))
    # "nông nghiệp tăng 5%, công nghiệp tăng 7% so với cùng kỳ": the base behind serves both.
    if quantity.role is Role.CHANGE and (match := _pattern("against", plain).search(text, end, stop)):
        return match.span("base")
    return None
