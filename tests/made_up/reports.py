"""Put the reports together: letterhead, title, results under their headings, tasks, signature."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.made_up.fillers import CLOSINGS, ENDINGS, FILLERS, INTRODUCTIONS, OPENINGS, TASKS
from tests.made_up.forms import FORMS_SEEN, TARGETS, TARGETS_DOWN
from tests.made_up.later import LATER_FORMS
from tests.made_up.metrics import BY_KEY, ECONOMY, METRICS, PARTY, SOCIETY
from tests.made_up.numbers import Values, draw_values, half
from tests.made_up.places import District, draw_districts
from tests.made_up.sentences import Said, Speaker, known_results
from tests.made_up.values import Block, Fact, Report, Reports, Row

_HEADINGS = {
    ECONOMY: "Lĩnh vực kinh tế",
    SOCIETY: "Lĩnh vực văn hóa - xã hội",
    PARTY: "Xây dựng Đảng, hệ thống chính trị",
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one report tells: metrics in sentences, in a table, as targets only, and not at all."""

    stated: tuple[str, ...]
    tabled: tuple[str, ...]
    targeted: tuple[str, ...]
    left_out: tuple[str, ...]


def compose(seed: int, *, later_forms: bool) -> Reports:
    """Write the reports of a seed, without questions."""
    rng = random.Random(seed)
    districts, strangers = draw_districts(rng)
    first = rng.choice((2021, 2022, 2023))
    years = (first, first + 1)
    values = draw_values(districts, years, rng)
    periods = [period for year in years for period in (half(year), str(year))]
    never = {district.name: rng.sample([m.key for m in METRICS], 2) for district in districts}
    papers = [(district, period) for district in districts for period in periods]
    rng.shuffle(papers)
    formats = ["docx" if i % 6 == 1 else "md" if i % 6 == 4 else "txt" for i in range(len(papers))]
    plans = [_plan(never[d.name], rng, tables=form != "txt") for (d, _), form in zip(papers, formats, strict=True)]
    stated = {
        (metric, district.name, period)
        for (district, period), plan in zip(papers, plans, strict=True)
        for metric in (*plan.stated, *plan.tabled)
    }
    forms = LATER_FORMS if later_forms else FORMS_SEEN
    reports: list[Report] = []
    facts: list[Fact] = []
    for i, ((district, period), plan, suffix) in enumerate(zip(papers, plans, formats, strict=True)):
        speaker = Speaker(district, period, values=values, known=known_results(stated, district.name, first), rng=rng)
        paper = _Paper(district, period, plan, speaker, values, rng, f"bao-cao-{i + 1:02}.{suffix}")
        reports.append(paper.write(forms))
        facts += paper.facts
    return Reports(seed, tuple(reports), tuple(facts), years, strangers)


def _plan(never: Sequence[str], rng: random.Random, *, tables: bool) -> _Plan:
    rest = [metric.key for metric in METRICS if metric.key not in never]
    rng.shuffle(rest)
    n_out, n_targeted = rng.randint(1, 3), rng.randint(1, 2)
    left_out, targeted, told = rest[:n_out], rest[n_out : n_out + n_targeted], rest[n_out + n_targeted :]
    n_tabled = rng.randint(3, 6) if tables else 0
    return _Plan(tuple(told[n_tabled:]), tuple(told[:n_tabled]), tuple(targeted), (*never, *left_out))


def _heading(text: str, level: int) -> Block:
    return Block(text, level=level)


class _Paper:
    """One report while it is written."""

    def __init__(
        self,
        district: District,
        period: str,
        plan: _Plan,
        speaker: Speaker,
        values: Values,
        rng: random.Random,
        file: str,
    ) -> None:
        self._district, self._period, self._plan, self._speaker = district, period, plan, speaker
        self._values, self._rng, self._file = values, rng, file
        self._year, self._is_half = period[:4], period.endswith("H1")
        self.facts: list[Fact] = []

    def write(self, forms: dict[str, tuple[str, ...]]) -> Report:
        title, head = self._head()
        blocks = [*head, _heading(f"I. KẾT QUẢ {self._goal('đạt được').upper()}", 1), *self._results(forms)]
        tasks = "6 THÁNG CUỐI NĂM " + self._year if self._is_half else f"NĂM {int(self._year) + 1}"
        second = ("NHIỆM VỤ TRỌNG TÂM" if self._is_half else "PHƯƠNG HƯỚNG, NHIỆM VỤ") + f" {tasks}"
        blocks += [_heading(f"II. {second}", 1), *self._tasks(), *self._foot()]
        return Report(
            self._file,
            self._district.name,
            self._district.province,
            self._period,
            title,
            tuple(block for block in blocks if block.text or block.rows),
            self._plan.left_out,
        )

    def _goal(self, words: str) -> str:
        return f"{words} 6 tháng đầu năm {self._year}" if self._is_half else f"{words} năm {self._year}"

    def _span(self) -> str:
        return self._goal("").strip()

    def _head(self) -> tuple[str, list[Block]]:
        rng, name, unit, span = self._rng, self._district.name, self._district.unit, self._span()
        if self._is_half:
            day = rng.choice((f"ngày {rng.randint(12, 28)} tháng 6", f"ngày 0{rng.randint(3, 9)} tháng 7"))
            date = f"{name}, {day} năm {self._year}"
            rest = f"; nhiệm vụ trọng tâm 6 tháng cuối năm {self._year}"
        else:
            late = rng.random() < 0.25
            date = (
                f"{name}, ngày 0{rng.randint(4, 9)} tháng 01 năm {int(self._year) + 1}"
                if late
                else f"{name}, ngày {rng.randint(10, 27)} tháng 12 năm {self._year}"
            )
            rest = f"; phương hướng, nhiệm vụ năm {int(self._year) + 1}"
        subject = rng.choice(
            (
                f"Tình hình kinh tế - xã hội, quốc phòng - an ninh {span} {unit} {name}",
                f"Kết quả thực hiện nhiệm vụ phát triển kinh tế - xã hội {span} của {unit} {name}{rest}",
                f"Tình hình thực hiện nhiệm vụ {span}{rest}",
                f"Kết quả thực hiện nghị quyết về phát triển kinh tế - xã hội {span}, {unit} {name}",
            )
        )
        number = f"Số: {rng.randint(140, 980)}/BC-UBND"
        head = [
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
            f"ỦY BAN NHÂN DÂN\n{unit.upper()} {name.upper()}",
            number,
            date,
            "BÁO CÁO",
            subject,
        ]
        opening = rng.choice(OPENINGS).format(P=span, D=f"{unit} {name}")
        return subject, [*(Block(text) for text in head), Block(opening[0].upper() + opening[1:])]

    def _results(self, forms: dict[str, tuple[str, ...]]) -> list[Block]:
        blocks: list[Block] = []
        for number, (section, heading) in enumerate(_HEADINGS.items(), start=1):
            blocks.append(_heading(f"{number}. {heading}", 2))
            keys = [key for key in self._plan.stated if BY_KEY[key].section == section]
            self._rng.shuffle(keys)
            blocks += self._section(keys, forms, section)
            if section == ECONOMY and self._plan.tabled:
                blocks += self._table()
        return blocks

    def _section(self, keys: list[str], forms: dict[str, tuple[str, ...]], section: str) -> list[Block]:
        rng = self._rng
        fillers = rng.sample(FILLERS[section], len(FILLERS[section]))
        if rng.random() < 0.25:
            lead = rng.choice(INTRODUCTIONS)
            lines = [self._sentence(keys[i : i + 1], forms, lead="- ", end=";") for i in range(len(keys))]
            return [Block(fillers.pop()), Block("\n".join([lead, *lines])), Block(fillers.pop())]
        blocks, line = [], list[str]()
        while keys:
            n = rng.choice((1, 1, 2, 3, 4))
            line.append(self._sentence(keys[:n], forms))
            keys = keys[n:]
            if fillers and rng.random() < 0.55:
                line.insert(rng.choice((0, len(line))), fillers.pop())
            if rng.random() < 0.6 or not keys:
                blocks.append(Block(" ".join(line)))
                line = []
        return blocks or [Block(fillers.pop())]

    def _sentence(
        self, keys: Sequence[str], forms: dict[str, tuple[str, ...]], *, lead: str = "", end: str = "."
    ) -> str:
        """Say one metric or several in one sentence."""
        rng = self._rng
        said = [
            clause
            for i, key in enumerate(keys)
            if (clause := self._clause(key, forms[key], last=i == len(keys) - 1, joined=len(keys) > 1 or bool(lead)))
        ]
        text = "; ".join(clause.text for clause in said)
        if not lead and text[0].islower() and rng.random() < 0.2:
            start = rng.choice((self._span(), f"trên địa bàn {self._district.unit} {self._district.name}"))
            text = f"{start}, {text}"
        if not lead:
            text = text[0].upper() + text[1:]
        text = text if text.endswith(".") else text + end
        self._keep(Said(lead + text, tuple(fact for clause in said for fact in clause.facts)))
        return lead + text

    def _clause(self, key: str, forms: Sequence[str], *, last: bool, joined: bool) -> Said:
        said = self._speaker.say(BY_KEY[key], forms, last=last, joined=joined)
        if said is None:
            raise ValueError(f"no form of {key} can be joined to others; add one that begins with a small letter")
        return said

    def _keep(self, said: Said) -> None:
        self.facts += [replace(fact, sentence=said.text, file=self._file) for fact in said.facts]

    def _table(self) -> list[Block]:
        with_share = self._rng.random() < 0.6
        head = ["Chỉ tiêu", "Đơn vị tính", f"Kế hoạch năm {self._year}", f"Thực hiện {self._span()}"]
        rows = [Row((*head, "So với kế hoạch (%)") if with_share else tuple(head))]
        for key in self._plan.tabled:
            cells, facts = self._speaker.row(BY_KEY[key], with_share=with_share)
            rows.append(Row(cells))
            self._keep(Said(" | ".join(cells), facts))
        return [Block("Một số chỉ tiêu chủ yếu được tổng hợp ở bảng sau:"), Block("", rows=tuple(rows))]

    def _tasks(self) -> list[Block]:
        rng = self._rng
        year = self._year if self._is_half else str(int(self._year) + 1)
        told = [*self._plan.stated, *self._plan.tabled]
        keys = [*self._plan.targeted, *rng.sample(told, min(len(told), rng.randint(3, 6)))]
        rng.shuffle(keys)
        tasks = [f"- {task}" for task in rng.sample(TASKS, 4)]
        lines = []
        for key in keys:
            metric = BY_KEY[key]
            said = self._speaker.target(
                metric, rng.choice(TARGETS_DOWN if metric.lower_is_better else TARGETS), year=year
            )
            self._keep(Said(f"- {said.text}", said.facts))
            lines.append(f"- {said.text}")
        lead = f"Một số chỉ tiêu chủ yếu phấn đấu thực hiện {'cả năm' if self._is_half else 'năm'} {year}:"
        return [Block("\n".join([lead, *lines])), Block("Nhiệm vụ cụ thể:\n" + "\n".join(tasks))]

    def _foot(self) -> list[Block]:
        receivers = "Nơi nhận:\n- " + f"UBND tỉnh {self._district.province};\n- Các phòng, ban;\n- Lưu: VT."
        return [
            Block(self._rng.choice(CLOSINGS)),
            Block(receivers),
            Block(self._rng.choice(ENDINGS)),
            Block(self._district.chairman),
        ]
