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

    Recall@1 / @5 of this channel alone (tests/benchmarks/retrieval.py --tune) on 151 questions over 80 reports, the
    same among 79,023 news paragraphs, and every third question of XQuAD-vi among these; by the number beside:

        in force       0.715 / 0.960   0.709 / 0.927   0.879 / 0.939
        k1 0.6, 1.2    0.715, 0.715    0.702, 0.702    0.877, 0.879    (recall@1 only, here and below)
        b 0.1, 0.4     0.709, 0.715    0.689, 0.695    0.881, 0.877
        title .25, 1   0.722, 0.695    0.702, 0.702    0.877, 0.879
        lead .15, .5   0.709, 0.735    0.695, 0.715    0.879, 0.879
        about .25, 1   0.709, 0.709    0.702, 0.709    0.879, 0.879
        before 0, .2   0.722, 0.715    0.689, 0.709    0.879, 0.876    (recall@5: 0.927, 0.954; 0.914, 0.936)
        accented .25, 1  0.722, 0.722  0.709, 0.709    0.876, 0.884
        pair .4, .8    0.742, 0.722    0.709, 0.689    0.881, 0.872

    All lie within the noise of 151 questions; chosen anew without each of ten folds: 0.722, 0.702, 0.876.
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
