"""The dense index: FAISS over unit rows, written through a hash, opened by mapping, its kind chosen by size and recall.

Up to EXACT_UP_TO vectors every one is compared. Above, a short code stands for each vector: after a random rotation
two bits a dimension, read by FAISS four bits at a time (``RR,PQ{dim/2}x4fs``; André, Kermarrec, Le Scouarnec, PVLDB
2015), with fixed thresholds instead of trained codebooks. All codes are read in one pass, and the best of them, the
candidates, are compared exactly. While building, made queries say how many candidates give RECALL of what exact
search finds; where no number does, search stays exact. Scores are always exact inner products.

Measured on 91,023 news paragraphs, built-in embedder (512 dimensions), first words of sentences as questions, one
thread, FAISS 1.15.1. ms: p50 of one search for ten; recall@10 against exact search; build in seconds on two cores:

    all compared                                    7.1 ms   1.000           0.1 s
    8-bit numbers, all compared                     3.2      0.988           0.1
    HNSW16 over 8-bit, efSearch 512                 0.9      0.909           4.3
    IVF512, nprobe 64 / 128                         1.5/2.9  0.812 / 0.893   1.3
    one bit a dimension (RaBitQ), 200 candidates    0.6      0.995           1.2
    trained codebooks, not rotated, 160 candidates  0.3      0.988           0.6
    trained codebooks, rotated, 80 candidates       0.3      1.000           1.0
    the codes built here, 80 candidates             0.3      0.999           0.8 s, 1 s of one core more to publish

The built-in embedder's vectors form no clusters, so graphs and inverted lists lose what they skip; codes skip nothing.
On 1,000,000 x 384 (tests/benchmarks/scale.py) they take 6 ms; IVF1024 over them took 3.2 ms at 0.986 (nprobe 256),
where they had 0.991 in 5.6.

Mapped (``IO_FLAG_MMAP_IFC``), the full vectors stay file pages and only those compared are touched (the system maps
their neighbours too); the codes are copied into memory, dim / 4 bytes each: 100 MB of a million, in 45 ms.
faiss is imported inside functions: a library without vectors never loads it.
"""

from __future__ import annotations

from rag.vectors.building import write_index
from rag.vectors.design import Design, IndexKind
from rag.vectors.searching import VectorIndex

__all__ = ["Design", "IndexKind", "VectorIndex", "write_index"]
