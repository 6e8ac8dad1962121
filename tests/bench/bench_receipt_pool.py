"""How quick the receipt pool is at one million receipts: p50 and p99 of its filters and sorts, and the indexes that serve them.

Prints a table; fails on no figure, but on a plan that reads all receipts or all payers.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from deploy.garbage import pass_over_start_up
from services.contracts import payments_receipt_calls as calls
from services.contracts.payments import EVENTS
from services.kit.bulk import insert_rows
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.schema import load
from services.kit.unit_of_work import Begin
from services.payments.domain.names import normalise_payer
from services.payments.domain.payer_terms import PayerTerms
from services.payments.store.receipt_pages import ReceiptFilter
from services.payments.store.tables import Customer, CustomerName
from services.payments.usecases.index_payers import index_payers
from services.payments.usecases.list_receipts import list_receipts
from tests.bench.asking import CALLS, Ask, measured, read_whole
from tests.bench.million_customers import names
from tests.servers.databases import NeededDatabases

RECEIPTS: Final = 1_000_000
PAYERS: Final = 100_000
SALESPEOPLE: Final = 500
_DAYS: Final = 1_000
_LAST_DAY: Final = date(2026, 4, 10)
_READS_ALL: Final = re.compile(r"Seq Scan on (receipts|payers)\b")
_FINANCE: Final = Caller(str(UUID(int=1)), "钱进", roles=frozenset({"finance"}))
_CHANCE: Final = random.Random(20_260_410)

# Of twenty receipts one has a balance; of a hundred one is nobody's. What a receipt has used, triggers would want pairs for.
_RECEIPTS: Final = """
INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, held, used,
    remark, match, customer_id, created_at, version)
SELECT gen_random_uuid(), '6222', n::text, made - make_interval(days => n % :days, secs => n * 37 % 30000), payer.name,
    payer.normalised, '', amount, 0, CASE WHEN n % 20 = 0 THEN 0 ELSE amount END, '',
    CASE WHEN n % 100 = 0 THEN 'unmatched' ELSE 'matched' END, CASE WHEN n % 100 = 0 THEN NULL ELSE payer.customer END, made, 1
  FROM generate_series(1, :receipts) AS n
  CROSS JOIN LATERAL (
    SELECT 1 + (n::bigint * 7919 % 10000000) / 100.0 AS amount, timestamptz '2026-04-10 09:00+08' AS made
  ) AS its
  JOIN (
    SELECT row_number() OVER (ORDER BY id) - 1 AS number, customers.id AS customer, customers.name, normalised_name AS normalised
      FROM customers JOIN customer_names ON customer_id = customers.id
  ) AS payer ON payer.number = n * 31 % :payers
"""


def _salesperson(number: int) -> UUID:
    return UUID(int=1000 + number)


def _fill(database: Database) -> None:
    with database.session() as session, session.begin():
        connection: Connection = session.connection()
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        customers = [
            {"id": UUID(int=10_000_000 + at), "name": name, "owner_id": _salesperson(at % SALESPEOPLE), "owner_name": "销售"}
            | {"owner_department_id": None, "bank_account": "", "version": 1}
            for at, name in enumerate(names(0, PAYERS))
        ]
        insert_rows(session, Customer.__table__, customers)
        noted = {"kind": "name", "noted_at": "2026-01-01T00:00:00Z"}
        insert_rows(
            session,
            CustomerName.__table__,
            [
                {"customer_id": each["id"], "normalised_name": normalise_payer(str(each["name"])), "name": each["name"], **noted}
                for each in customers
            ],
        )
        session.execute(text(_RECEIPTS), {"receipts": RECEIPTS, "payers": PAYERS, "days": _DAYS})
        session.execute(text("INSERT INTO payers (normalised_payer) SELECT DISTINCT normalised_payer FROM receipts"))
    index_payers(Begin("payments", database, EVENTS, CallContext(Caller.system("payments"))))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    database = Database(module_databases.of("payments"), pool_size=2)
    began = time.monotonic()
    _fill(database)
    print(f"\n{RECEIPTS:,} receipts of {PAYERS:,} payers made in {time.monotonic() - began:.0f} s")
    yield database
    database.close()


@dataclass(frozen=True)
class Asked:
    """A kind of list, and the question of one of them at a time."""

    what: str
    question: Callable[[], dict[str, Any]]
    sees_all: bool = True


def _name() -> str:
    start = _CHANCE.randrange(PAYERS)
    return next(names(start, start + 1))


def _part(length: int) -> str:
    name = _name()
    start = _CHANCE.randrange(len(name) - length)
    return name[start : start + length]


def _initials() -> str:
    initials = PayerTerms.of(_name()).initials
    start = _CHANCE.randrange(len(initials) - 4)
    return initials[start : start + 4]


def _days(count: int) -> dict[str, Any]:
    first = _LAST_DAY - timedelta(days=_CHANCE.randrange(_DAYS))
    return {"received_from": first.isoformat(), "received_to": (first + timedelta(days=count)).isoformat()}


def _amounts() -> dict[str, Any]:
    amount = _CHANCE.randrange(1, 100_000)
    return {"amount_from": f"{amount}.00", "amount_to": f"{amount}.99"}


def _customer() -> dict[str, Any]:
    return {"customer_id": str(UUID(int=10_000_000 + _CHANCE.randrange(PAYERS)))}


ALL: Final = {"pool": "false"}
ASKED: Final = (
    Asked("the pool", dict),
    Asked("the pool, the largest first", lambda: {"sort": "-amount"}),
    Asked("the pool, by payer", lambda: {"sort": "payer_name"}),
    Asked("the pool, unmatched", lambda: {"state": "unmatched"}),
    Asked("the pool, three characters of the payer", lambda: {"payer": _part(3)}),
    Asked("the pool, two characters of the payer", lambda: {"payer": _part(2)}),
    Asked("the pool, four initials of the payer", lambda: {"payer": _initials()}),
    Asked("the pool, an amount", _amounts),
    Asked("the pool, a week", lambda: _days(7)),
    Asked("all, by payer", lambda: {**ALL, "sort": "payer_name"}),
    Asked("all, used up", lambda: {"state": "used"}),
    Asked("all, three characters of the payer", lambda: {**ALL, "payer": _part(3)}),
    Asked(
        "all, pinyin of the payer, the largest first",
        lambda: {**ALL, "payer": PayerTerms.of(_name()).pinyin[:9], "sort": "-amount"},
    ),
    Asked("all, an amount and a month", lambda: {**ALL, **_amounts(), **_days(30)}),
    Asked("all, a customer's", lambda: {**ALL, **_customer()}),
    Asked("a salesperson's pool", dict, sees_all=False),
    Asked("a salesperson's, all", lambda: ALL, sees_all=False),
    Asked("a salesperson's, all, three characters", lambda: {**ALL, "payer": _part(3)}, sees_all=False),
    Asked("a salesperson's, all, the largest first", lambda: {**ALL, "sort": "-amount"}, sees_all=False),
)


def _list(begin: Begin, query: dict[str, Any]) -> Any:
    wanted = load(calls.ReceiptQuery, query)
    page = {name: wanted.pop(name) for name in ("page_size", "sort", "cursor")}
    return list_receipts(begin, ReceiptFilter(**wanted), **page)


def _asking(database: Database, asked: Asked) -> Ask:
    def ask() -> Callable[[], object]:
        somebody = Caller(str(_salesperson(_CHANCE.randrange(SALESPEOPLE))), "销售", roles=frozenset({"sales"}))
        begin = Begin("payments", database, EVENTS, CallContext(_FINANCE if asked.sees_all else somebody))
        return partial(_list, begin, asked.question())

    return ask


def test_the_pool_at_a_million_receipts(database: Database) -> None:
    print(f"{CALLS} different calls of each\n")
    pass_over_start_up()  # as a service does
    for asked in ASKED:
        print(measured(asked.what, _asking(database, asked)))
    print()
    assert not read_whole(database.engine, {one.what: _asking(database, one) for one in ASKED}, _READS_ALL)
