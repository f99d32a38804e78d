"""What the words that ask want of a sentence: the noun asked for, how fine a date, a purpose or a means. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.spelling import Span, Spelled, Writing, Written, read_written
from rag.figures.words import COUNTED
from rag.glossary import translate_terms
from rag.text import fold

#: How fast a question's word fades with the characters between it and a span, and with each clause between.
REACH = 50.0
_CLAUSE_FACTOR = 0.4
# How much more the words beside those that ask tell of an answer's own clause than the rest of a question.
_SHARPER = 2
_CLAUSE = re.compile(r"[;:]|\.\s|,\s|\s(?:và|còn|nhưng|and|while)\s")


class Grain(StrEnum):
    """How fine a date is asked for; RANGE: from when to when; MOMENT: the hour with its day."""

    ANY = "any"
    CLOCK = "clock"
    MOMENT = "moment"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    RANGE = "range"


class Aim(StrEnum):
    """What a why-or-how question is after."""

    REASON = "reason"
    PURPOSE = "purpose"
    MEANS = "means"


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question's own words want. nouns: the noun asked for, the surest phrase first, as the question
    writes it.

    translated: the same in Vietnamese where the question is English. names: asks for a name or title.
    """

    writing: Writing
    nouns: tuple[str, ...]
    translated: tuple[str, ...]
    names: bool
    grain: Grain
    aim: Aim

    @property
    def aims_at_clause(self) -> bool:
        """Whether a purpose or means is asked for, not a thing."""
        return self.aim is not Aim.REASON


# Words that may stand before the noun that is asked for, and are no part of it.
_NO_NOUNS = frozenset(
    """sang theo là những các một từ với vào về có được bị cho trong ở tại của làm trở thành nhận bằng đoạt đạt giành
    tặng bán mua ký sử dụng dùng chọn mang đổi xuất nhập áp ban hành thuộc trên gồm đến ra đã đang sẽ phải cần nên
    trao phát động tổ chức xây lập gọi dạy nuôi thu đưa xác định để nêu do bởi nhưng ai nào gì tham gia thực hiện
    khi dưới giao cùng và hay trồng dự""".split()
)  # fmt: skip
# Nouns that are asked for besides what is counted in reports.
_NOUNS = frozenset(
    " ".join(noun.split())
    for noun in """danh hiệu; huân chương; huy chương; sàn; cơn bão; bão; mặt hàng; chủ đề; phương thức; hình thức;
    giải; tên; chức vụ; vị trí; bệnh; dịch; dịch bệnh; nguồn; nguồn vốn; loại hình; cấp; hạng;
    khoản; lực lượng; đoàn thể; hãng; tạp chí; báo; nhà thầu; chủ đầu tư; đối tác; công nghệ; giống;
    thị trường; biện pháp; chính sách; quy định; luật; thông tư; nghị định; chỉ thị; kênh; tiêu
    chuẩn; chứng chỉ; chứng nhận; vật liệu; hệ thống; phần mềm; sông; đường; cuộc thi; hội thi; cửa
    khẩu; bến; cảng; sân bay; chợ; tuyến đường; quốc lộ; khu công nghiệp; khu đô thị; hồ; đập; núi;
    phong trào; cuộc vận động; khâu đột phá; phương án; quỹ; sự kiện; quyền lợi; tội danh; tội; công
    cụ; phương pháp; chương trình; dự án; hội; sở; bộ; ban; trung tâm; viện; khẩu hiệu; phương châm;
    thế mạnh; lợi thế; khó khăn; sự cố; cây; con vật; vật nuôi; nghề; môn; bài hát; lễ; lễ hội; ngày
    lễ; tập quán; ngôn ngữ; hàng; hàng hóa; thuốc; đảng""".split(";")
) | COUNTED  # fmt: skip
_BARE_NO_NOUNS = frozenset(map(fold, _NO_NOUNS))
# Of one syllable too much else is meant without accents.
_BARE_NOUNS = frozenset(fold(noun) for noun in _NOUNS if " " in noun or noun in ("cây", "giải", "sàn", "xã", "bão"))
_COUNT = r"(?:những|các|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|\d+)"
_WHICH = Spelled(
    rf"(?:(?<!\w){_COUNT}\s+(?P<counted>(?:(?!(?:nào|gì|ai|là)(?!\w))[^\W\d_]+\s+){{1,6}})"
    r"|(?P<bare>(?:[^\W\d_]+\s+){1,4}))(?:nào|gì)(?!\w)",
    r"(?<!\w)(?:which|what)\s+(?P<counted>(?:(?!(?:is|are|was|were|do|does|did|has|have|had|will|of|in|on|at|the"
    r"|joined|won|met)(?!\w))[a-z-]+\s+){1,3})",
)
_LISTED = Spelled(
    rf"^(?:hãy )?(?:liệt kê|kể tên|nêu(?: tên)?"
    rf"|cho biết(?: tên)?)\s+(?:{_COUNT}\s+)?(?P<noun>(?:[^\W\d_]+\s*){{1,4}})",
    r"^(?:list|name)\s+(?:the\s+|all\s+)*(?P<noun>(?:[a-z-]+\s*){1,3})",
)
_IS_WHAT = Spelled(
    rf"^(?:.*,\s)?(?:{_COUNT}\s+)?(?P<noun>(?:(?!(?:của|năm|tháng|trong|do|là|gồm|bao|được|tại|ở|cho|theo|mà|bị|có"
    rf"|lớn"
    r"|khiến|vào)(?!\w))[^\W\d_]+\s+){1,5})(?:.*\s)?(?:là|gồm|bao gồm)\s+(?:có\s+)?(?:những\s+)?(?:gì|ai|đơn vị nào)",
    r"^what\s+(?:is|are|was|were)\s+(?:the\s+)?(?P<noun>(?:(?!(?:of|in|for|at|name)(?!\w))[a-z-]+\s*){1,3})",
)
_NAMES = Spelled(
    r"(?<!\w)(?:tên|chủ đề|khẩu hiệu|phương châm|thông điệp|biệt danh|slogan)(?!\w)",
    r"\b(?:name|called|named|theme|slogan|motto)\b",
)
_PURPOSE = Spelled(
    r"(?<!\w)(?:để làm gì|nhằm (?:\w+ ){0,2}gì|mục đích|nhằm vào đâu|để (?:\w+ )?gì)(?!\w)",
    r"\bpurpose\b|\bwhat\b.*\bfor\W*$|\baim of\b",
)
_MEANS = Spelled(
    r"(?<!\w)(?:bằng cách nào|cách nào|làm gì để|làm thế nào|làm cách nào|biện pháp|giải pháp|bằng gì|phải làm gì"
    r"|đã làm gì|đang làm gì|sẽ làm gì|làm gì)(?!\w)",
    r"\bhow (?:did|does|do|will|is|was|were)\b|\bby what means\b|\bmeasures?\b",
)
_GRAINS: tuple[tuple[Grain, Spelled], ...] = (
    (Grain.CLOCK, Spelled(r"(?<!\w)(?:mấy giờ|giờ nào|mấy h)(?!\w)", r"\bwhat time\b|\bwhich hour\b")),
    (
        Grain.RANGE,
        Spelled(
            r"(?<!\w)từ (?:ngày|tháng|năm|quý|khi|giờ|lúc)? ?(?:nào|bao nhiêu|mấy|bao giờ).*đến|(?<!\w)thời gian nào"
            r"|(?<!\w)(?:những|các) ngày nào|giai đoạn nào|nhiệm kỳ nào|kéo dài .*(?:nào|bao giờ)|năm học nào"
            r"|khoảng thời gian",
            r"\bfrom when to when\b|\bwhat period\b|\bwhich period\b|\bwhich term\b|\bwhat dates\b|\bwhich days\b",
        ),
    ),
    (Grain.DAY, Spelled(r"(?<!\w)(?:ngày|hôm) (?:nào|bao nhiêu|mấy|tháng)", r"\b(?:what|which) (?:day|date)\b")),
    (Grain.MONTH, Spelled(r"(?<!\w)tháng (?:nào|mấy|bao nhiêu)", r"\b(?:what|which) month\b")),
    (Grain.QUARTER, Spelled(r"(?<!\w)quý (?:nào|mấy|bao nhiêu)", r"\b(?:what|which) quarter\b")),
    (Grain.YEAR, Spelled(r"(?<!\w)năm (?:nào|bao nhiêu|mấy)(?!\w)", r"\b(?:what|which) year\b")),
    (Grain.MOMENT, Spelled(r"(?<!\w)(?:lúc|thời điểm|thời khắc) nào", r"\bwhat moment\b")),
)


@lru_cache(maxsize=256)
def read_sought(question: str) -> Sought:
    """Read what the words of a question want."""
    written = read_written(question.strip(" \t\n?.!"))
    grain = next((grain for grain, pattern in _GRAINS if pattern.search(written)), Grain.ANY)
    aim = Aim.REASON
    if _PURPOSE.search(written):
        aim = Aim.PURPOSE
    elif _MEANS.search(written):
        aim = Aim.MEANS
    nouns = tuple(dict.fromkeys(_nouns(written)))
    translated: tuple[str, ...] = ()
    if written.writing is Writing.ENGLISH:
        terms = (term for noun in nouns for term in (*translate_terms(noun), *_translate_plural(noun)))
        translated = tuple(dict.fromkeys(term.lower() for term in terms))
    return Sought(written.writing, nouns, translated, _NAMES.search(written) is not None, grain, aim)


def _translate_plural(noun: str) -> Iterator[str]:
    single = noun[:-3] + "y" if noun.endswith("ies") else noun.removesuffix("s")
    if single != noun:
        yield from translate_terms(single)


def _nouns(written: Written) -> Iterator[str]:
    for pattern in (_WHICH, _LISTED, _IS_WHAT):
        match = pattern.search(written)
        if match is None:
            continue
        groups = match.groupdict()
        words = next(filter(None, groups.values())).split()
        if written.writing is Writing.ENGLISH:
            # The modifiers stand before an English noun and behind a Vietnamese one.
            yield from (" ".join(words[i:]) for i in range(len(words)))
        elif groups.get("bare") is None or (
            match.start() == 0 and _known(words[:3], written) and not _has_stop(words, written)
        ):
            yield from (
                " ".join(words[:i])
                for i in range(len(words), 0, -1)
                if i > 1 or len(words) < 3 or _is_noun(words[:1], written)
            )
        else:
            yield from _bare_nouns(words, written)


def _has_stop(words: list[str], written: Written) -> bool:
    stops = _NO_NOUNS if written.writing is Writing.ACCENTED else _BARE_NO_NOUNS
    return any(word in stops for word in words[1:])


def _bare_nouns(words: list[str], written: Written) -> Iterator[str]:
    """Yield the noun at the end of words that may open with a verb: "được tặng huân chương"."""
    stops = _NO_NOUNS if written.writing is Writing.ACCENTED else _BARE_NO_NOUNS
    starts = range(len(words))
    known = [i for i in starts if _known(words[i : i + 3], written)]
    known.sort(key=lambda i: (-_known(words[i : i + 3], written), -i))
    for i in known:
        yield " ".join(words[i:])
        yield " ".join(words[i : i + _known(words[i : i + 3], written)])
    while len(words) > 1 and words[0] in stops:
        words = words[1:]
    if not known and words[-1] not in stops:
        yield " ".join(words[-2:])


def _known(words: list[str], written: Written) -> int:
    """Give the length of the known noun that words begin with, 0 where they begin with none."""
    return next((n for n in range(min(3, len(words)), 0, -1) if _is_noun(words[:n], written)), 0)


def _is_noun(words: list[str], written: Written) -> bool:
    return " ".join(words) in (_NOUNS if written.writing is Writing.ACCENTED else _BARE_NOUNS)


def find_noun(sought: Sought, written: Written, *, start: int = 0) -> Iterator[Span]:
    """Yield where a sentence has the noun asked for, the surest phrase first."""
    both_accented = sought.writing is written.writing is Writing.ACCENTED
    for noun in sought.nouns:
        flat = written.flat if both_accented or written.writing is not Writing.ACCENTED else fold(written.text)
        wanted = noun if both_accented else fold(noun)
        yield from _places_of(wanted, flat, start)
    for noun in sought.translated:
        accented = written.writing is Writing.ACCENTED
        yield from _places_of(noun if accented else fold(noun), written.flat, start)


def _places_of(noun: str, flat: str, start: int) -> Iterator[Span]:
    at = flat.find(noun, start)
    while at >= 0:
        end = at + len(noun)
        if not (at and flat[at - 1].isalnum()) and not (end < len(flat) and flat[end].isalnum()):
            yield at, end
        at = flat.find(noun, end)


def weigh_nearness(span: Span, sentence: str, named: Sequence[Named], asked: Asked, *, behind: float = 1.0) -> float:
    """Weigh how near a span stands to the words of a question, from 0 to 1.

    behind: what a word that stands before the span counts; one inside it, or behind it, counts 1.
    """
    weights = [concept.focus * (concept.focus / concept.weight) ** _SHARPER for concept in asked.concepts.all]
    total = sum(weights)
    if not total:
        return 0.0
    best: dict[int, float] = {}
    for each in named:
        if each.end <= span[0]:
            gap, between, factor = span[0] - each.end, sentence[each.end : span[0]], behind
        elif each.start >= span[1]:
            gap, between, factor = each.start - span[1], sentence[span[1] : each.start], 1.0
        else:
            gap, between, factor = 0, "", 1.0
        clauses = len(_CLAUSE.findall(between))
        weight = factor * math.exp(-gap / REACH) * _CLAUSE_FACTOR**clauses
        best[each.concept] = max(best.get(each.concept, 0.0), weight)
    return sum(weights[concept] * weight for concept, weight in best.items()) / total
