"""``rag serve`` as a person starts it: a process, its one line, its exit codes and its log."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import threading
from pathlib import Path

import httpx
import pytest

from tests.commands import SEEDS, run_rag
from tests.fakes import REPORTS, write_reports
from tests.servers import RunningServer, run_server, wait_until
from tests.test_offline import Offline

TOKEN = "a-token-of-some-length"
INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt mức nào?"


@pytest.fixture
def library(ready: Path, tmp_path: Path) -> Path:
    """Give a library that a test may change."""
    return Path(shutil.copytree(ready, tmp_path / "library"))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve")
    reports = write_reports(folder / "bao_cao")
    done = run_rag("index", reports, "--library", folder / "library", cache=folder)
    assert done.returncode == 0, done.stderr
    return folder / "library"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_answers_from_a_folder_says_where_in_one_line_and_stops_cleanly(number, tmp_path):
    offline = Offline(tmp_path)
    with run_server("--from", SEEDS, "--no-chat", cache=tmp_path, environment=offline.environment) as server:
        answer = httpx.post(f"{server.url}/v1/ask", json={"question": INCOME}, timeout=60).json()
        code = server.stop(number)

    assert answer["short"] == "35,7 triệu đồng/năm"
    assert code == 0
    assert server.output.read_text(encoding="utf-8") == f"{server.url}  (Ctrl-C stops it)\n"
    assert server.url.startswith("http://127.0.0.1:")
    assert offline.tried() == []


def test_the_log_is_json_and_holds_neither_questions_nor_reports_nor_paths(library, tmp_path):
    secret = "Bí mật của huyện Lang Chánh xyzzy"
    with run_server("--library", library, "--no-chat", cache=tmp_path) as server:
        ask = f"{server.url}/v1/ask"
        httpx.post(ask, json={"question": secret}, timeout=60)
        httpx.post(ask, json={"question": secret}, headers={"Accept": "text/event-stream"}, timeout=60)
        httpx.post(ask, content=f'{{"question": "{secret}'.encode(), headers={"Content-Type": "application/json"})
        httpx.get(f"{server.url}/v1/documents/bao_cao/lang_chanh.txt?note=xyzzy")
        httpx.get(f"{server.url}/xyzzy/../xyzzy?q=xyzzy", headers={"User-Agent": "xyzzy", "X-Request-ID": "x y"})
        files = [("file", ("xyzzy.txt", secret.encode())), ("file", ("xyzzy.exe", secret.encode()))]
        httpx.post(f"{server.url}/v1/documents", files=files, timeout=60)
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"xyzzy\r\n\r\n")
            connection.recv(1000)
        server.stop()

    text = server.log.read_text(encoding="utf-8")
    assert not [word for word in ("xyzzy", "mật", "lang_chanh", "45,2", "Lê Thị Hoa") if word in text]
    assert not [word for word in (json.dumps("mật")[1:-1], json.dumps("huyện")[1:-1]) if word in text]
    lines = [line for line in server.log_lines() if line["logger"] == "rag.access"]
    assert {"time", "level", "request_id", "method", "route", "status", "ms", "client", "bytes"} <= set(lines[0])
    assert [(line["method"], line["route"], line["status"]) for line in lines if line["route"] != "/readyz"] == [
        ("POST", "/v1/ask", 200),
        ("POST", "/v1/ask", 200),
        ("POST", "/v1/ask", 422),
        ("GET", "/v1/documents/{doc_id:path}", 200),
        ("GET", "(none)", 404),
        ("POST", "/v1/documents", 200),
    ]


def test_an_upload_that_is_under_way_when_it_is_stopped_is_finished(tmp_path):
    with run_server("--library", tmp_path / "library", "--no-chat", cache=tmp_path) as server:
        report = REPORTS["muong_lat.txt"].encode()
        sending, goes_on = threading.Event(), threading.Event()
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="muong_lat.txt"\r\n\r\n'

        def body() -> object:
            yield head + report[:40]
            sending.set()
            goes_on.wait(60)
            yield report[40:] + b"\r\n--x--\r\n"

        results: list[httpx.Response] = []

        def send() -> None:
            headers = {"Content-Type": "multipart/form-data; boundary=x"}
            results.append(httpx.post(f"{server.url}/v1/documents", content=body(), headers=headers, timeout=60))

        thread = threading.Thread(target=send)
        thread.start()
        assert sending.wait(60)
        wait_until(lambda: is_receiving(server), what="the upload under way")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_stopping(server), what="the stop under way")
        goes_on.set()
        thread.join()
        code = server.process.wait(60)

    assert code == 0
    assert results[0].json()["files"][0]["status"] == "added"
    listed = run_rag("documents", "--library", tmp_path / "library", "--json", cache=tmp_path)
    assert [card["passages"] for card in json.loads(listed.stdout)] == [3]


def test_an_open_page_does_not_hold_the_server_up_when_it_is_stopped(library, tmp_path):
    with (
        run_server("--library", library, cache=tmp_path) as server,
        httpx.stream("GET", f"{server.url}/gradio_api/heartbeat/abc", timeout=60) as page,
    ):
        assert next(page.iter_lines()) == "data: ALIVE"
        code = server.stop()

    assert code == 0
    assert not [line for line in server.log_lines() if "graceful shutdown exceeded" in line.get("message", "")]


def is_receiving(server: RunningServer) -> bool:
    return "rag_requests_open 2.0" in httpx.get(f"{server.url}/metrics", timeout=60).text


def is_stopping(server: RunningServer) -> bool:
    return any(line.get("message", "").startswith("stopping") for line in server.log_lines())


def test_a_taken_port_is_told_with_the_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_rag("serve", "--library", tmp_path / "library", "--port", port, cache=tmp_path)

    assert done.returncode == 1
    assert str(port) in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        pytest.param(["--host", "0.0.0.0"], {}, "RAG_TOKEN", id="open to all without a token"),
        pytest.param(["--host", "0.0.0.0"], {"RAG_TOKEN": "short"}, "16", id="a short token"),
        pytest.param([], {"RAG_TOKEN": "short"}, "16", id="a short token on this machine"),
        pytest.param(["--host", "203.0.113.7"], {"RAG_TOKEN": TOKEN}, "--host", id="an address of another machine"),
        pytest.param(["--library", "a", "--from", "b"], {}, "--from", id="a library and a folder"),
        pytest.param(["--from", "nowhere"], {}, "nowhere", id="a folder that is not there"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_way_out(arguments, environment, said, tmp_path):
    done = run_rag("serve", "--port", 0, "--no-chat", *arguments, cache=tmp_path, environment=environment)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert TOKEN not in done.stderr


def test_with_a_token_others_are_let_in_who_show_it(library, tmp_path):
    arguments = ("--library", library, "--no-chat", "--host", "0.0.0.0")
    with run_server(*arguments, cache=tmp_path, environment={"RAG_TOKEN": TOKEN}) as server:
        documents = f"{server.url}/v1/documents"
        assert httpx.get(documents).status_code == 401
        assert len(httpx.get(documents, headers={"Authorization": f"Bearer {TOKEN}"}).json()["documents"]) == 3
        server.stop()
    assert TOKEN not in server.log.read_text(encoding="utf-8")


def test_the_other_commands_load_no_server():
    import subprocess
    import sys

    code = "import sys, rag.cli; print([m for m in ('fastapi', 'uvicorn', 'rag.server', 'gradio') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)

    assert done.stdout == "[]\n"
