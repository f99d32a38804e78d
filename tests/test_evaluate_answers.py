from __future__ import annotations

import unicodedata

import pytest

from rag.evaluate.answers import answer_em, answer_f1, contains_answer, item_recall, normalise_answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("35,7 triệu đồng/năm", "35,7 triệu đồng / năm", id="slash between words"),
        pytest.param("9,5%", "9,5 %", id="percent sign apart"),
        pytest.param("Nguyễn Văn Thi", "nguyễn văn thi.", id="case and full stop"),
        pytest.param("hòa bình", "hoà bình", id="place of the tone mark"),
        pytest.param(unicodedata.normalize("NFD", "Quế Phong"), "Quế Phong", id="decomposed"),
        pytest.param("14–17 tạ", "14-17 tạ", id="dashes"),
        pytest.param("05-07-2023", "5/7/2023", id="whole date"),
        pytest.param("30/06", "30/6", id="leading zero of a month"),
        pytest.param("“mô hình  doanh nghiệp”", "mô hình doanh nghiệp", id="quotation marks and spaces"),
        pytest.param("781,5 m²", "781,5 m2", id="superscript"),
        pytest.param("Covid-19", "covid 19", id="hyphen in a word"),
        pytest.param("–5%", "-5%", id="minus signs"),
    ],
)
def test_spellings_of_one_answer_are_equal(one, other):
    assert normalise_answer(one) == normalise_answer(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("9,5%", "95%", id="decimal comma"),
        pytest.param("9,5", "9,5%", id="percent"),
        pytest.param("9%", "9‰", id="per mille"),
        pytest.param("30/4", "304", id="ratio or date"),
        pytest.param("2.106", "2,106", id="point and comma"),
        pytest.param("2.106", "2106", id="thousands"),
        pytest.param("14-17", "14/17", id="range and ratio"),
        pytest.param("14-17", "1417", id="range"),
        pytest.param("-5%", "5%", id="minus"),
        pytest.param("$5", "5", id="currency"),
        pytest.param("08,5", "8,5-", id="leading zero of a decimal"),
        pytest.param("đồng", "dong", id="đ and d"),
        pytest.param("tỷ", "ty", id="accents"),
    ],
)
def test_different_answers_stay_apart(one, other):
    assert normalise_answer(one) != normalise_answer(other)


def test_exact_match_takes_any_accepted_variant():
    assert answer_em("19/7", ["19-7", "19/7"]) == 1.0
    assert answer_em("19/8", ["19-7", "19/7"]) == 0.0


@pytest.mark.parametrize("answer", [None, "", "…"], ids=["absent", "empty", "only punctuation"])
def test_no_answer_scores_zero(answer):
    assert answer_em(answer, ["…", "4/4"]) == 0.0
    assert answer_f1(answer, ["…", "4/4"]) == 0.0


def test_token_f1_is_the_best_over_the_variants():
    # 2 shared of 2 given and 3 wanted: 2 * 2 / (2 + 3); of 4 wanted: 2 * 2 / (2 + 4)
    assert answer_f1("400 tỷ", ["400 tỷ đồng", "hơn 400 tỷ đồng"]) == pytest.approx(4 / 5)


def test_token_f1_counts_a_repeated_word_once_for_each_time_it_is_wanted():
    # given: xã xã xã; wanted: xã biên giới: 1 shared, 2 * 1 / (3 + 3)
    assert answer_f1("xã xã xã", ["xã biên giới"]) == pytest.approx(1 / 3)


def test_an_answer_is_contained_as_whole_tokens_in_a_row():
    assert contains_answer("Tỷ lệ hộ nghèo còn 35,6%, giảm mạnh.", ["35,6 %"])
    assert not contains_answer("Tỷ lệ hộ nghèo còn 135,6%.", ["35,6%"])
    assert not contains_answer("Có 4 trong 4 xã.", ["4 4"])


def test_item_recall_is_the_share_of_items_named_in_any_text():
    assert item_recall(["Maybank và IFC", "ifc"], ["Maybank", "IFC", "Geleximco"]) == pytest.approx(2 / 3)
