"""The evaluation under "Nâng cao": an empty column that tabs.js fills; see tab_routes for what it fetches."""

from __future__ import annotations

from rag.serving import Service


def evaluation_tab(service: Service, language: str) -> None:
    """Make the column, inside a ``gr.Tab``. Question sets, runs and results are shown by its script."""
    import gradio as gr

    gr.Column(elem_id="evaluation-tab", elem_classes=[f"lang-{language}"])
