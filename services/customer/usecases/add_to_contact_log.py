"""Add to a contact log what is to be said afterwards (spec, customer.md, "Data")."""

from typing import Any
from uuid import UUID

from services.customer.store.contacts import additions_of, contact_name, find_log
from services.customer.store.tables import ContactLogAddition
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.log_entries import log_view
from services.kit.unit_of_work import Begin


def add_to_contact_log(begin: Begin, customer_id: UUID, log_id: UUID, *, content: str) -> dict[str, Any]:
    """By whoever keeps the customer, at any time; the log itself stays as it was. It is no touch with the customer.

    :returns: the log with all that was added to it.
    :raises NotFound: ``contact_log_not_found``.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        log = find_log(work.session, customer.id, log_id)
        addition = ContactLogAddition(
            id=work.new_id(),
            contact_log_id=log.id,
            content=content,
            author_id=UUID(work.caller.user_id),
            author_name=work.caller.name,
            created_at=work.now,
        )
        work.session.add(addition)
        work.session.flush()
        work.audit("contact_log_added_to", ("customer", customer.id), after={"log": str(log.id), "content": content})
        contact = None if log.contact_id is None else contact_name(work.session, customer.id, log.contact_id)
        return log_view(customer, log, contact, additions_of(work.session, [log.id])[log.id])
