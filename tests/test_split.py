from __future__ import annotations

import pytest

from rag.split import cut_span, max_passage_chars, split_document
from rag.types import Document, Part, PartKind


def make_document(*paragraphs: str) -> Document:
    parts, start = [], 0
    for paragraph in paragraphs:
        parts.append(Part(PartKind.PARAGRAPH, start, start + len(paragraph), page=2))
        start += len(paragraph) + 2
    return Document(
        "s/a.txt",
        "T",
        "\n\n".join(paragraphs),
        "vi",
        (),
        None,
        None,
        None,
        None,
        None,
        "s",
        "0" * 64,
        "text/1",
        tuple(parts),
    )


def test_each_paragraph_becomes_one_passage_with_its_page():
    document = make_document("Một câu. Hai câu.", "Đoạn hai.")
    passages = split_document(document, max_chars=100)
    assert [(p.id, p.text, p.page) for p in passages] == [
        ("s/a.txt#0-17", "Một câu. Hai câu.", 2),
        ("s/a.txt#19-28", "Đoạn hai.", 2),
    ]


def test_a_long_paragraph_is_cut_at_sentence_ends_into_pieces_of_about_equal_length():
    text = "Câu một dài. Câu hai dài. Câu ba dài. Câu bốn dài."
    assert [text[a:b] for a, b in cut_span(text, 0, len(text), max_chars=40)] == [
        "Câu một dài. Câu hai dài.",
        "Câu ba dài. Câu bốn dài.",
    ]


def test_a_sentence_that_is_too_long_is_cut_between_words():
    text = "một hai ba bốn năm"
    assert [text[a:b] for a, b in cut_span(text, 0, len(text), max_chars=8)] == ["một hai", "ba bốn", "năm"]


def test_a_word_that_is_too_long_is_cut_within():
    assert cut_span("a" * 10, 0, 10, max_chars=4) == [(0, 4), (4, 8), (8, 10)]


@pytest.mark.parametrize("max_chars", [7, 12, 20, 33, 60, 1000])
def test_every_passage_is_the_text_at_its_place_and_no_longer_than_allowed(max_chars: int):
    document = make_document("Thu 400 tỷ đồng, tăng 32%. Đạt 8,65%. " * 6 + "Hết.", "  Ngắn. ")
    passages = split_document(document, max_chars=max_chars)
    for p in passages:
        assert document.text[p.start : p.end] == p.text
        assert len(p.text) <= max_chars
    kept = "".join("".join(p.text.split()) for p in passages)
    assert kept == "".join(document.text.split())


def test_blank_parts_give_no_passage():
    assert split_document(make_document("   "), max_chars=100) == []


def test_the_length_allowed_follows_the_embedder():
    assert max_passage_chars(512) == 1740
    assert max_passage_chars(128) == 600
    assert max_passage_chars(8192) == 2400
