"""Abstentions: what keeps a figure from answering, said in the question's language, with what was found instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.engine import Engine
from rag.types import Reason
from tests.district_reports import DISTRICTS, open_engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with open_engine(tmp_path_factory.mktemp("misfits"), DISTRICTS) as engine:
        yield engine


ELSEWHERE, SAID_ELSEWHERE = Reason.OTHER_ENTITY, "Các báo cáo không nêu điều này về {}; số liệu gần nhất là của {}."
ANOTHER_TIME, SAID_OF_THEN = Reason.OTHER_PERIOD, "Các báo cáo không nêu điều này cho {}; số liệu gần nhất là của {}."
PLANNED = Reason.TARGET_ONLY
PLAN_OF_HOA_SON = "Phấn đấu trồng rừng mới đạt 1.150 ha, số lao động được giải quyết việc làm đạt 2.400 người."
PLAN_OF_TAN_LANG = "Phấn đấu thu ngân sách trên địa bàn đạt 70 tỷ đồng; tỷ lệ hộ nghèo giảm còn 11%."

ABSTENTIONS = [
    pytest.param(
        "Diện tích trồng rừng mới của huyện Hòa Sơn năm 2023 đạt bao nhiêu?",
        ANOTHER_TIME,
        SAID_OF_THEN.format("năm 2023", "năm 2024"),
        "hoa_son.txt",
        PLAN_OF_HOA_SON,
        id="its own plan of another year, not a neighbour's result",
    ),
    pytest.param(
        "Diện tích trồng rừng mới của huyện Mỹ Đông năm 2023 đạt bao nhiêu?",
        ELSEWHERE,
        SAID_ELSEWHERE.format("Mỹ Đông", "Tân Lang"),
        "tan_lang.txt",
        "Diện tích trồng rừng mới đạt 820 ha, tăng 4,5% so với năm 2022.",
        id="of a district no report is about",
    ),
    pytest.param(
        "How many hectares of new forest were planted in My Dong district in 2023?",
        ELSEWHERE,
        "The reports do not say this of My Dong; the nearest figure is of Tân Lang.",
        "tan_lang.txt",
        "Diện tích trồng rừng mới đạt 820 ha, tăng 4,5% so với năm 2022.",
        id="a neighbour's, in English",
    ),
    pytest.param(
        "Tỷ lệ hộ nghèo của huyện Tân Lãng năm 2019 là bao nhiêu?",
        ANOTHER_TIME,
        SAID_OF_THEN.format("năm 2019", "năm 2023"),
        "tan_lãng.txt",
        "Tỷ lệ hộ nghèo giảm còn 9,6%.",
        id="another year's",
    ),
    pytest.param(
        "What was the poverty rate of Tân Lãng district in 2019?",
        ANOTHER_TIME,
        "The reports do not say this for 2019; the nearest figure is of 2023.",
        "tan_lãng.txt",
        "Tỷ lệ hộ nghèo giảm còn 9,6%.",
        id="another year's, in English",
    ),
    pytest.param(
        "Thu ngân sách của huyện Tân Lang năm 2024 đạt bao nhiêu?",
        PLANNED,
        "Các báo cáo chỉ nêu kế hoạch, chưa nêu kết quả về Tân Lang, năm 2024.",
        "tan_lang.txt",
        PLAN_OF_TAN_LANG,
        id="a plan for a result",
    ),
    pytest.param(
        "nam 2024 huyen hoa son trong rung moi dat bao nhieu ha",
        PLANNED,
        "Các báo cáo chỉ nêu kế hoạch, chưa nêu kết quả về Hòa Sơn, năm 2024.",
        "hoa_son.txt",
        PLAN_OF_HOA_SON,
        id="a plan for a result, without accents",
    ),
    pytest.param(
        "How many hectares of new forest did Hoa Son district plant in 2024?",
        PLANNED,
        "The reports give a plan only, no result of Hoa Son, 2024.",
        "hoa_son.txt",
        PLAN_OF_HOA_SON,
        id="a plan for a result, in English",
    ),
]


@pytest.mark.parametrize(("question", "reason", "said", "file", "quote"), ABSTENTIONS)
def test_it_says_what_keeps_the_nearest_figure_from_answering_and_quotes_it(
    engine: Engine, question: str, reason: Reason, said: str, file: str, quote: str
):
    answer = engine.ask(question)

    assert (answer.abstained, answer.reason, answer.short, answer.answers) == (True, reason, None, ())
    assert answer.text == f"{said}\n{quote} [1]"
    (citation,) = answer.citations
    assert (citation.doc_id, citation.quote, citation.verified) == (f"reports/{file}", quote, True)
    assert engine.document(citation.doc_id).text[citation.start : citation.end] == quote


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(
            "Sản lượng cá ngừ của huyện Tân Lang năm 2023 là bao nhiêu?",
            "Các báo cáo không nêu điều được hỏi về Tân Lang, năm 2023.",
            id="Vietnamese",
        ),
        pytest.param(
            "san luong ca ngu cua huyen hoa son nam 2023 la bao nhieu",
            "Các báo cáo không nêu điều được hỏi về Hòa Sơn, năm 2023.",
            id="without accents",
        ),
    ],
)
def test_what_no_report_states_is_not_reported_and_nothing_is_quoted(engine: Engine, question: str, said: str):
    answer = engine.ask(question)
    assert (answer.abstained, answer.reason, answer.text) == (True, Reason.NOT_REPORTED, said)
    assert (answer.citations, answer.short) == ((), None)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Xyzzy plugh qwrtp?", "The reports have no passage on what was asked."),
        ("Ngỗng trời bay mấy vòng?", "Các báo cáo không có đoạn nào nói về điều được hỏi."),
    ],
    ids=["English", "Vietnamese"],
)
def test_a_question_that_shares_nothing_with_the_reports_finds_no_passage(engine: Engine, question: str, said: str):
    answer = engine.ask(question)
    assert (answer.reason, answer.text, answer.citations) == (Reason.NO_PASSAGE, said, ())


@pytest.mark.parametrize(
    ("question", "short", "file"),
    [
        pytest.param(
            "Kế hoạch thu ngân sách của huyện Tân Lang năm 2024 là bao nhiêu?", "70 tỷ đồng", "tan_lang.txt", id="plan"
        ),
        pytest.param(
            "Tỷ lệ hộ nghèo của Tân Lang năm 2022 là bao nhiêu?", "17,8%", "tan_lang_2022.txt", id="its own year"
        ),
        pytest.param("Tỷ lệ hộ nghèo của Tân Lang năm 2023 là bao nhiêu?", "14,2%", "tan_lang.txt", id="the next year"),
        pytest.param(
            "Tỷ lệ hộ nghèo của Tân Lãng năm 2023 là bao nhiêu?", "9,6%", "tan_lãng.txt", id="told by its accent"
        ),
        pytest.param(
            "What was the poverty rate of Tan Lang district in 2022?", "17,8%", "tan_lang_2022.txt", id="English"
        ),
    ],
)
def test_what_fits_is_answered_from_the_report_it_is_of(engine: Engine, question: str, short: str, file: str):
    answer = engine.ask(question)
    assert (answer.abstained, answer.short) == (False, short)
    assert [citation.doc_id for citation in answer.citations] == [f"reports/{file}"]


def test_a_threshold_does_not_turn_what_cannot_answer_into_an_answer(engine: Engine):
    answer = engine.ask("Thu ngân sách của huyện Tân Lang năm 2024 đạt bao nhiêu?", min_confidence=0.0)
    assert (answer.abstained, answer.reason) == (True, Reason.TARGET_ONLY)
