from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

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
    DocumentCard,
    Hit,
    IndexReport,
    PartKind,
    Passage,
    Reason,
    Role,
    Skipped,
    Table,
    Understood,
)
from rag.wire import answer_json, card_json, hit_json, index_json, understood_json

PASSAGE = Passage(
    "s/a.pdf#10-30", "s/a.pdf", 10, 30, "Thu đạt 45,2 tỷ đồng", PartKind.LIST_ITEM, page=2, box=(1, 2, 3, 4)
)
CONTEXT = Context(
    "Báo cáo", lead="Mở đầu", place="Quế Phong", organisation="UBND", dates=("2023-07",), period="2023-H1"
)
HIT = Hit(PASSAGE, CONTEXT, score=0.75, rank=1, channels=Channels(None, 3.5, reranker=1.25), copies=("s/b.pdf",))
CITATION = Citation(1, "s/a.pdf", PASSAGE.id, "Báo cáo", 2, 10, 30, PASSAGE.text, verified=True)
UNDERSTOOD = Understood(
    "vi", True, AnswerKind.FIGURE, ("Quế Phong",), ("2023",), "tỷ đồng", ("thu",), metric="Thu", role=Role.TARGET,
    sides=("Quế Phong", "Vinh"), parts=("Thu của Quế Phong?", "Thu của Vinh?"),
)  # fmt: skip
ANSWER = Answer(
    question="Thu bao nhiêu?",
    text="Thu đạt 45,2 tỷ đồng [1]",
    short="45,2 tỷ đồng",
    citations=(CITATION,),
    evidence=(HIT,),
    abstained=False,
    reason=None,
    understood=UNDERSTOOD,
    generator="extractive",
    embedder="builtin",
    confidence=0.8,
    snapshot="00000001",
    checks=(Check("figure", passed=True, detail="45,2 tỷ đồng"),),
    seconds={"retrieve": 0.01},
    reranker="judge",
)


def test_a_hit_is_written_with_every_field_that_programs_may_count_on():
    assert hit_json(HIT) == {
        "rank": 1,
        "score": 0.75,
        "doc_id": "s/a.pdf",
        "passage_id": "s/a.pdf#10-30",
        "title": "Báo cáo",
        "page": 2,
        "start": 10,
        "end": 30,
        "text": "Thu đạt 45,2 tỷ đồng",
        "channels": {"dense": None, "lexical": 3.5, "reranker": 1.25},
        "kind": "list_item",
        "place": "Quế Phong",
        "dates": ["2023-07"],
        "period": "2023-H1",
        "organisation": "UBND",
        "number": None,
        "type": None,
        "copies": ["s/b.pdf"],
    }


def test_an_answer_is_written_with_every_field_that_programs_may_count_on():
    assert answer_json(ANSWER) == {
        "answer_id": None,
        "question": "Thu bao nhiêu?",
        "rewritten": None,
        "understood": {
            "language": "vi", "accented": True, "kind": "figure", "entities": ["Quế Phong"], "periods": ["2023"],
            "unit": "tỷ đồng", "terms": ["thu"], "metric": "Thu", "role": "target", "sides": ["Quế Phong", "Vinh"],
            "parts": ["Thu của Quế Phong?", "Thu của Vinh?"],
        },
        "answer": "Thu đạt 45,2 tỷ đồng [1]",
        "short": "45,2 tỷ đồng",
        "answers": [],
        "table": None,
        "coverage": None,
        "choices": [],
        "note": "",
        "abstained": False,
        "reason": None,
        "citations": [
            {"n": 1, "doc_id": "s/a.pdf", "passage_id": "s/a.pdf#10-30", "title": "Báo cáo", "page": 2, "start": 10,
             "end": 30, "quote": "Thu đạt 45,2 tỷ đồng", "verified": True, "label": ""},
        ],
        "evidence": [hit_json(HIT)],
        "checks": [
            {"name": "figure", "passed": True, "detail": "45,2 tỷ đồng", "citation": None, "failed": []},
        ],
        "generator": "extractive",
        "embedder": "builtin",
        "reranker": "judge",
        "confidence": 0.8,
        "snapshot": "00000001",
        "seconds": {"retrieve": 0.01},
    }  # fmt: skip


def test_a_table_is_written_with_its_arithmetic_and_the_reports_it_covers():
    rows = ((Cell("Quế Phong"), Cell("35,7 triệu", 1)), (Cell("Quan Sơn"), Cell("")))
    answer = replace(
        ANSWER,
        table=Table(("Huyện", "Năm 2023"), rows, arithmetic="35,7 - 31,2 = 4,5"),
        coverage=Coverage(3, 1, ("Báo cáo B",), 2, "1 trong 3 báo cáo"),
    )

    written = answer_json(answer)

    assert written["table"] == {
        "columns": ["Huyện", "Năm 2023"],
        "rows": [
            [{"text": "Quế Phong", "citation": None}, {"text": "35,7 triệu", "citation": 1}],
            [{"text": "Quan Sơn", "citation": None}, {"text": "", "citation": None}],
        ],
        "arithmetic": "35,7 - 31,2 = 4,5",
    }
    assert written["coverage"] == {
        "reports": 3, "stating": 1, "silent": ["Báo cáo B"], "copies": 2, "text": "1 trong 3 báo cáo",
    }  # fmt: skip


def test_choices_a_note_and_what_differs_are_written():
    answer = replace(
        ANSWER,
        short=None,
        note="Ước tính",
        choices=(Choice("Thu của Quế Phong?", "Quế Phong", "45,2 tỷ đồng", 1),),
        checks=(Check("figure", passed=False, detail="45", citation=1, failed=("unit", "period")),),
    )

    written = answer_json(answer)

    assert written["choices"] == [
        {"question": "Thu của Quế Phong?", "label": "Quế Phong", "short": "45,2 tỷ đồng", "citation": 1}
    ]
    assert written["note"] == "Ước tính"
    assert written["checks"] == [
        {"name": "figure", "passed": False, "detail": "45", "citation": 1, "failed": ["unit", "period"]}
    ]


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_an_abstention_gives_its_reason_by_name(reason: Reason):
    abstention = replace(ANSWER, abstained=True, reason=reason, citations=(), short=None)
    written = answer_json(abstention)
    assert (written["abstained"], written["reason"], written["citations"]) == (True, reason.value, [])


def test_no_part_of_an_answer_is_left_out():
    written = answer_json(ANSWER)
    # On the outside its text is called "answer" and its id "answer_id"; "id" is a question's own.
    assert {field.name for field in fields(Answer)} - {"text", "id"} <= written.keys()
    assert {field.name for field in fields(Citation)} == written["citations"][0].keys()
    assert {field.name for field in fields(Check)} == written["checks"][0].keys()
    assert {field.name for field in fields(Understood)} == understood_json(UNDERSTOOD).keys()
    assert {field.name for field in fields(Channels)} == written["evidence"][0]["channels"].keys()


def test_a_document_is_written_as_a_list_shows_it():
    card = DocumentCard(
        id="s/a.pdf", title="Báo cáo", language="vi", dates=("2023-07",), period=None, place="Quế Phong",
        organisation=None, number="12/BC", type="Báo cáo", source="s", sha256="ab", reader="pdf/1", n_passages=4,
        n_chars=900, copy_of="s/b.pdf", signer="Lò Văn Tiến", corrected=("place",),
        read={"place": "Quế"},
    )  # fmt: skip
    assert card_json(card) == {
        "id": "s/a.pdf", "title": "Báo cáo", "language": "vi", "dates": ["2023-07"], "period": None,
        "place": "Quế Phong", "organisation": None, "number": "12/BC", "type": "Báo cáo", "source": "s",
        "sha256": "ab", "reader": "pdf/1", "passages": 4, "chars": 900, "copy_of": "s/b.pdf",
        "signer": "Lò Văn Tiến", "corrected": ["place"], "read": {"place": "Quế"},
    }  # fmt: skip


def test_an_index_run_is_written_with_what_it_skipped():
    report = IndexReport(
        added=("s/a",), updated=(), unchanged=3, removed=("s/b",), missing=("s/c",),
        skipped=(Skipped("x.doc", "UnsupportedFormatError", "lưu lại thành .docx"),),
        snapshot="00000002", n_documents=4, n_passages=20, seconds={"read": 1.5},
    )  # fmt: skip
    assert index_json(report) == {
        "added": ["s/a"], "updated": [], "unchanged": 3, "removed": ["s/b"], "missing": ["s/c"],
        "skipped": [{"path": "x.doc", "error": "UnsupportedFormatError", "reason": "lưu lại thành .docx"}],
        "snapshot": "00000002", "documents": 4, "passages": 20, "seconds": {"read": 1.5},
    }  # fmt: skip


def test_everything_is_plain_json():
    assert json.loads(json.dumps(answer_json(ANSWER))) == answer_json(ANSWER)
