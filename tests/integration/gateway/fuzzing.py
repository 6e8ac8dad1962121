"""schemathesis over the OpenAPI document: requests as it describes them, right and wrong, of several people, with real ids."""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import Any, Final
from uuid import UUID

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
_ENDS_SESSIONS: Final = {"sign_in", "sign_out", "change_password", "end_sessions", "end_other_sessions", "end_session"}
_GOES_ON: Final = "text/event-stream"
_SECONDS_MAX: Final = 60.0
_WHEN: Final = {"L2C-As-Of": "2026-04-01T02:00:00Z"}
"""The instant of the examples."""

Operation = APIOperation[Any, Any, Any, Any]
Pool = Mapping[str, Sequence[str]]
"""Name of an id → ids that there are."""


def operations() -> list[Operation]:
    """All that one can try without ending what the others stand on, and whose answers end."""
    schemathesis.serializer.alias(_SHEET, "application/octet-stream")
    schema = schemathesis.openapi.from_dict(openapi_of(Gateway))
    schema.config.generation.update(with_security_parameters=False)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [each for each in found if name_of(each) not in _ENDS_SESSIONS and _GOES_ON not in _answered_as(each)]


def _answered_as(operation: Operation) -> set[str]:
    answers = operation.definition.raw["responses"].values()
    return {media_type for answer in answers for media_type in answer.get("content", {})}


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
        if "get" not in operations_at or "{" in path or "." in path or _GOES_ON in str(operations_at["get"]["responses"]):
            continue
        for caller in callers:
            answer = caller.get(path.removeprefix(_API))
            if answer.status_code == 200:
                noun = _one_of(path.rpartition("/")[2])
                for name, value in _ids_in(answer.json()):
                    found[f"{noun}_id" if name == "id" else name].setdefault(value)
    # Who may be changed, and dismissed, is anybody but those who ask.
    for caller in callers:
        found["user_id"].pop(caller.get("/session").json()["user"]["id"], None)
    return {name: list(values) for name, values in found.items()}


def filled(operation: Operation, pool: Pool) -> str:
    """The operation's path below ``/api/v1``, with ids that there are; else with the document's examples."""
    examples = {each["name"]: each["example"] for each in operation.definition.raw["parameters"] if each["in"] == "path"}
    return re.sub(r"{(\w+)}", lambda name: (pool.get(name[1]) or [examples[name[1]]])[0], operation.path.removeprefix(_API))


def refused_of_its_example(operation: Operation, callers: Sequence[Client], pool: Pool) -> set[tuple[str, str]]:
    """What is found wrong in the example of the operation's body, with ids that there are: (field, code).

    Empty where one of the callers may do it, or is not told what is wrong in it: who is told is told all there is.
    """
    body = deepcopy(operation.definition.raw["requestBody"]["content"]["application/json"]["example"])
    _fill(body, pool)
    wrong: set[tuple[str, str]] = set()
    for caller in callers:
        answer = caller.request(operation.method.upper(), filled(operation, pool), json=body, headers=_WHEN)
        if answer.status_code < 300:
            return set()
        if answer.status_code == 422:
            wrong |= {(error["field"], error["code"]) for error in answer.json()["errors"]}
    return wrong


def _fill(node: Any, pool: Pool) -> None:
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str) and pool.get(name):
                node[name] = pool[name][0]
            elif isinstance(value, list) and pool.get(name.removesuffix("s")):
                node[name] = list(pool[name.removesuffix("s")][:1])
            else:
                _fill(value, pool)
    elif isinstance(node, list):
        for each in node:
            _fill(each, pool)


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
