"""Results to stdout, progress and notes to stderr, a bar only on a terminal; no character lost on an old one."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from rag.text import fold
from rag.types import Hit

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.indexing import Event


def say(text: str) -> None:
    """Print a result."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print one JSON value; escaped where the output cannot carry every character."""
    typer.echo(json.dumps(value, ensure_ascii=not _is_unicode_output(), indent=2))


def note(text: str) -> None:
    """Print a note to stderr, on one line: a file's name cannot forge another."""
    typer.echo("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text), err=True)


def _is_unicode_output() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def tell_event(event: Event) -> None:
    """Say on stderr what happened to a file."""
    if event.what == "skipped":
        note(f"skipped {event.path}: {event.reason}")
    elif event.what == "indexed":
        note(f"indexed {event.path} ({event.n_passages} passages)")
    else:
        note(f"{event.what} {event.path}")


def tell_skipped(event: Event) -> None:
    """Say on stderr which file was skipped, and why."""
    if event.what == "skipped":
        tell_event(event)


def tell_notes(engine: Engine) -> None:
    """Print what an engine has to say of itself."""
    for text in engine.notes:
        note(text)


def bar(label: str) -> Any:
    """Make a progress callback that draws a bar with the remaining time, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    from rag.progress import Bar

    return Bar(label, write=lambda text: typer.echo(text, err=True, nl=False))


def byte_bar(label: str) -> Any:
    """Make a progress callback for bytes, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    from rag.progress import Bar

    return Bar(label, write=lambda text: typer.echo(text, err=True, nl=False), unit="MB", scale=1e6)


def print_hit(hit: Hit) -> None:
    """Print a passage with the score of each channel."""
    channels = ", ".join(
        f"{name} {value:.3f}"
        for name, value in (
            ("dense", hit.channels.dense),
            ("lexical", hit.channels.lexical),
            ("reranker", hit.channels.reranker),
        )
        if value is not None
    )
    say(f"{hit.rank:>3}. {hit.score:.3f} ({channels})  {hit.context.title}")
    say(f"     {hit.passage.id}" + (f", tr. {hit.passage.page}" if hit.passage.page else ""))
    say(f"     {hit.passage.text}")


# -- the streams ---------------------------------------------------------------------------------------


_PLAIN_SIGNS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "·": "-"})


def _fold_unprintable(error: UnicodeError) -> tuple[str, int]:
    """Print what an old terminal's encoding lacks without its accents, or else as a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    folded = "".join(fold(c).upper() if c.isupper() else fold(c) for c in text).translate(_PLAIN_SIGNS)
    return "".join(c if c.isascii() else "?" for c in folded), error.end


def prepare_streams() -> None:
    """Let no character that a terminal's encoding lacks end the program."""
    codecs.register_error("fold", _fold_unprintable)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="fold")


def tell_dense(about: Mapping[str, Any]) -> str | None:
    """Say what a library's vectors are searched by, from its manifest; None where all are compared."""
    dense = about.get("dense") or {}
    if dense.get("kind") != "codes":
        return None
    return (
        f"vectors are searched by codes, the best {dense['candidates']} of them exactly: that finds "
        f"{dense['recall']:.1%} of what comparing all finds ({dense['queries']} made questions)"
    )
