"""The whole HTTP interface, tried with what its own description allows and with what it does not: nothing is a fault, and nothing
is answered that is not documented (spec, gateway.md, "HTTP conventions").

``make fuzz`` tries the same for long.
"""

import os
from typing import Any

import pytest

from deploy.api_client import wait_until
from gateway.identity.usecases.seed_people import UserSeed, seed_people
from services.contracts.gateway import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.settings import SERVICES
from services.kit.unit_of_work import Begin
from tests.integration.gateway.company import PASSWORD, Client, StartGateway
from tests.integration.gateway.conftest import SERVICES_PROGRAM
from tests.integration.gateway.tried_operations import (
    Operation,
    Pool,
    filled,
    ids_there_are,
    operations,
    refused_of_its_example,
)

EXAMPLES = int(os.environ.get("L2C_FUZZ_EXAMPLES", "4"))
OPERATIONS = operations()
OF_NOTHING = {"list_imported_rows"}
"""Lists of what is not made here; the tests of its own routes ask for wrong pages of it."""
LISTS = [each for each in OPERATIONS if any(parameter["name"] == "cursor" for parameter in each.raw["parameters"])]
WITH_BODIES = [each for each in OPERATIONS if "application/json" in each.raw.get("requestBody", {}).get("content", {})]
OF_WHAT_IS_NOT_HERE = {"attachment_unknown", "bill_not_found", "not_of_customer", "no_such_salesperson", "user_not_found"}
"""What an example is refused for in a small company, and would not be where there is what it names."""


@pytest.fixture(scope="module")
def callers(start_gateway: StartGateway) -> list[Client]:
    """People of the roles that between them may do everything, at a whole system with a little of everything in it."""
    house = start_gateway(
        SERVICES_PROGRAM,
        BEHIND=" ".join(SERVICES),
        WORKED="customer workflow billing payments",
        RELAYED="all",
        L2C_RPC_TIMEOUT_SECONDS="20",
        L2C_HEALTH_PORT_BASE="0",
    )
    database = Database(house.database_url.format(service="gateway"), pool_size=2)
    treasurer = UserSeed("finance", "吴会计", "", ["finance"], PASSWORD, must_change_password=False)
    seed_people(Begin("gateway", database, EVENTS, CallContext(Caller.system("gateway"))), (), [treasurer])
    database.close()
    callers = [house.client(login) for login in ("sales", "admin", "finance", "administration", "director", "care")]
    _fill(callers[0], callers[3], callers[2])
    return callers


def _fill(sales: Client, administration: Client, finance: Client) -> None:
    customer = _made(sales.post("/customers", {"name": "磐石检测"}))["id"]
    path = f"/customers/{customer}"
    product = _made(sales.post(f"{path}/products", {"type": "mms", "payment_mode": "prepaid"}))["id"]
    account = {"identifier": "panshi01", "signature": "磐石", "interface": "http"}
    _made(administration.post(f"/products/{product}/accounts", account))
    _made(sales.post(f"{path}/departments", {"name": "采购部"}))
    _made(sales.post(f"{path}/contacts", {"name": "石磊"}))
    _made(sales.post(f"{path}/contact-logs", {"channel": "call", "content": "谈了价格"}))
    receipt = {
        "bank_account": "1219",
        "reference": "R1",
        "received_at": "2026-04-03T02:00:00Z",
        "payer_name": "磐石检测",
        "amount": "100.00",
    }
    _made(finance.post("/receipts", receipt))
    wait_until("billing to know it", lambda: sales.get(f"{path}/bill-selection").status_code == 200, seconds_max=60)


def _made(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def pool(callers: list[Client]) -> Pool:
    pool = ids_there_are(callers)
    assert {"customer_id", "product_id", "account_id", "receipt_id", "user_id", "department_id"} <= pool.keys()
    return pool


@pytest.mark.parametrize("operation", LISTS, ids=[each.name for each in LISTS])
def test_a_list_refuses_by_field_what_is_no_page_of_it(operation: Operation, callers: list[Client], pool: Pool) -> None:
    parameters = operation.raw["parameters"]
    asked = {each["name"] for each in parameters if each["in"] == "query"}
    path = filled(operation, pool)
    needed = {each["name"]: each["example"] for each in parameters if each["in"] == "query" and each.get("required")}
    wrong = {"cursor": "broken", "sort": "-no_such_field", "page_size": "201"}
    for name, value in wrong.items():
        if name in asked:
            answers = [caller.get(path, params={**needed, name: value}) for caller in callers]
            told = [answer.json() for answer in answers if answer.status_code not in {403, 404}]
            assert told or operation.name in OF_NOTHING, f"nobody may see {path}: let `_fill` make one"
            if not told:
                continue
            assert {(problem["status"], *(error["field"] for error in problem["errors"])) for problem in told} == {(422, name)}


@pytest.mark.parametrize("operation", WITH_BODIES, ids=[each.name for each in WITH_BODIES])
def test_the_example_of_a_body_is_taken_by_the_service_that_it_goes_to(
    operation: Operation, callers: list[Client], pool: Pool
) -> None:
    wrong = refused_of_its_example(operation, callers, pool)
    assert {(field, code) for field, code in wrong if code not in OF_WHAT_IS_NOT_HERE} == set()


@pytest.mark.parametrize("operation", OPERATIONS, ids=[each.name for each in OPERATIONS])
def test_nothing_is_a_fault_and_nothing_is_answered_that_is_not_documented(
    operation: Operation, callers: list[Client], pool: Pool
) -> None:
    from tests.integration.gateway.fuzzing import try_out  # noqa: PLC0415  # schemathesis takes every worker seconds to load

    try_out(operation.name, callers, pool, examples=EXAMPLES)
