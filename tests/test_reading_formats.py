"""Each format: its parts, their order, their exact offsets."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import files
import pytest

from rag.errors import DamagedFileError
from rag.reading import make_document, read_file
from rag.reading.cells import write_cell
from rag.reading.detect import Format, detect_format
from rag.reading.encoding import clean, decode
from rag.reading.files import read_bytes
from rag.reading.raw import RawReport
from rag.reading.rows import lay_out
from rag.types import PartKind

SENTENCE = "Uỷ ban nhân dân huyện Mường Xa báo cáo: tốc độ tăng trưởng đạt 8,65%, thu nhập bình quân 35,7 triệu đồng."


def texts(raw: RawReport, *kinds: PartKind) -> list[str]:
    return [raw.text[p.start : p.end] for p in raw.parts if not kinds or p.kind in kinds]


def read(name: str, content: str | bytes) -> RawReport:
    return read_bytes(content.encode() if isinstance(content, str) else content, file_name=name)


def as_windows_1258(text: str) -> bytes:
    """Encode as Windows does: a letter with its tone is the letter, then the tone."""
    out = b""
    for char in text:
        decomposed = unicodedata.normalize("NFD", char)
        tone = "".join(c for c in decomposed if c in "\u0300\u0301\u0303\u0309\u0323")
        letter = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in tone))
        out += (letter + tone).encode("cp1258")
    return out


# -- what a file is -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"Thu 412,5", Format.TEXT),
        ("README", b"Thu 412,5", Format.TEXT),
        ("a.md", b"# Thu", Format.MARKDOWN),
        ("a.csv", b"a,b\n1,2", Format.CSV),
        ("a.txt", b"<!DOCTYPE html><p>Thu", Format.HTML),
        ("old.doc", b"\xef\xbb\xbf<html><body>Thu", Format.HTML),
        ("a.html", b"Thu 412,5 and no tag", Format.TEXT),
        ("a.txt", b"%PDF-1.7\n", Format.PDF),
        ("a.bin", files.report_docx(), Format.DOCX),
        ("a.docx", files.report_xlsx(), Format.XLSX),
        ("a.txt", "Thu ngân sách đạt".encode("utf-16-le"), Format.TEXT),
    ],
    ids=["txt", "no-suffix", "md", "csv", "html-in-txt", "html-in-doc", "text-in-html", "pdf", "docx", "xlsx", "utf16"],
)
def test_the_content_decides_the_format(name: str, content: bytes, expected: Format) -> None:
    assert detect_format(content, file_name=name) is expected


# -- encodings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode(),
        SENTENCE.encode("utf-8-sig"),
        SENTENCE.encode("utf-16"),
        SENTENCE.encode("utf-16-le"),
        SENTENCE.encode("utf-16-be"),
        b"\xfe\xff" + SENTENCE.encode("utf-16-be"),
        SENTENCE.encode("utf-32"),
        unicodedata.normalize("NFD", SENTENCE).encode(),
        as_windows_1258(SENTENCE),
    ],
    ids=["utf8", "utf8-bom", "utf16", "utf16le", "utf16be", "utf16be-bom", "utf32", "nfd", "windows-1258"],
)
def test_a_vietnamese_text_is_the_same_in_every_encoding(data: bytes) -> None:
    assert decode(data, file_name="a.txt") == SENTENCE


def test_western_text_is_read_as_windows_1252() -> None:
    sentence = "L’économie de la région a progressé de 3 %."
    assert decode(sentence.encode("cp1252"), file_name="a.txt") == sentence


def test_tcvn3_is_named_rather_than_read_as_nonsense() -> None:
    with pytest.raises(DamagedFileError, match="TCVN3"):
        decode("Céng hoµ x· héi chñ nghÜa ViÖt Nam §éc lËp".encode("cp1252"), file_name="a.txt")


def test_a_byte_broken_in_utf8_costs_one_character_only() -> None:
    data = SENTENCE.encode().replace(b"35,7", b"35,7\xff")
    assert decode(data, file_name="a.txt") == SENTENCE.replace("35,7", "35,7\ufffd")


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne"),
        ("a\x00b\x07c\td", "abc\td"),
        ("kin\u00adh\u200b tế\ufeff \u202bx", "kinh tế x"),
        ("hoa\u0300 \ud800", "hoà "),
    ],
    ids=["line-ends", "controls", "zero-width", "nfc-and-surrogates"],
)
def test_clean_text_has_nothing_that_cannot_be_seen(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


# -- text and markdown ----------------------------------------------------------------------------------


def test_lines_of_a_text_are_paragraphs_and_a_wrapped_block_is_one() -> None:
    wrapped = (
        "Theo báo cáo của Ủy ban nhân dân huyện trong sáu tháng đầu\n"
        "năm 2024 kinh tế của huyện tiếp tục phát triển khá và ổn\n"
        "định hơn so với cùng kỳ năm trước."
    )
    raw = read("a.txt", f" date 2024-07 Huyện Mường Xa họp\nChiều 19-7, huyện họp.\n\n{wrapped}\n- mục một\n")
    assert texts(raw) == ["date 2024-07 Huyện Mường Xa họp", "Chiều 19-7, huyện họp.", wrapped, "- mục một"]
    assert raw.parts[-1].kind is PartKind.LIST_ITEM


def test_lines_that_begin_in_capitals_are_not_taken_for_wrapped_text() -> None:
    lines = [f"Chỉ tiêu thứ {i} của huyện đạt kế hoạch đề ra từ đầu năm" for i in range(1, 5)]
    assert texts(read("a.txt", "\n".join(lines))) == lines


def test_the_text_of_a_txt_file_is_kept_as_it_stands() -> None:
    content = "  Thu  đạt\u00a0412,5 tỷ.\n\n\n\tChi 300.  \n"
    assert read("a.txt", content).text == content


def test_markdown_parts_lie_between_its_marks() -> None:
    raw = read(
        "a.md",
        "---\ntitle: Đầu đề\n---\n# Báo cáo ##\nĐoạn **một**\ndòng hai.\n\n- mục a\n  tiếp\n1. số một\n\n"
        "| Xã | Thu |\n|---|---:|\n| A | 3 |\n\nTiêu đề\n---\n> trích\n<!-- ẩn -->\n",
    )
    assert raw.title == "Đầu đề"
    assert [(p.kind, raw.text[p.start : p.end]) for p in raw.parts] == [
        (PartKind.HEADING, "Báo cáo"),
        (PartKind.PARAGRAPH, "Đoạn **một**\ndòng hai."),
        (PartKind.LIST_ITEM, "mục a\n  tiếp"),
        (PartKind.LIST_ITEM, "1. số một"),
        (PartKind.TABLE_ROW, "Xã | Thu"),
        (PartKind.TABLE_ROW, "A | 3"),
        (PartKind.HEADING, "Tiêu đề"),
        (PartKind.PARAGRAPH, "trích"),
    ]


# -- html -----------------------------------------------------------------------------------------------


def test_html_gives_what_a_reader_sees_in_order() -> None:
    raw = read(
        "a.html",
        "<html><head><title>Tin | Báo</title></head><body><header>Báo điện tử</header><nav>Trang chủ</nav>"
        "<h1>Huyện <b>Mường</b> Xa</h1><p>Thu đạt&nbsp;412,5\n tỷ đồng.</p>Dòng rời<br><br>dòng sau"
        "<ul><li>Mục một<li>Mục <a href=#>hai</a> nữa</ul>"
        "<figure><img><figcaption>Toàn cảnh hội nghị.</figcaption></figure><footer>Bản quyền</footer></body></html>",
    )
    assert raw.title == "Huyện Mường Xa"
    assert [(p.kind, raw.text[p.start : p.end]) for p in raw.parts] == [
        (PartKind.HEADING, "Huyện Mường Xa"),
        (PartKind.PARAGRAPH, "Thu đạt 412,5 tỷ đồng."),
        (PartKind.PARAGRAPH, "Dòng rời"),
        (PartKind.PARAGRAPH, "dòng sau"),
        (PartKind.LIST_ITEM, "Mục một"),
        (PartKind.LIST_ITEM, "Mục hai nữa"),
        (PartKind.CAPTION, "Toàn cảnh hội nghị."),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="color:red; display : none">ẩn</p>',
        '<p style="visibility:hidden">ẩn</p>',
        "<p hidden>ẩn</p>",
        '<div aria-hidden="true"><p>ẩn</p></div>',
        '<p class="x kin">ẩn</p>',
        '<p id="kin">ẩn</p>',
        "<script>ẩn</script>",
        "<template><p>ẩn</p></template>",
        "<!-- ẩn -->",
        '<ul><li><a href="1">ẩn</a><li><a href="2">ẩn</a><li><a href="3">ẩn</a><li><a href="4">ẩn</a></ul>',
    ],
    ids=["display", "visibility", "hidden", "aria", "class", "id", "script", "template", "comment", "menu"],
)
def test_text_that_a_page_hides_is_not_read(hidden: str) -> None:
    style = "<style>/* a */ .kin, #kin { display:none } @media print { .ro { display:none } }</style>"
    raw = read("a.html", f'<html><head>{style}</head><body><p class="ro">Trước.</p>{hidden}<p>Sau.</p></body></html>')
    assert texts(raw) == ["Trước.", "Sau."]


def test_html_table_rows_stand_alone_and_merged_cells_keep_their_names() -> None:
    raw = read(
        "a.html",
        "<html><body><table><caption>Bảng 1</caption><tr><th>Xã</th><th colspan=2>Năm 2023</th></tr>"
        "<tr><td rowspan=2>Na Mo</td><td>10,5</td><td>20</td></tr><tr><td>30</td><td>40</td></tr></table></body>",
    )
    assert texts(raw, PartKind.CAPTION) == ["Bảng 1"]
    assert texts(raw, PartKind.TABLE_ROW) == [
        "Xã | Năm 2023",
        "Xã: Na Mo | Năm 2023: 10,5 | Năm 2023: 20",
        "Xã: Na Mo | Năm 2023: 30 | Năm 2023: 40",
    ]


def test_an_html_page_in_a_declared_encoding_is_read() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Отчёт района</p></body></html>'
    assert texts(read("a.html", page.encode("cp1251"))) == ["Отчёт района"]


# -- docx -----------------------------------------------------------------------------------------------


def test_a_docx_is_read_in_order_with_its_table_between_its_paragraphs() -> None:
    raw = read("a.docx", files.report_docx())
    assert raw.title == files.REPORT_LINES[1]
    assert [(p.kind, raw.text[p.start : p.end]) for p in raw.parts] == [
        (PartKind.HEADING, "UBND HUYỆN MƯỜNG XA"),
        (PartKind.LETTERHEAD, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (PartKind.PARAGRAPH, "Số: 12/BC-UBND"),
        (PartKind.PARAGRAPH, "Mường Xa, ngày 5 tháng 7 năm 2024"),
        (PartKind.TITLE, files.REPORT_LINES[1]),
        (PartKind.HEADING, "I. KINH TẾ"),
        (PartKind.PARAGRAPH, files.REPORT_LINES[2]),
        (PartKind.TABLE_ROW, "Chỉ tiêu | Năm 2023 | Năm 2024"),
        (PartKind.TABLE_ROW, "Chỉ tiêu: Thu ngân sách | Năm 2023: 400 | Năm 2024: 412,5"),
        (PartKind.TABLE_ROW, "Chỉ tiêu: Hộ nghèo | Năm 2023: 8,2% | Năm 2024: 7,1%"),
        (PartKind.PARAGRAPH, "Bảng trên chưa gồm thu từ đất."),
    ]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<w:r><w:t>Thu</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>", "Thu"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Thu</w:t></w:r>', "Thu"),
        ("<w:r><w:t>Thu</w:t></w:r><w:del><w:r><w:delText>xoá</w:delText></w:r></w:del>", "Thu"),
        ("<w:r><w:t>Thu</w:t></w:r><w:ins><w:r><w:t> thêm</w:t></w:r></w:ins>", "Thu thêm"),
        ("<w:sdt><w:sdtContent><w:r><w:t>Thu trong ô</w:t></w:r></w:sdtContent></w:sdt>", "Thu trong ô"),
        ("<w:r><w:t>Thu</w:t><w:tab/><w:t>412</w:t><w:instrText>PAGE</w:instrText></w:r>", "Thu 412"),
        ("<w:hyperlink><w:r><w:t>Thu</w:t></w:r></w:hyperlink><w:r><w:noBreakHyphen/><w:t>chi</w:t></w:r>", "Thu-chi"),
    ],
    ids=["vanish", "vanish-off", "deleted", "inserted", "content-control", "tab-and-field", "link-and-hyphen"],
)
def test_a_docx_paragraph_holds_what_word_shows(xml: str, expected: str) -> None:
    assert texts(read("a.docx", files.docx_body(f"<w:p>{xml}</w:p>"))) == [expected]


def test_merged_cells_of_a_docx_are_written_once_a_row() -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=4, cols=3)
        for i, row in enumerate((("Xã", "Kết quả", ""), ("", "Thu", "Chi"), ("Na Mo", "10,5", "20"), ("", "30", "40"))):
            for j, value in enumerate(row):
                table.cell(i, j).text = value
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(2, 0).merge(table.cell(3, 0))

    assert texts(read("a.docx", files.docx_bytes(build))) == [
        "Xã | Kết quả (Thu) | Kết quả (Chi)",
        "Xã: Na Mo | Kết quả (Thu): 10,5 | Kết quả (Chi): 20",
        "Xã: Na Mo | Kết quả (Thu): 30 | Kết quả (Chi): 40",
    ]


def test_list_items_and_captions_of_a_docx_are_known_by_their_styles() -> None:
    def build(document: Any) -> None:
        document.add_paragraph("Mục một", style="List Bullet")
        document.add_paragraph("Ảnh 1. Toàn cảnh", style="Caption")

    raw = read("a.docx", files.docx_bytes(build))
    assert [p.kind for p in raw.parts] == [PartKind.LIST_ITEM, PartKind.CAPTION]


# -- pdf ------------------------------------------------------------------------------------------------

PDF_PARAGRAPH = (
    "Trong sáu tháng đầu năm 2024 kinh tế của huyện tiếp tục phát triển khá,",
    "tốc độ tăng trưởng đạt 8,65%, cao hơn cùng kỳ, chương trình 19-",
    "7 được duy trì.",
)


def pdf_page(number: int) -> list[tuple[float, float, str]]:
    lines = [(200.0, 815.0, f"Báo cáo huyện Mường Xa, trang {number}"), (290.0, 25.0, f"- {number} -")]
    y = 740.0
    for _ in range(2):
        for i, text in enumerate(PDF_PARAGRAPH):
            lines.append((90.0 if i == 0 else 72.0, y, text))
            y -= 15
    for row in (("Chỉ tiêu", "Năm 2023"), ("Thu", "400"), ("Chi", "300")):
        lines += [(72.0, y, row[0]), (300.0, y, row[1])]
        y -= 15
    return lines


def test_a_pdf_gives_paragraphs_with_page_and_box_without_running_heads() -> None:
    raw = read("a.pdf", files.pdf_bytes([pdf_page(n) for n in (1, 2, 3)]))
    paragraph = f"{PDF_PARAGRAPH[0]} {PDF_PARAGRAPH[1]}{PDF_PARAGRAPH[2]}"
    one_page = [paragraph, paragraph, "Chỉ tiêu | Năm 2023", "Thu | 400", "Chi | 300"]
    assert texts(raw) == one_page * 3
    assert [p.page for p in raw.parts] == [1] * 5 + [2] * 5 + [3] * 5
    left, bottom, right, top = raw.parts[0].box or (0, 0, 0, 0)
    assert 70 < left < 75 and 705 < bottom < 712 and 455 < right < 485 and 745 < top < 755


def test_two_columns_of_a_pdf_are_read_one_after_the_other() -> None:
    lines = [(50.0, 750.0, "Một tiêu đề chạy qua cả hai cột của trang báo này và dài ra tới mép phải.")]
    for i in range(8):
        lines += [(x, 700.0 - 15 * i, f"dòng {i} của cột {c} dài vừa đủ cột này") for c, x in ((1, 50.0), (2, 310.0))]
    raw = read("a.pdf", files.pdf_bytes([lines]))
    columns = [" ".join(f"dòng {i} của cột {c} dài vừa đủ cột này" for i in range(8)) for c in (1, 2)]
    assert texts(raw)[1:] == columns


def test_a_pdf_without_running_heads_keeps_its_first_and_last_lines() -> None:
    raw = read("a.pdf", files.pdf_bytes([[(72, 820, "Dòng đầu trang."), (72, 30, "Dòng cuối trang.")]]))
    assert texts(raw) == ["Dòng đầu trang.", "Dòng cuối trang."]


def test_the_title_a_pdf_declares_counts_only_where_the_page_shows_it() -> None:
    page = [(72.0, 700.0, "Báo cáo sáu tháng của huyện")]
    assert read("a.pdf", files.pdf_bytes([page], title="Báo cáo sáu tháng")).title == "Báo cáo sáu tháng"
    assert read("a.pdf", files.pdf_bytes([page], title="Microsoft Word - Document1")).title is None


# -- tables ---------------------------------------------------------------------------------------------


def test_a_sheet_gives_rows_with_header_and_unit_below_its_title() -> None:
    raw = read("a.xlsx", files.report_xlsx())
    assert texts(raw) == [
        "BIỂU TỔNG HỢP THU NGÂN SÁCH HUYỆN MƯỜNG XA",
        "(Đơn vị tính: triệu đồng)",
        "Chỉ tiêu | 2023 | 2024 | So sánh",
        "Chỉ tiêu: Thu nội địa | 2023: 8.200 | 2024: 8.650,5 | So sánh: 105,49% | Đơn vị tính: triệu đồng",
        "Chỉ tiêu: Thu khác | 2023: 1.200.000 | 2024: 35,7 | So sánh: 8,65% | Đơn vị tính: triệu đồng",
    ]
    assert raw.parts[0].kind is PartKind.HEADING


def test_every_visible_sheet_is_read_under_its_name() -> None:
    def build(book: Any) -> None:
        for name, state in (("Thu", "visible"), ("Nháp", "hidden"), ("Chi", "visible")):
            sheet = book.create_sheet(name)
            sheet.append(["Xã", "Số tiền"])
            sheet.append([f"Xã {name}", 5])
            sheet.sheet_state = state
        del book["Sheet"]

    assert texts(read("a.xlsx", files.xlsx_bytes(build))) == [
        "Thu",
        "Xã | Số tiền",
        "Xã: Xã Thu | Số tiền: 5",
        "Chi",
        "Xã | Số tiền",
        "Xã: Xã Chi | Số tiền: 5",
    ]


@pytest.mark.parametrize(
    ("value", "number_format", "column", "expected"),
    [
        (8200, "General", "Thu", "8.200"),
        (8.65, "General", "", "8,65"),
        (0.0865, "0.00%", "", "8,65%"),
        (0.0865, "0%", "", "8,65%"),
        (0.5, "0%", "", "50%"),
        (35.699999, "0.00", "", "35,70"),
        (-1234567.5, "#,##0", "", "-1.234.567,5"),
        (0.1 + 0.2, "General", "", "0,3"),
        (2023, "General", "Năm", "2023"),
        (2023, "General", "Năm 2022", "2.023"),
        (10012, "General", "Mã số", "10012"),
        (dt.datetime.fromisoformat("2023-07-09"), "yyyy-mm-dd", "", "9/7/2023"),
        (dt.datetime.fromisoformat("2023-07-09T14:05"), "yyyy-mm-dd hh:mm", "", "9/7/2023 14:05"),
        (dt.datetime.fromisoformat("2023-07-01"), "mm/yyyy", "", "7/2023"),
        (True, "General", "", "TRUE"),
        (" Na\nMo ", "General", "", "Na Mo"),
    ],
)
def test_cells_are_written_as_a_vietnamese_reader_writes_them(
    value: object, number_format: str, column: str, expected: str
) -> None:
    assert write_cell(value, number_format, column=column) == expected


@pytest.mark.parametrize(
    "content",
    [
        "Xã,Thu\nNa Mo,5\n",
        "Xã;Thu\nNa Mo;5\n",
        "Xã\tThu\nNa Mo\t5\n",
        "\ufeffXã|Thu\r\nNa Mo|5",
        'sep=;\nXã;Thu\n"Na Mo";5\n',
    ],
    ids=["comma", "semicolon", "tab", "bar-and-bom", "declared"],
)
def test_csv_is_cut_at_whichever_separator_it_uses(content: str) -> None:
    assert texts(read("a.csv", content)) == ["Xã | Thu", "Xã: Na Mo | Thu: 5"]


def test_decimal_commas_do_not_cut_a_csv_with_semicolons() -> None:
    raw = read("a.csv", "Chỉ tiêu;2023;2024\nThu;400,5;412,5\nChi;300,1;310,7\n")
    assert texts(raw)[1] == "Chỉ tiêu: Thu | 2023: 400,5 | 2024: 412,5"


def test_a_csv_that_is_prose_is_read_as_prose() -> None:
    assert texts(read("a.csv", "Thu ngân sách tăng.\nChi giảm.\n")) == ["Thu ngân sách tăng.", "Chi giảm."]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["a", "1"], ["b", "2"]], ["a | 1", "b | 2"]),
        (
            [["TT", "Nội dung", "Năm 2023", "", "Năm 2024"], ["", "", "KH", "TH", "KH"], ["1", "Thu", "5", "6", "7"]],
            [
                "TT | Nội dung | Năm 2023 (KH) | Năm 2023 (TH) | Năm 2024 (KH)",
                "TT: 1 | Nội dung: Thu | Năm 2023 (KH): 5 | Năm 2023 (TH): 6 | Năm 2024 (KH): 7",
            ],
        ),
        (
            [["TT", "Xã", "Thu"], ["A", "B", "1"], ["1", "Na Mo", "5"]],
            ["TT | Xã | Thu", "A | B | 1", "TT: 1 | Xã: Na Mo | Thu: 5"],
        ),
        (
            [["TT", "Xã", "Thu", "Chi"], ["A", "B", "1", "2"], ["1", "Na Mo", "5", "6"]],
            ["TT | Xã | Thu | Chi", "TT: 1 | Xã: Na Mo | Thu: 5 | Chi: 6"],
        ),
    ],
    ids=["no-header", "two-header-rows", "too-few-column-numbers", "column-numbers"],
)
def test_the_header_of_a_table_is_found(rows: list[list[str]], expected: list[str]) -> None:
    found = [line.text for line in lay_out(rows)]
    assert found == [text.replace("A | B | 1", "TT: A | Xã: B | Thu: 1") for text in expected]


# -- documents ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", f" {SENTENCE}\n\nĐoạn hai.\n".encode()),
        ("a.docx", files.report_docx()),
        ("a.xlsx", files.report_xlsx()),
        ("a.pdf", files.pdf_bytes([pdf_page(n) for n in (1, 2, 3)])),
        ("a.html", f"<html><body><h1>Báo cáo</h1><p>{SENTENCE}</p></body></html>".encode()),
    ],
    ids=["txt", "docx", "xlsx", "pdf", "html"],
)
def test_the_parts_of_a_document_are_trimmed_in_order_and_apart(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    document = read_file(path, doc_id=f"s/{name}", source="s")
    assert unicodedata.is_normalized("NFC", document.text)
    last = 0
    for part in document.parts:
        text = document.text[part.start : part.end]
        assert last <= part.start < part.end and text == text.strip()
        last = part.end
    assert (document.id, document.source) == (f"s/{name}", "s")


def test_a_document_can_be_made_of_a_text_in_memory() -> None:
    document = make_document("set/1", "Thu ngân sách đạt 412,5 tỷ.", title="Mường Xa", source="set")
    assert (document.title, document.text, len(document.parts)) == ("Mường Xa", "Thu ngân sách đạt 412,5 tỷ.", 1)
