"""What a question takes for granted, and what it asks to be told yes or no, held against the figures of the reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.engine import Engine
from rag.types import Reason
from tests.district_reports import DISTRICTS, open_engine

POOR = "Tỷ lệ hộ nghèo giảm còn 14,2%."
INCOME = "Thu nhập bình quân đầu người đạt 41,5 triệu đồng/năm."
BUDGET = "Thu ngân sách trên địa bàn đạt 62,4 tỷ đồng, bằng 108% kế hoạch."
BUDGET_BELOW = "Thu ngân sách trên địa bàn đạt 95,1 tỷ đồng, bằng 94% kế hoạch."
FOREST = "Diện tích trồng rừng mới đạt 820 ha, tăng 4,5% so với năm 2022."
FOREST_DOWN = "Diện tích trồng rừng mới đạt 310 ha, giảm 7,2% so với năm 2022."
CONTRADICTED = "Các báo cáo nói khác với điều câu hỏi nêu ra."
CONTRADICTED_EN = "The reports say otherwise than the question takes for granted."


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with open_engine(tmp_path_factory.mktemp("premise"), DISTRICTS) as engine:
        yield engine


# -- taken for granted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "said", "quote"),
    [
        pytest.param(
            "Vì sao tỷ lệ hộ nghèo của huyện Tân Lang năm 2023 tăng lên 21%?", CONTRADICTED, POOR, id="another level"
        ),
        pytest.param(
            "vi sao ty le ho ngheo cua huyen tan lang nam 2022 tang len 21%?",
            CONTRADICTED,
            "Tỷ lệ hộ nghèo giảm còn 17,8%.",
            id="another level, without accents",
        ),
        pytest.param(
            "Why did the poverty rate of Tan Lang district rise to 21% in 2023?", CONTRADICTED_EN, POOR, id="English"
        ),
        pytest.param(
            "Vì sao thu nhập bình quân đầu người của Tân Lang năm 2023 chỉ đạt 35 triệu đồng?",
            CONTRADICTED,
            INCOME,
            id="an amount a year told without the year",
        ),
        pytest.param(
            "Vì sao thu ngân sách của Tân Lang năm 2023 chỉ đạt 90% kế hoạch?",
            CONTRADICTED,
            BUDGET,
            id="a share of the plan",
        ),
        pytest.param(
            "Vì sao diện tích trồng rừng mới của Tân Lang năm 2023 tăng 9%?", CONTRADICTED, FOREST, id="a change"
        ),
        pytest.param(
            "Vì sao diện tích trồng rừng mới của Tân Lãng năm 2023 tăng?",
            CONTRADICTED,
            FOREST_DOWN,
            id="a rise that fell",
        ),
        pytest.param(
            "Vì sao diện tích trồng rừng mới của Tân Lang năm 2023 giảm?", CONTRADICTED, FOREST, id="a fall that rose"
        ),
    ],
)
def test_a_premise_that_the_reports_contradict_is_not_answered_and_they_are_quoted(
    engine: Engine, question: str, said: str, quote: str
):
    answer = engine.ask(question)

    assert (answer.abstained, answer.reason, answer.short) == (True, Reason.PREMISE_CONTRADICTED, None)
    assert answer.text == f"{said}\n{quote} [1]"
    (citation,) = answer.citations
    assert (citation.quote, citation.verified) == (quote, True)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Vì sao tỷ lệ hộ nghèo của huyện Tân Lang năm 2023 giảm còn 14,2%?", id="the same level"),
        pytest.param(
            "Vì sao thu ngân sách của Tân Lang năm 2023 đạt 62.400 triệu đồng?", id="the same in another unit"
        ),
        pytest.param(
            "Vì sao thu nhập bình quân đầu người của Tân Lang năm 2023 đạt 41,5 triệu đồng?", id="a year left out"
        ),
        pytest.param("Why did the per capita income of Tan Lang reach 41.5 million dong in 2023?", id="English"),
        pytest.param("Vì sao diện tích trồng rừng mới của Tân Lãng năm 2023 giảm?", id="the same direction"),
        pytest.param("Vì sao tỷ lệ hộ nghèo của Tân Lang năm 2023 giảm 3,6%?", id="a change, where a level is stated"),
        pytest.param("Vì sao tỷ lệ hộ nghèo của huyện Tân Lãng năm 2019 tăng lên 21%?", id="a year nothing is said of"),
        pytest.param(
            "Vì sao tỷ lệ hộ nghèo của huyện Hòa Sơn năm 2023 tăng lên 21%?", id="a district nothing is said of"
        ),
        pytest.param(
            "Vì sao thu nhập bình quân đầu người của Tân Lang năm 2023 đạt 3 triệu đồng/tháng?", id="per month"
        ),
    ],
)
def test_a_premise_that_holds_or_that_nothing_is_said_of_is_not_contradicted(engine: Engine, question: str):
    answer = engine.ask(question)
    assert answer.reason is not Reason.PREMISE_CONTRADICTED
    assert CONTRADICTED not in answer.text and CONTRADICTED_EN not in answer.text


# -- yes or no ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "short", "decided_by", "quote"),
    [
        pytest.param(
            "Thu ngân sách của huyện Tân Lang năm 2023 có đạt 60 tỷ đồng không?",
            "Có",
            "62,4 tỷ đồng",
            BUDGET,
            id="reached",
        ),
        pytest.param(
            "Thu ngân sách của huyện Tân Lang năm 2023 có đạt 65 tỷ đồng không?",
            "Không",
            "62,4 tỷ đồng",
            BUDGET,
            id="missed",
        ),
        pytest.param(
            "thu ngan sach cua huyen tan lang nam 2022 co dat 60 ty dong khong?",
            "Không",
            "55,3 tỷ đồng",
            "Thu ngân sách trên địa bàn đạt 55,3 tỷ đồng, bằng 101% kế hoạch.",
            id="without accents",
        ),
        pytest.param(
            "Did the budget revenue of Tân Lang reach 65 billion dong in 2023?",
            "No",
            "62,4 tỷ đồng",
            BUDGET,
            id="English",
        ),
        pytest.param(
            "Did the budget revenue of Tân Lang reach 60 billion dong in 2023?",
            "Yes",
            "62,4 tỷ đồng",
            BUDGET,
            id="English yes",
        ),
        pytest.param("Tỷ lệ hộ nghèo của Tân Lang năm 2023 có dưới 15% không?", "Có", "14,2%", POOR, id="below"),
        pytest.param("Tỷ lệ hộ nghèo của Tân Lang năm 2023 có dưới 10% không?", "Không", "14,2%", POOR, id="not below"),
        pytest.param("Tỷ lệ hộ nghèo của Tân Lang năm 2023 là 14,2% phải không?", "Có", "14,2%", POOR, id="equal"),
        pytest.param("Tỷ lệ hộ nghèo của Tân Lang năm 2023 là 12% phải không?", "Không", "14,2%", POOR, id="not equal"),
        pytest.param(
            "Diện tích trồng rừng mới của Tân Lang năm 2023 có tăng trên 5% không?",
            "Không",
            "4,5%",
            FOREST,
            id="a change",
        ),
        pytest.param(
            "Thu ngân sách của Tân Lang năm 2023 có đạt 100% kế hoạch không?",
            "Có",
            "108%",
            BUDGET,
            id="a share of the plan",
        ),
        pytest.param(
            "Thu nhập bình quân đầu người của Tân Lang năm 2023 có đạt 40 triệu đồng không?",
            "Có",
            "41,5 triệu đồng/năm",
            INCOME,
            id="an amount a year",
        ),
    ],
)
def test_a_yes_or_no_question_is_decided_by_the_figure_it_quotes(
    engine: Engine, question: str, short: str, decided_by: str, quote: str
):
    answer = engine.ask(question)

    assert (answer.abstained, answer.short, answer.answers) == (False, short, (decided_by,))
    assert answer.text == f"{quote} [1]"
    assert [citation.quote for citation in answer.citations] == [quote]


@pytest.mark.parametrize(
    ("question", "short", "share", "quote"),
    [
        pytest.param("Thu ngân sách của Tân Lang năm 2023 có vượt kế hoạch không?", "Có", "108%", BUDGET, id="above"),
        pytest.param(
            "Thu ngân sách của Tân Lãng năm 2023 có vượt kế hoạch không?", "Không", "94%", BUDGET_BELOW, id="below"
        ),
        pytest.param(
            "Thu ngân sách của Tân Lãng năm 2023 có hoàn thành chỉ tiêu không?", "Không", "94%", BUDGET_BELOW, id="met"
        ),
        pytest.param(
            "Did the budget revenue of Tân Lang exceed the plan in 2023?", "Yes", "108%", BUDGET, id="English"
        ),
    ],
)
def test_whether_a_plan_was_reached_is_decided_by_the_share_of_it(
    engine: Engine, question: str, short: str, share: str, quote: str
):
    answer = engine.ask(question)
    assert (answer.short, answer.answers, answer.text) == (short, (share,), f"{quote} [1]")


@pytest.mark.parametrize(
    ("question", "short", "quote"),
    [
        pytest.param("Diện tích trồng rừng mới của Tân Lang năm 2023 có tăng không?", "Có", FOREST, id="it rose"),
        pytest.param(
            "Diện tích trồng rừng mới của Tân Lang năm 2023 có giảm không?", "Không", FOREST, id="it did not fall"
        ),
        pytest.param(
            "Diện tích trồng rừng mới của Tân Lãng năm 2023 có tăng không?", "Không", FOREST_DOWN, id="it fell"
        ),
        pytest.param("Did the poverty rate of Tân Lang fall in 2023?", "Yes", POOR, id="English"),
    ],
)
def test_which_way_it_went_is_decided_by_the_words_around_the_figure(
    engine: Engine, question: str, short: str, quote: str
):
    answer = engine.ask(question)
    assert (answer.short, answer.text) == (short, f"{quote} [1]")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Tỷ lệ hộ nghèo của huyện Hòa Sơn năm 2023 có dưới 15% không?", id="another district's figure"),
        pytest.param("Tỷ lệ hộ nghèo của huyện Tân Lãng năm 2019 có dưới 15% không?", id="another year's figure"),
        pytest.param("Thu ngân sách của huyện Hòa Sơn năm 2023 có vượt kế hoạch không?", id="no share of a plan"),
    ],
)
def test_what_no_figure_decides_is_answered_neither_yes_nor_no(engine: Engine, question: str):
    assert engine.ask(question).short not in ("Có", "Không")
