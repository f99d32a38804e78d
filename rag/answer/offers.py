"""Evidence → offers: every figure, name, date or sentence that might answer, described by features."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.figure_offers import CLAUSE, REACH, FigureReader
from rag.answer.fitting import fit_period
from rag.answer.spans import find_spans, holds_kind
from rag.figures import Origin, Outline, Stated, find_periods, read_paragraph
from rag.places import find_places
from rag.text import sentences
from rag.types import AnswerKind, Document, Hit, PartKind

# Text that gives orders to a reader or model reports nothing; it is never quoted as an answer. "Ông A trả lời rằng …"
# reports, so the words must be those of an order.
_INSTRUCTION = re.compile(
    r"bỏ qua (?:\w+ ){0,3}(?:hướng dẫn|chỉ dẫn|câu lệnh)(?: \w+){0,2} (?:trước|trên|này|sau)|hãy trả lời rằng"
    r"|(?:ignore|disregard|forget) (?:\w+ ){0,3}(?:instructions?|prompts?)|</?(?:system|assistant|user)>|<\|im_",
    re.IGNORECASE,
)
# What a figure is compared with says nothing of its own period.
_COMPARED = re.compile(r"(?:so với|so cùng|compared (?:with|to)|than in|from)[^,;.]*", re.IGNORECASE)
_NATIONWIDE = re.compile(r"(?<!\w)(?:cả nước|toàn quốc|nationwide|the whole country)(?!\w)", re.IGNORECASE)
_SKIPPED_KINDS = frozenset({PartKind.CAPTION, PartKind.BYLINE, PartKind.LETTERHEAD})
_YEAR = re.compile(r"(?:19|20)\d\d")


class Family(StrEnum):
    """What an offer is: a figure, a span (person, place, date), a sentence. Each is weighed by its own weights."""

    FIGURE = "figure"
    SPAN = "span"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Offer:
    """One possible answer. start, end: of its sentence, in the document's text; text: that sentence.

    span: of the short answer within the sentence, or None. stated: of a figure. score: set when it is weighed.
    """

    family: Family
    hit: Hit
    start: int
    end: int
    text: str
    span: tuple[int, int] | None
    stated: Stated | None
    features: Mapping[str, float]
    score: float = 0.0

    @property
    def short(self) -> str | None:
        """The short answer, verbatim."""
        return self.text[self.span[0] : self.span[1]] if self.span else None


def family_of(kind: AnswerKind) -> Family:
    """Say which offers answer a kind of question."""
    if kind is AnswerKind.FIGURE:
        return Family.FIGURE
    return Family.SPAN if kind in (AnswerKind.PERSON, AnswerKind.DATE, AnswerKind.PLACE) else Family.SENTENCE


def make_offers(
    hits: Sequence[Hit], asked: Asked, *, documents: Callable[[str], Document], outlines: Callable[[str], Outline]
) -> list[Offer]:
    """Describe everything in the evidence that might answer, in the order of the evidence."""
    reports: dict[str, _Report] = {}
    offers: list[Offer] = []
    for hit in hits:
        if hit.passage.kind in _SKIPPED_KINDS:
            continue
        doc_id = hit.passage.doc_id
        if doc_id not in reports:
            reports[doc_id] = _Report.of(documents(doc_id), asked)
        offers += _Reader(hit, reports[doc_id], outlines(doc_id), asked).read()
    return offers


@dataclass(frozen=True, slots=True)
class _Report:
    """What is known of a report as a whole."""

    entity: float
    title_entity: float
    years: frozenset[str]

    @classmethod
    def of(cls, document: Document, asked: Asked) -> _Report:
        titles = "\n".join(filter(None, (document.title, document.place, document.organisation)))
        about = asked.spell(titles)
        entity = asked.share_named(about)
        if entity < 1.0:
            entity = max(entity, asked.share_named(asked.spell(f"{document.text}\n{titles}")))
        dated = " ".join((document.text, document.title, *document.dates, document.period or ""))
        return cls(entity, asked.share_named(about), frozenset(_YEAR.findall(dated)))


class _Reader:
    """Describes what one passage offers."""

    def __init__(self, hit: Hit, report: _Report, outline: Outline, asked: Asked) -> None:
        self.hit = hit
        self.report = report
        self.asked = asked
        self.setting = outline.setting_at(hit.passage.start)
        self.is_row = hit.passage.kind is PartKind.TABLE_ROW
        self.family = family_of(asked.understood.kind)
        text = hit.passage.text
        self.here = asked.concepts.find(text)
        above = "\n".join((hit.context.title, *self.setting.headings))
        self.above = {named.concept for named in asked.concepts.find(above)}
        self.passage_entity = asked.share_named(asked.spell(f"{text}\n{above}\n{hit.context.place or ''}"))
        year = int(hit.context.dates[0][:4]) if hit.context.dates else None
        self.year = year
        self.figures = FigureReader(hit, asked)
        self.shared = self._shared()

    def _shared(self) -> dict[str, float]:
        """Describe what all offers of the passage share."""
        years = {period[:4] for period in self.asked.understood.periods}
        of_report = self.report.years
        return {
            "entity_report": self.report.entity,
            "entity_title": self.report.title_entity,
            "entity_passage": self.passage_entity,
            # A report without any year says nothing against the asked one.
            "year_report": 1.0 if not years else len(years & of_report) / len(years) if of_report else 0.5,
            "hit_score": min(self.hit.score, 1.0),
            "hit_rank": 1 / self.hit.rank,
            "row": float(self.is_row),
        }

    def read(self) -> Iterator[Offer]:
        """Yield the offers of the passage."""
        text = self.hit.passage.text
        spans = [(0, len(text))] if self.is_row else list(sentences(text))
        figures = read_paragraph(text, self.setting, is_row=self.is_row) if self.family is Family.FIGURE else ()
        for start, end in spans:
            sentence = text[start:end]
            if _INSTRUCTION.search(sentence):
                continue
            named = [n for n in self.here if start <= n.start and n.end <= end]
            common = self.shared | self._of_sentence(sentence, named)
            if self.family is Family.FIGURE:
                own = [each for each in figures if start <= each.quantity.start < end]
                for place, stated, features in self.figures.describe(sentence, start, own, named, common):
                    yield self._offer(start, sentence, place, stated, features)
            elif self.family is Family.SPAN:
                yield from self._spans(sentence, start, named, common)
            else:
                span = next(iter(find_spans(sentence, self.asked)), None)
                common["kind"] = float(holds_kind(sentence, self.asked))
                common["spanned"] = float(span is not None)
                common["period"] = self._period_of_sentence(sentence)
                yield self._offer(start, sentence, span, None, common)

    def _offer(
        self, start: int, sentence: str, span: tuple[int, int] | None, stated: Stated | None, features: dict[str, float]
    ) -> Offer:
        first = self.hit.passage.start + start
        return Offer(self.family, self.hit, first, first + len(sentence), sentence, span, stated, features)

    def _of_sentence(self, sentence: str, named: Sequence[Named]) -> dict[str, float]:
        concepts = self.asked.concepts
        weight = concepts.weigh(named)
        around = {n.concept for n in self.here} | self.above
        total = concepts.total or 1.0
        missing = sum(c.weight for i, c in enumerate(concepts.all) if i not in around) / total
        rest = sum(c.weight for i, c in enumerate(concepts.all) if i in around) / total
        return {
            "words": weight,
            "words_squared": weight**2,
            "words_focus": concepts.weigh_focus(named),
            "around": max(rest, weight),
            "missing": missing,
            "entity_sentence": self.asked.share_named(self.asked.spell(sentence)),
            "other_entity": float(self._speaks_of_another(sentence)),
        }

    def _speaks_of_another(self, sentence: str) -> bool:
        """Say whether a sentence names another place of an asked one's level, or the country, and not the asked one."""
        levels = set(self.asked.levels.values())
        if not levels:
            return False
        written = self.asked.spell(sentence)
        if any(self.asked.presence(key, written) for key in self.asked.entities if key in self.asked.levels):
            return False
        if any(span.level in levels for span in find_places(sentence)):
            return True
        return _NATIONWIDE.search(sentence) is not None

    def _period_of_sentence(self, sentence: str) -> float:
        asked = self.asked.understood.periods
        if not asked:
            return 1.0
        own = [span.period for span in find_periods(_COMPARED.sub(" ", sentence), year=self.year)]
        if own:
            return max(fit_period(asked, period, Origin.SENTENCE) for period in own)
        above = [
            span.period
            for written in (self.hit.passage.text, *reversed(self.setting.headings), self.setting.title)
            for span in find_periods(_COMPARED.sub(" ", written), year=self.year)
        ]
        above += [self.setting.period] if self.setting.period else []
        return max((fit_period(asked, period, Origin.HEADING) for period in above), default=0.4)

    # -- persons, dates, places -------------------------------------------------------------------------

    def _spans(self, sentence: str, start: int, named: Sequence[Named], common: dict[str, float]) -> Iterator[Offer]:
        total = sum(concept.focus for concept in self.asked.concepts.all) or 1.0
        period = self._period_of_sentence(sentence)
        found = list(find_spans(sentence, self.asked))
        for i, span in enumerate(found):
            best: dict[int, float] = {}
            for n in named:
                low, high = n.start - start, n.end - start
                gap = span[0] - high if high <= span[0] else low - span[1]
                clauses = len(CLAUSE.findall(sentence, min(high, span[1]), max(low, span[0])))
                weight = math.exp(-max(gap, 0) / (2 * REACH)) * 0.5**clauses
                best[n.concept] = max(best.get(n.concept, 0.0), weight)
            near = sum(self.asked.concepts.all[c].focus * weight for c, weight in best.items()) / total
            features = common | {"near": near, "period": period, "first": 1 / (1 + i)}
            yield self._offer(start, sentence, span, None, features)
