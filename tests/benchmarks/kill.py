"""Kill `rag index` with SIGKILL, again and again, over its whole run, and see what is left each time.

    python tests/benchmarks/kill.py [TIMES] [--files N] [--seed N]

After every kill: the library opens, holds exactly the acknowledged documents (at most one more, committed but not
yet said), `rag check` finds nothing damaged, and a second run brings every document, passage and vector.
Exit code 1 where that failed once. The moments are spread over five phases of the run, by what it has said so far.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.engine import Engine  # noqa: E402
from rag.store import Store  # noqa: E402

PHASES = ("starting", "reading", "publishing words", "embedding", "publishing vectors")
_ACKNOWLEDGED = re.compile(rb"^indexed (\S+) ", re.MULTILINE)
_WORDS = (
    "huyện xã hội nghị kế hoạch sản lượng tăng giảm cùng kỳ năm trước rừng lúa ngô chăn nuôi thu nhập bình quân hộ "
    "nghèo tỷ lệ đạt tấn triệu đồng đầu tư công trình trường học y tế du lịch giao thông nông thôn mới đảng viên"
).split()


@dataclass(frozen=True, slots=True)
class Timeline:
    """How long the phases of a run take that nobody kills, in seconds, and what it leaves."""

    first: float
    read: float
    publish_words: float
    embed: float
    publish: float
    end: float
    n_documents: int
    n_passages: int
    n_vectors: int


def write_folder(folder: Path, *, n_files: int, n_paragraphs: int = 8) -> Path:
    """Write made-up reports, always the same."""
    folder.mkdir(parents=True)
    order = random.Random(1)
    for n in range(n_files):
        paragraphs = [f"Báo cáo số {n} của xã thứ {n % 40}"]
        for i in range(n_paragraphs):
            words = " ".join(order.choices(_WORDS, k=30))
            paragraphs.append(f"Mục {i + 1}: {words} đạt {order.randrange(10, 9999)} tấn, báo cáo {n}.")
        (folder / f"{n:05}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return folder


class Run:
    """One `rag index` under way; what it says is in a file, so that nothing said is lost with it."""

    def __init__(self, reports: Path, library: Path, *, said: Path, environment: dict[str, str]) -> None:
        self._said = said
        self._snapshots = library / "snapshots"
        self.started = time.monotonic()
        with said.open("wb") as stderr, said.with_suffix(".out").open("wb") as stdout:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rag.cli", "index", str(reports), "--library", str(library), "--json"],
                stdout=stdout,
                stderr=stderr,
                env=environment,
            )

    def said(self) -> bytes:
        """Give what was written to stderr so far."""
        return self._said.read_bytes()

    def acknowledged(self) -> list[str]:
        """List the ids of the documents that were acknowledged."""
        return [match.decode() for match in _ACKNOWLEDGED.findall(self.said())]

    def wait_for(self, words: bytes, *, times: int = 1) -> float:
        """Wait until words were said so often, or the run is over. Returns the seconds since its start."""
        while self.said().count(words) < times and self.process.poll() is None:
            time.sleep(0.001)
        return time.monotonic() - self.started

    def wait_for_publishing(self) -> None:
        """Wait until a snapshot is being written, or the run is over."""
        while self.process.poll() is None:
            if self._snapshots.is_dir() and any(name.endswith(".part") for name in os.listdir(self._snapshots)):
                return
            time.sleep(0.001)

    def kill(self) -> None:
        """End it as a power cut would, without a chance to clean up."""
        self.process.kill()
        self.process.wait()


def make_environment(cache: Path) -> dict[str, str]:
    """Environment of a command that touches no library and no model of the user's."""
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    mine = {"RAG_CACHE": str(cache), "HF_HUB_CACHE": str(cache / "hub"), "PYTHONPATH": paths}
    return {**os.environ, **mine, "PYTHONIOENCODING": "utf-8"}


def time_run(reports: Path, library: Path, *, work: Path) -> Timeline:
    """Index without a kill, and note when each phase begins."""
    n_files = sum(1 for _ in reports.iterdir())
    run = Run(reports, library, said=work / "whole", environment=make_environment(work))
    first = run.wait_for(b"indexed ")
    read = run.wait_for(b"indexed ", times=n_files)
    code = run.process.wait()
    end = time.monotonic() - run.started
    if code != 0:
        raise SystemExit(f"the run nobody killed ended with {code}: {run.said()[-2000:].decode()}")
    seconds = json.loads((work / "whole.out").read_text(encoding="utf-8"))["seconds"]
    with Engine(library) as engine:
        about = engine.library.about
        return Timeline(
            first=first,
            read=read,
            publish_words=float(seconds["publish_lexical"]),
            embed=float(seconds["embed"]),
            publish=float(seconds["publish"]),
            end=end,
            n_documents=int(about["n_documents"]),
            n_passages=int(about["n_passages"]),
            n_vectors=int(about["n_vectors"]),
        )


def kill_in(phase: str, run: Run, timeline: Timeline, *, n_files: int, order: random.Random) -> None:
    """Kill a run at a random moment of a phase."""
    match phase:
        case "starting":
            time.sleep(order.uniform(0, timeline.first))
        case "reading":
            run.wait_for(b"indexed ", times=order.randrange(1, n_files))
            time.sleep(order.uniform(0, 0.002))
        case "publishing words":
            run.wait_for(b"indexed ", times=n_files)
            run.wait_for_publishing()
            time.sleep(order.uniform(0, timeline.publish_words))
        case "embedding":
            run.wait_for(b"published ")
            time.sleep(order.uniform(0, timeline.embed))
        case _:
            run.wait_for(b"published ")
            run.wait_for_publishing()
            time.sleep(order.uniform(0, timeline.publish))
    run.kill()


def held_documents(library: Path) -> set[str]:
    """List what the store holds, opened as any reader opens it; nothing where it was never begun."""
    if not (library / "library.db").is_file():
        return set()
    with Engine(library) as engine:
        engine.library  # noqa: B018 - opened, and published where the kill came before the first publishing
    store = Store(library / "library.db", writable=False)
    try:
        return {card.id for card in store.cards()}
    finally:
        store.close()


def find_faults(library: Path, acknowledged: list[str]) -> list[str]:
    """Say what a kill left behind that must not be."""
    held = held_documents(library)
    lost = set(acknowledged) - held
    unsaid = held - set(acknowledged)
    faults = [f"acknowledged but lost: {sorted(lost)[:3]}"] if lost else []
    if len(unsaid) > 1:
        faults.append(f"{len(unsaid)} documents held that were never acknowledged: {sorted(unsaid)[:3]}")
    if held:
        with Engine(library) as engine:
            faults += engine.check()
            found = {card.id for card in engine.documents()}
            if found != held or engine.library.about["n_documents"] != len(held):
                faults.append(f"{len(held)} documents in the store, {engine.library.about['n_documents']} published")
    return faults


def find_gaps(library: Path, timeline: Timeline) -> list[str]:
    """Say what a completed library lacks."""
    with Engine(library) as engine:
        damage = engine.check()
        about = engine.library.about
        for name in ("n_documents", "n_passages", "n_vectors"):
            if about[name] != getattr(timeline, name):
                damage.append(f"{name} is {about[name]}, a run that nobody killed has {getattr(timeline, name)}")
    left = [path.name for path in (library / "snapshots").iterdir() if path.name.endswith(".part")]
    return damage + [f"left behind: {name}" for name in left]


def main() -> int:
    """Kill, look, complete, look again; print one line a kill and a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("times", type=int, nargs="?", default=50, help="how many kills (50)")
    parser.add_argument("--files", type=int, default=600, help="how many reports (600, of 8 paragraphs)")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    order = random.Random(given.seed)
    started = time.monotonic()
    bad = 0
    hit: Counter[str] = Counter()
    too_late = unsaid = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        reports = write_folder(work / "reports", n_files=given.files)
        time_run(reports, work / "cold_library", work=work)
        timeline = time_run(reports, work / "whole_library", work=work)
        print(
            f"undisturbed: {timeline.n_documents} documents, {timeline.n_passages} passages in {timeline.end:.2f} s; "
            f"first acknowledged after {timeline.first:.2f}, last {timeline.read:.2f}, then publishing words "
            f"{timeline.publish_words:.2f}, embedding {timeline.embed:.2f}, publishing vectors {timeline.publish:.2f}"
        )
        for n in range(given.times):
            phase = PHASES[n % len(PHASES)]
            library = work / f"library_{n}"
            run = Run(reports, library, said=work / f"said_{n}", environment=make_environment(work))
            kill_in(phase, run, timeline, n_files=given.files, order=order)
            alive = run.process.returncode != 0
            acknowledged = run.acknowledged()
            too_late += not alive
            hit[phase] += alive
            faults = find_faults(library, acknowledged)
            unsaid += bool((library / "library.db").is_file() and len(held_documents(library)) > len(acknowledged))
            again = Run(reports, library, said=work / f"again_{n}", environment=make_environment(work))
            if again.process.wait() != 0:
                faults.append(f"the second run ended with {again.process.returncode}: {again.said()[-300:].decode()}")
            faults += find_gaps(library, timeline)
            bad += bool(faults)
            print(
                f"{n + 1:>3} {phase:<19} {len(acknowledged):>5} acknowledged  {'; '.join(faults) or 'good'}", flush=True
            )
    spread = ", ".join(f"{hit[phase]} {phase}" for phase in PHASES)
    print(
        f"{given.times} kills ({spread}; {too_late} came after the end): {given.times - bad} good, {bad} bad; "
        f"{unsaid} times one document more than acknowledged; {time.monotonic() - started:.0f} s"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
