from __future__ import annotations

import pytest

from rag.question import find_ends, understand
from rag.text import fold


def ends(question: str) -> tuple[str, ...]:
    return find_ends(question, understand(question))


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        pytest.param(
            "Doanh thu toàn tập đoàn Hoa Mai trong 9 tháng đầu năm 2021 còn kém doanh thu cả năm 2020 bao nhiêu?",
            "Doanh thu toàn tập đoàn Hoa Mai trong 9 tháng đầu năm 2021 bao nhiêu?",
            "doanh thu cả năm 2020 Hoa Mai bao nhiêu?",
            id="the entity is carried over",
        ),
        pytest.param(
            "Thu ngân sách 6 tháng đầu năm 2022 của huyện Kỳ Sơn cao hơn 6 tháng đầu năm 2021 bao nhiêu?",
            "Thu ngân sách 6 tháng đầu năm 2022 của huyện Kỳ Sơn bao nhiêu?",
            "Thu ngân sách 6 tháng đầu năm 2021 Kỳ Sơn bao nhiêu?",
            id="metric and entity are carried over",
        ),
        pytest.param(
            "Cầu Bến Nghé (giai đoạn 2) và cầu Rạch Miễu, công trình nào có tổng vốn lớn hơn?",
            "tổng vốn Cầu Bến Nghé (giai đoạn 2) bao nhiêu?",
            "tổng vốn cầu Rạch Miễu bao nhiêu?",
            id="the metric stands behind",
        ),
        pytest.param(
            "Số tiền xã Na Mèo phải trả hay số tiền xã Mường Típ còn nợ lớn hơn?",
            "Số tiền xã Na Mèo phải trả bao nhiêu?",
            "số tiền xã Mường Típ còn nợ bao nhiêu?",
            id="each end has all it needs",
        ),
        pytest.param(
            "Dân số dự kiến trong quy hoạch năm 2010 giảm bao nhiêu người so với quy hoạch 1998?",
            "Dân số dự kiến trong quy hoạch năm 2010 bao nhiêu?",
            "Dân số quy hoạch 1998 bao nhiêu?",
            id="what was earlier stands last",
        ),
    ],
)
def test_both_ends_of_a_comparison_can_be_searched_for(question: str, first: str, second: str):
    assert ends(question) == (first, second)


def test_an_end_that_opens_the_question_is_found():
    first, second = ends(
        "So với số liệu Sở Y tế công bố sáng 3/5, báo cáo chiều 4/5 của UBND tỉnh ghi nhận thêm bao nhiêu ca mắc?"
    )
    assert "Sở Y tế công bố sáng 3/5" in first and "4/5" not in first
    assert "báo cáo chiều 4/5 của UBND tỉnh" in second and "3/5" not in second


def test_the_same_is_found_without_accents():
    question = "Số tiền xã Na Mèo phải trả hay số tiền xã Mường Típ còn nợ lớn hơn?"
    assert ends(fold(question)) == tuple(fold(end) for end in ends(question))


@pytest.mark.parametrize(
    "question",
    [
        "Thu nhập bình quân đầu người của Quế Phong năm 2023?",
        "Hội nghị bàn về nông nghiệp và phát triển nông thôn diễn ra ở đâu?",
        "Vì sao doanh thu giảm so với cùng kỳ?",
        "hơn?",
        "",
        "hay hay hay hơn hơn hơn",
        "và " * 300,
    ],
)
def test_what_compares_nothing_has_no_ends(question: str):
    assert all(len(end) > 3 for end in ends(question)) and len(ends(question)) in (0, 2)
    if "hay" not in question:
        assert ends(question) == ()
