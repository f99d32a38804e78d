"""Can its figures be trusted, and does it say so when the reports do not say? Every figure of that by one command.

    python tests/benchmarks/trust.py [--work DIR] [--write-weights] [--only reports,seeds,latency,…]

On the questions over reports: short answers exactly right, the first citation right, unanswerable questions abstained
from, false abstentions, whether the confidence tells answerable from unanswerable questions (AUC), comparisons; per
kind, and what each part of the design contributes. The answer's weights are learned anew for each of ten folds
(components of reports that answer or tempt; made-up reports of seeds 1 to 3 are always learned from), so that no
question is answered by weights that have seen it; the weights of retrieval are those that come with the program. The
best sentence by plain word overlap stands beside. Intervals are Wilson's, 95 %.

Then the same on seeds/ with the program's own weights, the time of a question, the table of sentences and the articles
whose figures were labelled (figures.py), the gate (gate.py), and made-up district reports that nobody looked at
(districts.py). --write-weights learns from all questions and writes rag/answer/weights.tsv.

Question sets and articles are read from $RAG_DATA, else from ../shared/data beside the clone; where they are absent,
the script says so and goes on without them. DIR keeps the libraries for the next time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from answer_learning import Case, learn  # noqa: E402
from trust_cases import TOP_K, Known, made_up_cases, open_retriever, read_known  # noqa: E402
from trust_rows import Outcome, overlap_outcomes, print_outcomes, score  # noqa: E402

from rag.answer import MIN_CONFIDENCE, answer_question  # noqa: E402
from rag.answer.likelihood import Weights, load_weights, write_weights  # noqa: E402
from rag.retrieve import RANKED, Retriever  # noqa: E402

DATA = Path(os.environ.get("RAG_DATA") or ROOT.parent / "shared" / "data")
N_FOLDS = 10
SEEDS = (1, 2, 3)
PARTS = ("reports", "seeds", "latency", "figures", "gate", "districts")
#: Parts of the design, by the features that carry them.
WITHOUT = {
    "whose it is": ("subject", "subject_other", "other_entity", "entity_sentence", "entity_passage", "entity_title",
                    "entity_report", "fits", "misfit"),
    "of when it is": ("period", "period_said", "year_report", "fits", "misfit"),
    "its role": ("role", "fits", "misfit"),
    "its unit": ("unit", "money", "fits"),
    "the words that lead up to it": ("lead", "lead_and_tail", "focus", "focus_and_tail", "near", "excess"),
}  # fmt: skip
REMARKS = """Weights of the answer, one a feature (rag/answer/likelihood.py): learned, not set by hand.
python tests/benchmarks/trust.py --write-weights
choice: conditional logit over what the first ten passages offer; sure: logistic, whether the first offer is right.
{n} questions: 181 over 80 reports, the others over made-up district reports of seeds 1 to 3, which count a tenth each.
Quoted figures are of folds, never of these."""


def main() -> int:
    """Learn, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, help="where libraries are kept; default: a temporary folder")
    parser.add_argument("--write-weights", action="store_true", help="learn from all questions, write weights.tsv")
    parser.add_argument("--only", default=",".join(PARTS), help="which parts, separated by commas")
    options = parser.parse_args()
    only = options.only.split(",")
    reports = DATA / "reports"
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        if not (reports / "questions.jsonl").is_file():
            print(
                f"skipped: {reports / 'questions.jsonl'} is not there; put it there or set RAG_DATA.", file=sys.stderr
            )
        elif options.write_weights or {"reports", "latency"} & set(only):
            retriever = open_retriever(work / "reports", reports / "docs")
            known = read_known(reports / "questions.jsonl", retriever, n_folds=N_FOLDS)
            made_up = list(made_up_cases(SEEDS, work / "made-up"))
            if options.write_weights:
                cases = [*(one.case for one in known), *made_up]
                path = ROOT / "rag" / "answer" / "weights.tsv"
                path.write_text(write_weights(learn(cases), remarks=REMARKS.format(n=len(cases))), "utf-8")
                print(f"wrote {path}")
                return 0
            if "reports" in only:
                measure_reports(known, made_up, retriever)
            if "latency" in only:
                measure_latency(known, retriever)
        if "seeds" in only:
            seeds = open_retriever(work / "seeds", ROOT / "seeds")
            known = read_known(ROOT / "seeds" / "questions.jsonl", seeds, n_folds=N_FOLDS)
            print("\nseeds/, the program's own weights")
            print_outcomes([ask(one, seeds, load_weights()) for one in known])
    for part, arguments in (
        ("figures", []),
        ("gate", []),
        ("districts", ["--seeds", "101,102,103,104,105"]),
        ("districts", ["--seeds", "101,102,103,104,105", "--later"]),
    ):
        if part in only:
            print(f"\n{part}.py {' '.join(arguments)}", flush=True)
            subprocess.run([sys.executable, str(Path(__file__).with_name(f"{part}.py")), *arguments], check=False)
    return 0


def measure_reports(known: Sequence[Known], made_up: Sequence[Case], retriever: Retriever) -> None:
    """Ask every question with weights of its own fold; then again with a part of the design left out."""
    print(
        f"reports: {len(known)} questions, weights learned per fold, below a confidence of {MIN_CONFIDENCE} abstained"
    )
    outcomes = ask_by_fold(known, made_up, retriever)
    print_outcomes(outcomes, by_kind=True, thresholds=True)
    print("\nbest sentence by plain word overlap")
    print_outcomes(overlap_outcomes(known), baseline=True)
    print(
        "\nwithout a part of the design: short right, first citation right, unanswerable abstained, false abstention, "
        "AUC"
    )
    print(f"{'nothing left out':34}{score(outcomes)}")
    for part, features in WITHOUT.items():
        print(f"{part:34}{score(ask_by_fold(known, made_up, retriever, without=features))}", flush=True)
    print(f"{'other reports looked at':34}{score(ask_by_fold(known, made_up, retriever, across=False))}")
    print(f"{'made-up reports to learn from':34}{score(ask_by_fold(known, (), retriever))}")


def ask_by_fold(
    known: Sequence[Known],
    made_up: Sequence[Case],
    retriever: Retriever,
    *,
    without: Sequence[str] = (),
    across: bool = True,
) -> list[Outcome]:
    """Answer each question with weights learned without its fold."""
    outcomes = []
    for fold in range(N_FOLDS):
        weights = learn([*(one.case for one in known if one.fold != fold), *made_up], without=without)
        outcomes += [ask(one, retriever, weights, across=across) for one in known if one.fold == fold]
    return outcomes


def ask(one: Known, retriever: Retriever, weights: Weights, *, across: bool = True) -> Outcome:
    """Answer one question from the passages found for it."""
    answer = answer_question(
        one.question.question,
        one.hits[:TOP_K],
        more=one.hits[TOP_K:],
        library=retriever.library,
        search=(lambda part, n: retriever.retrieve(part, top_k=n)) if across else None,
        weights=weights,
    )
    return Outcome.of(one.question, one.target, answer)


def measure_latency(known: Sequence[Known], retriever: Retriever) -> None:
    """Time whole questions, retrieval and answer, each twice, the second counted."""
    took = []
    for one in known:
        for _ in range(2):
            started = time.perf_counter()
            hits = retriever.retrieve(one.question.question, top_k=RANKED)
            answer_question(
                one.question.question,
                hits[:TOP_K],
                more=hits[TOP_K:],
                library=retriever.library,
                search=lambda part, n: retriever.retrieve(part, top_k=n),
            )
            elapsed = time.perf_counter() - started
        took.append(1000 * elapsed)
    took.sort()
    print(
        f"\nask, 80 reports: p50 {took[len(took) // 2]:.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms (limit p50 60)"
    )


if __name__ == "__main__":
    sys.exit(main())
