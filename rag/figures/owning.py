"""Whose figure each figure of a paragraph is. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.figures.companies import Breadth, Mention
from rag.figures.layout import Layout, lay_out
from rag.figures.naming import breadth_of, find_mentions
from rag.figures.quantities import Quantity
from rag.figures.stated import Origin, Setting
from rag.figures.units import UnitKind
from rag.places import find_places, place_key

_LOCATED = re.compile(
    r"(?:(?<!\w)(?:ở|tại|của|thuộc|cho|trên địa bàn|trong|địa bàn|trên|in|at|of|for|across|within|cua|tai|o|là"
    r"|gồm|riêng)|[(:])\s*(?:địa bàn|toàn|cả|the|các|hai|ba|\d+)?\s*$"
)
_SEMICOLON = re.compile(";")
# What is named behind these is a part, or only compared with.
_PART_LEAD = re.compile(
    r"(?<!\w)(?:riêng|trong đó|nhất là|trong khi(?: đó)?|cao nhất(?: là)?|thấp nhất(?: là)?|nhiều nhất(?: là)?"
    r"|including|while)(?: ở| tại)?\s*$"
)
_COUNTED_LEVELS = {
    "xã": Breadth.COMMUNE, "phường": Breadth.COMMUNE, "thị trấn": Breadth.COMMUNE, "communes": Breadth.COMMUNE,
    "huyện": Breadth.DISTRICT, "districts": Breadth.DISTRICT, "thôn": Breadth.VILLAGE, "bản": Breadth.VILLAGE,
    "tỉnh": Breadth.PROVINCE, "provinces": Breadth.PROVINCE,
}  # fmt: skip
_SHARES = re.compile(r"(?<!\w)(?:chiếm|bằng|đứng|tương đương)(?!\w)")
_JOINS = re.compile(r"\s*(?:,|và|hoặc|and|va|;|,\s*và)\s*(?:(?:xã|huyện|tỉnh|bản|thôn)\s+)?")
# A paragraph that begins so goes on telling of whom the one before told.
_CONTINUES = re.compile(
    r"\W*(?:đến nay|trong đó|theo đó|cụ thể|qua đó|số này|tại đây|nhờ đó|kết quả là|trong số (?:này|đó)|đây là"
    r"|con số này|of these|of which|among them)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Owned:
    """The subject of a figure and where it was read."""

    name: str | None
    origin: Origin | None


NOBODY = Owned(None, None)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a setting says of whose the figures are. units: its own, the nearest first; subject: who, where from."""

    units: tuple[Mention, ...]
    subject: Owned


@lru_cache(maxsize=512)
def read_frame(
    title: str,
    place: str | None,
    organisation: str | None,
    headings: tuple[str, ...],
    province: str | None = None,
) -> Frame:
    """Read whose figures a report's paragraphs give, by its headings, title, place and organisation."""
    units: list[Mention] = []
    for heading in reversed(headings):
        units += _named(heading)
    titled = _named(title)
    organised = _named(organisation or "")
    if place:
        units.append(Mention(place, _own_breadth(place, (*titled, *organised)), 0, 0))
    units += [*titled, *organised]
    if province:
        units.append(Mention(province, Breadth.PROVINCE, 0, 0))
    return Frame(tuple(units), _inherited(titled, place, organisation, organised, headings))


def _own_breadth(place: str, named: Sequence[Mention]) -> Breadth:
    key = place_key(place)
    for mention in named:
        if mention.name and mention.breadth < Breadth.COMPANY and place_key(mention.name) == key:
            return mention.breadth
    found = breadth_of(place)
    return Breadth.DISTRICT if found is Breadth.UNKNOWN else found


def _named(text: str) -> list[Mention]:
    if not text:
        return []
    return [m for m in find_mentions(lay_out(text), ()) if m.name is not None and not m.aside]


def _inherited(
    titled: Sequence[Mention],
    place: str | None,
    organisation: str | None,
    organised: Sequence[Mention],
    headings: tuple[str, ...],
) -> Owned:
    for heading in reversed(headings):
        names = _distinct(_named(heading))
        if len(names) == 1:
            return Owned(names[0], Origin.HEADING)
    names = _distinct(titled)
    if organisation and not place and all(m.breadth is Breadth.UNKNOWN for m in titled):
        return Owned(organised[0].name if organised else organisation, Origin.REPORT)
    if len(names) == 1:
        return Owned(names[0], Origin.TITLE)
    if place:
        return Owned(_without_unit(place), Origin.REPORT)
    if organisation:
        return Owned(organised[0].name if organised else organisation, Origin.REPORT)
    return Owned(titled[0].name, Origin.TITLE) if titled else NOBODY


def _without_unit(place: str) -> str:
    found = find_places(place)
    return found[0].name if found else place


def _distinct(mentions: Sequence[Mention]) -> list[str]:
    return list(dict.fromkeys(m.name for m in mentions if m.name is not None and not m.aside))


def own_figures(layout: Layout, quantities: Sequence[Quantity], setting: Setting) -> tuple[list[Owned], list[Mention]]:
    """Give each figure of a paragraph its subject. quantities: in order. Returns the names found too."""
    frame = read_frame(setting.title, setting.place, setting.organisation, setting.headings, setting.province)
    mentions = find_mentions(layout, frame.units)
    owned: list[Owned] = []
    inherited = frame.subject
    if setting.before and (inherited is NOBODY or _CONTINUES.match(layout.lower)):
        before = _from_before(setting.before if inherited is NOBODY else setting.before[-1:])
        inherited = before if before is not NOBODY else inherited
    starts = [quantity.start for quantity in quantities]
    mention_starts = [mention.start for mention in mentions]
    for start, end in layout.sentences:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        a, b = bisect_left(mention_starts, start), bisect_left(mention_starts, end)
        within = mentions[a:b]
        found = _Sentence(layout, start, quantities[first:last], within, inherited).read() if first < last else []
        owned += found
        names = _distinct(within)
        if len(names) == 1:
            # "Thu đạt 12 tỷ đồng, riêng xã Tri Lễ 2 tỷ đồng." tells of the report's unit still.
            if not found or found[0].name == names[0]:
                inherited = Owned(names[0], Origin.BEFORE)
        elif names:
            inherited = frame.subject if frame.subject is not NOBODY else Owned(names[0], Origin.BEFORE)
    return owned, mentions


def _from_before(before: tuple[str, ...]) -> Owned:
    for paragraph in reversed(before):
        names = _distinct(_named(paragraph))
        if len(names) == 1:
            return Owned(names[0], Origin.BEFORE)
    return NOBODY


def _semicolons(layout: Layout, start: int) -> list[int]:
    """List the semicolons of the sentence that begins at a position."""
    end = layout.sentences[layout.sentence_of(start)][1]
    return [match.start() for match in _SEMICOLON.finditer(layout.text, start, end)]


class _Sentence:
    """One pass over the figures of a sentence."""

    def __init__(
        self,
        layout: Layout,
        start: int,
        quantities: Sequence[Quantity],
        mentions: Sequence[Mention],
        inherited: Owned,
    ) -> None:
        self.layout = layout
        self.start = start
        self.quantities = quantities
        self.inherited = inherited
        self.all = mentions
        self.all_starts = [mention.start for mention in mentions]
        self.mentions = [mention for mention in mentions if not mention.aside]
        self.starts = [quantity.start for quantity in quantities]
        self.mention_starts = [mention.start for mention in self.mentions]
        self.items = _semicolons(layout, start) if mentions else []

    def read(self) -> list[Owned]:
        if not self.all:
            return [self.inherited] * len(self.quantities)
        pairs = self._pair_lists()
        found = [pairs.get(i) or self._of(i) for i in range(len(self.quantities))]
        self._pass_over_counts(found)
        return [Owned(mention.name, Origin.SENTENCE) if mention else self.inherited for mention in found]

    def _pass_over_counts(self, found: list[Mention | None]) -> None:
        """Take from "xã Tri Lễ đạt 19 tiêu chí, 4 xã đạt 14 tiêu chí" what counts communes and what is told of them."""
        counted = -1
        for i, owner in enumerate(found):
            if owner is None:
                continue
            level = _COUNTED_LEVELS.get(self.quantities[i].unit or "")
            if level is not None and level <= owner.breadth < Breadth.COMPANY:
                counted = self.starts[i]
            if owner.start < counted:
                found[i] = None

    def _of(self, i: int) -> Mention | None:
        quantity = self.quantities[i]
        beside = self._bracketed_behind(quantity)
        if beside is not None:
            return beside
        k = bisect_left(self.mention_starts, quantity.start)
        ahead = self._ahead(k, quantity.start)
        following = self.mentions[k] if k < len(self.mentions) else None
        if following is None or not self._is_located(i, following):
            return ahead
        near = ahead is not None and self.layout.same_clause(ahead.end, quantity.start)
        if ahead is None or not near or (ahead.breadth < following.breadth < Breadth.COMPANY):
            return following
        return ahead

    def _bracketed_behind(self, quantity: Quantity) -> Mention | None:
        """Find the name a figure stands in brackets behind: "cao hơn bình quân cả nước (30,49%)"."""
        if self.layout.text[quantity.full_start - 1 : quantity.full_start] != "(":
            return None
        k = bisect_left(self.all_starts, quantity.full_start) - 1
        gap = self.layout.text[self.all[k].end : quantity.full_start - 1] if k >= 0 else "."
        return None if gap.strip() else self.all[k]

    def _ahead(self, k: int, position: int) -> Mention | None:
        """Find the nearest name ahead; for a later item of a list of statements whom the sentence is about."""
        if k == 0:
            return None
        nearest = self.mentions[k - 1]
        j = bisect_left(self.items, position)
        if j == 0 or nearest.start > self.items[j - 1]:
            return nearest
        topic = self.mentions[0]
        if topic.start > self.starts[0] or _PART_LEAD.search(self.layout.lower, self.start, topic.start):
            return None
        return nearest if nearest.breadth == topic.breadth else topic

    def _is_located(self, i: int, mention: Mention) -> bool:
        """Say whether a name behind a figure says where it was: "12 ha ở xã Tri Lễ", "12 ha (Tri Lễ)"."""
        end = self.quantities[i].end
        bracket = self.layout.text[end : mention.start].strip() == "("
        if i + 1 < len(self.quantities) and self.quantities[i + 1].start < mention.start:
            return False
        if bracket:
            return self.layout.text[mention.end : mention.end + 1] == ")"
        if not self.layout.same_clause(end, mention.start):
            return False
        between = self.layout.lower[end : mention.start]
        if not _LOCATED.search(between) or len(between) > 90:
            return False
        start = self.quantities[i].start
        percent = self.quantities[i].unit_kind is UnitKind.PERCENT
        return not (percent and _SHARES.search(self.layout.lower, self.layout.clause_start(start), start))

    def _pair_lists(self) -> dict[int, Mention]:
        """Pair "Tri Lễ, Nậm Giải và Hạnh Dịch" with the three figures behind them, one to one."""
        pairs: dict[int, Mention] = {}
        run: list[Mention] = []
        for k, mention in enumerate(self.mentions):
            joined = run and _JOINS.fullmatch(self.layout.lower, run[-1].end, mention.start)
            run = [*run, mention] if joined else [mention]
            following = self.mentions[k + 1] if k + 1 < len(self.mentions) else None
            if len(run) < 2 or (following and _JOINS.fullmatch(self.layout.lower, mention.end, following.start)):
                continue
            group = self._group_behind(mention.end)
            if len(group) == len(run):
                pairs.update(zip(group, run, strict=True))
        return pairs

    def _group_behind(self, position: int) -> list[int]:
        group: list[int] = []
        for i in range(bisect_left(self.starts, position), len(self.quantities)):
            quantity = self.quantities[i]
            if group and not _JOINS.fullmatch(self.layout.lower, self.quantities[group[-1]].end, quantity.full_start):
                break
            group.append(i)
        return group
