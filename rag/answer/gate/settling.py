"""What a reader of whole paragraphs may take for more than a clause says, read again. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answer.gate.times import times_of
from rag.figures import Origin, Role, Setting, Stated, find_quantities

_CLAUSE = re.compile(r"[;:.](?=\s)|,\s(?=\D)")
_DONE = re.compile(r"(?<!\w)(?:được|đã|đạt|thực hiện|paid|collected|reached)(?!\w)")
_CUE = re.compile(
    r"(?<!\w)(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|nhiệm vụ|phương hướng|giao|dự toán|nghị quyết|sẽ|đề ra|đặt ra"
    r"|dự kiến|giải pháp|target\w*|aim\w*|plan\w*|will|tasks?|goals?|strives?|should)(?!\w)"
)
_PAST = re.compile(r"(?<!\w)(?:đã|(?:mới|chỉ)(?: \w+){0,2} được|thu được|mới đạt|chỉ đạt|paid|collected|was|had)(?!\w)")
_ITEM = re.compile(r";|,?\s(?:trong khi|nhưng|song|while|but|whereas)\s")
_AIM = re.compile(r"(?<!\w)(?:phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|sẽ|dự kiến)(?!\w)")
_THAN_LEVEL = re.compile(
    r"(?:(?:cao|thấp|nhiều|ít|lớn|nhỏ) hơn (?:so với )?mức|(?:higher|lower|more|less) than the)\s+$"
)
_OF_THEN = re.compile(r"\s(?:của|of|in) (?:(?:năm|the year) )?[^,;.]{0,30}")


def settle_quoted(stated: Stated, paragraph: str, setting: Setting, year: int | None) -> Stated:
    """Settle a figure of a quote; it is no target where neither its paragraph nor what stands above speaks of one."""
    if stated.role is Role.TARGET:
        above = "\n".join((setting.title, *setting.headings, *setting.before)).lower()
        has_cue = _CUE.search(paragraph.lower()) or _CUE.search(above)
        stated = _past_is_no_aim(stated, paragraph, year) if has_cue else _with_role(stated, Role.ACTUAL)
    return settle(stated, paragraph, year)


def settle(stated: Stated, text: str, year: int | None) -> Stated:
    """Settle a figure of a text by its own clause. year: the report's.

    "cao hơn mức 29% của năm 2021" is the level of then, not the change; behind a semicolon "it paid 12%" is no plan.
    """
    quantity = stated.quantity
    ahead = text[max(0, quantity.full_start - 30) : quantity.full_start].lower()
    if stated.role in (Role.CHANGE, Role.ACTUAL) and _THAN_LEVEL.search(ahead):
        behind = _OF_THEN.match(text, quantity.end)
        period = next(iter(times_of(behind.group(), year)), None) if behind else None
        origin = Origin.SENTENCE if period else None
        return replace(_with_role(stated, Role.EARLIER), period=period, period_from=origin)
    if stated.role is not Role.TARGET:
        return stated
    item = _ITEM.split(text[: quantity.full_start].lower())
    if len(item) > 1 and _PAST.search(item[-1]) and not _AIM.search(item[-1]):
        return replace(_with_role(stated, Role.ACTUAL), period=None, period_from=None)
    return stated


def _past_is_no_aim(stated: Stated, paragraph: str, year: int | None) -> Stated:
    """Read a figure of a year before the report's as what its sentence says, whatever heading it stands under."""
    aimed = stated.period if stated.period_from is Origin.SENTENCE else None
    if aimed is None or year is None or int(aimed[:4]) > year:
        return stated
    clause = _CLAUSE.split(paragraph[: stated.quantity.full_start])[-1].lower()
    if _DONE.search(clause) and not _AIM.search(clause) and aimed[:4] in clause:
        return _with_role(stated, Role.ACTUAL)
    if int(aimed[:4]) == year:
        return stated
    plain = next((q for q in find_quantities(paragraph) if q.start == stated.quantity.start), stated.quantity)
    return replace(stated, quantity=plain, readings=plain.readings)


def _with_role(stated: Stated, role: Role) -> Stated:
    return replace(stated, quantity=replace(stated.quantity, role=role), readings=(role,))
