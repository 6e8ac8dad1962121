"""An older installation's database, brought up to date with all that is in it: nothing is lost, and everything goes on."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Connection, MetaData, create_engine, select, text
from sqlalchemy.pool import NullPool

from services.contracts import customer_calls as calls
from services.contracts import customer_parts_calls as parts
from services.customer.store.tables import Contact, User
from services.customer.usecases.change_contact import change_contact
from services.customer.usecases.list_customers import list_customers
from services.customer.usecases.search_customers import search_customers
from services.kit.database import Database
from services.kit.ids import new_id
from services.kit.migration import differences, migrate
from services.kit.schema import load
from tests.integration.customer.office import DRAFT, EAST, Office

AT: Final = datetime(2026, 3, 1, 4, tzinfo=UTC)
ZHANG, CUSTOMER, CLAIMED, DEPARTMENT, CONTACT, PRODUCT, CONTRACT, CLAIM = (new_id() for _ in range(8))
_NO_CLAIM: Final = dict.fromkeys(("claim_process_id", "claimant_id", "claimant_name", "claimant_department_id"))
_OWNED: Final = {"owner_id": ZHANG, "owner_name": "张伟", "owner_department_id": EAST}


def _customer(customer_id: UUID, name: str, tier: str, **columns: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("industry", "source", "region", "remarks", "tax_number"), "")
    facts = {"last_log_on": date(2026, 3, 1), "filled_items": 3, "test_account_archived": True, "has_account": True}
    ends = {"contract_ends_on": date(2027, 2, 28), "last_usage_on": None, "fell_with": None, "next_look_on": date(2026, 4, 1)}
    named = {"id": customer_id, "name": name, "normalised_name": name, "tier": tier, "tier_since": AT}
    nobody = dict.fromkeys(_OWNED)
    return {**texts, **facts, **ends, **named, **nobody, **_NO_CLAIM, "invoice_information": {}, **columns, **_MADE, "version": 4}


_MADE: Final = {"created_at": AT}
_OF: Final = {"customer_id": CUSTOMER}
_TERMS: Final = {"monthly_volume": 100_000, "amount": 3500, "unit_price": 0.035, "is_standard": True, "is_auto_renewing": False}

ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "users": [{"id": ZHANG, "name": "张伟", "department_id": EAST, "active": True, "version": 1}],
    "customers": [
        _customer(CUSTOMER, "云帆科技", "trial", **_OWNED),
        _customer(CLAIMED, "海鸥物流", "pool", claim_process_id=CLAIM, claimant_id=ZHANG, claimant_name="张伟"),
    ],
    "departments": [{"id": DEPARTMENT, **_OF, "name": "采购部", "remarks": "", **_MADE}],
    "contacts": [
        {"id": CONTACT, **_OF, "department_id": DEPARTMENT, "name": "顾晓岚", "title": "经理", "mobile": "13900001111"}
        | {
            "telephone": "",
            "qq": "",
            "wechat": "gu",
            "email": "gu@yunfan.cn",
            "is_decision_maker": True,
            "filled_items": 3,
            **_MADE,
        }
    ],
    "contact_logs": [
        {"id": new_id(), **_OF, "contact_id": CONTACT, "channel": "call", "at": AT, "content": "谈了价格", "next_step": "报价"}
        | {"follow_up_on": date(2026, 3, 12), "reminded_at": None, "author_id": ZHANG, "author_name": "张伟", **_MADE}
    ],
    "products": [
        {"id": PRODUCT, **_OF, "name": "行业短信", "type": "industry_sms", "payment_mode": "postpaid", "billing_cycle_months": 1}
        | {"needs_invoice": True, **_MADE, "version": 1}
    ],
    "account_identifiers": [{"identifier": "yunfan01", "process_id": new_id()}],
    "accounts": [
        {"id": new_id(), "identifier": "yunfan01", "product_id": PRODUCT, **_OF, "signature": "云帆", "interface": "http"}
        | {"sub_number": "", "status": "trial", "process_id": new_id(), "opened_at": AT, "version": 1}
    ],
    "contracts": [
        {"id": CONTRACT, "number": "HT-20260301-000001", **_OF, "process_id": new_id(), "valid_from": date(2026, 3, 1)}
        | {"valid_to": date(2027, 2, 28), **_TERMS, "renews_contract_id": None, "draft": DRAFT, "stamped_scan": [], "remarks": ""}
        | _MADE
    ],
    "contract_products": [{"contract_id": CONTRACT, "product_id": PRODUCT}],
    "tier_moves": [
        {"id": new_id(), **_OF, "moved_at": AT, "from_tier": "intent", "to_tier": "trial", "rule": "test_account", "facts": {}}
        | {"process_id": new_id(), "reason": "", "fell_on": None, "owner_id": ZHANG, "owner_name": "张伟"}
        | {"former_owner_id": ZHANG, "former_owner_name": "张伟", "by_name": "system"}
    ],
    "funnel_notices": [{**_OF, "rule": "trial_quiet", "period": "2026-04-01", "told_at": AT}],
    "prepared_processes": [
        {
            "process_id": CLAIM,
            "code": "claim_customer",
            "customer_id": CLAIMED,
            "state": "prepared",
            "version": 1,
            "changed_at": AT,
        }
    ],
}
"""Table of the first release → what stands in it."""


@pytest.fixture
def upgraded(fresh_database: Callable[[str], str]) -> Iterator[Office]:
    url = fresh_database("customer")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate("customer", url, to="kit_0001")
    with engine.connect() as connection:
        of_kit = _tables(connection).tables.keys()
    migrate("customer", url, to="0001")
    with engine.begin() as connection:
        tables = _tables(connection)
        assert ROWS.keys() == tables.tables.keys() - of_kit, "every table has rows"
        for name, rows in ROWS.items():
            connection.execute(tables.tables[name].insert(), rows)
    migrate("customer", url)
    assert differences("customer", url) == []
    database = Database(url, pool_size=4)
    office = Office(database)
    office.zhang = type(office.zhang)(str(ZHANG), "张伟", str(EAST), (), (), frozenset({"sales"}))
    yield office
    database.close()


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def test_every_row_of_an_older_installation_is_there_as_it_was_and_what_is_new_begins_as_nothing(upgraded: Office) -> None:
    with upgraded.database.engine.connect() as connection:
        tables = _tables(connection)
        for name, rows in ROWS.items():
            columns = [tables.tables[name].c[column] for column in rows[0]]
            found = [dict(row) for row in connection.execute(select(*columns)).mappings()]
            for row in found:
                row.update({column: float(value) for column, value in row.items() if column in ("amount", "unit_price")})
            assert sorted(found, key=str) == sorted(rows, key=str), name
    customer = upgraded.row(CUSTOMER)
    assert (customer.is_protected, customer.protection_reason, customer.version) == (False, "", 4)
    with upgraded.database.session() as session:
        contact, user = session.get_one(Contact, CONTACT), session.get_one(User, ZHANG)
    assert (contact.version, contact.has_left) == (1, False)
    assert (user.login, user.roles, user.successor_id) == ("", [], None)


def test_an_older_installations_customers_are_found_and_listed(upgraded: Office) -> None:
    begin = upgraded.begin(upgraded.zhang)
    for searched in ("云帆", "yunfan", "yfkj", "顾晓岚", "13900001111", "1111", "yunfan01"):
        answer = search_customers(begin, **load(calls.SearchQuery, {"q": searched}))
        assert [hit["customer_id"] for hit in answer["items"]] == [CUSTOMER], searched
    page = list_customers(begin, **load(calls.CustomerQuery, {"sort": "tier"}))
    assert [each["id"] for each in page.items] == [CUSTOMER, CLAIMED]


def test_an_older_installations_customers_go_on(upgraded: Office) -> None:
    change = load(parts.ChangeContact, {"version": 1, "qq": "10001"})
    changed = change_contact(upgraded.begin(upgraded.zhang), CUSTOMER, CONTACT, **change)
    assert (changed["version"], changed["filled_items"]) == (2, 4)
    upgraded.log(upgraded.zhang, CUSTOMER)
    assert upgraded.row(CUSTOMER).tier == "contract"
    assert upgraded.sweep(date(2026, 3, 12))["follow_ups"] == 1
    upgraded.hear_user(upgraded.li)
    upgraded.hear_user(upgraded.zhang, active=False, successor=upgraded.li)
    assert upgraded.row(CUSTOMER).owner_name == "李娜"
