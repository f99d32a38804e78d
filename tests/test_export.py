"""Answers as Markdown and Word documents: footnotes for every quote, and nothing of a report becomes markup."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.answer.export import to_docx, to_markdown
from rag.types import (
    Answer,
    AnswerKind,
    Cell,
    Channels,
    Choice,
    Citation,
    Context,
    Coverage,
    Hit,
    Passage,
    Reason,
    Table,
    Understood,
)  # fmt: skip

QUOTE = "Thu nhập bình quân đạt 35,7 triệu đồng/năm."
CITATION = Citation(
    n=1,
    doc_id="seeds/que_phong.txt",
    passage_id="seeds/que_phong.txt#100-143",
    title="Huyện Quế Phong tổng kết năm 2023",
    page=3,
    start=100,
    end=143,
    quote=QUOTE,
    verified=True,
    label="Báo cáo số 540/BC-UBND, ngày 15/12/2023",
)
ANSWER = Answer(
    question="Còn Quế Phong?",
    text=f"{QUOTE} [1]",
    short="35,7 triệu đồng/năm",
    citations=(CITATION,),
    evidence=(),
    abstained=False,
    reason=None,
    understood=Understood("vi", True, AnswerKind.FIGURE),
    generator="extractive",
    embedder="builtin",
    confidence=0.8,
    snapshot="00000007",
    rewritten="Thu nhập bình quân của huyện Quế Phong là bao nhiêu?",
)


def hit(i: int, text: str = "Toàn huyện trồng 1.250 ha rừng.", title: str = "Báo cáo") -> Hit:
    passage = Passage(id=f"d{i}#0-{len(text)}", doc_id=f"d{i}", start=0, end=len(text), text=text)
    return Hit(passage, Context(title), 1.0, i, Channels())


ABSTAINED = replace(
    ANSWER,
    text="Các báo cáo không nêu điều được hỏi.",
    short=None,
    citations=(),
    evidence=tuple(hit(i) for i in range(1, 6)),
    abstained=True,
    reason=Reason.NOT_REPORTED,
    rewritten=None,
)


# -- Markdown -------------------------------------------------------------------------------------------


def test_an_answer_is_written_with_a_footnote_for_its_quote() -> None:
    assert to_markdown(ANSWER) == (
        "# Còn Quế Phong?\n\n"
        "**Câu hỏi đầy đủ:** Thu nhập bình quân của huyện Quế Phong là bao nhiêu?\n\n"
        "**Trả lời ngắn:** 35,7 triệu đồng/năm\n\n"
        "Thu nhập bình quân đạt 35,7 triệu đồng/năm.[^1]\n\n"
        "[^1]: Báo cáo số 540/BC-UBND, ngày 15/12/2023 · Huyện Quế Phong tổng kết năm 2023 · "
        "seeds/que\\_phong\\.txt · trang 3 · ký tự \\[100, 143): “Thu nhập bình quân đạt 35,7 triệu đồng/năm.”\n\n"
        "---\n\n"
        "Bản chỉ mục 00000007 · bộ nhúng builtin · soạn bởi extractive · mọi trích dẫn đã được đối chiếu nguyên văn\n"
    )


def test_an_english_answer_is_written_in_english() -> None:
    answer = replace(ANSWER, understood=Understood("en", False, AnswerKind.FIGURE), rewritten="What is the income?")
    written = to_markdown(answer)
    assert "**Whole question:** What is the income?" in written
    assert "**Short answer:** 35,7" in written
    assert "page 3 · characters \\[100, 143)" in written
    assert written.endswith("Snapshot 00000007 · embedder builtin · written by extractive · every quote checked\n")


def test_what_is_absent_is_left_out() -> None:
    answer = replace(ANSWER, rewritten=None, short=None, citations=(replace(CITATION, page=None, label=""),))
    written = to_markdown(answer)
    assert "Câu hỏi đầy đủ" not in written
    assert "Trả lời ngắn" not in written
    assert "[^1]: Huyện Quế Phong tổng kết năm 2023 · seeds/que\\_phong\\.txt · ký tự" in written


def test_an_abstention_shows_its_reason_and_the_three_nearest_passages() -> None:
    written = to_markdown(ABSTAINED)
    assert "\n\nCác báo cáo không nêu điều được hỏi.\n\n**Những đoạn gần nhất, không trả lời câu hỏi:**\n\n" in written
    assert re.findall(r"^- Báo cáo · (d\d) · ký tự \\\[0, 31\): “(.*)”$", written, re.MULTILINE) == [
        (f"d{i}", "Toàn huyện trồng 1.250 ha rừng.") for i in (1, 2, 3)
    ]
    assert written.endswith("không có trích dẫn\n")


def test_an_answer_shows_no_passage_it_does_not_cite() -> None:
    assert "trồng 1.250 ha" not in to_markdown(replace(ANSWER, evidence=(hit(1),)))


def test_a_marker_without_citation_is_text_and_a_citation_without_marker_is_marked_at_the_end() -> None:
    answer = replace(ANSWER, text="Đạt [7] và [1].", citations=(CITATION, replace(CITATION, n=2)))
    assert "\n\nĐạt \\[7\\] và[^1].[^2]\n\n" in to_markdown(answer)


@pytest.mark.parametrize("text", ["A [1](http://e.vn) b", "[1](x)", "[1]: x", "[1][1]", "![1](x)", "[[1]](x)"])
def test_what_follows_a_marker_makes_no_link_of_it(text: str) -> None:
    kinds = {token.type for token in tokens(to_markdown(replace(ANSWER, text=text)), _PARSERS[1])}
    assert not kinds & {"link_open", "image"}


def test_a_quote_that_was_not_checked_is_not_said_to_be() -> None:
    answer = replace(ANSWER, citations=(replace(CITATION, verified=False),))
    assert to_markdown(answer).endswith("có trích dẫn chưa đối chiếu được\n")


_TRICKS = [
    "[x](http://e.vn)", "![](http://e.vn/a.png)", "<script>alert(1)</script>", "`x`", "# x", "| a | b |", "[^1]",
    "[^1]: http://e.vn", "http://e.vn", "www.e.vn", "a@e.vn", "<http://e.vn>", "<a@e.vn>", "&lt;b&gt;", "1. x", "- x",
    "+ x", "> x", "***", "---", "===", "~~~", "~~x~~", "**x**", "__x__", "\\", "\\[x](y)", "[x]: /y 'z'", "\n\n# x\n",
    "    x", "\tx", "&#91;x&#93;(y)", "$x$", "{{x}}", ":x:", "mailto:a@e.vn", "x\\\ny", "x  \ny", "<!-- x -->", "<",
    "\u202ex\u202c", "\u2066x\u2069", "1) x", "[[x]]", "![x][y]", "<?x?>", "<![CDATA[x]]>", "HTTP://E.VN", "“x”",
]  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.one_of(st.sampled_from(_TRICKS), st.text("[]()<>!`*_#|~&^\\:/.-+=1 \nax@", max_size=12)), max_size=6
    ).map("".join),
)
_PARSERS = [
    MarkdownIt("commonmark"),
    MarkdownIt("js-default", {"html": True}),
    MarkdownIt("commonmark").enable("table"),
]
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def seen(text: str) -> str:
    """What a reader sees of a text: on one line, without what is not seen."""
    text = "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in _UNSEEN.sub("", text))
    return " ".join(text.split())


def tokens(markdown: str, parser: MarkdownIt) -> list[Token]:
    return [inner for token in parser.parse(markdown) for inner in (token, *(token.children or ()))]


@settings(deadline=None, max_examples=300)
@given(_TEXTS)
@example("".join(_TRICKS))
@example("\ud800\udfff")
def test_report_text_never_becomes_markup_and_reads_the_same(text: str) -> None:
    citation = replace(CITATION, quote=text, title=text, doc_id=text, label=text)
    answer = replace(
        ANSWER, question=text, rewritten=text or "x", short=text, text=f"{text} [1]", citations=(citation,)
    )
    for parser in _PARSERS:
        found = tokens(to_markdown(answer), parser)
        kinds = {token.type for token in found}
        assert kinds <= {
            "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special",
            "strong_open", "strong_close", "hr",
        }  # fmt: skip
        shown = ["".join(c.content for c in t.children or ()) for t in found if t.type == "inline"]
        assert shown[0] == seen(text)
        (note,) = [line for line in shown if line.startswith("[^1]: ") and line.endswith(f": “{seen(text)}”")]
        assert "ký tự [100, 143)" in note


@settings(deadline=None, max_examples=100)
@given(_TEXTS)
def test_a_passage_that_does_not_answer_never_becomes_markup(text: str) -> None:
    answer = replace(ABSTAINED, evidence=(hit(1, text, text),), text=text)
    kinds = {token.type for token in tokens(to_markdown(answer), _PARSERS[1])}
    assert not kinds & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "code_inline",
        "fence",
        "code_block",
        "em_open",
    }


@pytest.mark.parametrize("text", ["http://e.vn", "HTTPS://e.vn", "www.e.vn", "e.vn", "mailto:x"])
def test_what_is_made_a_link_without_brackets_is_broken_up(text: str) -> None:
    written = to_markdown(replace(ANSWER, citations=(replace(CITATION, quote=text),)))
    assert text not in written
    assert re.search(r"\\[.:]", written.rsplit("“", 1)[1])


# -- Word -----------------------------------------------------------------------------------------------

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def footnotes(data: bytes) -> dict[str, str]:
    """The footnotes by id, without their separators."""
    root = ElementTree.fromstring(parts(data)["word/footnotes.xml"])
    notes = [note for note in root if note.get(f"{W}type") is None]
    return {str(note.get(f"{W}id")): "".join(t.text or "" for t in note.iter(f"{W}t")) for note in notes}


def references(data: bytes) -> list[str | None]:
    root = ElementTree.fromstring(parts(data)["word/document.xml"])
    return [found.get(f"{W}id") for found in root.iter(f"{W}footnoteReference")]


def test_a_word_document_has_real_footnotes() -> None:
    data = to_docx(ANSWER)
    assert [p.text for p in docx.Document(io.BytesIO(data)).paragraphs] == [
        "Còn Quế Phong?",
        "Câu hỏi đầy đủ: Thu nhập bình quân của huyện Quế Phong là bao nhiêu?",
        "Trả lời ngắn: 35,7 triệu đồng/năm",
        QUOTE,
        "Bản chỉ mục 00000007 · bộ nhúng builtin · soạn bởi extractive · mọi trích dẫn đã được đối chiếu nguyên văn",
    ]
    assert references(data) == ["1"]
    assert footnotes(data) == {
        "1": " Báo cáo số 540/BC-UBND, ngày 15/12/2023 · Huyện Quế Phong tổng kết năm 2023 · seeds/que_phong.txt · "
        f"trang 3 · ký tự [100, 143): “{QUOTE}”"
    }


def test_the_footnotes_are_a_part_of_the_package_with_its_type_and_relation() -> None:
    found = parts(to_docx(ANSWER))
    assert b'PartName="/word/footnotes.xml"' in found["[Content_Types].xml"]
    assert b"wordprocessingml.footnotes+xml" in found["[Content_Types].xml"]
    assert b'relationships/footnotes" Target="footnotes.xml"' in found["word/_rels/document.xml.rels"]
    assert b'w:styleId="FootnoteReference"' in found["word/styles.xml"]
    assert b'w:styleId="FootnoteText"' in found["word/styles.xml"]
    root = ElementTree.fromstring(found["word/footnotes.xml"])
    assert [note.get(f"{W}id") for note in root] == ["-1", "0", "1"]
    order = [child.tag.removeprefix(W) for child in ElementTree.fromstring(found["word/settings.xml"])]
    assert order.index("footnotePr") + 1 == order.index("compat")


def test_a_footnote_is_referred_to_once_and_numbered_by_its_first_use() -> None:
    answer = replace(ANSWER, text="A [2] B [1] C [2]", citations=(CITATION, replace(CITATION, n=2, quote="zwei")))
    data = to_docx(answer)
    assert references(data) == ["1", "2"]
    assert [note[-6:] for note in footnotes(data).values()] == ["“zwei”", "/năm.”"]
    assert docx.Document(io.BytesIO(data)).paragraphs[3].text == "A B C1"


def test_an_abstention_in_word_shows_the_nearest_passages_and_has_no_footnotes() -> None:
    data = to_docx(ABSTAINED)
    texts = [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]
    assert texts[1:3] == ["Các báo cáo không nêu điều được hỏi.", "Những đoạn gần nhất, không trả lời câu hỏi:"]
    assert texts[3:6] == [f"Báo cáo · d{i} · ký tự [0, 31): “Toàn huyện trồng 1.250 ha rừng.”" for i in (1, 2, 3)]
    assert "word/footnotes.xml" not in parts(data)


def test_nobody_is_named_as_author() -> None:
    properties = docx.Document(io.BytesIO(to_docx(ANSWER))).core_properties
    assert (properties.title, properties.author, properties.comments) == ("Còn Quế Phong?", "", "")


@settings(deadline=None, max_examples=25)
@given(_TEXTS)
@example("<w:p/>&amp;]]>\x00\x0b\ud800\udfff\ufffe\uffff\u202e")
@example("x" * 5000)
def test_any_text_makes_a_word_document_that_opens(text: str) -> None:
    citation = replace(CITATION, quote=text, title=text, doc_id=text, label=text)
    answer = replace(ANSWER, question=text, rewritten=text, short=text, text=f"{text} [1]", citations=(citation,))
    data = to_docx(answer)
    assert docx.Document(io.BytesIO(data)).paragraphs[0].text == seen(text)
    (note,) = footnotes(data).values()
    assert note.endswith(f": “{seen(text)}”")
    for name, body in parts(data).items():
        if name.endswith(".xml"):
            ElementTree.fromstring(body)


# -- tables, choices, notes, coverage -------------------------------------------------------------------

SECOND = replace(
    CITATION, n=2, passage_id="seeds/que_phong.txt#200-220", start=200, end=220, quote="31,2 triệu đồng/năm"
)
COMPARED = replace(
    ANSWER,
    rewritten=None,
    citations=(CITATION, SECOND),
    note="Con số là ước tính.",
    table=Table(
        ("Huyện", "Năm | 2023"),
        ((Cell("Quế Phong"), Cell("35,7 | *triệu*", 1)), (Cell("Năm trước"), Cell("31,2 triệu", 2))),
        arithmetic="35,7 - 31,2 = 4,5 triệu",
    ),
    coverage=Coverage(3, 2, ("Báo cáo_C",), 0, "2 trong 3 báo cáo nêu."),
)
CHOSEN = replace(
    ANSWER,
    rewritten=None,
    short=None,
    text="Câu hỏi chưa rõ.",
    choices=(Choice("Thu nhập của Quế Phong [1](x)?", "Quế Phong", "35,7 triệu", 1),),
)


def test_a_table_is_written_with_a_footnote_in_the_cell_that_cites() -> None:
    written = to_markdown(COMPARED)

    assert (
        "**Trả lời ngắn:** 35,7 triệu đồng/năm\n\nCon số là ước tính.\n\n"
        "Thu nhập bình quân đạt 35,7 triệu đồng/năm.[^1]\n\n"
        "| Huyện | Năm \\| 2023 |\n| --- | --- |\n| Quế Phong | 35,7 \\| \\*triệu\\*[^1] |\n"
        "| Năm trước | 31,2 triệu[^2] |\n\n"
        "35,7 - 31,2 = 4,5 triệu\n\n2 trong 3 báo cáo nêu.\n\nKhông nêu: Báo cáo\\_C\n\n"
    ) in written
    # The second citation is marked in its cell and nowhere else.
    assert written.count("[^2]") == 2


def test_coverage_without_a_sentence_is_counted() -> None:
    answer = replace(COMPARED, coverage=Coverage(3, 2))
    assert "\n\n2/3 báo cáo nêu số liệu\n\n" in to_markdown(answer)
    english = replace(answer, understood=Understood("en", False, AnswerKind.FIGURE))
    assert "\n\n2 of 3 reports state it\n\n" in to_markdown(english)


def test_choices_are_numbered_with_their_figure_footnote_and_question() -> None:
    assert (
        "Câu hỏi chưa rõ.\n\n**Câu hỏi có thể hiểu theo các cách sau:**\n\n"
        "1. Quế Phong: 35,7 triệu[^1] (hỏi: Thu nhập của Quế Phong \\[1\\](x)?)\n\n[^1]: "
    ) in to_markdown(CHOSEN)


def test_an_abstention_says_what_the_reports_say_instead_and_leaves_it_out_of_the_nearest() -> None:
    quote = "Toàn huyện trồng 1.250 ha rừng."
    cited = replace(CITATION, passage_id="d1#0-31", doc_id="d1", start=0, end=31, quote=quote)
    answer = replace(ABSTAINED, text=f"Không nêu. Báo cáo nói: “{quote}” [1]", citations=(cited,))

    written = to_markdown(answer)

    assert f"\n\nKhông nêu. Báo cáo nói: “{quote}”[^1]\n\n" in written
    assert re.findall(r"^- Báo cáo · (d\d)", written, re.MULTILINE) == ["d2", "d3", "d4"]


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from(list("|\\`*_[]<>#-:& \n1.ab")), max_size=30))
@example(text="a | b\n| --- |")
@example(text="\\|")
def test_a_cell_reads_as_it_stands_and_never_becomes_another_cell(text: str) -> None:
    answer = replace(COMPARED, table=Table((text, "x"), ((Cell(text, 1), Cell(text)),)), coverage=None)
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(answer))

    cells = [
        "".join(child.content for child in tokens[i + 1].children or [])
        for i, token in enumerate(tokens)
        if token.type in ("th_open", "td_open")
    ]
    shown = " ".join(text.split())
    assert cells == [shown, "x", f"{shown}[^1]", shown]


def test_a_word_document_has_the_table_its_footnotes_and_the_choices() -> None:
    document = docx.Document(io.BytesIO(to_docx(COMPARED)))

    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Huyện", "Năm | 2023"], ["Quế Phong", "35,7 | *triệu*1"], ["Năm trước", "31,2 triệu"],
    ]  # fmt: skip
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "Con số là ước tính." in texts
    assert texts.index("35,7 - 31,2 = 4,5 triệu") < texts.index("2 trong 3 báo cáo nêu.")
    assert "Không nêu: Báo cáo_C" in texts
    with zipfile.ZipFile(io.BytesIO(to_docx(COMPARED))) as archive:
        notes = archive.read("word/footnotes.xml").decode()
        body = archive.read("word/document.xml").decode()
    assert (notes.count("31,2 triệu đồng/năm"), body.count("w:footnoteReference ")) == (1, 2)
    chosen = [paragraph.text for paragraph in docx.Document(io.BytesIO(to_docx(CHOSEN))).paragraphs]
    assert "Quế Phong: 35,7 triệu (hỏi: Thu nhập của Quế Phong [1](x)?)" in chosen
