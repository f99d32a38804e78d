"""Reading in processes of their own: order, limits, replacement, and that none is left behind."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import files
import pytest

from rag.errors import ConfigError, DamagedFileError, LimitError, ReadingError, UnreachableFileError
from rag.reading import Job, Limits, Readers, read_file
from rag.reading.process import Process
from rag.reading.wire import pack_document, pack_error, unpack_document, unpack_error
from rag.types import Document

ROOT = Path(__file__).resolve().parents[1]
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the limit is one of POSIX systems")


def write(folder: Path, name: str, data: bytes | str) -> Job:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return Job(path, f"s/{name}", "s")


def slow_csv() -> bytes:
    """Wide rows of a table: seconds of work in a few megabytes."""
    return b"a,b\n" + (b"1," * 200 + b"\n") * 30_000


def test_results_come_in_the_order_of_the_jobs_whatever_their_format(tmp_path: Path) -> None:
    jobs = [write(tmp_path, f"{i:03}.txt", f"Báo cáo số {i}.") for i in range(100)]
    jobs.insert(3, write(tmp_path, "a.docx", files.report_docx()))
    jobs.insert(50, write(tmp_path, "a.pdf", files.pdf_bytes([[(72, 700, "Thu đạt 412,5 tỷ đồng.")]])))
    jobs.insert(51, Job(tmp_path / "mat.txt", "s/mat.txt", "s"))
    with Readers() as readers:
        results = list(readers.read_all(iter(jobs)))
    assert [job for job, _ in results] == jobs
    assert isinstance(results[51][1], UnreachableFileError)
    documents = [outcome for _, outcome in results if isinstance(outcome, Document)]
    assert len(documents) == 102
    assert documents[0].text == "Báo cáo số 0."


def test_a_process_gives_the_same_document_as_reading_here(tmp_path: Path) -> None:
    jobs = [write(tmp_path, "a.docx", files.report_docx()), write(tmp_path, "a.txt", "Thu đạt 412,5 tỷ đồng.\n")]
    jobs.append(write(tmp_path, "b.pdf", files.pdf_bytes([[(72, 700, "Thu đạt 412,5 tỷ đồng.")]])))
    with Readers(workers=1) as readers:
        found = [outcome for _, outcome in readers.read_all(jobs)]
    assert found == [read_file(job.path, doc_id=job.doc_id, source=job.source) for job in jobs]
    assert isinstance(found[0], Document)
    assert found[0].sha256 == hashlib.sha256(jobs[0].path.read_bytes()).hexdigest()


def test_a_lazy_job_list_is_not_read_far_ahead(tmp_path: Path) -> None:
    job = write(tmp_path, "a.txt", "Thu.")
    asked = 0

    def jobs() -> Iterator[Job]:
        nonlocal asked
        for _ in range(100_000):
            asked += 1
            yield job

    with Readers(workers=1) as readers:
        results = readers.read_all(jobs())
        for _ in range(10):
            next(results)
        assert asked < 500


def test_a_file_over_its_time_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    jobs = [
        write(tmp_path, "1.txt", "Một."),
        write(tmp_path, "2.csv", slow_csv()),
        write(tmp_path, "3.txt", "Ba."),
        write(tmp_path, "4.txt", "Bốn."),
    ]
    with Readers(limits=Limits(timeout_s=0.4), workers=1) as readers:
        outcomes = [outcome for _, outcome in readers.read_all(jobs)]
    assert isinstance(outcomes[1], LimitError) and "0.4 s" in str(outcomes[1])
    assert [o.text for o in outcomes if isinstance(o, Document)] == ["Một.", "Ba.", "Bốn."]


@posix_only
def test_a_file_over_its_memory_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    jobs = [
        write(tmp_path, "1.txt", "Một."),
        write(tmp_path, "2.txt", b"a " * 20_000_000),
        write(tmp_path, "3.txt", "Ba."),
    ]
    with Readers(limits=Limits(memory_mb=160), workers=1) as readers:
        outcomes = [outcome for _, outcome in readers.read_all(jobs)]
    assert isinstance(outcomes[1], LimitError) and "160 MB" in str(outcomes[1])
    assert [o.text for o in outcomes if isinstance(o, Document)] == ["Một.", "Ba."]


@posix_only
def test_a_process_killed_from_outside_costs_one_file(tmp_path: Path) -> None:
    jobs = [write(tmp_path, "1.csv", slow_csv()), write(tmp_path, "2.txt", "Hai.")]
    process = Process(Limits())
    threading.Timer(0.3, process.kill).start()
    outcomes = list(process.read(jobs))
    process.close()
    assert len(outcomes) == 1 and isinstance(outcomes[0], LimitError)
    assert not process.is_fit


def test_an_empty_job_list_starts_nothing() -> None:
    with Readers() as readers:
        assert list(readers.read_all([])) == []


def test_readers_may_be_left_in_the_middle(tmp_path: Path) -> None:
    jobs = [write(tmp_path, f"{i}.csv", slow_csv()) for i in range(6)]
    started = threading.active_count()
    with Readers() as readers:
        iterator = readers.read_all([write(tmp_path, "a.txt", "Thu."), *jobs])
        assert isinstance(next(iterator)[1], Document | ReadingError)
    assert threading.active_count() == started


def test_no_reading_process_is_refused() -> None:
    with pytest.raises(ConfigError, match="name 1 or more"):
        Readers(workers=0)


def test_documents_and_errors_survive_the_wire(tmp_path: Path) -> None:
    job = write(tmp_path, "b.pdf", files.pdf_bytes([[(72, 700, "Thu đạt 412,5 tỷ đồng.")]]))
    document = read_file(job.path, doc_id=job.doc_id, source=job.source)
    assert unpack_document(json.loads(json.dumps(pack_document(document)))) == document
    error = unpack_error(json.loads(json.dumps(pack_error(DamagedFileError("a.pdf: tệp hỏng")))))
    assert type(error) is DamagedFileError and str(error) == "a.pdf: tệp hỏng"


def test_a_program_without_a_main_guard_is_not_run_again(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "Thu.")
    script = tmp_path / "program.py"
    script.write_text(
        "from pathlib import Path\n"
        "from rag.reading import Job, Readers\n"
        "print('started')\n"
        f"job = Job(Path({str(tmp_path / 'a.txt')!r}), 's/a', 's')\n"
        "with Readers() as readers: print(len(list(readers.read_all([job]))))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, timeout=60, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.split() == [b"started", b"1"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are counted through /proc")
def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    jobs = [write(tmp_path, f"{i}.txt", "Thu.") for i in range(8)]
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from rag.reading import Job, Readers\n"
        "readers = Readers()\n"
        "found = list(readers.read_all(Job(Path(p), p, 's') for p in sys.argv[1:]))\n"
        "print(' '.join(str(p._popen.pid) for p in readers._idle), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, *(str(job.path) for job in jobs)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children and all(map(is_running, children))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(is_running, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(is_running, children))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
