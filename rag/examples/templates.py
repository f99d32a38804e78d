"""A sentence of a report → the questions it answers, by templates. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.figures import Quantity, Role, UnitKind, find_periods, find_quantities
from rag.figures.wording import write_period
from rag.glossary import is_abbreviation, translate_terms
from rag.places import find_places, find_province
from rag.question import understand
from rag.text import is_syllable, to_nfc
from rag.types import AnswerKind, Context

MAX_OFFICE_WORDS = 9


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and what its short answer must hold."""

    question: str
    kind: AnswerKind
    expected: str


_HEAD = (
    r"(?:tổng (?:thu|chi|vốn|sản lượng|doanh thu|lợi nhuận|mức đầu tư|dư nợ|giá trị|kim ngạch|diện tích|sản phẩm"
    r"|tài sản|nguồn vốn)|tỷ lệ|tỉ lệ|thu nhập bình quân|thu nhập lãi|sản lượng|diện tích|doanh thu|lợi nhuận"
    r"|vốn điều lệ|giá trị|tốc độ|kim ngạch|dân số|năng suất|dư nợ|thu ngân sách|chi ngân sách|độ che phủ|mật độ dân số"
    r"|số (?=\w))"
)
_STATED = re.compile(
    rf"(?:^|[,;:]\s+|\s(?:với|và|thì)\s+)(?P<metric>{_HEAD}[^,;:()/\d“”\"]{{0,80}}?)\s+"
    r"(?:(?:giảm|tăng) [\d.,]+ ?% )?(?:(?:đã|vẫn|chỉ|ước|hiện) )?(?:đạt|là|còn|chiếm|lên|tăng lên|giảm còn|xuống còn"
    r"|giảm xuống(?: còn)?|ở mức)(?: mức)?\s*(?:trên|hơn|gần|khoảng|xấp xỉ)?\s*$",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(r"^(?:tổng|tỷ lệ|tỉ lệ|tốc độ|giá trị|diện tích|số lượng|số|mức|mật độ)\s*", re.IGNORECASE)
_COMPARED = re.compile(r"(?:so với|so cùng kỳ|cùng kỳ|từ)\s(?:cùng kỳ\s|cuối\s|đầu\s|năm\s|mức\s)*$")
#: Words that point at something outside the phrase, or make a clause of it.
_UNCLEAR = re.compile(
    r"\b(?:này|đó|trên|ấy|kia|có thể|được|bị|do|để|khi|nếu|mà|qua|tương ứng|theo|so với|bằng|tăng|giảm|hơn|gần|vừa"
    r"|những|các|tính|của mình|của họ|ông|bà|anh|chị|chúng tôi|lại)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?:đạt|là|còn|chiếm|lên|xuống|mức)\s+(?:\w+\s)?\d", re.IGNORECASE)
_UPPER_SYLLABLE = r"[A-ZĐÀ-ỸÂÊÔƠƯĂ][a-zà-ỹđ]+"
_OFFICE = re.compile(
    rf"(?:[Ôô]ng|[Bb]à|[Đđ]ồng chí)\s+(?P<name>{_UPPER_SYLLABLE}(?: {_UPPER_SYLLABLE}){{1,3}})(?:,| [-–])\s+"
    r"(?P<office>(?:[Tt]ổng [Gg]iám đốc|[Gg]iám đốc|[Cc]hủ tịch|[Bb]í thư|[Hh]iệu trưởng"
    r"|[Cc]ục trưởng|[Vv]ụ trưởng|[Cc]hánh [Vv]ăn phòng|[Tt]rưởng [Pp]hòng|[Tt]rưởng [Bb]an)"
    r"[^,;:.()“”\"\d–-]{2,70})[,.;]"
)
_EVENT = re.compile(
    r"^(?:[Nn]gày|[Ss]áng|[Cc]hiều|[Tt]ối)\s+(?:ngày\s+)?(?P<day>\d{1,2}[-/]\d{1,2}(?:[-/]\d{4})?)\s?,\s+"
    rf"(?P<what>(?:{_UPPER_SYLLABLE}|[A-ZĐ]{{2,}})[^,;:.()“”\"]{{3,60}}?"
    r" (?:tổ chức|khai mạc|khánh thành|khởi công|ban hành|công bố) [^,;:.()“”\"]{8,80})(?P<end>[,.;])(?=\s|$)"
)
_HAS = re.compile(
    r"(?:^|[,;]\s+)(?:[Tt]oàn\s+)?(?P<level>huyện|tỉnh|xã|thị xã|thành phố)(?: hiện| đã)? có\s+"
    r"(?:trên|hơn|gần|khoảng)?\s*$"
)


def _is_term(phrase: str) -> bool:
    """Say whether a whole phrase stands in the glossary."""
    phrase = " ".join(phrase.lower().split())
    return any(phrase in translate_terms(term, language="en") for term in translate_terms(phrase, language="vi"))


class Report:
    """What the questions about a report name: its subject and its period."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.subject, self.unit, self.names = _find_subject(context)

    def questions(self, sentence: str, language: str) -> Iterator[Candidate]:
        """Yield the questions that a sentence answers."""
        sentence = " ".join(to_nfc(sentence).split())
        if len(sentence) > 1000:
            return
        if _FIGURE.search(sentence) or " có " in sentence:
            for quantity in find_quantities(sentence):
                yield from self._about_figure(sentence, quantity, language)
        if language != "en":
            yield from self._about_office(sentence)
            yield from self._about_day(sentence)

    def _about_figure(self, sentence: str, quantity: Quantity, language: str) -> Iterator[Candidate]:
        if quantity.role is not Role.ACTUAL or quantity.unit is None or quantity.value_to is not None:
            return
        before = sentence[: quantity.full_start]
        if language != "en" and (counted := _HAS.search(before)) is not None:
            yield from self._about_count(counted["level"], quantity, sentence)
            return
        stated = _STATED.search(before)
        if stated is None:
            return
        metric = re.sub(r" (?:đã|vẫn|chỉ|ước|hiện)$", "", stated["metric"])
        is_share = quantity.unit_kind in (UnitKind.PERCENT, UnitKind.POINTS)
        if is_share != metric.lower().startswith(("tỷ lệ", "tỉ lệ", "tốc độ", "độ")) or not self._is_clear(metric):
            return
        named = any(name in metric for name in self.names)
        if (not named and not self.subject) or (not named and re.search(r"\s[A-ZĐ]", metric)):
            return
        period = self._period(sentence)
        if period is None:
            return
        question = self._ask_english(metric, period) if language == "en" else self._ask(metric, period, named=named)
        if question is not None:
            yield Candidate(question, AnswerKind.FIGURE, quantity.number)

    def _is_clear(self, metric: str) -> bool:
        """Say whether a phrase is a metric that is known, and names no more than a metric."""
        if len(metric.split()) > 14 or _UNCLEAR.search(metric):
            return False
        plain = metric
        for name in self.names:
            plain = plain.replace(name, "")
        known = translate_terms(plain, language="vi")
        if not known or len(plain.split()) > 10 or (plain == metric and " của " in metric):
            return False
        rest = _QUALIFIER.sub("", _QUALIFIER.sub("", plain)).strip()
        return _is_term(plain) or bool(rest and translate_terms(rest, language="vi"))

    def _period(self, sentence: str) -> str | None:
        """Give the one period a sentence speaks of, but for what it compares with, else the report's."""
        own = {span.period for span in find_periods(sentence) if not _COMPARED.search(sentence[: span.start])}
        if len(own) > 1:
            return None
        return own.pop() if own else self.context.period

    def _ask(self, metric: str, period: str, *, named: bool) -> str | None:
        parts = [metric[0].upper() + metric[1:]]
        if not named:
            parts.append(f"của {self.subject}")
        parts.append(write_period(period, language="vi", accented=True))
        return f"{' '.join(parts)} là bao nhiêu?"

    def _ask_english(self, metric: str, period: str) -> str | None:
        """Ask for a metric whose whole name is in the glossary."""
        name = next((name for name in self.names if name in metric), "")
        plain = re.sub(r" (?:của|tại|ở)?(?: (?:huyện|tỉnh|thành phố|thị xã|xã))? *$", "", metric.replace(name, ""))
        plain = " ".join(plain.lower().split())
        terms = [
            term for term in translate_terms(plain, language="vi") if plain in translate_terms(term, language="en")
        ]
        subject = f"{name or self.subject.removeprefix(self.unit).strip()}{_ENGLISH_UNITS.get(self.unit, '')}"
        if not terms or not subject:
            return None
        return f"What was the {terms[0]} of {subject} in {write_period(period, language='en', accented=True)}?"

    def _about_count(self, level: str, quantity: Quantity, sentence: str) -> Iterator[Candidate]:
        ended = quantity.end >= len(sentence) or sentence[quantity.end] in ",.;"
        if self.unit == level and quantity.unit_kind is UnitKind.COUNT and ended:
            noun = quantity.text.removeprefix(quantity.number).strip()
            subject = self.subject[0].upper() + self.subject[1:]
            if noun and noun.islower():
                yield Candidate(f"{subject} có bao nhiêu {noun}?", AnswerKind.LIST, quantity.number)

    def _about_office(self, sentence: str) -> Iterator[Candidate]:
        for match in _OFFICE.finditer(sentence):
            office = match["office"].strip()
            # An office that ends in the name of its place or house is one person's, and nothing follows it.
            last = office.split()[-1]
            if (
                len(last) > 1
                and last[0].isupper()
                and not is_abbreviation(last)
                and len(office.split()) <= MAX_OFFICE_WORDS
            ):
                yield Candidate(f"{office[0].upper()}{office[1:]} là ai?", AnswerKind.PERSON, match["name"])

    def _about_day(self, sentence: str) -> Iterator[Candidate]:
        match = _EVENT.search(sentence)
        if match is None:
            return
        what = match["what"]
        periods = find_periods(what, year=2000)
        # A comma may cut a list short, but not behind a time.
        whole = match["end"] != "," or any(span.end == len(what) for span in periods)
        for span in reversed(periods):
            what = what[: span.start] + what[span.end :]
        if whole and not any(c.isdigit() for c in what):
            yield Candidate(f"{match['what']} vào ngày nào?", AnswerKind.DATE, match["day"])


_ENGLISH_UNITS = {
    "huyện": " district",
    "tỉnh": " province",
    "thành phố": " city",
    "thị xã": " town",
    "xã": " commune",
    "phường": " ward",
    "quận": " district",
}
_UNIT = re.compile(rf"(?:{'|'.join(_ENGLISH_UNITS)}|thị trấn)(?= )", re.IGNORECASE)


def _find_subject(context: Context) -> tuple[str, str, tuple[str, ...]]:
    """Give what a report is about, its unit word, and the names that stand for it; "" where it is not clear.

    A place or firm must be in the title, alone, or be the issuer's.
    """
    title = " ".join(to_nfc(context.title).split())
    places = {place.name: title[place.start : place.end] for place in find_places(title)}
    if not places and context.organisation and context.place and context.place in context.organisation:
        organisation = context.organisation
        places = {place.name: organisation[place.start : place.end] for place in find_places(organisation)}
    firms = [name for name in understand(title).entities if _is_firm(name, context) and name not in places]
    if len(places) == 1 and not firms:
        name, written = next(iter(places.items()))
        unit = _UNIT.match(written)
        if unit is not None and not written[unit.end() :].lower().startswith((" ủy", " uỷ")):
            return f"{unit.group().lower()} {name}", unit.group().lower(), (name,)
        if written.lower().startswith(("huyện", "tỉnh")):
            unit_word = written.split()[0].lower()
            return f"{unit_word} {name}", unit_word, (name,)
        # Elsewhere in a title a bare name may be part of another: "Phân lân Ninh Bình".
        bare = find_province(name) is not None and title.startswith(written)
        return (written, "", (name, written)) if bare else ("", "", ())
    return (firms[0], "", (firms[0],)) if len(firms) == 1 and not places else ("", "", ())


def _is_firm(name: str, context: Context) -> bool:
    """Tell a firm ("VPBank", "PVN") from a person or a common word by its letters, or by the issuer's name."""
    if name in (context.organisation or ""):
        return True
    return not is_abbreviation(name) and all(not is_syllable(word) for word in name.split())
