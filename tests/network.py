"""A watch on the network: refuses and writes down each way out of the machine, in this process and all below it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

#: Every Python process under this refuses and writes down each way out of the machine; children inherit it.
NO_NETWORK = """
import ipaddress
import os
import sys

LOG = os.environ["NETWORK_LOG"]


def write(line):
    handle = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\\n".encode("utf-8", "replace"))
    os.close(handle)


def is_local(host):
    return host in (None, "", b"", "localhost", "::1", "0.0.0.0", "::") or str(host).startswith("127.")


def is_address(host):
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def watch(event, given):
    if event == "socket.getaddrinfo" and is_address(given[0]):  # nobody is asked for what a number means
        return
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        where = given[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        if not isinstance(address, tuple):  # a socket in the file system, or one connected before
            return
        where = address[0]
    else:
        return
    if not is_local(where):
        write(f"{event} {where}")
        raise PermissionError(f"no network here: {event} {where}")


sys.addaudithook(watch)
write("started " + " ".join(" ".join(sys.orig_argv[1:]).split()))
"""
#: Where the watch over the whole run lies; commands that tests start are put under it.
HOOK = "TESTS_NETWORK_HOOK"


def watch_this_run() -> Path:
    """Put this process, and every Python process it starts, under the watch. Returns the log."""
    folder = Path(tempfile.mkdtemp(prefix="network-"))
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    log = folder / "network.log"
    os.environ[HOOK] = str(folder)
    os.environ["NETWORK_LOG"] = str(log)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH", ""))))
    sys.path.insert(0, str(folder))
    import sitecustomize

    if Path(str(sitecustomize.__file__)).parent != folder:
        # Python took up another one when it began: this process has the watch put beside it.
        exec(compile(NO_NETWORK, "network watch", "exec"), {})
    sys.path.remove(str(folder))
    return log


def tried(log: Path) -> list[str]:
    """List what was tried under a watch."""
    return [line for line in log.read_text(encoding="utf-8").splitlines() if not line.startswith("started ")]
