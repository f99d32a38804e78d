"""Names of units of measure, money, time and counting, with their normal forms, with accents and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from rag.figures.numbers import MAGNITUDES
from rag.figures.words import ALSO_COUNTED, CLASSIFIERS, COUNTED_IN_ORDER, ENGLISH_COUNTED, LEVELS, STOPS, WHOLE
from rag.figures.writing import Writing
from rag.text import fold


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


_PERCENT = {"%": "%", "phần trăm": "%", "percent": "%", "per cent": "%", "pct": "%", "‰": "‰", "phần nghìn": "‰"}
_POINTS = {
    "điểm %": "điểm %", "điểm phần trăm": "điểm %", "percentage point": "điểm %", "percentage points": "điểm %",
    "% điểm": "điểm %", "điểm cơ bản": "điểm cơ bản", "basis points": "điểm cơ bản", "pp": "điểm %",
    "percent points": "điểm %",
}  # fmt: skip
_MONEY = {
    "đồng": "đồng", "vnd": "đồng", "vnđ": "đồng", "đ": "đồng", "dong": "đồng", "usd": "USD", "đô la": "USD",
    "đô la mỹ": "USD", "đô-la": "USD", "đôla": "USD", "đô": "USD", "dollar": "USD", "dollars": "USD",
    "us dollars": "USD", "us dollar": "USD", "đồng việt nam": "đồng", "vietnamese dong": "đồng", "đô la us": "USD",
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "yên": "JPY", "yên nhật": "JPY", "jpy": "JPY", "yen": "JPY",
    "nhân dân tệ": "CNY", "yuan": "CNY", "won": "KRW", "baht": "THB", "bảng anh": "GBP", "gbp": "GBP", "kíp": "LAK",
    "tệ": "CNY", "ruble": "RUB", "sgd": "SGD", "aud": "AUD", "cad": "CAD", "hkd": "HKD", "chf": "CHF",
    "peso": "peso", "ringgit": "MYR",
    "đô la singapore": "SGD", "đô la úc": "AUD", "rupiah": "IDR", "franc": "franc", "rupee": "INR",
    "rúp": "RUB", "lira": "TRY",
}  # fmt: skip
_MEASURE = {
    "tấn": "tấn", "tạ": "tạ", "yến": "yến", "kg": "kg", "ki-lô-gam": "kg", "kilogram": "kg", "kilograms": "kg",
    "kilogam": "kg", "g": "g", "gam": "g", "gram": "g", "grams": "g", "lít": "lít", "lit": "lít", "litres": "lít",
    "liters": "lít", "litre": "lít", "ml": "ml", "ha": "ha", "hecta": "ha", "hécta": "ha", "hectar": "ha",
    "héc ta": "ha", "héc-ta": "ha", "hectare": "ha", "hectares": "ha", "sào": "sào", "km": "km", "ki-lô-mét": "km",
    "kilômét": "km", "cây số": "km", "kilometre": "km", "kilometres": "km", "kilometers": "km", "kilometer": "km",
    "m": "m", "mét": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "cm": "cm", "mm": "mm",
    "m2": "m2", "m²": "m2", "mét vuông": "m2", "square metres": "m2", "square meters": "m2", "sqm": "m2",
    "sq m": "m2", "km2": "km2", "km²": "km2", "square kilometres": "km2", "square kilometers": "km2", "sq km": "km2",
    "ki-lô-mét vuông": "km2", "m3": "m3", "m³": "m3", "mét khối": "m3", "cubic metres": "m3",
    "cubic meters": "m3", "mw": "MW", "megawatts": "MW", "mwp": "MWp", "kw": "kW", "kwp": "kWp", "kwh": "kWh",
    "mwh": "MWh", "gwh": "GWh", "kv": "kV", "kva": "kVA", "mva": "MVA", "tonnes": "tấn", "tonne": "tấn",
    "tons": "tấn", "ton": "tấn", "metric tons": "tấn", "quintals": "tạ", "quintal": "tạ", "độ c": "°C", "°c": "°C",
    "gb": "GB", "tb": "TB", "mb": "MB", "km/h": "km/h", "barrel": "thùng", "barrels": "thùng", "thùng": "thùng",
    "dwt": "DWT", "inch": "inch", "chỉ": "chỉ", "lux": "lux", "mét dài": "m",
    "khối đất": "m3", "khối gỗ": "m3", "khối nước": "m3", "khối đá": "m3", "mét khối gỗ": "m3",
    "hải lý": "hải lý", "dặm": "dặm",
    "độ": "độ", "độ richter": "độ Richter", "megawatt": "MW",
}  # fmt: skip
_TIME = {
    "giây": "giây", "phút": "phút", "giờ": "giờ", "tiếng": "giờ", "ngày": "ngày", "ngày công": "ngày công",
    "tuần": "tuần", "tháng": "tháng", "tháng tuổi": "tháng tuổi", "năm": "năm", "tuổi": "tuổi",
    "thập kỷ": "thập kỷ", "hours": "giờ", "hour": "giờ", "minutes": "phút", "days": "ngày", "weeks": "tuần",
    "months": "tháng", "years": "năm", "day": "ngày", "week": "tuần", "month": "tháng", "year": "năm",
    "năm tuổi": "tuổi", "years old": "tuổi", "years of age": "tuổi",
}  # fmt: skip
_TIMES = {"lần": "lần", "times": "lần"}

_LISTS = (
    (_PERCENT, UnitKind.PERCENT), (_POINTS, UnitKind.POINTS), (_MONEY, UnitKind.MONEY),
    (_MEASURE, UnitKind.MEASURE), (_TIME, UnitKind.TIME), (_TIMES, UnitKind.TIMES),
)  # fmt: skip
KNOWN = {written: (name, kind) for names, kind in _LISTS for written, name in names.items()}
#: Those looked for in a question too: "tiếng" is a language, "đô" stands in names.
ASKED = {
    written: named
    for written, named in KNOWN.items()
    if written not in ("tiếng", "đô", "pp", "độ", "tệ", "khối đất", "khối gỗ", "chỉ")
}

#: What a unit is measured by, as written behind "/", "mỗi", "một", "per", and its normal form.
PER_NAMES = {
    "m²": "m2", "m³": "m3", "km²": "km2", "year": "năm", "annum": "năm", "month": "tháng", "day": "ngày",
    "week": "tuần", "quarter": "quý", "hour": "giờ", "hectare": "ha", "hecta": "ha", "héc ta": "ha", "héc-ta": "ha",
    "capita": "người", "person": "người", "head": "người", "people": "người", "đầu người": "người", "ng": "người",
    "tonne": "tấn", "ton": "tấn", "kilogram": "kg", "kilo": "kg", "household": "hộ", "share": "cổ phiếu",
    "barrel": "thùng", "worker": "lao động", "usd": "USD", "mét vuông": "m2", "square metre": "m2",
    "square meter": "m2", "cp": "cổ phiếu", "mét khối": "m3", "kwh": "kWh", "mwp": "MWp", "mw": "MW",
    "dollar": "USD", "lượt khách": "lượt khách",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words behind a number, as written in a kind of text, each with its normal form.

    magnitudes: "nghìn", "tỷ"; known: measures, money, times; counted: nouns; classifiers: nouns that only introduce
    the counted one; levels: units of the administration; stops: words no noun goes beyond; per: as PER_NAMES.
    """

    magnitudes: Mapping[str, tuple[str, Decimal]]
    known: Mapping[str, tuple[str, UnitKind]]
    counted: Mapping[str, str]
    classifiers: frozenset[str]
    levels: frozenset[str]
    stops: frozenset[str]
    whole: frozenset[str]
    per: Mapping[str, str]


@cache
def lexicon_for(writing: Writing) -> Lexicon:
    """Give the words of a text by how it is written; English has those of Vietnamese with accents too."""
    english = {noun: noun for noun in ENGLISH_COUNTED}
    if writing is not Writing.BARE:
        return Lexicon(
            magnitudes={word: (word, factor) for word, factor in MAGNITUDES.items()},
            known=KNOWN,
            counted={noun: noun for noun in (*COUNTED_IN_ORDER, *ALSO_COUNTED)} | {"teu": "TEU"} | english,
            classifiers=CLASSIFIERS,
            levels=LEVELS,
            stops=STOPS,
            whole=WHOLE,
            per=PER_NAMES,
        )
    counted = dict(english)
    for noun in (*COUNTED_IN_ORDER, *ALSO_COUNTED):
        counted.setdefault(fold(noun), noun)
    known: dict[str, tuple[str, UnitKind]] = {}
    for written, named in KNOWN.items():
        known.setdefault(fold(written), named)
    return Lexicon(
        magnitudes={fold(word): (word, factor) for word, factor in MAGNITUDES.items()},
        known=known,
        counted=counted,
        classifiers=frozenset(fold(noun) for noun in CLASSIFIERS),
        levels=frozenset(fold(noun) for noun in LEVELS),
        # "mươi" and "muoi", "bảo" and "bao": without accents only words that begin no common noun stop one.
        stops=frozenset(fold(word) for word in STOPS),
        whole=WHOLE,
        per={fold(word): name for word, name in PER_NAMES.items()} | {"nam": "năm", "thang": "tháng", "ngay": "ngày",
             "nguoi": "người", "ho": "hộ", "tan": "tấn", "ta": "tạ", "xa": "xã", "dau nguoi": "người", "quy": "quý",
             "co phieu": "cổ phiếu", "lao dong": "lao động", "luot": "lượt", "gio": "giờ", "tuan": "tuần",
             "sao": "sào", "huyen": "huyện", "thon": "thôn"},
    )  # fmt: skip
