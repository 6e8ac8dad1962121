"""Add a contact log (spec, customer.md, "Data"): what keeps a customer from falling."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.customer.store.contacts import contact_name
from services.customer.store.tables import ContactLog
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.moves import settle
from services.customer.usecases.views import view_under
from services.kit.clock import business_date
from services.kit.errors import InvalidInput
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
    :raises InvalidInput: for a touch to come, a follow-up before it, a contact that is not this customer's.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        at = at or work.now
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
        return view_under(customer, log, contact_name=contact)
