"""Show a process definition, in the version in force or another one."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import current, newest_versions, version_of
from services.workflow.usecases.list_definitions import shown_definition
from services.workflow.usecases.publish_definitions import ensure_published


def show_definition(begin: Begin, code: str, *, version: int | None) -> dict[str, Any]:
    """
    :raises NotFound: ``definition_not_found``.
    """
    ensure_published(begin)
    with begin() as work:
        found = version_of(work.session, code, version)
        in_force = current(work.session, code).version
        return shown_definition(found, work.caller, newest_versions(work.session), in_force)
