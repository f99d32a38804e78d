"""A question about several things → questions that stand on their own, in its own words. Pure.

Where it is doubtful whether a question can be taken apart, it stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.question.clauses import split_clauses
from rag.question.cleaning import tidy_question
from rag.question.groups import Group, Side, both, entity_sides, find_groups, flat
from rag.question.periods import read_periods
from rag.question.vocabulary import MORE
from rag.types import AnswerKind, Understood

MAX_PARTS = 6

_WHO = (
    r"(?:nơi|đâu|bên|xã|huyện|tỉnh|quận|phường|thành phố|đơn vị|địa phương|ngân hàng|công ty|doanh nghiệp|hãng|nhà|cái"
    r"|con số|chỉ số|chỉ tiêu|năm|quý|tháng|kỳ|giai đoạn|thời kỳ|thời gian|khoản|loại|bản|thôn|tập đoàn|vùng|nước"
    r"|bộ|sở|cơ quan|dự án|tuyến|nhà máy|trường|mặt hàng)"
)
_DEGREE = rf"{MORE} (?:hơn|nhất)(?: (?:là )?(?:bao nhiêu|mấy)(?: phần trăm| %)?)?"
# ", nơi nào có", ", ngân hàng nào", "đâu là nơi"
_WHICH = both(rf"(?:,| thì)? ?\b(?:{_WHO} nào|đâu là {_WHO}|(?<=hơn )là {_WHO})(?: (?:là|thì))?(?= |$)")
_DEGREES = both(rf" ?\b{_DEGREE}")
# "nhiều hộ nghèo hơn"
_COUNTED_DEGREE = both(r"\b(?:nhiều|ít)(?= [^ ]+(?: [^ ]+){0,3}? hơn\b)")
_THAN = both(r" hơn\b")
_ENDS_BETWEEN = both(r"(?:^|(?<=, ))giữa (?:hai |các )?$")
_DEGREE_ALONE = both(rf"\s*(?:có )?(?:là )?(?:giá trị |mức )?{_DEGREE}")
# What only says that things are compared.
_DIFFERENCES = both(
    r"(?:,| thì)?(?: có)?(?: sự)? ?\b(?:chênh lệch|chênh|khác|hơn kém)(?: nhau)?(?: (?:là )?(?:bao nhiêu|thế nào"
    r"|như thế nào|ra sao|không|ở đâu|mấy))?(?: (?:phần trăm|%|lần|(?:nghìn|triệu|tỷ) đồng|điểm|tấn|ha|người|hộ|con"
    r"|km|xã|vụ))?(?= |,|$)"
)
_OPENING = both(
    r"^(?:hãy |xin |hay )?(?:so sánh|đối chiếu|sự chênh lệch|mức chênh lệch|chênh lệch|sự khác nhau|khác biệt)"
    r"(?: về)?(?: (?:giữa|của)(?= ))? "
)
_BETWEEN = both(r" giữa (?:hai |ba |các )?(?:(?:huyện|xã|tỉnh|năm|ngân hàng|công ty)(?= ))? ?$")
_TAIL = both(r"(?:,| thì)?(?: (?:như thế nào|thế nào|ra sao|hay không|không))+ ?$")
# "A cao hơn B bao nhiêu", "A so với B thế nào", "năm 2023 tăng hay giảm so với năm 2022"
_APART = both(
    rf"(?: có)?(?: {MORE} hơn(?: (?:bao nhiêu|mấy)(?: lần| phần trăm| %)?)?(?: (?:so )?với)?"
    rf"| (?:tăng hay giảm|giảm hay tăng|chênh lệch|khác nhau|khác)(?: (?:bao nhiêu|thế nào))?(?: so)? với"
    r"| so với| (?:hơn|kém))"
    r"(?: mức)?(?: (?:của|ở|tại|trong|vào))? $"
)
_OTHER_END = both(
    r" ?(?:(?:là )?(?:bao nhiêu|mấy|không|thế nào|như thế nào|ra sao|hay không)"
    r"(?: (?:phần trăm|%|lần|[^ ]+ đồng))?)? ?$"
)
_HAS_AMOUNT = both(r"\b(?:bao nhiêu|mấy|thế nào|ra sao|mức nào)\b")
_ENGLISH_PERIOD = re.compile(r"(?:\b(?:in|for|during|at the end of|by|as of|of) )?(?:the )?$", re.IGNORECASE)
_PRESENT = re.compile(r"\b(?:is|are|has|have|does|do)\b", re.IGNORECASE)
_WERE = ((re.compile(r"^(What|what) were\b"), r"\1 was"), (re.compile(r"^(What|what) are\b"), r"\1 is"))
_EDGE = " ,;:.?!"


def split_question(question: str, understood: Understood) -> tuple[str, ...]:
    """Take a question apart into self-contained ones, in order; () where it asks one thing.

    "Thu nhập của Quế Phong và Kỳ Sơn năm 2023, nơi nào cao hơn?" → "Thu nhập của Quế Phong năm 2023?", "Thu nhập của
    Kỳ Sơn năm 2023?". At most six; a question about more stays whole.
    """
    question = tidy_question(question)
    clauses = split_clauses(question, understood)
    if clauses:
        return clauses if len(clauses) <= MAX_PARTS else ()
    parts = _split_rows(question, understood) or _split_apart(question, understood)
    parts = list(dict.fromkeys(parts))
    return tuple(parts) if 2 <= len(parts) <= MAX_PARTS else ()


def asks_twice(question: str, understood: Understood) -> bool:
    """Say whether a question asks two different things: "… là bao nhiêu và ai là …"."""
    return bool(split_clauses(tidy_question(question), understood))


def find_sides(question: str, understood: Understood) -> tuple[str, ...]:
    """Name what is asked about side by side: two entities, two periods or two metrics; () for one thing."""
    question = tidy_question(question)
    if split_clauses(question, understood):
        return ()
    groups = find_groups(question, understood)
    if groups:
        return tuple(side.name for side in groups[0].sides)
    apart = _find_apart(question, understood)
    return (apart[0].name, apart[1].name) if apart else ()


# -- rows -----------------------------------------------------------------------------------------------


def _split_rows(question: str, understood: Understood) -> list[str]:
    groups = find_groups(question, understood)
    count = 1
    for group in groups:
        count *= len(group.sides)
    if not groups or count > MAX_PARTS:
        return []
    compares = understood.kind is not AnswerKind.FIGURE
    if compares and understood.language == "en":
        return _canonical(question, understood, groups)
    parts = _ask_each(question, understood, groups[0]) if compares else _put_each(question, groups[0])
    for group in groups[1:]:
        row = question[group.start : group.end]
        parts = [part.replace(row, side.text, 1) for part in parts for side in group.sides]
    return [_close(part, is_small=question.islower()) for part in parts]


def _put_each(question: str, group: Group) -> list[str]:
    before, after = question[: group.start], question[group.end :]
    parts = [f"{before}{side.text}{after}" for side in group.sides]
    if before.endswith(" do "):
        parts = [f"{before[:-1]}es {part[len(before) :]}" for part in parts]
    for plural, singular in _WERE:
        parts = [plural.sub(singular, part) for part in parts]
    return parts


def _ask_each(question: str, understood: Understood, group: Group) -> list[str]:
    """Ask for the value of each side instead of which is more."""
    accented = understood.accented
    before, after = question[: group.start], question[group.end :].rstrip(_EDGE)
    amount = "bao nhiêu" if accented else "bao nhieu"
    opening = _OPENING[accented].match(flat(before, accented=accented))
    if opening and opening.end() <= len(before):
        before = before[opening.end() :]
    if between := _BETWEEN[accented].search(flat(before, accented=accented)):
        before = f"{before[: between.start()]} {'của' if accented else 'cua'} "
    before = _cut(before, _ENDS_BETWEEN[accented], accented=accented)
    after = _cut(after, _DIFFERENCES[accented], accented=accented)
    which = _WHICH[accented].search(flat(before, accented=accented))
    if which is not None:
        # "Nơi nào có tỷ lệ hộ nghèo cao hơn, A hay B?": the sides come to the place of "nơi nào".
        predicate = before[which.end() :].rstrip(_EDGE)
        predicate = _weigh(predicate, amount, accented=accented)
        head = before[: which.start()]
        head = f"{head.rstrip(_EDGE)}, " if head.strip(_EDGE) else ""
        return [f"{head}{side.text} {predicate.strip()}{after}" for side in group.sides]
    which = _WHICH[accented].search(flat(after, accented=accented))
    if which is not None:
        after = after[: which.start()] + after[which.end() :]
    after = _weigh(after, amount, accented=accented)
    after = _cut(after, _TAIL[accented], accented=accented)
    return [f"{before}{side.text}{after}" for side in group.sides]


def _weigh(text: str, amount: str, *, accented: bool) -> str:
    """Put the amount in the place of "cao hơn"; where nothing else is said of the side, only take it off."""
    words = flat(text, accented=accented)
    if counted := _COUNTED_DEGREE[accented].search(words):
        than = _THAN[accented].search(words, counted.end())
        if than is not None:
            return f"{text[: counted.start()]}{amount}{text[counted.end() : than.start()]}{text[than.end() :]}"
    degree = _DEGREES[accented].search(words)
    if degree is None:
        return text
    alone = _DEGREE_ALONE[accented].match(words)
    has_amount = _HAS_AMOUNT[accented].search(words[: degree.start()] + words[degree.end() :])
    if has_amount or (alone and alone.end() == degree.end()) or _is_period_only(text[: degree.start()]):
        return text[: degree.start()] + text[degree.end() :]
    return f"{text[: degree.start()]} {amount}{text[degree.end() :]}"


def _is_period_only(text: str) -> bool:
    rest = text
    for span in reversed(read_periods(text)):
        rest = rest[: span.start] + rest[span.end :]
    return all(
        word in ("trong", "vào", "vao", "năm", "nam", "của", "cua", "đầu", "cuối") for word in rest.strip(_EDGE).split()
    )


def _cut(text: str, pattern: re.Pattern[str], *, accented: bool) -> str:
    found = pattern.search(flat(text, accented=accented))
    return text if found is None else text[: found.start()] + text[found.end() :]


def _close(part: str, *, is_small: bool) -> str:
    """End a part as a question; it begins with a capital unless the question is typed in small letters."""
    part = re.sub(r" +", " ", re.sub(r" ,", ",", part)).strip(_EDGE)
    return f"{part}?" if part.islower() and is_small else f"{part[:1].upper()}{part[1:]}?"


# -- what stands apart ----------------------------------------------------------------------------------


def _find_apart(question: str, understood: Understood) -> tuple[Side, Side] | None:
    """Find the two sides of "A cao hơn B bao nhiêu": entities or periods with a comparison between them."""
    if understood.kind not in (AnswerKind.COMPARISON, AnswerKind.YES_NO):
        return None
    accented = understood.accented
    text = flat(question, accented=accented)
    sides = entity_sides(question, understood)
    periods = [
        Side(question[span.start : span.end], question[span.start : span.end], span.start, span.end)
        for span in read_periods(question)
    ]
    for found in (sides, periods):
        if len(found) < 2:
            continue
        first, second = found[0], found[-1]
        between = text[first.end : second.start]
        if understood.language == "en":
            if len(found) == 2 and re.search(r"\bthan\b", between):
                return first, second
        elif len(found) == 2 and (_APART[accented].search(between)):
            return first, second
    return None


def _split_apart(question: str, understood: Understood) -> list[str]:
    apart = _find_apart(question, understood)
    if apart is None:
        return []
    first, second = apart
    if understood.language == "en":
        return _canonical(question, understood, [Group(apart, first.start, second.end)])
    accented = understood.accented
    text = flat(question, accented=accented)
    link = _APART[accented].search(text[first.end : second.start])
    rest = question[second.end :].rstrip(_EDGE)
    rest = _cut(rest, _OTHER_END[accented], accented=accented)
    if link is None or not _is_period_only(rest):
        return []
    whole = question[: first.end + link.start()]
    if _lacks_metric(whole, understood):
        return []
    amount = " bao nhiêu" if accented else " bao nhieu"
    ending = f"{rest}" if not _has_verb(whole, first, understood) else f"{amount}{rest}"
    other = question[: first.start] + second.text + whole[first.end :]
    return [_close(part + ending, is_small=question.islower()) for part in (whole, other)]


def _lacks_metric(text: str, understood: Understood) -> bool:
    return understood.metric is None or understood.metric not in text


def _has_verb(whole: str, side: Side, understood: Understood) -> bool:
    """Say whether the side is the subject: "A có tỷ lệ hộ nghèo", not "tỷ lệ hộ nghèo của A"."""
    return understood.metric is not None and whole.find(understood.metric) > side.end


# -- English comparisons --------------------------------------------------------------------------------


def _canonical(question: str, understood: Understood, groups: Sequence[Group]) -> list[str]:
    """Ask an English comparison again as "What was the METRIC of SIDE in PERIOD?"."""
    if understood.metric is None:
        return []
    verb = "is" if not understood.periods and _PRESENT.search(question.partition(",")[0]) else "was"
    metrics, entities, periods = [understood.metric], _whole_entities(question, understood), _whole_periods(question)
    for group in groups:
        names = [side.text for side in group.sides]
        if all(name in understood.metric for name in names):
            metrics = names
        elif read_periods(names[0]):
            periods = [f" in {name}" for name in names]
        else:
            entities = [f" of {name}" for name in names]
    return [f"What {verb} the {metric}{entity}{period}?"
            for metric in metrics for entity in entities for period in periods]  # fmt: skip


def _whole_entities(question: str, understood: Understood) -> list[str]:
    sides = entity_sides(question, understood)
    return [f" of {sides[0].text}"] if sides else [""]


def _whole_periods(question: str) -> list[str]:
    spans = read_periods(question)
    if not spans:
        return [""]
    lead = _ENGLISH_PERIOD.search(question[: spans[0].start])
    words = question[(lead.start() if lead else spans[0].start) : spans[0].end]
    return [f" {words}" if not words[0].isdigit() else f" in {words}"]
