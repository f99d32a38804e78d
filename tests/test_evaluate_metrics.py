from __future__ import annotations

import pytest

from rag.evaluate.locate import Corpus, resolve_documents
from rag.evaluate.metrics import (
    Span,
    abstention_scores,
    citation_recall,
    document_rank,
    evidence_rank,
    is_right_citation,
    is_verbatim,
    percentile,
    touches,
)
from rag.evaluate.trec import Retrieved, encode_id, falling_scores, judge_passages, qrels_lines, run_lines, score_run
from rag.types import Question

A = "Huyện A có 12 xã.\n\nThu nhập đạt 30,5 triệu đồng.\nTỷ lệ hộ nghèo còn 4,2%."
B = "Huyện B có 9 xã. Thu nhập đạt 28 triệu đồng."
DOCUMENTS = {"src/a.txt": A, "src/b.txt": B}


def span_of(words: str, doc_id: str = "src/a.txt") -> Span:
    start = DOCUMENTS[doc_id].index(words)
    return Span(doc_id, start, start + len(words))


def aim(**fields: object):
    question = Question(id="q", question="?", **fields)
    corpus = Corpus(DOCUMENTS)
    resolved, _ = resolve_documents([question], corpus)
    return corpus.aim(question, resolved["q"])


INCOME = "Thu nhập đạt 30,5 triệu đồng."
POVERTY = "Tỷ lệ hộ nghèo còn 4,2%."
NOISE = Span("src/b.txt", 0, 16)


# -- finding the known evidence -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("tinh/huyen/bao cao.txt", ("tinh/huyen/bao cao.txt",), id="id"),
        pytest.param("huyen/bao cao.txt", ("tinh/huyen/bao cao.txt",), id="end of a path"),
        pytest.param("bao cao", ("tinh/huyen/bao cao.txt",), id="stem"),
        pytest.param("huyen/bao cao", ("tinh/huyen/bao cao.txt",), id="end of a path without suffix"),
        pytest.param("./huyen\\bao cao.txt", ("tinh/huyen/bao cao.txt",), id="windows path"),
        pytest.param("/data/tinh/huyen/bao cao.txt", ("tinh/huyen/bao cao.txt",), id="longer path"),
        pytest.param("/data/khac/bao cao.txt", (), id="another folder"),
        pytest.param("cao.txt", (), id="end of a name"),
        pytest.param("001", ("tinh/001.docx", "tinh/001.txt"), id="ambiguous"),
        pytest.param("001.txt", ("tinh/001.txt",), id="name before stem"),
    ],
)
def test_a_document_is_named_by_id_path_or_stem(name, found):
    corpus = Corpus({"tinh/huyen/bao cao.txt": "", "tinh/001.txt": "", "tinh/001.docx": ""})

    assert corpus.resolve(name) == found


def test_names_that_are_not_one_document_are_reported():
    corpus = Corpus({"one/001.txt": "", "two/001.txt": ""})
    question = Question(id="q", question="?", docs=("001", "002"))

    resolved, problems = resolve_documents([question], corpus)

    assert resolved == {"q": ["one/001.txt", "two/001.txt"]}
    assert [(p.question_id, p.doc, p.candidates) for p in problems] == [
        ("q", "001", ("one/001.txt", "two/001.txt")),
        ("q", "002", ()),
    ]


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("đạt 30,5 triệu đồng.\nTỷ lệ", id="exact"),
        pytest.param("đạt  30,5 triệu đồng. Tỷ lệ", id="white space"),
        pytest.param("ĐẠT 30,5 triệu ĐỒNG. tỷ lệ", id="case"),
        pytest.param("đa\u0323t 30,5 triệu đồng.\nTỷ lệ", id="decomposed"),
    ],
)
def test_a_quote_is_located_where_it_stands(quote):
    (place,) = Corpus(DOCUMENTS).find(quote, "src/a.txt")

    assert place.text == A[place.start : place.end] == "đạt 30,5 triệu đồng.\nTỷ lệ"


def test_a_quote_is_found_at_every_place_and_nowhere_else():
    corpus = Corpus({"s/a": "có 9 xã, có 9 xã"})

    assert [(place.start, place.end) for place in corpus.find("có 9 xã", "s/a")] == [(0, 7), (9, 16)]
    assert corpus.find("có 10 xã", "s/a") == []


def test_a_question_without_documents_is_aimed_at_all_of_them():
    assert aim(evidence=(INCOME,)).docs == ("src/a.txt",)


# -- evidence recall ------------------------------------------------------------------------------------


def test_evidence_is_found_with_the_last_of_its_quotes():
    target = aim(docs=("a",), evidence=(INCOME, "Huyện A có 12 xã."))

    assert evidence_rank(target, [span_of(INCOME), NOISE, span_of("Huyện A có 12 xã.")]) == 3
    assert evidence_rank(target, [span_of(INCOME), NOISE]) is None


def test_one_alternative_serves_for_all_the_evidence():
    target = aim(docs=("a",), evidence=(INCOME, "Huyện A có 12 xã."), alt_evidence=(POVERTY,))

    assert evidence_rank(target, [NOISE, span_of(POVERTY)]) == 2


def test_a_quote_cut_by_a_boundary_is_found_once_both_pieces_are():
    target = aim(docs=("a",), evidence=(INCOME + "\n" + POVERTY,))

    assert evidence_rank(target, [span_of(POVERTY), NOISE, span_of(INCOME)]) == 3


def test_the_same_words_in_another_document_are_not_the_evidence():
    target = aim(docs=("a",), evidence=("Thu nhập đạt",))

    assert evidence_rank(target, [Span("src/b.txt", 0, len(B))]) is None


def test_evidence_that_stands_nowhere_is_never_found():
    target = aim(docs=("a",), evidence=("Không có câu này.",))

    assert evidence_rank(target, [Span("src/a.txt", 0, len(A))]) is None


def test_a_question_without_evidence_is_never_found_by_chance():
    assert evidence_rank(aim(docs=("a",)), [Span("src/a.txt", 0, len(A))]) is None


def test_the_document_rank_is_that_of_its_first_passage():
    assert document_rank(["src/a.txt"], [NOISE, span_of(POVERTY), span_of(INCOME)]) == 2
    assert document_rank(["src/a.txt"], [NOISE]) is None


# -- citations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "touched"),
    [
        pytest.param(span_of(INCOME), True, id="the sentence"),
        pytest.param(span_of("30,5 triệu"), True, id="a clause of it"),
        pytest.param(Span("src/a.txt", 0, len(A)), True, id="the whole report"),
        pytest.param(span_of("đồng.\nTỷ lệ hộ nghèo"), False, id="a word at its edge"),
        pytest.param(span_of(POVERTY), False, id="its neighbour"),
        pytest.param(Span("src/b.txt", 19, 48), False, id="another report"),
    ],
)
def test_a_citation_touches_evidence_it_shares_half_of_the_shorter_with(span, touched):
    target = aim(docs=("a",), evidence=(INCOME,))

    assert touches(span, target.evidence[0].places[0]) is touched
    assert is_right_citation(span, target) is touched


def test_citation_recall_is_the_share_of_needed_quotes_cited():
    target = aim(docs=("a",), evidence=(INCOME, POVERTY))

    assert citation_recall([span_of(INCOME)], target) == 0.5
    assert citation_recall([span_of(INCOME), span_of(POVERTY)], target) == 1.0
    assert citation_recall([], target) == 0.0


def test_citing_a_sentence_of_the_quote_that_does_not_answer_is_not_recall():
    target = aim(docs=("a",), answers=("4,2%",), evidence=(INCOME + "\n" + POVERTY,))

    assert citation_recall([span_of(INCOME)], target) == 0.0
    assert citation_recall([span_of(POVERTY)], target) == 1.0
    assert is_right_citation(span_of(INCOME), target)


def test_citing_an_alternative_is_full_recall():
    target = aim(docs=("a",), evidence=(INCOME,), alt_evidence=(POVERTY,))

    assert citation_recall([span_of(POVERTY)], target) == 1.0


@pytest.mark.parametrize(
    ("quote", "span", "verbatim"),
    [
        pytest.param(INCOME, span_of(INCOME), True, id="as it stands"),
        pytest.param(INCOME[:-1], span_of(INCOME), False, id="one character short"),
        pytest.param(INCOME, Span("src/none.txt", 0, len(INCOME)), False, id="no such document"),
        pytest.param("", Span("src/a.txt", 5, 5), False, id="nothing"),
        pytest.param(B, Span("src/b.txt", 0, len(B) + 1), False, id="past the end"),
        pytest.param(A[-3:-1], Span("src/a.txt", -3, -1), False, id="from the end"),
    ],
)
def test_a_quote_is_verbatim_only_character_by_character(quote, span, verbatim):
    assert is_verbatim(quote, span, DOCUMENTS) is verbatim


# -- abstaining -----------------------------------------------------------------------------------------


def test_abstention_precision_recall_and_f1():
    # 3 abstained from, 2 of them rightly; 4 unanswerable: 2/3, 2/4, 2 * 2 / (3 + 4)
    outcomes = [(True, False), (True, True), (False, True), (False, True), (False, False), (False, False)]

    scores = abstention_scores(outcomes)

    assert scores["abstention_precision"] == pytest.approx(2 / 3)
    assert scores["abstention_recall"] == pytest.approx(1 / 2)
    assert scores["abstention_f1"] == pytest.approx(4 / 7)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param([(True, False)], (None, None, None, 0.0), id="nothing to abstain from"),
        pytest.param([(True, True)], (0.0, None, 0.0, 1.0), id="only wrong abstentions"),
        pytest.param([(False, False)], (None, 0.0, 0.0, None), id="never abstained"),
        pytest.param([], (None, None, None, None), id="no question"),
    ],
)
def test_abstention_scores_without_a_denominator_are_absent(outcomes, expected):
    assert tuple(abstention_scores(outcomes).values()) == expected


def test_percentiles_are_by_nearest_rank():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]

    assert (percentile(values, 50), percentile(values, 95), percentile(values, 20)) == (3.0, 5.0, 1.0)
    assert percentile([], 50) is None


# -- runs and judgements --------------------------------------------------------------------------------


def hit(name: str, score: float, span: Span = NOISE) -> Retrieved:
    return Retrieved(name, span.doc_id, span.start, span.end, score)


def test_every_passage_that_holds_ink_of_the_evidence_is_relevant():
    target = aim(docs=("a",), evidence=(INCOME,))
    start = A.index(INCOME)
    place = target.evidence[0].places[0]
    cuts = [("head", 0, start), ("first", start, start + 9), ("rest", start + 9, len(A))]
    passages = [(name, type(place)("src/a.txt", a, b, A[a:b])) for name, a, b in cuts]

    assert judge_passages(target, passages, []) == ["first", "rest"]


def test_without_the_passages_a_missed_quote_stands_for_one():
    target = aim(docs=("a",), evidence=(INCOME, POVERTY))
    start = A.index(POVERTY)

    relevant = judge_passages(target, None, [hit("p1", 1.0, span_of(INCOME)), hit("p2", 0.5)])

    assert relevant == ["p1", f"src/a.txt#{start}-{start + len(POVERTY)}"]


def test_retrieval_metrics_of_a_hand_worked_run():
    run = {"q1": [hit("x", 3.0), hit("r1", 2.0), hit("y", 1.0)], "q2": [hit("r", 1.0)], "q3": [], "q4": [hit("z", 1.0)]}
    qrels = {"q1": ["r1", "r2"], "q2": ["r"], "q3": ["r"], "q4": []}

    scores = score_run(qrels, run)

    # q1: the first of two relevant passages at rank 2: DCG 1/log2(3) = 0.6309, ideal 1 + 0.6309
    assert scores["q1"]["nDCG@10"] == pytest.approx(0.63093 / 1.63093, abs=1e-4)
    assert (scores["q1"]["R@10"], scores["q1"]["RR@10"]) == (0.5, 0.5)
    assert (scores["q1"]["Success@1"], scores["q1"]["Success@5"]) == (0.0, 1.0)
    assert set(scores["q2"].values()) == {1.0}
    assert set(scores["q3"].values()) == {0.0}
    assert set(scores["q4"].values()) == {0.0}


def test_equal_scores_are_read_back_in_the_order_of_the_hits():
    hits = [hit("a", 2.0), hit("b", 2.0), hit("c", 2.0), hit("d", 0.0), hit("e", 0.0)]

    scores = falling_scores(hits)

    assert scores == sorted(set(scores), reverse=True)
    assert score_run({"q": ["a"]}, {"q": hits})["q"]["Success@1"] == 1.0
    assert score_run({"q": ["d"]}, {"q": hits})["q"]["RR@10"] == 0.25


def test_ids_are_percent_encoded():
    assert encode_id("nguồn/báo cáo #1.txt#0-9") == "ngu%E1%BB%93n/b%C3%A1o%20c%C3%A1o%20%231.txt%230-9"
    assert run_lines("câu 1", [hit("s/a b#0-1", 1.5)]) == "c%C3%A2u%201 Q0 s/a%20b%230-1 1 1.5 danchung\n"
    assert qrels_lines("câu 1", ["s/a b#0-1"]) == "c%C3%A2u%201 0 s/a%20b%230-1 1\n"
