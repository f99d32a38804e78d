"""A conversation in the chat: what is kept of it, what is said when something goes wrong, and a question on its way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from test_render import ABSTENTION, ANSWER, HIT

from rag.errors import (
    BusyError,
    ConfigError,
    LibraryDamagedError,
    NotFoundError,
    QuestionError,
    RagError,
    TooManyRequestsError,
)
from rag.types import Answer, AnswerKind, Filters, PartKind, Step, Turn, Understood
from ui.asking import follow_question
from ui.filtering import find_unknown, read_date, read_filters, say_filters
from ui.page import rewrite
from ui.talk import (
    MAX_TURNS,
    Exchange,
    begin,
    draw_earlier,
    draw_exchange,
    explain,
    history_of,
    problem_with,
)


def test_a_new_question_lets_go_of_evidence_that_was_not_cited():
    other = {**HIT, "passage_id": "other"}
    talk = [Exchange(1, "a", answer={**ANSWER, "evidence": [HIT, other]}), Exchange(2, "b", answer=ABSTENTION)]
    kept = begin(talk, "c", "Quan Sơn")
    assert [exchange.number for exchange in kept] == [1, 2, 3]
    assert kept[0].answer is not None and kept[0].answer["evidence"] == [HIT]
    assert kept[1].answer is not None and len(kept[1].answer["evidence"]) == 3
    assert kept[2] == Exchange(3, "c", "Quan Sơn")
    assert kept[2].is_open


def test_a_long_conversation_lets_go_of_its_oldest_turns():
    talk: list[Exchange] = []
    for i in range(30):
        talk = begin(talk, f"câu {i}", "")
    assert [exchange.number for exchange in talk] == list(range(30 - MAX_TURNS + 1, 31))


def test_a_follow_up_refers_to_what_was_answered():
    talk = [
        Exchange(1, "a", answer={**ANSWER, "rewritten": "A?"}),
        Exchange(2, "b", problem="Máy chủ đang bận."),
        Exchange(3, "c"),
    ]
    assert history_of(talk) == [Turn("a", "A?", "Thu nhập đạt 35,7 triệu đồng. [1]")]


def test_all_turns_but_the_last_are_drawn_as_earlier_ones():
    talk = [Exchange(1, "a", problem="x"), Exchange(2, "b", problem="y", was_stopped=True)]
    assert draw_earlier(talk, "vi") == f'<div class="turns">{draw_exchange(talk[0], "vi")}</div>'
    assert draw_exchange(talk[1], "vi").startswith('<div class="turn stopped" id="turn-2">')
    assert draw_earlier(talk[:1], "vi") == ""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Thu nhập?", ""),
        ("a" * 2000, ""),
        ("a" * 2001, "Câu hỏi dài 2.001 ký tự, nhiều nhất là 2.000. Hãy rút ngắn rồi gửi lại."),
        (" \n", "Hãy viết câu hỏi trước khi gửi."),
    ],
    ids=["short", "longest", "too long", "blank"],
)
def test_a_question_is_looked_at_before_it_is_asked(question: str, said: str):
    assert problem_with(question, "vi") == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BusyError("full", retry_after_s=7), "Máy chủ đang bận. Hãy gửi lại sau 7 giây."),
        (TooManyRequestsError("too many"), "Máy chủ đang bận. Hãy gửi lại sau 5 giây."),
        (ConfigError("date_from"), "Bộ lọc chưa đúng:"),
        (QuestionError("empty"), "Hãy viết câu hỏi"),
        (NotFoundError("gone"), "Một báo cáo được hỏi đến không còn"),
        (LibraryDamagedError("row 7"), "Thư viện trên đĩa bị hỏng."),
        (RagError("inner detail"), "Không trả lời được vì máy chủ gặp lỗi."),
        (ValueError("inner detail"), "Không trả lời được vì máy chủ gặp lỗi."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_went_wrong_is_a_sentence_without_inner_details(error: Exception, said: str):
    assert explain(error, "vi").startswith(said)
    assert "detail" not in explain(error, "vi")


def test_an_empty_library_says_where_to_put_reports():
    assert explain(NotFoundError("no reports"), "vi", is_empty=True).startswith("Chưa có báo cáo nào. Mở thẻ “Báo cáo”")


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("19/7/2023", "2023-07-19"),
        ("7/2023", "2023-07"),
        ("2023", "2023"),
        ("2023-07-19", "2023-07-19"),
        (" 01.02.2024 ", "2024-02-01"),
        ("", None),
        (None, None),
        ("hôm qua", "hôm qua"),
    ],
)
def test_dates_are_read_as_people_type_them(typed: str | None, date: str | None):
    assert read_date(typed) == date


def test_filters_are_read_from_the_form_and_said_in_words():
    filters = read_filters(["a.txt"], "1/2023", "31/12/2023", "Quan Sơn")
    assert filters == Filters(documents=("a.txt",), date_from="2023-01", date_to="2023-12-31", place="Quan Sơn")
    assert say_filters(filters, "vi") == "a.txt, Từ ngày 1/2023, Đến ngày 31/12/2023, Quan Sơn"
    assert read_filters([], "", None, " ") is None
    assert say_filters(None, "vi") == ""
    with pytest.raises(ConfigError):
        read_filters(None, "hôm qua", None, None)


def test_filters_by_period_organisation_and_kind_are_said_in_the_language_of_the_page():
    filters = read_filters([], "", "", "", "quý III năm 2023", " UBND huyện ", ["table_row", "paragraph"])
    assert filters == Filters(
        period="2023-Q3", organisation="UBND huyện", kinds=(PartKind.PARAGRAPH, PartKind.TABLE_ROW)
    )
    assert say_filters(filters, "vi") == "số liệu quý 3/2023, UBND huyện, đoạn văn, dòng của bảng"
    assert say_filters(filters, "en") == "figures for Q3 2023, UBND huyện, paragraph, table row"
    assert read_filters([], "", "", "", " ", None, []) is None


@pytest.mark.parametrize(
    "filled",
    [
        (None, None, None, None, "quý 5/2023"),
        (None, None, None, None, None, "…"),
        (None, None, None, None, None, None, ["bảng"]),
        (None, None, None, "x" * 2000),
        (["a"] * 10_000, None, None, None),
    ],
    ids=["a period", "an organisation", "a kind", "a place too long", "too many reports"],
)
def test_a_form_that_holds_what_cannot_be_is_refused_and_told_how_to_mend_it(filled: tuple[object, ...]):
    with pytest.raises(ConfigError) as caught:
        read_filters(*filled)
    assert "kỳ như 2023" in explain(caught.value, "vi")
    assert "a period as 2023" in explain(caught.value, "en")


# -- a question on its way ------------------------------------------------------------------------------


def make_answer(question: str) -> Answer:
    return Answer(
        question=question,
        text="",
        short=None,
        citations=(),
        evidence=(),
        abstained=True,
        reason=None,
        understood=Understood(language="vi", accented=True, kind=AnswerKind.OTHER),
        generator="fake",
        embedder="fake",
        confidence=0.5,
        snapshot="",
    )


class SteppingService:
    """A service that takes two steps, then answers or raises; it waits between them where it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.ended: threading.Event = threading.Event()
        self.reached: list[Step] = []

    def ask(self, question: str, *, on_step: Callable[[Step], None], **given: Any) -> Answer:
        try:
            for step in (Step.SEARCHING, Step.READING):
                self.reached.append(step)
                on_step(step)
                self.may_go_on.wait(10)
            if self._error:
                raise self._error
            return make_answer(question)
        finally:
            self.ended.set()


def follow(service: SteppingService, *, most: int = 10) -> list[Any]:
    async def gather() -> list[Any]:
        told = follow_question(service, "Thu nhập?", filters=None, history=[], client="x")  # type: ignore[arg-type]
        found = []
        async for what in told:
            found.append(what)
            if len(found) == most:
                break
        await told.aclose()
        return found

    return asyncio.run(gather())


def test_every_step_is_told_and_then_the_answer():
    assert follow(SteppingService()) == [Step.SEARCHING, Step.READING, make_answer("Thu nhập?")]


def test_what_goes_wrong_is_told_in_the_place_of_the_answer():
    error = BusyError("full")
    assert follow(SteppingService(error)) == [Step.SEARCHING, Step.READING, error]


def test_a_question_that_is_left_stops_at_its_next_step():
    service = SteppingService()
    service.may_go_on.clear()
    assert follow(service, most=1) == [Step.SEARCHING]
    service.may_go_on.set()
    assert service.ended.wait(10)
    assert service.reached == [Step.SEARCHING, Step.READING]


# -- the page around Gradio -----------------------------------------------------------------------------


PAGE = """<!doctype html>
<html
\tlang="en"
>
\t<head>
\t\t<base href="./" />
\t\t<meta property="og:url" content="https://gradio.app/" />
\t\t<meta name="viewport" content="width=device-width" />
\t\t<link rel="manifest" href="/manifest.json" />
\t</head>
\t<body>
\t\t<gradio-app></gradio-app>
\t</body>
</html>"""


def test_the_page_speaks_its_language_and_names_no_other_site():
    page = rewrite(PAGE, "vi")
    assert '<html\n\tlang="vi"\n>' in page
    assert "gradio.app" not in page and "<base" not in page and "manifest" not in page
    assert '<meta name="viewport"' in page
    assert "<title>danchung — Hỏi báo cáo</title>" in page
    assert page.index('class="bar"') < page.index("<gradio-app>")
    assert '<a class="language" href="/lang/en" lang="en" hreflang="en">English</a>' in page


def test_the_words_for_the_script_cannot_end_it():
    said = rewrite(PAGE, "en").partition('id="chat-words">')[2].partition("</script>")[0]
    assert "<" not in said
    assert '"language": "en"' in said


def test_a_filter_by_a_report_that_is_not_there_is_told_and_not_taken_for_silence():
    assert find_unknown(Filters(documents=("Quế Phong",)), list, "vi").startswith(
        "Trong thư viện không có báo cáo “Quế Phong”"
    )
    assert find_unknown(Filters(place="Quế Phong"), list, "vi") == ""
    assert find_unknown(None, list, "vi") == ""
