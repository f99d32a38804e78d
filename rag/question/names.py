"""Names in a question: capitalised ones found, known ones matched, with or without accents. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rag.glossary import belong_together, is_abbreviation
from rag.places import find_places, find_province
from rag.question.vocabulary import (
    COMMON_OPENINGS,
    ENGLISH_MINISTRY,
    ENGLISH_STOPS,
    GENERIC_NAMES,
    MINISTRIES,
    NAME_CLASSES,
    NAME_ENDINGS,
    NOT_NAMES,
    NUMBERED,
    ORGANS,
    SHORT_NAMES,
    STOPS,
    UNIT_WORDS,
)  # fmt: skip
from rag.text import fold, is_accented, is_syllable, syllable_key, words

_Span = tuple[int, int]

_JOIN = re.compile(r" | [-–] |[-–&]| & ")
_ROMAN = re.compile(r"[IVX]+")
_ENGLISH_PLACE = re.compile(
    r"\b(?:OF|IN|AND|OR|FOR|DOES|DID|DO|HAS) ((?:(?!OF\b|IN\b|THE\b)[A-Z]+ ){1,3})"
    r"(?=DISTRICT|PROVINCE|COMMUNE|CITY|WARD|TOWN)"
)
_MOST_WORDS = 12
_CONNECTIVES = frozenset("và va là la của cua có co với voi đạt dat hay hoặc hoac năm nam trong so còn con".split())


def find_names(question: str, language: str, taken: list[_Span]) -> list[_Span]:
    """Find names: runs of capitalised words without titles, unit words and common words; numbered units; ministries.

    In a question all in capitals only what follows a unit word, and provinces.
    """
    accented = is_accented(question)
    lower = question.lower().replace("uỷ", "ủy").replace("khoá", "khóa")
    special = [match.span() for match in NUMBERED[accented].finditer(lower if accented else fold(question))]
    letters = [c for c in question if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.6 * len(letters):
        return sorted([*special, *_find_in_capitals(question, [*taken, *special])])
    special += _find_ministries(question, lower, accented=accented)
    capitalised = _find_capitalised(question, lower, language, [*taken, *special], accented=accented)
    return sorted([*special, *capitalised])


def _find_ministries(question: str, lower: str, *, accented: bool) -> list[_Span]:
    found = MINISTRIES[accented].finditer(lower if accented else fold(question))
    vietnamese = [match.span() for match in found if question[match.start()].isupper()]
    return vietnamese + [match.span() for match in ENGLISH_MINISTRY.finditer(question)]


def _find_in_capitals(question: str, taken: list[_Span]) -> list[_Span]:
    """Find the places of "THU NHẬP CỦA HUYỆN KỲ SƠN"; other names do not stand out there."""
    found = []
    places = [(place.start, place.end, len(place.name.split())) for place in find_places(question)]
    for start, end, n_words in [*places, *_english_places(question)]:
        spans = [(a + start, b + start) for a, b in words(question[start:end])]
        free = [span for span in spans[-n_words:] if not any(a < span[1] and span[0] < b for a, b in taken)]
        if free:
            found.append((free[0][0], free[-1][1]))
    return found


def _english_places(question: str) -> list[tuple[int, int, int]]:
    found = _ENGLISH_PLACE.finditer(question)
    return [(*match.span(1), len(match[1].split())) for match in found]


def _find_capitalised(question: str, lower: str, language: str, taken: list[_Span], *, accented: bool) -> list[_Span]:
    generic = GENERIC_NAMES[accented].finditer(lower if accented else fold(question))
    masked = [*taken, *(match.span() for match in generic)]
    spans = [span for span in words(question) if question[span[0]].isalnum()]
    runs: list[list[int]] = []
    for i, (start, end) in enumerate(spans):
        glued = start > 0 and question[start - 1].isdigit()
        if glued or not question[start].isupper() or any(a < end and start < b for a, b in masked):
            continue
        if runs and runs[-1][-1] == i - 1 and _JOIN.fullmatch(question, spans[i - 1][1], start):
            runs[-1].append(i)
        else:
            runs.append([i])
    names = []
    for run in runs:
        name = _trim_name(question, spans, run, language, masked)
        if name:
            names.append((spans[name[0]][0], spans[name[-1]][1]))
    return names


def _trim_name(question: str, spans: list[_Span], run: list[int], language: str, masked: list[_Span]) -> list[int]:
    """Take unit words and opening words off a run of capitalised words; nothing is left of a common word."""
    written = [question[a:b] for a, b in spans]
    classes = NAME_CLASSES[is_accented(question)]
    while run and (written[run[0]].lower() in classes or _is_opening(question, spans, run[0], language)):
        # Without accents "Đô Lương" and "Nguyễn Đức Trung" begin like "do" and "nguyên nhân".
        if _is_whole(written, run, accented=is_accented(question)) and language != "en":
            break
        run = run[1:]
    while len(run) > 1 and is_abbreviation(written[run[0]]):
        run = run[1:]
    while run and language == "en" and written[run[-1]].lower() in NAME_ENDINGS:
        run = run[:-1]
    if not run or is_abbreviation(question[spans[run[0]][0] : spans[run[-1]][1]]):
        return []
    goes_on = _goes_on(question, spans, run[-1]) and not _overlaps(spans[run[-1] + 1], masked)
    # "Que Phong va": the "phòng và" of a term, were it not for the conjunction.
    goes_on = goes_on and written[run[-1] + 1] not in _CONNECTIVES
    if len(run) > 1 and goes_on and _opens_term(question, spans, run[-1]):
        run = run[:-1]
    is_place = run[0] > 0 and written[run[0] - 1].lower() in classes
    if not is_place and len(run) == 2 and written[run[0]].lower() in ORGANS and _goes_on(question, spans, run[-1]):
        return []
    rest = question[spans[run[1]][0] : spans[run[-1]][1]] if len(run) > 1 else ""
    if rest and written[run[0]].lower() in ORGANS and is_abbreviation(rest):
        return []
    return run if len(run) != 1 or _is_single_name(question, spans, run[0], language) else []


def _overlaps(span: _Span, others: list[_Span]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in others)


def _is_whole(written: list[str], run: list[int], *, accented: bool) -> bool:
    """Say whether a bare run that opens a question is a name from its first word on."""
    name = [written[i] for i in run]
    if accented or name[0].lower() in ("huyen", "tinh", "xa", "o", "tai", "cua"):
        return False
    return (name[0] == "Nguyen" and len(name) > 1) or (len(name) == 2 and all(is_syllable(word) for word in name))


def _is_single_name(question: str, spans: list[_Span], i: int, language: str) -> bool:
    word = question[slice(*spans[i])]
    if word in SHORT_NAMES:
        return True
    if word.lower() in NOT_NAMES or _ROMAN.fullmatch(word) or len(word) == 1:
        return False
    if _goes_on(question, spans, i) and _describes(question, spans, i):
        return False
    if _opens_sentence(question, spans[i][0]) and word[1:].islower():
        # A capital at the head of a sentence says nothing: only what is no Vietnamese syllable is a name.
        if language == "en":
            return word.lower() not in ENGLISH_STOPS
        return not is_syllable(word) or find_province(word) is not None
    return True


def _goes_on(question: str, spans: list[_Span], i: int) -> bool:
    """Say whether a lower-case word follows word i, with nothing but a blank between."""
    if i + 1 == len(spans):
        return False
    (start, end), gap = spans[i + 1], question[spans[i][1] : spans[i + 1][0]]
    return gap == " " and question[start:end].islower()


def _describes(question: str, spans: list[_Span], i: int) -> bool:
    """Tell the ``Giao`` of ``Giao thông`` and the ``Gạch`` of ``Gạch men Thạch Bàn`` from a name."""
    word, following = question[slice(*spans[i])], question[slice(*spans[i + 1])]
    if _opens_term(question, spans, i):
        return True
    if not is_accented(question) or not is_syllable(word) or following in STOPS or i + 2 >= len(spans):
        return False
    start = spans[i + 2][0]
    return question[start].isupper() and question[spans[i + 1][1] : start] == " "


def _opens_term(question: str, spans: list[_Span], i: int) -> bool:
    word, following = question[slice(*spans[i])], question[slice(*spans[i + 1])]
    return belong_together(word, following, accented=is_accented(question))


def _is_opening(question: str, spans: list[_Span], i: int, language: str) -> bool:
    if not _opens_sentence(question, spans[i][0]):
        return False
    word = question[slice(*spans[i])].lower()
    return word in ENGLISH_STOPS if language == "en" else word in COMMON_OPENINGS[is_accented(question)]


def _opens_sentence(question: str, start: int) -> bool:
    before = question[:start].rstrip(" \"'“‘(-–")
    return not before or before[-1] in ".?!:\n"


def match_entities(question: str, names: Iterable[str]) -> tuple[str, ...]:
    """Find known names in a question by whole syllables, as given, in the order of the question.

    A question without accents meets accented names. Longer names win over those inside them. A name of one
    plain syllable counts only if the question writes it with a capital or puts a unit word before it.
    """
    spans = list(words(question))
    accented = is_accented(question)
    keys = [_name_word(question[start:end], accented) for start, end in spans]
    grams: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(keys)):
        for n in range(1, min(_MOST_WORDS, len(keys) - i) + 1):
            grams.setdefault(tuple(keys[i : i + n]), []).append(i)
    found: list[tuple[int, int, str]] = []
    for name in dict.fromkeys(names):
        key = _name_key(name, accented)
        for i in grams.get(key, ()) if key else ():
            if len(key) > 1 or _stands_as_name(question, spans, i, name):
                found.append((i, i + len(key), name))
    found.sort(key=lambda match: (match[0] - match[1], match[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, name in found:
        if all(end <= a or start >= b or (start, end) == (a, b) for a, b, _ in kept):
            kept.append((start, end, name))
    return tuple(dict.fromkeys(name for _, _, name in sorted(kept, key=lambda match: match[0])))


@lru_cache(maxsize=50_000)
def _name_key(name: str, accented: bool) -> tuple[str, ...]:
    return tuple(_name_word(name[start:end], accented) for start, end in words(name))


def _name_word(word: str, accented: bool) -> str:
    return syllable_key(word) if accented else fold(word)


def _stands_as_name(question: str, spans: list[_Span], i: int, name: str) -> bool:
    if question[spans[i][0]].isupper() or not is_syllable(name):
        return True
    before = [fold(question[a:b]) for a, b in spans[max(0, i - 2) : i]]
    return any(word in UNIT_WORDS for word in before[-1:]) or before == ["thanh", "pho"]
