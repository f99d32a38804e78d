"""Every figure of a table row: ``Chỉ tiêu: Số hộ nghèo | Đơn vị: Hộ | Kế hoạch 2023: 1.600 | TH 2023: 1.522``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.figures.cells import Cell, is_head_row, read_cells
from rag.figures.companies import Breadth
from rag.figures.dated import NOT_SAID, Dated
from rag.figures.inheriting import Times, read_times
from rag.figures.layout import lay_out
from rag.figures.moments import Moment, Use, find_moments, shift_year
from rag.figures.naming import find_mentions
from rag.figures.owning import read_frame
from rag.figures.quantities import Quantity, find_quantities
from rag.figures.stated import Origin, Setting, Stated
from rag.figures.units import UnitKind
from rag.places import find_places
from rag.text import fold, is_syllable
from rag.types import Role

_NUMBER = re.compile(
    r"\s*[<>~≈≥≤±+(-]{0,2}\s?(\d[\d.,\u00a0]*(?:\s?[-–/]\s?\d[\d.,]*)?)\s?(%|[^\W\d_]+(?:[ /][^\W\d_]+){0,5})?\)?\s*$"
)
# Columns that number or comment rows and measure nothing.
_NO_MEASURE = frozenset(
    """stt; tt; so tt; so thu tu; ma; ma so; ma xa; ghi chu; no; no.; id; nam; thang; #; ngay; so hieu; so van ban;
    dien thoai; so dien thoai; year; month; note; notes""".replace("\n    ", " ").split("; ")
)
_UNIT_HEAD = re.compile(r"(?:don vi(?: tinh)?|dvt|d\.v\.t|dv tinh|unit)s?$")
_BRACKETS = re.compile(r"\(([^()]{1,40})\)|,\s*(%|[^\W\d_ ]{1,10}(?:/[^\W\d_ ]+)?)$")
_SHARE = re.compile(
    r"(?:%|ty le|so sanh|so voi|dat|th/kh|muc do).{0,30}(?<!\w)(?:kh|ke hoach|du toan|dt|chi tieu|nghi quyet|nq"
    r"|plan|target)(?!\w)"
    r"|(?<!\w)(?:hoan thanh|th/kh|th/dt|of plan)(?!\w)"
)
_CHANGE = re.compile(r"(?:so sanh|so voi|% so|tang|giam|bien dong|chenh lech|\+/-|ss|growth|change|increase).{0,30}")
_TARGET = re.compile(
    r"(?<!\w)(?:ke hoach|kh\d*|chi tieu(?: giao)?|muc tieu|du toan|dt|nq|nghi quyet|giao|plan|target)(?!\w)"
)
_EARLIER = re.compile(r"(?<!\w)(?:cung ky|nam truoc|ky truoc|ck|last year|previous|same period)(?!\w)")
_DONE = re.compile(r"(?<!\w)(?:thuc hien|th|ket qua|dat duoc|giai ngan|actual|result)(?!\w)")
_ESTIMATE = re.compile(r"(?<!\w)(?:uoc(?: th| thuc hien| dat| tinh)?|estimated?)(?!\w)")
_PROVISIONAL = re.compile(r"(?<!\w)(?:so bo|tam tinh|provisional|preliminary)(?!\w)")
_FORECAST = re.compile(r"(?<!\w)(?:du kien|du bao|forecast|projected|expected)(?!\w)")


def read_row(row: str, setting: Setting) -> Iterator[Stated]:
    """Yield every figure of a row with what its column, its name and its unit say of it.

    Where the row does not name its columns, the last heading of the setting may be the row that does.
    """
    head: str | None = None
    if setting.headings and is_head_row(setting.headings[-1]):
        head = setting.headings[-1]
        setting = replace(setting, headings=setting.headings[:-1])
    times = read_times(setting)
    cells = list(read_cells(row, head))
    name = _find_name(row, cells)
    unit = _unit_of_row(row, cells)
    subject, subject_from, is_place = _read_subject(row, name, setting)
    plan = next((column for cell in cells if (column := _role_of(cell.header, times)) is Role.TARGET), None)
    for cell in cells:
        if cell == name or _plain(cell.header) in _NO_MEASURE or _is_unit_cell(row, cell):
            continue
        quantity = _read_value(row, cell, unit, "" if name is None or is_place else row[name.start : name.end])
        if quantity is None:
            continue
        role = _role_of(cell.header, times)
        quantity = replace(quantity, role=role, readings=(role,))
        dated = _date(cell.header, role, times)
        metric = _metric(row, cell, name, is_place=is_place)
        yield Stated(
            quantity=quantity,
            base=_base(cell.header, role, plan is not None),
            period=dated.period,
            period_from=dated.origin,
            subject=subject,
            subject_from=subject_from,
            metric_start=metric[0],
            metric_end=metric[1],
            readings=(role,),
        )


def _plain(header: str) -> str:
    return fold(header).strip(" .:")


def _is_unit_cell(row: str, cell: Cell) -> bool:
    """Tell "Đơn vị: Tỷ đồng" from "Đơn vị: Xã Tri Lễ"."""
    head = _plain(cell.header)
    if not _UNIT_HEAD.match(head):
        return False
    words = row[cell.start : cell.end].split()
    if head in ("don vi", "unit", "units") and len(words) > 1:
        return not any(word[0].isupper() for word in words[1:])
    return head not in ("don vi", "unit", "units") or not words or is_syllable(words[0]) or words[0].lower() in _UNITS


_UNITS = frozenset("usd vnd vnđ % kwh mwh gwh mw kw kg km ha m2 m3 km2 tr.đ trđ tấn eur".split())


def _find_name(row: str, cells: list[Cell]) -> Cell | None:
    """Find the cell that names the row: the first that is no number and no unit."""
    for cell in cells:
        value = row[cell.start : cell.end].strip()
        head = _plain(cell.header)
        if value and not _is_unit_cell(row, cell) and head not in _NO_MEASURE and any(c.isalpha() for c in value):
            return None if _NUMBER.match(value) and cell.header else cell
    return None


def _unit_of_row(row: str, cells: list[Cell]) -> str:
    for cell in cells:
        if _is_unit_cell(row, cell):
            return row[cell.start : cell.end].strip()
    return ""


def _read_value(row: str, cell: Cell, unit: str, name: str) -> Quantity | None:
    """Read a cell that is a number; its unit stands in it, in a column, in its header's brackets, in the row's name."""
    value = row[cell.start : cell.end]
    match = _NUMBER.match(value)
    if match is None:
        return None
    start, end = cell.start + match.start(1), cell.start + (match.end(2) if match[2] else match.end(1))
    written = row[start:end].rstrip()
    head = _bracketed(cell.header) or ("%" if "%" in cell.header else "")
    named = [head, unit, _bracketed(name), _counted(name), _counted(cell.header)]
    candidates = [""] if match[2] else [candidate for candidate in named if candidate]
    for candidate in candidates:
        found = find_quantities(f"{written} {_unit_word(candidate)}".rstrip())
        if found and found[0].start == 0 and (not candidate or found[0].end > len(written)):
            return replace(
                found[0], start=start, end=start + len(written), full_start=start, text=written, approximation=None,
                number=match[1].rstrip(),
            )  # fmt: skip
    # A bare "2022" or "1.830" that reads as a year or label in a sentence is a count in its cell.
    found = find_quantities(f"{written} hộ")
    if not found or found[0].start != 0:
        return None
    return replace(
        found[0], start=start, end=start + len(written), full_start=start, text=written, number=match[1].rstrip(),
        unit=None, unit_kind=UnitKind.NUMBER, approximation=None,
    )  # fmt: skip


_UNIT_WORDS = {
    "tr.đ": "triệu đồng", "trđ": "triệu đồng", "tr.đồng": "triệu đồng", "tr đồng": "triệu đồng", "tỷ.đ": "tỷ đồng",
    "1000 đồng": "nghìn đồng", "1.000 đồng": "nghìn đồng", "nghìn đ": "nghìn đồng", "1.000 tấn": "nghìn tấn",
    "1000 tấn": "nghìn tấn", "tr.đ/người": "triệu đồng/người",
}  # fmt: skip


def _counted(name: str) -> str:
    """Give what a name counts: "hộ nghèo" of "Số hộ nghèo", "%" of "Tỷ lệ hộ nghèo"."""
    if _RATE.match(name):
        return "%"
    counted = _NUMBER_OF.match(name)
    return counted[1] if counted else ""


_RATE = re.compile(r"\s*(?:[-+*•]\s*)?(?:tỷ lệ|tỉ lệ|tỷ trọng|tốc độ tăng|share|rate)(?!\w)", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\s*(?:[-+*•]\s*)?(?:tổng\s+)?số(?:\s+lượng)?\s+([^\d|:]+)", re.IGNORECASE)


def _unit_word(unit: str) -> str:
    lower = unit.lower().strip()
    return _UNIT_WORDS.get(lower, lower if lower not in ("usd", "vnd") else unit)


def _bracketed(text: str) -> str:
    found = _BRACKETS.search(text)
    if found is None:
        return ""
    inner = (found[1] or found[2]).strip()
    inner = re.sub(r"^(?:đvt|đơn vị(?: tính)?|unit)\s*:?\s*", "", inner, flags=re.IGNORECASE)
    return (
        ""
        if any(c.isdigit() for c in inner) and not re.match(r"1[.,]?000 ", inner) and inner not in ("m2", "m3", "km2")
        else inner
    )


def _role_of(header: str, times: Times) -> Role:
    folded = _plain(header)
    if _SHARE.search(folded):
        return Role.SHARE_OF_PLAN
    if _CHANGE.match(folded):
        return Role.CHANGE
    for pattern, role in (
        (_ESTIMATE, Role.ESTIMATE), (_PROVISIONAL, Role.PROVISIONAL), (_FORECAST, Role.FORECAST),
        (_EARLIER, Role.EARLIER), (_TARGET, Role.TARGET),
    ):  # fmt: skip
        if pattern.search(folded):
            return role
    return Role.TARGET if times.aim and not _DONE.search(folded) else Role.ACTUAL


def _moment(header: str, times: Times) -> Moment | None:
    layout = lay_out(re.sub(r"([^\W\d_])/((?:19|20)\d\d)", r"\1 \2", header))
    moments = [m for m in find_moments(layout, year=times.year, period=times.time.period) if m.period or m.same_term]
    if not moments:
        bare = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", header)
        return Moment(bare[1], bare.start(), bare.end(), Use.TIME) if bare else None
    return moments[0]


def _date(header: str, role: Role, times: Times) -> Dated:
    moment = _moment(header, times)
    inherited = times.plan if role is Role.TARGET else times.time
    if role in (Role.CHANGE, Role.SHARE_OF_PLAN):
        # "% so với cùng kỳ 2022", "TH/KH 2023 (%)": the year may be that of what it is measured against.
        if moment is None or moment.use is Use.BASE or moment.same_term or role is Role.CHANGE:
            return times.time
        return times.time if times.time.period else Dated(moment.period, Origin.SENTENCE)
    if moment is None:
        if role is Role.EARLIER and inherited.period:
            return Dated(shift_year(inherited.period, -1), inherited.origin)
        return inherited if role is not Role.EARLIER else NOT_SAID
    if moment.same_term:
        now = times.time.period
        if now and moment.period and len(moment.period) == 4 and "/" not in now:
            return Dated(moment.period + now[4:], Origin.SENTENCE)
        if now and moment.period is None:
            return Dated(shift_year(now, -1), Origin.SENTENCE)
    return Dated(moment.period, Origin.SENTENCE) if moment.period else inherited


def _base(header: str, role: Role, planned: bool) -> str | None:
    if role is Role.SHARE_OF_PLAN:
        found = re.search(
            r"(?:kế hoạch|dự toán|chỉ tiêu|nghị quyết|KH|DT|NQ|plan|target)(?:\s+(?:năm\s+)?\d{4})?", header
        )
        return found.group() if found else "kế hoạch" if planned else None
    if role is Role.CHANGE:
        found = re.search(r"(?:so với|so|với|/)\s*(.+?)\s*(?:\([^()]*\))?$", header)
        return found[1] if found else None
    return None


def _metric(row: str, cell: Cell, name: Cell | None, *, is_place: bool) -> tuple[int, int]:
    """Take the row's name for what is measured; where that is a place, the column's name."""
    if name is not None and not is_place:
        start, end = name.start, name.end
    else:
        start = row.rfind(cell.header, 0, cell.start) if cell.header else -1
        start, end = (start, start + len(cell.header)) if start >= 0 else (cell.start, cell.start)
    unit = _BRACKETS.search(row, start, end)
    if unit is not None and not row[unit.end() : end].strip():
        end = start + len(row[start : unit.start()].rstrip())
    return start, end


def _read_subject(row: str, name: Cell | None, setting: Setting) -> tuple[str | None, Origin | None, bool]:
    frame = read_frame(setting.title, setting.place, setting.organisation, setting.headings, setting.province)
    owned = frame.subject
    inherited = (owned.name, owned.origin if owned.name else None)
    if name is None:
        return (*inherited, False)
    value = row[name.start : name.end].strip()
    head = _plain(name.header)
    places = find_places(value)
    if places and not value[: places[0].start].strip() and not value[places[0].end :].strip(" .*"):
        return places[0].name, Origin.SENTENCE, True
    if (
        re.match(
            r"(?:ten )?(?:xa|huyen|tinh|dia phuong|don vi|phuong|thi tran|thon|ban|dia ban|commune|district"
            r"|province|ngan hang|doanh nghiep|cong ty|bank|company)",
            head,
        )
        and head != "don vi tinh"
    ):
        if re.match(r"(?:tổng|toàn|cộng|total)", value.lower()):
            return (*inherited, True)
        named = [m.name for m in find_mentions(lay_out(value), frame.units) if m.name and not m.aside]
        return (named[0] if len(named) == 1 else value), Origin.SENTENCE, True
    mentions = [m for m in find_mentions(lay_out(value), frame.units) if m.name and not m.aside]
    if len(mentions) == 1 and mentions[0].breadth is not Breadth.UNKNOWN:
        return mentions[0].name, Origin.SENTENCE, False
    return (*inherited, False)
