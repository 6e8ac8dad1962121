"""Usage that comes late re-rates an open bill; on a reconciled one it makes an adjustment line on the next bill
(spec, billing.md, "Bills")."""

from collections import Counter, defaultdict
from collections.abc import Sequence
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
    BilledCustomer,
    BilledProduct,
    count_customers,
    in_shard,
    lock_next_customers,
    products_of,
)
from services.billing.store.late_usage import forget_late_usage, has_late_usage, lock_late_usage
from services.billing.store.one_offs import one_offs_on
from services.billing.store.prices import prices_of
from services.billing.store.refusals import resolve_late_refusals
from services.billing.store.tables import Bill
from services.billing.usecases.alike_accounts import UnknownAccounts
from services.billing.usecases.bill_customers import Missed, bill_customers, keep_missed
from services.billing.usecases.rerate_bill import adjust_agreed_bill, replace_open_content
from services.kit.clock import Month
from services.kit.jobs import Shard
from services.kit.unit_of_work import UnitOfWork

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
            customers = lock_next_customers(work.session, condition, after, BATCH_CUSTOMERS)
            if not customers:
                return dict(counts)
            counts += rerate_customers(work, customers)
        done, after = done + len(customers), customers[-1].id
        shard.report(done, max(done, total))


def rerate_customers(work: UnitOfWork, customers: Sequence[BilledCustomer]) -> Counter[str]:
    """Rate anew what is marked of these customers, whose rows are locked.

    :returns: counts as of :func:`rerate_late_usage`.
    """
    by_id = {customer.id: customer for customer in customers}
    products = {product.id: product for product in products_of(work.session, list(by_id))}
    prices = prices_of(work.session, products)
    marked: dict[Month, list[BilledProduct]] = defaultdict(list)
    for product_id, month in lock_late_usage(work.session, by_id):
        if product_id in products:
            marked[month].append(products[product_id])
        # A product that is not known yet keeps its mark: its own event is on the way.
    counts: Counter[str] = Counter()
    for month, late in sorted(marked.items()):  # the older month first: its adjustment is on the younger one's bill
        counts += _rerate_month(work, month, by_id, late, prices)
    return counts


def _rerate_month(
    work: UnitOfWork,
    month: Month,
    customers: dict[UUID, BilledCustomer],
    late: Sequence[BilledProduct],
    prices: dict[UUID, list[Price]],
) -> Counter[str]:
    counts: Counter[str] = Counter()
    bills = lock_bills_of_month(work.session, month, [product.id for product in late])
    if unbilled := {product.customer_id for product in late if product.id not in bills}:
        unknown = UnknownAccounts(month)
        made, refused = bill_customers(work, month, [customers[customer_id] for customer_id in sorted(unbilled)], unknown)
        counts.update(made=made, refused=refused)
    agreed = {each: prices_of_bill(prices.get(each, []), bill.created_at) for each, bill in bills.items()}
    usage = usage_of_products(work.session, month, agreed)
    sold = one_offs_on(work.session, [bill.id for bill in bills.values()])
    missed: list[Missed] = []
    rated: list[UUID] = [product.id for product in late if product.id not in bills]
    for product in late:
        bill = bills.get(product.id)
        if bill is None:
            continue
        content = _content(month, usage[product.id], agreed[product.id], sold.get(bill.id, ()))
        if isinstance(content, Refused):
            details = {**content.details, "bill_number": bill.number}
            missed.append(Missed(product.id, customers[product.customer_id], product, Refused(content.reason, details)))
        elif outcome := _rate(work, bill, content):
            counts[outcome] += 1
            rated.append(product.id)
        else:
            counts["waiting"] += 1
    counts["refused"] += len(missed)
    keep_missed(work, month, missed)
    resolve_late_refusals(work.session, month, rated, work.now)
    forget_late_usage(work.session, month, rated)
    return counts


def _content(month: Month, usage: MonthUsage, prices: Sequence[Price], sold: Sequence[Price]) -> Charged | Refused:
    # All of it may have been corrected away: then the month comes to nothing, which is no reason to keep what was billed.
    return add_one_offs(charge_month(month, usage, prices) if usage.sums else NOTHING, prices, sold)


def _rate(work: UnitOfWork, bill: Bill, content: Charged) -> str | None:
    """
    :returns: what became of it; ``None`` for a bill that a process holds, which may yet come to be open or agreed.
    """
    if bill.void_process_id is not None or bill.state == "reconciling":
        return None
    if bill.state == "open":
        return replace_open_content(work, bill, content)
    return adjust_agreed_bill(work, bill, content)
