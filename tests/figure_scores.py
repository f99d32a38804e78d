"""Scores of what is read of figures against labels made by hand: the table of the tests, news labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from rag.figures import Quantity, Setting, Stated, read_paragraph
from rag.places import place_key
from rag.text import fold, is_accented

TABLE = Path(__file__).parent / "figure_table.jsonl"
#: What a figure is scored in, each on its own.
FIELDS = ("value", "unit", "role", "period", "subject")


@dataclass(frozen=True, slots=True)
class Label:
    """One figure as a reader labelled it, at [start, end) of the text. Several accepted forms where two are right."""

    start: int
    end: int
    value: Decimal
    value_to: Decimal | None
    of: Decimal | None
    units: frozenset[str]
    roles: frozenset[str]
    periods: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with its setting and labels. within: the part that is labelled; None where that is the whole."""

    id: str
    text: str
    setting: Setting
    labels: tuple[Label, ...]
    within: tuple[int, int] | None = None


@dataclass(slots=True)
class Scores:
    """How many figures are right in each field, of all that are labelled or made up. wrong: the ids by field."""

    figures: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    wrong: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})
    offset_mismatches: list[str] = field(default_factory=list)

    def share(self, name: str) -> float:
        """Give the share of figures that are right in a field, 0 to 1."""
        return self.right[name] / self.figures if self.figures else 0.0


def _accepted(written: Any) -> frozenset[str]:
    forms = written if isinstance(written, list) else str(written or "").split("|")
    return frozenset(form.strip() for one in forms for form in str(one or "").split("|"))


def _decimal(written: Any) -> Decimal | None:
    return Decimal(str(written)) if written not in (None, "") else None


def read_label(row: Mapping[str, Any]) -> Label:
    """Read a label from its fields; forms that are all accepted stand in a list or are parted by ``|``."""
    return Label(
        start=int(row["start"]),
        end=int(row["end"]),
        value=Decimal(str(row["value"])),
        value_to=_decimal(row.get("value_to")),
        of=_decimal(row.get("of")),
        units=_accepted(row.get("unit")),
        roles=_accepted(row["role"]),
        periods=_accepted(row.get("period")),
        subjects=_accepted(row.get("subject")),
    )


def read_table(path: Path = TABLE) -> Iterator[LabelledText]:
    """Read the sentences and their figures, one JSON object a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        setting = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.get("setting", {}).items()
        }
        labels = tuple(read_label(figure) for figure in row["figures"])
        yield LabelledText(row["id"], row["text"], Setting(**setting), labels)


def _unit_agrees(quantity: Quantity, units: frozenset[str], *, accented: bool) -> bool:
    if (quantity.unit or "") in units:
        return True
    # A text without accents leaves open whether "ho ngheo" or "hộ nghèo" is its unit.
    return not accented and fold(quantity.unit or "") in {fold(unit) for unit in units}


def _names(subject: str, accepted: frozenset[str]) -> bool:
    """Say whether a subject is one that was named, however its place is spelt: "TP. HCM" is "Hồ Chí Minh"."""
    return subject in accepted or bool(subject and place_key(subject) in {place_key(name) for name in accepted if name})


def _agrees(stated: Stated, label: Label, *, accented: bool) -> dict[str, bool]:
    quantity = stated.quantity
    return {
        "value": (quantity.value, quantity.value_to, quantity.of) == (label.value, label.value_to, label.of),
        "unit": _unit_agrees(quantity, label.units, accented=accented),
        "role": stated.role.value in label.roles,
        "period": (stated.period or "") in label.periods,
        "subject": _names(stated.subject or "", label.subjects),
    }


def score_texts(
    texts: Iterable[LabelledText],
    *,
    read: Callable[[str, Setting], Sequence[Stated]] = read_paragraph,
) -> Scores:
    """Score what is read of labelled texts.

    A figure is its label's where their spans overlap. A label without a figure is wrong in every field, and so is a
    figure without a label. An offset mismatch: the text at a figure's offsets is not the figure.
    """
    scores = Scores()
    for labelled in texts:
        accented = is_accented(labelled.text)
        waiting = list(read(labelled.text, labelled.setting))
        for stated in waiting:
            quantity = stated.quantity
            if labelled.text[quantity.start : quantity.end] != quantity.text:
                scores.offset_mismatches.append(labelled.id)
        if labelled.within is not None:
            low, high = labelled.within
            waiting = [stated for stated in waiting if low <= stated.quantity.start < high]
        for label in labelled.labels:
            scores.figures += 1
            at = next((s for s in waiting if s.quantity.start < label.end and label.start < s.quantity.end), None)
            if at is not None:
                waiting.remove(at)
            right = _agrees(at, label, accented=accented) if at is not None else dict.fromkeys(FIELDS, False)
            for name in FIELDS:
                scores.right[name] += right[name]
                if not right[name]:
                    scores.wrong[name].append(f"{labelled.id}@{label.start}")
        for stated in waiting:
            scores.figures += 1
            for name in FIELDS:
                scores.wrong[name].append(f"{labelled.id}@{stated.quantity.start} (made up)")
    return scores
