"""The metric a question asks about, as the question words it: "thu nhập bình quân đầu người", "poverty rate". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures.asked import is_unit, known_unit
from rag.glossary import belong_together
from rag.question.english import find_english_metric
from rag.question.vocabulary import lower_case
from rag.text import fold, words
from rag.types import AnswerKind

_Span = tuple[int, int]

_MEASURES = frozenset("ha tấn tạ kg km m m2 m3 lít kWh MWh kW MW %".split())
# What is measured begins with one of these. Upper-case classes would not survive folding.
_HEADS = """tỷ lệ; bình quân; số tiêu chí; tỉ lệ; tỷ trọng; tỉ trọng; tỷ suất; tỷ giá; thu nhập; sản lượng; diện tích;
doanh thu; doanh số; lợi nhuận; biên lợi nhuận; lãi; lỗ; lãi suất; vốn; giá; giá trị; tốc độ; kim ngạch; dân số; năng
suất; nợ; dư nợ; nợ
    xấu; số; số lượng; số dư; thu ngân sách; chi ngân sách; thu; chi; chi phí; kinh phí; quy mô; độ che phủ; độ bao
    phủ; bao phủ; mật độ; chỉ số; hệ số; grdp; gdp; cpi; công suất; chiều dài; độ dài; chiều rộng; thiệt hại; tổng;
    tăng trưởng; lạm phát;
    xuất khẩu; nhập khẩu; cổ tức; lương; tiền lương; mức lương; học phí; khối lượng; lượng; trữ lượng; thị phần; tổng
    đàn; đàn; quỹ đất; tuổi thọ; dự trữ; thặng dư; bội chi; nguồn vốn; huy động vốn; tiền gửi; tài sản; giải ngân;
    thuế; vốn hóa; eps; roe; roa; nhiệt độ; lượng mưa"""
# The same word in another use: "số" of "so với", "giá" of "gia đình" without accents, "thu" of "thu hồi".
_NO_HEAD = (
    r"(?:tổng (?:kết|giám|công ty|cục|bí|thống|biên|đài|liên|hợp|thư)|số (?:\d|mấy|nào)|giá (?:nào|đình|cả nào)"
    r"|thu (?:hút|hồi|mua|hoạch|gom|giữ|thập)|chi (?:bộ|nhánh|cục|hội|trả|đoàn|ủy|tiết)|lãi (?:hay|hoặc)"
    r"|vốn (?:là|dĩ)|đàn (?:ông|bà)|thuế vụ)"
)
_BARE_NO_HEAD = (
    r"|(?<=tru )so|(?<=co )so|(?<=ho )so|so (?:voi|sanh|ket|tai|y te|giao|noi|cong|xay|ke|tu|khoa|nong|lao|van|thong)"
    r"|gia (?:dinh|lai|tang|nhap|lam|vien)"
    r"|thu (?:tuong|truong|ky|do|vien|ba|hai|tu|nam|sau|bay)|chi (?:dao|huy|thi|co|la|tieu)|dan (?:toc|quan|cu|van)"
    r"|lai (?:chau|la|co|xe)|von la|no luc|luc luong|thue (?:dat|nha|may)|lo (?:lang|dat|gach)"
)
# These end the metric; what stands in a term ("toàn xã hội", "nông thôn mới") does not.
_ENDS = frozenset(
    """là của cho trong ngoài ở tại với từ đến tới theo do vì để mà thì khi nếu được bị đã đang sẽ còn đạt năm tháng
    quý ngày kỳ huyện tỉnh xã thành quận phường thị thôn bản nào gì ai đâu sao mấy không chưa bao tăng giảm chiếm ước
    dự hiện so như thế ra cao thấp lớn nhỏ nhiều ít nhanh chậm mạnh hơn nhất bằng khoảng vượt hoàn chênh khác tính
    cuối đầu giữa trước sau này đó trên dưới có và hay hoặc lên xuống mỗi các những cùng vào thực sụt nhích kế chỉ mục
    qua thuộc mất kém gấp hết nay vậy tp tx ubnd hđnd giai nhiệm gồm nơi cần phải đều bỏ dài nặng riêng dự
    giúp khiến gây cũng phấn""".split()
)
_ROLE_WORDS = r"(?:kế hoạch|chỉ tiêu|mục tiêu|dự toán|kết quả|tình hình|ước thực hiện|thực hiện|dự kiến|ước)"
_ASKED = r"(?:bao nhiêu|mấy)(?: (?:nghìn|ngàn|triệu|tỷ|tỉ|phần trăm|đồng|usd|tiền)\b)*"
# A head may go on behind these: "lương thực có hạt", "lợi nhuận trước thuế", "vốn ngoài ngân sách".
_GOES_ON = {
    "có": "hạt giá năng đầu kỳ bảo việc".split(),
    "trước": ["thuế", "lãi"],
    "sau": ["thuế", "thu"],
    "đầu": ["người", "tư", "tấn", "con"],
    "trên": "địa đầu một mỗi vốn tổng diện".split(),
    "ngoài": ["nước", "ngân", "quốc", "khu"],
    "trong": ["nước"],
    "chưa": ["có", "qua"],
    "qua": ["đào"],
    "thành": ["lập", "thị", "niên"],
    "thực": ["hiện", "phẩm"],
    "tăng": ["trưởng", "thêm"],
    "được": ["cấp", "công", "giao", "hỗ"],
    "từ": ["hoạt", "thuế", "đất", "rừng", "dịch", "xuất", "nông", "kinh", "du"],
    "cho": ["vay", "thuê"],
    "sử": ["dụng"],
    "chỉ": ["số"],
    "lớn": ["gia"],
    "không": ["có", "kỳ"],
    "bằng": ["tiền"],
    "đạt": ["chuẩn", "tiêu"],
    "cùng": ["loại"],
    "tính": ["theo", "chung"],
}
# These end a metric only before one of the words given. Without accents "trong" is "trồng" as well, "bao" "bảo".
_ENDS_BEFORE = {
    "bao": ["nhiêu", "giờ", "lâu"],
    "so": ["với", "sánh", "cùng"],
    "giai": ["đoạn"],
    "trong": "năm tháng quý kỳ giai tỉnh huyện xã toàn thời vòng khi đó cả đợt".split(),
}


def _alternatives(phrases: str) -> str:
    split = [" ".join(phrase.split()) for phrase in phrases.split(";")]
    return "|".join(sorted(split, key=len, reverse=True))


def _head_pattern(*, accented: bool) -> re.Pattern[str]:
    heads = _alternatives(_HEADS)
    if accented:
        return re.compile(rf"\b(?!{_NO_HEAD}\b)(?:{heads})\b")
    return re.compile(rf"\b(?!(?:{fold(_NO_HEAD)}{_BARE_NO_HEAD})\b)(?:{fold(heads)})\b")


_HEAD = {accented: _head_pattern(accented=accented) for accented in (True, False)}
_ENDS_BY = {
    True: _ENDS,
    False: frozenset(fold(word) for word in _ENDS) - {"nhat", "ra", "ban", "gi", "ma", "dai", "du", "moi", "chua"},
}
_GOES_ON_BY = {
    True: {word: frozenset(following) for word, following in _GOES_ON.items()},
    False: {fold(word): frozenset(map(fold, following)) for word, following in _GOES_ON.items()}
    | {"tai": frozenset(("nan", "san", "chinh"))},
}
_ENDS_BEFORE_BY = {
    True: {word: frozenset(following) for word, following in _ENDS_BEFORE.items()},
    False: {word: frozenset(map(fold, following)) for word, following in _ENDS_BEFORE.items()},
}
# What is counted though it ends a metric elsewhere: "bao nhiêu xã".
_COUNTED_UNITS = frozenset("xã huyện tỉnh thôn bản phường quận thành thị xa huyen tinh thon phuong quan".split())
_ROLE = {
    True: re.compile(rf"\b{_ROLE_WORDS}(?: (?:của|về))?\b"),
    False: re.compile(rf"\b{fold(_ROLE_WORDS)}(?: (?:cua|ve))?\b"),
}
_COUNTED = rf"\b(?:{_ASKED}|(?:nhiều|ít)(?= [^ ]+(?: [^ ]+){{0,3}}? hơn\b)) "
_COUNT = {True: re.compile(_COUNTED), False: re.compile(fold(_COUNTED))}
# What a counted thing does next: "bao nhiêu đại biểu dự Đại hội".
_COUNT_ENDS = {
    accented: (
        _ENDS_BY[accented] - {word if accented else fold(word) for word in ("đạt", "thực", "hết")}
        | {"dự" if accented else "du", "tham"}
    )
    for accented in (True, False)
}
_SCALES = frozenset("nghìn ngàn triệu tỷ tỉ đồng phần nghin ngan trieu ty ti dong phan".split())
_JOINS = {True: frozenset({"và", "hay", "hoặc"}), False: frozenset({"va", "hay", "hoac"})}
# Words that close a metric without any doubt: what stands before them belongs to it.
_CLOSERS = {
    accented: frozenset(word if accented else fold(word) for word in "của huyện xã tỉnh là đạt được".split())
    for accented in (True, False)
}


def find_metric(
    question: str, kind: AnswerKind, taken: Sequence[_Span], *, language: str, accented: bool
) -> str | None:
    """Give the words of a question that name what is measured, verbatim; None where nothing measured is asked about.

    taken: the spans of names, periods and dates; the metric holds none of them. Two metrics joined by "và" are
    given as one span: "Doanh thu và lợi nhuận".
    """
    if kind in (AnswerKind.PERSON, AnswerKind.OTHER):
        return None
    span = (
        find_english_metric(question, taken) if language == "en" else _find_vietnamese(question, kind, taken, accented)
    )
    return question[span[0] : span[1]] if span else None


def find_heads(text: str, *, accented: bool) -> list[_Span]:
    """Find the words that begin a Vietnamese metric: "tỷ lệ", "doanh thu"."""
    return [match.span() for match in _HEAD[accented].finditer(lower_case(text) if accented else fold(text))]


def _find_vietnamese(question: str, kind: AnswerKind, taken: Sequence[_Span], accented: bool) -> _Span | None:
    phrase = _Phrase(question, taken, accented)
    is_measured = kind not in (AnswerKind.PLACE, AnswerKind.DATE, AnswerKind.LIST)
    for match in _HEAD[accented].finditer(phrase.lower):
        start = phrase.index_at(match.start())
        if start is not None and phrase.is_head(start, match) and (is_measured or " " in match[0]):
            return phrase.span(start, phrase.end_of(start, match.end()))
    if kind not in (AnswerKind.FIGURE, AnswerKind.COMPARISON, AnswerKind.YES_NO):
        return None
    for match in _ROLE[accented].finditer(phrase.lower):
        start = phrase.index_at(match.end() + 1)
        if start is not None and phrase.texts[start] not in phrase.ends:
            return phrase.span(start, phrase.end_of(start, match.end()))
    return phrase.find_counted() or (phrase.find_any() if kind is AnswerKind.FIGURE else None)


class _Phrase:
    """The words of a Vietnamese question, and where a phrase in them ends."""

    __slots__ = ("accented", "ends", "free", "has_capitals", "lower", "question", "spans", "taken", "texts")

    def __init__(self, question: str, taken: Sequence[_Span], accented: bool) -> None:
        self.question, self.taken, self.accented = question, taken, accented
        self.lower = lower_case(question) if accented else fold(question)
        self.spans = list(words(question))
        self.texts = [self.lower[a:b] for a, b in self.spans]
        self.free = [not any(a < d and c < b for c, d in taken) for a, b in self.spans]
        self.ends = _ENDS_BY[accented]
        self.has_capitals = not question.islower()

    def index_at(self, position: int) -> int | None:
        for i, (start, _) in enumerate(self.spans):
            if start == position and self.free[i]:
                return i
        return None

    def span(self, first: int, last: int) -> _Span:
        return self.spans[first][0], self.spans[last][1]

    def is_head(self, i: int, match: re.Match[str]) -> bool:
        """Say whether a head stands for itself; one bare syllable must open the question or a term."""
        if i and self._pair(i - 1) and self.texts[i - 1] not in self.ends and " " not in match[0]:
            return False
        if self.accented or " " in match[0] or i == 0:
            return True
        return (
            self._pair(i)
            or self.texts[i + 1 : i + 3] == ["bao", "nhieu"]
            or match[0] in ("grdp", "gdp", "cpi", "eps", "roe", "roa", "tong", "so")
        )

    def end_of(self, first: int, sure_to: int) -> int:
        """Give the last word of the phrase that begins with a word; it holds all up to ``sure_to``."""
        last = self._run(first, sure_to, self.ends)
        while (joined := self._joined_head(last)) is not None:
            last = self._run(joined[0], joined[1], self.ends)
        return last

    def find_counted(self) -> _Span | None:
        """Find what is counted: the "xã biên giới" of "có bao nhiêu xã biên giới được công nhận"."""
        for match in _COUNT[self.accented].finditer(self.lower):
            i = self.index_at(match.end())
            if i is None:
                continue
            if known_unit(self._written(i)) in _MEASURES:
                i += 1
                if i == len(self.spans) or self.texts[i] in self.ends:
                    continue
            if self.free[i] and (self.texts[i] not in self.ends or self.texts[i] in _COUNTED_UNITS or self._pair(i)):
                return self.span(i, self._run(i, self._noun_end(i), _COUNT_ENDS[self.accented]))
        return None

    def _noun_end(self, i: int) -> int:
        """Give where the longest counted noun that begins with a word ends."""
        for j in range(min(i + 3, len(self.spans)), i + 1, -1):
            if is_unit(" ".join(self.texts[i:j]), accented=self.accented):
                return self.spans[j - 1][1]
        return self.spans[i][1]

    def find_any(self) -> _Span | None:
        """Find the first known term where no head is: "Bảo hiểm y tế"."""
        for i in range(len(self.spans) - 1):
            if self.free[i] and self.texts[i] not in self.ends | _SCALES and self._pair(i):
                return self.span(i, self.end_of(i, self.spans[i + 1][1]))
        return None

    def _written(self, i: int) -> str:
        return self.question[slice(*self.spans[i])].lower()

    def _run(self, first: int, sure_to: int, ends: frozenset[str]) -> int:
        last = first
        while last + 1 < len(self.spans):
            i = last + 1
            start, end = self.spans[i]
            if end > sure_to and (
                not self.free[i]
                or self.question[self.spans[last][1] : start] not in (" ", " - ", "-", "/")
                or (self.texts[i] in ends and not self._is_inner(i))
                or self.texts[i][0].isdigit()
            ):
                break
            last = i
        return self._trim(first, last, sure_to)

    def _trim(self, first: int, last: int, sure_to: int) -> int:
        """Take off a tail that may be a name: nothing in small letters tells "ky son" from a word of the metric."""
        closed = last + 1 < len(self.spans) and self.texts[last + 1] in _CLOSERS[self.accented]
        if self.has_capitals or closed or last + 1 == first:
            return last
        while last > first and self.spans[last][1] > sure_to and not self._pair(last - 1):
            last -= 1
        return last

    def _is_inner(self, i: int) -> bool:
        """Say whether a word that ends a metric elsewhere stands in a term here."""
        following = self.texts[i + 1] if i + 1 < len(self.texts) else ""
        if following in _GOES_ON_BY[self.accented].get(self.texts[i], ()):
            return True
        if (before := _ENDS_BEFORE_BY[self.accented].get(self.texts[i])) is not None and following:
            return following not in before and not following[0].isdigit()
        if not self._pair(i - 1) or self.texts[i] in ("của", "cua", "là", "la", "năm", "bao"):
            return False
        return self._pair(i) or following in self.ends or i + 1 == len(self.spans)

    def _pair(self, i: int) -> bool:
        if i + 1 >= len(self.spans) or self.question[self.spans[i][1] : self.spans[i + 1][0]] not in (" ", " - ", "-"):
            return False
        return belong_together(self.texts[i], self.texts[i + 1], accented=self.accented)

    def _joined_head(self, last: int) -> tuple[int, int] | None:
        """Give the first word and the end of a head that is joined to a metric: "và lợi nhuận"."""
        i = last + 1
        if i >= len(self.spans):
            return None
        gap = self.question[self.spans[last][1] : self.spans[i][0]]
        if self.texts[i] in _JOINS[self.accented] and gap == " ":
            i += 1
        elif gap != ", ":
            return None
        if i >= len(self.spans) or not self.free[i]:
            return None
        head = _HEAD[self.accented].match(self.lower, self.spans[i][0])
        is_joined = head is not None and (" " not in head[0] or self.is_head(i, head))
        return (i, head.end()) if head is not None and is_joined else None
