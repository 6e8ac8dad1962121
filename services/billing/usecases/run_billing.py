"""The billing run: a month's bills, and for every product that gets none the reason (spec, billing.md, "Bills")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from services.billing.domain.charging import Charged, Refused, charge_month
from services.billing.domain.identifiers import AlikeIndex
from services.billing.store.billed_usage import sent_without_product, usage_of_products
from services.billing.store.customers import (
    BilledCustomer,
    BilledProduct,
    count_customers,
    identifiers_of,
    in_shard,
    lock_next_customers,
    unbilled_products,
)
from services.billing.store.prices import prices_of_month
from services.billing.store.refusals import keep_refusals, resolve_refusals
from services.billing.store.tables import BillRefusal, Customer
from services.billing.store.usage import unknown_accounts_of_month
from services.billing.usecases.make_bills import make_bills
from services.kit.clock import Month
from services.kit.garbage import uncollected
from services.kit.jobs import Shard
from services.kit.planning import plan_for_values
from services.kit.unit_of_work import Fact, UnitOfWork

BATCH_CUSTOMERS = 500
_ALIKE_NAMED_MAX = 10


@dataclass(frozen=True)
class Missed:
    """A product, or an account without one, that got no bill."""

    subject: UUID
    customer: BilledCustomer
    product: BilledProduct | None
    refused: Refused


def month_of_run(shard: Shard) -> Month:
    """The month named at the start, or the one before the job's day."""
    month = shard.params.get("month")
    return Month.parse(month) if month else Month.of(shard.as_of).plus(-1)


def run_billing(shard: Shard) -> dict[str, int]:
    """Do one shard, customers by their id's hash. What is billed already is left alone, so it may be killed and run again.

    :returns: how many bills were made and how many products refused.
    """
    month = month_of_run(shard)
    condition: ColumnElement[bool] = in_shard(shard.number, shard.of)
    if shard.params.get("customer_id"):
        condition = and_(condition, Customer.id == UUID(shard.params["customer_id"]))
    with shard.begin() as work:
        total = count_customers(work.session, condition)
    shard.report(0, total)
    made = refused = done = 0
    after: UUID | None = None
    while True:
        with uncollected(), shard.begin() as work:
            plan_for_values(work.session)
            customers = lock_next_customers(work.session, condition, after, BATCH_CUSTOMERS)
            if not customers:
                break
            counts = bill_customers(work, month, customers, partial(_unknown_accounts, work, shard.job_id, month))
        made, refused = made + counts[0], refused + counts[1]
        done, after = done + len(customers), customers[-1].id
        shard.report(done)
    return {"made": made, "refused": refused}


def bill_customers(
    work: UnitOfWork, month: Month, customers: Sequence[BilledCustomer], unknown: Callable[[], AlikeIndex]
) -> tuple[int, int]:
    """Bill these customers, whose rows are locked.

    :param unknown: gives the accounts with usage in the month that nobody knows.
    :returns: how many bills were made and how many products refused.
    """
    by_id = {customer.id: customer for customer in customers}
    products = unbilled_products(work.session, month, by_id)
    prices = prices_of_month(work.session, month, [product.id for product in products])
    usage = usage_of_products(work.session, month, {product.id: prices.get(product.id, []) for product in products})
    alike = _alike(work, [product_id for product_id, sent in usage.items() if not sent.sums], unknown)
    charged: list[tuple[BilledCustomer, BilledProduct, Charged]] = []
    missed = _without_product(work, month, by_id)
    for product in products:
        sent = usage[product.id]
        if product.since > month.last_day and not sent.sums:
            continue  # it was not there yet
        result = charge_month(month, sent, prices.get(product.id, []), alike.get(product.id, ()))
        customer = by_id[product.customer_id]
        if isinstance(result, Charged):
            charged.append((customer, product, result))
        else:
            missed.append(Missed(product.id, customer, product, result))
    make_bills(work, month, charged)
    _keep(work, month, list(by_id), missed)
    return len(charged), len(missed)


def _alike(work: UnitOfWork, product_ids: Sequence[UUID], unknown: Callable[[], AlikeIndex]) -> dict[UUID, list[str]]:
    """Unknown accounts like those of products for which nothing was sent."""
    identifiers = identifiers_of(work.session, product_ids) if product_ids else {}
    return {
        product_id: sorted({found for name in names for found in unknown().alike(name)})[:_ALIKE_NAMED_MAX]
        for product_id, names in identifiers.items()
    }


_unknown_of_job: dict[UUID, AlikeIndex] = {}


def _unknown_accounts(work: UnitOfWork, job_id: UUID, month: Month) -> AlikeIndex:
    """Looked up when a product asks first: it costs a look at the whole month. A worker keeps it for the job's other shards."""
    if job_id not in _unknown_of_job:
        _unknown_of_job.clear()
        _unknown_of_job[job_id] = AlikeIndex(unknown_accounts_of_month(work.session, month))
    return _unknown_of_job[job_id]


def _without_product(work: UnitOfWork, month: Month, customers: Mapping[UUID, BilledCustomer]) -> list[Missed]:
    senders = {named.account_id: named for named in sent_without_product(work.session, month, customers)}
    return [
        Missed(
            account_id,
            customers[named.customer_id],
            None,
            Refused("product_missing", {"account": named.identifier, "account_id": str(account_id)}),
        )
        for account_id, named in senders.items()
    ]


def _keep(work: UnitOfWork, month: Month, customer_ids: list[UUID], missed: list[Missed]) -> None:
    rows = [
        {
            "id": work.new_id(),
            "month": month,
            "subject": each.subject,
            "customer_id": each.customer.id,
            "product_id": each.product and each.product.id,
            "reason": each.refused.reason,
            "details": dict(each.refused.details),
            "refused_at": work.now,
            "resolved_at": None,
            "version": 1,
        }
        for each in missed
    ]
    news = {refusal.subject: refusal for refusal in keep_refusals(work.session, rows)}
    resolve_refusals(work.session, month, customer_ids, {each.subject for each in missed}, work.now)
    work.publish_all([_refused(news[each.subject], each) for each in missed if each.subject in news])


def _refused(refusal: BillRefusal, missed: Missed) -> Fact:
    payload: dict[str, Any] = {
        "customer_id": missed.customer.id,
        "customer_name": missed.customer.name,
        "product_id": missed.product and missed.product.id,
        "product_name": missed.product and missed.product.name,
        "month": refusal.month,
        "reason": refusal.reason,
        "details": refusal.details,
    }
    return Fact("bill_refused", refusal.id, payload, refusal.version)
