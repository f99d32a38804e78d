"""``rag documents``: list the documents of a library, or remove some."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.options import JsonOption, LibraryOption, to_unicode
from rag.cli.printing import say, say_json

documents_app = typer.Typer(help="List the documents of a library, or remove some.", rich_markup_mode=None)


@documents_app.callback()
def documents_command(ctx: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the documents of a library."""
    if ctx.invoked_subcommand is not None:
        return
    from rag.engine import Engine

    with Engine(library) as engine:
        cards = engine.documents()
    if as_json:
        from rag.wire import card_json

        say_json([card_json(card) for card in cards])
        return
    for card in cards:
        about = " · ".join(x for x in (card.type, card.number, card.place, card.period, *card.dates[:1]) if x)
        copy = f"  (copy of {card.copy_of})" if card.copy_of else ""
        say(f"{card.id}  {card.title}" + (f"  [{about}]" if about else "") + copy)


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
