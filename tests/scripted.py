"""Answers as a full answerer gives them, made by hand over a real library: figures, tables, choices, premises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rag.engine import Engine
from rag.types import (
    Answer,
    AnswerKind,
    Cell,
    Channels,
    Check,
    Choice,
    Citation,
    Context,
    Coverage,
    Hit,
    Reason,
    Role,
    Step,
    Table,
    Understood,
)

REPORTS = {
    "que_phong_2023.txt": "Huyện Quế Phong tổng kết năm 2023\n\n"
    "Năm 2023, thu nhập bình quân đầu người của huyện Quế Phong ước đạt 35,7 triệu đồng/năm, tăng 4,5 triệu đồng.\n\n"
    "Tổng thu ngân sách huyện Quế Phong năm 2023 đạt 61,4 tỷ đồng.",
    "que_phong_2022.txt": "Huyện Quế Phong tổng kết năm 2022\n\n"
    "Năm 2022, thu nhập bình quân đầu người của huyện Quế Phong đạt 31,2 triệu đồng/năm.",
    "quan_son_2023.txt": "Huyện Quan Sơn tổng kết năm 2023\n\n"
    "Năm 2023, thu nhập bình quân đầu người của huyện Quan Sơn đạt 29,8 triệu đồng/năm.",
    "muong_lat_2023.txt": "Huyện Mường Lát tổng kết năm 2023\n\n"
    "Năm 2023, toàn huyện Mường Lát trồng mới 1.250 ha rừng <b>sản xuất</b> | phòng hộ.",
}
QUE_PHONG = "thu nhập bình quân đầu người của huyện Quế Phong ước đạt 35,7 triệu đồng/năm"
EARLIER = "thu nhập bình quân đầu người của huyện Quế Phong đạt 31,2 triệu đồng/năm"
QUAN_SON = "thu nhập bình quân đầu người của huyện Quan Sơn đạt 29,8 triệu đồng/năm"

WHOLE = "Thu nhập bình quân đầu người của Quế Phong năm 2023?"
FIGURE, COMPARED, VAGUE, PREMISE, MANY = "Một con số?", "So sánh?", "Thu nhập bình quân?", "Vì sao giảm?", "Nhiều số?"


def cite(n: int, path: str, quote: str) -> Citation:
    """Cite words of one of the reports, which must stand there."""
    start = REPORTS[path].index(quote)
    return Citation(
        n, f"s/{path}", f"s/{path}#{n}", REPORTS[path].splitlines()[0], None, start, start + len(quote), quote,
        verified=True, label=f"Báo cáo số {n}/BC-UBND",
    )  # fmt: skip


def answer(question: str, text: str, *citations: Citation, **more: Any) -> Answer:
    fields: dict[str, Any] = {
        "question": question, "text": text, "short": None, "citations": citations, "evidence": (), "abstained": False,
        "reason": None, "understood": Understood("vi", True, AnswerKind.FIGURE, role=Role.ACTUAL),
        "generator": "extractive", "embedder": "words", "confidence": 0.8, "snapshot": "00000001",
    }  # fmt: skip
    return Answer(**{**fields, **more})


def figure_answer() -> Answer:
    return answer(
        FIGURE,
        "Năm 2023, thu nhập bình quân ước đạt 35,7 triệu đồng/năm [1], tăng 5,4 triệu đồng so với năm trước [2].",
        cite(1, "que_phong_2023.txt", QUE_PHONG),
        cite(2, "que_phong_2022.txt", EARLIER),
        short="35,7 triệu đồng/năm",
        note="Con số này là ước tính, chưa phải kết quả chính thức.",
        checks=(
            Check("figure", passed=True, detail="35,7 triệu đồng/năm", citation=1),
            Check("figure", passed=False, detail="5,4 triệu đồng", citation=2, failed=("value", "period")),
        ),
    )


def table_answer() -> Answer:
    rows = (
        (Cell("Quế Phong"), Cell("31,2 triệu đồng/năm", 2), Cell("35,7 triệu đồng/năm", 1)),
        (Cell("Quan Sơn"), Cell(""), Cell("29,8 triệu đồng/năm", 3)),
        (Cell("<b>Mường Lát</b> | 'x'"), Cell(""), Cell("")),
    )
    return answer(
        COMPARED,
        "Quế Phong cao hơn Quan Sơn 5,9 triệu đồng/năm [1][3].",
        cite(1, "que_phong_2023.txt", QUE_PHONG),
        cite(2, "que_phong_2022.txt", EARLIER),
        cite(3, "quan_son_2023.txt", QUAN_SON),
        short="5,9 triệu đồng/năm",
        table=Table(("Huyện", "Năm 2022", "Năm 2023"), rows, arithmetic="35,7 - 29,8 = 5,9 triệu đồng/năm"),
        coverage=Coverage(
            3, 2, ("Huyện Mường Lát tổng kết năm 2023",), 1, "2 trong 3 báo cáo nêu số liệu này, không tính 1 bản sao."
        ),
        checks=tuple(
            Check("figure", passed=True, detail=f"{value} triệu đồng/năm", citation=n)
            for n, value in ((1, "35,7"), (2, "31,2"), (3, "29,8"))
        ),
    )


def choices_answer() -> Answer:
    return answer(
        VAGUE,
        "Các báo cáo nêu thu nhập bình quân của nhiều nơi và nhiều năm.",
        cite(1, "que_phong_2023.txt", QUE_PHONG),
        cite(2, "que_phong_2022.txt", EARLIER),
        cite(3, "quan_son_2023.txt", QUAN_SON),
        choices=(
            Choice(WHOLE, "Quế Phong, 2023", "35,7 triệu đồng/năm", 1),
            Choice("Thu nhập bình quân đầu người của Quế Phong năm 2022?", "Quế Phong, 2022", "31,2 triệu đồng/năm", 2),
            Choice("Thu nhập bình quân đầu người của Quan Sơn năm 2023?", "Quan Sơn, 2023", "29,8 triệu đồng/năm", 3),
        ),
    )


def premise_answer() -> Answer:
    quote = "tăng 4,5 triệu đồng"
    said = f"Các báo cáo không nói thu nhập bình quân giảm.\nBáo cáo nêu: “{quote}” [1]"
    return answer(
        PREMISE,
        said,
        cite(1, "que_phong_2023.txt", quote),
        abstained=True,
        reason=Reason.PREMISE_CONTRADICTED,
        confidence=0.1,
    )


def many_figures_answer() -> Answer:
    return answer(
        MANY,
        "Nhiều con số [1].",
        cite(1, "que_phong_2023.txt", QUE_PHONG),
        checks=tuple(Check("figure", passed=True, detail=f"{i} xã", citation=1) for i in range(1, 8)),
    )


ANSWERS: dict[str, Callable[[], Answer]] = {
    FIGURE: figure_answer,
    COMPARED: table_answer,
    VAGUE: choices_answer,
    PREMISE: premise_answer,
    MANY: many_figures_answer,
}


class ScriptedEngine(Engine):
    """Gives the answers of the script with real passages as evidence; asks the library everything else."""

    def ask(self, question: str, *, on_step: Callable[[Step], None] = lambda step: None, **given: Any) -> Answer:
        if question not in ANSWERS:
            return super().ask(question, on_step=on_step, **given)
        for step in Step:
            on_step(step)
        return with_evidence(ANSWERS[question](), self)


def with_evidence(scripted: Answer, engine: Engine) -> Answer:
    """Let every citation name the passage that holds it, and give these as evidence."""
    hits: dict[str, Hit] = {}
    citations = []
    for citation in scripted.citations:
        passages = engine.passages(citation.doc_id)
        passage = next(p for p in passages if p.start <= citation.start and citation.end <= p.end)
        context = Context(citation.title, place="Quế Phong", dates=("2023",), period="2023")
        hits.setdefault(passage.id, Hit(passage, context, 1.0, len(hits) + 1, Channels(0.5, 1.0)))
        citations.append(replace(citation, passage_id=passage.id))
    other = engine.passages("s/muong_lat_2023.txt")[-1]
    hits.setdefault(other.id, Hit(other, Context("Huyện Mường Lát"), 0.5, len(hits) + 1, Channels(0.2, 0.4)))
    return replace(scripted, citations=tuple(citations), evidence=tuple(hits.values()))
