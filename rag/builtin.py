"""The built-in embedder: hashed syllables, words and letter groups, so that search works with nothing downloaded.

It knows spellings, not meanings: near spellings, missing accents and other forms of a word come out close, a
synonym or a translation does not. All weights are whole numbers, whose sums are exact in any order, so the same
text gives the same bits on every machine.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.text import fold, syllable_key, terms, to_nfc

# Tuned on paragraph recall@1 over XQuAD's 240 paragraphs and 1,190 questions, the mean of English and Vietnamese
# (itself the mean of accented and unaccented). Here: vi 0.771, unaccented 0.748, en 0.832, mean 0.796; with 384
# dimensions 0.780, 256 0.708; the same features unhashed 0.89. The neighbours' figures below are means over three
# hash seeds, where these choices give 0.801.
DIM = 512
REVISION = "1"

# Shares of a word's parts. Accented form at 0.3 0.800, at 0.7 0.799. Letter groups at 0.5 0.796, at 1.0 0.799; of 3
# letters only 0.793, of 3 and 4 0.799. Pairs of neighbouring syllables only add noise: at 0.15 0.801, at 0.3 0.798.
_FOLDED, _ACCENTED, _LETTERS = 1.0, 0.5, 0.8
_GROUP_SIZES: tuple[int, ...] = (3, 4, 5)
# Scripts without spaces write a word in one or two characters.
_IDEOGRAPH_SIZES: tuple[int, ...] = (1, 2)
_FIRST_IDEOGRAPH = 0x2E80
_LONGEST_WORD = 40

# Names and numbers weigh more: at 1.0 0.795, at 1.5 0.794. So do long words: at 0.0 a letter 0.795, at 0.1 0.796.
_NAME_WEIGHT = 1.25
_PER_LETTER = 0.05
# Function words weigh less: at 0.03 0.801, at 0.15 0.802, at 0.4 0.79.
_FUNCTION_WEIGHT = 0.1
_VIETNAMESE = (
    "la cua va nam bao nhieu cac co duoc trong cho voi nhung mot nay khong ngay thang tren den da tai theo ve tu "
    "nguoi ai nao gi dau may sao hoi do de khi bi boi nhu thi ma o ra vao len con cung rat se dang nhat hon lam cai "
    "su viec ay it lai qua sau truoc hay hoac neu vi nen tung chi dieu the loai noi ten"
)
_ENGLISH = (
    "the of and in to is was were are what which who how many much did does do for by on at with from that when where "
    "why has have had be an or as it its than per a s this these those their his her he she they i you we not but can "
    "could would should may will been being if into about also such other more most some any all one two there so no "
    "out up over after before between during while because name type kind"
)
_FUNCTION_WORDS = frozenset(f"{_VIETNAMESE} {_ENGLISH}".split())

# Whole numbers: 64 stands for a weight of 1, 16 for a word that occurs once. Growth with the logarithm of the count
# gives 0.801, with its square root 0.800; in proportion to it 0.75, not at all 0.70.
_SCALE = 64
_COUNT_SCALE = 16
_COUNTS = np.array([0] + [round(_COUNT_SCALE * (1 + math.log(n))) for n in range(1, 256)], dtype=np.int64)
_NAMED_COUNTS = np.array([0] + [round(_COUNT_SCALE * _NAME_WEIGHT * (1 + math.log(n))) for n in range(1, 256)])

_CACHED_WORDS = 300_000
_TEXTS_AT_ONCE = 1024

Feature = tuple[NDArray[np.int32], NDArray[np.int32]]


class _Features:
    """What each word adds to a vector: ids of its folded and accented forms, and their columns and weights."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.forms: dict[str, tuple[int, int]] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._features: list[Feature] = []

    def add(self, word: str) -> tuple[int, int]:
        """Number a word's folded and accented forms. The low bit of the first says: a name or a number."""
        folded = fold(word)
        weight = 1 + _PER_LETTER * (min(len(folded), 9) - 4)
        if folded in _FUNCTION_WORDS:
            weight *= _FUNCTION_WEIGHT
        named = word[:1].isupper() or word[:1].isdigit()
        forms = (self._id("f", folded, weight) << 1 | named, self._id("a", syllable_key(word), weight))
        self.forms[word] = forms
        return forms

    def _id(self, form: str, key: str, weight: float) -> int:
        number = self._ids.setdefault((form, key), len(self._features))
        if number == len(self._features):
            if form == "f":
                hashed = [(f"f{key}", weight * _FOLDED, 4)]
                groups = _letter_groups(key)
                hashed += [(f"n{group}", 2 * weight * _LETTERS / math.sqrt(len(groups)), 1) for group in groups]
            else:
                hashed = [(f"a{key}", weight * _ACCENTED, 4)]
            self._features.append(self._hash(hashed))
        return number

    def _hash(self, hashed: list[tuple[str, float, int]]) -> Feature:
        """Spread each key over ``n`` columns with signs, by a hash that is the same everywhere."""
        columns, weights = [], []
        for key, weight, n in hashed:
            digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            whole = round(_SCALE * weight / 2)
            for i in range(n):
                bits = int.from_bytes(digest[4 * i : 4 * i + 4], "little")
                columns.append((bits >> 1) % self.dim)
                weights.append(whole if bits & 1 else -whole)
        return np.array(columns, dtype=np.int32), np.array(weights, dtype=np.int32)

    def gather(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Lay the features of some forms end to end. Returns their lengths, columns and weights."""
        found = [self._features[i] for i in ids]
        lengths = np.fromiter((len(columns) for columns, _ in found), dtype=np.int64, count=len(found))
        return lengths, np.concatenate([c for c, _ in found]), np.concatenate([w for _, w in found])


def _letter_groups(word: str) -> list[str]:
    if any(ord(c) >= _FIRST_IDEOGRAPH for c in word):
        bounded, sizes = word[:_LONGEST_WORD], _IDEOGRAPH_SIZES
    elif len(word) < 3:
        return []
    else:
        bounded, sizes = f"<{word[:_LONGEST_WORD]}>", _GROUP_SIZES
    return [bounded[i : i + size] for size in sizes for i in range(len(bounded) - size + 1)]


class BuiltinEmbedder:
    """Embed texts of any language without weights: the same text, the same bits. May be shared by threads."""

    name = "builtin"
    revision = REVISION
    max_tokens = 512
    dim: int
    fusion_weight: float | None

    def __init__(self, *, dim: int = DIM, fusion_weight: float | None = None) -> None:
        self.dim = dim
        self.fusion_weight = fusion_weight
        self._features = _Features(dim)
        self._lock = threading.Lock()

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> NDArray[np.float32]:
        """Embed passages. Returns float32, shape (n, dim), rows of unit length.

        batch_size is of no consequence here. A text without any word gets the vector of its bare characters.
        """
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            with self._lock:
                vectors[start : start + _TEXTS_AT_ONCE] = self._embed(texts[start : start + _TEXTS_AT_ONCE])
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a question the same way as a passage. Returns float32, shape (dim,), unit length."""
        with self._lock:
            vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self._features.forms) > _CACHED_WORDS:
            self._features = _Features(self.dim)
        known, add = self._features.forms, self._features.add
        lengths: list[int] = []
        forms: list[tuple[int, int]] = []
        for text in texts:
            composed = to_nfc(text)
            found = terms(composed) or [composed.strip()]
            lengths.append(len(found))
            forms += [known.get(word) or add(word) for word in found]
        rows = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
        folded, accented = np.array(forms, dtype=np.int64).T
        sums = np.zeros(len(texts) * self.dim)
        self._accumulate(sums, rows, folded >> 1, folded & 1)
        self._accumulate(sums, rows, accented, np.zeros_like(accented))
        vectors = sums.reshape(len(texts), self.dim)
        squares = np.square(vectors).sum(axis=1)
        # Signs can cancel to nothing; such a row still needs a direction.
        vectors[squares == 0, 0] = 1
        squares[squares == 0] = 1
        rows_of_unit_length: NDArray[np.float32] = (vectors / np.sqrt(squares)[:, None]).astype(np.float32)
        return rows_of_unit_length

    def _accumulate(
        self, sums: NDArray[np.float64], rows: NDArray[np.int64], ids: NDArray[np.int64], named: NDArray[np.int64]
    ) -> None:
        """Add each form once a text, weighted by how often it occurs there and whether it is ever a name."""
        # Text, form and the mark of a name in one number, so that one sort groups them all.
        packed = np.sort((rows << 32 | ids) << 1 | named)
        pairs = packed >> 1
        last = np.flatnonzero(np.append(pairs[1:] != pairs[:-1], True))
        counts = np.minimum(np.diff(last, prepend=-1), len(_COUNTS) - 1)
        weights = np.where(packed[last] & 1, _NAMED_COUNTS[counts], _COUNTS[counts])
        pairs = pairs[last]
        unique, inverse = np.unique(pairs & 0xFFFFFFFF, return_inverse=True)
        lengths, columns, signed = self._features.gather(unique)
        # For every pair: where its features lie among those gathered.
        n = lengths[inverse]
        starts = (np.cumsum(lengths) - lengths)[inverse]
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        place = np.repeat(starts, n) + within
        cells = np.repeat((pairs >> 32) * self.dim, n) + columns[place]
        sums += np.bincount(cells, weights=signed[place] * np.repeat(weights, n), minlength=len(sums))
