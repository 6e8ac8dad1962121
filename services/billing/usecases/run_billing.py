"""The billing run: a month's bills, and for every product that gets none the reason (spec, billing.md, "Bills")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_

from services.billing.domain.adjustments import NOTHING, Pending, with_adjustments
from services.billing.domain.charging import Charged, DailyUsage, Refused, charge_month
from services.billing.domain.identifiers import AlikeIndex
from services.billing.domain.one_off import add_one_offs, is_sold_once
from services.billing.store.adjustments import lock_pending
from services.billing.store.bills import billed_products
from services.billing.store.customers import accounts_of, count_customers, in_shard, lock_next_customers, products_of
from services.billing.store.one_offs import due_one_offs, put_on_bills
from services.billing.store.prices import prices_of
from services.billing.store.refusals import keep_refusals, resolve_refusals
from services.billing.store.tables import Account, BillRefusal, Customer, Product
from services.billing.store.usage import unbilled_usage_by_product, unknown_accounts_of_month
from services.billing.usecases.make_bills import make_bills
from services.kit.clock import Month
from services.kit.jobs import Shard
from services.kit.unit_of_work import Fact, UnitOfWork

BATCH_CUSTOMERS = 100
_ALIKE_NAMED_MAX = 10


@dataclass(frozen=True)
class Missed:
    """A product, or an account without one, that got no bill."""

    subject: UUID
    customer: Customer
    product: Product | None
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
        unknown = AlikeIndex(unknown_accounts_of_month(work.session, month))
    shard.report(0, total)
    made = refused = done = 0
    after: UUID | None = None
    while True:
        with shard.begin() as work:
            customers = lock_next_customers(work.session, condition, after, BATCH_CUSTOMERS)
            if not customers:
                break
            counts = bill_customers(work, month, customers, unknown)
        made, refused = made + counts[0], refused + counts[1]
        done, after = done + len(customers), customers[-1].id
        shard.report(done)
    return {"made": made, "refused": refused}


def bill_customers(work: UnitOfWork, month: Month, customers: Sequence[Customer], unknown: AlikeIndex) -> tuple[int, int]:
    """Bill these customers, whose rows are locked.

    :returns: how many bills were made and how many products refused.
    """
    by_id = {customer.id: customer for customer in customers}
    products = products_of(work.session, list(by_id))
    accounts = accounts_of(work.session, list(by_id))
    billed = billed_products(work.session, month, [product.id for product in products])
    unbilled = [product for product in products if product.id not in billed]
    usage = unbilled_usage_by_product(work.session, month, list(by_id))
    prices = prices_of(work.session, [product.id for product in unbilled])
    adjustments = lock_pending(work.session, [product.id for product in unbilled])
    due = due_one_offs(work.session, month, [product.id for product in unbilled])
    names = _by_product(accounts)
    charged: list[tuple[Customer, Product, Charged]] = []
    missed = _without_product(by_id, products, accounts, usage)
    for product in unbilled:
        sent = usage.get(product.id, [])
        if product.since > month.last_day and not sent and product.id not in due:
            continue  # it was not there yet
        alike = sorted({found for name in names.get(product.id, ()) for found in unknown.alike(name)})[:_ALIKE_NAMED_MAX]
        result = charge_month(month, sent, prices.get(product.id, []), alike)
        if is_sold_once(product.type) or product.id in due:
            result = add_one_offs(result, prices.get(product.id, []), due.get(product.id, ()))
        if product.id in adjustments:
            result = _adjusted(result, adjustments[product.id])
        customer = by_id[product.customer_id]
        if isinstance(result, Charged):
            charged.append((customer, product, result))
        else:
            missed.append(Missed(product.id, customer, product, result))
    make_bills(work, month, charged)
    put_on_bills(work.session, month, [sale.id for _, product, _ in charged for sale in due.get(product.id, ())])
    keep_missed(work, month, missed)
    resolve_refusals(work.session, month, by_id, {each.subject for each in missed}, work.now)
    return len(charged), len(missed)


def _adjusted(result: Charged | Refused, pending: Sequence[Pending]) -> Charged | Refused:
    # Late usage of earlier months makes a bill by itself where nothing was sent, unless it comes to a credit alone.
    if isinstance(result, Charged):
        return with_adjustments(result, pending)
    if result.reason not in {"no_usage", "account_unknown"}:
        return result
    alone = with_adjustments(NOTHING, pending)
    return alone if alone.uses else result


def _by_product(accounts: Sequence[Account]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {}
    for account in accounts:
        names.setdefault(account.product_id, []).append(account.identifier)
    return names


def _without_product(
    customers: dict[UUID, Customer],
    products: Sequence[Product],
    accounts: Sequence[Account],
    usage: dict[UUID, list[DailyUsage]],
) -> list[Missed]:
    known = {product.id for product in products}
    by_account = {account.id: account for account in accounts}
    sent = {used.account_id for product_id, days in usage.items() if product_id not in known for used in days}
    return [
        Missed(
            account_id,
            customers[by_account[account_id].customer_id],
            None,
            Refused("product_missing", {"account": by_account[account_id].identifier, "account_id": str(account_id)}),
        )
        for account_id in sorted(sent)
    ]


def keep_missed(work: UnitOfWork, month: Month, missed: Sequence[Missed]) -> None:
    """Keep why there are no bills, and say what is new of it."""
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
