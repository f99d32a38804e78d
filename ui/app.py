"""The chat page: Gradio's components, and what happens when a reader asks.

Annotations are evaluated here, where Gradio is imported inside functions: it reads them at run time.
"""

import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from rag.errors import ConfigError, QuestionError, RagError, ServiceError
from rag.server.errors import tell_mistakes
from rag.server.schemas import AskIn
from rag.types import Answer, Step
from rag.wire import answer_json
from ui.advanced import draw_about
from ui.asking import follow_question
from ui.evaluation import evaluation_tab
from ui.filtering import draw_form, find_unknown, read_filters, say_filters
from ui.kept import KeptTalks
from ui.markup import html_block
from ui.quiet import keep_quiet
from ui.render import render_welcome
from ui.reports import reports_tab
from ui.talk import (
    Exchange,
    begin,
    draw_earlier,
    draw_exchange,
    explain,
    history_of,
    problem_with,
)
from ui.words import EN, words

if TYPE_CHECKING:
    import gradio as gr

    from rag.serving import Service

logger = logging.getLogger(__name__)

#: Example questions that are offered.
N_EXAMPLES = 6
#: How many reports the filter offers by name; more make the page heavy.
_MAX_CHOICES = 500
#: Events of all readers that Gradio lets wait; how many questions wait is the service's to say.
QUEUE_SIZE = 64

Talk = list[Exchange]


def build_chat(service: "Service", kept: KeptTalks, language: str) -> "gr.Blocks":
    """Build the page in one language. kept: the conversations, of both languages."""
    import gradio as gr

    says = words(language)
    blocks: gr.Blocks
    with gr.Blocks(title=says["title"], analytics_enabled=False, fill_width=True) as blocks:
        if language == "vi":
            # Before all else: events are named by their functions, and Gradio numbers a name that is taken.
            gr.api(_program_door(service), api_name="ask", concurrency_limit=16)  # type: ignore[attr-defined]
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(says["tab_ask"], elem_id="tab-ask", id="ask") as ask_tab:
                greeting = html_block(elem_id="greeting")
                earlier = html_block(elem_id="earlier")
                now = html_block(elem_id="now")
                with gr.Column(elem_id="examples", visible=False) as examples:
                    html_block(f'<p class="lead">{says["examples"]}</p>')
                    buttons = [
                        gr.Button("", visible=False, elem_classes="example", size="lg") for _ in range(N_EXAMPLES)
                    ]
                with gr.Column(elem_id="composer"):
                    with gr.Row(elem_id="ask-row"):
                        question = gr.Textbox(
                            label=says["question"],
                            show_label=False,
                            placeholder=says["placeholder"],
                            elem_id="question",
                            lines=1,
                            max_lines=8,
                            container=False,
                            scale=1,
                            html_attributes=gr.InputHTMLAttributes(lang=language, enterkeyhint="send"),
                        )
                        send = gr.Button(says["send"], elem_id="send", variant="primary", scale=0, min_width=80)
                        stop = gr.Button(says["stop"], elem_id="stop", visible="hidden", scale=0, min_width=80)
                    with gr.Row(elem_id="beside"):
                        with gr.Accordion(says["filters"], open=False, elem_id="filters"):
                            filters = draw_form(language)
                        anew = gr.Button(says["new"], elem_id="new", visible="hidden", scale=0)
            with gr.Tab(says["tab_reports"], elem_id="tab-reports", id="reports"):
                reports_tab(service, language)
            with gr.Tab(says["tab_advanced"], elem_id="tab-advanced", id="advanced") as advanced_tab:
                gr.Checkbox(label=says["advanced_scores"], elem_id="show-scores", value=False, container=False)
                about = html_block(elem_id="about")
                evaluation_tab(service, language)

        page = [earlier, now, question, send, stop, anew]

        #: Conversations whose last question is being answered.
        asking: set[str] = set()

        def draw(named: str, said: Talk, *, typed: str | None = None) -> list[Any]:
            """Keep a conversation and lay out the page for it.

            named: its key. typed: what the question's field is to hold, None to leave it.
            """
            kept.put(named, said)
            busy = bool(said) and said[-1].is_open
            return [
                draw_earlier(said, language),
                draw_exchange(said[-1], language) if said else "",
                gr.skip() if typed is None else gr.update(value=typed),
                gr.update(visible="hidden" if busy else True),
                gr.update(visible=True if busy else "hidden"),
                gr.update(visible=True if said and not busy else "hidden"),
            ]

        async def take_turn(typed: Any, request: gr.Request, *filled: Any) -> AsyncGenerator[list[Any], None]:
            asked = str(typed or "").strip()
            named = _talk_name(request)
            said = kept.get(named)
            if said and said[-1].is_open:
                # The page was left or the server restarted in the middle of it.
                said = said[:-1]
            problem, wanted = problem_with(asked, language), None
            try:
                wanted = read_filters(*filled)
            except RagError as exc:
                problem = problem or explain(exc, language)
            problem = problem or find_unknown(wanted, service.documents, language)
            history = history_of(said)
            said = begin(said, asked[:200], say_filters(wanted, language))
            if problem:
                yield draw(named, [*said[:-1], replace(said[-1], problem=problem)])
                return
            said = [*said[:-1], replace(said[-1], question=asked)]
            yield draw(named, said, typed="")
            client = request.client.host if request and request.client else "local"
            told = follow_question(service, asked, filters=wanted, history=history, client=client)
            asking.add(named)
            try:
                async with aclosing(told):
                    async for what in told:
                        said = [*said[:-1], _after(said[-1], what, service, language)]
                        yield draw(named, said)
            finally:
                asking.discard(named)

        def stopped(request: gr.Request) -> list[Any]:
            named = _talk_name(request)
            said = kept.get(named)
            if not said:
                # A restarted server has forgotten the conversation; what the page shows may stay.
                return [gr.skip()] * 3 + [gr.update(visible=True), gr.update(visible="hidden"), gr.skip()]
            if said[-1].is_open:
                last = replace(said[-1], problem=words(language)["stopped"], was_stopped=True)
                return draw(named, [*said[:-1], last], typed=last.question)
            return draw(named, said)

        def begin_anew(request: gr.Request) -> list[Any]:
            return draw(_talk_name(request), [], typed="")

        def resume(request: gr.Request) -> list[Any]:
            """Show the conversation of a tab whose page was loaded anew."""
            named = _talk_name(request)
            said = kept.get(named)
            if not said:
                return [gr.skip()] * len(page)
            if said[-1].is_open:
                # Asked by this very page while it was opening, or given up with the page before it.
                return [gr.skip()] * len(page) if named in asking else draw(named, said[:-1])
            return draw(named, said)

        def welcome() -> list[Any]:
            """Fill in what depends on the library: when the page opens, and when a reader comes back to it."""
            found = _examples(service, language)
            return [
                _welcome(service, language),
                gr.update(visible=bool(found)),
                gr.update(choices=_choices(service)),
                *(
                    gr.update(value=found[i] if i < len(found) else "", visible=i < len(found))
                    for i in range(N_EXAMPLES)
                ),
            ]

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asked = [
            gr.on(
                [send.click, question.submit],
                take_turn,
                [question, *filters],
                page,
                concurrency_limit=None,
                **quiet,
            )
        ]
        asked += [
            button.click(take_turn, [button, *filters], page, concurrency_limit=None, **quiet) for button in buttons
        ]
        stop.click(stopped, None, page, cancels=asked, **quiet)
        anew.click(begin_anew, None, page, **quiet)
        blocks.load(resume, None, page, **quiet)
        greeted = [greeting, examples, filters[0], *buttons]
        gr.on([blocks.load, ask_tab.select], welcome, None, greeted, **quiet)
        gr.on([blocks.load, advanced_tab.select], lambda: draw_about(service, language), None, about, **quiet)
    keep_quiet(blocks)
    blocks.queue(max_size=QUEUE_SIZE, api_open=False, default_concurrency_limit=16)
    return blocks


def _talk_name(request: Any) -> str:
    """Name the conversation of a browser tab, as chat.js does with every request; else that of the page."""
    named = request.headers.get("x-talk", "")
    return named if re.fullmatch(r"[0-9a-f]{32}", named) else f"page-without-a-name-{request.session_hash}"


def _after(exchange: Exchange, what: Step | Answer | Exception, service: "Service", language: str) -> Exchange:
    """Take in what was told of a question."""
    if isinstance(what, Step):
        return replace(exchange, step=what.value)
    if isinstance(what, Answer):
        return replace(exchange, answer=answer_json(what))
    return replace(exchange, problem=explain(what, language, is_empty=not service.state().n_documents))


def _welcome(service: "Service", language: str) -> str:
    state = service.state()
    if not state.ready:
        return render_welcome(language=language, documents=None, passages=0)
    return render_welcome(language=language, documents=state.n_documents, passages=state.n_passages)


def _examples(service: "Service", language: str) -> list[str]:
    """Give example questions; none where the library cannot give any: the page does without."""
    try:
        return service.examples(language, N_EXAMPLES)
    except Exception as exc:  # noqa: BLE001 - a page without examples is still a page
        logger.warning("no example questions: %s", type(exc).__name__)
        return []


def _choices(service: "Service") -> list[tuple[str, str]]:
    try:
        cards = service.documents()
    except RagError:
        return []
    return [(card.title[:90] or card.id, card.id) for card in cards[:_MAX_CHOICES]]


def _program_door(service: "Service") -> Any:
    """Make what gradio_client calls: Client(url).predict("câu hỏi", api_name="/ask")."""
    import gradio as gr

    def ask(
        question: str,
        history: list[dict[str, str]] | None = None,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
    ) -> dict[str, Any]:
        """Answer a question with citations: the same object as POST /v1/ask."""
        given = {"question": question, "history": history or [], "filters": filters or {}, "top_k": top_k}
        try:
            asked = AskIn.model_validate(given)
            turns = [turn.value() for turn in asked.history]
            answer = service.ask(
                asked.question, top_k=asked.top_k, filters=asked.filters.value(), history=turns, client="program"
            )
        except ValidationError as exc:
            mistakes = [{**mistake, "loc": ("data", *mistake["loc"])} for mistake in exc.errors()]
            raise gr.Error(tell_mistakes(mistakes), print_exception=False) from None
        except (QuestionError, ConfigError, ServiceError) as exc:
            raise gr.Error(str(exc), print_exception=False) from None
        except RagError as exc:
            # Their own words name places of this machine.
            said = explain(exc, EN, is_empty=not service.state().n_documents)
            raise gr.Error(said, print_exception=False) from None
        return answer_json(answer)

    return ask
