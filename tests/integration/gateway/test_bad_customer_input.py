"""What bad input gets (spec, customer.md, "RPC, events, jobs"): a field-by-field answer naming what is wrong, and never a fault.

Of every route of the context and every field that OpenAPI documents: one that is added is tried here, too.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import pytest
import requests

from tests.integration.gateway.company import Client, RunningGateway
from tests.integration.gateway.customer_routes import CustomerRoute, customer_routes

BAD_VALUES: Final[tuple[Any, ...]] = (None, -1, 10**40, "0", "x\0", "很" * 6000, [None], {"\0": 1}, "9999-12-31")
BAD_TEXTS: Final = ("", "\0", "9" * 40, "NaN", "0", "9999-12-31", "🙂" * 3000)
BAD_IDS: Final = ("x", "%00", "%ED%A0%80", "x" * 3000)
BAD_BODIES: Final = (b"[]", b"null", b"{", b'{"a":NaN}', b"\xff", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}")


@pytest.fixture(scope="module")
def clients(house: RunningGateway) -> dict[str, Client]:
    return {login: house.client(login) for login in ("sales", "admin")}


@pytest.fixture(scope="module")
def ids(clients: dict[str, Client]) -> dict[str, str]:
    """A customer of the salesperson's, and what hangs on it."""
    sales, admin = clients["sales"], clients["admin"]
    customer = sales.post("/customers", {"name": "磐石检测", "confirm_near_duplicates": True}).json()["id"]
    path = f"/customers/{customer}"
    product = sales.post(f"{path}/products", {"type": "mms", "payment_mode": "prepaid"}).json()["id"]
    account = {"identifier": "panshi01", "signature": "磐石", "interface": "http"}
    return {
        "customer_id": customer,
        "department_id": sales.post(f"{path}/departments", {"name": "采购部"}).json()["id"],
        "contact_id": sales.post(f"{path}/contacts", {"name": "石磊"}).json()["id"],
        "log_id": sales.post(f"{path}/contact-logs", {"channel": "call", "content": "谈了价格"}).json()["id"],
        "product_id": product,
        "account_id": admin.post(f"/products/{product}/accounts", account).json()["id"],
    }


@pytest.mark.parametrize("route", customer_routes(), ids=str)
def test_bad_input_is_told_by_its_field_and_nothing_is_a_fault(
    clients: dict[str, Client], ids: dict[str, str], route: CustomerRoute
) -> None:
    # Whoever may do it, and sees the customer.
    client = clients["sales" if (route.method, route.path) == ("POST", "/customers") else "admin"]
    for why, answer in _tries(client, route, ids):
        assert answer.status_code < 500, (why, answer.text)
        if answer.status_code == 422:
            problem = answer.json()
            assert problem["errors"] or problem["code"] != "invalid_input", (why, problem)
            for error in problem["errors"]:
                assert error["message"] not in ("", error["code"]), (why, error, "has no words")


def _tries(client: Client, route: CustomerRoute, ids: dict[str, str]) -> Iterator[tuple[Any, requests.Response]]:
    path, sample = route.at(**ids), route.sample()
    for name in route.path_variables:
        for bad in BAD_IDS:
            yield (name, bad), client.request(route.method, route.at(**{**ids, name: bad}), json=sample)
    for name in (*route.query, "cursor", "sort", "colour"):
        for bad in BAD_TEXTS:
            yield (name, bad), client.request(route.method, path, params={name: bad}, json=sample)
    if sample is None:
        return
    for raw in BAD_BODIES:
        yield raw[:20], client.request(route.method, path, data=raw, headers={"Content-Type": "application/json"})
    for field in (*route.fields(), ("colour",), ("\0",)):
        for bad in BAD_VALUES:
            body = _with(sample, field, bad)
            headers = {"Content-Type": "application/json"}
            yield (field, bad), client.request(route.method, path, data=json.dumps(body), headers=headers)
    for tag in ('"99999999999999999999999999"', "x"):
        yield tag, client.request(route.method, path, json=sample, headers={"If-Match": tag})


def _with(sample: Any, field: tuple[str, ...], value: Any) -> Any:
    body = deepcopy(sample)
    inner = body
    for name in field[:-1]:
        inner = inner.setdefault(name, {})
    inner[field[-1]] = value
    return body
