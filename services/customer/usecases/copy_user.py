"""Copy a user of the gateway's: their names stand on the customers they look after."""

from services.contracts.gateway import UserChanged
from services.customer.store.customers import lock_owned_by
from services.customer.store.processes import keep_user
from services.customer.usecases.snapshots import customer_snapshot
from services.kit.envelope import Event
from services.kit.schema import load
from services.kit.unit_of_work import Begin, Fact


def copy_user(begin: Begin, event: Event) -> None:
    """A new name or department goes to all customers of that owner, and on to whoever copies those."""
    user = load(UserChanged, event.data)
    with begin(consuming=event) as work:
        if not keep_user(work.session, user, event.aggregate_version):
            return
        named = (user["name"], user["department_id"])
        customers = lock_owned_by(work.session, user["id"])
        changed = [each for each in customers if (each.owner_name, each.owner_department_id) != named]
        for customer in changed:
            customer.owner_name, customer.owner_department_id = named
            customer.version += 1
        work.publish_all([Fact("customer_changed", each.id, customer_snapshot(each), each.version) for each in changed])
