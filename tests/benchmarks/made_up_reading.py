"""Are the figures of made-up district reports read as what they are: role, period, subject?

    python tests/benchmarks/made_up_reading.py [--seeds 1,2] [--failures]

For every seed 36 reports are written in their formats and read as the library reads them; every part is read in its
place, table rows as rows. Each figure that a report is known to state is looked for in its sentence and compared in
role, period and subject. --failures: print those that are wrong, with their sentence.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.figures import Outline, Stated, read_paragraph  # noqa: E402
from rag.places import same_place  # noqa: E402
from rag.reading.files import read_file  # noqa: E402
from rag.types import Document, PartKind  # noqa: E402
from tests.made_up import Fact, make_reports, write_reports  # noqa: E402

FIELDS = ("role", "period", "subject")


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure that a report states and what was read in its place; None where nothing was."""

    fact: Fact
    read: Stated | None

    def is_right(self, field: str) -> bool:
        """Say whether a field was read as it is."""
        if self.read is None:
            return False
        if field == "role":
            return self.fact.role in self.read.readings[:1]
        if field == "period":
            return self.read.period == self.fact.period
        return self.read.subject is not None and same_place(self.read.subject, self.fact.subject)


def compare_seed(seed: int) -> Iterator[Compared]:
    """Read the reports of a seed. Yields every figure they are known to state."""
    made = make_reports(seed)
    facts: dict[str, list[Fact]] = defaultdict(list)
    for fact in made.facts:
        facts[fact.file].append(fact)
    with tempfile.TemporaryDirectory() as folder:
        write_reports(made.reports, Path(folder))
        for file, stated in facts.items():
            yield from _compare_report(read_file(Path(folder) / file, doc_id=file, source=folder), stated)


def _compare_report(document: Document, facts: Iterable[Fact]) -> Iterator[Compared]:
    outline = Outline(document)
    read: list[tuple[int, Stated]] = []
    for part in document.parts:
        text = document.text[part.start : part.end]
        found = read_paragraph(text, outline.setting_at(part.start), is_row=part.kind is PartKind.TABLE_ROW)
        read += [(part.start + one.quantity.start, one) for one in found]
    of_sentence: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_sentence[fact.sentence].append(fact)
    for sentence, stated in of_sentence.items():
        yield from _compare_sentence(document, sentence, stated, read)


def _compare_sentence(
    document: Document, sentence: str, facts: Sequence[Fact], read: Sequence[tuple[int, Stated]]
) -> Iterator[Compared]:
    """Compare the figures of a sentence in the order they stand in it."""
    start, end = _find(document, sentence)
    position = start
    for fact in facts:
        words = re.compile(rf"(?<![\w.,]){re.escape(fact.words)}(?![\w]|[.,]\d)")
        place = words.search(document.text, position, end) or words.search(document.text, start, end)
        if place is None:
            raise ValueError(f"{fact.file}: {fact.words!r} does not stand in {document.text[start:end]!r}")
        position = place.end()
        yield Compared(fact, next((one for at, one in read if place.start() <= at < place.end()), None))


def _find(document: Document, sentence: str) -> tuple[int, int]:
    """Find a sentence, or the row whose cells are laid out with the names of their columns."""
    start = document.text.find(sentence)
    if start < 0 and sentence.startswith("- "):
        sentence = sentence[2:]
        start = document.text.find(sentence)
    if start >= 0:
        return start, start + len(sentence)
    cells = [cell for cell in sentence.split(" | ") if cell]
    for part in document.parts:
        text = document.text[part.start : part.end]
        if part.kind is PartKind.TABLE_ROW and [piece.rpartition(": ")[2] for piece in text.split(" | ")] == cells:
            return part.start, part.end
    raise ValueError(f"{document.id}: {sentence!r} does not stand in the report")


def print_rates(compared: Sequence[Compared]) -> None:
    """Print how many figures were found, and right in each field."""
    found = sum(one.read is not None for one in compared)
    print(f"  {'found':<8} {found:>5} of {len(compared)}  {found / len(compared):.2%}")
    for field in FIELDS:
        right = sum(one.is_right(field) for one in compared)
        print(f"  {field:<8} {right:>5} of {len(compared)}  {right / len(compared):.2%}")


def print_failures(compared: Iterable[Compared]) -> None:
    """Print each figure that is wrong in some field: what it is, what was read, and its sentence."""
    for one in compared:
        wrong = [field for field in FIELDS if not one.is_right(field)]
        if not wrong:
            continue
        fact, read = one.fact, one.read
        was = f"{read.role} {read.period} {read.subject}" if read else "nothing"
        print(f"  {fact.words}: {', '.join(wrong)}; {fact.role} {fact.period} {fact.subject}, read {was}")
        print(f"    {fact.file}: {fact.sentence}")


def main() -> int:
    """Print the rates of each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1,2", help="which to make, by commas")
    parser.add_argument("--failures", action="store_true", help="print what is wrong, with its sentence")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    for seed in map(int, options.seeds.split(",")):
        compared = list(compare_seed(seed))
        print(f"seed {seed}: {len(compared)} figures")
        print_rates(compared)
        if options.failures:
            print_failures(compared)
        total["figures"] += len(compared)
        total.update(field for one in compared for field in FIELDS if one.is_right(field))
    print(f"all: {total['figures']} figures; " + ", ".join(f"{f} {total[f] / total['figures']:.2%}" for f in FIELDS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
