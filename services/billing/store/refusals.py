"""The reasons why products got no bill."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.columns import one_of
from services.billing.store.customers import visible_to
from services.billing.store.tables import BillRefusal, Customer, Product
from services.kit.caller import Caller
from services.kit.clock import Month
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

SORTS: Sorts = {
    "month": BillRefusal.month,
    "refused_at": BillRefusal.refused_at,
    "customer": Customer.name,
}


_is_of_late_usage = BillRefusal.details.has_key("bill_number")
"""There is a bill, and usage that came after it cannot be rated: so says ``rerate_late_usage``, and no billing run."""


def keep_refusals(session: Session, refusals: Sequence[dict[str, Any]]) -> list[BillRefusal]:
    """Keep these, one for a month and subject.

    :returns: those that say something new: another run with the same result says nothing.
    """
    if not refusals:
        return []
    upsert = insert(BillRefusal)
    news = or_(
        BillRefusal.reason != upsert.excluded.reason,
        BillRefusal.details != upsert.excluded.details,
        BillRefusal.resolved_at.is_not(None),
    )
    statement = upsert.on_conflict_do_update(
        index_elements=[BillRefusal.month, BillRefusal.subject],
        set_={
            "reason": upsert.excluded.reason,
            "details": upsert.excluded.details,
            "refused_at": upsert.excluded.refused_at,
            "resolved_at": None,
            "version": BillRefusal.version + 1,
        },
        where=news,
    ).returning(BillRefusal)
    return list(session.scalars(statement, list(refusals), execution_options={"populate_existing": True}))


def resolve_refusals(session: Session, month: Month, customer_ids: Iterable[UUID], standing: set[UUID], now: datetime) -> None:
    """Mark as resolved what of these customers' refusals no longer stands.

    :param standing: the subjects that are refused now.
    """
    condition = and_(
        BillRefusal.month == month,
        BillRefusal.customer_id == one_of(customer_ids),
        BillRefusal.resolved_at.is_(None),
        ~_is_of_late_usage,
        ~(BillRefusal.subject == one_of(standing)),
    )
    statement = update(BillRefusal).where(condition).values(resolved_at=now, version=BillRefusal.version + 1)
    session.execute(statement, execution_options={"synchronize_session": False})


def resolve_late_refusals(session: Session, month: Month, product_ids: Iterable[UUID], now: datetime) -> None:
    """Mark as resolved what of these products' late usage could not be rated."""
    condition = and_(
        BillRefusal.month == month,
        BillRefusal.subject.in_(list(product_ids)),
        BillRefusal.resolved_at.is_(None),
        _is_of_late_usage,
    )
    statement = update(BillRefusal).where(condition).values(resolved_at=now, version=BillRefusal.version + 1)
    session.execute(statement, execution_options={"synchronize_session": False})


def page_of_refusals(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    month: Month | None,
    reason: str | None,
    resolved: bool,
) -> Page:
    """Refusals with their customer's and product's names, of the customers that the caller sees."""
    query = (
        select(BillRefusal, Customer.name.label("customer_name"), Product.name.label("product_name"))
        .join(Customer, Customer.id == BillRefusal.customer_id)
        .outerjoin(Product, Product.id == BillRefusal.product_id)
        .where(visible_to(caller), BillRefusal.resolved_at.is_not(None) if resolved else BillRefusal.resolved_at.is_(None))
    )
    for column, wanted in (
        (BillRefusal.customer_id, customer_id),
        (BillRefusal.month, month),
        (BillRefusal.reason, reason),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="-month", key=BillRefusal.id)
