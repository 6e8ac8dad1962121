"""Whose usage a name is: the one place where names in usage and accounts are joined (spec, billing.md, "Usage").

A query over usage joins so, and no other way::

    select(Account.product_id, DailySum.quantity)
    .join(AccountName, AccountName.name == DailySum.account)
    .join(Account, Account.id == AccountName.account_id)

which :func:`join_accounts` says in one word.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.store.account_name_tables import AccountName
from services.billing.store.customers import visible_to
from services.billing.store.tables import Account, Customer, Product
from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, fetch_page

_NAMES_LOCK = 0x4143
"""Advisory lock: a name's getting an account and the telling of whose usage came must not miss each other."""


@dataclass(frozen=True)
class NamedAccount:
    """An account with whose it is; product and customer have no names while they are not known."""

    account_id: UUID
    identifier: str
    product_id: UUID
    product_name: str | None
    customer_id: UUID
    customer_name: str | None


Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])


def join_accounts(query: Q, name: SQLColumnExpression[str]) -> Q:
    """The query with the accounts that the names in this column belong to; rows of unknown names fall out."""
    return query.join(AccountName, AccountName.name == name).join(Account, Account.id == AccountName.account_id)


def is_known(name: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """The condition that a name belongs to an account."""
    return select(AccountName.name).where(AccountName.name == name).exists()


def lock_names(session: Session) -> None:
    """For whoever gives a name an account, or takes it away: reports that are being counted commit first, later ones see it."""
    session.execute(select(func.pg_advisory_xact_lock(_NAMES_LOCK)))


def lock_reports_against_names(session: Session) -> None:
    """The other side; reports do not wait for each other."""
    session.execute(select(func.pg_advisory_xact_lock_shared(_NAMES_LOCK)))


def find_name(session: Session, name: str) -> AccountName | None:
    return session.get(AccountName, name)


def settle_identifier(session: Session, identifier: str) -> UUID | None:
    """Give a name to the account whose identifier it is, or to nobody if it is none's any more; of two accounts that hold it for
    a moment, the later one gets it. What was assigned by hand gives way to an account, and stays where there is none. The caller
    has locked the names.

    :returns: that account.
    """
    latest = select(Account.id).where(Account.identifier == identifier).order_by(Account.changed_at.desc(), Account.id.desc())
    account_id = session.scalar(latest.limit(1))
    if account_id is None:
        session.execute(delete(AccountName).where(AccountName.name == identifier, AccountName.assigned_at.is_(None)))
        return None
    values = {"account_id": account_id, "assigned_at": None, "assigned_by": None, "assigned_by_name": None, "reason": None}
    row = insert(AccountName).values(name=identifier, **values)
    session.execute(row.on_conflict_do_update(index_elements=[AccountName.name], set_=values))
    return account_id


def identifiers(session: Session) -> Iterator[str]:
    """All names that are accounts' identifiers."""
    query = select(AccountName.name).where(AccountName.assigned_at.is_(None)).execution_options(yield_per=5_000)
    yield from session.scalars(query)


def accounts_named(session: Session, names: Collection[str]) -> dict[str, NamedAccount]:
    """The accounts that have these names."""
    query = (
        select(
            AccountName.name,
            Account.id.label("account_id"),
            Account.identifier,
            Account.product_id,
            Product.name.label("product_name"),
            Account.customer_id,
            Customer.name.label("customer_name"),
        )
        .select_from(AccountName)
        .join(Account, Account.id == AccountName.account_id)
        .outerjoin(Product, Product.id == Account.product_id)
        .outerjoin(Customer, Customer.id == Account.customer_id)
        .where(AccountName.name.in_(names))
    )
    return {row[0]: NamedAccount(*row[1:]) for row in session.execute(query)}


def page_of_assignments(session: Session, caller: Caller, request: PageRequest) -> Page:
    """The names that were assigned by hand to accounts of customers the caller sees, the latest first."""
    query = (
        select(AccountName, Account.identifier, Account.product_id, Account.customer_id, Customer.name.label("customer_name"))
        .join(Account, Account.id == AccountName.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(AccountName.assigned_at.is_not(None), visible_to(caller))
    )
    sorts = {"assigned_at": AccountName.assigned_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="-assigned_at", key=AccountName.name)
