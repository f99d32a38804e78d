"""Text → tokens, and tokens → the numbers that terms go by.

A syllable becomes two 32-bit hashes: of its accented key and of its folded form. Four kinds of term are made
of them: accented and folded syllables, accented and folded pairs of neighbours. A term is 40 bits: its kind
in the upper two and 38 bits of hash; with 1.4 million terms about four pairs of rare ones share a number.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from rag.text import fold, number_pieces, syllable_key, terms

Tokens = NDArray[np.uint32]
Terms = NDArray[np.uint64]

HASH_BITS = 38
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


class TermKind(IntEnum):
    """What a term is made of; the upper two bits of its number."""

    ACCENTED = 0
    FOLDED = 1
    ACCENTED_PAIR = 2
    FOLDED_PAIR = 3


def _hash32(text: str) -> int:
    # 0 is kept for "no neighbour here".
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "little") or 1


class _Hashes(dict[str, tuple[int, int]]):
    """Both hashes of each word met, as typed; emptied when it grows past a million words."""

    def __missing__(self, word: str) -> tuple[int, int]:
        if len(self) > 1_000_000:
            self.clear()
        self[word] = hashes = (_hash32(syllable_key(word)), _hash32(fold(word)))
        return hashes


_HASHES = _Hashes()


def tokenise(text: str) -> Tokens:
    """Turn a text into tokens, uint32, shape (2, n): accented hashes, then folded ones; 0 parts neighbours."""
    found = terms(text)
    pieces = [piece for word in found for piece in number_pieces(word)]
    if pieces:
        hashes = [_HASHES[word] for word in found]
        for piece in pieces:
            hashes += ((0, 0), _HASHES[piece])
    else:
        hashes = list(map(_HASHES.__getitem__, found))
    return np.array(hashes, dtype=np.uint32).reshape(-1, 2).T


def _mixed(values: Terms) -> Terms:
    # The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return values ^ (values >> np.uint64(31))


def terms_of(hashes: NDArray[np.uint32], kind: TermKind) -> tuple[Terms, NDArray[np.bool_]]:
    """Number the terms of one kind in a token row. Returns terms, and which of them are real."""
    wide = hashes.astype(np.uint64)
    if kind in (TermKind.ACCENTED, TermKind.FOLDED):
        real = wide != 0
    else:
        real = (wide[:-1] != 0) & (wide[1:] != 0)
        wide = (wide[:-1] << np.uint64(32)) | wide[1:]
    numbers = _mixed(wide) >> np.uint64(64 - HASH_BITS)
    return numbers | np.uint64(int(kind) << HASH_BITS), real


def hashes_of(tokens: Tokens, kind: TermKind) -> NDArray[np.uint32]:
    """Give the row of tokens that terms of a kind are made of."""
    row: NDArray[np.uint32] = tokens[0 if kind in (TermKind.ACCENTED, TermKind.ACCENTED_PAIR) else 1]
    return row
