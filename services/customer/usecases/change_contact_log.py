"""Change a contact log (spec, customer.md, "Data": "Logs are never edited after 24 hours, only added to")."""

from typing import Any
from uuid import UUID

from services.customer.domain.contact_logs import is_editable
from services.customer.store.contacts import additions_of, find_log
from services.customer.usecases.changes import change_row
from services.customer.usecases.follow_ups import remind_if_its_day_has_come
from services.customer.usecases.keepers import lock_kept
from services.customer.usecases.log_entries import checked_contact, log_view
from services.customer.usecases.recounts import recount_logs
from services.kit.errors import ChangedMeanwhile, Conflict, Forbidden
from services.kit.unit_of_work import Begin


def change_contact_log(begin: Begin, customer_id: UUID, log_id: UUID, *, version: int, **changes: Any) -> dict[str, Any]:
    """Set what is given and leave the rest: by its author, within 24 hours of its making.

    A log that moves to another day moves the customer's last contact, in either direction; a follow-up that moves reminds anew.

    :param version: the log's as the caller saw it.
    :raises NotFound: ``contact_log_not_found``.
    :raises Forbidden: ``contact_log_not_yours``, for everybody but its author.
    :raises Conflict: ``contact_log_closed``, after 24 hours; ``contact_log_changed_meanwhile``.
    :raises InvalidInput: for a touch that cannot have been.
    """
    with begin() as work:
        customer = lock_kept(work, customer_id)
        log = find_log(work.session, customer.id, log_id)
        if str(log.author_id) != work.caller.user_id:
            raise Forbidden("contact_log_not_yours", author=log.author_name)
        if not is_editable(log.created_at, work.now):
            raise Conflict("contact_log_closed")
        if log.version != version:
            raise ChangedMeanwhile("contact_log_changed_meanwhile", version=log.version)
        stands = {name: changes.get(name, getattr(log, name)) for name in ("at", "follow_up_on", "contact_id")}
        contact = checked_contact(work, customer, **stands)
        changed = change_row(log, changes)
        if changed.touches("follow_up_on"):
            log.reminded_at = None
        if changed:
            recount_logs(work, customer)
            remind_if_its_day_has_come(work, customer, log)
            after = {"log": str(log.id), **changed.after}
            work.audit("contact_log_changed", ("customer", customer.id), before=changed.before, after=after)
        return log_view(customer, log, contact, additions_of(work.session, [log.id]).get(log.id, []))
