"""Killed between any two transactions, rating late usage leaves nothing half done: the next to try comes to the same."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from services.billing.usecases.rerate_late_usage import rerate_late_usage
from services.kit.caller import Caller
from services.kit.jobs import open_job, take_shard
from services.kit.unit_of_work import Begin, UnitOfWork
from tests.integration.billing.late import APRIL, next_month, reconcile
from tests.integration.billing.office import FINANCE, MARCH, Office, unified
from tests.integration.billing.prepaid import Prepaid
from tests.servers.worker_databases import make_as_new

BILLED = """
SELECT product_name, month, state, quantity, amount, adjusted, covered, version FROM bills ORDER BY product_name, month
"""
SAID = "SELECT type, count(*) FROM outbox WHERE type NOT LIKE 'job%' GROUP BY type ORDER BY type"
KEPT = """
SELECT 'rerating', count(*), sum(amount_after - amount_before) FROM bill_reratings UNION ALL
SELECT 'adjustment', count(*), sum(amount) FROM bill_adjustments UNION ALL
SELECT 'carried', count(*), sum(amount) FROM bill_adjustment_uses UNION ALL
SELECT 'balance', count(*), sum(prepay) FROM balances UNION ALL
SELECT 'marked', count(*), 0 FROM late_usage ORDER BY 1
"""


class Killed(BaseException):
    """Not caught by anything on its way, as a kill is not."""


class KilledAfter:
    """A ``begin`` that lets so many transactions through, and no other begin."""

    def __init__(self, begin: Begin, transactions: int) -> None:
        self._begin, self._left = begin, transactions

    def __call__(self, *args: Any, **named: Any) -> AbstractContextManager[UnitOfWork]:
        if self._left == 0:
            raise Killed
        self._left -= 1
        return self._begin(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._begin, name)


def _story(office: Office) -> None:
    """March agreed and April open, of a product paid afterwards and of one paid in advance; late usage for both months, and for a
    month that has no bill."""
    customer = office.customer()
    product = office.product(customer)
    office.account(product, customer, "yunfan-1")
    office.price(product, unified("0.05"), kind="unified", valid_from="2026-01-01")
    prepaid = Prepaid(office, customer, priced_from="2026-01-01")
    prepaid.recharge("15.00")
    for month in (MARCH, APRIL):
        office.report([(name, month.first_day, "CMCC", 1_000) for name in ("yunfan-1", prepaid.name)])
        next_month(office, month)
        office.run_billing(month, shards=1)
        if month == MARCH:
            for row in office.rows("SELECT id FROM bills ORDER BY product_name"):
                reconcile(office, customer, row.id)
    days = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))
    office.report([(name, day, "CMCC", 200) for name in ("yunfan-1", prepaid.name) for day in days])


def _rerate(office: Office, key: str, killed_after: int | None = None) -> bool:
    """
    :returns: whether it came to its end.
    """
    with office.begin(FINANCE)() as work:
        job_id, _ = open_job(work, "rerate_late_usage", key, as_of=office.now.date())
    shard = take_shard(office.begin(Caller.system("billing")), job_id, 0, office.files)
    assert shard is not None
    if killed_after is not None:
        shard = replace(shard, begin=KilledAfter(shard.begin, killed_after))  # type: ignore[arg-type]  # all that is used of it
    try:
        rerate_late_usage(shard)
    except Killed:
        return False
    return True


def _told(office: Office) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in office.rows(query)] for query in (BILLED, SAID, KEPT)]


def test_rating_late_usage_killed_between_any_two_transactions_comes_to_the_same(office: Office) -> None:
    start = office.now
    _story(office)
    assert _rerate(office, "undisturbed")
    undisturbed = _told(office)
    assert {name: count for name, count, _ in undisturbed[2]}["adjustment"] == 2
    ended, killed_after = False, 0
    while not ended:
        make_as_new(office.database)
        office.now = start
        _story(office)
        ended = _rerate(office, "killed", killed_after)
        assert _rerate(office, "the next day")
        assert _told(office) == undisturbed, f"killed after {killed_after} transactions"
        killed_after += 1
    assert killed_after > 8, "three months of two transactions each, and what is asked before"
