"""Which files of a folder may be reports, in the order of their names, and what could not be looked at."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.errors import ReadingError, UnreachableFileError, UnsupportedFormatError
from rag.reading.files import unreachable
from rag.reading.sources import is_within
from rag.text import to_nfc

#: Files that lie beside reports and are none: question sets, settings, indexes, programs' own files.
_NOT_REPORTS = frozenset(
    ".json .jsonl .yaml .yml .toml .ini .cfg .log .lock .db .sqlite .sqlite3 .db-wal .db-shm .tmp .part .py .sha256 "
    ".bak .trec".split()
)
_NOT_REPORT_NAMES = frozenset({"thumbs.db", "desktop.ini"})
#: A folder that holds these is a library, perhaps the one being written.
_LIBRARY_FILES = frozenset({"library.db", "writer.lock"})


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk came upon. name: path within the source, POSIX separators, NFC.

    error: why it cannot be indexed. is_folder: a folder that was not looked into. is_closed: one that could not be
    listed, so that what was in it may be anywhere.
    """

    path: Path
    name: str
    error: ReadingError | None = None
    is_folder: bool = False
    is_closed: bool = False


def is_report_name(name: str) -> bool:
    """Say whether a file of that name may be a report: not hidden, not an office lock file, not settings."""
    lower = name.lower()
    return not (
        name.startswith((".", "~$")) or lower in _NOT_REPORT_NAMES or PurePosixPath(lower).suffix in _NOT_REPORTS
    )


def walk(start: Path, *, folder: Path, leave_out: Collection[str] = ()) -> Iterator[Found]:
    """Yield the files at or below start, in order of their names. folder: the source's, start or above it.

    leave_out: real paths of folders that belong to other sources. They, snapshots of a library, hidden folders and
    what is neither file nor folder are passed over. A folder that cannot be listed, a link to a folder outside the
    source and a name that is not valid UTF-8 come with an error.
    """
    name = name_within(start, folder=folder)
    if not start.is_dir():
        yield _look_at(start, name)
        return
    inside = os.path.realpath(folder)
    waiting = [iter(_list(start, name))]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif not found.is_folder or found.error is not None:
            yield found
        elif leave_out and os.path.realpath(found.path) in leave_out:
            continue
        elif found.path.is_symlink():
            if not is_within(os.path.realpath(found.path), inside):
                yield Found(found.path, found.name, _linked(found.path), is_folder=True)
        else:
            waiting.append(iter(_list(found.path, found.name)))


def name_within(path: Path, *, folder: Path) -> str:
    """Name a path within a source's folder: POSIX separators, NFC; "" for the folder itself.

    Where a folder holds a name both composed and decomposed, each keeps its own form.
    """
    names: list[str] = []
    place = folder
    for part in path.relative_to(folder).parts:
        try:
            siblings = frozenset(os.listdir(place)) if to_nfc(part) != part else frozenset[str]()
        except OSError:
            siblings = frozenset()
        names.append(_form(part, siblings))
        place = place / part
    return "/".join(names)


def _list(folder: Path, name: str) -> Iterator[Found]:
    """Yield what a folder holds; subfolders come with is_folder and no error."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as exc:
        yield Found(folder, name, _unlisted(folder, exc), is_folder=True, is_closed=True)
        return
    siblings = frozenset(entry.name for entry in entries)
    is_library = siblings >= _LIBRARY_FILES
    for entry in entries:
        path = Path(entry.path)
        inner = f"{name}/{_form(entry.name, siblings)}" if name else _form(entry.name, siblings)
        is_folder = _is_folder(entry)
        if not is_report_name(entry.name) if not is_folder else entry.name.startswith("."):
            continue
        if is_library and entry.name == "snapshots":
            continue
        if not _is_unicode(entry.name):
            yield Found(path, inner, _misnamed(path), is_folder=is_folder)
        elif is_folder:
            yield Found(path, inner, is_folder=True)
        else:
            found = _look_at(path, inner)
            if not isinstance(found.error, UnsupportedFormatError):
                yield found


def _look_at(path: Path, name: str) -> Found:
    try:
        mode = path.stat().st_mode
    except OSError as exc:
        return Found(path, name, unreachable(path, exc))
    if not stat.S_ISREG(mode):
        error = UnsupportedFormatError(f"{path.name}: không phải tệp (not a regular file); name files or folders")
        return Found(path, name, error)
    return Found(path, name, None if _is_unicode(path.name) else _misnamed(path))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _form(name: str, siblings: Collection[str]) -> str:
    composed = to_nfc(name)
    return name if composed != name and composed in siblings else composed


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _misnamed(path: Path) -> ReadingError:
    return UnreachableFileError(
        f"{path.name!a}: tên không đúng mã (the name is not valid UTF-8); rename it and index again"
    )


def _linked(path: Path) -> ReadingError:
    return UnreachableFileError(
        f"{path.name}: lối tắt đến thư mục khác (a link to a folder elsewhere, links to folders are not followed); "
        f"index that folder by its own name: {os.path.realpath(path)}"
    )


def _unlisted(folder: Path, exc: OSError) -> ReadingError:
    return UnreachableFileError(
        f"{folder}: không mở được thư mục (the folder cannot be listed: {exc.strerror}); check its permissions and "
        "its disk. What was indexed from it is kept"
    )
