"""The chat called by programs: gradio_client against a real server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from huggingface_hub import constants

import ui
from tests.commands import SEEDS, make_environment
from tests.fakes import build_library
from tests.servers import Local, RunningServer, run_server, serve_locally
from tests.test_offline import Offline

INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023?"
BUDGET = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"


@pytest.fixture(scope="module", autouse=True)
def without_telemetry() -> Iterator[None]:
    """Do as HF_HUB_DISABLE_TELEMETRY=1 does: without it the client asks its makers who may be calling."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
        yield


def mount(app: Any, service: Any) -> None:
    """Mount the chat where an event loop runs: without one Gradio makes several and never closes them."""

    async def mount_now() -> None:
        ui.mount(app, service)

    asyncio.run(mount_now())


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    library = tmp_path_factory.mktemp("chat") / "library"
    build_library(library)
    with serve_locally(library, mount=mount) as local:
        yield local


@pytest.fixture(scope="module")
def client(local: Local) -> Iterator[Client]:
    with closing(connect(local.url)) as client:
        yield client


def connect(url: str) -> Client:
    return Client(url, verbose=False)


def ask(client: Client, *given: Any, **named: Any) -> Any:
    return client.predict(*given, api_name="/ask", **named)


# -- what is called ---------------------------------------------------------------------------------------


def test_an_answer_is_the_object_that_http_gives(local, client):
    answer = ask(client, BUDGET)

    assert answer["short"] == "45,2 tỷ đồng"
    assert [citation["quote"] for citation in answer["citations"]] == [
        "Năm 2023, tổng thu ngân sách huyện Lang Chánh đạt 45,2 tỷ đồng, tăng 12% so với năm 2022."
    ]
    assert answer["citations"][0]["verified"] is True
    by_http = local.client.post("/v1/ask", json={"question": BUDGET}).json()
    apart = {"answer_id", "seconds"}
    assert {key: value for key, value in answer.items() if key not in apart} == {
        key: value for key, value in by_http.items() if key not in apart
    }
    assert local.client.get(f"/v1/answers/{answer['answer_id']}").json()["short"] == "45,2 tỷ đồng"


def test_a_follow_up_is_completed_from_the_history(client):
    first = ask(client, BUDGET)
    history = [{name: first[name] for name in ("question", "rewritten", "answer")}]

    second = ask(client, "Còn Mường Lát?", history)

    assert second["rewritten"] == "Tổng thu ngân sách huyện Mường Lát năm 2023?"
    assert second["short"] == "18,7 tỷ đồng"


def test_filters_and_depth_are_taken_by_name(client):
    elsewhere = ask(client, BUDGET, filters={"documents": ["s/muong_lat.txt"]})
    shallow = ask(client, question=BUDGET, top_k=1)

    assert {hit["doc_id"] for hit in elsewhere["evidence"]} == {"s/muong_lat.txt"}
    assert len(shallow["evidence"]) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([""], "the question is empty; ask for something"),
        ([" \n\t"], "the question is empty; ask for something"),
        (["a" * 2001], "the question has 2,001 characters, allowed: 2,000; ask for one thing at a time"),
        ([5], "the request cannot be read: question: input should be a valid string"),
        ([BUDGET, [{"answer": "x"}]], "the request cannot be read: history.0.question: field required"),
        ([BUDGET, "trước đó"], "the request cannot be read: history: input should be a valid list"),
        ([BUDGET, None, {"nơi": "Quế Phong"}], "the request cannot be read: filters.nơi: extra inputs"),
        ([BUDGET, None, {"documents": "a"}], "the request cannot be read: filters.documents: input should be"),
        ([BUDGET, None, {"date_from": "mai"}], "date_from is 'mai'; allowed: 2023, 2023-07 or 2023-07-19"),
        ([BUDGET, None, None, 0], "the request cannot be read: top_k: input should be greater than"),
        ([BUDGET, None, None, 10**6], "the request cannot be read: top_k: input should be less than or equal to 200"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(client, given, said):
    with pytest.raises(AppError) as caught:
        ask(client, *given)

    assert str(caught.value).startswith(said)
    assert "Traceback" not in str(caught.value)


def test_an_empty_library_is_said_without_a_place_of_this_machine(tmp_path):
    with (
        serve_locally(tmp_path / "library", mount=mount, warm=False) as local,
        closing(connect(local.url)) as client,
        pytest.raises(AppError) as caught,
    ):
        ask(client, BUDGET)

    assert str(caught.value).startswith("There are no reports yet.")
    assert str(tmp_path) not in str(caught.value)


# -- what can be called -----------------------------------------------------------------------------------


def test_there_is_one_thing_to_call_and_its_name_is_ask(client):
    api = client.view_api(print_info=False, return_format="dict")

    assert set(api["named_endpoints"]) == {"/ask"}
    assert api["unnamed_endpoints"] == {}
    parameters = api["named_endpoints"]["/ask"]["parameters"]
    assert [(p["parameter_name"], p["parameter_has_default"]) for p in parameters] == [
        ("question", False),
        ("history", True),
        ("filters", True),
        ("top_k", True),
    ]


def test_its_name_stays_whatever_the_functions_of_the_page_are_called(local):
    config = local.client.get("/config").json()

    # Gradio numbers a name that is taken by an earlier event: the door for programs has to be the first.
    names = [(event["api_name"], event["api_visibility"]) for event in config["dependencies"]]
    assert names[0] == ("ask", "public")
    assert [name for name, visibility in names[1:] if visibility != "private"] == []


def test_the_english_page_has_nothing_to_call(local):
    with closing(connect(f"{local.url}/en/")) as client:
        api = client.view_api(print_info=False, return_format="dict")

    assert (api["named_endpoints"], api["unnamed_endpoints"]) == ({}, {})


def test_what_the_page_calls_cannot_be_called_by_name_or_number(local, client):
    events = local.client.get("/config").json()["dependencies"]
    private = [event for event in events if event["api_visibility"] == "private"]

    assert len(private) >= 10
    for event in private:
        with pytest.raises(ValueError, match="Cannot find a function"):
            client.predict("x", api_name=f"/{event['api_name']}")
        with pytest.raises(ValueError, match="Invalid function index"):
            client.predict("x", fn_index=event["id"])


# -- what it reaches, and what is written down --------------------------------------------------------------

PROGRAM = """
import sys

reached = set()
sys.addaudithook(
    lambda event, given: reached.add(given[1][:2])
    if event == "socket.connect" and isinstance(given[1], tuple)
    else reached.add(given[:2]) if event == "socket.getaddrinfo" else None
)

import json
from gradio_client import Client

client = Client(sys.argv[1])
job = client.submit(sys.argv[2], api_name="/ask")
answer = job.result()
client.close()
print(json.dumps({"short": answer["short"], "reached": sorted(map(list, reached))}))
"""


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    return Offline(tmp_path_factory.mktemp("offline"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, offline: Offline) -> Iterator[RunningServer]:
    with run_server("--from", SEEDS, cache=tmp_path_factory.mktemp("serve"), environment=offline.environment) as server:
        yield server


def test_a_program_reaches_nothing_but_the_server(served, offline, tmp_path):
    environment = make_environment(tmp_path, HF_HUB_DISABLE_TELEMETRY="1", **offline.environment)
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "program.py"), served.url, INCOME],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=True,
        timeout=120,
    )

    said, _, found = done.stdout.strip().rpartition("\n")
    assert said.startswith("Loaded as API: ")
    assert json.loads(found) == {"short": "35,7 triệu đồng/năm", "reached": [["127.0.0.1", served.port]]}
    assert offline.tried() == []


def call_by_hand(server: RunningServer, data: list[Any]) -> str:
    """Call as a program without gradio_client does, and give what came."""
    event = httpx.post(f"{server.url}/gradio_api/call/ask", json={"data": data}, timeout=60).json()["event_id"]
    return httpx.get(f"{server.url}/gradio_api/call/ask/{event}", timeout=60).text


def test_a_call_by_hand_needs_all_four_and_is_told_so(served):
    assert (
        "35,7 triệu đồng/năm"
        in json.loads(call_by_hand(served, [INCOME, None, None, 10]).split("data: ")[1])[0]["short"]
    )
    refused = call_by_hand(served, [INCOME])

    assert refused.startswith("event: error\n")
    assert "question, history, filters and top_k" in refused


def test_what_goes_wrong_inside_gradio_is_logged_without_what_was_asked(served):
    secret = "Ai là người tố cáo ở Quế Phong"
    for data in ([secret], [secret, None, {"place": 5}, 10], [{"secret": secret}, None, None, 10], []):
        assert call_by_hand(served, data).startswith("event: error\n")
    session = {"session_hash": "abc", "fn_index": 1}
    httpx.post(f"{served.url}/gradio_api/queue/join", json={"data": [secret], **session}, timeout=60)
    httpx.post(f"{served.url}/gradio_api/queue/join", json={"data": [secret] * 9, **session}, timeout=60)

    lines = served.log_lines()
    assert secret not in Path(served.log).read_text(encoding="utf-8")
    failed = [line["error"]["kind"] for line in lines if line.get("message") == "an event of the chat failed"]
    assert set(failed) == {"ValueError"}
