"""Example questions made from the library itself, each one asked before it is shown.

A sentence that states a clear figure, office or day is turned into a question by a template; the question is kept
if the library answers it from that same report. What reports say is data: a question is one line without markup.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from rag.examples.templates import Candidate, Report
from rag.library import Library
from rag.text import fold, sentences
from rag.types import Answer, AnswerKind, PartKind

__all__ = ["find_examples"]

MAX_CHARS = 150
#: Of so many reports it is seen what they say of themselves.
MAX_SAMPLED = 12_000
#: So many reports, spread over the library, and so many passages of each are looked at.
MAX_DOCUMENTS, MAX_PASSAGES = 240, 24
#: A report offers so many questions at most, and so many are asked for each one wanted.
MAX_OF_DOCUMENT, ASKED_PER_EXAMPLE = 6, 4
BUDGET_S = 0.5
#: The kinds wanted in turn; where one is used up, the first that is left. Of all but figures a third at most.
_WANTED = (AnswerKind.FIGURE, AnswerKind.DATE, AnswerKind.FIGURE, AnswerKind.LIST, AnswerKind.FIGURE, AnswerKind.PERSON)
_KINDS = (AnswerKind.FIGURE, AnswerKind.DATE, AnswerKind.LIST, AnswerKind.PERSON)


def find_examples(
    library: Library,
    *,
    language: str,
    n: int = 6,
    ask: Callable[[str], Answer],
    budget_s: float = BUDGET_S,
) -> list[str]:
    """Make up to ``n`` questions that the library answers, of different reports and kinds, always the same ones.

    language: ``vi`` or ``en``. budget_s: on a slow machine the search ends when this has passed.
    """
    started = time.perf_counter()
    waiting: dict[AnswerKind, list[tuple[str, Candidate]]] = {kind: [] for kind in _KINDS}
    offers = []
    for doc_id, candidates in _offers(library, language):
        offers.append((doc_id, candidates))
        if time.perf_counter() - started > budget_s / 2:
            break
    # The first question of each report stands before the second of any.
    for i in range(MAX_OF_DOCUMENT):
        for doc_id, candidates in offers:
            if i < len(candidates):
                waiting[candidates[i].kind].append((doc_id, candidates[i]))
    found: list[str] = []
    used: set[str] = set()
    kinds: Counter[AnswerKind] = Counter()
    for _ in range(ASKED_PER_EXAMPLE * n):
        kind = _next_kind(waiting, kinds, n)
        if kind is None or len(found) >= n or time.perf_counter() - started > budget_s:
            break
        offer = next((offer for offer in waiting[kind] if offer[0] not in used), waiting[kind][0])
        waiting[kind].remove(offer)
        doc_id, candidate = offer
        if candidate.question not in found and _is_answered(ask(candidate.question), candidate, doc_id):
            found.append(candidate.question)
            used.add(doc_id)
            kinds[kind] += 1
    return found


def _next_kind(
    waiting: Mapping[AnswerKind, list[tuple[str, Candidate]]], kinds: Counter[AnswerKind], n: int
) -> AnswerKind | None:
    """Choose the kind of the next question; None where nothing is left that may be asked."""
    most = max(1, n // 3)
    for kind in (_WANTED[kinds.total() % len(_WANTED)], *_KINDS):
        if waiting[kind] and (kind is AnswerKind.FIGURE or kinds[kind] < most):
            return kind
    return None


def _is_answered(answer: Answer, candidate: Candidate, doc_id: str) -> bool:
    if answer.abstained or not answer.short or candidate.expected not in answer.short:
        return False
    return any(citation.doc_id == doc_id for citation in answer.citations)


def _offers(library: Library, language: str) -> Iterator[tuple[str, list[Candidate]]]:
    """Yield reports spread over the library, each with the questions it suggests."""
    for i in _spread(library):
        first, end = int(library.first_row[i]), int(library.first_row[i + 1])
        rows = np.arange(first, min(end, first + MAX_PASSAGES), dtype=np.int64)
        passages = library.passages(rows)
        if not passages:
            continue
        context = passages[0][1]
        report = Report(context)
        candidates: dict[str, Candidate] = {}
        for passage, _ in passages:
            if passage.kind not in (PartKind.PARAGRAPH, PartKind.LIST_ITEM) or len(candidates) >= MAX_OF_DOCUMENT:
                continue
            for start, stop in sentences(passage.text):
                for candidate in report.questions(passage.text[start:stop], language):
                    if _is_clean(candidate.question):
                        candidates.setdefault(candidate.question, candidate)
        if candidates:
            yield passages[0][0].doc_id, list(candidates.values())[:MAX_OF_DOCUMENT]


def _spread(library: Library) -> list[int]:
    """Choose reports far apart, those that say their period and whom they are about before the others."""
    n_documents = len(library.document_rows)
    n_sampled = min(n_documents, MAX_SAMPLED)
    sample = [k * n_documents // n_sampled for k in range(n_sampled)]
    contexts = [context for _, context in library.store.contexts([int(library.document_rows[i]) for i in sample])]
    telling = [bool(c.period and (c.organisation or (c.place and fold(c.place) in fold(c.title)))) for c in contexts]
    # Steps of the golden ratio: however early the search ends, the reports seen lie far apart.
    order = sorted(range(n_sampled), key=lambda k: (not telling[k], (k * 0.6180339887) % 1))
    return [sample[k] for k in order[:MAX_DOCUMENTS]]


_NOT_PLAIN = re.compile(r"[^\w\s,.:;?%/–-]|\n|_|://|\s\s")


def _is_clean(question: str) -> bool:
    return len(question) <= MAX_CHARS and question.isprintable() and _NOT_PLAIN.search(question) is None
