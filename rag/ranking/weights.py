"""The learned weights of the second stage: one line a feature in weights.tsv beside this file."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from rag.errors import ConfigError
from rag.ranking.features import FEATURES

Weights = NDArray[np.float32]


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Read the weights that come with the program: float32, shape (len(FEATURES),)."""
    return read_weights(files("rag.ranking").joinpath("weights.tsv").read_text(encoding="utf-8"))


def read_weights(text: str) -> Weights:
    """Read weights: a feature's name and its weight a line, parted by a tab; lines with # are remarks.

    Raises ConfigError for a feature that is not known, named twice or not at all, and for what is no number.
    """
    found: dict[str, float] = {}
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, value = line.partition("\t")
        if name not in FEATURES or name in found:
            raise ConfigError(f"line {n} names {name!r}; allowed: each of {', '.join(FEATURES)} once")
        try:
            weight = float(value)
        except ValueError as exc:
            raise ConfigError(f"line {n}: the weight of {name} is {value!r}; allowed: a number") from exc
        if not math.isfinite(weight):
            raise ConfigError(f"line {n}: the weight of {name} is {value!r}; allowed: a number")
        found[name] = weight
    if missing := [name for name in FEATURES if name not in found]:
        raise ConfigError(f"weights are missing for {', '.join(missing)}; write a line for each")
    return np.array([found[name] for name in FEATURES], dtype=np.float32)


def write_weights(weights: Weights, *, remarks: str) -> str:
    """Write weights as read_weights reads them. remarks: what they were learned on, any number of lines."""
    lines = [f"# {line}".rstrip() for line in remarks.splitlines()]
    lines += [f"{name}\t{value:.4f}" for name, value in zip(FEATURES, weights.tolist(), strict=True)]
    return "\n".join(lines) + "\n"
