"""Look into a zip container before anything in it is parsed."""

from __future__ import annotations

import io
import zipfile
import zlib

from rag.errors import DamagedFileError, EncryptedError, TooLargeError
from rag.reading.limits import Limits

_MAX_MEMBERS = 10_000
_MAX_RATIO = 300
# Below this a member may be packed as tightly as it likes: it cannot hurt.
_RATIO_FREE_BYTES = 20 * 2**20
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


def member_names(data: bytes) -> tuple[str, ...] | None:
    """Names in a zip file, or None when its directory cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(archive.namelist())
    except _BROKEN:
        return None


def check_archive(data: bytes, *, file_name: str, limits: Limits) -> None:
    """Refuse a bomb by its directory alone, then any XML part with a DOCTYPE.

    Raises TooLargeError, EncryptedError or DamagedFileError. zipfile never unpacks more of a member than its
    directory declares, so the declared sizes bound what follows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, file_name=file_name, limits=limits)
            for member in members:
                if member.flag_bits & 0x1:
                    raise EncryptedError(
                        f"{file_name}: có mật khẩu (the file wants a password); save a copy without one"
                    )
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_part(archive, member, file_name=file_name, limits=limits)
    except _BROKEN as exc:
        raise damaged(file_name, exc) from exc


def damaged(file_name: str, exc: BaseException) -> DamagedFileError:
    """Make the error for an Office file that cannot be parsed."""
    detail = " ".join(str(exc).split())[:120]
    return DamagedFileError(
        f"{file_name}: tệp hỏng (damaged: {type(exc).__name__}{': ' if detail else ''}{detail}); "
        "open it in Word, Excel or LibreOffice and save it again"
    )


def _check_sizes(members: list[zipfile.ZipInfo], *, file_name: str, limits: Limits) -> None:
    if len(members) > _MAX_MEMBERS:
        raise TooLargeError(
            f"{file_name}: tệp nén bất thường (holds {len(members)} files, at most {_MAX_MEMBERS} are unpacked); "
            "save it again from Word or Excel"
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.max_unpacked_mb * 2**20:
        raise TooLargeError(
            f"{file_name}: giải nén quá lớn (unpacks to {unpacked / 2**20:.0f} MB, at most {limits.max_unpacked_mb} MB "
            "is read); split it into smaller files"
        )
    for member in members:
        if member.file_size > _RATIO_FREE_BYTES and member.file_size > _MAX_RATIO * max(member.compress_size, 1):
            raise TooLargeError(
                f"{file_name}: tệp nén bất thường ({member.filename[:80]} unpacks to more than {_MAX_RATIO} times its "
                "size, as a zip bomb does); save it again from Word or Excel"
            )


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, file_name: str, limits: Limits) -> None:
    part = archive.read(member)
    if any(mark in part for mark in _DOCTYPES):
        raise DamagedFileError(
            f"{file_name}: tệp bị từ chối ({member.filename[:80]} declares a DOCTYPE, which no Office program writes); "
            "open it in Word or LibreOffice and save it again"
        )
    if member.filename.startswith("word/"):
        paragraphs = part.count(b"<w:p>") + part.count(b"<w:p ") + part.count(b"<w:p/>")
        if paragraphs > 2 * limits.max_parts:
            raise TooLargeError(
                f"{file_name}: quá nhiều đoạn ({paragraphs} paragraphs, at most {limits.max_parts} are read); "
                "split the file into smaller ones"
            )
