"""What the threshold does: shares, risk and coverage, AUC and figures, worked out by hand."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from rag.evaluate import format_summary, summary_json
from rag.evaluate.figure_answers import figure_accuracy
from rag.evaluate.threshold_plot import plot_thresholds
from rag.evaluate.thresholds import STEPS, Outcome, answerability_auc, sweep_thresholds
from rag.types import Question
from tests.test_evaluate_run import INCOME, MAYOR, POVERTY, SENTENCES, make_set, read_results, reply, run

RIGHT = Outcome(answerable=True, confidence=0.8, abstained=False, right=True)
WRONG = Outcome(answerable=True, confidence=0.4, abstained=False, right=False)
SILENT = Outcome(answerable=True, confidence=0.6, abstained=True, right=False)
TEMPTED = Outcome(answerable=False, confidence=0.3, abstained=False, right=None)


def row_at(outcomes: list[Outcome], threshold: float):
    thresholds = sweep_thresholds(outcomes)
    assert thresholds is not None
    return next(row for row in thresholds.rows if row.threshold == threshold)


# -- the sweep ------------------------------------------------------------------------------------------


def test_the_thresholds_go_from_nought_to_one_in_steps_of_a_twentieth():
    assert (STEPS[0], STEPS[1], STEPS[7], STEPS[20], len(STEPS)) == (0.0, 0.05, 0.35, 1.0, 21)


def test_without_a_threshold_everything_is_answered_but_what_has_no_answer_at_all():
    row = row_at([RIGHT, WRONG, SILENT, TEMPTED], 0.0)

    assert (row.right, row.wrong, row.wrongly_abstained) == (1 / 3, 1 / 3, 1 / 3)
    assert row.rightly_abstained == 0.0
    assert (row.coverage, row.risk) == (3 / 4, 2 / 3)


def test_a_confidence_that_reaches_the_threshold_is_answered():
    assert row_at([RIGHT, WRONG, TEMPTED], 0.4).wrong == 1 / 2
    assert row_at([RIGHT, WRONG, TEMPTED], 0.45).wrong == 0.0


def test_a_threshold_between_right_and_wrong_parts_them():
    row = row_at([RIGHT, WRONG, SILENT, TEMPTED], 0.5)

    assert (row.right, row.wrong, row.wrongly_abstained, row.rightly_abstained) == (1 / 3, 0.0, 2 / 3, 1.0)
    assert (row.coverage, row.risk) == (1 / 4, 0.0)


def test_where_nothing_is_answered_there_is_no_risk_to_tell():
    row = row_at([RIGHT, TEMPTED], 1.0)

    assert (row.coverage, row.risk, row.wrongly_abstained) == (0.0, None, 1.0)


def test_a_side_that_is_missing_has_no_shares():
    only = sweep_thresholds([TEMPTED])
    assert only is not None
    assert (only.n_answerable, only.n_unanswerable) == (0, 1)
    assert {(row.right, row.wrong, row.wrongly_abstained) for row in only.rows} == {(None, None, None)}
    assert row_at([RIGHT], 0.0).rightly_abstained is None


def test_what_cannot_be_judged_is_left_out():
    unjudged = Outcome(answerable=True, confidence=0.9, abstained=False, right=None)

    assert sweep_thresholds([unjudged]) is None
    assert sweep_thresholds([]) is None
    assert row_at([unjudged, RIGHT], 0.0).right == 1.0


# -- AUC ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        pytest.param([(True, 0.9), (True, 0.6), (False, 0.5)], 1.0, id="all above"),
        pytest.param([(True, 0.2), (False, 0.5)], 0.0, id="below"),
        # 0.9 beats both, 0.4 beats only 0.3: three of four pairs.
        pytest.param([(True, 0.9), (True, 0.4), (False, 0.5), (False, 0.3)], 0.75, id="three of four pairs"),
        # 0.5 ties one and beats one: one and a half of two pairs.
        pytest.param([(False, 0.5), (True, 0.5), (False, 0.1)], 0.75, id="a tie counts half"),
        pytest.param([(True, 0.9)], None, id="nothing unanswerable"),
        pytest.param([(False, 0.9)], None, id="nothing answerable"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_auc_is_the_share_of_pairs_in_which_the_answerable_question_has_more_confidence(confidences, expected):
    assert answerability_auc(confidences) == expected


# -- figures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "accepted", "expected"),
    [
        pytest.param("35,7 triệu đồng/năm", ["35,7 triệu đồng/năm"], 1.0, id="the same words"),
        pytest.param("35.700.000 đồng/năm", ["35,7 triệu đồng/năm"], 1.0, id="another spelling"),
        pytest.param("35,7 triệu đồng/năm", ["35.7 million dong per year"], 1.0, id="accepted in English"),
        pytest.param("1.250 ha", ["1,250 hectares"], 1.0, id="thousands in English"),
        pytest.param("15 xã", ["15 communes"], 1.0, id="a counted noun in English"),
        pytest.param("6,8%", ["6.8 percent"], 1.0, id="percent in English"),
        pytest.param("trên 8.200 tấn", ["8.200 tấn"], 1.0, id="an approximation"),
        pytest.param("35,7 triệu đồng/năm", ["35,7 triệu đồng"], 0.0, id="another unit"),
        pytest.param("15 huyện", ["15 communes"], 0.0, id="another noun"),
        pytest.param("3,57 triệu đồng", ["35,7 triệu đồng"], 0.0, id="another value"),
        pytest.param("2,106 ha", ["2.106 ha"], 0.0, id="decimal and thousands"),
        pytest.param("3 đến 5 tỷ đồng", ["3 tỷ đồng"], 0.0, id="a range"),
        pytest.param("15/20 xã", ["15 xã"], 0.0, id="a part of a whole"),
        pytest.param("12 xã", ["9 xã", "12 xã"], 1.0, id="one of several"),
        pytest.param(None, ["12 xã"], 0.0, id="no answer"),
        pytest.param("năm 2023", ["12 xã"], 0.0, id="no figure"),
        pytest.param("12 xã", ["Nguyễn Văn A", "năm 2023"], None, id="no figure is accepted"),
        pytest.param("12 xã", [], None, id="nothing is accepted"),
    ],
)
def test_figures_are_compared_by_value_and_unit(answer, accepted, expected):
    assert figure_accuracy(answer, accepted) == expected


# -- a run ----------------------------------------------------------------------------------------------

SCRIPT = {
    "thu nhập?": reply(1, 0, cite=(1,), short="30,5 triệu đồng", confidence=0.8),
    "hộ nghèo?": reply(0, 2, abstained=True, confidence=0.2),
    "chủ tịch?": reply(0, abstained=True, confidence=0.1),
}
WITHHELD = {
    "hộ nghèo?": reply(0, 2, cite=(2,), short="4,2%", confidence=0.2),
    "chủ tịch?": reply(0, cite=(0,), short="12 xã", confidence=0.1),
}
QUESTIONS = make_set(INCOME, POVERTY, MAYOR)


def test_a_run_with_thresholds_asks_again_only_what_was_abstained_from(tmp_path):
    asked: list[str] = []

    def ask_ungated(question: str):
        asked.append(question)
        return WITHHELD[question]

    summary = run(tmp_path / "run", QUESTIONS, SCRIPT, ask_ungated=ask_ungated, configuration={"min_confidence": 0.3})

    assert asked == ["hộ nghèo?", "chủ tịch?"]
    assert summary.thresholds is not None
    by_step = {row.threshold: row for row in summary.thresholds.rows}
    assert (by_step[0.0].right, by_step[0.0].rightly_abstained) == (1.0, 0.0)
    assert (by_step[0.15].right, by_step[0.15].rightly_abstained) == (1.0, 1.0)
    assert (by_step[0.3].right, by_step[0.3].wrongly_abstained, by_step[0.3].rightly_abstained) == (0.5, 0.5, 1.0)


def test_the_answers_of_a_run_are_scored_as_without_looking_at_thresholds(tmp_path):
    plain = run(tmp_path / "plain", QUESTIONS, SCRIPT)
    swept = run(tmp_path / "swept", QUESTIONS, SCRIPT, ask_ungated=WITHHELD.__getitem__)

    assert plain.overall == swept.overall
    assert plain.overall.metrics["answerability_auc"] == 1.0
    assert plain.overall.metrics["false_abstention"] == 0.5
    assert (plain.overall.metrics["figure_accuracy"], plain.overall.measured["figure_accuracy"]) == (0.5, 2)


def test_each_abstention_says_what_it_withheld(tmp_path):
    run(tmp_path / "run", QUESTIONS, SCRIPT, ask_ungated=WITHHELD.__getitem__)

    answered, poverty, mayor = read_results(tmp_path / "run")
    assert "without_threshold" not in answered
    assert (poverty["abstained"], poverty["confidence"]) == (True, 0.2)
    withheld = poverty["without_threshold"]
    assert (withheld["abstained"], withheld["short"], withheld["confidence"]) == (False, "4,2%", 0.2)
    assert withheld["scores"]["answer_em"] == 1.0
    assert mayor["without_threshold"]["short"] == "12 xã"


def test_a_question_without_accepted_answers_is_right_where_all_that_is_needed_is_cited(tmp_path):
    cited = Question(id="q", question="thu nhập?", docs=("báo cáo",), evidence=(SENTENCES[1],))
    summary = run(tmp_path / "run", make_set(cited), SCRIPT, ask_ungated=WITHHELD.__getitem__)

    assert summary.thresholds is not None
    assert summary.thresholds.rows[0].right == 1.0


def test_thresholds_stand_in_the_summary_in_a_table_and_in_a_picture(tmp_path):
    out = tmp_path / "run"
    summary = run(out, QUESTIONS, SCRIPT, ask_ungated=WITHHELD.__getitem__, configuration={"min_confidence": 0.3})

    written = json.loads((out / "summary.json").read_text("utf-8"))
    assert written["thresholds"]["n_answerable"] == 2
    assert written["thresholds"]["rows"][6] == {
        "threshold": 0.3, "right": 0.5, "wrong": 0.0, "wrongly_abstained": 0.5, "rightly_abstained": 1.0,
        "coverage": 1 / 3, "risk": 0.0,
    }  # fmt: skip
    assert "        0.30    0.500    0.000      0.500          1.000     0.333   0.000" in format_summary(summary)
    picture = (out / "threshold.svg").read_text("utf-8")
    assert "in use: 0.3" in picture
    assert set(written["files"]) == {"results.jsonl", "run.trec", "qrels.trec", "threshold.svg"}


def test_a_run_without_thresholds_has_no_table_and_takes_an_older_picture_away(tmp_path):
    out = tmp_path / "run"
    run(out, QUESTIONS, SCRIPT, ask_ungated=WITHHELD.__getitem__)
    summary = run(out, QUESTIONS, SCRIPT)

    assert {path.name for path in out.iterdir()} == {"results.jsonl", "summary.json", "run.trec", "qrels.trec"}
    assert summary_json(summary)["thresholds"] is None
    assert "threshold" not in format_summary(summary)


# -- the picture ----------------------------------------------------------------------------------------


def test_the_picture_is_one_svg_with_a_curve_for_each_share_and_asks_for_nothing():
    thresholds = sweep_thresholds([RIGHT, WRONG, TEMPTED])
    assert thresholds is not None
    root = ElementTree.fromstring(plot_thresholds(thresholds, in_use=0.3))

    namespace = "{http://www.w3.org/2000/svg}"
    curves = root.findall(f"{namespace}polyline")
    assert len(curves) == 5
    # Right of 1/2 at threshold 0: half way up between 300 and 56.
    assert curves[0].attrib["points"].split()[0] == "60.0,178.0"
    names = {element.tag.removeprefix(namespace) for element in root.iter()}
    assert names == {"svg", "title", "desc", "rect", "text", "line", "polyline"}
    assert not any("href" in name for element in root.iter() for name in element.attrib)


def test_a_share_that_is_missing_draws_no_curve():
    thresholds = sweep_thresholds([TEMPTED])
    assert thresholds is not None

    # Only what is abstained from rightly, and the risk of what is answered.
    assert plot_thresholds(thresholds).count("<polyline") == 2
