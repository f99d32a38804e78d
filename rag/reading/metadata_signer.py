"""Who signed a report: the name below "TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH", behind "Người ký:" or "Signed by". Pure.

Precision first: two different names, or any other words between office and name, and no one signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.places import UPPER, find_province
from rag.text import fold

#: How far below "TM. …" the name may stand: a list of recipients may lie between them in a table read row by row.
_MAX_BLOCK_CHARS = 1500
#: An office without "TM." or "KT." signs only here, at the end of a report.
_TAIL_CHARS = 2500
#: A register of appointments names offices without end; a report is signed near its end.
_MAX_BLOCKS = 40

# What stands before the first word of a line, or of a column or cell within one.
_CELL_START = re.compile(r"(?:^|\n|[ \t]{3}|\t|\||: )[ \t*_]{0,4}$")
_ON_BEHALF = re.compile(rf"(?<!\w)(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\s?\.\s{{0,3}}[{UPPER}]{{2}}")
_OFFICE_HEADS = (
    r"PHÓ|CHỦ TỊCH|BÍ THƯ|GIÁM ĐỐC|TỔNG GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CỤC TRƯỞNG|VỤ TRƯỞNG|TRƯỞNG PHÒNG"
    r"|TRƯỞNG BAN|CHI CỤC TRƯỞNG|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CHÁNH VĂN PHÒNG|CHÁNH ÁN|CHÁNH THANH TRA|TỔNG CỤC TRƯỞNG"
    r"|CHỈ HUY TRƯỞNG|CHÍNH ỦY|TRƯỞNG CÔNG AN|CHAIRMAN|CHAIRPERSON|CHAIRWOMAN|VICE|DIRECTOR|GENERAL DIRECTOR|PRESIDENT"
)
_OFFICE = re.compile(rf"(?<!\w)(?:{_OFFICE_HEADS})\b")
_SIGNED_BY = re.compile(
    r"(?<!\w)(?:Người ký|Ký bởi|Signed by|\(?(?:Đã ký|đã ký|Signed|signed)\)?)\s{0,3}:?[ \t*_]{1,9}"
    rf"(?P<name>[{UPPER}][^\n|]{{2,60}})"
)
_LABELLED = re.compile(r"(?:Người ký|Ký bởi|Signed by)\b")
_MARK = re.compile(
    r"[(\[]?\s*(?:đã ký(?: tên)?|ký tên(?:,? (?:và )?đóng dấu)?|ký,? (?:và )?ghi rõ họ tên|đã ký và đóng dấu|signed"
    r"|chữ ký)\s*[)\]]?",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[\W_]*$")
_COLUMNS = re.compile(r"\n|[ \t]{3,}|\t| \| ")
_RECIPIENTS = re.compile(r"(?:Nơi nhận|NƠI NHẬN|Như trên|Lưu\b|[-–+•*]\s)")
#: Beside one of these two people sign, and which name is whose is a matter of columns.
_BESIDE = re.compile(r"(?:NGƯỜI (?:LẬP|BÁO CÁO|TỔNG HỢP|VIẾT)|KẾ TOÁN|THỦ QUỸ|THƯ KÝ|CHỦ TỌA|CHỦ TOẠ|ĐẠI DIỆN)")
_CAPITALS = re.compile(rf"(?:[{UPPER}]{{2,}}|[&/,.–-]|Q\.|[{UPPER}]\.)+$")
_OFFICE_WORD = re.compile(
    rf"(?:{_OFFICE_HEADS}|BAN|ỦY|UỶ|UBND|HĐND|HỘI|ĐỒNG|CHẤP|THƯỜNG|TỈNH|HUYỆN|QUẬN|THÀNH|THỊ|XÃ|PHƯỜNG|SỞ|CỤC|BỘ"
    r"|PHÒNG|TRƯỞNG|TRỰC|VĂN|CÔNG|ĐẢNG|CHI|ĐOÀN|TRUNG|TỔNG|VIỆN|CHÍNH)\b"
)
_RANK = re.compile(
    r"(?:(?:PGS|GS|TS|ThS|Ths|BS|BSCKI{1,2}|KS|CN|LS|Mr|Mrs|Ms|Dr)\b\.?\s*"
    r"|(?:Đại|Thượng|Trung|Thiếu) (?:tướng|tá|úy)\s+|(?:Ông|Bà|Đồng chí)\s+)+"
)
_NAME_WORD = re.compile(rf"[{UPPER}](?:[^\W\d_]*|['’][{UPPER}]?[^\W\d_]+)(?:-[{UPPER}][^\W\d_]+)?\.?$")
#: Family names, Kinh and others, as they are written.
FAMILY_NAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh lương đoàn trịnh mai cao lâm tạ hà "
    "chu tô đào trương nghiêm kiều tống tăng thái quách la lưu vương phùng thân triệu hứa ông điệp nông bế ma lò lù lô "
    "vi cầm quàng quang cà giàng thào vàng sùng mùa hạng cư chá tẩn bàn bạch khuất ninh tôn đàm tiêu thạch lục âu viên "
    "mạc kim giáp châu hầu khổng doãn tiết ung đậu cù chử nhữ lã lữ cung từ thiều trang mạnh lầu vừ và moong cụt hờ "
    "xồng lỳ phìn tráng lùng hoa danh sơn kha ngân lang hơ".split()
)
_BARE_FAMILY_NAMES = frozenset(map(fold, FAMILY_NAMES))
_NO_NAME = re.compile(
    r"\b(?:văn phòng|ủy ban|uỷ ban|huyện|tỉnh|thành phố|xã|phường|sở|phòng|ban|hội|công ty|trung tâm|committee|company"
    r"|department|office|group|joint|district|province|city)\b",
    re.IGNORECASE,
)


def find_signer(text: str) -> str | None:
    """Find who signed a report; None where nobody clearly did. A name in capitals is given as names are written."""
    found: dict[str, str] = {}
    for name in _names(text):
        found.setdefault(fold(name), name)
    return next(iter(found.values())) if len(found) == 1 else None


def _names(text: str) -> Iterator[str]:
    tail = max(0, len(text) - _TAIL_CHARS)
    blocks = _starts(_ON_BEHALF, text, 0) | _starts(_OFFICE, text, tail)
    for start in sorted(blocks):
        name = _name_below(text, start)
        if name is not None:
            yield name
    for match in _SIGNED_BY.finditer(text, tail):
        labelled = _LABELLED.match(match.group()) is not None
        name = _read_name(match["name"], sure=labelled and match["name"].isascii())
        if name is not None and _starts_cell(text, match.start()):
            yield name


def _starts(pattern: re.Pattern[str], text: str, from_char: int) -> set[int]:
    """Give where the last matches that begin a line or cell start."""
    starts = [match.start() for match in pattern.finditer(text, from_char) if _starts_cell(text, match.start())]
    return set(starts[-_MAX_BLOCKS:])


def _starts_cell(text: str, start: int) -> bool:
    return _CELL_START.search(text[max(0, start - 8) : start]) is not None


def _name_below(text: str, start: int) -> str | None:
    """Read the name of a signature that begins with an office at start; None where other words come first."""
    # What stands left of "KT. CHỦ TỊCH" on its line belongs to the same table.
    line_start = text.rfind("\n", 0, start) + 1
    if _BESIDE.search(text, max(line_start, start - 200), start):
        return None
    signed = False
    for line in text[start : start + _MAX_BLOCK_CHARS].split("\n"):
        names = []
        for cell in _COLUMNS.split(line):
            rest, marked = _peel(cell.strip(" \t*_"))
            signed = signed or marked
            if _NO_WORDS.match(rest) or _RECIPIENTS.match(rest):
                continue
            if _BESIDE.match(rest):
                return None
            name = _read_name(rest, sure=signed)
            if name is None:
                if rest.endswith((";", ".", ":")) and len(rest) <= 80 and not signed:
                    continue  # the end of a recipient that runs on to a second line
                return None
            names.append(name)
        if names:
            return names[0] if len(names) == 1 else None
    return None


def _peel(cell: str) -> tuple[str, bool]:
    """Take office and "(đã ký)" off the head of a cell. Returns the rest, and whether it was marked as signed."""
    # The reader of tables writes "column: cell"; here the column's name is an office too.
    words = cell.split()
    at = 0
    while at < len(words) and not _starts_name(words[at:]) and _CAPITALS.match(words[at].rstrip(":")):
        at += 1
    rest = " ".join(words[at:])
    marked = False
    while match := _MARK.match(rest):
        marked = True
        rest = rest[match.end() :].lstrip(" .…_")
    return rest, marked


def _starts_name(words: list[str]) -> bool:
    """Tell the name "NGUYỄN VĂN A" from the office "PHÓ CHỦ TỊCH"."""
    name = " ".join(words)
    return (
        2 <= len(words) <= 5
        and all(word.isupper() and word.isalpha() for word in words)
        and not any(_OFFICE_WORD.match(word) for word in words[:1] + words[-1:])
        and _is_family_name(words[0])
        and find_province(name) is None
    )


def _read_name(text: str, *, sure: bool) -> str | None:
    """Read a person's name that stands alone. sure: something else says that it is one, whatever its family name."""
    bare = _RANK.sub("", text.strip(" \t.…_*()[]"), count=1) if _RANK.match(text.strip(" \t.…_*()[]")) else text
    words = bare.strip(" \t.…_*()[]").split()
    if not 2 <= len(words) <= 5 or not all(_NAME_WORD.match(word) for word in words):
        return None
    name = " ".join(words)
    if find_province(name) is not None or _NO_NAME.search(name):
        return None
    known = _is_family_name(words[0])
    if not (known or sure) or (name.isupper() and not known):
        return None
    return " ".join(word.capitalize() for word in words) if name.isupper() else name


def _is_family_name(word: str) -> bool:
    """Compare with accents where there are any: CHỦ is no Chu."""
    return word.casefold() in (_BARE_FAMILY_NAMES if word.isascii() else FAMILY_NAMES)
