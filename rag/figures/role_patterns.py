"""The patterns by which roles are read around a figure, with accents or without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rag.figures.wording import take_accents_off
from rag.types import Role

_PLAN = (
    r"(?:kế hoạch|chỉ tiêu|mục tiêu(?! quốc gia)|dự toán|nghị quyết|kịch bản|kh\b|nq\b|(?:được|tỉnh|huyện|trung ương"
    r"|hđnd|ubnd|trên|cấp trên|vốn) giao|(?:plan|target|goal|quota|budget estimate)s?\b)"
)
_OF_PLAN = (
    r"\s*(?:=\s*)?(?:so với |so |của |of |trên |cho |compared (?:with|to) |against |above |below |over |under "
    r"|short of )?"
    rf"(?:mức |tổng |số |vốn |nguồn |nguồn vốn |toàn bộ |cả |hết |các |tổng số |the |its |their |this |that |annual "
    rf"|full-year |whole |whole-year |yearly |year's |half-year |assigned |set |initial |capital |revenue )*{_PLAN}"
)
_JOIN = (
    r"\s*(?:(?P<same>\(\s*(?:tương đương|tức là|tức|tương ứng|khoảng|bằng|=|~|or|about)?"
    r"|(?:[^\W\d_]+\s+){0,3}\(\s*[-+–−]"
    r"|,?\s*(?:tương đương|tương ứng|tức là|tức|hay là|or|equivalent to)(?: với| tăng| giảm)*)"
    r"|(?P<range>đến|tới|-|–|—|to)|(?:,|;)?\s*(?:và|hoặc|hay|and|or|&)|,)\s*"
)
_UP = r"(?:tăng|nâng|rose|rise|risen|increased?|grew|climbed|up|jumped)"
_DOWN = r"(?:giảm|hạ|fell|fallen|falls?|decreased?|declined?|dropped|down|cut|reduced)"
_SOURCES = {
    "plan_behind": _OF_PLAN,
    "join": _JOIN,
    "direct": (
        r"\s*:?\s*(?:(?:các |những )?(?:mức(?: lỗ| lãi| tăng| giảm| bình quân)?|con số|khoảng|chỗ|chỉ|có|tới|the|some"
        r"|about|just|only|a|an|around|level of|figure of|by)\s*)*"
    ),
    "onward": (
        r"\s*(?:\([^()]{1,40}\),?\s*)?(?:[^\s;]{1,24}\s+){0,8}?(?:lên|xuống|còn|sang|thành(?! viên| phố| lập| công"
        r"| tích)|to|down to|up to)\b"
    ),
    "onward_to": r"\s*(?:[^\s;]{1,24}\s+){0,5}?(?:đến|tới)\b",
    "neutral_plan": (
        r"(?:\b(?:triển khai|xây dựng|lập|ban hành|thực hiện|theo|sở|(?<!chi )(?<!đảng )(?<!cán )bộ|phòng|vụ|ban"
        r"|chương trình|quy hoạch|hướng dẫn"
        r"|báo cáo|tài chính|dân số|các|những|hệ thống|đăng ký|tham mưu|hoàn thiện|điều chỉnh|according to|under)"
        r"\s*(?:-|–|,|và|the|a|its|tốt|nghiêm túc)?|-|–)\s*$"
    ),
    "plan_of_several": r"[^,;:.(]{0,50}?(?:\bvới(?! tổng)|\bnhư sau|\bgồm|\bwith\b|:)",
    "opening": r"[\s\-–+•]*(?:theo|according to|under)\s+(?:the |its )?",
    "reaches": (
        r"\s+(?:(?:được|mức|các|những|toàn bộ|tất cả|tổng|số|cả|hơn|so với|the|its|their|all|annual|full-year|of|by"
        r"|year's|yearly|initial|với|tốt|xuất sắc|100%|100% các)\s+)*"
    ),
    "exceeds": r"(?:\s+[^\W\d_]+(?:-[^\W\d_]+)*){0,4}?\s+",
    "not_reached": r"(?:không|chưa|not|failed to|khong|chua)\s+(?:hoàn thành|đạt|meet|reach|reached|met)$",
    "listed": (
        r"[^\d,;.():]{0,40}?(?:[,;]|và|and|, and)\s+(?:(?!tỷ lệ|tỉ lệ|tỷ trọng|cơ cấu|chiếm|đạt|còn|là|có|ước|kế hoạch"
        r"|rate|share|was|is|of )[^\W\d_]+[\s,]+){0,8}?(?:lần lượt\s+)?"
    ),
    "listed_place": (
        r"[^\d;:()]{0,60}?(?:[,;]|và|and)\s+(?:(?:các )?(?:huyện|xã|tỉnh|thành phố|thị trấn|thị xã|phường|bản|thôn"
        r"|quận)\s(?:[^\W\d_]+\s+){1,4}?|(?:[^\W\d_]+\s+){1,4}?(?:district|commune|province|city|town)\s+)"
        r"(?:(?:chỉ |mới |cũng |just |only )?(?:đạt|bằng|met|reached|achieved|at)\s+|chỉ\s+|just\s+|only\s+)?"
    ),
    "done_behind": (
        r"(?:, or [^,;.]{1,12}[,.]?[^,;.]{0,8},|[^,;.\d]{0,40}?),? (?:had|has|have) (?:already |now )?been\b"
    ),
    "rest_of_plan": (
        r"(?:\s+(?!và\b|nhưng\b|tăng\b|giảm\b|and\b|but\b|up\b|down\b|with\b|với\b)[^\W\d_]+|\s+(?:19"
        r"|20)\d\d(?![.,\d]))*"
    ),
    "compared_behind": r"[^,;.]{0,12}?\s*(?:so với|so cùng|kế hoạch|dự toán|compared|than)\b",
    "total": r"[\s\-–+•]*(?:ước )?tổng (?:số )?(?P<what>thu|chi|vốn|kinh phí|doanh thu|dư nợ)\b",
    "figure_ahead": r"\s*(?:lần lượt|tương ứng|bình quân|khoảng|gần|trên|hơn|respectively|by)?\s*(?:là\s*)?\d",
    "span_of_time": r"\b(?:trong|suốt|sau|hơn|gần|khoảng|in|over|during|after)\s+$",
    "preposition": r"\b(?:của|tại|ở|trong|of|in|at)\s+$",
    "more_than": r"\s*(?:higher|lower|more|less|fewer|above|below)(?:\s+than)?\b(?=\s+(?:than|the|a|last|in|cùng))",
    "change_behind": (
        r"\s*(?:year[- ]on[- ]year|y-o-y|yoy|(?:annual |yearly |year[- ]on[- ]year )?(?:increase|rise|drop|decline"
        r"|decrease|growth|fall|jump|reduction|surge|gain)\b(?! rate| target)|from a year|on the year)"
    ),
    "times_ahead": r"\b(?:gấp|bằng)\s+(?:hơn |gần |khoảng |trên |tới )?\d",
    "before_behind": (
        r"\s*(?:(?P<against>(?:so với|so|over|compared with|compared to|against|on|than|from)\s+(?:mức |con số |cuối "
        r"|thời điểm |giai đoạn |cùng thời điểm |the |of |end of |that of )*"
        r"(?:cùng kỳ|cùng kì|năm|đầu|tháng|quý|kỳ|nhiệm kỳ|ngày|vụ|niên độ|giai đoạn|same period|previous|last|a year"
        r"|year|preceding|20\d\d|beginning|corresponding))"
        r"|(?:của |mức |of |that of |the |figure )*(?:cùng kỳ|cùng kì|năm trước|năm ngoái|same period|previous year"
        r"|a year|last year))"
    ),
    "moves": r"[^,;.]{0,60}?\b(?:tăng|giảm|cao hơn|thấp hơn|vượt|nhiều hơn|ít hơn)\b",
    "bracketed": (
        r"\s*\((?:(?P<estimate>ước|estimated?)|(?P<provisional>số )?sơ bộ|(?P<forecast>dự kiến|forecast))"
        r"(?=[^)\d]*\))"
    ),
    "moved_ahead": rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:\s+(?!thêm|by)[^\W\d_]+){{0,6}}?\s*$",
    "moved_to": (
        r"\s*(?:(?P<down>(?:đã )?(?:xuống|còn|to|down to)(?: chỉ)?(?: còn)?(?: ở)?(?: mức)?)"
        r"|(?P<up>lên(?: đến| tới| mức| thành)?|to|up to))\s*"
    ),
    "year_before": r"\s*(?:của )?(?:năm|tháng|quý|vụ|kỳ) (?:trước|ngoái|19|20)",
    "spoken_of": (
        r"(?:\b(?:sự|tinh thần|với|bằng|ý chí|thể hiện|quá trình|thi đua|tạo|nhờ|nêu cao|lòng)|\b(?:nỗ lực|cố gắng"
        r"|ý chí"
        r"|đoàn kết|thống nhất)(?:,| và|, sự)?)\s+$"
    ),
    "of_whom": r"\s*(?:[,.;]|(?:của|cao|chính trị|lớn|và|lập thành tích|vươn lên|thi đua|học tập)\b)",
    "as_share": (
        r"\s*(?:,|\(|;)?\s*(?:(?:và )?(?:thực hiện |ước |mới |chỉ |cả năm )*(?:đạt|bằng|tức|tức là|tương đương"
        r"|hoàn thành|đạt được"
        r"|or|equal to|equivalent to)|=)\s+"
    ),
    "abbreviated": r"(?<!\w)(?:tp|tx|tt|q|p|h|ths|ts|gs|pgs|bs|ks|tr|mr|mrs|ms|dr|no|st|vs|inc|ltd|co)\.$",
}


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled patterns over a text in lower case."""

    plan_behind: re.Pattern[str]
    join: re.Pattern[str]
    direct: re.Pattern[str]
    onward: re.Pattern[str]
    onward_to: re.Pattern[str]
    neutral_plan: re.Pattern[str]
    plan_of_several: re.Pattern[str]
    opening: re.Pattern[str]
    reaches: re.Pattern[str]
    exceeds: re.Pattern[str]
    not_reached: re.Pattern[str]
    done_behind: re.Pattern[str]
    rest_of_plan: re.Pattern[str]
    compared_behind: re.Pattern[str]
    total: re.Pattern[str]
    figure_ahead: re.Pattern[str]
    listed: re.Pattern[str]
    listed_place: re.Pattern[str]
    span_of_time: re.Pattern[str]
    preposition: re.Pattern[str]
    more_than: re.Pattern[str]
    change_behind: re.Pattern[str]
    times_ahead: re.Pattern[str]
    before_behind: re.Pattern[str]
    moves: re.Pattern[str]
    bracketed: re.Pattern[str]
    moved_ahead: re.Pattern[str]
    moved_to: re.Pattern[str]
    year_before: re.Pattern[str]
    spoken_of: re.Pattern[str]
    of_whom: re.Pattern[str]
    as_share: re.Pattern[str]
    abbreviated: re.Pattern[str]


@cache
def patterns_for(plain: bool) -> Patterns:
    """Give the patterns for a text with accents, or for one without."""
    return Patterns(
        **{name: re.compile(take_accents_off(source) if plain else source) for name, source in _SOURCES.items()}
    )


def bracketed_role(match: re.Match[str]) -> Role:
    """Give the role that stands in brackets behind a figure: ``300 tỷ (ước)``."""
    if match["estimate"]:
        return Role.ESTIMATE
    return Role.FORECAST if match["forecast"] else Role.PROVISIONAL
