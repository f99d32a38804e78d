from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log1p

import numpy as np
import pytest

from rag.lexical import (
    SETTINGS,
    LexicalIndex,
    LexicalQuery,
    LexicalSettings,
    TermKind,
    build_postings,
    make_query,
    phrase_numbers,
    tokenise,
)


def make_index(
    texts: Sequence[str],
    titles: Sequence[str] | None = None,
    *,
    sizes: Sequence[int] | None = None,
    settings: LexicalSettings = SETTINGS,
) -> LexicalIndex:
    """Make an index of texts. sizes: how many texts each report has; one each if None."""
    body = build_postings(tokenise(t) for t in texts)
    fields = {} if titles is None else {"title": build_postings(tokenise(t) for t in titles)}
    first = np.cumsum([0, *(sizes or [1] * len(texts))]).astype(np.int64)
    return LexicalIndex.of(body, fields, first, settings=settings)


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
    assert index.score("thu").tolist() == pytest.approx([log1p(2.5 / 1.5) / (1 + SETTINGS.k1), 0, 0])


def test_an_accented_query_counts_accented_terms_beside_folded_ones():
    index = make_index(["thứ", "thu", "chi"])
    folded = log1p(1.5 / 2.5) / (1 + SETTINGS.k1)
    accented = SETTINGS.accented * log1p(2.5 / 1.5) / (1 + SETTINGS.k1)
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
    weight = SETTINGS.title
    length = SETTINGS.k1 * (1 - SETTINGS.b + SETTINGS.b * 2 / 2.5)
    one = log1p(3.5 / 1.5) * weight / (weight + length)
    # quan, son and, at the weight of pairs, both together; folded at 1 and accented at the accented weight.
    assert scores[1] == pytest.approx((2 + SETTINGS.pair) * one * (1 + SETTINGS.accented), rel=1e-5)


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


# -- what stands before ---------------------------------------------------------------------------------


def test_a_name_one_or_two_paragraphs_before_still_selects_a_passage():
    index = make_index(["vinh", "thu", "chi", "no"], sizes=[4])
    idf = log1p(3.5 / 1.5)
    before = SETTINGS.before / (SETTINGS.before + SETTINGS.k1)
    assert index.score("vinh").tolist() == pytest.approx([idf / (1 + SETTINGS.k1), idf * before, idf * before, 0])


def test_a_name_in_both_paragraphs_before_counts_twice_and_beside_the_passages_own():
    index = make_index(["vinh", "vinh", "thu", "chi"], sizes=[4])
    idf, k1, before = log1p(2.5 / 2.5), SETTINGS.k1, SETTINGS.before
    counts = [1, 1 + before, 2 * before, before]
    assert index.score("vinh").tolist() == pytest.approx([idf * count / (count + k1) for count in counts])


@pytest.mark.parametrize(
    ("sizes", "selected"),
    [([4], [0, 1, 2]), ([1, 3], [0]), ([2, 2], [0, 1]), ([1, 1, 2], [0])],
    ids=["one report", "alone", "two of two", "three reports"],
)
def test_what_stands_before_does_not_reach_into_the_next_report(sizes: list[int], selected: list[int]):
    scores = make_index(["vinh", "thu", "chi", "no"], sizes=sizes).score("vinh")
    assert np.flatnonzero(scores).tolist() == selected


def test_a_name_of_the_last_paragraph_reaches_nothing():
    assert np.flatnonzero(make_index(["thu", "chi", "vinh"], sizes=[3]).score("vinh")).tolist() == [2]


# -- phrases and alternatives ---------------------------------------------------------------------------


def test_a_phrase_stands_where_all_its_pairs_do_as_often_as_the_rarest():
    texts = ["hộ nghèo giảm", "hộ nghèo, hộ nghèo giảm", "nghèo giảm", "hộ nghèo"]
    postings = build_postings(tokenise(text) for text in texts)
    rows, counts = postings.find_phrase(phrase_numbers("hộ nghèo giảm"))
    assert (rows.tolist(), counts.tolist()) == ([0, 1], [1, 1])
    rows, counts = postings.find_phrase(phrase_numbers("hộ nghèo"))
    assert (rows.tolist(), counts.tolist()) == ([0, 1, 3], [1, 2, 1])
    rows, counts = postings.find_phrase(phrase_numbers("hộ giàu"))
    assert (rows.tolist(), counts.tolist()) == ([], [])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("lúa", "Lúa đạt 5 tấn"),
        ("thu ngân sách", "Thu ngân sách đạt"),
        ("15", "còn 15 hộ"),
        ("12%", "tăng 12%"),
        ("19/7/2023", "Ngày 19/7/2023, huyện họp"),
        ("tháng 3/2023", "Trong tháng 3/2023"),
        ("quý III/2023", "Lợi nhuận quý III/2023"),
    ],
)
def test_a_phrase_is_found_in_the_text_that_says_it(phrase: str, text: str):
    postings = build_postings([tokenise(text), tokenise("Huyện khác")])
    numbers = phrase_numbers(phrase)
    assert numbers
    assert postings.find_phrase(numbers)[0].tolist() == [0]


def groups(*phrases: str, weight: float = 1.5) -> LexicalQuery:
    return make_query("", groups=[(phrases, weight)])


CROPS = ("lúa", "gạo", "thóc", "nếp", "tẻ")


def test_alternatives_are_one_term_whose_frequencies_add_up():
    index = make_index(["lúa", "gạo", "lúa gạo", "xe", "tàu"])
    # One of two words stands in 3 of 5 rows; the mean length is 6 / 5.
    idf, k1, b = log1p(2.5 / 3.5), SETTINGS.k1, SETTINGS.b
    short, long = (k1 * (1 - b + b * n / 1.2) for n in (1, 2))
    expected = [1.5 * idf / (1 + short), 1.5 * idf / (1 + short), 1.5 * idf * 2 / (2 + long), 0, 0]
    assert index.score(groups("lúa", "gạo")).tolist() == pytest.approx(expected)


def test_five_translations_weigh_no_more_than_one():
    index = make_index([" ".join(CROPS), "lúa xe tàu cầu đường", "xe tàu cầu đường bến", *["bến"] * 4])
    one, five = index.score(groups("lúa")), index.score(groups(*CROPS))
    apart = index.score(make_query("", groups=[((crop,), 1.5) for crop in CROPS]))
    assert five[1] == pytest.approx(one[1])
    # All five stand there: the term is met five times, and still weighs less than it could at most.
    assert one[0] < five[0] < 1.5 * index.idf_of(2) < apart[0]


def test_an_alternative_that_stands_nowhere_takes_nothing_away():
    index = make_index(["lúa", "xe", "tàu"])
    assert index.score(groups("lúa", "kê")).tolist() == index.score(groups("lúa")).tolist()
    assert index.score(groups("kê", "ngô")).tolist() == [0, 0, 0]


def test_alternatives_of_several_words_are_met_as_phrases():
    index = make_index(["tỷ lệ hộ nghèo", "hộ không nghèo", "người nghèo", "hộ nghèo"])
    assert np.flatnonzero(index.score(groups("hộ nghèo", "người nghèo"))).tolist() == [0, 2, 3]


def test_a_term_met_twice_in_a_question_counts_once_with_its_heaviest_weight():
    twice = make_query("htx htx", added=[("htx", 0.3)])
    assert sorted((term.alternatives, term.weight) for term in make_query("htx").terms) == [
        (term.alternatives, term.weight)
        for term in sorted(twice.terms, key=lambda t: t.alternatives)
        if term.weight == 1
    ]


def test_a_word_struck_out_is_not_looked_up_and_makes_no_pair():
    tokens = tokenise("thu ngan sach").copy()
    tokens[:, 1] = 0
    assert len(make_query(tokens, accented=False).terms) == 2
    assert len(make_query("thu ngan sach").terms) == 5


# -- which rows -----------------------------------------------------------------------------------------


def test_rows_that_are_not_allowed_score_nothing_and_change_nothing_for_the_others():
    index = make_index(["thu chi", "thu", "chi thu no", "thu thu"], sizes=[4])
    allowed = np.array([True, False, True, False])
    free, held = index.score("thu"), index.score("thu", allowed=allowed)
    assert held.tolist() == [free[0], 0, free[2], 0]
    assert (free > 0).all()


def exact(texts: Sequence[str], titles: Sequence[str], sizes: Sequence[int], query: str) -> np.ndarray:
    """Score folded texts by the formula as it is written, word by word."""
    words = [text.split() for text in texts]
    bags = [[*w, *pairwise(w)] for w in words]
    heads = [[*t.split(), *pairwise(t.split())] for t in titles]
    mean = sum(map(len, words)) / len(words)
    asked = query.split()
    report = [i for i, size in enumerate(sizes) for _ in range(size)]
    scores = []
    weights = dict.fromkeys(asked, 1.0) | dict.fromkeys(pairwise(asked), SETTINGS.pair)
    idf = {}
    for term in weights:
        # A term that stands in titles only is as rare as the passages under them.
        n = sum(term in bag for bag in bags) or sum(term in heads[r] for r in report)
        idf[term] = log1p((len(texts) - n + 0.5) / (n + 0.5))
    for row, bag in enumerate(bags):
        norm = SETTINGS.k1 * (1 - SETTINGS.b + SETTINGS.b * len(words[row]) / mean)
        score = 0.0
        for term, weight in weights.items():
            count = bag.count(term) + SETTINGS.title * (term in heads[report[row]])
            for step in (1, 2):
                if row >= step and report[row - step] == report[row]:
                    count += SETTINGS.before * (term in bags[row - step])
            score += weight * idf[term] * count / (count + norm)
        scores.append(score)
    return np.array(scores)


@pytest.fixture(scope="module")
def many() -> tuple[list[str], list[str], list[int]]:
    """4,000 passages of 800 reports: "thu" and "chi" stand in most, "gao" in about 1,300, "vinh" in few reports."""
    rng = np.random.default_rng(5)
    filler = [f"w{i}" for i in range(300)]
    texts = []
    for _ in range(4000):
        words = list(rng.choice(filler, size=int(rng.integers(3, 12))))
        for word, share in (("thu", 0.7), ("chi", 0.6), ("gao", 0.33), ("vinh", 0.01)):
            words += [word] * int(rng.random() < share) * int(rng.integers(1, 3))
        rng.shuffle(words)
        texts.append(" ".join(words))
    titles = [f"bao cao {'vinh' if i % 50 == 0 else 'thu' if i % 3 else 'khac'}" for i in range(800)]
    return texts, titles, [5] * 800


@pytest.mark.parametrize("query", ["thu chi gao", "gao vinh thu", "thu gao chi vinh bao cao", "w7 thu chi"])
def test_common_words_are_weighed_where_the_rare_ones_point_and_the_best_score_what_they_should(many, query: str):
    texts, titles, sizes = many
    index = make_index(texts, titles, sizes=sizes)
    scores, whole = index.score(query), exact(*many, query)
    best = np.argsort(-whole, kind="stable")[:50]
    assert scores[best].tolist() == pytest.approx(whole[best].tolist(), rel=1e-4)
    assert np.argsort(-scores, kind="stable")[:50].tolist() == best.tolist()
    # The others are too low, never too high.
    assert (scores <= whole + 1e-3).all() and (scores < whole - 1e-3).any()


def test_a_question_of_common_words_alone_is_scored_in_full(many):
    texts, titles, sizes = many
    scores = make_index(texts, titles, sizes=sizes).score("chi")
    assert scores.tolist() == pytest.approx(exact(*many, "chi").tolist(), rel=1e-4)


def test_common_words_are_weighed_in_rows_the_other_channel_names_too(many):
    texts, titles, sizes = many
    index = make_index(texts, titles, sizes=sizes)
    whole = exact(*many, "w7 thu chi")
    alone = index.score("w7 thu chi")
    missed = np.flatnonzero((alone == 0) & (whole > 0))[:7]
    helped = index.score("w7 thu chi", also=missed)
    assert len(missed) == 7
    assert helped[missed].tolist() == pytest.approx(whole[missed].tolist(), rel=1e-4)
    others = np.setdiff1d(np.arange(len(texts)), missed)
    assert helped[others].tolist() == alone[others].tolist()


@pytest.mark.parametrize("query", ["chi", "w7 thu chi", "thu gao"], ids=["common", "rare too", "many"])
def test_no_common_word_and_no_other_channel_brings_back_a_row_that_is_not_allowed(many, query: str):
    texts, titles, sizes = many
    allowed = np.arange(len(texts)) % 5 == 0
    scores = make_index(texts, titles, sizes=sizes).score(query, allowed=allowed, also=np.arange(11))
    assert (scores[~allowed] == 0).all() and (scores[allowed] > 0).any()


# -- settings -------------------------------------------------------------------------------------------


def scores_with(texts: list[str], query: str, **settings: float) -> list[float]:
    return make_index(texts, sizes=[1] * len(texts), settings=LexicalSettings(**settings)).score(query).tolist()


def test_k1_says_how_soon_a_word_repeated_adds_nothing():
    texts = ["thu", "thu thu thu thu", "chi", "no"]
    once, often = scores_with(texts, "thu", k1=0.0)[:2]
    assert once == often
    once, often = scores_with(texts, "thu", k1=2.0, b=0.0)[:2]
    # 4 / (4 + 2) beside 1 / (1 + 2)
    assert often / once == pytest.approx(2.0)


def test_b_says_how_much_a_long_passage_is_held_back():
    texts = ["thu", "thu x y z"]
    short, long = scores_with(texts, "thu", b=0.0)
    assert short == long
    short, long = scores_with(texts, "thu", k1=1.0, b=1.0)
    # The mean length is 2.5: 1 / (1 + 0.4) beside 1 / (1 + 1.6).
    assert short / long == pytest.approx(2.6 / 1.4)


def test_pair_says_what_neighbours_weigh():
    texts = ["ho ngheo", "ngheo ho", "xe"]
    together, apart, _ = scores_with(texts, "ho ngheo", pair=0.0)
    assert together == apart
    halved, full = (
        scores_with(texts, "ho ngheo", pair=0.5)[0] - apart,
        scores_with(texts, "ho ngheo", pair=1.0)[0] - apart,
    )
    assert halved / full == pytest.approx(0.5, rel=1e-5)


def test_accented_says_what_the_very_spelling_weighs():
    texts = ["thứ", "thu", "xe"]
    assert scores_with(texts, "thứ", accented=0.0)[:2] == pytest.approx(scores_with(texts, "thu")[:2])
    same, other, _ = scores_with(texts, "thứ", accented=1.0)
    assert same - other == pytest.approx(log1p(2.5 / 1.5) / (1 + SETTINGS.k1))


@pytest.mark.parametrize("name", ["title", "lead", "about"])
def test_each_field_has_its_weight(name: str):
    settings = LexicalSettings(**{name: 2.0})
    fields = {
        field: build_postings([tokenise("vinh" if field == name else "x")]) for field in ("title", "lead", "about")
    }
    index = LexicalIndex.of(build_postings([tokenise("thu")]), fields, np.array([0, 1]), settings=settings)
    assert settings.of_field(name) == 2.0
    assert index.score("vinh").tolist() == pytest.approx([index.idf_of(1) * 2 / (2 + SETTINGS.k1)])
