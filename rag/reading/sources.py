"""Which source a path belongs to: a file belongs to one source only, however it is named or reached."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from rag.errors import NotFoundError, UsageError
from rag.text import to_nfc

#: The source of reports that came without a folder.
UPLOADS = "uploads"


@dataclass(frozen=True, slots=True)
class Scope:
    """Part of a source to be looked through. folder: the source's; start: where to look, at or below it."""

    source: str
    folder: Path
    start: Path


def plan_scopes(paths: Sequence[Path], sources: Mapping[str, str]) -> list[Scope]:
    """Find the source of each path: one that holds it already, else a new one named after its folder.

    sources: name → folder, "" where a source has none. Sources that lie below a path come as scopes of their own,
    so that no file is found twice. Raises NotFoundError for a path that is not there, UsageError for one that has no
    name in Unicode, before anything is planned.
    """
    places = {name: Path(place) for name, place in sources.items() if place}
    scopes: list[Scope] = []
    for absolute in [_find(path) for path in paths]:
        scope = _find_scope(absolute, places, taken={*sources, *places, UPLOADS})
        places[scope.source] = scope.folder
        scopes.append(scope)
    for scope in tuple(scopes):
        start = os.path.realpath(scope.start)
        for name, place in sorted(places.items()):
            is_below = name != scope.source and is_within(os.path.realpath(place), start)
            if is_below and (place.is_dir() or is_gone(place)):
                scopes.append(Scope(name, place, place))
    return [scope for i, scope in enumerate(scopes) if not _is_covered(scope, scopes[:i], scopes[i + 1 :])]


def is_within(path: str, folder: str) -> bool:
    """Say whether a real path is a folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def is_gone(path: Path) -> bool:
    """Say whether nothing is left at a path; False where this cannot be seen."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _find(path: Path) -> Path:
    absolute = Path(os.path.abspath(path))
    try:
        is_folder = stat.S_ISDIR(absolute.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
        raise NotFoundError(f"{path} is not there; name a file or a folder of reports that is") from exc
    except OSError as exc:
        raise NotFoundError(
            f"{path} cannot be reached: {exc.strerror}; name a file or a folder of reports this user may read"
        ) from exc
    try:
        str(absolute if is_folder else absolute.parent).encode()
    except UnicodeEncodeError as exc:
        raise UsageError(
            f"{str(path)!a}: the folder's name is not valid UTF-8; rename the folder and index it again"
        ) from exc
    return absolute


def _find_scope(absolute: Path, places: Mapping[str, Path], *, taken: set[str]) -> Scope:
    is_folder = absolute.is_dir()
    # A link to a file is a report where it lies; a link to a folder is that folder.
    real = os.path.realpath(absolute) if is_folder else str(Path(os.path.realpath(absolute.parent)) / absolute.name)
    holders = [(name, place, os.path.realpath(place)) for name, place in places.items()]
    holders = [h for h in holders if is_within(real, h[2]) and (is_folder or real != h[2])]
    if holders:
        name, place, real_place = max(holders, key=lambda holder: len(holder[2]))
        return Scope(name, place, place / Path(real).relative_to(real_place))
    folder = absolute if is_folder else absolute.parent
    base = to_nfc(folder.name) or "root"
    name = next(n for n in chain([base], (f"{base}-{i}" for i in count(2))) if n not in taken)
    return Scope(name, folder, absolute)


def _is_covered(scope: Scope, before: Sequence[Scope], after: Sequence[Scope]) -> bool:
    """Say whether another scope of the same source looks there too; of equal ones the first stays."""
    return scope in before or any(
        other.source == scope.source and other.start in scope.start.parents for other in (*before, *after)
    )
