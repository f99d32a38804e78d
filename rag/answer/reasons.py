"""The clause of a sentence that says why, what for or by what means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.seeking import Aim, Sought
from rag.answer.spelling import Span, Spelled, Written, trim

_NO_POINTER = r"(?!\s*(?:vậy|đó|thế|đấy|này|sao|lẽ đó|đâu|thế mà)(?!\w))"
# The surest first.
_REASONS = (
    Spelled(
        r"(?<!\w)(?:nguyên nhân|lý do|nguyên do)(?:\s(?!do\s|vì\s|là\s)[^\s,;.]+){0,12}?(?:\s(?:là|được xác định"
        r"|được cho|được lý giải|thuộc về))*"
        r"(?:\s(?:là do|là vì|là bởi|là|do|vì|bởi|xuất phát từ|đến từ|ban đầu là do))+\s+(?:việc\s+(?=\bkhông có\b))?"
        r"|(?<!\w)với lý do\s+",
        r"\b(?:the )?(?:reason|cause)s?\b[^,;.]{0,60}? (?:is|was|were|are)(?: that)?\s+",
    ),
    Spelled(
        rf"(?<!\w)(?:là do|là vì|là bởi vì|là bởi|bởi vì|bởi lẽ|vì lý do|do là)(?!\w){_NO_POINTER}\s*",
        r"\b(?:because of|because|due to|owing to|thanks to|as a result of|caused by|attributed to|stemmed from)\s+",
    ),
    Spelled(
        rf"(?<!\w)(?:vì|bởi|nhờ(?: vào| có)?)(?!\w){_NO_POINTER}(?!\s(?:sự tiến bộ|người nghèo|thế hệ|mục tiêu))\s+"
    ),
    Spelled(
        # Without accents "tiến độ", "tốc độ" are written with "do" too.
        r"(?<!\w)(?<!tự )(?<!lý )(?<!tiến )(?<!tốc )(?<!chế )(?<!mức )(?<!mật )(?<!nhiệt )(?<!cường )(?<!trình )"
        rf"(?<!sơ )(?<!quá )do(?!\w){_NO_POINTER}\s+"
    ),
    Spelled(
        r"(?<!\w)(?:xuất phát từ|bắt nguồn từ|đến từ|là hệ quả của|là kết quả của|chịu ảnh hưởng (?:của|bởi|từ)"
        r"|ảnh hưởng (?:của|từ|bởi)|(?:lý giải|giải thích|phân trần)[^;.:]{0,80}?\s(?:cho biết|cho rằng"
        r"|rằng)(?:\s(?:rằng|hiện nay|hiện))*|(?:lý giải|giải thích)(?:\s[^\s,;.]+){0,3}(?:,|:)|(?:cho rằng"
        r"|cho biết)(?:\srằng)?|trước tình trạng)\s+",
        r"\b(?:as|since)\s+",
    ),
)
_PURPOSES = (
    Spelled(
        r"(?<!\w)(?:nhằm mục đích|với mục đích|mục đích (?:là|nhằm|để)|mục tiêu (?:là|nhằm))\s+(?:để\s+|nhằm\s+)?",
        r"\bin order to\s+|\baims? to\s+|\baimed at\s+|\bso as to\s+",
    ),
    Spelled(r"(?<!\w)(?:nhằm|để)(?!\s(?:lại|ý|dành|xảy ra|mất|trống))\s+", r"\bto\s+|\bfor\s+"),
)  # fmt: skip
_MEANS = (
    Spelled(
        r"(?<!\w)(?:bằng cách|bằng việc|bằng hình thức|thông qua(?: việc)?|qua việc|dưới hình thức|theo hình thức"
        r"|nhờ(?: vào| có)?(?: việc)?)\s+",
        r"\b(?:by means of|through|by)\s+(?=\S)",
    ),
    Spelled(
        r"(?<!\w)(?:biện pháp|giải pháp)(?:\s(?!là\s|như\s|gồm\s)[^\s,;.:]+){0,6}?\s*(?::|\s(?:là|như|gồm|bao gồm"
        r"|sau))\s*:?\s*|(?<!\w)(?:(?:các|những|nhiều|một số)\s)?(?:biện pháp|giải pháp)(?:\s(?:đồng bộ|quyết liệt"
        r"|cụ thể|mạnh))?\s+(?=[^\W\d_])",
        r"\bmeasures?\b(?: (?:such as|including|like|are|were))?\s+",
    ),
    Spelled(
        r"(?<!\w)(?:đang tập trung|đã tập trung|tập trung thực hiện|tập trung|đẩy mạnh|đã và đang|đã|đang|sẽ|cần|phải"
        r"|áp dụng)\s+(?:tập trung\s+)?",
        r"\b(?:has|have|will|is|are)\s+",
    ),
)
# Somebody who did it: "do UBND tỉnh quy định", "do ông A làm trưởng đoàn".
_AGENT = Spelled(
    r"(?:ông|bà|đồng chí|anh|chị|ubnd|hđnd|công ty|tập đoàn|bộ|sở|phòng|ban|chính phủ|huyện|tỉnh|xã|ngân hàng"
    r"|quốc hội|nhà nước|doanh nghiệp|liên danh|trung tâm|chủ tịch|hội|đoàn|tổng công ty|thành phố|cơ quan|đơn vị"
    r"|viện|trường)"
    r"\s(?:[^\s,;.]+\s){0,8}?(?:làm|tổ chức|quản lý|quy định|ban hành|ký|chủ trì|đầu tư|thực hiện|thi công|phát động"
    r"|trao|trình bày|sản xuất|thành lập|lập|cấp|cung cấp|phụ trách|đứng|điều hành|xây dựng|bầu|giao|chỉ đạo|dẫn đầu"
    r"|biên soạn)(?!\w)"
)
# Where the clause of a reason gives way to what follows from it, or to another clause.
_ENDS = Spelled(
    r"[;!?]|\.(?=\s|$)|,?\s(?<!trở )(?:nên|cho nên)\s|,\s*(?:dẫn đến|dẫn tới|khiến|làm cho|làm|gây|trong khi|trong đó"
    r"|đồng thời|từ đó|qua đó|vì vậy|do đó|vì thế|theo đó|ngoài ra|nhưng|tuy nhiên|còn|giúp|góp phần|ông|bà|cao hơn"
    r"|thấp hơn|tăng|giảm|đạt)(?!\w)|\s(?:dẫn đến|dẫn tới|khiến|trong khi|nhằm|đồng thời)\s|\s*[-–]\s*(?:ông|bà"
    r"|theo)\s|[”\"](?=\s*[,-]?\s*(?:ông|bà|theo)?)",
    r"[;!?]|\.(?=\s|$)|,\s*(?:which|while|but|so|leading|making|the \w+ said|he|she|said|according|and)\b"
    r"|,\s*\w+(?: \w+){0,3} said",
)
_PURPOSE_ENDS = Spelled(
    r"[;!?]|\.(?=\s|$)|,\s*(?:trong đó|với|từ đó|qua đó|đồng thời|ông|bà|theo|dự kiến|tổng|góp phần)(?!\w)"
    r"|\s*[-–]\s*(?:ông|bà)\s|[”\"]",
    r"[;!?]|\.(?=\s|$)|,\s*(?:which|while|but|he|she|said|according)\b",
)
_MEANS_ENDS = Spelled(
    r"[;!?]|\.(?=\s|$)|,?\s(?:để|nhằm|từ đó|nên|góp phần|giúp|đặc biệt là|nhất là)\s|,\s*(?:đặc biệt|nhất là|trong đó"
    r"|từ đó|qua đó|nâng|ông|bà)(?!\w)|[”\"]",
    r"[;!?]|\.(?=\s|$)|,?\s(?:to|in order to|so that)\s|,\s*(?:which|while|but|he|she|said)\b",
)
_HEAD_COMMA = re.compile(r",\s")
_SO = Spelled(r",?\s(?<!trở )(?:nên|cho nên)\s", r",\s*so\s")
# A piece of a leading clause goes on with its own small clause: "lại", "cộng với".
_GOES_ON = Spelled(
    r"(?:lại|cộng|và|thêm vào|cùng với|nhất là|đặc biệt|thiếu|không|nhiều|một phần)(?!\w)|[^,]{0,40}\s(?:lại|cũng)\s",
    r"and\b|as well as\b",
)
_SHORTEST = 3
# What may open a sentence before its main clause.
_LEADING = re.compile(r"(?:do|vì|bởi|nhờ|vi|boi|nho|because|due|thanks|owing|as|since|by|through)(?!\w)")


def find_reasons(written: Written, sought: Sought) -> list[Span]:
    """Find the clauses that give the reason, purpose or means asked for, the likeliest first."""
    found: list[Span] = []
    if sought.aim is Aim.PURPOSE:
        found += _behind(written, _PURPOSES, _PURPOSE_ENDS)
    elif sought.aim is Aim.MEANS:
        found += _means(written)
    if sought.aim is not Aim.PURPOSE:
        found += _behind(written, _REASONS, _ENDS, skip_agents=True)
    if sought.aim is Aim.REASON:
        # "ngừng đầu tư để phản đối …": with its word it reads as the reason it is
        for pattern in _PURPOSES:
            for match in pattern.finditer(written):
                span = _clause(written, match.end(), _PURPOSE_ENDS)
                if span and match.start() > 0:
                    found.append((match.start(), span[1]))
    return list(dict.fromkeys(found))


def _behind(
    written: Written, patterns: tuple[Spelled, ...], ends: Spelled, *, skip_agents: bool = False
) -> Iterator[Span]:
    for pattern in patterns:
        for match in pattern.finditer(written):
            is_plain = match.group().strip() in ("do",)
            if skip_agents and is_plain and _AGENT.match(written, match.end()):
                continue
            leads = _LEADING.match(match.group()) is not None and not written.flat[: match.start()].strip(' "“-–')
            span = _clause(written, match.end(), ends, leads=leads)
            if span:
                yield span


def _clause(written: Written, start: int, ends: Spelled, *, leads: bool = False) -> Span | None:
    """Give the clause from start on. leads: it opens the sentence, and the main clause follows behind a comma."""
    stop = ends.search(written, start)
    end = stop.start() if stop else len(written.text)
    if leads and _SO.search(written, start) is None:
        end = _leading_end(written, start, end)
    span = trim(written.text, start, end)
    return span if span and span[1] - span[0] >= _SHORTEST else None


def _leading_end(written: Written, start: int, end: int) -> int:
    """Find the comma behind which the main clause begins."""
    for comma in _HEAD_COMMA.finditer(written.flat, start, end):
        if not _GOES_ON.match(written, comma.end(), end):
            return comma.start()
    return end


def _means(written: Written) -> Iterator[Span]:
    yield from _behind(written, _MEANS[:2], _MEANS_ENDS)
    # "Để tăng thu, ngành thuế đã rà soát …": what was done stands behind the purpose
    opening = _PURPOSES[1].match(written, 0)
    start = 0
    if opening and (comma := _HEAD_COMMA.search(written.flat, opening.end())):
        start = comma.end()
    for match in _MEANS[2].finditer(written, start):
        span = _clause(written, match.end(), _MEANS_ENDS)
        if span:
            yield span
            return
