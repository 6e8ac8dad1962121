"""A million ended processes and 100,000 open ones of a company of 300, made by set-based SQL: what lists are measured on.

Histories are left out: no list reads one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.kit.caller import Caller
from services.workflow.store.definition_files import read_files
from services.workflow.store.process_texts import write_missing_texts
from tests.bench.million_customers import names

USERS: Final = 300
CUSTOMERS: Final = 50_000
DEPARTMENTS: Final = 20
CODES: Final = tuple(sorted(read_files()))

_SEED: Final = 0.20_260_310
_TASKS_OF_ENDED: Final = 4

_FUNCTIONS: Final = """
-- A version 7, as our ids are: neighbours in time are neighbours in the index.
CREATE FUNCTION pg_temp.made_id(kind int, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1748000000000 + number), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' || repeat('0', 15))::uuid
$$;
-- Some have much more to do than others: the first tenth of the people has nearly half of it.
CREATE FUNCTION pg_temp.somebody(chance float) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT floor({users} * power(chance, 2.5))::bigint
$$;
"""
_NODES: Final = "CREATE TEMP TABLE nodes (code text, step int, node text, steps int)"
_CUSTOMERS: Final = "CREATE TEMP TABLE customer_names (number bigint, name text)"
_FORM: Final = """jsonb_build_object('product_names', jsonb_build_array('行业短信', '营销短信'), 'valid_from', '2026-04-01',
    'valid_to', '2027-03-31', 'monthly_volume', 1200000, 'amount', '480000.00', 'unit_price', '0.033500', 'is_standard', true,
    'payment', 'postpaid', 'remarks', repeat('客户要求按月对账，次月十五日前付款。', 3))"""

_CHANCES: Final = """
CREATE TEMP TABLE made AS
SELECT number, pg_temp.made_id(0, number) AS id, number > :ended AS is_open, pg_temp.somebody(random()) AS initiator,
    floor(random() * :customers)::bigint AS customer, codes[1 + floor(random() * cardinality(codes))::int] AS code,
    random() AS fate, random() AS progress, pg_temp.somebody(random()) AS handler,
    -- Ended ones over three years, open ones over the last two months.
    CASE WHEN number > :ended THEN timestamptz '2026-03-10 08:00Z' - random() * interval '60 days'
        ELSE timestamptz '2023-03-10 08:00Z' + number * interval '3 years' / (:ended + 1) END AS started_at
FROM generate_series(1, :ended + :open) AS number, (SELECT CAST(:codes AS text[]) AS codes) AS all_codes
"""
_PROCESSES: Final = f"""
INSERT INTO processes (id, code, definition_version, owner_service, state, node, title, subject_key, subject_type, subject_id,
    subject_name, customer_id, customer_name, initiator_id, initiator_name, initiator_department_id, product_ids, form, facts,
    effect, started_at, changed_at, ended_at, version)
SELECT made.id, made.code, 1, 'billing',
    CASE WHEN NOT is_open THEN CASE WHEN fate < 0.9 THEN 'archived' ELSE 'withdrawn' END
        WHEN nodes.step = 0 THEN 'returned' ELSE 'running' END,
    CASE WHEN is_open THEN nodes.node END,
    name || ' ' || made.code, pg_temp.made_id(1, customer)::text, 'customer', pg_temp.made_id(1, customer)::text, name,
    pg_temp.made_id(1, customer), name, pg_temp.made_id(2, initiator), '员工' || initiator,
    pg_temp.made_id(3, initiator % {DEPARTMENTS}), ARRAY[pg_temp.made_id(4, customer)], {_FORM}, '{{}}',
    CASE WHEN NOT is_open AND fate < 0.9 THEN 'in_force' ELSE 'none' END,
    started_at, started_at + interval '1 day', CASE WHEN NOT is_open THEN started_at + interval '1 day' END, 6
FROM made JOIN customer_names ON customer_names.number = customer
    JOIN nodes ON nodes.code = made.code AND nodes.step = floor(progress * nodes.steps)::int
"""
_SETTLED: Final = """
-- One handler decides, one more of the same role is asked in vain; twice over.
INSERT INTO tasks (id, process_id, code, node, user_id, user_name, role, state, opened_at, settled_at, settled_by, settled_how,
    acted_by_id)
SELECT pg_temp.made_id(10 + each, number), made.id, made.code, nodes.node, pg_temp.made_id(2, person), '员工' || person,
    'finance',
    CASE WHEN each % 2 = 0 THEN 'done' ELSE 'closed' END, started_at + each * interval '5 hours',
    started_at + (each + 1) * interval '5 hours', '员工' || person, 'approved',
    CASE WHEN each % 2 = 0 THEN pg_temp.made_id(2, person) END
FROM made CROSS JOIN generate_series(0, :tasks - 1) AS each
    CROSS JOIN LATERAL (SELECT (handler + each * 37) % :users AS person) AS people
    JOIN nodes ON nodes.code = made.code AND nodes.step = 1 + each / 2 % (nodes.steps - 1)
WHERE NOT is_open
"""
_OPEN: Final = """
INSERT INTO tasks (id, process_id, code, node, user_id, user_name, role, state, opened_at, due_at)
SELECT pg_temp.made_id(20, number), made.id, made.code, nodes.node, pg_temp.made_id(2, person), '员工' || person, 'finance',
    'open',
    started_at + interval '1 day', CASE WHEN fate < 0.5 THEN started_at + interval '3 days' END
FROM made JOIN nodes ON nodes.code = made.code AND nodes.step = floor(progress * nodes.steps)::int
    CROSS JOIN LATERAL (SELECT CASE WHEN nodes.step = 0 THEN initiator ELSE handler END AS person) AS people
WHERE is_open
"""
_COPIES: Final = """
INSERT INTO copies (process_id, user_id, user_name, by_name, at, listed_at)
SELECT id, pg_temp.made_id(2, person), '员工' || person, '员工' || handler,
    started_at + interval '1 day', started_at + interval '365001 days'
FROM made CROSS JOIN LATERAL (SELECT (handler + 71) % :users AS person) AS people WHERE progress < 0.2
"""


def user(number: int) -> Caller:
    """One of the 300, by number from 0; the lower, the more there is to do."""
    department = made_id(3, number % DEPARTMENTS)
    return Caller(str(made_id(2, number)), f"员工{number}", str(department), roles=frozenset({"sales"}))


def made_id(kind: int, number: int) -> UUID:
    """1: a customer's, 2: a user's, 3: a department's, 4: the product's of a customer; as the SQL here makes it."""
    return UUID(f"{1_748_000_000_000 + number:012x}7{kind:03x}8{'0' * 15}")


def fill(engine: Engine, ended: int, open_: int) -> None:
    """Fill a workflow database, freshly migrated and with the definitions published; and ANALYZE it. The same at every run."""
    with engine.begin() as connection, _without_indexes(connection):
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(text("SELECT setseed(:seed)"), {"seed": _SEED})
        connection.exec_driver_sql(_FUNCTIONS.format(users=USERS))
        _copy_names_and_nodes(connection)
        how_many = {"ended": ended, "open": open_, "customers": CUSTOMERS, "codes": list(CODES)}
        connection.execute(text(_CHANCES), how_many)
        connection.exec_driver_sql("ANALYZE made")
        connection.execute(text(_PROCESSES))
        write_missing_texts(connection)
        connection.execute(text(_SETTLED), {"tasks": _TASKS_OF_ENDED, "users": USERS})
        connection.execute(text(_OPEN))
        connection.execute(text(_COPIES), {"users": USERS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _copy_names_and_nodes(connection: Connection) -> None:
    nodes = {code: [node["code"] for node in content["nodes"]] for code, content in read_files().items()}
    steps = [(code, step, node, len(own)) for code, own in nodes.items() for step, node in enumerate(own)]
    connection.exec_driver_sql(_CUSTOMERS)
    connection.exec_driver_sql(_NODES)
    driver: Any = connection.connection.driver_connection
    for table, rows in (("customer_names", enumerate(names(0, CUSTOMERS))), ("nodes", steps)):
        with driver.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.exec_driver_sql(f"ANALYZE {table}")


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """What speeds up or checks nothing before the rows are there is made anew after them."""
    indexes = connection.execute(_INDEXES).all()
    references = connection.execute(_REFERENCES).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    for table, name, _ in references:
        connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for _, definition in indexes:
        connection.exec_driver_sql(definition)
    for table, name, definition in references:
        connection.exec_driver_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


_INDEXES: Final = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    " AND tablename IN ('processes', 'process_texts', 'tasks', 'copies')"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)
_REFERENCES: Final = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND confrelid = 'processes'::regclass"
    " AND conrelid IN ('process_texts'::regclass, 'tasks'::regclass, 'copies'::regclass)"
)
