"""Answers about the made-up district reports are judged as they should be."""

from __future__ import annotations

import pytest

from rag.types import Answer, AnswerKind, Choice, Citation, Coverage, Reason, Understood
from tests.benchmarks.districts_judging import WordOverlap, is_accepted, judge, names_in
from tests.made_up import Asked, Candidate, Task, make_reports


@pytest.mark.parametrize(
    ("short", "right"),
    [
        ("8.200 tấn", True),
        ("trên 8.200 tấn", True),
        ("8.200 tấn lương thực", True),
        ("8.200", False),
        ("18.200 tấn", False),
        ("8.200 tấn/ha", False),
        ("8.200 tấn, tăng 0,6%", False),
        ("đạt 8.200 tấn", False),
        ("gần 8.200 tấn", False),
        ("200 tấn", False),
    ],
)
def test_a_figure_is_right_with_its_unit_and_the_words_of_the_report_around_it(short: str, right: bool):
    text = "Sản lượng đạt trên 8.200 tấn lương thực có hạt, 8.200 tấn, tăng 0,6% so với cùng kỳ."

    assert is_accepted(short, ("8.200 tấn",), text) is right


def test_a_name_inside_a_longer_one_is_not_named():
    names = ("Yên Sơn", "Yên Sơn Hạ", "Mường Lát", "Mường Lạt")

    assert names_in("Yên Sơn Hạ cao hơn Mường Lạt", names) == ["Yên Sơn Hạ", "Mường Lạt"]
    assert names_in("Yên Sơn và Yên Sơn Hạ", names) == ["Yên Sơn", "Yên Sơn Hạ"]


TEXTS = {
    "a.txt": "Yên Sơn: thu ngân sách đạt 120 tỷ đồng; sáu tháng đạt 55,5 tỷ đồng.",
    "b.txt": "Yên Sơn Hạ: thu ngân sách đạt 80 tỷ đồng.",
}


def answer(
    short: str | None,
    *files: str,
    text: str = "",
    reason: Reason | None = None,
    choices: tuple[tuple[str, str, int], ...] = (),
    coverage: tuple[int, int] | None = None,
) -> Answer:
    """Make an answer that cites these files. choices: label, figure and number of its citation."""
    return Answer(
        question="?",
        text=text,
        short=short,
        citations=tuple(
            Citation(i, f"reports/{file}", f"reports/{file}#0-9", "", None, 0, 9, "", True)
            for i, file in enumerate(files, start=1)
        ),
        evidence=(),
        abstained=reason is not None,
        reason=reason,
        understood=Understood("vi", True, AnswerKind.FIGURE),
        generator="",
        embedder="",
        confidence=0.5,
        snapshot="",
        choices=tuple(Choice(label, label, figure, n) for label, figure, n in choices),
        coverage=Coverage(coverage[1], coverage[0]) if coverage else None,
    )


def test_a_figure_is_wrong_when_cited_from_another_report_or_not_given():
    asked = Asked("?", Task.RESULT, "revenue", accepted=("120 tỷ đồng",), files=("a.txt",))

    assert judge(asked, answer("120 tỷ đồng", "a.txt"), TEXTS).right
    assert not judge(asked, answer("120 tỷ đồng", "b.txt", "a.txt"), TEXTS).right
    assert not judge(asked, answer("80 tỷ đồng", "a.txt"), TEXTS).right
    assert not judge(asked, answer(None, "a.txt", text="120 tỷ đồng"), TEXTS).right
    assert judge(asked, answer(None, reason=Reason.NOT_REPORTED), TEXTS).abstained


def test_an_abstention_is_right_with_one_of_its_reasons_only():
    asked = Asked("?", Task.LEFT_OUT, "poor", reasons=(Reason.NOT_REPORTED, Reason.OTHER_PERIOD))

    assert judge(asked, answer(None, reason=Reason.OTHER_PERIOD), TEXTS).right
    assert not judge(asked, answer(None, reason=Reason.OTHER_ENTITY), TEXTS).right
    assert not judge(asked, answer("9%", "a.txt"), TEXTS).right


def test_a_true_premise_may_be_answered_or_not_but_not_be_contradicted():
    asked = Asked("?", Task.PREMISE_HOLDS, "poor")

    assert judge(asked, answer("9%", "a.txt"), TEXTS).right
    assert judge(asked, answer(None, reason=Reason.NOT_REPORTED), TEXTS).right
    assert not judge(asked, answer(None, reason=Reason.PREMISE_CONTRADICTED), TEXTS).right


OPEN = Asked(
    "Thu ngân sách năm 2023?",
    Task.UNDERSPECIFIED,
    "revenue",
    candidates=(
        Candidate("Yên Sơn", "2023", ("120 tỷ đồng",), ("a.txt",)),
        Candidate("Yên Sơn Hạ", "2023", ("80 tỷ đồng",), ("b.txt",)),
    ),
    at_least=2,
)


@pytest.mark.parametrize(
    ("choices", "short", "right"),
    [
        pytest.param((("Yên Sơn", "120 tỷ đồng", 1), ("Yên Sơn Hạ", "80 tỷ đồng", 2)), None, True, id="both"),
        pytest.param((("Yên Sơn", "120 tỷ đồng", 1),), None, False, id="too few"),
        pytest.param((("Yên Sơn", "120 tỷ đồng", 1), ("Yên Sơn Hạ", "81 tỷ đồng", 2)), None, False, id="one wrong"),
        pytest.param((("Yên Sơn", "120 tỷ đồng", 2), ("Yên Sơn Hạ", "80 tỷ đồng", 1)), None, False, id="wrong report"),
        pytest.param((("Yên Sơn Hạ", "120 tỷ đồng", 1), ("Yên Sơn", "80 tỷ đồng", 2)), None, False, id="wrong names"),
        pytest.param(
            (("Yên Sơn", "120 tỷ đồng", 1), ("Yên Sơn Hạ", "80 tỷ đồng", 2)), "80 tỷ đồng", False, id="chosen"
        ),
    ],
)
def test_readings_are_right_when_enough_are_listed_and_none_is_wrong(choices, short, right):
    assert judge(OPEN, answer(short, "a.txt", "b.txt", choices=choices), TEXTS).right is right


@pytest.mark.parametrize(
    ("short", "text", "right"),
    [
        pytest.param("Yên Sơn", "", True, id="short"),
        pytest.param("Yên Sơn Hạ", "Yên Sơn.", False, id="other"),
        pytest.param(None, "Yên Sơn cao hơn Yên Sơn Hạ [1]. Thêm.", True, id="first named"),
        pytest.param(None, "Yên Sơn Hạ thấp hơn Yên Sơn [1].", True, id="turned round"),
        pytest.param(None, "Yên Sơn Hạ cao hơn Yên Sơn [1].", False, id="wrong way"),
        pytest.param(None, "Không rõ.", False, id="none"),
    ],
)
def test_the_winner_of_two_is_read_from_the_short_answer_or_the_first_sentence(short, text, right):
    asked = Asked("?", Task.TWO_PLACES, "revenue", winners=("Yên Sơn",), names=("Yên Sơn", "Yên Sơn Hạ"))

    assert judge(asked, answer(short, "a.txt", text=text), TEXTS).right is right


def test_a_difference_must_be_stated_as_a_number_of_its_own():
    asked = Asked("?", Task.TWO_YEARS, "revenue", numbers=("4,5", "9,1"))

    assert judge(asked, answer("4,5 tỷ đồng"), TEXTS).right
    assert judge(asked, answer(None, text="Tăng 9,1%."), TEXTS).right
    assert not judge(asked, answer("14,5 tỷ đồng", text="4,52 và 4,5/6"), TEXTS).right
    assert not judge(asked, answer(None, reason=Reason.NOT_REPORTED, text="4,5"), TEXTS).right


def test_a_list_holds_all_that_fit_and_no_other():
    names = ("Yên Sơn", "Yên Sơn Hạ", "Quế Lâm")
    asked = Asked("?", Task.LISTING, "revenue", winners=("Yên Sơn", "Quế Lâm"), names=names, stating=3, reports=9)

    both = judge(asked, answer("Quế Lâm, Yên Sơn", coverage=(3, 9)), TEXTS)
    assert (both.right, both.covered) == (True, True)
    assert judge(asked, answer("Quế Lâm, Yên Sơn", coverage=(2, 9)), TEXTS).covered is False
    assert not judge(asked, answer("Quế Lâm"), TEXTS).right
    assert not judge(asked, answer("Quế Lâm, Yên Sơn, Yên Sơn Hạ"), TEXTS).right


def test_plain_word_overlap_takes_the_sentence_that_shares_most_words():
    asked = Asked("Thu ngân sách Yên Sơn Hạ đạt?", Task.RESULT, "revenue", accepted=("80 tỷ đồng",), files=("b.txt",))

    assert WordOverlap(TEXTS).is_right(asked)
    assert not WordOverlap({"a.txt": TEXTS["a.txt"]}).is_right(asked)


def test_word_overlap_with_the_head_tells_reports_apart_by_their_titles():
    texts = {
        "a.txt": "Huyện Lam Sa\n\nI. KẾT QUẢ\n\nThu ngân sách đạt 120 tỷ đồng.",
        "b.txt": "Huyện Quế Lâm\n\nI. KẾT QUẢ\n\nThu ngân sách đạt 80 tỷ đồng.",
    }
    asked = Asked("Thu ngân sách Quế Lâm?", Task.RESULT, "revenue", accepted=("80 tỷ đồng",), files=("b.txt",))

    assert not WordOverlap(texts).is_right(asked)
    assert WordOverlap(texts, with_head=True).is_right(asked)


def right_answer(asked: Asked) -> Answer:
    """Answer a question as it is known to be right."""
    coverage = None if asked.stating is None else (asked.stating, asked.reports or 0)
    if asked.accepted:
        return answer(asked.accepted[0], asked.files[0])
    if asked.reasons:
        return answer(None, reason=asked.reasons[0])
    if asked.candidates:
        listed = [(c.district, c.accepted[0], i) for i, c in enumerate(asked.candidates, start=1)]
        return answer(None, *(c.files[0] for c in asked.candidates), choices=tuple(listed))
    return answer(" ".join([", ".join(asked.winners), *asked.numbers[:1]]), coverage=coverage)


@pytest.mark.parametrize("later", [False, True], ids=["seen", "later"])
def test_what_is_known_to_be_right_is_judged_right_and_no_answer_is_not(later: bool):
    reports = make_reports(1, later_forms=later)
    silent = answer(None, "bao-cao-01.txt", text="Không rõ.")

    for asked in reports.questions:
        verdict = judge(asked, right_answer(asked), reports.texts)
        assert verdict.right and verdict.covered in (None, True), asked
        assert judge(asked, silent, reports.texts).right == (asked.task is Task.PREMISE_HOLDS)
