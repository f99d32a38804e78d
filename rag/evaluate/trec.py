"""Runs and relevance judgements as TREC files, and the usual metrics on them by ir-measures.

A passage is relevant when it overlaps an evidence or alternative quote in a right document. Ids are
percent-encoded, so that neither a space nor a ``#`` in a file's name can break a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from rag.evaluate.locate import Place, Target

MEASURES = ("nDCG@10", "R@10", "RR@10", "Success@1", "Success@5", "Success@10")
_RUN_NAME = "danchung"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage as a hit names it."""

    passage_id: str
    doc_id: str
    start: int
    end: int
    score: float


def encode_id(name: str) -> str:
    """Percent-encode an id; ``/`` and the characters of a plain file name stay."""
    return quote(name, safe="/")


def judge_passages(
    target: Target, passages: Iterable[tuple[str, Place]] | None, retrieved: Sequence[Retrieved]
) -> list[str]:
    """List the ids of the relevant passages, sorted.

    passages: every passage of the right documents. Where they are not known (None), the retrieved ones that
    overlap evidence are judged relevant, and each quote that none of them overlaps stands in as one passage that
    was missed, named ``doc_id#start-end`` of the quote.
    """
    quotes = target.evidence + target.alternatives
    if passages is not None:
        return sorted(
            {name for name, passage in passages for q in quotes for place in q.places if _overlaps(passage, place)}
        )
    relevant: set[str] = set()
    for located in quotes:
        found = {
            hit.passage_id
            for hit in retrieved
            for place in located.places
            if _overlaps(Place(hit.doc_id, hit.start, hit.end, ""), place)
        }
        missed = [f"{place.doc_id}#{place.start}-{place.end}" for place in located.places[:1]]
        relevant.update(found or missed)
    return sorted(relevant)


def score_run(
    qrels: Mapping[str, Sequence[str]], run: Mapping[str, Sequence[Retrieved]]
) -> dict[str, dict[str, float]]:
    """Compute MEASURES for each query of the qrels; a query without relevant or retrieved passages scores 0.

    Source: ir_measures (MacAvaney et al., ECIR 2022).
    """
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    scores = {query: dict.fromkeys(MEASURES, 0.0) for query in qrels}
    judged = [ir_measures.Qrel(query, name, 1) for query, names in qrels.items() for name in names]
    ranked = [
        ir_measures.ScoredDoc(query, hit.passage_id, score)
        for query, hits in run.items()
        if qrels.get(query)
        for hit, score in zip(hits, falling_scores(hits), strict=True)
    ]
    if judged and ranked:
        for metric in ir_measures.iter_calc(measures, judged, ranked):
            scores[metric.query_id][str(metric.measure)] = float(metric.value)
    return scores


def falling_scores(hits: Sequence[Retrieved]) -> list[float]:
    """Give each hit its score, lowered where it would not fall: readers of runs sort by score, not by rank.

    The step survives the 32-bit floats of trec_eval.
    """
    scores: list[float] = []
    for hit in hits:
        highest = scores[-1] - max(1e-6, 1e-6 * abs(scores[-1])) if scores else hit.score
        scores.append(min(hit.score, highest))
    return scores


def run_lines(query: str, hits: Sequence[Retrieved]) -> str:
    """Write the hits of a query in the form ``query Q0 passage rank score name``."""
    return "".join(
        f"{encode_id(query)} Q0 {encode_id(hit.passage_id)} {rank} {score:.9g} {_RUN_NAME}\n"
        for rank, (hit, score) in enumerate(zip(hits, falling_scores(hits), strict=True), start=1)
    )


def qrels_lines(query: str, passage_ids: Sequence[str]) -> str:
    """Write the relevant passages of a query in the form ``query 0 passage 1``."""
    return "".join(f"{encode_id(query)} 0 {encode_id(passage_id)} 1\n" for passage_id in passage_ids)


def _overlaps(passage: Place, place: Place) -> bool:
    """Say whether a passage holds a character of a place that is not white space."""
    if passage.doc_id != place.doc_id:
        return False
    start, end = max(passage.start, place.start), min(passage.end, place.end)
    return start < end and not place.text[start - place.start : end - place.start].isspace()
