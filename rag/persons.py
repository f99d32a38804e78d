"""Names of persons in a Vietnamese or English sentence, with offsets. Pure."""

from __future__ import annotations

import re

from rag.places import find_places

Span = tuple[int, int]

_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠ-Ỹ"
_LOWER = "a-zàáâãèéêìíòóôõùúýăđĩũơưạ-ỹ"
_SYLLABLE = rf"[{_UPPER}][{_LOWER}]+(?:['’-][{_UPPER}][{_LOWER}]+)?"
_NAME = re.compile(rf"{_SYLLABLE}(?:[ \t]+(?:{_SYLLABLE}|[{_UPPER}]\.)){{0,4}}")
# What stands before a name and says that a person follows; also in the middle of "Đại tá Phan Văn A".
_TITLES = (
    r"đồng chí|đ/c|ông|bà|anh|chị|cô|chú|bác|bác sĩ|kỹ sư|luật sư|thầy giáo|cô giáo|nhà báo|tác giả|tiến sĩ|thạc sĩ"
    r"|giáo sư|phó giáo sư|pgs\.?|gs\.?|ts\.?|ths\.?|đại tướng|thượng tướng|trung tướng|thiếu tướng|đại tá|thượng tá"
    r"|trung tá|thiếu tá|đại úy|thượng úy|trung úy|chủ tịch|phó chủ tịch|bí thư|phó bí thư|giám đốc|phó giám đốc"
    r"|tổng giám đốc|phó tổng giám đốc|thủ tướng|phó thủ tướng|bộ trưởng|thứ trưởng|cục trưởng|trưởng phòng"
    r"|trưởng ban|chánh văn phòng|đại biểu|nghệ nhân|mr\.?|mrs\.?|ms\.?|dr\.?|ceo|chairman|director|secretary"
)
_LED = re.compile(rf"(?<!\w)(?:{_TITLES})[:,]?\s+$", re.IGNORECASE)
_TITLE_HEAD = re.compile(rf"(?:{_TITLES})\s+", re.IGNORECASE)
# Common family names, Kinh and others: a name that begins with one needs no title before it.
_FAMILY_NAMES = frozenset(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh lương đoàn trịnh mai cao lâm tạ hà "
    "chu tô đào trương nghiêm kiều tống tăng thái quách la lưu vương phùng thân triệu hứa ông điệp nông bế ma lò lù "
    "vi lô cầm quàng cà giàng thào vàng sùng mùa hạng cư chá tẩn bàn bạch khuất ninh tôn đàm tiêu thạch lục âu viên "
    "mạc kim giáp châu hầu khổng doãn tiết ung đậu cù chử nhữ lã".split()
)


def find_persons(text: str) -> list[Span]:
    """Find names of persons: led by a title or office, or of two and more syllables with a known family name."""
    places = [(span.start, span.end) for span in find_places(text)]
    found: list[Span] = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        led = _LED.search(text, max(0, start - 28), start) is not None
        # "Đại tá Phan Đại Nghĩa", "Chủ tịch Nguyễn Văn A": the title is capitalised and was taken with the name.
        while (head := _TITLE_HEAD.match(text, start, end)) and head.end() < end:
            start, led = head.end(), True
        # "đồng chí Đại tá Phan …": a capitalised title is no name; the name comes behind it.
        title = _TITLE_HEAD.match(text, start)
        if title is not None and title.end() > end:
            continue
        syllables = text[start:end].split()
        if len(syllables) < 2 and not (led and len(syllables[0]) > 1):
            continue
        if any(a < end and start < b for a, b in places):
            continue
        if led or (syllables[0].lower() in _FAMILY_NAMES and 2 <= len(syllables) <= 4):
            found.append((start, end))
    return found
