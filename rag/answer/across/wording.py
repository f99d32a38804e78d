"""What answers over several reports say beside figures and names, in Vietnamese and English. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rag.figures.wording import write_period
from rag.text import fold
from rag.types import Reason, Role, Understood


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str
    columns: tuple[str, ...]
    about: str
    up: str
    down: str
    unchanged: str
    same: str
    gap: str
    stated_change: str
    other_units: str
    roles: Mapping[Role, str]

    @property
    def is_english(self) -> bool:
        """Whether they are English."""
        return self.language == "en"

    def period(self, period: str) -> str:
        """Write a period."""
        return write_period(period, language=self.language, accented=True)

    def direction(self, gap: Decimal) -> str:
        """Say which way something went."""
        if gap == 0:
            return self.unchanged
        return self.up if gap > 0 else self.down

    def claim(self, name: str, period: str | None, role: Role, figure: str, n: int) -> str:
        """Tell one figure: whose, of when, as what, with its marker."""
        when = self.period(period) if period else ""
        if fold(when) == fold(name):
            when = ""
        behind = f", {when}" if when else ""
        if role is Role.SHARE_OF_PLAN:
            figure = f"{figure} of the plan" if self.is_english else f"đạt {figure} kế hoạch"
        hedge = self.roles.get(role, "")
        return f"{name}{behind}: {hedge}{' ' if hedge else ''}{figure} [{n}]"

    # -- two sides --------------------------------------------------------------------------------------

    def pair(self, one: str, other: str, result: str, *, less: bool, times: bool) -> str:
        """Say which of two has more or less, and by how much."""
        if self.is_english:
            gap = f"{result} as much" if times else f"the difference is {result}"
            return f"{one} is {'lower' if less else 'higher'} than {other}; {gap}."
        gap = f"gấp {result}" if times else f"chênh lệch {result}"
        return f"{one} {'thấp' if less else 'cao'} hơn {other}; {gap}."

    def equal(self, one: str, other: str) -> str:
        """Say that two are equal."""
        return f"{one} and {other} are equal." if self.is_english else f"{one} và {other} bằng nhau."

    def over_time(self, one: str, other: str, way: str, result: str) -> str:
        """Say how something changed from one period to another."""
        if self.is_english:
            return f"From {other} to {one}: {way}{' by ' if result else ''}{result}."
        return f"{one[:1].upper()}{one[1:]} so với {other}: {way}{' ' if result else ''}{result}."

    def other_direction(self, way: str) -> str:
        """Say that it went the other way than the question takes it."""
        if self.is_english:
            return f"The figures say otherwise than the question: {way}."
        return f"Số liệu cho thấy khác với câu hỏi: {way}."

    def side_missing(self, reason: Reason, name: str, other: str | None) -> str:
        """Say why a side is not known."""
        if self.is_english:
            tail = f"; the nearest figure is of {other}" if other else ""
            if reason is Reason.TARGET_ONLY:
                return f"The reports give a plan only, no result, for {name}."
            return f"The reports do not give this figure for {name}{tail}, so the two cannot be compared."
        tail = f"; số liệu gần nhất là của {other}" if other else ""
        if reason is Reason.TARGET_ONLY:
            return f"Về {name}, các báo cáo chỉ nêu kế hoạch, chưa nêu kết quả, nên chưa so sánh được."
        return f"Các báo cáo không nêu số liệu này của {name}{tail}, nên không so sánh được."

    # -- many -------------------------------------------------------------------------------------------

    def first(self, name: str, *, less: bool) -> str:
        """Say who comes first."""
        if self.is_english:
            return f"{'Lowest' if less else 'Highest'}: {name}."
        return f"{'Thấp' if less else 'Cao'} nhất là {name}."

    def total(self, result: str, n: int, *, mean: bool) -> str:
        """Tell a sum or mean over units."""
        if self.is_english:
            return f"{'Mean' if mean else 'Total'} over the {n} units with figures: {result}."
        return f"{'Bình quân' if mean else 'Tổng'} của {n} đơn vị có số liệu: {result}."

    def those(self, names: Sequence[str], n: int) -> str:
        """Name the units that meet a condition. n: of how many."""
        if self.is_english:
            return f"{len(names)} of the {n} units with figures: {', '.join(names)}." if names else f"None of the {n}."
        if not names:
            return f"Không đơn vị nào trong {n} đơn vị có số liệu."
        return f"{len(names)} trong {n} đơn vị có số liệu: {', '.join(names)}."

    def none(self) -> str:
        """Say that no unit meets a condition."""
        return "none" if self.is_english else "không có đơn vị nào"

    def ranked(self, names: Sequence[str], *, less: bool) -> str:
        """Say in which order the units come."""
        if self.is_english:
            return f"From the {'lowest to the highest' if less else 'highest to the lowest'}: {', '.join(names)}."
        return f"Từ {'thấp đến cao' if less else 'cao đến thấp'}: {', '.join(names)}."

    def latest(self, period: str) -> str:
        """Say which period the figures are of where none was asked for."""
        when = self.period(period)
        if self.is_english:
            return f"The question names no period; these figures are of {when}."
        return f"Câu hỏi không nêu thời gian; số liệu của {when}."

    def open(self, *, whose: bool, when: bool) -> str:
        """Say what a question leaves open."""
        if self.is_english:
            missing = " or ".join(filter(None, ("whose figure" if whose else "", "which period" if when else "")))
            return f"The question does not say {missing}; the reports state:"
        missing = ", ".join(filter(None, ("của nơi nào" if whose else "", "thời gian nào" if when else "")))
        return f"Câu hỏi chưa nói rõ {missing}; các báo cáo nêu:"

    def coverage(self, n_stating: int, n_reports: int, silent: Sequence[str]) -> str:
        """Say how many reports give the figure, and which do not."""
        names = ", ".join(silent)
        if self.is_english:
            if not silent:
                return f"All {n_reports} reports give the figure." if n_reports > 1 else "1 report gives the figure."
            verb = "does" if len(silent) == 1 else "do"
            return f"{n_stating} of {n_reports} reports give the figure; {len(silent)} {verb} not: {names}."
        if not silent:
            return f"Cả {n_reports} báo cáo đều có số liệu." if n_reports > 1 else "1 báo cáo có số liệu."
        return f"{n_stating} trong {n_reports} báo cáo có số liệu; {len(silent)} không nêu: {names}."


_VIETNAMESE = Words(
    language="vi",
    columns=("Đối tượng", "Số liệu", "Kỳ", "Nguồn"),
    about="khoảng",
    up="tăng",
    down="giảm",
    unchanged="không đổi",
    same="bằng nhau",
    gap="chênh lệch",
    stated_change="Mức thay đổi báo cáo nêu",
    other_units="Hai số liệu không cùng đơn vị nên không tính chênh lệch.",
    roles={Role.ESTIMATE: "ước", Role.PROVISIONAL: "sơ bộ", Role.FORECAST: "dự kiến", Role.TARGET: "kế hoạch"},
)
_ENGLISH = Words(
    language="en",
    columns=("Item", "Figure", "Period", "Source"),
    about="about",
    up="up",
    down="down",
    unchanged="unchanged",
    same="equal",
    gap="difference",
    stated_change="Change as stated",
    other_units="The figures are in different units, so no difference is given.",
    roles={
        Role.ESTIMATE: "estimated",
        Role.PROVISIONAL: "provisional",
        Role.FORECAST: "forecast",
        Role.TARGET: "target",
    },
)


def words_for(understood: Understood) -> Words:
    """Give the words of a question's language."""
    return _ENGLISH if understood.language == "en" else _VIETNAMESE
