"""Lists of receipts: the pool and all others, filtered, page by page. Visibility is a condition of every one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, any_, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from services.kit.caller import Caller
from services.kit.clock import end_of_day, start_of_day
from services.kit.paging import Page, PageRequest, fetch_page, from_cursor
from services.kit.planning import plan_for_values
from services.payments.domain.payer_terms import AskedPayer
from services.payments.store.customers import visible_to
from services.payments.store.payers import few_payers, has_such_payer
from services.payments.store.receipts import HAS_BALANCE, visible_parts
from services.payments.store.tables import Customer, Receipt

_SORTS: Final = {"received_at": Receipt.received_at, "amount": Receipt.amount, "payer_name": Receipt.payer_name}
_ORDER: Final[dict[str, Any]] = {"sorts": _SORTS, "default_sort": "-received_at", "key": Receipt.id}
_FEW_PAYERS_MAX: Final = 2_000
"""The receipts of so many payers are looked up by them; of more, a list is soon full that is gone through in its own order."""


@dataclass(frozen=True)
class ReceiptFilter:
    """What a list of receipts is narrowed by; ``None`` and empty mean anything.

    :param payer: any part of the payer's name, however it is written; its pinyin, or its initials.
    :param received_from, received_to: Shanghai days, both included.
    :param pool: only those with a balance.
    """

    payer: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    received_from: date | None = None
    received_to: date | None = None
    state: str | None = None
    customer_id: UUID | None = None
    pool: bool = True


def page_of_receipts(session: Session, caller: Caller, request: PageRequest, wanted: ReceiptFilter) -> Page:
    """Rows of (receipt, customer's name), the newest first unless sorted otherwise."""
    return fetch_page(session, _listed(session, caller, request, wanted), request, **_ORDER)


def receipts_of_customer(caller: Caller, customer_id: UUID) -> Select[UUID]:
    """The ids of a customer's receipts; of none that the caller may not see."""
    query = select(Receipt.id).join(Customer, Customer.id == Receipt.customer_id)
    return query.where(Receipt.customer_id == customer_id, visible_to(caller))


def _listed(session: Session, caller: Caller, request: PageRequest, wanted: ReceiptFilter) -> Select[Receipt, str | None]:
    """What the caller sees and wants, a page of it at least."""
    plan_for_values(session)
    # With a limit, reading a table whole looks cheap wherever much is thought to match, and much is thought to that does not.
    session.execute(select(func.set_config("enable_seqscan", "off", true())))
    conditions, parts = _conditions(session, wanted), visible_parts(caller)
    query = select(Receipt, Customer.name.label("customer_name")).outerjoin(Customer, Customer.id == Receipt.customer_id)
    if len(parts) == 1:
        return query.where(*parts, *conditions)
    # A page of each part, as an index gives it; an "or" of parts would be tried on every receipt there is.
    pages = [
        from_cursor(select(Receipt.id).where(part, *conditions), request, **_ORDER).limit(request.page_size + 1).subquery()
        for part in parts
    ]
    return query.where(Receipt.id.in_(union_all(*(select(page.c.id) for page in pages))))


def _conditions(session: Session, wanted: ReceiptFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.payer:
        conditions.append(_of_payer(session, AskedPayer.of(wanted.payer)))
    if wanted.amount_from is not None:
        conditions.append(Receipt.amount >= wanted.amount_from)
    if wanted.amount_to is not None:
        conditions.append(Receipt.amount <= wanted.amount_to)
    if wanted.received_from is not None:
        conditions.append(Receipt.received_at >= start_of_day(wanted.received_from))
    if wanted.received_to is not None:
        conditions.append(Receipt.received_at < end_of_day(wanted.received_to))
    if wanted.customer_id is not None:
        conditions.append(Receipt.customer_id == wanted.customer_id)
    if wanted.state == "used":
        conditions.append(Receipt.used == Receipt.amount)
    elif wanted.state is not None:
        conditions += [Receipt.match == wanted.state, Receipt.used < Receipt.amount]
    if wanted.pool and wanted.state != "used":
        conditions.append(HAS_BALANCE)
    return conditions


def _of_payer(session: Session, asked: AskedPayer) -> ColumnElement[bool]:
    few = few_payers(session, asked, _FEW_PAYERS_MAX)
    if few is None:
        return has_such_payer(asked)
    return Receipt.normalised_payer == any_(literal(few, ARRAY(Text)))
