"""What a server is told: where it listens, who may ask, and how much of everything it takes."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import ConfigError, UsageError

MIN_TOKEN_CHARS = 16


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Limits and names of one server. Raises UsageError for an open door without a token.

    host: the address it listens on. token: what programs and people must show; None where nobody but this machine
    can reach it. allow_hosts: further names it is called by, each with or without a port. library: its folder, so
    that no message tells where it lies. temp_folder: where uploads wait; the system's own where None.
    body_idle_s: a body may pause so long; after body_grace_s of waiting it must have come at min_bytes_per_s.
    linger_s: how long what a refused client still sends is read and dropped, so that it sees the refusal.
    read_timeout_s: a client may take nothing of its answer so long. max_sending_bytes: of large answers, all together.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    library: Path | None = None
    temp_folder: Path | None = None
    max_upload_mb: int = 50
    max_files: int = 100
    max_json_bytes: int = 256 * 1024
    max_table_bytes: int = 8 * 1024 * 1024
    max_questions_bytes: int = 20 * 1000 * 1000
    max_requests: int = 512
    header_timeout_s: float = 10.0
    body_idle_s: float = 8.0
    body_grace_s: float = 30.0
    min_bytes_per_s: int = 2000
    linger_s: float = 3.0
    read_timeout_s: float = 30.0
    max_sending_bytes: int = 256 * 1024 * 1024
    heartbeat_s: float = 10.0
    graceful_s: float = 10.0
    session_s: float = 12 * 3600.0
    max_sessions: int = 1000
    wrong_tokens_per_minute: int = 10

    def __post_init__(self) -> None:
        if self.token is not None and len(self.token) < MIN_TOKEN_CHARS:
            raise ConfigError(
                f"RAG_TOKEN has {len(self.token)} characters, allowed: {MIN_TOKEN_CHARS} or more; make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
            )
        if self.token is None and not self.is_loopback:
            raise UsageError(
                f"--host {self.host} lets other machines in, and no token is set; allowed without one: 127.0.0.1, ::1, "
                f"localhost. Set the environment variable RAG_TOKEN ({MIN_TOKEN_CHARS} characters or more), or leave "
                "--host out"
            )

    def of_library(self, library: Path) -> ServerSettings:
        """Give the same settings for a library."""
        return replace(self, library=library)

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach the address."""
        return is_loopback(self.host)

    @property
    def max_upload_bytes(self) -> int:
        """The size of one uploaded file."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def max_uploads_bytes(self) -> int:
        """The size of all files of one upload."""
        return max(4 * self.max_upload_bytes, 64 * 1024 * 1024)

    @property
    def max_waiting_bytes(self) -> int:
        """The size of all uploaded files that wait to be read."""
        return 4 * self.max_uploads_bytes


def is_loopback(host: str) -> bool:
    """Say whether an address or name is this machine's own. A name is looked up only if it is not localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    if not host:
        return False
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in found)
