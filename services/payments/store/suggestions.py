"""Queries about what became of earlier receipts of a payer: from the same account, or of the same name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Text, any_, func, literal, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.payments.store.tables import Receipt

_LOOKED_AT_MAX: Final = 200
"""So many of an account's latest receipts are looked at: an account that pays for thousands is a bank's own and says nothing."""


@dataclass(frozen=True)
class PaidBefore:
    """A customer who got this many of an account's latest receipts, the last at this time."""

    account: str
    customer_id: UUID
    count: int
    last_at: datetime


def paid_from_accounts(session: Session, accounts: Collection[str]) -> list[PaidBefore]:
    """Whose earlier receipts from these accounts are; the customers who got most first."""
    given = func.unnest(literal(list(accounts), ARRAY(Text))).table_valued("account").render_derived()
    latest = (
        select(Receipt.customer_id, Receipt.received_at)
        .where(Receipt.payer_account_key == given.c.account, Receipt.payer_account_key != text("''"))
        .order_by(Receipt.received_at.desc())
        .limit(_LOOKED_AT_MAX)
        .lateral("latest")
    )
    count, last_at = func.count(), func.max(latest.c.received_at)
    query = (
        select(given.c.account, latest.c.customer_id, count, last_at)
        .select_from(given)
        .join(latest, true())
        .where(latest.c.customer_id.is_not(None))
        .group_by(given.c.account, latest.c.customer_id)
        .order_by(count.desc(), last_at.desc(), latest.c.customer_id)
    )
    return [PaidBefore(*row) for row in session.execute(query)]


def undone_of_payers(session: Session, normalised_payers: Collection[str]) -> list[tuple[str, UUID]]:
    """Payers and the customers to whom a receipt of theirs was matched until somebody undid it."""
    wanted = any_(literal(list(normalised_payers), ARRAY(Text)))
    query = (
        select(Receipt.normalised_payer, Receipt.undone_customer_id)
        .where(Receipt.normalised_payer == wanted, Receipt.undone_customer_id.is_not(None))
        .where(Receipt.undone_customer_id.is_distinct_from(Receipt.customer_id))
        .distinct()
    )
    return [(payer, customer_id) for payer, customer_id in session.execute(query) if customer_id is not None]
