"""Queries about our copies of accounts and of the prepaid money on them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.kit.copies import keep_newer
from services.payments.store.account_tables import Account, PrepaidMovement


def note_accounts(session: Session, customer_id: UUID, accounts: Iterable[Mapping[str, Any]]) -> None:
    """Know a customer's accounts that a bill or a balance tells of, whose own events may still be to come.

    :param accounts: with ``account_id`` and ``identifier``.
    """
    rows = {
        each["account_id"]: {"id": each["account_id"], "identifier": each["identifier"], "customer_id": customer_id, "version": 0}
        for each in accounts
    }
    if rows:
        session.execute(insert(Account).values(list(rows.values())).on_conflict_do_nothing())


def copy_account(session: Session, snapshot: Mapping[str, Any], version: int) -> None:
    """Keep an account as its event tells it, unless a newer one is kept already."""
    values = {name: snapshot[name] for name in ("id", "identifier", "customer_id")}
    keep_newer(session, Account, {**values, "version": version})


def find_account(session: Session, account_id: UUID) -> Account | None:
    return session.get(Account, account_id)


def insert_movements(session: Session, movements: Sequence[dict[str, Any]]) -> None:
    """Add movements; one that is there already stays as it is. The caller holds the lock of their customer."""
    session.execute(insert(PrepaidMovement).values(list(movements)).on_conflict_do_nothing())
