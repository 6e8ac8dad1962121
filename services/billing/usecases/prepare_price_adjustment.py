"""销售调价 before it starts: the form's check, and whether the director is asked (spec, billing.md, "Prices")."""

from typing import Any
from uuid import UUID

from services.billing.domain.one_off import check_sale, is_sold_once
from services.billing.domain.prices import PriceRow, Tier, check_table, is_below, write_rows
from services.billing.store.customers import find_visible_product
from services.billing.store.prices import floor_of
from services.billing.usecases.priced_bills import bills_with_prices
from services.contracts import billing_forms as forms
from services.kit.errors import InvalidInput, NotFound
from services.kit.schema import load
from services.kit.unit_of_work import UnitOfWork


def prepare_price_adjustment(work: UnitOfWork, request: dict[str, Any]) -> dict[str, Any]:
    """
    :raises InvalidInput: by field; also for days of a billed month that have a price: it stays. What is sold once comes with the
        next bill.
    """
    form = load(forms.PriceAdjustmentForm, request["form"])
    product_id = form["product_id"] or _as_id(request["subject_id"])
    try:
        product, customer = find_visible_product(work.session, work.caller, product_id)
    except NotFound as error:
        raise InvalidInput(fields={"product_id": [error.code]}) from error
    rows = rows_of(form)
    wrong = faults_of(form, rows, product.type)
    if "valid_to" not in wrong and not is_sold_once(product.type):
        billed = bills_with_prices(work, product.id, form["valid_from"], form["valid_to"])
        if billed:
            wrong["valid_from"] = [f"month_billed|{billed[-1].month}|{billed[-1].number}"]
    if wrong:
        raise InvalidInput(fields=wrong)
    floor = floor_of(work.session, product.type)
    completed = {
        **request["form"],
        "product_id": str(product.id),
        "valid_from": form["valid_from"].isoformat(),
        "valid_to": form["valid_to"] and form["valid_to"].isoformat(),
        "kind": form["kind"],
        "prices": write_rows(rows),
    }
    return {
        "title": f"销售调价：{customer.name} {product.name}",
        "subject": {"type": "product", "id": str(product.id), "name": product.name},
        "customer_id": customer.id,
        "customer_name": customer.name,
        "product_ids": [product.id],
        "form": completed,
        "facts": {"below_floor": floor is not None and is_below(rows, floor)},
    }


def faults_of(form: dict[str, Any], rows: tuple[PriceRow, ...], product_type: str) -> dict[str, list[str]]:
    """What is wrong with a loaded form, by field; empty when nothing is."""
    if is_sold_once(product_type):
        return check_sale(form["kind"], rows, form["quantity"], form["valid_from"], form["valid_to"])
    wrong = check_table(form["kind"], rows, product_type)
    if form["quantity"] is not None:
        wrong["quantity"] = ["only_of_one_off"]
    if form["valid_to"] is not None and form["valid_to"] < form["valid_from"]:
        wrong["valid_to"] = [f"before|{form['valid_from']}"]
    return wrong


def rows_of(form: dict[str, Any]) -> tuple[PriceRow, ...]:
    """A loaded form's price table."""
    return tuple(
        PriceRow(row["segment"], tuple(Tier(tier["up_to"], tier["unit_price"]) for tier in row["tiers"]))
        for row in form["prices"]
    )


def _as_id(subject_id: str | None) -> UUID:
    try:
        return UUID(subject_id or "")
    except ValueError as error:
        raise InvalidInput(fields={"product_id": ["required"]}) from error
