"""Tell captions, by-lines, letterheads and headings from the sentences of a report. Pure.

Precision first: a real sentence with a figure is never marked, unless a photo credit ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures.periods import find_dates
from rag.places import UPPER
from rag.text import fold
from rag.types import PartKind

_DIGIT = re.compile(r"\d")

# -- captions -------------------------------------------------------------------------------------------

_CREDIT = re.compile(
    r"(?:^|[\s\-–—.(\[])(?:Ảnh|Hình|ẢNH|Video|Clip|Đồ họa|Đồ hoạ|Infographic|Photo)"
    r"(?:\s+(?:tư liệu|minh họa|minh hoạ|chụp|cắt từ clip|internet))?\s*:\s*[^:]{1,60}$"
)
_ONLY_PICTURE = re.compile(
    r"\(?(?:Ảnh|Hình|Hình ảnh)(?: (?:minh họa|minh hoạ|tư liệu|chụp [^.]{1,30}))?\)?\.?$",
    re.IGNORECASE,
)
_SCENE = re.compile(
    r"(?:Toàn cảnh|Quang cảnh|Khung cảnh|Một góc|Hình ảnh(?! cho)|Ảnh chụp|(?:Các )?đại biểu (?:tham dự|dự|chụp ảnh"
    r"|biểu quyết|thảo luận"
    r"|tham quan|chúc mừng|trao đổi|trung ương|bấm nút|thực hiện)|Chụp ảnh lưu niệm)\b",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"(?:phát biểu|kết luận|trình bày báo cáo|báo cáo|chủ trì|trao quà|tặng hoa|trao giấy khen|trao bằng khen"
    r"|khai mạc|bế mạc)"
    r"(?: [^\W\d_]+){0,6} (?:hội nghị|đại hội|buổi [^\W\d_]+(?: [^\W\d_]+)?|kỳ họp|buổi lễ|lễ [^\W\d_]+|cuộc họp"
    r"|hội thảo"
    r"|chương trình|phiên họp|diễn đàn|họp báo)\.?$",
    re.IGNORECASE,
)
_NO_CAPTION = re.compile(
    r"\b(?:đã|dự và|cùng dự|nhấn mạnh|cho biết|yêu cầu|đề nghị|theo đó|sẽ|ngày|chiều|sáng)\b",
    re.IGNORECASE,
)
_SENTENCE_GAP = re.compile(rf"[.!?…]\s+(?=[{UPPER}])")


def is_caption(text: str, *, first: bool = False) -> bool:
    """Say whether a part that stands alone is the caption of a picture.

    first: the part opens the report, where "X phát biểu tại hội nghị" without a full stop may be its title.
    """
    if len(text) > 400:
        return False
    if _ONLY_PICTURE.match(text) or text.startswith(("Ảnh:", "Ảnh tư liệu", "Ảnh minh h")):
        return True
    if ":" in text and (credit := _CREDIT.search(text)):
        # "Clip: …" at the head of a report is its title.
        if first and credit.start() == 0 and not text.endswith("."):
            return False
        described = text[: credit.start()].rstrip(" -–—.(")
        *earlier, _ = _SENTENCE_GAP.split(described)
        return len(described) <= 300 and len(earlier) <= 1 and not any(map(_DIGIT.search, earlier))
    if len(text) > 160 or _DIGIT.search(text) or _SENTENCE_GAP.search(text) or (first and not text.endswith(".")):
        return False
    if _SCENE.match(text):
        return not text.endswith(":") and "?" not in text
    return _SPEAKING.search(text) is not None and _NO_CAPTION.search(text) is None and not text.endswith(":")


# -- by-lines -------------------------------------------------------------------------------------------

_SOURCE = re.compile(
    r"(?:Theo|Nguồn(?: tin)?\s*:|Tác giả\s*:|Tin,? (?:và )?ảnh\s*:|Bài,? (?:và )?ảnh\s*:|Tin\s*:|Bài\s*:"
    r"|Thực hiện\s*:|Biên tập\s*:"
    r"|Người viết\s*:|By|Author\s*:|Source\s*:)\s+\S.{0,50}$"
)
_DATE_WORDS = re.compile(
    r"\b(?:date|dated|ngày|đăng|lúc|cập nhật|published|updated|on|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật"
    r"|[a-z]+day|\d{1,2}[:h]\d{2}|am|pm|gmt[+\d]*)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:(?:TM|KT|TL|TUQ|Q)\s?\.|(?:PHÓ )?(?:CHỦ TỊCH|BÍ THƯ|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|TRƯỞNG PHÒNG|CHÁNH VĂN PHÒNG"
    r"|TRƯỞNG BAN)\b"
    r"|Nơi nhận\s*:?|NGƯỜI LẬP|\(?Đã ký\)?|\(Ký tên)"
)
_DESK = re.compile(r"(?:PV|P\.V|BBT|CTV|TTXVN|VOV|TTX|Nhóm PV|PV - CTV|Ban biên tập|Ban Biên tập)[.\s]*$")
_TAIL = re.compile(r"\s*(?:\((?:[^()]{2,30})\)|[-–,/|]\s*(?:TTXVN|PV|CTV|VOV|ghi|tổng hợp))\s*$")
_NAME_WORD = re.compile(rf"(?:[{UPPER}][^\W\d_]*|[{UPPER}]\.)(?:\.[{UPPER}]\.?)?$")
_SURNAMES_WORDS = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh mai dao luong doan ta cao to "
    "lam ha lo vi quach truong luu thai chau"
)
_SURNAMES = frozenset(_SURNAMES_WORDS.split())


def is_byline(text: str, *, near_edge: bool) -> bool:
    """Say whether a part names only who wrote it, from where, or when it was put up.

    near_edge: the part stands right below the title or among the last of the report; a bare name counts only there.
    """
    if len(text) > 70:
        return False
    if is_date_line(text) or _DESK.match(text):
        return True
    if not near_edge:
        return False
    if _SIGNATURE.match(text):
        return True
    if _SOURCE.match(text):
        return not text.endswith((".", ":")) and "," not in text[12:] and len(text.split()) <= 8
    bare = _TAIL.sub("", text)
    tailed = bare != text
    names = re.split(r"\s*(?:[-–,]|\bvà\b)\s*", bare)
    return len(names) <= 3 and all(_is_person(name, tailed=tailed or len(names) > 1) for name in names)


def is_date_line(text: str) -> bool:
    """Say whether a line holds a date and nothing else: "Ngày đăng 19/07/2023 15:30"."""
    if len(text) > 60 or not (spans := find_dates(text)):
        return False
    rest = text[: spans[0].start] + text[spans[-1].end :]
    return not any(c.isalnum() for c in _DATE_WORDS.sub("", rest))


def _is_person(text: str, *, tailed: bool) -> bool:
    words = text.split()
    if not 1 <= len(words) <= 4 or not all(_NAME_WORD.match(word) for word in words):
        return False
    if text.isupper() and "." not in text:
        return len(words) > 1 and fold(words[0]) in _SURNAMES
    return len(words) > 1 or tailed or "." in text[:-1]


# -- letterheads ----------------------------------------------------------------------------------------

_MOTTO = re.compile(
    r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc|ĐẢNG CỘNG SẢN VIỆT NAM"
    r"|socialist republic of viet ?nam|independence\s*[-–]\s*freedom\s*[-–]\s*happiness",
    re.IGNORECASE,
)
# One of these stands in every motto; looking for them first is ten times faster.
_MOTTO_WORDS = ("HỘI", "hội", "lập", "LẬP", "CỘNG SẢN", "Cộng sản", "epublic", "EPUBLIC", "reedom", "REEDOM")
_OFFICE = re.compile(
    r"(?:UBND|HĐND|UBMTTQ|MTTQ|ỦY BAN|UỶ BAN|HỘI ĐỒNG NHÂN DÂN|TỈNH ỦY|TỈNH UỶ|HUYỆN ỦY|HUYỆN UỶ|THÀNH ỦY|THÀNH UỶ"
    r"|THỊ ỦY|ĐẢNG BỘ"
    r"|ĐẢNG ỦY|BAN CHẤP HÀNH|BAN THƯỜNG VỤ|BAN [A-ZĐÀ-Ỹ]|BỘ [A-ZĐÀ-Ỹ]|SỞ |PHÒNG |CHI CỤC|CỤC |TỔNG CỤC|CHÍNH PHỦ"
    r"|VĂN PHÒNG|TRUNG TÂM"
    r"|CÔNG TY|TỔNG CÔNG TY|TẬP ĐOÀN|NGÂN HÀNG|TRƯỜNG |TỈNH |HUYỆN |QUẬN |THÀNH PHỐ |THỊ XÃ |XÃ |PHƯỜNG |THỊ TRẤN "
    r"|CTCP|HỢP TÁC XÃ"
    r"|BỆNH VIỆN|CÔNG AN|BỘ CHỈ HUY|TÒA ÁN|VIỆN )"
)
PAPER_NUMBER = re.compile(
    r"(?:^|\n|\s{2,}|\t)\s*(?:Số|SỐ"
    r"|No\.?)\s*:?\s*(?P<number>\d{1,5}\s*(?:/\s*\d{4}\s*)?[/-]\s*[A-ZĐ][\wĐ]*(?:\s?[/&.-]\s?[A-ZĐ][\wĐ]*)*)"
)
_BLANK_NUMBER = re.compile(r"(?:Số|SỐ)\s*:?[\s.…_]*[/-]\s*[A-ZĐ]")
_PLACE_AND_DATE = re.compile(
    rf"[{UPPER}][^\d,]{{1,40}},\s*ngày\s*[\d.…_ ]{{0,8}}\s*tháng\s*[\d.…_ ]{{0,8}}\s*năm\s*[\d.…_]{{0,6}}\s*$|"
    rf"[{UPPER}][^\d,]{{1,40}},\s*ngày\s+\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}\s*$"
)
_RULE = re.compile(r"[\W_]+$")


def _has_motto(line: str) -> bool:
    return any(word in line for word in _MOTTO_WORDS) and _MOTTO.search(line) is not None


def is_letterhead(line: str) -> bool:
    """Say whether one line is state motto, office, number or place and date at the head of an official paper."""
    if len(line) > 160:
        return False
    if _has_motto(line) or PAPER_NUMBER.match(line) or _BLANK_NUMBER.match(line) or _PLACE_AND_DATE.match(line):
        return True
    if _RULE.match(line) or line.startswith(("Kính gửi", "KÍNH GỬI")):
        return True
    return line.isupper() and len(line) <= 90 and _OFFICE.match(line) is not None


def motto_start(line: str) -> int | None:
    """Find where the state motto begins in a line that joins both columns of a letterhead."""
    match = _MOTTO.search(line)
    return match.start() if match else None


# -- headings -------------------------------------------------------------------------------------------

_NUMBERED = re.compile(
    r"(?:(?:[IVXLC]{1,5}|[A-H]|\d{1,2}(?:\.\d{1,2}){0,3})[.)/]?(?:\s*[-–]\s*|\s+)|[a-hđ][.)]\s+"
    r"|(?:Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Điều|Section|Chapter|Part)\s+[\wĐđ]+)"
)
_FIGURE = re.compile(r"\d(?:[.,]\d+)?\s*(?:%|tỷ|tỉ|triệu|nghìn|ha\b|tấn|hộ\b|người|đồng|km|xã\b|USD|billion|million)")
_ENDS_HEADING = (".", ";", ",", "!", "…")


def is_heading(text: str) -> bool:
    """Say whether a short stand-alone line is a numbered or capitalised heading."""
    if len(text) > 150 or "\n" in text or text.endswith(_ENDS_HEADING) or _FIGURE.search(text):
        return False
    if text.isupper():
        return len(text.split()) > 1 and len(text) <= 130
    numbered = _NUMBERED.match(text)
    if numbered is None:
        return False
    rest = text[numbered.end() :].strip()
    if not rest:
        return text[0].isalpha() and len(text) > 4
    marked_off = text[numbered.end() - 1].isspace() or text[0].isalpha()
    return rest[0].isupper() and len(rest.split()) <= 16 and marked_off


def mark_part(text: str, *, place: int, count: int, below_title: bool) -> PartKind | None:
    """Name the kind of a paragraph at ``place`` of ``count``, or None where it is a paragraph like any other."""
    if is_caption(text, first=place == 0):
        return PartKind.CAPTION
    if is_byline(text, near_edge=below_title or (place > 1 and place >= count - 6)):
        return PartKind.BYLINE
    return PartKind.HEADING if is_heading(text) else None


def lines_of(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Cut spans into their lines, trimmed. Returns (number of the span, start, end)."""
    lines = []
    for number, (start, end) in enumerate(spans):
        position = start
        for line in text[start:end].split("\n"):
            bare = line.strip()
            if bare:
                at = position + line.index(bare[0])
                lines.append((number, at, at + len(bare)))
            position += len(line) + 1
    return lines
