"""Fields of a JSON record, checked one by one. Every error names the place, the field, what stood there, what may."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from rag.errors import EvaluationError

_SHOWN = 60


def parse_json(text: str, *, where: str) -> object:
    """Parse one JSON value. Raises EvaluationError naming the line and column."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        place = f"column {exc.colno}" if "\n" not in text.strip() else f"line {exc.lineno}, column {exc.colno}"
        raise EvaluationError(f"{where} is not JSON: {exc.msg} at {place}; correct the file there.") from exc
    except (ValueError, RecursionError) as exc:
        raise EvaluationError(f"{where} is not JSON that can be read: {exc}; correct the file there.") from exc


def describe(value: object) -> str:
    """Say what a JSON value is, short enough for a message."""
    shown = json.dumps(value, ensure_ascii=True)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    match value:
        case None:
            return "null"
        case bool():
            return f"the truth value {shown}"
        case str():
            return f"the text {shown}" if value else "an empty text"
        case int() | float():
            return f"the number {shown}"
        case list():
            return f"the list {shown}"
        case _:
            return f"the object {shown}"


def take_record(value: object, *, where: str) -> Mapping[str, object]:
    """Check that a value is a JSON object."""
    if not isinstance(value, dict):
        raise EvaluationError(f"{where} is {describe(value)}; it must be an object like {{…}}.")
    return value


def take_list(record: Mapping[str, object], key: str, *, where: str) -> list[object]:
    """Take a list that must be there."""
    if key not in record:
        raise EvaluationError(f"{where}: field '{key}' is missing; it must be a list.")
    value = record[key]
    if not isinstance(value, list):
        raise EvaluationError(f"{where}: field '{key}' is {describe(value)}; it must be a list.")
    return value


def take_text(record: Mapping[str, object], key: str, *, where: str) -> str:
    """Take a text that must be there and hold something."""
    if key not in record:
        raise EvaluationError(f"{where}: field '{key}' is missing; it must be a text that is not empty.")
    return _checked_text(record[key], key=key, where=where)


def take_optional_text(record: Mapping[str, object], key: str, *, default: str, where: str) -> str:
    """Take a text, or the default where it is absent or null."""
    value = record.get(key)
    return default if value is None else _checked_text(value, key=key, where=where)


def take_texts(record: Mapping[str, object], key: str, *, where: str) -> tuple[str, ...]:
    """Take a list of texts, or nothing where it is absent or null."""
    value = record.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        hint = f" Write [{describe(value).removeprefix('the text ')}]." if isinstance(value, str) else ""
        raise EvaluationError(f"{where}: field '{key}' is {describe(value)}; it must be a list of texts.{hint}")
    return tuple(_checked_text(text, key=f"{key}[{i}]", where=where) for i, text in enumerate(value))


def take_truth(record: Mapping[str, object], key: str, *, default: bool, where: str) -> bool:
    """Take true or false, or the default where it is absent or null."""
    value = record.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise EvaluationError(f"{where}: field '{key}' is {describe(value)}; it must be true or false.")
    return value


def find_unused_keys(record: Mapping[str, object], known: Sequence[str], *, where: str) -> list[str]:
    """List the keys that mean nothing here.

    Raises EvaluationError for one that looks like a known key misspelled while that key is absent: taking it for
    a remark of the author's would silently drop what was meant.
    """
    unused = [key for key in record if key not in known]
    for key in unused:
        meant = [name for name in get_close_matches(key.casefold(), known, n=3, cutoff=0.8) if name not in record]
        if meant:
            raise EvaluationError(
                f"{where}: unknown key '{key}'; did you mean '{meant[0]}'? Keys that are read: {', '.join(known)}."
            )
    return unused


def _checked_text(value: object, *, key: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise EvaluationError(f"{where}: field '{key}' is {describe(value)}; it must be a text that is not empty.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise EvaluationError(
            f"{where}: field '{key}' holds half a surrogate pair at character {exc.start}; write the character whole."
        ) from exc
    return value
