"""An answer as HTML: exact markup for a small answer, and nothing of a report ever becomes markup."""

from __future__ import annotations

import copy
import html
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.evidence import mark_text
from ui.links import fingerprint, read_link
from ui.markup import escape
from ui.render import render_answer, render_problem, render_welcome, render_working
from ui.words import script_words, words, write_count, write_date, write_period

QUOTE = "Thu nhập đạt 35,7 triệu đồng."
TEXT = f"Năm 2023. {QUOTE} Hết."
HIT: dict[str, Any] = {
    "rank": 1,
    "score": 0.5,
    "doc_id": "seeds/a.txt",
    "passage_id": "seeds/a.txt#100-146",
    "title": "Báo cáo A",
    "page": 3,
    "start": 100,
    "end": 100 + len(TEXT),
    "text": TEXT,
    "channels": {"dense": 0.25, "lexical": None},
    "kind": "paragraph",
    "place": "Quế Phong",
    "dates": ["2023-12-15"],
    "period": "2023-9M",
    "copies": [],
}
ANSWER: dict[str, Any] = {
    "answer_id": "abc_1",
    "question": "Thu nhập?",
    "rewritten": None,
    "understood": {"language": "vi"},
    "answer": f"{QUOTE} [1]",
    "short": "35,7 triệu đồng",
    "answers": [],
    "table": None,
    "coverage": None,
    "choices": [],
    "note": "",
    "abstained": False,
    "reason": None,
    "citations": [
        {
            "n": 1,
            "doc_id": "seeds/a.txt",
            "passage_id": HIT["passage_id"],
            "title": "Báo cáo A",
            "page": 3,
            "start": 110,
            "end": 110 + len(QUOTE),
            "quote": QUOTE,
            "verified": True,
            "label": "Báo cáo số 540/BC-UBND, ngày 15/12/2023",
        }
    ],
    "evidence": [HIT],
    "checks": [{"name": "figure", "passed": True, "detail": "35,7 triệu đồng", "citation": 1, "failed": []}],
}
ABSTENTION: dict[str, Any] = {
    **ANSWER,
    "answer": "Các báo cáo không nêu điều được hỏi.",
    "short": None,
    "abstained": True,
    "reason": "not_reported",
    "citations": [],
    "evidence": [{**HIT, "passage_id": f"p{i}", "title": f"Báo cáo {i}"} for i in range(5)],
    "checks": [],
}

#: What render and view may write; anything else came from a report.
TAGS = {
    *("div", "h2", "h3", "p", "ol", "ul", "li", "a", "span", "strong", "mark", "blockquote", "details", "summary"),
    *("dl", "dt", "dd", "button", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"class", "id", "href", "title", "role", "type", "download", "scope"}

HOSTILE = st.text(
    st.sampled_from(list("<>&\"'`=/\\ abđ\n\r\t\x00\x08\u2028${}[]()1!-*_#:;.,ế")) | st.characters(codec="utf-8"),
    max_size=60,
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "' onmouseover='alert(1)",
        "[x](javascript:alert(1))",
        "![](https://example.com/a.png)",
        "${alert(1)} {{constructor}} `${1}`",
        "</blockquote></div><iframe src=//example.com>",
        "[1] [2] [99999] &lt;b&gt; &#x3c;",
        "\n\n# heading\n\n<div>\n\n```js\n```",
    ]
)


class Reader(HTMLParser):
    """Reads HTML as a browser would: the tags, their attributes and the text, by the class they stand in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags.append((tag, found))
        self.open.append((tag, found.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((tuple(f"{tag}.{name}" if name else tag for tag, name in self.open), data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def text_in(self, *steps: str) -> str:
        """Join the text that stands inside all of these elements."""
        return "".join(text for path, text in self.texts if set(steps) <= set(path))


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader


def render(answer: dict[str, Any], *, language: str = "vi", **options: Any) -> str:
    return render_answer(answer, question=answer["question"], language=language, turn=1, **options)


def test_an_answer_is_one_line_that_begins_with_a_block():
    drawn = render({**ANSWER, "answer": "Một.\n\nHai. [1]", "evidence": [{**HIT, "text": "Một.\n\n# Hai"}]})
    assert "\n" not in drawn and "\r" not in drawn
    assert drawn.startswith('<div class="turn answered" id="turn-1"><h2 class="asked">Thu nhập?</h2>')


def test_a_marker_becomes_a_link_to_the_exact_words_with_the_quote_beside_it():
    address = f"/read/seeds%2Fa.txt?start=110&amp;end={110 + len(QUOTE)}&amp;v={fingerprint(QUOTE)}#mark"
    assert (
        '<p>Thu nhập đạt <strong>35,7 triệu đồng</strong>.<span class="cited">'
        f'<a class="cite" href="{address}">[1]</a>'
        '<span class="peek" role="tooltip" id="peek-1-1"><span class="peek-title">Báo cáo A</span>'
        f'<span class="peek-quote">{QUOTE}</span>'
        '<span class="peek-facts">Báo cáo số 540/BC-UBND, ngày 15/12/2023 · Quế Phong · '
        "số liệu 9 tháng đầu năm 2023 · trang 3</span></span></span></p>"
    ) in render(ANSWER)


def test_the_short_answer_stands_alone_and_large():
    assert '<p class="short">35,7 triệu đồng</p><div class="said">' in render(ANSWER)
    assert 'class="short"' not in render({**ANSWER, "short": None})


def test_a_number_that_cites_nothing_stays_text():
    drawn = read(render({**ANSWER, "answer": "Theo chú thích [7]: đạt. [1]"}))
    assert drawn.text_in("div.said", "p").startswith("Theo chú thích [7]: đạt.[1]")
    assert [found["href"] for tag, found in drawn.tags if found.get("class") == "cite"] == [
        f"/read/seeds%2Fa.txt?start=110&end={110 + len(QUOTE)}&v={fingerprint(QUOTE)}#mark"
    ]


def test_the_quote_is_marked_inside_its_passage():
    assert f"<blockquote>Năm 2023. <mark>{QUOTE}</mark> Hết.</blockquote>" in render(ANSWER)


def test_a_quote_that_is_not_where_the_citation_says_is_shown_alone():
    moved = [{**ANSWER["citations"][0], "start": 111, "end": 111 + len(QUOTE)}]
    assert f"<blockquote><mark>{QUOTE}</mark></blockquote>" in render({**ANSWER, "citations": moved})


def test_cited_passages_come_first_and_the_others_are_folded_with_their_number():
    other = {**HIT, "passage_id": "q", "title": "Báo cáo B", "text": "Khác.", "copies": ["x.txt", "y.txt"]}
    drawn = render({**ANSWER, "evidence": [other, HIT]})
    cited, others = drawn.split('<details class="others"><summary>Liên quan, không dùng (1)</summary>')
    assert '<h3>Đã trích dẫn</h3><ol class="cards"><li class="card">' in cited
    assert "Báo cáo B" not in cited
    assert '<p class="copies">Cùng đoạn này còn có trong: x.txt, y.txt</p>' in others
    assert "<mark>" not in others


def test_scores_are_folded_and_an_absent_channel_is_a_dash():
    assert (
        '<details class="scores"><summary>Điểm của từng kênh</summary><dl><dt>chung</dt><dd>0.500</dd>'
        "<dt>nghĩa</dt><dd>0.250</dd><dt>từ</dt><dd>–</dd></dl></details>"
    ) in render(ANSWER)


def test_what_can_be_done_with_an_answer_hangs_on_its_id():
    drawn = render(ANSWER)
    assert '<div class="acts" id="answer-abc_1"><button type="button" class="act copy">Chép</button>' in drawn
    assert '<a class="act" download="" href="/v1/answers/abc_1/export?format=docx">Tải docx</a>' in drawn
    assert '<button type="button" class="act vote down">Chưa đúng</button>' in drawn
    assert 'class="acts"' not in render({**ANSWER, "answer_id": None})


def test_an_abstention_gives_its_reason_and_the_three_nearest_passages():
    drawn = render(ABSTENTION)
    assert drawn.startswith('<div class="turn abstained" id="turn-1">')
    assert (
        '<div class="withheld"><p class="withheld-title">Không có câu trả lời trong các báo cáo</p>'
        '<p class="reason">Các báo cáo không nêu điều được hỏi.</p></div>'
        '<div class="nearest"><h3>Gần nhất, nhưng không trả lời câu hỏi</h3>'
    ) in drawn
    assert [f"Báo cáo {i}" in drawn for i in range(5)] == [True, True, True, False, False]
    assert "<mark>" not in drawn


def test_an_abstention_in_another_language_than_the_page_gives_the_reason_of_the_table():
    drawn = render(ABSTENTION, language="en")
    assert '<p class="reason">The reports do not say what was asked.</p>' in drawn


def test_a_completed_question_and_the_filters_are_shown_in_full():
    drawn = render({**ANSWER, "rewritten": "Thu nhập của Quan Sơn?"}, filtered="Quan Sơn")
    assert '<p class="understood">Hiểu là: <strong>Thu nhập của Quan Sơn?</strong></p>' in drawn
    assert '<p class="understood">Lọc: Quan Sơn</p>' in drawn


def test_the_evidence_of_an_earlier_turn_is_folded():
    assert '<div class="evidence" role="complementary"><details class="folded"><summary>Dẫn chứng</summary>' in render(
        ANSWER, is_past=True
    )


def test_the_steps_done_stand_before_the_one_at_work():
    drawn = render_working("Thu nhập?", step="writing", language="vi", turn=2)
    assert drawn == (
        '<div class="turn working" id="turn-2"><h2 class="asked">Thu nhập?</h2><ol class="steps" role="status">'
        '<li class="done">Đang tìm…</li><li class="done">Đang đọc…</li><li class="now">Đang viết…</li></ol></div>'
    )
    assert '<li class="now">Đang chờ đến lượt…</li>' in render_working("a", step=None, language="vi", turn=1)


def test_a_problem_is_told_as_an_alert():
    drawn = render_problem("Máy chủ đang bận.", question="<b>", language="vi", turn=1)
    assert drawn == (
        '<div class="turn failed" id="turn-1"><h2 class="asked">&lt;b&gt;</h2>'
        '<p class="problem" role="alert">Máy chủ đang bận.</p></div>'
    )


@pytest.mark.parametrize(
    ("documents", "said"),
    [(0, "Chưa có báo cáo nào."), (1234, "1.234 báo cáo, 5 đoạn"), (None, "Máy chủ đang khởi động.")],
    ids=["empty", "filled", "starting"],
)
def test_the_first_page_says_what_there_is_to_ask(documents: int | None, said: str):
    assert said in render_welcome(language="vi", documents=documents, passages=5)


@pytest.mark.parametrize(
    ("spans", "drawn"),
    [
        ([(1, 3)], "a<mark>bc</mark>d"),
        ([(0, 2), (2, 4)], "<mark>abcd</mark>"),
        ([(2, 9)], "ab<mark>cd</mark>"),
        ([(-3, 1)], "<mark>a</mark>bcd"),
        ([(0, 3), (1, 2)], "<mark>abc</mark>d"),
        ([(2, 2), (9, 12)], "abcd"),
    ],
    ids=["inside", "meeting", "past the end", "before the start", "within another", "empty"],
)
def test_marks_are_exact(spans: list[tuple[int, int]], drawn: str):
    assert mark_text("abcd", spans) == drawn


@pytest.mark.parametrize(
    ("doc_id", "path"),
    [
        ("a/../../etc/passwd", "/read/a%2F..%2F..%2Fetc%2Fpasswd"),
        ("x?y#z&w=1", "/read/x%3Fy%23z%26w%3D1"),
        ('"><script>', "/read/%22%3E%3Cscript%3E"),
        ("báo cáo.txt", "/read/b%C3%A1o%20c%C3%A1o.txt"),
    ],
    ids=["dots", "marks of addresses", "markup", "Vietnamese"],
)
def test_an_id_stays_one_piece_of_an_address(doc_id: str, path: str):
    assert read_link(doc_id, start=1, end=2, quote="q", language="vi") == f"{path}?start=1&end=2&v=8e35c2cd3bf6#mark"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every text of an answer's JSON that comes from a report or a person."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("reason", "kind", "language", "name", "channels", "passage_id", "answer_id"):
                yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from places(inner, (*path, i))
    elif isinstance(value, str):
        yield path


def put(value: Any, path: tuple[Any, ...], text: str) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = text


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(HOSTILE, min_size=1, max_size=8), answered=st.booleans(), language=st.sampled_from(["vi", "en"]))
def test_no_text_of_a_report_becomes_a_tag_or_an_attribute(texts: list[str], answered: bool, language: str):
    answer = copy.deepcopy(ANSWER if answered else ABSTENTION)
    answer |= {
        "rewritten": "?",
        "answers": ["?"],
        "note": "?",
        "table": {
            "columns": ["?", "?"],
            "rows": [[{"text": "?", "citation": None}, {"text": "?", "citation": 1}]],
            "arithmetic": "?",
        },
        "coverage": {"reports": 2, "stating": 1, "silent": ["?"], "copies": 0, "text": "?"},
        "choices": [{"question": "?", "label": "?", "short": "?", "citation": 1}],
        "checks": [{"name": "figure", "passed": False, "detail": "?", "citation": 1, "failed": ["?"]}],
        "citations": ANSWER["citations"],
    }
    answer = copy.deepcopy(answer)
    for i, path in enumerate(list(places(answer))):
        put(answer, path, texts[i % len(texts)])
    drawn = render(answer, language=language, filtered=texts[0])
    assert "\n" not in drawn and "\r" not in drawn
    for tag, attributes in read(drawn).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        href = attributes.get("href") or "/read/"
        assert href.startswith(("/read/", "/v1/answers/"))


@settings(max_examples=150, deadline=None)
@given(text=HOSTILE)
def test_a_passage_reads_as_it_stands(text: str):
    drawn = read(render({**ABSTENTION, "evidence": [{**HIT, "text": text, "title": text}]}))
    shown = drawn.text_in("blockquote")
    assert len(shown) == len(text)
    assert all(a == b or b == "\ufffd" for a, b in zip(text, shown, strict=True))


@settings(max_examples=100, deadline=None)
@given(text=st.text(min_size=1, max_size=40), cut=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_a_marked_text_keeps_every_character(text: str, cut: tuple[int, int]):
    start, end = min(cut), max(cut)
    drawn = read(mark_text(text, [(start, end)]))
    as_shown = html.unescape(escape(text))
    assert "".join(data for _, data in drawn.texts) == as_shown
    assert drawn.text_in("mark") == as_shown[start:end]


def test_every_word_is_said_in_both_languages():
    for key, word in words("vi").items():
        assert word and words("en")[key], key
        fields = {piece.split("}")[0] for piece in word.split("{")[1:]}
        assert fields == {piece.split("}")[0] for piece in words("en")[key].split("{")[1:]}, key
    assert script_words("en")["close"] == "Close"
    assert words("fr") == words("vi")


@pytest.mark.parametrize(
    ("period", "vi", "en"),
    [
        ("2023", "2023", "2023"),
        ("2023-07", "7/2023", "7/2023"),
        ("2023-Q3", "quý 3/2023", "Q3 2023"),
        ("2023-H1", "6 tháng đầu năm 2023", "first half of 2023"),
        ("2023-H2", "6 tháng cuối năm 2023", "second half of 2023"),
        ("2023-9M", "9 tháng đầu năm 2023", "first 9 months of 2023"),
        ("2020/2025", "2020–2025", "2020–2025"),
    ],
)
def test_periods_are_written_as_people_say_them(period: str, vi: str, en: str):
    assert (write_period(period, "vi"), write_period(period, "en")) == (vi, en)


def test_dates_and_counts_are_written_as_the_language_does():
    assert [write_date(date) for date in ("2023-07-09", "2023-07", "2023")] == ["9/7/2023", "7/2023", "2023"]
    assert (write_count(1234567, "vi"), write_count(1234567, "en")) == ("1.234.567", "1,234,567")
