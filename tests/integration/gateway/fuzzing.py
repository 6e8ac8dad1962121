"""schemathesis over the OpenAPI document: requests as it describes them, right and wrong, of several people, with real ids."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID, uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation

from gateway.openapi import openapi_of
from gateway.service import Gateway
from tests.documented_answers import BEFORE_ANY_ROUTE
from tests.integration.gateway.company import Client

CHECKED: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
_API: Final = "/api/v1"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ENDS_THE_SESSION: Final = {"sign_in", "sign_out", "change_password"}
_SECONDS_MAX: Final = 60.0

Operation = APIOperation[Any, Any, Any, Any]
Pool = Mapping[str, Sequence[str]]
"""Name of an id → ids that there are."""


def operations() -> list[Operation]:
    """All that one can try without ending what the others stand on."""
    schemathesis.serializer.alias(_SHEET, "application/octet-stream")
    schema = schemathesis.openapi.from_dict(openapi_of(Gateway))
    schema.config.generation.update(with_security_parameters=False)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [each for each in found if name_of(each) not in _ENDS_THE_SESSION]


def name_of(operation: Operation) -> str:
    return str(operation.definition.raw["operationId"])


def try_out(operation: Operation, callers: Sequence[Client], pool: Pool, *, examples: int) -> None:
    """Send so many right requests and as many wrong ones, the same in every run.

    :raises schemathesis.core.failures.FailureGroup: a fault, or an answer that the document does not promise.
    """
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


def ids_there_are(callers: Sequence[Client]) -> Pool:
    """What the lists show to one or the other, by the names that ids have in paths, queries and bodies."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for path, operations_at in openapi_of(Gateway)["paths"].items():
        if "get" not in operations_at or "{" in path or "." in path or "stream" in path:
            continue
        for caller in callers:
            answer = caller.get(path.removeprefix(_API))
            if answer.status_code == 200:
                noun = _one_of(path.rpartition("/")[2])
                for name, value in _ids_in(answer.json()):
                    found[f"{noun}_id" if name == "id" else name].setdefault(value)
    return {name: list(values) for name, values in found.items()}


def filled(operation: Operation, pool: Pool) -> str:
    """The operation's path below ``/api/v1``, with ids that there are."""
    return re.sub(r"{(\w+)}", lambda name: (pool.get(name[1]) or [str(uuid4())])[0], operation.path.removeprefix(_API))


def _one_of(noun: str) -> str:
    for many, one in (("ies", "y"), ("sses", "ss"), ("ases", "as"), ("s", "")):
        if noun.endswith(many):
            return noun.removesuffix(many).replace("-", "_") + one
    return noun.replace("-", "_")


def _put_ids(case: Any, pool: Pool, at: int) -> None:
    for holder in (case.path_parameters, case.query, case.body):
        if isinstance(holder, dict):
            for name in holder:
                if pool.get(name):
                    holder[name] = pool[name][at % len(pool[name])]


def _ids_in(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _ids_in(value, key)
    elif isinstance(node, list):
        for each in node:
            yield from _ids_in(each, name.removesuffix("s"))
    elif isinstance(node, str) and (name == "id" or name.endswith("_id")) and _is_id(node):
        yield name, node


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
