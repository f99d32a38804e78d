"""The filters of the chat: the form that offers them, what it holds, and what was asked for in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.filters import make_filters
from rag.text import to_nfc
from rag.types import DocumentCard, Filters, PartKind
from ui.words import words, write_date, write_period

if TYPE_CHECKING:
    from gradio.components import Component

_DAY_FIRST = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")


def draw_form(language: str) -> list[Component]:
    """Put the fields on the page, in the order in which read_filters takes what they hold."""
    import gradio as gr

    says = words(language)

    def field(name: str, hint: str) -> gr.Textbox:
        return gr.Textbox(label=says[name], placeholder=says[hint], max_lines=1, elem_id=name.replace("_", "-"))

    documents = gr.Dropdown(
        [],
        label=says["filter_documents"],
        multiselect=True,
        allow_custom_value=True,
        value=[],
        elem_id="filter-reports",
    )
    with gr.Row():
        dates = [field(name, "filter_date_hint") for name in ("filter_from", "filter_to")]
        place = field("filter_place", "filter_place_hint")
    with gr.Row():
        period = field("filter_period", "filter_period_hint")
        organisation = field("filter_organisation", "filter_organisation_hint")
        kinds = gr.Dropdown(
            [(says[f"kind_{kind}"], kind.value) for kind in PartKind],
            label=says["filter_kinds"],
            multiselect=True,
            value=[],
            elem_id="filter-kinds",
        )
    return [documents, *dates, place, period, organisation, kinds]


def read_filters(  # noqa: PLR0917 - a form's values come in their places
    documents: object,
    date_from: object,
    date_to: object,
    place: object,
    period: object = None,
    organisation: object = None,
    kinds: object = None,
) -> Filters | None:
    """Make filters of what the form holds; None where nothing is filled in. Raises ConfigError."""
    filters = make_filters(
        documents=_list(documents),
        date_from=read_date(date_from),
        date_to=read_date(date_to),
        period=_text(period),
        place=_text(place),
        organisation=_text(organisation),
        kinds=_list(kinds),
    )
    return None if filters == Filters() else filters


def _text(typed: object) -> str | None:
    return str(typed or "").strip() or None


def _list(chosen: object) -> list[str]:
    return [str(one) for one in chosen] if isinstance(chosen, list | tuple) else []


def read_date(typed: object) -> str | None:
    """Read a date as people type it, 19/7/2023 or 7/2023, into ISO; anything else stays as it is."""
    text = str(typed or "").strip()
    match = _DAY_FIRST.fullmatch(text)
    if match is None or (match[2] is None and text == match[3]):
        return text or None
    return "-".join(part.zfill(2) for part in (match[3], match[2], match[1]) if part)


def find_unknown(filters: Filters | None, documents: Callable[[], Sequence[DocumentCard]], language: str) -> str:
    """Say which report of the filters is not in the library, whose silence would be no answer; "" where all are."""
    wanted = filters.documents if filters else ()
    known = {card.id for card in documents()} if wanted else set()
    strange = next((doc_id for doc_id in wanted if known.isdisjoint((doc_id, to_nfc(doc_id)))), None)
    return words(language)["error_unknown_report"].format(name=strange[:80]) if strange else ""


def say_filters(filters: Filters | None, language: str) -> str:
    """Write filters in words."""
    if filters is None:
        return ""
    says = words(language)
    said = list(filters.documents)
    if filters.date_from:
        said.append(f"{says['filter_from']} {write_date(filters.date_from)}")
    if filters.date_to:
        said.append(f"{says['filter_to']} {write_date(filters.date_to)}")
    if filters.period:
        said.append(says["period"].format(period=write_period(filters.period, language)))
    said += filter(None, (filters.place, filters.organisation))
    said += [says[f"kind_{kind}"] for kind in filters.kinds]
    return ", ".join(said)
