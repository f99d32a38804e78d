"""SQuAD 1.1 and 2.0 JSON: each context a document, each answer's sentence its evidence.

Source: Rajpurkar et al., EMNLP 2016 and ACL 2018; XQuAD (Artetxe et al., ACL 2020) has the same form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.errors import EvaluationError
from rag.evaluate.records import describe, take_list, take_optional_text, take_record, take_text, take_truth
from rag.text import guess_language, sentences, to_nfc
from rag.types import Question

# guess_language looks at no more than this many characters.
_LANGUAGE_SAMPLE = 4000


@dataclass(frozen=True, slots=True)
class SetDocument:
    """A document that travels inside a question set. text: NFC. title: None where the set names none."""

    id: str
    title: str | None
    text: str


@dataclass(slots=True)
class _Reading:
    """What has been read so far of one file."""

    name: str
    documents: dict[str, SetDocument]
    sentences: dict[str, list[tuple[int, int]]]
    questions: list[Question]
    seen: dict[str, str]
    misplaced: int = 0


def read_squad(
    parsed: object, *, name: str, stem: str
) -> tuple[tuple[Question, ...], tuple[SetDocument, ...], tuple[str, ...]]:
    """Read the parsed file. Returns questions, documents (equal contexts once) and notes.

    name: of the file, for messages. stem: the first part of the documents' ids, as in ``xquad.vi/0001``.
    """
    reading = _Reading(name, {}, {}, [], {})
    root = take_record(parsed, where=name)
    for a, value in enumerate(take_list(root, "data", where=name)):
        where = f"{name}, data[{a}]"
        article = take_record(value, where=where)
        title = take_optional_text(article, "title", default="", where=where).replace("_", " ").strip()
        for p, paragraph in enumerate(take_list(article, "paragraphs", where=where)):
            _read_paragraph(reading, paragraph, stem=stem, title=title or None, where=f"{where}.paragraphs[{p}]")
    notes = []
    if reading.misplaced:
        notes.append(f"answers that do not stand in their context, and so give no evidence: {reading.misplaced}.")
    return _with_language(reading.questions), tuple(reading.documents.values()), tuple(notes)


def _read_paragraph(reading: _Reading, parsed: object, *, stem: str, title: str | None, where: str) -> None:
    paragraph = take_record(parsed, where=where)
    context = take_text(paragraph, "context", where=where)
    text = to_nfc(context)
    if text not in reading.documents:
        doc_id = f"{stem}/{len(reading.documents) + 1:04d}"
        reading.documents[text] = SetDocument(id=doc_id, title=title and to_nfc(title), text=text)
        reading.sentences[text] = sentences(text)
    for i, value in enumerate(take_list(paragraph, "qas", where=where)):
        place = f"{where}.qas[{i}]"
        question = _read_question(reading, take_record(value, where=place), context=context, text=text, where=place)
        if question.id in reading.seen:
            raise EvaluationError(
                f"{place}: id '{question.id}' stands already at {reading.seen[question.id]}; "
                "each id must occur once. Rename one."
            )
        reading.seen[question.id] = place.removeprefix(f"{reading.name}, ")
        reading.questions.append(question)


def _read_question(reading: _Reading, record: Mapping[str, object], *, context: str, text: str, where: str) -> Question:
    question_id = take_text(record, "id", where=where)
    question = take_text(record, "question", where=where)
    answerable = not take_truth(record, "is_impossible", default=False, where=where)
    answers: list[str] = []
    evidence: list[str] = []
    if answerable:
        found = take_list(record, "answers", where=where)
        if not found:
            raise EvaluationError(
                f"{where}: field 'answers' is an empty list; an answerable question needs at least one answer. "
                'Give one, or say "is_impossible": true.'
            )
        for i, value in enumerate(found):
            place = f"{where}.answers[{i}]"
            answer, start = _read_answer(take_record(value, where=place), where=place)
            answers.append(answer)
            quote = _quote_answer(answer, start, context=context, text=text, spans=reading.sentences[text])
            if quote is None:
                reading.misplaced += 1
            else:
                evidence.append(quote)
    quotes = tuple(dict.fromkeys(evidence))
    return Question(
        id=question_id,
        question=question,
        kind="other" if answerable else "unanswerable",
        docs=(reading.documents[text].id,) if answerable else (),
        answers=tuple(dict.fromkeys(answers)),
        # Annotators may have marked different sentences: the first one's is the evidence, any other serves too.
        evidence=quotes[:1],
        alt_evidence=quotes[1:],
        near_miss_docs=() if answerable else (reading.documents[text].id,),
        answerable=answerable,
    )


def _read_answer(record: Mapping[str, object], *, where: str) -> tuple[str, int]:
    answer = take_text(record, "text", where=where)
    start = record.get("answer_start")
    if isinstance(start, bool) or not isinstance(start, int) or start < 0:
        got = "missing" if "answer_start" not in record else describe(start)
        raise EvaluationError(f"{where}: field 'answer_start' is {got}; it must be a whole number from 0.")
    return answer, start


def _quote_answer(answer: str, start: int, *, context: str, text: str, spans: list[tuple[int, int]]) -> str | None:
    """Quote the sentence or sentences of the NFC text that hold the answer; None where it is nowhere in it.

    start counts characters of the context as it stood in the file: composing may have moved the answer.
    """
    answer = to_nfc(answer).strip()
    near = len(to_nfc(context[:start]))
    at = _find_nearest(text, answer, near)
    if at is None:
        return None
    end = at + len(answer)
    held = [span for span in spans if span[0] < end and at < span[1]]
    return text[held[0][0] : held[-1][1]] if held else None


def _find_nearest(text: str, wanted: str, near: int) -> int | None:
    """Find the occurrence that starts nearest to an offset."""
    before = text.rfind(wanted, 0, near + len(wanted))
    after = text.find(wanted, near)
    found = [at for at in (after, before) if at >= 0]
    return min(found, key=lambda at: abs(at - near)) if found else None


def _with_language(questions: list[Question]) -> tuple[Question, ...]:
    """Give all questions of a file the one language they are written in."""
    sample = ""
    for question in questions:
        sample += question.question + "\n"
        if len(sample) > _LANGUAGE_SAMPLE:
            break
    language = guess_language(sample)
    return tuple(replace(question, lang=language) for question in questions)
