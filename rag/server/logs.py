"""Logs as one JSON object a line on stderr. What people ask and what reports say never gets into them."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

access_logger = logging.getLogger("rag.access")
_MAX_FRAMES = 40
_MAX_CHARS = 500


class JsonLines(logging.Formatter):
    """Write records as JSON lines.

    Of other libraries' records only the fixed part is kept, and of an exception its kind and where it happened:
    what is put into either may be a question or a report's text.
    """

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", None)
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if fields is not None:
            line |= fields
        else:
            ours = record.name.partition(".")[0] == "rag"
            said = record.getMessage() if ours else str(record.msg).partition("\n")[0]
            line["message"] = said[:_MAX_CHARS]
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def describe_error(error: BaseException) -> dict[str, object]:
    """Name an exception's kind and the places it came through, without its words and without any value."""
    causes = [type(cause).__name__ for cause in _causes(error)]
    return {"kind": causes[0], "causes": causes[1:], "frames": list(_frames(error.__traceback__))}


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _frames(trace: TracebackType | None) -> Iterator[str]:
    places = [(frame.f_code, line) for frame, line in traceback.walk_tb(trace)]
    for code, line in places[-_MAX_FRAMES:]:
        path = Path(code.co_filename)
        yield f"{'/'.join(path.parts[-3:])}:{line} {code.co_name}"


def configure_logs(*, debug: bool = False) -> None:
    """Send all logs of this process to stderr as JSON lines."""
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(JsonLines())
    root = logging.getLogger()
    for known in list(root.handlers):
        root.removeHandler(known)
    root.addHandler(output)
    root.setLevel(logging.INFO if debug else logging.WARNING)
    logging.getLogger("rag").setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
