"""Units of measure, money and counting, as they stand behind a number, with their normal forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rag.figures.numbers import MAGNITUDES
from rag.figures.words import CLASSIFIERS, COUNTED, ENGLISH_COUNTED, ENGLISH_STOPS, STOPS, WHOLE


class UnitKind(StrEnum):
    """What a unit measures."""

    PERCENT = "percent"
    POINTS = "points"
    MONEY = "money"
    MEASURE = "measure"
    TIME = "time"
    TIMES = "times"
    COUNT = "count"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit behind a number. end: where it ends in the text; factor: of ``nghìn``, ``triệu``, ``tỷ``.

    name: normal form without the factor (``đồng/năm``), None where no unit is named. known: it stands in a
    list here, it was not guessed from the words that follow.
    """

    end: int
    name: str | None
    kind: UnitKind
    factor: Decimal = Decimal(1)
    known: bool = True
    whole: bool = False


_PERCENT = {"%": "%", "phần trăm": "%", "percent": "%", "per cent": "%", "pct": "%"}
_POINTS = {
    "điểm %": "điểm %", "điểm phần trăm": "điểm %", "percentage point": "điểm %", "percentage points": "điểm %",
}  # fmt: skip
_MONEY = {
    "đồng": "đồng", "vnd": "đồng", "vnđ": "đồng", "đ": "đồng", "dong": "đồng", "usd": "USD", "đô la": "USD",
    "đô la mỹ": "USD", "đô-la": "USD", "đôla": "USD", "dollar": "USD", "dollars": "USD", "us dollars": "USD",
    "euro": "EUR", "eur": "EUR", "yên": "JPY", "jpy": "JPY", "nhân dân tệ": "CNY", "won": "KRW", "baht": "THB",
    "bảng anh": "GBP", "gbp": "GBP", "kíp": "LAK",
}  # fmt: skip
_MEASURE = {
    "tấn": "tấn", "tạ": "tạ", "yến": "yến", "kg": "kg", "ki-lô-gam": "kg", "g": "g", "gam": "g", "gram": "g",
    "lít": "lít", "lit": "lít", "ml": "ml", "ha": "ha", "hecta": "ha", "héc ta": "ha", "héc-ta": "ha",
    "hectare": "ha", "hectares": "ha", "sào": "sào", "km": "km", "ki-lô-mét": "km", "cây số": "km",
    "kilometre": "km", "kilometres": "km", "kilometers": "km", "m": "m", "mét": "m", "metres": "m", "meters": "m",
    "cm": "cm", "mm": "mm", "m2": "m2", "m²": "m2", "mét vuông": "m2", "km2": "km2", "km²": "km2",
    "ki-lô-mét vuông": "km2", "m3": "m3", "m³": "m3", "mét khối": "m3", "khối": "m3", "mw": "MW", "mwp": "MWp",
    "kw": "kW", "kwp": "kWp", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "kv": "kV", "kva": "kVA", "mva": "MVA",
    "tonnes": "tấn", "tonne": "tấn", "tons": "tấn", "độ c": "°C", "°c": "°C", "gb": "GB", "tb": "TB", "km/h": "km/h",
    "barrel": "thùng", "barrels": "thùng", "thùng": "thùng", "inch": "inch", "lux": "lux",
}  # fmt: skip
_TIME = {
    "giây": "giây", "phút": "phút", "giờ": "giờ", "ngày": "ngày", "ngày công": "ngày công", "tuần": "tuần",
    "tháng": "tháng", "tháng tuổi": "tháng tuổi", "năm": "năm", "tuổi": "tuổi", "thập kỷ": "thập kỷ",
    "hours": "giờ", "days": "ngày", "weeks": "tuần", "months": "tháng", "years": "năm", "năm tuổi": "tuổi",
}  # fmt: skip
_TIMES = {"lần": "lần", "times": "lần"}

_LISTS = (
    (_PERCENT, UnitKind.PERCENT), (_POINTS, UnitKind.POINTS), (_MONEY, UnitKind.MONEY),
    (_MEASURE, UnitKind.MEASURE), (_TIME, UnitKind.TIME), (_TIMES, UnitKind.TIMES),
)  # fmt: skip
KNOWN = {written: (name, kind) for names, kind in _LISTS for written, name in names.items()}

# Units whose letters differ from those of a plain word, or that stand glued to the number.
_SYMBOL = re.compile(
    r"[ \u00a0]?(%|điểm %|km/h|(?:k?m)[²³]|k?m[23](?!\d)|°c|(?:ki-lô-mét vuông|ki-lô-mét|ki-lô-gam|héc-ta|đô-la))",
)
_GLUED = re.compile(
    r"(?:trđ|tr\.đ|tỷđ|kwh|kwp|mwh|gwh|mwp|kva|mva|usd|vnđ|vnd|mw|kw|kv|kg|ha|km|cm|mm|ml|gb|tb|đ"
    r"|m|g)(?!\w)"
)
_SHORT_MONEY = re.compile(r"[ \u00a0]?(?:(trđ|tr\.\s?đ(?:ồng)?)|(tỷđ|tỷ\.đ))(?!\w)")
_WORDS = re.compile(r"[ \u00a0]?([^\W\d_]+(?:[ \u00a0][^\W\d_]+){0,3})")
_PER = re.compile(
    r"\s?/\s?(cổ phiếu|cổ phần|đầu người|hành khách|lao động|hộ gia đình|sản phẩm|học sinh|bệnh nhân|doanh nghiệp"
    r"|ngày đêm|đơn vị|km2|km²|m2|m²|m3|m³|1\.000 dân|10\.000 dân|vạn dân|[^\W\d_]+)(?!\w)|"
    r"\s(?:per|a) (year|month|day|capita|person|head|share|hectare|tonne|ton|barrel|km|kg)(?!\w)",
)
_ALSO = re.compile(r"(?:,| và|, and| and)[ \u00a0]([^\W\d_]+(?:[ \u00a0][^\W\d_]+){0,2})")
_LEVELS = frozenset(
    "xã phường huyện quận tỉnh thôn bản làng xóm ấp buôn sóc communes wards townships districts provinces".split()
) | {"thị trấn", "thị xã", "thành phố", "tổ dân phố", "khu phố", "khu dân cư"}
_PER_NAMES = {"m²": "m2", "m³": "m3", "km²": "km2", "year": "năm", "month": "tháng", "day": "ngày", "ha": "ha",
              "capita": "người", "person": "người", "head": "người", "đầu người": "người"}  # fmt: skip


def read_unit(text: str, lower: str, position: int) -> Unit | None:
    """Read the unit that begins at a position, right behind a number. None: letters are glued on that name no unit.

    lower: the text in lower case, of equal length.
    """
    end, factor, implied = _read_magnitude(lower, position)
    if implied is not None:
        return _with_per(lower, Unit(end, implied, UnitKind.MONEY, factor))
    found = _read_symbol(text, lower, end) or _read_words(text, lower, end, factor)
    if found is not None:
        return _with_per(lower, found) if found.factor == factor else _with_per(lower, _scale(found, factor))
    if end == position and end < len(text) and (lower[end].isalnum() or lower[end] == "_"):
        return None
    if factor >= MAGNITUDES["tỷ"]:
        return Unit(end, "đồng" if lower[position:end].strip()[0] == "t" else None, UnitKind.MONEY, factor)
    return Unit(end, None, UnitKind.NUMBER, factor, known=factor != 1)


def _scale(unit: Unit, factor: Decimal) -> Unit:
    return Unit(unit.end, unit.name, unit.kind, factor, known=unit.known, whole=unit.whole)


def _read_magnitude(lower: str, position: int) -> tuple[int, Decimal, str | None]:
    """Read ``nghìn tỷ``, ``triệu`` … Returns its end, its factor and ``đồng`` where an abbreviation holds it."""
    short = _SHORT_MONEY.match(lower, position)
    if short:
        return short.end(), MAGNITUDES["triệu" if short[1] else "tỷ"], "đồng"
    end, factor = position, Decimal(1)
    for _ in range(2):
        match = _WORDS.match(lower, end)
        if match is None:
            break
        word = match[1].split()[0]
        if word not in MAGNITUDES or (factor != 1 and MAGNITUDES[word] <= factor):
            break
        end, factor = match.start(1) + len(word), factor * MAGNITUDES[word]
    return end, factor, None


def _read_symbol(text: str, lower: str, position: int) -> Unit | None:
    match = _SYMBOL.match(lower, position)
    if match:
        name, kind = KNOWN[match[1]]
        return Unit(match.end(), name, kind)
    match = _GLUED.match(lower, position)
    capital = match is not None and len(match.group()) == 1 and text[position].isupper()  # "5G"
    if match and not capital and match.group() in KNOWN:
        name, kind = KNOWN[match.group()]
        return Unit(match.end(), name, kind)
    return None


def _read_words(text: str, lower: str, position: int, factor: Decimal) -> Unit | None:
    match = _WORDS.match(lower, position)
    if match is None or match.start(1) == position:
        return None
    syllables = match[1].replace("\u00a0", " ").split(" ")
    for n in range(len(syllables), 0, -1):
        written = " ".join(syllables[:n])
        end = match.start(1) + len(written)
        if written in KNOWN:
            name, kind = KNOWN[written]
            if len(written) == 1 and not _stands_alone(text, end):
                continue
            return Unit(end, name, kind, factor, whole=kind is UnitKind.MONEY and factor == 1)
        if written in COUNTED or written in ENGLISH_COUNTED:
            if text[match.start(1)].isupper():
                return None
            end = _read_behind_classifier(text, lower, end, written)
            end = _read_coordinated(lower, end, written)
            name = lower[match.start(1) : end]
            return Unit(end, name, UnitKind.COUNT, factor, whole=written in WHOLE and factor == 1)
    return _guess_noun(text, match.start(1), syllables, factor)


def _read_behind_classifier(text: str, lower: str, end: int, written: str) -> int:
    """Take in the noun behind ``chiếc``, ``con`` …: a known one, else one syllable. Returns the new end."""
    match = _WORDS.match(lower, end) if written in CLASSIFIERS else None
    if match is None or match.start(1) == end or text[match.start(1)].isupper():
        return end
    syllables = match[1].replace("\u00a0", " ").split(" ")
    if syllables[0] in STOPS:
        return end
    known = (noun for n in (3, 2) if (noun := " ".join(syllables[:n])) in COUNTED)
    return match.start(1) + len(next(known, syllables[0]))


def _stands_alone(text: str, end: int) -> bool:
    """Say whether a one-letter unit is followed by no letter: ``5 m`` but not ``5 m-commerce``."""
    return end >= len(text) or not (text[end].isalnum() or text[end] in "-&.'")


def _read_coordinated(lower: str, end: int, written: str) -> int:
    """Take in the rest of ``xã, phường, thị trấn``. Returns the end of the last one."""
    while written in _LEVELS:
        match = _ALSO.match(lower, end)
        if match is None:
            break
        syllables = match[1].split()
        written = next((w for n in (3, 2, 1) if (w := " ".join(syllables[:n])) in _LEVELS), "")
        if not written:
            break
        end = match.start(1) + len(written)
    return end


def _guess_noun(text: str, start: int, syllables: list[str], factor: Decimal) -> Unit | None:
    """Guess the counted noun: lower-case words up to the first word that joins or acts."""
    ascii_only = all(s.isascii() for s in syllables)
    taken: list[str] = []
    position = start
    for syllable in syllables[:2]:
        original = text[position : position + len(syllable)]
        if original[:1].isupper() or syllable in STOPS or (ascii_only and syllable in ENGLISH_STOPS):
            break
        taken.append(syllable)
        position += len(syllable) + 1
        if ascii_only and len(syllable) > 3 and syllable.endswith("s"):
            break
    if not taken or (len(taken) == 1 and len(taken[0]) == 1 and taken[0].isascii()):
        return None
    return Unit(position - 1, " ".join(taken), UnitKind.COUNT, factor, known=False)


def _with_per(lower: str, unit: Unit) -> Unit:
    """Add ``/năm``, ``/người/tháng``, ``per year``."""
    end, name = unit.end, unit.name
    while name is not None and (match := _PER.match(lower, end)):
        written = match[1] or match[2]
        end, name = match.end(), f"{name}/{_PER_NAMES.get(written, written)}"
    return Unit(end, name, unit.kind, unit.factor, unit.known, unit.whole)
