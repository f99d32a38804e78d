"""Every route over a real socket: what it takes, what it gives, and how it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import scripted
from tests.fakes import REPORTS, WordEmbedder, build_library, write_reports
from tests.servers import GatedEmbedder, Local, error_of, read_events, serve_locally, wait_until

QUESTION = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"
REVENUE = "45,2 tỷ đồng"
DOC_ID = "s/lang_chanh.txt"
ALL_REPORTS = {f"s/{name}" for name in REPORTS}
NEW = "Huyện Như Xuân tổng kết năm 2023\n\nNăm 2023, tổng thu ngân sách huyện Như Xuân đạt 61,3 tỷ đồng."


@pytest.fixture(scope="module")
def embedder() -> GatedEmbedder:
    return GatedEmbedder()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, embedder: GatedEmbedder) -> Iterator[Local]:
    """A server over three reports. Tests that change the library put it back."""
    library = tmp_path_factory.mktemp("routes") / "library"
    build_library(library, embedder=embedder)
    with serve_locally(library, embedder=embedder) as local:
        yield local


def ask(client: httpx.Client, question: str = QUESTION, **more: object) -> httpx.Response:
    return client.post("/v1/ask", json={"question": question, **more})


def send_files(client: httpx.Client, *files: tuple[str, bytes], **headers: str) -> httpx.Response:
    return client.post("/v1/documents", files=[("file", file) for file in files], headers=headers)


# -- questions ------------------------------------------------------------------------------------------


def test_ask_gives_the_figure_its_quote_and_an_id(served):
    answer = ask(served.client).json()

    assert answer["short"] == REVENUE
    assert answer["citations"][0]["doc_id"] == DOC_ID
    first = answer["citations"][0]
    assert REPORTS["lang_chanh.txt"][first["start"] : first["end"]] == first["quote"]
    assert served.client.get(f"/v1/answers/{answer['answer_id']}").json() == answer


def test_ask_as_events_tells_its_steps_in_order_then_the_text_then_the_answer(served):
    response = served.client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})

    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    events = read_events(response.text)
    assert [name for name, _ in events] == ["step", "step", "step", "step", "text", "answer"]
    assert [value["step"] for name, value in events if name == "step"] == ["searching", "reading", "writing", "checked"]
    assert events[-2][1] == {"text": events[-1][1]["answer"]}
    assert events[-1][1]["short"] == REVENUE


def test_an_error_while_answering_as_events_is_the_last_event(served):
    response = served.client.post("/v1/ask", json={"question": " "}, headers={"Accept": "text/event-stream"})

    assert [name for name, _ in read_events(response.text)] == ["error"]
    assert read_events(response.text)[0][1]["error"]["type"] == "QuestionError"


def test_while_an_answer_takes_long_its_events_carry_comments(tmp_path):
    embedder = GatedEmbedder()
    build_library(tmp_path / "library", embedder=embedder)
    with serve_locally(tmp_path / "library", embedder=embedder, heartbeat_s=0.05) as local:
        embedder.gate.clear()
        seen = []
        with local.client.stream(
            "POST", "/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
        ) as response:
            for line in response.iter_lines():
                seen.append(line)
                if line == ": waiting":
                    embedder.gate.set()
        assert ": waiting" in seen
        assert seen.index(": waiting") < seen.index("event: answer")


def test_filters_history_and_top_k_reach_the_engine(served):
    only = ask(served.client, filters={"documents": ["s/muong_lat.txt"]}, top_k=2).json()
    followed = ask(served.client, "Còn Mường Lát thì sao?", history=[{"question": QUESTION, "answer": REVENUE}]).json()

    assert {hit["doc_id"] for hit in only["evidence"]} == {"s/muong_lat.txt"}
    assert len(only["evidence"]) == 2
    assert followed["rewritten"]
    assert followed["short"] == "18,7 tỷ đồng"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"period": "2023"}, ALL_REPORTS, id="a year"),
        pytest.param({"period": "2023-Q3"}, {"s/doanh_nghiep.txt"}, id="a quarter"),
        pytest.param({"period": "Quý III năm 2023"}, {"s/doanh_nghiep.txt"}, id="a quarter in words"),
        pytest.param({"period": "2022"}, set(), id="a year of no report"),
        pytest.param({"kinds": ["caption"]}, {"s/doanh_nghiep.txt"}, id="captions"),
        pytest.param({"kinds": ["caption"], "period": "2023-H1"}, set(), id="both, that contradict"),
        pytest.param({"organisation": "UBND"}, set(), id="an organisation of no report"),
        pytest.param({"organisation": None, "kinds": []}, ALL_REPORTS, id="nothing"),
    ],
)
def test_filters_by_period_organisation_and_kind_reach_retrieval(served, filters, expected):
    body = {"question": "Thu ngân sách, doanh thu, ảnh", "filters": filters, "top_k": 50}
    hits = served.client.post("/v1/retrieve", json=body).json()["hits"]

    found = {hit["doc_id"] for hit in hits}
    assert found == expected
    if "caption" in filters.get("kinds", ()):
        assert {hit["text"] for hit in hits} <= {"Ảnh: Minh Đức"}


def test_the_description_names_every_filter_and_the_kinds_there_are(served):
    schemas = served.client.get("/openapi.json").json()["components"]["schemas"]

    assert list(schemas["FiltersIn"]["properties"]) == [
        "documents",
        "date_from",
        "date_to",
        "period",
        "place",
        "organisation",
        "kinds",
    ]
    kinds = ["title", "heading", "paragraph", "list_item", "table_row", "caption", "byline", "letterhead"]
    assert schemas["PartKind"]["enum"] == kinds


def test_the_description_names_every_part_of_an_answer(served):
    described = served.client.get("/openapi.json").json()["components"]["schemas"]

    answer = ask(served.client).json()
    assert described["AnswerOut"]["properties"].keys() == answer.keys()
    assert described["CheckOut"]["properties"].keys() == answer["checks"][0].keys()
    assert described["TableOut"]["properties"].keys() == {"columns", "rows", "arithmetic"}
    assert described["CoverageOut"]["properties"].keys() == {"reports", "stating", "silent", "copies", "text"}
    assert described["ChoiceOut"]["properties"].keys() == {"question", "label", "short", "citation"}
    threshold = described["AskIn"]["properties"]["min_confidence"]
    assert threshold["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    docs = served.client.get("/docs").text
    assert "<code>min_confidence</code> (optional)</td><td>number or null, minimum 0.0, maximum 1.0 An answer" in docs
    assert "<tr><td><code>choices</code></td><td>array of ChoiceOut </td></tr>" in docs
    assert "<h4><code>CellOut</code></h4><p>One cell of a table;" in docs


def test_a_table_choices_and_a_note_come_through_json_events_and_the_export(tmp_path):
    embedder = build_library(tmp_path / "library", scripted.REPORTS)
    with (
        scripted.ScriptedEngine(tmp_path / "library", embedder=embedder) as engine,
        serve_locally(tmp_path / "library", engine=engine) as local,
    ):
        compared = ask(local.client, scripted.COMPARED).json()
        vague = ask(local.client, scripted.VAGUE).json()
        events = local.client.post(
            "/v1/ask", json={"question": scripted.VAGUE}, headers={"Accept": "text/event-stream"}
        ).text
        exported = local.client.get(f"/v1/answers/{compared['answer_id']}/export").text

    assert [cell["citation"] for cell in compared["table"]["rows"][0]] == [None, 2, 1]
    assert (compared["coverage"]["reports"], compared["coverage"]["stating"]) == (3, 2)
    assert (vague["short"], len(vague["choices"]), vague["abstained"]) == (None, 3, False)
    assert read_events(events)[-1][1]["choices"] == vague["choices"]
    assert "| Quế Phong | 31,2 triệu đồng/năm[^2] | 35,7 triệu đồng/năm[^1] |" in exported


def test_a_question_no_report_answers_is_abstained_with_its_reason(served):
    answer = ask(served.client, "Tỷ lệ che phủ rừng của huyện Quan Hóa?").json()

    assert answer["abstained"] is True
    assert answer["short"] is None
    assert answer["reason"]


def test_retrieve_gives_hits_best_first(served):
    body = served.client.post("/v1/retrieve", json={"question": QUESTION, "top_k": 3}).json()

    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3]
    assert body["hits"][0]["doc_id"] == DOC_ID
    assert body["question"] == QUESTION


@pytest.mark.parametrize(
    ("body", "kind", "named"),
    [
        pytest.param({"question": ""}, "QuestionError", "empty", id="empty"),
        pytest.param({"question": "x" * 2001}, "QuestionError", "2,000", id="2,001 characters"),
        pytest.param({}, "RequestError", "question", id="no question"),
        pytest.param({"question": 5}, "RequestError", "question", id="a number"),
        pytest.param({"question": "x", "top_k": 0}, "RequestError", "top_k", id="top_k 0"),
        pytest.param({"question": "x", "top_k": 201}, "RequestError", "top_k", id="top_k 201"),
        pytest.param({"question": "x", "top_k": "9"}, "RequestError", "top_k", id="top_k as text"),
        pytest.param(
            {"question": "x", "min_confidence": 1.1}, "RequestError", "min_confidence", id="a threshold over 1"
        ),
        pytest.param({"question": "x", "min_confidence": -0.1}, "RequestError", "min_confidence", id="below 0"),
        pytest.param({"question": "x", "min_confidence": "0.5"}, "RequestError", "min_confidence", id="as text"),
        pytest.param({"question": "x", "min_confidence": float("nan")}, "RequestError", "min_confidence", id="NaN"),
        pytest.param({"question": "x", "history": [{"question": "y"}] * 51}, "RequestError", "history", id="51 turns"),
        pytest.param({"question": "x", "filters": {"date_from": "hôm qua"}}, "ConfigError", "date_from", id="date"),
        pytest.param({"question": "x", "filters": {"folder": "/"}}, "RequestError", "folder", id="unknown filter"),
        pytest.param({"question": "x", "paths": ["/etc"]}, "RequestError", "paths", id="unknown field"),
        pytest.param({"question": "x", "filters": {"place": "\ud800"}}, "RequestError", "place", id="half a character"),
        pytest.param({"question": "x", "filters": {"period": "hôm qua"}}, "ConfigError", "2023-Q3", id="no period"),
        pytest.param({"question": "x", "filters": {"period": "2022, 2023"}}, "ConfigError", "one of", id="two periods"),
        pytest.param({"question": "x", "filters": {"period": ""}}, "ConfigError", "period", id="an empty period"),
        pytest.param({"question": "x", "filters": {"period": "2023\0"}}, "ConfigError", "control", id="NUL"),
        pytest.param({"question": "x", "filters": {"period": 2023}}, "RequestError", "period", id="a period as number"),
        pytest.param({"question": "x", "filters": {"organisation": "(?"}}, "ConfigError", "organisation", id="no name"),
        pytest.param(
            {"question": "x", "filters": {"organisation": "x" * 2000}}, "RequestError", "organisation", id="a long name"
        ),
        pytest.param({"question": "x", "filters": {"kinds": ["bảng"]}}, "RequestError", "table_row", id="unknown kind"),
        pytest.param({"question": "x", "filters": {"kinds": "title"}}, "RequestError", "kinds", id="kinds as text"),
        pytest.param({"question": "x", "filters": {"kinds": [0]}}, "RequestError", "kinds", id="a kind by number"),
        pytest.param({"question": "x", "filters": {"documents": [""]}}, "RequestError", "documents", id="no document"),
        pytest.param(
            {"question": "x", "filters": {"documents": ["a"] * 10_000}}, "RequestError", "1000", id="10,000 documents"
        ),
        pytest.param(["question"], "RequestError", "body", id="a list"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_field_that_is_wrong(served, body, kind, named):
    response = served.client.post("/v1/ask", content=json.dumps(body), headers={"Content-Type": "application/json"})

    assert error_of(response) == (422, kind)
    assert named in response.json()["error"]["message"]
    assert len(response.content) < 700


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"question": "\xc3\x28"}', b"[" * 50_000, b"null", b"", b'{"question": 1e99999}'],
    ids=["broken", "no UTF-8", "broken UTF-8", "endless nesting", "null", "empty", "infinite"],
)
def test_a_body_that_is_no_json_is_refused(served, content):
    response = served.client.post("/v1/ask", content=content, headers={"Content-Type": "application/json"})

    assert error_of(response) == (422, "RequestError")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_refused_as_a_form_elsewhere_could_send_it(served, kind):
    response = served.client.post("/v1/ask", content=b'{"question": "x"}', headers={"Content-Type": kind})

    assert error_of(response) == (415, "UnsupportedMediaTypeError")


def test_an_answer_is_exported_as_markdown_and_as_a_word_document(served):
    answer_id = ask(served.client).json()["answer_id"]

    markdown = served.client.get(f"/v1/answers/{answer_id}/export")
    word = served.client.get(f"/v1/answers/{answer_id}/export", params={"format": "docx"})

    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert REVENUE in markdown.text
    assert zipfile.ZipFile(io.BytesIO(word.content)).testzip() is None
    assert 'attachment; filename="answer.docx"' in word.headers["content-disposition"]
    assert error_of(served.client.get(f"/v1/answers/{answer_id}/export?format=exe")) == (422, "RequestError")


def test_a_vote_is_kept_and_listed_with_its_answer(served):
    answer_id = ask(served.client).json()["answer_id"]

    voted = served.client.post(f"/v1/answers/{answer_id}/vote", json={"vote": "down", "comment": "Nhầm huyện"})

    assert voted.json() == {"answer_id": answer_id, "vote": "down"}
    kept = served.client.get("/v1/feedback").json()["votes"][-1]
    assert (kept["answer_id"], kept["vote"], kept["comment"]) == (answer_id, "down", "Nhầm huyện")
    assert kept["citations"][0]["doc_id"] == DOC_ID


@pytest.mark.parametrize(
    "path", ["/v1/answers/nope", "/v1/answers/nope/export", "/v1/documents/nope", "/v1/originals/x"]
)
def test_what_is_not_there_is_404(served, path):
    assert error_of(served.client.get(path)) == (404, "NotFoundError")


def test_examples_are_questions_the_library_answers(served):
    examples = served.client.get("/v1/examples", params={"language": "vi", "n": 2}).json()["examples"]

    assert 1 <= len(examples) <= 2
    assert not ask(served.client, examples[0]).json()["abstained"]


# -- reports --------------------------------------------------------------------------------------------


def test_documents_are_listed_as_json_and_as_a_table(served):
    listed = served.client.get("/v1/documents").json()["documents"]
    table = served.client.get("/v1/documents", params={"format": "csv"})

    assert [card["id"] for card in listed] == ["s/doanh_nghiep.txt", "s/lang_chanh.txt", "s/muong_lat.txt"]
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text == served.client.get("/v1/documents", headers={"Accept": "text/csv"}).text
    assert table.text.splitlines()[2].startswith("s/lang_chanh.txt,")


@pytest.mark.parametrize("written", ["s/lang_chanh.txt", "s%2Flang_chanh.txt"])
def test_a_document_is_fetched_with_its_frozen_text_and_its_passages(served, written):
    document = served.client.get(f"/v1/documents/{written}").json()

    assert document["text"] == REPORTS["lang_chanh.txt"]
    assert document["id"] == DOC_ID
    assert [document["text"][p["start"] : p["end"]] for p in document["passages"]][1].startswith("Năm 2023, tổng thu")
    assert {part["kind"] for part in document["parts"]} >= {"title", "paragraph"}


def test_an_upload_is_answered_once_it_can_be_asked_and_can_be_removed(served):
    sent = send_files(served.client, ("báo cáo/nhu_xuan.txt", NEW.encode()))

    file = sent.json()["files"][0]
    assert (file["status"], file["name"], file["error"]) == ("added", "báo cáo/nhu_xuan.txt", "")
    assert sent.json()["state"]["documents"] == 4
    assert ask(served.client, "Tổng thu ngân sách huyện Như Xuân năm 2023?").json()["short"] == "61,3 tỷ đồng"
    original = served.client.get(f"/v1/originals/{file['doc_id']}")
    assert original.content == NEW.encode()
    assert original.headers["content-disposition"].startswith("inline; filename*=utf-8''nhu_xuan.txt")
    assert served.client.delete(f"/v1/documents/{file['doc_id']}").json() == {"removed": [file["doc_id"]]}
    assert error_of(served.client.delete(f"/v1/documents/{file['doc_id']}")) == (404, "NotFoundError")


def test_the_same_file_sent_twice_at_once_is_one_report(served):
    files = send_files(served.client, ("a.txt", NEW.encode()), ("a.txt", NEW.encode())).json()["files"]

    assert [file["doc_id"] for file in files] == ["uploads/a.txt"] * 2
    assert "skipped" not in {file["status"] for file in files}
    assert served.client.delete("/v1/documents/uploads/a.txt").json() == {"removed": ["uploads/a.txt"]}


def test_an_upload_as_events_tells_each_step_of_each_file(served):
    response = send_files(served.client, ("a.txt", NEW.encode()), ("b.exe", b"MZ"), Accept="text/event-stream")

    events = read_events(response.text)
    steps = [value["what"] for name, value in events if name == "file"]
    assert steps == ["waiting", "reading", "indexed", "published"]
    assert events[-1][0] == "done"
    assert [file["status"] for file in events[-1][1]["files"]] == ["added", "skipped"]
    assert events[-1][1]["files"][1]["error"] == "UnsupportedFormatError"
    served.client.delete(f"/v1/documents/{events[-1][1]['files'][0]['doc_id']}")


@pytest.mark.parametrize("name", ["a.exe", "a", "a.docx.js", ".bashrc", "a.doc", "x/../../../etc/passwd"])
def test_one_file_of_a_kind_that_is_not_read_is_refused_naming_what_is(served, name):
    response = send_files(served.client, (name, b"x"))

    assert error_of(response) == (415, "UnsupportedFormatError")
    assert ".docx" in response.json()["error"]["message"]


def test_an_empty_report_is_skipped_with_the_reason(served):
    file = send_files(served.client, ("empty.txt", b"")).json()["files"][0]

    assert (file["status"], file["error"]) == ("skipped", "EmptyFileError")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", "multipart/form-data; boundary=x", id="nothing"),
        pytest.param(b"--x--\r\n", "multipart/form-data; boundary=x", id="no part"),
        pytest.param(b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc',
                     "multipart/form-data; boundary=x", id="broken off"),
        pytest.param(b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nabc\r\n--x--\r\n',
                     "multipart/form-data; boundary=x", id="another field"),
        pytest.param(b"\x00" * 1000, "multipart/form-data; boundary=x", id="no multipart"),
        pytest.param(b"--x--\r\n", "multipart/form-data", id="no boundary"),
    ],
)  # fmt: skip
def test_an_upload_that_is_not_whole_is_refused(served, content, kind):
    response = served.client.post("/v1/documents", content=content, headers={"Content-Type": kind})

    assert error_of(response) == (422, "RequestError")


def test_an_upload_as_json_is_refused(served):
    assert error_of(served.client.post("/v1/documents", json={"file": "x"})) == (415, "UnsupportedMediaTypeError")


def test_a_correction_shows_in_the_card_and_can_be_taken_back(served):
    path = f"/v1/documents/{DOC_ID}"

    corrected = served.client.patch(path, json={"number": "540/BC-UBND", "signer": "Lê Thị Hoa"}).json()
    back = served.client.patch(path, json={"number": None, "signer": None}).json()

    assert (corrected["number"], corrected["signer"]) == ("540/BC-UBND", "Lê Thị Hoa")
    assert set(corrected["corrected"]) == {"number", "signer"}
    assert (back["number"], back["corrected"]) == (None, [])
    assert error_of(served.client.patch(path, json={})) == (422, "RequestError")
    assert error_of(served.client.patch(path, json={"text": "x"})) == (422, "RequestError")


def test_corrections_come_back_by_the_table(served):
    table = served.client.get("/v1/documents?format=csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(table.splitlines())
    row = next(row for row in rows if row[head.index("id")] == DOC_ID)
    row[head.index("number")] = "7/BC"
    sent = io.StringIO()
    csv.writer(sent).writerows([head, row])

    corrected = served.client.patch(
        "/v1/documents", content=sent.getvalue().encode(), headers={"Content-Type": "text/csv"}
    )

    assert corrected.json() == {"corrected": [DOC_ID]}
    assert served.client.get(f"/v1/documents/{DOC_ID}").json()["number"] == "7/BC"
    served.client.patch(f"/v1/documents/{DOC_ID}", json=dict.fromkeys(
        ("title", "date", "period", "place", "organisation", "number", "type", "signer")
    ))  # fmt: skip
    bad = served.client.patch("/v1/documents", content=b"\xff\xfe\x00", headers={"Content-Type": "text/csv"})
    assert error_of(bad) == (422, "RequestError")
    assert error_of(served.client.patch("/v1/documents", json={})) == (415, "UnsupportedMediaTypeError")


# -- the server itself ----------------------------------------------------------------------------------


def test_the_process_is_alive_before_it_is_ready(tmp_path):
    build_library(tmp_path / "library")
    with serve_locally(tmp_path / "library", warm=False) as local:
        assert local.client.get("/healthz").json() == {"status": "alive"}
        before = local.client.get("/readyz")
        assert (before.status_code, before.json()["ready"], before.json()["problem"]) == (503, False, "starting")
        assert before.headers["retry-after"] == "2"

        local.service.warm()

        after = local.client.get("/readyz")
        assert (after.status_code, after.json()["documents"], after.json()["passages"]) == (200, 3, 9)
        assert after.json()["embedder"] == "words"


def test_a_server_without_a_library_says_so_and_takes_the_first_report(tmp_path):
    with serve_locally(tmp_path / "library") as local:
        assert local.client.get("/v1/documents").json() == {"documents": []}
        assert local.client.get("/v1/examples").json() == {"examples": []}
        assert error_of(ask(local.client)) == (404, "NotFoundError")

        added = send_files(local.client, ("a.txt", NEW.encode())).json()["files"][0]

        assert added["status"] == "added"
        assert ask(local.client, "Tổng thu ngân sách huyện Như Xuân năm 2023?").json()["short"] == "61,3 tỷ đồng"


def test_metrics_count_requests_by_route_and_never_by_path(served):
    served.client.get(f"/v1/documents/{DOC_ID}")
    served.client.get("/secret-path-nobody-knows")
    ask(served.client)

    text = served.client.get("/metrics").text

    assert re.search(
        r'rag_requests_total\{method="GET",route="/v1/documents/\{doc_id:path\}",status="200"\} [1-9]', text
    )
    assert re.search(r'rag_answers_total\{outcome="answered"\} [1-9]', text)
    assert "rag_passages 9.0" in text
    assert "rag_request_seconds_bucket" in text
    assert "secret-path" not in text
    assert "lang_chanh" not in text


def test_every_request_has_an_id_and_a_sane_one_is_kept(served):
    own = served.client.get("/healthz", headers={"X-Request-ID": "abc-123"})
    other = served.client.get("/healthz", headers={"X-Request-ID": 'x" onload="'})

    assert own.headers["x-request-id"] == "abc-123"
    assert re.fullmatch("[0-9a-f]{16}", other.headers["x-request-id"])


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nothing", (404, "NotFoundError")),
        ("GET", "/v1/ask", (405, "MethodNotAllowedError")),
        ("DELETE", "/v1/ask", (405, "MethodNotAllowedError")),
        ("POST", "/healthz", (405, "MethodNotAllowedError")),
        ("PUT", "/v1/documents/x", (405, "MethodNotAllowedError")),
        ("OPTIONS", "/v1/ask", (405, "MethodNotAllowedError")),
        ("GET", "/v1/documents/", (404, "NotFoundError")),
        ("GET", "/openapi.yaml", (404, "NotFoundError")),
        ("GET", "/redoc", (404, "NotFoundError")),
        ("TRACE", "/", (404, "NotFoundError")),
    ],
)
def test_unknown_paths_and_methods_are_refused_in_the_same_form(served, method, path, expected):
    response = served.client.request(method, path)

    assert error_of(response) == expected
    assert ("allow" in response.headers) == (expected[0] == 405)


def test_the_documentation_names_every_route_and_loads_nothing(served):
    page = served.client.get("/docs").text
    schema = served.client.get("/openapi.json").json()

    for path, operations in schema["paths"].items():
        assert path in page
        assert all(operation["operationId"] in page for operation in operations.values())
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "curl" in page


def test_two_ask_at_once_while_a_third_uploads(served, embedder):
    embedder.gate.clear()
    before = embedder.n_held
    answers: list[str] = []

    def ask_alone() -> None:
        with httpx.Client(base_url=served.url, timeout=60) as client:
            answers.append(ask(client).json()["short"])

    asking = [threading.Thread(target=ask_alone) for _ in range(2)]
    for thread in asking:
        thread.start()
    wait_until(lambda: embedder.n_held == before + 2, what="two questions under way")

    listed = served.client.get("/v1/documents").json()["documents"]
    embedder.gate.set()
    for thread in asking:
        thread.join()

    assert len(listed) == 3
    assert answers == [REVENUE, REVENUE]


def test_a_question_whose_asker_has_gone_is_not_waited_for(served, embedder):
    embedder.gate.clear()
    before = embedder.n_held
    with (
        httpx.Client(base_url=served.url, timeout=httpx.Timeout(60, read=0.2)) as impatient,
        pytest.raises(httpx.ReadTimeout),
    ):
        ask(impatient)
    wait_until(lambda: embedder.n_held == before + 1, what="the question under way")
    embedder.gate.set()

    assert ask(served.client).json()["short"] == REVENUE


def test_reports_of_a_folder_are_served_with_their_files(tmp_path):
    from rag.engine import Engine

    embedder = WordEmbedder()
    reports = write_reports(tmp_path / "bao_cao")
    (reports / "trang.html").write_text("<h1>Báo cáo</h1><script>alert(1)</script><p>Thu 5 tỷ đồng.</p>", "utf-8")
    Engine(tmp_path / "library", embedder=embedder).index(reports)
    with serve_locally(tmp_path / "library", embedder=embedder) as local:
        page = local.client.get("/v1/originals/bao_cao/trang.html")
        assert page.headers["content-type"] == "application/octet-stream"
        assert page.headers["content-disposition"].startswith("attachment")
        (reports / "muong_lat.txt").write_text("đã đổi", "utf-8")
        assert error_of(local.client.get("/v1/originals/bao_cao/muong_lat.txt")) == (404, "NotFoundError")
        assert str(tmp_path) not in local.client.get("/v1/originals/bao_cao/muong_lat.txt").text


def test_half_a_character_in_a_comment_is_refused(served):
    answer_id = ask(served.client).json()["answer_id"]
    sent = {"content": '{"vote": "up", "comment": "\\ud800"}', "headers": {"Content-Type": "application/json"}}

    assert error_of(served.client.post(f"/v1/answers/{answer_id}/vote", **sent)) == (422, "RequestError")


def test_messages_do_not_tell_where_the_library_lies(served: Local):
    assert served.settings.library is not None
    response = served.client.delete("/v1/documents/nope")

    assert error_of(response) == (404, "NotFoundError")
    assert str(Path(served.settings.library).parent) not in response.text
