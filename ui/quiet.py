"""What goes wrong inside Gradio goes to the log without its words.

Gradio prints such errors, and with them the values that it was given: questions, in lines that are no log's.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

logger = logging.getLogger(__name__)

_SAID = (
    "the chat could not do this; /ask takes question, history, filters and top_k, and without gradio_client all four "
    'of them: {"data": ["câu hỏi", null, null, 10]}. The server\'s log says more'
)


def keep_quiet(blocks: gr.Blocks) -> None:
    """Let no event of a page print anything."""
    import gradio

    process = blocks.process_api

    async def process_quietly(*given: Any, **named: Any) -> dict[str, Any]:
        try:
            return await process(*given, **named)
        except gradio.Error as exc:
            exc.print_exception = False
            raise
        except Exception as exc:
            logger.exception("an event of the chat failed")
            raise gradio.Error(_SAID, visible=False, print_exception=False) from exc

    blocks.process_api = process_quietly  # type: ignore[method-assign]
