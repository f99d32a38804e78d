"""The numbers of the lexical channel, and what their neighbours gave."""

from __future__ import annotations

from dataclasses import dataclass

from rag.lexical.tokens import TermKind

FIELDS = ("title", "lead", "about")


@dataclass(frozen=True, slots=True)
class LexicalSettings:
    """What a term weighs by where it stands, and BM25's own two numbers.

    k1: how soon a term repeated adds nothing more. b: how much a long passage is held back. title, lead, about: of a
    term that stands there and not in the passage. before: of one that stands in either of the two passages before.
    accented, pair: of accented terms beside folded ones and of pairs beside syllables.
    """

    k1: float = 0.9
    b: float = 0.25
    title: float = 0.5
    lead: float = 0.3
    about: float = 0.5
    before: float = 0.1
    accented: float = 0.5
    pair: float = 0.5

    def of_field(self, name: str) -> float:
        """Weigh a field: one of FIELDS."""
        return float(getattr(self, name))

    def of_kind(self, kind: TermKind) -> float:
        """Weigh a kind of term in a query."""
        accented = self.accented if kind in (TermKind.ACCENTED, TermKind.ACCENTED_PAIR) else 1.0
        return accented * (self.pair if kind in (TermKind.ACCENTED_PAIR, TermKind.FOLDED_PAIR) else 1.0)


SETTINGS = LexicalSettings()
