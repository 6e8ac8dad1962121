"""A house with a year of accrued interest: what a run is measured on."""

from typing import Any, Final

from tests.bench.databases import connected

CUSTOMERS: Final = 100_000
RECEIVABLES: Final = 200_000
MONTHS: Final = 12
LATE: Final = 20_000
"""Receivables of which a receipt came to light that is two months old."""
PREPAYING: Final = 20_000
"""Customers with prepaid money, each recharged and charged every month."""

# All due on 31 December 2024; accrued are January to December 2025, and January 2026 is the new month.
_FILL: Final = f"""
INSERT INTO customers (id, name, owner_id, owner_name, owner_department_id, bank_account, version)
SELECT gen_random_uuid(), 'customer ' || number, md5('owner' || number % 500)::uuid, 'owner ' || number % 500, NULL, '', 1
  FROM generate_series(1, {CUSTOMERS}) AS number;

CREATE TEMPORARY TABLE numbered AS SELECT id, row_number() OVER (ORDER BY name) - 1 AS number FROM customers;
CREATE UNIQUE INDEX ON numbered (number);

INSERT INTO receivables (bill_id, number, customer_id, product_name, product_type, payment_mode, period_start, period_end, due_on,
    quantity, shares, amount, process_id, created_at, version)
SELECT gen_random_uuid(), 'bill ' || bill, id, '行业短信', 'industry_sms', 'postpaid', '2024-11-01', '2024-11-30', '2024-12-31',
       1000, jsonb_build_array(jsonb_build_object('account_id', id, 'identifier', 'account', 'quantity', 1000, 'amount', '1')),
       1000 + bill % 9000, gen_random_uuid(), now(), 1
  FROM generate_series(1, {RECEIVABLES}) AS bill JOIN numbered ON number = bill % {CUSTOMERS};

INSERT INTO interest_rates VALUES (1, '2025-01-01', 0.005, '', NULL, '', now());
INSERT INTO interest_months (month, rate, opened_at, finished_shards, told_at)
SELECT month::date, 0.005, now(), '{{0,1,2,3}}', now()
  FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') AS month;
INSERT INTO interest_progress SELECT id, '2025-12-01' FROM customers;

INSERT INTO prepaid_movements (posting_id, account_id, customer_id, kind, day, amount)
SELECT gen_random_uuid(), id, id, kind, month::date + day, amount
  FROM numbered, generate_series(timestamp '2025-01-01', '2026-01-01', '1 month') AS month,
       (VALUES ('recharge', 3, 900), ('consumption', 20, -800)) AS moved (kind, day, amount)
 WHERE number < {PREPAYING};
TRUNCATE interest_marks;
"""

_ENTRIES: Final = """
INSERT INTO interest_entries (id, kind, month, number, booked_on, customer_id, customer_name, bill_id, bill_number, owner_id,
    owner_name, base, rate, amount, origin)
SELECT gen_random_uuid(), 'penalty', month, 1, (month + interval '1 month - 1 day')::date, customer_id, name, bill_id,
       receivables.number, owner_id, owner_name, amount, rate, round(amount * rate, 2),
       '{"code": "overdue", "params": {}, "receipts": []}'
  FROM receivables JOIN customers ON customers.id = customer_id CROSS JOIN interest_months;

INSERT INTO interest_entries (id, kind, month, number, booked_on, customer_id, customer_name, owner_id, owner_name, base, rate,
    amount, origin)
SELECT gen_random_uuid(), 'credit', month, 1, (month + interval '1 month - 1 day')::date, customer_id, max(name),
       max(owner_id::text)::uuid, max(owner_name), sum(amount) FILTER (WHERE day < month), rate,
       round(sum(amount) FILTER (WHERE day < month) * rate, 2), '{"code": "prepaid", "params": {}, "receipts": []}'
  FROM prepaid_movements JOIN customers ON customers.id = customer_id
  JOIN interest_months ON day < month + interval '1 month' AND month > '2025-01-01'
 GROUP BY customer_id, month, rate;
"""

_LATE: Final = f"""
CREATE TEMPORARY TABLE late AS SELECT bill_id, customer_id, gen_random_uuid() AS receipt_id FROM receivables LIMIT {LATE};

INSERT INTO receipts (id, bank_account, reference, received_at, payer_name, normalised_payer, payer_account, amount, remark,
    match, customer_id, matched_by, created_at, version)
SELECT receipt_id, 'bank', receipt_id::text, '2025-11-10 10:00+08', 'payer', 'payer', '', 500, '', 'matched', customer_id, 'name',
       now(), 1
  FROM late;

INSERT INTO write_offs (id, customer_id, automatic, state, amount, remarks, started_by_name, started_at, attempt, process_version,
    version)
SELECT receipt_id, customer_id, true, 'archived', 500, '', '', now(), 1, 1, 1 FROM late;

INSERT INTO write_off_pairs (id, write_off_id, attempt, receipt_id, bill_id, amount, state)
SELECT gen_random_uuid(), receipt_id, 1, receipt_id, bill_id, 500, 'held' FROM late;
UPDATE write_off_pairs SET state = 'final';
"""


def fill(url: str) -> None:
    """Fill an empty database of payments. The entries' indexes are made after them, which takes a third of the time."""
    with connected(url) as connection:
        _run(connection, _FILL)
        indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'interest_entries' AND indexname NOT LIKE 'pk%%'"
        known = connection.exec_driver_sql(indexes).all()
        for index in known:
            connection.exec_driver_sql(f"DROP INDEX {index.indexname}")
        _run(connection, _ENTRIES)
        for index in known:
            connection.exec_driver_sql(index.indexdef)
        _run(connection, _LATE)
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def _run(connection: Any, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement.replace("%", "%%"))
