"""Name a department with those below it, for services that know no tree."""

from uuid import UUID

from gateway.identity.domain.departments import with_those_below
from gateway.identity.store.people import read_tree
from services.kit.unit_of_work import Begin


def list_departments_below(begin: Begin, department_id: UUID) -> list[UUID]:
    """The department's id and those of every one below it, closed ones, too; none where there is no such department."""
    with begin.asking() as work:
        return with_those_below(read_tree(work.session), department_id)
