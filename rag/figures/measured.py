"""The words that say what a figure measures. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from rag.figures.companies import Mention
from rag.figures.layout import Layout, Span
from rag.figures.moments import Moment
from rag.figures.quantities import Quantity
from rag.figures.units import UnitKind
from rag.types import Role

# Verbs of reaching and changing, joiners, and what dates or owns a figure: none of it says what is measured.
_TAIL = frozenset(
    """các những toàn đạt được đã là có còn tăng giảm lên xuống ở mức ước tính dự kiến báo khoảng trên gần hơn
    chỉ mới sẽ phấn đấu bằng chiếm tới đến từ gồm với thêm cả nâng vượt và thì trong đó so lần lượt tương ứng đương
    hiện đang cao thấp nhiều sơ bộ tạm thực kế hoạch cùng kỳ năm vào khi do cho về hay hoặc của ít nhất tối thiểu
    ngày tháng quý thời điểm hết cuối đầu con kỷ giai đoạn dat la con tang giam uoc co duoc was were is are reached
    reaching of at to by about over nearly from rose fell up down estimated totalled the a an had has and
    with""".split()
)
_HEAD = re.compile(
    r"^(?:[\s,:;().\[\]\"“”'–+*•-]|(?:trong đó|trong|và|còn|riêng|với|theo đó|cụ thể|đồng thời|ngoài ra"
    r"|bên cạnh đó|tính|đến|tại|ở|của|nay|đã|có|là|được|thì|cũng|đưa|nâng|đạt|tăng(?! trưởng)|giảm(?! nghèo)|phấn đấu"
    r"|kéo|giúp|khi|tức|hiện nay|hiện|về|số liệu|vào|and|in|with|while|the|of|for|va|con|la|co)(?!\w)"
    r"|\d{1,2}[.)]\s|[a-zđ]\)\s)+"
)
_VERB = re.compile(
    r"(?<!\w)(?:kết nạp|xây dựng|trồng|trồng mới|hỗ trợ|thu hút|giải quyết|huy động|thành lập|tổ chức|xử lý|bắt"
    r"|khởi tố|tiêm|đào tạo|tạo|cấp|trao|tặng|hoàn thành|sửa chữa|đón|phát hiện"
    r"|mở|công nhận|bố trí|giải ngân|thu|chi|nộp|ban hành|tiếp nhận|triển khai|vận động|tuyên truyền|thanh tra"
    r"|kiểm tra|admitted|built|planted|created)\s*$"
)
_NARROWING = re.compile(
    r"(?:\s+(?!(?:và|hoặc|so|tăng|giảm|đạt|chiếm|trong|năm|tại|ở|với|là|còn|bằng|được|đã|vào|theo|trên|do|từ"
    r"|đến|của|có|cho|để|vượt|gồm|in|of|and|at|to|was|were|compared)(?!\w))[^\W\d_]+){0,4}"
)
_JOINED = re.compile(r"\s*(?:,|và|and|va|,\s*và|;|-|–)\s*")


def _last_word(lower: str, start: int, end: int) -> tuple[int, str]:
    """Give the last word of a span and where it ends; an empty one where none is left."""
    while end > start and not (lower[end - 1].isalnum() or lower[end - 1] == "%"):
        end -= 1
    first = end
    while first > start and lower[first - 1].isalnum():
        first -= 1
    return end, lower[first:end] or lower[max(start, end - 1) : end]


# Tell the verb of "lợi nhuận tăng trưởng 8%" from the name "tốc độ tăng trưởng".
_GROWS = re.compile(r"(?<!\w)tăng trưởng$")
_GROWTH = re.compile(r"(?<!\w)(?:tốc độ|mức|tỷ lệ|mức độ) tăng trưởng$")
_GOES_BACK = frozenset((Role.CHANGE, Role.SHARE_OF_PLAN, Role.EARLIER, Role.TARGET))
_FARTHEST = 160


class Metrics:
    """Reads the metric of one figure after the other, in order; a change takes that of the level before it."""

    def __init__(self, layout: Layout, moments: Sequence[Moment], mentions: Sequence[Mention]) -> None:
        self.layout = layout
        others = sorted([(m.start, m.end) for m in moments] + [(m.start, m.end) for m in mentions])
        self.others = others
        self.other_starts = [start for start, _ in others]
        self.last: Span | None = None
        self.last_sentence = -1
        self.last_end = 0

    def read(self, quantity: Quantity) -> Span:
        """Give the span of the words that say what a figure measures; empty at the figure where there are none."""
        number = self.layout.sentence_of(quantity.start)
        if number != self.last_sentence:
            self.last, self.last_sentence = None, number
            self.last_end = self.layout.sentences[number][0] if self.layout.sentences else 0
        span = self._ahead(quantity)
        if span is None:
            span = self._elsewhere(quantity)
        else:
            self.last = span
        self.last_end = quantity.end
        return span

    def _elsewhere(self, quantity: Quantity) -> Span:
        if self.last is not None and _JOINED.fullmatch(self.layout.lower, self.last_end, quantity.full_start):
            return self.last
        if self.last is not None and (quantity.role in _GOES_BACK or quantity.unit_kind is not UnitKind.COUNT):
            return self.last
        return self._counted(quantity)

    def _counted(self, quantity: Quantity) -> Span:
        """Take the verb and the counted noun: "kết nạp 120 đảng viên", "12 tỷ đồng tiền thưởng"."""
        text = self.layout.lower
        verb = _VERB.search(text, max(self.last_end, quantity.full_start - 24), quantity.full_start)
        unit_start = quantity.end - len(quantity.text) + len(quantity.number)
        start = verb.start() if verb else unit_start if quantity.unit_kind is UnitKind.COUNT else quantity.end
        behind = _NARROWING.match(text, quantity.end, self.layout.clause_end(quantity.end))
        end = behind.end() if behind else quantity.end
        start += len(text[start:end]) - len(text[start:end].lstrip())
        return (start, end) if start < end else (quantity.start, quantity.start)

    def _ahead(self, quantity: Quantity) -> Span | None:
        """Find what is measured in the words between the figure before, or the clause's begin, and this one."""
        lower, end = self.layout.lower, quantity.full_start
        start = max(self.last_end, self.layout.clause_start(end), end - _FARTHEST)
        if quantity.unit_kind is UnitKind.COUNT and _VERB.search(lower, max(start, end - 24), end):
            return self._counted(quantity)
        span = self._strip(start, end)
        if span is None and start > self.last_end and lower[start - 1] in ",(:":
            # "Thu ngân sách nhà nước, ước đạt 12 tỷ": the clause before, unless a figure stands there.
            before = start - 1
            first = max(self.last_end, self.layout.clause_start(before), before - _FARTHEST)
            if quantity.role not in _GOES_BACK or self.last is None:
                span = self._strip(first, before)
        return span

    def _cut_tail(self, start: int, end: int) -> int:
        """Take words of reaching, joining and dating off the end. Returns the new end."""
        lower = self.layout.lower
        while True:
            end, word = _last_word(lower, start, end)
            if word == "trưởng" and _GROWS.search(lower, start, end) and not _GROWTH.search(lower, start, end):
                grows = lower.rindex("tăng", start, end)
                if grows == start:
                    return end
                end = grows
            elif word not in _TAIL:
                return end
            else:
                end -= len(word)

    def _strip(self, start: int, end: int) -> Span | None:
        lower = self.layout.lower
        for _ in range(6):
            head = _HEAD.match(lower[start:end])
            start += head.end() if head else 0
            end = self._cut_tail(start, end)
            kept = start, end
            i = bisect_right(self.other_starts, start) - 1
            if i >= 0 and self.others[i][1] > start:
                start = min(end, self.others[i][1])
            j = bisect_right(self.other_starts, end - 1) - 1
            if j >= 0 and self.others[j][1] >= end > self.others[j][0] >= start:
                end = self.others[j][0]
            if (start, end) == kept or start >= end:
                break
        inner = bisect_right(self.other_starts, end - 1) - 1
        if (
            start < end
            and inner >= 0
            and start < self.others[inner][0]
            and len(lower[self.others[inner][1] : end].split()) > 1
        ):
            # "phấn đấu đến năm 2025 thu nhập": what is measured stands behind the time.
            start = self.others[inner][1] + 1
        return (start, end) if end - start > 1 else None
