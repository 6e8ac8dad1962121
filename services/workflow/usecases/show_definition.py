"""Show a process definition in its newest version."""

from typing import Any

from services.kit.unit_of_work import Begin
from services.workflow.store.definitions import current
from services.workflow.usecases.list_definitions import published
from services.workflow.usecases.publish_definitions import ensure_published


def show_definition(begin: Begin, code: str) -> dict[str, Any]:
    """
    :raises NotFound: ``definition_not_found``.
    """
    ensure_published(begin)
    with begin() as work:
        return published(current(work.session, code))
