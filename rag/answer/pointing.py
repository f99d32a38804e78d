"""Words that point at something said before: "huyện đó", "ở đó", "năm ấy", "there". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.followup import (
    ASKING,
    Body,
    apply_edits,
    capitalised,
    is_english_metric,
    is_figure,
    keeps_accents,
    lower_case,
    other_words,
)
from rag.answer.mentions import UNITS, Entity, find_entities, plain_unit, write_entity
from rag.figures.periods import find_periods
from rag.figures.wording import write_period
from rag.text import fold, is_accented

_POINTED_UNITS = "thành phố|thị trấn|thị xã|huyện|tỉnh|phường|quận|xã|thôn|bản"
_POINTED_ANY = "địa phương|nơi|đơn vị|công ty|ngân hàng|tập đoàn|doanh nghiệp|hãng|cơ quan|dự án"
_POINTING = (
    rf"(?<!\w)(?:(?P<unit>{_POINTED_UNITS})|(?P<any>{_POINTED_ANY})) (?:đó|này|ấy|đấy|kia|nói trên|vừa nêu)(?!\w)"
    r"|(?<!\w)(?P<place>(?:ở|tại) (?:đó|đấy|đây))(?!\w)"
    r"|(?<!\w)(?:that|this|the same) (?P<english>province|city|district|town|commune|ward|village|company|bank)(?!\w)"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )(?<!\w)(?P<there>there)(?! is| are| was| were| has| have)(?!\w)"
    r"|(?<!\w)(?<!cả )(?<!toàn )(?P<year>(?:trong |vào )?(?:năm|thời gian|kỳ|thời điểm) (?:đó|ấy|này)"
    r"|(?:in |during |for )?(?:that (?:year|period)|the same year))(?!\w)"
)
_POINTERS = {
    True: re.compile(_POINTING),
    False: re.compile(re.sub(r"[^\x00-\x7f]", lambda match: fold(match.group()), _POINTING)),
}
_COMPANIES = frozenset("công ty;ngân hàng;tập đoàn;doanh nghiệp;hãng;company;bank".split(";"))
_COMPANIES |= {fold(word) for word in _COMPANIES}


def points_back(question: str) -> bool:
    """Say whether a question points at something said before: "huyện đó", "ở đó", "năm ấy", "there"."""
    return _POINTERS[is_accented(question)].search(lower_case(question)) is not None


def resolve_pointers(
    question: str, body: Body, before: Sequence[Entity], last: str, names: Sequence[str]
) -> str | None:
    """Write out what a question points at; None where that is not known, or nothing is asked about it."""
    accented = is_accented(question)
    text = body.text + question[question.find(body.text) + len(body.text) :]
    own = find_entities(body.text, names)
    edits: list[tuple[int, int, str]] = []
    for match in _POINTERS[accented].finditer(lower_case(text)):
        written = _pointed_at(match, before, last, accented=keeps_accents(question))
        if written is None:
            return None
        if match["year"] and before and not own and not edits:
            language = "en" if _is_english(match) else "vi"
            named = write_entity(
                before[0].name, plain_unit(before[0].unit), language=language, accented=keeps_accents(question)
            )
            written = (
                f"of {named} in {written}" if language == "en" else f"{'ở' if accented else 'o'} {named} {written}"
            )
        edits.append((match.start(), match.end(), written))
    left = other_words(body.text, [(start, end) for start, end, _ in edits])
    asks = ASKING[accented].search(lower_case(text)) is not None or is_figure(text) or is_english_metric(body.text)
    return capitalised(apply_edits(text, edits)) if edits and left and asks else None


def _is_english(match: re.Match[str]) -> bool:
    return bool(match["english"] or match["there"] or match[0].startswith(("that", "the ", "in that", "in the ")))


def _pointed_at(match: re.Match[str], before: Sequence[Entity], last: str, *, accented: bool) -> str | None:
    language = "en" if _is_english(match) else "vi"
    if match["year"]:
        periods = find_periods(last)
        return write_period(periods[0].period, language=language, accented=accented) if periods else None
    unit = match["unit"] or match["english"] or ""
    if (match["any"] or unit) in _COMPANIES:
        entity = next((e for e in before if not e.is_place), None)
        return write_entity(entity.name, "", language=language, accented=accented) if entity else None
    fitting = [e for e in before if not unit or not e.unit or unit in _words_for(e.unit)]
    if not fitting:
        return None
    entity = fitting[0]
    named = plain_unit(entity.unit) or next((u for u in UNITS if unit and unit in _words_for(u)), "")
    written = write_entity(entity.name, named, language=language, accented=accented)
    if match["place"]:
        return f"{match['place'].split()[0]} {written}"
    return f"in {written}" if match["there"] else written


def _words_for(unit: str) -> tuple[str, ...]:
    """Give the words for a unit: Vietnamese with and without accents, and English."""
    unit = plain_unit(unit)
    return unit, fold(unit), UNITS.get(unit, unit)
