"""The metric an English question asks about. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures.units import KNOWN, UnitKind
from rag.question.vocabulary import lower_case
from rag.text import words

_Span = tuple[int, int]

_HEAD = re.compile(
    r"\b(?:rates?|ratios?|proportion|share|income|revenues?|profits?|loss(?:es)?|prices?|costs?|number|average|amount"
    r"|levels?|area|value|outputs?|yields?|turnover|investments?|capital|population|growth|budget|debts?|reserves?|size"
    r"|quantity|volume|length|salary|salaries|wages?|sales|coverage|cover|production|deficit|surplus|grdp|gdp|cpi"
    r"|herds?|attendance|enrol\w*|acreage|arrivals|harvest|membership|balance|capacity|density|expenditures?|spending|deposits?|assets|equity|dividends?|lending|exports?|imports?"
    r"|inflation|damage|per capita)\b"
)
_ENDS = frozenset(
    """the a an of in to for at by on from with as is are was were be been do does did has have had can could will would
    should may must what which who whom whose when where why how many much that this these those it its they their
    there than or and between during during into if not no so reach reached stand stood meet met collect collected
    produce report percentage percent compared compare increase decrease grow rise fall drop drops fell rose grew
    attended recruit get earn earned more less fewer higher lower larger smaller bigger greater highest lowest largest
    smallest estimated planned projected expected targeted forecast current latest plan plans target targets goal
    before after under over about against each per year years last first second third fourth half quarter months month
    district commune province city ward village town most least did make made aim aims exceed differ change changed
    preliminary list name give tell me please achieve achieved decline declined one had any bank company
    found work live own sold""".split()
)
_OF = frozenset("share proportion number area value amount volume quantity length rate level size".split())


def find_english_metric(question: str, taken: Sequence[_Span]) -> _Span | None:
    """Find the words that name what is measured: "poverty rate", "GRDP per capita", the "rice" of "tonnes of rice"."""
    phrase = _Phrase(question, taken)
    for i, (start, _) in enumerate(phrase.spans):
        if phrase.is_part(i) and _HEAD.match(phrase.lower, start):
            return phrase.around(i)
    for i in range(len(phrase.spans) - 2):
        if phrase.texts[i : i + 2] == ["how", "many"]:
            return phrase.counted(i + 2)
    return None


class _Phrase:
    """The words of a question and which of them may belong to a metric."""

    __slots__ = ("free", "lower", "question", "spans", "texts")

    def __init__(self, question: str, taken: Sequence[_Span]) -> None:
        self.question, self.lower = question, lower_case(question)
        self.spans = [(a, b) for a, b in words(question) if self.lower[a:b] != "s"]
        self.free = [not any(a < d and c < b for c, d in taken) for a, b in self.spans]
        self.texts = [self.lower[a:b] for a, b in self.spans]

    def is_part(self, i: int) -> bool:
        return i < len(self.spans) and self.free[i] and self.texts[i] not in _ENDS and not self.texts[i][0].isdigit()

    def around(self, i: int) -> _Span:
        """Give the whole phrase a head stands in, with "and profit" and "per capita" behind it."""
        first, last = i, self._last(i)
        while first and (self.is_part(first - 1) or self._is_per(first - 1)) and self._touches(first - 1):
            first -= 1
        if last == i and self.texts[i] in _OF and self.texts[i + 1 : i + 2] == ["of"] and self.is_part(i + 2):
            last = self._last(i + 2)
        while self.texts[last + 1 : last + 2] in (["and"], ["or"]):
            second = last + 3 if self.texts[last + 2 : last + 3] == ["the"] else last + 2
            joined = self._last(second) if self.is_part(second) else last
            if not any(_HEAD.fullmatch(text) for text in self.texts[second : joined + 1]):
                break
            last = joined
        return self.spans[first][0], self.spans[last][1]

    def counted(self, first: int) -> _Span | None:
        """Give what is counted from a word on; of "hectares of forest" the forest."""
        is_measure = KNOWN.get(self.texts[first], ("", None))[1] is UnitKind.MEASURE
        if is_measure and self.texts[first + 1 : first + 2] == ["of"]:
            first += 2
        if not self.is_part(first):
            return None
        return self.spans[first][0], self.spans[self._last(first)][1]

    def _last(self, i: int) -> int:
        while i + 1 < len(self.spans) and self._touches(i) and (self.is_part(i + 1) or self._is_per(i + 1)):
            i += 1
        return i

    def _is_per(self, i: int) -> bool:
        return self.texts[i] == "per" and self.texts[i + 1 : i + 2] in (["capita"], ["person"], ["head"], ["share"])

    def _touches(self, i: int) -> bool:
        """Say whether nothing but a blank or a hyphen stands between word i and the next."""
        return i + 1 < len(self.spans) and self.question[self.spans[i][1] : self.spans[i + 1][0]] in (" ", "-")
