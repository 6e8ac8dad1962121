"""(to be replaced by the run's own)"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.domain.charging import DailyUsage
from services.billing.store.customers import holds_identifier
from services.billing.store.tables import Account
from services.billing.store.usage_tables import DailySum
from services.kit.clock import Month


def usage_of_month(session: Session, month: Month, product_ids: Iterable[UUID]) -> dict[UUID, list[DailyUsage]]:
    query = (
        select(Account.product_id, Account.id, DailySum.account, DailySum.day, DailySum.operator, DailySum.quantity)
        .join(DailySum, DailySum.account == Account.identifier)
        .where(Account.product_id.in_(list(product_ids)), DailySum.day.between(month.first_day, month.last_day))
        .where(DailySum.quantity > 0, holds_identifier())
        .order_by(Account.product_id, DailySum.account, DailySum.day, DailySum.operator)
    )
    usage: dict[UUID, list[DailyUsage]] = {}
    for product_id, account_id, account, day, operator, quantity in session.execute(query):
        usage.setdefault(product_id, []).append(DailyUsage(account_id, account, day, operator, quantity))
    return usage
