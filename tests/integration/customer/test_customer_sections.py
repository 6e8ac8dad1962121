"""A customer with the first rows of all that hangs on it, and how much that is (spec, gateway.md: "one customer: …")."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contracts import customer_overview_calls as overview
from services.contracts import customer_parts_calls as parts
from services.customer.usecases.list_contact_logs import list_contact_logs
from services.customer.usecases.list_contracts import list_contracts
from services.customer.usecases.list_products import list_products
from services.customer.usecases.list_under_customer import list_under_customer
from services.customer.usecases.show_customer_sections import show_customer_sections
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.schema import dump
from tests.integration.customer.office import Office

PAGE: dict[str, Any] = {"page_size": 50, "sort": "", "cursor": ""}


def _shown(office: Office, caller: Caller, customer_id: UUID, first: int = 2) -> dict[str, Any]:
    shown: dict[str, Any] = dump(
        overview.CustomerSections, show_customer_sections(office.begin(caller), customer_id, first=first)
    )
    return shown


def test_every_section_is_the_beginning_of_its_list_and_counts_all_of_it(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    office.add(office.zhang, "蓝鲸")
    for name in ("顾晓岚", "陆远", "方雪"):
        office.contact(office.zhang, customer_id, name=name)
        office.log(office.zhang, customer_id, content=name)
        office.product(office.zhang, customer_id, name=f"短信{name}")
    for year in (2024, 2026, 2025):
        office.archive(office.contract(office.zhang, customer_id, date(year, 1, 1), date(year, 12, 31)), stamped_scan=[])
    shown = _shown(office, office.zhang, customer_id)
    totals = {name: section["total"] for name, section in shown.items() if "total" in section}
    assert totals == {
        "departments": 0,
        "contacts": 3,
        "contact_logs": 3,
        "products": 3,
        "accounts": 0,
        "contracts": 3,
        "history": len(office.moves(customer_id)),
    }
    begin = office.begin(office.zhang)
    for name, schema, page in (
        ("contacts", parts.ContactPage, list_under_customer(begin, "contacts", customer_id, **PAGE)),
        ("contact_logs", parts.ContactLogPage, list_contact_logs(begin, customer_id, **PAGE)),
        ("products", parts.ProductPage, list_products(begin, customer_id, **PAGE)),
        ("contracts", parts.ContractPage, list_contracts(begin, customer_id=customer_id, **{**PAGE, "sort": "-valid_to"})),
    ):
        assert shown[name]["items"] == dump(schema, page)["items"][:2], name
    assert [each["valid_to"] for each in shown["contracts"]["items"]] == ["2026-12-31", "2025-12-31"]
    assert (shown["customer"]["name"], shown["outlook"]["tier"]) == ("云帆", shown["customer"]["tier"])


def test_it_is_read_in_as_many_statements_whatever_hangs_on_it(office: Office) -> None:
    few, many = office.holding(office.zhang, "云帆", "蓝鲸")
    for customer_id, number in ((few, 1), (many, 9)):
        for each in range(number):
            office.contact(office.zhang, customer_id, name=f"联系人{each}")
            office.log(office.zhang, customer_id)
            office.product(office.zhang, customer_id, name=f"短信{each}")
    asked = []
    for customer_id in (few, many):
        with office.statements() as statements:
            _shown(office, office.zhang, customer_id, first=50)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_whoever_may_not_see_the_customer_is_told_that_there_is_none(office: Office) -> None:
    customer_id = office.add(office.zhang, "云帆")
    with pytest.raises(NotFound, match="customer_not_found"):
        _shown(office, office.zhao, customer_id)
    assert _shown(office, office.lead, customer_id)["customer"]["owner_name"] == "张伟"
