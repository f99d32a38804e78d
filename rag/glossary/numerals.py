"""Numbers, dates and periods of a question as the other language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from rag.glossary.counting import (
    ORDINALS,
    SCALES,
    SMALL,
    TENS,
    read_spelt,
    write_number,
    write_roman,
    write_vietnamese,
)
from rag.text import guess_language

_Writer = Callable[[re.Match[str]], Iterator[str]]
_Rule = tuple[re.Pattern[str], _Writer]

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_OF = {name: n for n, name in enumerate(_MONTHS, start=1)}
_MONTH_OF |= {name[:3]: n for name, n in _MONTH_OF.items()} | {"sept": 9}
_MONTH_WORDS = (*"một hai ba tư năm sáu bảy tám chín mười".split(), "mười một", "mười hai")
_SCALE_WORDS = {"thousand": ("nghìn", "ngàn"), "million": ("triệu",), "billion": ("tỷ",), "trillion": ("nghìn tỷ",)}
_ENGLISH_SCALES = {
    "nghìn": "thousand", "ngàn": "thousand", "nghin": "thousand", "triệu": "million", "trieu": "million",
    "tỷ": "billion", "tỉ": "billion", "ty": "billion", "nghìn tỷ": "trillion", "nghin ty": "trillion",
    "ngàn tỷ": "trillion",
}  # fmt: skip
_QUARTERS = ("I", "II", "III", "IV")
_QUARTER_OF = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def numeric_forms(question: str, *, language: str | None = None) -> list[str]:
    """List how the other language writes the numbers, dates and periods of a question.

    ``fifteen`` gives ``15`` and ``mười lăm``, ``1.5 million`` ``1,5 triệu``, ``March 2019`` ``tháng 3 năm 2019``;
    ``tháng 3 năm 2019`` gives ``March 2019``. language: of the question, guessed if None. A lone year and a lone
    digit are written alike and left out.
    """
    found: list[tuple[int, list[str]]] = []
    for pattern, write in _rules(english=(language or guess_language(question)) == "en"):
        for match in pattern.finditer(question):
            forms = list(write(match))
            if forms:
                found.append((match.start(), forms))
                # What one rule has read no other reads again.
                question = f"{question[: match.start()]}{'_' * len(match.group())}{question[match.end() :]}"
    return list(dict.fromkeys(form for _, forms in sorted(found) for form in forms))


# -- from English ---------------------------------------------------------------------------------------


def _english_date(match: re.Match[str]) -> Iterator[str]:
    day, month, year = int(match["day"]), _month(match["month"]), match["year"]
    if 1 <= day <= 31:
        yield f"{day}/{month}/{year}" if year else f"{day}/{month}"
        yield f"ngày {day} tháng {month} năm {year}" if year else f"ngày {day} tháng {month}"


def _iso_date(match: re.Match[str]) -> Iterator[str]:
    yield f"{int(match['day'])}/{int(match['month'])}/{match['year']}"


def _english_month(match: re.Match[str]) -> Iterator[str]:
    month, year = _month(match["month"]), match["year"]
    if year:
        yield from (f"tháng {month} năm {year}", f"tháng {month}/{year}", f"{month}/{year}")
    else:
        yield from (f"tháng {month}", f"tháng {_MONTH_WORDS[month - 1]}")


def _english_quarter(match: re.Match[str]) -> Iterator[str]:
    n = _QUARTER_OF[match["nth"].lower()] if match["nth"] else int(match["q"])
    for quarter in (_QUARTERS[n - 1], n):
        yield f"quý {quarter}/{match['year']}" if match["year"] else f"quý {quarter}"
    if match["year"]:
        yield f"quý {_QUARTERS[n - 1]} năm {match['year']}"


def _english_months(match: re.Match[str]) -> Iterator[str]:
    n = 6 if match["half"] else _count(match["n"])
    of_year = f" {match['year']}" if match["year"] else ""
    yield f"{n} tháng đầu năm{of_year}"
    yield f"nửa đầu năm{of_year}" if n == 6 else f"{write_vietnamese(n)} tháng đầu năm{of_year}"


def _english_ordinal(match: re.Match[str]) -> Iterator[str]:
    written = match["written"].lower()
    tens, _, last = written.replace(" ", "-").rpartition("-")
    n = int(written[:-2]) if written[0].isdigit() else TENS.get(tens, 0) + ORDINALS[last]
    if match["century"]:
        yield from (f"thế kỷ {n}", f"thế kỷ {write_roman(n)}", f"thế kỷ thứ {n}")
        return
    if n == 1:
        yield "đầu tiên"
    spelt = {1: "nhất", 4: "tư"}.get(n) or write_vietnamese(n)
    yield from (f"thứ {spelt}", f"thứ {n}")
    if 1 < n < 50:
        yield f"lần thứ {write_roman(n)}"


def _english_decade(match: re.Match[str]) -> Iterator[str]:
    yield from (f"thập niên {match['year']}", f"thập kỷ {match['year']}", f"những năm {match['year']}")


def _english_number(match: re.Match[str]) -> Iterator[str]:
    """Write digits, with a scale or a percent sign behind them."""
    digits, scale = match["digits"], (match["scale"] or "").lower()
    if match["percent"]:
        yield f"{write_number(_read_digits(digits))}%"
    elif scale or not digits.isdigit() or len(digits) > 4 or not digits.startswith(("1", "20", "21")):
        yield from _scaled(_read_digits(digits) * 10 ** SCALES.get(scale, 0), scale)


def _english_spelt(match: re.Match[str]) -> Iterator[str]:
    value = read_spelt(match["words"])
    # A lone "one" is a pronoun more often than a number.
    if value is None or (value == 1 and not match["percent"]):
        return
    if match["percent"]:
        yield f"{value}%"
        return
    if value < 1000:
        yield from (str(value), write_vietnamese(value))
    else:
        scale = re.split(r"[\s-]", match["words"].lower())[-1]
        yield from _scaled(Decimal(value), scale if scale in SCALES else "")


def _scaled(value: Decimal, scale: str) -> Iterator[str]:
    """Write a number with the scale it has in English, with that which fits it, and in digits alone."""
    scales = [scale] if scale else []
    scales += [name for name, power in SCALES.items() if power > 3 and 10**power <= value < 10 ** (power + 3)]
    if value >= 10 ** SCALES["trillion"]:
        scales.append("billion")
    for name in dict.fromkeys(scales):
        number = value / 10 ** SCALES[name]
        if number == round(number, 3):
            for word in _SCALE_WORDS[name]:
                yield f"{write_number(number)} {word}"
            if number == int(number) and number < 11:
                yield f"{write_vietnamese(int(number))} {_SCALE_WORDS[name][0]}"
    if value < 10**9 and (value != int(value) or value >= 1000):
        yield write_number(value)


def _read_digits(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _count(written: str) -> int:
    return int(written) if written.isdigit() else SMALL[written.lower()]


def _month(name: str) -> int:
    return _MONTH_OF[name.lower().rstrip(".")]


# -- from Vietnamese ------------------------------------------------------------------------------------


def _vietnamese_date(match: re.Match[str]) -> Iterator[str]:
    day, month, year = int(match["day"]), int(match["month"]), match["year"]
    if 1 <= day <= 31 and 1 <= month <= 12:
        name = _MONTHS[month - 1].capitalize()
        yield from (f"{day} {name} {year}", f"{name} {day}, {year}") if year else (f"{day} {name}", f"{name} {day}")


def _vietnamese_month(match: re.Match[str]) -> Iterator[str]:
    if 1 <= int(match["month"]) <= 12:
        name = _MONTHS[int(match["month"]) - 1].capitalize()
        yield f"{name} {match['year']}" if match["year"] else name


def _vietnamese_quarter(match: re.Match[str]) -> Iterator[str]:
    n = _QUARTERS.index(match["n"].upper()) + 1 if match["n"].upper() in _QUARTERS else int(match["n"])
    nth = ("first", "second", "third", "fourth")[n - 1]
    if match["year"]:
        yield from (f"{nth} quarter of {match['year']}", f"Q{n} {match['year']}")
    else:
        yield from (f"{nth} quarter", f"Q{n}")


def _vietnamese_number(match: re.Match[str]) -> Iterator[str]:
    digits = match["digits"]
    scale = " ".join((match["scale"] or "").lower().split())
    written = digits.replace(".", "_").replace(",", ".").replace("_", ",")
    if scale:
        yield f"{written} {_ENGLISH_SCALES[scale]}"
    elif written != digits:
        yield written + (match["percent"] or "")


# -- the rules, in the order they are tried ---------------------------------------------------------------


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any(_MONTHS)}|(?:{_any(name for name in _MONTH_OF if len(name) < 5 and name != 'may')})\b\.?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_OF_YEAR = r"(?:\s*,?\s*(?:of\s+|in\s+)?(?P<year>\d{4})\b)"
_WORD = f"(?:{_any([*SMALL, *TENS])})"
_BIG = f"(?:hundred|{_any(SCALES)})"
_PERCENT = r"(?P<percent>\s?%|\s+per\s?cent\b)?"
_SPELT = (
    rf"(?P<words>(?:(?:a|an)\s+(?={_BIG}\b))?(?:{_WORD}|{_BIG})\b"
    rf"(?:(?:(?:(?<=hundred)|(?<=thousand)|(?<=million))\s+and\s+|[\s-]+)(?:{_WORD}|{_BIG})\b)*)"
)
# "May" and "March" are months where a day, a year or a preposition stands beside them.
_BEFORE_MONTH = "in of by since until till from during early late mid before after next last this each every".split()
_LONE_MONTH = (
    rf"(?:(?<![\w'])(?P<month>(?-i:{_any(m.capitalize() for m in _MONTHS if m not in ('march', 'may'))}))\b"
    rf"|(?:{_any(_BEFORE_MONTH)})[\s-]+(?P<other>(?-i:March|May))\b)"
)


def _lone_month(match: re.Match[str]) -> Iterator[str]:
    month = _month(match["month"] or match["other"])
    yield from (f"tháng {month}", f"tháng {_MONTH_WORDS[month - 1]}")


@lru_cache(maxsize=2)
def _rules(*, english: bool) -> tuple[_Rule, ...]:
    """Compile the rules of one language, when a question first needs them."""
    pairs = _ENGLISH if english else _VIETNAMESE
    return tuple((re.compile(pattern, re.IGNORECASE), write) for pattern, write in pairs)


_ENGLISH: tuple[tuple[str, _Writer], ...] = (
    (r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b", _iso_date),
    (rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}{_OF_YEAR}?", _english_date),
    (rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}(?!\d){_OF_YEAR}?", _english_date),
    (rf"\b{_MONTH}{_OF_YEAR}", _english_month),
    (_LONE_MONTH, _lone_month),
    (rf"\b(?:(?P<nth>{_any(_QUARTER_OF)})[\s-]+quarter\b|q(?P<q>[1-4])\b){_OF_YEAR}?", _english_quarter),
    (
        rf"\bfirst\s+(?:(?P<half>half(?:\s+of\s+the\s+year)?)|(?P<n>\d{{1,2}}|{_any(SMALL)})[\s-]+months)\b{_OF_YEAR}?",
        _english_months,
    ),
    (
        rf"\b(?P<written>\d{{1,3}}(?:st|nd|rd|th)|(?:(?:{_any(TENS)})[\s-])?(?:{_any(ORDINALS)}))\b"
        r"(?P<century>[\s-]+centur(?:y|ies)\b)?",
        _english_ordinal,
    ),
    (r"\b(?P<year>\d{3}0)s\b", _english_decade),
    (
        rf"(?<![\w.,/])(?P<digits>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d/])"
        rf"(?:[\s-]*(?P<scale>{_any(SCALES)})\b)?{_PERCENT}",
        _english_number,
    ),
    (rf"\b{_SPELT}{_PERCENT}", _english_spelt),
)  # fmt: skip
_VIETNAMESE: tuple[tuple[str, _Writer], ...] = (
    (
        r"\bng[àa]y\s+(?P<day>\d{1,2})\s+th[áa]ng\s+(?P<month>\d{1,2})(?:\s+n[ăa]m\s+(?P<year>\d{4}))?\b",
        _vietnamese_date,
    ),
    (r"(?<![\w/.,-])(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})\b", _vietnamese_date),
    (r"\bng[àa]y\s+(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?P<year>(?!))?(?![\d/-])", _vietnamese_date),
    (r"\bth[áa]ng\s+(?P<month>\d{1,2})(?:(?:\s+n[ăa]m\s+|\s?[/-]\s?)(?P<year>\d{4}))?\b", _vietnamese_month),
    (r"(?<![\w/.,-])(?P<month>\d{1,2})/(?P<year>\d{4})\b", _vietnamese_month),
    (r"\bqu[ýy]\s+(?P<n>IV|I{1,3}|[1-4])\b(?:(?:\s+n[ăa]m\s+|\s?/\s?)(?P<year>\d{4}))?", _vietnamese_quarter),
    (
        rf"(?<![\w.,/])(?P<digits>\d+(?:\.\d{{3}})*(?:,\d+)?)(?![\d/])"
        rf"(?:\s+(?P<scale>{_any(_ENGLISH_SCALES)})\b)?(?P<percent>%)?",
        _vietnamese_number,
    ),
)  # fmt: skip
