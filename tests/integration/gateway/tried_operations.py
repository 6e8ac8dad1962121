"""The operations of the OpenAPI document as they are tried: with ids that there are, and with their own examples."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tests.integration.gateway.company import Client
from tests.integration.gateway.documented_routes import API, described

_ENDS_SESSIONS: Final = {"sign_in", "sign_out", "change_password", "end_sessions", "end_other_sessions", "end_session"}
_GOES_ON: Final = "text/event-stream"
_WHEN: Final = {"L2C-As-Of": "2026-04-01T02:00:00Z"}
"""The instant of the examples."""

Pool = Mapping[str, Sequence[str]]
"""Name of an id → ids that there are."""


@dataclass(frozen=True)
class Operation:
    """
    :ivar raw: as the document has it.
    """

    method: str
    path: str
    raw: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.raw["operationId"])


def operations() -> list[Operation]:
    """All that one can try without ending what the others stand on, and whose answers end."""
    found = [
        Operation(method.upper(), path, raw) for path, methods in described()["paths"].items() for method, raw in methods.items()
    ]
    return [each for each in found if each.name not in _ENDS_SESSIONS and _GOES_ON not in _answered_as(each)]


def _answered_as(operation: Operation) -> set[str]:
    return {media_type for answer in operation.raw["responses"].values() for media_type in answer.get("content", {})}


def ids_there_are(callers: Sequence[Client]) -> Pool:
    """What the lists show to one or the other, by the names that ids have in paths, queries and bodies."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for path, operations_at in described()["paths"].items():
        if "get" not in operations_at or "{" in path or "." in path or _GOES_ON in str(operations_at["get"]["responses"]):
            continue
        for caller in callers:
            answer = caller.get(path.removeprefix(API))
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
    examples = {each["name"]: each["example"] for each in operation.raw["parameters"] if each["in"] == "path"}
    return re.sub(r"{(\w+)}", lambda name: (pool.get(name[1]) or [examples[name[1]]])[0], operation.path.removeprefix(API))


def refused_of_its_example(operation: Operation, callers: Sequence[Client], pool: Pool) -> set[tuple[str, str]]:
    """What is found wrong in the example of the operation's body, with ids that there are: (field, code).

    Empty where one of the callers may do it, or is not told what is wrong in it: who is told is told all there is.
    """
    body = deepcopy(operation.raw["requestBody"]["content"]["application/json"]["example"])
    _fill(body, pool)
    wrong: set[tuple[str, str]] = set()
    for caller in callers:
        answer = caller.request(operation.method, filled(operation, pool), json=body, headers=_WHEN)
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
