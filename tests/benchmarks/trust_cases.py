"""Questions with what is known to be right, as cases to learn the answer's weights from."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from answer_learning import Case
from districts_judging import is_accepted
from learning import assign_folds, find_components

from rag.answer.asked import read_asked
from rag.answer.draft import Reading
from rag.answer.offers import Family, Offer, family_of, make_offers
from rag.answer.quoting import entity_names
from rag.answer.scope import choose_more
from rag.embed import load_embedder
from rag.engine import Engine
from rag.evaluate import load_questions
from rag.evaluate.answers import answer_em
from rag.evaluate.locate import Corpus, Place, Target, resolve_documents
from rag.library import Library
from rag.question import match_entities, understand
from rag.registry import load_registry
from rag.retrieve import RANKED, Retriever
from rag.types import Hit, Question

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [path for path in (str(ROOT),) if path not in sys.path]

from tests.made_up import Asked as MadeUp  # noqa: E402
from tests.made_up import Reports, Task, make_reports, write_reports  # noqa: E402

TOP_K = 10
#: A made-up question counts so much beside one on a real report.
MADE_UP_WEIGHT = 0.1
FIGURES = frozenset({Task.RESULT, Task.TARGET, Task.SHARE, Task.CHANGE, Task.COMMUNE})
UNSTATED = frozenset({Task.LEFT_OUT, Task.TARGET_ONLY, Task.STRANGER})


@dataclass(frozen=True, slots=True)
class Known:
    """A question of a set with its evidence found in the library, its fold, and the passages retrieved for it."""

    question: Question
    target: Target
    fold: int
    hits: tuple[Hit, ...]
    case: Case


def read_known(path: Path, retriever: Retriever, *, n_folds: int) -> list[Known]:
    """Read a question set against a library: what each question's evidence offers, and which of it is right."""
    library = retriever.library
    questions = load_questions(path).questions
    folds = assign_folds(find_components(questions), n_folds=n_folds)
    corpus = Corpus({doc_id: library.snapshot_document(doc_id).text for doc_id, _ in library.contexts()})
    docs, _ = resolve_documents(questions, corpus)
    known = []
    for question in questions:
        target = corpus.aim(question, docs[question.id])
        hits = tuple(retriever.retrieve(question.question, top_k=RANKED))
        fold = folds[question.id]
        case = _make_case(question.id, question.question, hits, library, fold=fold, answerable=question.answerable)
        right = [_is_right(offer, question, target) for offer in case.offers]
        known.append(Known(question, target, fold, hits, replace(case, right=np.array(right, dtype=bool))))
    return known


def made_up_cases(seeds: Iterable[int], folder: Path) -> Iterator[Case]:
    """Yield the questions about single figures of made-up reports, and those that must not be answered."""
    for seed in seeds:
        made = make_reports(seed)
        (folder / str(seed)).mkdir(parents=True, exist_ok=True)
        write_reports(made.reports, folder / str(seed))
        retriever = open_retriever(folder / f"{seed}-library", folder / str(seed))
        for i, asked in enumerate(made.questions):
            if asked.task in FIGURES | UNSTATED:
                hits = tuple(retriever.retrieve(asked.question, top_k=RANKED))
                case = _make_case(
                    f"{seed}-{i}", asked.question, hits, retriever.library, fold=-1, answerable=asked.task in FIGURES
                )
                right = [_is_made_up(offer, asked, made) for offer in case.offers]
                yield replace(case, right=np.array(right, dtype=bool), weight=MADE_UP_WEIGHT)


def open_retriever(library: Path, reports: Path) -> Retriever:
    """Open a library with the built-in embedder; it is built from a folder of reports where it is not there yet."""
    embedder = load_embedder(load_registry().get("builtin"))
    if not (library / "library.db").is_file():
        with Engine(library=library, embedder=embedder) as engine:
            engine.index(reports)
    return Retriever(Library.open(library), embedder)


def _make_case(name: str, question: str, hits: Sequence[Hit], library: Library, *, fold: int, answerable: bool) -> Case:
    reading = Reading.of(library)
    understood = understand(question)
    if not understood.entities:
        understood = replace(understood, entities=match_entities(question, entity_names(hits)))
    asked = read_asked(question, understood, idf=cache(library.lexical.idf))
    read = [*hits[:TOP_K], *choose_more(hits[TOP_K:], asked)]
    offers = tuple(make_offers(read, asked, documents=reading.documents, outlines=reading.outlines))
    return Case(
        id=name,
        asked=asked,
        fold=fold,
        family=family_of(understood.kind),
        offers=offers,
        right=np.zeros(len(offers), dtype=bool),
        answerable=answerable,
    )


def _is_right(offer: Offer, question: Question, target: Target) -> bool:
    """Say whether an offer lies in the evidence and, where short answers are given, is one of them."""
    places = [place for quote in (*target.evidence, *target.alternatives) for place in quote.places]
    if not any(_touches(offer, place) for place in places):
        return False
    return offer.family is Family.SENTENCE or bool(answer_em(offer.short, question.answers))


def _touches(offer: Offer, place: Place) -> bool:
    if offer.hit.passage.doc_id != place.doc_id:
        return False
    shared = min(place.end, offer.end) - max(place.start, offer.start)
    return shared > 0.4 * min(place.end - place.start, offer.end - offer.start)


def _is_made_up(offer: Offer, asked: MadeUp, made: Reports) -> bool:
    file = offer.hit.passage.doc_id.rpartition("/")[2]
    if asked.task not in FIGURES or file not in asked.files or offer.short is None:
        return False
    return is_accepted(offer.short, asked.accepted, made.texts[file])
