from __future__ import annotations

import random
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.store import Store
from tests.commands import RAG, make_environment, read_json, run_rag
from tests.fakes import write_reports

N_FILES = 150
#: Moments of the kill, as shares of what is acknowledged or of the time after it; drawn once, by a fixed seed.
_ORDER = random.Random(7)
EARLY = [round(_ORDER.uniform(0.0, 0.4), 3)]
READING = sorted(_ORDER.sample(range(1, N_FILES), 3))
LATE = sorted(round(_ORDER.uniform(0.0, 0.12), 3) for _ in range(2))
QUESTION = "Xã thứ 17 trồng bao nhiêu ha rừng?"


@dataclass(frozen=True, slots=True)
class Whole:
    """What a run leaves that nobody killed."""

    reports: Path
    ids: frozenset[str]
    about: dict[str, object]
    found: list[tuple[str, float]]


def find(library: Path) -> list[tuple[str, float]]:
    with Engine(library) as engine:
        return [(hit.passage.id, hit.score) for hit in engine.retrieve(QUESTION)]


def look(library: Path) -> dict[str, object]:
    """Check a library and count what is in it."""
    with Engine(library) as engine:
        counts = ("n_documents", "n_passages", "n_vectors", "n_missing")
        return {"damage": engine.check(), **{name: engine.library.about[name] for name in counts}}


def held_ids(library: Path) -> set[str]:
    store = Store(library / "library.db", writable=False)
    try:
        return {card.id for card in store.cards()}
    finally:
        store.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    reports = write_reports(
        folder / "bao_cao",
        {
            f"{n:03}.txt": f"Báo cáo số {n} của xã thứ {n}\n\nXã thứ {n} trồng {n + 10} ha rừng, đạt kế hoạch.\n\n"
            f"Tỷ lệ hộ nghèo của xã thứ {n} giảm còn {n % 40 + 1},5%."
            for n in range(N_FILES)
        },
    )
    report = read_json(run_rag("index", reports, "--library", folder / "library", "--json", cache=folder))
    assert len(report["added"]) == N_FILES
    about = look(folder / "library")
    assert about["n_vectors"] == about["n_passages"] > 2 * N_FILES
    return Whole(reports, frozenset(report["added"]), about, find(folder / "library"))


def kill_a_run(whole: Whole, library: Path, *, cache: Path, acknowledged: int, then_s: float) -> list[str]:
    """Kill an index run then_s after so many documents were acknowledged. Returns the ids that were."""
    said = cache / "said"
    with said.open("wb") as stderr:
        process = subprocess.Popen(
            [*RAG, "index", str(whole.reports), "--library", str(library)],
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=make_environment(cache),
        )
    while said.read_bytes().count(b"indexed ") < acknowledged and process.poll() is None:
        time.sleep(0.001)
    time.sleep(then_s)
    process.kill()
    process.wait()
    return re.findall(r"^indexed (\S+) ", said.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("acknowledged", "then_s"),
    [
        *(pytest.param(0, s, id=f"{s} s after the start") for s in EARLY),
        *(pytest.param(n, 0.0, id=f"after {n} documents") for n in READING),
        *(pytest.param(N_FILES, s, id=f"{s} s after the last document") for s in LATE),
    ],
)
def test_a_killed_run_keeps_exactly_what_it_acknowledged_and_the_next_completes_it(
    acknowledged: int, then_s: float, whole: Whole, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    said = kill_a_run(whole, library, cache=tmp_path, acknowledged=acknowledged, then_s=then_s)

    held: set[str] = set()
    if (library / "library.db").is_file():
        # The library opens, also where the kill came before anything was published.
        with Engine(library) as engine:
            assert engine.check() == []
            held = {card.id for card in engine.documents()}
        assert held == held_ids(library)
    assert len(said) == len(set(said)) >= acknowledged
    assert set(said) <= held
    # A document may be committed whose line was not written any more.
    assert len(held - set(said)) <= 1

    again = read_json(run_rag("index", whole.reports, "--library", library, "--json", cache=tmp_path))
    assert again["unchanged"] == len(held)
    assert set(again["added"]) == whole.ids - held
    assert look(library) == whole.about
    assert find(library) == whole.found


def test_embedding_that_was_cut_off_before_its_first_batch_goes_on_in_the_next_run(
    whole: Whole, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    kill_a_run(whole, library, cache=tmp_path, acknowledged=10, then_s=0.0)
    # Opening what was never published publishes it, searchable by words alone.
    with Engine(library) as engine:
        n_passages, n_vectors = engine.library.n_passages, engine.library.n_vectors
    assert n_vectors < n_passages

    read_json(run_rag("index", whole.reports / "000.txt", "--library", library, "--json", cache=tmp_path))

    with Engine(library) as engine:
        assert engine.library.n_vectors == engine.library.n_passages
