"""Lies told of a true sentence, made by rule: one figure, unit, period, role, direction, negation or name is changed.

Every rule knows when what it makes may happen to be true and leaves that out: a number is only changed into one that
stands nowhere in the quotes, a name into one that none of them and no title names. What the rules read (numbers,
years, words of roles) they read themselves, so that they do not share the errors of what they judge.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

Lie = tuple[str, str]
"""The name of the rule and the text it made."""

NUMBER = re.compile(r"(?<![\w.,/\-])\d+(?:[.,]\d+)*(?![\w]|[./\-]\d)")
_FIGURE_AHEAD = re.compile(
    r"\d(?:\s?(?:nghìn|triệu|tỷ|million|billion))?\s?$|\d(?:,\d+)? (?:nghìn|triệu|tỷ|lượt|million) (?:tỷ )?$"
)
_MONTHS = "January February March April May June July August September October November December".split()
_NOT_FIGURES = re.compile(
    r"(?:ngày|tháng|quý|năm|số|lần thứ|con thứ|mức độ|level|Unit|Mô|tổ máy số|Q|H|khóa|Điều|khoản|mục|thứ|quận|Quận)"
    r"\s+(?:\w+\s+)?\d+"
    r"|\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|\d{1,2}/(?:19|20)\d\d|(?<![\d.,])(?:19|20)\d\d(?![\d.,]|\s?(?:tấn|hộ|người))"
    rf"|\d{{1,2}} (?:{'|'.join(_MONTHS)})(?: \d{{4}})?|(?:{'|'.join(_MONTHS)}) \d+"
    r"|\d+ (?:tháng|giờ)(?: (?:đầu|cuối) năm| ngày)?|\[\d+\]|\d+ tuổi|under \d+|trên 100 bé gái|to 100 girls"
)
_YEAR = re.compile(r"(?<![\d.,/])(?:19|20)\d\d(?![\d.,]\d|\d)|(?<=/)(?:19|20)\d\d(?!\d)")

UNITS = (
    ("tấn/ha", "kg/ha"), ("tạ/ha", "tấn/ha"), ("nghìn tấn", "nghìn tạ"), (" tấn", " tạ"), (" điểm %", "%"),
    ("triệu USD", "triệu đồng"), ("tỷ USD", "tỷ đồng"), ("tỷ đồng", "tỷ USD"), ("đồng/kg", "đồng/tạ"),
    ("đồng/năm", "đồng/tháng"), ("/người/tháng", "/người/năm"), (" ha", " km2"), (" m2", " ha"), (" kg ", " tạ "),
    (" MW", " kW"), (" mm", " cm"), (" cm", " mm"), ("GWh", "MWh"), ("lao động", "hộ"), ("đảng viên", "chi bộ"),
    ("lượt khách", "chuyến bay"), (" hộ ", " người "), (" xã ", " huyện "), (" học sinh", " giáo viên"),
    (" nhà ", " người "), ("người/km2", "người/ha"), (" vụ", " người"), ("thuê bao", "trạm"), ("tonnes", "kg"),
    ("hectares", "square kilometres"), ("billion dong", "billion dollars"), ("million dollars", "million dong"),
    (" percentage points", "%"), ("households", "communes"), ("people", "households"), ("dong a year", "dong a month"),
    ("pupils", "teachers"), ("giờ", "ngày"),
)  # fmt: skip
SCALES = (
    ("nghìn tỷ", "tỷ"), ("tỷ đồng", "triệu đồng"), ("triệu đồng", "tỷ đồng"), ("tỷ USD", "triệu USD"),
    ("triệu USD", "tỷ USD"), ("nghìn tấn", "triệu tấn"), ("triệu tấn", "nghìn tấn"), ("triệu lượt", "nghìn lượt"),
    ("triệu thuê bao", "nghìn thuê bao"), ("vạn lượt", "triệu lượt"), ("nghìn đồng", "triệu đồng"),
    ("trillion", "billion"), ("billion", "million"), ("million", "billion"), ("thousand tonnes", "million tonnes"),
    (" tấn", " nghìn tấn"), (" tonnes", " thousand tonnes"), (" lượt", " nghìn lượt"), (" ha", " nghìn ha"),
)  # fmt: skip
PERIODS = (
    ("6 tháng đầu năm", "9 tháng đầu năm"), ("6 tháng đầu năm", "6 tháng cuối năm"),
    ("9 tháng đầu năm", "6 tháng đầu năm"),
    ("9 tháng năm", "6 tháng năm"), ("4 tháng đầu năm", "5 tháng đầu năm"), ("quý III", "quý II"),
    ("Quý III", "Quý IV"),
    ("Quý II/", "Quý III/"), ("quý I/", "quý II/"), ("Quý I/", "Quý II/"), ("quý IV", "quý II"), ("quý II ", "quý I "),
    ("first half of", "second half of"), ("first half of", "first quarter of"), ("second quarter", "third quarter"),
    ("third quarter", "first quarter"), ("fourth quarter", "second quarter"), ("first nine months", "first six months"),
    ("first quarter", "second quarter"), ("first four months", "first five months"), ("tháng 4", "tháng 5"),
    ("tháng 6", "tháng 7"), ("tháng 3/", "tháng 4/"), ("tháng 10/", "tháng 11/"), ("In April", "In May"),
    ("30/9/", "29/9/"), ("30/6/", "31/5/"), ("14/5/", "15/5/"), ("18/8/", "18/9/"), ("1/8/", "1/9/"), ("18/5/", "8/5/"),
    ("9/3/", "9/4/"), ("14 May", "15 May"), ("18 August", "18 September"), ("30 June", "30 May"),
    ("9 March", "9 April"),
)  # fmt: skip
ROLES = (
    (r"(?<!phấn đấu )(?<!ước )(?<!được )(?<!vì )(?<!tỷ đồng, )đạt (?=(?:trên |hơn )?\d)", "phấn đấu đạt "),
    (r"(?:được |được công bố )?dự báo (?=đạt|vượt)", "thực tế "),
    (r"\bước (?=đạt|thực hiện)", ""),
    (r"\bước tính (?=\d)", "là "),
    (r"dự kiến (?=cả năm|vận hành|nhận|là|nộp|sản lượng)", "thực tế "),
    (r"phấn đấu ", "đã "),
    (
        r"(?:[Đđ]ặt mục tiêu|[Mm]ục tiêu|[Cc]hỉ tiêu|[Kk]ế hoạch)(?= (?:sản lượng|doanh thu|lợi nhuận|thu ngân"
        r"|tỷ lệ dân))"
    ,
     "kết quả thực hiện"),
    (r"tăng (?:thêm )?(?=\d+(?:[.,]\d+)*(?:%| triệu| tỷ| vụ| mô hình))", "đạt "),
    (r"giảm (?=\d+(?:[.,]\d+)*(?:%| triệu| tỷ| vụ| trường hợp| nghìn))", "còn "),
    (r"is estimated at", "was"), (r"are estimated at", "were"), (r"was estimated at", "was in fact"),
    (r"(?:is|are|was) expected to (?:be|operate)", "was"), (r"is forecast at", "was"),
    (r"reached (?=\d)", "is targeted at "), (r"\btargets (?=revenue)", "achieved "), (r"aims (?:for|to have)", "had"),
    (r"(?<!making )\bup (?=\d)", "reaching "), (r"(?<=, )down (?=\d)", "reaching "), (r"rose (?=\d)", "was "),
)  # fmt: skip
DIRECTIONS = (
    ("tăng", "giảm"), ("giảm", "tăng"), ("Tăng", "Giảm"), ("Giảm", "Tăng"), ("cao hơn", "thấp hơn"),
    ("thấp hơn", "cao hơn"), ("Cao hơn", "Thấp hơn"), ("Thấp hơn", "Cao hơn"), ("vượt", "hụt"), ("Vượt", "Hụt"),
    ("cao nhất", "thấp nhất"), ("thấp nhất", "cao nhất"), ("lowest", "highest"), (" rose", " fell"), (" fell", " rose"),
    (" up ", " down "), (" down ", " up "), ("higher than", "lower than"), ("lower than", "higher than"),
    (" above ", " below "), (" more than in", " less than in"), ("highest", "lowest"), ("dưới", "trên"),
    ("hơn 3,5 vạn", "chưa đến 3,5 vạn"), ("trên 10", "dưới 10"), ("gần 9", "hơn 9"), ("more than 10", "less than 10"),
)  # fmt: skip
NEGATIONS = (
    (r"\bkhông (?!quá|dưới|những)", ""), (r"\bchưa (?!đến|tới|đầy)", "đã "), (r"\bhas not\b", "has"),
    (r"\bdid not propose\b", "proposed"), (r"\bwill not be\b", "will be"),
    (r"\bno household fell\b", "households fell"),
    (r"\bwere not met\b", "were met"), (r"(?<!không )(?<!chưa )(?<!phấn đấu )\bđạt (?=\d)", "không đạt "),
    (r"\bđã (?=[^\W\d]+ \d)", "chưa "),
)  # fmt: skip
DISTRICTS = ("Quan Sơn", "Lang Chánh", "Ngọc Lặc", "Tân Kỳ", "Quỳ Hợp", "Diễn Châu", "Phong Thổ")
COMMUNES = ("Hạnh Dịch", "Nậm Giải", "Mường Nọc", "Châu Kim", "Thông Thụ", "Cắm Muộn")
PROVINCES = ("Quảng Bình", "Yên Bái", "Lạng Sơn", "Bến Tre")
_POOLS = {"tỉnh": PROVINCES, "province": PROVINCES} | dict.fromkeys(
    ("xã", "phường", "thị trấn", "bản", "thôn", "commune", "village"), COMMUNES
)
FIRMS = ("Ngân hàng Đại Việt", "Sữa Đồng Xanh", "Hàng không Đại Dương", "Viễn thông Cửu Long", "Blue Delta Steel",
         "Điện máy Phương Nam", "Golden Lotus Freight", "Thủy điện Khe Bố 3")  # fmt: skip
PERSONS = ("Nguyễn Hữu Phước", "Lò Thị Mai", "Đinh Xuân Quảng")
OFFICES = (
    ("Phó Chủ tịch", "Chủ tịch"), ("Bí thư", "Phó Bí thư"), ("Tổng Giám đốc", "Chủ tịch"), ("Chủ tịch", "Bí thư"),
    ("Trưởng Công an", "Phó Trưởng Công an"), ("Secretary", "Chairman"), ("vice chair", "chair"),
    ("General Director", "Chairman"), ("Chairman", "General Director"), ("Colonel", "Major"),
)  # fmt: skip
_PLACE = re.compile(
    r"(?P<u>xã|phường|thị trấn|huyện|thị xã|tỉnh|bản|thôn|trạm)\s(?P<n>[A-ZĐ][^\W\d_]+(?:\s[A-ZĐ][^\W\d_]+){0,2})"
    r"|(?P<m>[A-ZĐ][^\W\d_]+(?:\s[A-ZĐ][^\W\d_]+){0,2})\s(?P<v>commune|district|village|province)"
)
_FIRM = re.compile(
    r"Ngân hàng An Phú|Sữa Hoa Ban|Hàng không Sao Biển|Viễn thông Hồng Lam|Lam River Steel|Điện máy Bình Minh"
    r"|Dragon Freight|(?:Thủy điện )?Nậm Mô 2"
)
_PERSON = re.compile(
    r"(?:(?<=[Bb]à )|(?<=[Ôô]ng )|(?<=đồng chí )|(?<=anh )|(?<=Bí thư Huyện ủy )|(?<=Đại tá )|(?<=Colonel )"
    r"|(?<=Trưởng Công an huyện )|(?<=Chủ tịch UBND huyện )|(?<=Chủ tịch )|(?<=Chairman )|(?<=chairman )|(?<=2024 )|^)"
    r"(?P<n>(?:Vi|Lê|Trần|Nguyễn|Phạm|Phan|Hồ|Lô)(?:\s[A-ZĐ][^\W\d_]+){2,3})"
)


def lies_about(text: str, sources: str, *, seed: str) -> Iterator[Lie]:
    """Tell every lie the rules know about a text that is true. sources: its quotes and their titles."""
    rng = random.Random(seed)
    yield from _digits(text, sources, rng)
    yield from _separators(text, sources)
    yield from _replaced("unit", text, UNITS)
    yield from _replaced("scale", text, SCALES)
    yield from _replaced("period", text, PERIODS)
    yield from _years(text)
    yield from _substituted("role", text, ROLES)
    yield from _replaced("direction", text, DIRECTIONS)
    yield from _substituted("negation", text, NEGATIONS)
    yield from _names(text, sources, rng)
    yield from _exchanged(text)


def figures_of(text: str) -> list[re.Match[str]]:
    """Find the numbers of a text that count or measure."""
    taken = [match.span() for match in _NOT_FIGURES.finditer(text)]
    return [m for m in NUMBER.finditer(text) if not any(a < m.end() and m.start() < b for a, b in taken)]


def values_of(text: str) -> set[str]:
    """Give the digits of every number of a text, without separators and ending noughts."""
    return {re.sub(r"\D", "", m.group()).strip("0") for m in re.finditer(r"\d+(?:[.,]\d+)*", text)}


def _digits(text: str, sources: str, rng: random.Random) -> Iterator[Lie]:
    known = values_of(sources)
    for match in figures_of(text)[:3]:
        written = match.group()
        places = [i for i, char in enumerate(written) if char.isdigit() and (i or len(written) == 1)] or [0]
        place = rng.choice(places)
        digit = rng.choice([d for d in "123456789" if d != written[place]])
        changed = written[:place] + digit + written[place + 1 :]
        if re.sub(r"\D", "", changed).strip("0") not in known:
            yield "digit", text[: match.start()] + changed + text[match.end() :]


def _separators(text: str, sources: str) -> Iterator[Lie]:
    known = set(re.findall(r"\d+(?:[.,]\d+)*", sources))
    for match in figures_of(text)[:3]:
        written = match.group()
        if not re.search(r"[.,]", written):
            continue
        if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", written):
            # "8.200" is eight thousand two hundred; "8,2" is not, unless thousands follow.
            shorter = written.replace(".", ";").replace(",", ".").replace(";", ",").rstrip("0").rstrip(",.")
            changed = shorter if shorter != written and len(shorter) < len(written) else written[:-1]
        elif re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3}){2,}", written):
            changed = written[:-4]
        else:
            changed = re.sub(r"[.,]", "", written)
        if changed not in known and Decimal(re.sub(r"\D", "", changed)) != 0:
            yield "separator", text[: match.start()] + changed + text[match.end() :]


def _replaced(name: str, text: str, pairs: Sequence[tuple[str, str]]) -> Iterator[Lie]:
    """Replace the first place where the words to be replaced belong to a figure (for units and scales) or stand."""
    done: set[str] = set()
    for old, new in pairs:
        for match in re.finditer(re.escape(old) + (r"(?!\w)" if old[-1].isalpha() else ""), text):
            at = match.start()
            if name in ("unit", "scale") and not _FIGURE_AHEAD.search(text[:at]):
                continue
            if name == "period" and at and text[at - 1].isdigit():
                continue
            changed = text[:at] + new + text[match.end() :]
            if changed not in done:
                done.add(changed)
                yield name, changed
            break


def _substituted(name: str, text: str, pairs: Sequence[tuple[str, str]]) -> Iterator[Lie]:
    for pattern, new in pairs:
        changed = re.sub(pattern, new, text, count=1)
        if changed != text and not _stays_true(name, text, pattern):
            yield name, changed


def _stays_true(name: str, text: str, pattern: str) -> bool:
    """Say whether a changed role or negation may leave the sentence as true as it was."""
    if name == "negation":
        return False
    aims = re.search(r"phấn đấu|mục tiêu|chỉ tiêu|kế hoạch năm|\bplan|target|\baim|dự báo", text, re.IGNORECASE)
    return bool(aims) and pattern.startswith(r"(?<!phấn đấu )")


def _years(text: str) -> Iterator[Lie]:
    for match in list(_YEAR.finditer(text))[:2]:
        year = int(match.group())
        for other in (year - 1, year + 1):
            changed = text[: match.start()] + str(other) + text[match.end() :]
            yield "year", changed


def _names(text: str, sources: str, rng: random.Random) -> Iterator[Lie]:
    for match in list(_PLACE.finditer(text))[:2]:
        group = "n" if match["n"] else "m"
        unit = match["u"] or match["v"]
        pool = _POOLS.get(unit, DISTRICTS)
        yield "entity", _swap(text, match, group, rng.choice([n for n in pool if n not in sources]))
        siblings = [m["n"] for m in _PLACE.finditer(sources) if m["u"] == unit and m["n"] and m["n"] not in text]
        if siblings and unit in ("xã", "bản", "thị trấn"):
            yield "entity in the quote", _swap(text, match, group, siblings[0])
    if firm := _FIRM.search(text):
        yield "entity", _swap(text, firm, 0, rng.choice([n for n in FIRMS if n not in sources]))
    if person := _PERSON.search(text):
        yield "person", _swap(text, person, "n", rng.choice([n for n in PERSONS if n not in sources]))
        for old, new in OFFICES:
            if re.search(rf"(?<!Phó ){old}(?! đồng)", text):
                yield "office", re.sub(rf"(?<!Phó ){old}", new, text, count=1)
                break


def _swap(text: str, match: re.Match[str], group: str | int, name: str) -> str:
    return text[: match.start(group)] + name + text[match.end(group) :]


def _exchanged(text: str) -> Iterator[Lie]:
    """Exchange two different figures of one unit."""
    found = [(m, _unit_behind(text, m.end())) for m in figures_of(text)]
    for i, (a, unit) in enumerate(found):
        for b, other in found[i + 1 :]:
            between = text[a.end() : b.start()]
            if unit and unit == other and a.group() != b.group() and len(between.strip(" -–/")) > 3:
                yield "exchanged", text[: a.start()] + b.group() + between + a.group() + text[b.end() :]
                return


def _unit_behind(text: str, at: int) -> str:
    match = re.match(r"\s?(%|[^\W\d_]+(?: (?:đồng|USD|dong|%))?)", text[at:])
    return match[1] if match else ""
