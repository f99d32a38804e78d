"""Tell which elements of a page a reader does not see."""

from __future__ import annotations

import re
from typing import Any

_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SIMPLE = re.compile(r"[.#][\w\-]+$")
_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.I,
)
# Classes that hide by convention, and parts of a page that are never the report.
# fmt: off
_CLASSES = frozenset((
    "d-none", "hidden", "hide", "sr-only", "visually-hidden", "screen-reader-text", "nav", "navbar", "menu",
    "breadcrumb", "breadcrumbs", "footer", "sidebar", "cookie", "cookies", "share", "social-share", "social", "related",
    "related-news", "ads", "advert", "advertisement", "pagination", "comments",
))
# fmt: on


def hidden_names(styles: str) -> frozenset[str]:
    """List the ``.class`` and ``#id`` selectors that a page's own style sheets hide on a screen."""
    names: set[str] = set()
    for selectors, body in _RULE.findall(_without_at_rules(_COMMENT.sub("", styles))):
        if _HIDING.search(body):
            names.update(s for s in map(str.strip, selectors.split(",")) if _SIMPLE.match(s))
    return frozenset(names)


def is_hidden(node: Any, names: frozenset[str]) -> bool:
    """Say whether an element is hidden, by its attributes, its classes or a style sheet's ``names``."""
    if node.hasattr("hidden") or node.getattr("aria-hidden", "") == "true":
        return True
    style = node.getattr("style", "")
    if style and _HIDING.search(style):
        return True
    classes = (node.getattr("class", "") or "").split()
    if any(name.lower() in _CLASSES or f".{name}" in names for name in classes):
        return node.tag not in ("body", "html", "main", "article")
    return bool(names) and f"#{node.getattr('id', '')}" in names


def _without_at_rules(styles: str) -> str:
    """Take out ``@media`` and its like with all they hold: what is hidden in print is not hidden."""
    kept = []
    position = 0
    while (at := styles.find("@", position)) >= 0:
        kept.append(styles[position:at])
        brace = styles.find("{", at)
        semicolon = styles.find(";", at)
        if brace < 0 or 0 <= semicolon < brace:
            position = semicolon + 1 if semicolon >= 0 else len(styles)
            continue
        depth = 1
        position = brace + 1
        while depth and position < len(styles):
            depth += {"{": 1, "}": -1}.get(styles[position], 0)
            position += 1
    kept.append(styles[position:])
    return "".join(kept)
