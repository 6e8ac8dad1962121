"""Name departments with those below them, for services that know no tree."""

from collections.abc import Iterable
from uuid import UUID

from gateway.identity.domain.departments import with_those_below
from gateway.identity.store.people import read_tree
from services.kit.unit_of_work import Begin


def list_departments_below(begin: Begin, department_ids: Iterable[UUID]) -> list[UUID]:
    """The departments' ids and those of every one below them, closed ones, too; one that there is not is left as it is."""
    with begin.asking() as work:
        tree = read_tree(work.session)
    found = (each for department_id in department_ids for each in (department_id, *with_those_below(tree, department_id)))
    return list(dict.fromkeys(found))
