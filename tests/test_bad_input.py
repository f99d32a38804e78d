"""Hostile files, folders, disks and libraries, through the doors people use: each is named, and nothing is lost."""

from __future__ import annotations

import logging
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from rag import Engine, snapshots
from rag.binding import embedder_of
from rag.cli import main
from rag.errors import ConfigError, LibraryDamagedError, LibraryLockedError, RagError, StorageError
from rag.indexing import Event, index_documents
from rag.library import Library, LibraryWriter
from rag.reading.folders import walk
from rag.snapshots import SnapshotWriter, current_name, open_current
from rag.store import Store
from tests import files
from tests.commands import make_environment
from tests.fakes import REPORTS, WordEmbedder, bind, build_library, document, write_reports

QUESTION = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="links, permissions and locks of POSIX systems")
needs_permissions = pytest.mark.skipif(
    sys.platform == "win32" or (os.geteuid() == 0 and sys.platform != "linux"),
    reason="permissions do not hold this user, and its rights cannot be given up",
)


class Done(NamedTuple):
    code: int
    out: str
    err: str


Rag = Callable[..., Done]


@pytest.fixture
def rag(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rag:
    """Run the command line in this process, with a library of the test's own."""
    monkeypatch.setenv("RAG_LIBRARY", str(tmp_path / "library"))

    def run(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err and "unexpected" not in said.err
        return Done(int(left.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def lock(request: pytest.FixtureRequest) -> Callable[[Path, int], None]:
    """Change permissions of a file or of a folder with all it holds; they come back at the end."""

    def change(path: Path, mode: int) -> None:
        for part in [*path.rglob("*"), path]:
            before = stat.S_IMODE(part.stat().st_mode)
            request.addfinalizer(partial(part.chmod, before))
            part.chmod(mode if part.is_file() or part == path else 0o555)

    return change


def ids(library: Path) -> list[str]:
    store = Store(library / "library.db", writable=False)
    try:
        return [card.id for card in store.cards()]
    finally:
        store.close()


def without_rights(*arguments: object, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user whom permissions hold, as they do not hold root."""
    script = (
        "import ctypes, os, sys\n"
        "if os.geteuid() == 0:\n"
        "    for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, out of PR_CAPBSET_DROP\n"
        "        if ctypes.CDLL(None).prctl(24, right, 0, 0, 0): sys.exit('rights cannot be given up')\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'rag.cli', *sys.argv[1:]])"
    )
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=make_environment(cache),
        check=False,
        timeout=60,
    )


# -- files ----------------------------------------------------------------------------------------------


def test_every_unreadable_file_is_named_with_its_reason_and_the_others_are_indexed(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    bad = {
        "empty.txt": (b"", "tệp rỗng"),
        "blank.txt": (b" \n\t ", "không có chữ nào"),
        "program.txt": (bytes(range(256)) * 40, "binary content in a .txt file"),
        "damaged.pdf": (b"%PDF-1.7\n" + b"\x00garbage" * 50, "tệp hỏng"),
        "damaged.docx": (files.report_docx()[:900], "tệp hỏng"),
        "locked.pdf": (files.encrypted_pdf("mat"), "có mật khẩu"),
        "scan.pdf": (files.scan_bytes(), "ảnh quét, chưa đọc được chữ"),
        "old.doc": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), ".doc chưa đọc được"),
    }
    for name, (body, _) in bad.items():
        (folder / name).write_bytes(body)
    done = rag("index", folder)
    assert done.code == 5
    for name, (_, words) in bad.items():
        (line,) = [x for x in done.err.splitlines() if x.startswith(f"skipped {folder / name}: ")]
        assert words in line
    assert "3 added" in done.out and "8 skipped" in done.out
    answer = rag("ask", QUESTION)
    assert answer.code == 0 and answer.out.startswith("45,2 tỷ đồng\n")


def test_an_empty_folder_and_a_missing_path_are_usage_errors(rag: Rag, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    done = rag("index", tmp_path / "empty")
    assert done.code == 2 and "no report found in" in done.err
    good = write_reports(tmp_path / "good")
    done = rag("index", good, tmp_path / "missing")
    assert done.code == 2 and f"{tmp_path / 'missing'} is not there" in done.err
    with Store(tmp_path / "library" / "library.db", writable=True).transaction():
        pass
    assert ids(tmp_path / "library") == []


def test_a_file_that_grew_over_the_limit_keeps_its_old_version(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    assert rag("index", folder).code == 0
    with (folder / "lang_chanh.txt").open("ab") as file:
        file.write(b"a" * 2**20)
    done = rag("index", folder, "--max-file-mb", 1)
    assert done.code == 5 and "tệp quá lớn (1.0 MB, at most 1 MB is read)" in done.err
    assert rag("ask", QUESTION).out.startswith("45,2 tỷ đồng\n")


def test_a_file_damaged_after_it_was_indexed_keeps_its_old_version(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    assert rag("index", folder).code == 0
    (folder / "lang_chanh.txt").write_bytes(bytes(range(256)) * 9)
    done = rag("index", folder, "--remove-missing")
    assert done.code == 5 and "lang_chanh.txt: không phải văn bản" in done.err
    assert rag("ask", QUESTION).out.startswith("45,2 tỷ đồng\n")


def test_a_file_that_vanishes_before_it_is_read_is_skipped(tmp_path: Path):
    folder = write_reports(tmp_path / "r", {**REPORTS, "zzz.txt": "a" * (2**20 + 1)})

    def on_event(event: Event) -> None:
        # All files are compared before the first is read; this one is the last of them.
        if "zzz.txt" in event.path:
            (folder / "muong_lat.txt").unlink()

    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        report = engine.index(folder, max_file_mb=1, on_event=on_event)
    assert [(Path(s.path).name, s.error) for s in report.skipped] == [
        ("zzz.txt", "TooLargeError"),
        ("muong_lat.txt", "UnreachableFileError"),
    ]
    assert report.added == ("r/doanh_nghiep.txt", "r/lang_chanh.txt")


def test_a_change_that_keeps_size_and_time_is_noticed(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    path = folder / "lang_chanh.txt"
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    assert rag("index", folder).code == 0
    path.write_text(REPORTS["lang_chanh.txt"].replace("45,2", "54,2"), encoding="utf-8")
    os.utime(path, ns=times)
    assert "1 updated" in rag("index", folder).out
    assert rag("ask", QUESTION).out.startswith("54,2 tỷ đồng\n")


@needs_posix
@pytest.mark.parametrize("place", ["/dev/zero", "pipe"])
def test_what_is_no_file_is_named_and_does_not_stop_the_run(rag: Rag, tmp_path: Path, place: str):
    path = tmp_path / place
    if place == "pipe":
        os.mkfifo(path)
    done = rag("index", path, write_reports(tmp_path / "r"))
    assert done.code == 5 and "không phải tệp (not a regular file)" in done.err and "3 added" in done.out


# -- names ----------------------------------------------------------------------------------------------


def test_odd_names_are_kept_apart_and_can_be_asked(rag: Rag, tmp_path: Path):
    names = ["a b.txt", "a#0-5.txt", "50%.txt", "%23.txt"] + (["q?.txt", "hai\ndòng.txt"] if os.name == "posix" else [])
    texts = {name: f"Báo cáo xã {i}\n\nXã Số{i} thu {i} tỷ đồng." for i, name in enumerate(names)}
    folder = write_reports(tmp_path / "r", texts)
    done = rag("index", folder)
    assert done.code == 0
    assert ids(tmp_path / "library") == sorted(f"r/{name}" for name in names)
    with Engine(tmp_path / "library") as engine:
        for i, name in enumerate(names):
            hit = engine.retrieve(f"Xã Số{i} thu bao nhiêu?", top_k=1)[0]
            assert hit.passage.doc_id == f"r/{name}" and f"Số{i}" in hit.passage.text
            engine.remove(f"r/{name}")
    assert ids(tmp_path / "library") == []


def test_a_decomposed_name_has_the_composed_id(rag: Rag, tmp_path: Path):
    composed = "Báo cáo.txt"
    folder = tmp_path / unicodedata.normalize("NFD", "Thư mục")
    write_reports(folder, {unicodedata.normalize("NFD", composed): REPORTS["lang_chanh.txt"]})
    assert rag("index", folder).code == 0
    assert ids(tmp_path / "library") == [f"Thư mục/{composed}"]
    assert rag("documents", "remove", unicodedata.normalize("NFD", f"Thư mục/{composed}")).code == 0


def test_a_name_in_both_forms_is_two_documents(tmp_path: Path):
    forms = [unicodedata.normalize(form, "ế.txt") for form in ("NFC", "NFD")]
    folder = write_reports(tmp_path / "r", {form: f"Xã {i} thu {i} tỷ đồng." for i, form in enumerate(forms)})
    if len(list(folder.iterdir())) == 1:
        pytest.skip("this file system holds one form of a name only")
    found = list(walk(folder, folder=folder))
    assert sorted(f.name for f in found) == sorted(forms)
    assert all(f.name == f.path.name for f in found)


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name be any bytes")
def test_names_that_are_not_unicode_are_named_and_skipped(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Thu")
    (folder / os.fsdecode(b"th\xfc")).mkdir()
    (folder / os.fsdecode(b"th\xfc") / "a.txt").write_text("Thu")
    done = rag("index", folder)
    assert done.code == 5 and "3 added" in done.out and "2 skipped" in done.out
    assert "'caf\\udce9.txt': tên không đúng mã" in done.err and "'th\\udcfc': tên không đúng mã" in done.err
    (folder / "muong_lat.txt").unlink()
    assert "1 removed" in rag("index", folder, "--remove-missing").out
    done = rag("index", folder / os.fsdecode(b"th\xfc"))
    assert done.code == 2 and "is not valid UTF-8; rename the folder" in done.err


# -- folders --------------------------------------------------------------------------------------------


def test_folders_of_one_name_are_two_sources(rag: Rag, tmp_path: Path):
    first = write_reports(tmp_path / "A" / "reports", {"a.txt": "Xã A thu 1 tỷ đồng."})
    second = write_reports(tmp_path / "B" / "reports", {"a.txt": "Xã B thu 2 tỷ đồng."})
    assert rag("index", first, second).code == 0
    assert ids(tmp_path / "library") == ["reports-2/a.txt", "reports/a.txt"]
    assert "2 unchanged" in rag("index", second, first).out


@pytest.mark.parametrize(
    "commands",
    [
        [["reports"], ["reports/2023"]],
        [["reports/2023"], ["reports"]],
        [["reports/2023", "reports"]],
        [["reports", "reports/2023", "reports/2023/q1", "reports"]],
        [["reports/2023/q1"], ["reports/2023"], ["reports"], ["reports/2023/q1/c.txt"]],
        [["reports/a.txt", "reports/a.txt"], ["reports"]],
        [["link"], ["reports"], ["link/2023"]],
    ],
    ids=["outer first", "inner first", "inner first at once", "outer first at once", "three deep", "file", "link"],
)
@needs_posix
def test_no_file_is_indexed_twice(rag: Rag, tmp_path: Path, commands: list[list[str]]):
    folder = tmp_path / "reports"
    write_reports(folder, {"a.txt": "Xã A.", "2023/b.txt": "Xã B.", "2023/q1/c.txt": "Xã C."})
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    added = 0
    for paths in commands:
        done = rag("index", *(tmp_path / path for path in paths))
        assert done.code == 0 and " 0 updated" in done.out
        added += sum(line.startswith("indexed ") for line in done.err.splitlines())
    assert sorted(Path(i).name for i in ids(tmp_path / "library")) == ["a.txt", "b.txt", "c.txt"]
    assert added == 3


def test_what_is_gone_from_a_source_within_a_source_is_removed_with_it(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "reports", {"a.txt": "Xã A.", "2023/b.txt": "Xã B.", "2024/c.txt": "Xã C."})
    for path in (folder / "2023", folder / "2024", folder):
        assert rag("index", path).code == 0
    (folder / "2023" / "b.txt").unlink()
    shutil.rmtree(folder / "2024")
    assert "2 documents are kept though their files are gone" in rag("index", folder).out
    assert "2 removed" in rag("index", folder, "--remove-missing").out
    assert ids(tmp_path / "library") == ["reports/a.txt"]


@needs_posix
def test_loops_of_links_end_and_a_link_elsewhere_is_named(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r", {"a.txt": "Xã A.", "in/b.txt": "Xã B."})
    (folder / "in" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "self.txt").symlink_to("self.txt")
    elsewhere = write_reports(tmp_path / "elsewhere", {"c.txt": "Xã C."})
    (folder / "out").symlink_to(elsewhere, target_is_directory=True)
    done = rag("index", folder)
    assert done.code == 5 and "2 added" in done.out and "2 skipped" in done.out
    assert f"links to folders are not followed); index that folder by its own name: {elsewhere}" in done.err
    assert "self.txt: không đọc được từ đĩa" in done.err
    (folder / "a.txt").unlink()
    assert "1 removed" in rag("index", folder, "--remove-missing").out


def test_folders_nested_a_thousand_deep_are_walked(tmp_path: Path):
    deep = tmp_path
    try:
        for _ in range(1100):
            deep = deep / "a"
            deep.mkdir()
        (deep / "x.txt").write_text("Xã")
    except OSError:
        pytest.skip("this file system holds no path of that length")
    assert [found.path.name for found in walk(tmp_path, folder=tmp_path)] == ["x.txt"]
    subprocess.run(["rm", "-rf", str(tmp_path / "a")], check=True)


def test_a_library_among_the_reports_is_not_indexed(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r")
    for _ in range(2):
        done = rag("index", folder, "--library", folder / "library")
        assert done.code == 0 and done.out.startswith("3 documents, 9 passages")


def test_a_file_replaced_by_a_folder_and_a_folder_by_a_file(rag: Rag, tmp_path: Path):
    folder = write_reports(tmp_path / "r", {"a.txt": "Xã A.", "b/c.txt": "Xã C."})
    assert rag("index", folder).code == 0
    (folder / "a.txt").unlink()
    write_reports(folder / "a.txt", {"d.txt": "Xã D."})
    shutil.rmtree(folder / "b")
    (folder / "b").write_text("Xã B.")
    assert "2 added" in rag("index", folder).out
    assert ids(tmp_path / "library") == ["r/a.txt", "r/a.txt/d.txt", "r/b", "r/b/c.txt"]
    assert "2 removed" in rag("index", folder, "--remove-missing").out
    shutil.rmtree(folder)
    folder.write_text("Xã R.")
    assert "1 added" in rag("index", folder).out
    assert sorted(ids(tmp_path / "library")) == sorted(["r/a.txt/d.txt", "r/b", f"{tmp_path.name}/r"])


def test_a_source_with_a_folder_takes_no_documents_from_memory(tmp_path: Path):
    embedder = build_library(tmp_path / "library")
    with LibraryWriter(tmp_path / "library") as writer:
        writer.store.add_source("s", "/reports")
        with pytest.raises(ConfigError, match="the source 's' is the folder /reports"):
            index_documents(writer, [], source="s", embedder=embedder, remove_missing=True)
        assert writer.store.counts() == (3, 9)


# -- permissions ----------------------------------------------------------------------------------------


@needs_permissions
def test_without_permission_files_are_named_and_nothing_is_removed(tmp_path: Path):
    reports = write_reports(tmp_path / "r", {**REPORTS, "in/b.txt": "Xã B.", "in/c.txt": "Xã C."})
    library = tmp_path / "library"
    refresh = ("index", reports, "--library", library, "--remove-missing")
    assert without_rights(*refresh, cache=tmp_path).returncode == 0
    before = ids(library)
    (reports / "in").chmod(0)
    (reports / "lang_chanh.txt").chmod(0)
    (reports / "muong_lat.txt").unlink()
    done = without_rights(*refresh, cache=tmp_path)
    assert done.returncode == 5 and "0 removed, 2 skipped" in done.stdout
    assert f"{reports / 'in'}: không mở được thư mục" in done.stderr
    assert "lang_chanh.txt: không có quyền đọc" in done.stderr
    assert ids(library) == before
    (reports / "in").chmod(0o755)
    done = without_rights(*refresh, cache=tmp_path)
    assert done.returncode == 5 and "1 removed, 1 skipped" in done.stdout
    reports.chmod(0)
    done = without_rights("index", reports / "in", "--library", library, cache=tmp_path)
    reports.chmod(0o755)
    assert done.returncode == 2 and "cannot be reached: Permission denied" in done.stderr


@needs_permissions
def test_a_library_that_cannot_be_written_can_be_asked(
    library: Path, tmp_path: Path, lock: Callable[[Path, int], None]
):
    assert not (library / "library.db-wal").exists()
    for path in library.rglob("*"):
        lock(path, 0o555 if path.is_dir() else 0o444)
    lock(library, 0o555)
    before = sorted(library.rglob("*"))
    done = without_rights("ask", QUESTION, "--library", library, cache=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("45,2 tỷ đồng\n")
    done = without_rights("index", tmp_path / "r", "--library", library, cache=tmp_path)
    assert done.returncode == 1 and f"cannot write {library}: Permission denied" in done.stderr
    assert sorted(library.rglob("*")) == before


@needs_permissions
def test_an_unmerged_log_on_a_disk_that_cannot_be_written_is_named(
    library: Path, tmp_path: Path, lock: Callable[[Path, int], None]
):
    writer = sqlite3.connect(library / "library.db")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("INSERT INTO settings VALUES ('x', 'y')")
    writer.commit()
    copy = tmp_path / "copy"
    shutil.copytree(library, copy)
    writer.close()
    (copy / "library.db-shm").unlink()
    lock(copy, 0o555)
    done = without_rights("documents", "--library", copy, cache=tmp_path)
    assert done.returncode == 1
    assert "cannot read" in done.stderr and "copy the folder and open the copy" in done.stderr


# -- questions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "words"),
    [("", "the question is empty"), (" \t\x00\n", "the question is empty"), ("a" * 50_000, "50,000 characters")],
    ids=["0 characters", "only blanks", "50,000 characters"],
)
def test_a_question_of_no_use_is_refused(rag: Rag, tmp_path: Path, question: str, words: str):
    build_library(tmp_path / "library")
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine, pytest.raises(RagError, match=words):
        engine.ask(question)
    if "\x00" not in question:
        done = rag("ask", question, "--embedder", "builtin")
        assert done.code == 2 and words in done.err


# -- libraries ------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of three reports, with its folder, built with the embedder that needs no model."""
    with Engine(tmp_path / "library", embedder="builtin") as engine:
        engine.index(write_reports(tmp_path / "r"))
    return tmp_path / "library"


def test_another_embedder_is_refused_with_both_sides(library: Path):
    with Engine(library, embedder=WordEmbedder()) as engine:
        for verb in (lambda: engine.ask(QUESTION), lambda: engine.index(library.parent / "r")):
            with pytest.raises(RagError, match=r"was built with builtin .*\(512 dimensions\), this is words .*\(32\)"):
                verb()
    assert len(ids(library)) == 3


def test_an_older_schema_is_refused_by_number_and_left_as_it_is(rag: Rag, library: Path):
    with sqlite3.connect(library / "library.db") as db:
        db.execute("PRAGMA user_version = 0")
    db.close()
    before = (library / "library.db").read_bytes()
    for command in (["ask", QUESTION], ["index", library.parent / "r"]):
        done = rag(*command)
        assert done.code == 1 and "has schema 0, this program reads schema 2" in done.err
    assert (library / "library.db").read_bytes()[100:] == before[100:]


def test_a_truncated_index_is_rebuilt_and_answers_as_before(rag: Rag, library: Path):
    (path,) = library.glob("snapshots/0*/vectors.faiss")
    os.truncate(path, path.stat().st_size - 100)
    done = rag("ask", QUESTION)
    assert done.code == 0 and done.out.startswith("45,2 tỷ đồng\n")


@pytest.mark.parametrize("how", ["header", "cut off", "middle", "empty", "gone"])
def test_a_damaged_store_is_said_to_be_and_nothing_is_overwritten(rag: Rag, library: Path, how: str):
    path = library / "library.db"
    data = bytearray(path.read_bytes())
    if how == "header":
        data[:100] = bytes(100)
    elif how == "cut off":
        del data[len(data) // 2 :]
    elif how == "middle":
        data[4096 : len(data) - 4096] = b"\x99" * (len(data) - 8192)
    path.write_bytes(data if how != "empty" else b"")
    if how == "gone":
        path.unlink()
    before = path.read_bytes() if how != "gone" else None
    assert rag("ask", QUESTION).code == 4
    done = rag("index", library.parent / "r")
    assert done.code == 4 and "rag: " in done.err
    assert (path.read_bytes() if path.exists() else None) == before


def test_changed_bytes_never_become_another_answer(library: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    path = library / "library.db"
    data = path.read_bytes()
    with Engine(library) as engine:
        texts = {card.id: engine.document(card.id).text for card in engine.documents()}
    dice = random.Random(3)
    refused = 0
    for _ in range(30):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 40)):
            changed[dice.randrange(4096, len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        try:
            with Engine(library) as engine:
                answer = engine.ask(QUESTION)
        except RagError:
            refused += 1
            continue
        assert answer.short == "45,2 tỷ đồng"
        for hit in answer.evidence:
            assert texts[hit.passage.doc_id][hit.passage.start : hit.passage.end] == hit.passage.text
    assert 0 < refused < 30


def test_a_changed_word_in_a_passage_is_not_shown_as_evidence(library: Path):
    with sqlite3.connect(library / "library.db") as db:
        db.execute("UPDATE documents SET text = replace(text, '45,2', '54,2'), title = replace(title, 'Lang', 'Long')")
    db.close()
    with Engine(library) as engine, pytest.raises(LibraryDamagedError, match="fails its checksum"):
        engine.retrieve(QUESTION)


def test_a_damaged_document_is_read_anew_once_it_was_found(library: Path):
    with sqlite3.connect(library / "library.db") as db:
        db.execute("UPDATE documents SET title = 'x' WHERE id = 'r/lang_chanh.txt'")
        db.execute("UPDATE passages SET tokens = zeroblob(8) WHERE row = 1")
    db.close()
    store = Store(library / "library.db", writable=True)
    damaged = sum("not what was written" in line for line in store.find_damage())
    assert (damaged, store.forget_damaged_files()) == (2, 2)
    store.close()
    with Engine(library) as engine:
        report = engine.index(library.parent / "r")
        assert sorted(report.updated) == ["r/doanh_nghiep.txt", "r/lang_chanh.txt"]
        assert engine.ask(QUESTION).short == "45,2 tỷ đồng"
        assert engine.check() == []


def test_documents_lost_with_a_deleted_log_are_noticed_and_come_back(rag: Rag, tmp_path: Path):
    with Engine(tmp_path / "library", embedder="builtin") as engine:
        engine.index(write_reports(tmp_path / "r", {"muong_lat.txt": REPORTS["muong_lat.txt"]}))
    old = (tmp_path / "library" / "library.db").read_bytes()
    assert rag("index", write_reports(tmp_path / "r")).code == 0
    # As if the log with the newer documents had been deleted, or an older copy put back.
    (tmp_path / "library" / "library.db").write_bytes(old)
    done = rag("ask", QUESTION)
    assert done.code == 4 and "lacks documents that were published from it" in done.err
    assert rag("index", tmp_path / "r").code == 0
    assert rag("ask", QUESTION).out.startswith("45,2 tỷ đồng\n")


def test_check_goes_on_with_an_older_copy(rag: Rag, tmp_path: Path):
    build_library(tmp_path / "library", {"muong_lat.txt": REPORTS["muong_lat.txt"]})
    old = (tmp_path / "library" / "library.db").read_bytes()
    build_library(tmp_path / "library")
    (tmp_path / "library" / "library.db").write_bytes(old)
    with LibraryWriter(tmp_path / "library") as writer:
        assert ["lacks documents" in sentence for sentence in writer.snapshot_damage()] == [True]
        assert not writer.is_published()
        writer.publish()
        assert writer.snapshot_damage() == []


# -- two processes --------------------------------------------------------------------------------------


def test_a_second_writer_is_refused_and_readers_go_on(rag: Rag, library: Path):
    with LibraryWriter(library):
        done = rag("index", library.parent / "r")
        assert done.code == 1 and f"another process is writing to {library}; wait until it is done" in done.err
        assert rag("ask", QUESTION).out.startswith("45,2 tỷ đồng\n")
    assert rag("index", library.parent / "r").code == 0


def test_a_reader_of_a_library_not_yet_published_is_told_to_wait(tmp_path: Path):
    embedder = WordEmbedder()
    with LibraryWriter(tmp_path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        writer.put(document("muong_lat.txt"), path="muong_lat.txt")
        with pytest.raises(LibraryLockedError, match="can be asked yet: another process is indexing it"):
            Library.open(tmp_path)


@needs_posix
def test_a_snapshot_that_goes_while_it_is_opened_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build_library(tmp_path)
    folder = tmp_path / "snapshots"
    first = current_name(folder)
    hold = snapshots._hold

    def hold_late(path: Path):
        # Another process publishes between our reading CURRENT and our holding what it names.
        monkeypatch.setattr(snapshots, "_hold", hold)
        kept = tmp_path / "kept"
        shutil.copytree(folder / str(first), kept)
        with LibraryWriter(tmp_path) as writer:
            writer.publish()
        kept.rename(folder / str(first))
        return hold(path)

    monkeypatch.setattr(snapshots, "_hold", hold_late)
    snapshot = open_current(folder)
    assert snapshot is not None and snapshot.manifest.name == current_name(folder) != first
    snapshot.close()


# -- interrupted and full -------------------------------------------------------------------------------


def test_a_change_of_embedder_that_was_interrupted_is_completed_by_the_next_writer(tmp_path: Path):
    build_library(tmp_path, embedder=WordEmbedder(revision="1"))
    new = WordEmbedder(revision="2")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), LibraryWriter(tmp_path) as writer:
        writer.change_embedder(bind(new), progress=stop)
    reader = Library.open(tmp_path)
    assert reader.is_of(WordEmbedder(revision="1")) and not reader.is_of(new)
    reader.close()
    with LibraryWriter(tmp_path) as writer:
        bound = embedder_of(writer.store)
        assert bound is not None and bound.revision == "2"
        writer.use_embedder(new, replace(bound))
        assert len(writer.store.missing_vectors()) == 9
        writer.embed_missing(new)
        writer.publish()
    library = Library.open(tmp_path)
    vectors = library.vectors()
    assert vectors is not None and (new.n_embedded, library.n_vectors, library.n_passages) == (9, 9, 9)
    library.close()


@needs_posix
@pytest.mark.parametrize("kilobytes", [8, 100, 150])
def test_a_disk_that_fills_loses_nothing_acknowledged(tmp_path: Path, kilobytes: int):
    texts = {f"{i}.txt": f"Huyện Số{i} năm 2023\n\nThu ngân sách huyện Số{i} đạt {i},5 tỷ đồng." for i in range(12)}
    reports = write_reports(tmp_path / "r", texts)
    library = tmp_path / "library"
    script = (
        "import resource, sys; from rag.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes} * 1024,) * 2); main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, "index", str(reports), "--library", str(library), "--embedder", "builtin"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=make_environment(tmp_path), check=False)
    assert done.returncode == 1, done.stderr
    assert "rag: cannot write " in done.stderr and "Free some space" in done.stderr
    assert "Traceback" not in done.stderr and "unexpected" not in done.stderr
    acknowledged = [x.split(" (")[0].removeprefix("indexed ") for x in done.stderr.splitlines() if x[:8] == "indexed "]
    assert not list(library.glob("snapshots/.*.part"))
    with Engine(library, embedder="builtin") as engine:
        report = engine.index(reports)
        assert report.unchanged == len(acknowledged) and report.n_documents == 12
        assert engine.ask("Thu ngân sách huyện Số7 năm 2023?").short == "7,5 tỷ đồng"
        assert engine.check() == []


def test_a_snapshot_that_cannot_be_put_in_force_leaves_no_remains(tmp_path: Path):
    def publish() -> None:
        with SnapshotWriter(tmp_path) as writer:
            writer.write_array("numbers", np.arange(3))
            writer.publish({})

    publish()
    (tmp_path / ".CURRENT.part").mkdir()
    with pytest.raises(StorageError, match="cannot write"):
        publish()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".CURRENT.part", "00000001", "CURRENT"]
    assert current_name(tmp_path) == "00000001"


def test_what_a_killed_writer_left_is_cleared_before_more_is_written(tmp_path: Path):
    build_library(tmp_path)
    folder = tmp_path / "snapshots"
    for name in (".00000009.part", "00000008"):
        shutil.copytree(folder / "00000001", folder / name)
    with LibraryWriter(tmp_path) as writer:
        writer.publish()
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1
    Library.open(tmp_path).close()


@pytest.mark.parametrize("place", ["a file", "below a file"])
def test_a_library_where_none_can_be_is_named(rag: Rag, tmp_path: Path, place: str):
    (tmp_path / "taken").write_text("x")
    library = tmp_path / "taken" if place == "a file" else tmp_path / "taken" / "library"
    done = rag("index", write_reports(tmp_path / "r"), "--library", library)
    assert done.code == 1 and f"cannot write {library}: " in done.err
    assert rag("ask", QUESTION, "--library", library).code == 2
    assert stat.S_ISREG((tmp_path / "taken").stat().st_mode)
