"""A hundred thousand customers who owe for two months each, and the receipts that one of them each pays."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from services.kit.bulk import insert_rows
from services.kit.clock import SHANGHAI
from services.kit.ids import new_ids
from services.payments.domain.names import normalise_payer
from services.payments.store.tables import Customer, CustomerName, Receivable

NOW: Final = datetime(2026, 4, 10, 2, tzinfo=UTC)
MONTHS: Final = (
    (date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 31)),
    (date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 30)),
)
_PLACES: Final = ("上海", "北京", "深圳", "杭州", "成都", "武汉", "南京", "苏州")
_SYLLABLES: Final = "云帆信通达华远盛隆泰兴瑞丰科创智联讯捷驰飞腾宏图嘉禾金石"
_TRADES: Final = ("网络科技", "信息技术", "电子商务", "文化传媒", "供应链管理")


def name_of(number: int) -> str:
    """The customer's name: each another one."""
    size = len(_SYLLABLES)
    core = "".join(_SYLLABLES[number // size**place % size] for place in range(4))
    return f"{_PLACES[number % 8]}{core}{_TRADES[number % 5]}（{number % 7}区）有限公司"


def amounts_of(number: int) -> tuple[Decimal, Decimal]:
    """What a customer owes for the older and for the newer month."""
    return Decimal(100_00 + number * 7 % 900_000) / 100, Decimal(50_00 + number * 13 % 700_000) / 100


def fill(engine: Engine, customers: int) -> None:
    """Customers with their names, and two receivables each."""
    ids = new_ids(customers)
    owners = new_ids(500)
    with Session(engine) as session, session.begin():
        insert_rows(session, Customer.__table__, [_customer(number, ids[number], owners) for number in range(customers)])
        insert_rows(session, CustomerName.__table__, [_name(number, ids[number]) for number in range(customers)])
        bill_ids, process_id = new_ids(2 * customers), new_ids(1)[0]
        rows = [
            _receivable(number, month, ids[number], bill_ids[2 * number + month], process_id)
            for number in range(customers)
            for month in (0, 1)
        ]
        insert_rows(session, Receivable.__table__, rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def statement(receipts: int) -> bytes:
    """A bank's file: of twenty receipts fourteen pay the older month, three both, one too little, two are nobody's."""
    file = io.StringIO()
    write = csv.writer(file)
    write.writerow(["收款账号", "流水号", "到款时间", "付款人", "付款账号", "金额", "备注"])
    for row in _rows(receipts):
        write.writerow(row)
    return file.getvalue().encode()


def _rows(receipts: int) -> Iterator[list[str]]:
    for number in range(receipts):
        older, newer = amounts_of(number)
        payer, amount = name_of(number), older
        match number % 20:
            case 14 | 15 | 16:
                amount = older + newer
            case 17:
                amount = older - Decimal("0.01")
            case 18 | 19:
                payer = f"路人{number}"
            case 0:
                payer = payer.replace("（", "(").replace("）", ")")
        at = datetime(2026, 4, 3, 1, tzinfo=SHANGHAI) + timedelta(seconds=number)
        yield [
            "31001550400050012345",
            f"R{number:08}",
            f"{at:%Y-%m-%d %H:%M:%S}",
            payer,
            f"62220{number:012}",
            str(amount),
            "货款",
        ]


def _customer(number: int, customer_id: UUID, owners: list[UUID]) -> dict[str, Any]:
    return {
        "id": customer_id,
        "name": name_of(number),
        "owner_id": owners[number % len(owners)],
        "owner_name": f"销售{number % len(owners)}",
        "owner_department_id": owners[0],
        "bank_account": "",
        "version": 1,
    }


def _name(number: int, customer_id: UUID) -> dict[str, Any]:
    name = name_of(number)
    return {
        "customer_id": customer_id,
        "kind": "name",
        "normalised_name": normalise_payer(name),
        "name": name,
        "noted_at": NOW,
    }


def _receivable(number: int, month: int, customer_id: UUID, bill_id: UUID, process_id: UUID) -> dict[str, Any]:
    first, last, due_on = MONTHS[month]
    return {
        "bill_id": bill_id,
        "number": f"账单-{first:%Y-%m}-{number:06}-行业短信-1",
        "customer_id": customer_id,
        "product_id": bill_id,
        "product_name": "行业短信",
        "product_type": "industry_sms",
        "payment_mode": "postpaid",
        "period_start": first,
        "period_end": last,
        "due_on": due_on,
        "quantity": 1000,
        "shares": [],
        "amount": amounts_of(number)[month],
        "cost": None,
        "reason": {"code": "no_receipt", "params": {}},
        "process_id": process_id,
        "cancelled_by": None,
        "created_at": NOW,
        "version": 1,
    }
