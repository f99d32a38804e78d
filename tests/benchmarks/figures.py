"""What is read of figures, scored: the table of the tests, news sentences labelled by hand, random strings, speed.

    python tests/benchmarks/figures.py [--failures] [--no-strings] [--no-news]

The news labels hold positions only; the articles are read from news.jsonl.gz in $RAG_DATA, else in ../shared/data
beside the clone. Where they are absent, news and speed are skipped and the script says so.
--failures: the ids that are wrong, by field.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from news_files import find_news

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.figures import Setting, find_quantities, read_paragraph  # noqa: E402
from rag.text import sentences, to_nfc  # noqa: E402
from tests.figure_scores import FIELDS, Label, LabelledText, Scores, read_label, read_table, score_texts  # noqa: E402
from tests.figure_strings import STRINGS, find_mismatch  # noqa: E402

LABELS = Path(__file__).with_name("news_figures.tsv")
#: The columns of the labels, in order.
COLUMNS = (
    "article", "paragraph", "sentence_start", "sentence_end", "start", "end", "value", "value_to", "of", "unit",
    "role", "period", "subject",
)  # fmt: skip
N_STRINGS = 100_000
N_SENTENCES = 6_000
#: Read first, so that patterns are compiled.
N_WARMING = 200

Article = Mapping[str, str | list[str]]


def main() -> int:
    """Print all scores. Returns 1 where a string was read wrongly or an offset does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="print the ids that are wrong, by field")
    parser.add_argument("--no-strings", action="store_true", help="leave the random strings out")
    parser.add_argument("--no-news", action="store_true", help="leave the labelled news sentences out")
    options = parser.parse_args()
    table = list(read_table())
    mismatches = print_scores("table", table, failures=options.failures)
    news = find_news()
    if not news.is_file():
        print(f"news, speed: skipped, {news} is not there")
    else:
        if not options.no_news:
            mismatches += print_scores("news", list(read_news_labels(news)), failures=options.failures)
        print_speed(news)
    if not options.no_strings:
        mismatches += print_strings()
    return int(mismatches > 0)


def print_scores(name: str, texts: list[LabelledText], *, failures: bool) -> int:
    """Print the share of figures that are right in each field. Returns the number of offset mismatches."""
    scores = score_texts(texts)
    made_up = sum(one.endswith("(made up)") for one in scores.wrong["value"])
    print(f"{name}: {len(texts)} texts, {scores.figures - made_up} figures labelled, {made_up} made up")
    for field in FIELDS:
        print(f"  {field:<16} {scores.right[field]:>5} of {scores.figures}  {scores.share(field):.1%}")
    wrong = {*scores.wrong["value"], *scores.wrong["unit"]}
    print(f"  {'value and unit':<16} {scores.figures - len(wrong):>5} of {scores.figures}  {_both(scores):.1%}")
    print(f"  offset mismatches {len(scores.offset_mismatches)}")
    if failures:
        for field in FIELDS:
            print(f"  {field} wrong: {' '.join(scores.wrong[field])}")
    return len(scores.offset_mismatches)


def _both(scores: Scores) -> float:
    wrong = {*scores.wrong["value"], *scores.wrong["unit"]}
    return 1 - len(wrong) / scores.figures if scores.figures else 0.0


def read_news_labels(news: Path, labels: Path = LABELS) -> Iterator[LabelledText]:
    """Read the labelled sentences, each in its paragraph, with the article's title as all its setting."""
    by_sentence: dict[tuple[str, int, int, int], list[dict[str, str]]] = {}
    for row in read_rows(labels):
        key = (row["article"], int(row["paragraph"]), int(row["sentence_start"]), int(row["sentence_end"]))
        by_sentence.setdefault(key, []).append(row)
    wanted = {article for article, *_ in by_sentence}
    articles = {str(article["id"]): article for article in read_articles(news) if str(article["id"]) in wanted}
    for (article, paragraph, start, end), rows in by_sentence.items():
        written = str(articles[article]["paragraphs"][paragraph])
        # Articles are stored as they came; what the library reads is composed.
        moved = _moves(written)
        text = to_nfc(written)
        found = [row for row in rows if row["start"]]
        placed = tuple(_label(row, moved) for row in found)
        setting = Setting(title=to_nfc(str(articles[article]["title"])))
        yield LabelledText(f"{article}/{paragraph}/{start}", text, setting, placed, (moved(start), moved(end)))


def read_rows(labels: Path) -> Iterator[dict[str, str]]:
    """Read the rows of the labels; comments and the line of names are passed over."""
    lines = [line for line in labels.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines[1:]:
        cells = line.split("\t")
        yield dict(zip(COLUMNS, [*cells, *[""] * (len(COLUMNS) - len(cells))], strict=True))


def _label(row: Mapping[str, str], moved: Callable[[int], int]) -> Label:
    return read_label({**row, "start": moved(int(row["start"])), "end": moved(int(row["end"]))})


def _moves(written: str) -> Callable[[int], int]:
    """Give where a position of a text is in its composed form."""
    return lambda at: len(to_nfc(written[:at]))


def read_articles(news: Path) -> Iterator[Article]:
    """Read the articles, one JSON object a line."""
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def print_speed(news: Path) -> None:
    """Print how many sentences with a digit are read in a second of one processor, none of them met before."""
    found = _first(_figure_sentences(news), 2 * N_SENTENCES + N_WARMING)
    warming, found = found[:N_WARMING], found[N_WARMING:]
    halves = found[: len(found) // 2], found[len(found) // 2 :]
    for name, read, half in zip(
        ("find_quantities", "read_paragraph"), (find_quantities, read_paragraph), halves, strict=True
    ):
        for sentence in warming:
            read(sentence)
        began = time.process_time()
        for sentence in half:
            read(sentence)
        print(f"{name}: {len(half) / (time.process_time() - began):,.0f} figure sentences/s")


def _figure_sentences(news: Path) -> Iterator[str]:
    met: set[str] = set()
    for article in read_articles(news):
        for paragraph in article["paragraphs"]:
            for start, end in sentences(paragraph):
                sentence = paragraph[start:end]
                if sentence not in met and any(char.isdigit() for char in sentence):
                    met.add(sentence)
                    yield sentence


def _first(found: Iterable[str], count: int) -> list[str]:
    return [sentence for sentence, _ in zip(found, range(count), strict=False)]


def print_strings() -> int:
    """Read random strings; an exception ends the script with the string that did it. Returns what was read wrongly."""
    wrong: list[str] = []

    @settings(
        max_examples=N_STRINGS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(STRINGS)
    def read(text: str) -> None:
        mismatch = find_mismatch(text)
        if mismatch is not None:
            wrong.append(mismatch)

    began = time.perf_counter()
    read()
    seconds = time.perf_counter() - began
    print(f"{N_STRINGS:,} random strings: no exception, {len(wrong)} read wrongly, {seconds:.0f} s")
    for mismatch in wrong[:10]:
        print(f"  {mismatch}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
