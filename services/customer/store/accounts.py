"""Queries about accounts and the identifiers that keep them apart; visible as their customer is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.domain.accounts import CLOSED
from services.customer.store.customers import visible_to
from services.customer.store.tables import Account, AccountIdentifier, Customer, Product
from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page

_SORTS = {"identifier": Account.identifier, "opened_at": Account.opened_at}


@dataclass(frozen=True)
class AccountFilters:
    """What a list of accounts is narrowed to; ``None`` or empty for no matter.

    :param text: how the identifier begins.
    """

    text: str = ""
    status: str | None = None
    product_id: UUID | None = None
    customer_id: UUID | None = None


def find_account(session: Session, caller: Caller, account_id: UUID) -> Row[Account, str, Customer]:
    """``(account, product_name, customer)``.

    :raises NotFound: ``account_not_found``, also for one whose customer the caller may not see.
    """
    query = (
        select(Account, Product.name, Customer)
        .join(Product, Product.id == Account.product_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Account.id == account_id, visible_to(caller))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("account_not_found")
    return found


def customer_of_account(session: Session, caller: Caller, account_id: UUID) -> UUID:
    """Whose account it is, which never changes: for whoever locks the customer before the account.

    :raises NotFound: as :func:`find_account`.
    """
    query = select(Account.customer_id).join(Customer, Customer.id == Account.customer_id)
    customer_id = session.scalar(query.where(Account.id == account_id, visible_to(caller)))
    if customer_id is None:
        raise NotFound("account_not_found")
    return customer_id


def account_of_customer(session: Session, customer_id: UUID, account_id: UUID) -> Account | None:
    """An account of this customer's, as it is now."""
    query = select(Account).where(Account.id == account_id, Account.customer_id == customer_id)
    return session.scalar(query.execution_options(populate_existing=True))


def account_with_sub_number(session: Session, product_id: UUID, sub_number: str, *, other_than: UUID) -> Account | None:
    """Another account of the product, not closed, that has this sub-number."""
    query = select(Account).where(
        Account.product_id == product_id,
        Account.sub_number == sub_number,
        Account.status != CLOSED,
        Account.id != other_than,
    )
    return session.scalars(query.limit(1)).first()


def page_of_accounts(session: Session, product_id: UUID, request: PageRequest) -> Page:
    """A product's accounts. Whoever asks has found the product visible before."""
    query = select(Account).where(Account.product_id == product_id)
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="identifier", key=Account.id)


def page_of_all_accounts(session: Session, caller: Caller, filters: AccountFilters, request: PageRequest) -> Page:
    """Rows of an account, its product's and its customer's name."""
    query = (
        select(Account, Product.name.label("product_name"), Customer.name.label("customer_name"))
        .join(Product, Product.id == Account.product_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(visible_to(caller))
    )
    if filters.text:
        query = query.where(func.lower(Account.identifier).startswith(filters.text.lower(), autoescape=True))
    if filters.status is not None:
        query = query.where(Account.status == filters.status)
    if filters.product_id is not None:
        query = query.where(Account.product_id == filters.product_id)
    if filters.customer_id is not None:
        query = query.where(Account.customer_id == filters.customer_id)
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="identifier", key=Account.id)


def first_accounts(session: Session, customer_id: UUID, limit: int) -> list[Account]:
    """The first of a customer's accounts by identifier, closed ones last."""
    query = select(Account).where(Account.customer_id == customer_id)
    return list(session.scalars(query.order_by(Account.status == CLOSED, Account.identifier).limit(limit)))


def has_open_account(session: Session, customer_id: UUID) -> bool:
    """Whether one of a customer's accounts is not closed."""
    return bool(session.scalar(select(exists().where(Account.customer_id == customer_id, Account.status != CLOSED))))


def count_accounts(session: Session, product_id: UUID) -> int:
    """How many accounts a product has, closed ones too."""
    return session.scalars(select(func.count()).select_from(Account).where(Account.product_id == product_id)).one()


def take_identifier(session: Session, identifier: str) -> bool:
    """Take an identifier for an account that is opened by hand; the database decides between two at once.

    :returns: whether it was free: neither in use nor entered in a running process.
    """
    taken = insert(AccountIdentifier).values(identifier=identifier, process_id=None).on_conflict_do_nothing()
    return session.execute(taken.returning(AccountIdentifier.identifier)).first() is not None


def reserve_identifiers(session: Session, process_id: UUID, identifiers: Sequence[str]) -> set[str]:
    """Hold these account identifiers, and no others, for a process.

    :returns: those that are another's, in use or entered in another process; then the caller refuses and nothing is held.
    """
    session.execute(
        delete(AccountIdentifier).where(
            AccountIdentifier.process_id == process_id, AccountIdentifier.identifier.not_in(identifiers)
        )
    )
    # Sorted, so that two processes with common identifiers wait for each other in one direction only.
    rows = [{"identifier": identifier, "process_id": process_id} for identifier in sorted(identifiers)]
    session.execute(insert(AccountIdentifier).values(rows).on_conflict_do_nothing())
    taken = select(AccountIdentifier.identifier).where(
        AccountIdentifier.identifier.in_(identifiers), AccountIdentifier.process_id.is_distinct_from(process_id)
    )
    return set(session.scalars(taken))


def free_identifiers(session: Session, process_id: UUID) -> None:
    """Give up what a process held; identifiers of accounts it opened are not given up."""
    opened = select(Account.identifier).where(Account.process_id == process_id)
    session.execute(
        delete(AccountIdentifier).where(AccountIdentifier.process_id == process_id, AccountIdentifier.identifier.not_in(opened))
    )
