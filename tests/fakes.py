"""Parts that implement the Protocols predictably, and small reports of the tests' own."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from rag.binding import BoundEmbedder
from rag.library import LibraryWriter
from rag.reading import make_document
from rag.types import Document

REPORTS = {
    "lang_chanh.txt": "Huyện Lang Chánh tổng kết năm 2023\n\n"
    "Năm 2023, tổng thu ngân sách huyện Lang Chánh đạt 45,2 tỷ đồng, tăng 12% so với năm 2022.\n\n"
    "Toàn huyện trồng mới 1.250 ha rừng. Bà Lê Thị Hoa, Chủ tịch UBND huyện, chủ trì hội nghị.",
    "muong_lat.txt": "Huyện Mường Lát tổng kết năm 2023\n\n"
    "Năm 2023, tổng thu ngân sách huyện Mường Lát đạt 18,7 tỷ đồng, đạt 96% kế hoạch.\n\n"
    "Tỷ lệ hộ nghèo giảm 5,1% xuống còn 38,4%; kế hoạch năm 2024 giảm còn 33%.",
    "doanh_nghiep.txt": "Công ty Sao Mai công bố kết quả kinh doanh quý III/2023\n\n"
    "Doanh thu thuần quý III/2023 của Sao Mai đạt 1.082 tỷ đồng. Nguyên nhân do giá cá tra tăng mạnh.\n\n"
    "Ảnh: Minh Đức",
}


class WordEmbedder:
    """Adds up a fixed random vector for each word: the same text always has the same vector."""

    name = "words"
    max_tokens = 512

    def __init__(self, *, dim: int = 32, revision: str = "1", fusion_weight: float | None = 0.3) -> None:
        self.dim = dim
        self.revision = revision
        self.fusion_weight = fusion_weight
        self.n_embedded = 0

    def embed_passages(self, texts: Sequence[str], *, batch_size: int = 32) -> np.ndarray:
        self.n_embedded += len(texts)
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32).reshape(-1, self.dim)

    def embed_query(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dim)
        for word in text.casefold().split() or [""]:
            seed = int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "little")
            vector += np.random.default_rng(seed).normal(size=self.dim)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def bind(embedder: WordEmbedder, *, max_chars: int = 1000) -> BoundEmbedder:
    return BoundEmbedder(
        name=embedder.name,
        revision=embedder.revision,
        dim=embedder.dim,
        max_chars=max_chars,
        fusion_weight=embedder.fusion_weight,
    )


def document(path: str, text: str | None = None, *, source: str = "s") -> Document:
    return make_document(f"{source}/{path}", REPORTS[path] if text is None else text, source=source)


def write_reports(folder: Path, reports: dict[str, str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (reports or REPORTS).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def build_library(
    path: Path, texts: dict[str, str] | None = None, *, embedder: WordEmbedder | None = None
) -> WordEmbedder:
    """Write a library of the given texts, embedded and published."""
    embedder = embedder or WordEmbedder()
    with LibraryWriter(path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for name, text in (texts or REPORTS).items():
            writer.put(document(name, text), path=name)
        writer.embed_missing(embedder)
        writer.publish()
    return embedder
