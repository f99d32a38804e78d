"""What a claim says of things: rising and falling, most and least, denials, causes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.gate.leads import DIRECTION
from rag.answer.gate.sources import Source, Told, Words
from rag.answer.gate.translating import translated
from rag.places import find_places
from rag.text import words

_NEGATED = re.compile(
    r"(?<!\w)(?:không(?! (?:quá|dưới|những|chỉ|gian|khí))|chưa(?! (?:đến|tới|đầy))|chẳng|not(?! only)"
    r"|no(?! longer than)|never|without|none)(?!\w)"
)
CAUSE = re.compile(
    r"(?<!\w)(?:do(?! (?:ubnd|tỉnh|huyện|trung ương))|vì|nhờ|bởi|nên|khiến|nguyên nhân|dẫn đến|làm cho|because"
    r"|due to|owing to|thanks to|caused? by|as a result)(?!\w)"
)
_CAUSES = re.compile(
    r"(?<!\w)(?:do|vì|nhờ|bởi|nên|khiến|nguyên nhân|dẫn|làm|ảnh hưởng|because|due to|owing to|thanks to|caused?"
    r"|as|result\w*|after|from|by)(?!\w)"
)
MOST = re.compile(
    r"(?P<up>cao nhất|lớn nhất|nhiều nhất|highest|largest|most|dẫn đầu|đứng đầu)|(?P<down>thấp nhất|nhỏ nhất"
    r"|ít nhất|lowest|smallest|fewest|least)"
)


def find_strange_causes(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield the word of a cause where no quote gives one."""
    cause = CAUSE.search(told.lower)
    if cause is not None and not any(_CAUSES.search(source.lower) for source in sources):
        yield "cause", cause.group()


def find_turned_directions(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield words of rising, falling, most and least that no quote has."""
    same = all(source.language == told.language for source in sources)
    for pattern in (DIRECTION if same else _STRONG, MOST):
        anywhere = MOST if pattern is MOST else DIRECTION
        theirs = {kind for source in sources for m in anywhere.finditer(source.lower) if (kind := m.lastgroup)}
        for match in pattern.finditer(told.lower):
            if match.lastgroup not in theirs or _turned(match, told, sources):
                yield "direction", match.group()
                break


# What another language says in another way ("nâng lên": "bringing to") is left out.
_STRONG = re.compile(
    r"(?P<up>tăng(?! cường| tốc| gia| ca)|cao hơn|nhiều hơn|\brose|increas\w*|\bgrew|higher|exceed\w*)"
    r"|(?P<down>giảm(?! nghèo)|thấp hơn|ít hơn|\bfell\b(?! back)|decreas\w*|declin\w*|\bdropped|\blower\b)"
)
_OPPOSITE = {"tăng": "giảm", "giảm": "tăng", "cao": "thấp", "thấp": "cao", "rose": "fell", "fell": "rose"}


def _turned(match: re.Match[str], told: Told, sources: Sequence[Source]) -> bool:
    """Say whether a quote says of the same word the opposite alone: "giá vật tư giảm" of "giá vật tư tăng"."""
    first = match.group().split()[0]
    before = _WORD_BEFORE.search(told.lower, 0, match.start())
    if before is None or first not in _OPPOSITE:
        return False
    pairs = [f"{before[1]} {word}" for word in (first, _OPPOSITE[first])]
    same = [source.lower for source in sources if source.language == told.language]
    return any(pairs[1] in lower for lower in same) and not any(pairs[0] in lower for lower in same)


_WORD_BEFORE = re.compile(r"([^\W\d_]+) $")


def find_turned_denials(told: Told, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield what is denied in the claim and not in the quote, or the reverse."""
    mine = [match.end() for match in _NEGATED.finditer(told.lower)]
    theirs = [(source, match.end()) for source in sources for match in _NEGATED.finditer(source.lower)]
    if mine and not theirs and not (told.language != sources[0].language and any(map(_lacks, sources))):
        yield "negation", told.text[max(0, mine[0] - 6) : mine[0] + 12]
        return
    for source, end in theirs:
        if not mine and _speaks_of_denied(told, source, end):
            yield "negation", source.quote[max(0, end - 6) : end + 20]
        phrase = _denied_only(source, end) if told.language == source.language else ""
        if phrase and phrase in told.lower and not _denies(told.lower, phrase):
            yield "negation", phrase
    for end in mine:
        denied = _words_behind(told.lower, end, 2)
        same = [source for source in sources if source.language == told.language]
        if same and denied and not any(_denies(source.lower, denied[0]) for source in same):
            yield "negation", " ".join(denied)


def _lacks(source: Source) -> bool:
    """Say whether a quote says by another word what another language denies: ``thiếu``, ``mất``, ``hết``."""
    return _LACK.search(source.lower) is not None


_LACK = re.compile(r"(?<!\w)(?:thiếu|lõm|mất|hết|xóa|xoá|ngừng|dừng|tránh|trắng|lack\w*|stop\w*|free of)(?!\w)")


def _denied_only(source: Source, end: int) -> str:
    """Give the two words denied at a place of a quote, if they stand nowhere in it undenied."""
    denied = _words_behind(source.lower, end, 2)
    phrase = " ".join(denied)
    n_denied = len(re.findall(rf"{_NEGATED.pattern} {re.escape(phrase)}", source.lower))
    return phrase if len(denied) == 2 and source.lower.count(phrase) == n_denied else ""


def _words_behind(lower: str, at: int, n: int) -> list[str]:
    return [lower[at:][a:b] for a, b in list(words(lower[at : at + 60]))[:n]]


def _denies(lower: str, phrase: str) -> bool:
    return re.search(rf"{_NEGATED.pattern}(?: \w+){{0,6}} {re.escape(phrase)}", lower) is not None


def _speaks_of_denied(told: Told, source: Source, at: int) -> bool:
    """Say whether a claim that denies nothing tells what a clause of its quote denies.

    It names what only that clause names, or it shares more words with that clause than with all others and no figure
    with them.
    """
    start, end = _clause_at(source.lower, at)
    clause, rest = source.quote[start:end], source.quote[:start] + "\n" + source.quote[end:]
    inside, outside = Words(clause), Words(rest)
    names = [told.text[p.start : p.end] for p in find_places(told.text)]
    names = [place.name for place in find_places(told.text)] or names
    predicate = _words_behind(source.lower, at, 1)
    quantities = {stated.quantity.value for stated in told.stated}
    here = {s.quantity.value for s in source.stated if start <= s.quantity.start < end}
    there = {s.quantity.value for s in source.stated if not start <= s.quantity.start < end}
    if quantities & there and not quantities & here:
        return False
    if any(inside.have(name) and not outside.have(name) for name in names):
        return told.language != source.language or bool(predicate and predicate[0] in told.lower.split())
    if any(outside.have(name) for name in names):
        return False
    if quantities & there:
        return False
    if told.language == source.language:
        return bool(quantities & here) and bool(predicate and predicate[0] in told.lower.split())
    groups = translated(told.text, told.language)
    n_inside = sum(any(inside.have(term) for term in terms) for _, terms in groups)
    n_outside = sum(any(outside.have(term) for term in terms) for _, terms in groups)
    return bool(quantities & here) or n_inside > n_outside


def _clause_at(lower: str, at: int) -> tuple[int, int]:
    start = max((m.end() for m in _CLAUSE.finditer(lower, 0, at)), default=0)
    end = _CLAUSE.search(lower, at)
    return start, end.start() if end else len(lower)


_CLAUSE = re.compile(r"[;,.](?=\s|$)|\s(?:và|nhưng|and|but)\s")
