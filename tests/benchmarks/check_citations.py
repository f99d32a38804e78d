"""Recompute, without the library, that every quote of a run stands in its source file, character by character.

    python tests/benchmarks/check_citations.py RESULTS FOLDER [--source NAME]

RESULTS is a results.jsonl or the folder that holds it; FOLDER is the source the run's library was built from, whose
name is the first part of every document id (``FOLDER/sub/report.txt`` is ``folder/sub/report.txt``). Nothing of the
library is imported; the text of a .txt file is computed here from its bytes by this rule:

    1. decode: UTF-8, or UTF-16 where the file begins with its mark; the mark is dropped
    2. line ends (CR LF, CR, VT, FF, FS, GS, RS, NEL, LS, PS) become one LF
    3. what cannot be seen is dropped: C0 and C1 controls but LF and TAB, DEL, soft hyphen, Mongolian vowel
       separator, zero-width and direction marks, byte order marks, interlinear marks, lone surrogates
    4. NFC; leading and trailing white space stays

Both the citations and the passages under ``evidence`` are checked. Exit code 0: all stand; 1: a quote differs, a
file is missing or cannot be checked, or there was nothing to check; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import codecs
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
SHOWN = 10


def read_text(path: Path) -> str:
    """Compute the frozen text of a .txt file."""
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16")
    else:
        text = data.decode("utf-8-sig")
    return unicodedata.normalize("NFC", UNSEEN.sub("", LINE_ENDS.sub("\n", text)))


class Sources:
    """The source folder, and the texts read from it so far."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder.resolve()
        self._name = name
        self._texts: dict[str, str] = {}

    def find_fault(self, doc_id: str, start: int, end: int, quote: str) -> str | None:
        """Say what is wrong with a quote, None where it stands as claimed."""
        if doc_id not in self._texts:
            source, _, path = doc_id.partition("/")
            file = (self._folder / path).resolve()
            if source != self._name or not file.is_relative_to(self._folder):
                return f"the document is not of source '{self._name}'"
            if not file.is_file():
                return "the file is not there"
            if file.suffix.casefold() != ".txt":
                return f"a {file.suffix or 'nameless'} file cannot be checked here, only .txt"
            try:
                self._texts[doc_id] = read_text(file)
            except UnicodeDecodeError as exc:
                return f"the file is neither UTF-8 nor marked UTF-16 (byte {exc.start})"
        text = self._texts[doc_id]
        if not 0 <= start < end <= len(text):
            return f"[{start}, {end}) lies outside its {len(text)} characters"
        if text[start:end] != quote:
            return f"[{start}, {end}) reads {text[start:end][:60]!r}, the quote {quote[:60]!r}"
        return None


def quotes(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the kind, the record and the words of each quote of a result."""
    for citation in row.get("citations") or ():
        yield "citations", citation, citation["quote"]
    for hit in row.get("evidence") or ():
        yield "passages", hit, hit["text"]


def main() -> int:
    """Check a run and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="results.jsonl, or the folder of a run")
    parser.add_argument("folder", type=Path, help="the source folder with the .txt files")
    parser.add_argument("--source", help="first part of the document ids (the folder's name)")
    given = parser.parse_args()
    results = given.results / "results.jsonl" if given.results.is_dir() else given.results
    if not results.is_file() or not given.folder.is_dir():
        parser.error(f"{results} is not a file" if not results.is_file() else f"{given.folder} is not a folder")
    sources = Sources(given.folder, given.source or given.folder.resolve().name)
    checked: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    questions = 0
    with results.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            row = json.loads(line)
            questions += 1
            for kind, record, words in quotes(row):
                checked[kind] += 1
                fault = sources.find_fault(record["doc_id"], record["start"], record["end"], words)
                if fault is not None:
                    faults[kind] += 1
                    if faults.total() <= SHOWN:
                        print(f"{row['id']}: {kind}: {record['doc_id']}: {fault}", file=sys.stderr)
    for kind in ("citations", "passages"):
        print(f"{kind}: {checked[kind] - faults[kind]} of {checked[kind]} verbatim, in {questions} questions")
    if not checked["citations"]:
        print("no citation to check", file=sys.stderr)
    return 1 if faults or not checked["citations"] else 0


if __name__ == "__main__":
    sys.exit(main())
