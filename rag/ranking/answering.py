"""Whether a sentence holds the kind of answer asked for: a figure of that unit and role, a date, a person, a place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rag.figures import carries_unit, find_dates, find_quantities
from rag.persons import find_persons
from rag.places import find_places
from rag.types import AnswerKind, Role, Understood

#: So many characters from the words of the metric a figure is worth a third.
_REACH = 40
# A figure that is asked for as it came out may be an estimate.
_RESULTS = frozenset({Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL, Role.FORECAST})
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Held:
    """What a sentence holds of the answer, from 0 to 1; of a figure the unit, the role, how near the metric it is."""

    kind: float = 0.0
    unit: float = 0.0
    role: float = 0.0
    near: float = 0.0


def read_answer(text: str, folded: str, understood: Understood, metric: Collection[str]) -> Held:
    """Read what a sentence holds. folded: the same without accents. metric: phrases of the metric, folded."""
    if understood.kind is not AnswerKind.FIGURE:
        reader = _READERS.get(understood.kind)
        return Held(kind=float(reader(text)) if reader else 1.0)
    quantities = find_quantities(text)
    if not quantities:
        return Held()
    unit = 0.5
    if understood.unit is not None:
        fitting = [quantity for quantity in quantities if carries_unit(understood.unit, text, quantity)]
        unit = float(bool(fitting))
        quantities = fitting or quantities
    asked = _RESULTS if understood.role in _RESULTS else {understood.role}
    fitting = [quantity for quantity in quantities if quantity.role in asked]
    spans = [match.span() for phrase in metric for match in re.finditer(rf"\b{re.escape(phrase)}\b", folded)]
    gap = min(
        (max(quantity.start - end, start - quantity.end, 0) for quantity in fitting for start, end in spans),
        default=None,
    )
    return Held(1.0, unit, float(bool(fitting)), 0.0 if gap is None else math.exp(-gap / _REACH))


def _holds_date(text: str) -> bool:
    return bool(_YEAR.search(text)) or bool(find_dates(text, year=2000))


_READERS: dict[AnswerKind, Callable[[str], bool]] = {
    AnswerKind.DATE: _holds_date,
    AnswerKind.PERSON: lambda text: bool(find_persons(text)),
    AnswerKind.PLACE: lambda text: bool(find_places(text)),
}
