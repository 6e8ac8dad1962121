"""Queries about our copies of customers and their names.

The order in which everything here is locked, so that nothing deadlocks: first payers' accounts, where they match
(:func:`lock_accounts`), then the payers' names (:func:`lock_names`), then customers by their ids (:func:`lock_customers`).
Whose a receipt is changes only under the lock of its payer's name; what of it is held only under its customer's.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, Uuid, any_, delete, literal, or_, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.contracts.people import visibility_of
from services.kit.caller import Caller
from services.kit.copies import keep_newer
from services.kit.errors import Conflict, NotFound
from services.payments.domain.matching import Hit, HitKind
from services.payments.domain.names import normalise_account, normalise_payer
from services.payments.store.known_names import note_names
from services.payments.store.tables import Customer, CustomerName

NAME_BUCKETS: Final = 64
"""Names, and accounts, are locked by bucket, so that an import of thousands of payers takes a bounded number of locks."""

_NAME_LOCKS: Final = 0x4E414D45
_ACCOUNT_LOCKS: Final = 0x41434354


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Of customers: their own, those of the departments they lead; or all. A pool customer's money is not shown to sales."""
    return owned_visible_to(caller, Customer.owner_id, Customer.owner_department_id)


def owned_visible_to(
    caller: Caller, owner_id: SQLColumnExpression[Any], department_id: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    """Of what has an owner, as of entries the owner at that time; what is nobody's is seen by those who see all."""
    sight = visibility_of(caller)
    if sight.everything:
        return true()
    conditions = []
    if sight.owner_id:
        conditions.append(owner_id == UUID(sight.owner_id))
    if sight.department_ids:
        conditions.append(department_id.in_([UUID(department) for department in sight.department_ids]))
    return or_(*conditions) if conditions else ~true()


def bucket_of(normalised_name: str) -> int:
    """The lock that this name falls to."""
    return zlib.crc32(normalised_name.encode()) % NAME_BUCKETS


def lock_names(session: Session, normalised_names: Iterable[str]) -> None:
    """Make everyone else who matches or changes these names wait until this transaction ends."""
    _lock(session, _NAME_LOCKS, normalised_names)


def lock_accounts(session: Session, normalised_accounts: Iterable[str]) -> None:
    """Make all others who records receipts from these accounts, or gives them to a customer, wait until this transaction ends."""
    _lock(session, _ACCOUNT_LOCKS, normalised_accounts)


def _lock(session: Session, space: int, texts: Iterable[str]) -> None:
    buckets = sorted({bucket_of(each) for each in texts})
    statement = text("SELECT pg_advisory_xact_lock(:space, bucket) FROM unnest(CAST(:buckets AS integer[])) AS bucket")
    session.execute(statement, {"space": space, "buckets": buckets})


def lock_customers(session: Session, customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
    """The customers, locked until the transaction ends."""
    query = (
        select(Customer)
        .where(Customer.id == any_(literal(list(customer_ids), ARRAY(Uuid))))
        .order_by(Customer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {customer.id: customer for customer in session.scalars(query)}


def lock_visible_customer(session: Session, caller: Caller, customer_id: UUID) -> Customer:
    """One customer that the caller sees, locked.

    :raises NotFound: ``customer_not_found``.
    """
    query = select(Customer).where(Customer.id == customer_id, visible_to(caller)).with_for_update()
    customer = session.scalar(query.execution_options(populate_existing=True))
    if customer is None:
        raise NotFound("customer_not_found")
    return customer


def find_for_start(session: Session, caller: Caller, customer_id: UUID) -> Customer | Conflict:
    """A customer that processes may be about; or why none may, of one that the caller sees at its owner's (customer's)."""
    query = select(Customer, visible_to(caller).label("is_visible")).where(Customer.id == customer_id)
    customer, is_visible = session.execute(query).one_or_none() or (None, False)
    if customer is not None and is_visible:
        return customer
    # Before its own events have come, nobody knows whose it is.
    if customer is not None and customer.owner_id is None and customer.version > 0:
        return Conflict("customer_in_pool", name=customer.name)
    return Conflict("customer_not_known_yet")


def find_visible_customers(session: Session, caller: Caller, customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
    """Those of these customers that the caller sees."""
    query = select(Customer).where(Customer.id.in_(customer_ids), visible_to(caller))
    return {customer.id: customer for customer in session.scalars(query)}


def note_customer(session: Session, customer_id: UUID, name: str) -> None:
    """See to it that there is a row to lock for a customer whose own events are still to come."""
    values = {"id": customer_id, "name": name, "owner_id": None, "owner_name": None, "owner_department_id": None}
    session.execute(insert(Customer).values({**values, "bank_account": "", "version": 0}).on_conflict_do_nothing())


def copy_customer(session: Session, snapshot: Mapping[str, Any], version: int) -> bool:
    """Keep a customer as its event tells it.

    :returns: ``False`` if a newer one is kept already.
    """
    values = {name: snapshot[name] for name in ("id", "name", "owner_id", "owner_name", "owner_department_id")}
    values["bank_account"] = normalise_account(snapshot["invoice_information"]["bank_account"])
    return keep_newer(session, Customer, {**values, "version": version})


def replace_names(session: Session, customer_id: UUID, names: Mapping[str, str], now: datetime) -> None:
    """Put a customer's names of these kinds in place of those there were; aliases stay.

    :param names: kind → name as it is written.
    """
    kinds = CustomerName.kind.in_(("name", "invoice_name"))
    session.execute(delete(CustomerName).where(CustomerName.customer_id == customer_id, kinds))
    add_names(session, customer_id, names, now)


def add_names(session: Session, customer_id: UUID, names: Mapping[str, str], now: datetime) -> None:
    """Add names by kind; one that is there already stays as it is, one without anything visible is left out."""
    rows = [
        {"customer_id": customer_id, "kind": kind, "normalised_name": normalised, "name": name, "noted_at": now}
        for kind, name in names.items()
        if (normalised := normalise_payer(name))
    ]
    if rows:
        session.execute(insert(CustomerName).values(rows).on_conflict_do_nothing())
        note_names(session, customer_id, names.values())


def withdraw_name(session: Session, customer_id: UUID, normalised_name: str) -> None:
    """Let a name be the customer's alias no longer; who withdrew it, and why, :mod:`.payer_assignments` keeps."""
    is_alias = (CustomerName.kind == "alias") & (CustomerName.normalised_name == normalised_name)
    session.execute(delete(CustomerName).where(CustomerName.customer_id == customer_id, is_alias))


def names_of(session: Session, customer_id: UUID) -> set[str]:
    """A customer's normalised names, aliases included."""
    return set(session.scalars(select(CustomerName.normalised_name).where(CustomerName.customer_id == customer_id)))


def account_of(session: Session, customer_id: UUID) -> str:
    """The account of a customer's invoice information, as accounts are compared; empty for one that is not known."""
    return session.scalar(select(Customer.bank_account).where(Customer.id == customer_id)) or ""


def hits_of(session: Session, normalised_names: Collection[str]) -> dict[str, list[Hit]]:
    """Which customers have these names. Names that nobody has are absent."""
    # One array, however many names: an import's payers are more than a statement may have parameters.
    wanted = any_(literal(list(normalised_names), ARRAY(Text)))
    query = select(CustomerName.normalised_name, CustomerName.customer_id, CustomerName.kind).where(
        CustomerName.normalised_name == wanted
    )
    hits: dict[str, list[Hit]] = {}
    for name, customer_id, kind in session.execute(query):
        hits.setdefault(name, []).append(Hit(customer_id, cast(HitKind, kind)))
    return hits


def hits_by_account(session: Session, normalised_accounts: Collection[str]) -> dict[str, list[Hit]]:
    """Which customers' invoice information has these accounts. Accounts that nobody has are absent."""
    wanted = any_(literal(list(normalised_accounts), ARRAY(Text)))
    query = select(Customer.bank_account, Customer.id).where(Customer.bank_account == wanted, Customer.bank_account != text("''"))
    hits: dict[str, list[Hit]] = {}
    for account, customer_id in session.execute(query):
        hits.setdefault(account, []).append(Hit(customer_id, "bank_account"))
    return hits


def own_names(session: Session, normalised_name: str, *, besides: UUID) -> list[str]:
    """The other customers whose own name, or invoices' name, this is."""
    query = (
        select(Customer.name)
        .join(CustomerName, CustomerName.customer_id == Customer.id)
        .where(CustomerName.normalised_name == normalised_name, CustomerName.kind != "alias", Customer.id != besides)
        .distinct()
        .order_by(Customer.name)
    )
    return list(session.scalars(query))
