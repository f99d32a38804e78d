"""How does the dense index, and a whole library, hold up at a million passages?

    python tests/benchmarks/scale.py [--n 1000000] [--base 20000] [--model FOLDER]
    python tests/benchmarks/scale.py --library [--n 1000000]

Vectors alone: paragraphs of the news articles are embedded, by the built-in embedder with 384 dimensions or by a
sentence-transformers model in FOLDER; each of the N vectors is one of these with random noise of 0.7 of its length
added, made unit again. They go through the code that publishes. The questions are the first words of sentences of
articles, embedded as questions. Opening, memory and search are measured in a process of their own, one thread;
recall@10 against all N inner products.

--library: N passages of real text with changes (in every further copy of an article each fourth word is that of
another article), written as files, indexed by `rag index` with the built-in embedder, opened and searched through the
engine.

Memory is told apart: `anonymous` is the process's own, `file` are mapped pages that the system takes back when it needs
them. Articles are read from $RAG_DATA, else from ../shared/data beside the clone; where they are absent, the script
says so and ends.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from news_files import find_news  # noqa: E402

from rag.builtin import BuiltinEmbedder  # noqa: E402
from rag.text import sentences  # noqa: E402
from rag.vectors import Design, VectorIndex, write_index  # noqa: E402

DIM = 384
NOISE = 0.7
SEARCHES = 100
K = 100
QUESTION_WORDS = 12
ROWS_AT_ONCE = 8192

Row = tuple[str, str]


def read_articles(news: Path) -> list[tuple[str, list[str]]]:
    """Read titles and paragraphs."""
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        return [(article["title"], article["paragraphs"]) for article in map(json.loads, lines)]


def make_questions(articles: list[tuple[str, list[str]]], n: int) -> list[str]:
    """Take the first words of a sentence of n articles, evenly spread."""
    questions = []
    for i in np.linspace(0, len(articles) - 1, 2 * n).astype(int).tolist():
        paragraph = articles[i][1][i % len(articles[i][1])]
        spans = sentences(paragraph)
        start, end = spans[i % len(spans)] if spans else (0, len(paragraph))
        words = paragraph[start:end].split()[:QUESTION_WORDS]
        if len(words) >= 6:
            questions.append(" ".join(words))
    return questions[:n]


def embed(texts: list[str], questions: list[str], model: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """Embed passages and questions. Returns float32, rows of unit length."""
    if model is None:
        builtin = BuiltinEmbedder(dim=DIM)
        return builtin.embed_passages(texts), np.stack([builtin.embed_query(question) for question in questions])
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(str(model), device="cpu", trust_remote_code=False)
    transformer.max_seq_length = 128
    options: dict[str, Any] = {"normalize_embeddings": True, "batch_size": 64}
    return transformer.encode(texts, **options), transformer.encode(questions, **options)


def made_vectors(base: np.ndarray, n: int) -> Iterator[np.ndarray]:
    """Yield n unit rows near to those of base, the same ones every time."""
    random = np.random.default_rng(1)
    for start in range(0, n, ROWS_AT_ONCE):
        rows = base[random.integers(0, len(base), min(ROWS_AT_ONCE, n - start))]
        rows = rows + random.standard_normal(rows.shape, dtype=np.float32) * np.float32(NOISE / rows.shape[1] ** 0.5)
        yield rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest(batches: Iterator[np.ndarray], queries: np.ndarray, *, k: int) -> np.ndarray:
    """Find the k nearest rows of each query by comparing all. Returns int64, shape (q, k), in no order."""
    scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
    rows = np.full((len(queries), k), -1, dtype=np.int64)
    first = 0
    for batch in batches:
        scores = np.concatenate((scores, queries @ batch.T), axis=1)
        numbers = np.broadcast_to(np.arange(first, first + len(batch)), (len(queries), len(batch)))
        rows = np.concatenate((rows, numbers), axis=1)
        kept = np.argpartition(-scores, k, axis=1)[:, :k]
        scores, rows = np.take_along_axis(scores, kept, axis=1), np.take_along_axis(rows, kept, axis=1)
        first += len(batch)
    return rows


def memory_mb() -> dict[str, float]:
    """Give the resident memory of this process; nothing where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss")}
    return {"anonymous": found["RssAnon"], "file": found["RssFile"]}


def search_alone(path: Path, n: int) -> None:
    """Open the index of a folder in this process, search, and say as JSON what it took."""
    queries = np.load(path / "queries.npy")
    import faiss  # noqa: F401 - loaded before memory and time are taken

    before = memory_mb()
    started = time.perf_counter()
    design = Design.from_about(json.loads((path / "design.json").read_text(encoding="utf-8")))
    index = VectorIndex(path / "vectors.faiss", rows=np.arange(n), dim=queries.shape[1], n_rows=n, design=design)
    opened_ms = 1000 * (time.perf_counter() - started)
    opened = memory_mb()
    took, found = [], []
    searched = opened
    for i, query in enumerate(queries):
        started = time.perf_counter()
        rows, _ = index.search(query, k=K)
        took.append(1000 * (time.perf_counter() - started))
        found.append(rows[:10].tolist())
        if i + 1 == SEARCHES:
            searched = memory_mb()
    told = {"opened_ms": opened_ms, "before": before, "opened": opened, "searched": searched, "ms": took}
    print(json.dumps({**told, "found": found}))


def in_words(memory: dict[str, float], before: dict[str, float]) -> str:
    """Say how much more memory there is than before."""
    return ", ".join(f"{kind} {memory[kind] - before[kind]:+,.0f} MB" for kind in memory) or "not told by this system"


def percentiles(took: list[float]) -> str:
    """Give p50 and p95."""
    return f"{statistics.median(took):.2f} / {statistics.quantiles(took, n=20)[-1]:.2f} ms"


def measure_vectors(news: Path, work: Path, *, n: int, n_base: int, model: Path | None) -> list[Row]:
    """Measure the dense index alone. Returns rows of the table."""
    articles = read_articles(news)
    texts = [f"{title}\n{paragraph}" for title, paragraphs in articles for paragraph in paragraphs]
    texts = [texts[i] for i in np.linspace(0, len(texts) - 1, min(n_base, len(texts))).astype(int).tolist()]
    base, queries = embed(texts, make_questions(articles, 2 * SEARCHES), model)
    np.save(work / "queries.npy", queries)
    started = time.perf_counter()
    with (work / "vectors.faiss").open("wb") as file:
        design = write_index(made_vectors(base, n), dim=base.shape[1], write=file.write)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    for _ in made_vectors(base, n):
        pass
    making = time.perf_counter() - started
    (work / "design.json").write_text(json.dumps(design.to_about()), encoding="utf-8")
    child = [sys.executable, __file__, "--search", str(work), "--n", str(n)]
    done = subprocess.run(child, capture_output=True, check=True, env={**os.environ, "RAG_THREADS": "1"})
    told = json.loads(done.stdout)
    wanted = nearest(made_vectors(base, n), queries, k=10)
    shared = sum(len(set(rows.tolist()) & set(found)) for rows, found in zip(wanted, told["found"], strict=True))
    return [
        (
            "vectors",
            f"{n:,} x {base.shape[1]}, from {len(base):,} paragraphs, {'built-in' if model is None else model}",
        ),
        ("what was built", json.dumps(design.to_about())),
        ("index", f"{seconds - making:.1f} s (and {making:.1f} s to make the vectors)"),
        ("disk", f"{(work / 'vectors.faiss').stat().st_size / 1e6:,.0f} MB"),
        ("open", f"{told['opened_ms']:.1f} ms"),
        ("memory after opening", in_words(told["opened"], told["before"])),
        (f"memory after {SEARCHES} searches", in_words(told["searched"], told["before"])),
        (f"search, k = {K}, p50 / p95", percentiles(told["ms"])),
        (f"recall@10, {len(queries)} questions", f"{shared / wanted.size:.4f}"),
    ]


def write_changed(articles: list[tuple[str, list[str]]], folder: Path, *, n: int) -> int:
    """Write articles as files until there are n passages. Returns how many there are."""
    folder.mkdir()
    written = copy = 0
    while written < n:
        for i, article in enumerate(articles):
            if written >= n:
                break
            title, paragraphs = article if not copy else _changed(articles, i, copy)
            text = "\n\n".join([title, *paragraphs]) + "\n"
            (folder / f"{copy:03d}_{i:05d}.txt").write_text(text, encoding="utf-8", newline="\n")
            written += 1 + len(paragraphs)
        copy += 1
    return written


def _changed(articles: list[tuple[str, list[str]]], i: int, copy: int) -> tuple[str, list[str]]:
    """Change every fourth word of article i for one of another article: a different one for every copy."""
    title, paragraphs = articles[i]
    lent = " ".join(articles[(i * 7 + copy * 1013) % len(articles)][1]).split() or ["-"]
    changed = []
    for shift, paragraph in enumerate(paragraphs, start=copy):
        words = paragraph.split()
        for at in range(shift % 4, len(words), 4):
            words[at] = lent[(at + 31 * shift) % len(lent)]
        changed.append(" ".join(words))
    return f"{title} ({copy})", changed


def measure_library(news: Path, work: Path, *, n: int) -> list[Row]:
    """Measure a whole library, through the real commands. Returns rows of the table."""
    from rag.engine import Engine

    articles = read_articles(news)
    n = write_changed(articles, work / "reports", n=n)
    library = work / "library"
    command = [sys.executable, "-m", "rag.cli", "index", str(work / "reports"), "--library", str(library)]
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "RAG_CACHE": str(work / "cache"), "PYTHONPATH": paths}
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "--embedder", "builtin", "--json"],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise SystemExit(f"rag index ended with {done.returncode}: {done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    sizes = {path: path.stat().st_size for path in library.rglob("*") if path.is_file()}
    before = memory_mb()
    started = time.perf_counter()
    with Engine(library) as engine:
        questions = make_questions(articles, 2 * SEARCHES)
        engine.retrieve(questions[0])
        opened = time.perf_counter() - started
        took = []
        for question in questions[:SEARCHES]:
            started = time.perf_counter()
            engine.retrieve(question)
            took.append(1000 * (time.perf_counter() - started))
        after = memory_mb()
        dense = engine.library.about["dense"]
    steps = ", ".join(f"{step} {value:.1f}" for step, value in report["seconds"].items())
    return [
        ("library", f"{report['documents']:,} documents, {report['passages']:,} passages ({n:,} written)"),
        ("dense index", json.dumps(dense)),
        ("rag index", f"{seconds:.1f} s ({steps})"),
        ("disk", f"{sum(sizes.values()) / 1e6:,.0f} MB"),
        ("open, and the first question", f"{opened:.2f} s"),
        (f"memory after {SEARCHES} questions", in_words(after, before)),
        (f"retrieve, {SEARCHES} questions, p50 / p95", percentiles(took)),
    ]


def main() -> int:
    """Measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1_000_000, help="how many passages")
    parser.add_argument("--base", type=int, default=20_000, help="how many paragraphs are embedded")
    parser.add_argument("--model", type=Path, help="folder of a sentence-transformers model")
    parser.add_argument("--library", action="store_true", help="a whole library instead of vectors alone")
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.search:
        search_alone(given.search, given.n)
        return 0
    news = find_news()
    if not news.is_file():
        print(f"skipped: {news} is not there; put it there or set RAG_DATA to its folder.", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if given.library:
            rows = measure_library(news, Path(folder), n=given.n)
        else:
            rows = measure_vectors(news, Path(folder), n=given.n, n_base=given.base, model=given.model)
    for what, measured in rows:
        print(f"{what:<42} {measured}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
