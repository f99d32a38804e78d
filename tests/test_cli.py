from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from rag import __version__
from rag.cli.answers import print_answer
from rag.cli.printing import tell_dense
from rag.types import Answer, AnswerKind, Cell, Coverage, Table, Understood
from tests import scripted
from tests.commands import RAG, ROOT, SEEDS, make_environment, read_json, run_rag
from tests.fakes import write_reports

INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt mức nào?"
SPELLINGS = [
    pytest.param(INCOME, id="accented"),
    pytest.param("Thu nhap binh quan dau nguoi cua Que Phong nam 2023 dat muc nao?", id="unaccented"),
    pytest.param("What was the per capita income of Que Phong district in 2023?", id="english"),
]
NOT_REPORTED = "Tỷ lệ hộ nghèo của huyện Quan Sơn là bao nhiêu?"
SECOND = "001_547de6972cc57b29.txt"
SENTENCE = "thu nhập bình quân đầu người đạt 35,7 triệu đồng/năm, tăng 8,76% so với năm 2022."
ANSWER_FIELDS = {
    "question", "rewritten", "understood", "answer", "short", "answers", "table", "coverage", "choices", "note",
    "abstained", "reason", "citations", "evidence", "checks", "generator", "embedder", "confidence", "snapshot",
    "seconds",
}  # fmt: skip
CITATION_FIELDS = {"n", "doc_id", "passage_id", "title", "page", "start", "end", "quote", "verified"}
HIT_FIELDS = {"rank", "score", "doc_id", "passage_id", "title", "page", "start", "end", "text", "channels"}
OLD_TERMINALS = [
    pytest.param({"PYTHONIOENCODING": "cp1252"}, id="cp1252"),
    pytest.param({"PYTHONIOENCODING": "ascii"}, id="ascii"),
    pytest.param({"PYTHONIOENCODING": "cp1258:strict"}, id="cp1258 strict"),
    pytest.param({"LC_ALL": "C"}, id="LC_ALL=C"),
    pytest.param({"LANG": "C", "PYTHONUTF8": "0"}, id="LANG=C without UTF-8 mode"),
    pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="nothing but ascii"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold what the commands of this file keep: the second question on seeds finds its library ready."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def ready(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a library of the tests' own small reports. Not to be changed: copy it."""
    reports = write_reports(tmp_path_factory.mktemp("ready") / "bao_cao")
    library = reports.parent / "library"
    done = run_rag("index", reports, "--library", library, cache=cache)
    assert done.returncode == 0, done.stderr
    return library


@pytest.fixture
def library(ready: Path, tmp_path: Path) -> Path:
    """Give a library that a test may change."""
    return Path(shutil.copytree(ready, tmp_path / "library"))


# -- ask and retrieve -----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", SPELLINGS)
def test_a_question_on_the_seeds_is_answered_with_the_exact_figure_and_sentence(question, cache):
    done = run_rag("ask", "--from", SEEDS, question, "--json", cache=cache)

    answer = read_json(done)
    assert done.returncode == 0
    assert answer["short"] == "35,7 triệu đồng/năm"
    first = answer["citations"][0]
    assert first["doc_id"] == f"seeds/{SECOND}"
    assert first["quote"].endswith(SENTENCE)
    assert (SEEDS / SECOND).read_text(encoding="utf-8")[first["start"] : first["end"]] == first["quote"]


def test_the_json_of_ask_has_the_fields_every_door_shares(cache):
    answer = read_json(run_rag("ask", "--from", SEEDS, INCOME, "--json", "--top-k", 3, cache=cache))

    assert answer.keys() >= ANSWER_FIELDS
    assert answer["question"] == INCOME
    assert (answer["rewritten"], answer["table"], answer["coverage"], answer["reason"]) == (None, None, None, None)
    assert (answer["abstained"], answer["generator"], answer["embedder"]) == (False, "extractive", "builtin")
    assert "[1]" in answer["answer"]
    assert 0 <= answer["confidence"] <= 1
    assert all(citation.keys() >= CITATION_FIELDS for citation in answer["citations"])
    assert [citation["n"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert all(citation["verified"] is True for citation in answer["citations"])
    assert len(answer["evidence"]) == 3
    assert all(hit.keys() >= HIT_FIELDS for hit in answer["evidence"])
    assert all(isinstance(seconds, float) for seconds in answer["seconds"].values())


def test_the_json_of_retrieve_is_a_list_of_hits_best_first_with_both_channels(cache):
    hits = read_json(run_rag("retrieve", "--from", SEEDS, INCOME, "--json", "-k", 4, cache=cache))

    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4]
    assert all(hit.keys() >= HIT_FIELDS for hit in hits)
    assert all(hit["channels"].keys() == {"dense", "lexical", "reranker"} for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert SENTENCE in hits[0]["text"]


def test_the_answer_goes_to_stdout_and_notes_go_to_stderr(tmp_path):
    done = run_rag("ask", "--from", SEEDS, INCOME, cache=tmp_path)

    assert done.returncode == 0
    assert done.stdout.startswith("35,7 triệu đồng/năm\n")
    assert f"seeds/{SECOND}" in done.stdout
    assert "rag models pull" not in done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "rag models pull multilingual-e5-small" in done.stderr


def test_an_abstention_says_why_and_ends_with_3(cache):
    done = run_rag("ask", "--from", SEEDS, NOT_REPORTED, "--json", cache=cache)

    answer = read_json(done)
    assert done.returncode == 3
    assert (answer["abstained"], answer["short"]) == (True, None)
    assert answer["reason"]
    assert answer["evidence"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(["--place", "Mường Lát"], {"bao_cao/muong_lat.txt"}, id="place"),
        pytest.param(["--document", "bao_cao/lang_chanh.txt"], {"bao_cao/lang_chanh.txt"}, id="document"),
        pytest.param(["--date-to", "2001"], set(), id="no report that old"),
        pytest.param(["--period", "2023-Q3"], {"bao_cao/doanh_nghiep.txt"}, id="period"),
        pytest.param(["--period", "quy III nam 2023"], {"bao_cao/doanh_nghiep.txt"}, id="period in words"),
        pytest.param(["--period", "2022"], set(), id="a period of no report"),
        pytest.param(["--kind", "TABLE_ROW", "--kind", "byline"], set(), id="kinds of no passage"),
    ],
)
def test_filters_decide_which_reports_may_answer(filters, expected, ready, cache):
    done = run_rag("retrieve", "tổng thu ngân sách", "--library", ready, "--json", *filters, cache=cache)

    assert {hit["doc_id"] for hit in read_json(done)} == expected
    assert done.returncode == (0 if expected else 3)


def test_an_organisation_may_be_abbreviated_where_the_report_writes_it_out(cache):
    arguments = ("retrieve", "kết quả năm 2023", "--from", SEEDS, "--json", "--organisation", "BTV huyện uỷ")

    assert {hit["doc_id"] for hit in read_json(run_rag(*arguments, cache=cache))} == {f"seeds/{SECOND}"}


def test_only_passages_of_the_kinds_asked_for_are_found(ready, cache):
    done = run_rag(
        "retrieve", "Sao Mai", "--library", ready, "--json", "--kind", "title", "--kind", "caption", cache=cache
    )

    hits = read_json(done)
    assert {hit["text"] for hit in hits} >= {"Công ty Sao Mai công bố kết quả kinh doanh quý III/2023", "Ảnh: Minh Đức"}
    assert not [hit["text"] for hit in hits if "Doanh thu thuần" in hit["text"] or "tổng thu ngân sách" in hit["text"]]


def test_an_answer_comes_only_from_reports_and_passages_that_pass(ready, cache):
    asked = ("ask", "Tổng thu ngân sách huyện Lang Chánh năm 2023?", "--library", ready)

    assert run_rag(*asked, "--period", "2023", "--kind", "paragraph", cache=cache).stdout.startswith("45,2 tỷ đồng\n")
    assert run_rag(*asked, "--kind", "title", cache=cache).returncode == 3
    assert run_rag(*asked, "--period", "2022", cache=cache).returncode == 3


# -- the other commands ---------------------------------------------------------------------------------


def test_index_names_each_document_on_stderr_and_reports_in_json(tmp_path):
    reports = write_reports(tmp_path / "bao_cao")

    done = run_rag("index", reports, "--library", tmp_path / "library", "--json", cache=tmp_path)

    report = read_json(done)
    names = sorted(path.name for path in reports.iterdir())
    assert done.returncode == 0
    assert report["added"] == [f"bao_cao/{name}" for name in names]
    assert (report["updated"], report["unchanged"], report["removed"], report["skipped"]) == ([], 0, [], [])
    assert report["documents"] == 3
    assert re.findall(r"^indexed (\S+) \(\d+ passages\)$", done.stderr, re.MULTILINE) == report["added"]
    assert f"published {report['snapshot']}" in done.stderr


def test_a_second_index_run_reads_nothing_and_removes_only_when_told(tmp_path):
    reports = write_reports(tmp_path / "bao_cao")
    index = ("index", reports, "--library", tmp_path / "library", "--json")
    run_rag(*index, cache=tmp_path)
    (reports / "muong_lat.txt").unlink()

    kept = read_json(run_rag(*index, cache=tmp_path))
    assert (kept["added"], kept["unchanged"], kept["missing"]) == ([], 2, ["bao_cao/muong_lat.txt"])
    assert kept["documents"] == 3
    removed = read_json(run_rag(*index, "--remove-missing", cache=tmp_path))
    assert (removed["removed"], removed["documents"]) == (["bao_cao/muong_lat.txt"], 2)


def test_documents_are_listed_as_lines_and_as_json(ready, cache):
    lines = run_rag("documents", "--library", ready, cache=cache).stdout.splitlines()
    cards = read_json(run_rag("documents", "--library", ready, "--json", cache=cache))

    ids = ["bao_cao/doanh_nghiep.txt", "bao_cao/lang_chanh.txt", "bao_cao/muong_lat.txt"]
    assert [line.split("  ")[0] for line in lines] == ids
    assert [card["id"] for card in cards] == ids
    assert cards[1]["title"] == "Huyện Lang Chánh tổng kết năm 2023"


def test_a_removed_document_is_gone_and_one_that_is_not_there_is_named(library, cache):
    where = ("--library", library)
    absent = run_rag("documents", "remove", "bao_cao/lang_chanh.txt", "bao_cao/khac.txt", *where, cache=cache)
    assert (absent.returncode, absent.stdout) == (2, "")
    assert "'bao_cao/khac.txt'" in absent.stderr
    assert len(run_rag("documents", *where, cache=cache).stdout.splitlines()) == 3

    done = run_rag("documents", "remove", "bao_cao/lang_chanh.txt", *where, cache=cache)
    assert (done.returncode, done.stdout) == (0, "removed bao_cao/lang_chanh.txt\n")
    assert "lang_chanh" not in run_rag("documents", *where, cache=cache).stdout


def test_what_a_document_says_of_itself_is_corrected_shown_and_given_back(library, cache):
    where = ("--library", library)
    doc_id = "bao_cao/lang_chanh.txt"
    fields = ("--title", "Báo cáo ngân sách", "--date", "15/12/2023", "--number", "540/BC-UBND", "--type", "Báo cáo")

    done = run_rag("documents", "set", doc_id, *fields, "--signer", "Lê Thị Hoa", *where, cache=cache)

    assert (done.returncode, done.stdout) == (0, f"corrected {doc_id}\n"), done.stderr
    (line,) = [x for x in run_rag("documents", *where, cache=cache).stdout.splitlines() if x.startswith(doc_id)]
    assert "  Báo cáo ngân sách  [Báo cáo · 540/BC-UBND · Lang Chánh · 2023 · 2023-12-15 · Lê Thị Hoa]" in line
    assert line.endswith("  (corrected: date, number, signer, title, type)")
    asked = run_rag("ask", "Tổng thu ngân sách huyện Lang Chánh năm 2023?", "--json", *where, cache=cache)
    assert read_json(asked)["citations"][0]["label"] == "Báo cáo số 540/BC-UBND, ngày 15/12/2023"
    again = run_rag("documents", "set", doc_id, *fields, *where, cache=cache)
    assert again.stdout == "nothing to correct: everything is so already\n"
    resets = [x for field in ("title", "date", "number", "type", "signer") for x in ("--reset", field)]
    assert run_rag("documents", "set", doc_id, *resets, *where, cache=cache).returncode == 0
    card = next(c for c in read_json(run_rag("documents", "--json", *where, cache=cache)) if c["id"] == doc_id)
    assert (card["title"], card["corrected"]) == ("Huyện Lang Chánh tổng kết năm 2023", [])


def test_documents_are_corrected_by_the_table_that_documents_prints(library, cache, tmp_path):
    where = ("--library", library)
    text = run_rag("documents", "--csv", *where, cache=cache).stdout
    assert text.startswith("\ufeffid,title,date,place,organisation,number,type,signer,period,passages,source")
    table = tmp_path / "bang.csv"
    table.write_text(text, encoding="utf-8")
    untouched = run_rag("documents", "set", "--csv", table, *where, cache=cache)
    assert untouched.stdout == "nothing to correct: everything is so already\n"

    table.write_text(text.replace("Huyện Mường Lát tổng kết năm 2023", "Báo cáo Mường Lát"), encoding="utf-8")
    done = run_rag("documents", "set", "--csv", table, *where, cache=cache)
    assert (done.returncode, done.stdout) == (0, "corrected bao_cao/muong_lat.txt\n"), done.stderr

    table.write_text("id;date\nbao_cao/muong_lat.txt;hôm qua\nbao_cao/khac.txt;2023\n", encoding="utf-8")
    wrong = run_rag("documents", "set", "--csv", table, *where, cache=cache)
    assert wrong.returncode == 2
    assert "line 2: date is 'hôm qua'" in wrong.stderr
    assert "line 3: no document 'bao_cao/khac.txt'" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["set", "bao_cao/khac.txt", "--title", "Tên"], "no document 'bao_cao/khac.txt'", id="unknown"),
        pytest.param(["set", "bao_cao/lang_chanh.txt"], "nothing to correct; name a document", id="nothing"),
        pytest.param(["set", "bao_cao/lang_chanh.txt", "--reset", "tên"], "unknown field 'tên'", id="field"),
        pytest.param(["set", "bao_cao/lang_chanh.txt", "--date", "2023-02-30"], "date is '2023-02-30'", id="date"),
        pytest.param(["set", "x", "--title", "a", "--reset", "title"], "--reset title were both given", id="both"),
        pytest.param(["set", "x", "--csv", "bang.csv"], "--csv and a document were both given", id="two ways"),
        pytest.param(["set", "--csv", "khong_co.csv"], "khong_co.csv is not there", id="no table"),
        pytest.param(["--csv", "--json"], "--csv and --json were both given", id="two forms"),
    ],
)
def test_a_correction_that_cannot_be_ends_with_2(arguments, said, ready, cache):
    done = run_rag("documents", *arguments, cache=cache, environment={"RAG_LIBRARY": str(ready)})

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_a_good_library_as_written_and_says_which_embedder_it_has(ready, cache):
    plain = run_rag("check", "--library", ready, cache=cache)
    about = read_json(run_rag("check", "--library", ready, "--json", cache=cache))

    assert plain.returncode == 0
    assert "3 documents" in plain.stdout
    assert plain.stdout.rstrip().endswith("all as written")
    assert "rag models pull multilingual-e5-small" in plain.stderr
    assert (about["damage"], about["n_documents"], about["embedder"]) == ([], 3, "builtin")
    assert about["n_vectors"] == about["n_passages"] > 0


def test_check_says_by_what_the_vectors_of_a_large_library_are_searched():
    dense = {"kind": "codes", "n": 91_898, "candidates": 80, "recall": 0.9963, "queries": 160}

    assert tell_dense({"dense": dense}) == (
        "vectors are searched by codes, the best 80 of them exactly: that finds 99.6% of what comparing all finds "
        "(160 made questions)"
    )
    assert tell_dense({"dense": {**dense, "kind": "exact"}}) is None
    assert tell_dense({}) is None


def test_evaluate_writes_the_run_and_cites_the_right_sentence_of_every_seed_question(cache, tmp_path):
    out = tmp_path / "run"
    done = run_rag("evaluate", SEEDS / "questions.jsonl", "--corpus", SEEDS, "--out", out, "--json", cache=cache)

    assert done.returncode == 0, done.stderr
    read_json(done)
    assert {path.name for path in out.iterdir()} >= {"results.jsonl", "summary.json", "run.trec", "qrels.trec"}
    asked = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    results = [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [result["id"] for result in results] == [question["id"] for question in asked]
    assert all(result.keys() >= ANSWER_FIELDS for result in results)
    for question, result in zip(asked, results, strict=True):
        assert result["abstained"] is not question["answerable"], question["id"]
        quotes = [citation["quote"] for citation in result["citations"]]
        assert all(any(words in quote for quote in quotes) for words in question["evidence"]), question["id"]


def test_evaluate_with_thresholds_prints_their_table_and_draws_them(cache, tmp_path):
    out = tmp_path / "run"
    done = run_rag(
        "evaluate", SEEDS / "questions.jsonl", "--corpus", SEEDS, "--out", out, "--thresholds",
        "--min-confidence", "0.25", cache=cache,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "What a threshold would do (10 answerable, 2 unanswerable)" in done.stdout
    assert done.stdout.rstrip().endswith("qrels.trec, threshold.svg")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["configuration"]["min_confidence"] == 0.25
    assert [row["threshold"] for row in summary["thresholds"]["rows"]] == [round(i / 20, 2) for i in range(21)]
    assert "in use: 0.25" in (out / "threshold.svg").read_text(encoding="utf-8")


# -- what an answer is printed as -----------------------------------------------------------------------


def printed(answer: Answer, capsys: pytest.CaptureFixture[str]) -> str:
    print_answer(answer)
    return capsys.readouterr().out


def test_a_table_is_printed_in_columns_with_its_arithmetic_and_coverage(capsys):
    assert printed(scripted.table_answer(), capsys).startswith(
        "5,9 triệu đồng/năm\n\n"
        "Quế Phong cao hơn Quan Sơn 5,9 triệu đồng/năm [1][3].\n\n"
        "Huyện                   Năm 2022                 Năm 2023\n"
        "----------------------  -----------------------  -----------------------\n"
        "Quế Phong               31,2 triệu đồng/năm [2]  35,7 triệu đồng/năm [1]\n"
        "Quan Sơn                                         29,8 triệu đồng/năm [3]\n"
        "<b>Mường Lát</b> | 'x'\n\n"
        "35,7 - 29,8 = 5,9 triệu đồng/năm\n\n"
        "2 trong 3 báo cáo nêu số liệu này, không tính 1 bản sao.\n"
        "Không nêu: Huyện Mường Lát tổng kết năm 2023\n\n"
        "[1] Huyện Quế Phong tổng kết năm 2023\n"
    )


def test_columns_stay_aligned_whatever_way_their_letters_are_written(capsys):
    rows = ((Cell(unicodedata.normalize("NFD", "Quế")), Cell("1")), (Cell("表"), Cell("2")))
    answer = replace(scripted.table_answer(), table=Table(("Nơi", "Số"), rows), coverage=Coverage(3, 2, n_copies=1))

    out = printed(answer, capsys)

    assert f"Nơi  Số\n---  --\n{unicodedata.normalize('NFD', 'Quế')}  1\n表   2\n" in out
    assert "\n2/3 báo cáo nêu số liệu. Không tính 1 bản sao.\n" in out


def test_choices_are_printed_numbered_with_the_question_to_ask(capsys):
    assert (
        "\nCâu hỏi có thể hiểu theo các cách sau:\n"
        "  1. Quế Phong, 2023: 35,7 triệu đồng/năm [1]\n"
        "     hỏi: Thu nhập bình quân đầu người của Quế Phong năm 2023?\n"
        "  2. Quế Phong, 2022: 31,2 triệu đồng/năm [2]\n"
    ) in printed(scripted.choices_answer(), capsys)


def test_a_note_stands_under_the_figure(capsys):
    assert printed(scripted.figure_answer(), capsys).startswith(
        "35,7 triệu đồng/năm\n\nCon số này là ước tính, chưa phải kết quả chính thức.\n\nNăm 2023, "
    )


def test_an_abstention_is_printed_with_its_reason_and_what_the_reports_say_instead(capsys):
    answer = scripted.premise_answer()
    assert printed(answer, capsys) == (
        "Các báo cáo không nói thu nhập bình quân giảm.\nBáo cáo nêu: “tăng 4,5 triệu đồng” [1]\n"
        "Lý do: premise_contradicted\n\n"
        "Các báo cáo nêu thay vào đó:\n"
        "[1] Huyện Quế Phong tổng kết năm 2023\n"
        f"    s/que_phong_2023.txt [{answer.citations[0].start}, {answer.citations[0].end})\n"
        "    “tăng 4,5 triệu đồng”\n"
    )
    english = replace(answer, understood=Understood("en", False, AnswerKind.FIGURE))
    assert "Reason: premise_contradicted\n\nWhat the reports say instead:\n" in printed(english, capsys)


def test_models_are_listed_with_what_is_here_and_where_the_others_would_lie(tmp_path):
    models = read_json(run_rag("models", "list", "--json", cache=tmp_path))
    path = run_rag("models", "path", "multilingual-e5-small", cache=tmp_path)

    here = {model["name"]: model["here"] for model in models}
    assert here["builtin"] is True
    assert here["multilingual-e5-small"] is False
    assert [model["name"] for model in models if model["default"]] == ["multilingual-e5-small"]
    assert path.stdout.strip().startswith(str(tmp_path / "hub"))
    assert "rag models pull bge-m3" in run_rag("models", "list", cache=tmp_path).stdout


@pytest.mark.parametrize(
    ("options", "code"), [pytest.param([], 1, id="fails"), pytest.param(["--if-reachable"], 0, id="is a note")]
)
def test_a_pull_from_a_hub_that_cannot_be_reached(options, code, tmp_path):
    done = run_rag("models", "pull", *options, cache=tmp_path, environment={"HF_ENDPOINT": "http://127.0.0.1:9"})

    assert done.returncode == code
    assert done.stdout == ""
    assert "cannot be reached" in done.stderr
    assert "--embedder" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [["--version"], ["--debug", "--version"]], ids=["alone", "with --debug"])
def test_the_version_is_printed(options, tmp_path):
    done = run_rag(*options, cache=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"danchung {__version__}\n", "")


# -- errors and exit codes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["ask", "--from", "no/such/folder", "Ai?"], "no/such/folder", id="a folder that is not there"),
        pytest.param(["ask", "--library", "none", "Ai?"], "rag index", id="a library that is not there"),
        pytest.param(["retrieve", "Ai?"], "rag index", id="no library in the working folder"),
        pytest.param(["ask", "--from", SEEDS, "  "], "the question is empty", id="an empty question"),
        pytest.param(["ask", "--from", SEEDS, "ai " * 16_667], "50,0", id="a question of 50,000 characters"),
        pytest.param(["ask", "--from", SEEDS, "--library", "x", "Ai?"], "one of them", id="two places"),
        pytest.param(["ask", "--from", SEEDS, "--date-from", "2023-13", "Ai?"], "2023-13", id="a date that is none"),
        pytest.param(["ask", "--from", SEEDS, "--period", "quý 5/2023", "Ai?"], "2023-Q3", id="a period that is none"),
        pytest.param(["ask", "--from", SEEDS, "--period", "năm 2022, 2023", "Ai?"], "one of them", id="two periods"),
        pytest.param(["ask", "--from", SEEDS, "--period", "", "Ai?"], "period is ''", id="an empty period"),
        pytest.param(["ask", "--from", SEEDS, "--place", "", "Ai?"], "place is ''", id="an empty place"),
        pytest.param(
            ["ask", "--from", SEEDS, "--organisation", "[", "Ai?"], "organisation is '['", id="no organisation"
        ),
        pytest.param(["ask", "--from", SEEDS, "--organisation", "x" * 2000, "Ai?"], "2,000", id="a name too long"),
        pytest.param(["retrieve", "--from", SEEDS, "--kind", "bảng", "Ai?"], "'table_row'", id="an unknown kind"),
        pytest.param(
            ["ask", "--from", SEEDS, "Ai?", *[part for i in range(10_000) for part in ("--document", i)]],
            "10,000 documents",
            id="10,000 documents",
        ),
        pytest.param(["ask", "--from", SEEDS, "--embedder", "e5", "Ai?"], "'e5'", id="an unknown embedder"),
        pytest.param(["ask", "--top-k", "0", "Ai?"], "--top-k", id="a number out of range"),
        pytest.param(["ask", "--min-confidence", "1.5", "Ai?"], "--min-confidence", id="a threshold over 1"),
        pytest.param(["evaluate", "--min-confidence", "-1", "a.jsonl"], "--min-confidence", id="a threshold below 0"),
        pytest.param(["serve", "--min-confidence", "viel"], "--min-confidence", id="a threshold that is no number"),
        pytest.param(["ask", "--from", SEEDS, "--min-confidence", "nan", "Ai?"], "min-confidence", id="nan"),
        pytest.param(["index"], "rag index FOLDER", id="nothing to index"),
        pytest.param(["index", "no/such/folder"], "no/such/folder", id="indexing what is not there"),
        pytest.param(["check", "--library", "none"], "rag index", id="checking what is not there"),
        pytest.param(["models", "path", "gpt"], "'gpt'", id="an unknown model"),
        pytest.param(["evaluate", "none.jsonl", "--corpus", SEEDS], "none.jsonl", id="a set that is not there"),
        pytest.param(["questoin"], "questoin", id="an unknown command"),
        pytest.param([], "Usage", id="nothing at all"),
    ],
)
def test_wrong_usage_is_named_and_ends_with_2(arguments, said, cache):
    done = run_rag(*arguments, cache=cache)

    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr


def test_an_empty_folder_is_named_and_ends_with_2(tmp_path):
    (tmp_path / "empty").mkdir()

    done = run_rag("index", tmp_path / "empty", "--library", tmp_path / "library", cache=tmp_path)

    assert done.returncode == 2, done.stderr
    assert "no report found" in done.stderr


def test_a_second_writer_is_refused_with_1(library, cache):
    with FileLock(library / "writer.lock"):
        done = run_rag("documents", "remove", "bao_cao/lang_chanh.txt", "--library", library, cache=cache)

    assert done.returncode == 1
    assert "another process is writing" in done.stderr
    assert "Traceback" not in done.stderr


def test_damaged_rows_are_found_and_end_with_4(library, cache):
    with sqlite3.connect(library / "library.db") as db:
        db.execute("UPDATE documents SET text = replace(text, '45,2', '54,2')")
    db.close()

    checked = run_rag("check", "--library", library, cache=cache)
    assert checked.returncode == 4
    assert "bao_cao/lang_chanh.txt: not what was written" in checked.stdout
    asked = run_rag("ask", "Tổng thu ngân sách huyện Lang Chánh?", "--library", library, cache=cache)
    assert (asked.returncode, asked.stdout) == (4, "")
    assert "54,2" not in asked.stderr


def test_a_store_that_is_no_database_ends_with_4(library, cache):
    (library / "library.db").write_bytes(b"x" * 8192)

    done = run_rag("ask", "Tổng thu ngân sách?", "--library", library, cache=cache)

    assert done.returncode == 4, done.stderr
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_skipped_files_are_named_and_end_with_5(tmp_path):
    reports = write_reports(tmp_path / "bao_cao")
    (reports / "rong.txt").touch()

    done = run_rag("index", reports, "--library", tmp_path / "library", "--json", cache=tmp_path)

    assert done.returncode == 5
    assert [skipped["error"] for skipped in read_json(done)["skipped"]] == ["EmptyFileError"]
    assert "skipped " in done.stderr
    assert "rong.txt" in done.stderr


@pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "among the options", "last"])
def test_debug_shows_the_trace_wherever_it_stands(place, tmp_path):
    arguments = ["ask", "Ai?", "--library", "none"]
    arguments.insert(place, "--debug")

    done = run_rag(*arguments, cache=tmp_path)

    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("rag: no library at ")


# -- terminals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("terminal", OLD_TERMINALS)
def test_old_terminals_get_an_answer_and_never_a_trace(terminal, cache):
    done = run_rag("ask", "--from", SEEDS, INCOME, cache=cache, environment=terminal)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("35,7 tri")
    assert f"seeds/{SECOND}" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("terminal", [OLD_TERMINALS[0], OLD_TERMINALS[-1]])
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        pytest.param(["retrieve", INCOME, "-k", "1"], "bao_cao/", id="retrieve"),
        pytest.param(["documents"], "bao_cao/lang_chanh.txt", id="documents"),
        pytest.param(["--help"], "Usage: rag", id="help"),
    ],
)
def test_other_commands_print_on_old_terminals_too(terminal, arguments, shown, ready, cache):
    done = run_rag(*arguments, cache=cache, environment={"RAG_LIBRARY": str(ready), **terminal})

    assert done.returncode == 0, done.stderr
    assert shown in done.stdout
    assert "Traceback" not in done.stderr


def test_letters_a_terminal_lacks_are_printed_without_their_accents(ready, cache):
    done = run_rag("documents", cache=cache, environment={"RAG_LIBRARY": str(ready), "PYTHONIOENCODING": "cp1252"})

    assert "Huyen Muong Lát tong ket nam 2023".encode("cp1252").decode("utf-8", "backslashreplace") in done.stdout


@pytest.mark.parametrize("terminal", [OLD_TERMINALS[0], OLD_TERMINALS[1], OLD_TERMINALS[-1]])
def test_json_keeps_every_letter_on_old_terminals(terminal, cache):
    done = run_rag("ask", "--from", SEEDS, INCOME, "--json", cache=cache, environment=terminal)

    answer = read_json(done)
    assert done.returncode == 0
    assert answer["question"] == INCOME
    assert answer["short"] == "35,7 triệu đồng/năm"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(b"Thu nh\xff\xe1p binh quan dau nguoi cua Que Phong nam 2023 dat muc nao?", id="broken bytes"),
        pytest.param(INCOME.encode("cp1258", "replace"), id="another encoding"),
        pytest.param("Thu nhập\x1b[31m\u200b bình\tquân\n Quế Phong 2023?".encode(), id="control characters"),
        pytest.param("Thu nhập bình quân 😀 Quế Phong 2023?".encode(), id="emoji"),
    ],
)
def test_a_question_of_odd_bytes_is_taken_as_far_as_it_can_be_read(question, cache):
    done = run_rag("ask", "--from", SEEDS, question, "--json", cache=cache)

    assert done.returncode in {0, 3}, done.stderr
    assert "\x1b" not in read_json(done)["question"]


def test_a_reader_that_goes_away_leaves_no_trace(ready, cache):
    process = subprocess.Popen(
        [*RAG, "models", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=make_environment(cache), cwd=ROOT
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()

    assert process.wait(60) == 1
    assert said == b""


# -- what a command loads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "foreign"),
    [
        pytest.param(["--help"], {"numpy", "faiss", "sqlite3", "rag.engine"}, id="help"),
        pytest.param(["models", "list"], {"faiss", "sqlite3", "rag.engine"}, id="models list"),
        pytest.param(["documents"], {"faiss"}, id="documents"),
        pytest.param(["ask", INCOME], set(), id="ask"),
    ],
)
def test_no_command_loads_a_heavy_library_it_does_not_need(arguments, foreign, ready, cache):
    done = run_rag(*arguments, cache=cache, environment={"RAG_LIBRARY": str(ready)}, python=("-X", "importtime"))

    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "gradio", "pandas", "scipy"}
    assert "rag.cli" in loaded or "typer" in loaded
    assert not loaded & (heavy | foreign)


# -- stopping -------------------------------------------------------------------------------------------


def test_ctrl_c_ends_with_one_line_and_the_next_run_completes(tmp_path):
    reports = write_reports(
        tmp_path / "bao_cao",
        {f"{n:04}.txt": f"Báo cáo số {n}\n\nXã thứ {n} trồng {n + 10} ha rừng." for n in range(800)},
    )
    command = [*RAG, "index", str(reports), "--library", str(tmp_path / "library")]
    # A shell in the background has Ctrl-C ignored; the command must not inherit that.
    heed = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    with (tmp_path / "said").open("wb") as said_file:
        process = subprocess.Popen(
            [sys.executable, "-c", heed, *command],
            stdout=subprocess.PIPE,
            stderr=said_file,
            env=make_environment(tmp_path),
            cwd=tmp_path,
            start_new_session=True,
        )
    while (tmp_path / "said").read_bytes().count(b"indexed ") < 5 and process.poll() is None:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    said = (tmp_path / "said").read_text(encoding="utf-8").splitlines()

    assert (process.returncode, printed) == (130, b"")
    acknowledged = [line for line in said if line.startswith("indexed ")]
    assert 5 <= len(acknowledged) < 800
    rest = [line for line in said if not line.startswith("indexed ")]
    assert len(rest) == 1
    assert rest[0].startswith("rag: stopped;")
    again = read_json(run_rag(*command[3:], "--json", cache=tmp_path))
    assert again["documents"] == 800
    assert len(acknowledged) <= again["unchanged"] <= len(acknowledged) + 1
