"""Copy a user of the gateway's: their names stand on the customers they look after."""

from services.contracts.gateway import UserChanged
from services.customer.store.customers import lock_owned_by
from services.customer.store.processes import keep_user
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin


def copy_user(begin: Begin, event: Event) -> None:
    """A new name or department goes to all customers of that owner, and on to whoever copies those."""
    user = load(UserChanged, event.data)
    with begin(consuming=event) as work:
        if not keep_user(work.session, user, event.aggregate_version):
            return
        for customer in lock_owned_by(work.session, user["id"]):
            now = (user["name"], user["department_id"])
            if (customer.owner_name, customer.owner_department_id) != now:
                customer.owner_name, customer.owner_department_id = now
                customer.version += 1
                work.publish("customer_changed", customer.id, customer_snapshot(customer), version=customer.version)
