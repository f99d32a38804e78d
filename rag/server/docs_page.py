"""/docs: every route with what it takes and gives, made from OpenAPI, without a script and from nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response

_METHODS = ("get", "post", "patch", "put", "delete")
_STYLE = """
:root { color-scheme: light dark; --paper: #faf9f6; --ink: #1d1c1a; --soft: #f0ede6; --line: #cfcabf;
  --accent: #1f5f4a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #191a1b; --ink: #ece9e2; --soft: #242526; --line: #45443f; --accent: #7cc4a8; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, "Segoe UI", Roboto,
  "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; } h2 { margin-top: 2.5rem; text-transform: capitalize; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 1rem;
  overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .75rem 0; } summary code { font-weight: 600; }
.method { display: inline-block; min-width: 4.5em; color: var(--accent); }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .375rem; }
code, pre { font: .9375rem/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace; }
table { border-collapse: collapse; width: 100%; }
td code { white-space: nowrap; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""


def add_docs_route(app: FastAPI) -> None:
    """Add /docs."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(write_docs(app.openapi()))


def write_docs(schema: dict[str, Any]) -> str:
    """Write the page of an OpenAPI description."""
    by_tag: dict[str, list[str]] = {}
    for path, operations in schema["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                tag = (operation.get("tags") or ["more"])[0]
                by_tag.setdefault(tag, []).append(_write_operation(path, method, operation, schema))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(written)}" for tag, written in by_tag.items())
    info = schema["info"]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(info['title'])}: HTTP API</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(info['title'])}: HTTP API</h1><p>{escape(info.get('description', ''))}</p>"
        '<p>For programs: <a href="/openapi.json">/openapi.json</a>. Errors always have the form '
        '<code>{"error": {"type", "message"}}</code>. Where a token is set, send '
        "<code>Authorization: Bearer $RAG_TOKEN</code>.</p>"
        f"{sections}</main></body></html>\n"
    )


def _write_operation(path: str, method: str, operation: dict[str, Any], schema: dict[str, Any]) -> str:
    parts = [f"<p>{escape(operation.get('description', ''))}</p>"] if operation.get("description") else []
    if operation.get("parameters"):
        rows = "".join(_write_parameter(parameter) for parameter in operation["parameters"])
        parts.append(f"<h3>Parameters</h3><table>{rows}</table>")
    content = operation.get("requestBody", {}).get("content", {})
    for kind, body in content.items():
        fields = _describe_fields(body.get("schema", {}), schema)
        parts.append(f"<h3>Body: {escape(kind)}</h3>{fields}")
    parts.append(f"<h3>Example</h3><pre>{escape(_write_curl(path, method, content, schema))}</pre>")
    rows = "".join(
        f"<tr><td><code>{escape(str(status))}</code></td><td>{escape(answer.get('description', ''))}"
        f"{_kinds(answer)}</td></tr>"
        for status, answer in operation["responses"].items()
    )
    parts.append(f"<h3>Answers</h3><table>{rows}</table>{_describe_answer(operation, schema)}")
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="method">{method.upper()}</span> '
        f"<code>{escape(path)}</code> — {escape(operation.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _describe_answer(operation: dict[str, Any], schema: dict[str, Any]) -> str:
    """Describe the object a request is answered with, and after it every object that stands in it."""
    given = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    written: dict[str, str] = {}
    waiting = list(_names_in(given))
    while waiting:
        name = waiting.pop(0)
        if name in written:
            continue
        model = schema["components"]["schemas"][name]
        about = escape(model.get("description", ""))
        fields = _describe_fields(model, schema)
        written[name] = f"<h4><code>{escape(name)}</code></h4><p>{about}</p>{fields}"
        waiting += [inner for field in model.get("properties", {}).values() for inner in _names_in(field)]
    return "".join(written.values())


def _names_in(field: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the objects that a field may hold, in lists too."""
    if "$ref" in field:
        yield str(field["$ref"]).rpartition("/")[2]
    for inner in [*field.get("anyOf", ()), *([field["items"]] if "items" in field else [])]:
        yield from _names_in(inner)


def _kinds(answer: dict[str, Any]) -> str:
    kinds = [kind for kind in answer.get("content", {}) if kind != "application/json"]
    return "".join(f" · <code>{escape(kind)}</code>" for kind in kinds)


def _write_parameter(parameter: dict[str, Any]) -> str:
    need = "" if parameter.get("required") else " (optional)"
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code> in {escape(parameter['in'])}{need}</td>"
        f"<td>{escape(parameter.get('description', ''))} {_type_of(parameter.get('schema', {}))}</td></tr>"
    )


def _resolve(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = str(part.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = schema.get("components", {}).get("schemas", {}).get(name, part)
    return found


def _describe_fields(part: dict[str, Any], schema: dict[str, Any]) -> str:
    resolved = _resolve(part, schema)
    required = resolved.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code>{'' if name in required else ' (optional)'}</td>"
        f"<td>{_type_of(field)} {escape(str(field.get('description', '')))}</td></tr>"
        for name, field in resolved.get("properties", {}).items()
    )
    return f"<table>{rows}</table>" if rows else ""


def _type_of(field: dict[str, Any]) -> str:
    choices = field.get("anyOf", [field])
    names = [_name_of(choice) for choice in choices]
    bounds = [
        f"{name} {part[name]}"
        for name in ("minimum", "maximum", "maxLength", "maxItems")
        for part in choices
        if name in part
    ]
    allowed = [" | ".join(map(str, field["enum"]))] if "enum" in field else []
    return escape(", ".join([" or ".join(filter(None, names)), *allowed, *bounds]))


def _name_of(part: dict[str, Any]) -> str:
    if part.get("type") == "array":
        return f"array of {_name_of(part.get('items', {}))}".removesuffix(" of ")
    return str(part.get("type") or part.get("$ref", "")).rpartition("/")[2]


def _write_curl(path: str, method: str, content: dict[str, Any], schema: dict[str, Any]) -> str:
    address = "http://127.0.0.1:7860" + path.replace("{doc_id}", "seeds/001.txt").replace("{answer_id}", "ID")
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if "application/json" in content:
        body = _resolve(content["application/json"].get("schema", {}), schema)
        example = (body.get("examples") or [{}])[0]
        sent = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        words += ["-H", "'Content-Type: application/json'", "-d", f"'{sent}'"]
    elif "multipart/form-data" in content:
        words += ["-F", "file=@report.docx"]
    elif "text/csv" in content:
        words += ["-H", "'Content-Type: text/csv'", "--data-binary", "@documents.csv"]
    return " ".join([*words, address])
