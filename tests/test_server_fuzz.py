"""Requests made from the OpenAPI description: no internal error, and every answer is as described."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from rag.engine import Engine
from rag.server import ServerSettings, create_app
from rag.serving import Service
from tests.fakes import WordEmbedder, build_library

with warnings.catch_warnings():
    # Of the tool's own making, when it is imported.
    warnings.simplefilter("ignore")
    import schemathesis

CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]
#: Requests of each operation.
N_EXAMPLES = 40


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = tmp_path_factory.mktemp("fuzz") / "library"
    embedder = WordEmbedder()
    build_library(library, embedder=embedder)
    service = Service(Engine(library, embedder=embedder))
    service.warm()
    app = create_app(service, ServerSettings(allow_hosts=("testserver",), library=library))
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    service.close()


def test_every_answer_is_as_described_and_none_an_internal_error(schema):
    seen = []
    for found in schema.get_all_operations():
        operation = found.ok()
        seen.append(operation.definition.raw["operationId"])

        @settings(
            max_examples=N_EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        call()

    assert len(seen) == len(set(seen)) == 17
