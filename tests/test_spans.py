"""The words of a sentence that answer by themselves, worked out by hand in span_table.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.asked import Asked, read_asked
from rag.answer.spans import MOST_CHARS, find_spans, holds_kind
from rag.figures.wording import take_accents_off
from rag.persons import find_persons
from rag.question import understand

TABLE = Path(__file__).with_name("span_table.tsv")
#: The share of the rows that must come out exactly, and the number of rows there are at least.
LEAST_RIGHT, LEAST_ROWS = 0.95, 220
#: The same for questions that are typed without accents.
LEAST_RIGHT_BARE = 0.85
NOTHING = "-"


def read_table() -> list[tuple[str, str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(question, sentence, expected) for question, sentence, expected in rows]


ROWS = read_table()


def ask(question: str) -> Asked:
    return read_asked(question, understand(question), idf=lambda word: 1.0)


def spans(question: str, sentence: str) -> list[str]:
    return [sentence[start:end] for start, end in find_spans(sentence, ask(question))]


def first(question: str, sentence: str) -> str:
    return next(iter(spans(question, sentence)), NOTHING)


def wrong_rows(rows: list[tuple[str, str, str]]) -> list[str]:
    """List the rows that came out otherwise, as a message shows them."""
    return [
        f"{question}\n  {sentence}\n  expected {expected!r}, found {found!r}"
        for question, sentence, expected in rows
        if (found := first(question, sentence)) != expected
    ]


def test_nearly_every_row_of_the_table_comes_out_exactly():
    wrong = wrong_rows(ROWS)
    right = 1 - len(wrong) / len(ROWS)
    assert len(ROWS) >= LEAST_ROWS
    assert right >= LEAST_RIGHT, f"{right:.1%} of {len(ROWS)} right\n" + "\n".join(wrong)


def test_most_rows_come_out_for_questions_without_accents():
    rows = [(take_accents_off(question), sentence, expected) for question, sentence, expected in ROWS]
    wrong = wrong_rows(rows)
    right = 1 - len(wrong) / len(rows)
    assert right >= LEAST_RIGHT_BARE, f"{right:.1%} of {len(rows)} right\n" + "\n".join(wrong)


def test_expected_spans_of_the_table_stand_in_their_sentences():
    assert [row for row in ROWS if row[2] != NOTHING and row[2] not in row[1]] == []


# -- persons --------------------------------------------------------------------------------------------

LEAVING = "Ông Vi Văn Đông thôi giữ chức Bí thư Đảng ủy, bà Lê Thị Hoài được bầu giữ chức Bí thư Đảng ủy."


def test_who_comes_into_an_office_goes_before_who_leaves_it():
    assert spans("Ai là Bí thư Đảng ủy?", LEAVING) == ["Lê Thị Hoài", "Vi Văn Đông"]


def test_who_left_an_office_is_found_where_that_is_asked():
    assert first("Ai thôi giữ chức Bí thư Đảng ủy?", LEAVING) == "Vi Văn Đông"


def test_a_deputy_is_no_answer_where_the_head_is_asked():
    sentence = "Dự họp có ông Lò Văn Kiên, Chủ tịch huyện; ông Vàng A Páo, Phó Chủ tịch huyện."
    assert spans("Ai là Chủ tịch huyện?", sentence) == ["Lò Văn Kiên"]
    assert first("Ai là Phó Chủ tịch huyện?", sentence) == "Vàng A Páo"


def test_a_deputy_may_have_signed():
    assert first("Ai ký quyết định?", "Phó Chủ tịch tỉnh Lê Trí Thanh ký quyết định.") == "Lê Trí Thanh"


def test_a_person_the_question_names_is_no_answer_even_by_the_last_name():
    assert spans("Chồng bà Cao Thị Dung là ai?", "Chồng bà Dung là ông Trần Bình.") == ["Trần Bình"]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        pytest.param("Chủ tịch huyện Mường Tè Lò Văn Kiên nói.", ["Lò Văn Kiên"], id="behind a place"),
        pytest.param("Giám đốc Sở Công Thương Phạm Hải nói.", ["Phạm Hải"], id="behind an organ"),
        pytest.param("Giám đốc Sở Công Thương nói.", [], id="an organ alone"),
        pytest.param("Ông Nguyễn Thái Bình nói.", ["Nguyễn Thái Bình"], id="a province in the name"),
        pytest.param("Học sinh Trường THCS Trần Mai Ninh ở đường Lê Lợi.", [], id="named after a person"),
        pytest.param("Bà Trần Thị Ý và anh Giàng A Sử đến.", ["Trần Thị Ý", "Giàng A Sử"], id="one letter"),
        pytest.param("Ong Tran Van Loi, giam doc.", ["Tran Van Loi"], id="without accents"),
        pytest.param("Anh Lò Văn Pánh ở xã Tam Lư.", ["Lò Văn Pánh"], id="a small letter with an accent behind"),
    ],
)
def test_a_name_is_cut_from_what_stands_around_it(sentence: str, names: list[str]):
    assert [sentence[start:end] for start, end in find_persons(sentence)] == names


# -- dates ----------------------------------------------------------------------------------------------

DATED = "Cầu được khởi công ngày 5/3/2020 và thông xe lúc 8 giờ 30 ngày 2/9/2021."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Cầu được khởi công ngày nào?", "5/3/2020"),
        ("Cầu thông xe ngày nào?", "2/9/2021"),
        ("Cầu thông xe năm nào?", "2021"),
        ("Cầu khởi công tháng nào?", "3/2020"),
        ("Cầu thông xe lúc mấy giờ?", "8 giờ 30"),
        ("Cầu thông xe thời điểm nào?", "8 giờ 30 ngày 2/9/2021"),
    ],
)
def test_a_date_is_given_as_finely_as_it_is_asked_for(question: str, expected: str):
    assert first(question, DATED) == expected


def test_a_stretch_of_time_is_given_whole_and_its_ends_follow():
    found = spans("Lễ hội diễn ra trong thời gian nào?", "Lễ hội diễn ra từ ngày 9/2 đến ngày 11/2/2023.")
    assert found == ["từ ngày 9/2 đến ngày 11/2/2023", "9/2", "11/2/2023"]


def test_the_year_that_the_question_gives_is_no_answer():
    assert spans("Năm 2019, đại hội họp ngày nào?", "Năm 2019, đại hội họp ngày 26/4.") == ["26/4"]


# -- places ---------------------------------------------------------------------------------------------

FALLEN = "Đất lở tại bản Sài Khao, xã Mường Lý, huyện Mường Lát."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Đất lở ở đâu?", "bản Sài Khao, xã Mường Lý, huyện Mường Lát"),
        ("Đất lở ở xã nào?", "xã Mường Lý"),
        ("Đất lở ở huyện nào?", "huyện Mường Lát"),
    ],
)
def test_a_place_is_given_whole_or_at_the_level_asked_for(question: str, expected: str):
    assert first(question, FALLEN) == expected


def test_the_place_that_the_question_names_is_no_answer():
    assert spans("Huyện Quan Sơn mở lớp ở đâu?", "Huyện Quan Sơn mở lớp tại xã Sơn Thủy.") == ["xã Sơn Thủy"]


# -- lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Có 3 xã gồm A Lý, Ba Na và Cò Mi để chọn.", "A Lý, Ba Na và Cò Mi", id="a purpose behind"),
        pytest.param("Có 3 xã (A Lý, Ba Na và Cò Mi), với tỷ lệ 5%.", "A Lý, Ba Na và Cò Mi", id="in brackets"),
        pytest.param("Các xã A Lý, Ba Na và Cò Mi đã đạt.", "A Lý, Ba Na và Cò Mi", id="behind the noun"),
        pytest.param("Có 3 xã: (1) A Lý; (2) Ba Na; (3) Cò Mi.", "(1) A Lý; (2) Ba Na; (3) Cò Mi", id="numbered"),
        pytest.param("A Lý, Ba Na và Cò Mi là 3 xã được chọn.", "A Lý, Ba Na và Cò Mi", id="before the noun"),
        pytest.param("Ba xã là A Lý, Ba Na, Cò Mi; trong đó A Lý ở xa.", "A Lý, Ba Na, Cò Mi", id="a semicolon behind"),
    ],
)
def test_an_enumeration_is_given_from_its_first_item_to_its_last(sentence: str, expected: str):
    assert first("Những xã nào được chọn?", sentence) == expected


# -- reasons, names, rows -------------------------------------------------------------------------------


def test_an_agent_is_no_reason():
    assert spans("Vì sao giá vé tăng?", "Giá vé do UBND tỉnh quy định.") == []


def test_a_pointer_back_is_no_reason():
    assert spans("Vì sao giá vé tăng?", "Do đó, giá vé tăng. ") == []


def test_a_reason_that_opens_the_sentence_ends_where_the_main_clause_begins():
    assert first("Vì sao xã bị cô lập?", "Do mưa lớn, gió mạnh nên xã bị cô lập.") == "mưa lớn, gió mạnh"
    assert first("Vì sao xã bị cô lập?", "Do mưa lớn, xã bị cô lập ba ngày.") == "mưa lớn"


def test_purpose_and_means_are_told_apart():
    sentence = "Xã mở lớp bằng cách vận động quyên góp để xóa mù chữ."
    assert first("Xã mở lớp để làm gì?", sentence) == "xóa mù chữ"
    assert first("Xã mở lớp bằng cách nào?", sentence) == "vận động quyên góp"


def test_an_organisation_is_found_under_the_noun_for_its_kind():
    assert first("Doanh nghiệp nào trúng thầu?", "Tập đoàn Sao Mai trúng thầu.") == "Tập đoàn Sao Mai"
    assert first("Ngân hàng nào cho vay?", "Dự án được Agribank cho vay vốn.") == "Agribank"


def test_a_question_of_yes_or_no_and_one_for_a_figure_have_no_span():
    assert spans("Huyện có đạt kế hoạch không?", "Huyện đạt kế hoạch năm 2022.") == []
    assert spans("Huyện trồng được bao nhiêu ha rừng?", "Huyện trồng 200 ha rừng.") == []


def test_the_cell_whose_header_fits_is_taken_from_a_row():
    row = "Dự án: Na Tao | Ngày khởi công: 12/3/2021 | Ngày hoàn thành: 1/6/2022"
    assert first("Ngày hoàn thành dự án Na Tao là ngày nào?", row) == "1/6/2022"


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("Vì sao giá tăng?", "Giá tăng do thiếu hàng.", True),
        ("Vì sao giá tăng?", "Giá tăng mạnh.", False),
        ("Những xã nào đạt?", "Các xã gồm Na Mèo và Tam Lư.", True),
        ("Những xã nào đạt?", "Xã đã đạt chuẩn.", False),
        ("Ai ký?", "Ông Lê Hùng ký.", True),
        ("Khi nào họp?", "Họp năm 2019.", True),
        ("Khi nào họp?", "Họp rồi.", False),
        ("Bao nhiêu hộ?", "Có 12 hộ.", True),
    ],
)
def test_a_sentence_holds_the_kind_asked_for_or_not(question: str, sentence: str, holds: bool):
    assert holds_kind(sentence, ask(question)) is holds


# -- any text -------------------------------------------------------------------------------------------

_QUESTIONS = [
    *("Ai là Chủ tịch huyện?", "Khi nào họp?", "Họp lúc mấy giờ?", "Họp ở đâu?", "Ở xã nào?", "Ở nước nào?"),
    *("Những xã nào đạt?", "Vì sao chậm?", "Để làm gì?", "Bằng cách nào?", "Doanh nghiệp nào thắng?", "Tên là gì?"),
    *("Who signed it?", "When was it built?", "Which banks joined?", "Why did it fall?", "ai ky", "o dau", ""),
]
_PIECES = st.sampled_from(
    [
        *(
            "ông ",
            "Nguyễn Văn A",
            "Chủ tịch ",
            "do ",
            "vì ",
            "gồm: ",
            "(1) ",
            "(",
            ")",
            "“",
            "”",
            '"',
            ", ",
            "; ",
            ". ",
        ),
        *(" và ", "ngày 5/3", "từ ngày ", " đến ", "2020", "8h30", "tại ", "xã Na Mèo", " | ", "Tên: ", "là ", "nên "),
        *(
            "để ",
            "bằng cách ",
            "Công ty Sao Mai",
            "số 5 Lê Lợi",
            "\n",
            "İ",
            "ß",
            "e\u0301",
            "🙂",
            " - ",
            "1.234,5",
            "%",
        ),
    ]
)
_TEXTS = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


@given(question=st.sampled_from(_QUESTIONS), sentence=_TEXTS)
def test_spans_lie_inside_any_sentence_and_hold_something(question: str, sentence: str):
    for start, end in find_spans(sentence, ask(question)):
        assert 0 <= start < end <= len(sentence)
        assert sentence[start:end].strip()


@given(question=_TEXTS)
def test_any_question_is_read(question: str):
    sentence = "Ông Lê Hùng, Chủ tịch xã Na Mèo, họp ngày 5/3/2020 tại nhà văn hóa do mưa, gồm A, B và C."
    assert all(0 <= start < end <= len(sentence) for start, end in find_spans(sentence, ask(question)))


@pytest.mark.parametrize("piece", ["A B, ", "do ", "(", "“", "ông A, ", "xã Na, ", "5/3 - ", "Công ty A và ", "1; "])
@pytest.mark.parametrize("question", _QUESTIONS[:12])
def test_long_monotone_text_is_read_to_its_limit(question: str, piece: str):
    sentence = piece * 4000
    assert all(end <= MOST_CHARS for _, end in find_spans(sentence, ask(question)))
