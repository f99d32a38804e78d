"""Short answers compared: one normal form, exact match and token F1. Pure.

The form is for comparing only. A number keeps its separators: 9,5 % is never 95 %, 30/4 never 304, and 2.106
(two thousand) never 2,106 (two point one); a set that accepts both spellings lists both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.text import syllable_key, to_nfc

# A sign belongs to a number only where nothing but a space or a bracket stands before it: "-5%", not "Covid-19".
_TOKEN = re.compile(
    r"(?P<sign>(?<![^\s(\[])[-−–](?=\d))?(?P<number>\d+(?:[.,/:\-–—]\d+)*)\s*(?P<percent>[%‰])?"
    r"|(?P<word>[^\W\d_]+\d*)"
    r"|(?P<symbol>[%‰$€£¥₫°])"
)
_SUPERSCRIPTS = str.maketrans("²³", "23")
_DASH = re.compile(r"[\-–—]")
_DATE = re.compile(r"\d{1,2}([/-])\d{1,2}\1\d{4}")


def answer_tokens(text: str) -> list[str]:
    """List the words and numbers of an answer in one form.

    Case, NFC, the place of the tone mark (hoà, hòa) and dashes are unified, punctuation outside numbers and white
    space fall away, the percent sign stays with its number. Whole dates are d/m/y: 05-07-2023 → 5/7/2023.
    """
    tokens = []
    for match in _TOKEN.finditer(to_nfc(text).translate(_SUPERSCRIPTS)):
        number = match["number"]
        if number is not None:
            sign = "-" if match["sign"] else ""
            tokens.append(sign + _normalise_number(number) + (match["percent"] or ""))
        else:
            tokens.append(match["symbol"] or syllable_key(match["word"]))
    return tokens


def normalise_answer(text: str) -> str:
    """Write an answer in the form in which answers are compared; see answer_tokens."""
    return " ".join(answer_tokens(text))


def answer_em(answer: str | None, accepted: Sequence[str]) -> float:
    """Score 1 when the answer equals one of the accepted variants, else 0; an absent answer scores 0."""
    given = normalise_answer(answer or "")
    return float(bool(given) and any(given == normalise_answer(variant) for variant in accepted))


def answer_f1(answer: str | None, accepted: Sequence[str]) -> float:
    """Score the best token F1 over the accepted variants; an absent answer scores 0.

    Source: Rajpurkar et al., EMNLP 2016, with the tokens of answer_tokens and no articles dropped.
    """
    given = Counter(answer_tokens(answer or ""))
    return max((_f1(given, Counter(answer_tokens(variant))) for variant in accepted), default=0.0)


def contains_answer(text: str, accepted: Sequence[str]) -> bool:
    """Say whether an accepted variant occurs in a text, as whole tokens in a row."""
    tokens = answer_tokens(text)
    return any(_occurs(answer_tokens(variant), tokens) for variant in accepted)


def item_recall(texts: Sequence[str], items: Sequence[str]) -> float:
    """Score the share of the items of a list that occur in one of the texts."""
    return sum(any(contains_answer(text, [item]) for text in texts) for item in items) / len(items)


def _f1(given: Counter[str], wanted: Counter[str]) -> float:
    shared = (given & wanted).total()
    return 2 * shared / (given.total() + wanted.total()) if shared else 0.0


def _occurs(wanted: list[str], tokens: list[str]) -> bool:
    n = len(wanted)
    return n > 0 and any(tokens[i : i + n] == wanted for i in range(len(tokens) - n + 1))


def _normalise_number(number: str) -> str:
    number = _DASH.sub("-", number)
    if _DATE.fullmatch(number):
        return "/".join(piece.lstrip("0") or "0" for piece in re.split(r"[/-]", number))
    if "/" in number or "-" in number:
        return re.sub(r"(?<![\d.,:])0+(?=\d)(?![\d]*[.,:])", "", number)
    return number
