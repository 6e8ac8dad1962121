"""An archived 销售调价 puts its price into force (spec, billing.md, "Prices")."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from services.billing.domain.one_off import is_sold_once
from services.billing.domain.prices import write_rows
from services.billing.store.customers import find_product, hold_billing
from services.billing.store.one_offs import insert_one_off
from services.billing.store.prices import insert_price
from services.billing.store.tables import Bill, PriceAgreed, Product
from services.billing.usecases.prepare_price_adjustment import faults_of, rows_of
from services.billing.usecases.priced_bills import bills_with_prices
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork

_BILLS_NAMED_MAX: Final = 3

Words = tuple[str, str]
"""Chinese and English."""


def put_price_in_force(work: UnitOfWork, event: Event) -> Words:
    """Keep the price. Checked once more: one that fails is kept with its problem, which the billing run then names.

    A month that was billed while the process ran keeps its bill, and the effect says so: the price is agreed, and holds for every
    other day; a bill that is voided and made again takes it. No run bills the customer meanwhile.

    :returns: the effect in Chinese and English.
    """
    process = event.data
    form = load(forms.PriceAdjustmentForm, process["form"])
    rows = rows_of(form)
    product = find_product(work.session, form["product_id"] or UUID(process["subject"]["id"]))
    hold_billing(work.session, product.customer_id)
    problem = faults_of(form, rows, product.type)
    price = PriceAgreed(
        id=work.new_id(),
        process_id=UUID(process["process_id"]),
        product_id=product.id,
        customer_id=product.customer_id,
        kind=form["kind"],
        rows=write_rows(rows),
        valid_from=form["valid_from"],
        valid_to=form["valid_from"] if is_sold_once(product.type) else form["valid_to"],
        archived_at=event.time,
        problem=problem or None,
        quantity=form["quantity"],
        initiated_by=process["initiator"]["name"],
    )
    is_new = insert_price(work.session, price)
    if problem:
        if is_new:
            work.audit(
                "price_check_failed", ("product", product.id), after={**_as_json(price), "problem": problem}, why=process["title"]
            )
        return (
            f"{product.name} 的调价未通过校验，价格未生效；请更正后重新发起",
            f"The adjustment of {product.name} failed its check and is not in force; please start it again, corrected",
        )
    if is_new:
        if is_sold_once(product.type):
            insert_one_off(work.session, price)
        work.publish("price_in_force", product.id, _in_force(price, product, process["customer_name"] or ""))
        work.audit("price_in_force", ("product", product.id), after=_as_json(price), why=process["title"])
    if price.quantity is not None:
        return _sold(product, price)
    return _said(product, price, bills_with_prices(work, product.id, price.valid_from, price.valid_to, but=price.process_id))


def _sold(product: Product, price: PriceAgreed) -> Words:
    unit_price = f"{Decimal(price.rows[0]['tiers'][0]['unit_price']).normalize():f}"
    month = f"{price.valid_from:%Y-%m}"
    return (
        f"{product.name} 一次性销售 {price.quantity} 件，单价 {unit_price} 元，随 {month} 起的下一张账单计费一次",
        f"{product.name}: {price.quantity} sold at {unit_price} CNY, billed once, with its next bill from {month} on",
    )


def _said(product: Product, price: PriceAgreed, billed: Sequence[Bill]) -> Words:
    until = f" 至 {price.valid_to}" if price.valid_to else " 起"
    until_en = f" to {price.valid_to}" if price.valid_to else ""
    zh = f"{product.name} 的新价格生效：{price.valid_from}{until}"
    en = f"New price of {product.name} in force from {price.valid_from}{until_en}"
    if not billed:
        return zh, en
    named, more = billed[:_BILLS_NAMED_MAX], len(billed) - _BILLS_NAMED_MAX
    numbers, rest, rest_en = "、".join(bill.number for bill in named), "", ""
    if more > 0:
        rest, rest_en = f" 等 {len(billed)} 张", f" and {more} more"
    return (
        f"{zh}；已出的账单不变：{numbers}{rest}，如需按新价格计费，请先冲销该账单再重新出账",
        f"{en}; bills made already stay as they are: {numbers}{rest_en}; to bill anew, have them voided first",
    )


def _in_force(price: PriceAgreed, product: Product, customer_name: str) -> dict[str, Any]:
    return {
        "price_id": price.id,
        "product_id": price.product_id,
        "product_name": product.name,
        "customer_id": price.customer_id,
        "customer_name": customer_name,
        "process_id": price.process_id,
        "kind": price.kind,
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
    }


def _as_json(price: PriceAgreed) -> dict[str, Any]:
    return {
        "kind": price.kind,
        "prices": price.rows,
        "quantity": price.quantity,
        "valid_from": price.valid_from.isoformat(),
        "valid_to": price.valid_to and price.valid_to.isoformat(),
    }
