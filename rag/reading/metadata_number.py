"""The number a report gives itself on a line of its own: "**Số:** 540/BC-UBND", "(số 540/BC-UBND, ngày 3/2/2023)".

Pure. Letterheads are read in metadata_issuer; here are the ways of Markdown and plain text. Papers that are cited are
not taken for the report's own: their number stands in a sentence, or is of another type than the title says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.figures.periods import find_dates
from rag.places import UPPER
from rag.reading.metadata_parts import is_date_line, is_letterhead
from rag.reading.metadata_title import DOCUMENT_TYPES, Line

TYPE_OF_SIGN = {
    "BC": "Báo cáo",
    "QĐ": "Quyết định",
    "NQ": "Nghị quyết",
    "KH": "Kế hoạch",
    "TB": "Thông báo",
    "TTR": "Tờ trình",
    "CT": "Chỉ thị",
    "CTR": "Chương trình",
    "HD": "Hướng dẫn",
    "KL": "Kết luận",
    "BB": "Biên bản",
    "ĐA": "Đề án",
    "PA": "Phương án",
    "CĐ": "Công điện",
    "CV": "Công văn",
    "TT": "Thông tư",
    "NĐ": "Nghị định",
}
_MAX_LINES = 8
_MAX_LINE_CHARS = 200
_TYPES = "|".join(DOCUMENT_TYPES)
_OWN = re.compile(
    rf"[\W_]*(?P<type>(?i:{_TYPES}))?[\W_]{{0,4}}(?i:số|no)\b\W{{0,6}}"
    r"(?P<number>\d{1,5}\s?(?:/\s?\d{4}\s?)?[/-]\s?[A-ZĐ][\wĐ]*(?:[/&.-][A-ZĐ][\wĐ]*)*)(?P<rest>.*)$"
)
_BEFORE_DATE = re.compile(rf"[\W_]*(?:[{UPPER}][^\d,;.]{{1,40}},\s*)?(?i:ban hành |ký |dated )?(?i:ngày)?\W*$")
_BEHIND = re.compile(r"[\W_]*(?:của [^.;:]{3,90}?)?[\W_]*$")
_SUBJECT = re.compile(r"[\W_]*(?:của [^.;:]{3,90}? )?(?:về|V/v|tình hình|kết quả)\s[^.;]{3,}$")
_RUNS_ON = re.compile(r"\W*(?:Căn cứ|Thực hiện|Theo|Triển khai|Tiếp theo|Kèm theo)\b|.*[,;]$")
_EMPHASIS = re.compile(r"[*_]+")


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A report's own number, and the date that stands with it."""

    number: str
    date: str | None = None


def find_own_number(lines: Sequence[Line], *, title: str) -> OwnNumber | None:
    """Find the number on a line that holds nothing but it, its date and who issued it; in the first lines only."""
    for i, line in enumerate(lines[:_MAX_LINES]):
        if len(line.text) > _MAX_LINE_CHARS:
            return None
        found = _read_line(line.text)
        if found is None or not _stands_alone(lines, i) or not _fits(found.number, title, lines[:i]):
            continue
        return found if found.date else OwnNumber(found.number, _date_beside(lines, i))
    return None


def _read_line(text: str) -> OwnNumber | None:
    match = _OWN.match(text)
    if match is None or text.endswith((",", ";")):
        return None
    number, rest = re.sub(r"\s+", "", match["number"]), match["rest"]
    date = None
    if (spans := find_dates(rest)) and _BEFORE_DATE.match(rest[: spans[0].start]):
        date, rest = spans[0].date, rest[spans[0].end :]
    is_report = (match["type"] or "").casefold() == "báo cáo" and _sign(number) == "BC"
    if not _BEHIND.match(rest) and not (is_report and _SUBJECT.match(rest) and not text.endswith(".")):
        return None
    return OwnNumber(number, date)


def _stands_alone(lines: Sequence[Line], i: int) -> bool:
    """Tell a line of its own from one that a typist's line break cut off a sentence."""
    line = lines[i]
    above = lines[i - 1] if i else None
    below = lines[i + 1] if i + 1 < len(lines) else None
    if below is not None and below.start <= line.end + 1 and below.text[0].islower():
        return False
    if above is None or is_letterhead(above.text):
        return True
    if _RUNS_ON.match(above.text):
        return False
    opening = above.text.strip(" #*_").casefold()
    return above.number != line.number or opening.startswith(tuple(DOCUMENT_TYPES))


def _fits(number: str, title: str, above: Sequence[Line]) -> bool:
    """Say whether the sign within a number (BC, NQ) is that of the type that title and lines above name."""
    label = TYPE_OF_SIGN.get(_sign(number))
    if label is None:
        return True
    for text in (title, *(line.text for line in above)):
        opening = text.strip(" #*_").casefold()
        named = next((DOCUMENT_TYPES[name] for name in DOCUMENT_TYPES if opening.startswith(name)), None)
        if named is not None and named != label:
            return False
    return True


def _sign(number: str) -> str:
    found = re.search(r"[/-]\s*([A-ZĐ]+[a-z]?)", number)
    return found[1].upper() if found else ""


def _date_beside(lines: Sequence[Line], i: int) -> str | None:
    """Read the date on the next line, or the one before: "**Ngày:** 15/12/2023"."""
    for j in (i + 1, i - 1):
        if 0 <= j < len(lines):
            text = _EMPHASIS.sub("", lines[j].text)
            if is_date_line(text):
                return find_dates(text)[0].date
    return None
