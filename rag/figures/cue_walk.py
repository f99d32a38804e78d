"""What the words and marks of a sentence say so far of the figure that comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.figures.cues import Cue, Found
from rag.figures.role_patterns import Patterns
from rag.types import Role

__all__ = ["NEVER", "CueWalk", "Held"]

NEVER = -(10**9)
_MODES = {Cue.ESTIMATE: Role.ESTIMATE, Cue.PROVISIONAL: Role.PROVISIONAL, Cue.FORECAST: Role.FORECAST}
# These only tell the done from the planned: "phấn đấu thực hiện 300 tỷ" stays a target.
_DOING = frozenset({"thực hiện", "giải ngân", "giải ngân được", "thực hiện năm", "thực hiện là"})
_SAME_MOMENT = ("cùng thời điểm", "cùng thời kỳ")
_STRIVING = frozenset(("quyết tâm", "phấn đấu"))
# The new level of a change: what was compared before is left behind.
_ARRIVES = frozenset(
    ("lên", "xuống", "còn", "xuống còn", "chỉ còn", "lên mức", "xuống mức", "lên tới", "sang", "thành", "to", "down to")
)


@dataclass(slots=True)
class Held:
    """The cues of a clause that still wait for their figure, each by where it ends; NEVER where there is none."""

    change: int = NEVER
    level: int = NEVER
    level_phrase: str = ""
    reached: int = NEVER
    over: int = NEVER
    over_phrase: str = ""
    source: int = NEVER
    source_phrase: str = ""
    against: int = NEVER
    before: int = NEVER
    plan: int = NEVER
    plan_kind: str = ""
    forecast: int = NEVER
    rate: int = NEVER


@dataclass(frozen=True, slots=True)
class _Outside:
    """What a bracket interrupts and leaves as it was; see CueWalk."""

    held: Held
    mode: Role | None
    linger: Role | None
    main_mode: Role | None
    scope: Role | None
    scope_is_plan: bool


class CueWalk:
    """The state of a walk over the cues of a text.

    scope: the role of all that follows in the sentence; scope_is_plan: it came from a plan that was stated. mode: of
    the clause; main_mode: the last of the sentence; linger: of what is listed behind it without a verb of its own.
    is_done: "đã" was met. has_result: the sentence has told one. shared_end: where the plan ends that the last share is
    of; it says nothing of later figures.
    """

    def __init__(self, lower: str, patterns: Patterns) -> None:
        self.lower = lower
        self.patterns = patterns
        self.scope: Role | None = None
        self.shared_end = -1
        self.start_sentence(0)

    def start_sentence(self, at: int) -> None:
        self.sentence_start = self.opened = at
        self.last_scope, self.scope = self.scope, None
        self.scope_is_plan = False
        self.is_done = False
        self.figure_in_sentence = self.has_result = False
        self.stack: list[_Outside] = []
        self.main_mode: Role | None = None
        self.start_clause()

    def start_clause(self) -> None:
        self.held = Held()
        self.mode: Role | None = None
        self.linger: Role | None = None
        self.has_changed = False
        self.figure_in_clause = False
        self.has_parts = False

    def meet(self, found: Found) -> None:
        """Take up what a word or a mark says of the figures behind it."""
        cue, end, held = found.cue, found.end, self.held
        match cue:
            case Cue.COMMA:
                self.end_phrase(found)
            case Cue.LEVEL | Cue.REACHED:
                self.meet_level(found)
            case Cue.CHANGE:
                held.change, self.has_changed = end, True
            case Cue.OVER:
                held.over, held.over_phrase = end, found.phrase
            case Cue.RATE:
                held.rate = end
            case Cue.FROM:
                held.source, held.source_phrase = end, found.phrase
            case Cue.AGAINST:
                held.against = end
                if "kỳ" in found.phrase:
                    held.before = end
                elif found.phrase in ("above", "below"):
                    held.change = end
                elif found.phrase == "thay vì":
                    held.change = held.level = NEVER
            case Cue.BEFORE:
                # "Cùng thời điểm, tỷ lệ của tỉnh là 5%" is of now.
                if found.phrase not in _SAME_MOMENT or self.patterns.year_before.match(self.lower, end):
                    held.before = end
            case Cue.ONCE:
                if self.figure_in_sentence or held.against != NEVER:
                    held.before = end
            case Cue.PLAN | Cue.WEAK_PLAN:
                self.meet_plan(found)
            case Cue.AIM:
                self.meet_aim(found)
            case Cue.ESTIMATE | Cue.PROVISIONAL | Cue.FORECAST:
                self.mode = self.main_mode = _MODES[cue]
                if found.phrase.endswith(("đạt", "tính", "thực hiện", "at", "reach")) or held.change != NEVER:
                    held.level, held.level_phrase = end, "đạt"
                if cue is Cue.FORECAST:
                    held.forecast = end
            case Cue.RESULT:
                self.meet_result(found)
            case Cue.BREAK:
                held.change = held.against = held.before = held.over = NEVER
            case Cue.PARTS:
                planned = self.linger is Role.TARGET and found.phrase == "of which"
                # "Đạt 111 lượt, kế hoạch giao 189 lượt, riêng xã Tri Lễ 11 lượt": a part of the result.
                planned = planned or (self.linger is Role.TARGET and found.phrase == "riêng" and self.has_result)
                self.linger, self.has_parts = None if planned else self.linger or self.main_mode, True
            case Cue.UNTIL:
                if self.last_scope is Role.TARGET and self.scope is None and not self.is_done:
                    self.scope = Role.TARGET
            case _:
                self.meet_mark(found)

    def meet_mark(self, found: Found) -> None:
        match found.cue:
            case Cue.STOP:
                if found.phrase == "\n" and self.goes_on_below(found):
                    self.start_clause()
                elif found.phrase != "." or not self.is_abbreviated(found):
                    self.start_sentence(found.end)
            case Cue.SEMICOLON:
                self.start_clause()
                # "Tổng chi ước 300 tỷ; chi đầu tư 100 tỷ": the parts of a total are estimated as it is.
                total = self.patterns.total.match(self.lower, self.opened)
                if total is None or not self.lower[found.end : found.end + 40].lstrip().startswith(total["what"]):
                    self.main_mode = None
                self.linger = self.main_mode
                self.opened = found.end
            case Cue.COLON:
                if self.mode is not None and not self.figure_in_clause:
                    self.scope, self.scope_is_plan = self.mode, False
                elif self.held.plan_kind == "noun" and not self.figure_in_clause:
                    self.scope, self.scope_is_plan = Role.TARGET, True
            case Cue.OPEN:
                if len(self.stack) < 8:
                    self.stack.append(
                        _Outside(self.held, self.mode, self.linger, self.main_mode, self.scope, self.scope_is_plan)
                    )
                    self.held = replace(self.held)
            case Cue.CLOSE:
                if self.stack:
                    outside = self.stack.pop()
                    self.held, self.mode, self.linger = outside.held, outside.mode, outside.linger
                    self.main_mode, self.scope = outside.main_mode, outside.scope
                    self.scope_is_plan = outside.scope_is_plan

    def is_abbreviated(self, found: Found) -> bool:
        return self.patterns.abbreviated.search(self.lower, max(0, found.start - 6), found.end) is not None

    def end_phrase(self, found: Found) -> None:
        """Pass a comma: what has found its figure is over, what leads the sentence goes on."""
        held, mode, linger, parts = self.held, self.mode, self.linger, self.has_parts
        waiting = not self.figure_in_clause
        if waiting and mode is not None:
            self.scope, self.scope_is_plan = mode, False
        elif waiting and held.plan_kind == "lead":
            self.scope, self.scope_is_plan = Role.TARGET, True
        kept = NEVER
        if held.change > held.level and self.patterns.figure_ahead.match(self.lower, found.end):
            kept = found.end
        is_once = waiting and held.before != NEVER and held.against == NEVER and held.change == NEVER
        changed = self.has_changed
        self.start_clause()
        self.linger, self.has_changed, self.has_parts = linger or mode, changed, parts
        self.held.change = kept
        if is_once:
            self.held.before = found.end

    def meet_level(self, found: Found) -> None:
        """Pass a verb of reaching: the figure behind it is a level, unless it still tells the change."""
        held, end = self.held, found.end
        if held.change > held.level and held.against > held.change and found.phrase in ("là", "was", "is", "at"):
            # "tăng so với cùng kỳ là 5%"
            return
        if found.phrase in _ARRIVES:
            held.against = held.before = NEVER
        held.level, held.level_phrase = end, found.phrase
        if found.cue is Cue.REACHED:
            held.reached = end
        if not self.figure_in_clause and not self.has_parts and not held.change > NEVER:
            self.linger = None

    def goes_on_below(self, found: Found) -> bool:
        """Say whether a line ends inside a list: ``Phấn đấu:`` or an item that ends with a semicolon."""
        ahead = self.lower[max(self.sentence_start, found.start - 4) : found.start].rstrip()
        return ahead.endswith((":", ";", ","))

    def meet_plan(self, found: Found) -> None:
        """Tell the plan that is stated from the one that something is measured against."""
        held = self.held
        if found.start < self.shared_end:
            return
        if found.cue is Cue.WEAK_PLAN and held.against == NEVER and not self.leads_to(held.reached, found):
            return
        if held.against != NEVER and held.against > max(held.change, held.level) - 1:
            kind = "against"
        elif self.leads_to(held.over, found, over=True):
            kind = "reached"
        elif self.leads_to(held.reached, found):
            # "Đạt kế hoạch 95%" is a share; "đạt mục tiêu 9%", "không đạt kế hoạch (95%)" name the target.
            named = found.phrase in ("mục tiêu", "target", "goal") or self.patterns.not_reached.search(
                self.lower, max(0, held.reached - 16), held.reached
            )
            kind = "noun" if named else "reached"
        elif self.patterns.neutral_plan.search(self.lower, max(0, found.start - 24), found.start):
            kind = "lead" if self.patterns.opening.fullmatch(self.lower, self.opened, found.start) else ""
        elif not self.lower[self.opened : found.start].strip(" -+•–\n"):
            kind = "lead"
        else:
            kind = "noun"
        if kind:
            held.plan, held.plan_kind = found.end, kind
            if kind in ("noun", "lead") and self.patterns.plan_of_several.match(self.lower, found.end):
                self.scope, self.scope_is_plan = Role.TARGET, True
            held.change = NEVER if kind in ("noun", "lead") else held.change

    def leads_to(self, end: int, found: Found, *, over: bool = False) -> bool:
        """Say whether a verb governs the plan behind it: ``vượt mức kế hoạch``, not ``đạt chuẩn (kế hoạch``."""
        if end == NEVER or found.start - end > 30:
            return False
        pattern = self.patterns.exceeds if over else self.patterns.reaches
        return pattern.fullmatch(self.lower, end, found.start) is not None

    def meet_aim(self, found: Found) -> None:
        held = self.held
        if self.is_only_named(found):
            return
        noun = found.phrase.startswith(("mục tiêu", "chỉ tiêu"))
        measured = self.leads_to(held.over, found, over=True) or self.leads_to(held.reached, found)
        if noun and (held.against != NEVER or measured):
            self.meet_plan(found)
        elif not (noun and self.patterns.neutral_plan.search(self.lower, max(0, found.start - 24), found.start)):
            self.scope, self.scope_is_plan = Role.TARGET, False
            self.is_done = False

    def is_only_named(self, found: Found) -> bool:
        """Say whether striving is only spoken of: "với quyết tâm của cả hệ thống", "quyết tâm chính trị cao"."""
        if found.phrase not in _STRIVING:
            return False
        ahead = self.patterns.spoken_of.search(self.lower, max(0, found.start - 24), found.start)
        return ahead is not None or self.patterns.of_whom.match(self.lower, found.end) is not None

    def meet_result(self, found: Found) -> None:
        """Pass ``đã``, ``thực hiện``: what follows is done."""
        if found.phrase in _DOING and not self.scope_is_plan:
            self.held.plan, self.linger = NEVER, None
            return
        if self.mode is None and self.scope not in (Role.ESTIMATE, Role.PROVISIONAL):
            self.scope, self.scope_is_plan, self.linger, self.main_mode = None, False, None, None
        self.held.plan = self.held.before = self.held.against = NEVER
        self.is_done = found.phrase not in _DOING
