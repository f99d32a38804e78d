"""Recognise copies: the same report twice, or a draft beside its signed version. Pure.

A report's sketch is the 64 smallest hashes of its runs of three folded words (bottom-k sketch: Broder 1997).
Two reports that share a template but speak of another district, period or figures are no copies of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.text import fold, terms

SKETCH_SIZE = 64
#: Shares of equal word runs and of equal figures from which two reports are copies. By hand on drafts with one
#: sentence in ten changed (0.75 and up) against reports of one template with other figures (0.6 and down).
MIN_RUNS = 0.75
MIN_FIGURES = 0.8
# Copies share most of their few smallest hashes; only pairs that share a third of them are compared.
_KEYS = 12
_SHARED_KEYS = 4
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a report to tell its copies.

    runs: uint64, rising, at most 64. figures: uint64, rising, at most 64, the same of its numbers.
    about: place and period, "" where unknown.
    """

    text_sha256: str
    runs: NDArray[np.uint64]
    figures: NDArray[np.uint64]
    place: str
    period: str


def _smallest(values: set[int]) -> NDArray[np.uint64]:
    return np.array(sorted(values)[:SKETCH_SIZE], dtype=np.uint64)


def sketch_runs(text: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Sketch a text: the smallest hashes of its three-word runs, and of its numbers."""
    words = terms(fold(text))
    hashes = [_hash(word) for word in words]
    runs = {
        ((a * 0x9E3779B97F4A7C15) ^ (b * 0xC2B2AE3D27D4EB4F) ^ (c * 0x165667B19E3779F9)) & _MASK
        for a, b, c in zip(hashes, hashes[1:], hashes[2:], strict=False)
    }
    figures = {h for h, word in zip(hashes, words, strict=True) if word[0].isdigit()}
    return _smallest(runs or set(hashes)), _smallest(figures)


class _WordHashes(dict[str, int]):
    def __missing__(self, word: str) -> int:
        if len(self) > 500_000:
            self.clear()
        self[word] = value = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
        return value


_WORD_HASHES = _WordHashes()


def _hash(word: str) -> int:
    return _WORD_HASHES[word]


def group_copies(sketches: Mapping[str, Sketch]) -> dict[str, str]:
    """Group copies. Returns document id → id of the first of its group, for every member but the first.

    sketches: by document id, in the order in which the first of a group is to be chosen.
    """
    ids = list(sketches)
    leaders: dict[str, str] = {}
    for i, j in _candidate_pairs([sketches[name] for name in ids]):
        first, second = ids[i], ids[j]
        if second not in leaders and _is_copy(sketches[first], sketches[second]):
            leaders[second] = leaders.get(first, first)
    return leaders


def _candidate_pairs(sketches: Sequence[Sketch]) -> list[tuple[int, int]]:
    keys = [np.append(sketch.runs[:_KEYS], np.uint64(int(sketch.text_sha256[:16], 16))) for sketch in sketches]
    if not keys:
        return []
    flat = np.concatenate(keys)
    owner = np.repeat(np.arange(len(keys)), [len(k) for k in keys])
    is_text = np.zeros(len(flat), dtype=bool)
    is_text[np.cumsum([len(k) for k in keys], dtype=np.int64) - 1] = True
    order = np.argsort(flat, kind="stable")
    flat, owner, is_text = flat[order], owner[order], is_text[order]
    again = flat[1:] == flat[:-1]
    alike = np.append(again, False) | np.insert(again, 0, False)
    # Ten thousand reports of one letterhead share a key: each is paired with the first few only.
    first: dict[int, list[int]] = {}
    shared: Counter[tuple[int, int]] = Counter()
    for key, j, whole in zip(flat[alike].tolist(), owner[alike].tolist(), is_text[alike].tolist(), strict=True):
        earlier = first.setdefault(key, [])
        for i in earlier:
            shared[i, j] += _KEYS if whole else 1
        if len(earlier) < 8:
            earlier.append(j)
    enough = [(i, j) for (i, j), n in shared.items() if n >= min(_SHARED_KEYS, max(1, len(sketches[j].runs) // 3))]
    return sorted(enough, key=lambda pair: (pair[1], pair[0]))


def _is_copy(first: Sketch, second: Sketch) -> bool:
    if first.text_sha256 == second.text_sha256:
        return True
    if first.place and second.place and first.place != second.place:
        return False
    if first.period and second.period and first.period != second.period:
        return False
    return _share(first.runs, second.runs) >= MIN_RUNS and _share(first.figures, second.figures) >= MIN_FIGURES


def _share(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> float:
    """Estimate the Jaccard index of two sets from their smallest hashes; 1 where both are empty."""
    one, other = set(first.tolist()), set(second.tolist())
    union = sorted(one | other)[:SKETCH_SIZE]
    return sum(value in one and value in other for value in union) / len(union) if union else 1.0
