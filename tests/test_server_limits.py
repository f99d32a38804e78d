"""Too much, too slow, too many: refused with the right status, memory and disk bounded, and well again at once."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from rag.serving import ServiceLimits
from tests.fakes import build_library
from tests.servers import GatedEmbedder, Local, error_of, serve_locally, wait_until

QUESTION = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"
MB = 1024 * 1024
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold a library, and a folder for uploads that is empty whenever none is under way."""
    path = tmp_path_factory.mktemp("limits")
    build_library(path / "library")
    (path / "uploads").mkdir()
    return path


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Local]:
    with serve_locally(
        folder / "library",
        temp_folder=folder / "uploads",
        limits=ServiceLimits(max_upload_mb=1),
        max_upload_mb=1,
        max_files=3,
        max_json_bytes=20_000,
        header_timeout_s=0.5,
        body_idle_s=0.5,
        body_grace_s=0.5,
        min_bytes_per_s=10_000,
        linger_s=1.0,
    ) as local:
        yield local


def is_well(served: Local) -> bool:
    return served.client.post("/v1/ask", json={"question": QUESTION}).json()["short"] == "45,2 tỷ đồng"


def connect(served: Local) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=30)


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def head_of(served: Local, path: str, *lines: str) -> bytes:
    return "\r\n".join((f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{served.port}", *lines, "", "")).encode()


class Endless:
    """A body that goes on for as long as it is read, and knows how much was taken."""

    def __init__(self, first: bytes, most: int) -> None:
        self.first, self.most, self.n_bytes = first, most, 0

    def __iter__(self) -> Iterator[bytes]:
        yield self.first
        while self.n_bytes < self.most:
            self.n_bytes += 65536
            yield b"a" * 65536


# -- too much -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/v1/ask", "/v1/retrieve", "/v1/answers/x/vote", "/v1/documents/x", "/login", "/logout"]
)
def test_a_large_body_is_refused_by_its_promise_and_by_its_size(served, path):
    method = "PATCH" if path == "/v1/documents/x" else "POST"
    kind = {"Content-Type": "application/json"}

    promised = served.client.request(method, path, content=b" " * 20_001, headers=kind)
    chunked = served.client.request(method, path, content=iter([b" " * 5000] * 5), headers=kind)

    assert error_of(promised) == (413, "TooLargeError")
    if path != "/logout":  # which reads no body
        assert error_of(chunked) == (413, "TooLargeError")
    assert is_well(served)


@pytest.mark.parametrize("length", ["99999999999999999999", "-1", "x"])
def test_a_length_that_cannot_be_is_refused(served, length):
    with connect(served) as connection:
        connection.sendall(head_of(served, "/v1/ask", f"Content-Length: {length}"))
        assert read_all(connection).split(b" ", 2)[1] in (b"400", b"413")
    assert is_well(served)


@pytest.mark.parametrize("with_length", [True, False], ids=["with its length", "in pieces"])
def test_an_upload_of_a_gigabyte_is_refused_while_it_comes_and_leaves_nothing(served, folder, with_length):
    body = Endless(HEAD, 1024 * MB)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if with_length:
        headers["Content-Length"] = str(len(HEAD) + body.most)
    most_on_disk = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most_on_disk
        while not done.wait(0.01):
            on_disk = sum(path.stat().st_size for path in (folder / "uploads").rglob("*") if path.is_file())
            most_on_disk = max(most_on_disk, on_disk)

    watching = threading.Thread(target=watch)
    watching.start()
    before = peak_memory()
    try:
        response = served.client.post("/v1/documents", content=iter(body), headers=headers)
        assert error_of(response) == (413, "TooLargeError")
    except httpx.TransportError:  # the server closed while this side still sent
        pass
    finally:
        done.set()
        watching.join()

    assert most_on_disk <= 2 * MB
    assert peak_memory() - before < 64 * MB
    wait_until(lambda: not os.listdir(folder / "uploads"), what="the uploads' folder empty again")
    assert is_well(served)


def peak_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_one_file_over_the_limit_is_refused_naming_it_and_its_limit(served, folder):
    response = served.client.post(
        "/v1/documents", files=[("file", ("a.txt", b"a")), ("file", ("b.txt", b"b" * (MB + 1)))]
    )

    assert error_of(response) == (413, "TooLargeError")
    assert "file 2" in response.json()["error"]["message"]
    assert "1 MB" in response.json()["error"]["message"]
    assert os.listdir(folder / "uploads") == []


def test_a_file_of_exactly_the_limit_is_taken(served):
    files = served.client.post("/v1/documents", files=[("file", ("a.txt", b"a" * MB))]).json()["files"]

    assert files[0]["error"] != "TooLargeError" and files[0]["status"] in ("added", "skipped")
    if files[0]["doc_id"]:
        served.client.delete(f"/v1/documents/{files[0]['doc_id']}")


def test_too_many_files_are_refused(served):
    files = [("file", (f"{i}.txt", b"x")) for i in range(4)]

    assert error_of(served.client.post("/v1/documents", files=files)) == (413, "TooLargeError")


def test_the_disks_share_for_uploads_is_bounded_for_all_together(served, folder, monkeypatch):
    from rag.errors import BusyError
    from rag.server.shelves import Shelf, Space

    space = Space(100)
    first, second = Shelf(served.settings, space), Shelf(served.settings, space)
    kept = first.add("a.txt")
    space.take(60)
    kept.n_bytes = 60
    second.add("b.txt")
    with pytest.raises(BusyError, match="in a moment"):
        space.take(60)
    first.close()
    space.take(60)
    second.close()

    assert os.listdir(folder / "uploads") == []


def test_a_shelf_keeps_a_file_that_a_thread_took_until_it_is_done(served, folder):
    from rag.server.shelves import Shelf, Space

    space = Space(1000)
    shelf = Shelf(served.settings, space)
    taken, left = shelf.add("a.txt"), shelf.add("../../b.txt")
    for received in (taken, left):
        received.path.write_bytes(b"x")
        assert received.path.parent.parent == folder / "uploads"
    assert shelf.take(taken)
    shelf.close()

    assert (taken.path.exists(), left.path.exists(), shelf.take(left)) == (True, False, False)
    assert taken.path.parent.stat().st_mode & 0o777 == 0o700
    shelf.drop(taken)
    assert os.listdir(folder / "uploads") == []


def test_what_a_killed_server_left_is_removed_and_what_another_one_holds_is_not(folder, served):
    import time

    from rag.server.shelves import Shelf, Space, sweep_shelves

    shelf = Shelf(served.settings, Space(1000))
    (held,) = (folder / "uploads").iterdir()
    left, young = folder / "uploads/rag-upload-left", folder / "uploads/rag-upload-young"
    for path in (left, young):
        path.mkdir()
        (path / "0").write_bytes(b"x")
    for path in (left, held):
        os.utime(path, (time.time() - 3600,) * 2)

    sweep_shelves(folder / "uploads")

    assert (left.exists(), young.exists(), held.exists()) == (False, True, True)
    shelf.close()
    (young / "0").unlink()
    young.rmdir()


def test_where_uploads_cannot_be_kept_the_sender_is_told_where_room_is_missing(tmp_path):
    build_library(tmp_path / "library")
    with serve_locally(tmp_path / "library", temp_folder=tmp_path / "gone") as local:
        response = local.client.post("/v1/documents", files=[("file", ("a.txt", b"a"))])

        assert error_of(response) == (507, "StorageError")
        assert "$TMPDIR" in response.json()["error"]["message"]
        assert str(tmp_path) not in response.text
        assert is_well(local)


def test_a_request_that_gives_its_length_in_two_ways_is_refused_and_nothing_after_it_is_read(served):
    inner = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()
    with connect(served) as connection:
        head = head_of(served, "/v1/ask", "Content-Length: 6", "Transfer-Encoding: chunked")
        connection.sendall(head + b"0\r\n\r\n" + inner)
        answer = read_all(connection)

    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1 ") == 1


# -- too slow -------------------------------------------------------------------------------------------


def test_headers_that_never_end_are_not_waited_for(served):
    with connect(served) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\n")
        assert read_all(connection) == b""
    with connect(served) as silent:
        assert read_all(silent) == b""
    assert is_well(served)


def test_headers_that_drip_are_not_waited_for_on_a_connection_used_before_either(served):
    with connect(served) as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        closed = False
        for _ in range(100):
            try:
                connection.sendall(b"X")
                connection.settimeout(0.1)
                closed = connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                closed = True
            if closed:
                break
        assert closed
    assert is_well(served)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/documents"])
def test_a_body_that_stops_coming_is_refused(served, folder, path):
    kind = "multipart/form-data; boundary=x" if path == "/v1/documents" else "application/json"
    with connect(served) as connection:
        connection.sendall(head_of(served, path, "Content-Length: 5000", f"Content-Type: {kind}") + HEAD)
        answer = read_all(connection)

    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"RequestTimeoutError"' in answer
    assert b"connection: close" in answer.lower()
    assert os.listdir(folder / "uploads") == []
    assert is_well(served)


def test_a_body_that_drips_is_refused_though_it_never_stops(served, folder):
    with connect(served) as connection:
        connection.sendall(
            head_of(served, "/v1/documents", "Content-Length: 900000", "Content-Type: multipart/form-data; boundary=x")
        )
        connection.sendall(HEAD)
        connection.settimeout(0.05)
        answer = b""
        for _ in range(300):
            try:
                connection.sendall(b"a" * 10)
                answer += connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break

    assert answer.startswith(b"HTTP/1.1 408")
    wait_until(lambda: not os.listdir(folder / "uploads"), what="the uploads' folder empty again")
    assert is_well(served)


def test_fifty_slow_connections_stop_nobody(served):
    slow = [connect(served) for _ in range(50)]
    for connection in slow:
        connection.sendall(head_of(served, "/v1/ask", "Content-Length: 500", "Content-Type: application/json"))

    assert is_well(served)
    for connection in slow:
        connection.close()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Local]:
    """Serve a report of 16 MB, more than the system itself keeps on the way to a client that does not read."""
    with serve_locally(
        tmp_path / "library", limits=ServiceLimits(max_upload_mb=20), max_upload_mb=20, max_sending_bytes=20 * MB
    ) as local:
        report = ("Báo cáo năm 2023\n\nThu ngân sách đạt 45,2 tỷ đồng.\n\n").encode()
        files = [("file", ("large.md", report + b" " * (16 * MB - len(report))))]
        assert local.client.post("/v1/documents", files=files).json()["files"][0]["status"] == "added"
        local.server.config.http.read_timeout_s = 0.2
        yield local


def ask_for_large_and_read_nothing(served: Local) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", served.port))
    connection.sendall(f"GET /v1/originals/uploads/large.md HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
    return connection


def test_a_client_that_reads_nothing_of_its_answer_is_given_up(large):
    large.client.close()
    with ask_for_large_and_read_nothing(large):
        wait_until(lambda: len(large.server.server_state.connections) == 1, what="the answer on its way")
        wait_until(lambda: not large.server.server_state.connections, what="the client given up")


def test_large_answers_nobody_reads_are_bounded_all_together(large):
    large.server.config.http.read_timeout_s = 60.0
    url = "/v1/originals/uploads/large.md"
    with ask_for_large_and_read_nothing(large) as stalled:
        assert stalled.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
        refused = large.client.get(url)
        assert error_of(refused) == (503, "BusyError")
        assert refused.headers["retry-after"] == "10"
        assert large.client.get("/v1/documents").status_code == 200
    wait_until(lambda: large.client.get(url).status_code == 200, what="room for another")
    assert len(large.client.get(url).content) == 16 * MB


def test_a_client_that_leaves_while_it_sends_is_no_failure(served, folder, caplog):
    with caplog.at_level("INFO", logger="rag"):
        with connect(served) as connection:
            kind = "Content-Type: multipart/form-data; boundary=x"
            connection.sendall(head_of(served, "/v1/documents", "Content-Length: 5000", kind) + HEAD)
            wait_until(lambda: os.listdir(folder / "uploads"), what="the upload under way")
        wait_until(
            lambda: [r.fields["status"] for r in caplog.records if r.name == "rag.access"] == [499], what="its line"
        )

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert os.listdir(folder / "uploads") == []


# -- too many -------------------------------------------------------------------------------------------


def test_five_hundred_questions_are_answered_or_told_when_to_come_back(tmp_path):
    embedder = GatedEmbedder()
    build_library(tmp_path / "library", embedder=embedder)
    with serve_locally(tmp_path / "library", embedder=embedder) as local:
        embedder.gate.clear()
        limits = httpx.Limits(max_connections=500)
        with httpx.Client(base_url=local.url, timeout=120, limits=limits) as client, ThreadPoolExecutor(500) as pool:

            def ask(_: int) -> httpx.Response:
                return client.post("/v1/ask", json={"question": QUESTION})

            asked = [pool.submit(ask, i) for i in range(500)]
            wait_until(lambda: sum(one.done() for one in asked) == 460, what="the refusal of 460 questions")
            state = client.get("/readyz").json()
            embedder.gate.set()
            answers = [one.result() for one in asked]

        counts = Counter(answer.status_code for answer in answers)
        assert counts == {200: 40, 429: 460}
        assert (state["running"], state["waiting"]) == (2, 38)
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert error_of(refused) == (429, "TooManyRequestsError")
        assert int(refused.headers["retry-after"]) >= 1
        assert is_well(local)


def test_when_all_places_are_taken_everybody_is_told_to_come_back(tmp_path):
    embedder = GatedEmbedder()
    build_library(tmp_path / "library", embedder=embedder)
    limits = ServiceLimits(running=1, waiting=2, per_client=40)
    with serve_locally(tmp_path / "library", embedder=embedder, limits=limits) as local:
        embedder.gate.clear()
        with httpx.Client(base_url=local.url, timeout=60) as client, ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(client.post, "/v1/ask", json={"question": QUESTION}) for _ in range(8)]
            wait_until(lambda: sum(one.done() for one in asked) == 5, what="the refusal of five questions")
            embedder.gate.set()
            answers = [one.result() for one in asked]
        refused = [answer for answer in answers if answer.status_code != 200]
        assert [error_of(answer) for answer in refused] == [(503, "BusyError")] * 5
        assert {answer.headers["retry-after"] for answer in refused} == {"5"}
        assert is_well(local)


def test_more_requests_at_once_than_are_allowed_are_told_to_come_back(tmp_path):
    embedder = GatedEmbedder()
    build_library(tmp_path / "library", embedder=embedder)
    with serve_locally(tmp_path / "library", embedder=embedder, max_requests=3) as local:
        embedder.gate.clear()
        with httpx.Client(base_url=local.url, timeout=60) as client, ThreadPoolExecutor(3) as pool:
            held = [pool.submit(client.post, "/v1/ask", json={"question": QUESTION}) for _ in range(3)]
            wait_until(
                lambda: local.service.state().running + local.service.state().waiting == 3, what="three under way"
            )
            refused = local.client.get("/healthz")
            embedder.gate.set()
            assert {one.result().status_code for one in held} == {200}
        assert error_of(refused) == (503, "BusyError")
        assert refused.headers["retry-after"] == "5"
        assert local.client.get("/healthz").status_code == 200


def test_stopping_does_not_wait_for_ever_for_an_answer(tmp_path):
    embedder = GatedEmbedder()
    build_library(tmp_path / "library", embedder=embedder)
    with serve_locally(tmp_path / "library", embedder=embedder, graceful_s=1.0) as local:
        embedder.gate.clear()
        with connect(local) as connection:
            body = b'{"question": "x"}'
            kind = "Content-Type: application/json"
            connection.sendall(head_of(local, "/v1/ask", f"Content-Length: {len(body)}", kind) + body)
            wait_until(lambda: embedder.n_held == 1, what="the question under way")
            local.stop()


def test_a_body_that_never_comes_is_told_that_the_server_stops(tmp_path):
    build_library(tmp_path / "library")
    with serve_locally(tmp_path / "library", graceful_s=1.0) as local, connect(local) as connection:
        connection.sendall(head_of(local, "/v1/ask", "Content-Length: 5000", "Content-Type: application/json"))
        wait_until(lambda: "rag_requests_open 2.0" in local.client.get("/metrics").text, what="the request under way")
        local.stop()
        answer = read_all(connection)

    assert answer.startswith(b"HTTP/1.1 503")
    assert b'"BusyError"' in answer


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "allowed"),
    [
        pytest.param(1024, 1_000_000, 2816, 1024, id="raised as far as is needed"),
        pytest.param(1024, 1024, None, 384, id="not to be raised"),
        pytest.param(4096, 4096, None, 1024, id="enough"),
        pytest.param(-1, -1, None, 1024, id="no limit"),
    ],
)
def test_there_are_no_more_connections_than_files_may_be_open(soft, hard, raised, allowed, monkeypatch):
    import resource

    from rag.server.listening import _most_connections

    told: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: told.append(limits[0]))

    assert _most_connections(1024) == allowed
    assert told == ([] if raised is None else [raised])
