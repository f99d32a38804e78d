"""Where the known evidence stands: names of documents resolved to ids, quotes to spans of a document's text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.evaluate.answers import contains_answer
from rag.text import sentences, to_nfc
from rag.types import Question

_SAME = str.maketrans("“”„«»‘’–—−", '"""""\'\'---')
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_CACHED = 64


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a document's text. text: the words that stand there."""

    doc_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class LocatedQuote:
    """A quote and every place where it stands; any one serves.

    keys: for each place, the part of it that answers: its sentences that hold an accepted answer, else all of it.
    """

    quote: str
    places: tuple[Place, ...]
    keys: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What should be found for a question. A quote that stands nowhere has no places and can not be found."""

    docs: tuple[str, ...]
    evidence: tuple[LocatedQuote, ...]
    alternatives: tuple[LocatedQuote, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A document a question names that is not one document of the corpus. candidates: the ids it may mean."""

    question_id: str
    doc: str
    candidates: tuple[str, ...]


class Corpus:
    """The texts evidence is looked up in, by document id.

    documents may fetch its texts as they are asked for; only its keys are walked.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._documents = documents
        self._squeezed: dict[str, tuple[str, list[int]]] = {}
        # Every tail of an id's path, with and without its suffix, best reading first.
        self._tails: dict[str, list[str]] = defaultdict(list)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for doc_id in sorted(documents):
            parts = PurePosixPath(_clean_name(doc_id)).parts
            for i in range(len(parts)):
                tail = "/".join(parts[i:])
                self._tails[tail].append(doc_id)
                stem = str(PurePosixPath(tail).with_suffix(""))
                if stem != tail:
                    self._stems[stem].append(doc_id)

    def resolve(self, name: str) -> tuple[str, ...]:
        """List the ids a name may mean: the id itself, else ids it is the end of, else ids it is the stem of.

        A longer path than the id's is also taken: one that ends in the whole id.
        """
        name = _clean_name(name)
        if name in self._documents:
            return (name,)
        found = self._tails.get(name) or self._stems.get(name)
        if found:
            return tuple(found)
        parts = PurePosixPath(name).parts
        longer = ("/".join(parts[i:]) for i in range(1, len(parts) - 1))
        return next(((tail,) for tail in longer if tail in self._documents), ())

    def aim(self, question: Question, docs: Sequence[str]) -> Target:
        """Locate a question's quotes in documents; where it names none, exactly in all there are."""
        exact = not question.docs and not docs
        searched = list(self._documents) if exact else docs
        evidence = tuple(self._locate(quote, searched, question.answers, exact) for quote in question.evidence)
        alternatives = tuple(self._locate(quote, searched, question.answers, exact) for quote in question.alt_evidence)
        if not question.docs:
            docs = sorted({place.doc_id for quote in evidence + alternatives for place in quote.places})
        return Target(tuple(docs), evidence, alternatives)

    def find(self, quote: str, doc_id: str, *, exact: bool = False) -> list[Place]:
        """Find a quote in a document: exactly, else with case, white space, dashes and quotation marks unified.

        exact: leave the second search out, which has to walk the whole text character by character.
        """
        text = self._documents[doc_id]
        quote = to_nfc(quote).strip()
        spans = [(at, at + len(quote)) for at in _occurrences(text, quote)]
        if not spans and not exact:
            squeezed, offsets = self._squeeze(doc_id, text)
            wanted, _ = _squeeze_text(quote)
            spans = [(offsets[at], offsets[at + len(wanted) - 1] + 1) for at in _occurrences(squeezed, wanted)]
        return [Place(doc_id, start, end, text[start:end]) for start, end in spans]

    def _locate(self, quote: str, docs: Iterable[str], answers: Sequence[str], exact: bool) -> LocatedQuote:
        places = tuple(place for doc_id in docs for place in self.find(quote, doc_id, exact=exact))
        return LocatedQuote(quote, places, tuple(_narrow(place, answers) for place in places))

    def _squeeze(self, doc_id: str, text: str) -> tuple[str, list[int]]:
        if doc_id not in self._squeezed:
            if len(self._squeezed) >= _CACHED:
                self._squeezed.clear()
            self._squeezed[doc_id] = _squeeze_text(text)
        return self._squeezed[doc_id]


def resolve_documents(questions: Iterable[Question], corpus: Corpus) -> tuple[dict[str, list[str]], list[Unresolved]]:
    """Resolve the documents of each question. Returns ids by question id, and the names that are not one document.

    A name with several candidates keeps them all, so that the quote decides among files of the same name.
    """
    resolved: dict[str, list[str]] = {}
    problems = []
    for question in questions:
        ids: dict[str, None] = {}
        for name in question.docs:
            candidates = corpus.resolve(name)
            ids.update(dict.fromkeys(candidates))
            if len(candidates) != 1:
                problems.append(Unresolved(question.id, name, candidates))
        resolved[question.id] = list(ids)
    return resolved, problems


def _clean_name(name: str) -> str:
    return to_nfc(name).replace("\\", "/").removeprefix("./").rstrip("/")


def _occurrences(text: str, wanted: str) -> list[int]:
    found = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + len(wanted))
    return found


def _squeeze_text(text: str) -> tuple[str, list[int]]:
    """Drop white space and invisible characters, unify case, dashes and quotation marks.

    Returns the text and, for each of its characters, its offset in the one given.
    """
    kept = [i for i, c in enumerate(text) if not c.isspace() and c not in _INVISIBLE]
    return "".join(_lower(text[i]) for i in kept).translate(_SAME), kept


def _lower(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def _narrow(place: Place, answers: Sequence[str]) -> Place:
    held = [(a, b) for a, b in sentences(place.text) if contains_answer(place.text[a:b], answers)]
    if not held:
        return place
    start, end = held[0][0], held[-1][1]
    return Place(place.doc_id, place.start + start, place.start + end, place.text[start:end])
