"""The table of selections for reconciliation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.billing.store.tables import Tables
from services.kit.tables import Instant


class BillSelection(Tables):
    """The bills that a user has selected of a customer's and not yet reconciled. It is emptied, never deleted, so that its
    ``version`` only rises: what an old page saves is told apart from what was selected since."""

    __tablename__ = "bill_selections"

    user_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    bill_ids: Mapped[list[Any]]
    saved_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    __table_args__ = (PrimaryKeyConstraint("user_id", "customer_id"),)
