"""Bill customers for a month, and say for every product that gets no bill why (spec, billing.md, "Bills")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.billing.domain.adjustments import NOTHING, Pending, with_adjustments
from services.billing.domain.charging import Charged, MonthUsage, Refused, charge_month
from services.billing.domain.one_off import add_one_offs, is_sold_once
from services.billing.store.adjustments import lock_pending
from services.billing.store.billed_usage import sent_without_product, usage_of_products
from services.billing.store.customers import BilledCustomer, BilledProduct, identifiers_of, unbilled_products
from services.billing.store.late_usage import take_late_usage
from services.billing.store.one_offs import due_one_offs, put_on_bills
from services.billing.store.prices import prices_of_month
from services.billing.store.refusals import keep_refusals, resolve_refusals
from services.billing.store.tables import BillRefusal
from services.billing.usecases.alike_accounts import UnknownAccounts
from services.billing.usecases.make_bills import make_bills
from services.kit.clock import Month
from services.kit.unit_of_work import Fact, UnitOfWork


@dataclass(frozen=True)
class Missed:
    """A product, or an account without one, that got no bill."""

    subject: UUID
    customer: BilledCustomer
    product: BilledProduct | None
    refused: Refused


def bill_customers(
    work: UnitOfWork, month: Month, customers: Sequence[BilledCustomer], unknown: UnknownAccounts
) -> tuple[int, int]:
    """Bill these customers, whose rows are locked.

    :param unknown: gives the accounts with usage in the month that nobody knows.
    :returns: how many bills were made and how many products refused.
    """
    by_id = {customer.id: customer for customer in customers}
    products = unbilled_products(work.session, month, by_id)
    product_ids = [product.id for product in products]
    take_late_usage(work.session, month, product_ids)
    prices = prices_of_month(work.session, month, product_ids)
    usage = usage_of_products(work.session, month, prices)
    adjustments = lock_pending(work.session, product_ids)
    due = due_one_offs(work.session, month, product_ids)
    alike = _alike(work, usage, unknown)
    charged: list[tuple[BilledCustomer, BilledProduct, Charged]] = []
    missed = _without_product(work, month, by_id)
    for product in products:
        sent = usage[product.id]
        is_silent = not sent.sums and not alike.get(product.id) and product.id not in due
        if product.since > month.last_day and is_silent:
            continue  # it was not there yet
        result = charge_month(month, sent, prices[product.id], alike.get(product.id, ()))
        if is_sold_once(product.type) or product.id in due:
            result = add_one_offs(result, prices[product.id], due.get(product.id, ()))
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


def _alike(work: UnitOfWork, usage: Mapping[UUID, MonthUsage], unknown: UnknownAccounts) -> dict[UUID, list[str]]:
    """Unknown accounts like those of products for which nothing was sent."""
    silent = [product_id for product_id, sent in usage.items() if not sent.sums]
    identifiers = identifiers_of(work.session, silent) if silent else {}
    return {product_id: unknown.alike(work.session, names) for product_id, names in identifiers.items()}


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
