"""What a figure measures, by the words around it, told apart from what its neighbours measure. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answer.gate.sources import Source, Told
from rag.figures import Role, Stated
from rag.glossary import translate_groups
from rag.text import syllable_key, words

_CUT = re.compile(r"[;:.()](?=\s|$)|,(?=\s)|\s(?:và|còn|trong đó|trong khi|and|while|of which)\s")
#: Of the same measure as the figure they stand beside.
_BESIDE = frozenset({Role.CHANGE, Role.EARLIER, Role.SHARE_OF_PLAN})
_STOPS = frozenset(
    syllable_key(word)
    for word in """là và của cho trong ở tại với được bị đã có còn từ đến so trên về do mà thì này khi cũng phải chỉ ra
    lên xuống đạt gồm bằng hơn gần khoảng năm tháng quý ngày các những một mỗi mức tổng số huyện tỉnh xã toàn hiện con
    triệu tỷ nghìn đồng usd tấn ha người hộ the of was were is in at to and a an for by with on it has had
    its""".split()
)


def tells_other_measure(figure: Stated, other: Stated, told: Told, source: Source) -> bool:
    """Say whether a claim names what only another figure of the quote measures, and nothing of what this one does."""
    rivals = [
        rival
        for rival in source.stated
        if rival is not other
        and _alike(rival.quantity.unit, other.quantity.unit)
        and rival.quantity.value != other.quantity.value
        and rival.role not in _BESIDE
    ]
    if not rivals or other.role in _BESIDE:
        return False
    mine = _around(told.text, figure, told.stated)
    left = max((s.quantity.end for s in told.stated if s.quantity.end <= figure.quantity.start), default=0)
    wide = mine | _content(told.text, left, figure.quantity.start)
    if told.language != source.language:
        names = {key for key in wide if key.istitle()}
        mine, wide = (_translated(" ".join(sorted(found - names)), told.language) for found in (mine, wide))
        wide |= names
    own = _around(source.quote, other, source.stated)
    for rival in rivals:
        theirs = _around(source.quote, rival, source.stated)
        apart, others = own - theirs, _plain(theirs - own)
        # A name at each of two figures tells them apart as well as words do; a name at one says nothing of a measure.
        if others == theirs - own:
            apart = _plain(apart)
        if apart and not wide & apart and mine & others:
            return True
    return False


def _plain(keys: set[str]) -> set[str]:
    return {key for key in keys if not key.istitle()}


def _alike(a: str | None, b: str | None) -> bool:
    """Say whether a figure in one unit may be mistaken for one in the other: ``lượt``, ``lượt khách``."""
    return a == b or (a is not None and b is not None and (a.startswith(b) or b.startswith(a)))


def _around(text: str, figure: Stated, others: tuple[Stated, ...]) -> set[str]:
    """Give the content words of a figure's clause, up to the figures beside it; of its metric if there are none."""
    start, end = figure.quantity.full_start, figure.quantity.end
    left = max((o.quantity.end for o in others if o.quantity.end <= start), default=0)
    right = min((o.quantity.full_start for o in others if o.quantity.full_start >= end), default=len(text))
    cuts = [left, *(m.end() for m in _CUT.finditer(text, left, start))]
    cut = _CUT.search(text, end, right)
    behind = _content(text, end, cut.start() if cut else right)
    found = _content(text, cuts[-1], start) | behind
    if not found and len(cuts) > 1:
        found = _content(text, cuts[-2], start)
    return found or _content(text, figure.metric_start, figure.metric_end)


def _content(text: str, start: int, end: int) -> set[str]:
    """Give the keys of the words of a span that carry matter; those of names begin with a capital."""
    found = set()
    for a, b in words(text[start:end]):
        word = text[start + a : start + b]
        key = syllable_key(word)
        if len(key) > 1 and not word[0].isdigit() and key not in _STOPS:
            opens = start + a == 0 and word[1:].islower()
            named = word[0].isupper() and not opens and not word.isupper()
            found.add(key.capitalize() if named else key)
    return found


@lru_cache(maxsize=256)
def _translated(text: str, language: str) -> set[str]:
    found = {
        syllable_key(w)
        for g in translate_groups(text, language=language)
        for term in g.alternatives
        for w in term.split()
    }
    return found - _STOPS
