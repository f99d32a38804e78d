"""Figures of a sentence as answers: the words that lead up to each, how near they are, whose it is, of when. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from rag.answer.asked import Asked
from rag.answer.concepts import Named, bare
from rag.answer.fitting import fit_kind, fit_period, fit_role, fit_unit, is_given
from rag.figures import Origin, Stated, UnitKind
from rag.places import find_province, place_key
from rag.text import fold, words
from rag.types import Hit, Role

#: How fast a word's say over a figure fades with the characters between them.
REACH = 30.0
#: What parts the clauses of a sentence.
CLAUSE = re.compile(r"[;:]|\.\s")
_TAIL_END = re.compile(r"[,;:.()](?=\s|$)|\n| và | trong khi ")
_WORD_BEFORE = re.compile(r"([^\W\d_]+) $")
# Behind these a word begins something of its own.
_JOINTS = frozenset(
    """và của là đạt được có còn các những cho về trong ở tại với từ đến theo số tổng tỷ lệ mức toàn huyện tỉnh xã thị
        do trên đã đang sẽ để thu hút the of in and to for by with a an""".split()
) - {"thu"}
# What makes another thing of the word behind it, and pairs of which each does; without accents.
_CHANGING = frozenset("can tai thoat phi".split())
_OPPOSITES = frozenset(
    frozenset(pair.split("/"))
    for pair in """thu/chi xuat/nhap truoc/sau trong/ngoai noi/ngoai nam/nu mua/ban no/co sinh/tu cap/thu tinh/huyen
    huyen/xa tinh/xa ngan/dai trung/dai nguon/ty gia/luong""".split()
)
# Words, without accents, that a figure says by its unit: kind, units (None: any of the kind), words.
_SAID_BY_UNIT: tuple[tuple[UnitKind, frozenset[str] | None, frozenset[str]], ...] = (
    (UnitKind.MEASURE, frozenset(("ha", "m2", "km2")), frozenset(("dien", "tich", "area", "tong"))),
    (UnitKind.MEASURE, frozenset(("tấn", "tạ", "kg")), frozenset(("san", "luong", "output", "tong"))),
    (UnitKind.PERCENT, None, frozenset(("ty", "ti", "le", "rate", "share"))),
    (UnitKind.COUNT, None, frozenset(("so", "tong", "luong", "number"))),
)
_COUNTRY = "vietnam"
# A change or share on the way to a level does not stand between the level and its words.
_ON_THE_WAY = frozenset({Role.CHANGE, Role.EARLIER, Role.SHARE_OF_PLAN})


class FigureReader:
    """Describes the figures of one passage as answers to a question."""

    def __init__(self, hit: Hit, asked: Asked) -> None:
        self.hit = hit
        self.asked = asked

    def describe(
        self,
        sentence: str,
        start: int,
        figures: Sequence[Stated],
        named: Sequence[Named],
        common: Mapping[str, float],
    ) -> Iterator[tuple[tuple[int, int], Stated, dict[str, float]]]:
        """Yield each figure that may answer: where it stands in its sentence, what it states, its features.

        start: of the sentence in the passage; figures, named: of the sentence; common: the sentence's own features.
        """
        understood = self.asked.understood
        # The first cell of a row names what all its figures measure.
        leads = [start] * len(figures) if common["row"] else find_leads(sentence, start, figures)
        for i, (stated, lead) in enumerate(zip(figures, leads, strict=True)):
            quantity = stated.quantity
            span = (quantity.full_start - start, quantity.end - start)
            if is_given(sentence[quantity.start - start : span[1]], self.asked.question):
                continue
            behind = figures[i + 1].quantity.full_start if i + 1 < len(figures) else start + len(sentence)
            stop = _TAIL_END.search(sentence, span[1], behind - start)
            tail_end = start + (stop.start() if stop else behind - start)
            own = [n for n in named if lead <= n.start and n.end <= quantity.full_start]
            inside = [n for n in named if quantity.full_start <= n.start and n.end <= quantity.end]
            implied = self._implied(stated)
            inside += implied
            tail = [n for n in named if quantity.end <= n.start and n.end <= tail_end]
            features = {
                **common,
                **self._subject(stated, common["entity_sentence"]),
                "lead": self.asked.concepts.weigh([*own, *inside]),
                "lead_and_tail": self.asked.concepts.weigh([*own, *inside, *tail]),
                "entity_lead": self._entity_lead(lead, tail_end),
                "focus": self.asked.concepts.weigh_focus([*own, *inside]),
                "focus_and_tail": self.asked.concepts.weigh_focus([*own, *inside, *tail]),
                "near": self._nearness(sentence, start, stated, figures, named),
                "excess": self._excess(stated, named),
                "unit": fit_unit(sentence, start, quantity, self.asked),
                "money": fit_kind(self.asked, quantity),
                "clash": self._clash(lead, quantity.full_start, named),
                "role": fit_role(understood, stated),
                "period": fit_period(understood.periods, stated.period, stated.period_from),
                "period_said": float(stated.period is not None and stated.period_from is Origin.SENTENCE),
                "first": 1 / (1 + i),
            }
            if features["unit"] == 0.0 or features["money"] == 0.0:
                # A length of time, a percentage is no answer where a sum or number of people is asked.
                continue
            if implied:
                concepts = self.asked.concepts
                features["words_focus"] = concepts.weigh_focus([*named, *implied])
                new = {n.concept for n in implied} - {n.concept for n in named}
                gained = sum(concepts.all[i].weight for i in new) / (concepts.total or 1.0)
                features["missing"] = max(0.0, features["missing"] - gained)
            features["fits"] = features["role"] * features["period"] * features["unit"] * features["subject"]
            yield span, stated, features

    def _subject(self, stated: Stated, entity_sentence: float) -> dict[str, float]:
        """Say whether a figure is of an asked entity, of another, or of nobody that is told."""
        if not self.asked.entities:
            return {"subject": 1.0, "subject_other": 0.0}
        if stated.subject is None:
            return {"subject": 0.5, "subject_other": 0.0}
        if self.asked.is_of(stated.subject, self.asked.finest):
            return {"subject": 1.0, "subject_other": 0.0}
        if self.asked.is_of(stated.subject, self.asked.entities):
            return {"subject": 0.5, "subject_other": 0.0}
        if self._is_only_where(stated.subject) and entity_sentence == 1.0:
            return {"subject": 0.5, "subject_other": 0.0}
        return {"subject": 0.0, "subject_other": 1.0 if stated.subject_from is Origin.SENTENCE else 0.5}

    def _implied(self, stated: Stated) -> list[Named]:
        """List the asked words that a unit says: "gieo cấy 1.544 ha lúa" is a "diện tích", a per cent a "tỷ lệ"."""
        quantity = stated.quantity
        words_said = next(
            (
                said
                for kind, units, said in _SAID_BY_UNIT
                if quantity.unit_kind is kind and _is_in(quantity.unit, units)
            ),
            None,
        )
        if words_said is None:
            return []
        return [
            Named(quantity.start, quantity.end, i)
            for i, concept in enumerate(self.asked.concepts.all)
            if all(bare(word) in words_said for word in concept.phrases[0])
        ]

    def _entity_lead(self, lead: int, tail_end: int) -> float:
        """Say whether the words around a figure name whose figure is asked: "… huyện A 964 hộ, huyện B 355 hộ …"."""
        if not self.asked.finest:
            return 0.0
        written = self.asked.spell(self.hit.passage.text[lead:tail_end])
        return max(self.asked.presence(key, written) for key in self.asked.finest)

    def _is_only_where(self, subject: str) -> bool:
        """Say whether a name is a place beside what is asked: "227 nhà hàng trong cả nước" of a company."""
        if place_key(subject).replace(" ", "") == _COUNTRY:
            return True
        is_place = subject == self.hit.context.place or find_province(subject) is not None
        return is_place and not any(key in self.asked.levels for key in self.asked.finest)

    def _nearness(
        self, sentence: str, start: int, stated: Stated, figures: Sequence[Stated], named: Sequence[Named]
    ) -> float:
        """Weigh the question's words by how near they stand to a figure; another figure between halves a word."""
        quantity = stated.quantity
        best: dict[int, float] = {}
        for n in named:
            if n.end <= quantity.start:
                gap, low, high = quantity.start - n.end, n.end, quantity.start
            elif n.start >= quantity.end:
                # What follows a figure belongs to it less often than what leads up to it.
                gap, low, high = 2 * (n.start - quantity.end), quantity.end, n.start
            else:
                best[n.concept] = 1.0
                continue
            between = sum(
                low <= f.quantity.start and f.quantity.end <= high and f.role not in _ON_THE_WAY for f in figures
            )
            clauses = len(CLAUSE.findall(sentence, low - start, high - start))
            weight = math.exp(-gap / REACH) * 0.5**between * 0.3**clauses
            best[n.concept] = max(best.get(n.concept, 0.0), weight)
        concepts = self.asked.concepts
        total = sum(concept.focus for concept in concepts.all) or 1.0
        return sum(concepts.all[i].focus * weight for i, weight in best.items()) / total

    def _clash(self, lead: int, end: int, named: Sequence[Named]) -> float:
        """Give the share of the asked words that stand behind another word than in the question.

        "hộ cận nghèo" where "hộ nghèo" is asked, "chi ngân sách" where "thu ngân sách" is.
        """
        text, concepts = self.hit.passage.text, self.asked.concepts
        own = [n for n in named if lead <= n.start and n.end <= end]
        ends = {(n.concept, n.end) for n in own}
        clash = 0.0
        for first, second in concepts.pairs:
            places = [n.start for n in own if n.concept == second]
            if not places or any((first, place - 1) in ends for place in places):
                continue
            if any(n.end == place - 1 for n in own for place in places):
                # Behind another asked word: "hộ thoát nghèo" for "households escaped poverty".
                continue
            before = [_WORD_BEFORE.search(text, lead, place) for place in places]
            if all(word is not None and word[1].lower() not in _JOINTS for word in before):
                if all(self._is_another_term(first, second, word[1]) for word in before if word):
                    return 1.0
                clash += min(concepts.all[first].focus, concepts.all[second].focus)
        total = sum(concept.focus for concept in concepts.all)
        return min(0.9, clash / total) if total else 0.0

    def _is_another_term(self, first: int, second: int, word: str) -> bool:
        """Say whether a word makes another thing of what follows it than the asked one: cận nghèo, chi ngân sách."""
        asked = bare(self.asked.concepts.all[first].phrases[0][-1])
        told = fold(word)
        return told in _CHANGING or frozenset((asked, told)) in _OPPOSITES

    def _excess(self, stated: Stated, named: Sequence[Named]) -> float:
        """Give the share of the words of a figure's metric that were not asked: "hộ cận nghèo" for "hộ nghèo"."""
        start, end = stated.metric_start, stated.metric_end
        found = [(start + a, start + b) for a, b in words(self.hit.passage.text[start:end])]
        if not found:
            return 0.0
        # A phrase and the words in it are each named: no word counts twice.
        inside = [n for n in named if start <= n.start and n.end <= end]
        known = sum(any(n.start <= a and b <= n.end for n in inside) for a, b in found)
        return 1 - known / len(found)


def _is_in(unit: str | None, units: frozenset[str] | None) -> bool:
    return units is None or (unit or "").partition("/")[0] in units


def find_leads(sentence: str, start: int, figures: Sequence[Stated]) -> list[int]:
    """Say where the words that lead up to each figure begin: behind the figure before it, or further back.

    What is on the way (a change, an earlier value) does not part a level from its words, nor a level a change.
    """
    leads: list[int] = []
    level_lead = start
    previous: Stated | None = None
    for stated in figures:
        begin = previous.quantity.end if previous is not None else start
        if previous is not None and _is_aside(sentence, start, previous, stated):
            # "thu nhập (kế hoạch 28,2) đạt 29 triệu": the bracket parts nothing.
            begin = leads[-1]
        if previous is not None and (stated.role in _ON_THE_WAY or previous.role in _ON_THE_WAY):
            parted = sentence.rfind(";", previous.quantity.end - start, stated.quantity.full_start - start)
            begin = level_lead if parted < 0 else start + parted + 1
        leads.append(begin)
        if stated.role not in _ON_THE_WAY:
            level_lead = begin
        previous = stated
    return leads


def _is_aside(sentence: str, start: int, previous: Stated, stated: Stated) -> bool:
    """Say whether the figure before stands in a bracket that closes ahead of a figure outside of it."""
    opened = sentence.rfind("(", 0, previous.quantity.start - start)
    closed = sentence.find(")", previous.quantity.end - start, stated.quantity.full_start - start)
    return opened >= 0 and closed >= 0 and ")" not in sentence[opened : previous.quantity.start - start]
