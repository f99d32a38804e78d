"""Which person of a sentence is asked for: whose office it is, or who did what the question says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.seeking import weigh_nearness
from rag.answer.spelling import Span, Spelled, Writing, Written, read_written
from rag.persons import find_persons
from rag.text import fold, terms

# Heads of offices, folded; the longer goes before the one inside it.
_OFFICES = (
    r"tong giam doc|giam doc|tong bi thu|bi thu|thu tuong|thu truong|bo truong|chu tich|chanh van phong"
    r"|chanh thanh tra|chanh an|vien truong|cuc truong|vu truong|hieu truong|ke toan truong|kiem soat vien truong"
    r"|chi huy truong|doi truong|to truong|don truong|tram truong|khoa truong|doan truong|chinh uy|chinh tri vien"
    r"|chu nhiem|tong thong|thong doc|thanh vien|uy vien|nguoi phat ngon|nguoi sang lap|nha sang lap|co van|thu ky"
    r"|bi thu doan|dai su|truong (?=phong|ban|cong an|doan|thon|ban|khoa|tram|bo phan|nhom|tieu ban|chi nhanh"
    r"|van phong|khu|xom)|chu bien|huan luyen vien|tong bien tap|chu so huu|chu dau tu|chu ho"
)
_ENGLISH_OFFICES = {
    "general director": "tong giam doc",
    "chief executive officer": "tong giam doc",
    "chief executive": "tong giam doc",
    "ceo": "tong giam doc",
    "director general": "tong giam doc",
    "managing director": "tong giam doc",
    "director": "giam doc",
    "chairman": "chu tich",
    "chairwoman": "chu tich",
    "chairperson": "chu tich",
    "chairs": "chu tich",
    "president": "chu tich",
    "party secretary": "bi thu",
    "secretary": "bi thu",
    "prime minister": "thu tuong",
    "minister": "bo truong",
    "governor": "thong doc",
    "principal": "hieu truong",
    "headmaster": "hieu truong",
    "chief accountant": "ke toan truong",
    "spokesperson": "nguoi phat ngon",
    "spokesman": "nguoi phat ngon",
    "founder": "nguoi sang lap",
    "head": "truong",
    "chief": "truong",
}
_WORDS = "|".join(sorted(_ENGLISH_OFFICES, key=len, reverse=True))
_OFFICE = re.compile(
    rf"(?<!\w)(?P<deputy>(?:pho|vice|deputy)[ -])?(?:(?P<vi>{_OFFICES})|(?P<en>{_WORDS}))(?P<s>'s)?(?!\w)"
)
_ANY_HEAD = frozenset({"lanh dao", "dung dau", "dieu hanh"})
# What the question asks the holder of an office with; a relation to one asks for somebody else.
_ASKS_HOLDER = Spelled(
    r"(?<!\w)(?:ai|người nào|là ai|tên là gì|tên gì|nào|chức(?: vụ)?|là gì)(?!\w)",
    r"\b(?:who|whom|name|which|what)\b",
)
_RELATION = re.compile(
    r"(?<!\w)(?:chong|vo|con|con trai|con gai|cha|bo de|me|em|anh trai|em gai|em trai|husband|wife|son|daughter"
    r"|father|mother|brother|sister)(?: cua)?\s+(?:ong|ba|chu tich|giam doc|bi thu|tong|pho|of|mr|ms)|'s (?:wife"
    r"|husband|son|daughter)"
)
_LEADS = re.compile(r"(?<!\w)(?:lanh dao|dung dau|dieu hanh|phu trach|heads?|leads?|runs?)(?!\w)")
_ASKS_FORMER = re.compile(
    r"(?<!\w)(?:nguyen la|nguyen|cuu|tien nhiem|truoc day|truoc (?:ong|ba|khi)|thoi|tu nhiem|mien nhiem|bai nhiem"
    r"|roi chuc|nghi huu|bi cach chuc|former|formerly|previous|resigned|stepped down|before)(?!\w)"
)
_LEAVES_BEFORE = re.compile(
    r"(?<!\w)(?:mien nhiem|bai nhiem|cach chuc|tu nhiem|cho thoi|thay the|thay|nguyen|cuu|former|replacing"
    r"|succeeding)"
    r"(?!\w)[^.;]{0,60}$"
)
_LEAVES_BEHIND = re.compile(
    r"[^.;:]{0,40}?(?<!\w)(?:thoi(?: khong)? (?:giu|dam nhiem|lam|dam nhan)|thoi chuc|tu nhiem|nghi huu|nghi che do"
    r"|mien nhiem|chuyen cong tac|bi cach chuc|nguyen|cuu|qua doi|tu tran|resigned|stepped down|retired|former)(?!\w)"
)
_COMES_BEFORE = re.compile(
    r"(?<!\w)(?:bau(?: bo sung| them)?|bo nhiem|cu|giao(?: cho)?|chi dinh|dieu dong|elected|appointed|named)\s+"
    r"(?:\w+\s+){0,5}$"
)
_COMES_BEHIND = re.compile(
    r"[^.;:]{0,50}?(?<!\w)(?:duoc (?:bau|bo nhiem|giao|chi dinh|cu)|trung cu|tai cu|dac cu|giu chuc|was elected"
    r"|was appointed)(?!\w)"
)
# Between a name and its office.
_APPOSITION = re.compile(
    r"\s*(?:,|\(|-|–|—|:)\s*(?:hien (?:la|dang la|giu chuc)\s+|la\s+|the\s+|tan\s+|nguyen\s+|cuu\s+|former\s+)?"
)
_HELD = re.compile(
    r"[^.;:]{0,60}?(?<!\w)(?:lam|la|giu(?: chuc(?: vu)?| vi tri| cuong vi)?|chuc(?: vu| danh)?"
    r"|dam nhiem(?: chuc(?: vu)?)?|vao|cuong vi|vi tri|tro thanh|nham chuc|as|is|was|became|vai tro)\s+(?:the\s+"
    r"|tan\s+|new\s+)?$"
)
_SEGMENT_END = re.compile(
    r"[,;:()–—]|\.(?=\s|$)|\s-\s|\s(?:va|cung|and|cho biet|noi|khang dinh|phat bieu|said|says|da|dang(?! (?:uy|bo"
    r"|vien|doan))|se|duoc|nhan|trao|khi|cho|hoi|nam|thang|vao|don|lam|ky|thay|nhiem ky|tu|who|when|in \d+)\s"
)
_TITLES_BETWEEN = re.compile(
    r"[\s,:–-]*(?:la|is)?\s*(?:(?:dong chi|ong|ba|dai ta|thuong ta|trung ta|thieu ta|thieu tuong|bac si|tien si|ky su"
    r"|mr\.?|ms\.?|mrs\.?|dr\.?|pgs\.?|ts\.?|ths\.?|thay|co)\s*)*$"
)
_AGENT_LEAD = re.compile(r"(?<!\w)(?:do|bau|bau bo sung|cho|by|la|is|gom)\s+(?:\w+\s+){0,2}$")
# How much it counts that a name holds the asked office, its further words, that it comes in or leaves.
_HOLDS, _FURTHER, _COMES, _LEAVES = 2.0, 1.0, 0.4, -2.5
_OTHER_OFFICE, _SHORT_NAME, _DEPUTY = -0.6, -1.5, -4.0


@dataclass(frozen=True, slots=True)
class Office:
    """An office as it stands in a text. head: folded, in Vietnamese; rest: the words behind it, folded."""

    head: str
    is_deputy: bool
    rest: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Seeking:
    office: Office | None
    is_leader: bool
    former: bool
    named: tuple[str, ...]
    coming: bool


@lru_cache(maxsize=256)
def _read_question(question: str) -> _Seeking:
    folded = fold(question)
    former = _ASKS_FORMER.search(folded) is not None
    named = tuple(fold(question[start:end]) for start, end in find_persons(question))
    coming = re.search(r"(?<!\w)(?:duoc bau|bau|duoc bo nhiem|bo nhiem|thay|replaces?|elected|appointed)(?!\w)", folded)
    if _RELATION.search(folded) or not _ASKS_HOLDER.search(read_written(question)):
        return _Seeking(None, False, former, named, coming is not None)
    office = next(_offices(folded, 0, len(folded)), None)
    if office is not None:
        # "Ai được Chủ tịch tỉnh khen?": the office is somebody else's.
        first = _OFFICE.search(folded)
        ahead = folded[: first.start()] if first else ""
        if re.search(r"(?<!\w)(?:ai|who|whom)(?!\w).*(?<!\w)(?:duoc|cung|gap|thay|with|by|do|cua)\s+$", ahead):
            office = None
    leads = _LEADS.search(folded) is not None
    return _Seeking(office, leads and office is None, former, named, coming is not None)


def _offices(folded: str, start: int, end: int) -> Iterator[Office]:
    """Read the offices that stand in a stretch of a folded text."""
    for match in _OFFICE.finditer(folded, start, end):
        head = match["vi"].strip() if match["vi"] else _ENGLISH_OFFICES[match["en"]]
        stop = _SEGMENT_END.search(folded, match.end(), end)
        rest = terms(folded[match.end() : stop.start() if stop else end])
        yield Office(head, match["deputy"] is not None, frozenset(rest) - _EMPTY)


_EMPTY = frozenset("la ai cua nao va tai the of who is was a an at ten gi duoc hien nay nam ong ba s".split())


def find_asked_persons(sentence: str, asked: Asked, named: Sequence[Named]) -> list[Span]:
    """Find the persons of a sentence that may be asked for, the likeliest first; those the question names are none."""
    found = find_persons(sentence)
    if not found:
        return []
    seeking = _read_question(asked.question)
    written = read_written(sentence)
    folded = fold(sentence)
    entities = {*map(fold, asked.understood.entities), *seeking.named}
    spans = [span for span in found if not _is_named(folded[slice(*span)], entities)]
    scored = []
    for span in spans:
        score = _weigh(written, folded, span, found=found, seeking=seeking, asked=asked, named=named)
        scored.append((score, -span[0], span))
    scored.sort(reverse=True)
    return [span for score, _, span in scored if score > _DEPUTY / 2 or (len(scored) == 1 and score > _DEPUTY)]


def _is_named(name: str, entities: set[str]) -> bool:
    """Say whether the question names a person already: in full, or by the last syllables."""
    return any(name == entity or entity.endswith(f" {name}") or name.endswith(f" {entity}") for entity in entities)


def _weigh(
    written: Written,
    folded: str,
    span: Span,
    *,
    found: Sequence[Span],
    seeking: _Seeking,
    asked: Asked,
    named: Sequence[Named],
) -> float:
    start, end = span
    low = max((b for a, b in found if b <= start), default=0)
    high = min((a for a, _ in found if a >= end), default=len(folded))
    own = _own_offices(folded, span, low, high)
    score = weigh_nearness(span, written.text, named, asked, behind=0.7)
    if _AGENT_LEAD.search(folded, low, start):
        score += 0.1
    if " " not in written.text[start:end].strip() and written.writing is not Writing.ENGLISH:
        score += _SHORT_NAME
    leaves = bool(_LEAVES_BEFORE.search(folded[low:start])) or bool(_LEAVES_BEHIND.match(folded[end:high]))
    comes = bool(_COMES_BEFORE.search(folded[low:start])) or bool(_COMES_BEHIND.match(folded[end:high]))
    if comes and not leaves:
        score += _COMES
    if leaves and (seeking.office or seeking.coming or seeking.is_leader or seeking.former):
        score -= _LEAVES if seeking.former else -_LEAVES
    wanted = seeking.office
    if wanted is not None:
        same = [o for o in own if o.head == wanted.head and o.is_deputy == wanted.is_deputy]
        if same:
            shares = [len(o.rest & wanted.rest) / (len(wanted.rest) or 1) for o in same]
            # "Phó chủ tịch tỉnh" is no chairman, and the chairman of the province none of the district's.
            strange = [len(o.rest - wanted.rest) / (len(o.rest) or 1) for o in same]
            score += max(_HOLDS + _FURTHER * (a - 0.5 * b) for a, b in zip(shares, strange, strict=True))
        elif any(o.head == wanted.head for o in own):
            score += _DEPUTY
        elif own:
            score += _OTHER_OFFICE
    elif seeking.is_leader and own:
        score += _HOLDS if any(not o.is_deputy for o in own) else _OTHER_OFFICE
    return score


def _own_offices(folded: str, span: Span, low: int, high: int) -> list[Office]:
    """Read the offices a sentence gives a person: before the name, in apposition behind it, or by a verb."""
    start, end = span
    own: list[Office] = []
    # "Chủ tịch UBND huyện Mường Tè Lò Văn Kiên", "Giám đốc là ông A"
    for match in _OFFICE.finditer(folded, max(low, start - 110), start):
        between = folded[match.end() : start]
        if re.search(r"[;.()](?=\s|$)", between):
            continue
        bare = _TITLES_BETWEEN.sub("", between)
        # A comma ends the office, unless it is the organ's own: "Sở Văn hóa, Thể thao và Du lịch".
        if bare.count(",") > 1 or re.search(r"(?<!\w)(?:cho biet|noi|va|cung|thay mat|giao|thay)(?!\w)", bare):
            continue
        if "," in bare and not re.search(r"(?:so|bo|ban|phong|cuc)\s[^,]*,", bare):
            continue
        # What belongs to the person named before: "ông A, Chủ tịch xã, ông B".
        if low and _APPOSITION.fullmatch(folded, low, match.start()) and re.search(r",\s*\S+\s*$", between):
            continue
        if low and re.match(r"\s*[,(–-]", folded[low : match.start()] or " ") and _looks_closed(folded, low, start):
            continue
        own += _offices(folded, match.start(), start)
        break
    # "ông A, Bí thư Đảng ủy, Tổng Giám đốc": one apposition after another
    at = end
    while lead := _APPOSITION.match(folded, at, high):
        office = _OFFICE.match(folded, lead.end(), high)
        stop = _SEGMENT_END.search(folded, lead.end(), high)
        until = stop.start() if stop else high
        if office is None:
            if at == end and not re.match(
                r"(?:uy vien|pgs|ts|dai bieu|thanh vien|phu trach)", folded[lead.end() : until]
            ):
                break
        else:
            own += _offices(folded, office.start(), until)
        if until <= lead.end():
            break
        at = until
    for match in _OFFICE.finditer(folded, end, min(high, end + 120)):
        if _HELD.fullmatch(folded, end, match.start()):
            own += _offices(folded, match.start(), high)
            break
    return own


def _looks_closed(folded: str, low: int, start: int) -> bool:
    """Say whether the stretch between two names is an apposition of the first: ", Chủ tịch huyện và ông"."""
    return re.search(r"(?:,|\s(?:va|cung|and)|-|–|;)\s*(?:\w+\s+){0,2}$", folded[low:start]) is not None
