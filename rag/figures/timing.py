"""Which time governs each figure of a paragraph. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from rag.figures.dated import NOT_SAID, Dated, Inherited, whole_year
from rag.figures.layout import Layout
from rag.figures.moments import Moment, Use, shift_year
from rag.figures.quantities import Quantity
from rag.figures.stated import Origin
from rag.types import Role

# Between a figure and the time that dates it: "12 tỷ đồng (năm 2022)", "42,1% của năm 2021".
_ADJACENT = re.compile(
    r"\s*\(?\s*(?:(?:vào|trong|của|cho|ở|tính|tính đến|đến|tới|tại|thời điểm|hồi|vụ|niên độ|mùa|nhiệm kỳ"
    r"|giai đoạn|các tháng"
    r"|in|for|of|at|by|during|as of|on|the|from|between|cua|vao)\s+)*(?:(?:cuối|đầu|hết|the end of|end of|late"
    r"|early)\s+)?",
)
_OTHER_CLAUSE = re.compile(r"(?<!\w)(?:và|còn|trong khi|while|whereas|and|nhưng|thì|va)(?!\w)")
_PLAN_NOUN = re.compile(r"(?<!\w)(?:kế hoạch|chỉ tiêu|dự toán|mục tiêu|kh|ke hoach|chi tieu|du toan|plan|target)(?!\w)")
_LONGEST_BRACKET = 300
_COLON = re.compile(r"\s*:\s*")
_JOINS = re.compile(r"\s*(?:,|và|hoặc|and|va|,\s*và|;)\s*")
_LEADS_TO = re.compile(r"\s*(?:to|lên|xuống|còn|xuống còn|lên tới|lên đến|lên thành|so that|đạt)\s+(?:mức\s+)?")
_FROM = re.compile(r"(?<!\w)(?:từ|from|tu)(?: mức)?\s+$")
_OPENS = re.compile(
    r"(?:[^\w(]*(?:trong|đến|tính đến|vào|bước sang|sang|kết thúc|hết|in|by|during|for|as of|riêng|cũng)?\s*)",
    re.IGNORECASE,
)


# Between a figure and the time of one to compare it with, and from there to that one.
_BESIDE = re.compile(r"(?:\s+[^\W\d_]+){0,8}\s*[(,;]\s*(?:còn |trong khi |trong khi đó,? )?")
_LEADS = re.compile(r"\s*:?\s*(?:[^\W\d_]+\s+){0,3}")
_RESULTS = (Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL)
_PLANNED = (Role.TARGET, Role.FORECAST)


def date_figures(
    layout: Layout, quantities: Sequence[Quantity], moments: Sequence[Moment], inherited: Inherited
) -> list[Dated]:
    """Give each figure its period. quantities, moments: in order; inherited: what the paragraph's setting gives."""
    dated: list[Dated] = [NOT_SAID] * len(quantities)
    starts = [quantity.start for quantity in quantities]
    moment_starts = [moment.start for moment in moments]
    time, plan = inherited.time, inherited.plan
    for start, end in layout.sentences:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        a, b = bisect_left(moment_starts, start), bisect_left(moment_starts, end)
        if first == last and a == b:
            continue
        reader = _Sentence(layout, start, quantities[first:last], moments[a:b], time=time, plan=plan)
        dated[first:last] = reader.read()
        time, plan = reader.carried()
    return dated


class _Sentence:
    """One pass over the figures of a sentence."""

    def __init__(
        self,
        layout: Layout,
        start: int,
        quantities: Sequence[Quantity],
        moments: Sequence[Moment],
        *,
        time: Dated,
        plan: Dated,
    ) -> None:
        self.layout = layout
        self.start = start
        self.quantities = quantities
        self.moments = moments
        self.time = time
        self.plan = plan
        self.dated: list[Dated] = []
        self.spent: set[int] = set()
        self.starts = [quantity.full_start for quantity in quantities]
        self.moment_starts = [moment.start for moment in moments]
        self.fit: dict[tuple[Use, ...], tuple[list[Moment], list[int]]] = {}

    def read(self) -> list[Dated]:
        pairs = self._pair_lists()
        earlier: dict[int, Moment] = {}
        for i, quantity in enumerate(self.quantities):
            if quantity.role is Role.EARLIER and i not in pairs:
                moment = self._moment_of_earlier(i)
                if moment is not None:
                    earlier[i] = moment
                    self.spent.add(moment.start)
        for i, quantity in enumerate(self.quantities):
            if i in pairs:
                self.dated.append(Dated(pairs[i].period, Origin.SENTENCE))
            elif quantity.role is Role.EARLIER:
                self.dated.append(self._date_earlier(i, earlier.get(i)))
            elif quantity.role in _PLANNED:
                found = self._governing(i, (Use.TIME, Use.PLAN))
                inherited = self.plan if quantity.role is Role.TARGET else self.time
                date = Dated(found.period, Origin.SENTENCE) if found else inherited
                named_apart = found is not None and self._is_plan_named_behind(found, quantity)
                self.dated.append(whole_year(date) if named_apart else date)
            elif quantity.role is Role.CHANGE and self._changes_plan(i):
                self.dated.append(self.dated[i - 1])
            else:
                found = self._governing(i, (Use.TIME,))
                earlier_one = found is not None and self._stands_beside_later(i, found)
                date = Dated(found.period, Origin.SENTENCE, earlier_one) if found else self.time
                self.dated.append(date)
                if found is not None and earlier_one:
                    self.spent.add(found.start)
        return self.dated

    def carried(self) -> tuple[Dated, Dated]:
        """Give what the sentence hands on to the next one: its opening time, else that of its last result."""
        times = [m for m in self.moments if m.use is Use.TIME and m.period and m.start not in self.spent]
        plans = [m for m in self.moments if m.use in (Use.TIME, Use.PLAN) and m.period]
        results = [
            dated
            for quantity, dated in zip(self.quantities, self.dated, strict=True)
            if quantity.role not in (Role.EARLIER, *_PLANNED)
            and dated.origin is Origin.SENTENCE
            and not dated.is_earlier
        ]
        time, plan = self.time, self.plan
        opening = next((m for m in times if self._opens(m)), None)
        only_plans = bool(self.quantities) and all(q.role is Role.TARGET for q in self.quantities)
        if only_plans:
            pass
        elif opening is not None:
            time = Dated(opening.period, Origin.BEFORE)
        elif results:
            time = Dated(results[-1].period, Origin.BEFORE)
        if plans and (
            opening is not None or any(q.role is Role.TARGET for q in self.quantities) or not self.quantities
        ):
            plan = Dated(plans[0].period, Origin.BEFORE)
            if plans[0].use is Use.TIME and all(q.role is not Role.TARGET for q in self.quantities):
                plan = whole_year(plan)
        elif time is not self.time:
            plan = whole_year(time)
        return time, plan

    def _stands_beside_later(self, i: int, moment: Moment) -> bool:
        """Tell the second figure of "đạt 36 con (năm 2021 là 35 con)", "đạt 588 lao động; năm 2021 là 540 lao động"."""
        quantity = self.quantities[i]
        if i == 0 or quantity.role not in _RESULTS or not self.quantities[i - 1].end <= moment.start:
            return False
        if not _BESIDE.fullmatch(self.layout.lower, self.quantities[i - 1].end, moment.start) or not _LEADS.fullmatch(
            self.layout.lower, moment.end, quantity.full_start
        ):
            return False
        for k in range(i - 1, max(-1, i - 4), -1):
            before, period = self.quantities[k], self.dated[k].period
            if before.role in _RESULTS:
                same = (before.unit_kind, before.unit) == (quantity.unit_kind, quantity.unit)
                return same and period is not None and moment.period is not None and moment.period[:4] < period[:4]
        return False

    def _is_plan_named_behind(self, moment: Moment, quantity: Quantity) -> bool:
        """Say whether a time dates the result that a plan is beside: "6 tháng đầu năm là 16 tấn (kế hoạch 40 tấn)"."""
        if quantity.role is not Role.TARGET or moment.use is not Use.TIME or moment.end > quantity.start:
            return False
        plan = _PLAN_NOUN.search(self.layout.lower, max(moment.end, quantity.full_start - 60), quantity.full_start)
        if plan is None:
            return False
        return bisect_left(self.starts, moment.end) < bisect_left(self.starts, plan.start())

    def _changes_plan(self, i: int) -> bool:
        """Say whether a change is that of the planned level right before it: "dự toán 3.900 tỷ đồng, tăng 6,8%"."""
        if i == 0 or self.quantities[i - 1].role is not Role.TARGET:
            return False
        between = self.layout.lower[self.quantities[i - 1].end : self.quantities[i].full_start]
        return (
            len(between) < 30
            and ";" not in between
            and not any(self.quantities[i - 1].end <= m.start < self.quantities[i].start for m in self.moments)
        )

    def _opens(self, moment: Moment) -> bool:
        return _OPENS.fullmatch(self.layout.text, self.start, moment.start) is not None

    def _date_earlier(self, i: int, moment: Moment | None) -> Dated:
        if moment is None:
            return NOT_SAID
        if not moment.same_term:
            return Dated(moment.period, Origin.SENTENCE)
        governing = self._governing(i, (Use.TIME,))
        now = governing.period if governing else self.time.period
        if now is None:
            return Dated(moment.period, Origin.SENTENCE) if moment.period else NOT_SAID
        if moment.period is None:
            return Dated(shift_year(now, -1), Origin.SENTENCE)
        if len(moment.period) > 4:
            return Dated(moment.period, Origin.SENTENCE)
        rest = "" if "/" in now else now[4:]
        return Dated(moment.period + rest, Origin.SENTENCE)

    def _moment_of_earlier(self, i: int) -> Moment | None:
        """Find the time of an earlier value: right behind it, or what is compared with ahead of it."""
        behind = self._adjacent(i)
        if behind is not None:
            return behind
        start = self.quantities[i].full_start
        if _FROM.search(self.layout.lower, max(0, start - 12), start):
            return None
        floor = self.quantities[i - 1].end if i else self.start
        ahead = self._between(floor, start)
        compared = [m for m in ahead if m.use is Use.BASE]
        if compared:
            return compared[-1]
        if ahead and self._leads_to(ahead[-1], i):
            return ahead[-1]
        end = self.quantities[i].end
        ceiling = self.starts[i + 1] if i + 1 < len(self.starts) else len(self.layout.text)
        after = self._between(end, min(ceiling, self.layout.clause_end(end)))
        return after[0] if after and after[0].use is Use.BASE else None

    def _between(self, start: int, end: int) -> Sequence[Moment]:
        return self.moments[bisect_left(self.moment_starts, start) : bisect_left(self.moment_starts, end)]

    def _adjacent(self, i: int) -> Moment | None:
        """Find the time right behind a figure."""
        end = self.quantities[i].end
        k = bisect_left(self.moment_starts, end)
        if k == len(self.moments) or not _ADJACENT.fullmatch(self.layout.lower, end, self.moments[k].start):
            return None
        return None if self._is_in_bracket_of_another(i, self.moments[k]) else self.moments[k]

    def _is_in_bracket_of_another(self, i: int, moment: Moment) -> bool:
        """Say whether a time in brackets behind a figure is that of one in there: "28 con (năm 2021: 27 con)"."""
        if i + 1 >= len(self.starts) or "(" not in self.layout.text[self.quantities[i].end : moment.start]:
            return False
        close = self.layout.text.find(")", moment.end, moment.end + _LONGEST_BRACKET)
        return close < 0 or self.starts[i + 1] < close

    def _fitting(self, uses: tuple[Use, ...]) -> tuple[list[Moment], list[int]]:
        """List the times of these uses that no earlier value has taken, and where they begin."""
        found = self.fit.get(uses)
        if found is None:
            moments = [m for m in self.moments if m.use in uses and m.period and m.start not in self.spent]
            found = self.fit[uses] = moments, [m.start for m in moments]
        return found

    def _governing(self, i: int, uses: tuple[Use, ...]) -> Moment | None:
        """Find the time that governs a figure: right behind it, ahead in its clause, behind in it, ahead of it."""
        layout, quantity = self.layout, self.quantities[i]
        fit, starts = self._fitting(uses)
        if not fit:
            return None
        behind = self._adjacent(i)
        if behind is not None and behind.use in uses and behind.period and behind.start not in self.spent:
            return behind
        k = bisect_left(starts, quantity.start)
        near = (moment for moment in reversed(fit[max(0, k - 6) : k]) if self._may_date(moment, i))
        ahead = next(near, None)
        if ahead is not None and self._leads_to(ahead, i):
            return ahead
        following = fit[k] if k < len(fit) else None
        if (
            following is not None
            and following.start < self._ceiling(i)
            and layout.same_clause(quantity.end, following.start)
            and not _OTHER_CLAUSE.search(layout.lower, quantity.end, following.start)
        ):
            return following
        of_plan = quantity.role is Role.TARGET and self.plan.period is not None
        if ahead is not None and self._in_another_item(ahead, quantity):
            return None if of_plan or (quantity.role not in _PLANNED and self._dates_plan(ahead)) else ahead
        return ahead

    def _may_date(self, moment: Moment, i: int) -> bool:
        return moment.start not in self.spent and not self._is_only_of(moment, i)

    def _in_another_item(self, moment: Moment, quantity: Quantity) -> bool:
        """Say whether a time dates only another item of "đến năm 2025 đạt 45 triệu đồng; kết nạp 750 đảng viên"."""
        return ";" in self.layout.text[moment.end : quantity.start] and not self._opens(moment)

    def _dates_plan(self, moment: Moment) -> bool:
        """Say whether what a time dates is only foreseen or planned: "dự kiến cả năm đạt 2.325 ha"."""
        k = bisect_left(self.starts, moment.end)
        return k < len(self.starts) and self.quantities[k].role in _PLANNED

    def _ceiling(self, i: int) -> int:
        """Say up to where a time behind a figure may be its own: a change shares that of the level it leads to."""
        k = i + 1
        while k < len(self.starts) and _LEADS_TO.fullmatch(
            self.layout.lower, self.quantities[k - 1].end, self.quantities[k].start
        ):
            k += 1
        return self.starts[k] if k < len(self.starts) else len(self.layout.text)

    def _is_only_of(self, moment: Moment, i: int) -> bool:
        """Say whether a time stands in brackets behind another figure: "300 tỷ đồng (năm 2022)"."""
        if not self.layout.text[max(0, moment.start - 3) : moment.start].rstrip().endswith("("):
            return self._is_in_closed_bracket(moment, self.quantities[i].start)
        behind_figure = bisect_left(self.starts, moment.start) > 0
        return behind_figure and not self._leads_to(moment, i)

    def _is_in_closed_bracket(self, moment: Moment, position: int) -> bool:
        """Say whether a time and a figure stand in brackets closed before: "(dự kiến cả năm đạt 8 ha) (giảm 4%"."""
        text = self.layout.text
        opened = text.rfind("(", max(self.start, moment.start - 80), moment.start)
        if opened < 0 or text.find(")", opened, moment.start) >= 0:
            return False
        closed = text.find(")", moment.end, position)
        return closed >= 0 and bisect_left(self.starts, moment.end) < bisect_left(self.starts, closed)

    def _leads_to(self, moment: Moment, i: int) -> bool:
        """Say whether a figure stands behind a time in its clause, or behind its colon."""
        start = self.quantities[i].full_start
        return self.layout.same_clause(moment.end, start) or bool(
            _COLON.fullmatch(self.layout.lower, moment.end, start)
        )

    def _pair_lists(self) -> dict[int, Moment]:
        """Pair "năm 2022 và 2023" with the "300 tỷ và 350 tỷ đồng" behind it, one to one."""
        pairs: dict[int, Moment] = {}
        run: list[Moment] = []
        for k, moment in enumerate(self.moments):
            joined = run and _JOINS.fullmatch(self.layout.lower, run[-1].end, moment.start)
            run = [*run, moment] if joined else [moment]
            following = self.moments[k + 1] if k + 1 < len(self.moments) else None
            if len(run) < 2 or (following and _JOINS.fullmatch(self.layout.lower, moment.end, following.start)):
                continue
            group = self._group_behind(moment.end)
            if len(group) == len(run):
                pairs.update(zip(group, run, strict=True))
        return pairs

    def _group_behind(self, position: int) -> list[int]:
        """List the figures joined by commas and "và" that begin behind a position."""
        group: list[int] = []
        for i in range(bisect_left(self.starts, position), len(self.quantities)):
            start = self.starts[i]
            if group and not _JOINS.fullmatch(self.layout.lower, self.quantities[group[-1]].end, start):
                break
            group.append(i)
        return group
