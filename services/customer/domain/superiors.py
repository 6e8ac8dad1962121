"""Who an owner's superior is (spec, customer.md, "Daily sweep": "tell owner and superior"). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """A department's place in the tree.

    :param lead_id: its lead, while he or she is there.
    """

    parent_id: UUID | None
    lead_id: UUID | None


def department_of_superior(places: Mapping[UUID, Place], owner_id: UUID, department_id: UUID | None) -> UUID | None:
    """The nearest department, the owner's own or one above, that somebody else leads; ``None`` if there is none.

    For a lead that is one above: nobody is his or her own superior.
    """
    passed: set[UUID] = set()
    while department_id is not None and department_id in places and department_id not in passed:
        if places[department_id].lead_id not in (None, owner_id):
            return department_id
        passed.add(department_id)
        department_id = places[department_id].parent_id
    return None
