"""A table of what reports say of themselves, to be corrected in a spreadsheet: written as CSV and read back.

A cell that a spreadsheet would take for a formula is written behind an apostrophe and read back without it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from rag.corrections.values import FIELDS, read_value
from rag.errors import ConfigError
from rag.text import to_nfc
from rag.types import DocumentCard

_ABOUT = ("passages", "source")
COLUMNS = ("id", *FIELDS, *_ABOUT)
#: So many problems are named; a file in another format has thousands.
_MAX_NAMED = 50

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_SEPARATOR_LINE = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
# What Excel makes of 2023-07, in English and in Vietnamese.
_EXCEL_MONTH = re.compile(r"(?:(?P<name>[A-Za-z]{3})|Thg ?(?P<number>[0-9]{1,2}))-(?P<year>[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_Row = tuple[int, dict[str, str]]
_Problem = tuple[int, str]


def write_csv(cards: Sequence[DocumentCard]) -> str:
    """Write documents as CSV, a line each, with a byte order mark: without it Excel breaks Vietnamese letters."""
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for card in cards:
        about = (str(card.n_passages), card.source)
        writer.writerow(_protect(cell) for cell in (card.id, *(_cell(card, field) for field in FIELDS), *about))
    return stream.getvalue()


def read_csv(text: str, cards: Sequence[DocumentCard]) -> dict[str, dict[str, str | None]]:
    """Read what a table says otherwise than the documents do: id → field → value, "" where a cell was emptied.

    Columns may be left out or stand in any order, cells be separated by commas, semicolons or tabs. Dates may have
    come back from a spreadsheet in its own form. Raises ConfigError that names every problem with its line.
    """
    rows, problems = _read_rows(text)
    held = {card.id: card for card in cards}
    changes: dict[str, dict[str, str | None]] = {}
    lines: dict[str, int] = {}
    month_first = _is_month_first(rows, held)
    for line, row in rows:
        doc_id = row["id"] if row["id"] in held else to_nfc(row["id"])
        if doc_id not in held:
            problems.append((line, f"no document {doc_id!r:.120}"))
        elif doc_id in lines:
            problems.append((line, f"{doc_id!r:.120} stands on line {lines[doc_id]} too"))
        else:
            lines[doc_id] = line
            changed, wrong = _changed(row, held[doc_id], month_first=month_first)
            problems += [(line, problem) for problem in wrong]
            if changed:
                changes[doc_id] = changed
    if problems:
        named = [f"line {line}: {problem}" for line, problem in sorted(problems, key=lambda problem: problem[0])]
        more = f"; and {len(problems) - _MAX_NAMED} more" if len(problems) > _MAX_NAMED else ""
        raise ConfigError(
            f"the table cannot be used, nothing was changed: {'; '.join(named[:_MAX_NAMED])}{more}. "
            "'rag documents --csv' prints one that can"
        )
    return changes


def _changed(
    row: Mapping[str, str], card: DocumentCard, *, month_first: bool
) -> tuple[dict[str, str | None], list[str]]:
    """Give the fields of a line that say otherwise than a document, and the problems with the others."""
    changed: dict[str, str | None] = {}
    problems = []
    for field in FIELDS:
        cell = row.get(field)
        shown = _cell(card, field)
        if cell is None or cell == shown:
            continue
        try:
            value = read_value(field, _from_spreadsheet(field, cell, month_first=month_first))
        except ConfigError as exc:
            problems.append(str(exc))
            continue
        if value != to_nfc(" ".join(shown.split())):
            changed[field] = value
    return changed, problems


def _cell(card: DocumentCard, field: str) -> str:
    if field == "date":
        return card.dates[0] if card.dates else ""
    return getattr(card, field) or ""


def _protect(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unprotect(cell: str) -> str:
    return cell[1:] if _ESCAPED.match(cell) else cell


# -- reading --------------------------------------------------------------------------------------------


def _read_rows(text: str) -> tuple[list[_Row], list[_Problem]]:
    """Read the lines below the header, each with the number of its first line, and what is wrong with them."""
    text = text.removeprefix("\ufeff")
    first_line = 1
    separator = ""
    if match := _SEPARATOR_LINE.match(text):
        separator, text, first_line = match[1], text[match.end() :], 2
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or max(",;\t", key=head.count), strict=True)
    rows: list[_Row] = []
    problems: list[_Problem] = []
    names: list[str] = []
    line = first_line
    try:
        for cells in reader:
            if not names:
                names = [cell.strip().casefold() for cell in cells]
                problems += _check_header(names, line)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    problems.append((line, f"{len(cells)} cells, the header names {len(names)}"))
                row = {name: _unprotect(cell) for name, cell in zip(names, cells, strict=False)}
                if "id" in row:
                    rows.append((line, row))
                elif "id" in names:
                    problems.append((line, "the id is missing"))
            line = first_line + reader.line_num
    except csv.Error as exc:
        problems.append((line, str(exc)))
    if not names:
        problems.append((1, "it is empty"))
    return rows, problems


def _check_header(names: Sequence[str], line: int) -> list[_Problem]:
    allowed = ", ".join(COLUMNS)
    problems = [(line, f"unknown column {name!r:.60}; allowed: {allowed}") for name in names if name not in COLUMNS]
    problems += [(line, f"column {name!r} stands twice") for name in COLUMNS if names.count(name) > 1]
    if "id" not in names:
        problems.append((line, "the column 'id' is missing"))
    return problems


# -- spreadsheets ---------------------------------------------------------------------------------------


def _is_month_first(rows: Sequence[_Row], held: Mapping[str, DocumentCard]) -> bool:
    """Say whether a spreadsheet set to American dates wrote the table: 7/19/2023 where a document has 2023-07-19."""
    votes = {True: 0, False: 0}
    for _, row in rows:
        card = held.get(row["id"])
        match = _SLASHED.fullmatch(row.get("date", "").strip())
        if card is not None and card.dates and match and int(match[1]) != int(match[2]):
            for month_first in votes:
                votes[month_first] += _iso(match, month_first=month_first) == card.dates[0]
    return votes[True] > votes[False]


def _iso(match: re.Match[str], *, month_first: bool) -> str:
    first, second = int(match[1]), int(match[2])
    month, day = (first, second) if month_first else (second, first)
    return f"{match[3]}-{month:02d}-{day:02d}"


def _from_spreadsheet(field: str, cell: str, *, month_first: bool) -> str:
    """Undo what a spreadsheet makes of a date or a month."""
    bare = cell.strip()
    if field == "date" and month_first and (match := _SLASHED.fullmatch(bare)):
        return _iso(match, month_first=True)
    if field in ("date", "period") and (match := _EXCEL_MONTH.fullmatch(bare)):
        name = (match["name"] or "").casefold()
        month = int(match["number"]) if match["number"] else _MONTHS.index(name) + 1 if name in _MONTHS else 0
        return f"20{match['year']}-{month:02d}"
    return cell
