"""What part a quantity plays in its sentence: a result, a target, a change, an earlier value, an estimate."""

from __future__ import annotations

import re

from rag.types import Role

__all__ = ["Role", "read_role"]

# A comma ends a clause only before a blank: the one in 8,65 does not.
_CLAUSE_END = re.compile(r"[;:!?()\n]|,(?=\s)|\.(?=\s|$)|\s[-–—]\s(?=\D)")
_SENTENCE_END = re.compile(r"[!?\n]|\.(?=\s+[^\W\d_a-z])")

_PLAN = (
    r"(?:kế hoạch|chỉ tiêu|mục tiêu(?! quốc gia)|dự toán|nghị quyết|kịch bản|chỉ tiêu nghị quyết|kh\b"
    r"|(?:the |its |their |annual |full-year |yearly )*(?:plan|target)s?\b)"
)
_PLAN_WORD = re.compile(_PLAN)
_PLAN_BEHIND = re.compile(
    rf"\s*(?:so với |của |of |so với mức |trên |cho |compared with |against )?(?:tổng "
    rf"|số )?{_PLAN}"
)
_OVER_PLAN = re.compile(rf"(?:vượt|hụt|cao hơn|thấp hơn|exceed\w*|beat\w*)\s+(?:mức )?{_PLAN}(?:\s+\S+){{0,3}}?\s*$")
_AGAINST_PLAN = re.compile(
    rf"so với (?:mức )?{_PLAN}\s+(?:đề ra |năm )?(?:\S+ ){{0,2}}?(?:vượt|tăng|giảm|đạt"
    rf"|bằng)\s*$"
)

_BEFORE = (
    r"(?:cùng kỳ(?: năm (?:trước|ngoái|\d{4}))?|năm (?:trước|ngoái)|tháng trước|quý trước|kỳ trước|nhiệm kỳ trước"
    r"|(?:the )?same period(?: of)?(?: last year)?|a year (?:earlier|ago)|last year)"
)
_EARLIER_AHEAD = re.compile(
    rf"{_BEFORE}(?:\s+(?!tăng|giảm|đạt)[^\W\d_]+){{0,3}}?\s*(?:là|đạt|chỉ đạt|chỉ|mới đạt"
    rf"|ở mức|was|were)?\s*$"
)
_COMPARED = re.compile(r"(?:so với|thay vì|từ mức|from|compared with|against)\s*(?:mức|con số|khoảng|the|some)?\s*$")
_FROM = re.compile(r"\b(?:từ|from)\s*$")
_ONWARD = re.compile(r"\s*(?:\S+\s+){0,5}?(?:lên|xuống|còn|sang|to)\b")

_CHANGES = (
    r"(?:tăng(?! cường| gia\b| tốc)|giảm(?! nghèo| giá| nhẹ thiên)|sụt|nhích|cao hơn|thấp hơn|nhiều hơn|ít hơn"
    r"|lớn hơn|nhỏ hơn|kém|giảm sút|hụt|\bup|\bdown|\brose|\brisen|\bfell|\bfallen|increas\w*|decreas\w*|declin\w*"
    r"|\bgrew|\bgrown|\bdropped|\bgain\w*|\bhigher|\blower|\brise of|\bincrease of|\bgrowth of)"
)
_LEVELS = r"(?:lên|xuống|còn|đạt|từ|là|chiếm|bằng|ở mức|to|from|at|is|was|reach\w*|of)"
_CHANGE_AHEAD = re.compile(rf"{_CHANGES}(?:\s+(?!{_LEVELS}\b)[^\W\d_]+){{0,5}}?(?:\s+by)?\s*$")
_CHANGE_BEHIND = re.compile(
    rf"\s*(?:so với|so cùng|compared with|year[- ]on[- ]year|y-o-y|on the)\s*(?!{_PLAN})|\s*(?:higher|lower) than"
)
_OVER = re.compile(r"\bvượt(?:\s+[^\W\d_]+){0,3}\s*$")
_RATIO_TO_BEFORE = re.compile(r"(?:\bbằng|\bgấp|equal to)\s*$")
_BEFORE_BEHIND = re.compile(rf"\s*(?:so với |của |mức )?{_BEFORE}")

_AIM = re.compile(
    r"phấn đấu|(?:đặt|đề)(?: ra)? (?:mục tiêu|chỉ tiêu|kế hoạch)|mục tiêu (?:đến|năm|là|của|cụ thể)|"
    r"lên kế hoạch|chỉ tiêu (?:chủ yếu|cụ thể)|kế hoạch (?:đến )?năm 20\d\d:|kế hoạch đề ra cho|"
    r"\b(?:targets?|targeted|aims?|aimed|plans?|planned|strives?) (?:to|for|at|of)\b"
)
_AIM_ENDS = re.compile(r"(?<!đề )(?:\bđã\b|kết quả|thực hiện đạt|thực tế|thực đạt|vượt|hoàn thành)")
_PLAN_AHEAD = re.compile(rf"(?<!vượt )(?<!đạt )(?<!theo )(?:{_PLAN}|(?:được )?giao)(?:\s+[^\W_]+(?:/\d+)?){{0,6}}?\s*$")
_NOT_PLAN = re.compile(
    rf"(?:đạt|vượt|bằng|hoàn thành|theo|so với|tăng|giảm|triển khai|xây dựng|sở|bộ"
    rf"|phòng)\s+(?:\S+\s+){{0,2}}?{_PLAN}\s+"
    r"(?:\S+\s+)*?(?:đạt|là|còn|lên|xuống|được|có|với)?"
)
_ESTIMATE = re.compile(
    r"\b(?:ước|dự kiến|dự báo|dự tính|sơ bộ|tạm tính|estimated|expected|forecast|projected"
    r"|preliminary)\b"
)
_JOIN = re.compile(r"\s*(?:và|hoặc|hay|đến|tới|-|–|and|or)\s*$")


def read_role(lower: str, start: int, end: int, *, percent: bool, before: tuple[int, Role] | None = None) -> Role:
    """Read the role of the quantity at [start, end) from the words of its clause and sentence.

    lower: the text in lower case. start: with its approximation word. percent: its unit is % or times.
    before: end and role of the quantity before it, which hands its role on over ``và``.
    """
    ahead, behind = _clause(lower, start, end)
    joined = before is not None and before[0] <= start and _JOIN.fullmatch(lower, before[0], start)
    if before is not None and joined and before[1] is not Role.EARLIER:
        return before[1]
    if percent and (_PLAN_BEHIND.match(behind) or _OVER_PLAN.search(ahead) or _AGAINST_PLAN.search(ahead)):
        return Role.SHARE_OF_PLAN
    if _EARLIER_AHEAD.search(ahead) or _is_start_of_change(lower, ahead, behind, end):
        return Role.EARLIER
    sentence = _sentence_ahead(lower, start)
    aim = _last(_AIM, sentence)
    if aim is not None and not _AIM_ENDS.search(sentence, aim.end()):
        return Role.TARGET
    if _CHANGE_AHEAD.search(ahead) or (percent and _OVER.search(ahead)):
        return Role.CHANGE
    if percent and _CHANGE_BEHIND.match(behind) and not ahead.endswith("đạt "):
        return Role.CHANGE
    if percent and _BEFORE_BEHIND.match(behind) and (lower.startswith("gấp", start) or _RATIO_TO_BEFORE.search(ahead)):
        return Role.CHANGE
    if _PLAN_AHEAD.search(ahead) and not _NOT_PLAN.fullmatch(ahead[_plan_phrase_start(ahead) :]):
        return Role.TARGET
    if _ESTIMATE.search(ahead):
        return Role.ESTIMATE
    return Role.ACTUAL


def _clause(lower: str, start: int, end: int) -> tuple[str, str]:
    """Give the words ahead of and behind a span, up to the ends of its clause."""
    first = max(0, start - 160)
    for match in _CLAUSE_END.finditer(lower, first, start):
        first = match.end()
    behind = _CLAUSE_END.search(lower, end, end + 80)
    last = behind.start() if behind else min(len(lower), end + 80)
    return lower[first:start], lower[end:last]


def _sentence_ahead(lower: str, start: int) -> str:
    first = max(0, start - 600)
    for match in _SENTENCE_END.finditer(lower, first, start):
        first = match.end()
    return lower[first:start]


def _is_start_of_change(lower: str, ahead: str, behind: str, end: int) -> bool:
    """Tell the 5% of ``giảm từ 5% xuống 4%`` and of ``so với mức 5% của cùng kỳ``."""
    if _COMPARED.search(ahead) and not _PLAN_BEHIND.match(behind):
        return not _FROM.search(ahead) or _ONWARD.match(behind) is not None
    return _FROM.search(ahead) is not None and _ONWARD.match(lower[end : end + 60]) is not None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _plan_phrase_start(ahead: str) -> int:
    """Where the verb that governs the last plan word may begin."""
    last = _last(_PLAN_WORD, ahead)
    return 0 if last is None else max(0, ahead.rfind(" ", 0, max(0, last.start() - 1)) + 1)
