"""What bad input gets (spec, customer.md, "RPC, events, jobs"): a field-by-field answer naming what is wrong, and never a fault.

Of every route of the context and every field that OpenAPI documents: one that is added is tried here, too.
"""

import pytest

from tests.integration.gateway.bad_input import assert_told, bad_requests
from tests.integration.gateway.company import Client, RunningGateway
from tests.integration.gateway.documented_routes import DocumentedRoute, customer_routes


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
    clients: dict[str, Client], ids: dict[str, str], route: DocumentedRoute
) -> None:
    # Whoever may do it, and sees the customer.
    client = clients["sales" if (route.method, route.path) == ("POST", "/customers") else "admin"]
    for why, answer in bad_requests(client, route, ids):
        assert_told(why, answer)
