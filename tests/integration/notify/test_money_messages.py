"""Who is told of what happens to money beside the story's main line, and of a claim that came to nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.contracts import billing, customer, payments
from services.contracts.notify import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.clock import Month
from services.kit.database import Database
from services.kit.envelope import Event
from services.kit.ids import new_id
from services.kit.schema import dump
from services.kit.unit_of_work import Begin
from services.notify.usecases.copy_customer import copy_customer
from services.notify.usecases.list_messages import list_messages
from services.notify.usecases.post_messages import post_messages
from tests.servers.worker_databases import WorkerDatabases

CONTRACTS = {"billing": billing.EVENTS, "customer": customer.EVENTS, "payments": payments.EVENTS}
OWNER = Caller(str(new_id()), "张伟", roles=frozenset({"sales"}))
COLLEAGUE = Caller(str(new_id()), "王芳", roles=frozenset({"sales"}))
CUSTOMER_ID, PRODUCT_ID, PROCESS_ID = new_id(), new_id(), new_id()
CUSTOMER = {"customer_id": CUSTOMER_ID, "customer_name": "上海云帆"}


@pytest.fixture
def database(worker_databases: WorkerDatabases) -> Database:
    """Notify's, which knows that the customer is the owner's."""
    database = worker_databases.as_new("notify")
    known = {"id": str(CUSTOMER_ID), "owner_id": OWNER.user_id, "owner_department_id": None}
    copy_customer(_begin(database, Caller.system("notify"), "on_customer_added"), _event("customer", "customer_added", known))
    return database


def _begin(database: Database, caller: Caller, consumer: str = "") -> Begin:
    return Begin("notify", database, EVENTS, CallContext(caller), consumer)


def _event(source: str, event_type: str, data: dict[str, Any]) -> Event:
    return Event(new_id(), source, event_type, str(CUSTOMER_ID), datetime(2026, 3, 2, tzinfo=UTC), 1, 1, data)


def _hear(database: Database, source: str, event_type: str, **fields: Any) -> None:
    """An event as its service's contract has it."""
    data = dump(CONTRACTS[source][event_type].schema, fields)
    begin = _begin(database, Caller.system("notify"), f"on_{event_type}")
    post_messages(begin, _event(source, event_type, data))


def _told(database: Database, reader: Caller, part: str = "text") -> list[str]:
    asked: dict[str, Any] = dict.fromkeys(("category", "place", "read", "customer_id", "since", "until"))
    page = list_messages(_begin(database, reader), **asked, text="", page_size=50, sort="posted_at", cursor="")
    return [message[part]["zh"] for message in page.items]


def test_a_recharge_tells_the_customers_owner_what_was_credited(database: Database) -> None:
    account = {"account_id": new_id(), "identifier": "yunfan01", "product_id": PRODUCT_ID}
    credit = {"type": "prepay", "amount": Decimal("5000.00"), "unit_price": Decimal("0.035"), "messages": 142857}
    _hear(
        database,
        "billing",
        "account_recharged",
        process_id=PROCESS_ID,
        **CUSTOMER,
        **account,
        **credit,
        balance=Decimal("6000.00"),
    )
    assert _told(database, OWNER) == ["账号 yunfan01 充值 5000.00 元（142857 条），余额 6000.00 元。"]
    assert _told(database, COLLEAGUE) == []


def test_a_low_balance_asks_the_customers_owner_to_have_it_recharged(database: Database) -> None:
    account = {"account_id": new_id(), "identifier": "yunfan01", "product_id": PRODUCT_ID, "bill_id": None}
    amounts = {"balance": Decimal("90.00"), "threshold": Decimal("100.00"), "not_covered": Decimal("0.00")}
    _hear(database, "billing", "balance_low", **CUSTOMER, **account, **amounts)
    assert _told(database, OWNER) == ["账号 yunfan01 余额 90.00 元（提醒线 100.00 元），账单未付部分 0.00 元，请联系客户充值。"]


def test_a_reversed_invoice_is_told_to_the_customers_owner_with_the_reason(database: Database) -> None:
    invoice = {"invoice_id": new_id(), "number": "1001", "type": "special", "amount": Decimal("24.00"), "bill_ids": []}
    red = {"red_invoice_id": new_id(), "red_number": "1002", "red_issued_on": datetime(2026, 3, 2, tzinfo=UTC).date()}
    _hear(database, "billing", "invoice_reversed", **CUSTOMER, **invoice, **red, process_id=PROCESS_ID, reason="抬头有误")
    assert _told(database, OWNER) == ["发票 1001（24.00 元）已由红字发票 1002 冲销，原因：抬头有误"]


def test_products_whose_billing_cycle_changes_by_one_process_are_told_of_once(database: Database) -> None:
    for product_id in (PRODUCT_ID, new_id()):
        cycle = {"product_id": product_id, "billing_cycle_months": 3, "process_id": PROCESS_ID}
        _hear(database, "billing", "billing_cycle_changed", **CUSTOMER, **cycle)
    assert _told(database, OWNER, "title") == ["账单周期已更改：上海云帆"]
    assert _told(database, OWNER) == ["此后账单的账单周期为 3 个月。"]


def test_a_price_in_force_is_told_to_the_customers_owner_with_its_product(database: Database) -> None:
    price = {"price_id": new_id(), "process_id": PROCESS_ID, "kind": "unified", "valid_to": None}
    since = datetime(2026, 3, 2, tzinfo=UTC).date()
    product = {"product_id": PRODUCT_ID, "product_name": "行业短信"}
    _hear(database, "billing", "price_in_force", **CUSTOMER, **product, **price, valid_from=since)
    assert _told(database, OWNER, "title") == ["价格已生效：上海云帆"]
    assert _told(database, OWNER) == ["行业短信 的新价格自 2026-03-02 起生效。"]


def test_a_claim_that_a_contract_overtook_is_told_to_whoever_claims(database: Database) -> None:
    claim = {"process_id": PROCESS_ID, "claimant_id": UUID(COLLEAGUE.user_id), "claimant_name": "王芳", "owner_name": "张伟"}
    _hear(database, "customer", "claim_lost", **CUSTOMER, **claim)
    assert _told(database, COLLEAGUE) == ["上海云帆 已因合同归 张伟 跟进，您的申请不再有效。"]
    assert _told(database, OWNER) == []


def test_an_owner_is_told_what_earned_and_what_is_taken_back(database: Database) -> None:
    entry = {"commission_id": new_id(), "owner_id": OWNER.user_id, "owner_name": "张伟", **CUSTOMER, "month": Month(2026, 4)}
    entry |= {"bill_id": new_id(), "bill_number": "B-1", "amount": Decimal("70.00")}
    amounts = {
        "written_off": Decimal("3500.00"),
        "cost": Decimal("2800.00"),
        "rate": Decimal("0.1"),
        "earned_on": date(2026, 4, 10),
    }
    for origin in ("write_off", "balance"):
        earned = {**entry, **amounts, "origin": origin, "write_off_id": None, "commission_id": new_id()}
        _hear(database, "payments", "commission_earned", **earned)
    _hear(database, "payments", "commission_taken_back", **entry)
    assert _told(database, OWNER) == [
        "上海云帆 B-1 销账 3500.00 元，提成 70.00 元。",
        "上海云帆 B-1 余额抵扣 3500.00 元，提成 70.00 元。",
        "上海云帆 B-1 已作废，余额抵扣的提成 70.00 元扣回。",
    ]
    assert _told(database, COLLEAGUE) == []


def test_an_owner_is_told_once_what_a_months_interest_came_to_over_all_customers(database: Database) -> None:
    amounts = {"penalty": Decimal("123.45"), "credit": Decimal("10.00"), "corrected": Decimal("-2.00")}
    owner = {"owner_id": UUID(OWNER.user_id), "owner_name": OWNER.name, "customers": 37}
    for _ in range(2):
        _hear(database, "payments", "interest_accrued", **owner, **amounts, month=Month(2026, 3))
    assert _told(database, OWNER, "title") == ["2026-03 计息罚息"]
    assert _told(database, OWNER) == ["37 个客户：罚息 123.45 元，计息 10.00 元；其中对以前月份的更正 -2.00 元。"]
    assert _told(database, COLLEAGUE) == []
