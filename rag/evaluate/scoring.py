"""One question scored: what ``ask`` gave against what is known to be right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import EvaluationError
from rag.evaluate.answers import answer_em, answer_f1, contains_answer, item_recall
from rag.evaluate.figure_answers import figure_accuracy
from rag.evaluate.locate import Corpus, Place, Target
from rag.evaluate.metrics import Span, citation_recall, document_rank, evidence_rank, is_right_citation, is_verbatim
from rag.evaluate.thresholds import Outcome
from rag.evaluate.trec import Retrieved, judge_passages
from rag.types import Passage, Question

CUTS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A citation or a retrieved passage with the words it claims to quote."""

    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What scoring reads of an ``ask`` object. hits and their words are those of the first k passages.

    confidence: that the answer is right, also of an abstention; None where the object does not say.
    """

    abstained: bool
    text: str
    short: str | None
    answers: tuple[str, ...]
    hits: tuple[Retrieved, ...]
    passages: tuple[Quoted, ...]
    copies: tuple[tuple[str, ...], ...]
    citations: tuple[Quoted, ...]
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one question, None where a metric does not apply, and what is pooled over questions.

    failed: the question could not be asked; it scores 0 and counts as neither answered nor abstained from.
    ungated: what its answer is without a threshold, where that was looked at.
    """

    question: Question
    scores: Mapping[str, float | None]
    abstained: bool
    failed: bool = False
    n_citations: int = 0
    n_citations_judged: int = 0
    n_citations_right: int = 0
    n_citations_verbatim: int = 0
    n_passages: int = 0
    n_passages_verbatim: int = 0
    relevant: tuple[str, ...] = ()
    hits: tuple[Retrieved, ...] = ()
    confidence: float | None = None
    ungated: Outcome | None = None


def read_reply(record: Mapping[str, object], *, k: int) -> Reply:
    """Take from an ``ask`` object what scoring needs. Raises EvaluationError where it is not one."""
    try:
        hits, passages, copies = [], [], []
        for hit in _records(record, "evidence")[:k]:
            span = _read_span(hit)
            hits.append(Retrieved(str(hit["passage_id"]), span.doc_id, span.start, span.end, _number(hit["score"])))
            passages.append(Quoted(span, str(hit["text"])))
            copies.append(_texts(hit, "copies"))
        citations = [Quoted(_read_span(citation), str(citation["quote"])) for citation in _records(record, "citations")]
        short, confidence = record.get("short"), record.get("confidence")
        return Reply(
            abstained=bool(record["abstained"]),
            text=str(record.get("answer") or ""),
            short=None if short is None else str(short),
            answers=_texts(record, "answers"),
            hits=tuple(hits),
            passages=tuple(passages),
            copies=tuple(copies),
            citations=tuple(citations),
            confidence=None if confidence is None else _number(confidence),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise EvaluationError(
            f"ask gave an object that cannot be scored ({type(exc).__name__}: {exc}); it needs 'abstained', "
            "'citations' and 'evidence' as described for `ask`."
        ) from exc


def score_question(
    question: Question,
    target: Target,
    reply: Reply | None,
    *,
    corpus: Corpus,
    documents: Mapping[str, str],
    passages: Callable[[str], Iterable[Passage]] | None,
    k: int,
) -> Scored:
    """Score a question. reply: None where it could not be asked. target: of the question's own documents."""
    given = reply or Reply(False, "", None, (), (), (), (), ())
    target = _follow_copies(question, target, given, corpus)
    spans = [passage.span for passage in given.passages]
    cited = [citation.span for citation in given.citations] if not given.abstained else []
    scores: dict[str, float | None] = {}
    judged = not question.answerable
    relevant: list[str] = []
    if question.answerable:
        judged = bool(question.evidence or question.alt_evidence)
        if judged:
            rank = evidence_rank(target, spans)
            scores.update({f"evidence_recall@{cut}": _within(rank, cut) for cut in sorted({*CUTS, k})})
            relevant = judge_passages(target, _walk_passages(target, passages), given.hits)
            recall = citation_recall(cited, target)
            scores["citation_recall"] = recall
            scores["right_citation"] = float(recall == 1.0)
        if question.docs:
            rank = document_rank(target.docs, spans)
            scores.update({f"document_success@{cut}": _within(rank, cut) for cut in CUTS})
        scores.update(_score_answer(question, given))
    right = sum(is_right_citation(span, target) for span in cited) if question.answerable and judged else 0
    if judged and cited:
        scores["citation_precision"] = right / len(cited)
    return Scored(
        question=question,
        scores=scores,
        abstained=given.abstained,
        failed=reply is None,
        n_citations=len(given.citations),
        n_citations_judged=len(cited) if judged else 0,
        n_citations_right=right,
        n_citations_verbatim=sum(is_verbatim(c.quote, c.span, documents) for c in given.citations),
        n_passages=len(given.passages),
        n_passages_verbatim=sum(is_verbatim(p.quote, p.span, documents) for p in given.passages),
        relevant=tuple(relevant),
        hits=given.hits,
        confidence=given.confidence,
    )


def judge_outcome(scored: Scored) -> Outcome | None:
    """Take a question that was asked without a threshold as its outcome; None where that has no confidence.

    Right is a short answer that is exactly an accepted one; where the set accepts none, citing all that is needed,
    or else naming every item.
    """
    if scored.failed or scored.confidence is None:
        return None
    names = ("answer_em",) if scored.question.answers else ("right_citation", "item_recall")
    score = next((value for name in names if (value := scored.scores.get(name)) is not None), None)
    return Outcome(
        answerable=scored.question.answerable,
        confidence=scored.confidence,
        abstained=scored.abstained,
        right=None if score is None else score == 1.0,
    )


def _score_answer(question: Question, reply: Reply) -> dict[str, float | None]:
    """Score the short answer; one that was abstained from scores 0."""
    short = None if reply.abstained else reply.short
    texts = () if reply.abstained else (reply.text, short or "", *reply.answers)
    scores: dict[str, float | None] = {}
    if question.answers:
        scores["answer_em"] = answer_em(short, question.answers)
        scores["answer_f1"] = answer_f1(short, question.answers)
        if (figures := figure_accuracy(short, question.answers)) is not None:
            scores["figure_accuracy"] = figures
        scores["answer_in_text"] = float(any(contains_answer(text, question.answers) for text in texts))
    if question.items:
        scores["item_recall"] = item_recall(texts, question.items)
    return scores


def _follow_copies(question: Question, target: Target, reply: Reply, corpus: Corpus) -> Target:
    """Aim also at documents that a hit names as copies of a right one; at those alone where only they are shown."""
    shown = {hit.doc_id for hit in reply.hits}
    stands_for: dict[str, list[str]] = {}
    for hit, copies in zip(reply.hits, reply.copies, strict=True):
        for doc_id in copies:
            if doc_id in target.docs and hit.doc_id not in target.docs:
                stands_for.setdefault(doc_id, []).append(hit.doc_id)
    if not stands_for:
        return target
    docs: dict[str, None] = {}
    for doc_id in target.docs:
        if doc_id in shown or doc_id not in stands_for:
            docs[doc_id] = None
        docs.update(dict.fromkeys(stands_for.get(doc_id, ())))
    return corpus.aim(question, list(docs))


def _walk_passages(
    target: Target, passages: Callable[[str], Iterable[Passage]] | None
) -> list[tuple[str, Place]] | None:
    if passages is None:
        return None
    return [(p.id, Place(p.doc_id, p.start, p.end, p.text)) for doc_id in target.docs for p in passages(doc_id)]


def _within(rank: int | None, cut: int) -> float:
    return float(rank is not None and rank <= cut)


def _records(record: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    value = record[key]
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value):
        raise TypeError(f"'{key}' is not a list of objects")
    return value


def _read_span(record: Mapping[str, object]) -> Span:
    return Span(str(record["doc_id"]), int(_number(record["start"])), int(_number(record["end"])))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} is not a number")
    return value


def _texts(record: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = record.get(key) or ()
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"'{key}' is not a list of texts")
    return tuple(str(one) for one in value)
