"""List whom one has named as deputies, and for whom one stands in."""

from typing import Any
from uuid import UUID

from services.kit.errors import Forbidden
from services.kit.unit_of_work import Begin
from services.workflow.store.deputies import of_person


def list_deputies(begin: Begin, *, user_id: UUID | None) -> dict[str, Any]:
    """Today's and those to come, by the first day.

    :param user_id: of whom; ``None`` for the caller. Only an administrator sees another's.
    :raises Forbidden: ``not_for_others``.
    """
    with begin() as work:
        if user_id is not None and str(user_id) != work.caller.user_id and not work.caller.has_role("admin"):
            raise Forbidden("not_for_others")
        return {"items": of_person(work.session, user_id or UUID(work.caller.user_id), work.today)}
