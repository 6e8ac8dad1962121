"""Which bills keep the price that they have (spec, billing.md, "Prices": what was archived is never edited)."""

from datetime import date
from uuid import UUID

from services.billing.domain.prices import price_on
from services.billing.store.prices import bills_of_days, prices_of
from services.billing.store.tables import Bill
from services.kit.clock import days_between
from services.kit.unit_of_work import UnitOfWork


def bills_with_prices(
    work: UnitOfWork, product_id: UUID, first: date, last: date | None, *, but: UUID | None = None
) -> list[Bill]:
    """The product's bills whose months had a price on one of these days. Days of a billed month without a price may yet get one:
    usage of them that came late waits for it.

    :param but: a process whose price does not count.
    """
    billed = bills_of_days(work.session, product_id, first, last)
    if not billed:
        return []
    prices = [price for price in prices_of(work.session, [product_id]).get(product_id, []) if price.process_id != but]
    return [
        bill
        for bill in billed
        if any(
            price_on(prices, day)
            for day in days_between(max(first, bill.month.first_day), min(last or bill.month.last_day, bill.month.last_day))
        )
    ]
