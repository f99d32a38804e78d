"""A table under way: a row for each figure, a citation for each sentence."""

from __future__ import annotations

from rag.answer.across.amounts import Scale, write_figure
from rag.answer.across.wording import Words
from rag.answer.offers import Offer
from rag.answer.quoting import cite
from rag.answer.refer import refer_to
from rag.types import Cell, Citation, Role, Table


class Sheet:
    """Collects rows and their citations. numbers: of the citation of each row, in order."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._rows: list[tuple[Cell, ...]] = []
        self._told: list[tuple[str, str | None, Offer, int]] = []
        self.numbers: list[int] = []

    def add(self, name: str, offer: Offer, *, period: str | None = None) -> int:
        """Add a row. period: the one asked, else the figure's own. Returns the citation's number."""
        citation = self._cite(offer)
        own = offer.stated.period if offer.stated else None
        shown = own or period
        self._rows.append(
            (
                Cell(name),
                Cell(offer.short or offer.text, citation.n),
                Cell(self._words.period(shown) if shown else ""),
                Cell(refer_to(offer.hit.context) or " ".join(offer.hit.context.title.split())),
            )
        )
        self.numbers.append(citation.n)
        self._told.append((name, shown, offer, citation.n))
        return citation.n

    def claims(self, scale: Scale | None = None) -> str:
        """Tell the figures of the rows one after another, each with its marker."""
        told = []
        for name, period, offer, n in self._told:
            role = offer.stated.role if offer.stated else Role.ACTUAL
            told.append(self._words.claim(name, period, role, write_offer(offer, scale), n))
        text = "; ".join(told)
        return f"{text[:1].upper()}{text[1:]}"

    @property
    def marks(self) -> str:
        """The markers of all citations of the rows."""
        return " ".join(f"[{n}]" for n in dict.fromkeys(self.numbers))

    def _cite(self, offer: Offer) -> Citation:
        key = (offer.hit.passage.doc_id, offer.start, offer.end)
        if key not in self._citations:
            self._citations[key] = cite(len(self._citations) + 1, offer.hit, offer.start, offer.end, offer.text)
        return self._citations[key]

    def citations(self) -> tuple[Citation, ...]:
        """Give the citations, by number."""
        return tuple(self._citations.values())

    def table(self) -> Table:
        """Give the table so far."""
        return Table(self._words.columns, tuple(self._rows))


def write_offer(offer: Offer, scale: Scale | None = None) -> str:
    """Write the figure of an offer with what makes it approximate and with its unit."""
    if offer.stated is None:
        return offer.short or offer.text
    figure = offer.stated.quantity
    approximation = f"{figure.approximation} " if figure.approximation and figure.full_start != figure.start else ""
    return f"{approximation}{write_figure(figure, scale)}"
