"""Does it find the right paragraph, and find it first? Every figure of retrieval by one command.

    python tests/benchmarks/retrieval.py [--work DIR] [--quick] [--alone] [--write-weights] [--tune] [--markdown]

Recall on reports is of evidence: every needed quote of a question in the first k passages (or one that also serves);
on XQuAD of the paragraph. Beside the
program's own order, in the same run: plain BM25 (bm25s, syllables, its own defaults), BM25 over titles and paragraphs
with folded pairs (k1 0.9, b 0.4), the vectors alone, and both by reciprocal rank.

What was learned is learned anew for each of ten folds, without its questions; only such figures are printed. Folds are
connected components of the reports that answer or tempt; a question of XQuAD and its translation share one. Intervals
are Wilson's, 95 %. --write-weights learns from all questions and writes rag/ranking/weights.tsv. --tune shows what
neighbours of the lexical channel's numbers give, and what is found when they are chosen without each fold.

Question sets and articles are read from $RAG_DATA, else from ../shared/data beside the clone; where they are absent,
the script says so and ends. DIR keeps the libraries for the next time. Fusion under noise: fusion.py. A million
passages: scale.py. Both are run as well, unless --alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from learning import Example, learn_weights  # noqa: E402
from retrieval_cases import make_settings, sets_are_there  # noqa: E402
from retrieval_rows import Row, measure_forms, measure_latency, measure_setting, print_rows  # noqa: E402
from retrieval_tuning import print_neighbours  # noqa: E402

from rag.ranking import Weights, write_weights  # noqa: E402

N_FOLDS = 10
REMARKS = """Weights of the second stage, one a feature (rag/ranking/features.py): learned, not set by hand.
python tests/benchmarks/retrieval.py --write-weights
Conditional logit over the first fifty passages of {n} questions: 151 on 80 reports, alone and among 79,023 news
paragraphs, with accents and without; XQuAD in Vietnamese and English; made-up district reports, whose questions count
three tenths as those of XQuAD do. Quoted figures are of folds, never of these."""


def learn_folds(examples: Sequence[Example]) -> list[Weights]:
    """Learn weights for each fold from the questions of all others."""
    return [learn_weights(e for e in examples if e.fold != fold) for fold in range(N_FOLDS)]


def main() -> int:
    """Build the libraries, learn, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="where libraries are kept; default: a temporary folder")
    parser.add_argument("--quick", action="store_true", help="every fifth question of XQuAD")
    parser.add_argument("--alone", action="store_true", help="neither fusion.py nor scale.py afterwards")
    parser.add_argument("--write-weights", action="store_true", help="learn from all questions, write weights.tsv")
    parser.add_argument("--tune", action="store_true", help="only the lexical channel's numbers and their neighbours")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    options = parser.parse_args()
    if not sets_are_there():
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        settings = make_settings(work, n_folds=N_FOLDS, every=5 if options.quick else 1)
        if options.tune:
            print_neighbours(settings, n_folds=N_FOLDS)
            return 0
        examples = [example for setting in settings for example in setting.examples()]
        if options.write_weights:
            path = ROOT / "rag" / "ranking" / "weights.tsv"
            path.write_text(write_weights(learn_weights(examples), remarks=REMARKS.format(n=len(examples))), "utf-8")
            print(f"wrote {path}")
            return 0
        weights = learn_folds(examples)
        rows: list[Row] = []
        for setting in settings:
            rows += measure_setting(setting, weights)
        print_rows(rows, markdown=options.markdown)
        reports = next(setting for setting in settings if setting.name == "reports")
        among = next(setting for setting in settings if setting.name == "reports among news")
        measure_forms(reports, weights)
        measure_latency(among)
    if not options.alone:
        for script in ("fusion.py", "scale.py"):
            subprocess.run([sys.executable, str(Path(__file__).with_name(script))], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
