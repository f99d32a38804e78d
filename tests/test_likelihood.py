"""Weights on disk, the order they give to offers, the confidence that is read from the first."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files

import pytest

from rag.answer.asked import Asked, read_asked
from rag.answer.likelihood import (
    BIAS,
    FEATURES,
    SURE,
    Weights,
    describe_best,
    load_weights,
    read_confidence,
    read_weights,
    weigh_offers,
    write_weights,
)
from rag.answer.offers import Family, Offer
from rag.errors import ConfigError
from rag.question import understand
from rag.types import Channels, Context, Hit, Passage

NOUGHT = Weights(
    choice={family: dict.fromkeys(names, 0.0) for family, names in FEATURES.items()},
    sure={family: dict.fromkeys((BIAS, *names), 0.0) for family, names in SURE.items()},
)


def with_choice(family: Family, **changed: float) -> Weights:
    return replace(NOUGHT, choice={**NOUGHT.choice, family: {**NOUGHT.choice[family], **changed}})


def with_sure(family: Family, **changed: float) -> Weights:
    return replace(NOUGHT, sure={**NOUGHT.sure, family: {**NOUGHT.sure[family], **changed}})


def ask(question: str = "Trụ sở ở đâu?") -> Asked:
    return read_asked(question, understand(question), idf=lambda word: 1.0)


def offer(text: str, *, rank: int = 1, start: int = 0, family: Family = Family.SPAN, **features: float) -> Offer:
    """Offer a whole text; its features are 1, but for those given."""
    passage = Passage(f"a-{rank}", "s/a.txt", start, start + len(text), text)
    hit = Hit(passage, Context("T"), 1.0, rank, Channels(dense=None, lexical=1.0))
    described = dict.fromkeys((*FEATURES[family], *(name for name in SURE[family])), 1.0) | features
    return Offer(family, hit, start, start + len(text), text, (0, len(text)), None, described)


# -- on disk --------------------------------------------------------------------------------------------


def test_weights_come_back_as_they_were_written_rounded_to_four_places():
    weights = with_choice(Family.SPAN, near=1.23456)
    text = write_weights(weights, remarks="learned on\n\nthree things")
    assert text.startswith("# learned on\n#\n# three things\nchoice\tfigure\t")
    assert "choice\tspan\tnear\t1.2346\n" in text
    assert read_weights(text) == with_choice(Family.SPAN, near=1.2346)


def test_the_programs_own_weights_are_read_and_name_every_feature_once():
    text = files("rag.answer").joinpath("weights.tsv").read_text(encoding="utf-8")
    weights = load_weights()
    assert weights == read_weights(text)
    assert {family: set(of_family) for family, of_family in weights.choice.items()} == {
        family: set(names) for family, names in FEATURES.items()
    }
    assert {family: set(of_family) for family, of_family in weights.sure.items()} == {
        family: {BIAS, *names} for family, names in SURE.items()
    }


def test_blank_lines_and_remarks_are_no_weights():
    text = write_weights(NOUGHT, remarks="")
    assert read_weights(f"# a remark\n\n{text}\n# another\n") == NOUGHT


GOOD = write_weights(NOUGHT, remarks="for tests")
LINE = "choice\tspan\tnear\t0.0000\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            GOOD + "choice\tspan\tnear\n", r"line \d+ is 'choice\\tspan\\tnear'; allowed: choice or sure", id="three"
        ),
        pytest.param(
            GOOD + "maybe\tspan\tnear\t1\n", "allowed: choice or sure, a family, a feature, a number", id="what"
        ),
        pytest.param(GOOD + "choice\tplace\tnear\t1\n", "allowed: choice or sure, a family", id="family"),
        pytest.param(
            GOOD.replace(LINE, "choice\tspan\tnear\tmuch\n"), "line .* is 'choice.*much'; allowed", id="no number"
        ),
        pytest.param(
            GOOD + "choice\tspan\tnearest\t1\n", "names 'nearest'; allowed: each of .*near.* once", id="unknown"
        ),
        pytest.param(GOOD + LINE, "names 'near'; allowed: each of .* once", id="twice"),
        pytest.param(GOOD.replace(LINE, LINE.replace("0.0000", "nan")), "with a finite number", id="not a number"),
        pytest.param(GOOD.replace(LINE, LINE.replace("0.0000", "inf")), "with a finite number", id="infinite"),
        pytest.param(GOOD.replace(LINE, ""), "weights are missing for near; write a line for each", id="missing"),
        pytest.param("", "weights are missing for .*; write a line for each", id="empty"),
    ],
)
def test_weights_that_cannot_be_are_refused_with_what_is_wrong(text: str, said: str):
    with pytest.raises(ConfigError, match=said):
        read_weights(text)


# -- the order ------------------------------------------------------------------------------------------


def test_the_score_of_an_offer_is_the_sum_of_its_weighed_features():
    weights = with_choice(Family.SPAN, near=2.0, words=-0.5)
    (weighed,) = weigh_offers([offer("Hà Nội", near=0.75, words=0.5)], weights)
    assert weighed.score == 2.0 * 0.75 - 0.5 * 0.5


def test_offers_come_best_first_and_equal_ones_in_the_order_of_the_evidence():
    weights = with_choice(Family.SPAN, near=1.0)
    offers = [
        offer("b", rank=2, near=0.5),
        offer("c", rank=1, start=9, near=0.5),
        offer("a", rank=3, near=0.9),
        offer("d", rank=1, near=0.5),
    ]
    assert [each.text for each in weigh_offers(offers, weights)] == ["a", "d", "c", "b"]


# -- the confidence -------------------------------------------------------------------------------------


def test_nothing_offered_is_never_right():
    assert read_confidence([], ask(), NOUGHT) == 0.0


@pytest.mark.parametrize(("bias", "expected"), [(0.0, 0.5), (math.log(3), 0.75), (-math.log(9), 0.1), (99.0, 1.0)])
def test_the_confidence_is_the_logistic_of_what_describes_the_first(bias: float, expected: float):
    assert read_confidence([offer("Hà Nội")], ask(), with_sure(Family.SPAN, bias=bias)) == expected


def test_the_first_offers_share_is_its_likelihood_among_all_those_that_say_the_same_with_it():
    first, same, other = (
        replace(offer(text), score=score)
        for text, score in (("Hà Nội", math.log(4)), ("Hà Nội", 0.0), ("Vinh", math.log(3)))
    )
    # 4 and 1 of 4 + 1 + 3.
    assert describe_best([first, same, other], ask())["share"] == pytest.approx(5 / 8)
    assert describe_best([first, other], ask())["share"] == pytest.approx(4 / 7)


def test_a_first_offer_of_a_report_about_another_is_described_as_misfitting():
    asked = ask("Trụ sở huyện Lang Chánh ở đâu?")
    assert describe_best([offer("Vinh", entity_report=0.0)], asked)["misfit"] == 1.0
    assert describe_best([offer("Vinh", entity_report=1.0)], asked)["misfit"] == 0.0
