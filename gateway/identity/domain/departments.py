"""Who leads which departments (spec, "People"): a lead leads the departments below his or her own, too. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Department:
    """A department's place.

    :param lead_id: its lead while he or she is active; ``None`` leaves it to the nearest one above.
    """

    id: UUID
    parent_id: UUID | None
    lead_id: UUID | None


Tree = Mapping[UUID, Department]


def tree_of(departments: Iterable[Department]) -> Tree:
    """The departments by id."""
    return {department.id: department for department in departments}


def line_above(tree: Tree, department_id: UUID | None) -> list[Department]:
    """The department and those above it, nearest first. A circle, which the use cases prevent, ends the line."""
    line: list[Department] = []
    while department_id is not None and department_id in tree and tree[department_id] not in line:
        line.append(tree[department_id])
        department_id = tree[department_id].parent_id
    return line


def departments_led(tree: Tree, user_id: UUID) -> list[UUID]:
    """Every department that the user leads, those below included; what he or she sees."""
    return [each for each in tree if any(above.lead_id == user_id for above in line_above(tree, each))]


def nearest_lead_of(tree: Tree, user_id: UUID) -> list[UUID]:
    """Those of :func:`departments_led` that no one else leads more nearly; whose approvals come to the user."""
    return [each for each in tree if _nearest_lead(tree, each) == user_id]


def nearest_other_lead(tree: Tree, department_id: UUID | None, user_id: UUID) -> UUID | None:
    """The nearest lead of the department or above it who is somebody else."""
    leads = (above.lead_id for above in line_above(tree, department_id))
    return next((lead_id for lead_id in leads if lead_id not in (None, user_id)), None)


def with_those_below(tree: Tree, department_id: UUID) -> list[UUID]:
    """The department and every one below it; none where there is no such department."""
    return [each for each in tree if any(above.id == department_id for above in line_above(tree, each))]


def makes_circle(tree: Tree, department_id: UUID, parent_id: UUID | None) -> bool:
    """Whether the department would stand below itself under this parent."""
    return any(above.id == department_id for above in line_above(tree, parent_id))


def _nearest_lead(tree: Tree, department_id: UUID) -> UUID | None:
    return next((above.lead_id for above in line_above(tree, department_id) if above.lead_id is not None), None)
