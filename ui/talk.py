"""A conversation as the chat keeps it: its turns, what is remembered of them, and what went wrong in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.errors import (
    ConfigError,
    EmbedderMismatchError,
    LibraryDamagedError,
    NotFoundError,
    QuestionError,
    SchemaError,
    ServiceError,
)
from rag.types import Turn
from ui.render import render_answer, render_problem, render_working
from ui.words import words, write_count

MAX_QUESTION_CHARS = 2000
#: How many turns a conversation keeps; older ones leave the page. A turn is some tens of kilobytes.
MAX_TURNS = 12
#: How many turns a question is completed from.
_HISTORY_TURNS = 6


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and what came of it: an answer's JSON, a problem, or neither yet.

    number: from 1 in its conversation. step: what is being done for it. filtered: its filters in words.
    """

    number: int
    question: str
    filtered: str = ""
    step: str | None = None
    answer: Mapping[str, Any] | None = None
    problem: str = ""
    was_stopped: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether an answer is still awaited."""
        return self.answer is None and not self.problem


def begin(talk: Sequence[Exchange], question: str, filtered: str) -> list[Exchange]:
    """Add a question; the oldest turns are let go, and of earlier ones only what was cited is kept."""
    number = talk[-1].number + 1 if talk else 1
    kept = [_slim(exchange) for exchange in talk][-(MAX_TURNS - 1) :]
    return [*kept, Exchange(number, question, filtered)]


def _slim(exchange: Exchange) -> Exchange:
    answer = exchange.answer
    if answer is None:
        return exchange
    cited = {citation["passage_id"] for citation in answer["citations"]}
    nearest = [hit for hit in answer["evidence"] if hit["passage_id"] in cited]
    if answer["abstained"]:
        nearest += [hit for hit in answer["evidence"] if hit["passage_id"] not in cited][:3]
    return replace(exchange, answer={**answer, "evidence": nearest})


def history_of(talk: Sequence[Exchange]) -> list[Turn]:
    """List what a follow-up may refer to, oldest first."""
    return [
        Turn(exchange.question, exchange.answer["rewritten"], exchange.answer["answer"])
        for exchange in talk
        if exchange.answer is not None
    ][-_HISTORY_TURNS:]


def draw_earlier(talk: Sequence[Exchange], language: str) -> str:
    """Draw all turns but the last."""
    drawn = "".join(draw_exchange(exchange, language, is_past=True) for exchange in talk[:-1])
    return f'<div class="turns">{drawn}</div>' if drawn else ""


def draw_exchange(exchange: Exchange, language: str, *, is_past: bool = False) -> str:
    """Draw one turn."""
    question, turn = exchange.question, exchange.number
    if exchange.answer is not None:
        return render_answer(
            exchange.answer,
            question=question,
            language=language,
            turn=turn,
            filtered=exchange.filtered,
            is_past=is_past,
        )
    if exchange.problem:
        kind = "stopped" if exchange.was_stopped else "failed"
        return render_problem(exchange.problem, question=question, language=language, turn=turn, kind=kind)
    return render_working(question, step=exchange.step, language=language, turn=turn)


def problem_with(question: str, language: str) -> str:
    """Say what is wrong with a question before it is asked; "" where nothing is."""
    says = words(language)
    if not question.strip():
        return says["error_empty"]
    if len(question) > MAX_QUESTION_CHARS:
        return says["error_long"].format(n=write_count(len(question), language))
    return ""


def explain(error: BaseException, language: str, *, is_empty: bool = False) -> str:
    """Say in one sentence what went wrong and the way out. is_empty: the library holds no report."""
    says = words(language)
    match error:
        case ServiceError():
            return says["error_busy"].format(seconds=error.retry_after_s)
        case NotFoundError():
            return says["empty_library" if is_empty else "error_gone"]
        case ConfigError():
            return says["error_config"]
        case QuestionError():
            return says["error_empty"]
        case LibraryDamagedError() | SchemaError() | EmbedderMismatchError():
            return says["error_damaged"]
        case _:
            return says["error_other"]
