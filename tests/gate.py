"""Answers for the gate: hand-written paraphrases and extracts that are true, and what is made of them that is not.

A trial is one answer with its citations, over reports that stand in memory. A lie changes the words of the answer
(tests/gate_corruptions.py); the others change the citation: another report's similar sentence, offsets that moved,
a quote nobody wrote, or the same sentence in a report of another district, year or role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answer.verify import Verified
from rag.figures.headings import Outline
from rag.figures.stated import Setting
from rag.reading.files import make_document, read_file
from rag.text import sentences
from rag.types import Citation, Document
from tests.gate_corruptions import _YEAR as YEAR
from tests.gate_corruptions import DISTRICTS, FIRMS, PROVINCES, figures_of, lies_about, values_of

CASES = Path(__file__).with_name("gate_cases.jsonl")
SEEDS = Path(__file__).parents[1] / "seeds"
NEXT_TASKS = "II. PHƯƠNG HƯỚNG, NHIỆM VỤ, CHỈ TIÊU NĂM SAU"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a report. start: where they stand in it."""

    doc_id: str
    start: int
    text: str

    def cite(self, n: int) -> Citation:
        """Cite them as number n."""
        end = self.start + len(self.text)
        return Citation(
            n, self.doc_id, f"{self.doc_id}#{self.start}-{end}", "", None, self.start, end, self.text, False
        )


@dataclass(frozen=True, slots=True)
class Case:
    """An answer that is true of its quotes. kind: of paraphrase, or ``extract``."""

    id: str
    kind: str
    language: str
    claim: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer to be judged. kind: what was done to it, "" for a true one. document: stands in for the report."""

    id: str
    kind: str
    language: str
    text: str
    citations: tuple[Citation, ...]
    setting: Setting | None = None
    document: Document | None = None


class Shelf:
    """Reports in memory, with the setting of each of their paragraphs."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.settings: dict[str, Mapping[int, Setting] | Outline] = {}

    def document(self, doc_id: str) -> Document:
        return self.documents[doc_id]

    def setting(self, doc_id: str, start: int) -> Setting:
        known = self.settings[doc_id]
        if isinstance(known, Outline):
            return known.setting_at(start)
        return known[max((at for at in known if at <= start), default=min(known))]


# -- what is true ---------------------------------------------------------------------------------------


def load_cases(shelf: Shelf) -> list[Case]:
    """Load the paraphrases; each report becomes one document of its paragraphs."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    reports: dict[str, dict[str, Setting]] = {}
    for row in rows:
        reports.setdefault(row["report"], {})[row["quote"]] = _setting(row["setting"])
    places: dict[tuple[str, str], Quote] = {}
    for doc_id, paragraphs in reports.items():
        settings: dict[int, Setting] = {}
        text = next(iter(paragraphs.values())).title + "\n\n"
        for quote, setting in paragraphs.items():
            settings[len(text)] = setting
            places[doc_id, quote] = Quote(doc_id, len(text), quote)
            text += quote + "\n\n"
        shelf.documents[doc_id] = replace(make_document(doc_id, "x", source="gate"), text=text, parts=())
        shelf.settings[doc_id] = settings
    return [
        Case(
            id=row["id"],
            kind=row["kind"],
            language=row["language"],
            claim=row["claim"],
            quotes=tuple(places[row["report"], side["quote"]] for side in (row, row.get("second")) if side),
        )
        for row in rows
    ]


def _setting(given: Mapping[str, object]) -> Setting:
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return Setting(**{**given, **lists})  # type: ignore[arg-type]


def load_extracts(shelf: Shelf, evidence: Iterable[tuple[Path, str]]) -> list[Case]:
    """Make a case of each sentence of evidence that stands in its report, word for word. evidence: file and quote."""
    cases: dict[tuple[str, int], Case] = {}
    for path, quote in evidence:
        if path.stem not in shelf.documents:
            shelf.documents[path.stem] = read_file(path, doc_id=path.stem, source="gate")
            shelf.settings[path.stem] = Outline(shelf.documents[path.stem])
        text = shelf.documents[path.stem].text
        at = text.find(quote)
        for start, end in sentences(quote) if at >= 0 else ():
            found = Quote(path.stem, at + start, quote[start:end])
            words = " ".join(re.sub(r"\[(\d+)\]", r"(\1)", found.text).split())
            case = Case(
                f"{path.stem}@{found.start}", "extract", shelf.documents[path.stem].language, f"{words} [1]", (found,)
            )
            cases[found.doc_id, found.start] = case
    return list(cases.values())


def evidence_of(questions: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the quotes of a question set, each with the file it stands in."""
    files = {path.stem: path for path in folder.iterdir() if path.suffix == ".txt"}
    for line in questions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for quote in row.get("evidence", ()):
            yield from ((files[stem], quote) for name in row["docs"] if (stem := name.removesuffix(".txt")) in files)


def seed_sentences() -> Iterator[tuple[Path, str]]:
    """Yield the sentences of the seed reports that hold a figure."""
    for path in sorted(SEEDS.glob("*.txt")):
        text = read_file(path, doc_id=path.stem, source="gate").text
        for start, end in sentences(text):
            if figures_of(text[start:end]) and 40 < end - start < 500 and "\n" not in text[start:end]:
                yield path, text[start:end]


def as_it_is(case: Case) -> Trial:
    """Put a case before the gate unchanged."""
    citations = tuple(quote.cite(n) for n, quote in enumerate(case.quotes, start=1))
    return Trial(case.id, "", case.language, case.claim, citations)


# -- what is not ----------------------------------------------------------------------------------------


def corrupt(case: Case, shelf: Shelf, others: Sequence[Quote]) -> Iterator[Trial]:
    """Make every lie of a case. others: quotes of all cases, among which a similar one is looked for."""
    true = as_it_is(case)
    sources = " ".join(_around(quote, shelf) for quote in case.quotes)
    for name, text in lies_about(case.claim, sources, seed=case.id):
        yield replace(true, kind=name, text=text)
    yield from _moved(case, true, shelf)
    yield from _invented(case, true)
    yield from _swapped(case, true, shelf, others)
    yield from _twins(case, true, shelf)


def _around(quote: Quote, shelf: Shelf) -> str:
    setting = shelf.setting(quote.doc_id, quote.start)
    about = (setting.title, setting.place or "", setting.organisation or "", *setting.headings)
    return " ".join((quote.text, *about))


def _moved(case: Case, true: Trial, shelf: Shelf) -> Iterator[Trial]:
    """Move the citation by three characters, or to the sentence behind it."""
    first = true.citations[0]
    yield replace(
        true, kind="shifted", citations=(replace(first, start=first.start + 3, end=first.end + 3), *true.citations[1:])
    )
    text = shelf.document(first.doc_id).text
    behind = [(a + first.end, b + first.end) for a, b in sentences(text[first.end : first.end + 2000])]
    if behind:
        start, end = behind[0]
        moved = replace(first, start=start, end=end, quote=text[start:end])
        if _tells_apart(case, (text[start:end], *(q.text for q in case.quotes[1:]))):
            yield replace(true, kind="next sentence", citations=(moved, *true.citations[1:]))


def _invented(case: Case, true: Trial) -> Iterator[Trial]:
    """Write the answer itself where the quote should stand, and a quote with a figure changed to fit."""
    first = true.citations[0]
    words = re.sub(r"\s*\[\d+\]", "", case.claim)
    if words != " ".join(first.quote.split()):
        yield replace(true, kind="invented", citations=(replace(first, quote=words), *true.citations[1:]))
    if figures := figures_of(first.quote):
        at = figures[0].start()
        digit = "7" if first.quote[at] != "7" else "3"
        quote = first.quote[:at] + digit + first.quote[at + 1 :]
        yield replace(true, kind="invented", citations=(replace(first, quote=quote), *true.citations[1:]))


def _swapped(case: Case, true: Trial, shelf: Shelf, others: Sequence[Quote]) -> Iterator[Trial]:
    """Cite the most similar sentence of another report."""
    own = case.quotes[0]
    words = set(own.text.lower().split())
    strangers = [quote for quote in others if quote.doc_id != own.doc_id and quote.text != own.text]
    best = max(
        strangers, key=lambda q: len(words & set(q.text.lower().split())) / len(words | set(q.text.lower().split()))
    )
    if _tells_apart(case, (_around(best, shelf), *(q.text for q in case.quotes[1:]))):
        yield replace(true, kind="swapped citation", citations=(best.cite(1), *true.citations[1:]))


def _tells_apart(case: Case, sources: Sequence[str]) -> bool:
    """Say whether the answer holds a figure or a negation that these sources do not: else they may carry it as well."""
    known = set().union(*map(values_of, sources))
    figures = {re.sub(r"\D", "", m.group()).strip("0") for m in figures_of(re.split(r"\[1\]", case.claim)[0])}
    return bool(figures - known)


def _twins(case: Case, true: Trial, shelf: Shelf) -> Iterator[Trial]:
    """Put beside the answer the same sentence of another district, another year, or told of a plan."""
    quote = case.quotes[0]
    setting = shelf.setting(quote.doc_id, quote.start)
    if len(case.quotes) > 1:
        return
    sources = _around(quote, shelf)
    name = setting.place or setting.organisation
    short = re.sub(r"^(?:Công ty|Ngân hàng) ", "", name or "")
    if name and short in case.claim:
        pool = PROVINCES if f"tỉnh {short}" in sources else DISTRICTS if setting.place else FIRMS
        other = next(n for n in pool if n not in sources)
        yield _twin(
            true, "twin of another place", shelf, lambda words: words.replace(name, other).replace(short, other)
        )
    years = sorted({int(m.group()) for m in YEAR.finditer(sources)} | {int(d[:4]) for d in setting.dates})
    if years and YEAR.search(case.claim):
        yield _twin(
            true, "twin of another year", shelf, lambda words: _YEARS.sub(lambda m: str(int(m.group()) - 3), words)
        )
    told = re.search(r"(?<!phấn đấu )(?<!ước )(?<!dự báo )(?<!kế hoạch )\bđạt (?=\d|trên)", quote.text)
    plain = not re.search(
        r"phấn đấu|mục tiêu|chỉ tiêu|kế hoạch|dự kiến|target|plan|aim|đặt|dự báo", sources, re.IGNORECASE
    )
    figures = figures_of(quote.text[told.end() :]) if told else []
    if told and plain and figures and figures[0].group() in case.claim:
        aimed = quote.text[: told.start()] + "phấn đấu " + quote.text[told.start() :]
        yield _twin(true, "twin of another role", shelf, lambda words: words.replace(quote.text, aimed))
    if (
        told
        and plain
        and figures
        and not setting.headings
        and case.kind != "extract"
        and not _YEARS.search(quote.text)
        and figures[0].group() in case.claim
    ):
        under = replace(setting, headings=(NEXT_TASKS,))
        yield replace(true, kind="twin under tasks", setting=under)


_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _twin(true: Trial, kind: str, shelf: Shelf, change) -> Trial:  # type: ignore[no-untyped-def]
    """Change a report and its setting alike, and cite the changed sentence."""
    first = true.citations[0]
    document = shelf.document(first.doc_id)
    setting = shelf.setting(first.doc_id, first.start)
    ahead, quote = change(document.text[: first.start]), change(first.quote)
    text = ahead + quote + change(document.text[first.end :])
    fields = ("title", "place", "organisation", "period")
    changed = {name: change(value) for name in fields if (value := getattr(setting, name))}
    lists = {name: tuple(map(change, getattr(setting, name))) for name in ("dates", "headings", "before")}
    citation = replace(first, start=len(ahead), end=len(ahead) + len(quote), quote=quote)
    about = {
        name: change(value)
        for name in ("title", "place", "organisation", "period")
        if (value := getattr(document, name))
    }
    return replace(
        true,
        kind=kind,
        citations=(citation,),
        setting=replace(setting, **changed, **lists),
        document=replace(document, text=text, parts=(), **about),
    )


# -- what became of it ----------------------------------------------------------------------------------


def stands(trial: Trial, verified: Verified) -> bool:
    """Say whether a true answer left the gate whole."""
    return " ".join(verified.text.split()) == " ".join(trial.text.split()) and all(
        check.passed for check in verified.checks
    )


def is_caught(trial: Trial, verified: Verified) -> bool:
    """Say whether the claim on the first quote, which every lie is told of or cites wrongly, did not pass as it was."""
    failed = [check for check in verified.checks if not check.passed]
    return bool(failed) and " ".join(verified.text.split()) != " ".join(trial.text.split())
