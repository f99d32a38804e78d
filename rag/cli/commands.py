"""The commands on reports: index, ask, retrieve, evaluate, check. Arguments ↔ Engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.answers import print_answer
from rag.cli.exit_codes import ExitCode
from rag.cli.options import (
    DateFromOption,
    DateToOption,
    DocumentOption,
    EmbedderOption,
    FirstStageOption,
    FromOption,
    Generator,
    JsonOption,
    KindOption,
    LibraryOption,
    OrganisationOption,
    PeriodOption,
    PlaceOption,
    RerankerOption,
    ThresholdOption,
    read_filters,
    to_unicode,
)
from rag.cli.printing import (
    bar,
    note,
    print_hit,
    say,
    say_json,
    tell_dense,
    tell_event,
    tell_notes,
    tell_skipped,
)
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.engine import Engine


def index_command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders of reports.")] = None,
    *,
    library: LibraryOption = None,
    embedder: EmbedderOption = None,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Remove what is gone from these folders.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Split and embed everything anew, without reading again.")
    ] = False,
    max_file_mb: Annotated[int, typer.Option("--max-file-mb", min=1, help="Skip larger files.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Add files and folders to a library, or refresh them."""
    from rag.engine import Engine

    if not paths and not rebuild:
        raise UsageError("nothing to index; name files or folders: rag index FOLDER")
    with Engine(library, embedder=embedder) as engine:
        report = engine.index(
            *(paths or []),
            remove_missing=remove_missing,
            rebuild=rebuild,
            max_file_mb=max_file_mb,
            on_event=tell_event,
            on_embed=bar("embedding"),
            on_publish=lambda name: note(f"published {name}: questions can be asked"),
        )
        tell_notes(engine)
    if as_json:
        from rag.wire import index_json

        say_json(index_json(report))
    else:
        say(
            f"{report.n_documents:,} documents, {report.n_passages:,} passages: {len(report.added)} added, "
            f"{len(report.updated)} updated, {report.unchanged} unchanged, {len(report.removed)} removed, "
            f"{len(report.skipped)} skipped"
        )
        if report.missing:
            way_out = (
                "a folder could not be looked into, so nothing was removed"
                if remove_missing
                else "--remove-missing takes them out of the library"
            )
            say(f"{len(report.missing)} documents are kept though their files are gone; {way_out}")
    if not report.n_documents and not report.skipped:
        raise UsageError(
            f"no report found in {', '.join(map(str, paths or []))}; "
            "there may be .txt, .md, .html, .docx, .pdf, .csv and .xlsx files"
        )
    if report.skipped:
        raise typer.Exit(ExitCode.SKIPPED)


def ask_command(
    question: Annotated[str, typer.Argument(help="The question, in Vietnamese (with or without accents) or English.")],
    *,
    source: FromOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=200, help="How many passages to look at.")] = 10,
    generator: Annotated[Generator, typer.Option(help="What writes the answer.")] = Generator.EXTRACTIVE,
    embedder: EmbedderOption = None,
    reranker: RerankerOption = None,
    first_stage_only: FirstStageOption = False,
    min_confidence: ThresholdOption = None,
    document: DocumentOption = None,
    date_from: DateFromOption = None,
    date_to: DateToOption = None,
    period: PeriodOption = None,
    place: PlaceOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
) -> None:
    """Answer a question with exact citations, or say why the reports do not answer it."""
    del generator  # only one so far
    filters = read_filters(
        document=document,
        date_from=date_from,
        date_to=date_to,
        period=period,
        place=place,
        organisation=organisation,
        kind=kind,
    )
    with _open_engine(library, source, embedder, reranker) as engine:
        engine.second_stage = not first_stage_only
        answer = engine.ask(to_unicode(question), top_k=top_k, filters=filters, min_confidence=min_confidence)
        tell_notes(engine)
    if as_json:
        from rag.wire import answer_json

        say_json(answer_json(answer))
    else:
        print_answer(answer)
    if not answer.evidence:
        note("nothing to look at: no report passes the filters, or there is none; 'rag documents' lists what there is")
    if answer.abstained:
        raise typer.Exit(ExitCode.ABSTAINED)


def retrieve_command(
    question: Annotated[str, typer.Argument(help="The question.")],
    *,
    source: FromOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    k: Annotated[int, typer.Option("-k", "--top-k", min=1, max=1000, help="How many passages.")] = 10,
    embedder: EmbedderOption = None,
    reranker: RerankerOption = None,
    first_stage_only: FirstStageOption = False,
    document: DocumentOption = None,
    date_from: DateFromOption = None,
    date_to: DateToOption = None,
    period: PeriodOption = None,
    place: PlaceOption = None,
    organisation: OrganisationOption = None,
    kind: KindOption = None,
) -> None:
    """Find the passages that bear on a question, with the score of each channel."""
    filters = read_filters(
        document=document,
        date_from=date_from,
        date_to=date_to,
        period=period,
        place=place,
        organisation=organisation,
        kind=kind,
    )
    with _open_engine(library, source, embedder, reranker) as engine:
        engine.second_stage = not first_stage_only
        hits = engine.retrieve(to_unicode(question), top_k=k, filters=filters)
        tell_notes(engine)
    if as_json:
        from rag.wire import hit_json

        say_json([hit_json(hit) for hit in hits])
    else:
        for hit in hits:
            print_hit(hit)
    if not hits:
        note("nothing found")
        raise typer.Exit(ExitCode.ABSTAINED)


def evaluate_command(
    questions: Annotated[Path, typer.Argument(help="A question set: JSON Lines, or SQuAD JSON with its own texts.")],
    *,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="The folder of reports the questions are about.")
    ] = None,
    library: LibraryOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the run's files; default runs/<set>.")] = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=200)] = 10,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many questions.")] = None,
    kinds: Annotated[list[str] | None, typer.Option("--kinds", help="Only questions of this kind; repeat.")] = None,
    embedder: EmbedderOption = None,
    reranker: RerankerOption = None,
    first_stage_only: FirstStageOption = False,
    min_confidence: ThresholdOption = None,
    thresholds: Annotated[
        bool,
        typer.Option(
            "--thresholds",
            help="Also tell what every --min-confidence would do, as a table and in threshold.svg: what is abstained "
            "from is asked a second time without a threshold.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask every question of a set and measure evidence, answers, citations and abstention."""
    from rag.engine import Engine
    from rag.evaluate import format_summary

    target = out or Path("runs") / questions.stem
    with Engine.for_questions(
        questions,
        corpus=corpus,
        library=library,
        embedder=embedder,
        reranker=reranker,
        on_event=tell_event,
        on_embed=bar("embedding"),
    ) as engine:
        engine.second_stage = not first_stage_only
        if min_confidence is not None:
            engine.min_confidence = min_confidence
        summary = engine.evaluate(
            questions,
            out=target,
            top_k=top_k,
            limit=limit,
            kinds=kinds or (),
            thresholds=thresholds,
            progress=bar("asking"),
        )
        tell_notes(engine)
    if as_json:
        from rag.evaluate import summary_json

        say_json(summary_json(summary))
    else:
        say(format_summary(summary))
        plot = "" if summary.thresholds is None else ", threshold.svg"
        say(f"\n{target}: results.jsonl, summary.json, run.trec, qrels.trec{plot}")


def check_command(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Verify every row and file of a library; mend what can be rebuilt."""
    from rag.engine import Engine

    with Engine(library) as engine:
        found = engine.check()
        about = dict(engine.library.about)
        if about["embedder"] == "builtin":
            default = engine.registry.default()
            note(
                "this library uses the built-in embedder, which needs no model; for loosely worded questions "
                f"'rag models pull {default.name}' and then 'rag index --rebuild --embedder {default.name}' do better"
            )
    if as_json:
        say_json({"damage": found, **about})
    else:
        for sentence in found:
            say(sentence)
        say(
            f"{about['n_documents']:,} documents, {about['n_passages']:,} passages, {about['n_vectors']:,} vectors "
            f"({about['embedder']}): " + (f"{len(found)} damaged, see above" if found else "all as written")
        )
        if told := tell_dense(about):
            say(told)
    if found:
        raise typer.Exit(ExitCode.DAMAGED)


def _open_engine(library: Path | None, source: Path | None, embedder: str | None, reranker: str | None) -> Engine:
    from rag.engine import Engine

    if library is not None and source is not None:
        raise UsageError("--library and --from were both given; allowed: one of them. Leave one out")
    return Engine.open(
        library,
        source=source,
        embedder=embedder,
        reranker=reranker,
        on_event=tell_skipped,
        on_embed=bar("embedding"),
    )
