"""The enumeration of a sentence that a question asks for, from its first item to its last. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.seeking import Sought, find_noun, weigh_nearness
from rag.answer.spelling import CAPITAL, SMALL, Span, Spelled, Writing, Written, trim

_OPENING = Spelled(
    r"(?P<strong>(?<!\w)(?:bao gồm|gồm có|gồm|lần lượt là|đó là|cụ thể là|như sau|trong đó có)(?:\s*:)?|:(?=\s))\s*"
    r"|(?P<weak>(?<!\w)(?:như(?! (?:trên|vậy|thế|sau|nhau|ý)(?!\w))|là|có)(?:\s*:)?)\s+",
    r"(?P<strong>\b(?:including|such as|namely|comprises?|comprising|consists? of|as follows)\b:?|:(?=\s))\s*"
    r"|(?P<weak>\b(?:are|were|is|was|like)\b)\s+",
)
_AND = Spelled(r",?\s+(?:và|cùng với|hoặc|cùng)\s+", r",?\s+(?:and|or|as well as)\s+")
# What an item does not go beyond: a verb or a preposition of the clause it stands in.
_STOP = Spelled(
    r"\s(?:để|nhằm|đã|được|với|do|khi|thì|nên|đang|sẽ|đều|bị|vì|theo|tham gia|cùng (?!với)|là|tại|trong (?:đó|bán|năm"
    r"|tháng|thời)|nhưng|mà|qua|trên địa bàn|thu hút|vào (?:ngày|năm|tháng|lúc)|ký|cho biết|đạt|trị giá|có)(?!\w)"
    r"|\s[-–—]\s(?=[^\W\d_]+\s[^\W\d_]+\s)",
    r"\s(?:to|for|with|because|when|who|which|that|are|is|were|was|have|has|had|will|joined|said|at|on|by|in)\b"
    r"|\s[-–—]\s",
)
# What opens another clause behind a comma.
_CLAUSE_LEAD = Spelled(
    r"(?:trong đó|với|nắm|đã|thu hút|đạt|do|để|nhằm|được|đang|chiếm|tăng|giảm|sẽ|từ đó|qua đó|góp phần|tổng (?:số"
    r"|cộng|kinh phí|vốn|mức|diện tích|giá trị)|còn|nhưng|khi|tại|theo|trị giá|đồng thời|ngoài ra|các\s.*\skhác|có|là"
    r"|bị|vì|nên|cho biết|nhất là|đặc biệt|cao hơn|thấp hơn|bảo đảm|đảm bảo|giúp|làm|khiến|tạo|mỗi)(?!\w)",
    r"(?:with|which|who|while|but|to|for|of which|according|said|as|because|when|in|on|at|holding)\b",
)
_NUMBERED = re.compile(r"(?<!\w)\((\d{1,2}|[a-zđ]|[ivx]{1,4})\)\s|(?<![\w.,])(\d{1,2})[.)]\s(?=[^\W\d_])")
_QUOTES = {"“": "”", '"': '"', "«": "»", "‘": "’"}
_CLOSERS = {"(": ")", "[": "]", **_QUOTES}
_CAP = rf"{CAPITAL}[\w'’.&/-]*"
# Each word in one way only: two ways to read a word make a pattern take exponential time.
_NO_WORD = r"(?:và|and|là|đã|được|cùng|có|are|were|is|va)\b"
_CAP_ITEM = rf"{_CAP}(?:\s+(?!{_NO_WORD})\w[\w'’.&/-]*){{0,4}}?"
_CAP_ROW = re.compile(
    rf"(?<![\w“\"]){_CAP_ITEM}(?:,\s+{_CAP_ITEM})*,?\s+(?:và|and|cùng|va)\s+{_CAP}(?:\s+{_CAP})*"
    rf"(?:\s+(?!{_NO_WORD}){SMALL}+(?=\s(?:cùng|đã|được|là|đang|sẽ)\s))?"
)
_COUNTS = dict(zip("hai ba bốn năm sáu bảy tám chín mười".split(), range(2, 11), strict=True)) | dict(
    zip("two three four five six seven eight nine ten".split(), range(2, 11), strict=True)
)
_COUNTED = re.compile(
    r"(?<!\w)(?:(\d{1,2})|(hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|two|three|four|five|six|seven|eight|nine"
    r"|ten))\s(?=[^\W\d_]+\s[^?]*(?:nào|gì|ai|which|what)|[^?]*\?)"
)
_QUANTIFIER = Spelled(r"(?:một|hai|ba|các|những|nhiều|số|phần)\s", r"(?:a|an|one|two|the|other|some)\s")
_MERE_NAMES = re.compile(rf"(?:{CAPITAL}[\w-]*(?:[ ](?:{CAPITAL}[\w-]*|\d+))*(?:,|\s(?:và|and|va))\s+)+")
_MERE_NAME = re.compile(rf"{CAPITAL}[\w-]*(?:[ ]{CAPITAL}[\w-]*)+(?=[ ]{SMALL})")
_STRONG, _WEAK, _DIRECT, _BRACKET, _ROW = 1.0, 0.4, 0.7, 0.8, 0.3
_BEHIND_NOUN, _SAME_COUNT = 1.5, 0.5
_PHRASE_CHARS = 90


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    n_items: int


def find_lists(written: Written, asked: Asked, sought: Sought, named: Sequence[Named]) -> list[Span]:
    """Find the enumerations of a sentence, the likeliest first."""
    nouns = list(dict.fromkeys(find_noun(sought, written)))[:6]
    count = _count_of(asked.question)
    scored: list[tuple[float, int, Span]] = []
    for base, row in _rows(written, nouns):
        span = trim(written.text, row.start, row.end)
        if span is None:
            continue
        score = base + 0.5 * weigh_nearness(span, written.text, named, asked)
        if count and count == row.n_items:
            score += _SAME_COUNT
        if row.n_items < 2:
            score -= 2.0
        else:
            score += 0.05 * min(row.n_items, 6)
        scored.append((score, -row.start, _numbered_whole(written.text, span, row)))
    scored.sort(reverse=True)
    return list(dict.fromkeys(span for score, _, span in scored if score > -_STRONG))


def _numbered_whole(text: str, span: Span, row: _Row) -> Span:
    # trim() takes no brackets of markers: "(1) mở rộng …"
    return (row.start, span[1]) if _NUMBERED.match(text, row.start) else span


def _count_of(question: str) -> int | None:
    match = _COUNTED.search(question.lower())
    return (int(match[1]) if match[1] else _COUNTS[match[2]]) if match else None


def _rows(written: Written, nouns: Sequence[Span]) -> Iterator[tuple[float, _Row]]:
    text = written.text
    for match in _OPENING.finditer(written):
        row = enumerate_items(written, match.end())
        if row is None:
            continue
        strong = match["strong"] is not None
        if row.n_items < 2 and not (strong or _leads(nouns, match.start(), text)):
            continue
        behind = _BEHIND_NOUN * _leads(nouns, match.start(), text)
        yield (_STRONG if strong else _WEAK) + behind, row
    for rank, (begin, end) in enumerate(nouns):
        # "hai nhà máy là Nhà máy đường A và …": the noun is a part of an item
        if begin and text[begin].isupper():
            continue
        blank = re.compile(r"\s+(?=\S)").match(text, end)
        row = enumerate_items(written, blank.end()) if blank else None
        if row is not None and row.n_items >= 2 and not _OPENING.match(written, blank.end() if blank else end):
            first = text[row.start : row.end].split(",")[0].split(" và ")[0]
            # "các xã vùng cao của huyện, tỉnh": an item is short
            if len(first) < 60:
                yield _DIRECT + _BEHIND_NOUN - 0.2 * rank, row
    for match in re.finditer(r"\(", text):
        close = _closing(text, match.start())
        row = enumerate_items(written, match.start() + 1, end=close) if close > match.start() + 1 else None
        if row is not None and row.n_items >= 2 and not _NUMBERED.match(text, match.start()):
            yield _BRACKET + _BEHIND_NOUN * _leads(nouns, match.start(), text), row
    for match in _CAP_ROW.finditer(text):
        row = _Row(match.start(), match.end(), match.group().count(",") + 2)
        bonus = _BEHIND_NOUN if any(match.end() <= noun[0] <= match.end() + 16 for noun in nouns) else 0.0
        if match.start() == 0 or not text[match.start() - 2 : match.start()].strip().isalpha():
            bonus += 0.2
        yield _ROW + bonus, row


def _leads(nouns: Sequence[Span], start: int, text: str) -> float:
    """Say whether the noun asked for leads up to an opening, in the same clause; less for its later spellings."""
    for rank, (_, end) in enumerate(nouns):
        if end <= start and not re.search(r"[;.](?=\s)|:", text[end:start]) and start - end < _PHRASE_CHARS:
            return max(1.0 - 0.15 * rank, 0.3)
    return 0.0


def _closing(text: str, start: int) -> int:
    end = text.find(_CLOSERS[text[start]], start + 1)
    return end if end >= 0 else len(text)


def enumerate_items(written: Written, start: int, *, end: int | None = None) -> _Row | None:
    """Read the enumeration that begins at start: where it ends, and how many items it has."""
    text = written.text
    limit = len(text) if end is None else end
    while start < limit and (text[start].isspace() or text[start] in ":"):
        start += 1
    if start >= limit:
        return None
    if text[start] in _QUOTES:
        close = min(_closing(text, start), limit)
        inner = re.split(r",|;| - | – | và ", text[start + 1 : close])
        return _Row(start + 1, close, len(inner))
    numbers = list(_NUMBERED.finditer(text, start, limit))
    if numbers and numbers[0].start() == start:
        stop = _sentence_end(text, numbers[-1].end(), limit, ";" if ";" in text[start : numbers[-1].start()] else "")
        return _Row(start, stop, len(numbers))
    if end is None and (semicolons := _semicolon_row(written, start, limit)):
        return semicolons
    return _comma_row(written, start, limit)


def _sentence_end(text: str, start: int, limit: int, marks: str) -> int:
    match = re.compile(rf"[.!?{marks}](?=\s|$)").search(text, start, limit)
    return match.start() if match else limit


def _semicolon_row(written: Written, start: int, limit: int) -> _Row | None:
    text = written.text
    stop = _sentence_end(text, start, limit, "")
    pieces = [m.start() for m in re.compile(r";").finditer(text, start, stop)]
    if not pieces:
        return None
    first = text[start : pieces[0]]
    # "A, B, C; các loại khác giữ nguyên": the row is the first piece
    if "," in first and len(pieces) == 1:
        return None
    end, n = stop, len(pieces) + 1
    for i, at in enumerate(pieces):
        after = at + 1 + len(text[at + 1 :]) - len(text[at + 1 :].lstrip())
        if _CLAUSE_LEAD.match(written, after):
            end, n = at, i + 1
            break
    return _Row(start, end, n) if n > 1 else None


def _comma_row(written: Written, start: int, limit: int) -> _Row | None:
    text = written.text
    n_items, at, last = 1, start, False
    is_named = text[start].isupper()
    while True:
        edge, kind = _next_edge(written, at, limit)
        if kind == "stop" or (kind == "comma" and last):
            break
        after = edge + 1 if kind == "comma" else edge
        if kind == "comma":
            while after < limit and text[after].isspace():
                after += 1
            if joined := _AND.match(written, edge, limit):
                after, last = joined.end(), True
            elif _CLAUSE_LEAD.match(written, after, limit):
                break
        else:
            joined = _AND.match(written, edge, limit)
            if joined is None:
                break
            # "A và B, C": only a conjunction behind the last comma ends the row
            after = joined.end()
            tail, tail_kind = _next_edge(written, after, limit)
            last = not (tail_kind == "comma" and n_items == 1 and _more_items(written, tail, limit, is_named=is_named))
        if is_named and after < limit and text[after].islower() and written.writing is not Writing.BARE:
            upto, _ = _next_edge(written, after, limit)
            counts = last and _QUANTIFIER.match(written, after) is not None
            if not counts and not any(char.isupper() or char.isdigit() for char in text[after:upto]):
                break
        n_items += 1
        at = after
    return _Row(start, _without_verb(text, start, at, edge), n_items)


def _without_verb(text: str, start: int, last: int, end: int) -> int:
    """Cut what follows the name of the last item where all items are mere names: "A Lý, Ba Na sáp nhập thành xã B"."""
    if last > start and _MERE_NAMES.fullmatch(text, start, last):
        name = _MERE_NAME.match(text, last, end)
        if name:
            return name.end()
    return end


def _more_items(written: Written, comma: int, limit: int, *, is_named: bool) -> bool:
    after = comma + 1
    while after < limit and written.text[after].isspace():
        after += 1
    if _CLAUSE_LEAD.match(written, after, limit):
        return False
    _, kind = _next_edge(written, after, limit)
    return kind == "and" or (is_named and written.text[after : after + 1].isupper())


def _next_edge(written: Written, start: int, limit: int) -> tuple[int, str]:
    """Find where an item ends, outside brackets and quotes: at a comma, a conjunction, or where the row stops."""
    text = written.text
    stop = _STOP.search(written, start, limit)
    stop_at = stop.start() if stop else limit
    joined = _AND.search(written, start, limit)
    and_at = joined.start() if joined else limit
    i = start
    while i < limit:
        char = text[i]
        if char in _CLOSERS and char not in "‘":
            close = text.find(_CLOSERS[char], i + 1, limit)
            if close > i:
                if i < stop_at < close:
                    again = _STOP.search(written, close, limit)
                    stop_at = again.start() if again else limit
                if i < and_at < close:
                    more = _AND.search(written, close, limit)
                    and_at = more.start() if more else limit
                i = close + 1
                continue
        if i >= stop_at:
            return stop_at, "stop"
        if i >= and_at:
            return and_at, "and"
        if char == "," and not (text[i - 1].isdigit() and text[i + 1 : i + 2].isdigit()):
            return i, "comma"
        if char in ';!?:)”"]' or (
            char == "." and (i + 1 >= limit or (text[i + 1].isspace() and not text[i - 2 : i].isupper()))
        ):
            return i, "stop"
        i += 1
    return limit, "stop"
