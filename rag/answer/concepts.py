"""What a question asks about as concepts, each with the ways reports put it, and where a text names them. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.figures import find_dates, find_periods
from rag.glossary import synonym_groups, translate_groups
from rag.text import fold, is_accented, syllable_key, terms, words
from rag.types import Understood

#: A phrase must be met as a phrase: a pair of neighbours counts this much beside single words.
PAIR_WEIGHT = 0.6

#: A word so many others away from those that ask counts a third.
_FOCUS_REACH = 4.0
# The words that ask, without accents.
_ASKING = re.compile(
    r"\b(?:bao nhieu|may|bao lau|muc nao|the nao|ra sao|nhu the nao|la gi|gi|nao|ai|dau|bao gio|khi nao|vi sao|tai sao"
    r"|how (?:many|much)|what|which|who|when|where|why)\b"
)

#: A phrase that may be put otherwise counts so much as a whole, the rest by its words: reports put it in many ways.
WHOLE_SHARE = 0.6
#: What words that any measure may begin with weigh beside others: "tỷ lệ hộ nghèo" is not "tỷ lệ che phủ rừng".
GENERIC_SHARE = 0.3
_GENERIC = frozenset(
    """tỷ lệ tỉ tổng số mức lượng giá trị đạt được có là còn kết quả tình hình bình quân báo cáo theo toàn cả năm tháng
    đầu cuối quý hiện nay nêu cho biết đến khoảng ước kế hoạch chỉ tiêu mục thực hiện tăng giảm so với cùng kỳ chiếm
    số lượng liệu thông tin tìm tra cứu xin giúp cụ thể chính xác ghi nhận hỏi hãy rõ trả lời tôi muốn con mình vậy thì
    rate ratio share total number amount level value average percentage figure figures tell report reported reports give
    find please show state stated says say know""".split()
)
# How syllable_key writes tones.
_TONE_MARKS = "`'?~."
_BARE_GENERIC = frozenset(fold(word) for word in _GENERIC)

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing a question is about. phrases: ways to put it, each as keys of words; weight: how much it tells.

    focus: the same, less for what stands far from the words that ask: "bao nhiêu hộ" is asked, not all that leads up
    to it.
    """

    phrases: tuple[Key, ...]
    weight: float
    focus: float


@dataclass(frozen=True, slots=True)
class Named:
    """A concept named in a text at [start, end)."""

    start: int
    end: int
    concept: int


@dataclass(frozen=True, slots=True)
class Concepts:
    """The concepts of a question in its order, and what their neighbourhood adds.

    pairs: positions of two concepts that stand side by side in the question. total, total_focus: of all, with what the
    pairs add. accented: whether words are told by their accents where a text has them.
    """

    all: tuple[Concept, ...]
    pairs: tuple[tuple[int, int], ...]
    total: float
    total_focus: float
    accented: bool
    openings: dict[str, list[tuple[int, Key]]] = field(compare=False)
    bare_openings: dict[str, list[tuple[int, Key]]] = field(compare=False)

    def find(self, text: str) -> list[Named]:
        """Find the concepts that a text names, in order."""
        if not self.all:
            return []
        spans = list(words(text))
        accented = self.accented and is_accented(text)
        openings = self.openings if accented else self.bare_openings
        if accented:
            tokens = [syllable_key(text[start:end]) for start, end in spans]
        else:
            folded = fold(text)
            tokens = [folded[start:end] for start, end in spans]
        found: dict[tuple[int, int], Named] = {}
        for i, token in enumerate(tokens):
            for concept, phrase in openings.get(token, ()):
                n = len(phrase)
                if n == 1 or tuple(tokens[i : i + n]) == phrase:
                    found[i, concept] = Named(spans[i][0], spans[i + n - 1][1], concept)
        return list(found.values())

    def weigh(self, named: Sequence[Named]) -> float:
        """Give the share, from 0 to 1, of the concepts that are named, and of the pairs that stand side by side."""
        return self._share(named, [concept.weight for concept in self.all], self.total)

    def weigh_focus(self, named: Sequence[Named]) -> float:
        """Give the same by the focus of the concepts."""
        return self._share(named, [concept.focus for concept in self.all], self.total_focus)

    def _share(self, named: Sequence[Named], weights: Sequence[float], total: float) -> float:
        if not total:
            return 0.0
        ends: dict[int, set[int]] = {}
        starts: dict[int, set[int]] = {}
        for each in named:
            ends.setdefault(each.concept, set()).add(each.end)
            starts.setdefault(each.concept, set()).add(each.start)
        weight = sum(weights[concept] for concept in ends)
        for first, second in self.pairs:
            if first in ends and second in starts:
                gaps = {end + 1 for end in ends[first]}
                if not gaps.isdisjoint(starts[second]):
                    weight += _of_pair(weights[first], weights[second])
        return weight / total


def read_concepts(
    question: str, understood: Understood, *, without: Sequence[str], idf: Callable[[str], float]
) -> Concepts:
    """Read what a question asks about. without: names, whose words are no concepts; idf: of one word."""
    named = {word for name in without for word in fold(name).split()}
    wanted = set(understood.terms) - named
    metric = set(terms(fold(understood.metric or "")))
    asking = _ASKING.search(fold(question))
    read = _english if understood.language == "en" else _vietnamese
    found: list[tuple[tuple[str, ...], float, int]] = []
    seen: set[str] = set()
    for written, weight, at in read(question, wanted, named, idf):
        if written[0] not in seen:
            seen.add(written[0])
            # Typed without accents nothing is told from what it may be with them.
            generic = _GENERIC if understood.accented else _BARE_GENERIC
            is_generic = all(word in generic for word in terms(written[0].lower()))
            found.append((written, weight * GENERIC_SHARE if is_generic else weight, at))
    concepts = []
    for written, weight, at in found:
        share = 1.0
        if asking is not None and not metric.intersection(terms(fold(written[0]))):
            between = sum(min(at, asking.start()) < other < max(at, asking.start()) for _, _, other in found)
            share = math.exp(-between / _FOCUS_REACH)
        phrases = dict.fromkeys(key for each in written if (key := _key(each, accented=understood.accented)))
        concepts.append(Concept(tuple(phrases), weight, weight * share))
    # Neighbours in the question alone: a phrase and its own first word never stand side by side.
    ends = [at + len(written[0]) + 1 for written, _, at in found]
    pairs = tuple((i, j) for i, end in enumerate(ends) for j, (_, _, at) in enumerate(found) if at == end and i != j)
    return Concepts(
        all=tuple(concepts),
        pairs=pairs,
        total=_total([c.weight for c in concepts], pairs),
        total_focus=_total([c.focus for c in concepts], pairs),
        accented=understood.accented or understood.language == "en",
        openings=_openings(concepts),
        bare_openings=_openings([Concept(tuple(_fold_key(p) for p in c.phrases), 0, 0) for c in concepts]),
    )


def _total(weights: Sequence[float], pairs: Sequence[tuple[int, int]]) -> float:
    return sum(weights) + sum(_of_pair(weights[i], weights[j]) for i, j in pairs)


def _openings(concepts: Sequence[Concept]) -> dict[str, list[tuple[int, Key]]]:
    openings: dict[str, list[tuple[int, Key]]] = {}
    for i, concept in enumerate(concepts):
        for phrase in dict.fromkeys(concept.phrases):
            openings.setdefault(phrase[0], []).append((i, phrase))
    return openings


def _of_pair(first: float, second: float) -> float:
    return PAIR_WEIGHT * math.sqrt(first * second)


def _key(phrase: str, *, accented: bool) -> Key:
    # "%" and numbers as the index has them; what was typed without accents cannot be told by them.
    return tuple(syllable_key(word) if accented or not word.isascii() else fold(word) for word in terms(phrase))


def bare(key: str) -> str:
    """Take the accents off the key of a syllable, the tone behind it as well."""
    return fold(key).rstrip(_TONE_MARKS)


def _fold_key(key: Key) -> Key:
    return tuple(bare(word) for word in key)


def _all_groups(question: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the phrases that may be put otherwise, and those inside a longer one."""
    for source, others in synonym_groups(question):
        yield source, others
        parts = source.split()
        for i in range(1, len(parts)):
            for inner in (" ".join(parts[i:]), " ".join(parts[:-i])):
                yield from synonym_groups(inner)


_Read = Iterator[tuple[tuple[str, ...], float, int]]


def _vietnamese(question: str, wanted: set[str], named: set[str], idf: Callable[[str], float]) -> _Read:
    """Yield each concept as it may be written, its weight, and where it stands."""
    folded = fold(question)
    order = [(start, end) for start, end in words(question) if folded[start:end] in wanted]
    if "%" in wanted and "%" in question:
        order = sorted([*order, (question.index("%"), question.index("%") + 1)])
    groups = {tuple(terms(fold(source))): others for source, others in _all_groups(question)}
    keys = [folded[start:end] for start, end in order]
    i = 0
    while i < len(order):
        # The longest phrase first that may be put otherwise.
        n = next((n for n in range(min(6, len(order) - i), 0, -1) if tuple(keys[i : i + n]) in groups), 0)
        own = tuple(keys[i : i + max(n, 1)])
        written = " ".join(question[start:end] for start, end in order[i : i + len(own)])
        phrases = (written, *groups.get(own, ()))
        if len(own) == 1:
            yield phrases, idf(own[0]), order[i][0]
        else:
            yield phrases, WHOLE_SHARE * sum(idf(word) for word in own), order[i][0]
            for start, end in order[i : i + len(own)]:
                yield (question[start:end],), (1 - WHOLE_SHARE) * idf(folded[start:end]), start
            for inner, others in groups.items():
                # "bảo hiểm y tế" of a longer phrase may be BHYT.
                at = next((j for j in range(i, i + len(own)) if keys[j : j + len(inner)] == list(inner)), None)
                if at is not None and 1 < len(inner) < len(own) and at + len(inner) <= i + len(own):
                    said = " ".join(question[start:end] for start, end in order[at : at + len(inner)])
                    yield (said, *others), (1 - WHOLE_SHARE) * sum(idf(word) for word in inner), order[at][0]
        i += len(own)


def _english(question: str, wanted: set[str], named: set[str], idf: Callable[[str], float]) -> _Read:
    taken: set[str] = set()
    lower = question.lower()
    # What says when is no concept: "the first half", "30 June".
    dated = [(span.start, span.end) for span in find_periods(question, year=2000)]
    dated += [(day.start, day.end) for day in find_dates(question, year=2000)]
    for group in translate_groups(question, language="en"):
        source = set(terms(fold(group.source)))
        # "Long" of a name is no length.
        if not source or source <= named:
            continue
        taken |= source
        at = max(lower.find(group.source.lower()), 0)
        if group.alternatives and not any(start <= at < end for start, end in dated):
            words_of = terms(group.alternatives[0])
            weight = sum(sorted((idf(fold(word)) for word in words_of), reverse=True)[:4])
            yield (group.source, *group.alternatives), WHOLE_SHARE * weight, at
            for word in words_of:
                yield (word,), (1 - WHOLE_SHARE) * weight / len(words_of), at
    for start, end in words(question):
        word = fold(question[start:end])
        is_dated = any(a <= start < b for a, b in dated)
        if word in wanted and word not in taken and not is_dated:
            taken.add(word)
            yield (question[start:end],), idf(word), start
