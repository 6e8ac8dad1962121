"""An archived 销售调价 puts its price into force (spec, billing.md, "Prices")."""

from typing import Any
from uuid import UUID

from services.billing.domain.prices import check_table, write_rows
from services.billing.store.customers import find_product
from services.billing.store.prices import insert_price
from services.billing.store.tables import PriceAgreed
from services.billing.usecases.prepare_price_adjustment import rows_of
from services.contracts import billing_forms as forms
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def put_price_in_force(work: UnitOfWork, event: Event) -> tuple[str, str]:
    """Keep the price. Checked once more: one that fails is kept with its problem, which the billing run then names.

    :returns: the effect in Chinese and English.
    """
    process = event.data
    form = load(forms.PriceAdjustmentForm, process["form"])
    rows = rows_of(form)
    product = find_product(work.session, form["product_id"] or UUID(process["subject"]["id"]))
    problem = check_table(form["kind"], rows, product.type)
    price = PriceAgreed(
        id=work.new_id(),
        process_id=UUID(process["process_id"]),
        product_id=product.id,
        customer_id=product.customer_id,
        kind=form["kind"],
        rows=write_rows(rows),
        valid_from=form["valid_from"],
        valid_to=form["valid_to"],
        archived_at=event.time,
        problem=problem or None,
    )
    if insert_price(work.session, price) and not problem:
        work.publish("price_in_force", product.id, _in_force(price))
        work.audit("price_in_force", ("product", product.id), after=_as_json(price), why=process["title"])
    if problem:
        return (
            f"{product.name} 的调价未通过校验，价格未生效；请更正后重新发起",
            f"The adjustment of {product.name} failed its check and is not in force; please start it again, corrected",
        )
    until = f" 至 {price.valid_to}" if price.valid_to else " 起"
    until_en = f" to {price.valid_to}" if price.valid_to else ""
    return (
        f"{product.name} 的新价格生效：{price.valid_from}{until}",
        f"New price of {product.name} in force from {price.valid_from}{until_en}",
    )


def _in_force(price: PriceAgreed) -> dict[str, Any]:
    return {
        "price_id": price.id,
        "product_id": price.product_id,
        "customer_id": price.customer_id,
        "process_id": price.process_id,
        "kind": price.kind,
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
    }


def _as_json(price: PriceAgreed) -> dict[str, Any]:
    return {
        "kind": price.kind,
        "prices": price.rows,
        "valid_from": price.valid_from.isoformat(),
        "valid_to": price.valid_to and price.valid_to.isoformat(),
    }
