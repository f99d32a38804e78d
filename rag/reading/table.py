"""Tables in files of their own: .csv and .xlsx, each row a part that stands alone."""

from __future__ import annotations

import csv
import io
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any

from rag.errors import ReadingError, TooLargeError
from rag.reading import text as plain_text
from rag.reading.archive import check_archive, damaged
from rag.reading.builder import ReportBuilder
from rag.reading.cells import write_cell
from rag.reading.encoding import clean_line, decode
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.reading.rows import lay_out
from rag.types import PartKind

logger = logging.getLogger(__name__)

_SEPARATORS = (",", ";", "\t", "|")
_MAX_FIELD_CHARS = 131_072
# A quoted cell with more lines than this is a quote that was never closed.
_MAX_CELL_LINES = 20
_MAX_CELLS = 5_000_000
_PLAIN_SHEET = re.compile(r"(?:sheet|trang tính|trang_tính|bảng)\s*\d*$", re.I)

Rows = list[list[str]]


def read_csv(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read separated values: comma, semicolon, tab or bar, whichever divides the lines evenly.

    A file that no separator divides is read as plain text.
    """
    text = decode(data, file_name=file_name)
    declared = re.match(r"sep=(.)\n", text)
    if declared:
        text = text[declared.end() :]
    separator = declared.group(1) if declared else _find_separator(text)
    if separator is None:
        return plain_text.read(data, file_name=file_name, limits=limits)
    report = ReportBuilder(file_name=file_name, limits=limits)
    for line in lay_out(_split_rows(text, separator)):
        report.add(line.kind, line.text)
    return report.finish(reader="csv/1")


def read_xlsx(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read every visible sheet of a workbook; formulas by the values Excel saved with them."""
    import openpyxl

    check_archive(data, file_name=file_name, limits=limits)
    report = ReportBuilder(file_name=file_name, limits=limits)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions it leaves out; none of them holds text.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for sheet in sheets:
                _read_sheet(sheet, report, file_name=file_name, named=len(sheets) > 1)
            book.close()
    except (ReadingError, MemoryError):
        raise
    except Exception as exc:  # openpyxl raises whatever a malformed part makes it stumble over
        raise damaged(file_name, exc) from exc
    return report.finish(reader="xlsx/1")


def _read_sheet(sheet: Any, report: ReportBuilder, *, file_name: str, named: bool) -> None:
    name = clean_line(sheet.title)
    lines = lay_out(_sheet_rows(sheet, file_name=file_name))
    for i, line in enumerate(lines):
        if i == 0 and named and not _PLAIN_SHEET.match(name):
            report.add(PartKind.HEADING, name)
        report.add(line.kind, line.text)


def _sheet_rows(sheet: Any, *, file_name: str) -> Iterator[list[str]]:
    # The dimensions a file declares may be wrong; rows are then cut short or filled up without need.
    sheet.reset_dimensions()
    n_cells = 0
    columns: list[str] = []
    for row in sheet.iter_rows():
        n_cells += len(row)
        if n_cells > _MAX_CELLS:
            raise TooLargeError(
                f"{file_name}: bảng quá lớn (sheet '{sheet.title}' has more than {_MAX_CELLS} cells); split it into "
                "smaller files"
            )
        cells = []
        for i, cell in enumerate(row):
            value = cell.value
            if value is None or cell.data_type == "e":
                cells.append("")
                continue
            column = columns[i] if i < len(columns) else ""
            # A whole number above its column's name is a year: "2022 | 2023" in a header.
            cells.append(write_cell(value, cell.number_format, column=column or _header_hint(value, columns, row)))
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(columns) < 2 or _is_all_words(row):
            columns = _take_names(columns, cells) if _is_all_words(row) else columns
        yield cells


def _header_hint(value: object, columns: list[str], row: Any) -> str:
    """Name the column of a year that stands in a header row, so that it is not written 2.023."""
    is_year = isinstance(value, int) and 1900 <= value <= 2100
    return "Năm" if is_year and len(columns) < 2 and any(isinstance(cell.value, str) for cell in row) else ""


def _is_all_words(row: Any) -> bool:
    values = [cell.value for cell in row if cell.value is not None]
    return len(values) >= 2 and all(isinstance(value, str) or _is_year(value) for value in values)


def _is_year(value: object) -> bool:
    return isinstance(value, int) and 1900 <= value <= 2100


def _take_names(columns: list[str], cells: list[str]) -> list[str]:
    return columns if len(columns) >= 2 else cells


def _find_separator(text: str) -> str | None:
    """Choose the separator that cuts most of the first lines into the same number of cells, at least two."""
    best: tuple[float, int, str] | None = None
    sample = text[:65_536]
    if len(text) > len(sample):
        sample = sample.rpartition("\n")[0]
    for separator in _SEPARATORS:
        counts = [len(row) for row in _split_rows(sample, separator)[:60] if row]
        wide = [count for count in counts if count >= 2]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        share = wide.count(usual) / len(counts)
        candidate = (share, usual, separator)
        if share >= 0.4 and (best is None or candidate[:2] > best[:2]):
            best = candidate
    return best[2] if best else None


def _split_rows(text: str, separator: str) -> Rows:
    """Cut into cells. A quote that is never closed would swallow the rest: then quotes are taken as letters."""
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.count("\n") > _MAX_CELL_LINES for cell in row):
                return _split_plainly(text, separator)
            rows.append([clean_line(cell) for cell in row])
        if not text.endswith("\n") or text.count('"') % 2 == 0:
            return rows
    except csv.Error:
        pass
    return _split_plainly(text, separator)


def _split_plainly(text: str, separator: str) -> Rows:
    return [[clean_line(cell.strip().strip('"')) for cell in line.split(separator)] for line in text.split("\n")]
