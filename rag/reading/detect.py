"""Tell a file's format from its content; the suffix only decides between kinds of plain text."""

from __future__ import annotations

import re
from enum import StrEnum

from rag.errors import DamagedFileError, EmptyFileError, EncryptedError, ReadingError, UnsupportedFormatError
from rag.reading.archive import member_names
from rag.reading.encoding import control_share, guess_utf16


class Format(StrEnum):
    """A format that can be read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"


_SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
}
# Text, but no report: read as prose it would only be noise among the evidence.
# fmt: off
_NO_REPORTS = frozenset((
    ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".py", ".js", ".ts", ".css", ".sh", ".bat",
    ".sql", ".c", ".h", ".cpp", ".java", ".go", ".rs", ".tex", ".bib", ".log", ".svg", ".eml", ".mht", ".mhtml",
    ".ipynb",
))
# fmt: on
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAG = re.compile(r"<(?:p|div|h[1-6]|table|ul|ol|br|span|article|title|meta)\b[^>]*>", re.I)

_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\0\0\x01\0")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARIES = (
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf'\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound or video file"),
    (b"RIFF", "a sound or video file"),
    (b"%!PS", "PostScript"),
)
_SOFFICE = "soffice --headless --convert-to {to} '{name}'"


def needs_own_process(head: bytes) -> bool:
    """Say from the first 1024 bytes whether a file is parsed in a process of its own: pdf, docx, xlsx."""
    return b"%PDF-" in head[:1024] or head.startswith(b"PK")


def detect_format(data: bytes, *, file_name: str) -> Format:
    """Tell the format of a file's bytes. Raises the ReadingError that says what it is instead, and the way out."""
    suffix = _suffix(file_name)
    if not data:
        raise EmptyFileError(f"{file_name}: tệp rỗng (0 bytes); nothing to index, check the original")
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(b"PK"):
        return _detect_zip(data, file_name=file_name)
    if data.startswith(_OLE2):
        raise _ole2_error(data, file_name)
    if data.lstrip()[:5] == b"{\\rtf":
        raise UnsupportedFormatError(
            f"{file_name}: định dạng .rtf chưa đọc được (Rich Text Format is not read); save it as .docx: "
            + _SOFFICE.format(to="docx", name=file_name)
        )
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_other_picture(data):
        raise UnsupportedFormatError(
            f"{file_name}: ảnh, chưa đọc được chữ (a picture); run OCR on it (for example tesseract '{file_name}' out "
            "-l vie) and index the result"
        )
    for magic, what in _BINARIES:
        if data.startswith(magic) and (len(magic) > 3 or control_share(data) > 0.01):
            raise UnsupportedFormatError(
                f"{file_name}: không phải văn bản ({what}); nothing to read, remove it or index what it was made from"
            )
    return _detect_text(data, suffix=suffix, file_name=file_name)


def _detect_text(data: bytes, *, suffix: str, file_name: str) -> Format:
    head = _head(data)
    if head is None:
        if suffix in (".pdf", ".docx", ".xlsx"):
            raise DamagedFileError(
                f"{file_name}: tệp hỏng (damaged: the content is not {suffix[1:]}); fetch it again or open it in its "
                "program and save a copy"
            )
        raise UnsupportedFormatError(
            f"{file_name}: không phải văn bản (binary content{' in a .txt file' if suffix == '.txt' else ''}); "
            "index the report it was made from, as .txt, .docx, .pdf, .html, .csv or .xlsx"
        )
    if not head.strip("\0 \t\r\n\ufeff") and not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        raise EmptyFileError(f"{file_name}: không có chữ nào (only blanks in the file); nothing to index")
    if _HTML.match(head):
        return Format.HTML
    if head.startswith("MIME-Version:") or "\nMIME-Version:" in head[:2000]:
        raise UnsupportedFormatError(
            f"{file_name}: định dạng thư hoặc trang lưu trữ (.mht, .eml) chưa đọc được (a MIME message is not read); "
            "save it as .html or .txt"
        )
    if suffix in _NO_REPORTS or head.lstrip("\ufeff \t\r\n").startswith("<?xml"):
        raise UnsupportedFormatError(
            f"{file_name}: không phải báo cáo (data or program text, {suffix or 'XML'}); rename it to .txt if it holds "
            "a report"
        )
    chosen = _SUFFIXES.get(suffix, Format.TEXT)
    if chosen is Format.HTML and not _TAG.search(head):
        return Format.TEXT
    if chosen is Format.TEXT and suffix not in ("", ".txt", ".text") and len(_TAG.findall(head)) >= 3:
        return Format.HTML
    return chosen


def _head(data: bytes) -> str | None:
    """First characters of a text file, roughly decoded; None for binary content."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return _only_text(data[2:8192].decode(encoding, errors="replace"))
    sample = data[:8192]
    if b"\0" in data[:65_536] and (encoding16 := guess_utf16(data)) is not None:
        return _only_text(sample.decode(encoding16, errors="replace"))
    if control_share(data) > 0.01 and data.strip(b"\0 \t\r\n"):
        return None
    return sample.decode("utf-8-sig", errors="replace")


def _only_text(head: str) -> str | None:
    odd = sum(c == "\ufffd" or (c < " " and c not in "\t\n\v\f\r") or "\ue000" <= c <= "\uf8ff" for c in head)
    return None if odd > 0.02 * len(head) + 1 else head


def _is_other_picture(data: bytes) -> bool:
    if data[4:8] == b"ftyp":
        return data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
    return data.startswith(b"BM") and len(data) > 26 and data[6:10] == b"\0\0\0\0"


def _detect_zip(data: bytes, *, file_name: str) -> Format:
    names = member_names(data)
    suffix = _suffix(file_name)
    if names is None:
        raise DamagedFileError(
            f"{file_name}: tệp hỏng (damaged: the zip container cannot be opened); fetch it again, or open it in its "
            "program and save a copy"
        )
    if any(name.startswith("word/document") and name.endswith(".xml") for name in names):
        return Format.DOCX
    if any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
        return Format.XLSX
    for folder, what, to in (
        ("ppt/", "a presentation, .pptx", "pdf"),
        ("xl/workbook.bin", "a binary workbook, .xlsb", "xlsx"),
        ("content.xml", "an OpenDocument file, .odt or .ods", "xlsx" if suffix == ".ods" else "docx"),
    ):
        if any(name.startswith(folder) for name in names):
            raise UnsupportedFormatError(
                f"{file_name}: định dạng chưa đọc được ({what}); convert it: " + _SOFFICE.format(to=to, name=file_name)
            )
    if suffix in (".docx", ".xlsx"):
        raise DamagedFileError(
            f"{file_name}: tệp hỏng (damaged: a zip file without the parts of a {suffix}); open it in its program and "
            "save a copy"
        )
    raise UnsupportedFormatError(
        f"{file_name}: tệp nén (a zip archive with {len(names)} files); unpack it and index the folder"
    )


def _ole2_error(data: bytes, file_name: str) -> ReadingError:
    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return EncryptedError(f"{file_name}: có mật khẩu (the file wants a password); save a copy without one")
    kinds = (("WordDocument", ".doc", "docx"), ("Workbook", ".xls", "xlsx"), ("PowerPoint Document", ".ppt", "pdf"))
    suffix = _suffix(file_name)
    by_name = {".xls": (".xls", "xlsx"), ".ppt": (".ppt", "pdf")}.get(suffix, (".doc", "docx"))
    old, to = next(((old, to) for stream, old, to in kinds if has(stream)), by_name)
    return UnsupportedFormatError(
        f"{file_name}: định dạng cũ {old} chưa đọc được (the Office format of before 2007); save it as .{to}: "
        + _SOFFICE.format(to=to, name=file_name)
    )


def _suffix(file_name: str) -> str:
    stem, dot, suffix = file_name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""
