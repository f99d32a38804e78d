"""What part a quantity plays in its sentence: a result, a target, a change, an earlier value, an estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.figures.cue_walk import NEVER, CueWalk, Held
from rag.figures.cues import Cue, find_cues
from rag.figures.role_patterns import Patterns, bracketed_role, patterns_for
from rag.figures.units import UnitKind
from rag.figures.writing import Writing
from rag.types import Role

__all__ = ["Drafted", "Role", "read_roles"]

_RESULTS = (Role.ACTUAL, Role.ESTIMATE, Role.PROVISIONAL)
_RATIOS = frozenset({UnitKind.PERCENT, UnitKind.POINTS, UnitKind.TIMES})
# A cue says nothing of a figure more characters away than this.
_REACH = 70
_LEAVES_RATIO = frozenset({"chiếm", "còn", "chỉ còn", "còn lại", "là", "có", "xuống", "lên", "ở mức"})
_COMPARATIVES = ("hơn", "kém", "higher", "lower", "fewer", "above", "below")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A figure whose role is still to be read; full_start: with its approximation word."""

    full_start: int
    end: int
    kind: UnitKind
    value: Decimal
    is_range: bool


def read_roles(
    lower: str, figures: Sequence[Drafted], *, writing: Writing = Writing.ACCENTED, aim: bool = False
) -> list[tuple[Role, ...]]:
    """Read the roles of all figures of a text: for each its role, and behind it another where it can be read in two.

    lower: the text in lower case. aim: it stands under a heading of tasks or targets.
    """
    return _Walk(lower, figures, patterns_for(writing is Writing.BARE), aim=aim).read(writing)


class _Walk(CueWalk):
    """One walk over the cues and figures of a text, in order."""

    def __init__(self, lower: str, figures: Sequence[Drafted], patterns: Patterns, *, aim: bool) -> None:
        super().__init__(lower, patterns)
        self.figures = figures
        self.aim = aim
        self.roles: list[tuple[Role, ...]] = []

    def read(self, writing: Writing) -> list[tuple[Role, ...]]:
        """Walk the text. Returns the readings of each figure."""
        spans = [(figure.full_start, figure.end) for figure in self.figures]
        for found in find_cues(self.lower, spans, writing=writing):
            if found.cue is Cue.FIGURE:
                self.meet_figure(len(self.roles))
            else:
                self.meet(found)
        for i in range(len(self.figures) - 2, -1, -1):
            if self.roles[i] == (Role.CHANGE,) and self.is_twofold(i):
                self.roles[i] = (Role.CHANGE, Role.EARLIER)
            elif self.takes_from_behind(i):
                self.roles[i] = self.roles[i + 1]
        return self.roles

    def meet_figure(self, i: int) -> None:
        figure = self.figures[i]
        role = self.role_of(i, figure)
        self.roles.append((role,))
        self.figure_in_sentence = self.figure_in_clause = True
        self.has_result = self.has_result or role in _RESULTS
        if role is Role.TARGET and self.scope is not Role.TARGET and self.held.plan_kind in ("noun", "lead"):
            # What is listed behind it without a verb of its own is planned too.
            self.linger = Role.TARGET
        self.held = Held()

    def role_of(self, i: int, figure: Drafted) -> Role:
        """Read the role of one figure; what is said behind it to be done is no target."""
        role = self.role_by_cues(i, figure)
        done = role is Role.TARGET and self.patterns.done_behind.match(self.lower, figure.end) is not None
        return Role.ACTUAL if done else role

    def role_by_cues(self, i: int, figure: Drafted) -> Role:
        """Read a role from the cues that wait for the figure, the words behind it, and the sentence."""
        lower, held, patterns = self.lower, self.held, self.patterns
        ratio = figure.kind in _RATIOS
        aimed = (self.scope is Role.TARGET and not self.scope_is_plan) or (self.aim and not self.is_done)
        shared = patterns.plan_behind.match(lower, figure.end) if ratio else None
        if shared is not None:
            self.shared_end = patterns.rest_of_plan.match(lower, shared.end()).end()  # type: ignore[union-attr]
            if figure.kind is UnitKind.POINTS:
                return Role.CHANGE
            return Role.TARGET if aimed else Role.SHARE_OF_PLAN
        if not ratio and i and 0 <= figure.full_start - 1 <= self.shared_end:
            # "đạt 93,41% so với kế hoạch 5.070 ha"
            return Role.TARGET
        if figure.kind is UnitKind.PERCENT and self.is_share_of_target(i, figure):
            return Role.SHARE_OF_PLAN
        joined = self.joined_role(i, figure)
        if joined is not None:
            return joined
        measured = self.against_plan(figure, ratio, aimed=aimed)
        if measured is not None:
            return measured
        spans = figure.kind is UnitKind.TIME and patterns.span_of_time.search(
            lower, max(0, figure.full_start - 10), figure.full_start
        )
        if not spans and self.is_earlier(figure, ratio):
            return Role.EARLIER
        near_plan = figure.full_start - held.plan <= _REACH and held.plan_kind in ("noun", "lead")
        if near_plan and not patterns.preposition.search(lower, max(0, figure.full_start - 8), figure.full_start):
            return Role.TARGET
        if aimed or self.scope is Role.TARGET:
            return Role.TARGET
        if self.is_change(figure, ratio):
            # "Dự báo tăng 5%" has not come yet.
            foreseen = (self.mode is Role.FORECAST and held.forecast != NEVER) or self.scope is Role.FORECAST
            return Role.FORECAST if foreseen else Role.CHANGE
        listed = self.listed_role(i, figure)
        if listed is not None:
            return listed
        mode = self.mode or self.linger or self.scope
        if mode is None and (behind := patterns.bracketed.match(lower, figure.end)):
            mode = bracketed_role(behind)
        return mode or Role.ACTUAL

    def is_share_of_target(self, i: int, figure: Drafted) -> bool:
        """Tell the share of ``kế hoạch 3.573 tỷ đồng, đạt 112,73%`` from the level of ``kế hoạch 12%, đạt 11%``."""
        if i == 0 or not self.figure_in_sentence or self.figures[i - 1].kind in _RATIOS:
            return False
        near = [self.roles[i - 1][0]] + ([self.roles[i - 2][0]] if i > 1 else [])
        before = self.figures[i - 1].end
        return (
            Role.TARGET in near and self.patterns.as_share.fullmatch(self.lower, before, figure.full_start) is not None
        )

    def against_plan(self, figure: Drafted, ratio: bool, *, aimed: bool) -> Role | None:
        """Read a figure behind a plan that is measured against: ``vượt kế hoạch 5%``, ``so với kế hoạch (300 tỷ)``."""
        held = self.held
        if figure.full_start - held.plan > _REACH or held.plan_kind not in ("reached", "against"):
            return None
        moved = max(held.change, held.over)
        if held.plan_kind == "reached":
            if ratio and not aimed:
                return Role.SHARE_OF_PLAN
            return Role.CHANGE if moved != NEVER and not aimed else None
        if moved != NEVER:
            return Role.SHARE_OF_PLAN if ratio else Role.CHANGE
        if held.level > held.plan:
            return Role.SHARE_OF_PLAN if ratio else None
        return Role.TARGET

    def joined_role(self, i: int, figure: Drafted) -> Role | None:
        """Give the role that ``và`` or a bracket hands on from the figure before."""
        if i == 0 or not self.figure_in_sentence:
            return None
        before, role = self.figures[i - 1], self.roles[i - 1][0]
        if role is Role.ACTUAL or not 0 <= figure.full_start - before.end <= 40:
            return None
        join = self.patterns.join.fullmatch(self.lower, before.end, figure.full_start)
        if join is None or (join["range"] is not None and role is not Role.TARGET):
            return None
        same = before.kind is figure.kind or {before.kind, figure.kind} <= _RATIOS
        return role if same or (join["same"] is not None and role is not Role.SHARE_OF_PLAN) else None

    def listed_role(self, i: int, figure: Drafted) -> Role | None:
        """Give the role of the figure before to an item without a verb: ``công nghiệp tăng 5%, dịch vụ 7%``."""
        if i == 0 or not self.figure_in_sentence or figure.kind is not self.figures[i - 1].kind:
            return None
        role, before = self.roles[i - 1][0], self.figures[i - 1]
        if role not in (Role.CHANGE, Role.SHARE_OF_PLAN) or not 0 < figure.full_start - before.end <= 90:
            return None
        if role is Role.CHANGE and figure.kind not in _RATIOS:
            return None
        pattern = self.patterns.listed if role is Role.CHANGE else self.patterns.listed_place
        return role if pattern.fullmatch(self.lower, before.end, figure.full_start) else None

    def takes_from_behind(self, i: int) -> bool:
        """Say whether ``15%`` of ``vượt 15% và 26% so với kế hoạch`` is a share because the last one is."""
        figure, behind = self.figures[i], self.figures[i + 1]
        if self.roles[i + 1][0] is not Role.SHARE_OF_PLAN or self.roles[i][0] not in (Role.ACTUAL, Role.CHANGE):
            return False
        join = self.patterns.join.fullmatch(self.lower, figure.end, behind.full_start)
        return figure.kind is behind.kind and join is not None and join["same"] is None

    def is_direct(self, end: int, figure: Drafted) -> bool:
        if end == NEVER or figure.full_start - end > 40:
            return False
        return self.patterns.direct.fullmatch(self.lower, end, figure.full_start) is not None

    def is_earlier(self, figure: Drafted, ratio: bool) -> bool:
        """Tell the 5% of ``giảm từ 5% xuống 4%``, ``so với mức 5%``, ``cùng kỳ là 5%``."""
        lower, held, patterns = self.lower, self.held, self.patterns
        if self.is_direct(held.source, figure) and not figure.is_range:
            ahead = lower[figure.end : figure.end + 80]
            if patterns.onward.match(ahead) or (self.has_changed and patterns.onward_to.match(ahead)):
                return True
            if self.has_changed and held.source_phrase not in ("từ", "từ chỗ"):
                return True
            if 0 <= held.source - held.change <= 12 and held.level < held.change:
                # "giảm từ 33,1% của cùng kỳ"
                return True
        moved = max(held.change, held.over)
        if held.against != NEVER and figure.full_start - held.against <= _REACH and moved < held.against:
            if self.is_direct(held.against, figure):
                return patterns.plan_behind.match(lower, figure.end) is None
            if ratio and held.reached > held.against:
                return False
            if ratio and held.level > held.against:
                return held.level_phrase in ("là", "was", "is", "were", "chỉ") and held.before != NEVER
            # "tăng so với cùng kỳ 5%" is a change; "so với cùng kỳ 300 tỷ" names the value.
            return held.plan == NEVER and (moved == NEVER or self.names_base(figure))
        if held.change != NEVER and held.against == NEVER and self.names_base(figure):
            return True
        if held.before != NEVER and moved == NEVER and held.against == NEVER:
            return figure.full_start - held.before <= _REACH and held.plan < held.before
        return False

    def names_base(self, figure: Drafted) -> bool:
        """Say whether brackets behind a comparative hold its base: ``cao hơn bình quân cả nước (30%)``."""
        held, lower = self.held, self.lower
        if lower[held.change - 8 : held.change].rstrip().endswith(_COMPARATIVES) is False:
            return False
        return lower[max(0, figure.full_start - 2) : figure.full_start].strip() == "("

    def is_change(self, figure: Drafted, ratio: bool) -> bool:
        lower, held, patterns, at = self.lower, self.held, self.patterns, figure.full_start
        if held.change != NEVER and at - held.change <= _REACH and held.change > held.level:
            # "giảm sau 2 tháng": a length of time changes only where it is said at once.
            return figure.kind is not UnitKind.TIME or self.is_direct(held.change, figure)
        if patterns.more_than.match(lower, figure.end) or self.is_direct(held.rate, figure):
            return True
        # "Vượt 17 triệu" reaches a level; "hụt 37 tỷ", "vượt 3 tỷ so với dự toán" tell a difference.
        if self.is_direct(held.over, figure) and (
            ratio or held.over_phrase == "hụt" or patterns.compared_behind.match(lower, figure.end)
        ):
            return True
        if not ratio:
            return False
        if held.against != NEVER and held.reached > held.against:
            return True
        if patterns.change_behind.match(lower, figure.end):
            return True
        if figure.kind is UnitKind.TIMES and patterns.times_ahead.search(lower, max(0, at - 10), figure.end):
            return True
        behind = patterns.before_behind.match(lower, figure.end)
        if behind is None:
            return False
        if behind["against"]:
            return held.level_phrase not in _LEAVES_RATIO and not patterns.moves.match(lower, behind.end())
        return at - held.reached <= 20 or figure.kind is UnitKind.TIMES

    def is_twofold(self, i: int) -> bool:
        """Say whether ``giảm 40,71% xuống còn 35,6%`` may have lost its ``từ``: the change would more than halve."""
        change, level = self.figures[i], self.figures[i + 1]
        if change.kind is not UnitKind.PERCENT or level.kind is not UnitKind.PERCENT:
            return False
        ahead = self.patterns.moved_ahead.search(self.lower, max(0, change.full_start - 60), change.full_start)
        between = self.patterns.moved_to.fullmatch(self.lower, change.end, level.full_start)
        if ahead is None or between is None:
            return False
        if between["down"] is not None:
            return change.value > level.value and ahead["down"] is not None
        return level.value / 2 < change.value < level.value and ahead["up"] is not None
