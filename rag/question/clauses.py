"""A question that asks two different things → two questions, with what the second leaves unsaid. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from rag.question.groups import Side, both, entity_sides, flat
from rag.question.metrics import find_heads
from rag.question.periods import read_periods
from rag.text import fold, words
from rag.types import Understood

# "đâu" without accents is "đầu" as well, so it counts only behind "ở" and "tại".
_ASKS = both(
    r"\b(?:bao nhiêu|bao giờ|bao lâu|mấy(?= [^0-9])|ai|(?:ở|tại|từ) đâu|nào|gì|vì sao|tại sao|ra sao|là sao)\b"
)
_ENGLISH_ASKS = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_CUT = both(r",? và (?=[^ ])|[?;] ?(?:và )?|\. (?=[a-zà-ỹđ])|, (?:đồng thời |còn )?")
_ENGLISH_CUT = re.compile(r",? and (?=\S)|[?;] (?:and )?|, ", re.IGNORECASE)
#: What cannot stand on its own: it takes up what was said before.
_BACK = r"này|như vậy|lần lượt|tương ứng|hơn|nhất|chênh|khác nhau|so với|còn lại|trong đó|bên nào|hai"
# Without accents "họ" is "hộ" as well, "nó" "nợ" and "đó" "do".
_POINTS_BACK = {
    True: re.compile(rf"\b(?:{_BACK}|đó|ấy|nó|họ|vậy)\b"),
    False: re.compile(rf"\b(?:{fold(_BACK)})\b"),
}
_ENGLISH_POINTS_BACK = re.compile(
    r"\b(?:it|they|them|this|that|these|those|he|she|him|than|respectively|more|higher|lower|difference|or)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_ALONE = both(
    r"(?:vào |từ |ở |tại |do |vì )*(?:khi nào|lúc nào|bao giờ|đâu|ai|ngày nào|tháng nào|năm nào|ngày tháng nào"
    r"|bao lâu|sao)"
    r"(?: .{0,12})?"
)
_ALONE_LEFT = both(r"(?:vào |ở |tại |từ )*(?:khi nào|lúc nào|bao giờ|đâu|ngày nào|tháng nào|năm nào)$")
_LEADING_ASK = both(r"(?:vào |ở |tại |do |vì )?(?:khi nào|lúc nào|bao giờ|đâu|ai|ngày nào|tháng nào|năm nào|sao)\b")
_VERBS = both(
    r"(?:có|đã|đang|sẽ|được|bị|đạt|còn|chiếm|gồm|trồng|thu|kết nạp|nằm|thuộc|giảm|tăng|phấn đấu|xây dựng|huy động"
    r"|giải ngân|hoàn thành|đặt|khi nào|bao giờ|bao nhiêu|mấy|lãi|lỗ|khởi công|khánh thành|thành lập)\b"
)
_WHO_IS = both(r"ai (?:là|làm|giữ chức|đang là|hiện là)\b")
_COPULA = both(r" (?:là|đạt|còn|chiếm|ước|có|tăng|giảm|được|do|bao nhiêu|ở)\b")
_ENDS_WITH_UNIT = both(r"(?:^| )(?:huyện|tỉnh|xã|thành phố|phường|quận|huyện ủy|tỉnh ủy|ubnd|hđnd)$")
_ENGLISH_PREPOSED = re.compile(r"\b(?:of|in|for|at) (?:the )?$", re.IGNORECASE)
_TWO_WHS = re.compile(r"^(when|where|why|how|who) and (when|where|why|how|who) (?!many|much)(.+)$", re.IGNORECASE)
_MIN_OWN_WORDS = 2


def split_clauses(question: str, understood: Understood) -> tuple[str, ...]:
    """Split where a second thing is asked: "A là bao nhiêu và B là ai?"; () where nothing is.

    The entity and the period said once are carried over; where there is no place for them, nothing is split.
    """
    body = question.rstrip(" ?.!")
    if understood.language == "en" and (both_ways := _TWO_WHS.match(body)):
        first, second, rest = both_ways.groups()
        return (f"{first} {rest}?", f"{second[:1].upper()}{second[1:]} {rest}?")
    pieces = _cut_pieces(body, understood)
    if len(pieces) < 2:
        return ()
    if _ALONE[understood.accented].fullmatch(flat(pieces[0], accented=understood.accented)):
        return _ask_twice(pieces, understood, is_small=question.islower())
    parts = [pieces[0]]
    for piece in pieces[1:]:
        whole = _complete(piece, pieces[0], understood)
        if whole is None:
            return ()
        parts.append(whole)
    return tuple(_close(part, is_small=question.islower()) for part in parts)


def _ask_twice(pieces: list[str], understood: Understood, *, is_small: bool) -> tuple[str, ...]:
    """Ask "Khi nào và ở đâu hội nghị diễn ra" as two questions about the same."""
    second = _LEADING_ASK[understood.accented].match(flat(pieces[1], accented=understood.accented))
    if second is None or len(pieces) > 2:
        return ()
    asked = (pieces[0], pieces[1][: second.end()])
    return tuple(_close(f"{ask}{pieces[1][second.end() :]}", is_small=is_small) for ask in asked)


def _cut_pieces(body: str, understood: Understood) -> list[str]:
    english, accented = understood.language == "en", understood.accented
    text = flat(body, accented=accented)
    asks = list((_ENGLISH_ASKS if english else _ASKS[accented]).finditer(text))
    pattern = _ENGLISH_CUT if english else _CUT[accented]
    cuts: list[tuple[int, int]] = []
    for first, second in pairwise(asks):
        between = [
            m.span() for m in pattern.finditer(text, first.start(), second.start() + 1) if m.end() <= second.start()
        ]
        between = [cut for cut in between if cut[0] >= first.end()]
        if not between:
            continue
        near = [cut for cut in between if cut[0] == first.end()]
        firm = [cut for cut in between if text[slice(*cut)].strip() != ","]
        if not near and not firm:
            continue
        cuts.append(near[0] if near else firm[-1])
    edges = [0, *(edge for cut in cuts for edge in cut), len(body)]
    return [body[a:b].strip(" ,") for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _complete(piece: str, first: str, understood: Understood) -> str | None:
    """Give a later clause the entity and period of the first; None where it cannot stand on its own."""
    english, accented = understood.language == "en", understood.accented
    text = flat(piece, accented=accented)
    if not english and _ALONE[accented].fullmatch(text):
        left = _ALONE_LEFT[accented].search(flat(first, accented=accented))
        return first[: left.start()] + piece if left else None
    if (_ENGLISH_POINTS_BACK if english else _POINTS_BACK[accented]).search(text):
        return None
    if len(list(words(piece))) <= _MIN_OWN_WORDS and not find_heads(piece, accented=accented):
        return None
    period = _unsaid_period(piece, first, understood)
    if not any(name in piece for name in understood.entities):
        sides = [side for side in entity_sides(first, understood) if side.end <= len(first)]
        if len(sides) > 1:
            return None
        if sides:
            if english:
                return _carry_english(piece, first, sides[0], period)
            return _carry(piece, sides[0], period, accented=accented)
        if not understood.entities and not english and _VERBS[accented].match(text):
            return None
    return f"{piece}{period}"


def _carry(piece: str, side: Side, period: str, *, accented: bool) -> str | None:
    """Put an entity where a Vietnamese clause leaves it unsaid, and the period beside it."""
    text = flat(piece, accented=accented)
    of = "của" if accented else "cua"
    copula = _COPULA[accented].search(text)
    # "thu ngân sách là bao nhiêu" begins with a metric, "thu được bao nhiêu" with a verb.
    is_metric = copula is not None and any(start == 0 < end for start, end in find_heads(piece, accented=accented))
    if _VERBS[accented].match(text) and not is_metric:
        return f"{side.text} {piece}{period}"
    if _WHO_IS[accented].match(text):
        if _ENDS_WITH_UNIT[accented].search(text):
            return f"{piece} {side.name}"
        return f"{piece} {of} {side.text}"
    if copula is None:
        return None
    subject, rest = piece[: copula.start()], piece[copula.start() :]
    if _ENDS_WITH_UNIT[accented].search(flat(subject, accented=accented)):
        return f"{subject} {side.name}{period}{rest}"
    return f"{subject} {of} {side.text}{period}{rest}"


def _carry_english(piece: str, first: str, side: Side, period: str) -> str | None:
    if _OWN.search(piece):
        return _OWN.sub(f"{side.text}'s", piece, count=1) + period
    lead = _ENGLISH_PREPOSED.search(first[: side.start])
    preposition = "in" if re.search(r"(?i)how many|\bthere\b", piece) else lead[0].strip() if lead else "of"
    # "what was the poverty rate in 2022" → "… of Que Phong in 2022"
    spans = read_periods(piece)
    said = _ENGLISH_PREPOSED.search(piece[: spans[0].start]) if spans else None
    end = said.start() if said else len(piece)
    return " ".join(f"{piece[:end].rstrip()} {preposition} {side.text} {piece[end:]}".split()) + period


def _unsaid_period(piece: str, first: str, understood: Understood) -> str:
    """Give the period of the first clause where a later one that asks for a value names none: " năm 2023"."""
    spans = read_periods(first)
    asks_who = re.search(r"\b(?:ai|who)\b", flat(piece, accented=understood.accented))
    if len(spans) != 1 or read_periods(piece) or asks_who:
        return ""
    said = first[spans[0].start : spans[0].end]
    if understood.language == "en":
        return f" in {said}"
    year = "năm " if understood.accented else "nam "
    return f" {year if said.isdigit() else ''}{said[:1].lower()}{said[1:]}"


def _close(part: str, *, is_small: bool) -> str:
    part = part.strip(" ,;.?!")
    return f"{part}?" if is_small else f"{part[:1].upper()}{part[1:]}?"
