"""Copy a user of the gateway's: their names stand on the customers they look after; who leaves hands these on."""

from uuid import UUID

from services.contracts.gateway import UserChanged
from services.customer.store.owners import lock_owned_by
from services.customer.store.people import keep_user, lock_people
from services.customer.store.tables import Customer
from services.customer.usecases.hand_over_leavers import hand_over_leavers
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin, Fact


def copy_user(begin: Begin, event: Event) -> None:
    """A new name or department goes to all customers of that owner, and on to whoever copies those.

    A user who comes back gets nothing back by that.
    """
    user = load(UserChanged, event.data)
    with begin(consuming=event) as work:
        lock_people(work.session)
        if not keep_user(work.session, user, event.aggregate_version):
            return
        named = (user["name"], user["department_id"])
        customers = lock_owned_by(work.session, user["id"])
        changed = [each for each in customers if (each.owner_name, each.owner_department_id) != named]
        entries = [_entry(each, *named) for each in changed]
        for customer in changed:
            customer.owner_name, customer.owner_department_id = named
            customer.version += 1
        work.audit_all(entries)
        work.publish_all([Fact("customer_changed", each.id, customer_snapshot(each), each.version) for each in changed])
        work.session.flush()
        hand_over_leavers(work)


def _entry(customer: Customer, name: str, department_id: UUID | None) -> AuditEntry:
    # Another department of the owner's is another circle of those who see the customer.
    before = {"owner": customer.owner_name, "owner_department_id": _plain(customer.owner_department_id)}
    after = {"owner": name, "owner_department_id": _plain(department_id)}
    return AuditEntry("customer_owner_changed", ("customer", customer.id), before, after, "user_changed")


def _plain(department_id: UUID | None) -> str | None:
    return None if department_id is None else str(department_id)
