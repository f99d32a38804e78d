"""Figures checked, tables, coverage and choices as HTML; abstentions that say what the reports say instead."""

from __future__ import annotations

from typing import Any

import pytest
from test_render import ABSTENTION, ANSWER, HIT, QUOTE, read, render

from ui.links import fingerprint

ADDRESS = f"/read/seeds%2Fa.txt?start=110&amp;end={110 + len(QUOTE)}&amp;v={fingerprint(QUOTE)}#mark"
CHECK: dict[str, Any] = ANSWER["checks"][0]
TABLE: dict[str, Any] = {
    "columns": ["Huyện", "Năm 2023"],
    "rows": [
        [{"text": "Quế Phong", "citation": None}, {"text": "35,7 triệu đồng", "citation": 1}],
        [{"text": "<b>Quan Sơn</b> | '", "citation": None}, {"text": "", "citation": None}],
    ],
    "arithmetic": "35,7 - 31,2 = 4,5 triệu đồng",
}
COVERAGE: dict[str, Any] = {"reports": 3, "stating": 1, "silent": ["Báo cáo <i>"], "copies": 0, "text": ""}
CHOICE: dict[str, Any] = {
    "question": "Thu nhập của Quế Phong năm 2023?",
    "label": "Quế Phong, 2023",
    "short": "35,7 triệu đồng",
    "citation": 1,
}


def checked(*checks: dict[str, Any], **more: Any) -> str:
    return render({**ANSWER, "checks": [{**CHECK, **check} for check in checks], **more})


# -- figures --------------------------------------------------------------------------------------------


def test_a_figure_is_a_button_that_says_what_was_checked():
    assert (
        '<div class="checked"><p class="checked-lead">Đã đối chiếu</p><ul class="checks">'
        '<li class="cited figure good"><button type="button" class="chip">35,7 triệu đồng</button>'
        '<span class="peek" role="tooltip" id="peek-1-f1"><span class="peek-title">Khớp với trích dẫn [1]</span>'
        '<span class="peek-facts">Giống: giá trị, đơn vị, loại số liệu (kết quả, kế hoạch…), thời gian, của ai</span>'
        '</span></li><li class="badge good">Trích nguyên văn</li></ul></div>'
    ) in render(ANSWER)


def test_a_figure_that_differs_says_in_the_open_what_differs():
    drawn = checked({"passed": False, "failed": ["unit", "period"]})

    assert (
        '<li class="cited figure bad"><button type="button" class="chip">35,7 triệu đồng'
        '<span class="chip-failed"> Khác: đơn vị, thời gian</span></button>'
    ) in drawn
    assert '<span class="peek-title">Không khớp với trích dẫn [1]</span>' in drawn
    assert "Giống: giá trị, loại số liệu (kết quả, kế hoạch…), của ai</span>" in drawn


def test_a_figure_without_a_citation_claims_no_more_than_that_it_stands_in_a_quote():
    good, bad = checked({"citation": None}), checked({"citation": None, "passed": False})

    assert '<span class="peek-title">Có trong câu trích</span>' in good
    assert "Giá trị và đơn vị giống trong câu trích." in good
    assert '<span class="peek-title">Không có trong câu trích nào</span>' in bad
    assert "thời gian" not in good + bad


def test_a_reason_the_words_lack_is_told_as_it_came():
    assert "Khác: &lt;scale&gt;" in checked({"passed": False, "failed": ["<scale>"]})


def test_many_figures_are_folded_but_never_those_that_differ():
    checks = [{"detail": f"{i} xã"} for i in range(6)]
    checks += [{"detail": f"{i} ha", "passed": False, "failed": ["value"]} for i in range(5)]
    shown, folded = checked(*checks).split("và 6 con số khác")

    assert (shown.count('figure bad"'), shown.count('figure good"')) == (5, 0)
    assert folded.count('figure good"') == 6


def test_the_same_figure_checked_twice_is_one_mark():
    assert checked({}, {}).count('class="chip"') == 1


def test_a_sentence_or_a_quote_that_could_not_be_checked_is_told():
    unverified = [{**ANSWER["citations"][0], "verified": False}]
    drawn = checked({"name": "claim", "passed": False}, citations=unverified)

    assert '<li class="badge bad">Có câu không khớp với dẫn chứng</li>' in drawn
    assert '<li class="badge bad">Chưa đối chiếu được với báo cáo</li>' in drawn
    assert 'class="chip"' not in drawn


def test_a_note_is_one_calm_line_under_the_figure():
    drawn = render({**ANSWER, "note": "Số <ước tính>."})

    assert '<p class="short">35,7 triệu đồng</p><p class="note">Số &lt;ước tính&gt;.</p><div class="said">' in drawn
    assert 'class="note"' not in render(ANSWER)


# -- a table --------------------------------------------------------------------------------------------


def test_a_table_has_heads_a_caption_and_a_link_in_the_cell_that_cites():
    assert (
        '<div class="sheet" role="region"><table><caption>Các báo cáo nêu</caption>'
        '<thead><tr><th scope="col">Huyện</th><th scope="col">Năm 2023</th></tr></thead>'
        '<tbody><tr><th scope="row">Quế Phong</th><td>35,7 triệu đồng&nbsp;'
        f'<a class="cite" href="{ADDRESS}" title="{QUOTE}">[1]</a></td></tr>'
        '<tr><th scope="row">&lt;b&gt;Quan Sơn&lt;/b&gt; | &#x27;</th>'
        '<td><span class="unsaid">không nêu</span></td></tr></tbody></table></div>'
        '<p class="arithmetic">35,7 - 31,2 = 4,5 triệu đồng</p>'
    ) in render({**ANSWER, "table": TABLE})


def test_a_cell_whose_citation_is_not_there_has_no_link():
    drawn = render({**ANSWER, "table": TABLE, "citations": [], "answer": "Không."})
    assert "<td>35,7 triệu đồng</td>" in drawn


def test_coverage_is_said_in_its_own_words_or_else_counted_with_the_silent_reports_folded():
    counted = render({**ANSWER, "table": TABLE, "coverage": {**COVERAGE, "copies": 2}})
    told = render({**ANSWER, "table": TABLE, "coverage": {**COVERAGE, "text": "1 trong 3 báo cáo.", "silent": []}})

    assert (
        '<p class="coverage">1/3 báo cáo nêu số liệu này. Không tính 2 bản sao.</p>'
        '<details class="folded"><summary>Báo cáo không nêu (1)</summary>'
        '<ul class="silent"><li>Báo cáo &lt;i&gt;</li></ul></details>'
    ) in counted
    assert '<p class="coverage">1 trong 3 báo cáo.</p>' in told
    assert 'class="silent"' not in told


def test_in_english_the_table_speaks_english():
    drawn = render({**ANSWER, "table": TABLE, "coverage": COVERAGE}, language="en")

    assert "<caption>What the reports say</caption>" in drawn
    assert "1 of 3 reports state this." in drawn
    assert "Matches citation [1]" in drawn


# -- choices --------------------------------------------------------------------------------------------


def test_choices_are_buttons_that_hold_the_question_to_ask_each_with_its_citation():
    drawn = render({**ANSWER, "short": None, "answer": "Có nhiều cách hiểu.", "choices": [CHOICE]})

    assert (
        '<div class="choices"><h3>Câu hỏi có thể hiểu theo các cách sau</h3><ul><li>'
        '<button type="button" class="choice"><span class="choice-label">Quế Phong, 2023</span> '
        '<span class="choice-short">35,7 triệu đồng</span> '
        '<span class="choice-question">Thu nhập của Quế Phong năm 2023?</span></button>'
        f'<span class="cited"><a class="cite" href="{ADDRESS}">[1]</a>'
        '<span class="peek" role="tooltip" id="peek-1-c1">'
    ) in drawn
    assert '<p class="hint">Chọn một cách hiểu, hoặc chỉ cần gõ thêm tên nơi hay năm.</p>' in drawn


# -- abstentions ----------------------------------------------------------------------------------------


def test_an_abstention_shows_what_the_reports_say_instead_and_folds_what_is_only_near():
    cited = {**HIT, "passage_id": HIT["passage_id"]}
    drawn = render(
        {
            **ABSTENTION,
            "answer": f"Các báo cáo không nói giảm.\nBáo cáo nêu: “{QUOTE}” [1]",
            "reason": "premise_contradicted",
            "citations": ANSWER["citations"],
            "evidence": [cited, *ABSTENTION["evidence"]],
        }
    )

    assert '<p class="withheld-title">Các báo cáo nói khác với điều câu hỏi cho là đúng</p>' in drawn
    assert f'<p class="reason">Các báo cáo không nói giảm.</p><p class="found">Báo cáo nêu: “{QUOTE}”' in drawn
    assert '<div class="instead"><h3>Các báo cáo nêu thay vào đó</h3><ol class="cards">' in drawn
    assert f"<blockquote>Năm 2023. <mark>{QUOTE}</mark> Hết.</blockquote>" in drawn
    nearest = drawn.split('<div class="nearest"><details class="folded">')[1]
    assert read(f"<details>{nearest.removesuffix('</div></div>')}").text_in("summary").startswith("Gần nhất")
    assert [f"Báo cáo {i}" in nearest for i in range(4)] == [True, True, True, False]
    assert 'class="short"' not in drawn


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("vi", "Điều câu hỏi cho là đúng trái với các báo cáo."),
        ("en", "What the question takes for granted is not what the reports say."),
    ],
)
def test_every_reason_has_a_sentence_of_its_own(language: str, reason: str):
    foreign = {**ABSTENTION, "reason": "premise_contradicted", "understood": {"language": "xx"}}
    assert f'<p class="reason">{reason}</p>' in render(foreign, language=language)
