"""Units of measure, money and counting, as they stand behind a number, read to their normal forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rag.figures.numbers import MAGNITUDES
from rag.figures.unit_names import KNOWN, Lexicon, UnitKind, lexicon_for
from rag.figures.words import ABBREVIATED, ENGLISH_COUNTED, ENGLISH_STOPS, NO_UNITS
from rag.figures.writing import Writing

__all__ = ["KNOWN", "Unit", "UnitKind", "read_unit"]


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit behind a number. end: where it ends in the text; factor: of ``nghìn``, ``triệu``, ``tỷ``.

    name: normal form without the factor (``đồng/năm``), None where no unit is named. known: it stands in a
    list here, it was not guessed from the words that follow. implied: its money is not named ("5 tỷ").
    """

    end: int
    name: str | None
    kind: UnitKind
    factor: Decimal = Decimal(1)
    known: bool = True
    whole: bool = False
    implied: bool = False


_ONE = Decimal(1)
# Units whose letters differ from those of a plain word, or that stand glued to the number.
_SYMBOL = re.compile(
    r"[ \u00a0]?(%(?:[ \u00a0](?:điểm|diem)(?!\w))?|‰|(?:điểm|diem)[ \u00a0]?%|km/h|(?:k?m)[²³]|k?m[23](?!\d)|°c"
    r"|(?:ki-lô-mét vuông|ki-lô-mét|ki-lô-gam|héc-ta|đô-la|hec-ta))",
)
_SYMBOLS = {"diem %": "điểm %", "diem%": "điểm %", "điểm%": "điểm %", "% diem": "điểm %", "hec-ta": "héc-ta"}
_GLUED = re.compile(
    r"(?:trđ|tr\.đ|tỷđ|kwh|kwp|mwh|gwh|mwp|kva|mva|usd|vnđ|vnd|mw|kw|kv|kg|ha|km|cm|mm|ml|gb|tb|đồng|tấn|tạ|lít|mét"
    r"|sào|đ|m|g)(?!\w)"
)
_SHORT_MONEY = re.compile(
    r"[ \u00a0]?(?:(trđ|trd|tr\.\s?[đd](?:ồng|ong)?|triệu ?đ|trieu ?d|tr(?![.\w]))"
    r"|(tỷđ|tyd|tỷ\.đ|tỷ đ|tỉ đ|tỉđ|ty d))(?!\w)"
)
# Behind a sign of currency: "$2.5m", "€3bn".
_SHORT_MAGNITUDE = re.compile(r"(?:(mn|m)|(bn|b)|(tn)|(k))(?!\w)")
_WORDS = re.compile(r"[ \u00a0]?([^\W\d_]+(?:[ \u00a0][^\W\d_]+){0,4})")
_PER = re.compile(
    r"\s?/\s?(cổ phiếu|cổ phần|đầu người|hành khách|lao động|hộ gia đình|sản phẩm|học sinh|bệnh nhân|doanh nghiệp"
    r"|ngày đêm|đơn vị|lượt khách|mét vuông|mét khối|héc ta|héc-ta|km2|km²|m2|m²|m3|m³|1\.000 dân|10\.000 dân"
    r"|100\.000 dân|vạn dân|co phieu|dau nguoi|lao dong|[^\W\d_]+)(?!\w)|"
    # "114 bé trai/100 bé gái", "18 ca/100.000 dân".
    r"\s?/\s?(1(?:[.,]?000?|0)(?:[.,]?000)?[ \u00a0][^\W\d_]+(?:[ \u00a0](?:gái|trai|dân))?)(?!\w)|"
    r"\s(?:per|a|an|each|every) (year|annum|month|day|week|quarter|hour|capita|person|head|share|hectare|ha|tonne|ton"
    r"|barrel|km|kg|kilogram|household|worker|square metre|square meter)(?!\w|\s(?:before|ago|earlier)\b)",
)
_EACH = re.compile(
    r"\s(?:mỗi|một|trên một|trên mỗi|moi|mot)\s(năm|tháng|ngày|quý|tuần|giờ|người|hộ|ha|héc ta|sào|kg|tấn|tạ|m2|m²"
    r"|mét vuông|lượt|cổ phiếu|lao động|đầu người|hecta|km|nam|thang|ngay|nguoi|ho|tan|luot|tuan)(?!\w)"
)
_YEAR_BEHIND = re.compile(r"\s(?:19|20)\d\d(?!\d|[.,]\d)")
_ENGLISH_NOUN = re.compile(r"[a-z]{3,}(?:[ -][a-z]+){0,3}(?![^\W\d_])")
_ENGLISH_WORD = re.compile(r"[a-z]+")
_ALSO = re.compile(r"(?:,| và|, and| and| va)[ \u00a0]([^\W\d_]+(?:[ \u00a0][^\W\d_]+){0,2})")


def read_unit(
    text: str, lower: str, position: int, *, writing: Writing = Writing.ACCENTED, priced: bool = False
) -> Unit | None:
    """Read the unit that begins at a position, right behind a number. None: letters are glued on that name no unit.

    lower: the text in lower case, of equal length. priced: a sign of currency stands before the number.
    """
    lexicon = lexicon_for(writing)
    match = _WORDS.match(lower, position)
    syllables = match[1].replace("\u00a0", " ").split(" ") if match else []
    if not syllables:
        symbol = _SYMBOL.match(lower, position)
        if symbol is not None:
            return _with_per(lower, _symbol_unit(symbol), lexicon)
        return Unit(position, None, UnitKind.NUMBER, known=False)
    if priced and (short := _SHORT_MAGNITUDE.match(lower, position)):
        exponent = {"mn": 6, "m": 6, "bn": 9, "b": 9, "tn": 12, "k": 3}[short.group()]
        return Unit(short.end(), None, UnitKind.NUMBER, Decimal(10) ** exponent)
    end, factor, short_money = _read_magnitude(lower, position, syllables, lexicon)
    if short_money:
        return _with_per(lower, Unit(end, "đồng", UnitKind.MONEY, factor), lexicon)
    if end != position:
        match = _WORDS.match(lower, end)
        syllables = match[1].replace("\u00a0", " ").split(" ") if match else []
    found = _read_symbol(text, lower, end)
    if found is None and match is not None and match.start(1) != end:
        found = _read_words(text, lower, match.start(1), syllables, factor=factor, writing=writing)
    if found is not None:
        if found.factor != factor:
            found = Unit(found.end, found.name, found.kind, factor, found.known, found.whole)
        return _with_per(lower, found, lexicon)
    if end == position and end < len(text) and (lower[end].isalnum() or lower[end] == "_"):
        return None
    if factor >= MAGNITUDES["tỷ"]:
        is_dong = lower[position:end].strip().split()[-1] in ("tỷ", "tỉ", "ty", "ti")
        unit = Unit(end, "đồng" if is_dong else None, UnitKind.MONEY, factor, implied=is_dong)
        return _with_per(lower, unit, lexicon)
    return Unit(end, None, UnitKind.NUMBER, factor, known=factor != 1)


def _read_magnitude(lower: str, position: int, syllables: list[str], lexicon: Lexicon) -> tuple[int, Decimal, bool]:
    """Read ``nghìn tỷ``, ``triệu`` … Returns its end, its factor and whether an abbreviation names ``đồng`` too."""
    first = syllables[0]
    if first[0] == "t" and (short := _SHORT_MONEY.match(lower, position)):
        return short.end(), MAGNITUDES["triệu" if short[1] else "tỷ"], True
    end, factor = position, _ONE
    for i, word in enumerate(syllables[:2]):
        named = lexicon.magnitudes.get(word)
        if named is None or (factor != 1 and named[1] <= factor):
            break
        behind = syllables[i + 1] if i + 1 < len(syllables) else ""
        # "5 ngan hang", "10 van ban", "3 tram y te": nouns that begin like a magnitude when typed without accents.
        if word.isascii() and f"{word} {behind}" in lexicon.counted:
            break
        if word == "tram" and behind not in lexicon.magnitudes and behind not in lexicon.known:
            break
        # "15 tỷ lệ", "3 tỷ trọng" are no milliards.
        if behind in ("lệ", "trọng", "suất", "le", "trong", "suat") and named[0] in ("tỷ", "tỉ"):
            break
        end = lower.find(word, end) + len(word)
        factor = factor * named[1]
    return end, factor, False


def _symbol_unit(match: re.Match[str]) -> Unit:
    written = match[1].replace("\u00a0", " ")
    name, kind = KNOWN[_SYMBOLS.get(written, written)]
    return Unit(match.end(), name, kind)


def _read_symbol(text: str, lower: str, position: int) -> Unit | None:
    match = _SYMBOL.match(lower, position)
    if match:
        return _symbol_unit(match)
    match = _GLUED.match(lower, position)
    capital = match is not None and len(match.group()) == 1 and text[position].isupper()  # "5G"
    if match and not capital and match.group() in KNOWN:
        name, kind = KNOWN[match.group()]
        return Unit(match.end(), name, kind)
    return None


def _read_words(
    text: str, lower: str, start: int, syllables: list[str], *, factor: Decimal, writing: Writing
) -> Unit | None:
    """Read the unit or counted noun that the words from start on begin with: the longest known, else a guess."""
    lexicon = lexicon_for(writing)
    for n in range(len(syllables), 0, -1):
        written = " ".join(syllables[:n])
        end = start + len(written)
        if n == 2 and written in NO_UNITS:
            return None
        if written in lexicon.known:
            name, kind = lexicon.known[written]
            # "Bão số 9 năm 2020": the year follows.
            if kind is UnitKind.TIME and n == 1 and _YEAR_BEHIND.match(lower, end):
                return None
            if len(written) == 1 and not _stands_alone(text, end):
                continue
            return Unit(end, name, kind, factor, whole=kind is UnitKind.MONEY and factor == 1)
        noun = lexicon.counted.get(written)
        if noun is not None:
            if text[start].isupper() and not (noun.lower() in ABBREVIATED and text[start:end].isupper()):
                return None
            whole = noun in lexicon.whole and factor == 1
            behind = _read_behind_classifier(text, lower, end, written, lexicon)
            behind = _read_coordinated(lower, behind, written, lexicon)
            name = noun if behind == end else noun + lower[end:behind]
            return Unit(behind, name, UnitKind.COUNT, factor, whole=whole)
    if writing is Writing.ENGLISH:
        return _guess_english(text, lower, start, factor)
    # "7.400 tỉ trợ giá" are dong, whatever for.
    return _guess_noun(text, start, syllables, factor, lexicon) if factor < MAGNITUDES["tỷ"] else None


def _guess_english(text: str, lower: str, start: int, factor: Decimal) -> Unit | None:
    """Guess ``new members``, ``valid foreign-invested projects``: up to the first plural or counted noun."""
    phrase = _ENGLISH_NOUN.match(lower, start) if text[start].islower() else None
    if phrase is None:
        return None
    for word in _ENGLISH_WORD.finditer(lower, *phrase.span()):
        written = word.group()
        if written in ENGLISH_STOPS and written != "new":
            return None
        if written in ENGLISH_COUNTED or (len(written) > 3 and written.endswith("s") and not written.endswith("ss")):
            return Unit(word.end(), lower[start : word.end()], UnitKind.COUNT, factor, known=False)
    return None


def _read_behind_classifier(text: str, lower: str, end: int, written: str, lexicon: Lexicon) -> int:
    """Take in the noun behind ``chiếc``, ``con`` …: a known one, else one syllable. Returns the new end."""
    match = _WORDS.match(lower, end) if written in lexicon.classifiers else None
    if match is None or match.start(1) == end or text[match.start(1)].isupper():
        return end
    syllables = match[1].replace("\u00a0", " ").split(" ")
    if syllables[0] in lexicon.stops:
        return end
    known = (noun for n in (3, 2) if (noun := " ".join(syllables[:n])) in lexicon.counted)
    return match.start(1) + len(next(known, syllables[0]))


def _stands_alone(text: str, end: int) -> bool:
    """Say whether a one-letter unit is followed by no letter: ``5 m`` but not ``5 m-commerce``."""
    if end >= len(text) or text[end] != ".":
        return end >= len(text) or not (text[end].isalnum() or text[end] in "-&'")
    return end + 1 >= len(text) or text[end + 1].isspace()


def _read_coordinated(lower: str, end: int, written: str, lexicon: Lexicon) -> int:
    """Take in the rest of ``xã, phường, thị trấn``. Returns the end of the last one."""
    while written in lexicon.levels:
        match = _ALSO.match(lower, end)
        if match is None:
            break
        syllables = match[1].split()
        written = next((w for n in (3, 2, 1) if (w := " ".join(syllables[:n])) in lexicon.levels), "")
        if not written:
            break
        end = match.start(1) + len(written)
    return end


def _guess_noun(text: str, start: int, syllables: list[str], factor: Decimal, lexicon: Lexicon) -> Unit | None:
    """Guess the counted noun: lower-case words up to the first word that joins or acts."""
    ascii_only = all(s.isascii() for s in syllables)
    taken: list[str] = []
    position = start
    for syllable in syllables[:2]:
        original = text[position : position + len(syllable)]
        if original[:1].isupper() or syllable in lexicon.stops or (ascii_only and syllable in ENGLISH_STOPS):
            break
        taken.append(syllable)
        position += len(syllable) + 1
        if ascii_only and len(syllable) > 3 and syllable.endswith("s"):
            break
    if not taken or (len(taken) == 1 and len(taken[0]) == 1 and taken[0].isascii()):
        return None
    return Unit(position - 1, " ".join(taken), UnitKind.COUNT, factor, known=False)


def _with_per(lower: str, unit: Unit, lexicon: Lexicon) -> Unit:
    """Add ``/năm``, ``/người/tháng``, ``mỗi ha``, ``per year``."""
    end, name = unit.end, unit.name
    if name is None or end >= len(lower) or lower[end] not in " /\u00a0":
        return unit
    each = unit.kind in (UnitKind.MONEY, UnitKind.MEASURE)
    while match := _PER.match(lower, end) or (_EACH.match(lower, end) if each else None):
        written = match[match.lastindex or 1]
        end, name = match.end(), f"{name}/{lexicon.per.get(written, written)}"
    if end == unit.end:
        return unit
    return Unit(end, name, unit.kind, unit.factor, unit.known, unit.whole)
