"""No one sees another's customers by guessing an id: the answer is the same as for one that does not exist.

(spec, README.md, "People", "Who sees what".)
Over real HTTP, of every route of the context: one that is added is asked here, too.
"""

from typing import Any

import pytest
import requests

from services.kit.ids import new_id
from tests.integration.gateway.company import Client, RunningGateway
from tests.integration.gateway.documented_routes import DocumentedRoute, customer_routes
from tests.workbooks import rows_of

NAME, MOBILE, ACCOUNT, TAX_NUMBER = "隐江电子商务有限公司", "13716008855", "yinjiang01", "123456789054321"
DEAD_ENDS = ("/customer-imports/{import_id}", "/customer-exports/{export_id}")
"""What is an importer's own, whoever may see the customers: tests/integration/gateway/test_customer_files.py."""


def _made(answer: requests.Response) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def sales(house: RunningGateway) -> Client:
    return house.client("sales")


@pytest.fixture(scope="module")
def hidden(house: RunningGateway) -> dict[str, str]:
    """The ids of a customer of the lead's, and of all that hangs on it; the lead's salesperson sees none of it."""
    lead, care = house.client("lead"), house.client("care")
    customer = _made(lead.post("/customers", {"name": NAME, "invoice_information": {"tax_number": TAX_NUMBER}}))["id"]
    path = f"/customers/{customer}"
    department = _made(lead.post(f"{path}/departments", {"name": "采购部"}))["id"]
    contact = _made(lead.post(f"{path}/contacts", {"name": "顾隐江", "mobile": MOBILE}))["id"]
    plan = {"channel": "call", "content": "隐江的价格", "follow_up_on": "2999-01-01", "next_step": "隐江的合同"}
    log = _made(lead.post(f"{path}/contact-logs", plan))["id"]
    product = _made(lead.post(f"{path}/products", {"type": "mms", "payment_mode": "prepaid"}))["id"]
    opened = care.post(f"/products/{product}/accounts", {"identifier": ACCOUNT, "signature": "隐江", "interface": "http"})
    return {
        "customer_id": customer,
        "department_id": department,
        "contact_id": contact,
        "log_id": log,
        "product_id": product,
        "account_id": _made(opened)["id"],
    }


def _below_an_id() -> list[DocumentedRoute]:
    return [each for each in customer_routes() if each.path_variables and not each.path.startswith(DEAD_ENDS)]


@pytest.mark.parametrize("route", _below_an_id(), ids=str)
def test_a_hidden_id_is_answered_like_one_that_does_not_exist(
    sales: Client, hidden: dict[str, str], route: DocumentedRoute
) -> None:
    missing = {name: str(new_id()) for name in hidden}
    answers = []
    for ids in (hidden, missing):
        answer = sales.request(route.method, route.at(**ids), json=route.sample())
        problem = answer.json()
        answers.append((answer.status_code, problem["code"], problem["detail"], problem["params"], problem["errors"]))
    assert answers[0] == answers[1]
    assert answers[0][0] in (403, 404), "403 is for what the role may not do with any customer"
    if answers[0][0] == 403:
        assert answers[0][1] == "permission_missing"


@pytest.mark.parametrize(
    "path",
    [
        "/customers",
        f"/customers?q={NAME}",
        "/customers?sort=-created_at&product_type=mms",
        f"/search?q={NAME}",
        "/search?q=yinjiang",
        "/search?q=顾隐江",
        f"/search?q={MOBILE}",
        f"/search?q={ACCOUNT}",
        f"/search?q={TAX_NUMBER}",
        "/products",
        "/products?customer_id={customer_id}",
        "/accounts",
        f"/accounts?q={ACCOUNT}",
        "/accounts?product_id={product_id}",
        "/contracts",
        "/contracts?customer_id={customer_id}",
        "/follow-ups",
        "/customer-imports",
    ],
)
def test_no_list_and_no_search_shows_anything_of_a_hidden_customer(sales: Client, hidden: dict[str, str], path: str) -> None:
    answer = sales.get(path.format(**hidden))
    assert answer.status_code == 200, answer.text
    assert not [word for word in ("隐江", ACCOUNT, MOBILE, TAX_NUMBER, *hidden.values()) if word in answer.text]


def test_those_who_see_it_find_it_by_the_same_questions(house: RunningGateway, hidden: dict[str, str]) -> None:
    """Else the test before could not fail."""
    lead = house.client("lead")
    for question in (NAME, "yinjiang", "顾隐江", MOBILE, ACCOUNT, TAX_NUMBER):
        assert hidden["customer_id"] in lead.get(f"/search?q={question}").text, question
    for path in ("/customers", "/products", "/accounts", "/follow-ups"):
        assert "隐江" in lead.get(path).text, path


def test_a_file_of_customers_shows_nothing_of_a_hidden_one(house: RunningGateway, sales: Client, hidden: dict[str, str]) -> None:
    def names(client: Client) -> list[str]:
        return [row[0] for row in rows_of(client.get("/customers.xlsx").content)[1:]]

    assert NAME in names(house.client("lead"))
    assert NAME not in names(sales)


def test_near_names_are_shown_to_whoever_adds_one_with_the_owners_name_and_no_more(sales: Client, hidden: dict[str, str]) -> None:
    """The one exception, which the specification wants: so that nobody works on another's customer unawares."""
    refused = sales.post("/customers", {"name": "隐江电子商务"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer_name_near")
    assert refused.json()["params"]["near"] == [{"name": NAME, "owner": "李领导", "tier": "trial"}]
    assert not [each for each in (*hidden.values(), MOBILE, TAX_NUMBER) if each in refused.text]
