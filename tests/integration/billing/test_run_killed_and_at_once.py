"""Kill -9 of a worker in the middle of a billing run, and several runs at once, change no total (issue 5).

Real processes on real PostgreSQL; every outcome is compared, number by number, with that of a run that nobody disturbed.
"""

import os
import signal
from dataclasses import dataclass
from datetime import date
from itertools import count
from multiprocessing.context import ForkServerProcess
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.billing.tasks import tasks
from services.billing.usecases import run_billing
from services.contracts.billing import EVENTS
from services.kit.caller import CallContext, Caller
from services.kit.database import Database
from services.kit.jobs import finish_shard, open_job, take_shard
from services.kit.unit_of_work import Begin
from tests.integration.billing.office import NOW, Office, unified
from tests.integration.billing.prepaid import Prepaid
from tests.integration.forks import FORKS
from tests.servers.worker_databases import WorkerDatabases

CUSTOMERS = 8
BATCH = 2
"""Customers to a transaction: four of them, so that there is something before and after each."""

BY_OPERATOR = [
    {"segment": code, "tiers": [{"up_to": 1000, "unit_price": "0.0345"}, {"up_to": None, "unit_price": "0.0312"}]}
    for code in ("CMCC", "CUCC")
]

Totals = dict[str, list[tuple[Any, ...]]]

TOTALS = {
    "bills": "SELECT number, quantity, amount, covered, state, version FROM bills",
    "lines": """
        SELECT bills.number, lines.number, segment, first_day, last_day, tier, lines.quantity, unit_price, lines.amount
        FROM bill_lines AS lines JOIN bills ON bills.id = bill_id""",
    "shares": """
        SELECT bills.number, line_number, identifier, shares.quantity, shares.amount
        FROM bill_line_shares AS shares JOIN bills ON bills.id = bill_id JOIN accounts ON accounts.id = account_id""",
    "accounts": """
        SELECT number, identifier, parts.quantity, parts.amount FROM bill_accounts AS parts JOIN bills ON bills.id = bill_id""",
    "refusals": """
        SELECT name, reason, details - 'process_id' - 'account_id', resolved_at IS NULL, bill_refusals.version
        FROM bill_refusals JOIN customers ON customers.id = customer_id""",
    "balances": """
        SELECT identifier, prepay, prepurchase, held, entry_count FROM balances JOIN accounts ON accounts.id = account_id""",
    "ledger": """
        SELECT bills.number, kind, book, ledger_entries.amount, balance_after FROM ledger_entries
        JOIN ledger_postings ON ledger_postings.id = posting_id JOIN bills ON bills.id = bill_id""",
    "events": """
        SELECT type, envelope -> 'data' ->> 'number', envelope -> 'data' ->> 'amount', envelope -> 'data' ->> 'reason', count(*)
        FROM outbox GROUP BY 1, 2, 3, 4""",
    "audit": "SELECT action, after ->> 'number', after ->> 'amount', count(*) FROM audit_entries GROUP BY 1, 2, 3",
}


def totals(office: Office) -> Totals:
    return {name: sorted((tuple(row) for row in office.rows(query)), key=str) for name, query in TOTALS.items()}


@dataclass
class March:
    """A month that is ready to be billed, and what billing it undisturbed comes to."""

    office: Office
    customers: list[UUID]
    undisturbed: Totals

    def open_run(self, key: str, shards: int = 1, customer_id: UUID | None = None) -> UUID:
        params = {"month": "2026-03", "customer_id": customer_id and str(customer_id)}
        with self.office.begin()() as work:
            return open_job(work, "billing_run", key, as_of=date(2026, 4, 1), params=params, shards=shards)[0]

    def bills(self) -> int:
        number: int = self.office.value("SELECT count(*) FROM bills")
        return number

    def forget_heartbeats(self) -> None:
        """As if the lease of whoever died were over."""
        self.office.rows("UPDATE job_shards SET heartbeat_at = heartbeat_at - interval '1 hour' RETURNING 1")

    def made(self) -> int:
        return sum(row.made for row in self.office.rows("SELECT (result ->> 'made')::int AS made FROM job_shards"))


def send_a_month(office: Office) -> list[UUID]:
    """Bills of all kinds, of which balances cover some in full, in part and not at all; and a product of each that is refused."""
    customers = []
    for number in range(CUSTOMERS):
        customer = office.customer(f"客户{number}")
        product = office.product(customer)
        for name in (f"account{number}a", f"account{number}b"):
            office.account(product, customer, name)
            office.report([(name, date(2026, 3, day), code, 333 * day) for day in (1, 17) for code in ("CMCC", "CUCC")])
        office.price(product, BY_OPERATOR, kind="tiered")
        bare = office.product(customer, "彩信", "mms")
        office.account(bare, customer, f"mms{number}")
        office.report([(f"mms{number}", date(2026, 3, 3), "CMCC", 7)])
        if number % 2:
            office.price(product, unified("0.03"), kind="unified", valid_from="2026-03-10")
            prepaid = Prepaid(office, customer, f"prepaid{number}")
            if number > 1:
                prepaid.recharge(f"{number * 10}.00")
            office.report([(prepaid.name, date(2026, 3, 9), "CTCC", 4_000)])
        customers.append(customer)
    return customers


@pytest.fixture(scope="module")
def undisturbed(worker_databases: WorkerDatabases, tmp_path_factory: pytest.TempPathFactory) -> Totals:
    office = Office(worker_databases.as_new("billing"), tmp_path_factory.mktemp("undisturbed"))
    send_a_month(office)
    office.run_billing(shards=1)
    found = totals(office)
    assert [len(found[name]) for name in ("bills", "refusals", "balances")] == [12, 8, 3]
    assert {row[3] for row in found["bills"]} > {0}, "balances pay for some"
    return found


@pytest.fixture
def march(undisturbed: Totals, office: Office) -> March:
    return March(office, send_a_month(office), undisturbed)


def work_on(url: str, shards: list[tuple[UUID, int]], killed_before: int | None, start: Any) -> None:
    """A worker process: does these shards; killed before its nth commit, if it comes so far."""
    run_billing.BATCH_CUSTOMERS = BATCH  # this process's own
    database = Database(url, pool_size=2)
    commits = count(1)

    @event.listens_for(database.engine, "commit")
    def die(_: object) -> None:
        if next(commits) == killed_before:
            os.kill(os.getpid(), signal.SIGKILL)

    begin = Begin("billing", database, EVENTS, CallContext(Caller.system("billing"), as_of=NOW))
    if start is not None:
        start.wait(60)
    for job_id, number in shards:
        shard = take_shard(begin, job_id, number)
        if shard is not None:
            finish_shard(shard, tasks.kinds["billing_run"].function(shard))
    database.close()


class Workers:
    """Worker processes that begin at the same moment; all are gone at the end."""

    def __init__(self, march: March, count: int) -> None:
        self._url = march.office.database.url
        self._start = FORKS.Barrier(count) if count > 1 else None
        self.processes: list[ForkServerProcess] = []

    def work_on(self, *shards: tuple[UUID, int], killed_before: int | None = None) -> None:
        arguments = (self._url, list(shards), killed_before, self._start)
        process = FORKS.Process(target=work_on, args=arguments)
        process.start()
        self.processes.append(process)

    def join(self) -> list[int | None]:
        for process in self.processes:
            process.join(120)
        return [process.exitcode for process in self.processes]


def do(march: March, *shards: tuple[UUID, int], killed_before: int | None = None) -> bool:
    """
    :returns: whether the worker was killed.
    """
    workers = Workers(march, 1)
    workers.work_on(*shards, killed_before=killed_before)
    (exit_code,) = workers.join()
    assert exit_code in (0, -signal.SIGKILL)
    return exit_code != 0


# Its commits: taking the shard, counting, telling how many there are; then each batch and how far it is; and the end.
@pytest.mark.parametrize(("commit", "customers_billed"), [(1, 0), (5, 2), (6, 2), (12, 8)])
def test_a_worker_killed_in_the_middle_of_a_run_changes_no_total(march: March, commit: int, customers_billed: int) -> None:
    run = march.open_run("2026-03:all:1")
    assert do(march, (run, 0), killed_before=commit)
    assert march.office.value("SELECT count(DISTINCT customer_id) FROM bills") == customers_billed
    march.forget_heartbeats()
    assert not do(march, (run, 0))
    assert totals(march.office) == march.undisturbed
    assert march.office.value("SELECT state FROM jobs") == "done"


def test_a_run_killed_again_and_again_is_done_in_the_end(march: March) -> None:
    run = march.open_run("2026-03:all:1")
    for _ in range(4):
        assert do(march, (run, 0), killed_before=5)
        march.forget_heartbeats()
    assert not do(march, (run, 0))
    assert totals(march.office) == march.undisturbed


def test_two_runs_and_a_generation_for_one_customer_at_once_change_no_total(march: March) -> None:
    first, second = march.open_run("2026-03:all:1", shards=2), march.open_run("2026-03:all:2", shards=2)
    generations = [(march.open_run(f"2026-03:{each}:1", customer_id=each), 0) for each in march.customers]
    workers = Workers(march, 3)
    workers.work_on((first, 0), (first, 1))
    workers.work_on((second, 1), (second, 0))
    workers.work_on(*reversed(generations))
    assert workers.join() == [0, 0, 0]
    assert totals(march.office) == march.undisturbed
    assert march.made() == len(march.undisturbed["bills"]), "each bill is one run's"


def test_a_worker_killed_beside_another_run_changes_no_total(march: March) -> None:
    first, second = march.open_run("2026-03:all:1"), march.open_run("2026-03:all:2")
    workers = Workers(march, 2)
    workers.work_on((first, 0), killed_before=6)
    workers.work_on((second, 0))
    assert workers.join() == [-signal.SIGKILL, 0]
    assert totals(march.office) == march.undisturbed, "the one that lives needs no one to clear up after the one that died"
    march.forget_heartbeats()
    assert not do(march, (first, 0))
    assert totals(march.office) == march.undisturbed
