"""What adding, changing and showing a contact log have in common."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.customer.domain.contact_logs import editable_until
from services.customer.store.contacts import contact_name
from services.customer.store.tables import ContactLog, ContactLogAddition, Customer
from services.customer.usecases.views import columns_of, view_under
from services.kit.clock import business_date
from services.kit.errors import InvalidInput
from services.kit.unit_of_work import UnitOfWork


def checked_contact(
    work: UnitOfWork, customer: Customer, *, at: datetime, follow_up_on: date | None, contact_id: UUID | None
) -> str | None:
    """The name of the contact that a touch was with, if the touch can have been.

    :raises InvalidInput: for a touch to come, a follow-up before it, a contact that is not this customer's.
    """
    contact = None if contact_id is None else contact_name(work.session, customer.id, contact_id)
    wrong: dict[str, list[str]] = {}
    if at > work.now:
        wrong["at"] = ["in_future"]
    if follow_up_on is not None and follow_up_on < business_date(at):
        wrong["follow_up_on"] = ["before_start"]
    if contact_id is not None and contact is None:
        wrong["contact_id"] = ["not_of_customer"]
    if wrong:
        raise InvalidInput(fields=wrong)
    return contact


def log_view(customer: Customer, log: ContactLog, contact: str | None, additions: Sequence[ContactLogAddition]) -> dict[str, Any]:
    """A log with what was added to it."""
    return view_under(
        customer,
        log,
        contact_name=contact,
        editable_until=editable_until(log.created_at),
        additions=[columns_of(addition) for addition in additions],
    )
