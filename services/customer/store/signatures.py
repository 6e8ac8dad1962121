"""Queries about the signatures of accounts; visible as their customer is."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.customer.store.customers import visible_to
from services.customer.store.tables import Account, AccountSignature, Customer, Product
from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, fetch_page


@dataclass(frozen=True)
class SignatureFilters:
    """What a list of signatures is narrowed to; ``None`` or empty for no matter.

    :param state: or ``all``.
    :param text: how the signature begins.
    """

    state: str = "registered"
    account_id: UUID | None = None
    text: str = ""
    product_id: UUID | None = None
    customer_id: UUID | None = None


def page_of_signatures(session: Session, caller: Caller, filters: SignatureFilters, request: PageRequest) -> Page:
    """Rows of a signature, its account, its product's and its customer's name."""
    query = (
        select(AccountSignature, Account, Product.name.label("product_name"), Customer.name.label("customer_name"))
        .join(Account, Account.id == AccountSignature.account_id)
        .join(Product, Product.id == Account.product_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(visible_to(caller))
    )
    if filters.state != "all":
        query = query.where(AccountSignature.state == filters.state)
    if filters.account_id is not None:
        query = query.where(AccountSignature.account_id == filters.account_id)
    if filters.text:
        query = query.where(AccountSignature.signature.startswith(filters.text, autoescape=True))
    if filters.product_id is not None:
        query = query.where(Account.product_id == filters.product_id)
    if filters.customer_id is not None:
        query = query.where(Account.customer_id == filters.customer_id)
    sorts = {"signature": AccountSignature.signature, "settled_at": AccountSignature.settled_at}
    return fetch_page(session, query, request, sorts=sorts, default_sort="signature", key=AccountSignature.id)


def pending_of_others(
    session: Session, account_id: UUID, process_id: UUID, signature: str, types: Collection[str]
) -> AccountSignature | None:
    """What another process is registering on this account, of the same signature and one of these types."""
    query = select(AccountSignature).where(
        AccountSignature.account_id == account_id,
        AccountSignature.state == "pending",
        AccountSignature.signature == signature,
        AccountSignature.type.in_(types),
        AccountSignature.process_id != process_id,
    )
    return session.scalars(query.limit(1)).first()


def hold_signature(session: Session, row: dict[str, Any]) -> None:
    """Write what a process is about to register, in place of what it was about to before."""
    kept = {name: value for name, value in row.items() if name not in ("id", "process_id")}
    statement = insert(AccountSignature).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["process_id"], set_=kept))


def signature_of_process(session: Session, process_id: UUID) -> AccountSignature:
    """What a process is about to register: it was written when the process was prepared."""
    return session.scalars(select(AccountSignature).where(AccountSignature.process_id == process_id)).one()


def replace_registered(session: Session, registered: AccountSignature, types: Collection[str]) -> None:
    """Take what was registered before for some of the same messages with the same channel for replaced."""
    session.execute(
        update(AccountSignature)
        .where(
            AccountSignature.account_id == registered.account_id,
            AccountSignature.state == "registered",
            AccountSignature.signature == registered.signature,
            AccountSignature.channel == registered.channel,
            AccountSignature.type.in_(types),
            AccountSignature.id != registered.id,
        )
        .values(state="replaced", settled_at=registered.settled_at)
    )


def free_signature(session: Session, process_id: UUID) -> None:
    """Give up what a process was about to register."""
    session.execute(
        delete(AccountSignature).where(AccountSignature.process_id == process_id, AccountSignature.state == "pending")
    )
