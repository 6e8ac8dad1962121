"""Copy a user of the gateway's: their names stand on the customers they look after; who leaves hands these on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.contracts.gateway import UserChanged
from services.customer.store.owners import lock_in_hands_of
from services.customer.store.people import keep_user, lock_people
from services.customer.store.tables import Customer
from services.customer.usecases.hand_over_leavers import hand_over_to, takers_from_leavers
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.audit import AuditEntry
from services.kit.envelope import Event
from services.kit.schema import load_told
from services.kit.unit_of_work import Begin, Fact, UnitOfWork


def copy_user(begin: Begin, event: Event) -> None:
    """A new name or department goes to all that the user looks after or is claiming, and on to whoever copies customers.

    A user who comes back gets nothing back by that.
    """
    user = load_told(UserChanged, event.data)
    user.pop("email")  # nobody writes to people from here
    with begin(consuming=event) as work:
        lock_people(work.session)
        if not keep_user(work.session, user, event.aggregate_version):
            return
        takers = takers_from_leavers(work)
        customers = lock_in_hands_of(work.session, user["id"], *takers)
        _name_anew(work, customers, user)
        hand_over_to(work, takers, customers)


def _name_anew(work: UnitOfWork, customers: Sequence[Customer], user: Mapping[str, Any]) -> None:
    named, changed, entries = (user["name"], user["department_id"]), [], []
    for customer in customers:
        if customer.claimant_id == user["id"]:
            customer.claimant_name, customer.claimant_department_id = named
        if customer.owner_id == user["id"] and (customer.owner_name, customer.owner_department_id) != named:
            entries.append(_entry(customer, *named))
            customer.owner_name, customer.owner_department_id = named
            customer.version += 1
            changed.append(Fact("customer_changed", customer.id, customer_snapshot(customer), customer.version))
    work.publish_all(changed)
    work.audit_all(entries)
    work.session.flush()


def _entry(customer: Customer, name: str, department_id: UUID | None) -> AuditEntry:
    # Another department of the owner's is another circle of those who see the customer.
    before = {"owner": customer.owner_name, "owner_department_id": _plain(customer.owner_department_id)}
    after = {"owner": name, "owner_department_id": _plain(department_id)}
    return AuditEntry("customer_owner_changed", ("customer", customer.id), before, after, "user_changed")


def _plain(department_id: UUID | None) -> str | None:
    return None if department_id is None else str(department_id)
