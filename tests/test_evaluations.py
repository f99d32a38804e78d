from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import BusyError, EvaluationError, NotFoundError, StorageError
from rag.evaluate import Summary
from rag.serving.evaluations import Evaluations
from rag.serving.question_sets import MAX_SET_BYTES
from tests.fakes import WordEmbedder, write_reports

REVENUE = {
    "id": "q1",
    "question": "Tổng thu ngân sách huyện Lang Chánh năm 2023 đạt bao nhiêu?",
    "docs": ["lang_chanh.txt"],
    "answers": ["45,2 tỷ đồng"],
    "evidence": ["tổng thu ngân sách huyện Lang Chánh đạt 45,2 tỷ đồng"],
}
FORESTS = {"id": "q2", "question": "Lang Chánh trồng mới bao nhiêu rừng?", "answers": ["1.250 ha"]}
TITLES = ("Báo cáo tháng 9.jsonl", "Báo cáo tháng 9")


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def evaluations(library: Path, *folders: Path, evaluate: object = None) -> Evaluations:
    return Evaluations(evaluate or refuse, library, lambda: folders)  # type: ignore[arg-type]


def refuse(*_: object, **__: object) -> Summary:
    raise AssertionError("nothing is to be asked here")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        engine.index(write_reports(tmp_path / "reports"))
        yield engine


# -- question sets ----------------------------------------------------------------------------------------


def test_sets_beside_the_reports_are_known_and_other_files_are_not(tmp_path: Path):
    reports = write_reports(tmp_path / "reports")
    (reports / "questions.jsonl").write_bytes(lines(REVENUE, FORESTS))
    (reports / "results.jsonl").write_bytes(lines({"id": "q1", "question": "?", "answer": "45,2"}))
    (reports / "deeper").mkdir()
    (reports / "deeper" / "more.jsonl").write_bytes(lines(FORESTS))
    (tmp_path / "elsewhere.jsonl").write_bytes(lines(FORESTS))
    (reports / "link.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    found = evaluations(tmp_path / "library", reports, tmp_path / "gone").list()
    assert [(known.name, known.n) for known in found] == [("questions", 2)]


def test_a_set_that_was_handed_in_is_kept_under_its_hash_and_shown_by_its_name(tmp_path: Path):
    added = evaluations(tmp_path).add(lines(REVENUE, FORESTS), TITLES[0])
    assert (added.name, added.n) == (TITLES[1], 2)
    assert [path.name for path in (tmp_path / "question_sets").iterdir()] == [added.key]
    assert evaluations(tmp_path).list() == [added]


def test_a_set_handed_in_twice_is_one(tmp_path: Path):
    known = evaluations(tmp_path)
    first = known.add(lines(REVENUE), "a.jsonl")
    assert known.add(lines(REVENUE), "b.jsonl") == first
    assert known.list() == [first]


def test_a_set_that_lies_beside_the_reports_and_was_handed_in_too_is_listed_once(tmp_path: Path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mine.jsonl").write_bytes(lines(REVENUE))
    known = evaluations(tmp_path / "library", tmp_path / "reports")
    known.add(lines(REVENUE), "handed in.jsonl")
    assert [found.name for found in known.list()] == ["mine"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "C:\\sets\\a.jsonl", "/abs/a.jsonl", "\x00\n.jsonl", "…" * 300, "", "name.txt", ".."],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str):
    library = tmp_path / "library"
    added = evaluations(library).add(lines(REVENUE), name)
    assert {path.relative_to(library).parts[0] for path in library.rglob("*")} == {"question_sets"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library"]
    assert evaluations(library).list() == [added]
    assert "/" not in added.name and "\n" not in added.name and len(added.name) <= 120


def test_a_set_that_cannot_be_used_is_refused_by_line_and_field_and_not_kept(tmp_path: Path):
    with pytest.raises(EvaluationError, match=r"^mine\.jsonl, line 2: field 'question' is missing"):
        evaluations(tmp_path).add(lines(REVENUE, {"id": "q2"}), "mine.jsonl")
    assert list((tmp_path / "question_sets").iterdir()) == []


def test_what_is_no_text_is_refused_without_naming_the_servers_folders(tmp_path: Path):
    with pytest.raises(EvaluationError, match="UTF-8") as refused:
        evaluations(tmp_path).add(b"\xff\xfe\x00", "mine.jsonl")
    assert str(tmp_path) not in str(refused.value)


def test_a_set_over_the_limit_is_refused(tmp_path: Path):
    with pytest.raises(EvaluationError, match="20,000,001 bytes; at most 20,000,000"):
        evaluations(tmp_path).add(b" " * (MAX_SET_BYTES + 1), "big.jsonl")


def test_squad_files_are_taken_too(tmp_path: Path):
    text = "Huyện có 12 xã."
    paragraph = {
        "context": text,
        "qas": [{"id": "1", "question": "?", "answers": [{"text": "12 xã", "answer_start": 9}]}],
    }
    data = json.dumps({"data": [{"title": "t", "paragraphs": [paragraph]}]}, indent=1).encode()
    assert evaluations(tmp_path).add(data, "squad.json").n == 1


def test_a_set_that_changed_has_another_key(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(REVENUE))
    known = evaluations(tmp_path / "library", tmp_path)
    (before,) = known.list()
    path.write_bytes(lines(REVENUE, FORESTS))
    (after,) = known.list()
    assert before.key != after.key and after.n == 2


# -- runs -------------------------------------------------------------------------------------------------


def test_a_run_is_kept_listed_and_found_by_its_key(tmp_path: Path, engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)
    added = known.add(lines(REVENUE, FORESTS), TITLES[0])
    told: list[tuple[int, int]] = []
    run = known.evaluate(added.key, progress=lambda done, n: told.append((done, n)))
    assert told == [(1, 2), (2, 2)]
    assert run.folder.parent == engine.path / "runs" and run.folder.name.endswith("Z-bao-cao-thang-9")
    assert run.summary.overall.n == 2 and [record["id"] for record in run.results] == ["q1", "q2"]
    (card,) = evaluations(engine.path).runs()
    assert (card.key, card.name, card.n) == (run.key, TITLES[1], 2)
    assert known.run_folder(run.key) == run.folder


def test_a_run_writes_down_what_was_expected(engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)
    run = known.evaluate(known.add(lines(REVENUE), "a.jsonl").key)
    (record,) = map(json.loads, (run.folder / "expected.jsonl").read_text(encoding="utf-8").splitlines())
    assert record["answers"] == ["45,2 tỷ đồng"] and record["evidence"] == REVENUE["evidence"]


def test_the_limit_is_handed_on(engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)
    assert known.evaluate(known.add(lines(REVENUE, FORESTS), "a.jsonl").key, limit=1).summary.overall.n == 1


def test_a_stopped_run_leaves_nothing_behind_and_the_next_can_start(engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)
    key = known.add(lines(REVENUE, FORESTS, {**FORESTS, "id": "q3"}), "a.jsonl").key
    done: list[int] = []
    with pytest.raises(EvaluationError, match="stopped after 2 questions"):
        known.evaluate(key, progress=lambda n, _: done.append(n), should_stop=lambda: len(done) == 2)
    assert list((engine.path / "runs").iterdir()) == [] and known.runs() == []
    assert known.evaluate(key).summary.overall.n == 3


def test_a_run_that_has_asked_its_last_question_is_not_stopped_any_more(engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)
    key = known.add(lines(REVENUE), "a.jsonl").key
    assert known.evaluate(key, should_stop=lambda: True).summary.overall.n == 1


def test_a_run_with_thresholds_keeps_their_picture(engine: Engine):
    known = evaluations(engine.path, evaluate=engine.evaluate)

    run = known.evaluate(known.add(lines(REVENUE), "a.jsonl").key, thresholds=True)

    assert run.summary.thresholds is not None
    assert run.summary.thresholds.n_answerable == 1
    assert (run.folder / "threshold.svg").read_text("utf-8").startswith("<svg ")
    assert run.summary.configuration["min_confidence"] == engine.min_confidence


def test_there_is_one_run_at_a_time(tmp_path: Path):
    entered, leave = threading.Event(), threading.Event()

    def evaluate(*_: object, **__: object) -> Summary:
        entered.set()
        leave.wait(30)
        raise StorageError("full")

    known = evaluations(tmp_path, evaluate=evaluate)
    key = known.add(lines(REVENUE), "a.jsonl").key
    failed: list[Exception] = []

    def run() -> None:
        try:
            known.evaluate(key)
        except StorageError as exc:
            failed.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    assert entered.wait(30)
    with pytest.raises(BusyError, match="one at a time") as refused:
        known.evaluate(key)
    leave.set()
    thread.join(30)
    assert refused.value.retry_after_s == 30 and len(failed) == 1
    with pytest.raises(StorageError):
        known.evaluate(key)


@pytest.mark.parametrize("key", ["", "nothing", "../a", "/etc/passwd", "a.jsonl", "0" * 16])
def test_an_unknown_set_is_named(tmp_path: Path, key: str):
    with pytest.raises(NotFoundError, match="no question set"):
        evaluations(tmp_path).evaluate(key)


@pytest.mark.parametrize("key", ["", "..", "../question_sets", "20260101T000000Z-a/../..", "20260101T000000Z-a"])
def test_a_key_that_is_not_listed_finds_no_run(tmp_path: Path, key: str):
    (tmp_path / "runs" / "unfinished").mkdir(parents=True)
    (tmp_path / "runs" / "20260101T000000Z-a").mkdir()
    with pytest.raises(NotFoundError, match="no run"):
        evaluations(tmp_path).run_folder(key)
