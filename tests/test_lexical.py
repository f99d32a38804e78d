from __future__ import annotations

from math import log1p

import numpy as np
import pytest

from rag.lexical import (
    ACCENTED_WEIGHT,
    FIELD_WEIGHTS,
    K1,
    LexicalIndex,
    TermKind,
    build_postings,
    tokenise,
)


def make_index(texts: list[str], titles: list[str] | None = None) -> LexicalIndex:
    """One document a text, unless there are fewer titles: then all texts belong to the first."""
    body = build_postings(tokenise(t) for t in texts)
    fields = {} if titles is None else {"title": build_postings(tokenise(t) for t in titles)}
    first = np.arange(len(texts) + 1) if titles is None or len(titles) == len(texts) else np.array([0, len(texts)])
    return LexicalIndex.of(body, fields, first.astype(np.int64))


def test_tokens_are_an_accented_and_a_folded_row():
    tokens = tokenise("huyện huyen HUYỆN")
    assert tokens.shape == (2, 3) and tokens.dtype == np.uint32
    assert tokens[1, 0] == tokens[1, 1] == tokens[1, 2]
    assert tokens[0, 0] == tokens[0, 2] != tokens[0, 1]


def test_a_date_brings_its_parts_behind_a_gap():
    tokens = tokenise("30-6-2018")
    assert tokens[0].tolist()[1::2] == [0, 0, 0]
    assert tokens[1, 2] == tokenise("30")[1, 0] and tokens[1, 6] == tokenise("2018")[1, 0]


def test_a_score_is_the_hand_worked_bm25():
    index = make_index(["thu", "chi", "no"])
    # One folded term, in 1 of 3 rows, every row of mean length: idf ln(1 + 2.5/1.5), tf 1/(1 + k1).
    assert index.score("thu").tolist() == pytest.approx([log1p(2.5 / 1.5) / (1 + K1), 0, 0])


def test_an_accented_query_counts_accented_terms_beside_folded_ones():
    index = make_index(["thứ", "thu", "chi"])
    folded = log1p(1.5 / 2.5) / (1 + K1)
    accented = ACCENTED_WEIGHT * log1p(2.5 / 1.5) / (1 + K1)
    assert index.score("thứ").tolist() == pytest.approx([folded + accented, folded, 0])


def test_the_same_without_accents_finds_both_spellings_alike():
    scores = make_index(["hộ nghèo", "ho ngheo", "giàu"]).score("ho ngheo")
    assert scores[0] == scores[1] > 0 and scores[2] == 0


def test_neighbours_count_more_than_the_same_words_apart():
    scores = make_index(["hộ nghèo giảm", "nghèo giảm hộ", "khác hẳn đây"]).score("hộ nghèo")
    assert scores[0] > scores[1] > scores[2] == 0


def test_rows_do_not_run_into_each_other():
    index = make_index(["một", "hai"])
    assert index.score("mot hai").tolist() == index.score("hai mot").tolist()


def test_a_word_of_the_title_selects_every_passage_of_its_report_and_adds_to_the_body():
    index = make_index(["Quế Phong thu 5", "chi 5", "nợ 5", "vay 5"], titles=["Quế Phong", "Quan Sơn", "x", "y"])
    scores = index.score("Quan Sơn")
    assert scores.argmax() == 1 and np.count_nonzero(scores) == 1
    weight = FIELD_WEIGHTS["title"]
    length = K1 * (0.6 + 0.4 * 2 / 2.5)
    one = log1p(3.5 / 1.5) * weight / (weight + length)
    # quan, son, their pair; folded at 1 and accented at the accented weight
    assert scores[1] == pytest.approx(3 * one * (1 + ACCENTED_WEIGHT), rel=1e-5)


def test_a_title_repeated_counts_once():
    once = make_index(["a", "b"], titles=["Vinh", "x"]).score("vinh")
    twice = make_index(["a", "b"], titles=["Vinh Vinh", "x"]).score("vinh")
    assert once.tolist() == twice.tolist()


def test_added_phrases_count_with_their_weight():
    index = make_index(["hợp tác xã", "khác", "nữa"])
    full = index.score("hop tac xa")[0]
    assert index.score("htx", added=[("hop tac xa", 0.5)])[0] == pytest.approx(full / 2)


def test_an_empty_index_and_an_unknown_word_score_nothing():
    assert make_index([]).score("thu").shape == (0,)
    assert make_index(["chi"]).score("thu").tolist() == [0]
    assert make_index(["chi"]).score("").tolist() == [0]


def test_the_kinds_of_term_never_meet():
    postings = build_postings([tokenise("một hai")])
    kinds = [int(t) >> 38 for t in postings.terms]
    assert sorted(kinds) == [
        TermKind.ACCENTED,
        TermKind.ACCENTED,
        TermKind.FOLDED,
        TermKind.FOLDED,
        TermKind.ACCENTED_PAIR,
        TermKind.FOLDED_PAIR,
    ]
    assert list(postings.terms) == sorted(postings.terms)


def test_postings_agree_with_a_count_by_hand():
    postings = build_postings([tokenise("ba ba hai"), tokenise("hai"), tokenise("")])
    alone = build_postings([tokenise("hai")])
    hai = next(int(t) for t in alone.terms if int(t) >> 38 == TermKind.FOLDED)
    rows, counts = postings.find(hai)
    assert rows.tolist() == [0, 1] and counts.tolist() == [1, 1]
    ba = next(int(t) for t in build_postings([tokenise("ba")]).terms if int(t) >> 38 == TermKind.FOLDED)
    rows, counts = postings.find(ba)
    assert rows.tolist() == [0] and counts.tolist() == [2]
    assert postings.lengths.tolist() == [3, 1, 0]


def test_a_word_met_a_thousand_times_is_capped_not_wrapped():
    index = make_index(["ba " * 1000, "ba"])
    assert index.body.find(next(int(t) for t in build_postings([tokenise("ba")]).terms if int(t) >> 38 == 1))[
        1
    ].tolist() == [255, 1]


def test_idf_is_that_of_the_folded_word():
    index = make_index(["thứ", "chi", "no"])
    assert index.idf("thu") == pytest.approx(log1p(2.5 / 1.5))
    assert index.idf("chua co") == pytest.approx(log1p(3.5 / 0.5))
