"""A follow-up taken apart: the words it opens and closes with, and what is left of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.glossary import translate_terms
from rag.question import understand
from rag.text import fold, guess_language, is_accented, words
from rag.types import AnswerKind

#: A metric named alone has no more words; with "còn" before it it may have more.
MAX_METRIC_WORDS, MAX_OPENED_METRIC_WORDS = 6, 12

_POLITE = (
    r"(?:à|ừ|ờ|dạ|vâng|ok|okay|rồi|được rồi|xin hỏi|(?:xin )?cho (?:tôi |em |mình |hỏi )?(?:hỏi|biết)|tương tự"
    r"|please|well|cảm ơn|thanks)(?!\w)"
)
_OPENER = (
    r"(?:còn về|còn(?= )(?! lại| bao nhiêu| mấy)|thế còn|vậy còn|thế thì|vậy thì|vậy(?= )"
    r"|thế(?= )(?! giới| mạnh| hệ| kỷ| chấp| trận| năng| lực| nào)|thì(?= )|và(?= )|nhưng|mà(?= )|riêng|đối với"
    r"|and|so (?=what|how)|but|then|now|what about|how about|what of|how is it|what is it|what was it|how was it)"
)
# Typed without accents these are other words: "con người", "con số", "vay vốn", "the …".
_BARE_OPENER = (
    fold(_OPENER)
    .replace(
        "con(?= )(?! lai", "con(?= )(?! nguoi| so (?!ho|xa|nguoi|luong)| duong| em| trau| bo | giong| tau| cai| lai"
    )
    .replace("vay(?= )", "vay(?= )(?! von| tien| no| nang)")
)
_CLOSER = (
    r"(?:thì sao|thì thế nào|thì như thế nào|như thế nào|thế nào|ra sao|mức nào|đạt mức nào|ở mức nào"
    r"|(?:thì |là |đạt |còn |được |thì được )?bao nhiêu|thì|sao|nhỉ|ạ|vậy|thế|nữa|hả|nhé|là gì|là ai"
    r"|then|too|as well|instead|please|also)"
)
_OPENERS = {
    True: (re.compile(_POLITE), re.compile(_OPENER)),
    False: (re.compile(fold(_POLITE)), re.compile(_BARE_OPENER)),
}
_CLOSERS = {a: re.compile(rf"(?<!\w){_CLOSER if a else fold(_CLOSER)}$") for a in (True, False)}
KEPT_CLOSER = re.compile(r"(?:la|dat|o|con|duoc) .*(?:bao nhieu|muc nao|gi|ai)")
EDGE = " ,.;:?!…\"'“”‘’«»()[]-–—"
ASKING = {
    True: re.compile(
        r"(?<!\w)(?:bao nhiêu|bao lâu|mấy|nào|gì|ai|sao|đâu|khi nào|bao giờ|không|chưa|who|what|which|how|when|where"
        r"|why|is|are|was|were|do|does|did|has|have|had|list)(?!\w)"
    ),
    False: re.compile(
        r"(?<!\w)(?:bao nhieu|bao lau|nao|gi|ai|khi nao|bao gio|khong|tai sao|vi sao|o dau|who|what|which|how|when"
        r"|where|why|is|are|was|were|does|did|has|have|had|list)(?!\w)"
    ),
}
_FILLERS_WRITTEN = "ở tại của cho với đối trong vào về riêng trên địa bàn từ thuộc thì là và"
_ENGLISH_FILLERS = frozenset("in of for at on the during about from to a over that and".split())
_FILLERS = {
    True: frozenset(_FILLERS_WRITTEN.split()) | _ENGLISH_FILLERS,
    False: frozenset(fold(_FILLERS_WRITTEN).split()) | _ENGLISH_FILLERS,
}


_VERBS = frozenset("co duoc dat la".split())


@dataclass(frozen=True, slots=True)
class Body:
    """A follow-up without the words it opens and closes with. closer: the closing words as typed."""

    text: str
    opened: bool
    closer: str


def lower_case(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else fold(text)


def take_apart(question: str) -> Body:
    accented = is_accented(question)
    lower = lower_case(question)
    polite, opener = _OPENERS[accented]
    start, end, opened = 0, len(question), False
    while start < end:
        start += len(lower[start:end]) - len(lower[start:end].lstrip(EDGE))
        if found := opener.match(lower, start, end):
            opened = True
        elif not (found := polite.match(lower, start, end)):
            break
        if found.end() == start:
            break
        start = found.end()
    closers: list[str] = []
    while start < end:
        end = start + len(lower[start:end].rstrip(EDGE))
        closer = _CLOSERS[accented].search(lower, start, end)
        if closer is None:
            break
        closers.insert(0, question[closer.start() : closer.end()])
        end = closer.start()
    return Body(question[start:end].strip(EDGE), opened, " ".join(closers))


def other_words(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """List the words outside the spans that are more than prepositions."""
    fillers = _FILLERS[is_accented(text)]
    outside = [(a, b) for a, b in words(text) if not any(a < end and start < b for start, end in spans)]
    return [text[a:b] for a, b in outside if lower_case(text[a:b]) not in fillers]


def is_metric_alone(body: Body, rest: Sequence[str]) -> bool:
    """Say whether a follow-up names a metric and asks nothing else: "Còn tỷ lệ hộ nghèo?"."""
    if ASKING[is_accented(body.text)].search(lower_case(body.text)) or fold(rest[-1]) in _VERBS:
        return False
    # Without "còn" before it "Tỷ lệ hộ nghèo là bao nhiêu?" asks for all the reports speak of.
    if not body.opened and body.closer and not fold(body.closer).startswith("thi "):
        return False
    if len(rest) > (MAX_OPENED_METRIC_WORDS if body.opened else MAX_METRIC_WORDS):
        return False
    return is_english_metric(body.text) or bool(translate_terms(body.text)) or is_figure(body.text)


def is_english_metric(text: str) -> bool:
    """Say whether a text holds a known English term."""
    return text.isascii() and bool(translate_terms(text, language="en"))


def is_figure(text: str) -> bool:
    """Say whether words ask for a figure."""
    return understand(text).kind is AnswerKind.FIGURE


# -- writing --------------------------------------------------------------------------------------------


def keeps_accents(question: str) -> bool:
    """Say whether a name put into a question may carry its accents: not beside words typed without."""
    return is_accented(question) or guess_language(question) == "en"


def apply_edits(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Replace spans of a text, none inside another."""
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def capitalised(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]
