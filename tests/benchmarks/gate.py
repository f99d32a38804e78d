"""What the gate lets through and what it stops: paraphrases and extracts, true ones and lies told of them.

    python tests/benchmarks/gate.py [--failures] [--ours]

Prints per corruption n and how many were caught, per kind of paraphrase n and how many were rejected, and the time a
sentence. Extracts are sentences of the seed reports and, where $RAG_DATA or ../shared/data beside the clone has them,
the quotes of the question set on reports; read when it runs, never kept. --ours: the hand-written paraphrases alone.
--failures: every lie that passed and every truth that was rejected.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rag.answer.claims import split_claims  # noqa: E402
from rag.answer.verify import Verified, verify_answer  # noqa: E402
from tests import gate  # noqa: E402

DATA = Path(os.environ.get("RAG_DATA", ROOT.parent / "shared" / "data"))


def main() -> int:
    """Run every trial, print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="print what went wrong")
    parser.add_argument("--ours", action="store_true", help="only the hand-written paraphrases")
    options = parser.parse_args()
    shelf = gate.Shelf()
    paraphrases = gate.load_cases(shelf)
    evidence = list(gate.seed_sentences())
    questions = DATA / "reports" / "questions.jsonl"
    if questions.is_file():
        evidence += gate.evidence_of(questions, DATA / "reports" / "docs")
    else:
        print(f"{questions} is not there: extracts of the seed reports alone")
    extracts = [] if options.ours else gate.load_extracts(shelf, evidence)
    for name, cases in (("paraphrases", paraphrases), ("extracts", extracts)):
        if cases:
            measure(name, cases, shelf, failures=options.failures)
    return 0


def measure(name: str, cases: list[gate.Case], shelf: gate.Shelf, *, failures: bool) -> None:
    """Put the true cases and all their lies before the gate."""
    rejected: Counter[str] = Counter()
    n_true: Counter[str] = Counter(case.kind for case in cases)
    seconds: list[float] = []
    for case in cases:
        trial = gate.as_it_is(case)
        began = time.perf_counter()
        verified = judge(trial, shelf)
        seconds.append((time.perf_counter() - began) / max(1, len(split_claims(trial.text))))
        if not gate.stands(trial, verified):
            rejected[case.kind] += 1
            if failures:
                report("REJECTED", trial, verified)
    n_lies: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    others = [quote for case in cases for quote in case.quotes]
    for case in cases:
        for trial in gate.corrupt(case, shelf, others):
            n_lies[trial.kind] += 1
            verified = judge(trial, shelf)
            if gate.is_caught(trial, verified):
                caught[trial.kind] += 1
            elif failures:
                report("PASSED", trial, verified)
    print(f"\n{name}: {n_true.total()} true, {rejected.total()} rejected ({rejected.total() / n_true.total():.2%})")
    for kind, n in sorted(n_true.items()):
        print(f"  {kind:22} {n:5} rejected {rejected[kind]:4}")
    print(f"{name}: {n_lies.total()} lies, {caught.total()} caught ({caught.total() / n_lies.total():.2%})")
    for kind, n in sorted(n_lies.items()):
        print(f"  {kind:22} {n:5} caught {caught[kind]:5} {caught[kind] / n:8.2%}")
    cuts = statistics.quantiles(seconds, n=20)
    print(f"{name}: a sentence takes p50 {statistics.median(seconds) * 1e3:.2f} ms, p95 {cuts[18] * 1e3:.2f} ms")


def judge(trial: gate.Trial, shelf: gate.Shelf) -> Verified:
    """Put one trial before the gate."""
    return verify_answer(
        trial.text,
        trial.citations,
        documents=lambda doc_id: trial.document or shelf.document(doc_id),
        settings=lambda doc_id, start: trial.setting or shelf.setting(doc_id, start),
        language=trial.language,
    )


def report(what: str, trial: gate.Trial, verified: Verified) -> None:
    """Print one failure with what was found of it."""
    faults = {kind for check in verified.checks for kind in check.failed}
    print(
        f"{what} {trial.kind or 'true'} {trial.id} {sorted(faults)}\n    {trial.text}\n    < {trial.citations[0].quote}"
    )


if __name__ == "__main__":
    sys.exit(main())
