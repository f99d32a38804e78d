"""The tab "Báo cáo": an empty column that tabs.js fills from the HTTP API, so that no report ever passes as markup."""

from __future__ import annotations

from rag.serving import Service


def reports_tab(service: Service, language: str) -> None:
    """Make the tab's column, inside a ``gr.Tab``. The list, the drop zone and the forms are made by its script."""
    import gradio as gr

    gr.Column(elem_id="reports-tab", elem_classes=[f"lang-{language}"])
