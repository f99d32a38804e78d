"""The whole question that a follow-up stands for: "Còn Quan Sơn thì sao?" after one about Quế Phong. Pure.

A follow-up names another entity or another time, points back ("ở huyện đó"), or names another metric alone. A
question with a metric of its own and a question word is whole, however it begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.answer.followup import (
    EDGE,
    KEPT_CLOSER,
    Body,
    apply_edits,
    capitalised,
    is_english_metric,
    is_figure,
    is_metric_alone,
    keeps_accents,
    lower_case,
    other_words,
    take_apart,
)
from rag.answer.mentions import (
    Entity,
    find_asked_periods,
    find_entities,
    plain_unit,
    read_bare_name,
    unit_for,
    write_entity,
)
from rag.answer.pointing import points_back, resolve_pointers
from rag.errors import QuestionError
from rag.figures.periods import find_periods
from rag.figures.wording import write_period
from rag.places import find_province
from rag.question import MAX_QUESTION_CHARS, clean_question
from rag.text import fold, guess_language, is_accented
from rag.types import Turn

#: So many turns back, at most, a chain of follow-ups is resolved.
MAX_TURNS = 10
#: What is longer says itself what it is about.
MAX_FOLLOW_UP_CHARS = 300


def complete_question(question: str, history: Sequence[Turn], *, names: Sequence[str] = ()) -> str | None:
    """Give the whole question that a follow-up stands for; None where the question stands alone.

    history: the turns before, oldest first. names: the places of the library; its spelling of a name wins.
    """
    cleaned = _clean(question)
    last = _last_whole(history, names)
    if cleaned is None or last is None:
        return None
    whole = _complete(cleaned, last, names)
    return whole if whole is not None and len(whole) <= MAX_QUESTION_CHARS else None


def _clean(question: str) -> str | None:
    try:
        return clean_question(question)
    except QuestionError:
        return None


_CHATTER = re.compile(
    r"(?:(?:cam on|xin cam on|thanks?|thank you|ok|okay|vang|da|hay qua|tot|duoc|roi|xin chao|chao|hello|hi|great|good)"
    r"[ ,.!]*(?:ban|anh|chi|em|nhe|nhieu|you|a)?[ ,.!]*)+"
)


def _last_whole(history: Sequence[Turn], names: Sequence[str]) -> str | None:
    """Give the last whole question; what earlier follow-ups stood for is found out again where it was not kept."""
    last: str | None = None
    for turn in history[-MAX_TURNS:]:
        if turn.rewritten and (rewritten := _clean(turn.rewritten)):
            last = rewritten
        elif (asked := _clean(turn.question)) and not _CHATTER.fullmatch(fold(asked)):
            last = (last and _complete(asked, last, names)) or asked
    return last


# -- completing -----------------------------------------------------------------------------------------


def _complete(question: str, last: str, names: Sequence[str]) -> str | None:
    if len(question) > MAX_FOLLOW_UP_CHARS:
        return None
    body = take_apart(question)
    if not any(c.isalnum() for c in body.text):
        return None
    before = find_entities(last, names)
    if points_back(question):
        return resolve_pointers(question, body, before, last, names)
    periods_before = find_periods(last)
    base = periods_before[0].period if periods_before else None
    periods = find_asked_periods(body.text, base)
    taken = [(p.start, p.end) for p in periods]
    entities = [e for e in _find_within(question, body, names) if all(e.end <= a or b <= e.start for a, b in taken)]
    rest = other_words(body.text, [*taken, *((e.start, e.end) for e in entities)])
    if entities and rest and rest[0].lower() == "như":
        rest = rest[1:]
    if rest and not entities and (guessed := read_bare_name(body.text, rest)) is not None:
        entities, rest = [guessed], []
    if not rest:
        if not entities and not periods:
            return None
        new = _joined(body.text, entities) if entities else None
        return _replace(last, before, new, periods[0].period if periods else None)
    if entities or not is_metric_alone(body, rest):
        return None
    period = periods[0].period if periods else base
    if not before and (period is None or periods):
        return None
    metric = " ".join(apply_edits(body.text, [(start, end, "") for start, end in taken]).split()).strip(EDGE)
    return _ask_metric(metric, body.closer, before[0] if before else None, period, like=(question, last))


def _find_within(question: str, body: Body, names: Sequence[str]) -> list[Entity]:
    """Find the entities of the body; a capital says more where the words around it are seen."""
    start = question.find(body.text)
    return [
        replace(
            e, start=e.start - start, end=e.end - start, name_start=e.name_start - start, name_end=e.name_end - start
        )
        for e in find_entities(question, names)
        if start <= e.start and e.end <= start + len(body.text)
    ]


def _joined(text: str, entities: Sequence[Entity]) -> Entity:
    """Take several names, "xã A, huyện B", as one that is put in as it was typed."""
    first, last = entities[0], entities[-1]
    if first is last:
        return first
    tail = "".join(
        text[a.end : b.start] + write_entity(b.name, b.unit, language="vi", accented=True)
        for a, b in pairwise(entities)
    )
    return replace(first, end=last.end, name_end=last.end, name=first.name + tail)


# -- another entity, another time -----------------------------------------------------------------------


def _replace(last: str, before: Sequence[Entity], new: Entity | None, period: str | None) -> str:
    """Put a new entity, a new period or both into the last question, in their old places or at its natural end."""
    language, accented = guess_language(last), keeps_accents(last)
    edits: list[tuple[int, int, str]] = []
    added = ""
    if new is not None:
        old = _replaced(before, new)
        unit = unit_for(new, old)
        if (nameless := _name_unit(last, new, language) if old is None else None) is not None:
            edits.append(nameless)
        elif old is None:
            written = write_entity(new.name, unit, language=language, accented=accented)
            added += f" in {written}" if language == "en" else f" {'ở' if accented else 'o'} {written}"
        elif unit == old.unit:
            edits.append(
                (
                    old.name_start,
                    old.name_end,
                    write_entity(new.name, "", language=language, accented=accented),
                )
            )
        else:
            written = write_entity(new.name, unit, language=language, accented=accented)
            is_capital = bool(old.unit) and last[old.start].isupper()
            edits.append((old.start, old.end, capitalised(written) if is_capital else written))
    if period is not None:
        written = write_period(period, language=language, accented=accented)
        spans = find_periods(last)
        if spans:
            edits.append(_period_edit(last, spans[0].start, spans[0].end, written))
        else:
            named = language != "en" or not period[:1].isdigit()
            added += f" {written}" if named else f" in {written}"
    if added:
        end = _natural_end(last, language, accented)
        edits.append((end, end, added))
    return capitalised(apply_edits(last, edits))


# "Thu ngân sách huyện đạt bao nhiêu?" waits for a name; "bao nhiêu xã", "các huyện" and "cấp huyện" do not.
_NAMELESS = re.compile(
    r"(?<!các )(?<!mấy )(?<!nhiêu )(?<!số )(?<!cấp )(?<!mỗi )(?<!từng )(?<!\w)"
    r"(thành phố|thị trấn|thị xã|huyện|tỉnh|phường|quận|xã)"
    r"(?= (?:là|đạt|có|năm|quý|tháng|trong|thì|còn|bằng|được|bao nhiêu|tăng|giảm|ở mức|\d{1,2} tháng)(?!\w)|[ ?.!,]*$)"
)
_NAMELESS_BARE = re.compile(fold(_NAMELESS.pattern))
_NAMELESS_ENGLISH = re.compile(r"(?<!\w)(?:the|this) (district|province|city|commune|town|ward)(?=[ ?.!,]*$| in \d)")


def _name_unit(last: str, new: Entity, language: str) -> tuple[int, int, str] | None:
    """Give the edit that puts a name to a unit the last question leaves without one; None where it has none."""
    if not new.is_place:
        return None
    lower = lower_case(last)
    if language == "en":
        found = _NAMELESS_ENGLISH.search(lower)
        if found is None:
            return None
        unit = new.unit or found[1]
        written = write_entity(new.name, new.unit, language=language, accented=True)
        return found.start(), found.end(), written if new.unit else f"{written} {unit}"
    accented = keeps_accents(last)
    found = (_NAMELESS if is_accented(last) else _NAMELESS_BARE).search(lower)
    if found is None:
        return None
    asked = fold(found[1])
    # A province is no district, whatever the last question spoke of; some cities are both.
    is_other = asked != "thanh pho" and (asked == "tinh") != (find_province(new.name) is not None)
    if (fold(new.unit) != asked) if new.unit else is_other:
        written = write_entity(new.name, new.unit, language=language, accented=accented)
        return found.start(1), found.end(1), written
    return found.end(1), found.end(1), f" {write_entity(new.name, '', language=language, accented=accented)}"


def _replaced(before: Sequence[Entity], new: Entity) -> Entity | None:
    """Choose the entity whose place a new one takes: of the same unit, else of the same nature, else the first."""
    same = [e for e in before if new.unit and e.unit == new.unit]
    alike = [e for e in before if e.is_place == new.is_place]
    return next(iter((*same, *alike, *before)), None)


def _period_edit(last: str, start: int, end: int, written: str) -> tuple[int, int, str]:
    if last[max(0, start - 4) : start].lower() == "the ":
        start -= 4
    # "Lợi nhuận 2018": no word "năm" before, none put in.
    if last[start:end].isdigit() and fold(written).startswith("nam ") and written[4:].isdigit():
        written = written[4:]
    return start, end, written


_TAIL = {
    accented: re.compile(pattern if accented else fold(pattern))
    for accented, pattern in (
        (a, r"(?:,? (?:là|thì|đạt|ở|có|bằng|được|còn))* (?:bao nhiêu|mức nào|thế nào|như thế nào|ra sao|ai|gì|mấy)"
            r"(?: [^ ?]+){0,3} ?[?.!]*$")
        for a in (True, False)
    )
}  # fmt: skip
_COPULA = re.compile(r",? (?:la|thi|dat|o|bang|duoc|con|the nao|nhu the nao|ra sao)\b")


def _natural_end(last: str, language: str, accented: bool) -> int:
    """Find where a place or time is added: before "là bao nhiêu?", else before the question mark."""
    if language != "en":
        tail = _TAIL[accented].search(lower_case(last))
        if tail is not None and tail.start() > 0 and _COPULA.match(fold(tail.group())):
            return tail.start()
    return len(last.rstrip(" ?.!…"))


# -- another metric -------------------------------------------------------------------------------------


_ROLE = re.compile(r"(?:pho )?(?:chu tich|bi thu|giam doc|tong giam doc|truong phong|chanh van phong|nguoi dung dau)\b")


def _ask_metric(metric: str, closer: str, entity: Entity | None, period: str | None, *, like: tuple[str, str]) -> str:
    """Ask for another metric of the same entity and time, in the language of the follow-up. like: it, the last one."""
    question, last = like
    if is_english_metric(metric) and not is_accented(question):
        named = f" of {write_entity(entity.name, entity.unit, language='en', accented=True)}" if entity else ""
        timed = f" in {write_period(period, language='en', accented=True)}" if period else ""
        return f"What was the {metric.removesuffix(' in')}{named}{timed}?"
    accented = is_accented(question)
    parts = [capitalised(metric)]
    if entity is not None:
        named = write_entity(entity.name, plain_unit(entity.unit), language="vi", accented=accented)
        parts.append(f"{'của' if accented else 'cua'} {named}")
    if period is not None:
        parts.append(write_period(period, language="vi", accented=accented))
    if not KEPT_CLOSER.search(fold(closer)):
        closer = (
            "là ai" if _ROLE.match(fold(metric)) else "là bao nhiêu" if is_figure(metric) or is_figure(last) else ""
        )
        closer = closer if accented else fold(closer)
    return " ".join([*parts, closer]).strip() + "?"
