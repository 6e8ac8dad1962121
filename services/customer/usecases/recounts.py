"""Facts of a customer that are recomputed from what hangs on it, whenever that changes.

The customer's row is locked by whoever calls these. A fact that grows may lift the customer; one that shrinks lifts nothing.
"""

from datetime import date
from typing import Any

from services.customer.store.accounts import has_open_account
from services.customer.store.contacts import best_filled_items, last_log_at
from services.customer.store.tables import Customer
from services.customer.usecases.moves import facts_of, settle
from services.kit.clock import business_date
from services.kit.unit_of_work import UnitOfWork


def recount_contacts(work: UnitOfWork, customer: Customer) -> None:
    """Completeness: the best contact's, of those who are there."""
    work.session.flush()
    items = best_filled_items(work.session, customer.id)
    _put(work, customer, "filled_items", items, grows=items > customer.filled_items)


def recount_logs(work: UnitOfWork, customer: Customer) -> None:
    """The day of the last log."""
    work.session.flush()
    at = last_log_at(work.session, customer.id)
    day = None if at is None else business_date(at)
    _put(work, customer, "last_log_on", day, grows=(day or date.min) > (customer.last_log_on or date.min))


def recount_accounts(work: UnitOfWork, customer: Customer) -> None:
    """Whether it has an account that is not closed."""
    work.session.flush()
    has_account = has_open_account(work.session, customer.id)
    _put(work, customer, "has_account", has_account, grows=has_account)


def _put(work: UnitOfWork, customer: Customer, name: str, value: Any, *, grows: bool) -> None:
    if getattr(customer, name) == value:
        return
    before = facts_of(work, [customer])[customer.id]
    setattr(customer, name, value)
    if not grows and customer.fell_with == before.reasons(work.today):
        # It stays down until something is new, and less of what it fell with is nothing new.
        customer.fell_with = facts_of(work, [customer])[customer.id].reasons(work.today)
    settle(work, customer)
