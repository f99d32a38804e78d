from __future__ import annotations

import hashlib

import numpy as np
import pytest

from rag.lexical import tokenise
from rag.prepare import LEAD_CHARS, describe, find_lead, prepare_document, vector_input
from rag.types import Document, Part, PartKind

TITLE = "Huyện Quế Phong tổng kết năm 2023"
LEAD = "UBND huyện cho biết thu ngân sách đạt 50 tỷ đồng."


def report(*parts: tuple[PartKind, str], title: str = TITLE, **known: object) -> Document:
    text = "\n\n".join(words for _, words in parts)
    spans = []
    start = 0
    for kind, words in parts:
        spans.append(Part(kind, start, start + len(words)))
        start += len(words) + 2
    values = {
        "id": "s/a.txt", "title": title, "text": text, "language": "vi", "dates": (), "period": None, "place": None,
        "organisation": None, "number": None, "type": None, "source": "s", "sha256": "0" * 64, "reader": "text/1",
        "parts": tuple(spans),
    }  # fmt: skip
    return Document(**{**values, **known})


# -- the lead -------------------------------------------------------------------------------------------


def test_the_lead_is_the_first_paragraph_behind_title_caption_and_by_line():
    document = report(
        (PartKind.TITLE, TITLE),
        (PartKind.BYLINE, "Thanh Mai"),
        (PartKind.CAPTION, "Ảnh: Trọng Kiên"),
        (PartKind.PARAGRAPH, LEAD),
        (PartKind.PARAGRAPH, "Đoạn sau."),
    )
    assert find_lead(document) == LEAD


def test_a_first_paragraph_that_is_the_title_is_no_lead():
    assert find_lead(report((PartKind.PARAGRAPH, TITLE), (PartKind.PARAGRAPH, LEAD))) == LEAD


def test_of_a_long_paragraph_the_head_is_the_lead():
    assert find_lead(report((PartKind.PARAGRAPH, "a" * 1000))) == "a" * LEAD_CHARS


def test_a_report_without_a_paragraph_has_no_lead():
    assert find_lead(report((PartKind.TITLE, TITLE), (PartKind.TABLE_ROW, "Thu | 50"))) == ""


# -- what a report says of itself -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2023", "2023"),
        ("2020/2025", "2020/2025"),
        ("2023-H1", "6 tháng đầu năm 2023"),
        ("2023-H2", "6 tháng cuối năm 2023"),
        ("2023-Q3", "quý III quý 3 năm 2023"),
        ("2023-9M", "9 tháng đầu năm 2023"),
        ("2023-07", "tháng 7 năm 2023"),
        ("2023-12", "tháng 12 năm 2023"),
        (None, ""),
    ],
)
def test_a_period_is_written_as_it_is_asked_for(period: str | None, words: str):
    assert describe(report((PartKind.PARAGRAPH, LEAD), period=period)) == words


def test_all_that_is_known_of_a_report_is_named_once_a_line():
    document = report(
        (PartKind.PARAGRAPH, LEAD),
        place="Quế Phong", organisation="UBND huyện", number="12/BC-UBND", type="Báo cáo",
        dates=("2023-07-19", "2023-07"), period="2023-Q2",
    )  # fmt: skip
    assert describe(document).split("\n") == [
        "Quế Phong", "UBND huyện", "12/BC-UBND", "Báo cáo", "2023-07-19", "2023-07", "quý II quý 2 năm 2023",
    ]  # fmt: skip


# -- what is embedded -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Tiêu đề", "Một đoạn.", "Tiêu đề\nMột đoạn."),
        ("Tiêu đề", "Tiêu đề đứng trong đoạn.", "Tiêu đề đứng trong đoạn."),
        ("Theo báo cáo của huyện…", "Theo báo cáo của huyện, năm 2023 đạt.", "Theo báo cáo của huyện, năm 2023 đạt."),
        ("", "Một đoạn.", "Một đoạn."),
        ("…", "Một đoạn.", "Một đoạn."),
    ],
    ids=["title before", "title within", "cut title within", "no title", "empty title"],
)
def test_a_passage_is_embedded_under_its_title_unless_it_carries_it(title: str, text: str, expected: str):
    assert vector_input(title, text) == expected


def test_a_prepared_document_has_tokens_and_a_vector_key_for_each_passage():
    document = report((PartKind.TITLE, TITLE), (PartKind.PARAGRAPH, LEAD), place="Quế Phong")
    new = prepare_document(document, path="a.txt", embedder="words\n1\n32", max_chars=1000)
    assert [passage.text for passage in new.passages] == [TITLE, LEAD]
    assert [tokens.tolist() for tokens in new.tokens] == [tokenise(TITLE).tolist(), tokenise(LEAD).tolist()]
    assert new.vector_keys == [
        hashlib.sha256(f"words\n1\n32\0{text}".encode()).digest() for text in (TITLE, f"{TITLE}\n{LEAD}")
    ]
    assert (new.path, new.lead) == ("a.txt", LEAD)
    assert np.array_equal(new.fields["lead"], tokenise(LEAD))
    assert np.array_equal(new.fields["about"], tokenise("Quế Phong"))


def test_vectors_of_one_embedder_are_not_taken_for_anothers():
    document = report((PartKind.PARAGRAPH, LEAD))
    keys = {
        prepare_document(document, path="a.txt", embedder=name, max_chars=1000).vector_keys[0]
        for name in ("words\n1\n32", "words\n2\n32", "words\n1\n64")
    }
    assert len(keys) == 3


def test_a_long_passage_is_cut_to_what_the_embedder_sees():
    text = " ".join(f"Câu số {i} nói về thu ngân sách." for i in range(20))
    new = prepare_document(report((PartKind.PARAGRAPH, text)), path="a.txt", embedder="e", max_chars=100)
    assert len(new.passages) == len(new.tokens) == len(new.vector_keys) > 1
    assert max(len(passage.text) for passage in new.passages) <= 100
    assert all(text[passage.start : passage.end] == passage.text for passage in new.passages)
