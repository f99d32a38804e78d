"""Bytes to NFC text: byte order marks, UTF-8, UTF-16 without a mark, Windows-1258, Windows-1252."""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.errors import DamagedFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 65_536

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters but \n and \t; soft hyphen, zero-width and direction marks, byte order marks, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

# High bytes of the characters Vietnamese and Western texts are made of: Latin, combining marks, ạ–ỹ, punctuation.
_HIGH_BYTES = frozenset((0x00, 0x01, 0x03, 0x1E, 0x20))

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:[aăâeêioôơuưy]{1,3})(?:ng|nh|ch|[cmnpt])?"
)
_TONE_MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_WESTERN_SIGNS = frozenset("–—‘’“”…«»€£°§·•©®™²³½¼¾¡¿ªº\u00a0")
# TCVN3 read as Western has signs inside its words: "céng hoµ x· héi".
_SIGN_IN_WORD = re.compile(r"(?<=[A-Za-z])[«»°§©®²³½¼¾¡¿ªºµ¶¸¹¨¬](?=[A-Za-z\s])|(?<=[A-Za-z])·")
# Letters with a mark among all: French has up to 0.19 in a sentence, VNI read as Western about 0.24.
_MAX_WESTERN_SHARE = 0.2
_WORD = re.compile(r"[^\W\d_]+")


def decode(data: bytes, *, file_name: str, declared: str | None = None) -> str:
    """Decode and clean a text file. declared: an encoding the file itself names, used where UTF-8 does not fit.

    Raises DamagedFileError when no encoding gives words.
    """
    return clean(_decode(data, file_name=file_name, declared=declared))


def clean(text: str) -> str:
    """Bring text into the one form that is stored: NFC, ``\\n`` line ends, nothing that cannot be seen."""
    if _LINE_ENDS.search(text):
        text = _LINE_ENDS.sub("\n", text)
    if _UNSEEN.search(text):
        text = _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Clean a text whose line ends and runs of spaces mean nothing, such as a table cell."""
    return " ".join(clean(text).split())


def clean_spaces(text: str) -> str:
    """Clean a text whose line ends mean something and whose runs of spaces do not."""
    return "\n".join(_SPACES.sub(" ", line).strip() for line in clean(text).split("\n"))


def guess_utf16(data: bytes) -> str | None:
    """Name the UTF-16 byte order of a text without a mark, or None when it is no UTF-16."""
    sample = data[:_SAMPLE_BYTES]
    sample = sample[: len(sample) // 2 * 2]
    if len(sample) < 4 or len(data) % 2:
        return None
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        latin = sum(byte in _HIGH_BYTES for byte in high) / len(high)
        zeros = high.count(0) / len(high)
        if latin > 0.9 and zeros > 0.4 and low.count(0) < 0.05 * len(low):
            return encoding
    return None


def control_share(data: bytes) -> float:
    """Share of bytes, in the head of a file, that no text in an 8-bit encoding has."""
    sample = data[:_SAMPLE_BYTES]
    if not sample:
        return 0.0
    return len(sample.translate(None, _TEXT_BYTES)) / len(sample)


_TEXT_BYTES = bytes(byte for byte in range(256) if (byte >= 0x20 and byte != 0x7F) or byte in b"\t\n\v\f\r\x1b")


def _decode(data: bytes, *, file_name: str, declared: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if b"\0" in data[:_SAMPLE_BYTES] and (utf16 := guess_utf16(data)) is not None:
        return data.decode(utf16, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared is not None and (text := _decode_declared(data, declared)) is not None:
        return text
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if broken * 20 < sum(not c.isascii() for c in text):
        return text
    return _decode_one_byte(data, file_name=file_name)


def _decode_declared(data: bytes, declared: str) -> str | None:
    try:
        return data.decode(declared)
    except (LookupError, UnicodeError, ValueError):
        return None


def _decode_one_byte(data: bytes, *, file_name: str) -> str:
    vietnamese = unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))
    if _vietnamese_share(vietnamese) >= 0.8:
        return vietnamese
    western = data.decode("cp1252", errors="replace")
    marked = [c for c in western if not c.isascii()]
    letters = sum(c.isalpha() for c in western)
    odd = sum(not (c.isalpha() or c in _WESTERN_SIGNS) for c in marked) + len(_SIGN_IN_WORD.findall(western))
    if odd * 10 <= len(marked) and sum(c.isalpha() for c in marked) <= _MAX_WESTERN_SHARE * letters:
        return western
    raise DamagedFileError(
        f"{file_name}: không nhận ra bảng mã (unknown text encoding; UTF-8, UTF-16, Windows-1258 and Windows-1252 are "
        "read, TCVN3 and VNI are not); open the file and save it as UTF-8"
    )


def _vietnamese_share(text: str) -> float:
    """Share of the words with a mark that are well-formed Vietnamese syllables."""
    marked = [word for word in _WORD.findall(text[:_SAMPLE_BYTES]) if not word.isascii()]
    if not marked:
        return 0.0
    return sum(_SYLLABLE.fullmatch(_strip_tone(word.lower())) is not None for word in marked) / len(marked)


def _strip_tone(word: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_TONE_MARKS))
