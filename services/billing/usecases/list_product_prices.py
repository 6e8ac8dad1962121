"""A product's prices on a time line (spec, billing.md, "Prices")."""

from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.one_off import amount_of
from services.billing.domain.prices import Price, ranges_in_force, time_line, write_rows
from services.billing.store.customers import find_visible_product
from services.billing.store.one_off_tables import OneOffSale
from services.billing.store.prices import as_price, floor_of, price_history
from services.billing.store.tables import Bill, PriceAgreed
from services.kit.unit_of_work import Begin


def list_product_prices(begin: Begin, product_id: UUID, *, year: int | None) -> dict[str, Any]:
    """
    :returns: as ``ProductPrices`` of the contract: the newest first, and the days in order; of one year, or of all time.
    :raises NotFound: ``product_not_found``.
    """
    first, last = (None, None) if year is None else (date(year, 1, 1), date(year, 12, 31))
    with begin() as work:
        product, _ = find_visible_product(work.session, work.caller, product_id)
        history = price_history(work.session, product_id)
        floor = floor_of(work.session, product.type)
    prices = [as_price(row.PriceAgreed) for row in history]
    ranges = ranges_in_force(prices)
    return {
        "product_id": product.id,
        "product_name": product.name,
        "floor": floor,
        "items": [
            {
                **_shown(price, row.PriceAgreed),
                "in_force": [{"first_day": start, "last_day": end} for start, end in ranges[price.id]],
                "sold_once": row.OneOffSale and _sold(price, row.OneOffSale, row.Bill),
            }
            for price, row in zip(prices, history, strict=True)
            if price.touches(first, last)
        ],
        "timeline": time_line(prices, first, last),
    }


def _shown(price: Price, agreed: PriceAgreed) -> dict[str, Any]:
    return {
        "id": price.id,
        "process_id": price.process_id,
        "kind": price.kind,
        "rows": write_rows(price.rows),
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
        "initiated_by": agreed.initiated_by,
        "archived_at": price.archived_at,
        "problem": price.problem,
    }


def _sold(price: Price, sale: OneOffSale, bill: Bill | None) -> dict[str, Any]:
    return {
        "quantity": price.quantity,
        "amount": amount_of(price),
        "due_month": sale.due_month,
        "bill_id": sale.bill_id,
        "bill_number": bill and bill.number,
        "bill_state": bill and bill.state,
    }
