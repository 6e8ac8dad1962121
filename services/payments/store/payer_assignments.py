"""Queries about what people said whose a payer is, and about the aliases that were learnt from it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.errors import NotFound
from services.kit.paging import Page, PageRequest, fetch_page
from services.payments.domain.names import normalise_payer
from services.payments.store.customers import visible_to
from services.payments.store.matching_tables import PayerAssignment
from services.payments.store.tables import Customer

_SORTS = {"assigned_at": PayerAssignment.assigned_at}


@dataclass(frozen=True)
class AliasFilter:
    """What a list of aliases is narrowed by; ``None`` and empty mean anything.

    :param payer: the payer's whole name, however it is written.
    :param in_force: whether they have not been withdrawn.
    """

    customer_id: UUID | None = None
    payer: str = ""
    in_force: bool | None = None


def insert_assignment(session: Session, values: dict[str, Any]) -> None:
    """Keep what somebody said."""
    session.add(PayerAssignment(**values))


def find_visible_alias(session: Session, caller: Caller, alias_id: UUID) -> tuple[PayerAssignment, str]:
    """An alias, withdrawn ones too, and its customer's name.

    :raises NotFound: ``payer_alias_not_found``.
    """
    query = (
        select(PayerAssignment, Customer.name)
        .join(Customer, Customer.id == PayerAssignment.customer_id)
        .where(PayerAssignment.id == alias_id, PayerAssignment.is_alias, visible_to(caller))
    )
    found = session.execute(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("payer_alias_not_found")
    return found[0], found[1]


def note_withdrawal(session: Session, customer_id: UUID, normalised_payer: str, values: dict[str, Any]) -> None:
    """Note who withdrew a customer's alias, and why, if it is in force."""
    in_force = PayerAssignment.is_alias & PayerAssignment.withdrawn_at.is_(None)
    of_payer = (PayerAssignment.customer_id == customer_id) & (PayerAssignment.normalised_payer == normalised_payer)
    session.execute(update(PayerAssignment).where(of_payer, in_force).values(values))


def page_of_aliases(session: Session, caller: Caller, request: PageRequest, wanted: AliasFilter) -> Page:
    """Rows of (alias, customer's name), the newest first unless sorted otherwise."""
    query = (
        select(PayerAssignment, Customer.name.label("customer_name"))
        .join(Customer, Customer.id == PayerAssignment.customer_id)
        .where(PayerAssignment.is_alias, visible_to(caller))
    )
    if wanted.customer_id is not None:
        query = query.where(PayerAssignment.customer_id == wanted.customer_id)
    if wanted.payer:
        query = query.where(PayerAssignment.normalised_payer == normalise_payer(wanted.payer))
    if wanted.in_force is not None:
        withdrawn = PayerAssignment.withdrawn_at
        query = query.where(withdrawn.is_(None) if wanted.in_force else withdrawn.is_not(None))
    return fetch_page(session, query, request, sorts=_SORTS, default_sort="-assigned_at", key=PayerAssignment.id)


def assignments_of(session: Session, normalised_payers: Collection[str]) -> list[PayerAssignment]:
    """What was ever said of these payers, the newest first."""
    wanted = any_(literal(list(normalised_payers), ARRAY(Text)))
    query = select(PayerAssignment).where(PayerAssignment.normalised_payer == wanted)
    return list(session.scalars(query.order_by(PayerAssignment.assigned_at.desc(), PayerAssignment.id.desc())))
