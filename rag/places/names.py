"""Units, provinces and the keys under which the spellings of a place meet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from rag.text import fold

REFORM_DATE = "2025-07-01"
"""From this day on there are 34 provinces and no districts."""


class PlaceLevel(StrEnum):
    """The tier of a unit, widest first."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally run city. successor: the unit it has been, or been part of, since REFORM_DATE."""

    name: str
    successor: str
    aliases: tuple[str, ...]


@lru_cache(maxsize=1)
def provinces() -> tuple[Province, ...]:
    """Read the 63 provinces of provinces.tsv."""
    lines = Path(__file__).with_name("provinces.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(Province(row[0], row[1], tuple(row[2].split(";")) if len(row) > 2 else ()) for row in rows)


@lru_cache(maxsize=1)
def _province_of_key() -> dict[str, Province]:
    return {_bare_key(name): province for province in provinces() for name in (province.name, *province.aliases)}


@lru_cache(maxsize=1)
def province_words() -> frozenset[str]:
    """Give every spelling of every province in small letters, accents kept."""
    return frozenset(name.casefold() for province in provinces() for name in (province.name, *province.aliases))


def find_province(name: str) -> Province | None:
    """Look a province up by any of its spellings, with or without accents and unit word."""
    return _province_of_key().get(place_key(name))


def merged_from(name: str) -> tuple[str, ...]:
    """List the old provinces that make up a present one, in alphabetical order; empty if there is none so named."""
    key = place_key(name)
    return tuple(province.name for province in provinces() if _bare_key(province.successor) == key)


# -- units ----------------------------------------------------------------------------------------------

UNITS: dict[str, PlaceLevel | None] = {
    "tỉnh": PlaceLevel.PROVINCE,
    "tỉnh ủy": PlaceLevel.PROVINCE,
    "tỉnh đoàn": PlaceLevel.PROVINCE,
    # A city is a province or a district, as its name tells.
    "thành phố": None,
    "thành ủy": None,
    "thành đoàn": None,
    "tp": None,
    "huyện": PlaceLevel.DISTRICT,
    "huyện ủy": PlaceLevel.DISTRICT,
    "huyện đoàn": PlaceLevel.DISTRICT,
    "quận": PlaceLevel.DISTRICT,
    "quận ủy": PlaceLevel.DISTRICT,
    "q": PlaceLevel.DISTRICT,
    "thị xã": PlaceLevel.DISTRICT,
    "thị ủy": PlaceLevel.DISTRICT,
    "tx": PlaceLevel.DISTRICT,
    "xã": PlaceLevel.COMMUNE,
    "phường": PlaceLevel.COMMUNE,
    "p": PlaceLevel.COMMUNE,
    "thị trấn": PlaceLevel.COMMUNE,
    "thôn": PlaceLevel.VILLAGE,
    "bản": PlaceLevel.VILLAGE,
    "làng": PlaceLevel.VILLAGE,
    "ấp": PlaceLevel.VILLAGE,
    "buôn": PlaceLevel.VILLAGE,
}
ENGLISH_UNITS: dict[str, PlaceLevel | None] = {
    "province": PlaceLevel.PROVINCE,
    "city": None,
    "district": PlaceLevel.DISTRICT,
    "commune": PlaceLevel.COMMUNE,
    "ward": PlaceLevel.COMMUNE,
    "town": PlaceLevel.DISTRICT,
    "village": PlaceLevel.VILLAGE,
}
# Typed without accents these still are unit words; "quan" and "ban" mean too much else.
BARE_UNITS = {fold(unit): level for unit, level in UNITS.items() if unit not in ("quận", "bản", "q", "p", "làng", "ấp")}

# -- keys -----------------------------------------------------------------------------------------------

_APOSTROPHES = re.compile(r"['’‘`]")
_NOT_WORD = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"(?:quan|q|district|phuong|p|ward|thon|to) ?(\d+)|(\d+)(?:st|nd|rd|th)? (?:district|ward)")


def _bare_key(name: str) -> str:
    return _NOT_WORD.sub(" ", _APOSTROPHES.sub("", fold(name))).strip()


@lru_cache(maxsize=20_000)
def place_key(name: str) -> str:
    """Give one key to all spellings of a place: "huyện Quế Phong", "Que Phong district", "QUẾ PHONG".

    Numbered units keep their word: "Q.1", "District 1" → "quan 1". Other names of a province meet: "TP.HCM".
    """
    key = _bare_key(name)
    if numbered := _NUMBERED.fullmatch(key):
        commune = key.startswith("p") or "ward" in key
        unit = "thon" if key.startswith("thon") else "phuong" if commune else "quan"
        return f"{unit} {numbered[1] or numbered[2]}"
    key = _without_unit(name, key)
    province = _province_of_key().get(key)
    return _bare_key(province.name) if province is not None else key


def same_place(a: str, b: str) -> bool:
    """Say whether two names mean one place. Units that contradict each other do not meet: xã and huyện."""
    if place_key(a) != place_key(b) or not place_key(a):
        return False
    level_a, level_b = _unit_level(a), _unit_level(b)
    return level_a is None or level_b is None or level_a == level_b


def _without_unit(name: str, key: str) -> str:
    words = key.split()
    if len(words) > 1 and words[-1] in ENGLISH_UNITS:
        return " ".join(words[:-1])
    spelled = [unit_spelling(word) for word in _NOT_WORD.split(_APOSTROPHES.sub("", name.casefold())) if word]
    for n in (2, 1):
        unit = " ".join(spelled[:n])
        rest = " ".join(words[n:])
        if not rest:
            continue
        if unit in UNITS or (unit.isascii() and unit in BARE_UNITS):
            # Bare "tinh bien" is the district Tịnh Biên, not a province Biên.
            if unit == "tinh" and rest not in _province_of_key():
                continue
            return rest
    return key


def _unit_level(name: str) -> PlaceLevel | None:
    words = name.casefold().split()
    if words and words[-1] in ENGLISH_UNITS:
        return ENGLISH_UNITS[words[-1]]
    for n in (2, 1):
        unit = unit_spelling(" ".join(words[:n]))
        if unit in UNITS and len(words) > n:
            return UNITS[unit]
    return None


def unit_spelling(word: str) -> str:
    """Write "uỷ" as "ủy", the form in UNITS."""
    return word.replace("uỷ", "ủy")
