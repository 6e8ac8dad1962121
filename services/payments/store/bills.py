"""Queries about our copies of bills."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.kit.copies import keep_newer
from services.payments.store.bill_tables import Bill

UNRECONCILED: Final = ("open", "reconciling")


def copy_bill(session: Session, snapshot: Mapping[str, Any], version: int) -> bool:
    """Keep a bill as its event tells it; ``snapshot`` as the contract's ``Bill`` loads it.

    :returns: ``False`` if a newer one is kept already.
    """
    same = (
        "number",
        "customer_id",
        "product_id",
        "product_name",
        "product_type",
        "payment_mode",
        "amount",
        "covered",
        "quantity",
    )
    values = {name: snapshot[name] for name in (*same, "state", "process_id")}
    return keep_newer(
        session, Bill, {**values, "id": snapshot["bill_id"], "month": snapshot["month"].first_day, "version": version}
    )


def note_reconciled(session: Session, bill_ids: Collection[UUID]) -> None:
    """These are receivables now, though the news of their state may still be on the way."""
    is_behind = Bill.id.in_(bill_ids) & Bill.state.in_(UNRECONCILED)
    session.execute(update(Bill).where(is_behind).values(state="reconciled").execution_options(synchronize_session=False))
