"""Which place of a sentence is asked for: an address, a chain of units, a venue. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answer.asked import Asked, entity_key
from rag.answer.concepts import Named
from rag.answer.seeking import Sought, find_noun, weigh_nearness
from rag.answer.spelling import CAPITAL, Span, Spelled, Writing, Written, trim
from rag.places import PlaceLevel, PlaceSpan, find_places
from rag.text import fold

_LEVELS: tuple[tuple[re.Pattern[str], frozenset[PlaceLevel]], ...] = (
    (re.compile(r"\b(?:thon|ban|lang|ap|xom|buon|khu pho|village|hamlet)$"), frozenset({PlaceLevel.VILLAGE})),
    (re.compile(r"\b(?:xa|phuong|thi tran|commune|ward)$"), frozenset({PlaceLevel.COMMUNE})),
    (re.compile(r"\b(?:huyen|quan|thi xa|district|town)$"), frozenset({PlaceLevel.DISTRICT})),
    (re.compile(r"\b(?:thanh pho|city)$"), frozenset({PlaceLevel.DISTRICT, PlaceLevel.PROVINCE})),
    (re.compile(r"\b(?:tinh|province)$"), frozenset({PlaceLevel.PROVINCE})),
)
_ABROAD = re.compile(r"\b(?:nuoc|quoc gia|countr(?:y|ies))$")
_ASKED_UNIT = re.compile(
    r"(?<!\w)(?<!dia )(?<!hop tac )(?<!cong )(thon|ban|lang|ap|xom|buon|khu pho|xa|phuong|thi tran|huyen|quan|thi xa"
    r"|thanh pho|tinh|nuoc|quoc gia)"
    r"(?: [a-z]+){0,2} nao(?!\w)|\b(?:which|what) (village|hamlet|commune|ward|district|town|city|province|country)\b"
)
# A proper name or a number, with what leads it: "khu Co Hạ", "thôn 3", "số 25 Lê Lợi", "đường Nguyễn Trãi".
_CAP = rf"{CAPITAL}[^\W\d_]*(?:['’-][^\W\d_]+)?"
_NAME = rf"(?:{_CAP}(?:[ ]{_CAP}|[ ]\d{{1,4}}(?![\d.,]))*|\d{{1,4}}[A-Z]?(?![\d.,]\d|\w))"
_LINK_UNIT = (
    r"(?:tầng|tòa nhà|toà nhà|lô|kcn|ccn|khu phố|khu tái định cư|khu đô thị|khu dân cư|khu công nghiệp"
    r"|cụm công nghiệp|khu|cụm|thôn|bản|làng|xóm|ấp|buôn|sóc|tổ dân phố|tổ|tiểu khu|đường|phố|ngõ|ngách|quốc lộ"
    r"|tỉnh lộ|ql|tl|km|xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|tp\.?|tx\.?|tt\.?|p\.|q\.)"
)
_LINK_UNITS = rf"(?:{_LINK_UNIT}|{fold(_LINK_UNIT)})"
_UNIT_NAME = re.compile(rf"(?<!\w)(?i:{_LINK_UNITS})\s*{_NAME}")
_STREET = re.compile(
    rf"(?<!\w)(?:(?i:số(?: nhà)?|so(?: nha)?)\s+\d{{1,4}}[A-Za-z]?(?:[/-]\d{{1,4}})*|\d{{1,4}}[A-Z]?(?:/\d+)*)"
    rf"(?:,?\s+(?i:đường|phố|ngõ|duong|pho|ngo))?\s+{_CAP}(?:[ ]{_CAP})+"
)
_CHAIN_LINK = re.compile(
    rf"\s*(?:,|-|–)\s*(?=(?i:{_LINK_UNITS}|số|so)\s*(?:{CAPITAL}|\d))|\s+(?:thuộc|của|thuoc"
    rf"|cua)\s+(?=(?i:{_LINK_UNITS})\s+{CAPITAL})"
)
_BRACKETED = re.compile(rf"\s*\((?:(?i:{_LINK_UNITS})\s+)?{_CAP}(?:[ ]{_CAP}){{0,3}}\)")
_PROVINCE_LINK = re.compile(r"\s*,\s*|\s*-\s*")
_AT = Spelled(
    r"(?<!\w)(?:đặt (?:trụ sở )?(?:ở|tại)|nằm (?:ở|tại|trên(?: địa bàn)?)|diễn ra (?:ở|tại)|có trụ sở (?:ở|tại)|tại|ở"
    r"|thuộc|đến|về|vào|trên địa bàn|quê(?: ở| quán)?|từ|sang|qua|trên)\s+(?:là\s+)?",
    r"\b(?:located (?:in|at)|based (?:in|at)|at|in|near|on|from|to)\s+(?:the\s+)?",
)
_STRONG_AT = Spelled(
    r"(?<!\w)(?:đặt (?:ở|tại)|nằm (?:ở|tại|trên)|tại|ở|thuộc|quê(?: ở)?)\s+(?:là\s+)?$",
    r"\b(?:at|in|located in|based in)\s+(?:the\s+)?$",
)
# "từ", "đến", "trên" lead to much else: only what begins like a place counts behind them.
_VENUE = Spelled(
    r"(?:trung tâm|hội trường|nhà văn hóa|nhà thi đấu|nhà khách|nhà máy|nhà hát|nhà|trụ sở|sân vận động|sân"
    r"|quảng trường|khách sạn|trường|bệnh viện|trạm|khu|cụm|chợ|bến|cảng|sân bay|công viên|bảo tàng|ủy ban|ubnd|hđnd"
    r"|đình|chùa|đền|đồi|núi|hồ|đập|thao trường|cửa khẩu|thư viện|cung|tượng đài|nghĩa trang|di tích|vườn quốc gia"
    r"|đường|phố|ngã|cầu|văn phòng|phòng|rạp|xưởng|kho|bãi|mỏ|đảo|vùng|làng|thôn|bản|xóm|tổ|lễ đài|hang|thác|đại học"
    r"|học viện|khuôn viên|tòa nhà|số \d)(?!\w)",
    r"(?:[a-z ]{0,30})?(?:center|centre|hall|stadium|hotel|school|hospital|square|park|museum|theatre|airport|port"
    r"|market|headquarters|village|house|university)\b",
)
_VENUE_END = Spelled(
    r"[;:.!?\"“”]|,|\(|\s(?:và|cùng|để|nhằm|khi|do|vì|nên|mà|thì|nhưng|với|trong|từ|theo|đã|được|bị|sẽ|là|lúc|vào"
    r"|ngay|cấp cứu|điều trị|sáng|chiều|ngày|tháng|năm|có|diễn|tổ chức|khai mạc|cho|của|sau|trước|đang|đón"
    r"|vì sao)(?!\w)|\s-\s|\s–\s",
    r"[;:.!?\"“”]|,|\(|\s(?:and|to|for|when|because|with|on|from|that|which|who|was|were|is|are|has|had|will|after"
    r"|before|in)\b",
)
_ORGAN = Spelled(
    r"(?:ubnd|hđnd|ủy ban nhân dân|hội đồng nhân dân|huyện ủy|tỉnh ủy|mttq|chủ tịch|bí thư|giám đốc|công an|sở|phòng"
    r"|đảng bộ|đoàn|hội|báo|của|trưởng)\s*$",
    r"(?:committee of|chairman of|secretary of|police of)\s+$",
)
_HERE = re.compile(
    r"(?i)(?:địa phương|nơi|chỗ|đây|đó|nhà riêng|nước ngoài|các|những|nhiều|một số|dia phuong|cac|nhieu)(?!\w)"
)
_SECOND = re.compile(rf" {_CAP}(?! {_CAP})")
_LONE = re.compile(rf"^(?i:{_LINK_UNITS})\s{_CAP}$")
_BEGINS_NAME = re.compile(rf"{_CAP}(?:[ ]{_CAP}){{0,4}}")


def find_asked_places(written: Written, asked: Asked, sought: Sought, named: Sequence[Named]) -> list[Span]:
    """Find the places of a sentence that may be asked for, the likeliest first; those the question names are none."""
    text = written.text
    unit = _ASKED_UNIT.search(fold(asked.question))
    word = next(filter(None, unit.groups()), "") if unit else ""
    levels = next((levels for pattern, levels in _LEVELS if pattern.search(word)), None)
    taken = asked.entities
    places = [_whole(text, place) for place in find_places(text)]
    found: list[tuple[float, Span]] = []
    if levels is not None:
        found = [(0.0, (p.start, p.end)) for p in places if p.level in levels and entity_key(p.name) not in taken]
        if not found:
            found = [(-0.2, span) for span in _behind_noun(written, sought)]
    elif _ABROAD.search(word):
        known = [(p.start, p.end) for p in places]
        for match in _AT.finditer(written):
            name = _BEGINS_NAME.match(text, match.end())
            if name and not any(a < name.end() and name.start() < b for a, b in known):
                found.append((0.2, name.span()))
        found += [(-0.3, span) for span in _behind_noun(written, sought)]
    else:
        chains = list(_chains(text, [(p.start, p.end) for p in places]))
        found = [(0.0, span) for span in chains if not _is_taken(text, span, taken)]
        for span in _venues(written, chains):
            if not _is_taken(text, span, taken) or fold(text[slice(*span)]) not in fold(asked.question):
                found.append((0.2, span))
                found = [(w, s) for w, s in found if s == span or not (span[0] <= s[0] and s[1] <= span[1])]
    scored = []
    for bonus, span in found:
        weight = bonus + weigh_nearness(span, text, named, asked)
        if _STRONG_AT.search(written, max(0, span[0] - 20), span[0]):
            weight += 0.25
        if _ORGAN.search(written, max(0, span[0] - 24), span[0]):
            weight -= 0.5
        scored.append((weight, -span[0], span))
    scored.sort(reverse=True)
    return list(dict.fromkeys(span for _, _, span in scored))


def _whole(text: str, place: PlaceSpan) -> PlaceSpan:
    """Give a commune of one syllable its second: "Quang" of "xã Quang Hiến"."""
    more = _SECOND.match(text, place.end)
    lone = _LONE.search(text, place.start, place.end) is not None
    return replace(place, name=f"{place.name}{more.group()}", end=more.end()) if more and lone else place


def _is_taken(text: str, span: Span, taken: Sequence[str]) -> bool:
    """Say whether a span is nothing but a place that the question names."""
    return entity_key(text[slice(*span)]) in taken


def _behind_noun(written: Written, sought: Sought) -> Iterator[Span]:
    for _, end in find_noun(sought, written):
        name = re.compile(rf"\s+({_NAME})").match(written.text, end)
        if name:
            yield name.span(1)
            return


def _chains(text: str, places: Sequence[Span]) -> Iterator[Span]:
    """Yield addresses and units, each with the units around it: "bản Sài Khao, xã Mường Lý, huyện Mường Lát"."""
    pieces = sorted(
        {*places, *(m.span() for m in _UNIT_NAME.finditer(text)), *(m.span() for m in _STREET.finditer(text))}
    )
    merged: list[Span] = []
    for start, end in pieces:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    chains: list[Span] = []
    for start, end in merged:
        if chains:
            low, high = chains[-1]
            gap = _CHAIN_LINK.match(text, high)
            plain = _PROVINCE_LINK.fullmatch(text, high, start)
            # "các xã A, B": a row of equals is no chain
            if (gap and gap.end() == start and _narrows(text, (low, high), (start, end))) or (
                plain
                and (start, end) in places
                and _is_province(text, (start, end))
                and _narrows(text, (low, high), (start, end))
            ):
                chains[-1] = (low, end)
                continue
        chains.append((start, end))
    for start, end in chains:
        tail = _BRACKETED.match(text, end)
        yield start, tail.end() if tail else end


# From the inside out.
_ORDER = (
    r"tầng|lô|tang",
    r"tòa nhà|toà nhà|kcn|ccn|toa nha",
    r"số(?: nhà)?|so(?: nha)?|\d",
    r"đường|phố|ngõ|ngách|quốc lộ|tỉnh lộ|ql|tl|km|duong|pho|quoc lo|tinh lo",
    r"khu|cụm|thôn|bản|làng|xóm|ấp|buôn|sóc|tổ|tiểu khu|cum|thon|ban|lang|xom",
    r"xã|phường|thị trấn|tt|p\.|xa|phuong|thi tran",
    r"huyện|quận|thị xã|thành phố|tp|tx|q\.|huyen|quan|thi xa|thanh pho",
    r"tỉnh|tinh",
)
_RANKS = tuple(re.compile(rf"(?:{words})(?![^\W\d_])", re.IGNORECASE) for words in _ORDER)
_ENGLISH_RANKS = {"street": 3, "road": 3, "village": 4, "commune": 5, "ward": 5, "district": 6, "town": 6, "city": 6}


def _rank(text: str, span: Span) -> int:
    """Rank a unit from a floor to a province, which may stand without its unit word."""
    words = text[slice(*span)]
    # The later pattern first: "khu phố" is no "phố", "thị xã" no "xã".
    rank = next((i for i in range(len(_RANKS) - 1, -1, -1) if _RANKS[i].match(words)), None)
    return rank if rank is not None else _ENGLISH_RANKS.get(words.rsplit(None, 1)[-1].lower(), len(_RANKS) - 1)


def _narrows(text: str, inner: Span, outer: Span) -> bool:
    """Say whether the last unit of a chain lies inside the next: a commune in a district, no two of a level."""
    last = text.rfind(",", *inner)
    start = inner[0] if last < 0 else last + 1
    while start < inner[1] and text[start].isspace():
        start += 1
    return _rank(text, (start, inner[1])) < _rank(text, outer)


def _is_province(text: str, span: Span) -> bool:
    return any(p.level in (PlaceLevel.PROVINCE, PlaceLevel.DISTRICT) for p in find_places(text[slice(*span)]))


def _venues(written: Written, chains: Sequence[Span]) -> Iterator[Span]:
    """Yield what stands behind "tại" and "ở": a venue with the units it lies in."""
    text = written.text
    for match in _AT.finditer(written):
        start = match.end()
        if _HERE.match(text, start):
            continue
        inside = next((chain for chain in chains if chain[0] == start), None)
        if inside is not None:
            continue
        venue = _VENUE.match(written, start)
        if venue is None:
            continue
        stop = _VENUE_END.search(
            written, max(venue.end() if written.writing is not Writing.ENGLISH else start, start + 1)
        )
        end = stop.start() if stop else len(text)
        # "nhà văn hóa thôn 3, xã Xuân Lộc"
        while (link := _CHAIN_LINK.match(text, end)) and (
            chain := next((c for c in chains if c[0] <= link.end() < c[1]), None)
        ):
            end = chain[1]
        for low, high in chains:
            if low < end < high:
                end = high
        span = trim(text, start, end)
        if span:
            yield span
