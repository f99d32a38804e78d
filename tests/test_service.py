from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import (
    BusyError,
    ConfigError,
    LibraryDamagedError,
    LibraryLockedError,
    NotFoundError,
    QuestionError,
)
from rag.serving import Service, ServiceLimits
from rag.types import Step, Vote
from tests.fakes import REPORTS, WordEmbedder, build_library, write_reports
from tests.servers import wait_until

QUESTION = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    build_library(tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def serve():
    services: list[Service] = []

    def make(library: Path, **limits: int) -> Service:
        service = Service(Engine(library, embedder=WordEmbedder()), limits=ServiceLimits(**limits))
        services.append(service)
        service.warm()
        return service

    yield make
    for service in services:
        service.close()


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_an_answer_is_remembered_under_its_id(library, serve):
    service = serve(library)
    steps: list[Step] = []

    answer = service.ask(QUESTION, on_step=steps.append)

    assert answer.short == "45,2 tỷ đồng"
    assert steps == [Step.SEARCHING, Step.READING, Step.WRITING, Step.CHECKED]
    assert service.answer(answer.id) == answer


def test_a_vote_is_kept_with_question_answer_and_snapshot_and_outlives_the_service(library, serve):
    service = serve(library)
    answer = service.ask(QUESTION)

    service.vote(answer.id, Vote.DOWN, comment="thiếu năm")

    (voted,) = serve(library).votes()
    assert (voted.question, voted.answer, voted.vote, voted.comment, voted.snapshot) == (
        QUESTION,
        answer.text,
        Vote.DOWN,
        "thiếu năm",
        "00000001",
    )


def test_an_answer_nobody_was_given_cannot_be_voted_on(library, serve):
    service = serve(library)

    with pytest.raises(NotFoundError, match="no answer 'x' is remembered"):
        service.vote("x", Vote.UP)

    assert service.votes() == []


def test_a_service_without_a_library_is_ready_says_what_to_do_and_takes_a_first_report(tmp_path, serve):
    service = serve(tmp_path / "library")

    assert service.state().ready
    assert (service.documents(), service.examples("vi"), service.question_sets()) == ([], [], [])
    with pytest.raises(NotFoundError, match="holds no reports yet"):
        service.ask(QUESTION)
    events: list[str] = []
    uploaded = service.upload(
        write(tmp_path / "in", "x", REPORTS["lang_chanh.txt"]), "lang_chanh.txt", on_event=events.append
    )

    assert (uploaded.status, uploaded.doc_id) == ("added", "uploads/lang_chanh.txt")
    assert events == ["waiting", "reading", "indexed", "published"]
    assert service.ask(QUESTION).short == "45,2 tỷ đồng"
    state = service.state()
    assert (state.n_documents, state.n_passages, state.embedder) == (1, 3, "words")


def test_an_empty_question_takes_no_place(library, serve):
    service = serve(library)

    with pytest.raises(QuestionError):
        service.ask("  ")

    assert (service.state().running, service.state().waiting) == (0, 0)


def test_uploads_of_many_at_once_can_each_be_asked_when_their_call_returns(library, serve, tmp_path):
    service = serve(library)
    places = [f"Bản Số {n}" for n in range(20)]

    def add(n: int) -> str | None:
        path = write(tmp_path / "in", str(n), f"Xã {places[n]}\n\nNăm 2023, xã {places[n]} trồng {n + 100} ha lúa.")
        service.upload(path, f"{n}.txt")
        return service.ask(f"Xã {places[n]} trồng bao nhiêu ha lúa?", top_k=30).short

    with ThreadPoolExecutor(8) as pool:
        shorts = list(pool.map(add, range(20)))

    assert shorts == [f"{n + 100} ha" for n in range(20)]
    assert len(service.documents()) == 23


def test_a_report_that_is_removed_while_others_ask_is_in_every_answer_or_in_none(library, serve):
    service = serve(library, running=4)
    problems: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answer = service.ask(QUESTION)
            cited = {citation.doc_id for citation in answer.citations}
            if not answer.abstained and (cited != {"s/lang_chanh.txt"} or answer.short != "45,2 tỷ đồng"):
                problems.append(answer.text)

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        removed = service.remove("s/lang_chanh.txt")
        after = service.ask(QUESTION)
        stop.set()
        for future in asking:
            future.result()

    assert removed == ("s/lang_chanh.txt",)
    assert problems == []
    assert all(hit.passage.doc_id != "s/lang_chanh.txt" for hit in after.evidence)


def test_a_correction_shows_in_the_next_answer_and_none_takes_it_back(library, serve):
    service = serve(library)

    changed = service.correct({"s/lang_chanh.txt": {"number": "540/BC-UBND", "type": "Báo cáo", "date": "15/12/2023"}})
    corrected = service.ask(QUESTION).citations[0].label
    service.correct({"s/lang_chanh.txt": {"number": None, "type": None, "date": None}})

    assert changed == ("s/lang_chanh.txt",)
    assert corrected == "Báo cáo số 540/BC-UBND, ngày 15/12/2023"
    assert service.ask(QUESTION).citations[0].label == ""


def test_a_table_with_a_wrong_cell_changes_nothing_and_the_right_one_what_differs(library, serve):
    service = serve(library)
    table = service.documents_csv().replace(
        "s/lang_chanh.txt,Huyện Lang Chánh tổng kết năm 2023,", "s/lang_chanh.txt,X,"
    )

    with pytest.raises(ConfigError, match="line 4: title is empty"):
        service.correct_from_csv(
            table.replace("s/muong_lat.txt,Huyện Mường Lát tổng kết năm 2023,", "s/muong_lat.txt,,")
        )
    before = [card.title for card in service.documents()]
    changed = service.correct_from_csv(table)

    assert "X" not in before
    assert changed == ("s/lang_chanh.txt",)
    assert [card.title for card in service.documents() if card.corrected == ("title",)] == ["X"]


def test_an_unknown_document_is_not_removed_and_the_next_change_is_made(library, serve):
    service = serve(library)

    with pytest.raises(NotFoundError, match=r"no document 's/x.txt'"):
        service.remove("s/x.txt")

    assert service.remove("s/doanh_nghiep.txt") == ("s/doanh_nghiep.txt",)
    assert [card.id for card in service.documents()] == ["s/lang_chanh.txt", "s/muong_lat.txt"]


def test_what_another_process_publishes_is_taken_up(library, serve, monkeypatch):
    monkeypatch.setattr("rag.serving.service.LOOK_EVERY_S", 0.0)
    service = serve(library)
    before = service.ask(QUESTION).snapshot

    build_library(library, {"lang_chanh.txt": REPORTS["lang_chanh.txt"].replace("45,2", "46,3")})

    answer = service.ask(QUESTION)
    assert (before, answer.snapshot) == ("00000001", "00000002")
    assert answer.short == "46,3 tỷ đồng"


def test_while_another_process_writes_an_upload_says_so_and_nothing_is_lost(library, serve, tmp_path, monkeypatch):
    from rag.errors import LibraryLockedError
    from rag.library import LibraryWriter

    monkeypatch.setattr("rag.editing.WAIT_S", 0.0)
    service = serve(library)
    path = write(tmp_path / "in", "x", "Xã Na Mèo\n\nXã Na Mèo trồng 12 ha lúa.")

    with LibraryWriter(library), pytest.raises(LibraryLockedError, match="another process is writing"):
        service.upload(path, "na_meo.txt")

    assert service.upload(path, "na_meo.txt").status == "added"


def test_vectors_an_earlier_run_left_out_are_made_while_nothing_else_is_done(tmp_path, serve):
    reports = write_reports(tmp_path / "reports")
    with Engine(tmp_path / "library", embedder=WordEmbedder()) as engine:
        engine.index(reports, embed_budget_s=0.0)
        assert engine.n_missing_vectors() == 9

    service = serve(tmp_path / "library")
    service._intake.run(lambda: None)
    wait_until(lambda: service.state().n_vectors == 9, what="the vectors")

    assert service.retrieve(QUESTION)[0].channels.dense is not None


def test_a_stopped_service_refuses_what_comes_and_has_finished_what_was_there(library, tmp_path):
    service = Service(Engine(library, embedder=WordEmbedder()))
    service.warm()
    uploaded = service.upload(write(tmp_path / "in", "x", "Xã Na Mèo\n\nXã Na Mèo trồng 12 ha lúa."), "na_meo.txt")
    service.close()

    with pytest.raises(BusyError, match="being stopped"):
        service.ask(QUESTION)
    with pytest.raises(BusyError, match="being stopped"):
        service.upload(tmp_path / "in" / "x", "b.txt")
    with Engine(library, embedder=WordEmbedder()) as engine:
        assert uploaded.doc_id in [card.id for card in engine.documents()]


def test_many_threads_read_the_same_answers_from_one_snapshot(library, serve):
    service = serve(library, running=8, waiting=400, per_client=400)
    questions = [QUESTION, "Tổng thu ngân sách huyện Mường Lát năm 2023?", "Doanh thu thuần quý III/2023 của Sao Mai?"]
    expected = ["45,2 tỷ đồng", "18,7 tỷ đồng", "1.082 tỷ đồng"]

    with ThreadPoolExecutor(16) as pool:
        shorts = list(pool.map(lambda n: service.ask(questions[n % 3]).short, range(300)))

    assert shorts == expected * 100


def test_where_another_process_writes_all_who_wait_are_told_together(library, serve, tmp_path, monkeypatch):
    service = serve(library)
    gate = threading.Event()
    tries: list[int] = []

    def wait_in_vain(*given: object, **named: object) -> None:
        tries.append(1)
        assert gate.wait(60)
        raise LibraryLockedError("another process is writing")

    monkeypatch.setattr(service.engine, "add_uploads", wait_in_vain)
    with ThreadPoolExecutor(5) as pool:
        files = [write(tmp_path / "in", f"{i}.txt", REPORTS["lang_chanh.txt"]) for i in range(5)]
        sent = [pool.submit(service.upload, path, path.name) for path in files]
        wait_until(lambda: service.state().uploading == 5, what="five that wait")
        gate.set()
        errors = [one.exception() for one in sent]

    assert {type(error) for error in errors} == {LibraryLockedError}
    assert len(tries) == 1


def test_embedding_that_fails_in_any_way_stops_no_upload(library, serve, tmp_path, monkeypatch):
    service = serve(library)
    failed = threading.Event()

    def fail() -> int:
        failed.set()
        raise OSError("no room")

    monkeypatch.setattr(service.engine, "n_missing_vectors", fail)
    path = write(tmp_path / "in", "a.txt", "Báo cáo\n\nMột đoạn.")
    assert service.upload(path, "a.txt").status == "added"
    assert failed.wait(60)
    assert service.upload(path, "b.txt").status == "added"


def test_a_problem_that_is_over_is_not_told_any_more(library, serve, monkeypatch):
    service = serve(library)

    def fail() -> None:
        raise LibraryDamagedError("damaged")

    with monkeypatch.context() as patched:
        patched.setattr(service.engine, "reading", fail)
        assert (service.state().ready, service.state().problem) == (False, "damaged")

    assert (service.state().ready, service.state().problem) == (True, None)
