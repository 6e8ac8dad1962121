"""Usage that comes late re-rates an open bill; on a reconciled one it makes an adjustment line on the next bill
(spec, billing.md, "Bills")."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from services.billing.domain.adjustments import NOTHING, prices_of_bill
from services.billing.domain.charging import Charged, MonthUsage, Refused, charge_month
from services.billing.domain.one_off import add_one_offs
from services.billing.domain.prices import Price
from services.billing.store.adjustments import lock_bills_of_month
from services.billing.store.billed_usage import usage_of_products
from services.billing.store.customers import (
    count_customers,
    in_shard,
    lock_customers,
    next_customers,
    products_of,
    unbilled_products,
)
from services.billing.store.late_usage import forget_late_usage, has_late_usage, lock_late_usage, months_of_late_usage
from services.billing.store.one_offs import one_offs_on
from services.billing.store.prices import prices_of
from services.billing.store.refusals import resolve_late_refusals
from services.billing.store.tables import Bill
from services.billing.usecases.alike_accounts import UnknownAccounts
from services.billing.usecases.bill_customers import Missed, bill_customers, keep_missed
from services.billing.usecases.rerate_bills import Rated, adjust_agreed_bills, replace_open_contents
from services.kit.clock import Month
from services.kit.jobs import Shard
from services.kit.unit_of_work import Begin, UnitOfWork

BATCH_CUSTOMERS: Final = 100


def rerate_late_usage(shard: Shard) -> dict[str, int]:
    """Rate anew what is marked, customers by their id's hash. What cannot be rated yet keeps its mark for the next day.

    :returns: how many bills were ``replaced`` (their content), ``adjusted`` (for their product's next bill), ``unchanged`` and
        ``made`` (there was none), how many products were ``refused``, and how many bills are ``waiting`` for a process that holds
        them.
    """
    condition: ColumnElement[bool] = and_(in_shard(shard.number, shard.of), has_late_usage())
    with shard.begin() as work:
        total = count_customers(work.session, condition)
    shard.report(0, total)
    counts: Counter[str] = Counter()
    done = 0
    after: UUID | None = None
    while True:
        with shard.begin() as work:
            customer_ids = next_customers(work.session, condition, after, BATCH_CUSTOMERS)
        if not customer_ids:
            return dict(counts)
        counts += rerate_customers(shard.begin, customer_ids)
        done, after = done + len(customer_ids), customer_ids[-1]
        shard.report(done, max(done, total))


def rerate_customers(begin: Begin, customer_ids: Sequence[UUID]) -> Counter[str]:
    """Rate anew what is marked of these customers; the older month first, as its adjustment is on the younger one's bill.

    What is made and what is rated anew of a month are transactions of their own: bills are locked before balances, and each of
    both moves balances.

    :returns: counts as of :func:`rerate_late_usage`.
    """
    with begin() as work:
        months = months_of_late_usage(work.session, customer_ids, work.today)
    counts: Counter[str] = Counter()
    for month in months:
        with begin() as work:
            counts += _bill_what_has_no_bill(work, month, customer_ids)
        with begin() as work:
            counts += _rerate_month(work, month, customer_ids)
    return counts


def _bill_what_has_no_bill(work: UnitOfWork, month: Month, customer_ids: Sequence[UUID]) -> Counter[str]:
    customers = {customer.id: customer for customer in lock_customers(work.session, customer_ids)}
    marked = set(lock_late_usage(work.session, month, customers))
    unbilled = unbilled_products(work.session, month, customers)
    wanted = sorted({product.customer_id for product in unbilled if product.id in marked})
    if not wanted:
        return Counter()
    made, refused = bill_customers(work, month, [customers[customer_id] for customer_id in wanted], UnknownAccounts(month))
    return Counter(made=made, refused=refused)


def _rerate_month(work: UnitOfWork, month: Month, customer_ids: Sequence[UUID]) -> Counter[str]:
    customers = {customer.id: customer for customer in lock_customers(work.session, customer_ids)}
    marked = set(lock_late_usage(work.session, month, customers))
    # A product that is not known yet keeps its mark: its own event is on the way.
    late = {product.id: product for product in products_of(work.session, customers) if product.id in marked}
    bills = lock_bills_of_month(work.session, month, late)
    contents = _contents(work, month, bills)
    # One that a process holds may yet come to be open or agreed.
    free = [bill for bill in bills.values() if bill.void_process_id is None and bill.state != "reconciling"]
    open_bills: list[Rated] = []
    agreed_bills: list[Rated] = []
    missed: list[Missed] = []
    for bill in free:
        assert bill.product_id is not None, "usage is a product's"
        content = contents[bill.product_id]
        if isinstance(content, Refused):
            product = late[bill.product_id]
            details = {**content.details, "bill_number": bill.number}
            missed.append(Missed(product.id, customers[product.customer_id], product, Refused(content.reason, details)))
        else:
            (open_bills if bill.state == "open" else agreed_bills).append((bill, content))
    outcomes = adjust_agreed_bills(work, agreed_bills) | replace_open_contents(work, open_bills)
    keep_missed(work, month, missed)
    resolve_late_refusals(work.session, month, outcomes, work.now)
    forget_late_usage(work.session, month, outcomes)
    counts = Counter(outcomes.values())
    counts.update(refused=len(missed), waiting=len(bills) - len(free))
    return +counts


def _contents(work: UnitOfWork, month: Month, bills: Mapping[UUID, Bill]) -> dict[UUID, Charged | Refused]:
    """What the bills' months come to now, with what was sold once and stands on them: by product."""
    known = prices_of(work.session, bills)
    prices = {product_id: prices_of_bill(known.get(product_id, []), bill.created_at) for product_id, bill in bills.items()}
    usage = usage_of_products(work.session, month, prices)
    sold = one_offs_on(work.session, [bill.id for bill in bills.values()])
    return {
        product_id: add_one_offs(
            _of_usage(month, usage[product_id], prices[product_id]), prices[product_id], sold.get(bill.id, ())
        )
        for product_id, bill in bills.items()
    }


def _of_usage(month: Month, usage: MonthUsage, prices: Sequence[Price]) -> Charged | Refused:
    # All of it may have been corrected away: then the month comes to nothing, which is no reason to keep what was billed.
    return charge_month(month, usage, prices) if usage.sums else NOTHING
