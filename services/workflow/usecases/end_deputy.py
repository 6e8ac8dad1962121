"""Take back a deputy: the absent handler is here again."""

from uuid import UUID

from services.kit.errors import NotFound
from services.kit.unit_of_work import Begin
from services.workflow.store.deputies import lock_deputy


def end_deputy(begin: Begin, deputy_id: UUID) -> None:
    """By who named him or her, or an administrator. What was done in his or her name stays.

    :raises NotFound: ``deputy_not_found``, also for somebody else's.
    """
    with begin() as work:
        deputy = lock_deputy(work.session, deputy_id)
        if str(deputy.user_id) != work.caller.user_id and not work.caller.has_role("admin"):
            raise NotFound("deputy_not_found")
        deputy.ended_at = work.now
        work.audit("deputy_ended", ("user", deputy.user_id), before={"deputy_name": deputy.deputy_name})
