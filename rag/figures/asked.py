"""What a question wants of a figure: its unit and its role."""

from __future__ import annotations

import re

from rag.figures.roles import Role
from rag.figures.unit_names import ASKED, UnitKind
from rag.figures.words import COUNTED, COUNTED_IN_ORDER, STOPS
from rag.text import fold, is_accented

_HOW_MANY = re.compile(r"\b(?:bao nhieu|may)\s+((?:[^\W\d_]+|%)(?:\s+(?:[^\W\d_]+|%|/)){0,3})")
_PER = re.compile(r"(?:\s?/\s?[^\W\d_]+\d?)+")
_PERCENT = re.compile(
    r"bao nhieu (?:phan tram|%)|may phan tram|\bty le\b|\bti le\b|\bdo che phu\b"
    r"|\bwhat (?:percentage|percent|share|proportion)\b"
    r"|\b(?:rate|ratio|percentage)\b"
)
_MONEY_WORDS = re.compile(r"\bbao nhieu (?:tien|kinh phi)\b")
# What stands behind "bao nhiêu" and is asked about without being a unit.
_METRICS = frozenset(
    fold(word)
    for word in """vốn; lợi nhuận; lãi; lỗ; doanh thu; thu nhập; thuế; ngân sách; diện tích; sản lượng; lương; nợ; tiền;
    cổ tức; giá; tổng; điện; nước; đất; rừng; rác; tài sản; lượng; kinh phí; chi phí; công suất; lương thực;
    gạo; lúa; giá trị; tăng trưởng; thời gian; mặt; chỗ; việc""".replace("\n", " ").split(";")
    for word in [" ".join(word.split())]
)
_FOLDED_STOPS = frozenset(fold(word) for word in STOPS) | {"la", "o", "trong", "nam", "so", "moi", "mot", "vao", "thi"}
_MAGNITUDES = {"nghin": "nghìn", "ngan": "nghìn", "trieu": "triệu", "ty": "tỷ", "ti": "tỷ"}


def _by_fold() -> dict[str, str]:
    """Give each unit and counted noun by its folded form; a unit of measure goes before a noun."""
    table: dict[str, str] = {}
    for noun in COUNTED_IN_ORDER:
        table.setdefault(fold(noun), noun)
    for written, (name, kind) in ASKED.items():
        if not written.isascii() or kind in (UnitKind.MEASURE, UnitKind.MONEY, UnitKind.PERCENT):
            table[fold(written)] = name if kind is not UnitKind.MONEY else written
    return table


_UNITS = _by_fold()
_CURRENCIES = {fold(written): name for written, (name, kind) in ASKED.items() if kind is UnitKind.MONEY}

_PLAN = r"(?:ke hoach|chi tieu|muc tieu(?! quoc gia)|du toan)"
_SHARE = re.compile(
    rf"(?:dat|bang|vuot|hoan thanh|hut|thuc hien)\s+(?:duoc\s+)?(?:bao nhieu|may)\s*(?:phan tram|%)\s+(?:so voi "
    rf"|cua )?{_PLAN}"
    rf"|(?:vuot|hut) {_PLAN}|so voi {_PLAN}|hoan thanh (?:\S+ )?{_PLAN}|{_PLAN} (?:dat"
    rf"|hoan thanh) bao nhieu (?:phan tram|%)"
    r"|\b(?:share|percent|percentage) of (?:the |its )?(?:\S+ )?(?:plan|target)"
    r"|\b(?:meet|met|exceed|exceeded|beat|miss|missed|fulfil|fulfill|fulfilled|achieve|achieved|hit)\b(?: \S+){1,5}? "
    r"(?:plan|target)s?\b|\b(?:compared (?:with|to)|against|relative to) (?:the |its )?(?:plan|target)"
)
_TARGET = re.compile(
    rf"{_PLAN}|phan dau|\bmuon (?:den|dat|dua|giam|tang|co)\b|\bnham (?:toi|den|dat|muc|loi nhuan|doanh thu)\b"
    rf"|\b(?:duoc|da) giao\b|\bgiao (?:cho|thu|chi)\b|\b(?:phai|can) dat\b"
    rf"|\b(?:quyet tam|huong toi|huong den|dinh) (?:dat|dua|giam|nang|se)\b|\bde ra\b"
    rf"|\b(?:supposed|set|meant|due|required) to\b|\b(?:should|must) (?:reach|be|meet|collect)\b|\bambition"
    rf"|du kien|dat ra|ky vong|\b(?:targets?|targeted|planned|plans?|aims?|aimed|goal|expected"
    rf"|projected)\b"
)
_NO_TARGET = re.compile(
    r"(?:bao nhieu|may|nhung|cac|so) (?:chi tieu|ke hoach|muc tieu)|(?<=\w )theo (?:ke hoach|chi tieu|muc tieu)"
    r"|muc tieu quoc gia"
    r"|(?:bo|so|phong|ban|vu) ke hoach|(?:phong|truong phong) tai chinh|(?:trong|ha) ke hoach|planning"
)
_CHANGE = re.compile(
    r"\b(?:tang|giam|nhich|sut)(?:\s+(?:them|truong|len|duoc|di|trung binh"
    r"|binh quan))?\s+(?:khoang\s+)?(?:bao nhieu|may)\b"
    r"|\b(?:tang|giam)\s+(?:\S+\s+){1,4}?(?:bao nhieu phan tram|bao nhieu %|bao nhieu so voi)"
    r"|\b(?:tang hay giam|giam hay tang)\b"
    r"|\bwhat (?:was|is) the (?:increase|decrease|rise|fall|decline|drop|reduction) (?:in|of)\b"
    r"|\bby how much\b|\bhow much did\b.*\b(?:rise|grow|increase|fall|decrease|decline|drop)\b"
)
_PROVISIONAL = re.compile(r"\b(?:so bo|tam tinh|so lieu ban dau|preliminary|provisional)\b")
_FORECAST = re.compile(r"\b(?:du bao|forecasts?)\b(?! thoi tiet)")
_ESTIMATE = re.compile(r"\buoc\b(?! mo| muon| vong)|\bestimated?\b")
# "Cùng kỳ năm trước thu bao nhiêu": the earlier value itself, not the change since.
_EARLIER = re.compile(
    r"(?:^|[,;] ?|\b(?:vao|trong|cua|o) )cung ky\b|(?<!with )(?<!than )(?<!to )(?<!from )\bin the same period"
)

_PERIOD_NAMED = re.compile(
    r"\s*(?:(?:vao|trong|den|cuoi|dau) )?(?:nam|thang|quy|ngay)\s+(?:\d|[ivx]+\b|nay\b|truoc\b|ngoai\b)"
)


def asked_unit(question: str) -> str | None:
    """Read the unit a Vietnamese question names: ``bao nhiêu đảng viên`` → ``đảng viên``, ``tỷ lệ …`` → ``%``.

    Money keeps its scale: ``tỷ đồng``. None where no unit is named. Accents may be missing.
    """
    folded = fold(question)
    for match in _HOW_MANY.finditer(folded):
        # "máy" typed with accents is a machine, not "mấy".
        if match.group().startswith("may") and is_accented(question) and question[match.start() + 1] not in "ấẤ":
            continue
        # "còn bao nhiêu năm 2022": the year asked about, not a number of years.
        if _PERIOD_NAMED.match(folded, match.start(1)):
            continue
        unit = _read_asked(question, folded, match.start(1), match[1])
        if unit is not None:
            return unit
    if _MONEY_WORDS.search(folded):
        return "đồng"
    return "%" if _PERCENT.search(folded) else None


def known_unit(word: str) -> str | None:
    """Give the normal form of a unit of measure or a counted noun; None for any other word."""
    if word in ASKED:
        return ASKED[word][0]
    return word if word in COUNTED else None


def is_unit(phrase: str, *, accented: bool) -> bool:
    """Say whether a phrase in lower case is a unit or a counted noun; not accented: it is folded."""
    return known_unit(phrase) is not None if accented else phrase in _UNITS


def asked_role(question: str) -> Role:
    """Read which role a question asks for: a share of the plan, a target, a change, an earlier value, an estimate,
    a provisional value, a forecast.

    Else the actual value. What is expected ("dự kiến") counts as a target: it is asked of plans.
    """
    folded = fold(question)
    if _SHARE.search(folded):
        return Role.SHARE_OF_PLAN
    if _TARGET.search(_NO_TARGET.sub(" ", folded)):
        return Role.TARGET
    if _CHANGE.search(folded):
        return Role.CHANGE
    if _EARLIER.search(folded):
        return Role.EARLIER
    if _PROVISIONAL.search(folded):
        return Role.PROVISIONAL
    if _FORECAST.search(folded):
        return Role.FORECAST
    return Role.ESTIMATE if _ESTIMATE.search(folded) else Role.ACTUAL


def _read_asked(question: str, folded: str, start: int, phrase: str) -> str | None:
    syllables = phrase.split()
    scale: list[str] = []
    while syllables and syllables[0] in _MAGNITUDES:
        scale.append(_MAGNITUDES[syllables.pop(0)])
    if scale:
        for n in (3, 2, 1):
            if (name := " ".join(syllables[:n])) in _CURRENCIES:
                end = folded.find(name, start) + len(name)
                return " ".join([*scale, _CURRENCIES[name]]) + _read_per(question, end)
        rest = _noun(question, folded, start, syllables)
        return " ".join([*scale, rest]) if rest else " ".join(scale)
    if any(" ".join(syllables[:n]) in _METRICS for n in (1, 2)):
        return None
    return _noun(question, folded, start, syllables)


def _noun(question: str, folded: str, start: int, syllables: list[str]) -> str | None:
    accented = is_accented(question)
    for n in range(len(syllables), 0, -1):
        name = " ".join(syllables[:n])
        begin = folded.find(name, start)
        unit = known_unit(question[begin : begin + len(name)].lower()) if accented else _UNITS.get(name)
        if unit is not None:
            return unit + _read_per(question, begin + len(name))
    if not syllables or syllables[0] in _FOLDED_STOPS or not accented:
        return None
    taken = _until_stop(syllables)[:2]
    begin = folded.find(syllables[0], start)
    written = question[begin : begin + len(" ".join(taken))].lower()
    return written if taken and fold(written) == " ".join(taken) else None


def _read_per(question: str, position: int) -> str:
    per = _PER.match(question, position)
    return per.group().replace(" ", "").lower() if per else ""


def _until_stop(syllables: list[str]) -> list[str]:
    for i, syllable in enumerate(syllables):
        if syllable in _FOLDED_STOPS:
            return syllables[:i]
    return syllables
