"""Build small sample files of every format, hostile ones among them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

REPORT_LINES = (
    "BÁO CÁO",
    "Tình hình kinh tế - xã hội 6 tháng đầu năm 2024 của huyện Mường Xa",
    "Thu ngân sách trên địa bàn đạt 412,5 tỷ đồng, bằng 58,3% dự toán.",
)


def docx_bytes(build: Any) -> bytes:
    """Build a docx: build(document) fills a python-docx document."""
    import docx

    document = docx.Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def report_docx() -> bytes:
    """A letterhead table, a title, a heading, paragraphs, a table of figures and a closing paragraph, in order."""

    def build(document: Any) -> None:
        head = document.add_table(rows=2, cols=2)
        head.cell(0, 0).text = "UBND HUYỆN MƯỜNG XA"
        head.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        head.cell(1, 0).text = "Số: 12/BC-UBND"
        head.cell(1, 1).text = "Mường Xa, ngày 5 tháng 7 năm 2024"
        document.add_paragraph(REPORT_LINES[1], style="Title")
        document.add_heading("I. KINH TẾ", level=1)
        document.add_paragraph(REPORT_LINES[2])
        table = document.add_table(rows=3, cols=3)
        cells = (("Chỉ tiêu", "Năm 2023", "Năm 2024"), ("Thu ngân sách", "400", "412,5"), ("Hộ nghèo", "8,2%", "7,1%"))
        for i, row in enumerate(cells):
            for j, value in enumerate(row):
                table.cell(i, j).text = value
        document.add_paragraph("Bảng trên chưa gồm thu từ đất.")

    return docx_bytes(build)


def zip_with(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Copy a zip file with some members replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            new.writestr(name, body)
    return stream.getvalue()


def docx_body(xml: str) -> bytes:
    """A docx whose body is this WordprocessingML (prefix w)."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{space}"><w:body>{xml}</w:body></w:document>'
    return zip_with(docx_bytes(lambda document: None), {"word/document.xml": body.encode()})


def pdf_bytes(pages: Iterable[Sequence[tuple[float, float, str]]], *, size: float = 11, title: str = "") -> bytes:
    """Build a PDF by hand: for each page, (x, y from the bottom, text) to draw, on A4.

    Every character is half its size wide and named by a ToUnicode map, so no font with Vietnamese marks is needed.
    """
    drawn = [list(page) for page in pages]
    codes = {c: i + 1 for i, c in enumerate(sorted({c for page in drawn for _, _, text in page for c in text}))}
    mapping = "\n".join(f"<{code:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{mapping}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    kids = " ".join(f"{7 + 2 * i} 0 R" for i in range(len(drawn)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(drawn)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Sample /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sample /DW 500 /CIDSystemInfo << /Registry (Adobe) "
        "/Ordering (Identity) /Supplement 0 >> /FontDescriptor 6 0 R >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /FontDescriptor /FontName /Sample /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 "
        "/Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    for i, page in enumerate(drawn):
        content = "\n".join(
            f"BT /F {size} Tf {x} {y} Td <{''.join(f'{codes[c]:04X}' for c in text)}> Tj ET" for x, y, text in page
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {8 + 2 * i} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    if title:
        objects.append(f"<< /Title <FEFF{title.encode('utf-16-be').hex().upper()}> >>")
    info = f" /Info {len(objects)} 0 R" if title else ""
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R{info} >>\nstartxref\n{start}\n%%EOF\n".encode(
        "ascii"
    )


def encrypted_pdf(password: str) -> bytes:
    """Build a PDF that wants a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption(password))
    canvas.drawString(72, 700, "Mat")
    canvas.save()
    return stream.getvalue()


def scan_bytes(*, n_pages: int = 1, stamp: str = "") -> bytes:
    """Build a PDF whose pages are pictures, perhaps with a few words stamped on them."""
    from PIL import Image
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    picture = ImageReader(Image.effect_noise((60, 80), 40))
    for _ in range(n_pages):
        canvas.drawImage(picture, 0, 0, width=A4[0], height=A4[1])
        if stamp:
            canvas.drawString(300, 60, stamp)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def xlsx_bytes(build: Any) -> bytes:
    """Build a workbook: build(book) fills an openpyxl workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    build(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def report_xlsx() -> bytes:
    """A sheet with a title line, a unit line, a header and rows of numbers."""

    def build(book: Any) -> None:
        sheet = book.active
        sheet.append(["BIỂU TỔNG HỢP THU NGÂN SÁCH HUYỆN MƯỜNG XA"])
        sheet.append([None, None, None, "(Đơn vị tính: triệu đồng)"])
        sheet.append(["Chỉ tiêu", 2023, 2024, "So sánh"])
        sheet.append(["Thu nội địa", 8200, 8650.5, 1.0549])
        sheet.append(["Thu khác", 1200000, 35.7, 0.0865])
        for row in (4, 5):
            sheet.cell(row, 4).number_format = "0.00%"

    return xlsx_bytes(build)
