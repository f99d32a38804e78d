"""The program: its commands by name, and every error as one line and an exit code."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rag import __version__
from rag.cli.commands import ask_command, check_command, evaluate_command, index_command, retrieve_command
from rag.cli.documents import documents_app
from rag.cli.exit_codes import ExitCode
from rag.cli.models import models_app
from rag.cli.printing import note, prepare_streams, say
from rag.cli.serve import serve_command
from rag.errors import LibraryDamagedError, RagError, UsageError


class _StoppedError(Exception):
    """Ctrl-C, under a name that typer does not swallow."""


class _Commands(TyperGroup):
    """The commands; Ctrl-C in one of them reaches main."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as exc:
            raise _StoppedError from exc


app = typer.Typer(
    name="rag",
    cls=_Commands,
    help="Exact, cited answers from folders of reports. / Hỏi đáp có trích dẫn nguyên văn trên thư mục báo cáo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
app.command("index")(index_command)
app.command("ask")(ask_command)
app.command("retrieve")(retrieve_command)
app.command("evaluate")(evaluate_command)
app.command("check")(check_command)
app.command("serve")(serve_command)
app.add_typer(models_app, name="models")
app.add_typer(documents_app, name="documents", invoke_without_command=True)


@app.callback()
def _root(
    debug: Annotated[bool, typer.Option("--debug", help="Show a stack trace when something fails.")] = False,
) -> None:
    del debug  # read from the arguments before anything can fail


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error becomes one line and an exit code."""
    prepare_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = given[: given.index("--")] if "--" in given else given
    debug = "--debug" in words
    if debug:
        given.remove("--debug")
    if words == ["--version"]:
        say(f"danchung {__version__}")
        sys.exit(0)
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        app(given, prog_name="rag")
    except RagError as exc:
        _fail(str(exc), _code_of(exc), debug=debug)
    except (KeyboardInterrupt, _StoppedError):
        said = "stopped; what was acknowledged is kept, and the same command goes on from there"
        _fail(said, ExitCode.STOPPED, debug=debug)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ExitCode.FAILED)
    except Exception as exc:  # noqa: BLE001 - the last door: one line, not a stack trace
        said = f"unexpected {type(exc).__name__}: {exc}; run again with --debug and report it"
        _fail(said, ExitCode.FAILED, debug=debug)


def _code_of(error: RagError) -> ExitCode:
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    return ExitCode.DAMAGED if isinstance(error, LibraryDamagedError) else ExitCode.FAILED


def _fail(message: str, code: ExitCode, *, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    note(f"rag: {message}")
    sys.exit(code)
