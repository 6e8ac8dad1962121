"""How quick suggestions are among a million customers: p50 and p99 of what a receipt's page asks, the indexes that serve it, and
beside them what plain SQL takes for the same keys, and for a walk through all names.

Prints a table; fails on no figure, but on a plan that reads all names or receipts where an index could tell.
``L2C_BENCH_SHARE=0.1`` makes a tenth of them.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from deploy.garbage import pass_over_start_up
from services.contracts.payments import EVENTS
from services.kit.bulk import insert_rows
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.unit_of_work import Begin
from services.payments.domain.names import normalise_payer
from services.payments.domain.near_names import KeysAsked, NameParts, keys_of
from services.payments.store.matching_tables import KnownName, PayerAssignment
from services.payments.store.tables import Customer, CustomerName, Receipt
from services.payments.usecases.suggest_for_receipts import suggest_for_receipts
from tests.bench.asking import CALLS, measured, read_whole
from tests.bench.million_customers import names
from tests.servers.databases import NeededDatabases

SHARE: Final = float(os.environ.get("L2C_BENCH_SHARE", "1"))
CUSTOMERS: Final = round(1_000_000 * SHARE)
PAID: Final = round(200_000 * SHARE)
"""Receipts that are matched, one a customer; they say what an account paid before."""
UNMATCHED: Final = 4_000
ASSIGNED: Final = 20_000
SALESPEOPLE: Final = 500
PAGE: Final = 20
_PIECE: Final = 20_000
_AT: Final = datetime(2026, 4, 1, tzinfo=UTC)
_READS_ALL: Final = re.compile(r"Seq Scan on (known_names|customer_names|receipts|customers|payer_assignments)\b")
_CHANCE: Final = random.Random(20_260_401)


def _id(kind: int, number: int) -> UUID:
    return UUID(int=(0x0197_0000_0000 + number) << 80 | 0x7 << 76 | 0x2 << 62 | kind << 32 | number)


def _owner(number: int) -> UUID:
    return _id(1, number % SALESPEOPLE)


def _account(number: int) -> str:
    return f"6222{number:015}"


def _known(start: int, end: int) -> list[dict[str, Any]]:
    rows = []
    for number, name in enumerate(names(start, end), start):
        normalised = normalise_payer(name)
        rows.append(
            {"customer_id": _id(2, number), "normalised_name": normalised, "name": name, "keys": keys_of(NameParts.of(name))}
        )
    return rows


def fill(engine: Engine) -> None:
    """A million customers with their names; a fifth of them have paid; some thousand receipts are nobody's."""
    pieces = [(start, min(start + _PIECE, CUSTOMERS)) for start in range(0, CUSTOMERS, _PIECE)]
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_known_names_keys"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool, Session(engine) as session, session.begin():
        for known in pool.map(_known, *zip(*pieces, strict=True)):
            rows = [(int(row["customer_id"]) & 0xFFFFFFFF, row) for row in known]
            insert_rows(session, Customer.__table__, [_customer(number, row) for number, row in rows])
            insert_rows(session, CustomerName.__table__, [_name(row) for row in known])
            insert_rows(session, KnownName.__table__, known)
            insert_rows(session, Receipt.__table__, [_paid(number, row) for number, row in rows if number < PAID])
        insert_rows(session, Receipt.__table__, [_unmatched(number) for number in range(UNMATCHED)])
        insert_rows(session, PayerAssignment.__table__, [_assigned(number) for number in range(ASSIGNED)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE INDEX ix_known_names_keys ON known_names USING gin (keys) WITH (fastupdate = off)")
        connection.exec_driver_sql("VACUUM ANALYZE")


def _customer(number: int, known: dict[str, Any]) -> dict[str, Any]:
    owner = _owner(number)
    named = {"id": known["customer_id"], "name": known["name"], "owner_id": owner, "owner_name": f"销售{number % SALESPEOPLE}"}
    return {**named, "owner_department_id": None, "bank_account": _account(number) if number % 3 else "", "version": 1}


def _name(known: dict[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in ("customer_id", "normalised_name", "name")} | {"kind": "name", "noted_at": _AT}


def _paid(number: int, known: dict[str, Any]) -> dict[str, Any]:
    matched = {"match": "matched", "customer_id": known["customer_id"], "matched_by": "name"}
    return _receipt(_id(3, number), known["name"], _account(number), number) | matched


def _unmatched(number: int) -> dict[str, Any]:
    """Payers that are nearly customers, in turn in another way; every fifth is nobody."""
    of = _CHANCE.randrange(CUSTOMERS)
    name = next(names(of, of + 1))
    ways: tuple[Callable[[], str], ...] = (
        lambda: name.replace("有限公司", "有限责任公司") if name.endswith("有限公司") else name + "有限公司",
        lambda: f"{name}{_CHANCE.choice(('北京', '上海', '广州'))}分公司",
        lambda: name[2:],
        lambda: f"张伟({name})",
        lambda: "".join(_CHANCE.sample("龘靐齉爩鱻麤驫羴犇骉淼焱垚", 4)) + "商行",
    )
    return _receipt(_id(4, number), ways[number % len(ways)](), _account(_CHANCE.randrange(CUSTOMERS)), PAID + number)


def _assigned(number: int) -> dict[str, Any]:
    payer = f"付款人{number}"
    named = {"id": _id(6, number), "customer_id": _id(2, number % CUSTOMERS), "payer_name": payer, "normalised_payer": payer}
    said = {"receipt_id": None, "is_alias": True, "assigned_at": _AT, "assigned_by_id": None, "assigned_by_name": "", "why": ""}
    return {**named, **said}


def _receipt(receipt_id: UUID, payer: str, account: str, number: int) -> dict[str, Any]:
    return {
        "id": receipt_id,
        "bank_account": "6222",
        "reference": f"R{number}",
        "received_at": _AT + timedelta(seconds=number),
        "payer_name": payer,
        "normalised_payer": normalise_payer(payer),
        "payer_account": account,
        "amount": 100,
        "remark": "",
        "match": "unmatched",
        "customer_id": None,
        "matched_by": None,
        "undone_customer_id": None,
        "reason": None,
        "created_at": _AT,
        "version": 1,
    }


@pytest.fixture(scope="module")
def database(module_databases: NeededDatabases) -> Iterator[Database]:
    with closing(Database(module_databases.of("payments"), pool_size=2)) as database:
        began = time.monotonic()
        fill(database.engine)
        print(f"\n{CUSTOMERS:,} customers and {PAID:,} receipts made in {time.monotonic() - began:.0f} s")
        yield database


@dataclass(frozen=True)
class Person:
    """Somebody at the pool."""

    database: Database
    caller: Caller

    def suggest(self, receipts: list[UUID]) -> None:
        suggest_for_receipts(Begin("payments", self.database, EVENTS, CallContext(self.caller)), receipt_ids=receipts)


_SEES_ALL: Final = Caller(str(_id(5, 0)), roles=frozenset({"sales_admin"}))


def _salesperson() -> Caller:
    return Caller(str(_owner(_CHANCE.randrange(SALESPEOPLE))), roles=frozenset({"sales"}))


def _some(count: int) -> list[UUID]:
    return [_id(4, number) for number in _CHANCE.sample(range(UNMATCHED), count)]


def _plain(database: Database, statement: str, parameters: Callable[[], dict[str, Any]]) -> Callable[[], Callable[[], object]]:
    """A statement by itself, on a connection that is open."""
    connection = database.engine.connect()
    return lambda: partial(lambda given: connection.execute(text(statement), given).all(), parameters())


def _keys() -> dict[str, Any]:
    asked = KeysAsked.of(NameParts.of(_unmatched(_CHANCE.randrange(UNMATCHED))["payer_name"]))
    return {"keys": [*asked.same, *asked.slips, *asked.alike]}


def test_suggestions_among_a_million_customers(database: Database) -> None:
    with database.engine.connect() as connection:
        size = connection.execute(text("SELECT pg_size_pretty(pg_total_relation_size('known_names'))")).scalar_one()
    print(f"{size} known names with their index; {CALLS} different calls of each\n")
    pass_over_start_up()  # as a service does
    asked: dict[str, Callable[[], Callable[[], object]]] = {
        "one receipt, who sees all": lambda: partial(Person(database, _SEES_ALL).suggest, _some(1)),
        "one receipt, a salesperson": lambda: partial(Person(database, _salesperson()).suggest, _some(1)),
        f"a page of {PAGE}, who sees all": lambda: partial(Person(database, _SEES_ALL).suggest, _some(PAGE)),
        f"a page of {PAGE}, a salesperson": lambda: partial(Person(database, _salesperson()).suggest, _some(PAGE)),
    }
    for what, ask in asked.items():
        print(measured(what, ask))
    print(
        measured(
            "bare: the names with one of a payer's keys",
            _plain(database, "SELECT customer_id, name FROM known_names WHERE keys && CAST(:keys AS integer[])", _keys),
        )
    )
    began = time.perf_counter()
    with database.engine.connect() as connection:
        connection.execute(text("SELECT customer_id, name FROM known_names WHERE name LIKE '%云帆网络科技%'")).all()
    print(f"bare: a walk through all names, once: {(time.perf_counter() - began) * 1000:.0f} ms\n")
    assert not read_whole(database.engine, asked, _READS_ALL)
