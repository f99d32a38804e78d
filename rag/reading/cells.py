"""Write the value of a spreadsheet cell as a Vietnamese reader sees it."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from rag.reading.encoding import clean_line
from rag.text import fold

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")
# Columns whose whole numbers are names, not quantities: years, codes, telephone numbers.
_NAMING = re.compile(r"^(?:nam(?: [^\d]*)?|year|ma\b.*|stt|tt|so thu tu|id|code|dien thoai|so dien thoai|phone)$")


def write_cell(value: object, number_format: str = "General", *, column: str = "") -> str:
    """Write one value: 8200 → ``8.200``, 8.65 → ``8,65``, 0.0865 as percent → ``8,65%``, dates as d/m/yyyy.

    column: the name of its column; whole numbers under "Năm" or "Mã số" are written without separators.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return write_number(value, number_format, plain=_NAMING.match(fold(column.strip())) is not None)
    if isinstance(value, dt.datetime):
        return _write_date(value, number_format) + (f" {value:%H:%M}" if value.time() != dt.time() else "")
    if isinstance(value, dt.date):
        return _write_date(value, number_format)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return clean_line(str(value))


def write_number(value: int | float, number_format: str = "General", *, plain: bool = False) -> str:
    """Write a number with ``.`` for thousands and ``,`` for decimals.

    At least two decimals of what is there are kept, even where the sheet shows fewer: a rounded figure could not
    be checked against another report.
    """
    if not math.isfinite(value):
        return ""
    shown = _QUOTED.sub("", number_format.split(";", maxsplit=1)[0])
    percent = "%" in shown
    number = Decimal(format(value, ".12g")) if isinstance(value, float) else Decimal(value)
    if percent:
        number *= 100
    found = _DECIMALS.search(shown)
    fixed = found.group(1).count("0") if found else 0
    if shown != "General" and ("0" in shown or "#" in shown):
        number = number.quantize(Decimal(1).scaleb(-max(fixed, 2)), rounding=ROUND_HALF_UP)
    whole, _, decimals = format(abs(number), "f").partition(".")
    decimals = decimals.rstrip("0").ljust(fixed, "0")
    if not plain:
        whole = f"{int(whole):,}".replace(",", ".")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}{',' if decimals else ''}{decimals}{'%' if percent else ''}"


def _write_date(value: dt.date, number_format: str) -> str:
    shown = _QUOTED.sub("", number_format).lower()
    if "y" in shown and "d" not in shown:
        return f"{value.month}/{value.year}" if "m" in shown else str(value.year)
    return f"{value.day}/{value.month}/{value.year}"
