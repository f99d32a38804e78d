"""What a question asks for, and the questions of a question set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What a question wants to be told."""

    FIGURE = "figure"
    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    LIST = "list"
    REASON = "reason"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    OTHER = "other"


class Role(StrEnum):
    """What a figure says of its metric: a result, a plan, how much of it was reached, the value compared with …

    estimate: ``ước``; provisional: ``sơ bộ``, ``tạm tính``; forecast: ``dự kiến``, ``dự báo``.
    """

    ACTUAL = "actual"
    TARGET = "target"
    CHANGE = "change"
    EARLIER = "earlier"
    SHARE_OF_PLAN = "share_of_plan"
    ESTIMATE = "estimate"
    PROVISIONAL = "provisional"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks for, read from its words alone.

    entities: names as typed ("Quế Phong"). periods: normal form, see the module. unit: the unit the answer must carry
    ("%", "đảng viên") or None. metric: the words for what is measured, as typed; terms: its content words, folded.
    sides: what is compared, as typed. parts: questions that stand alone and ask the same, none where one is asked.
    """

    language: str
    accented: bool
    kind: AnswerKind
    entities: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    unit: str | None = None
    terms: tuple[str, ...] = ()
    metric: str | None = None
    role: Role = Role.ACTUAL
    sides: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a question set, with what is known to be right.

    docs: ids, paths or bare stems of the documents that answer. evidence: verbatim quotes, all needed.
    alt_evidence: quotes any one of which also serves. items: for lists.
    """

    id: str
    question: str
    kind: str = "other"
    lang: str = "vi"
    docs: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    alt_evidence: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    near_miss_docs: tuple[str, ...] = ()
    answerable: bool = True
