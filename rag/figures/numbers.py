"""Written numbers and their values: ``8.200`` is 8200 and ``8,65`` is 8.65 in Vietnamese, the reverse in English."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"

_SEPARATOR = re.compile(r"[.,]")
_WRITTEN = re.compile(r"\d+(?:[.,]\d+)*")
_SPACES = re.compile(r"[\u00a0\u202f]")

# Above this many percent, ``23.417%`` is a decimal point, not a thousand.
_MOST_PERCENT = 2000

MAGNITUDES = {
    "trăm": Decimal(10) ** 2,
    "nghìn": Decimal(10) ** 3,
    "ngàn": Decimal(10) ** 3,
    "vạn": Decimal(10) ** 4,
    "triệu": Decimal(10) ** 6,
    "tỷ": Decimal(10) ** 9,
    "tỉ": Decimal(10) ** 9,
    "thousand": Decimal(10) ** 3,
    "million": Decimal(10) ** 6,
    "mln": Decimal(10) ** 6,
    "billion": Decimal(10) ** 9,
    "bln": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "trillion": Decimal(10) ** 12,
}


def read_number(written: str, *, english: bool = False, whole: bool = False, percent: bool = False) -> Decimal | None:
    """Read the value of a written number; None where its separators make no number, as in ``1,2,9``.

    whole: what is counted cannot be halved (people), so ``1,250`` is read as thousands in Vietnamese too.
    percent: a per cent sign follows.
    """
    digits = _SPACES.sub("", written)
    if _WRITTEN.fullmatch(digits) is None:
        return None
    separators = _SEPARATOR.findall(digits)
    if not separators:
        return Decimal(digits)
    groups = _SEPARATOR.split(digits)
    if len(separators) == 1:
        if _is_decimal(groups[0], groups[1], separators[0], english=english, whole=whole, percent=percent):
            return Decimal(f"{groups[0]}.{groups[1]}")
        return Decimal(groups[0] + groups[1])
    last = separators[-1]
    if separators.count(last) == 1 and len(set(separators)) == 2:
        if _are_thousands(groups[:-1]):
            return Decimal(f"{''.join(groups[:-1])}.{groups[-1]}")
        return None
    if len(set(separators)) == 1 and _are_thousands(groups):
        return Decimal("".join(groups))
    return None


def _are_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])


def _is_decimal(before: str, after: str, separator: str, *, english: bool, whole: bool, percent: bool) -> bool:
    if len(after) != 3 or len(before) > 3 or before[0] == "0":
        return True
    if english:
        return separator == "."
    if separator == ".":
        return percent and int(before + after) > _MOST_PERCENT
    # Nobody writes 2.5 as 2,500: a borrowed English thousand.
    return not (whole or after.endswith("00"))
