"""Names of a claim in its quotes: places, persons with their offices, capitalised words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.gate.sources import Source, Told
from rag.answer.gate.translating import translated
from rag.persons import find_persons
from rag.places import UPPER, find_places
from rag.text import fold, is_syllable, words

CAPITAL = re.compile(r"[^\W\d_][\w'’-]*")
_OPENS = re.compile(r"(?:^|[.!?:;\"“(\n]\s*|\s[-–]\s)$")
_POSSESSIVE = re.compile(r"['’]s$")
#: Offices, the longer before those inside them, each with its English.
_OFFICES = (
    ("phó chủ tịch", ("vice chair", "vice chairman", "deputy chairman", "vice president")),
    ("chủ tịch", ("chair", "chairman", "chairwoman", "president")),
    ("phó bí thư", ("deputy secretary",)),
    ("bí thư", ("secretary",)),
    ("phó tổng giám đốc", ("deputy general director",)),
    ("tổng giám đốc", ("general director", "chief executive", "ceo")),
    ("phó giám đốc", ("deputy director",)),
    ("giám đốc", ("director",)),
    ("phó trưởng", ("deputy head", "deputy chief")),
    ("trưởng", ("head", "chief")),
    ("bộ trưởng", ("minister",)),
    ("đại tá", ("colonel",)),
    ("thượng tá", ("lieutenant colonel",)),
    ("thiếu tá", ("major",)),
)  # fmt: skip


def find_strange_names(
    told: Told, sources: Sequence[Source], figures: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """Yield places, persons and capitalised words that no quote, title or setting names."""
    text = told.text
    spans = list(figures)
    named = [(place.start, place.end, place.name) for place in find_places(text)]
    for first, last in find_persons(text):
        name = _POSSESSIVE.sub("", text[_behind_office(text, first, last) : last])
        named.append((first, last, name))
    for start, end, name in named:
        spans.append((start, end))
        if not any(source.all_words.have(name) for source in sources):
            yield "name", text[start:end]
    for match in CAPITAL.finditer(text):
        start, end = match.span()
        word = match.group()
        if not word[0].isupper() or any(a <= start < b for a, b in spans) or (start and text[start - 1].isdigit()):
            continue
        opens = _OPENS.search(text[max(0, start - 3) : start]) is not None
        if opens and (word.lower() in _OPENINGS or not (_goes_on(text, end) or _is_brand(word, told.language))):
            continue
        if not any(_names_word(word, source, told) for source in sources):
            yield "name", word


def _is_brand(word: str, language: str) -> bool:
    """Say whether a word at the head of a sentence is a name by its spelling: ``GreenMart``, ``BIDV``, ``Vinamilk``."""
    if any(char.isupper() for char in word[1:]):
        return True
    return language == "vi" and not is_syllable(word)


#: Words with which a sentence begins before a name.
_OPENINGS = frozenset(
    """theo tại ở trong năm ngày tháng quý đến từ so với do nhờ vì bà ông đồng anh chị chủ phó bí đại huyện xã tỉnh toàn
    tổng có còn hiện riêng như để và in at by on from according the for since under unlike of""".split()
)
_ORGAN = re.compile(r"(?:(?:Huyện|Tỉnh|Thành|Đảng|Thị)\s?(?:ủy|uỷ)|UBND|HĐND|Công an|huyện|tỉnh|xã)\s+")


def _behind_office(text: str, start: int, end: int) -> int:
    """Give where the name begins of "Bí thư Huyện ủy Lê Văn Thành", read with the organ before it."""
    organ = _ORGAN.match(text, start, end)
    return organ.end() if organ and organ.end() < end else start


def _goes_on(text: str, end: int) -> bool:
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()


def _names_word(word: str, source: Source, told: Told) -> bool:
    plain = re.sub(r"['’]s?$", "", word)
    if source.all_words.have(plain) or _is_common(plain, told.language):
        return True
    if told.language == source.language:
        return False
    return any(
        source.all_words.have(term)
        for phrase, terms in translated(told.text, told.language)
        if f" {fold(plain)} " in f" {' '.join(fold(phrase[a:b]) for a, b in words(phrase))} "
        for term in terms
    )


_COMMON_EN = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday i the in of on at by for from to and party people's people committee council
    department district province commune city town ward village unit national state government secretary chairman
    chair director general colonel major minister mr mrs ms first second vietnam vietnamese dong vnd usd""".split()
)
_COMMON_VI = frozenset("việt nam quý usd vnd".split())


def _is_common(word: str, language: str) -> bool:
    """Say whether a capitalised word names no one: a month, an organ, an office."""
    return word.casefold() in (_COMMON_EN if language == "en" else _COMMON_VI)


def find_strange_offices(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield an office that the quote gives to nobody, or to another person than the claim does."""
    for office, start, end in _find_offices(told.lower):
        known = (f"{source.lower}\n{source.about.lower()}" for source in sources)
        if not any(office == other for text in known for other, _, _ in _find_offices(text)) or any(
            _is_of_another(office, told, source) for source in sources
        ):
            yield "office", told.text[start:end]


def _is_of_another(office: str, told: Told, source: Source) -> bool:
    """Say whether a quote gives an office to one the claim does not name: in another clause, or nearer to another."""
    spans = _find_holders(source.quote)
    named = [span for span in spans if source.quote[slice(*span)] in told.text]
    held = list(_find_offices(source.lower))
    if len(named) != 1 or not held:
        return False
    start, end = named[0]
    clause = source.lower[_last_cut(source.lower, start) : end + len(_CLAUSE.split(source.lower[end:])[0])]
    beside = {other for other, _, _ in _find_offices(clause)}
    if beside and office not in beside:
        return any(other == office for other, _, _ in held)
    places = [at for other, at, _ in held if other == office]
    others = [other for other, _ in spans if other != start]
    if not places or not others:
        return False
    own = min(abs(start - at) for at in places)
    return min(abs(other - at) for other in others for at in places) < own


def _find_holders(text: str) -> list[tuple[int, int]]:
    """Find persons, and whom an office with its organ leads to: "Chủ tịch UBND huyện Phan Văn Tuyên"."""
    spans = [(_behind_office(text, first, last), last) for first, last in find_persons(text)]
    for _, _, end in _find_offices(text.lower()):
        match = _HOLDER.match(text, end)
        if match and all(match.start(1) >= b or match.end(1) <= a for a, b in spans):
            spans.append(match.span(1))
    return spans


_HOLDER = re.compile(
    rf"(?:\s(?:UBND|HĐND|Huyện ủy|Huyện uỷ|Tỉnh ủy|Tỉnh uỷ|Công an|huyện|tỉnh|xã|thành phố))*"
    rf"\s([{UPPER}]\w+(?:\s[{UPPER}]\w+){{1,3}})"
)


def _last_cut(text: str, at: int) -> int:
    return max((match.end() for match in _CLAUSE.finditer(text, 0, at)), default=0)


_CLAUSE = re.compile(r"[;.](?=\s|$)")


def _find_offices(lower: str) -> Iterator[tuple[str, int, int]]:
    taken: list[tuple[int, int]] = []
    for office, english in _OFFICES:
        for match in re.finditer(rf"(?<!\w)(?:{'|'.join((office, *english))})(?!\w)", lower):
            if not any(a <= match.start() < b for a, b in taken) and not lower.startswith(" đồng", match.end()):
                taken.append(match.span())
                yield office, match.start(), match.end()
