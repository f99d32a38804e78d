"""How fast is it on 12,000 news articles (79,023 paragraphs), with the built-in embedder and real commands?

    python tests/benchmarks/news.py [FOLDER]

FOLDER keeps the written articles for the next time; without it they go into a temporary folder. Articles and
questions are read from $RAG_DATA, else from ../shared/data beside the clone; where they are absent, the script says
so and ends. Beside it, bm25s (`pip install 'danchung[bench]'`) on the same paragraphs with plain syllables.

Memory: `largest process` is ru_maxrss as the system counts it for the command and the readers it waited for, the
highest of any single one; `all together` is the highest sum of resident memory of the command and its readers,
sampled from /proc ten times a second (pages they share are counted once for each).
Exit code 1 where a limit is not met.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from news_files import find_news, write_articles  # noqa: E402

from rag.engine import Engine  # noqa: E402

RAG = (sys.executable, "-m", "rag.cli")
LIMITS = {"index": 120.0, "first answer": 60.0, "refresh": 4.0, "help": 0.5, "ask": 2.0}
_SYLLABLE = re.compile(r"\w+")


class Memory:
    """Samples the resident memory of a process and all below it. Use as a context manager."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self.peak_mb = max(self.peak_mb, sum(map(_resident_mb, _family(self._pid))))


def _family(pid: int) -> list[int]:
    """List a process and all below it; alone where the system does not tell."""
    try:
        below = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return [pid]
    return [pid, *(each for child in below for each in _family(child))]


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def run_timed(*arguments: str, environment: dict[str, str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Run a command. Returns its wall time and what it gave."""
    started = time.perf_counter()
    done = subprocess.run([*RAG, *arguments], capture_output=True, encoding="utf-8", env=environment, check=False)
    return time.perf_counter() - started, done


def index_and_ask_meanwhile(
    reports: Path, library: Path, question: str, *, environment: dict[str, str]
) -> dict[str, Any]:
    """Index all, and ask with a command of its own as soon as the run says that questions can be asked."""
    started = time.perf_counter()
    found: dict[str, Any] = {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        process = subprocess.Popen(
            [*RAG, "index", str(reports), "--library", str(library), "--embedder", "builtin", "--json"],
            stdout=printed,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment,
        )
        assert process.stderr is not None
        with Memory(process.pid) as memory:
            acknowledged = 0
            for line in process.stderr:
                acknowledged += line.startswith("indexed ")
                if acknowledged == 1 and "first document" not in found:
                    found["first document"] = time.perf_counter() - started
                if line.startswith("published ") and "published" not in found:
                    found["published"] = time.perf_counter() - started
                    _, asked = run_timed("ask", question, "--library", str(library), environment=environment)
                    found["first answer"] = time.perf_counter() - started
                    found["first code"] = asked.returncode
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        found["index"] = time.perf_counter() - started
        if process.returncode != 0:
            raise SystemExit(f"rag index ended with {process.returncode}")
        printed.seek(0)
        found["report"] = json.load(printed)
    found["largest process MB"] = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    found["all together MB"] = memory.peak_mb
    return found


def time_queries(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """Ask every question after a warm-up. Returns p50 and p95 in milliseconds."""
    for question in questions[:5]:
        ask(question)
    took = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def measure_bm25s(reports: Path, questions: Sequence[str]) -> tuple[float, float, float] | None:
    """Index title and paragraph by plain syllables. Returns seconds, p50 and p95 in ms; None where not installed.

    Seconds: reading the files, splitting them into syllables, and indexing.
    """
    if importlib.util.find_spec("bm25s") is None:
        return None
    import bm25s

    def split(text: str) -> list[str]:
        return _SYLLABLE.findall(text.lower())

    started = time.perf_counter()
    texts = []
    for path in sorted(reports.iterdir()):
        title, *paragraphs = path.read_text(encoding="utf-8").strip().split("\n\n")
        texts += [f"{title}\n{paragraph}" for paragraph in paragraphs]
    index = bm25s.BM25()
    index.index([split(text) for text in texts], show_progress=False)
    seconds = time.perf_counter() - started
    p50, p95 = time_queries(lambda q: index.retrieve([split(q)], k=10, show_progress=False, n_threads=1), questions)
    return seconds, p50, p95


def measure(reports: Path, work: Path, questions: Sequence[str]) -> list[tuple[str, str, str]]:
    """Measure everything once. Returns rows of the table: what, measured, its limit where it has one."""
    rows: list[tuple[str, str, str]] = []

    def add(what: str, seconds: float, limit: float | None = None, note: str = "") -> None:
        verdict = "" if limit is None else f"<= {limit:g} s  {'met' if seconds <= limit else 'NOT MET'}"
        rows.append((what, f"{seconds:.2f} s{note}", verdict))

    library = work / "library"
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    mine = {"RAG_CACHE": str(work / "cache"), "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    environment = {**os.environ, **mine}
    first = sorted(reports.iterdir())[0].read_text(encoding="utf-8").partition("\n")[0]

    found = index_and_ask_meanwhile(reports, library, first, environment=environment)
    report = found["report"]
    add(f"index {report['documents']:,} files, {report['passages']:,} passages", found["index"], LIMITS["index"])
    for step, seconds in report["seconds"].items():
        add(f"    {step}", seconds)
    add("    process start and end, the rest", found["index"] - sum(report["seconds"].values()))
    rows.append(("memory, largest process", f"{found['largest process MB']:,.0f} MB", "ru_maxrss"))
    rows.append(("memory, all together", f"{found['all together MB']:,.0f} MB", "sum of resident, sampled"))
    add("first document acknowledged", found["first document"])
    add("first published", found["published"])
    code = found["first code"]
    note = "" if code == 0 else f" (rag ask ended with {code})"
    add("first answer, by a command", found["first answer"], LIMITS["first answer"], note)

    with Engine(library) as engine:
        for name, ask in (("retrieve", engine.retrieve), ("ask", engine.ask)):
            p50, p95 = time_queries(ask, questions)
            rows.append((f"{name}, {len(questions)} questions, in process", f"{p50:.1f} / {p95:.1f} ms", "p50 / p95"))
    whole = [
        run_timed("ask", question, "--library", str(library), environment=environment) for question in questions[:5]
    ]
    add("rag ask, whole process, median of 5", statistics.median(seconds for seconds, _ in whole), LIMITS["ask"])

    took = []
    originals = {path: path.read_bytes() for path in sorted(reports.iterdir())[100:103]}
    for n, (path, before) in enumerate(originals.items()):
        path.write_text(before.decode() + f"\nBản tin được bổ sung lần thứ {n}.\n", encoding="utf-8")
        seconds, done = run_timed("index", str(reports), "--library", str(library), "--json", environment=environment)
        if len(json.loads(done.stdout)["updated"]) != 1:
            raise SystemExit(f"one article was changed, rag index says: {done.stdout[:2000]}")
        took.append(seconds)
    for path, before in originals.items():
        path.write_bytes(before)
    steps = ", ".join(f"{step} {value:.2f}" for step, value in json.loads(done.stdout)["seconds"].items())
    add("refresh after one changed article, median of 3", statistics.median(took), LIMITS["refresh"], f" ({steps})")
    helped = [run_timed("--help", environment=environment)[0] for _ in range(5)]
    add("rag --help, median of 5", statistics.median(helped), LIMITS["help"])

    baseline = measure_bm25s(reports, questions)
    if baseline is None:
        rows.append(("bm25s, plain syllables", "skipped", "not installed: pip install 'danchung[bench]'"))
    else:
        seconds, p50, p95 = baseline
        add("bm25s, plain syllables: read, split, index", seconds, note=" (in memory, nothing on disk)")
        rows.append((f"bm25s, {len(questions)} questions, in process", f"{p50:.1f} / {p95:.1f} ms", "p50 / p95"))
    return rows


def main() -> int:
    """Write the articles where they are not yet, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="where the articles are, or are to be written")
    given = parser.parse_args()
    news = find_news()
    set_path = news.parent / "reports" / "questions.jsonl"
    if not news.is_file() or not set_path.is_file():
        print(f"skipped: {news} or {set_path} is not there; put them there or set RAG_DATA.", file=sys.stderr)
        return 0
    lines = set_path.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        reports: Path = given.folder or Path(folder) / "news"
        if not reports.is_dir() or not any(reports.iterdir()):
            write_articles(news, reports)
        rows = measure(reports, Path(folder), questions)
    for what, measured, remark in rows:
        print(f"{what:<48} {measured:>16}   {remark}".rstrip())
    return 1 if any(remark.endswith("NOT MET") for *_, remark in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
