"""Keep who looks after a customer, for events that name only the customer."""

from uuid import UUID

from services.kit.copies import keep_newer
from services.kit.envelope import Event
from services.kit.unit_of_work import Begin
from services.notify.store.tables import CustomerCopy


def copy_customer(begin: Begin, event: Event) -> None:
    """From customer's ``customer_added`` and ``customer_changed``; an older one never overwrites a newer."""
    owner, department = event.data["owner_id"], event.data["owner_department_id"]
    row = {
        "id": UUID(event.data["id"]),
        "owner_id": owner and UUID(owner),
        "owner_department_id": department and UUID(department),
        "version": event.aggregate_version,
    }
    with begin(consuming=event) as work:
        keep_newer(work.session, CustomerCopy, row)
