"""Whoever takes over from a leaver takes over what the leaver had taken over (spec, gateway.md: "leaving users hand their
customers and tasks to someone"): no service has to follow a line of people who have left."""

from uuid import UUID

from gateway.identity.store.people import lock_leavers_to
from gateway.identity.usecases.snapshots import user_snapshot
from services.kit.unit_of_work import UnitOfWork


def pass_on_successions(work: UnitOfWork, leaver_id: UUID, successor_id: UUID) -> None:
    """Those who left earlier and had named this leaver have his or her successor from now on.

    Whoever changes a user holds the administrators' rows, so that no two of these cross.
    """
    for earlier in lock_leavers_to(work.session, leaver_id):
        before = {"successor_id": str(earlier.successor_id)}
        earlier.successor_id = successor_id
        earlier.version += 1
        work.publish("user_changed", earlier.id, user_snapshot(earlier), version=earlier.version)
        after = {"successor_id": str(successor_id)}
        work.audit("user_changed", ("user", earlier.id), before=before, after=after, why="the successor has left")
