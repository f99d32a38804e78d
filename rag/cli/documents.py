"""``rag documents``: list the documents of a library, correct what they say of themselves, or remove some."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.options import JsonOption, LibraryOption, to_unicode
from rag.cli.printing import say, say_json
from rag.errors import ConfigError, NotFoundError, UsageError
from rag.types import DocumentCard

documents_app = typer.Typer(
    help="List the documents of a library, correct what they say of themselves, or remove some.", rich_markup_mode=None
)
#: A table of all documents of a large library takes some megabytes.
_MAX_CSV_BYTES = 64 * 2**20


@documents_app.callback()
def documents_command(
    ctx: typer.Context,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a table to correct and hand to 'rag documents set --csv'.")
    ] = False,
) -> None:
    """List the documents of a library. Fields a person corrected are named at the end of a line."""
    if ctx.invoked_subcommand is not None:
        return
    if as_csv and as_json:
        raise UsageError("--csv and --json were both given; allowed: one of them. Leave one out")
    from rag.engine import Engine

    with Engine(library) as engine:
        cards = engine.documents()
    if as_csv:
        from rag.corrections import write_csv

        typer.echo(write_csv(cards).encode("utf-8"), nl=False)
    elif as_json:
        from rag.wire import card_json

        say_json([card_json(card) for card in cards])
    else:
        for card in cards:
            say(_line_of(card))


def _line_of(card: DocumentCard) -> str:
    about = " · ".join(x for x in (card.type, card.number, card.place, card.period, *card.dates[:1], card.signer) if x)
    corrected = f"  (corrected: {', '.join(card.corrected)})" if card.corrected else ""
    copy = f"  (copy of {card.copy_of})" if card.copy_of else ""
    return f"{card.id}  {card.title}" + (f"  [{about}]" if about else "") + corrected + copy


@documents_app.command("set")
def set_command(
    doc_id: Annotated[str | None, typer.Argument(help="An id as 'rag documents' lists it.")] = None,
    *,
    title: Annotated[str | None, typer.Option("--title")] = None,
    date: Annotated[str | None, typer.Option("--date", help="2023, 2023-07, 2023-07-19 or 19/7/2023.")] = None,
    place: Annotated[str | None, typer.Option("--place")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="Who issued it.")] = None,
    number: Annotated[str | None, typer.Option("--number", help="Such as 540/BC-UBND.")] = None,
    paper_type: Annotated[str | None, typer.Option("--type", help="Such as 'Báo cáo'.")] = None,
    signer: Annotated[str | None, typer.Option("--signer", help="Who signed it.")] = None,
    period: Annotated[str | None, typer.Option("--period", help="2023-H1, or '6 tháng đầu năm 2023'.")] = None,
    reset: Annotated[
        list[str] | None, typer.Option("--reset", help="A field to give back as it was read; may be repeated.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--csv", help="A table as 'rag documents --csv' prints, corrected.")
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Correct what a document says of itself; "" leaves a field empty. It outlasts reading its file again."""
    given = {
        "title": title,
        "date": date,
        "place": place,
        "organisation": organisation,
        "number": number,
        "type": paper_type,
        "signer": signer,
        "period": period,
    }
    changes: dict[str, str | None] = {field: to_unicode(value) for field, value in given.items() if value is not None}
    for field in reset or ():
        if field in changes:
            raise UsageError(f"--{field} and --reset {field} were both given; allowed: one of them. Leave one out")
        changes[field] = None
    if table is not None and (doc_id is not None or changes):
        raise UsageError("--csv and a document were both given; allowed: one of them. Leave one out")
    if table is None and (doc_id is None or not changes):
        raise UsageError("nothing to correct; name a document and a field: rag documents set ID --title 'TITLE'")
    from rag.engine import Engine

    with Engine(library) as engine:
        if table is not None:
            from rag.corrections import read_csv

            corrected = engine.correct(read_csv(_read_table(table), engine.documents()))
        else:
            corrected = engine.correct({to_unicode(doc_id or ""): changes})
    for name in corrected:
        say(f"corrected {name}")
    if not corrected:
        say("nothing to correct: everything is so already")


def _read_table(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_CSV_BYTES + 1)
    except FileNotFoundError as exc:
        raise NotFoundError(f"{path} is not there; name a file that 'rag documents --csv' printed") from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read ({exc.strerror or exc}); name a CSV file") from exc
    if len(data) > _MAX_CSV_BYTES:
        raise ConfigError(f"{path} is larger than {_MAX_CSV_BYTES // 2**20} MB; it is no table of documents")
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as exc:
        raise ConfigError(
            f"{path} is not UTF-8; save it from the spreadsheet as 'CSV UTF-8', else Vietnamese letters are lost"
        ) from exc


@documents_app.command("remove")
def remove_command(
    doc_ids: Annotated[list[str], typer.Argument(help="Ids as 'rag documents' lists them.")],
    library: LibraryOption = None,
) -> None:
    """Take documents out of a library; the files themselves stay."""
    from rag.engine import Engine

    with Engine(library) as engine:
        for doc_id in engine.remove(*map(to_unicode, doc_ids)):
            say(f"removed {doc_id}")
