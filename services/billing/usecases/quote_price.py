"""What volumes would cost, line by line, under today's or a proposed price (spec, billing.md, "Prices")."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.one_off import UNIT_PRICE_MAX, is_sold_once
from services.billing.domain.prices import MESSAGE_PRICE_MAX, Price, PriceRow, check_table, is_below, price_on
from services.billing.domain.quotes import Quote, quote
from services.billing.domain.segments import fits_product_type
from services.billing.store.customers import find_visible_product
from services.billing.store.prices import floor_of, prices_of
from services.billing.store.tables import Product
from services.billing.usecases.prepare_price_adjustment import rows_of
from services.kit.errors import InvalidInput, NotFound
from services.kit.unit_of_work import Begin

Volumes = Sequence[tuple[str | None, int]]


def quote_price(
    begin: Begin,
    *,
    product_id: UUID,
    day: date | None,
    kind: str | None,
    prices: list[dict[str, Any]] | None,
    volumes: list[dict[str, Any]],
) -> dict[str, Any]:
    """
    :returns: as ``PriceQuote`` of the contract.
    :raises NotFound: ``product_not_found``; ``price_not_found`` without a proposed price and without one in force on the day.
    :raises InvalidInput: by field: the proposed price, or a volume that the table has no row for.
    """
    if (kind is None) != (prices is None):
        raise InvalidInput(fields={"prices" if prices is None else "kind": ["required"]})
    with begin() as work:
        product, _ = find_visible_product(work.session, work.caller, product_id)
        floor = floor_of(work.session, product.type)
        day = day or work.today
        holding = price_on(prices_of(work.session, [product.id]).get(product.id, []), day)
    asked = _checked(volumes, product)
    if kind is not None:
        price_id, rows = None, _proposed(kind, prices, product)
        beside = holding and _in_force(holding, asked)
    elif holding is not None:
        price_id, kind, rows, beside = holding.id, holding.kind, holding.rows, None
    else:
        raise NotFound("price_not_found", day=day.isoformat())
    found = quote(kind, rows, asked)
    if found.lacking:
        raise InvalidInput(fields=_unknown(asked, found.lacking))
    return {
        "product_id": product.id,
        "price_id": price_id,
        "kind": kind,
        "day": day,
        "below_floor": floor is not None and is_below(rows, floor),
        "lines": _lines(found),
        "quantity": sum(quantity for _, quantity in asked),
        "amount": found.amount,
        "in_force": beside,
        "difference": found.amount - beside["amount"] if beside and beside["amount"] is not None else None,
    }


def _checked(volumes: list[dict[str, Any]], product: Product) -> Volumes:
    asked = [(volume["segment"], volume["quantity"]) for volume in volumes]
    unknown = [
        at for at, (segment, _) in enumerate(asked) if segment is not None and not fits_product_type(segment, product.type)
    ]
    if unknown:
        raise InvalidInput(fields=_unknown(asked, unknown))
    return asked


def _unknown(asked: Volumes, places: Sequence[int]) -> dict[str, list[str]]:
    named = {at: asked[at][0] for at in places}
    return {f"volumes.{at}.segment": [f"segment_unknown|{name}" if name else "segment_mixed"] for at, name in named.items()}


def _proposed(kind: str, prices: list[dict[str, Any]] | None, product: Product) -> tuple[PriceRow, ...]:
    rows = rows_of({"prices": prices})
    price_max = UNIT_PRICE_MAX if is_sold_once(product.type) else MESSAGE_PRICE_MAX
    if wrong := check_table(kind, rows, product.type, price_max):
        raise InvalidInput(fields=wrong)
    return rows


def _in_force(price: Price, asked: Volumes) -> dict[str, Any]:
    found = quote(price.kind, price.rows, asked)
    return {
        "price_id": price.id,
        "kind": price.kind,
        "lines": _lines(found),
        "amount": None if found.lacking else found.amount,
        "lacking": [asked[at][0] for at in found.lacking],
    }


def _lines(found: Quote) -> list[dict[str, Any]]:
    return [{"segment": segment, **vars(charge)} for segment, charge in found.lines]
