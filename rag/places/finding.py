"""Find the names of administrative units in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.places.names import (
    BARE_UNITS,
    ENGLISH_UNITS,
    UNITS,
    PlaceLevel,
    find_province,
    province_words,
    provinces,
    unit_spelling,
)
from rag.text import fold


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A unit named in a text. The span includes the unit word where one stands before or behind the name."""

    name: str
    level: PlaceLevel
    start: int
    end: int


_ABBREVIATED = frozenset(("tp", "tx", "q", "p"))
UPPER = "".join(chr(c) for c in (*range(0x41, 0x5B), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)) if chr(c).isupper())
_SYLLABLE = rf"[{UPPER}][^\W\d_]*(?:['’‘][^\W\d_]+)?"
_RUN = re.compile(rf"{_SYLLABLE}(?:[ \u00a0]{_SYLLABLE})*")
_SURNAMES_WORDS = "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ ngô đinh trịnh"
_SURNAMES = frozenset(_SURNAMES_WORDS.split())
_PERSON_LIKE = frozenset(["trần văn thời"])
# Where a run of capitals goes on behind the name: letterheads and titles.
_NOT_NAMES_WORDS = (
    "cộng độc ban phòng sở đảng văn báo hội ủy uỷ tổ trung năm tháng về lần khóa khoá nhiệm số nghị quyết kế chương "
    "thông tờ chỉ kết công đồng ông bà chủ bí phó giám trưởng bộ ngày quý và có đã là tại trong thực tăng đạt mặt "
    "nhân tiếp phát triển hoàn đoàn đẩy nâng tập sơ hiến luật điều tp tw ubnd hđnd mttq the of"
)
_NOT_NAMES = frozenset(_NOT_NAMES_WORDS.split())
# Two syllables that begin an organ or a heading; "Đồng Văn", "Trung Thượng", "Hội Xuân" are names.
_NO_NAME_PAIRS = frozenset(
    pair.strip()
    for pair in """
    hội cựu; hội liên; hội nông; hội chữ; hội phụ; hội đồng; hội người; hội khuyến; hội doanh; hội nghị; hội sinh;
    đoàn thanh; đoàn đại; đoàn kinh; đoàn công; văn phòng; văn bản; văn hóa; văn hoá; văn kiện; trung ương; trung tâm;
    đồng chí; đồng thời; đồng bộ; đồng bào; thông báo; thông tin; thông qua; thông tư; công an; công tác; công nghiệp;
    công đoàn; công bố; công ty; công trình; công văn; công khai; hoàn thành; hoàn thiện; tiếp tục; tiếp nhận;
    tiếp công; phát triển; phát biểu; phát động; phát huy; chỉ đạo; chỉ thị; chỉ tiêu; kế hoạch; kết quả; kết luận;
    kết nạp; báo cáo; báo chí; đẩy mạnh; nâng cao; tập trung; sơ kết; tổ chức; thực hiện; tăng cường; tăng trưởng;
    nhân dân; nhân dịp; chương trình; chương i; điều chỉnh; luật sư; tờ trình; về việc; hiến pháp; bộ chỉ""".split(";")
)
# Words that are never the first of a name, whatever follows.
_ORGANS = frozenset(
    "cộng độc ban phòng sở đảng ủy uỷ năm tháng lần khóa khoá nhiệm số nghị quyết ông bà chủ bí giám trưởng ngày quý "
    "và có đã là tại trong mặt tp tw ubnd hđnd mttq the of".split()
)
_ONE_SYLLABLE = frozenset(("vinh", "huế", "hue"))
_JOINED_NAMES = re.compile(r"(?:Bà Rịa|Thừa Thiên|Phan Rang)(?=\s*[-–]\s*(Vũng Tàu|Huế|Tháp Chàm))", re.IGNORECASE)
_MAX_RUN_CHARS = 60
_OFFICE_AHEAD = re.compile(r"(?i:chủ tịch|bí thư|giám đốc|chánh|trưởng|thư ký|đồng chí|ông|bà)(?!\w)[^,;:.]{0,40}$")
_LIST_LEAD = re.compile(r"(?:các|những|và|\d+|hai|ba|bốn|năm|sáu)\s+$", re.IGNORECASE)
_LIST_NEXT = re.compile(r"\s*(?:,|;|và|,\s*và)\s+(?=[^\W\d_])")
_NO_COMMUNE = re.compile(r"(?:hợp tác|công|thị)\s+$", re.IGNORECASE)
_NO_VILLAGE = re.compile(r"(?:văn|căn|cơ|nhật|phiên|kịch|biên|xuất|tư|ấn|bài)\s+$", re.IGNORECASE)


def _trie(words: Iterable[str]) -> str:
    """Write words as one pattern that branches letter by letter, which re scans several times faster."""
    tails: dict[str, list[str]] = {}
    ends = False
    for word in sorted(set(words)):
        if word:
            tails.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    if not tails:
        return ""
    pattern = "|".join(re.escape(first) + _trie(rest) for first, rest in tails.items())
    return f"(?:{pattern})?" if ends else f"(?:{pattern})"


def _cased(unit: str) -> tuple[str, ...]:
    spellings = [unit, unit.replace("ủy", "uỷ")]
    return tuple(form for s in spellings for form in (s, s[0].upper() + s[1:], s.title(), s.upper()))


@lru_cache(maxsize=2)
def _unit_pattern(bare: bool) -> re.Pattern[str]:
    """Compile unit word and name; bare: with the unit words typed without accents."""
    units = [form for unit in UNITS if len(unit) > 1 for form in _cased(unit)]
    if bare:
        units += [form for unit in BARE_UNITS for form in _cased(unit)]
    return re.compile(
        rf"(?<![\w-])(?P<unit>{_trie(units)}|[QP](?=\. ?[{UPPER}\d]| [{UPPER}\d]|\d))(?P<dot>\.?)"
        r"(?:\s+(?:đảo|nghèo|miền núi|biên giới|vùng cao|ven biển|rẻo cao|lúa))?"
        rf"(?:\s*(?P<number>\d{{1,2}})(?![\w.,]\w|\w)|(?P<gap>\s*)(?P<name>{_RUN.pattern}))"
    )


@lru_cache(maxsize=1)
def _province_pattern() -> re.Pattern[str]:
    names = [name for province in provinces() for name in (province.name, *province.aliases)]
    forms = [form for name in names for form in (name, name.upper(), _fold_keeping_case(name))]
    return re.compile(_trie(forms) + r"(?!\w)")


def _fold_keeping_case(text: str) -> str:
    """Take the accents off and leave the capitals: "Quế Phong" → "Que Phong"."""
    return "".join(f.upper() if c.isupper() else f for c, f in zip(text, fold(text), strict=True))


_ENGLISH = re.compile(
    rf"(?P<name>{_SYLLABLE}(?:[ ]{_SYLLABLE}){{0,3}}?) (?P<unit>[Pp]rovince|[Cc]ity|[Dd]istrict|[Cc]ommune|[Ww]ard"
    rf"|[Tt]own"
    rf"|[Vv]illage)\b(?! {_SYLLABLE} [Cc]ommittee)|(?P<unit2>[Dd]istrict|[Ww]ard) (?P<number>\d{{1,2}})\b"
)


def find_places(text: str) -> list[PlaceSpan]:
    """Find the units named in a text, in order, without overlaps.

    Provinces are known by name; other units need their unit word: "huyện Quan Sơn", "Huyện ủy Quế Phong",
    "TP. Vinh", "các xã A, B và C", "Quan Son district".
    """
    return list(_find_places(text))


@lru_cache(maxsize=4096)
def _find_places(text: str) -> tuple[PlaceSpan, ...]:
    found = list(_find_with_unit(text))
    if _reads_english(text):
        found += _find_english(text)
    found += _find_provinces(text)
    found.sort(key=lambda span: (span.start, -span.end))
    spans: list[PlaceSpan] = []
    for span in found:
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
    return tuple(spans)


def _find_with_unit(text: str) -> Iterator[PlaceSpan]:
    for match in _unit_pattern(text.isascii()).finditer(text):
        start = match.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in "-_"):
            continue
        unit = unit_spelling(match["unit"].casefold())
        before = text[max(0, start - 12) : start]
        level = UNITS[unit] if unit in UNITS else BARE_UNITS[unit]
        if number := match["number"]:
            if unit in ("quận", "q", "phường", "p", "thôn", "ấp", "bản"):
                word = {"q": "Quận", "p": "Phường"}.get(unit, unit.capitalize())
                yield PlaceSpan(f"{word} {number}", level or PlaceLevel.DISTRICT, start, match.end())
            continue
        if match["dot"] and unit not in _ABBREVIATED:
            # "Xây dựng nông thôn mới ở các xã. Đến nay": a sentence ends.
            continue
        if not match["gap"] and not match["dot"]:
            continue
        if (unit == "xã" and _NO_COMMUNE.search(before)) or (unit == "bản" and _NO_VILLAGE.search(before)):
            continue
        end = _name_end(text, match.start("name"), match.end("name"))
        name = text[match.start("name") : end]
        if not _is_name(name, unit, level) or (
            level is PlaceLevel.PROVINCE
            and find_province(name) is None
            and _OFFICE_AHEAD.search(text[max(0, start - 60) : start])
        ):
            continue
        yield _place(name, level, start, end)
        if unit not in _ABBREVIATED and _LIST_LEAD.search(before):
            yield from _find_listed(text, end, level)


def _find_listed(text: str, end: int, level: PlaceLevel | None) -> Iterator[PlaceSpan]:
    """Follow "các huyện A, B và C" behind its first name."""
    while (gap := _LIST_NEXT.match(text, end)) and (run := _RUN.match(text, gap.end())):
        end = _name_end(text, run.start(), run.end())
        if not _is_name(run.group()[: end - run.start()], "huyện", PlaceLevel.DISTRICT):
            return
        yield _place(text[run.start() : end], level, run.start(), end)


def _name_end(text: str, start: int, end: int) -> int:
    """Cut a run of capitalised syllables to the name of a unit; what follows is a person, a province or a heading."""
    if joined := _JOINED_NAMES.match(text, start):
        return joined.end(1)
    run = text[start : min(end, start + _MAX_RUN_CHARS)]
    syllables = [(m.start(), m.end()) for m in re.finditer(r"[^ \u00a0]+", run)]
    words = [run[a:b].casefold() for a, b in syllables]
    for i in range(len(words), 0, -1):
        if " ".join(words[:i]) in province_words() and i > 1:
            return start + syllables[i - 1][1]
    n = len(words)
    for i in range(1, n):
        known = 2 <= i <= n - 2 and " ".join(words[i : i + 2]) in province_words()
        if i == 1 and words[0] not in _ONE_SYLLABLE:
            # "Thanh Chương", "Châu Hội": hardly a unit has one syllable.
            continue
        if words[0] not in _SURNAMES and (known or words[i] in _NOT_NAMES or (words[i] in _SURNAMES and i + 1 < n)):
            n = i
            break
    if n > 4 or (n == 4 and not run.isupper()):
        n = 2
    return start + syllables[n - 1][1]


def _is_name(name: str, unit: str, level: PlaceLevel | None) -> bool:
    words = name.casefold().split()
    if words[0] in _ORGANS or (words[0] in _NOT_NAMES and (len(words) == 1 or " ".join(words[:2]) in _NO_NAME_PAIRS)):
        return False
    if level is PlaceLevel.PROVINCE:
        # Former and foreign provinces are in no list: "tỉnh Hà Tây", "tỉnh Hủa Phăn".
        stranger = unit == "tỉnh" and len(words) == 2 and words[0] not in _SURNAMES
        return find_province(name) is not None or stranger
    if unit in ("q", "p"):
        return len(words) > 1 and not name.isupper()
    # "UBND huyện Nguyễn Văn A": a person; "phường Nguyễn Thái Bình" is a ward.
    person = words[0] in _SURNAMES and len(words) > 2 and name.casefold() not in _PERSON_LIKE
    return not (person and level is not PlaceLevel.COMMUNE) and (len(name) > 1)


def _place(name: str, level: PlaceLevel | None, start: int, end: int) -> PlaceSpan:
    province = find_province(name)
    if level is None:
        # "thành phố Hòa Bình" is the town in the province of that name.
        level = PlaceLevel.PROVINCE if province is not None and province.name in _CITIES else PlaceLevel.DISTRICT
    if province is not None and level is PlaceLevel.PROVINCE:
        return PlaceSpan(province.name, level, start, end)
    if name.isupper() and len(name) > 2:
        name = re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), name)
    return PlaceSpan(re.sub(r"\s+", " ", name), level, start, end)


_CITIES = frozenset(("Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"))
_LEADS_NO_PLACE = re.compile(r"(?:(?:chứng khoán|đường|phố|cầu|Đại học|ĐH|trường)\s+|[A-ZĐ]\.\s?)$")
# "Thái Bình Dương" is an ocean, "Điện Biên Phủ" a battle, "Sài Gòn Thương Tín" a bank.
_FOLLOWS_NO_PLACE = re.compile(r" (?:Dương|Phủ)(?!\w)")


# The man, and what is named after him.
_HO_CHI_MINH = ("hồ chí minh", "ho chi minh")
_OF_HO_CHI_MINH = re.compile(
    r"(?:cách|tưởng|đức|tịch|gương|đường|mòn|chương|dịch|TNCS|sản|[Ll]ăng|Bác|niên|thưởng|viện|tích|thời đại|cờ) $"
)


def _find_provinces(text: str) -> Iterator[PlaceSpan]:
    for match in _province_pattern().finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "-_/@."):
            continue
        if _FOLLOWS_NO_PLACE.match(text, end) or _LEADS_NO_PLACE.search(text[max(0, start - 12) : start]):
            continue
        before = text[max(0, start - 10) : start]
        previous = before.rsplit(None, 1)[-1] if before[-1:] == " " and before.strip() else ""
        if match.group().casefold() in _HO_CHI_MINH and _OF_HO_CHI_MINH.search(text[max(0, start - 24) : start]):
            continue
        if previous[:1].isupper() and (previous.casefold() in _SURNAMES or previous in ("Văn", "Thị", "Hữu", "Đức")):
            continue
        province = find_province(match.group())
        if province is None or (match.group() in ("Sài Gòn", "Saigon") and _RUN.match(text, end + 1)):
            continue
        yield PlaceSpan(province.name, PlaceLevel.PROVINCE, start, end)


def _reads_english(text: str) -> bool:
    """Say whether English units are worth looking for: in Vietnamese "Lux City" is a brand."""
    sample = text[:600]
    return (len(sample) - len(sample.encode("ascii", "ignore"))) * 25 <= len(sample)


def _find_english(text: str) -> Iterator[PlaceSpan]:
    for match in _ENGLISH.finditer(text):
        if match["number"]:
            word = "Quận" if match["unit2"].lower() == "district" else "Phường"
            level = PlaceLevel.DISTRICT if word == "Quận" else PlaceLevel.COMMUNE
            yield PlaceSpan(f"{word} {match['number']}", level, match.start(), match.end())
            continue
        start, name = match.start(), match["name"]
        first, _, rest = name.partition(" ")
        if rest and first in ("The", "In", "Of", "At", "For", "From", "And", "Committee"):
            start, name = start + len(first) + 1, rest
        if name.casefold() not in ("the", "this", "each", "a", "in", "of", "every"):
            yield _place(name, ENGLISH_UNITS[match["unit"].lower()], start, match.end())
