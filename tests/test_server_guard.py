"""Who is let in: names of the server, origins, tokens and sessions; what a page may load and run."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.errors import ConfigError, UsageError
from rag.server import ServerSettings
from rag.server.login import Sessions, local_target
from rag.server.pages import hash_scripts
from tests.fakes import build_library
from tests.servers import Local, error_of, serve_locally

TOKEN = "a-token-of-some-length"
PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
#: A request for every route and method; what it finds does not matter, only whether it is let in.
EVERY_ROUTE: tuple[tuple[str, str], ...] = (
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("POST", "/v1/ask"),
    ("POST", "/v1/retrieve"),
    ("GET", "/v1/answers/x"),
    ("GET", "/v1/answers/x/export"),
    ("POST", "/v1/answers/x/vote"),
    ("GET", "/v1/feedback"),
    ("GET", "/v1/examples"),
    ("GET", "/v1/documents"),
    ("POST", "/v1/documents"),
    ("PATCH", "/v1/documents"),
    ("GET", "/v1/documents/x"),
    ("PATCH", "/v1/documents/x"),
    ("DELETE", "/v1/documents/x"),
    ("GET", "/v1/originals/x"),
    ("GET", "/"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/nothing"),
)
OPEN = {("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/login"), ("POST", "/login")}
IDS = [f"{method} {path}" for method, path in EVERY_ROUTE]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guard") / "library"
    build_library(path)
    return path


@pytest.fixture(scope="module")
def served(library: Path) -> Iterator[Local]:
    with serve_locally(library) as local:
        yield local


@pytest.fixture(scope="module")
def locked(library: Path) -> Iterator[Local]:
    """A server with a token, as other machines would see it."""
    with serve_locally(library, token=TOKEN, host="0.0.0.0", allow_hosts=("bao-cao.lan",)) as local:
        yield local


@pytest.fixture
def stranger(locked: Local) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked.url, timeout=60) as client:
        yield client


# -- origins and hosts ----------------------------------------------------------------------------------


def test_the_list_of_routes_is_whole(served):
    listed = {
        (method.upper(), re.sub(r"\{\w+\}", "x", path))
        for path, operations in served.client.get("/openapi.json").json()["paths"].items()
        for method in operations
    }

    assert listed <= set(EVERY_ROUTE)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", "x", ""])
@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE, ids=IDS)
def test_a_page_of_another_origin_reaches_no_route(served, method, path, origin):
    response = served.client.request(method, path, headers={"Origin": origin})

    assert error_of(response) == (403, "ForbiddenError")
    assert not [name for name in response.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE, ids=IDS)
@pytest.mark.parametrize("mode", ["no-cors", "cors", "same-origin"])
def test_what_another_page_embeds_or_fetches_is_refused_without_an_origin_too(served, method, path, mode):
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": "empty"}
        assert error_of(served.client.request(method, path, headers=headers)) == (403, "ForbiddenError")


@pytest.mark.parametrize("path", ["/docs", "/v1/documents", "/login"])
def test_a_link_from_elsewhere_may_be_followed(served, path):
    assert served.client.get(path, headers=PAGE | {"Sec-Fetch-Site": "cross-site"}).status_code in (200, 303)


def test_a_form_or_a_frame_elsewhere_is_refused(served):
    form = served.client.post("/logout", headers=PAGE | {"Sec-Fetch-Site": "cross-site"})
    frame = served.client.get("/docs", headers=PAGE | {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "iframe"})

    assert error_of(form) == (403, "ForbiddenError")
    assert error_of(frame) == (403, "ForbiddenError")


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE, ids=IDS)
def test_a_foreign_host_is_refused_on_every_route(served, method, path):
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1.evil.example", "localhost:1", "x@127.0.0.1"):
        response = served.client.request(method, path, headers={"Host": host})
        assert error_of(response) == (403, "ForbiddenError")


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "localhost."])
def test_this_machines_own_names_are_let_in_with_the_port(served, name):
    assert served.client.get("/healthz", headers={"Host": f"{name}:{served.port}"}).status_code == 200


def test_the_same_origin_is_let_in(served):
    for headers in ({"Origin": served.url}, {"Origin": served.url, "Sec-Fetch-Site": "same-origin"}):
        assert served.client.post("/v1/ask", json={"question": "ngân sách"}, headers=headers).status_code == 200


def test_a_forwarded_host_changes_nothing(served):
    claims = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Gradio-Server": "http://evil"}

    assert served.client.get("/v1/documents", headers=claims).json()["documents"]
    assert error_of(served.client.get("/healthz", headers=claims | {"Host": "evil.example"}))[0] == 403


def test_the_refusal_of_a_host_names_the_way_out(served):
    said = served.client.get("/healthz", headers={"Host": "bao-cao.lan:8080"}).json()["error"]["message"]

    assert "--allow-host bao-cao.lan:8080" in said


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.1.5:9000", 200),
        ("[fe80::1]:9000", 200),
        ("bao-cao.lan", 200),
        ("BAO-CAO.lan:7000", 200),
        ("localhost", 200),
        ("evil.example", 403),
        ("bao-cao.lan.evil.example", 403),
        ("999.1.1.1", 403),
    ],
)
def test_a_server_for_others_is_called_by_addresses_and_names_that_were_allowed(stranger, host, status):
    assert stranger.get("/healthz", headers={"Host": host}).status_code == status


# -- the token ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", ""])
def test_a_server_for_others_without_a_token_is_refused_naming_the_way_out(host):
    with pytest.raises(UsageError, match="RAG_TOKEN"):
        ServerSettings(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_a_server_for_this_machine_alone_needs_no_token(host):
    assert ServerSettings(host=host).token is None


def test_a_short_token_is_refused():
    with pytest.raises(ConfigError, match="15 characters"):
        ServerSettings(token="x" * 15)


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE, ids=IDS)
def test_no_route_but_the_way_in_is_open_without_the_token(stranger, method, path):
    response = stranger.request(method, path)

    if (method, path) in OPEN:
        assert response.status_code in (200, 401) and "error" not in response.text[:20]
    elif response.status_code in (404, 405):
        assert path in ("/", "/nothing", "/gradio_api/queue/join")  # no chat is mounted here
    else:
        assert error_of(response) == (401, "UnauthorizedError")
        assert response.headers["www-authenticate"] == "Bearer"


def test_a_program_shows_the_token_as_bearer(locked, stranger):
    assert locked.client.get("/v1/documents").status_code == 200
    for given in (f"Basic {TOKEN}", TOKEN, "Bearer", ""):
        assert stranger.get("/v1/documents", headers={"Authorization": given}).status_code == 401


def test_a_page_leads_to_the_login_and_the_login_back(stranger):
    asked = stranger.get("/docs?x=1", headers=PAGE)
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=%2Fdocs%3Fx%3D1")

    page = stranger.get(asked.headers["location"])
    assert 'name="next" value="/docs?x=1"' in page.text
    assert "<script" not in page.text

    entered = stranger.post("/login", data={"token": TOKEN, "next": "/docs?x=1"})
    cookie = entered.headers["set-cookie"]
    assert (entered.status_code, entered.headers["location"]) == (303, "/docs?x=1")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    assert stranger.get("/docs", headers=PAGE).status_code == 200
    assert stranger.get("/login", headers=PAGE).status_code == 303

    assert stranger.post("/logout").headers["location"] == "/login"
    assert stranger.get("/docs", headers=PAGE).status_code == 303


def test_behind_a_proxy_with_https_the_cookie_is_secure(stranger):
    entered = stranger.post("/login", data={"token": TOKEN}, headers={"X-Forwarded-Proto": "https"})

    assert "Secure" in entered.headers["set-cookie"].split("; ")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_wrong_token_is_told_in_the_readers_language(stranger, language):
    page = stranger.post("/login", data={"token": "wrong", "lang": language})

    assert page.status_code == 401
    assert {"vi": "không đúng", "en": "not the token"}[language] in page.text
    assert "set-cookie" not in page.headers


def test_a_login_form_of_many_fields_is_refused(stranger):
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert error_of(stranger.post("/login", content=b"&" * 3000, headers=form)) == (422, "RequestError")


def test_too_many_wrong_tokens_are_stopped_even_if_the_next_is_right(library):
    with serve_locally(library, token=TOKEN, wrong_tokens_per_minute=3) as local:
        wrong = {"Authorization": "Bearer wrong-wrong-wrong"}
        assert [local.client.get("/metrics", headers=wrong).status_code for _ in range(5)] == [401] * 3 + [429] * 2
        stopped = local.client.get("/metrics")
        assert error_of(stopped) == (429, "TooManyRequestsError")
        assert 1 <= int(stopped.headers["retry-after"]) <= 61
        assert local.client.post("/login", data={"token": TOKEN}, headers={"Authorization": ""}).status_code == 429


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil", "evil", "",
     "/\r\nSet-Cookie: x=1", "\\\\evil", "/ /evil"],
)  # fmt: skip
def test_the_login_leads_to_no_other_place(stranger, target):
    assert local_target(target) == "/"
    entered = stranger.post("/login", data={"token": TOKEN, "next": target})
    assert entered.headers["location"] == "/"


def test_sessions_end_by_time_by_number_and_by_logging_out():
    sessions = Sessions(ServerSettings(token=TOKEN, max_sessions=2))
    first, second, third = sessions.open(), sessions.open(), sessions.open()
    ended = Sessions(ServerSettings(token=TOKEN, session_s=-1.0))

    assert [sessions.is_open(session) for session in (first, second, third)] == [False, True, True]
    sessions.close(second)
    assert not sessions.is_open(second)
    assert not ended.is_open(ended.open())
    assert not sessions.is_open("")


# -- pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE, ids=IDS)
def test_every_answer_carries_the_headers_that_bind_a_page(served, method, path):
    headers = served.client.request(method, path).headers

    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_inline_scripts_are_hashed_as_a_browser_does_and_those_with_a_source_are_not():
    page = b'<script>let a = 1;\r\n</script><SCRIPT type="module">b()</SCRIPT ><script src="/x.js"></script>'

    def name(text: bytes) -> str:
        return f" 'sha256-{b64encode(sha256(text).digest()).decode()}'"

    assert hash_scripts(page) == name(b"let a = 1;\n") + name(b"b()")


def test_a_websocket_is_refused(library):
    import asyncio

    from rag.server.guard import Guard

    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        sent.append("reached")

    async def send(message: Any) -> None:
        sent.append(message)

    guard = Guard(inner, settings=ServerSettings())
    asyncio.run(guard({"type": "websocket", "headers": [], "path": "/"}, None, send))  # type: ignore[arg-type]

    assert sent == [{"type": "websocket.close", "code": 1008}]
