"""Add a contact log (spec, customer.md, "Data"): what keeps a customer from falling."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.customer.store.tables import ContactLog
from services.customer.usecases.follow_ups import remind_if_its_day_has_come
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.log_entries import checked_contact, log_view
from services.customer.usecases.moves import settle
from services.kit.clock import business_date
from services.kit.unit_of_work import Begin


def add_contact_log(
    begin: Begin,
    customer_id: UUID,
    *,
    channel: str,
    content: str,
    contact_id: UUID | None,
    at: datetime | None,
    next_step: str,
    follow_up_on: date | None,
) -> dict[str, Any]:
    """A touch with the customer. One noted late counts for the day it was on.

    :param at: when it was; ``None`` for now.
    :param follow_up_on: not before the touch; a log noted late may bring one whose day has come, which reminds at once.
    :raises InvalidInput: for a touch that cannot have been.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        at = at or work.now
        contact = checked_contact(work, customer, at=at, follow_up_on=follow_up_on, contact_id=contact_id)
        log = ContactLog(
            id=work.new_id(),
            customer_id=customer.id,
            contact_id=contact_id,
            channel=channel,
            at=at,
            content=content,
            next_step=next_step,
            follow_up_on=follow_up_on,
            author_id=UUID(work.caller.user_id),
            author_name=work.caller.name,
            created_at=work.now,
            version=1,
        )
        work.session.add(log)
        work.audit("contact_log_added", ("customer", customer.id), after={"channel": channel, "at": at.isoformat()})
        if customer.last_log_on is None or business_date(at) > customer.last_log_on:
            customer.last_log_on = business_date(at)
            settle(work, customer)
        remind_if_its_day_has_come(work, customer, log)
        return log_view(customer, log, contact, [])
