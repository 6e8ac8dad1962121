"""Who sees what (spec, README.md, "People"), role by role, of a customer and of all that hangs on it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.contracts.paging import PageQuery
from services.contracts.people import ROLES
from services.customer.usecases.list_accounts import list_accounts, list_all_accounts, show_account
from services.customer.usecases.list_contact_logs import list_contact_logs
from services.customer.usecases.list_contracts import list_contracts, show_contract
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.list_follow_ups import list_follow_ups
from services.customer.usecases.list_products import list_all_products, list_products
from services.customer.usecases.list_under_customer import list_under_customer
from services.customer.usecases.search_customers import search_customers
from services.customer.usecases.show_customer import show_customer
from services.customer.usecases.show_history import show_history
from services.customer.usecases.show_outlook import show_outlook
from services.customer.usecases.show_product import show_product
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.schema import load
from tests.integration.customer.office import EAST, WEST, Office, person

SEES_ALL: Final = {
    "sales_admin",
    "finance",
    "sales_director",
    "billing_expert",
    "audit_expert",
    "risk_expert",
    "customer_care",
    "operations_vp",
    "routing_manager",
    "admin",
}
"""The specification's list: sales administration, finance, the director, the six of operations, administrators."""


class Hidden:
    """A customer of 张伟's in the east with everything that can hang on one, and one in the pool."""

    def __init__(self, office: Office) -> None:
        self.office = office
        zhang = office.zhang
        self.customer_id = office.add(zhang, "云帆")
        office.contact(zhang, self.customer_id, mobile="13816008866")
        office.log(zhang, self.customer_id, follow_up_on="2026-04-01", next_step="送样品")
        self.product_id = office.product(zhang, self.customer_id)
        trial = office.test_account(zhang, self.product_id)
        office.prepare(trial)
        office.archive(trial, account_identifiers=["yunfan01"])
        contract = office.contract(zhang, self.customer_id, date(2026, 3, 1), date(2027, 2, 28))
        office.prepare(contract)
        office.archive(contract)
        self.account_id = UUID(office.said("account_opened")[0]["id"])
        self.contract_id = UUID(office.said("contract_in_force")[0]["id"])
        self.pool_id = office.pooled("海鸥")


@pytest.fixture
def hidden(office: Office) -> Hidden:
    return Hidden(office)


def _page(schema: Any = PageQuery, **query: str) -> dict[str, Any]:
    return load(schema, query)


Ask = Callable[[Any, Hidden], Any]

BY_ID: Final[dict[str, Ask]] = {
    "customer": lambda begin, it: show_customer(begin, it.customer_id),
    "history": lambda begin, it: show_history(begin, it.customer_id, **_page()),
    "outlook": lambda begin, it: show_outlook(begin, it.customer_id),
    "departments": lambda begin, it: list_under_customer(begin, "departments", it.customer_id, **_page()),
    "contacts": lambda begin, it: list_under_customer(begin, "contacts", it.customer_id, **_page()),
    "products": lambda begin, it: list_products(begin, it.customer_id, **_page()),
    "contact logs": lambda begin, it: list_contact_logs(begin, it.customer_id, **_page(parts.ContactLogQuery)),
    "product": lambda begin, it: show_product(begin, it.product_id),
    "product's accounts": lambda begin, it: list_accounts(begin, it.product_id, **_page()),
    "account": lambda begin, it: show_account(begin, it.account_id),
    "contract": lambda begin, it: show_contract(begin, it.contract_id),
}
LISTS: Final[dict[str, Ask]] = {
    "customers": lambda begin, _: list_customers(begin, **_page(calls.CustomerQuery, tier="contract")).items,
    "customers by text": lambda begin, _: list_customers(begin, **_page(calls.CustomerQuery, q="yunfan")).items,
    "search": lambda begin, _: search_customers(begin, "13816008866")["items"],
    "products": lambda begin, _: list_all_products(begin, **_page(parts.ProductQuery)).items,
    "accounts": lambda begin, _: list_all_accounts(begin, **_page(parts.AccountQuery)).items,
    "contracts": lambda begin, _: list_contracts(begin, **_page(parts.ContractQuery)).items,
    "follow-ups": lambda begin, _: list_follow_ups(begin, **_page(parts.FollowUpQuery)).items,
}


def _seen(hidden: Hidden, reader: Caller) -> set[str]:
    """Everything of 张伟's customer that a reader sees."""
    begin = hidden.office.begin(reader)
    seen = {f"all {name}" for name, ask in LISTS.items() if ask(begin, hidden)}
    for name, ask in BY_ID.items():
        try:
            ask(begin, hidden)
        except NotFound:
            continue
        seen.add(name)
    return seen


EVERYTHING: Final = BY_ID.keys() | {f"all {name}" for name in LISTS}


@pytest.mark.parametrize("role", ROLES)
def test_whoever_is_no_owner_and_leads_nobody_sees_all_customers_or_the_pool_alone_by_role(hidden: Hidden, role: str) -> None:
    reader = person("何人", EAST, role)
    assert _seen(hidden, reader) == (EVERYTHING if role in SEES_ALL else set())
    assert show_customer(hidden.office.begin(reader), hidden.pool_id)["tier"] == "pool", "the pool is seen by all"


def test_the_owner_sees_the_own_customer_and_all_that_hangs_on_it(hidden: Hidden) -> None:
    assert _seen(hidden, hidden.office.zhang) == EVERYTHING


@pytest.mark.parametrize(
    ("leads", "sees"),
    [
        pytest.param((EAST,), True, id="of the owner's department"),
        pytest.param((UUID(int=7), WEST, EAST), True, id="of a department above, as the claims have those below"),
        pytest.param((WEST,), False, id="of another department"),
        pytest.param((), False, id="of none"),
    ],
)
def test_a_lead_sees_the_customers_of_the_departments_led_those_below_included(
    hidden: Hidden, leads: tuple[UUID, ...], sees: bool
) -> None:
    assert _seen(hidden, person("王芳二", WEST, "sales_lead", leads=leads)) == (EVERYTHING if sees else set())


def test_a_program_without_roles_sees_the_pool_alone(hidden: Hidden) -> None:
    platform = Caller("", "短信平台", scopes=frozenset({"customers.read"}))
    assert _seen(hidden, platform) == set()
