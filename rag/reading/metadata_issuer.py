"""Who issued a report, under which number, of what type, and which place it is about. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from rag.places import UPPER, PlaceLevel, PlaceSpan, find_places, place_key
from rag.reading.metadata_number import TYPE_OF_SIGN
from rag.reading.metadata_parts import PAPER_NUMBER, is_letterhead, motto_start
from rag.reading.metadata_title import DOCUMENT_TYPES, Line

# -- number and type ------------------------------------------------------------------------------------


def find_number(lines: Sequence[Line]) -> str | None:
    """Find the paper's own number, "123/BC-UBND", at the head of a line; cited papers have theirs inside one."""
    for line in lines[:25]:
        if len(line.text) > 200:
            return None
        if match := PAPER_NUMBER.search(line.text):
            return re.sub(r"\s+", "", match["number"])
    return None


def find_type(lines: Sequence[Line], *, title: str, number: str | None, from_press: bool) -> str | None:
    """Tell the type of paper. from_press: captions or an author's name were seen, the sign of a "Tin bài"."""
    folded = title.casefold()
    short_lines = {line.text.casefold().strip(" .:*") for line in lines[:30] if len(line.text) < 40}
    for name, label in DOCUMENT_TYPES.items():
        rest = folded[len(name) :]
        if name in short_lines or (folded.startswith(name) and name == "báo cáo" and not _says(rest)):
            return label
    if number and (sign := re.search(r"[/-]\s*([A-ZĐ]+[a-z]?)", number)) and sign[1].upper() in TYPE_OF_SIGN:
        return TYPE_OF_SIGN[sign[1].upper()]
    if any(re.match(r"V/v\b", line.text) for line in lines[:20]):
        return "Công văn"
    if re.match(r"(?:[\w' -]+ )?(?:report|press release)\b", folded) and len(folded.split()) <= 14:
        return "Press release" if "press release" in folded else "Report"
    return "Tin bài" if from_press else None


def _says(rest: str) -> bool:
    """ "Báo cáo Thủ tướng việc …" tells of a report; "Báo cáo tình hình …" is one."""
    return re.match(r"\s+(?:thủ tướng|chính phủ|quốc hội|của|cho|với|lên|mới)\b", rest) is not None


# -- organisation ---------------------------------------------------------------------------------------

_OFFICE_WORDS = {
    "ỦY BAN NHÂN DÂN": "UBND",
    "UỶ BAN NHÂN DÂN": "UBND",
    "HỘI ĐỒNG NHÂN DÂN": "HĐND",
}
_KEEP_WORDS = "UBND HĐND UBMTTQ MTTQ TP TX TMCP CTCP TNHH MTV HTX BCH BTV"
_KEEP = frozenset(_KEEP_WORDS.split())
_COMMON_WORDS = (
    "huyện tỉnh quận thị xã phường trấn thành phố ủy uỷ ban nhân dân hội đồng chấp hành thường vụ bộ đảng và cục "
    "phòng cổ phần thương mại trách nhiệm hữu hạn một thành viên công ty tài chính kế hoạch hoạch đầu tư nông nghiệp "
    "phát triển nông thôn thống kê sở chi trung tâm văn y tế giáo dục đào tạo lao động thương binh xã hội môi trường "
    "nguyên tổ chức tuyên giáo kiểm tra dân vận nội vụ tư pháp văn hóa thông tin du lịch khoa học công nghệ công "
    "thương giao thông vận tải xây dựng chính trị quân sự"
)
_COMMON = frozenset(_COMMON_WORDS.split())
# The field of a department is written with a capital: "Phòng Nông nghiệp".
_OFFICES = frozenset(["phòng", "sở", "ban", "cục", "bộ"])


def letterhead_organisation(lines: Sequence[Line]) -> str | None:
    """Read the issuing body from a letterhead: "ỦY BAN NHÂN DÂN / HUYỆN QUAN SƠN" → "UBND huyện Quan Sơn".

    Of two bodies the lower is the issuer: it stands last.
    """
    offices: list[str] = []
    for line in lines[:12]:
        text = line.text
        cut = motto_start(text)
        if cut is not None:
            text = text[:cut]
        text = text.strip(" -–_*\t")
        if len(line.text) > 160 or (line.text.casefold().strip(" .:") in DOCUMENT_TYPES):
            break
        if len(text) < 5 or not text.isupper() or any(c.isdigit() for c in text) or not is_letterhead(text):
            continue
        if offices and _goes_on(offices[-1], text):
            offices[-1] += " " + text
        else:
            offices.append(text)
    offices = [office for office in offices if "VIỆT NAM" not in office or "CÔNG TY" in office or "NGÂN HÀNG" in office]
    if not offices:
        return None
    issuer = offices[-1]
    # "UBND HUYỆN X / PHÒNG NÔNG NGHIỆP": the district belongs to the name of its department.
    if len(offices) > 1 and not find_places(issuer) and (above := find_places(offices[-2])):
        issuer += " " + offices[-2][above[-1].start : above[-1].end]
    return _in_lower_case(issuer)


_UNIT_WORD = re.compile(r"\b(?:TỈNH|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN|THÀNH PHỐ|TP)\b")


def _goes_on(above: str, line: str) -> bool:
    """See "ỦY BAN NHÂN DÂN" as the first half of the name that the next line ends."""
    return _UNIT_WORD.search(above) is None and re.match(rf"{_UNIT_WORD.pattern}(?! [ỦU])", line) is not None


def _in_lower_case(office: str) -> str:
    for long, short in _OFFICE_WORDS.items():
        office = office.replace(long, short)
    places = find_places(office)
    name_start = len(office)
    if places and places[-1].end == len(office):
        length = len(places[-1].name)
        name_start = len(office) - length if len(office) - length >= 0 else len(office)
    words: list[str] = []
    position = 0
    for word in office.split():
        lower = word.casefold()
        position = office.index(word, position)
        field = bool(words) and words[-1].casefold() in _OFFICES and lower not in ("ủy", "uỷ")
        if word in _KEEP:
            words.append(word)
        elif position < name_start and lower in _COMMON and not field:
            words.append(lower)
        else:
            words.append("-".join(piece.capitalize() for piece in word.split("-")))
        position += len(word)
    joined = " ".join(words)
    return joined[:1].upper() + joined[1:]


_BODY = (
    r"(?:(?:Thường trực |Ban Thường vụ |BTV |Ban Chấp hành |BCH |Văn phòng |Ban Tổ chức |Ban Kinh tế - Ngân sách )?"
    r"(?:Đảng bộ|Huyện ủy|Huyện uỷ|Tỉnh ủy|Tỉnh uỷ|Thành ủy|Thành uỷ|Thị ủy|Thị uỷ|Quận ủy|Đảng ủy|UBND|HĐND"
    r"|Ủy ban nhân dân"
    r"|Uỷ ban nhân dân|Hội đồng nhân dân)"
    r"|Cục Thống kê|Chi cục Thống kê|Tổng cục Thống kê|Sở [^\W\d_]+(?:[ ,]+(?:và )?[^\W\d_]+){0,5}?(?= (?:tỉnh|TP"
    r"|thành phố)\b))"
)
_UNIT = r"(?:\s+(?:tỉnh|huyện|quận|thành phố|thị xã|xã|phường|thị trấn|TP\.?|TX\.?)(?!\w))?"
_NAME = rf"(?:\s+(?!TP\b)[{UPPER}][^\W\d_]*(?:['’][^\W\d_]+)?){{1,3}}"
_REPORTED_BY = re.compile(
    rf"[Tt]heo (?:báo cáo|thống kê|số liệu|thông tin|đánh giá|tin)(?: tổng hợp)? (?:của"
    rf"|từ) (?P<body>{_BODY}{_UNIT}{_NAME})"
)
_ACTING = re.compile(
    rf"(?P<body>{_BODY}{_UNIT}{_NAME})(?= (?:đã |vừa |mới |cũng )?(?:tổ chức|ban hành|họp|báo cáo|công bố|cho biết"
    rf"|tiến hành|có báo cáo"
    r"|thông qua|triển khai|sơ kết|tổng kết|đánh giá|kiểm điểm|khai mạc))"
)
# A company's name runs on to a bracket, a comma or a verb.
_COMPANY = re.compile(
    r"(?P<body>(?:Ngân hàng(?! Nhà nước)|Công ty|Tổng [Cc]ông ty|Tập đoàn|CTCP)\b(?: (?:[^\W\d_][\w.'’&-]*"
    r"|&)){1,14}?)"
    r"(?=\s*[(,;:–]|\s-\s|\.\s|\s(?:đã|vừa|cho|có|đạt|công bố|là|tiếp tục|ghi nhận|báo|sẽ|cũng|được|tổ chức|trong|với"
    r"|tại|về|do"
    r"|đang|phải|mới|tăng|giảm|thông qua|lãi|lỗ|của|chính thức|hoàn thành|đón|nhận|năm|quý|khi|từ|ở|bị|này|mua|bán|vì"
    r"|để|theo|bởi|như|chuyển|tiền thân|tính|dự kiến|ước)\b)"
)
_ENGLISH_BODY = re.compile(
    rf"(?P<body>(?:the )?People['’]s Committee of [{UPPER}][\w'’]*(?: [{UPPER}][\w'’]*){{0,3}}(?: (?:district"
    rf"|province|city|commune))?"
    rf"|[{UPPER}][\w&'’-]*(?: [{UPPER}&][\w&'’-]*){{0,5}} (?:Joint Stock Company|JSC|Corporation|Group|Bank"
    rf"|Company Limited|Co\., Ltd))"
)


def find_organisation(lines: Sequence[Line], leads: Sequence[str]) -> str | None:
    """Find the body that reports: the letterhead's, "theo báo cáo của …", who met or published, a company."""
    named = letterhead_organisation(lines)
    if named is not None:
        return named
    for pattern in (_REPORTED_BY, _ACTING, _COMPANY, _ENGLISH_BODY):
        for lead in leads:
            if match := pattern.search(lead):
                body = _trim(match["body"])
                if pattern is not _COMPANY or any(c.isupper() for c in body[4:]):
                    return body
    return None


def _trim(body: str) -> str:
    """Cut what runs on in small letters behind the name's last capital, but for the "tư" of "Đầu tư"."""
    words = body.split()
    last = max((i for i, word in enumerate(words) if word[0].isupper()), default=len(words))
    words = words[: last + 2]
    while len(words) > 2 and words[-1] in ("và", "&"):
        words.pop()
    return " ".join(words).removeprefix("the ")


# -- place ----------------------------------------------------------------------------------------------

_HEAD_WEIGHT, _LEAD_WEIGHT = 6.0, 3.0
# Places a body merely sits in, or that a report on a wider unit also names.
_LEVEL_WEIGHT = {
    PlaceLevel.PROVINCE: 0.8,
    PlaceLevel.DISTRICT: 1.0,
    PlaceLevel.COMMUNE: 0.5,
    PlaceLevel.VILLAGE: 0.0,
}
_MIN_SCORE = 3.0
_MIN_SHARE = 0.34
_MAX_PLACE_CHARS = 200_000
_MAX_CANDIDATES = 20
_FROM_OFFICE = re.compile(r"(?:UBND|HĐND|chứng khoán|Đại học|ĐH|Công an|đến từ|quê|trú tại)\s*$")


def find_place(text: str, *, head: str, lead_start: int, lead_end: int) -> str | None:
    """Find the place a report is about: title and letterhead weigh more than the lead, the lead more than the body.

    head: title and letterhead. None where no place stands out, as in a company's report or a list of provinces.
    """
    text = text[:_MAX_PLACE_CHARS]
    scores: dict[str, float] = defaultdict(float)
    shown: dict[str, PlaceSpan] = {}
    mentions: Counter[str] = Counter()
    in_head = {place_key(span.name) for span in find_places(head)}
    for span in find_places(text):
        key = place_key(span.name)
        shown.setdefault(key, span)
        mentions[key] += 1
        weight = _LEAD_WEIGHT if lead_start <= span.start < lead_end else 1.0
        if span.level is PlaceLevel.PROVINCE and _FROM_OFFICE.search(text[max(0, span.start - 14) : span.start]):
            # "UBND tỉnh …", "chứng khoán TP HCM": where a body sits, not what the report is about.
            weight /= 2
        scores[key] += weight * _LEVEL_WEIGHT[span.level]
    for span in find_places(head):
        key = place_key(span.name)
        shown.setdefault(key, span)
        scores[key] += _HEAD_WEIGHT * _LEVEL_WEIGHT[span.level]
    for key in sorted(scores, key=lambda key: (-scores[key], key))[:_MAX_CANDIDATES]:
        span = shown[key]
        # Once named with its unit word, a place is often called by its bare name.
        if span.level is not PlaceLevel.PROVINCE and len(span.name) > 3:
            bare = max(text.count(span.name) - mentions[key], 0)
            scores[key] += 0.5 * _LEVEL_WEIGHT[span.level] * bare
            if key not in in_head and span.name in head:
                in_head.add(key)
                scores[key] += _HEAD_WEIGHT * _LEVEL_WEIGHT[span.level]
    if not scores:
        return None
    best = max(scores, key=lambda key: (scores[key], key))
    if scores[best] < _MIN_SCORE or (scores[best] < _MIN_SHARE * sum(scores.values()) and best not in in_head):
        return None
    return shown[best].name
