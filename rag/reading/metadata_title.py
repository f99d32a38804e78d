"""The title of a report, from its format, its head, or its first meaningful sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rag.figures.periods import find_dates
from rag.places import UPPER
from rag.reading.metadata_parts import is_byline, is_caption, is_letterhead
from rag.reading.raw import RawReport
from rag.text import fold, sentences
from rag.types import PartKind

_MAX_TITLE_CHARS = 120
_MAX_LINE_TITLE_CHARS = 200
_MAX_SUBJECT_LINES = 4
_HEAD_LINES = 25

DOCUMENT_TYPES = {
    "báo cáo": "Báo cáo",
    "quyết định": "Quyết định",
    "nghị quyết": "Nghị quyết",
    "kế hoạch": "Kế hoạch",
    "thông báo": "Thông báo",
    "công văn": "Công văn",
    "tờ trình": "Tờ trình",
    "chỉ thị": "Chỉ thị",
    "chương trình": "Chương trình",
    "hướng dẫn": "Hướng dẫn",
    "kết luận": "Kết luận",
    "biên bản": "Biên bản",
    "đề án": "Đề án",
    "phương án": "Phương án",
    "công điện": "Công điện",
    "quy chế": "Quy chế",
    "quy định": "Quy định",
    "thông tư": "Thông tư",
    "nghị định": "Nghị định",
    "giấy mời": "Giấy mời",
    "thông cáo báo chí": "Thông cáo báo chí",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One trimmed line of the head. number: of its part."""

    number: int
    start: int
    end: int
    text: str
    kind: PartKind


@dataclass(frozen=True, slots=True)
class Title:
    """The title's words and the parts that carry them; none where a sentence or the file's name serves."""

    text: str
    parts: tuple[int, ...] = ()


_MEANINGLESS = re.compile(
    r"(?:untitled|document\s*\d*|microsoft word\b.*|tai lieu\s*\d*|slide \d+|book\d*|sheet\d*|noname|index|home"
    r"|trang chu"
    r"|powerpoint presentation|new microsoft.*|doc\d*|scan\w*|file\w*)\W*$"
)
_HEX = re.compile(r"[0-9a-f]{10,}|[0-9a-f]{8}-[0-9a-f]{4}", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def find_title(raw: RawReport, lines: Sequence[Line], *, file_name: str) -> Title:
    """Find the title; lines: those of the first parts.

    In this order: what the format declares, the subject of an official paper, a title or heading, a first line
    that looks like one, the first sentence cut to 120 characters, a human file name.
    """
    declared = raw.title
    if declared and is_meaningful(declared) and not is_letterhead(declared) and _type_of(declared) is None:
        squeezed = " ".join(declared.split())
        return Title(squeezed, tuple(line.number for line in lines if line.text == declared)[:1])
    only_rows = all(part.kind is PartKind.TABLE_ROW for part in raw.parts)
    if not only_rows:
        body = [line for line in lines[:_HEAD_LINES] if not _is_front(line)]
        found = _official_title(lines) or _marked_title(body) or _first_line(body) or _first_sentence(body)
        if found is not None:
            return found
    stem = human_stem(file_name)
    if stem:
        return Title(stem)
    first = next((line.text for line in lines if _LETTERS.search(line.text)), raw.text.strip() or file_name)
    return Title(shorten(" ".join(first.split())))


def is_meaningful(text: str) -> bool:
    """Say whether words were meant as a title: no hash, no "Untitled", no program's default."""
    bare = text.strip()
    if _HEX.search(bare) and len(_LETTERS.findall(_HEX.sub("", bare))) < 2:
        return False
    return len(_LETTERS.findall(bare)) > 0 and len(bare) >= 4 and _MEANINGLESS.match(fold(bare)) is None


def human_stem(file_name: str) -> str | None:
    """Give a file's name as words, where a person named it: "Bao_cao_KTXH 2023.docx" → "Bao cao KTXH 2023"."""
    stem = " ".join(re.sub(r"[_\s]+|(?<=[^\W\d])-(?=[^\W\d])", " ", PurePath(file_name).stem).split())
    words = _LETTERS.findall(stem)
    if len(words) < 2 or not is_meaningful(stem) or _HEX.search(stem):
        return None
    return stem


def shorten(text: str, *, max_chars: int = _MAX_TITLE_CHARS) -> str:
    """Cut a text at a word and mark the cut with "…"."""
    if len(text) <= max_chars:
        return text
    cut = text[: max_chars - 1]
    cut = cut[: cut.rfind(" ")] if " " in cut else cut
    return cut.rstrip(" ,;:-–") + "…"


def _is_front(line: Line) -> bool:
    """Say whether a line cannot be a title: letterhead, caption, by-line, date stamp, table row."""
    if line.kind in (PartKind.LETTERHEAD, PartKind.CAPTION, PartKind.BYLINE, PartKind.TABLE_ROW):
        return True
    if line.kind is not PartKind.TITLE and is_letterhead(line.text):
        return True
    return is_caption(line.text, first=True) or is_byline(line.text, near_edge=False) or not _LETTERS.search(line.text)


# -- official papers ------------------------------------------------------------------------------------


def _type_of(text: str) -> str | None:
    return DOCUMENT_TYPES.get(text.strip(" .:*-–").casefold())


def _official_title(lines: Sequence[Line]) -> Title | None:
    """Join "BÁO CÁO" and the subject lines below it; or take the subject of a letter, "V/v …"."""
    for i, line in enumerate(lines[:30]):
        if len(line.text) > _MAX_LINE_TITLE_CHARS:
            return None
        if _type_of(line.text) is not None and (line.text.isupper() or line.kind in (PartKind.HEADING, PartKind.TITLE)):
            subject = _subject(lines[i + 1 :])
            joined = " ".join([line.text, *(below.text for below in subject)])
            return Title(" ".join(joined.split()), tuple(dict.fromkeys(below.number for below in [line, *subject])))
        if re.match(r"(?:V/v|Về việc|V/v:)\s+\S", line.text) and i < 12:
            return Title(" ".join(line.text.split()), (line.number,))
    return None


_SIGNER = re.compile(r"(?:CHỦ TỊCH|ỦY BAN|UỶ BAN|HỘI ĐỒNG|GIÁM ĐỐC|BỘ TRƯỞNG|BAN THƯỜNG VỤ|THỦ TƯỚNG|BAN CHẤP HÀNH)\b")


def _subject(lines: Sequence[Line]) -> list[Line]:
    subject: list[Line] = []
    for line in lines[:_MAX_SUBJECT_LINES]:
        numbered = re.match(r"(?:[IVX]+|\d+|[A-H])[.)]\s", line.text)
        if is_letterhead(line.text) or numbered or len(line.text) > _MAX_LINE_TITLE_CHARS:
            break
        if line.text.startswith(("Căn cứ", "Thực hiện ", "Theo ")) or line.text.endswith((".", ";", ":")):
            break
        if subject and _SIGNER.match(line.text):
            break
        # Behind a subject in capitals or brackets a line in another hand begins the text.
        if subject and len(line.text) > 110 and not line.text.isupper():
            break
        subject.append(line)
        if line.text.startswith("(") and line.text.endswith(")"):
            break
    return subject


# -- other reports --------------------------------------------------------------------------------------


def _marked_title(lines: Sequence[Line]) -> Title | None:
    for kind in (PartKind.TITLE, PartKind.HEADING):
        for i, line in enumerate(lines[:8]):
            if line.kind is not kind:
                # A heading below the first sentences heads a section, not the report.
                if kind is PartKind.HEADING and (len(line.text) > _MAX_LINE_TITLE_CHARS or line.text.endswith(".")):
                    break
                if kind is PartKind.HEADING and i == 0 and _line_title(line.text):
                    break
                continue
            if kind is PartKind.HEADING and re.match(r"(?:[IVX]+|\d+|[A-H])[.)]\s", line.text):
                break
            if is_meaningful(line.text):
                return Title(shorten(" ".join(line.text.split()), max_chars=_MAX_LINE_TITLE_CHARS), (line.number,))
    return None


_LEADING_DATE = re.compile(r"(?:date|ngày|dated)?\W{0,3}", re.IGNORECASE)


def without_date(text: str) -> str:
    """Take a date off the head of a line: "date 2023-07 Huyện Quan Sơn …" → "Huyện Quan Sơn …"."""
    dates = find_dates(text[:60])
    if not dates or not _LEADING_DATE.fullmatch(text, 0, dates[0].start):
        return text
    rest = text[dates[0].end :].lstrip(" \t|,:;-–—)T")
    # "19/7/2023, huyện họp …" is a sentence; the date belongs to it.
    return rest if rest and rest[0].isupper() else text


def _line_title(text: str) -> str | None:
    bare = " ".join(without_date(text).split())
    if not 8 <= len(bare) <= _MAX_LINE_TITLE_CHARS or bare.endswith((".", ":", ";", ",")) or len(bare.split()) < 2:
        return None
    if not re.match(rf"[\"'“‘«(\[]?\s?[{UPPER}\d]", bare) or not is_meaningful(bare):
        return None
    return bare


def _first_line(lines: Sequence[Line]) -> Title | None:
    """Take the first line if it is short and no sentence."""
    if not lines:
        return None
    title = _line_title(lines[0].text)
    return Title(title, (lines[0].number,)) if title else None


def _first_sentence(lines: Sequence[Line]) -> Title | None:
    for line in lines:
        text = without_date(line.text)
        for start, end in sentences(text[:2000]):
            sentence = " ".join(text[start:end].split())
            if len(_LETTERS.findall(sentence)) >= 2 and not is_caption(sentence):
                return Title(shorten(sentence.removesuffix(".") if not sentence.endswith("..") else sentence))
    return None
