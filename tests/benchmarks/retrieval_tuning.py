"""What the numbers of the lexical channel are worth: each beside its neighbours, and chosen without each fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from retrieval_cases import Setting

from rag.channels import KIND_WEIGHTS, best_rows
from rag.evaluate.metrics import Span, evidence_rank
from rag.lexical import SETTINGS, LexicalIndex, LexicalSettings
from rag.lookup import look_up
from rag.publish import KINDS
from rag.question import understand

#: Beside the number in force.
NEIGHBOURS = {
    "k1": (0.6, 1.2),
    "b": (0.1, 0.4),
    "title": (0.25, 1.0),
    "lead": (0.15, 0.5),
    "about": (0.25, 1.0),
    "before": (0.0, 0.2),
    "accented": (0.25, 1.0),
    "pair": (0.4, 0.8),
}
SETS = ("reports", "reports among news", "XQuAD-vi among news")
#: Every n-th question of a large set.
MOST = 400


def print_neighbours(settings: Sequence[Setting], *, n_folds: int) -> None:
    """Print recall@1 / @5 of the lexical channel alone for the numbers in force and their neighbours."""
    chosen = [setting for setting in settings if setting.name in SETS]
    tried = [SETTINGS] + [replace(SETTINGS, **{k: v}) for k, values in NEIGHBOURS.items() for v in values]
    names = ["in force"] + [f"{k} {v}" for k, values in NEIGHBOURS.items() for v in values]
    found = {setting.name: [_ranks(setting, each) for each in tried] for setting in chosen}
    print(f"{'':<14}" + "".join(f"{name:>24}" for name in found))
    for i, name in enumerate(names):
        cells = [f"{_recall(ranks[i], 1):.3f} / {_recall(ranks[i], 5):.3f}" for ranks in found.values()]
        print(f"{name:<14}" + "".join(f"{cell:>24}" for cell in cells))
    # The one with the best mean recall@1 over all sets, chosen on the questions of the other folds.
    held = {name: [0, 0] for name in found}
    for fold in range(n_folds):
        means = [
            np.mean([_recall([r for r in ranks[i] if r[0] != fold], 1) for ranks in found.values()])
            for i in range(len(tried))
        ]
        best = int(np.argmax(means))
        for name, ranks in found.items():
            here = [rank for of, rank in ranks[best] if of == fold]
            held[name][0] += sum(rank == 1 for rank in here)
            held[name][1] += len(here)
    print("chosen without each fold, recall@1: " + ", ".join(f"{n} {a / b:.3f}" for n, (a, b) in held.items()))


def _ranks(setting: Setting, numbers: LexicalSettings) -> list[tuple[int, int | None]]:
    library = setting.library(setting.cases[0])
    index = LexicalIndex.of(library.lexical.body, library.lexical.fields, library.first_row, settings=numbers)
    kinds = np.array([KIND_WEIGHTS.get(kind, 1.0) for kind in KINDS], dtype=np.float32)[library.kinds]
    found = []
    for case in setting.cases[:: max(1, len(setting.cases) // MOST)]:
        query = look_up(case.typed, understand(case.typed), languages=("vi",), settings=numbers).query
        scores = index.score(query) * kinds
        rows = best_rows(scores, k=20)
        rows = rows[np.argsort(-scores[rows], kind="stable")][:10]
        spans = [Span(passage.doc_id, passage.start, passage.end) for passage, _ in library.passages(rows)]
        found.append((case.fold, evidence_rank(case.target, spans)))
    return found


def _recall(ranks: Sequence[tuple[int, int | None]], k: int) -> float:
    return sum(rank is not None and rank <= k for _, rank in ranks) / len(ranks)
