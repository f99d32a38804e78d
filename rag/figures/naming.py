"""Names a figure may be stated of, as they stand in a paragraph: units, organisations, companies. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rag.figures.companies import Breadth, Mention, find_bare_names, find_companies, is_in_capitals
from rag.figures.layout import Layout, Taken, comparing_lead
from rag.places import PlaceLevel, find_places, find_province

_BREADTH = {
    PlaceLevel.PROVINCE: Breadth.PROVINCE,
    PlaceLevel.DISTRICT: Breadth.DISTRICT,
    PlaceLevel.COMMUNE: Breadth.COMMUNE,
    PlaceLevel.VILLAGE: Breadth.VILLAGE,
}
_OWN_BREADTH = {
    "tỉnh": Breadth.PROVINCE, "tinh": Breadth.PROVINCE, "province": Breadth.PROVINCE,
    "huyện": Breadth.DISTRICT, "huyen": Breadth.DISTRICT, "district": Breadth.DISTRICT, "quận": Breadth.DISTRICT,
    "thị xã": Breadth.DISTRICT, "thành phố": Breadth.DISTRICT, "city": Breadth.DISTRICT, "town": Breadth.DISTRICT,
    "xã": Breadth.COMMUNE, "phường": Breadth.COMMUNE, "thị trấn": Breadth.COMMUNE, "commune": Breadth.COMMUNE,
    "ward": Breadth.COMMUNE, "xa": Breadth.COMMUNE,
}  # fmt: skip
_ACTS = (
    r"(?:đã|có|đạt|còn|đang|phấn đấu|thu|trồng|tiếp tục|cũng|sẽ|ước|kết nạp|được|giải|huy động|hoàn|xây|tổ|hiện"
    r"|là|chỉ|đặt|dự"
    r"|trong|ta|bố trí|đón|xử|phát|mở|thành lập|đề ra|tập|lập|chi|duy trì|tăng|giảm|chưa|không|công nhận|has"
    r"|had|is|was|have|will|planted|recorded"
    r"|collected|aims|plans|reported)"
)
_NATION = re.compile(
    r"(?<!\w)(?:(?:cả|ca) (?:nước|nuoc)|toàn quốc|toan quoc|nước ta|nationwide|the (?:whole |entire )?country"
    r"|việt nam|vietnam)(?!\w)"
)
_OWN = re.compile(
    r"(?<!\w)(?:tỉnh|huyện|quận|thị xã|thành phố|xã|phường|thị trấn|tinh|huyen|xa|province|district|city"
    r"|commune|town|ward)"
    r"(?!\w|\s*(?:hội|hoi|ủy|uỷ|đoàn|lỵ|lộ)|(?:(?<=quận)|(?<=phường)|(?<=district)|(?<=ward))\s*\d)"
)
_WHOLE = re.compile(
    r"(?<!\w)(?:toàn|cả|(?:trên )?(?:toàn )?địa bàn|trong(?: toàn)?|của(?: toàn| cả)?|toan|ca|tren dia ban|cua|khắp"
    r"|the(?: whole| entire)?)\s$"
)
_BARE = re.compile(r"(?:^|[,;:(.]\s|(?<!\w)(?:và|nay|hiện|mà|năm \d{4}|/\d{4})\s)$")
_MEAN = re.compile(r"(?<!\w)(?:bình quân|trung bình|mức chung|bình quân chung|binh quan)\s$")
_BARE_ACTS = re.compile(rf" {_ACTS}(?!\w)")
_NATION_WORDS = ("nước", "quốc", "nam", "nuoc", "quoc", "country", "nationwide")
_ASIDE_LEAD = re.compile(
    r"(?<!\w)(?:như|sang|đi|giáp|cách|tới|về thăm|đến thăm|đến|cùng|cùng với|phối hợp với|kết nghĩa với|với"
    r"|ký kết với|kể từ|từ|bởi|thị trường"
    r"|do|unlike|like|than|with|under|according to)\s+(?:(?:các|nhóm|ubnd|hđnd|huyện ủy|tỉnh ủy"
    r"|hội đồng nhân dân|ủy ban nhân dân|ban thường vụ|cho|by|the)\s+)*$"
)
_ORDERED = re.compile(
    r"(?<!\w)(?:do|được|theo (?:quyết định|kế hoạch|nghị quyết|chỉ đạo|chỉ tiêu|kết luận|yêu cầu|đánh giá"
    r"|tiêu chuẩn|quy định))\s(?:(?!(?<!\w)(?:đạt|là|có|thu)(?!\w))[^,;:])*$"
)
_ORDERS = re.compile(
    r"[^,;:]{0,30}?(?<!\w)(?:giao|phân bổ|cấp|hỗ trợ|ban hành|phê duyệt|quyết định|tặng|khen|đề ra|quy định"
    r"|assigned)(?!\w)"
)
_RANKED = re.compile(
    r"(?:chiếm|đứng|thứ|hạng|xếp|top|% (?:tổng|grdp|gdp|cả|của)|lớn nhất|cao nhất|thấp nhất|đầu"
    r"|thứ hạng)(?:(?!(?<!\w)(?:đạt|là|còn)(?!\w))[^,;:])*$|(?:gấp|bằng|cao"
    r"|thấp)(?!\w)[^;:]{0,30}bình quân[^,;:]{0,20}$"
)
_SOURCE = re.compile(
    r"(?<!\w)(?:theo|according to|nguồn:?|báo|thông tin từ|số liệu (?:của|từ)|thống kê (?:của|từ)"
    r"|báo cáo (?:của|từ))\s+(?:(?:báo cáo|thống kê|số liệu|thông tin|ước tính|dữ liệu|của|từ|mới nhất|the"
    r"|report|of)\s+)*$"
)


def find_mentions(layout: Layout, own: Sequence[Mention]) -> list[Mention]:
    """Find the units and organisations of a paragraph, in order, those named one inside the other as the innermost.

    own: the report's units, the nearest first, for "toàn huyện".
    """
    found = sorted(_read_mentions(layout), key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    named = [_name_own(kept, i, own) for i in range(len(kept))]
    # A bare "huyện" nobody named before is no name; "toàn tỉnh" is the province's, whatever it is called.
    named = [m for m in named if m.name is not None or layout.lower[m.start : m.end] not in _OWN_BREADTH]
    named = [replace(m, name="tỉnh") if m.name is None and m.breadth is Breadth.PROVINCE else m for m in named]
    known = {mention.name: mention.breadth for mention in (*own, *named) if mention.breadth is not Breadth.UNKNOWN}
    named = [
        replace(m, breadth=known[m.name]) if m.breadth is Breadth.UNKNOWN and m.name in known else m for m in named
    ]
    return [_mark_aside(layout, mention) for mention in _fold_chains(layout, named)]


def _read_mentions(layout: Layout) -> Iterator[Mention]:
    text, lower = layout.text, layout.lower
    places = find_places(text)
    for place in places:
        yield Mention(place.name, _BREADTH[place.level], place.start, place.end)
    for match in _NATION.finditer(lower) if any(word in lower for word in _NATION_WORDS) else ():
        if match.group() not in ("việt nam", "vietnam") or _stands_alone(text, *match.span()):
            yield Mention("Việt Nam", Breadth.COUNTRY, match.start(), match.end())
    for match in _OWN.finditer(lower) if any(word in lower for word in _OWN_BREADTH) else ():
        start, end = match.span()
        if _goes_on_as_name(text, end):
            continue
        if whole := _WHOLE.search(lower, max(0, start - 20), start):
            yield Mention(None, _OWN_BREADTH[match.group()], whole.start(), end)
        elif _MEAN.search(lower, max(0, start - 20), start) or (
            _BARE_ACTS.match(lower, end) and _BARE.search(lower, max(0, start - 12), start)
        ):
            yield Mention(None, _OWN_BREADTH[match.group()], start, end)
    if is_in_capitals(text):
        return
    spans = [(place.start, place.end) for place in places]
    for company in find_companies(layout):
        spans.append((company.start, company.end))
        if company.name is not None:
            yield company
    yield from find_bare_names(layout, Taken(spans))


def _goes_on_as_name(text: str, end: int) -> bool:
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether "Việt Nam" names the country, not the end or beginning of another name."""
    if not text[start].isupper() or text[start:end].isupper():
        return False
    before = text[max(0, start - 30) : start].split()
    if (
        before
        and before[-1][:1].isupper()
        and start
        and text[start - 1] == " "
        and before[-1] not in ("Tại", "Ở", "Của")
    ):
        return False
    ahead = text[max(0, start - 40) : start].lower()
    # "Ngân hàng Nhà nước Việt Nam" is no country; "Ngân hàng Thế giới dự báo kinh tế Việt Nam" names one.
    return (
        not _goes_on_as_name(text, end)
        and re.search(r"(?:đảng|ngân hàng|hội|đoàn|tổng|công ty|liên|nhà nước)(?:\s[^\s,;.]+){0,3}\s$", ahead) is None
    )


def _name_own(mentions: list[Mention], i: int, own: Sequence[Mention]) -> Mention:
    """Give "toàn huyện" its name: the report's own unit of that level, else the last one of it named before."""
    mention = mentions[i]
    if mention.name is not None:
        return mention
    for known in own:
        if known.breadth is mention.breadth:
            return replace(mention, name=known.name)
    for before in reversed(mentions[max(0, i - 12) : i]):
        if before.breadth is mention.breadth and before.name is not None:
            return replace(mention, name=before.name)
    return mention


_INSIDE = re.compile(r"\s*(?:,|\(|-|–|thuộc|của|trực thuộc|in|of)?\s*(?:địa bàn\s+|the\s+)?")


def _fold_chains(layout: Layout, mentions: list[Mention]) -> Iterator[Mention]:
    """Take "xã Tri Lễ, huyện Quế Phong, tỉnh Nghệ An" for the commune, up to where its last name ends."""
    i = 0
    while i < len(mentions):
        mention, last = mentions[i], mentions[i]
        while i + 1 < len(mentions) and _lies_in(layout, last, mentions[i + 1]):
            i += 1
            last = mentions[i]
        yield replace(mention, end=last.end) if last is not mention else mention
        i += 1


def _lies_in(layout: Layout, inner: Mention, outer: Mention) -> bool:
    if not _INSIDE.fullmatch(layout.lower, inner.end, outer.start):
        return False
    bracketed = layout.text[inner.end : outer.start].strip() == "("
    if bracketed and layout.text[outer.end : outer.end + 1] == ")":
        return True
    return (
        outer.breadth < inner.breadth < Breadth.UNKNOWN and inner.breadth is not Breadth.COMPANY and outer.breadth > 0
    )


def _mark_aside(layout: Layout, mention: Mention) -> Mention:
    ahead = layout.lower[max(layout.clause_start(mention.start), mention.start - 90) : mention.start]
    if not ahead.strip():
        return mention
    behind = layout.lower[mention.end : mention.end + 40]
    aside = (
        _ASIDE_LEAD.search(ahead) is not None
        or comparing_lead(ahead)
        or (_ORDERED.search(ahead) is not None and _ORDERS.match(behind) is not None)
        or _RANKED.search(ahead) is not None
        or (mention.breadth >= Breadth.COMPANY and _SOURCE.search(ahead) is not None)
    )
    return replace(mention, aside=True) if aside else mention


@lru_cache(maxsize=1024)
def breadth_of(name: str) -> Breadth:
    """Give the level of a place known by its name alone: a province, else a district."""
    for place in find_places(name):
        return _BREADTH[place.level]
    return Breadth.PROVINCE if find_province(name) is not None else Breadth.UNKNOWN
