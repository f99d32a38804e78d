"""What is read of a report from its own words, on small reports of all kinds and the two samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.reading.files import make_document, read_bytes
from rag.reading.metadata import describe
from rag.reading.metadata_parts import is_byline, is_caption, is_heading, is_letterhead
from rag.reading.metadata_signer import find_signer
from rag.reading.raw import Metadata, RawReport
from rag.types import Part, PartKind
from tests.files import docx_bytes

SEEDS = Path(__file__).parents[1] / "seeds"
HASH_NAME = "bcc8cb2eb02e369e.txt"


def make_report(*paragraphs: str, title: str | None = None, kind: PartKind = PartKind.PARAGRAPH) -> RawReport:
    parts, position = [], 0
    for paragraph in paragraphs:
        parts.append(Part(kind, position, position + len(paragraph)))
        position += len(paragraph) + 2
    return RawReport("\n\n".join(paragraphs), tuple(parts), "test/1", title)


def kinds(raw: RawReport, about: Metadata) -> list[tuple[str, str]]:
    return [(part.kind.value, raw.text[part.start : part.end]) for part in about.parts]


OFFICIAL = make_report(
    "UBND HUYỆN MƯỜNG LÁT          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "PHÒNG NÔNG NGHIỆP              Độc lập - Tự do - Hạnh phúc",
    "Số: 123/BC-UBND                Mường Lát, ngày 05 tháng 7 năm 2023",
    "BÁO CÁO",
    "Tình hình thực hiện nhiệm vụ phát triển kinh tế - xã hội 6 tháng đầu năm 2023",
    "Thực hiện Nghị quyết số 15/NQ-HĐND ngày 20 tháng 12 năm 2022 của HĐND huyện, UBND huyện Mường Lát báo cáo:",
    "I. KẾT QUẢ THỰC HIỆN",
    "1. Về kinh tế",
    "Tổng giá trị sản xuất đạt 512 tỷ đồng, tăng 7,5% so với cùng kỳ.",
    "TM. ỦY BAN NHÂN DÂN",
    "Lò Văn Thanh",
)
PARTY = make_report(
    "ĐẢNG BỘ TỈNH NGHỆ AN",
    "HUYỆN ỦY CON CUÔNG",
    "Số 45-BC/HU",
    "Con Cuông, ngày 12 tháng 01 năm 2022",
    "BÁO CÁO",
    "kết quả công tác xây dựng Đảng năm 2021",
    "Năm 2021, Ban Thường vụ Huyện ủy đã lãnh đạo hoàn thành 22/25 chỉ tiêu. Kết nạp 98 đảng viên.",
)
DECISION = make_report(
    "ỦY BAN NHÂN DÂN\nHUYỆN BÁ THƯỚC\nSố: 12/QĐ-UBND\nBá Thước, ngày 3 tháng 2 năm 2024",
    "QUYẾT ĐỊNH\nVề việc giao chỉ tiêu kế hoạch phát triển kinh tế - xã hội năm 2024",
    "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN",
    "Căn cứ Luật Tổ chức chính quyền địa phương;",
)
NEWS = make_report(
    "Toàn cảnh hội nghị.",
    "Sáng 28/12, Huyện ủy Thường Xuân tổ chức hội nghị tổng kết công tác năm 2022. Bí thư Huyện ủy chủ trì.",
    "Thu ngân sách trên địa bàn huyện Thường Xuân đạt 210 tỷ đồng.",
    "Ngày đăng: 06/01/2023",
)
COMPANY = make_report(
    "Công ty Cổ phần Mía đường Sông Âm công bố kết quả quý III/2022",
    "Công ty Cổ phần Mía đường Sông Âm (mã SAM) ghi nhận doanh thu 312 tỷ đồng trong quý III/2022, tăng 14%.",
    "Lũy kế 9 tháng, lợi nhuận sau thuế đạt 41 tỷ đồng.",
    "Theo Báo Đầu tư",
)
ENGLISH = make_report(
    "Quarterly note on rural incomes in Que Phong district",
    "19 July 2023",
    "Average income in Que Phong district reached 18 million dong per person in the first six months of 2023.",
)


def test_an_official_report_is_read_from_letterhead_and_subject() -> None:
    about = describe(OFFICIAL, file_name=HASH_NAME)
    subject = "Tình hình thực hiện nhiệm vụ phát triển kinh tế - xã hội 6 tháng đầu năm 2023"
    assert about.title == f"BÁO CÁO {subject}"
    assert about.dates == ("2023-07-05",)
    assert about.period == "2023-H1"
    assert about.place == "Mường Lát"
    assert about.organisation == "Phòng Nông nghiệp huyện Mường Lát"
    assert about.number == "123/BC-UBND"
    assert about.type == "Báo cáo"
    assert about.language == "vi"
    marked = [kind for kind, _ in kinds(OFFICIAL, about)]
    assert marked == [
        *["letterhead"] * 3, *["title"] * 2, "paragraph", *["heading"] * 2, "paragraph", *["byline"] * 2,
    ]  # fmt: skip


def test_a_party_report_is_issued_by_the_lower_body() -> None:
    about = describe(PARTY, file_name=HASH_NAME)
    assert about.title == "BÁO CÁO kết quả công tác xây dựng Đảng năm 2021"
    assert (about.organisation, about.place) == ("Huyện ủy Con Cuông", "Con Cuông")
    assert (about.number, about.period, about.dates) == ("45-BC/HU", "2021", ("2022-01-12",))


def test_a_decision_keeps_its_signer_out_of_the_title() -> None:
    about = describe(DECISION, file_name=HASH_NAME)
    assert about.title == "QUYẾT ĐỊNH Về việc giao chỉ tiêu kế hoạch phát triển kinh tế - xã hội năm 2024"
    assert (about.organisation, about.type) == ("UBND huyện Bá Thước", "Quyết định")
    assert (about.number, about.period) == ("12/QĐ-UBND", "2024")


def test_news_without_title_is_named_by_its_first_sentence() -> None:
    about = describe(NEWS, file_name=HASH_NAME)
    assert about.title == "Sáng 28/12, Huyện ủy Thường Xuân tổ chức hội nghị tổng kết công tác năm 2022"
    assert (about.place, about.organisation) == ("Thường Xuân", "Huyện ủy Thường Xuân")
    assert (about.period, about.type) == ("2022", "Tin bài")


def test_a_report_of_january_tells_of_a_meeting_of_last_december() -> None:
    assert describe(NEWS, file_name=HASH_NAME).dates == ("2023-01-06", "2022-12-28")


def test_a_companys_report_has_an_organisation_and_no_place() -> None:
    about = describe(COMPANY, file_name=HASH_NAME)
    assert about.title == "Công ty Cổ phần Mía đường Sông Âm công bố kết quả quý III/2022"
    assert about.organisation == "Công ty Cổ phần Mía đường Sông Âm"
    assert (about.place, about.period, about.dates) == (None, "2022-Q3", ())


def test_an_english_note_is_read_too() -> None:
    about = describe(ENGLISH, file_name=HASH_NAME)
    assert (about.language, about.place, about.period) == ("en", "Que Phong", "2023-H1")
    assert about.dates == ("2023-07-19",)
    assert about.type is None


def read_seed(name: str) -> RawReport:
    text = (SEEDS / name).read_text(encoding="utf-8")
    parts, position = [], 0
    for block in text.split("\n\n"):
        start = position + len(block) - len(block.lstrip())
        parts.append(Part(PartKind.PARAGRAPH, start, position + len(block.rstrip())))
        position += len(block) + 2
    return RawReport(text, tuple(parts), "test/1")


def test_the_first_sample_has_date_and_title_on_one_line() -> None:
    name = "000_bcc8cb2eb02e369e.txt"
    raw = read_seed(name)
    about = describe(raw, file_name=name)
    assert about.title == "Huyện Quan Sơn đoàn kết, thống nhất, nỗ lực hoàn thành mục tiêu Nghị quyết đã đề ra"
    assert about.dates == ("2023-07", "2023-07-19")
    assert (about.period, about.place) == ("2023-H1", "Quan Sơn")
    assert about.organisation == "Ban Chấp hành Đảng bộ huyện Quan Sơn"
    marked = {text: kind for kind, text in kinds(raw, about)}
    assert marked["Các đại biểu tham dự hội nghị."] == "caption"
    assert marked["Toàn cảnh hội nghị."] == "caption"
    assert marked["Phó Chủ tịch Thường trực UBND tỉnh Nguyễn Văn Thi phát biểu tại hội nghị."] == "caption"
    assert marked["Hoàng Lan"] == "byline"
    assert about.parts[0].kind is PartKind.TITLE
    assert sum(part.kind is PartKind.PARAGRAPH for part in about.parts) == 8


def test_the_second_sample_has_place_and_year_in_its_text_only() -> None:
    name = "001_547de6972cc57b29.txt"
    raw = read_seed(name)
    about = describe(raw, file_name=name)
    assert about.title.startswith("Theo báo cáo của Ban Thường vụ Huyện ủy Quế Phong, năm 2023")
    assert about.title.endswith("…")
    assert len(about.title) <= 120
    assert (about.dates, about.period, about.place) == ((), "2023", "Quế Phong")
    assert about.organisation == "Ban Thường vụ Huyện ủy Quế Phong"
    assert sum(part.kind is PartKind.CAPTION for part in about.parts) == 3


def test_parts_keep_their_offsets() -> None:
    about = describe(OFFICIAL, file_name=HASH_NAME)
    assert [(p.start, p.end) for p in about.parts] == [(p.start, p.end) for p in OFFICIAL.parts]


def test_a_title_the_format_declares_comes_first() -> None:
    raw = make_report("Thu ngân sách đạt 210 tỷ đồng.", title="Báo cáo thu ngân sách huyện Thường Xuân")
    assert describe(raw, file_name=HASH_NAME).title == "Báo cáo thu ngân sách huyện Thường Xuân"


@pytest.mark.parametrize("declared", ["Untitled", "Microsoft Word - Document1", "bcc8cb2eb02e369e", "BÁO CÁO"])
def test_a_meaningless_declared_title_is_passed_over(declared: str) -> None:
    raw = make_report("Thu ngân sách năm nay vượt dự toán", "Thu ngân sách đạt 210 tỷ đồng.", title=declared)
    assert describe(raw, file_name=HASH_NAME).title == "Thu ngân sách năm nay vượt dự toán"


def test_a_table_is_named_by_its_file_where_a_person_named_it() -> None:
    raw = make_report("Huyện: Quan Sơn; Thu: 5", "Huyện: Quan Hóa; Thu: 7", kind=PartKind.TABLE_ROW)
    assert describe(raw, file_name="Thu_ngan_sach 2023.xlsx").title == "Thu ngan sach 2023"
    assert describe(raw, file_name=HASH_NAME).title == "Huyện: Quan Sơn; Thu: 5"
    assert {part.kind for part in describe(raw, file_name=HASH_NAME).parts} == {PartKind.TABLE_ROW}


def test_a_list_of_provinces_is_about_none_of_them() -> None:
    raw = make_report(
        "Thiệt hại do mưa lũ trên cả nước",
        "Mưa lũ làm 22 người chết ở Hòa Bình, 15 người ở Thanh Hóa, 9 người ở Nghệ An, 6 người ở Sơn La và Yên Bái.",
    )
    assert describe(raw, file_name=HASH_NAME).place is None


def test_a_remembered_year_is_no_period() -> None:
    raw = make_report(
        "Xã Tam Văn mở chợ mới", "Chợ cũ được xây năm 1998, nay đã xuống cấp và không còn đủ chỗ cho bà con."
    )
    assert describe(raw, file_name=HASH_NAME).period is None


def test_the_target_year_is_not_what_a_report_covers() -> None:
    raw = make_report(
        "Huyện Lang Chánh tổng kết năm 2022, triển khai nhiệm vụ năm 2023", "Thu ngân sách đạt 96 tỷ đồng."
    )
    assert describe(raw, file_name=HASH_NAME).period == "2022"


def test_a_term_of_office_serves_only_if_nothing_else_stands() -> None:
    term = make_report("Nghị quyết Đại hội Đảng bộ huyện Lang Chánh nhiệm kỳ 2020 - 2025", "Đại hội đề ra 25 chỉ tiêu.")
    assert describe(term, file_name=HASH_NAME).period == "2020/2025"


@pytest.mark.parametrize(
    "text",
    [
        "Toàn cảnh hội nghị.",
        "Quang cảnh hội nghị. Ảnh: Trọng Kiên",
        "Các đại biểu tham dự hội nghị.",
        "Đồng chí Lê Văn Hải phát biểu tại hội nghị.",
        "Ảnh tư liệu: Sách Nguyễn",
        "Ảnh minh hoạ.",
        "Cầu mới qua sông Luồng dài 120 m - Ảnh: VIỆT DŨNG",
    ],
)
def test_captions_are_recognised(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thu ngân sách đạt 210 tỷ đồng.",
        "Tham dự hội nghị có đại diện Công an tỉnh; Bộ Chỉ huy BĐBP tỉnh; Ban Tổ chức Tỉnh ủy.",
        "Thiệt hại ước 250 tỷ đồng. Người dân chạy lụt. Ảnh: Hữu Công",
        "Toàn cảnh kinh tế huyện năm 2023 có nhiều điểm sáng, tăng trưởng 8%.",
        "Đồng chí Lê Văn Hải đã dự và phát biểu tại hội nghị.",
    ],
)
def test_sentences_that_report_are_no_captions(text: str) -> None:
    assert not is_caption(text)


@pytest.mark.parametrize(
    "text", ["Hoàng Lan", "PV", "Theo TTXVN", "Nguồn: Báo Thanh Hóa", "H.Y (tổng hợp)", "LÊ VĂN HẢI"]
)
def test_bylines_are_recognised_near_the_edge(text: str) -> None:
    assert is_byline(text, near_edge=True)


@pytest.mark.parametrize(
    "text", ["Kết luận", "KẾT LUẬN", "Thu ngân sách đạt 210 tỷ đồng.", "Theo đó, huyện đã hoàn thành."]
)
def test_other_short_lines_are_no_bylines(text: str) -> None:
    assert not is_byline(text, near_edge=True)


@pytest.mark.parametrize("text", ["I. KẾT QUẢ THỰC HIỆN", "1. Về kinh tế", "1.2. Nông nghiệp", "PHƯƠNG HƯỚNG NHIỆM VỤ"])
def test_headings_are_recognised(text: str) -> None:
    assert is_heading(text)


@pytest.mark.parametrize(
    "text", ["1. Thu nhập bình quân đạt 35 triệu đồng/năm", "2. Giao phòng Nông nghiệp theo dõi.", "35 hộ"]
)
def test_list_items_that_report_are_no_headings(text: str) -> None:
    assert not is_heading(text)


@pytest.mark.parametrize(
    "text",
    [
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND HUYỆN QUAN SƠN",
        "Số:      /BC-UBND",
        "Quế Phong, ngày     tháng 12 năm 2023",
    ],
)
def test_letterhead_lines_are_recognised(text: str) -> None:
    assert is_letterhead(text)


def test_a_blank_number_is_no_number() -> None:
    raw = make_report("UBND HUYỆN QUAN SƠN", "Số:      /BC-UBND", "BÁO CÁO", "Kết quả năm 2023", "Thu đạt 96 tỷ đồng.")
    about = describe(raw, file_name=HASH_NAME)
    assert about.number is None
    assert about.type == "Báo cáo"


def test_a_cited_paper_does_not_lend_its_number() -> None:
    raw = make_report(
        "Xã Tam Văn họp", "Căn cứ Nghị quyết số 15/NQ-HĐND, xã Tam Văn tổ chức họp dân bàn việc làm đường."
    )
    assert describe(raw, file_name=HASH_NAME).number is None


# -- who signed -----------------------------------------------------------------------------------------

BODY = "Thu ngân sách đạt 96 tỷ đồng, tăng 5% so với năm 2022 trên địa bàn huyện Quế Phong."


@pytest.mark.parametrize(
    ("block", "signer"),
    [
        ("TM. BAN THƯỜNG VỤ\nPHÓ BÍ THƯ\n(đã ký)\nNguyễn Văn A", "Nguyễn Văn A"),
        ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n\n\nTrần Văn B", "Trần Văn B"),
        ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH (đã ký) Trần Văn B", "Trần Văn B"),
        ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH Trần Văn B", "Trần Văn B"),
        ("CHỦ TỊCH\n\nNGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("GIÁM ĐỐC\nThượng tá Lò Văn Thanh", "Lò Văn Thanh"),
        ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n[Chữ ký]\nPGS.TS. Trần Quang Huy", "Trần Quang Huy"),
        ("**TM. BAN THƯỜNG VỤ**\n**PHÓ BÍ THƯ**\n\n**Nguyễn Văn A**", "Nguyễn Văn A"),
        ("TM. UBND HUYỆN\nCHỦ TỊCH\n(Đã ký)\nH'Wen Niê", "H'Wen Niê"),
        ("TM.UBND XÃ\nCHỦ TỊCH\nĐã ký\nVi Văn Sơn\n\nPhụ lục 1\n\nBảng số liệu thu ngân sách", "Vi Văn Sơn"),
        (
            "Nơi nhận:                    TM. ỦY BAN NHÂN DÂN\n- UBND tỉnh;                     CHỦ TỊCH\n- Lưu: VT.\n"
            "                             Lương Thị Hà",
            "Lương Thị Hà",
        ),
        ("Nơi nhận: | TM. ỦY BAN NHÂN DÂN\nNơi nhận:: - Như trên | TM. ỦY BAN NHÂN DÂN: Lương Thị Hà", "Lương Thị Hà"),
        ("NGƯỜI LẬP\nLê A\nCHỦ TỊCH\nTrần Văn B", "Trần Văn B"),
        ("CHAIRMAN\n(signed)\nNguyen Van An", "Nguyen Van An"),
        ("Người ký: Lê Thị Hoa", "Lê Thị Hoa"),
        ("Signed by: John Smith", "John Smith"),
        ("Signed by Nguyen Van An", "Nguyen Van An"),
    ],
)
def test_who_signed_is_read_from_the_block_at_the_end(block: str, signer: str) -> None:
    assert find_signer(f"{BODY}\n\n{block}") == signer


@pytest.mark.parametrize(
    "block",
    [
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH\nHà Giang",
        "CHỦ TỊCH\nQuan Sơn, ngày 5 tháng 7 năm 2023",
        "CHỦ TỊCH\nNguyễn Văn A phát biểu tại hội nghị",
        "NGƯỜI LẬP BIỂU                CHỦ TỊCH\n\nLê Văn A                      Trần Văn B",
        "TM. UBND\nCHỦ TỊCH\nLê Văn A\n\nTM. HĐND\nCHỦ TỊCH\nTrần Thị B",
        "Người ký: Ủy ban nhân dân huyện Quế Phong",
        "Signed by the People's Committee of Que Phong",
        "Đồng chí Chủ tịch UBND huyện Trần Văn B đã ký quyết định.",
        "Hoàng Lan",
    ],
)
def test_no_one_signed_where_it_is_not_clear(block: str) -> None:
    assert find_signer(f"{BODY}\n\n{block}") is None


def test_an_office_without_on_behalf_signs_only_at_the_end() -> None:
    assert find_signer("CHỦ TỊCH\nTrần Văn B\n\n" + f"{BODY}\n" * 40) is None
    assert find_signer("KT. CHỦ TỊCH\nTrần Văn B\n\n" + f"{BODY}\n" * 40) == "Trần Văn B"


@pytest.mark.parametrize("n_rows", [1, 3])
def test_recipients_and_signature_side_by_side_in_a_word_file_are_read(n_rows: int) -> None:
    def build(document: object) -> None:
        document.add_paragraph(BODY)  # type: ignore[attr-defined]
        table = document.add_table(rows=n_rows, cols=2)  # type: ignore[attr-defined]
        left = ["Nơi nhận:", "- Như trên;", "- Lưu: VT."]
        right = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "Lương Thị Hà"]
        for column, lines in enumerate((left, right)):
            for row in range(n_rows):
                table.cell(row, column).text = lines[row] if n_rows == 3 else "\n".join(lines)

    raw = read_bytes(docx_bytes(build), file_name="a.docx")
    assert describe(raw, file_name="a.docx").signer == "Lương Thị Hà"
    assert "TM. ỦY BAN NHÂN DÂN: " not in raw.text


def test_a_document_carries_who_signed_it() -> None:
    made = make_document("s/a.txt", f"{BODY}\n\nCHỦ TỊCH\n\nTrần Văn B", source="s")
    assert made.signer == "Trần Văn B"


# -- a number on a line of its own ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    "head",
    [
        "# Báo cáo kinh tế\n\n**Số:** 540/BC-UBND  \n**Ngày:** 15/12/2023",
        "# BÁO CÁO\n\nsố 540/BC-UBND, ngày 15/12/2023",
        "Báo cáo kinh tế - xã hội huyện Quế Phong\nsố 540/BC-UBND, ngày 15/12/2023",
        "Báo cáo tình hình huyện Quế Phong năm 2023\n(Số 540/BC-UBND ngày 15/12/2023)",
        "# Báo cáo (Số 540/BC-UBND, ngày 15/12/2023)",
        "Báo cáo số 540/BC-UBND ngày 15/12/2023 của UBND huyện Quế Phong",
        "Báo cáo số 540/BC-UBND ngày 15/12/2023 của UBND huyện Quế Phong về tình hình kinh tế - xã hội năm 2023",
        "# Báo cáo\n\n- Số: 540/BC-UBND\n- Ngày: 15/12/2023",
        "Số 540/BC-UBND, Quế Phong, ngày 15 tháng 12 năm 2023",
    ],
)
def test_a_number_on_a_line_of_its_own_is_read_with_its_date(name: str, head: str) -> None:
    about = describe(read_bytes(f"{head}\n\n{BODY}".encode(), file_name=name), file_name=name)
    assert (about.number, about.dates, about.type) == ("540/BC-UBND", ("2023-12-15",), "Báo cáo")


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize(
    "head",
    [
        "Thực hiện Nghị quyết\nsố 15/NQ-HĐND ngày 20/12/2022\ncủa HĐND huyện, UBND huyện báo cáo như sau.",
        "BÁO CÁO\nkết quả thực hiện\nNghị quyết số 15/NQ-HĐND ngày 20/12/2022 của HĐND huyện",
        "Nghị quyết số 68-NQ/TW: động lực cho kinh tế tư nhân",
        "Căn cứ Quyết định số 12/QĐ-UBND ngày 15/12/2023",
        "(Kèm theo Báo cáo số 540/BC-UBND ngày 15/12/2023 của UBND huyện)",
        "Báo cáo số 540/BC-UBND ngày 15/12/2023 cho biết thu ngân sách tăng.",
    ],
)
def test_the_number_of_a_paper_that_is_cited_is_not_the_reports_own(name: str, head: str) -> None:
    about = describe(read_bytes(f"{head}\n\n{BODY}".encode(), file_name=name), file_name=name)
    assert (about.number, about.dates) == (None, ())
