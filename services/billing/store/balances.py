"""Prepaid accounts with their balances, as a list."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, true
from sqlalchemy.orm import Session

from services.billing.domain.ledger import BALANCE_LOW
from services.billing.store.columns import Amount
from services.billing.store.customers import visible_to
from services.billing.store.ledger_tables import NEWEST_DEFERRAL, Balance, Deferral, LedgerEntry, LedgerPosting
from services.billing.store.tables import Account, Customer, Product
from services.kit.caller import Caller
from services.kit.paging import Page, PageRequest, Sorts, fetch_page

_NOTHING = literal(Decimal("0.00"), Amount)
_TOTAL = func.coalesce(Balance.prepay + Balance.prepurchase, _NOTHING)

SORTS: Sorts = {"balance": _TOTAL, "identifier": Account.identifier, "customer": Customer.name}


def page_of_balances(
    session: Session,
    caller: Caller,
    request: PageRequest,
    *,
    customer_id: UUID | None,
    product_id: UUID | None,
    low: bool | None,
) -> Page:
    """The prepaid accounts that the caller sees with what they have, the lowest first; without closed ones that have nothing.

    :param low: only those whose balance is low, or is not; ``None`` for all.
    """
    own = select(Deferral.credit_limit, Deferral.until).where(Deferral.account_id == Account.id)
    newest = own.order_by(*NEWEST_DEFERRAL).limit(1).lateral()
    query = (
        select(
            Account.id.label("account_id"),
            Account.identifier,
            Account.status,
            Product.id.label("product_id"),
            Product.name.label("product_name"),
            Customer.id.label("customer_id"),
            Customer.name.label("customer_name"),
            _TOTAL.label("total"),
            func.coalesce(Balance.prepay, _NOTHING).label("prepay"),
            func.coalesce(Balance.prepurchase, _NOTHING).label("prepurchase"),
            func.coalesce(Balance.held, _NOTHING).label("held"),
            newest.c.credit_limit.label("limit"),
            newest.c.until,
            (_TOTAL < BALANCE_LOW).label("is_low"),
            LedgerPosting.kind.label("last_kind"),
            LedgerEntry.amount.label("last_amount"),
            LedgerPosting.day.label("last_day"),
        )
        .join(Product, Product.id == Account.product_id)
        .join(Customer, Customer.id == Account.customer_id)
        .outerjoin(Balance, Balance.account_id == Account.id)
        .outerjoin(newest, true())
        .outerjoin(LedgerEntry, and_(LedgerEntry.account_id == Account.id, LedgerEntry.position == Balance.entry_count))
        .outerjoin(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .where(Product.payment_mode == "prepaid", or_(Account.status != "closed", _TOTAL != _NOTHING), visible_to(caller))
    )
    if customer_id is not None:
        query = query.where(Account.customer_id == customer_id)
    if product_id is not None:
        query = query.where(Account.product_id == product_id)
    if low is not None:
        query = query.where(_TOTAL < BALANCE_LOW if low else _TOTAL >= BALANCE_LOW)
    return fetch_page(session, query, request, sorts=SORTS, default_sort="balance", key=Account.id)
