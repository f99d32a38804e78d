"""Paths, names and addresses that try to get out of the library or off the machine, over every route and the chat's."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.fakes import write_reports
from tests.servers import RunningServer, run_server
from tests.test_offline import Offline

MARKER = "kept-outside-the-library-51c7"
HEADERS = {"Content-Type": "application/json"}


class Listener:
    """A server of somebody else's: whoever connects is counted."""

    def __init__(self) -> None:
        self.n_connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.n_connections += 1
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nleak")
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a secret beside the reports, the library and the uploads."""
    folder = tmp_path_factory.mktemp("hostile")
    for place in (folder, folder / "work"):
        place.mkdir(exist_ok=True)
        (place / "secret.txt").write_text(MARKER, encoding="utf-8")
        (place / "secret.pdf").write_text(MARKER, encoding="utf-8")
    write_reports(folder / "work" / "bao_cao")
    return folder


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    return Offline(tmp_path_factory.mktemp("offline"))


@pytest.fixture(scope="module")
def served(outside: Path, offline: Offline) -> Iterator[RunningServer]:
    """The whole program with its chat, over a folder; nothing it starts may leave the machine."""
    reports = outside / "work" / "bao_cao"
    assert (reports / "muong_lat.txt").exists()
    with run_server("--from", reports, cache=outside / "work", environment=offline.environment) as server:
        # What leads out of the folder since it was read is not followed.
        (reports / "link.txt").symlink_to(outside / "secret.txt")
        (reports / "muong_lat.txt").unlink()
        (reports / "muong_lat.txt").symlink_to(outside / "secret.txt")
        yield server


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with closing(Listener()) as listener:
        yield listener


def payloads(outside: Path, listener: Listener) -> list[str]:
    secret = outside / "secret.txt"
    up = "../" * 12
    return [
        str(secret),
        f"{up}{str(secret).lstrip('/')}",
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/%2e%2e/secret.txt",
        "%252e%252e%252fsecret.txt",
        "..%5c..%5csecret.txt",
        "....//....//secret.txt",
        "bao_cao/../../secret.txt",
        "bao_cao/link.txt",
        "bao_cao/muong_lat.txt",
        "bao_cao%00/../secret.txt",
        "..%c0%af..%c0%afsecret.txt",
        f"file://{secret}",
        f"http://127.0.0.1:{listener.port}/x",
        f"http:%2f%2f127.0.0.1:{listener.port}%2fx",
        "http://169.254.169.254/latest/meta-data/",
        "/proc/self/environ",
        "/etc/passwd",
    ]


READ = [
    "/v1/documents/{}", "/v1/originals/{}", "/v1/answers/{}", "/v1/answers/{}/export?format=md",
    "/read/{}", "/read/{}?start=0&end=10&v=x", "/ui/{}", "/ui/tabs/{}", "/ui/runs/{}", "/ui/runs/{}/results.jsonl",
    "/assets/{}", "/static/{}", "/svelte/{}", "/config?deep_link={}", "/?deep_link={}", "/theme.css?v={}",
    "/gradio_api/file={}", "/gradio_api/file/{}", "/gradio_api/proxy={}", "/gradio_api/deep_link?session_hash={}",
    "/gradio_api/custom_component/{}/client/x/y", "/gradio_api/stream/a/b/c/{}",
    "/gradio_api/upload_progress?upload_id={}",
    "/gradio_api/call/ask/{}", "/gradio_api/run-history/records/{}", "/gradio_api/queue/status?x={}", "/monitoring/{}",
    "/en/gradio_api/file={}", "/en/gradio_api/proxy={}", "/en/assets/{}", "//gradio_api/file={}",
    "/gradio_api//file={}",
    "/GRADIO_API/file={}", "/gradio_api/file%3D{}", "/{}", "/login?next={}",
]  # fmt: skip


def ask_raw(server: RunningServer, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Send a path as it stands: a client library would resolve its dots."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request(method, path, body=body or None, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()


def assert_no_leak(content: bytes, outside: Path) -> None:
    assert MARKER.encode() not in content
    assert b"root:x:0" not in content
    assert b"PATH=" not in content
    assert b"Traceback" not in content


def test_six_hundred_paths_that_lead_out_leak_nothing_and_fetch_nothing(served, outside, listener, offline):
    n = 0
    for template in READ:
        for payload in payloads(outside, listener):
            path = template.format(payload)
            status, content = ask_raw(served, "GET", path)
            assert status < 500, path
            assert_no_leak(content, outside)
            if "gradio_api/file" in path or "proxy" in path or "GRADIO" in path:
                assert status == 404, path
            n += 1

    assert n == len(READ) * 19
    assert n >= 600
    assert listener.n_connections == 0
    assert offline.tried() == []


def test_what_writes_reaches_nothing_outside_either(served, outside, listener):
    for payload in payloads(outside, listener):
        for method, body in (("DELETE", b""), ("PATCH", b'{"title": "x"}')):
            status, content = ask_raw(served, method, f"/v1/documents/{payload}", body, **HEADERS)
            if payload != "bao_cao/muong_lat.txt":
                assert status in (404, 409), payload
            assert_no_leak(content, outside)
        for path in (
            "/v1/answers/{}/vote",
            "/gradio_api/call/{}",
            "/gradio_api/upload",
            "/gradio_api/component_server",
        ):
            status, content = ask_raw(served, "POST", path.format(payload), b'{"vote": "up", "data": []}', **HEADERS)
            assert 400 <= status < 500, path
            assert_no_leak(content, outside)

    assert (outside / "secret.txt").read_text(encoding="utf-8") == MARKER
    assert listener.n_connections == 0


def test_names_of_uploads_never_become_paths(served, outside):
    def is_outside(path: Path) -> bool:
        return not {"libraries", "folders"} & set(path.relative_to(outside).parts)

    before = {path for path in outside.rglob("*") if is_outside(path)}
    names = [
        "../../secret.txt", str(outside / "secret.txt"), "..\\..\\secret.txt", "C:\\secret.txt",
        "a/../../../secret.txt", "secret.txt\x00.pdf", "con.txt", "~/secret.txt", "$HOME/secret.txt",
        "\u202etxt.exe.txt", "<script>.txt", "." * 90 + ".txt",
    ]  # fmt: skip
    for name in names:
        text = f"Báo cáo {quote(name)}\n\nNăm 2023 thu 5 tỷ đồng.".encode()
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + text + b"\r\n--x--\r\n"
        status, content = ask_raw(
            served, "POST", "/v1/documents", body, **{"Content-Type": "multipart/form-data; boundary=x"}
        )
        assert status in (200, 415, 422), name
        for file in json.loads(content).get("files", []):
            assert file["doc_id"] is None or ".." not in file["doc_id"].split("/")
            assert file["doc_id"] is None or file["doc_id"].startswith("uploads/")

    assert {path for path in outside.rglob("*") if is_outside(path)} == before
    assert (outside / "secret.txt").read_text(encoding="utf-8") == MARKER
    assert (outside / "work" / "secret.txt").read_text(encoding="utf-8") == MARKER


@pytest.mark.parametrize("place", ["argument", "in a list", "in the history", "as an address", "escaped"])
def test_the_chat_takes_no_file_by_path_or_address(served, outside, listener, place):
    path = str(outside / "secret.txt")
    file: dict[str, object] = {"path": path, "meta": {"_type": "gradio.FileData"}, "orig_name": "secret.txt"}
    if place == "as an address":
        file = {"path": f"http://127.0.0.1:{listener.port}/x", "url": f"http://127.0.0.1:{listener.port}/x"}
    data: list[object] = {
        "in a list": ["x", [[file]]],
        "in the history": ["x", [{"role": "user", "content": {"file": file}}]],
    }.get(place, [file, [], {}, 10])
    body = json.dumps({"data": data, "fn_index": 0, "session_hash": "abc", "event_id": None})
    if place == "escaped":
        body = body.replace("path", "\\u0070ath").replace("_type", "\\u005ftype")
    for route in ("/gradio_api/queue/join", "/gradio_api/call/ask", "/en/gradio_api/queue/join"):
        response = httpx.post(f"{served.url}{route}", content=body, headers=HEADERS, timeout=60)
        assert response.status_code == 422
        assert_no_leak(response.content, outside)

    assert listener.n_connections == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/gradio_api/runs"),
        ("POST", "/gradio_api/run-history/connect"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/vibe-code"),
        ("POST", "/gradio_api/vibe-code"),
        ("GET", "/gradio_api/startup-events"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/token"),
        ("GET", "/gradio_api/user"),
        ("GET", "/gradio_api/dev/reload"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/api/ask"),
        ("POST", "/gradio_api/call/v2/ask"),
        ("GET", "/gradio_api/mcp/sse"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/logout"),
        ("GET", "/pwa_icon"),
    ],
)
@pytest.mark.parametrize("at", ["", "/en"])
def test_what_the_chat_does_not_need_of_gradio_is_not_there(served, at, method, path):
    response = httpx.request(method, f"{served.url}{at}{path}", timeout=60)

    # Another method of /logout is ours.
    taken = (at, path) == ("", "/logout")
    assert response.status_code == (405 if taken else 404)
    assert set(response.json()) == {"error"}


@pytest.mark.parametrize("path", ["/", "/en/"])
def test_the_chats_page_runs_only_its_own_scripts(served, path):
    page = httpx.get(
        f"{served.url}{path}", headers={"Accept-Encoding": "br, gzip", "Accept-Language": "vi"}, timeout=60
    )

    policy = page.headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert page.status_code == 200
    assert "content-encoding" not in page.headers
    assert scripts.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in scripts
    assert "http" not in policy


def test_a_chat_message_larger_than_is_allowed_is_refused(served):
    body = json.dumps({"data": ["x" * 300_000], "fn_index": 0, "session_hash": "abc"})
    response = httpx.post(f"{served.url}/gradio_api/queue/join", content=body, headers=HEADERS, timeout=60)

    assert (response.status_code, response.json()["error"]["type"]) == (413, "TooLargeError")
