"""How does a real `rag serve` stand up to many at once, on 12,000 news articles (79,023 paragraphs)?

    python tests/benchmarks/serve.py [--library DIR] [--seconds 20] [--requests 10000]

DIR keeps the library for the next time; without it it is made in a temporary folder. For retrieve and ask, 1, 8 and 32
clients each send the next question as soon as the last is answered: p50, p95, questions a second, errors. Then so many
requests in all, and the server's resident memory after the first 1,000, every 1,000, and after the last. The clients
run in a process of their own, on the same two cores. Articles are read from $RAG_DATA, else from ../shared/data beside
the clone; where they are absent, the script says so and ends. Exit code 1 where a request failed or memory grew by more
than 10 %.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from news_files import find_news, write_articles  # noqa: E402

RAG = (sys.executable, "-m", "rag.cli")


def build_library(news: Path, library: Path, work: Path) -> None:
    """Index the articles, unless the library is there already."""
    if (library / "library.db").is_file():
        return
    write_articles(news, work / "news")
    subprocess.run(
        [*RAG, "index", str(work / "news"), "--library", str(library), "--embedder", "builtin"],
        check=True,
        stderr=subprocess.DEVNULL,
    )


def read_questions(news: Path, *, n: int) -> list[str]:
    """Take titles spread over the articles as questions."""
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    return titles[:: max(1, len(titles) // n)][:n]


class Server:
    """A `rag serve` process on a port of its own choosing. Use as a context manager."""

    def __init__(self, library: Path) -> None:
        self.process = subprocess.Popen(
            [*RAG, "serve", "--library", str(library), "--port", "0", "--no-chat"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def __enter__(self) -> Server:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://[\w.:\[\]]+", line):
                self.url = found[0].rstrip("/")
                return self
        raise SystemExit("the server ended before it said its address")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def resident_mb(self) -> float:
        """Give the server's resident memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def wait_until_ready(url: str) -> None:
    """Wait until the server has warmed up."""
    import httpx

    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(600):
            if (await client.get("/readyz")).status_code == 200:
                return
            await asyncio.sleep(0.1)
    raise SystemExit("the server did not become ready within 60 s")


async def load(
    url: str, verb: str, questions: list[str], *, clients: int, seconds: float | None = None, total: int | None = None
) -> dict[str, Any]:
    """Send questions from so many clients, for so long or so many in all."""
    import httpx

    times: list[float] = []
    statuses: Counter[int] = Counter()
    left = cycle(questions) if total is None else islice(cycle(questions), total)
    until = time.perf_counter() + seconds if seconds is not None else float("inf")

    async def ask_one_after_the_other(client: httpx.AsyncClient) -> None:
        for question in left:
            if time.perf_counter() > until:
                return
            started = time.perf_counter()
            reply = await client.post(f"/v1/{verb}", json={"question": question})
            times.append(time.perf_counter() - started)
            statuses[reply.status_code] += 1

    started = time.perf_counter()
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=120) as client:
        await asyncio.gather(*(ask_one_after_the_other(client) for _ in range(clients)))
    took = time.perf_counter() - started
    return {
        "verb": verb,
        "clients": clients,
        "n": len(times),
        "p50_ms": round(1000 * statistics.median(times), 1),
        "p95_ms": round(1000 * statistics.quantiles(times, n=20)[-1], 1),
        "per_s": round(len(times) / took, 1),
        "errors": sum(n for status, n in statuses.items() if status != 200),
    }


async def measure(server: Server, questions: list[str], *, seconds: float, requests: int) -> dict[str, Any]:
    """Run everything against a server that is ready."""
    await wait_until_ready(server.url)
    found: dict[str, Any] = {"ready_mb": round(server.resident_mb())}
    rows = []
    for verb in ("retrieve", "ask"):
        for clients in (1, 8, 32):
            rows.append(await load(server.url, verb, questions, clients=clients, seconds=seconds))
            print("{verb:<9}{clients:>3} clients  {n:>5} sent  p50 {p50_ms:>7} ms  p95 {p95_ms:>7} ms  "
                  "{per_s:>6}/s  {errors} errors".format(**rows[-1]), flush=True)  # fmt: skip
    found["load"] = rows
    memory = []
    errors = 0
    for n in range(0, requests, 1000):
        for verb, share in (("retrieve", 800), ("ask", 200)):
            errors += (await load(server.url, verb, questions, clients=8, total=share))["errors"]
        memory.append(round(server.resident_mb()))
        print(f"after {n + 1000:>6,} requests: {memory[-1]} MB", flush=True)
    found["memory_mb"] = memory
    found["memory_errors"] = errors
    return found


def main() -> int:
    """Build, serve, load, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args()
    news = find_news()
    if not news.is_file():
        print(f"skipped: {news} is not there; set RAG_DATA to its folder.", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as work:
        library = options.library or Path(work) / "library"
        build_library(news, library, Path(work))
        questions = read_questions(news, n=500)
        with Server(library) as server:
            found = asyncio.run(measure(server, questions, seconds=options.seconds, requests=options.requests))
    print(json.dumps(found))
    grew = found["memory_mb"][-1] / found["memory_mb"][0] if found["memory_mb"] else 1.0
    failed = sum(row["errors"] for row in found["load"]) + found["memory_errors"]
    print(f"{failed} requests failed; memory after the last: {grew:.3f} of that after the first 1,000")
    return int(failed > 0 or grew > 1.10)


if __name__ == "__main__":
    sys.exit(main())
