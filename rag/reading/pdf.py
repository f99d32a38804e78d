"""PDF with a text layer: pages to lines, lines to paragraphs, each with its page and its box."""

from __future__ import annotations

import re
from typing import Any

from rag.errors import DamagedFileError, EmptyFileError, EncryptedError, ReadingError, ScanError
from rag.reading.builder import ReportBuilder
from rag.reading.encoding import clean_line
from rag.reading.layout import Line, Page, lay_out_page, running_lines
from rag.reading.limits import DEFAULT_LIMITS, Limits
from rag.reading.raw import RawReport
from rag.text import guess_language

# A page of fewer letters under a picture of the whole page is a scan with a stamp or a signature on it.
_STAMP_LETTERS = 120
_PICTURE_SHARE = 0.5
# Bullets without a name are common and harmless; letters without one make words that nobody wrote.
_MAX_NAMELESS_SHARE = 0.05
_SOFT_HYPHENS = frozenset((0x02, 0xFFFE, 0xAD))


def read(data: bytes, *, file_name: str, limits: Limits = DEFAULT_LIMITS) -> RawReport:
    """Read a PDF. Running heads, page numbers and text turned on its side are left out.

    Raises ScanError for pages of pictures, EncryptedError where a password is needed.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        if "password" in str(exc).lower():
            raise EncryptedError(
                f"{file_name}: có mật khẩu (the file wants a password); save a copy without one"
            ) from exc
        raise _damaged(file_name, str(exc)) from exc
    try:
        n_pages = len(pdf)
        if n_pages == 0:
            raise _damaged(file_name, "it has no pages")
        pages = [_read_page(pdf, number, file_name=file_name) for number in range(1, n_pages + 1)]
        declared = clean_line(pdf.get_metadata_dict().get("Title") or "")
    finally:
        pdf.close()
    _check_has_text(pages, file_name=file_name)
    report = ReportBuilder(file_name=file_name, limits=limits)
    running = running_lines([page for page, _ in pages])
    sample = " ".join(line.text for page, _ in pages[:3] for line in page.lines)[:4000]
    for page, _ in pages:
        for block in lay_out_page(page, running=running, is_english=guess_language(sample) == "en"):
            report.add(block.kind, block.text, page=page.number, box=block.box)
    raw = report.finish(reader="pdf/1")
    shown = declared.casefold() in " ".join(raw.text[:3000].split()).casefold()
    return RawReport(raw.text, raw.parts, raw.reader, declared if len(declared) > 3 and shown else None)


def _read_page(pdf: Any, number: int, *, file_name: str) -> tuple[Page, bool]:
    """Read one page. Returns it and whether a picture covers most of it."""
    import pypdfium2

    try:
        page = pdf[number - 1]
        width, height = page.get_size()
        text_page = page.get_textpage()
        lines, n_nameless = _read_lines(text_page)
        pictured = len("".join(line.text for line in lines)) < _STAMP_LETTERS and _is_pictured(page, width * height)
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError as exc:
        raise _damaged(file_name, f"page {number}: {exc}") from exc
    return Page(number, width, height, tuple(lines), n_nameless), pictured


def _read_lines(text_page: Any) -> tuple[list[Line], int]:
    """Cut the characters of a page into runs on one line without a wide gap.

    Returns them and the number of glyphs whose font does not tell what character they are.
    """
    from ctypes import byref, c_double

    import pypdfium2.raw as pdfium

    lines: list[Line] = []
    chars: list[str] = []
    left = bottom = right = top = 0.0
    size = 0.0
    n_nameless = 0
    box = [c_double() for _ in range(4)]

    def close() -> None:
        text = clean_line("".join(chars))
        if text:
            lines.append(Line(text, left, bottom, right, top, size))
        chars.clear()

    for i in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, i)
        if code in (0x0D, 0x0A):
            close()
            continue
        if code in _SOFT_HYPHENS:
            chars.append("-")
            continue
        if code == 0 or 0xD800 <= code <= 0xDFFF:
            n_nameless += 1
            continue
        # Symbol fonts number their bullets in the private area.
        char = "•" if 0xF000 <= code <= 0xF0FF else chr(code)
        if char.isspace():
            if chars:
                chars.append(" ")
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, i, loose := pdfium.FS_RECTF())
        if not pdfium.FPDFText_GetCharBox(text_page, i, *map(byref, box)):
            continue
        x0, x1 = box[0].value, box[1].value
        y0, y1 = min(loose.bottom, loose.top), max(loose.bottom, loose.top)
        if chars and (x0 - right > 1.4 * (top - bottom) or y0 > top or y1 < bottom or x0 < left - (top - bottom)):
            close()
        if not chars:
            left, bottom, right, top = x0, y0, x1, y1
            size = y1 - y0
        chars.append(char)
        left, bottom, right, top = min(left, x0), min(bottom, y0), max(right, x1), max(top, y1)
    close()
    return lines, n_nameless


def _is_pictured(page: Any, area: float) -> bool:
    import pypdfium2.raw as pdfium

    covered = 0.0
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=4):
        x0, y0, x1, y1 = item.get_bounds()
        covered += max(x1 - x0, 0) * max(y1 - y0, 0)
    return area > 0 and covered / area > _PICTURE_SHARE


def _check_has_text(pages: list[tuple[Page, bool]], *, file_name: str) -> None:
    letters = sum(len(re.findall(r"\w", line.text)) for page, _ in pages for line in page.lines)
    pictured = sum(is_pictured for _, is_pictured in pages)
    if pictured and (letters == 0 or pictured == len(pages)):
        raise ScanError(
            f"{file_name}: ảnh quét, chưa đọc được chữ (a scan without a text layer); run OCR on it (for example "
            f"ocrmypdf -l vie '{file_name}' out.pdf) and index the result"
        )
    nameless = sum(page.n_nameless for page, _ in pages)
    if nameless > _MAX_NAMELESS_SHARE * (letters + nameless):
        raise ScanError(
            f"{file_name}: phông chữ không cho biết là chữ gì ({nameless} letters of the PDF have no character behind "
            f"them); run OCR on it (for example ocrmypdf -l vie --force-ocr '{file_name}' out.pdf) and index the result"
        )
    if letters == 0:
        raise EmptyFileError(
            f"{file_name}: không có chữ nào ({len(pages)} pages without text); if it shows text, it is drawn: run OCR "
            f"on it (for example ocrmypdf -l vie --force-ocr '{file_name}' out.pdf) and index the result"
        )


def _damaged(file_name: str, detail: str) -> ReadingError:
    return DamagedFileError(
        f"{file_name}: tệp hỏng (damaged: {detail.rstrip('.')}); fetch it again, or open it in a viewer and print "
        "it anew"
    )
