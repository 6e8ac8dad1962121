"""What volumes would cost, line by line, under today's or a proposed price (spec, billing.md, "Prices")."""

from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.prices import PriceRow, check_table, is_below, price_on
from services.billing.domain.rating import rate
from services.billing.store.customers import find_visible_product
from services.billing.store.prices import floor_of, prices_of
from services.billing.store.tables import Product
from services.billing.usecases.prepare_price_adjustment import rows_of
from services.kit.errors import InvalidInput, NotFound
from services.kit.money import ZERO
from services.kit.unit_of_work import Begin, UnitOfWork


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
    with begin() as work:
        product, _ = find_visible_product(work.session, work.caller, product_id)
        floor = floor_of(work.session, product.type)
        if (kind is None) != (prices is None):
            raise InvalidInput(fields={"prices" if prices is None else "kind": ["required"]})
        if kind is not None:
            price_id, rows = None, rows_of({"prices": prices})
            if wrong := check_table(kind, rows, product.type):
                raise InvalidInput(fields=wrong)
        else:
            price_id, kind, rows = _in_force(work, product, day or work.today)
    lines = _lines(kind, rows, volumes)
    return {
        "product_id": product.id,
        "price_id": price_id,
        "kind": kind,
        "below_floor": floor is not None and is_below(rows, floor),
        "lines": lines,
        "quantity": sum(volume["quantity"] for volume in volumes),
        "amount": sum((line["amount"] for line in lines), ZERO),
    }


def _in_force(work: UnitOfWork, product: Product, day: date) -> tuple[UUID, str, tuple[PriceRow, ...]]:
    price = price_on(prices_of(work.session, [product.id]).get(product.id, []), day)
    if price is None:
        raise NotFound("price_not_found", day=day.isoformat())
    return price.id, price.kind, price.rows


def _lines(kind: str, rows: tuple[PriceRow, ...], volumes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tiers = {row.segment: row.tiers for row in rows}
    lines: list[dict[str, Any]] = []
    for number, volume in enumerate(volumes):
        if volume["segment"] not in tiers:
            raise InvalidInput(fields={f"volumes.{number}.segment": [f"segment_unknown|{volume['segment'] or '-'}"]})
        charges = rate(kind, tiers[volume["segment"]], volume["quantity"])
        lines += [{"segment": volume["segment"], **vars(charge)} for charge in charges]
    return lines
