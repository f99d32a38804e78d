"""The rows of the retrieval benchmark: recall beside baselines, other spellings, latency."""

from __future__ import annotations

import random
import re
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from retrieval_cases import Case, Setting

from rag.embed import Embedder
from rag.evaluate.metrics import Span
from rag.library import Library
from rag.lookup import look_up
from rag.question import find_ends, understand
from rag.ranking import Weights
from rag.retrieve import Retriever
from rag.text import fold, terms, to_nfc
from rag.types import Hit

DEPTH = 10
#: Of each channel so many passages enter reciprocal rank fusion; its usual constant. Cormack et al., SIGIR 2009.
RRF_DEPTH, RRF_K = 100, 60
FORMS = 300
_PUNCTUATION = re.compile(r"[?.,:;!\"“”()]")
#: Where the tone mark of a syllable may also stand.
_TONES = {
    old: new
    for pair in ("òa oà", "óa oá", "ỏa oả", "õa oã", "ọa oạ", "ùy uỳ", "úy uý", "ủy uỷ", "ụy uỵ", "òe oè", "óe oé")
    for old, new in (pair.split(), pair.split()[::-1])
}


@dataclass(frozen=True, slots=True)
class Row:
    """Ranks of the evidence, by the name of what ordered the passages; None where it was not among the first ten."""

    name: str
    ranks: dict[str, list[int | None]]


class Baselines:
    """Plain ways to search one library."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        import bm25s

        self._library, self._embedder = library, embedder
        passages = self._library.passages(np.arange(self._library.n_passages))
        self.spans = [Span(p.doc_id, p.start, p.end) for p, _ in passages]
        titled = [f"{context.title} {passage.text}" for passage, context in passages]
        self._plain = bm25s.BM25()
        self._plain.index([_syllables(text) for text in titled], show_progress=False)
        self._paired = bm25s.BM25(k1=0.9, b=0.4)
        self._paired.index([_pairs(text) for text in titled], show_progress=False)

    def plain(self, question: str, *, k: int = DEPTH) -> list[int]:
        """BM25 as bm25s has it: lower-case syllables, k1 1.5, b 0.75."""
        return self._best(self._plain, _syllables(question), k)

    def paired(self, question: str, *, k: int = DEPTH) -> list[int]:
        """BM25 over folded syllables and their pairs, k1 0.9, b 0.4."""
        return self._best(self._paired, _pairs(question), k)

    def dense(self, question: str, *, k: int = DEPTH) -> list[int]:
        """The vectors alone."""
        vectors = self._library.vectors()
        rows, _ = vectors.search(self._embedder.embed_query(question), k=k) if vectors else (np.zeros(0, int), None)
        return rows.tolist()

    def rrf(self, question: str) -> list[int]:
        """Both by reciprocal rank."""
        scores: dict[int, float] = {}
        for rows in (self.paired(question, k=RRF_DEPTH), self.dense(question, k=RRF_DEPTH)):
            for rank, row in enumerate(rows, start=1):
                scores[row] = scores.get(row, 0.0) + 1 / (RRF_K + rank)
        return sorted(scores, key=lambda row: (-scores[row], row))[:DEPTH]

    def _best(self, index: Any, words: list[str], k: int) -> list[int]:
        known = [word for word in dict.fromkeys(words) if word in index.vocab_dict]
        if not known:
            return []
        rows, scores = index.retrieve([known], k=min(k, len(self.spans)), show_progress=False)
        return [int(row) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]


_BASELINES: dict[Library, Baselines] = {}


def _baselines(setting: Setting, case: Case) -> Baselines:
    library = setting.library(case)
    if library not in _BASELINES:
        if library.n_passages > 10_000:
            # Large ones are kept one at a time.
            _BASELINES.clear()
        _BASELINES[library] = Baselines(library, setting.embedder)
    return _BASELINES[library]


def measure_setting(setting: Setting, weights: Sequence[Weights]) -> list[Row]:
    """Measure one setting, and the parts of it that have a row of their own."""

    def baseline(case: Case, way: Callable[[Baselines, str], list[int]]) -> list[Span]:
        plain = _baselines(setting, case)
        return [plain.spans[row] for row in way(plain, case.typed)]

    ways: dict[str, Callable[[Case], list[Span]]] = {
        "BM25": lambda case: baseline(case, Baselines.plain),
        "BM25 pairs": lambda case: baseline(case, Baselines.paired),
        "dense": lambda case: baseline(case, Baselines.dense),
        "RRF": lambda case: baseline(case, Baselines.rrf),
        "first stage": lambda case: _spans(setting.retriever(case, second_stage=False).retrieve(case.typed)),
        "both stages": lambda case: _spans(setting.retriever(case, weights[case.fold]).retrieve(case.typed)),
    }
    ranks = {way: [setting.rank(case, find(case)) for case in setting.cases] for way, find in ways.items()}
    rows = [Row(setting.name, ranks)]
    for name, belongs in setting.splits.items():
        kept = [i for i, case in enumerate(setting.cases) if belongs(case)]
        rows.append(Row(f"{setting.name}: {name}", {way: [found[i] for i in kept] for way, found in ranks.items()}))
    print_rows(rows[:1], markdown=False)
    return rows


def print_rows(rows: Sequence[Row], *, markdown: bool) -> None:
    """Print recall at 1, 5 and 10 for each way, and the interval of the last."""
    for row in rows:
        n = len(next(iter(row.ranks.values())))
        cells = [" / ".join(f"{recall(found, k):.3f}" for k in (1, 5, 10)) for found in row.ranks.values()]
        last = list(row.ranks.values())[-1]
        intervals = " ".join(f"@{k} {low:.2f}–{high:.2f}" for k in (1, 5) for low, high in [interval(last, k)])
        if markdown:
            print(f"| {row.name} | {n} | " + " | ".join(cells) + f" | {intervals} |")
        else:
            print(f"\n{row.name} (n = {n})   recall@1 / @5 / @10")
            for way, cell in zip(row.ranks, cells, strict=True):
                print(f"  {way:<14}{cell}" + (f"   95 %: {intervals}" if way == "both stages" else ""))


def recall(ranks: Sequence[int | None], k: int) -> float:
    """Give the share of questions whose evidence is among the first k."""
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks) if ranks else 0.0


def interval(ranks: Sequence[int | None], k: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a recall. Source: Wilson, JASA 1927."""
    n, share, z = len(ranks), recall(ranks, k), 1.96
    if not n:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return centre - half, centre + half


# -- other spellings ------------------------------------------------------------------------------------


def measure_forms(setting: Setting, weights: Sequence[Weights]) -> None:
    """Count how often another spelling of a question finds the same passage first."""
    forms: dict[str, Callable[[str], str]] = {
        "NFD": lambda text: unicodedata.normalize("NFD", text),
        "hòa / hoà": _move_tones,
        "upper case": str.upper,
        "no punctuation": lambda text: " ".join(_PUNCTUATION.sub(" ", text).split()),
    }
    pairs = [
        (name, case, form(case.typed))
        for case in setting.cases
        for name, form in forms.items()
        if to_nfc(form(case.typed)) != case.typed or name == "NFD"
    ]
    pairs = random.Random(1).sample(pairs, min(FORMS, len(pairs)))
    same: dict[str, list[bool]] = {name: [] for name in forms}
    for name, case, typed in pairs:
        retriever = setting.retriever(case, weights[case.fold])
        first, other = (retriever.retrieve(text, top_k=1) for text in (case.typed, typed))
        same[name].append([hit.passage.id for hit in first] == [hit.passage.id for hit in other])
    held = [each for found in same.values() for each in found]
    print(f"\nsame first passage under another spelling: {sum(held)} of {len(held)} ({sum(held) / len(held):.1%})")
    for name, found in same.items():
        print(f"  {name:<16}{sum(found)} of {len(found)}")


def _move_tones(text: str) -> str:
    return re.sub("|".join(_TONES), lambda match: _TONES[match.group()], text)


# -- latency --------------------------------------------------------------------------------------------


class Remembering:
    """An embedder that has embedded each question before it is measured."""

    def __init__(self, embedder: Any, questions: Iterable[str]) -> None:
        self._known = {question: embedder.embed_query(question) for question in questions}
        self._embedder = embedder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Give what was embedded before."""
        if text not in self._known:
            self._known[text] = self._embedder.embed_query(text)
        return self._known[text]


def measure_latency(setting: Setting) -> None:
    """Time each stage, the opening, and bare FAISS and bm25s calls on the same passages."""
    import faiss

    plain = _baselines(setting, setting.cases[0])
    library = setting.library(setting.cases[0])
    questions = [case.typed for case in setting.cases]
    parts = [part for question in questions for part in find_parts(question)]
    embedder = Remembering(setting.embedder, [*questions, *parts])
    first, both = (Retriever(library, embedder, second_stage=second) for second in (False, True))

    def search(question: str) -> None:
        first.first_stage(question, look_up(question, understand(question), languages=first.languages))

    # The files' pages are touched before the clock runs; no passage has been read yet.
    _times(questions, search)
    stage_one = _times(questions, search)
    took = _times(questions, both.retrieve)
    simple = [seconds for seconds, q in zip(took, questions, strict=True) if not find_parts(q)]
    vectors = library.vectors()
    assert vectors is not None
    stored = np.stack(
        [
            setting.embedder.embed_passages([f"{c.title}\n{p.text}"])[0]
            for p, c in library.passages(np.arange(min(1000, library.n_passages)))
        ]
    )
    flat = faiss.IndexFlatIP(stored.shape[1])
    flat.add(np.tile(stored, (library.n_passages // len(stored) + 1, 1))[: library.n_passages])
    faiss.omp_set_num_threads(1)

    def bare(question: str) -> None:
        flat.search(embedder.embed_query(question)[None, :], RRF_DEPTH)
        plain.plain(question, k=RRF_DEPTH)

    calls = _times(questions, bare)
    opening = []
    for _ in range(5):
        started = time.perf_counter()
        opened = Library.open(library.path)
        opened.vectors()
        opening.append(time.perf_counter() - started)
        opened.close()
    print(f"\nlatency on {library.n_passages:,} passages, without the embedder's own time, p50 / p95 in ms")
    for name, found in (
        ("first stage", stage_one),
        ("both stages, one question", simple),
        ("both stages, all questions", took),
        ("bare: FAISS flat + bm25s", calls),
    ):
        p95 = statistics.quantiles(found, n=20)[-1]
        print(f"  {name:<28}{1e3 * statistics.median(found):6.1f} / {1e3 * p95:6.1f}")
    ratio = statistics.median(stage_one) / statistics.median(calls)
    print(f"  first stage beside the bare calls: {ratio:.2f} times")
    print(f"  opening the library: {1e3 * statistics.median(opening):.0f} ms (median of 5)")


def find_parts(question: str) -> tuple[str, ...]:
    """Give what is searched for beside a question: its parts, or both ends of a comparison."""
    understood = understand(question)
    return understood.parts or find_ends(question, understood)


def _times(questions: Sequence[str], call: Callable[[str], object]) -> list[float]:
    found = []
    for question in questions:
        started = time.perf_counter()
        call(question)
        found.append(time.perf_counter() - started)
    return found


def _spans(hits: Sequence[Hit]) -> list[Span]:
    return [Span(hit.passage.doc_id, hit.passage.start, hit.passage.end) for hit in hits]


def _syllables(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _pairs(text: str) -> list[str]:
    words = [fold(word) for word in terms(text)]
    return words + [f"{a} {b}" for a, b in pairwise(words)]
