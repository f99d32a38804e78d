"""Damaged, hostile and unreadable files: each gets its own error with a reason and a way out."""

from __future__ import annotations

import io
import os
import random
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import files
import pytest

from rag.errors import (
    DamagedFileError,
    EmptyFileError,
    EncryptedError,
    ReadingError,
    ScanError,
    TooLargeError,
    UnreachableFileError,
    UnsupportedFormatError,
)
from rag.reading import Limits, read_file
from rag.reading.files import read_bytes

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROOT = Path(__file__).resolve().parents[1]


def noise(n_bytes: int) -> bytes:
    return random.Random(7).randbytes(n_bytes)


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return stream.getvalue()


def with_doctype() -> bytes:
    """A docx whose body asks for a file of this machine."""
    body = (
        '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    return files.zip_with(files.report_docx(), {"word/document.xml": body.encode()})


CASES: dict[str, tuple[str, bytes, type[ReadingError], str]] = {
    "zero-bytes": ("rong.txt", b"", EmptyFileError, "0 bytes"),
    "blanks": ("trang.txt", b" \n\t\r\n\0", EmptyFileError, "blanks"),
    "nothing-to-see": ("trang.txt", "\u200b\n\ufeff".encode(), EmptyFileError, "không có chữ"),
    "binary-named-txt": ("ma.txt", noise(5000), UnsupportedFormatError, "binary content in a .txt file"),
    "binary-named-pdf": ("ma.pdf", b"\x01\x02\x03" + noise(5000), DamagedFileError, "not pdf"),
    "program": ("a.txt", b"\x7fELF" + noise(500), UnsupportedFormatError, "a program"),
    "png": ("anh.png", b"\x89PNG\r\n\x1a\n" + noise(500), UnsupportedFormatError, "tesseract"),
    "jpeg-named-txt": ("anh.txt", b"\xff\xd8\xff\xe0" + noise(500), UnsupportedFormatError, "chưa đọc được chữ"),
    "doc": ("cu.doc", OLE2 + "WordDocument".encode("utf-16-le"), UnsupportedFormatError, "--convert-to docx 'cu.doc'"),
    "xls": ("cu.xls", OLE2 + "Workbook".encode("utf-16-le"), UnsupportedFormatError, "--convert-to xlsx 'cu.xls'"),
    "rtf": ("a.rtf", rb"{\rtf1\ansi Thu}", UnsupportedFormatError, "--convert-to docx 'a.rtf'"),
    "pptx": ("a.pptx", zipped({"ppt/presentation.xml": b"<p/>"}), UnsupportedFormatError, "presentation"),
    "odt": ("a.odt", zipped({"content.xml": b"<o/>"}), UnsupportedFormatError, "OpenDocument"),
    "zip": ("a.zip", zipped({"a.txt": b"Thu"}), UnsupportedFormatError, "unpack it"),
    "json": ("a.json", b'{"a": 1}', UnsupportedFormatError, "rename it to .txt"),
    "encrypted-docx": ("a.docx", OLE2 + "EncryptedPackage".encode("utf-16-le"), EncryptedError, "password"),
    "encrypted-pdf": ("a.pdf", files.encrypted_pdf("mat"), EncryptedError, "password"),
    "scan": ("quet.pdf", files.scan_bytes(n_pages=2), ScanError, "ảnh quét, chưa đọc được chữ"),
    "stamped-scan": ("quet.pdf", files.scan_bytes(n_pages=2, stamp="Ky so: UBND"), ScanError, "ocrmypdf -l vie"),
    "pdf-without-text": ("a.pdf", files.pdf_bytes([[]]), EmptyFileError, "không có chữ"),
    "cut-pdf": ("a.pdf", files.encrypted_pdf("x")[:300], DamagedFileError, "damaged"),
    "pdf-head-only": ("a.pdf", b"%PDF-1.7\n" + noise(2000), DamagedFileError, "damaged"),
    "cut-docx": ("a.docx", files.report_docx()[:9000], DamagedFileError, "damaged"),
    "docx-without-body": ("a.docx", zipped({"[Content_Types].xml": b"<Types/>"}), DamagedFileError, "damaged"),
    "docx-of-broken-xml": (
        "a.docx",
        files.zip_with(files.report_docx(), {"word/document.xml": b"<w:document><w:body>"}),
        DamagedFileError,
        "damaged",
    ),
    "xlsx-of-broken-xml": (
        "a.xlsx",
        files.zip_with(files.report_xlsx(), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}),
        DamagedFileError,
        "damaged",
    ),
    "docx-with-doctype": ("a.docx", with_doctype(), DamagedFileError, "DOCTYPE"),
    "bomb": (
        "a.docx",
        files.zip_with(files.report_docx(), {"word/media/x.xml": bytes(25 * 2**20)}),
        TooLargeError,
        "zip bomb",
    ),
    "many-members": (
        "a.docx",
        zipped({"word/document.xml": b"", **{f"m{i}": b"" for i in range(10_001)}}),
        TooLargeError,
        "10002",
    ),
    "million-paragraphs": ("a.docx", files.docx_body("<w:p/>" * 1_000_000), TooLargeError, "1000000 paragraphs"),
    "empty-docx": ("a.docx", files.docx_body("<w:p/>"), EmptyFileError, "không có chữ"),
    "tcvn3": ("a.txt", "Céng hoµ x· héi chñ nghÜa ViÖt Nam".encode("cp1252"), DamagedFileError, "UTF-8"),
}


@pytest.mark.parametrize(("name", "data", "error", "words"), CASES.values(), ids=CASES.keys())
def test_a_file_that_cannot_be_read_is_named_with_its_reason(
    name: str, data: bytes, error: type[ReadingError], words: str
) -> None:
    with pytest.raises(ReadingError) as caught:
        read_bytes(data, file_name=name)
    message = str(caught.value)
    assert type(caught.value) is error
    assert message.startswith(f"{name}: ") and words in message and "\n" not in message


@pytest.mark.parametrize(
    ("limits", "name", "make", "error", "words"),
    [
        (Limits(max_file_mb=1), "a.txt", lambda: b"a" * (2**20 + 1), TooLargeError, "--max-file-mb"),
        (Limits(max_parts=3), "a.txt", lambda: b"a\n\n" * 4, TooLargeError, "more than 3 paragraphs"),
        (Limits(max_parts=3), "a.docx", files.report_docx, TooLargeError, "at most 3"),
        (Limits(max_parts=3), "a.xlsx", files.report_xlsx, TooLargeError, "more than 3"),
        (Limits(max_unpacked_mb=0), "a.docx", files.report_docx, TooLargeError, "unpacks to"),
    ],
    ids=["bytes", "paragraphs", "docx", "xlsx", "unpacked"],
)
def test_a_file_over_a_limit_is_refused(
    tmp_path: Path, limits: Limits, name: str, make: Callable[[], bytes], error: type[ReadingError], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(error, match=words):
        read_file(path, doc_id="s/a", source="s", limits=limits)


def test_a_text_of_one_line_of_five_megabytes_is_one_part() -> None:
    raw = read_bytes("tỷ đồng ".encode() * 500_000, file_name="a.txt")
    assert len(raw.parts) == 1 and raw.parts[0].end == 8 * 500_000 - 1


def test_deep_html_is_read_without_recursion() -> None:
    raw = read_bytes(b"<html><body>" + b"<div><b>" * 20_000 + b"Thu", file_name="a.html")
    assert raw.text == "Thu"


def test_tables_nested_in_tables_are_read_once() -> None:
    raw = read_bytes(b"<html><body>" + b"<table><tr><td>" * 300 + b"Thu", file_name="a.html")
    assert raw.text == "Thu"


def test_an_unclosed_quote_does_not_swallow_the_rows_below() -> None:
    rows = "".join(f"Xã {i},{i}\n" for i in range(1, 60))
    raw = read_bytes(f'Xã,Thu\nNa Mo,"5\n{rows}'.encode(), file_name="a.csv")
    assert len(raw.parts) == 61
    assert raw.text.split("\n")[1:3] == ["Xã: Na Mo | Thu: 5", "Xã: Xã 1 | Thu: 1"]


def test_formulas_are_read_by_the_values_saved_with_them() -> None:
    def build(book: Any) -> None:
        book.active.append(["Xã", "Thu"])
        book.active.append(["Na Mo", "=2+3"])

    data = files.xlsx_bytes(build)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<v></v>") + sheet.count(b"<v />") + sheet.count(b"<v/>") == 1
    for blank in (b"<v></v>", b"<v />", b"<v/>"):
        sheet = sheet.replace(blank, b"<v>8200</v>")
    raw = read_bytes(files.zip_with(data, {"xl/worksheets/sheet1.xml": sheet}), file_name="a.xlsx")
    assert raw.text == "Xã | Thu\nXã: Na Mo | Thu: 8.200"


def test_a_sheet_with_one_cell_in_its_last_row_is_read() -> None:
    def build(book: Any) -> None:
        book.active.append(["Xã", "Thu"])
        book.active.append(["Na Mo", 5])
        book.active.cell(1_048_576, 2).value = 7

    assert read_bytes(files.xlsx_bytes(build), file_name="a.xlsx").text.split("\n") == [
        "Xã | Thu",
        "Xã: Na Mo | Thu: 5",
        "Thu: 7",
    ]


def test_a_file_that_vanished_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(UnreachableFileError, match="vanished"):
        read_file(tmp_path / "mat.txt", doc_id="s/a", source="s")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_among_the_files_does_not_stop_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ong.txt")
    with pytest.raises(UnsupportedFormatError, match="not a regular file"):
        read_file(tmp_path / "ong.txt", doc_id="s/a", source="s")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions in another way")
def test_a_file_without_permission_is_unreachable(tmp_path: Path) -> None:
    """Read it as a user who may not: root, who may read all, steps down to nobody first."""
    path = tmp_path / "kin.txt"
    path.write_text("Thu", encoding="utf-8")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents):
        if os.geteuid() == 0 and folder.stat().st_uid == 0 and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from rag.errors import UnreachableFileError\n"
        "from rag.reading.files import load_bytes\n"
        "from rag.reading.limits import Limits\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try: load_bytes(Path(sys.argv[1]), limits=Limits())\n"
        "except UnreachableFileError as exc: sys.stdout.buffer.write(str(exc).encode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        timeout=30,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.decode().startswith("kin.txt: không có quyền đọc")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", files.report_docx()),
        ("a.xlsx", files.report_xlsx()),
        ("a.pdf", files.pdf_bytes([[(72, 700, "Thu ngân sách đạt 412,5 tỷ đồng.")]])),
        ("a.html", b"<html><body><table><tr><td>a<td>b<tr><td>1<td>2</table><p>Thu</p></body></html>"),
        ("a.csv", "Xã;Thu\nNa Mo;5\n".encode()),
    ],
    ids=["docx", "xlsx", "pdf", "html", "csv"],
)
def test_bytes_changed_at_random_give_a_report_or_a_reading_error(name: str, data: bytes) -> None:
    dice = random.Random(11)
    for _ in range(60):
        changed = bytearray(data)
        for _ in range(dice.randint(1, 12)):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        try:
            raw = read_bytes(bytes(changed), file_name=name)
        except ReadingError:
            continue
        assert all(raw.text[p.start : p.end].strip() for p in raw.parts)
