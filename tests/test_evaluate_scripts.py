from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "benchmarks"
RAW = "\ufeffHuyện A\u200b có 12 xã.\r\n\r\nThu nha\u0323\u0302p đạt\u00ad 30,5 triệu.\x0b \n"
TEXT = "Huyện A có 12 xã.\n\nThu nhập đạt 30,5 triệu.\n \n"


def run_script(name: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPTS / name), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        cwd=SCRIPTS.parent,
        check=False,
    )


def record(words: str, *, doc_id: str = "src/sub/a.txt", key: str = "quote", shift: int = 0) -> dict[str, object]:
    start = TEXT.index(words) + shift
    return {"doc_id": doc_id, "start": start, "end": start + len(words), key: words}


def write_run(folder: Path, citations: list[object], evidence: list[object]) -> Path:
    (folder / "src" / "sub").mkdir(parents=True)
    (folder / "src" / "sub" / "a.txt").write_bytes(RAW.encode("utf-8"))
    (folder / "src" / "sub" / "b.pdf").write_bytes(b"%PDF")
    row = {"id": "q1", "citations": citations, "evidence": evidence}
    (folder / "results.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder


def test_verbatim_quotes_of_a_cleaned_text_are_confirmed(tmp_path):
    passage = record("Huyện A có 12 xã.", key="text")
    run = write_run(tmp_path, [record("Thu nhập đạt 30,5 triệu."), record("12 xã")], [passage])

    done = run_script("check_citations.py", run, tmp_path / "src")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "citations: 2 of 2 verbatim, in 1 questions",
        "passages: 1 of 1 verbatim, in 1 questions",
    ]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        pytest.param(record("12 xã", shift=1), "reads '2 xã.', the quote '12 xã'", id="shifted"),
        pytest.param({**record("12 xã"), "end": 9_999}, "lies outside", id="outside"),
        pytest.param(record("12 xã", doc_id="src/none.txt"), "the file is not there", id="no file"),
        pytest.param(record("12 xã", doc_id="other/sub/a.txt"), "not of source 'src'", id="other source"),
        pytest.param(record("12 xã", doc_id="src/../results.jsonl"), "not of source", id="out of the folder"),
        pytest.param(record("12 xã", doc_id="src/sub/b.pdf"), "a .pdf file cannot be checked here", id="pdf"),
    ],
)
def test_a_quote_that_does_not_stand_there_fails_the_check(tmp_path, fault, message):
    run = write_run(tmp_path, [record("12 xã"), fault], [])

    done = run_script("check_citations.py", run / "results.jsonl", tmp_path / "src")

    assert done.returncode == 1
    assert "citations: 1 of 2 verbatim" in done.stdout
    assert message in done.stderr


def test_a_run_without_citations_is_not_confirmed(tmp_path):
    done = run_script("check_citations.py", write_run(tmp_path, [], []), tmp_path / "src")

    assert done.returncode == 1
    assert "no citation to check" in done.stderr


def test_the_check_does_not_import_the_library():
    assert "import rag" not in (SCRIPTS / "check_citations.py").read_text("utf-8")
    assert "from rag" not in (SCRIPTS / "check_citations.py").read_text("utf-8")


def test_the_check_reads_a_text_as_the_reader_does(tmp_path):
    from rag.reading.text import read

    sys.path.insert(0, str(SCRIPTS))
    try:
        from check_citations import read_text
    finally:
        sys.path.remove(str(SCRIPTS))
    everything = "".join(map(chr, [*range(0x2FF), *range(0x1E00, 0x2100), 0x0300, 0x0301, 0x3000, 0xFEFF, 0xFFFD]))
    for name, data in (("raw", RAW.encode("utf-8")), ("all", ("chữ\n" + everything).encode("utf-8"))):
        path = tmp_path / f"{name}.txt"
        path.write_bytes(data)
        assert read_text(path) == read(data, file_name=path.name).text


def test_articles_are_written_one_a_file(tmp_path):
    article = {"id": "n1", "title": "Tiêu đề", "paragraphs": ["Đoạn một.", "Đoạn hai."]}
    with gzip.open(tmp_path / "news.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article) + "\n")

    done = run_script("news_files.py", tmp_path / "out", RAG_DATA=str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "n1.txt").read_bytes().decode() == "Tiêu đề\n\nĐoạn một.\n\nĐoạn hai.\n"
    assert "wrote 1 articles with 2 paragraphs" in done.stdout


def test_without_the_articles_the_script_says_that_it_is_skipped(tmp_path):
    done = run_script("news_files.py", tmp_path / "out", RAG_DATA=str(tmp_path / "none"))

    assert done.returncode == 0
    assert done.stderr.startswith("skipped: ")
    assert not (tmp_path / "out").exists()


def test_articles_are_not_written_into_a_folder_in_use(tmp_path):
    (tmp_path / "news.jsonl.gz").write_bytes(gzip.compress(b""))

    done = run_script("news_files.py", tmp_path, RAG_DATA=str(tmp_path))

    assert done.returncode == 2
    assert "is not an empty folder" in done.stderr
