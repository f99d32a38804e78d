from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rag.errors import EvaluationError, ModelError, QuestionError, StorageError
from rag.evaluate import evaluate, format_summary
from rag.evaluate.question_sets import QuestionSet, SetFormat
from rag.types import Passage, Question

SENTENCES = ("Huyện A có 12 xã.", "Thu nhập đạt 30,5 triệu đồng.", "Tỷ lệ hộ nghèo còn 4,2%.")
TEXT = "\n\n".join(SENTENCES)
DOC = "nguồn/báo cáo.txt"
DOCUMENTS = {DOC: TEXT}
FILES = {"results.jsonl", "summary.json", "run.trec", "qrels.trec"}


def passage(sentence: str) -> Passage:
    start = TEXT.index(sentence)
    return Passage(f"{DOC}#{start}-{start + len(sentence)}", DOC, start, start + len(sentence), sentence)


PASSAGES = [passage(sentence) for sentence in SENTENCES]


def reply(
    *ranked: int, cite: tuple[int, ...] = (), short: str | None = None, abstained: bool = False, **more: object
) -> dict[str, object]:
    """Script an ``ask`` object: passages by number, best first, and the sentences cited."""
    return {
        "answer": " ".join(SENTENCES[i] for i in cite),
        "short": short,
        "abstained": abstained,
        "citations": [
            {"n": n, "doc_id": DOC, "start": PASSAGES[i].start, "end": PASSAGES[i].end, "quote": SENTENCES[i]}
            for n, i in enumerate(cite, start=1)
        ],
        "evidence": [
            {"rank": rank, "score": 1.0, "doc_id": DOC, "passage_id": PASSAGES[i].id, "text": SENTENCES[i],
             "start": PASSAGES[i].start, "end": PASSAGES[i].end}
            for rank, i in enumerate(ranked, start=1)
        ],
        "snapshot": "s1",
        "embedder": "builtin",
        "generator": "extractive",
        **more,
    }  # fmt: skip


def make_set(*questions: Question) -> QuestionSet:
    return QuestionSet("thử", SetFormat.JSONL, questions, (), "ab" * 32)


INCOME = Question(
    id="câu 1", question="thu nhập?", kind="figure", docs=("báo cáo",), answers=("30,5 triệu đồng",),
    evidence=(SENTENCES[1],),
)  # fmt: skip
POVERTY = Question(
    id="q2", question="hộ nghèo?", kind="figure", docs=("báo cáo",), answers=("4,2%",), evidence=(SENTENCES[2],)
)
MAYOR = Question(id="q3", question="chủ tịch?", kind="unanswerable", lang="en", answerable=False)
QUESTIONS = make_set(INCOME, POVERTY, MAYOR)
SCRIPT = {
    "thu nhập?": reply(1, 0, cite=(1,), short="30,5 triệu đồng"),
    "hộ nghèo?": reply(0, 2, 1, cite=(0,), short="12 xã"),
    "chủ tịch?": reply(0, abstained=True),
}


def run(out: Path, questions: QuestionSet = QUESTIONS, script: Mapping[str, object] = SCRIPT, **options: object):
    ask: Callable[[str], object] = options.pop("ask", script.__getitem__)
    return evaluate(questions, ask=ask, documents=DOCUMENTS, out=out, **options)


def read_results(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]


def test_a_run_is_scored_as_worked_out_by_hand(tmp_path):
    summary = run(tmp_path / "run")

    metrics = summary.overall.metrics
    assert (summary.overall.n, summary.overall.n_answerable) == (3, 2)
    assert (metrics["evidence_recall@1"], metrics["evidence_recall@5"]) == (0.5, 1.0)
    assert (metrics["Success@1"], metrics["RR@10"], metrics["R@10"]) == (0.5, 0.75, 1.0)
    assert metrics["document_success@1"] == 1.0
    assert (metrics["answer_em"], metrics["answer_f1"], metrics["answer_in_text"]) == (0.5, 0.5, 0.5)
    assert (metrics["citation_precision"], metrics["citation_recall"], metrics["right_citation"]) == (0.5, 0.5, 0.5)
    assert (metrics["citations_verbatim"], metrics["passages_verbatim"]) == (1.0, 1.0)
    assert (metrics["abstention_precision"], metrics["abstention_recall"], metrics["abstention_f1"]) == (1.0, 1.0, 1.0)
    assert metrics["item_recall"] is None
    assert summary.overall.measured["evidence_recall@1"] == 2


def test_a_run_is_told_apart_by_kind_and_language(tmp_path):
    summary = run(tmp_path / "run")

    assert {kind: scores.n for kind, scores in summary.by_kind.items()} == {"figure": 2, "unanswerable": 1}
    assert summary.by_kind["unanswerable"].metrics["evidence_recall@1"] is None
    assert {language: scores.n for language, scores in summary.by_language.items()} == {"en": 1, "vi": 2}


def test_the_files_of_a_run_say_what_the_summary_says(tmp_path):
    out = tmp_path / "sub" / "run"
    summary = run(out, configuration={"top_k": 10})

    assert {path.name for path in out.iterdir()} == FILES
    rows = read_results(out)
    assert [row["id"] for row in rows] == ["câu 1", "q2", "q3"]
    assert rows[0]["short"] == "30,5 triệu đồng"
    assert [row["scores"].get("evidence_recall@1") for row in rows] == [1.0, 0.0, None]
    assert [row["scores"].get("RR@10") for row in rows] == [1.0, 0.5, None]
    record = json.loads((out / "summary.json").read_text("utf-8"))
    assert record["metrics"] == dict(summary.overall.metrics)
    assert record["by_kind"]["figure"]["n"] == 2
    assert record["set"] == {"name": "thử", "format": "jsonl", "sha256": "ab" * 32, "n_in_set": 3}
    assert (record["snapshot"], record["embedder"], record["configuration"]) == ("s1", "builtin", {"top_k": 10})
    assert set(record["seconds"]) == {"p50", "p95", "total"}
    for name, digest in record["files"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest


def test_the_trec_files_give_the_same_metrics_to_another_reader(tmp_path):
    import ir_measures

    summary = run(tmp_path, passages=lambda doc_id: [p for p in PASSAGES if p.doc_id == doc_id])

    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")))
    ranked = list(ir_measures.read_trec_run(str(tmp_path / "run.trec")))
    again = ir_measures.calc_aggregate([ir_measures.parse_measure("RR@10"), ir_measures.nDCG @ 10], qrels, ranked)
    assert {str(measure): value for measure, value in again.items()} == pytest.approx(
        {name: summary.overall.metrics[name] for name in ("RR@10", "nDCG@10")}
    )


def test_ids_in_the_trec_files_hold_no_space(tmp_path):
    run(tmp_path)

    lines = (tmp_path / "run.trec").read_text("ascii").splitlines()
    assert [line.split()[:4] for line in lines[:1]] == [
        ["c%C3%A2u%201", "Q0", "ngu%E1%BB%93n/b%C3%A1o%20c%C3%A1o.txt%2319-48", "1"]
    ]
    assert all(len(line.split(" ")) == 6 for line in lines)
    qrels = (tmp_path / "qrels.trec").read_text("ascii").splitlines()
    assert qrels[0] == "c%C3%A2u%201 0 ngu%E1%BB%93n/b%C3%A1o%20c%C3%A1o.txt%2319-48 1"


def test_an_answerable_question_abstained_from_scores_zero_and_is_not_dropped(tmp_path):
    script = {**SCRIPT, "thu nhập?": reply(1, cite=(1,), short="30,5 triệu đồng", abstained=True)}

    metrics = run(tmp_path, script=script).overall.metrics

    assert (metrics["answer_em"], metrics["citation_recall"]) == (0.0, 0.0)
    assert metrics["evidence_recall@1"] == 0.5
    assert metrics["abstention_precision"] == 0.5


def test_answering_what_has_no_answer_costs_citation_precision(tmp_path):
    metrics = run(tmp_path, script={**SCRIPT, "chủ tịch?": reply(0, cite=(0, 1))}).overall.metrics

    assert metrics["citation_precision"] == 1 / 4
    assert metrics["abstention_recall"] == 0.0


def test_a_refused_question_scores_zero_and_is_named(tmp_path):
    def ask(question: str) -> Mapping[str, object]:
        if question == "hộ nghèo?":
            raise QuestionError("the question is too long")
        return SCRIPT[question]

    summary = run(tmp_path, ask=ask)

    assert summary.failed == (("q2", "the question is too long"),)
    assert (summary.overall.metrics["evidence_recall@10"], summary.overall.metrics["answer_em"]) == (0.5, 0.5)
    assert read_results(tmp_path)[1]["error"] == "the question is too long"
    assert "could not be asked: q2: the question is too long" in format_summary(summary)


def test_evidence_and_documents_that_are_not_there_are_reported_and_count(tmp_path):
    lost = Question(id="q4", question="thu nhập?", docs=("báo cáo",), evidence=("Câu này không có.",))
    astray = Question(id="q5", question="thu nhập?", docs=("khác.txt",), evidence=(SENTENCES[1],))

    summary = run(tmp_path, make_set(INCOME, lost, astray))

    assert summary.evidence_not_found == (("q4", "Câu này không có."), ("q5", SENTENCES[1]))
    assert [(problem.question_id, problem.doc) for problem in summary.documents_not_found] == [("q5", "khác.txt")]
    assert summary.overall.metrics["evidence_recall@10"] == pytest.approx(1 / 3)
    assert summary.overall.metrics["RR@10"] == pytest.approx(1 / 3)
    record = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert record["evidence_not_found"][0] == {"id": "q4", "quote": "Câu này không có."}
    assert record["documents_not_found"][0]["doc"] == "khác.txt"


def test_a_passage_shown_from_a_copy_of_the_right_report_counts(tmp_path):
    copy = "nguồn/bản ký.txt"
    shown = reply(1, cite=(1,), short="30,5 triệu đồng")
    shown["evidence"][0].update(doc_id=copy, passage_id=f"{copy}#19-48", copies=[DOC])
    shown["citations"][0].update(doc_id=copy)

    summary = evaluate(make_set(INCOME), ask=lambda _: shown, documents={DOC: TEXT, copy: TEXT}, out=tmp_path, limit=1)

    metrics = summary.overall.metrics
    assert (metrics["evidence_recall@1"], metrics["right_citation"], metrics["R@10"]) == (1.0, 1.0, 1.0)


def test_only_the_first_k_passages_are_looked_at(tmp_path):
    summary = run(tmp_path, k=1)

    assert summary.overall.metrics["evidence_recall@10"] == 0.5
    assert len((tmp_path / "run.trec").read_text("ascii").splitlines()) == 3
    assert "k is 1: what is measured at a greater depth" in summary.notes[0]


def test_kinds_and_limit_make_a_smaller_run_that_says_so(tmp_path):
    summary = run(tmp_path, kinds=["figure"], limit=1)

    assert (summary.overall.n, summary.n_in_set) == (1, 3)
    assert "1 of 3: 1 with an answer" in format_summary(summary)


def test_progress_is_told_after_every_question(tmp_path):
    seen: list[tuple[int, int]] = []

    run(tmp_path, progress=lambda done, whole: seen.append((done, whole)))

    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_more_questions_than_a_batch_are_all_written(tmp_path):
    many = make_set(*(Question(id=f"q{i}", question="thu nhập?", evidence=(SENTENCES[1],)) for i in range(120)))

    summary = run(tmp_path, many)

    assert len(read_results(tmp_path)) == 120
    assert (summary.overall.measured["RR@10"], summary.overall.metrics["RR@10"]) == (120, 1.0)


def test_the_page_shows_each_group_in_aligned_columns(tmp_path):
    page = format_summary(run(tmp_path))

    assert "Questions     3: 2 with an answer, 1 without" in page
    assert "  all of it in the first passage                0.500   of 2\n" in page
    head, figure, unanswerable = page[page.index("By kind") :].splitlines()[:3]
    assert len(head) == len(figure) == len(unanswerable)
    assert figure.split() == ["figure", "2", "0.500", "1.000", "0.500", "0.500", "0.500", "–"]
    assert "items of lists" not in page


# -- the folder -----------------------------------------------------------------------------------------


def test_an_older_run_is_replaced_with_its_report(tmp_path):
    run(tmp_path)
    (tmp_path / "report.html").write_text("old", encoding="utf-8")

    run(tmp_path, limit=1)

    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert len(read_results(tmp_path)) == 1


def test_a_folder_with_something_else_is_not_written_over(tmp_path):
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")

    with pytest.raises(EvaluationError, match=r"holds thesis.docx, which is no part of a run; .*--out"):
        run(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")

    with pytest.raises(EvaluationError, match="is a file; a run is written into a folder"):
        run(tmp_path / "out")
    with pytest.raises(StorageError, match=r"the run cannot be written to .*--out"):
        run(tmp_path / "out" / "deeper")


def test_an_error_while_asking_leaves_the_older_run_whole(tmp_path):
    run(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def ask(question: str) -> Mapping[str, object]:
        raise ModelError("the model is gone")

    with pytest.raises(ModelError):
        run(tmp_path, ask=ask)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_is_named_and_leaves_the_older_run_whole(tmp_path):
    import resource

    run(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        with pytest.raises(StorageError, match=r"the run cannot be written to .*; free some space"):
            run(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_object_that_is_no_reply_is_named(tmp_path):
    with pytest.raises(EvaluationError, match=r"ask gave an object that cannot be scored .*'evidence'"):
        run(tmp_path, ask=lambda question: {"abstained": False})


def test_a_depth_below_one_is_named(tmp_path):
    with pytest.raises(EvaluationError, match="k is 0; it must be 1 or more"):
        run(tmp_path, k=0)
