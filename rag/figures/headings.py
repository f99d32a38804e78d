"""Where each part of a report stands: under which headings and lead-ins, behind which paragraphs. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from rag.figures.cells import is_head_row, names_its_columns
from rag.figures.periods import scan_periods
from rag.figures.stated import Setting
from rag.places import UPPER, PlaceLevel, find_places
from rag.text import sentences
from rag.types import Document, Part, PartKind

MOST_BEFORE = 3
"""Paragraphs before one that its figures may inherit from."""

_LONGEST_HEADING, _LONGEST_LEAD_IN = 200, 400
_NUMBERED = re.compile(
    r"\s*(?:(?P<part>(?:phần|chương|mục)\s+(?:thứ\s+)?[\w]+)\s*[:.]?\s|(?P<letter>[A-EĐ])[.)]\s"
    r"|(?P<roman>[IVXL]+)[.)/]\s*"
    r"|(?P<deep>\d{1,2}(?:\.\d{1,2})+)[.)]?\s|(?P<digit>\d{1,2})[.)/]\s*|(?P<small>[a-zđ])[.)]\s"
    r"|(?P<mark>[-–—*+•●○▪◦‣✓➢])\s*)",
    re.IGNORECASE,
)
_LEVELS = {"part": 0, "letter": 1, "roman": 2, "digit": 4, "deep": 5, "small": 7, "mark": 8}
_IN_CAPITALS, _PLAIN, _LEAD_IN = 3, 6, 9
_ENDS = re.compile(r"[.!?…;,]\s*$")
_DIGIT = re.compile(r"\d")
_TABLE_NAME = re.compile(r"\s*(?:bảng|biểu|phụ lục|table|annex)\b", re.IGNORECASE)
_LISTED = (PartKind.LIST_ITEM, PartKind.TABLE_ROW)
_TOLD = (PartKind.PARAGRAPH, PartKind.LIST_ITEM)
_SKIPPED = (PartKind.TITLE, PartKind.BYLINE, PartKind.LETTERHEAD)


class Outline:
    """The headings of one report, read once; ``setting_at`` tells where any position stands."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._starts = [part.start for part in document.parts]
        self._headings: list[tuple[str, ...]] = []
        self._before: list[tuple[int, ...]] = []
        self._province = _find_province(document)
        self._read()

    def setting_at(self, start: int) -> Setting:
        """Say where the paragraph that holds a position stands; what its part says before it counts as before."""
        document = self._document
        i = bisect_right(self._starts, start) - 1
        headings, before = (self._headings[i], self._before[i]) if i >= 0 else ((), ())
        told = [document.text[document.parts[k].start : document.parts[k].end] for k in before]
        if i >= 0 and document.parts[i].start < start < document.parts[i].end and document.parts[i].kind in _TOLD:
            told.append(document.text[document.parts[i].start : start].rstrip())
        return Setting(
            title=document.title,
            place=document.place,
            organisation=document.organisation,
            dates=document.dates,
            period=document.period,
            headings=headings,
            before=tuple(told[-MOST_BEFORE:]),
            province=self._province,
        )

    def _read(self) -> None:
        """Go through the parts once: a heading closes those of its level and deeper, a lead-in ends with its list."""
        stack: list[tuple[int, str]] = []
        headings: tuple[str, ...] = ()
        before: tuple[int, ...] = ()
        head: str | None = None
        for i, part in enumerate(self._document.parts):
            text = self._document.text[part.start : part.end]
            is_row = part.kind is PartKind.TABLE_ROW
            if not is_row:
                head = None
            elif i == 0 or self._document.parts[i - 1].kind is not PartKind.TABLE_ROW:
                head = text if is_head_row(text) else None
            level = _heading_level(part, text)
            if level is not None or (stack and stack[-1][0] == _LEAD_IN and not _continues_list(part, text)):
                floor = _LEAD_IN if level is None else level
                while stack and stack[-1][0] >= floor:
                    stack.pop()
                headings = tuple(heading for _, heading in stack)
            named = head is None or head is text or names_its_columns(text, head)
            self._headings.append(headings if named or head is None else (*headings, head))
            self._before.append(() if level is not None or is_row else before)
            if level is not None:
                stack.append((level, text.strip()))
                before = ()
            elif part.kind in _TOLD:
                before = (*before, i)[-MOST_BEFORE:]
            lead_in = None if level is not None or part.kind in _SKIPPED else _read_lead_in(part, text)
            if lead_in is not None:
                while stack and stack[-1][0] >= _LEAD_IN:
                    stack.pop()
                stack.append((_LEAD_IN, lead_in))
            if level is not None or lead_in is not None:
                headings = tuple(heading for _, heading in stack)


def settings_of(document: Document) -> Sequence[Setting]:
    """List where each part of a report stands, aligned with ``document.parts``."""
    outline = Outline(document)
    return [outline.setting_at(part.start) for part in document.parts]


def _find_province(document: Document) -> str | None:
    """Find the province a report's place lies in: the one whose organs it names, else the only one it names."""
    organs: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for match in islice(_PROVINCE.finditer(document.text), _MOST_PROVINCES):
        places = find_places(document.text[match.start("unit") : match.end() + _LONGEST_NAME].split("\n")[0])
        if places and places[0].start == 0 and places[0].level is PlaceLevel.PROVINCE:
            (organs if match["organ"] else named)[places[0].name] += 1
    if organs:
        return organs.most_common(1)[0][0]
    return next(iter(named)) if len(named) == 1 else None


_MOST_PROVINCES, _LONGEST_NAME = 60, 40
_PROVINCE = re.compile(
    rf"(?P<organ>(?:UBND|HĐND|MTTQ|(?i:ủy ban nhân dân|uỷ ban nhân dân|hội đồng nhân dân|công an|sở [^\W\d_]+))\s+)?"
    rf"(?P<unit>(?:[Tt]ỉnh|TỈNH|[Tt]ỉnh [uủ][ỷy]|TỈNH ỦY)\s(?=[{UPPER}]))"
)


def _heading_level(part: Part, text: str) -> int | None:
    """Give the depth of a heading, 0 the outermost; None for what is none."""
    if part.kind in _SKIPPED or part.kind in (PartKind.TABLE_ROW, PartKind.CAPTION):
        return None
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST_HEADING:
        return None
    numbered = _NUMBERED.match(stripped)
    kind = (numbered.lastgroup or "") if numbered else ""
    if numbered and kind == "roman" and numbered["roman"].islower():
        kind = "small"
    rest = stripped[numbered.end() :] if numbered else stripped
    capitals = _is_in_capitals(rest)
    if part.kind is not PartKind.HEADING:
        if not rest or _ENDS.search(stripped) or _states_figure(rest):
            return None
        if not capitals and kind in ("", "mark"):
            return None
        if kind in ("small", "digit", "deep") and (part.kind is PartKind.LIST_ITEM and len(rest) > 100):
            return None
    if kind and not (kind == "mark" and capitals):
        return _LEVELS[kind]
    return _IN_CAPITALS if capitals else _PLAIN


def _is_in_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def _states_figure(text: str) -> bool:
    """Say whether digits are left beside the periods a text names: "Thu ngân sách 12 tỷ" is no heading."""
    if _DIGIT.search(text) is None:
        return False
    rest = list(text)
    for _, _, start, end in scan_periods(text):
        rest[start:end] = " " * (end - start)
    return _DIGIT.search("".join(rest)) is not None


def _continues_list(part: Part, text: str) -> bool:
    """Say whether a part still belongs to the list a lead-in opened."""
    if part.kind in _LISTED:
        return True
    stripped = text.lstrip()
    numbered = _NUMBERED.match(stripped)
    if numbered is not None:
        return numbered.lastgroup in ("mark", "small", "digit", "deep")
    return stripped[:1].islower()


def _read_lead_in(part: Part, text: str) -> str | None:
    """Give what heads the list or table behind it: the last sentence of "… Cụ thể như sau:", a table's name."""
    stripped = text.strip()
    if part.kind is PartKind.CAPTION or (_TABLE_NAME.match(stripped) and len(stripped) <= _LONGEST_HEADING):
        return stripped[:_LONGEST_LEAD_IN]
    if part.kind is PartKind.TABLE_ROW or not stripped.endswith(":"):
        return None
    tail = stripped[-_LONGEST_LEAD_IN:]
    spans = sentences(tail)
    return tail[spans[-1][0] : spans[-1][1]] if spans else tail
