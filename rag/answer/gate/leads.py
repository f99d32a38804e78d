"""The words at a figure: what leads to it, which way it goes, what it is compared with, what is denied of it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.gate.times import times_of
from rag.figures import Role, Stated, UnitKind

_UP = (
    r"tăng(?! cường| tốc| gia| ca)|cao hơn|nhiều hơn|lớn hơn|vượt|nâng|\brose|\brisen"
    r"|(?<!making )(?<!made )(?<!make )(?<!set )\bup\b(?! to)|(?<!giảm )thêm|increas\w*|\bgrew|\bgrow\w*"
    r"|higher|more than in|\bmore\b(?! than \d)|exceed\w*|\babove|gain\w*|gấp|times"
)
_DOWN = (
    r"giảm(?! nghèo)|thấp hơn|ít hơn|nhỏ hơn|hụt|sụt|\bkém\b|\bfell\b(?! back)|\bfall\w*|\bdown\b|decreas\w*"
    r"|declin\w*|\bdrop\w*|\blower"
    r"|\bless\b|\bfewer\b|\bbelow|\bcut\b|reduc\w*"
)
DIRECTION = re.compile(rf"(?P<up>{_UP})|(?P<down>{_DOWN})")
_DIRECT = re.compile(rf"(?:{_UP}|{_DOWN})(?:\s(?:thêm|nhẹ|mạnh|trưởng|by|khoảng|gần|hơn|trên|gấp|so với|còn))*\s*$")
_REACHED = re.compile(r"(?P<up>\blên)\s*(?:mức |tới |đến )?$|(?P<down>\bxuống)\s*(?:mức |còn |tới |đến )*$")
_LEVEL = re.compile(
    r"(?<!\w)(?:đạt|đạt được|còn|là|bằng|ở mức|was|were|is|are|reached|reaching|at)(?:\s(?:khoảng|trên|gần|hơn"
    r"|được))?\s*$"
)
# "vượt kế hoạch", "48.6% of the annual plan": what is measured against a plan is none.
_NOT_MEASURED = (
    r"(?<!vượt )(?<!so với )(?<!hơn )(?<!bằng )(?<!thành )(?<!% )(?<!of )(?<!of the )(?<!of its )(?<!annual )"
    r"(?<!above the )"
)
_AIMS = re.compile(
    r"(?<!theo )(?<!mức )(?<!đạt )" + _NOT_MEASURED + r"(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|targeted|targets?"
    r"|aims?|plans?)(?!\w)"
    r"(?![^,;:]*(?:đã|vượt|hoàn thành|so với))[^,;:]{0,60}$"
)
_OF_PLAN = re.compile(
    r"\s*(?:so với |của |of |so với mức )?(?:the |its |tổng |annual )*(?:kế hoạch|dự toán|chỉ tiêu|mục tiêu"
    r"|nghị quyết|plan\b|target|estimate|budget)"
)
_BEHIND_CHANGE = re.compile(
    r"\s*(?:(?:so với|so cùng|cao hơn|thấp hơn|higher|lower|more|less|fewer|times|as many|as much|that of"
    r"|year on year|behind|above|below)\b)"
)
_IN_AIM = re.compile(
    _NOT_MEASURED + r"(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|targeted|targets?|aims?"
    r"|plans?|planned)(?!\w)(?!.*(?:\bđã\b|thực hiện đạt|thu được))(?:[^.]|[.](?=\d))*$"
)
_OVER_PLAN = re.compile(
    r"(?:vượt|hụt|cao hơn|thấp hơn|nhiều hơn|ít hơn|exceed\w*|above|below)\s(?:mức |the |its )?(?:kế hoạch"
    r"|dự toán|mục tiêu|chỉ tiêu|plan|target)"
    r"[^,;]{0,25}$"
)
_AIM_BEHIND = re.compile(
    r"(?:[^.;]|[.](?=\d)){0,200}?(?<!\w)(?:là|are|is|were) (?:the |một )?(?:\w+ )?(?:kế hoạch|mục tiêu|chỉ tiêu"
    r"|targets?|plans?)(?!\w)"
)
_FROM_LEVEL = re.compile(r"(?<!\w)(?:từ|từ mức|so với mức|so với|from|from the)\s*$")
_STRIVES = re.compile(r"phấn đấu (?:đạt|hoàn thành|thực hiện)\s*$")
_PENDING = (
    r"(?:ước|dự kiến|dự báo|sơ bộ|tạm tính|estimated|expected|forecast|projected|preliminary|estimates?|expects?)"
)
_IN_PENDING = re.compile(rf"(?<!\w){_PENDING}(?!\w)(?:[^.;]|[.](?=\d))*$")
_BESIDE_PENDING = re.compile(rf"(?<!\w){_PENDING}(?!\w)(?:[^.;]|[.](?=\d))*\s(?:với|with)\s[^,;.]*$")
_PENDING_BEHIND = re.compile(rf"\s*(?:more |are |is |was |were |được )*{_PENDING}(?!\w)")
_CUT = re.compile(r"[;:.](?=\s|$)|,(?=\s)")
_COMPARED = re.compile(
    r"(?:so với|so cùng|cùng kỳ|than|compared (?:with|to)|\bfrom|on the same period|as in|that of|as many as"
    r"|\d lần|trước đó)"
)
_COMPARED_AHEAD = re.compile(
    r"(?:so với|so cùng|cao hơn|thấp hơn|tăng so với|compared (?:with|to)|than|gấp [\d.,]+ lần)[^;]*$"
)
_DENIED = re.compile(r"[^,;.:]{0,28}?(?<!\w)(?:không|chưa)(?! (?:quá|dưới|đến|tới|đầy))(?!\w)")
_CAUSE = re.compile(r"(?<!\w)(?:do|vì|nhờ|bởi|nên|because|due to)(?!\w)")


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands right before and behind a figure. changes: it rose or fell by it; level: it reached it; aims: it is
    aimed at; of_plan: it is a share of a plan. direct: by a verb of change right before it; strives: ``phấn đấu đạt``.
    in_aim, in_pending: its sentence speaks of a plan or an estimate before it; beside_pending: so, but of something
    else ("dự kiến vận hành với tổng vốn …"); from_level: ``từ mức``. lower: the text."""

    changes: bool
    direct: bool
    level: bool
    aims: bool
    strives: bool
    of_plan: bool
    in_aim: bool
    in_pending: bool
    beside_pending: bool
    from_level: bool
    lower: str


def lead_of(stated: Stated, lower: str) -> Lead:
    """Read the words at a figure, without regard to what role was read. lower: its text in small letters."""
    quantity = stated.quantity
    clause = _clause_ahead(lower, quantity.full_start)
    behind = lower[quantity.end : quantity.end + 50]
    ahead = lower[max(0, quantity.full_start - 200) : quantity.full_start]
    direct = _DIRECT.search(clause) is not None
    return Lead(
        changes=direct
        or quantity.unit_kind is UnitKind.TIMES
        or _OVER_PLAN.search(clause) is not None
        or (_BEHIND_CHANGE.match(behind) is not None and "bằng" not in clause[-8:]),
        direct=direct,
        level=_LEVEL.search(clause) is not None,
        aims=_AIMS.search(ahead[-90:]) is not None,
        strives=_STRIVES.search(clause) is not None,
        of_plan=_OF_PLAN.match(behind) is not None,
        in_aim=_IN_AIM.search(ahead) is not None or _AIM_BEHIND.match(lower, quantity.end) is not None,
        in_pending=_IN_PENDING.search(ahead) is not None or _PENDING_BEHIND.match(behind) is not None,
        beside_pending=_BESIDE_PENDING.search(ahead) is not None,
        from_level=_FROM_LEVEL.search(clause) is not None,
        lower=lower,
    )


def _clause_ahead(lower: str, at: int, *, reach: int = 60) -> str:
    ahead = lower[max(0, at - reach) : at]
    cuts = list(_CUT.finditer(ahead))
    return ahead[cuts[-1].end() :] if cuts else ahead


def direction_of(stated: Stated, lower: str) -> int:
    """Say which way a change goes: 1 up, -1 down, 0 not said. A level only by the ``lên`` or ``xuống`` before it."""
    quantity = stated.quantity
    clause = _clause_ahead(lower, quantity.full_start)
    direct = _DIRECT.search(clause)
    if direct is not None:
        found = DIRECTION.search(clause, direct.start())
        return 0 if found is None else 1 if found["up"] else -1
    if stated.role not in (Role.CHANGE, Role.SHARE_OF_PLAN) and not _OVER_PLAN.search(clause):
        reached = _REACHED.search(clause)
        return 0 if reached is None else 1 if reached["up"] else -1
    ahead = list(DIRECTION.finditer(clause))
    if ahead:
        return 1 if ahead[-1]["up"] else -1
    match = DIRECTION.search(_CUT.split(lower[quantity.end : quantity.end + 60])[0])
    return 0 if match is None else 1 if match["up"] else -1


def bases_of(stated: Stated, text: str, year: int | None) -> list[str]:
    """List the periods a change or an earlier value is compared with, as far as its sentence names them."""
    changes = stated.quantity.unit_kind is UnitKind.TIMES or lead_of(stated, text.lower()).changes
    if stated.role not in (Role.CHANGE, Role.EARLIER) and not changes:
        return []
    quantity = stated.quantity
    behind = re.split(r";|\.\s|,\s(?=\D)", text[quantity.end : quantity.end + 120])[0]
    if quantity.unit_kind is UnitKind.TIMES and (found := times_of(behind, year)):
        return found
    if (match := _COMPARED.search(behind.lower())) and (found := times_of(behind[match.start() :], year)):
        return found
    ahead = text[max(0, quantity.full_start - 160) : quantity.full_start]
    match = _COMPARED_AHEAD.search(ahead.lower())
    if match and (found := times_of(re.split(r",\s(?=\D)", ahead[match.start() :])[0], year)):
        return found
    return times_of(stated.base, year) if stated.base else []


def denied_behind(stated: Stated, lower: str) -> bool:
    """Say whether what a figure counts is denied right behind it: ``12 hộ dân chưa nhận tiền``."""
    behind = lower[stated.quantity.end : stated.quantity.end + 40]
    match = _DENIED.match(behind)
    return match is not None and _CAUSE.search(match.group()) is None
