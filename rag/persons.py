"""Names of persons in a Vietnamese or English sentence, with offsets. Pure."""

from __future__ import annotations

import re

from rag.places import find_places
from rag.places.finding import UPPER
from rag.text import fold

Span = tuple[int, int]

_SMALL = rf"(?:(?![{UPPER}])[^\W\d_])"
_SYLLABLE = rf"[{UPPER}]{_SMALL}+(?:['’-][^\W\d_]{_SMALL}*)?"
# "Nguyễn Như Ý", "H'Hen Niê", "Ngô Q. Anh"
_LATER = rf"(?:{_SYLLABLE}|[{UPPER}]\.(?=[ \t][{UPPER}])|[{UPPER}](?![\w'’]))"
_NAME = re.compile(rf"(?:[{UPPER}]['’])?{_SYLLABLE}(?:[ \t\u00a0]+{_LATER}){{0,6}}")
_MOST_SYLLABLES = 5
# What stands before a name and says that a person follows; also in the middle of "Đại tá Phan Văn A".
_TITLES = (
    r"đồng chí|đ/c|ông|bà|anh|chị|cô|chú|bác|cháu|em|cụ|bác sĩ|bác sỹ|kỹ sư|luật sư|thầy giáo|cô giáo|thầy|nhà báo"
    r"|tác giả|tiến sĩ|tiến sỹ|thạc sĩ|thạc sỹ|giáo sư|phó giáo sư|pgs\.?\s?ts\.?|gs\.?\s?ts\.?|pgs\.?|gs\.?|ts\.?"
    r"|ths\.?|bs\.?|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá|trung tá|thiếu tá|đại úy|đại uý"
    r"|thượng úy|thượng uý|trung úy|trung uý|chủ tịch|phó chủ tịch|bí thư|phó bí thư|giám đốc|phó giám đốc"
    r"|tổng giám đốc|phó tổng giám đốc|thủ tướng|phó thủ tướng|bộ trưởng|thứ trưởng|cục trưởng|vụ trưởng|viện trưởng"
    r"|hiệu trưởng|trưởng phòng|trưởng ban|trưởng thôn|trưởng bản|trưởng đoàn|đội trưởng|tổ trưởng|đồn trưởng"
    r"|chánh văn phòng|chủ nhiệm|đại biểu|nghệ nhân|ca sĩ|ca sỹ|cầu thủ|huấn luyện viên|vận động viên|nhà thơ|nhà văn"
    r"|tổng thống|mr\.?|mrs\.?|ms\.?|dr\.?|ceo|chairman|chairwoman|director|secretary|minister|president"
)
_ANY_TITLE = rf"{_TITLES}|{fold(_TITLES)}"
_LED = re.compile(rf"(?<!\w)(?:{_ANY_TITLE})[:,]?\s+$", re.IGNORECASE)
_TITLE_HEAD = re.compile(rf"(?:{_ANY_TITLE})\s+", re.IGNORECASE)
_CLEAR = re.compile(r"(?<!\w)(?:đồng chí|đ/c|ông|bà|anh|chị|mr\.?|mrs\.?|ms\.?|ong)[:,]?\s+$", re.IGNORECASE)
# What has a person's name and is none: a street, a school, a company.
_NAMED_AFTER = re.compile(
    r"(?<!\w)(?:công ty|tập đoàn|ngân hàng|trường|đại học|thpt|thcs|tiểu học|mầm non|bệnh viện|đường|phố|chợ|cầu|hồ"
    r"|núi|sông|suối|đập|đảo|dự án|khu|hãng|htx|hợp tác xã|cổ phần|tnhh|cp|ctcp|mtv|thủy điện|nhà máy|khách sạn|giải"
    r"|quỹ|chùa|đền|đình|lăng|kênh|xóm|bản|thôn|ấp|làng|tổ|số \d+[a-z]?(?:/\d+)?|street|company|bank|group)\s+$",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\s*(?:Foods?|Banks?|Groups?|Company|Corporation|Corp|Holdings?|Capital|Securities|JSC|Ltd|Joint|Bridge|Street"
    r"|Road|River|Lake|Market|[Cc]ity|[Pp]rovince|[Dd]istrict|[Cc]ommune|[Ww]ard|[Vv]illage|[Tt]own)(?!\w)"
)
# Common family names, Kinh and others: a name that begins with one needs no title before it.
_FAMILY_NAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh lương đoàn trịnh mai cao lâm tạ hà "
    "chu tô đào trương nghiêm kiều tống tăng thái quách la lưu vương phùng thân triệu hứa ông điệp nông bế ma lò lù "
    "vi lô cầm quàng cà giàng thào vàng sùng mùa hạng cư chá tẩn bàn bạch khuất ninh tôn đàm tiêu thạch lục âu viên "
    "mạc kim giáp châu hầu khổng doãn tiết ung đậu cù chử nhữ lã lữ uông ngụy lại đồng phí dư khúc thiều cấn giang "
    "hàn tòng quản cung hờ lầu vừ xồng cụt lang đèo điêu sầm lường hảng "
    "ksor siu rơ h'hen y'".split()
)
# Without accents only those count that are hardly anything else.
_BARE_FAMILY_NAMES = frozenset(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh luong doan trinh mai cao lam ha chu "
    "dao truong nghiem kieu quach luu vuong phung trieu nong lo giang thao sung bach thach mac doan".split()
)
# "Giám đốc Sở Công Thương": an organ follows the office.
_ORGANS = frozenset(
    "sở phòng ban bộ cục vụ chi viện công trung hội đoàn ủy đảng huyện tỉnh xã khu ngân tập quỹ nhà".split()
)
_WORD = re.compile(r"[^ \t\u00a0]+")


# "Phó Chủ tịch Thường trực", "Bí thư Thường vụ": words of an office.
_STANDING = re.compile(r"(?:thường (?:trực|vụ)|thuong (?:truc|vu))(?!\w)", re.IGNORECASE)


def find_persons(text: str) -> list[Span]:
    """Find names of persons: led by a title or office, or of two and more syllables with a known family name."""
    places = [(span.start, span.end) for span in find_places(text)]
    is_bare = text.isascii()
    found: list[Span] = []
    for match in _NAME.finditer(text):
        span = _read_name(text, *match.span(), places, is_bare=is_bare)
        if span is not None:
            found.append(span)
    return found


def _read_name(text: str, start: int, end: int, places: list[Span], *, is_bare: bool) -> Span | None:
    """Cut a run of capitalised syllables to the name of a person; None where it holds none."""
    # "huyện Quan Sơn Lê Văn A": the run begins with a place.
    run_start = start
    for low, high in places:
        if low <= start < high <= end:
            start = _behind_place(text, start, high, end, is_bare=is_bare)
            places = [place for place in places if place != (low, high)]
    while start < end and text[start].isspace():
        start += 1
    before = text[max(0, start - 28) : start]
    led = _LED.search(before) is not None
    # "Đại tá Phan Đại Nghĩa", "Chủ tịch Nguyễn Văn A": the title is capitalised and was taken with the name.
    while (head := _TITLE_HEAD.match(text, start, end)) and head.end() < end:
        start, led = head.end(), True
    # "đồng chí Đại tá Phan …": a capitalised title is no name; the name comes behind it.
    title = _TITLE_HEAD.match(text, start)
    if title is not None and title.end() > end:
        return None
    if _STANDING.match(text, start) is not None:
        return None
    syllables = [word.span() for word in _WORD.finditer(text, start, end)]
    known = [_is_family_name(text[a:b], is_bare=is_bare) for a, b in syllables]
    if not syllables:
        return None
    if led and text[slice(*syllables[0])].lower() in _ORGANS:
        led = False
    if not led and start == run_start and not known[0]:
        # "Sở Công Thương Phạm Ngọc Hải": the name stands behind the name of the organ.
        first = next((i for i in range(1, len(known) - 1) if known[i] and len(known) - i <= _MOST_SYLLABLES - 1), 0)
        start = syllables[first][0]
        syllables, known = syllables[first:], known[first:]
    if len(syllables) > _MOST_SYLLABLES:
        return None
    is_short = len(syllables) < 2
    if is_short and not (led and syllables[0][1] - syllables[0][0] > 1):
        return None
    if _ORGANISATION.match(text, end) or _ORGANISATION.search(text, syllables[-1][0], end):
        return None
    clear = _CLEAR.search(before) is not None
    for low, high in places:
        # "ông Nguyễn Thái Bình": a name that holds the name of a province.
        inside = start < low and high <= end and (clear or known[0]) and not text[low].islower()
        if low < end and start < high and not inside:
            return None
    if not led and _NAMED_AFTER.search(text, max(0, start - 24), start):
        return None
    if led or (known[0] and 2 <= len(syllables) <= 4):
        return start, end
    return None


def _behind_place(text: str, start: int, high: int, end: int, *, is_bare: bool) -> int:
    """Say where a name begins behind a place: "Mường Tè Lò Văn Kiên" with "Mường Tè Lò" taken for the place."""
    syllables = [word.span() for word in _WORD.finditer(text, start, end)]
    led = re.search(r"(?:trưởng|truong)\s\S+\s$", text[max(0, start - 16) : start], re.IGNORECASE)
    for i, (a, b) in enumerate(syllables):
        # "Trưởng thôn Giàng A Sử": no village, its head
        if b <= high and i + 1 < len(syllables) and (i or led) and _is_family_name(text[a:b], is_bare=is_bare):
            return a
    return high


def _is_family_name(syllable: str, *, is_bare: bool) -> bool:
    lower = syllable.lower()
    return lower in _FAMILY_NAMES or (is_bare and lower in _BARE_FAMILY_NAMES)
