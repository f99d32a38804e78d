"""``rag models``: which there are, which are on this machine, and fetching one."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.options import JsonOption
from rag.cli.printing import byte_bar, note, say, say_json

models_app = typer.Typer(
    help="Models: which there are, which are on this machine, and fetching one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@models_app.command("list")
def models_list_command(as_json: JsonOption = False) -> None:
    """List the models that can be named, and which are on this machine."""
    from rag.models import list_models
    from rag.registry import load_registry

    statuses = list_models(load_registry())
    if as_json:
        say_json(
            [
                {
                    "name": s.name,
                    "kind": s.kind,
                    "licence": s.licence,
                    "size_mb": s.size_mb,
                    "here": s.here,
                    "path": str(s.folder) if s.folder else None,
                    "default": s.default,
                }
                for s in statuses
            ]
        )
        return
    for s in statuses:
        where = "here" if s.here else f"rag models pull {s.name}"
        star = " (default)" if s.default else ""
        say(f"{s.name}{star}  {s.kind}  {s.licence}  {s.size_mb:,} MB  {where}")


@models_app.command("pull")
def models_pull_command(
    name: Annotated[str | None, typer.Argument(help="A name in models.yaml; default: the default embedder.")] = None,
    if_reachable: Annotated[
        bool, typer.Option("--if-reachable", help="An unreachable hub is a note, not a failure.")
    ] = False,
    timeout_s: Annotated[float, typer.Option("--timeout-s", min=1, help="Give up after this long.")] = 3600.0,
) -> None:
    """Fetch a model. The only command that contacts a hub."""
    from rag.models import pull_model
    from rag.registry import load_registry

    registry = load_registry()
    spec = registry.find(name) if name else registry.default()
    result = pull_model(spec, progress=byte_bar(spec.name), timeout_s=timeout_s, if_reachable=if_reachable)
    if result.folder is None:
        note(result.note or f"{spec.name} was not fetched")
    else:
        say(f"{spec.name}: {result.folder}")


@models_app.command("path")
def models_path_command(
    name: Annotated[str | None, typer.Argument(help="A name in models.yaml; default: the default embedder.")] = None,
) -> None:
    """Print where a model lies, or would lie."""
    from rag.models import path_for
    from rag.registry import load_registry

    registry = load_registry()
    say(str(path_for(registry.find(name) if name else registry.default())))
