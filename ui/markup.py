"""Report text → HTML that Gradio shows as it stands.

``gr.HTML`` evaluates its template as JavaScript, which a policy without ``unsafe-eval`` forbids. ``gr.Markdown``
does not, and takes one line that begins with a block tag as raw HTML: no Markdown in it is read. So every piece of
HTML for the chat is one line, and what came from a report is escaped before any tag is put around it. Gradio's
sanitizer stays on behind that: it keeps class, id, href, role and download, and drops ``data-*`` and ``aria-*``,
which chat.js adds again.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

# U+2028/9 and the controls would end the line or vanish in a browser; none of them is a word of a report.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
# A text may hold them to show itself in another order than it stands.
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Escape a text for an element or a quoted attribute, on one line. Its characters stay, but for controls."""
    text = _OVERRIDES.sub("\ufffd", _CONTROLS.sub("\ufffd", text))
    return html.escape(text, quote=True).replace("\r", "&#13;").replace("\n", "&#10;")


def html_block(markup: str = "", *, elem_id: str | None = None, visible: bool = True) -> gr.Markdown:
    """Make a component that shows HTML made by this package: one line, beginning with a block tag such as ``<div>``."""
    import gradio

    return gradio.Markdown(markup, elem_id=elem_id, visible=visible, sanitize_html=True, latex_delimiters=[])
