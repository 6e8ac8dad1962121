"""A product's prices on a time line (spec, billing.md, "Prices")."""

from typing import Any
from uuid import UUID

from services.billing.domain.prices import Price, ranges_in_force, write_rows
from services.billing.store.customers import find_visible_product
from services.billing.store.prices import floor_of, prices_of
from services.kit.unit_of_work import Begin


def list_product_prices(begin: Begin, product_id: UUID) -> dict[str, Any]:
    """
    :returns: as ``ProductPrices`` of the contract, the newest first.
    :raises NotFound: ``product_not_found``.
    """
    with begin() as work:
        product, _ = find_visible_product(work.session, work.caller, product_id)
        prices = prices_of(work.session, [product_id]).get(product_id, [])
        floor = floor_of(work.session, product.type)
    ranges = ranges_in_force(prices)
    items = [_shown(price, ranges[price.id]) for price in prices]
    return {"product_id": product.id, "product_name": product.name, "floor": floor, "items": items}


def _shown(price: Price, ranges: list[Any]) -> dict[str, Any]:
    return {
        "id": price.id,
        "process_id": price.process_id,
        "kind": price.kind,
        "rows": write_rows(price.rows),
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
        "archived_at": price.archived_at,
        "in_force": [{"first_day": first, "last_day": last} for first, last in ranges],
        "problem": price.problem,
    }
