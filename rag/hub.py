"""Talk to the model hub: list a repository at a commit, fetch its files. Nothing else here contacts a hub.

huggingface_hub gives the connection (proxies, certificates, the user's token). Files are fetched by ranges of their
own here, since its downloads start from nothing after an interruption and its listing waits without limit.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from rag.errors import ConfigError, HubError, ModelError, RagError

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
_ATTEMPTS = 4
_PAUSE_S = 1.0
_MAX_LISTING_BYTES = 8 * 1024 * 1024
_SAFE_PATH = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as the hub lists it. sha256: of the content, None for small files, which have a git blob id only."""

    path: str
    size: int
    blob_id: str
    sha256: str | None


class Hub:
    """One repository at one commit. Raises HubError for everything that goes wrong between here and there."""

    def __init__(self, repo: str, revision: str, *, timeout_s: float) -> None:
        self.endpoint = _endpoint()
        self.host = urlsplit(self.endpoint).netloc
        self._repo = repo
        self._revision = revision
        self._deadline = time.monotonic() + timeout_s
        self._timeout_s = timeout_s
        if _is_offline():
            raise HubError(f"the hub {self.host} was not asked: HF_HUB_OFFLINE is set. Unset it to fetch models")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from huggingface_hub import get_token
        from huggingface_hub.utils import get_session

        self._client: Any = get_session()
        token = get_token()
        self._headers = {"user-agent": "danchung", "accept-encoding": "identity"}
        if token:
            self._headers["authorization"] = f"Bearer {token}"

    def list_files(self) -> tuple[RemoteFile, ...]:
        """List all files of the repository at the commit. Decides within seconds whether the hub is there."""
        url = f"{self.endpoint}/api/models/{quote(self._repo)}/tree/{self._revision}?recursive=true"
        # A name server that never answers has no time limit of its own.
        content = _within(CONNECT_TIMEOUT_S + READ_TIMEOUT_S, lambda: self._get(url), self.host)
        try:
            return tuple(_read_entry(entry) for entry in json.loads(content) if entry["type"] == "file")
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise HubError(
                f"{self.host} answered, but not with a list of files ({content[:40]!r} …); it is no model hub, "
                f"or a proxy or log-in page stands before it"
            ) from exc

    def fetch(self, file: RemoteFile, target: Path, *, received: Callable[[int], None]) -> None:
        """Fetch a file, going on where an earlier attempt stopped, and check its hash.

        received: called with the number of bytes now on disk, again and again.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        failures = 0
        while (have := size_of(target)) != file.size or not target.exists():
            try:
                self._append(file, target, received)
            except HubError as exc:
                failures = 1 if size_of(target) > have else failures + 1
                self._check_time()
                if failures >= _ATTEMPTS:
                    raise
                logger.info("%s; trying again", exc)
                time.sleep(_PAUSE_S)
        received(file.size)
        if not _is_genuine(file, target):
            target.unlink()
            raise HubError(f"{file.path} from {self.host} is not what its hash says; it was thrown away, pull again")

    def _append(self, file: RemoteFile, target: Path, received: Callable[[int], None]) -> None:
        have = size_of(target)
        if have > file.size:
            target.unlink()
            have = 0
        url = f"{self.endpoint}/{quote(self._repo)}/resolve/{self._revision}/{quote(file.path)}"
        headers = {"range": f"bytes={have}-"} if have else {}
        with self._stream(url, headers) as response, target.open("ab") as out:
            if have and response.status_code != 206:
                # The server does not know ranges: from the start, then.
                out.truncate(0)
                have = 0
            for block in response.iter_raw():
                have += len(block)
                if have > file.size:
                    raise HubError(f"{self.host} sends more of {file.path} than the {file.size} bytes it promised")
                out.write(block)
                received(have)
                self._check_time()
            out.flush()
            os.fsync(out.fileno())
        if have < file.size:
            raise HubError(f"{self.host} stopped after {have} of {file.size} bytes of {file.path}")

    def _get(self, url: str) -> bytes:
        content = b""
        with self._stream(url, {}) as response:
            for block in response.iter_raw():
                content += block
                if len(content) > _MAX_LISTING_BYTES:
                    raise HubError(f"{self.host} sends an endless list of files; it is no model hub")
        return content

    @contextmanager
    def _stream(self, url: str, headers: dict[str, str]) -> Iterator[Any]:
        timeout = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S, READ_TIMEOUT_S, CONNECT_TIMEOUT_S)
        try:
            with self._client.stream("GET", url, headers={**self._headers, **headers}, timeout=timeout) as response:
                self._check_status(response)
                yield response
        except (RagError, OSError):
            raise
        except Exception as exc:  # The client's own tree of errors; its package changes name between versions.
            raise HubError(f"the model hub {self.host} cannot be reached ({type(exc).__name__}: {exc})") from exc

    def _check_status(self, response: Any) -> None:
        status = response.status_code
        if status in (200, 206):
            return
        # Only the hub itself sends this header; the same statuses without it come from something in between.
        code = response.headers.get("x-error-code")
        if code is not None and status in (401, 403, 404):
            raise ModelError(
                f"{self.host} does not hand out {self._repo} at {self._revision[:12]} ({status}, {code}); accept its "
                f"terms there and set HF_TOKEN, or correct repo and revision in models.yaml"
            )
        raise HubError(f"the model hub {self.host} answered with status {status}; try again later")

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise HubError(
                f"fetching {self._repo} took more than {self._timeout_s:g} seconds; what came is kept, "
                f"pull again to go on from there"
            )


def _endpoint() -> str:
    endpoint = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
    if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).netloc:
        raise ConfigError(f"HF_ENDPOINT is {endpoint!r}; it must be an address such as https://huggingface.co")
    return endpoint


def _is_offline() -> bool:
    return (os.environ.get("HF_HUB_OFFLINE") or "").upper() in ("1", "ON", "YES", "TRUE")


def _read_entry(entry: dict[str, Any]) -> RemoteFile:
    path, size, lfs = entry["path"], entry["size"], entry.get("lfs") or {}
    if not isinstance(size, int) or size < 0:
        raise ValueError(f"size of {path} is {size!r}")
    return RemoteFile(path=str(path), size=size, blob_id=str(entry["oid"]), sha256=lfs.get("oid"))


def is_safe_path(path: str) -> bool:
    """Say whether a path from the hub stays inside the folder it is put into, on every system."""
    return _SAFE_PATH.fullmatch(path) is not None


def _is_genuine(file: RemoteFile, path: Path) -> bool:
    with path.open("rb") as content:
        if file.sha256 is not None:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
        git = hashlib.sha1(b"blob %d\0" % file.size + content.read(), usedforsecurity=False)
        return git.hexdigest() == file.blob_id


def size_of(path: Path) -> int:
    """Give the length of a file in bytes, 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0


def _within(seconds: float, call: Callable[[], bytes], host: str) -> bytes:
    """Run a call that may hang in a thread of its own, and give up on it after some seconds."""
    outcome: list[bytes | BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as exc:  # noqa: BLE001 - handed to the caller's thread below
            outcome.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise HubError(f"the model hub {host} cannot be reached (no answer within {seconds:g} seconds)")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]
