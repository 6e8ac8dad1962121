"""Wrong input of every kind, for every place in a request, and what its answers have in common."""

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any, Final

import requests

from tests.integration.gateway.company import Client
from tests.integration.gateway.documented_routes import FIRST, DocumentedRoute

BAD_VALUES: Final[tuple[Any, ...]] = (
    None,
    -1,
    0.5,
    10**40,
    True,
    "",
    "0",
    "NaN",
    "-0.0000001",
    "1.005",
    "x\0",
    "\ud800",
    "很" * 6000,
    [None],
    {"\0": 1},
    "0001-01-01",
    "9999-12-31",
    "9999-12",
)
_EDGES: Final = ("1900-01", "2999-12", "1900-01-01", "2999-12-31")
"""Right ones: the first and the last month and day there are, before and after which nothing can be computed."""
BAD_TEXTS: Final = ("", "\0", "9" * 40, "NaN", "0", "-1", "0001-01-01", "9999-12-31", "9999-12", "🙂" * 3000, *_EDGES)
BAD_IDS: Final = ("x", "%00", "%ED%A0%80", "x" * 3000)
BAD_BODIES: Final = (b"[]", b"null", b"{", b'{"a":NaN}', b"\xff", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}")


def assert_told(why: Any, answer: requests.Response) -> None:
    """No fault; and what is wrong is told by its field and in words."""
    assert answer.status_code < 500, (why, answer.text)
    if answer.status_code == 422:
        problem = answer.json()
        assert problem["errors"] or problem["code"] != "invalid_input", (why, problem)
        for error in problem["errors"]:
            assert error["message"] not in ("", error["code"]), (why, error, "has no words")


def bad_requests(
    client: Client, route: DocumentedRoute, ids: dict[str, str], right: Any = None
) -> Iterator[tuple[Any, requests.Response]]:
    """One wrong thing at a time, wherever a request to the route can have one.

    :param ids: of what there is, by path variable.
    :param right: a body that is right but for that one thing; else one that has the right shape at least.
    :returns: what was wrong, and the answer.
    """
    path, sample = route.at(**ids), right or route.sample()
    for name in route.path_variables:
        for bad in BAD_IDS:
            yield (name, bad), client.request(route.method, route.at(**{**ids, name: bad}), json=sample)
    for name in dict.fromkeys((*route.query, "cursor", "sort", "colour")):
        # What the route does not take is refused by its name, whatever it is.
        for bad in BAD_TEXTS if name in route.query else BAD_TEXTS[:2]:
            yield (name, bad), client.request(route.method, path, params={name: bad}, json=sample)
        # Half a character, which no client library writes.
        yield (name, "%ED%A0%80"), client.request(route.method, f"{path}?{name}=%ED%A0%80", json=sample)
    if sample is None:
        return
    for raw in BAD_BODIES:
        yield raw[:20], client.request(route.method, path, data=raw, headers={"Content-Type": "application/json"})
    for field in (*route.fields(), ("colour",), ("\0",)):
        for bad in BAD_VALUES if field[0] not in ("colour", "\0") else BAD_VALUES[:1]:
            body = _with(sample, field, bad)
            headers = {"Content-Type": "application/json"}
            yield (field, bad), client.request(route.method, path, data=json.dumps(body), headers=headers)
    for tag in ('"99999999999999999999999999"', "x"):
        yield tag, client.request(route.method, path, json=sample, headers={"If-Match": tag})


def _with(sample: Any, field: tuple[str, ...], value: Any) -> Any:
    body = deepcopy(sample)
    inner = body
    for name, following in pairwise(field):
        inner = inner[0] if name == FIRST else inner.setdefault(name, [{}] if following == FIRST else {})
    inner[field[-1]] = value
    return body
