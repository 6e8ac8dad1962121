"""A month of a company with 20,000 products: customers, accounts, prices of every kind, and what was sent; made by SQL."""

from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from services.billing.store.usage_partitions import make_partitions
from services.kit.clock import Month

MONTH: Final = Month(2026, 3)
CUSTOMERS: Final = 8_000
PRODUCTS: Final = 20_000
ACCOUNTS: Final = 50_000
LINES: Final = 3_000_000
DAYS: Final = 20
"""The days on which each account sends, over three operators: as many daily sums as lines, the most there can be."""

UNPRICED, UNCOVERED, LACKING, SILENT, MISTYPED = 0, 1, 2, 3, 4
"""Of every 200 products the one whose number leaves this rest has no price; one that ends before the month does; a table without
an operator that was used; nothing sent; accounts whose usage came under a name that is nearly theirs."""


def fill(engine: Engine, part: int = 1) -> None:
    """Fill a billing database, freshly migrated, and ANALYZE it. The same at every run.

    :param part: 4 for a quarter of it all.
    """
    size = {"customers": CUSTOMERS // part, "products": PRODUCTS // part, "accounts": ACCOUNTS // part}
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text("SET LOCAL work_mem = '256MB'"))
        for statement in (_CUSTOMERS, _PRODUCTS, _ACCOUNTS, _NAMES, _PRICES, _LATER_PRICES):
            connection.execute(text(statement), size)
        _send(connection, size)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _send(connection: Connection, size: dict[str, int]) -> None:
    """The raw lines, in the order of their days, a report a day; and each report's daily sums in the order of their keys."""
    make_partitions(Session(connection), [MONTH])
    for day in range(1, DAYS + 1):
        parameters = {"day": MONTH.first_day.replace(day=day + day // 2), "report": _id_of(6, str(day))}
        report = connection.scalar(text(f"SELECT {parameters.pop('report')}"))
        connection.execute(text(_LINES), {**parameters, **size, "report": report})
        connection.execute(text(_DAILY_SUMS), {"report": report})


def _id_of(kind: int, number: str) -> str:
    """An expression for a version 7 UUID, as our ids are: neighbours in time are neighbours in the index."""
    return f"('0197{kind:04x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _flat(price: str, segment: str = "NULL::text") -> str:
    return f"jsonb_build_object('segment', {segment}, 'tiers', jsonb_build_array({_tier('NULL::bigint', price)}))"


def _tiered(segment: str = "NULL::text") -> str:
    tiers = ", ".join((_tier("1000", "'0.045000'"), _tier("50000", "'0.038500'"), _tier("NULL::bigint", "'0.031256'")))
    return f"jsonb_build_object('segment', {segment}, 'tiers', jsonb_build_array({tiers}))"


def _tier(up_to: str, price: str) -> str:
    return f"jsonb_build_object('up_to', {up_to}, 'unit_price', {price})"


def _by_operator(row: str) -> str:
    return (
        "(SELECT jsonb_agg(" + row + ") FROM unnest(ARRAY['CMCC', 'CUCC', 'CTCC']) AS operator"
        f" WHERE NOT (p % 200 = {LACKING} AND operator = 'CTCC'))"
    )


_UNIT_PRICE: Final = "to_char(0.02 + (p % 977) * 0.000031, 'FM0.000000')"

_CUSTOMERS: Final = f"""
INSERT INTO customers (id, name, owner_id, owner_name, owner_department_id, invoice_information, version)
SELECT {_id_of(1, "c")}, '上海云帆网络科技' || c || '有限公司', {_id_of(2, "c % 500")}, '张伟' || c % 500, {_id_of(3, "c % 30")},
       jsonb_build_object(), 1
FROM generate_series(0, :customers - 1) AS c
"""
_PRODUCTS: Final = f"""
INSERT INTO products (id, customer_id, name, type, payment_mode, billing_cycle_months, needs_invoice, since, version)
SELECT {_id_of(4, "p")}, {_id_of(1, "p % :customers")}, '行业短信' || p / :customers, 'industry_sms', 'postpaid', 1, true,
       DATE '2025-01-01', 1
FROM generate_series(0, :products - 1) AS p
"""
_ACCOUNTS: Final = f"""
INSERT INTO accounts (id, identifier, product_id, customer_id, signature, status, changed_at, version)
SELECT {_id_of(5, "a")}, 'yunfan' || lpad(a::text, 6, '0'), {_id_of(4, "a % :products")},
       {_id_of(1, "a % :products % :customers")}, '云帆科技', 'active', TIMESTAMPTZ '2025-01-01 00:00:00Z', 1
FROM generate_series(0, :accounts - 1) AS a
"""
_NAMES: Final = "INSERT INTO account_names (name, account_id) SELECT identifier, id FROM accounts"
_DAILY_SUMS: Final = """
INSERT INTO usage_daily (account, day, operator, quantity)
SELECT account, day, operator, sum(quantity) FROM usage_lines WHERE report = :report
GROUP BY account, day, operator ORDER BY account, day, operator
"""
_PRICES: Final = f"""
INSERT INTO prices (id, process_id, product_id, customer_id, kind, rows, valid_from, valid_to, archived_at)
SELECT {_id_of(7, "p")}, {_id_of(8, "p")}, {_id_of(4, "p")}, {_id_of(1, "p % :customers")},
       CASE WHEN p % 200 = {LACKING} OR p % 10 < 5 THEN 'unified' WHEN p % 10 < 8 THEN 'tiered' ELSE 'stage' END,
       CASE WHEN p % 200 = {LACKING} OR p % 10 IN (3, 4) THEN {_by_operator(_flat(_UNIT_PRICE, "operator"))}
            WHEN p % 10 < 5 THEN jsonb_build_array({_flat(_UNIT_PRICE)})
            WHEN p % 10 IN (7, 9) THEN {_by_operator(_tiered("operator"))}
            ELSE jsonb_build_array({_tiered()}) END,
       DATE '2025-01-01', CASE WHEN p % 200 = {UNCOVERED} THEN DATE '2026-03-10' END, TIMESTAMPTZ '2025-01-01 00:00:00Z'
FROM generate_series(0, :products - 1) AS p
WHERE p % 200 <> {UNPRICED}
"""
_LATER_PRICES: Final = f"""
INSERT INTO prices (id, process_id, product_id, customer_id, kind, rows, valid_from, valid_to, archived_at)
SELECT {_id_of(9, "p")}, {_id_of(10, "p")}, {_id_of(4, "p")}, {_id_of(1, "p % :customers")},
       'unified', jsonb_build_array({_flat("'0.029900'")}), DATE '2026-03-16', NULL, TIMESTAMPTZ '2026-03-10 00:00:00Z'
FROM generate_series(0, :products - 1) AS p
WHERE p % 10 = 5
"""
_LINES: Final = f"""
INSERT INTO usage_lines (report, account, day, operator, quantity)
SELECT :report, 'yunfan' || lpad(named::text, 6, '0') || CASE WHEN p % 200 = {MISTYPED} THEN '-x' ELSE '' END, :day, operator,
       1 + (a * 7 + EXTRACT(day FROM CAST(:day AS date))::int * 131) % 1999
FROM generate_series(0, :accounts - 1) AS a,
     unnest(ARRAY['CMCC', 'CUCC', 'CTCC']) AS operator,
     LATERAL (SELECT a % :products AS p) AS product,
     LATERAL (SELECT CASE WHEN p % 200 = {SILENT} THEN a + 10 ELSE a END AS named) AS sender
"""
