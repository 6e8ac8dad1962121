"""schemathesis over the OpenAPI document: requests as it describes them, right and wrong, of several people, with real ids.

It loads long: imported by the test that runs, and not by every worker that collects it.
"""

import zlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from tests.documented_answers import BEFORE_ANY_ROUTE
from tests.integration.gateway.company import Client
from tests.integration.gateway.documented_routes import described
from tests.integration.gateway.tried_operations import Pool

CHECKED: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SECONDS_MAX: Final = 60.0


@cache
def _operations() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """By name."""
    schemathesis.serializer.alias(_SHEET, "application/octet-stream")
    schema = schemathesis.openapi.from_dict(described())
    schema.config.generation.update(with_security_parameters=False)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {str(each.definition.raw["operationId"]): each for each in found}


def try_out(name: str, callers: Sequence[Client], pool: Pool, *, examples: int) -> None:
    """Send so many right requests and as many wrong ones, the same in every run.

    :raises schemathesis.core.failures.FailureGroup: a fault, or an answer that the document does not promise.
    """
    operation = _operations()[name]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            # Who asks, and about what, follows from the case itself: it is the same when hypothesis sends it again.
            at = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
            caller = callers[at % len(callers)]
            if at % 8:
                _put_ids(case, pool, at // 8)
            headers = {"X-CSRF-Token": str(caller.session.headers["X-CSRF-Token"]), "Connection": "keep-alive"}
            response = case.call(base_url=caller.url, session=caller.session, headers=headers, timeout=_SECONDS_MAX)
            if response.status_code not in BEFORE_ANY_ROUTE:
                case.validate_response(response, checks=CHECKS.get_by_names(CHECKED))

        with suppress(Unsatisfiable):  # where a request has nothing that could be wrong
            send()


def _put_ids(case: Any, pool: Pool, at: int) -> None:
    for holder in (case.path_parameters, case.query, case.body):
        if isinstance(holder, dict):
            for name in holder:
                if pool.get(name):
                    holder[name] = pool[name][at % len(pool[name])]
