"""Copy a user of the gateway's: their names stand on the customers they look after; who leaves hands these on."""

from services.contracts.gateway import UserChanged
from services.customer.store.owners import lock_owned_by
from services.customer.store.people import keep_user, lock_people
from services.customer.usecases.hand_over_leavers import hand_over_to, takers_from_leavers
from services.customer.usecases.snapshots import customer_snapshot
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
        takers = takers_from_leavers(work)
        customers = lock_owned_by(work.session, user["id"], *takers)
        own = [each for each in customers if each.owner_id == user["id"]]
        changed = [each for each in own if (each.owner_name, each.owner_department_id) != named]
        for customer in changed:
            customer.owner_name, customer.owner_department_id = named
            customer.version += 1
        work.publish_all([Fact("customer_changed", each.id, customer_snapshot(each), each.version) for each in changed])
        work.session.flush()
        hand_over_to(work, takers, customers)
