"""Who takes over from a leaver (spec, gateway.md: "leaving users hand their customers and tasks to someone")."""

from typing import Any, Final

from services.customer.store.people import lock_person, nearest_lead
from services.customer.store.tables import User
from services.customer.usecases.moves import Owner
from services.customer.usecases.preparation import owner_from
from services.kit.unit_of_work import UnitOfWork

SUCCESSORS_MAX: Final = 20
"""How many successors, each of whom has left, too, are followed."""


def successor_of(work: UnitOfWork, leaver: User) -> Owner | None:
    """The successor who was named, or his or hers; where none is there, the nearest lead above the leaver.

    :returns: ``None`` if nobody is there, or a successor has been named of whom nothing has been heard yet.
    """
    user = leaver
    for _ in range(SUCCESSORS_MAX):
        if user.successor_id is None:
            break
        successor = lock_person(work.session, user.successor_id)
        if successor is None:
            return None
        if successor.active:
            return _as_owner(successor)
        user = successor
    lead = nearest_lead(work.session, leaver.department_id)
    return None if lead is None else _as_owner(lead)


def owner_by_process(work: UnitOfWork, initiator: dict[str, Any]) -> Owner | None:
    """Who gets the customer that an archived process brings: its initiator, or who has taken over from him or her.

    Ask before the customer is locked (see :func:`services.customer.store.people.lock_person`).

    :param initiator: as the process names the person; as he or she was then.
    :returns: ``None`` if the initiator has left and nobody has taken over.
    """
    owner = owner_from(initiator)
    user = lock_person(work.session, owner.id)
    if user is None:
        return owner
    return _as_owner(user) if user.active else successor_of(work, user)


def _as_owner(user: User) -> Owner:
    return Owner(user.id, user.name, user.department_id)
