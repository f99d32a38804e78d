from __future__ import annotations

from dataclasses import replace

from rag.merging import fold_copies, merge_sides
from rag.types import Channels, Context, Hit, Passage


def hit(doc_id: str, text: str = "Một đoạn.", *, score: float = 1.0, copies: tuple[str, ...] = ()) -> Hit:
    passage = Passage(f"{doc_id}#0-{len(text)}", doc_id, 0, len(text), text)
    return Hit(passage, Context(title=""), score=score, rank=0, channels=Channels(), copies=copies)


# -- copies ---------------------------------------------------------------------------------------------


def test_the_same_words_in_copies_fold_into_the_best_hit_which_names_the_others():
    hits = [
        hit("b", "Một đoạn."),
        hit("x", "Một đoạn."),
        hit("a", "Một  đoạn."),
        hit("c", "MỘT ĐOẠN."),
        hit("a", "Khác."),
    ]
    folded = fold_copies(hits, {"b": "a", "c": "a"})
    assert folded == [replace(hits[0], copies=("a", "c")), hits[1], hits[4]]


def test_without_copies_all_hits_stay():
    hits = [hit("a"), hit("b")]
    assert fold_copies(hits, {}) == hits


def test_a_sentence_said_twice_in_one_report_is_no_copy_of_itself():
    assert fold_copies([hit("a", "Hết."), hit("a", "Hết.")], {"b": "a"})[0].copies == ()


def test_hits_that_were_folded_before_name_each_copy_once():
    sides = [hit("b", copies=("a", "c")), hit("a", copies=("b", "c"))]
    assert fold_copies(sides, {"b": "a", "c": "a"}) == [replace(sides[0], copies=("a", "c"))]
    assert fold_copies([hit("b"), hit("a", copies=("b", "c"))], {"b": "a", "c": "a"})[0].copies == ("a", "c")


# -- sides ----------------------------------------------------------------------------------------------


def named(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(each.passage.doc_id, each.score) for each in hits]


def test_each_side_has_its_best_among_the_first_then_the_whole_question_has_its_own():
    whole = [hit("w", score=0.9), hit("x", score=0.2)]
    sides = [[hit("a", score=0.8), hit("b", score=0.5)], [hit("c", score=0.7), hit("d", score=0.4)]]
    # a, c, w; then b, d, x. w may not score more than c before it.
    assert named(merge_sides(whole, sides)) == [
        ("a", 0.8),
        ("c", 0.7),
        ("w", 0.7),
        ("b", 0.5),
        ("d", 0.4),
        ("x", 0.2),
    ]


def test_a_passage_found_by_several_counts_once_where_it_is_met_first_with_its_highest_score():
    whole = [hit("a", score=1.0), hit("b", score=0.3)]
    sides = [[hit("a", score=0.6)], [hit("b", score=0.9), hit("c", score=0.1)]]
    assert named(merge_sides(whole, sides)) == [("a", 1.0), ("b", 0.9), ("c", 0.1)]


def test_a_side_without_hits_gives_its_turn_away():
    whole = [hit("w", score=0.5)]
    assert named(merge_sides(whole, [[], [hit("a", score=0.9)], []])) == [("a", 0.9), ("w", 0.5)]
    assert merge_sides([], [[], []]) == []


def test_of_three_sides_each_stands_among_the_first_four():
    sides = [[hit(f"{name}{i}", score=1 - i / 10) for i in range(5)] for name in "abc"]
    whole = [hit(f"a{i}", score=1 - i / 20) for i in range(5)]
    first = [each.passage.doc_id for each in merge_sides(whole, sides)]
    assert first[:3] == ["a0", "b0", "c0"]
    assert sorted(first) == sorted(f"{name}{i}" for name in "abc" for i in range(5))


def test_scores_never_rise():
    whole = [hit("w", score=0.2), hit("x", score=0.1)]
    sides = [[hit("a", score=0.1), hit("b", score=0.05)], [hit("c", score=0.9), hit("d", score=0.8)]]
    assert [score for _, score in named(merge_sides(whole, sides))] == [0.1, 0.1, 0.1, 0.05, 0.05, 0.05]
