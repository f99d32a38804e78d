"""The tabs: verdicts, marks, what their routes give, their words, and that their scripts make no markup of texts."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.engine import Engine
from rag.server.errors import add_error_answers
from rag.server.settings import ServerSettings
from rag.serving import Service
from tests.fakes import WordEmbedder, write_reports
from tests.servers import error_of, read_events
from ui.run_view import Verdict, judge, mark_spans, read_page, show_passage, show_question, show_run
from ui.tab_routes import EvaluationRequest, stream_evaluation, tab_routes
from ui.tab_words import tab_words

UI = Path(__file__).parents[1] / "ui"
SCRIPTS = [UI / "tabs.js", *sorted((UI / "tabs").glob("*.js"))]
PAYLOAD = "<img src=x onerror=alert(1)>"
TEXT = "Thu đạt 45,2 tỷ đồng. Chi đạt 40 tỷ đồng."
HIT = {"doc_id": "s/a.txt", "title": "A", "page": 2, "start": 100, "end": 100 + len(TEXT), "text": TEXT}
CITATION = {"n": 1, "doc_id": "s/a.txt", "title": "A", "page": 2, "start": 100, "end": 121, "quote": TEXT[:21]}


def record(**changes: Any) -> dict[str, Any]:
    """A record of results.jsonl: answered, and cited rightly."""
    return {
        "id": "q1",
        "kind": "figure",
        "question": "Thu bao nhiêu?",
        "answerable": True,
        "abstained": False,
        "reason": None,
        "answer": "Thu đạt 45,2 tỷ đồng. [1]",
        "short": "45,2 tỷ đồng",
        "citations": [CITATION],
        "evidence": [HIT, {**HIT, "doc_id": "s/b.txt"}],
        "scores": {"right_citation": 1.0, "answer_in_text": 1.0},
        **changes,
    }


# -- verdicts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.RIGHT),
        ({"scores": {"right_citation": 0.0, "answer_in_text": 1.0}}, Verdict.WRONG),
        ({"abstained": True}, Verdict.WRONGLY_ABSTAINED),
        ({"answerable": False, "abstained": True, "scores": {}}, Verdict.RIGHTLY_ABSTAINED),
        ({"answerable": False, "scores": {}}, Verdict.WRONGLY_ANSWERED),
        ({"scores": {"answer_in_text": 1.0}}, Verdict.MATCHES),
        ({"scores": {"answer_in_text": 0.0}}, Verdict.DIFFERS),
        ({"scores": {"item_recall": 1.0}}, Verdict.MATCHES),
        ({"scores": {}}, Verdict.UNJUDGED),
        ({"error": "the question is empty"}, Verdict.FAILED),
    ],
)
def test_a_record_is_judged_by_where_it_cites_and_else_by_its_words(changes: dict[str, Any], verdict: Verdict):
    assert judge(record(**changes)) is verdict


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("right", "Đúng chỗ"),
        ("wrong", "Sai chỗ"),
        ("rightly_abstained", "Không trả lời (đúng)"),
        ("wrongly_abstained", "Không trả lời (lẽ ra có)"),
        ("wrongly_answered", "Trả lời (lẽ ra không)"),
    ],
)
def test_verdicts_are_said_in_words_an_official_understands(name: str, word: str):
    assert tab_words("vi")[f"verdict.{Verdict(name)}"] == word


# -- marks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ([], ["abcdef"]),
        ([(1, 3)], ["a", "[bc]", "def"]),
        ([(0, 6)], ["[abcdef]"]),
        ([(0, 2), (1, 4)], ["[ab]", "[cd]", "ef"]),
        ([(-5, 2), (4, 99)], ["[ab]", "cd", "[ef]"]),
        ([(3, 3), (9, 12)], ["abcdef"]),
    ],
)
def test_a_text_is_cut_at_the_edges_of_what_is_marked(spans: list[tuple[int, int]], pieces: list[str]):
    found = mark_spans("abcdef", spans)
    assert [f"[{piece['text']}]" if piece["marked"] else piece["text"] for piece in found] == pieces


def test_a_cited_passage_leads_to_its_quote_and_carries_the_numbers_that_cite_it():
    shown = show_passage(HIT, [CITATION, {**CITATION, "n": 2, "start": 122, "end": 141}])
    assert shown["n"] == [1, 2]
    assert (shown["start"], shown["end"]) == (100, 121)
    assert [piece["text"] for piece in shown["pieces"] if piece["marked"]] == [TEXT[:21], TEXT[22:]]
    assert "".join(piece["text"] for piece in shown["pieces"]) == TEXT


def test_a_question_shows_what_was_cited_before_what_was_not():
    shown = show_question(record(), {"answers": ["45,2 tỷ đồng"]})
    assert [passage["doc_id"] for passage in shown["cited"]] == ["s/a.txt"]
    assert [passage["doc_id"] for passage in shown["other"]] == ["s/b.txt"]
    assert shown["expected"] == {"answers": ["45,2 tỷ đồng"], "items": [], "evidence": [], "alt_evidence": []}


def test_a_citation_whose_passage_was_not_retrieved_is_shown_by_its_quote():
    shown = show_question(record(evidence=[]), None)
    assert shown["cited"][0]["pieces"] == [{"text": TEXT[:21], "marked": True}] and shown["expected"] is None


def test_an_abstention_cites_nothing():
    shown = show_question(record(abstained=True, answer="", reason="not_reported"), None)
    assert shown["cited"] == [] and len(shown["other"]) == 2


# -- pages of a run ---------------------------------------------------------------------------------------


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A run of 120 questions, every third of them answered from the wrong place."""
    rows = [record(id=f"q{i}", scores={"right_citation": float(i % 3 > 0)}) for i in range(120)]
    path = tmp_path / "results.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "expected.jsonl").write_text('{"id": "q50", "answers": ["45,2"]}\n', encoding="utf-8")
    return path


def test_questions_come_fifty_a_page_in_the_order_asked(results: Path):
    page = read_page(results, results.with_name("expected.jsonl"), verdict=None, page=1)
    assert (page["n"], page["pages"]) == (120, 3)
    assert [one["id"] for one in page["questions"]] == [f"q{i}" for i in range(50, 100)]
    assert page["questions"][0]["expected"]["answers"] == ["45,2"] and page["questions"][1]["expected"] is None


def test_a_page_of_one_verdict_holds_only_that(results: Path):
    page = read_page(results, results.with_name("gone"), verdict=Verdict.WRONG, page=0)
    assert (page["n"], page["pages"], len(page["questions"])) == (40, 1, 40)
    assert {one["verdict"] for one in page["questions"]} == {"wrong"}


def test_a_page_past_the_end_is_empty(results: Path):
    assert read_page(results, results, verdict=None, page=10**6)["questions"] == []


def test_metrics_come_with_what_they_were_measured_on_and_absent_ones_are_left_out(results: Path):
    summary = {
        "n": 120,
        "started": "2026-01-01T00:00:00+00:00",
        "metrics": {"right_citation": 0.667, "answer_em": None},
        "measured": {"right_citation": 120, "answer_em": 0},
        "by_kind": {"figure": {"n": 120, "metrics": {"right_citation": 0.667}}},
        "seconds": {"p50": 0.1, "p95": 0.2, "total": 12.0},
        "failed": [{"id": "q7"}],
    }
    shown = show_run(summary, results)
    assert shown["metrics"] == [{"name": "right_citation", "value": 0.667, "n": 120}]
    assert shown["verdicts"] == [{"name": "right", "n": 80}, {"name": "wrong", "n": 40}]
    assert shown["kinds"] == [{"kind": "figure", "n": 120, "values": [0.667, None, None, None]}]
    assert shown["notes"] == [{"name": "failed", "n": 1}]


def test_the_thresholds_of_a_run_are_handed_on_and_absent_where_they_were_not_looked_at(results: Path):
    summary = {"n": 120, "started": "2026-01-01T00:00:00+00:00"}
    thresholds = {"n_answerable": 1, "n_unanswerable": 0, "rows": []}

    assert show_run(summary, results)["thresholds"] is None
    assert show_run({**summary, "thresholds": thresholds}, results)["thresholds"] == thresholds


# -- routes -----------------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    engine = Engine(tmp_path / "library", embedder=WordEmbedder())
    engine.index(write_reports(tmp_path / "reports"))
    service = Service(engine)
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    app = FastAPI()
    add_error_answers(app, ServerSettings())
    tab_routes(app, service)
    with TestClient(app) as client:
        yield client


def questions(n: int = 2, question: str = "Tổng thu ngân sách huyện Lang Chánh năm 2023?") -> bytes:
    rows = [{"id": f"q{i}", "question": question, "answers": [PAYLOAD], "docs": ["lang_chanh"]} for i in range(n)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_a_set_is_handed_in_run_and_looked_at(client: TestClient):
    added = client.post("/ui/question-sets", params={"name": f"{PAYLOAD}.jsonl"}, content=questions()).json()
    assert client.get("/ui/question-sets").json() == {"sets": [added]}
    told = read_events(client.post("/ui/evaluations", json={"set": added["key"], "limit": None}).text)
    assert {name for name, _ in told[:-1]} <= {"progress"} and told[-1][0] == "done"
    (card,) = client.get("/ui/runs").json()["runs"]
    key = told[-1][1]["run"]
    assert (card["key"], card["n"], card["name"]) == (key, 2, PAYLOAD)
    run = client.get(f"/ui/runs/{key}").json()
    assert (run["key"], run["name"], run["n"]) == (key, PAYLOAD, 2)
    page = client.get(f"/ui/runs/{key}/questions").json()
    assert page["questions"][0]["expected"]["answers"] == [PAYLOAD]
    verdict = page["questions"][0]["verdict"]
    assert client.get(f"/ui/runs/{key}/questions", params={"verdict": verdict}).json()["n"] == 2


def test_what_is_downloaded_is_saved_and_never_shown(client: TestClient):
    key = client.post("/ui/question-sets", content=questions()).json()["key"]
    run = read_events(client.post("/ui/evaluations", json={"set": key}).text)[-1][1]["run"]
    given = client.get(f"/ui/runs/{run}/results.jsonl")
    assert given.headers["content-disposition"] == f'attachment; filename="{run}-results.jsonl"'
    assert [json.loads(line)["id"] for line in given.text.splitlines()] == ["q0", "q1"]
    assert client.get(f"/ui/runs/{run}/summary.json").json()["n"] == 2


def test_thresholds_are_measured_where_they_are_asked_for_and_given_as_a_picture(client: TestClient):
    key = client.post("/ui/question-sets", content=questions()).json()["key"]
    plain, swept = (
        read_events(client.post("/ui/evaluations", json={"set": key, "thresholds": wanted}).text)[-1][1]["run"]
        for wanted in (False, True)
    )

    picture = client.get(f"/ui/runs/{swept}/threshold.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    # Nobody opens it as a page of this origin.
    assert picture.headers["content-disposition"].startswith("attachment")
    assert len(client.get(f"/ui/runs/{swept}").json()["thresholds"]["rows"]) == 21
    assert error_of(client.get(f"/ui/runs/{plain}/threshold.svg")) == (404, "NotFoundError")


@pytest.mark.parametrize(
    "path",
    [
        "/ui/runs/nothing",
        "/ui/runs/nothing/questions",
        "/ui/runs/..%2F..%2Flibrary.db/results.jsonl",
        "/ui/runs/%2e%2e/summary.json",
        "/ui/runs/20260101T000000Z-a/library.db",
        "/ui/runs/20260101T000000Z-a/..%2Fsummary.json",
        "/ui/tabs/words/..%2F..%2Fwords.json",
        "/ui/tabs/words/fr.json",
    ],
)
def test_nothing_else_can_be_fetched(client: TestClient, path: str):
    assert client.get(path).status_code == 404


def test_a_set_that_cannot_be_used_is_refused_by_its_line(client: TestClient):
    refused = client.post("/ui/question-sets", params={"name": "a.jsonl"}, content=b'{"id": "1"}\n')
    assert error_of(refused) == (422, "EvaluationError")
    assert refused.json()["error"]["message"].startswith("a.jsonl, line 1: field 'question' is missing")


def test_an_unknown_set_is_told_in_the_stream(client: TestClient):
    ((name, told),) = (
        e for e in read_events(client.post("/ui/evaluations", json={"set": "x"}).text) if e[0] == "error"
    )
    assert (name, told["type"]) == ("error", "NotFoundError")


@pytest.mark.parametrize(
    "body", [{}, {"set": "x", "limit": 0}, {"set": "x", "path": "/etc"}, {"set": 3}, {"set": "x", "thresholds": 3}, []]
)
def test_a_run_that_cannot_be_is_refused(client: TestClient, body: object):
    assert client.post("/ui/evaluations", json=body).status_code == 422


class Visitor:
    """A request of somebody who leaves as soon as the run has begun."""

    def __init__(self, has_begun: Callable[[], bool]) -> None:
        self.has_begun = has_begun

    async def is_disconnected(self) -> bool:
        return self.has_begun()


def test_whoever_leaves_stops_the_run(service: Service, monkeypatch: pytest.MonkeyPatch):
    key = service.add_question_set(questions(50), "a.jsonl").key
    begun, ended = threading.Event(), threading.Event()
    evaluate = service.evaluate

    def watched(*given: Any, progress: Any, should_stop: Callable[[], bool], **options: Any) -> Any:
        def note(done: int, n: int) -> None:
            progress(done, n)
            begun.set()
            while done == 1 and not should_stop():
                pass

        try:
            return evaluate(*given, progress=note, should_stop=should_stop, **options)
        finally:
            ended.set()

    monkeypatch.setattr(service, "evaluate", watched)

    async def visit() -> list[str]:
        events = stream_evaluation(service, EvaluationRequest(set=key), Visitor(begun.is_set))  # type: ignore[arg-type]
        return [event async for event in events]

    told = asyncio.run(visit())
    assert ended.wait(30) and not any("event: done" in event for event in told)
    assert service.runs() == []


# -- words and scripts ------------------------------------------------------------------------------------


def test_both_languages_have_every_word_and_the_same_places_to_fill():
    vietnamese, english = tab_words("vi"), tab_words("en")
    assert vietnamese.keys() == english.keys()
    places = re.compile(r"\{(\w+)\}")
    for key, text in vietnamese.items():
        assert text.strip() and english[key].strip(), key
        assert set(places.findall(english[key])) <= set(places.findall(text)), key


def test_every_word_a_script_asks_for_is_there():
    known = tab_words("vi")
    for path in SCRIPTS:
        asked = re.findall(r"words\(\s*\"([\w.@]+)\"", path.read_text(encoding="utf-8"))
        assert [key for key in asked if key not in known] == [], path.name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_or_code_of_a_text(path: Path):
    text = path.read_text(encoding="utf-8")
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|DOMParser"
    code = r"\beval\(|new Function|\bFunction\(|javascript:|setTimeout\(\s*[\"'`]"
    assert re.findall(f"{markup}|{code}", text) == []
    assert re.findall(r"https?://", text) == []


def test_the_style_sheet_loads_nothing():
    assert re.findall(r"url\(|@import|expression\(", (UI / "tabs.css").read_text(encoding="utf-8")) == []
