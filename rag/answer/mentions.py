"""Entities and periods as a question mentions them, where they stand, and how they are written anew. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.figures.periods import find_dates, find_periods
from rag.figures.wording import take_accents_off
from rag.glossary import belong_together, is_abbreviation
from rag.places import find_places, find_province, provinces
from rag.question import match_entities
from rag.question.names import find_names
from rag.question.vocabulary import NOT_NAMES
from rag.text import fold, guess_language, is_accented, is_syllable, syllable_key, words

#: Unit words and their English; the longest first.
UNITS = {
    "thành phố": "city", "thị trấn": "town", "thị xã": "town", "huyện ủy": "district", "tỉnh ủy": "province",
    "thành ủy": "city", "thị ủy": "town", "huyện": "district", "tỉnh": "province", "phường": "ward",
    "quận": "district", "xã": "commune", "thôn": "village", "bản": "village", "tp": "city", "tx": "town",
}  # fmt: skip
_VIETNAMESE_UNIT = {
    "province": "tỉnh",
    "city": "thành phố",
    "district": "huyện",
    "town": "thị xã",
    "commune": "xã",
    "ward": "phường",
    "village": "thôn",
}
#: The party committee of each unit, which is named like the unit.
_COMMITTEES = {"tỉnh": "tỉnh ủy", "huyện": "huyện ủy", "thành phố": "thành ủy", "thị xã": "thị ủy"}
#: Typed without accents these are other words as well.
_UNCLEAR = frozenset(("quan", "ban", "tinh"))
_CITIES = frozenset(("Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"))


@dataclass(frozen=True, slots=True)
class Entity:
    """A name with the unit word that stands at it. unit: Vietnamese, in small letters, "" where there is none.

    start, end: with the unit word; name_start, name_end: without. is_place: known to be one.
    """

    start: int
    end: int
    name_start: int
    name_end: int
    name: str
    unit: str
    is_place: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A period in its normal form, with where it stands."""

    start: int
    end: int
    period: str


def _unit_pattern() -> dict[bool, re.Pattern[str]]:
    accented = "|".join(unit.replace("ủy", "(?:ủy|uỷ)") for unit in UNITS)
    bare = "|".join(fold(unit) for unit in UNITS if fold(unit) not in _UNCLEAR | {"thon"})
    ahead = r"(?<!\w)({})\.?[ ]?(?:(?:nghèo|miền núi|biên giới|vùng cao|ven biển) )?$"
    return {True: re.compile(ahead.format(accented)), False: re.compile(ahead.format(f"{bare}|tinh"))}


_UNIT_AHEAD = _unit_pattern()
_UNIT_BEHIND = re.compile(rf" ({'|'.join(_VIETNAMESE_UNIT)})\b", re.IGNORECASE)
_UNIT_AT_HEAD = re.compile(rf"({'|'.join(UNITS)})\.?\s+", re.IGNORECASE)
_BARE_UNIT_AT_HEAD = re.compile(
    rf"({'|'.join(fold(unit) for unit in UNITS if fold(unit) not in ('quan', 'ban'))})\.?\s+", re.IGNORECASE
)


# -- entities -------------------------------------------------------------------------------------------


def find_entities(text: str, names: Sequence[str]) -> list[Entity]:
    """Find the entities of a text in order; known names also in small letters and without accents."""
    taken = [(span.start, span.end) for span in find_periods(text)]
    taken += [(span.start, span.end) for span in find_dates(text, year=2000)]
    accented = is_accented(text)
    spans: list[tuple[int, int, bool]] = []
    for name in match_entities(text, [*names, *(province.name for province in provinces())]):
        spans += [(start, end, True) for start, end in _locate(text, name, accented)]
    for place in find_places(text):
        start, end = _without_unit(text, place.start, place.end)
        spans.append((start, end, True))
    spans += [(start, end, False) for start, end in find_names(text, guess_language(text), taken)]
    # A name that is known wins over a longer one that is only written with capitals.
    spans.sort(key=lambda span: (not span[2], span[0] - span[1], span[0]))
    kept: list[tuple[int, int, bool]] = []
    for start, end, known in spans:
        if start < end and all(end <= a or b <= start for a, b, _ in (*kept, *((a, b, True) for a, b in taken))):
            kept.append((start, end, known))
    spelled = _spellings(names)
    return [_with_unit(text, start, end, known, spelled) for start, end, known in sorted(kept)]


def _without_unit(text: str, start: int, end: int) -> tuple[int, int]:
    behind = list(_UNIT_BEHIND.finditer(text, start, end))
    if behind and behind[-1].end() == end:
        return start, behind[-1].start()
    ahead = (_BARE_UNIT_AT_HEAD if text[start:end].isascii() else _UNIT_AT_HEAD).match(text, start, end)
    return (ahead.end() if ahead else start), end


def _locate(text: str, name: str, accented: bool) -> list[tuple[int, int]]:
    """Give the places where the words of a known name stand."""
    key = syllable_key if accented else fold
    wanted = [key(name[start:end]) for start, end in words(name)]
    spans = list(words(text))
    written = [key(text[start:end]) for start, end in spans]
    n = len(wanted)
    return [(spans[i][0], spans[i + n - 1][1]) for i in range(len(spans) - n + 1) if written[i : i + n] == wanted]


def _spellings(names: Iterable[str]) -> dict[str, str]:
    """Give the spelling of each known name by its folded form; the library's own win."""
    spelled = {fold(province.name): province.name for province in provinces()}
    for name in sorted(set(names), reverse=True):
        spelled[fold(name)] = name
    return spelled


def _with_unit(text: str, start: int, end: int, known: bool, spelled: dict[str, str]) -> Entity:
    name = text[start:end]
    accented = is_accented(text)
    own = spelled.get(fold(name))
    if own is not None and (not is_accented(name) or _same_syllables(own, name)):
        name = own
    elif name == name.lower():
        name = name.title()
    lower = text.lower() if accented and len(text.lower()) == len(text) else fold(text)
    ahead = _UNIT_AHEAD[accented].search(lower, max(0, start - 24), start)
    if ahead is not None:
        unit = _vietnamese(ahead[1])
        # Bare "tinh" is a unit word only of a province.
        if ahead[1] != "tinh" or find_province(name) is not None:
            return Entity(ahead.start(), end, start, end, name, unit, is_place=True)
    behind = _UNIT_BEHIND.match(text, end)
    if behind is not None:
        return Entity(start, behind.end(), start, end, name, _VIETNAMESE_UNIT[behind[1].lower()], is_place=True)
    return Entity(start, end, start, end, name, "", is_place=known)


def _same_syllables(a: str, b: str) -> bool:
    return [syllable_key(word) for word in a.split()] == [syllable_key(word) for word in b.split()]


def _vietnamese(unit: str) -> str:
    unit = unit.replace("uỷ", "ủy")
    unit = {"tp": "thành phố", "tx": "thị xã"}.get(unit, unit)
    return next((known for known in UNITS if unit in (known, fold(known))), unit)


def read_bare_name(text: str, rest: Sequence[str]) -> Entity | None:
    """Read words that are no known name as one: "huyen nhu xuan" for its unit word, "BIDV" for its capitals.

    rest: the words of the text that are left to explain.
    """
    start, end = text.find(rest[0]), text.rfind(rest[-1]) + len(rest[-1])
    if len(rest) == 1 and len(rest[0]) > 1 and rest[0].isupper() and not is_abbreviation(rest[0]):
        is_name = rest[0].lower() not in NOT_NAMES and re.fullmatch(r"[IVX]+|[HQ]\d", rest[0]) is None
        return Entity(start, end, start, end, rest[0], "", is_place=False) if is_name else None
    accented = is_accented(text)
    for n in (2, 1):
        unit = " ".join(rest[:n]).lower()
        known = unit in UNITS if accented else unit in {fold(u) for u in UNITS} - _UNCLEAR
        together = len(rest) > n and belong_together(rest[n - 1], rest[n], accented=accented)
        if known and not together and len(rest) == n + 2:
            first = text.find(rest[n], start + len(unit))
            return Entity(start, end, first, end, text[first:end].title(), _vietnamese(unit), is_place=True)
    return None


def plain_unit(unit: str) -> str:
    """Give the unit of a party committee: "huyện" for "huyện ủy"."""
    return next((plain for plain, committee in _COMMITTEES.items() if committee == unit), unit)


def unit_for(new: Entity, old: Entity | None) -> str:
    """Choose the unit word of a name that takes another's place."""
    committee = old is not None and old.unit.endswith(" ủy")
    if new.unit:
        return _COMMITTEES.get(new.unit, new.unit) if committee else new.unit
    foreign = not new.is_place and not all(is_syllable(word) for word in new.name.split())
    if old is None or not old.unit or foreign:
        return ""
    province = find_province(new.name)
    if province is not None:
        unit = "thành phố" if province.name in _CITIES else "tỉnh"
        return _COMMITTEES[unit] if committee else unit
    return "" if old.unit == "tỉnh" or find_province(old.name) is not None else old.unit


def write_entity(name: str, unit: str, *, language: str, accented: bool) -> str:
    """Write a name with its unit word, as a question of that language would."""
    if language == "en":
        return f"{name} {UNITS[unit]}" if unit in UNITS else name
    text = f"{unit} {name}" if unit else name
    return text if accented else take_accents_off(text)


# -- periods --------------------------------------------------------------------------------------------

_RELATIVE = (
    (r"cùng kỳ(?: (?:của )?năm (?:trước(?: đó)?|ngoái))?|(?:một )?năm (?:ngay |liền )?(?:trước(?: đó| ấy)?|ngoái)",
     r"(?:the )?same (?:period|time)(?: (?:of |in )?(?:the )?(?:last|previous|prior|year) ?(?:year|before|earlier)?)?"
     r"|(?:the )?year (?:before|earlier|prior)|(?:the )?(?:previous|prior|last|preceding) year"
     r"|(?:a|one) year (?:before|earlier)",
     "year", -1),
    (r"năm (?:ngay |liền )?(?:sau(?: đó| ấy)?|tới|tiếp theo|kế tiếp)",
     r"(?:the )?year after|(?:the )?(?:following|next) year", "year", 1),
    (r"quý (?:ngay |liền )?trước(?: đó)?", r"(?:the )?(?:previous|prior|last) quarter|(?:the )?quarter before",
     "Q", -1),
    (r"quý (?:ngay |liền )?(?:sau(?: đó)?|tiếp theo)", r"(?:the )?(?:following|next) quarter|(?:the )?quarter after",
     "Q", 1),
    (r"tháng (?:ngay |liền )?trước(?: đó)?", r"(?:the )?(?:previous|prior|last) month|(?:the )?month before", "M", -1),
    (r"tháng (?:ngay |liền )?(?:sau(?: đó)?|tiếp theo)", r"(?:the )?(?:following|next) month|(?:the )?month after",
     "M", 1),
    (r"(?:cả|toàn) năm(?: đó| ấy)?(?! \d)", r"the (?:whole|full|entire) year", "whole", 0),
)  # fmt: skip
_RELATIVES = {
    accented: [
        (re.compile(rf"(?<!\w)(?:{vi if accented else fold(vi)}|{en})(?!\w)"), what, step)
        for vi, en, what, step in _RELATIVE
    ]
    for accented in (True, False)
}
_SAME_PERIOD = {
    True: re.compile(r"cùng kỳ (?:của )?$"),
    False: re.compile(r"cung ky (?:cua )?$|(?:the )?same period (?:of |in )?$"),
}
_RELATIVE_YEAR = ("nam nay", "nam ngoai")


def find_asked_periods(text: str, base: str | None) -> list[Period]:
    """Find the periods of a follow-up; what counts from another ("năm trước đó") counts from ``base``.

    A period that nothing says the year of has its own words for a normal form.
    """
    year = int(base[:4]) if base else None
    accented = is_accented(text)
    lower = text.lower() if len(text.lower()) == len(text) else fold(text)
    found = []
    for span in find_periods(text, year=2000 if year is None else year):
        written = text[span.start : span.end]
        if fold(written) in _RELATIVE_YEAR:
            continue
        start, period = span.start, span.period
        if year is None and not re.search(r"(?:19|20)\d\d", written):
            period = written
        same = _SAME_PERIOD[accented].search(lower, max(0, start - 16), start)
        if same is not None:
            start = same.start()
            period = f"{period[:4]}{base[4:]}" if base and len(period) == 4 and "/" not in base else period
        found.append(Period(start, span.end, period))
    for pattern, what, step in _RELATIVES[accented]:
        for match in pattern.finditer(lower):
            if all(match.end() <= p.start or p.end <= match.start() for p in found):
                found.append(Period(*match.span(), _shift(base, what, step) or text[slice(*match.span())]))
    return sorted(found, key=lambda p: p.start)


def _shift(base: str | None, what: str, step: int) -> str | None:
    if base is None or "/" in base:
        return None
    year, rest = int(base[:4]), base[5:]
    if what == "whole":
        return base[:4]
    if what == "year":
        return f"{year + step}{base[4:]}"
    if what == "Q" and rest.startswith("Q"):
        total = year * 4 + int(rest[1]) - 1 + step
        return f"{total // 4}-Q{total % 4 + 1}"
    if what == "M" and rest.isdigit():
        total = year * 12 + int(rest) - 1 + step
        return f"{total // 12}-{total % 12 + 1:02d}"
    return None
